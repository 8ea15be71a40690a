//! The panel of controls: each kind is set, shown as it is, reset, and taken back.

use capture_lab::model::ControlValue;
use egui::accesskit::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use crate::support::{Window, Wishes};

const CONTROLS: &str = r#"controls: [
    (name: "exposureMode", choices: ["manual", "continuous"], value: "continuous"),
    (name: "exposureTime", min: 1, max: 5000, step: 1, value: 166),
    (name: "brightness", min: 0, max: 255, step: 5, value: 125),
], device_controls: [
    (name: "Power Line Frequency", kind: Menu, items: ["Disabled", "50 Hz", "60 Hz"], value: 1),
    (name: "Mirror", kind: Boolean, value: 0),
    (name: "Lamps", kind: Bitmask, max: 5, value: 1),
    (name: "Owner", kind: Text, min: 0, max: 8, value: "lab"),
    (name: "Model", kind: Integer, min: 0, max: 9, value: 3, read_only: true),
    (name: "Restart", kind: Button),
],"#;

/// A window that shows the controls of its camera.
fn window() -> Window {
    let mut window = Window::with(&Wishes { controls: CONTROLS, ..Wishes::default() });
    window.click("Controls");
    window
}

/// Clicks on what sets a control, beside which its name stands.
fn click(window: &mut Window, role: Role, name: &str) {
    window.harness.get_by_role_and_label(role, name).click();
    window.harness.run_steps(3);
}

/// Types into the field of a control.
fn fill(window: &mut Window, name: &str, text: &str) {
    window.harness.get_by_role_and_label(Role::TextInput, name).focus();
    window.harness.run_steps(2);
    window.press(egui::Modifiers::COMMAND, egui::Key::A);
    window.harness.get_by_role_and_label(Role::TextInput, name).type_text(text);
    window.harness.run_steps(2);
    window.press(egui::Modifiers::NONE, egui::Key::Enter);
}

const fn integer(value: i64) -> ControlValue {
    ControlValue::Integer(value)
}

fn until_is(window: &mut Window, name: &str, value: ControlValue) {
    let value = Some(value);
    window.until_all(&format!("{name} {value:?}"), |window| window.fault_handle("cam").control(name) == value);
    window.harness.run_steps(3);
}

#[test]
fn each_kind_of_control_is_set() {
    let mut window = window();
    click(&mut window, Role::CheckBox, "Mirror");
    until_is(&mut window, "Mirror", integer(1));
    click(&mut window, Role::ComboBox, "Power Line Frequency");
    window.click("60 Hz");
    until_is(&mut window, "Power Line Frequency", integer(2));
    window.click("Lamps bit 2");
    until_is(&mut window, "Lamps", integer(5));
    click(&mut window, Role::Button, "Restart");
    window.until_all("the press", |window| window.shows("Restart of Cam (virtual:cam) was pressed."));
    fill(&mut window, "Owner", "me");
    until_is(&mut window, "Owner", ControlValue::Text("me".into()));
    window.harness.get_by_role_and_label(Role::Slider, "Brightness").focus();
    window.harness.run_steps(2);
    window.press(egui::Modifiers::NONE, egui::Key::ArrowRight);
    until_is(&mut window, "Brightness", integer(130));
    assert!(window.shows("Model: 3"), "what can only be read is shown");
}

#[test]
fn a_governed_control_is_greyed_until_it_is_free() {
    capture_lab::covers!("IMG-05", "IMG-08");
    let mut window = window();
    let is_disabled = |window: &Window| {
        window.harness.get_by_role_and_label(Role::Slider, "Exposure Time, Absolute").accesskit_node().is_disabled()
    };
    assert!(is_disabled(&window));
    click(&mut window, Role::ComboBox, "Auto Exposure");
    window.click("manual");
    window.until_all("a free control", |window| !is_disabled(window));
}

#[test]
fn changes_are_reset_and_taken_back() {
    let mut window = window();
    assert!(!window.shows("Reset Mirror"), "nothing to reset");
    click(&mut window, Role::CheckBox, "Mirror");
    until_is(&mut window, "Mirror", integer(1));
    window.click("Lamps bit 2");
    until_is(&mut window, "Lamps", integer(5));
    window.until_all("a button", |window| window.shows("Reset Mirror"));
    window.click("Undo change");
    until_is(&mut window, "Lamps", integer(1));
    window.click("Reset Mirror");
    until_is(&mut window, "Mirror", integer(0));
    window.click("Lamps bit 2");
    until_is(&mut window, "Lamps", integer(5));
    window.click("Reset all");
    until_is(&mut window, "Lamps", integer(1));
}

#[test]
fn a_change_from_outside_is_seen_at_once_and_one_that_is_not_taken_is_said() {
    let mut window = window();
    // What is set before the controls are open is how they are found.
    click(&mut window, Role::CheckBox, "Mirror");
    until_is(&mut window, "Mirror", integer(1));
    window.fault_handle("cam").set_control("Power Line Frequency", &ControlValue::Integer(2));
    window.until("the change", |state| {
        let controls = state.controlled_device().map(|camera| camera.device_controls.as_slice()).unwrap_or_default();
        controls.iter().any(|control| control.name == "Power Line Frequency" && control.value == Some(integer(2)))
    });
    let told = "Power Line Frequency of Cam (virtual:cam) was changed from 50 Hz to 60 Hz";
    window.until_all("a line of the log", |window| window.shows(told));
    fill(&mut window, "Owner", "a name that is too long");
    window.until_all("a message", |window| {
        window.messages().iter().any(|message| message.contains("Cam (virtual:cam) did not set Owner"))
    });
}

#[test]
fn what_becomes_of_controls_at_the_end_is_a_preference() {
    let mut window = window();
    window.click("Put back at the end");
    window.until("the preference", |state| state.preferences.policy.puts_controls_back);
    click(&mut window, Role::CheckBox, "Mirror");
    until_is(&mut window, "Mirror", integer(1));
    let handle = window.fault_handle("cam");
    drop(window);
    assert_eq!(handle.control("Mirror"), Some(integer(0)));
}

#[test]
fn a_camera_without_controls_says_so() {
    let mut window = Window::new();
    window.click("Controls");
    assert!(window.shows("Cam (virtual:cam) has no controls that the lab can reach."));
}

#[test]
fn values_are_kept_with_the_request_and_in_a_preset() {
    let mut window =
        Window::with(&Wishes { controls: CONTROLS, answers: vec!["kept.ron", "kept.ron"], ..Wishes::default() });
    window.click("Controls");
    click(&mut window, Role::CheckBox, "Mirror");
    until_is(&mut window, "Mirror", integer(1));
    window.click("Keep in request");
    let kept = window.state().editor.controls().clone();
    assert_eq!(
        (kept.get("Mirror"), kept.get("Model"), kept.get("Exposure Time, Absolute")),
        (Some(&ControlValue::Integer(1)), None, None)
    );
    window.press(egui::Modifiers::COMMAND, egui::Key::S);
    window.until_all("the preset", |window| window.path("kept.ron").exists());
    let text = std::fs::read_to_string(window.path("kept.ron")).unwrap();
    assert!(text.contains("\"Mirror\": 1") && text.contains("\"Owner\": \"lab\""), "{text}");
    window.click("Forget");
    assert!(window.state().editor.controls().is_empty());
    click(&mut window, Role::CheckBox, "Mirror");
    until_is(&mut window, "Mirror", integer(0));
    window.press(egui::Modifiers::COMMAND, egui::Key::O);
    window.until("the values", |state| !state.editor.controls().is_empty());
    window.press(egui::Modifiers::COMMAND, egui::Key::Enter);
    until_is(&mut window, "Mirror", integer(1));
}

#[test]
fn a_closed_shutter_is_said_where_the_picture_would_be() {
    let controls = r#"device_controls: [(name: "Privacy", kind: Boolean, value: 0)],"#;
    let mut window = Window::with(&Wishes { controls, open: Some(r#"{"video":true}"#), ..Wishes::default() });
    window.until("a track", |state| !state.tracks.is_empty());
    window.click("Controls");
    click(&mut window, Role::CheckBox, "Privacy");
    window.until("mute", |state| state.tracks[0].track.muted());
    assert!(window.shows("Muted: the privacy control of Cam (virtual:cam) (“Privacy”) is on"));
    click(&mut window, Role::CheckBox, "Privacy");
    window.until("unmute", |state| !state.tracks[0].track.muted());
}
