//! The panel of controls: all that the driver of a camera, or a microphone's mixer, lets one set, live.

mod control;

use std::collections::BTreeMap;

use egui::{CollapsingHeader, ComboBox, Grid, ScrollArea, Ui};

use crate::model::{ControlValue, DeviceControl, DeviceId, DeviceInfo};
use crate::state::{Pending, State};
use crate::text::{text, text_with};

use super::Action;
use super::widgets::{empty_ui, named};

/// What the panel remembers.
#[derive(Debug, Default)]
pub(super) struct ControlsView {
    /// Whether it was drawn in this pass.
    is_shown: bool,
    /// Whose controls were shown last.
    camera: Option<DeviceId>,
    /// What was asked for and is not answered yet, by control: shown until then, so that a slider stays under the pointer.
    asked: BTreeMap<u32, ControlValue>,
    /// Texts that are being typed, by control.
    typed: BTreeMap<u32, String>,
}

impl ControlsView {
    /// A new pass begins.
    pub fn begin(&mut self) {
        self.is_shown = false;
    }

    /// Controls of different cameras have the same ids: what was typed for one is not for the next.
    fn turn_to(&mut self, camera: &DeviceId) {
        if self.camera.as_ref() != Some(camera) {
            self.camera = Some(camera.clone());
            self.asked.clear();
            self.typed.clear();
        }
    }

    /// Whether the panel is seen.
    pub const fn is_shown(&self) -> bool {
        self.is_shown
    }
}

/// Draws the panel.
pub(super) fn controls_ui(ui: &mut Ui, view: &mut ControlsView, state: &State, actions: &mut Vec<Action>) {
    view.is_shown = true;
    let Some(camera) = state.controlled_device() else { return empty_ui(ui, &text("controls-no-camera")) };
    view.turn_to(&camera.device_id);
    let is_this = |pending: &Pending| matches!(pending, Pending::SetControls(device) if *device == camera.device_id);
    if !state.pending.values().any(is_this) {
        view.asked.clear();
    }
    ui.horizontal_wrapped(|ui| {
        camera_ui(ui, camera, state, actions);
        buttons_ui(ui, camera, state, actions);
    });
    ui.horizontal_wrapped(|ui| {
        leave_ui(ui, state, actions);
        keep_ui(ui, camera, state, actions);
    });
    if camera.device_controls.is_empty() {
        return empty_ui(ui, &text_with("controls-none", &[("device", camera.name())]));
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for (group, controls) in groups(&camera.device_controls) {
            let title = if group.is_empty() { text("controls-group") } else { group.to_owned() };
            CollapsingHeader::new(title).id_salt(group).default_open(true).show(ui, |ui| {
                Grid::new(group).num_columns(3).striped(true).show(ui, |ui| {
                    for control in controls {
                        control::control_ui(ui, view, camera, control, actions);
                        ui.end_row();
                    }
                });
            });
        }
    });
}

/// Controls by their class, in the order of the driver.
fn groups(controls: &[DeviceControl]) -> Vec<(&str, Vec<&DeviceControl>)> {
    let mut groups: Vec<(&str, Vec<&DeviceControl>)> = Vec::new();
    for control in controls {
        match groups.iter_mut().find(|(group, _)| *group == control.group) {
            Some((_, of_group)) => of_group.push(control),
            None => groups.push((&control.group, vec![control])),
        }
    }
    groups
}

fn camera_ui(ui: &mut Ui, camera: &DeviceInfo, state: &State, actions: &mut Vec<Action>) {
    let combo = ComboBox::from_id_salt("camera").selected_text(camera.label.clone()).show_ui(ui, |ui| {
        for other in state.controlled_devices() {
            if ui.selectable_label(other.device_id == camera.device_id, other.name()).clicked() {
                actions.push(Action::ShowControls(other.device_id.clone()));
            }
        }
    });
    named(combo.response, &text("controls-camera")).on_hover_text(camera.name());
}

fn buttons_ui(ui: &mut Ui, camera: &DeviceInfo, state: &State, actions: &mut Vec<Action>) {
    let is_changed = camera.device_controls.iter().any(DeviceControl::is_changed);
    let reset = ui.add_enabled(is_changed, egui::Button::new(text("controls-reset-all")));
    if reset.on_hover_text(text("controls-reset-all-tip")).clicked() {
        actions.push(Action::ResetControls(camera.device_id.clone(), Vec::new()));
    }
    let can_undo = state.controls.can_undo(&camera.device_id);
    let undo = ui.add_enabled(can_undo, egui::Button::new(text("controls-undo")));
    if undo.on_hover_text(text("controls-undo-tip")).clicked() {
        actions.push(Action::UndoControl(camera.device_id.clone()));
    }
}

/// Keeps the values of now with the request, and in presets that are made of it.
fn keep_ui(ui: &mut Ui, camera: &DeviceInfo, state: &State, actions: &mut Vec<Action>) {
    let kept = state.editor.controls();
    if kept.is_empty() {
        let keepable: Vec<_> = camera.device_controls.iter().filter(|control| control.is_keepable()).collect();
        let keep = ui.add_enabled(!keepable.is_empty(), egui::Button::new(text("controls-keep")));
        if keep.on_hover_text(text("controls-keep-tip")).clicked() {
            let values =
                keepable.into_iter().filter_map(|control| Some((control.name.clone(), control.value.clone()?)));
            actions.push(Action::KeepControls(values.collect()));
        }
        return;
    }
    let values: Vec<_> = kept.iter().map(|(name, value)| format!("{name}: {value}")).collect();
    let count = text_with("controls-kept", &[("count", kept.len().to_string())]);
    ui.label(count).on_hover_text(values.join("\n"));
    if ui.button(text("controls-forget")).on_hover_text(text("controls-forget-tip")).clicked() {
        actions.push(Action::KeepControls(BTreeMap::new()));
    }
}

/// Whether controls are put back or left as they are set.
fn leave_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let mut policy = state.preferences.policy;
    let switch = ui.checkbox(&mut policy.puts_controls_back, text("controls-put-back"));
    if switch.on_hover_text(text("controls-put-back-tip")).changed() {
        actions.push(Action::SetPolicy(policy));
    }
}
