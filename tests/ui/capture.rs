//! Tracks: opened, switched, changed, ended.

use std::time::Duration;

use capture_lab::command::UserCommand;
use capture_lab::model::{Property, TrackKind};
use egui_kittest::kittest::Queryable as _;

use crate::support::{Window, Wishes};

#[test]
fn capture_opens_what_the_editor_asks_for_and_lights_the_lamps() {
    capture_lab::covers!("PERM-05");
    let mut window = Window::new();
    assert!(window.shows("Nothing is being captured"));
    window.harness.get_all_by_label("Capture").last().unwrap().click();
    window.until("two tracks", |state| state.tracks.len() == 2);
    assert!(window.shows("Camera in use: Cam (virtual:cam)") && window.shows("Microphone in use: Mic (virtual:mic)"));
    assert!(window.shows("set: 640×360 · 30 fps"));
}

#[test]
fn pictures_and_levels_are_shown_while_time_passes() {
    let mut window = Window::opened(r#"{"video":{"width":320},"audio":true}"#);
    window.pass(Duration::from_millis(1500));
    window.until_all("a picture", |window| !window.shows("Waiting for the first picture"));
    window.until_all("levels", |window| window.shows("peak −18.0  RMS −21.0"));
    assert!(window.shows("Level of Mic, channel 2"));
    window.until_all("clipped samples", |window| window.shows("clip "));
    let lamp = window.harness.query_all_by_label_contains("clip ").next().unwrap();
    lamp.click();
    window.harness.run_steps(3);
    assert!(!window.shows("clip "), "the lamp is out");
}

#[test]
fn a_track_is_switched_off_and_stopped() {
    let mut window = Window::opened(r#"{"video":true}"#);
    window.click("Enabled: video · Cam");
    window.until("disabled", |state| !state.tracks[0].track.enabled());
    assert!(window.shows("The track is disabled"));
    window.click("Stop video · Cam");
    window.until("the end", |state| !state.tracks[0].track.is_live());
    assert!(window.shows("The track has ended: it was stopped."));
    window.click("Remove ended tracks");
    assert!(window.state().tracks.is_empty());
}

#[test]
fn constraints_are_applied_to_the_selected_track() {
    let mut window = Window::opened(r#"{"video":true}"#);
    window.fill("video width exact", "320");
    window.click("Apply to track");
    window.until("the new width", |state| state.tracks[0].track.settings.number(Property::Width) == Some(320.0));
    assert!(window.shows("The constraints are applied."));
}

#[test]
fn what_cannot_be_had_is_said_with_the_constraint() {
    let mut window = Window::new();
    window.fill("video width exact", "5000");
    window.press(egui::Modifiers::COMMAND, egui::Key::Enter);
    window.until("the failure", |state| state.toasts.iter().next().is_some());
    let message = window.messages().remove(0);
    assert!(message.starts_with("OverconstrainedError (width): "), "{message}");
    window.click(&format!("Dismiss: {message}"));
    assert!(window.messages().is_empty());
}

#[test]
fn an_unplug_is_told_everywhere_and_the_lamp_goes_out() {
    capture_lab::covers!("PERM-05", "TRK-07");
    let mut window = Window::opened(r#"{"video":true}"#);
    window.pass(Duration::from_millis(300));
    window.fault_handle("cam").unplug();
    window.pass(Duration::from_millis(100));
    window.until("the end", |state| !state.tracks[0].track.is_live());
    let reason = window.track(TrackKind::Video).reason.clone().unwrap();
    assert!(window.shows(&format!("The track has ended: {}", reason.text)));
    assert!(window.shows(&format!("{} (device-gone)", reason.text)));
    assert!(window.state().log.matching("ended", 0).count() > 0);
    assert!(window.shows("Camera in use"), "a lamp is lit for three seconds at least");
    window.pass(Duration::from_secs(4));
    assert!(!window.shows("Camera in use"));
}

#[test]
fn a_silent_camera_is_shown_as_muted() {
    let wishes = Wishes { open: Some(r#"{"video":true}"#), faults: "(at: 0.5, do: Stall(3.0))", ..Wishes::default() };
    let mut window = Window::with(&wishes);
    window.until("a track", |state| !state.tracks.is_empty());
    window.pass(Duration::from_secs(2));
    window.until("mute", |state| state.tracks[0].track.muted());
    assert!(window.shows("Muted: "));
    window.pass(Duration::from_secs(2));
    window.until("unmute", |state| !state.tracks[0].track.muted());
    assert!(!window.shows("Muted: "));
}

#[test]
fn damaged_frames_are_looked_at_in_a_window_of_their_own() {
    let wishes = Wishes {
        open: Some(r#"{"video":true}"#),
        faults: "(at: 0.5, do: Corrupt(2)), (at: 2.0, do: Corrupt(2))",
        ..Wishes::default()
    };
    let mut window = Window::with(&wishes);
    window.until("a track", |state| !state.tracks.is_empty());
    window.pass(Duration::from_secs(1));
    window.until_all("two damaged frames", |window| window.shows("Damaged: 2"));
    window.click("Damaged: 2");
    window.until_all("a window", |window| window.shows("Waiting for the next damaged frame…"));
    window.pass(Duration::from_millis(1500));
    window.until_all("one that is damaged", |window| window.shows("bytes: the frame has"));
    window.click("Damaged: 4");
    window.pass(Duration::from_millis(100));
    assert!(!window.shows("bytes: the frame has"));
}

#[test]
fn one_device_is_captured_from_its_details() {
    let mut window = Window::new();
    window.click("Mic (virtual:mic)");
    assert!(window.shows("deviceId") && window.shows("48000"));
    window.click("Capture this");
    window.until("a track", |state| state.tracks.len() == 1);
    assert_eq!(window.state().tracks[0].track.kind, TrackKind::Audio);
    assert!(UserCommand::Record.is_possible(window.state().possible()));
}

#[test]
fn a_track_is_cloned_and_says_why_it_has_its_mode() {
    let mut window = Window::opened(r#"{"video":{"width":320}}"#);
    let name = window.state().tracks[0].name();
    window.click(&format!("Clone {name}"));
    window.until("the clone in a stream of its own", |state| {
        state.tracks.get(1).is_some_and(|view| view.stream.is_some() && view.stream != state.tracks[0].stream)
    });
    window.harness.get_all_by_label("Why this mode").next().unwrap().click_accesskit();
    window.harness.run_steps(20);
    assert!(window.shows("320×180 30") && window.shows("sum"), "the modes with their distances");
}
