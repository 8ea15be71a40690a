//! A few small pictures: that the window looks as it did.

use std::time::Duration;

use capture_lab::preferences::Theme;
use egui::vec2;

use crate::support::{Window, Wishes};

fn picture(name: &str, theme: Theme) {
    let open = Some(r#"{"video":{"width":320},"audio":true}"#);
    let mut window = Window::with(&Wishes { open, theme: Some(theme), draws: true, ..Wishes::default() });
    window.until("the tracks", |state| state.tracks.len() == 2);
    window.pass(Duration::from_millis(500));
    // What changes from run to run: the picture and numbers of a moment, names of folders.
    for panel in ["Preview", "Meters", "Measurements", "Tracks", "Events", "Clips"] {
        hide(&mut window, panel);
    }
    // Where the last menu entry was is not what is looked at.
    window.harness.event(egui::Event::PointerGone);
    window.harness.set_size(vec2(480.0, 420.0));
    window.harness.run_steps(4);
    window.harness.snapshot(name);
}

fn hide(window: &mut Window, panel: &str) {
    use egui_kittest::kittest::{By, Queryable as _};
    window.click("View");
    window.harness.get(By::new().label(panel).role(egui::accesskit::Role::CheckBox)).click();
    window.harness.run_steps(2);
    window.press(egui::Modifiers::NONE, egui::Key::Escape);
}

#[test]
fn devices_and_constraints_in_the_dark() {
    picture("dark", Theme::Dark);
}

#[test]
fn devices_and_constraints_in_the_light() {
    picture("light", Theme::Light);
}
