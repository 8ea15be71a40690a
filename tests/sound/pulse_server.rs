//! What a server does to a source is told, with its reason, within a second.

use std::time::Duration;

use crate::program::Program;
use crate::server::{pactl, play_tone, stream_of};

/// The limit for what a server tells.
const SOON: Duration = Duration::from_secs(1);
/// And for what the lab finds out by itself.
const LATER: Duration = Duration::from_secs(3);
/// Peak of the tone that is played.
const TONE_DBFS: f64 = -18.0;

#[test]
#[ignore = "needs a sound server: make test-full"]
fn a_played_tone_is_read_at_its_level() {
    let _tone = play_tone(997.0, TONE_DBFS);
    let mut program = Program::watch("pulse:labmic");
    program.wait("open", SOON * 10, |_| true);
    // What came before the tone is in the first.
    for _ in 0..10 {
        program.wait("level", LATER, |_| true);
    }
    let level = program.wait("level", LATER, |_| true);
    for channel in level["channels"].as_array().expect("channels") {
        let (peak, rms) =
            (channel["peak_dbfs"].as_f64().expect("a peak"), channel["rms_dbfs"].as_f64().expect("an RMS"));
        assert!((peak - TONE_DBFS).abs() <= 0.1 && (rms - (TONE_DBFS - 3.01)).abs() <= 0.1, "{level}");
    }
}

#[test]
#[ignore = "needs a sound server: make test-full"]
fn a_source_that_is_muted_or_suspended_mutes_with_that_reason() {
    capture_lab::covers!("MUTE-08");
    let mut program = Program::watch("pulse:labmic");
    program.wait("open", SOON * 10, |_| true);
    for (on, off, kind) in [
        (["set-source-mute", "labmic", "1"], ["set-source-mute", "labmic", "0"], "privacy"),
        (["suspend-source", "labmic", "1"], ["suspend-source", "labmic", "0"], "suspended"),
    ] {
        pactl(&on);
        let mute = program.wait("mute", SOON, |_| true);
        assert_eq!(mute["reason"]["kind"], kind, "{mute}");
        pactl(&off);
        program.wait("unmute", LATER, |_| true);
    }
}

#[test]
#[ignore = "needs a sound server: make test-full"]
fn a_stream_that_is_moved_to_another_microphone_is_told() {
    let other =
        pactl(&["load-module", "module-null-sink", "sink_name=other", "sink_properties=device.description=Other"]);
    let mut program = Program::watch("pulse:labmic");
    program.wait("open", SOON * 10, |_| true);
    let stream = stream_of(program.id());
    pactl(&["move-source-output", &stream, "other.monitor"]);
    program.wait("warning", SOON, |event| event["text"].as_str().is_some_and(|text| text.contains("Monitor of Other")));
    pactl(&["move-source-output", &stream, "labmic"]);
    program.wait("warning", SOON, |event| event["text"].as_str().is_some_and(|text| text.contains("back to")));
    pactl(&["unload-module", other.trim()]);
}

#[test]
#[ignore = "needs a sound server: make test-full"]
fn a_source_that_is_removed_ends_its_track() {
    let module = pactl(&["load-module", "module-remap-source", "master=lab.monitor", "source_name=fleeting"]);
    let mut program = Program::watch("pulse:fleeting");
    program.wait("open", SOON * 10, |_| true);
    pactl(&["unload-module", module.trim()]);
    let ended = program.wait("ended", SOON, |_| true);
    assert_eq!(ended["reason"]["kind"], "device-gone", "{ended}");
}

// Ends the server, and so comes last: they run in alphabetical order, one by one.
#[test]
#[ignore = "needs a sound server: make test-full"]
fn z_a_server_that_ends_ends_its_tracks() {
    let mut program = Program::watch("pulse:labmic");
    program.wait("open", SOON * 10, |_| true);
    pactl(&["exit"]);
    let ended = program.wait("ended", SOON, |_| true);
    assert_eq!(ended["reason"]["kind"], "server-gone", "{ended}");
}
