//! What goes wrong ends with one sentence and a status that tells the kind.

use crate::support::{Bench, Run};

/// One line on standard error that contains all of these; nothing panicked.
fn assert_fails(run: &Run, status: i32, parts: &[&str]) {
    assert_eq!(run.status, Some(status), "{run:?}");
    assert_eq!(run.stderr.trim_end().lines().count(), 1, "{run:?}");
    assert!(parts.iter().all(|part| run.stderr.contains(part)), "{parts:?} not all in {:?}", run.stderr);
}

#[test]
fn malformed_constraints_are_named_with_line_and_column() {
    let bench = Bench::new();
    assert_fails(&bench.run(&["watch", "{\"video\":\n {\"width\" 1}}"]), 2, &["line 2, column 11", "“:”"]);
    assert_fails(&bench.run(&["watch", r#"{"video":{"width":"wide"}}"#]), 2, &["column 19", "number"]);
    assert_fails(&bench.run(&["watch", "{}"]), 2, &["Neither audio nor video"]);
}

#[test]
fn a_preset_of_the_future_or_missing_is_refused() {
    let bench = Bench::new();
    let future = bench.write("future.ron", "(version: 99, everything: \"else\")");
    assert_fails(&bench.run(&["watch", &future]), 2, &["version 99", "newer"]);
    assert_fails(&bench.run(&["watch", "nowhere.ron"]), 2, &["nowhere.ron", "no such file"]);
    let broken = bench.write("broken.ron", "(version: 1,\n video: (basic: {width: (about: 3)}))");
    assert_fails(&bench.run(&["watch", &broken]), 2, &["line 2", "about"]);
}

#[test]
fn what_cannot_be_had_is_an_error_of_the_standard() {
    let bench = Bench::new();
    let run = bench.run(&["watch", r#"{"video":{"width":{"exact":99999}}}"#, "--json"]);
    assert_fails(&run, 1, &["width", "1920"]);
    assert_eq!(run.lines().last().unwrap()["error"]["constraint"], "width");
    let camera = r#"(cameras: [(name: "cam", label: "Cam", modes: [(sizes: [(640, 480)], rates: [(30, 1)], formats: ["NV12"])])])"#;
    let file = bench.write("camera.ron", camera);
    assert_fails(&bench.run(&["watch", r#"{"audio":true}"#, "--virtual", &file]), 1, &["microphone"]);
    assert_fails(&bench.run(&["watch", r#"{"video":true}"#, "--device", "scanner"]), 1, &["scanner", "Test camera"]);
    assert_fails(&bench.run(&["watch", r#"{"video":true,"audio":true}"#, "--device", "test"]), 1, &["More than one"]);
}

#[test]
fn devices_that_are_busy_or_forbidden_say_so() {
    capture_lab::covers!("PERM-03");
    let bench = Bench::new();
    for (state, name) in [("Busy", "NotReadableError"), ("PermissionDenied", "NotAllowedError")] {
        let camera = format!(
            r#"(cameras: [(name: "cam", label: "Cam", open: {state}, modes: [(sizes: [(640, 480)], rates: [(30, 1)], formats: ["NV12"])])])"#
        );
        let file = bench.write("camera.ron", &camera);
        let run = bench.run(&["watch", r#"{"video":true}"#, "--virtual", &file, "--json"]);
        assert_fails(&run, 1, &["Cam"]);
        assert_eq!(run.lines().last().unwrap()["error"]["name"], name);
    }
}

#[test]
fn a_malformed_file_of_virtual_devices_is_wrong_usage() {
    let bench = Bench::new();
    let file = bench.write("odd.ron", "(cameras: [(name: 7)])");
    assert_fails(&bench.run(&["devices", "--virtual", &file]), 2, &["odd.ron", "line 1"]);
}

#[test]
fn files_are_neither_overwritten_nor_invented() {
    let bench = Bench::new();
    let there = bench.write("there.wav", "precious");
    let record = |out: &str| bench.run(&["record", r#"{"audio":true}"#, "--seconds", "0.5", "--out", out]);
    assert_fails(&record(&there), 1, &["there.wav"]);
    assert_eq!(std::fs::read_to_string(&there).unwrap(), "precious");
    assert_fails(&record(&bench.path("no/such/folder.wav").display().to_string()), 1, &["folder.wav"]);
    assert_fails(&record(&bench.path("clip.xyz").display().to_string()), 2, &["xyz"]);
    let shot = bench.path("shot.gif").display().to_string();
    assert_fails(&bench.run(&["snapshot", r#"{"video":true}"#, "--out", &shot]), 2, &["shot.gif"]);
}

#[test]
fn an_unplug_ends_watch_and_record_with_its_reason() {
    let bench = Bench::new();
    let microphone = r#"(microphones: [(name: "mic", label: "Mic", rates: [48000], channels: [(hertz: 997.0, peak_dbfs: -18.0)], faults: [(at: 2.0, do: Unplug)])])"#;
    let file = bench.write("mic.ron", microphone);
    let watch = bench.run(&["watch", r#"{"audio":true}"#, "--virtual", &file, "--seconds", "20", "--json"]);
    assert_eq!(watch.status, Some(1), "{watch:?}");
    assert_eq!(watch.events("ended")[0]["reason"]["kind"], "device-gone");
    let clip = bench.path("cut.wav");
    let out = clip.display().to_string();
    let record = bench.run(&["record", r#"{"audio":true}"#, "--virtual", &file, "--seconds", "20", "--out", &out]);
    assert_fails(&record, 1, &["ended early", "kept"]);
    assert!(std::fs::metadata(clip).unwrap().len() > 100_000);
}

#[test]
fn unknown_options_and_nonsense_are_wrong_usage() {
    let bench = Bench::new();
    let wrong: [(&[&str], &str); 6] = [
        (&["watch", "{}", "--frobnicate"], "--frobnicate"),
        (&["fly"], "fly"),
        (&["watch"], "<CONSTRAINTS|PRESET>"),
        (&["watch", "{}", "--seconds", "-1"], "--seconds"),
        (&["watch", "nowhere"], "nowhere"),
        (&["--theme", "dark", "devices"], "--theme"),
    ];
    for (arguments, word) in wrong {
        let run = bench.run(arguments);
        assert_fails(&run, 2, &[word]);
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }
    let run = bench.run(&["devices", "--json", "--frobnicate"]);
    assert_eq!(run.lines()[0]["error"]["name"], "TypeError", "{run:?}");
}

#[test]
fn without_a_display_the_window_names_what_needs_none() {
    if cfg!(target_os = "linux") {
        let run = Bench::new().run(&[]);
        assert_fails(&run, 1, &["display", "devices", "watch", "record", "snapshot"]);
    }
}
