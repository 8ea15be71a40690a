//! The window as a whole: panels, themes, rest.

use capture_lab::preferences::{Preferences, Theme};

use crate::support::Window;

#[test]
fn at_rest_nothing_is_painted() {
    let mut window = Window::new();
    window.harness.run(); // fails where the window never comes to rest
    assert!(window.state().tracks.is_empty());
}

#[test]
fn a_panel_is_hidden_and_the_layout_is_reset() {
    let mut window = Window::new();
    assert!(window.shows("Kept in"));
    window.click("View");
    // The menu and the panel's tab have the same name; the menu's is the newer.
    let item = egui_kittest::kittest::By::new().label("Clips").role(egui::accesskit::Role::CheckBox);
    egui_kittest::kittest::Queryable::get(&window.harness, item).click();
    window.harness.run_steps(3);
    assert!(!window.shows("Kept in"));
    window.click("View");
    window.click("Reset layout");
    assert!(window.shows("Kept in"));
}

#[test]
fn the_theme_is_chosen_and_remembered() {
    let mut window = Window::new();
    window.click("View");
    window.click("Light theme");
    assert_eq!(window.state().preferences.theme, Theme::Light);
    let file = window.path("preferences.ron");
    window.until_all("the file", |_| Preferences::load(&file).0.theme == Theme::Light);
}

#[test]
fn the_devices_are_listed_with_node_and_group() {
    let mut window = Window::new();
    assert!(window.shows("Cameras (1)") && window.shows("Microphones (1)"));
    window.click("Cam (virtual:cam)");
    let device = window.state().devices.as_ref().unwrap().iter().find(|device| device.label == "Cam").unwrap();
    for shown in [device.device_id.to_string(), device.group_id.to_string(), "1–640".to_owned()] {
        assert!(window.shows(&shown), "{shown}");
    }
}

#[test]
fn the_lab_plays_the_browser_where_it_is_told_to() {
    capture_lab::covers!("PERM-01", "PERM-04", "PERM-06");
    let mut window = Window::new();
    window.press(egui::Modifiers::COMMAND, egui::Key::Comma);
    window.click("Ask before capture");
    window.until("the switch", |state| state.preferences.policy.asks_permission);
    window.click("Close");
    window.press(egui::Modifiers::COMMAND, egui::Key::Enter);
    window.until("a question", |state| state.questions.len() == 1);
    window.harness.run_steps(3);
    assert!(window.shows("Capture?") && window.shows("Cam (virtual:cam)"));
    window.click("Remember the answer");
    window.click("Don’t allow");
    window.until("the refusal", |state| state.toasts.iter().next().is_some());
    assert!(window.messages()[0].starts_with("NotAllowedError"), "{:?}", window.messages());
    window.press(egui::Modifiers::COMMAND, egui::Key::Comma);
    window.click("Cameras granted");
    window.click("Microphones granted");
    window.until("what is allowed", |state| state.permissions.values().all(|one| one.name() == "granted"));
    assert!(window.state().lamps.iter().next().is_none(), "allowed is not in use");
    window.click("Close");
    window.press(egui::Modifiers::COMMAND, egui::Key::Enter);
    window.until("a track", |state| !state.tracks.is_empty());
    let file = window.path("preferences.ron");
    window.until_all("the file", |_| Preferences::load(&file).0.policy.asks_permission);
}

#[test]
fn device_ids_are_reset_after_a_second_click() {
    capture_lab::covers!("ENUM-08");
    let mut window = Window::new();
    let ids = |state: &capture_lab::state::State| {
        state.devices.iter().flatten().map(|device| device.device_id.clone()).collect::<Vec<_>>()
    };
    let before = ids(window.state());
    window.press(egui::Modifiers::COMMAND, egui::Key::Comma);
    window.click("Reset device ids…");
    window.click("Keep them");
    window.click("Reset device ids…");
    window.click("Reset them");
    window.until("other ids", |state| ids(state).iter().all(|id| !before.contains(id)));
    assert!(window.path("device-id-salt").exists());
}
