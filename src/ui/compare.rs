//! The window in which two backends are compared on one camera.

use egui::{RichText, ScrollArea, Ui, Window};

use crate::model::{Backend, DeviceInfo, MediaDeviceKind};
use crate::state::State;
use crate::text::{text, text_with};

use super::Action;
use super::theme::Tokens;

/// The button in a camera's details, where there are two ways to it.
pub(super) fn compare_button_ui(ui: &mut Ui, device: &DeviceInfo, is_used: bool, actions: &mut Vec<Action>) {
    if device.kind != MediaDeviceKind::VideoInput || !matches!(device.backend, Backend::V4l2 | Backend::Nokhwa) {
        return;
    }
    let why_not = if cfg!(not(feature = "nokhwa")) {
        Some(text("compare-no-nokhwa"))
    } else if is_used {
        Some(text("compare-in-use"))
    } else {
        None
    };
    let button = ui.add_enabled(why_not.is_none(), egui::Button::new(text("compare-open")));
    let button = button.on_hover_text(text("compare-tip")).on_disabled_hover_text(why_not.unwrap_or_default());
    if button.clicked() {
        actions.push(Action::CompareBackends(Some(device.device_id.clone())));
    }
}

/// Draws the window, where a comparison runs or is over.
pub(super) fn compare_ui(ui: &Ui, state: &State, actions: &mut Vec<Action>) {
    let Some(comparison) = &state.comparison else { return };
    let mut is_open = true;
    let title = text_with("compare-title", &[("device", comparison.name.clone())]);
    Window::new(title).id(egui::Id::unique("compare")).open(&mut is_open).default_width(640.0).show(ui.ctx(), |ui| {
        match &comparison.outcome {
            None => running_ui(ui, actions),
            Some(Ok(found)) => found_ui(ui, found, actions),
            Some(Err(words)) => {
                ui.colored_label(Tokens::of(ui).warning, text("compare-failed"));
                found_ui(ui, words, actions);
            }
        }
    });
    if !is_open {
        actions.push(Action::CompareBackends(None));
    }
}

fn running_ui(ui: &mut Ui, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.spinner();
        ui.label(text("compare-running"));
        if ui.button(text("compare-cancel")).clicked() {
            actions.push(Action::CompareBackends(None));
        }
    });
}

fn found_ui(ui: &mut Ui, found: &str, actions: &mut Vec<Action>) {
    if ui.button(text("compare-copy")).clicked() {
        actions.push(Action::Copy(found.to_owned()));
    }
    ScrollArea::both().max_height(480.0).auto_shrink(false).show(ui, |ui| {
        ui.add(egui::Label::new(RichText::new(found).monospace()).extend());
    });
}
