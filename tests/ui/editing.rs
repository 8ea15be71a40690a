//! The constraints editor: rows and JSON in step, with undo.

use capture_lab::model::{Constraint, Property, TrackKind};
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;

use crate::support::Window;

#[test]
fn a_row_writes_the_json_and_the_json_writes_the_row() {
    let mut window = Window::new();
    window.fill("video width ideal", "640");
    window.fill("video frameRate min", "12.5");
    let editor = &window.state().editor;
    assert_eq!(editor.constraint(TrackKind::Video, Property::Width), Constraint::ideal(640));
    assert!(editor.text().contains("12.5"));
    window.click("JSON");
    window.fill("Constraints as JSON", r#"{"video":{"height":{"exact":360}}}"#);
    let editor = &window.state().editor;
    assert_eq!(editor.constraint(TrackKind::Video, Property::Height), Constraint::exact(360));
    assert!(editor.constraints().audio.is_none());
}

#[test]
fn malformed_json_is_told_with_its_place_and_keeps_the_old_value() {
    let mut window = Window::new();
    window.click("JSON");
    window.fill("Constraints as JSON", "{\"video\":\n{\"width\":}}");
    assert!(window.shows("Line 2, column 10:"));
    assert!(window.state().editor.constraints().video.is_some());
    assert!(!window.state().possible().request, "it cannot be asked for");
}

#[test]
fn the_keyboard_stays_while_a_message_comes_and_goes() {
    let mut window = Window::new();
    window.click("JSON");
    window.fill("Constraints as JSON", "{");
    for piece in [r#""video""#, ":", "{", "}", "}"] {
        window.harness.event(egui::Event::Text(piece.to_owned()));
        window.harness.run_steps(2);
    }
    assert_eq!(window.state().editor.text(), r#"{"video":{}}"#);
}

#[test]
fn what_is_no_number_keeps_the_old_value() {
    let mut window = Window::new();
    window.fill("video width ideal", "640");
    window.press(Modifiers::NONE, Key::Enter);
    window.fill("video width ideal", "99x");
    window.press(Modifiers::NONE, Key::Enter);
    assert_eq!(window.state().editor.constraint(TrackKind::Video, Property::Width), Constraint::ideal(640));
}

#[test]
fn a_change_is_taken_back_and_made_again_by_keys() {
    let mut window = Window::new();
    window.fill("video width ideal", "640");
    window.click("Ask for video"); // takes the keyboard away from the field
    window.press(Modifiers::COMMAND, Key::Z);
    window.press(Modifiers::COMMAND, Key::Z);
    let width = |window: &Window| window.state().editor.constraint(TrackKind::Video, Property::Width);
    assert!(width(&window).is_empty());
    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::Z);
    assert_eq!(width(&window), Constraint::ideal(640));
}

#[test]
fn neither_kind_cannot_be_asked_for() {
    let mut window = Window::new();
    window.click("Ask for video");
    window.click("Audio");
    window.click("Ask for audio");
    assert!(window.shows("Ask for video, audio or both."));
    assert!(!window.state().possible().request);
}

#[test]
fn a_device_is_fixed_from_its_details() {
    let mut window = Window::new();
    window.click("Cam (virtual:cam)");
    window.click("Use in constraints");
    let camera = window.state().devices.as_ref().unwrap().iter().find(|device| device.label == "Cam").unwrap();
    assert_eq!(window.state().editor.choice().devices, [camera.device_id.0.as_str()], "by what outlives a replug");
}

#[test]
fn what_would_be_selected_is_said_while_it_is_written() {
    capture_lab::covers!("SEL-12");
    let mut window = Window::new();
    window.fill("video width ideal", "800");
    assert!(window.shows("Would open Cam (virtual:cam): 640×360 at 30 fps"), "the nearest mode");
    assert!(window.shows("distance 0.200"), "|640-800|/800 is a fifth");
    window.fill("video width ideal", "600");
    assert!(window.shows("cropped and scaled to 600×338 at 30 fps · distance 0.000"));
    assert!(window.state().tracks.is_empty(), "nothing was opened");
}

#[test]
fn a_relaxation_is_taken_by_a_click_and_taken_back() {
    let mut window = Window::new();
    window.fill("video width exact", "700");
    assert!(window.shows("width {\"exact\":700} is not possible"));
    window.harness.get_by_label("Every mode and its distance (4; ~ is cropped and scaled)").click_accesskit();
    window.harness.run_steps(20); // it unfolds
    assert!(window.shows("640×360 12.5") && window.shows("∞"), "each mode with its distances");
    window.harness.get_by_label("width = 640: gives 640×360 · 30 fps").click_accesskit();
    window.harness.run_steps(3);
    assert_eq!(window.state().editor.constraint(TrackKind::Video, Property::Width), Constraint::exact(640));
    assert!(window.shows("Would open Cam"));
    window.click("Undo");
    assert_eq!(window.state().editor.constraint(TrackKind::Video, Property::Width), Constraint::exact(700));
}

#[test]
fn with_a_live_track_the_forecast_is_what_applying_comes_to() {
    let mut window = Window::opened(r#"{"video":{"width":320}}"#);
    window.fill("video width ideal", "640");
    assert!(window.shows("Applied to Cam (virtual:cam): 640×360"));
}
