//! The remote control of virtual devices.

use std::time::Duration;

use capture_lab::model::{Cause, ReasonKind};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::Window;

/// With the remote control of the camera open.
fn remote(json: &str) -> Window {
    remote_of(json, "Cam", "virtual:cam")
}

fn remote_of(json: &str, label: &str, node: &str) -> Window {
    let mut window = Window::opened(json);
    // The log has the name too.
    let name = format!("{label} ({node})");
    let row = window.harness.get_all_by_label(&name).next();
    row.iter().for_each(egui_kittest::Node::click);
    window.harness.run_steps(3);
    window.click("Remote control…");
    assert!(window.shows(&format!("Remote control: {label}")));
    window
}

#[test]
fn a_stall_by_hand_mutes_and_the_log_says_by_whom() {
    let mut window = remote(r#"{"video":true}"#);
    window.click("Stall");
    window.pass(Duration::from_secs(2));
    window.until("mute", |state| state.tracks[0].track.muted());
    let told = |entry: &capture_lab::model::LogEntry| {
        entry.cause == Cause::FaultInjection && entry.text == "Cam (virtual:cam): no frames for 3 s (by hand)."
    };
    assert!(window.shows("no frames for 3 s (by hand)"));
    let state = window.state();
    assert!(state.log.matching("", 0).filter_map(|number| state.log.get(number)).any(told));
    window.pass(Duration::from_secs(2));
    window.until("unmute", |state| !state.tracks[0].track.muted());
}

#[test]
fn a_suspended_bus_is_muted_for_that_reason_until_it_is_resumed() {
    let mut window = remote(r#"{"video":true}"#);
    window.click("Suspend the bus");
    window.pass(Duration::from_millis(500));
    window.until("mute", |state| state.tracks[0].track.muted());
    assert_eq!(window.state().tracks[0].reason.as_ref().map(|reason| reason.kind), Some(ReasonKind::Suspended));
    window.click("Resume");
    window.pass(Duration::from_millis(200));
    window.until("unmute", |state| !state.tracks[0].track.muted());
}

#[test]
fn a_camera_is_unplugged_and_plugged_in_by_hand() {
    let mut window = remote(r#"{"video":true}"#);
    window.click("Unplug");
    window.pass(Duration::from_millis(100));
    window.until("the end", |state| !state.tracks[0].track.is_live());
    window.until("the list", |state| state.devices.as_ref().is_some_and(|devices| devices.len() == 1));
    assert!(window.harness.get_by_label("Unplug").accesskit_node().is_disabled(), "it is out");
    window.click("Plug in");
    window.until("the list", |state| state.devices.as_ref().is_some_and(|devices| devices.len() == 2));
}

#[test]
fn frames_are_disturbed_only_while_the_camera_is_captured() {
    let mut window = remote(r#"{"audio":true}"#);
    assert!(window.harness.get_by_label("Freeze").accesskit_node().is_disabled());
    assert!(window.shows("Frames can be disturbed while the camera is captured."));
    window.click("Busy");
    window.until_all("the log", |window| window.shows("busy at the next 1 openings (by hand)"));
}

#[test]
fn a_microphone_is_switched_off_and_resumed_by_hand() {
    let mut window = remote_of(r#"{"audio":true}"#, "Mic", "virtual:mic");
    window.click("Switch off in the mixer");
    window.pass(Duration::from_millis(500));
    window.until("mute", |state| state.tracks[0].track.muted());
    assert_eq!(window.state().tracks[0].reason.as_ref().map(|reason| reason.kind), Some(ReasonKind::Privacy));
    window.click("Resume");
    window.pass(Duration::from_millis(200));
    window.until("unmute", |state| !state.tracks[0].track.muted());
    window.click("Overrun");
    window.until_all("the log", |window| window.shows("the buffer overruns by 5 periods (by hand)"));
    window.click("Restart the sound server");
    window.until("the end", |state| !state.tracks[0].track.is_live());
    assert!(window.shows("Samples can be disturbed while the microphone is captured."));
}
