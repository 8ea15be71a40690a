//! Motion JPEG through v4l2loopback (`loopback.sh`): damaged pictures among good ones.

use std::io::Write as _;

use crate::rig::{self, Results};

/// As in `loopback.sh`.
const PICTURES: u64 = 70;

fn results() -> Option<&'static Results> {
    let results = rig::results()?;
    if results.path("loopback.skipped").exists() {
        let why = results.text("loopback.skipped");
        writeln!(std::io::stderr(), "skipped: Motion JPEG through v4l2loopback: {}", why.trim()).ok();
        return None;
    }
    Some(results)
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn damaged_pictures_are_counted_and_never_shown() {
    let Some(results) = results() else { return };
    let step = results.step("loopback");
    let (_, last) = step.events("frames").pop().expect("frames");
    let count = |name: &str| last[name].as_u64().expect("a counter");
    let damaged = (1..=PICTURES).filter(|number| number % 5 == 0 || number % 7 == 0).count() as u64;
    assert_eq!(count("corrupt"), damaged, "{last}");
    assert!(count("delivered") >= PICTURES - damaged, "{last}");
    assert_eq!(
        count("produced"),
        count("delivered") + count("discarded") + count("dropped") + count("corrupt"),
        "{last}"
    );
    // Grey all over: whatever was shown was a good picture.
    for (_, frames) in step.events("frames") {
        let luma = frames["luma"].as_f64();
        assert!(luma.is_none_or(|luma| (luma - 128.0).abs() < 3.0), "{frames}");
    }
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_writer_that_falls_silent_mutes_the_track() {
    let Some(results) = results() else { return };
    let step = results.step("loopback");
    let mutes = step.events("mute");
    assert_eq!(mutes.len(), 1, "{}", step.text());
    assert_eq!(mutes[0].1["reason"]["kind"], "no-frames");
}
