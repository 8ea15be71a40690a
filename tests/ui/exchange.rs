//! Requests to and from the web: pasted, taken over as one change, and copied in other languages.

use capture_lab::interchange::import;
use capture_lab::model::{Constraint, Property, TrackKind};
use egui::{Event, Key, Modifiers, OutputCommand};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::Window;

const FIELD: &str = "JavaScript or JSON to take over";

fn opened() -> Window {
    let mut window = Window::new();
    window.click("Paste…");
    window
}

fn paste(window: &mut Window, text: &str) {
    window.harness.event(Event::Paste(text.to_owned()));
    window.harness.run_steps(3);
}

fn is_disabled(window: &Window, label: &str) -> bool {
    window.harness.get_by_label(label).accesskit_node().is_disabled()
}

fn width(window: &Window) -> Constraint {
    window.state().editor.constraint(TrackKind::Video, Property::Width)
}

/// Clicks, and gives the text that is copied by it.
fn copied(window: &mut Window, label: &str) -> Option<String> {
    window.harness.get_by_label(label).click();
    (0..4).find_map(|_| {
        window.harness.step();
        window.harness.output().platform_output.commands.iter().find_map(|command| match command {
            OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        })
    })
}

#[test]
fn a_call_is_pasted_seen_and_taken_over_as_one_change() {
    let mut window = opened();
    let before = window.state().editor.text().to_owned();
    assert!(is_disabled(&window, "Take over"), "there is nothing yet");
    paste(&mut window, "const s = await navigator.mediaDevices.getUserMedia({ video: { width: 640.5 } }); // mine");
    assert!(window.shows("video.width 640.5 was rounded to 640."));
    assert!(window.shows("It becomes:") && window.shows("\"width\": 640"));
    assert_eq!(window.state().editor.text(), before, "nothing is taken over yet");
    window.click("Take over");
    assert_eq!(width(&window), Constraint::bare(640));
    assert!(window.state().editor.constraints().audio.is_none());
    assert!(window.harness.query_by_label(FIELD).is_none(), "the dialog is closed");
    window.press(Modifiers::COMMAND, Key::Z);
    assert_eq!(window.state().editor.text(), before, "one change");
    assert!(!window.state().possible().undo);
}

#[test]
fn an_error_is_shown_with_its_place_while_one_types_and_nothing_can_be_taken_over() {
    let mut window = opened();
    paste(&mut window, "getUserMedia({\n  video: { width: }\n})");
    assert!(window.shows("Line 2, column 19: SyntaxError: expected a value, found “}”"));
    assert!(is_disabled(&window, "Take over"));
    window.fill(FIELD, "{video: {frameRate: NaN}}");
    assert!(window.shows("Line 1, column 21: TypeError: video.frameRate must be a finite number"));
    window.fill(FIELD, "{video: {frameRate: 30}}");
    assert!(!is_disabled(&window, "Take over"));
    assert!(!window.shows("column"), "the error is gone");
}

#[test]
fn the_dialog_is_used_by_keys_alone() {
    let mut window = Window::new();
    window.press(Modifiers::COMMAND, Key::I);
    paste(&mut window, "{video: {width: {exact: 320}}}");
    window.press(Modifiers::COMMAND, Key::Enter);
    assert_eq!(width(&window), Constraint::exact(320));
    assert!(window.state().tracks.is_empty() && window.state().pending.is_empty(), "the key captures nothing");
    window.press(Modifiers::COMMAND, Key::I);
    paste(&mut window, "{video: {width: 1}}");
    window.press(Modifiers::NONE, Key::Escape);
    window.press(Modifiers::NONE, Key::Escape); // the first may take the keyboard from the field
    assert!(window.harness.query_by_label(FIELD).is_none());
    assert_eq!(width(&window), Constraint::exact(320), "Escape takes nothing over");
}

#[test]
fn a_request_is_copied_as_javascript_and_comes_back() {
    let mut window = Window::new();
    window.fill("video width ideal", "640");
    window.click("Copy as");
    let javascript = copied(&mut window, "JavaScript").expect("a copied text");
    assert!(javascript.contains("getUserMedia({\n  video: { width: { ideal: 640 } },"), "{javascript}");
    assert_eq!(import(&javascript).unwrap().constraints, *window.state().editor.constraints());
    window.click("Copy as");
    assert!(copied(&mut window, "Rust").expect("a copied text").contains("Constraint::ideal(640.0)"));
}

#[test]
fn a_command_that_cannot_reach_the_device_says_so() {
    let mut window = Window::new();
    window.click("Copy as");
    assert!(is_disabled(&window, "v4l2-ctl") && is_disabled(&window, "ffmpeg"));
    window.harness.get_by_label("v4l2-ctl").hover();
    window.harness.run_steps(60);
    assert!(window.shows("is played by the lab itself: v4l2-ctl cannot reach it."));
}

#[test]
fn a_malformed_text_cannot_be_copied() {
    let mut window = Window::new();
    window.click("JSON");
    window.fill("Constraints as JSON", "{");
    window.click("Copy as");
    assert!(is_disabled(&window, "JavaScript") && is_disabled(&window, "ffmpeg"));
}
