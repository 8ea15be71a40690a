//! What a tester fixes beside the constraints: the device, and a camera's pixel format.

use std::collections::BTreeSet;

use egui::{ComboBox, Ui};

use crate::model::{DeviceInfo, Mode, PixelFormat, TrackKind};
use crate::state::State;
use crate::text::text;
use crate::ui::Action;
use crate::ui::widgets::{named, shortened};

/// Draws the choices for a kind.
pub(super) fn choices_ui(ui: &mut Ui, kind: TrackKind, state: &State, actions: &mut Vec<Action>) {
    let devices = state.devices.as_deref().unwrap_or_default();
    ui.horizontal(|ui| {
        device_ui(ui, kind, devices, state, actions);
        if kind == TrackKind::Video {
            pixel_format_ui(ui, devices, state, actions);
        }
    });
}

fn device_ui(ui: &mut Ui, kind: TrackKind, devices: &[DeviceInfo], state: &State, actions: &mut Vec<Action>) {
    let name = match kind {
        TrackKind::Video => text("constraints-camera"),
        TrackKind::Audio => text("constraints-microphone"),
    };
    let fixed = state.editor.device(kind, devices);
    let shown = fixed.map_or_else(|| text("constraints-any-device"), DeviceInfo::name);
    let short = shortened(&shown, 26);
    let mut chosen = fixed.map(|device| device.device_id.clone());
    let before = chosen.clone();
    let width = if kind == TrackKind::Video { 190.0 } else { 280.0 };
    let combo = ComboBox::from_id_salt(("device", kind)).selected_text(short).width(width).truncate();
    let response = combo.show_ui(ui, |ui| {
        ui.selectable_value(&mut chosen, None, text("constraints-any-device"));
        let is_hidden = |device: &DeviceInfo| device.device_id.as_str().is_empty();
        for device in devices.iter().filter(|one| one.kind.track_kind() == Some(kind) && !is_hidden(one)) {
            ui.selectable_value(&mut chosen, Some(device.device_id.clone()), device.name());
        }
    });
    named(response.response, &name).on_hover_text(format!("{name}: {shown}"));
    if chosen != before {
        actions.push(Action::ChooseDevice(kind, chosen));
    }
}

fn pixel_format_ui(ui: &mut Ui, devices: &[DeviceInfo], state: &State, actions: &mut Vec<Action>) {
    let name = text("constraints-pixel-format");
    let before = state.editor.pixel_format();
    let mut chosen = before;
    let shown = before.map_or_else(|| text("constraints-any-format"), |format| format.to_string());
    let response = ComboBox::from_id_salt("pixel format").selected_text(shown).width(80.0).show_ui(ui, |ui| {
        ui.selectable_value(&mut chosen, None, text("constraints-any-format"));
        for format in formats(devices).into_iter().chain(before).collect::<BTreeSet<_>>() {
            ui.selectable_value(&mut chosen, Some(format), format.to_string());
        }
    });
    named(response.response, &name).on_hover_text(&name);
    if chosen != before {
        actions.push(Action::ChoosePixelFormat(chosen));
    }
}

/// All formats of all cameras that the lab can show.
fn formats(devices: &[DeviceInfo]) -> BTreeSet<PixelFormat> {
    let modes = devices.iter().flat_map(|device| &device.modes);
    let formats = modes.filter_map(|mode| match mode {
        Mode::Video(mode) => Some(mode.pixel_format),
        Mode::Audio(_) => None,
    });
    formats.filter(|format| format.is_decodable()).collect()
}
