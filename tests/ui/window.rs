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
