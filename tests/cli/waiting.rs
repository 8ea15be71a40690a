//! `--wait`.

use std::time::Instant;

use crate::support::Bench;

#[test]
fn a_device_that_does_not_appear_in_time_is_not_found() {
    let bench = Bench::new();
    let began = Instant::now();
    let video = r#"{"video":true}"#;
    let run = bench.run(&["watch", video, "--device", "Scanner", "--wait=0.7", "--json"]);
    assert_eq!(run.status, Some(1), "{}", run.stdout);
    assert!(began.elapsed().as_secs_f64() >= 0.7);
    assert!(run.stdout.contains("NotFoundError"), "{}", run.stdout);
    assert!(run.stderr.contains("Waiting for it.") && run.stderr.lines().count() == 2, "{}", run.stderr);
}

#[test]
fn what_is_there_is_not_waited_for() {
    let bench = Bench::new();
    let run = bench.run(&["watch", r#"{"video":true}"#, "--wait", "--seconds", "0.3"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let out = bench.path("shot.png").display().to_string();
    let run = bench.run(&["snapshot", r#"{"video":true}"#, "--wait=5", "--out", &out]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let run = bench.run(&["record", r#"{"audio":true}"#, "--wait=never", "--out", "sound.wav"]);
    assert_eq!(run.status, Some(2), "{}", run.stderr);
}
