//! Requests that wait for a device to appear.

use egui::{Key, Modifiers};

use crate::support::Window;

#[test]
fn a_request_waits_for_its_device_and_can_be_given_up() {
    let mut window = Window::new();
    window.click("Open when the device appears");
    assert!(window.state().editor.waits());
    window.fault_handle("cam").unplug();
    window.press(Modifiers::NONE, Key::F5);
    window.until("the list", |state| state.devices.as_ref().is_some_and(|devices| devices.len() == 1));
    window.press(Modifiers::COMMAND, Key::Enter);
    window.until("the wait", |state| !state.waiting.is_empty());
    assert!(!window.state().is_opening(), "it says that it waits, not that it opens");
    assert!(window.shows("Waits for its device."));
    window.click("Give up");
    window.until("the end", |state| state.waiting.is_empty() && state.pending.is_empty());
    assert!(window.messages().is_empty(), "whoever gave it up knows");

    window.press(Modifiers::COMMAND, Key::Enter);
    window.until("the wait", |state| !state.waiting.is_empty());
    window.fault_handle("cam").plug_in();
    window.press(Modifiers::NONE, Key::F5);
    window.until("the tracks", |state| state.tracks.len() == 2 && state.waiting.is_empty());
}
