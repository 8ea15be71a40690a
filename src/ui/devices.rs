//! The panel of devices: by kind, each with its details.

use egui::{CollapsingHeader, ComboBox, Frame, Grid, Margin, RichText, ScrollArea, Sense, Ui, vec2};

use crate::model::{Backend, DeviceInfo, InputSignal, MediaDeviceKind, TrackKind, VideoInput, mode_lines};
use crate::state::State;
use crate::text::{text, text_with};

use super::compare::compare_button_ui;
use super::theme::Tokens;
use super::widgets::{badge_ui, empty_ui, fact_ui, named, shortened};
use super::{Action, number};

/// Draws the panel.
pub(super) fn devices_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let Some(devices) = &state.devices else { return empty_ui(ui, &text("devices-listing")) };
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for kind in [MediaDeviceKind::VideoInput, MediaDeviceKind::AudioInput] {
            let of_kind: Vec<_> = devices.iter().filter(|device| device.kind == kind).collect();
            kind_ui(ui, kind, &of_kind, state, actions);
        }
    });
}

fn kind_ui(ui: &mut Ui, kind: MediaDeviceKind, devices: &[&DeviceInfo], state: &State, actions: &mut Vec<Action>) {
    let is_camera = kind == MediaDeviceKind::VideoInput;
    let title = if is_camera { text("devices-cameras") } else { text("devices-microphones") };
    ui.heading(format!("{title} ({})", devices.len()));
    let note = match (devices, is_camera) {
        ([], true) => text("devices-no-camera"),
        ([], false) => text("devices-no-microphone"),
        _ if is_stand_in(devices, state) => text("devices-stand-in"),
        _ => String::new(),
    };
    if !note.is_empty() {
        ui.weak(note);
    }
    for device in devices {
        device_ui(ui, device, state, actions);
    }
    ui.add_space(8.0);
}

/// Whether the built-in device is there only because no real one is.
fn is_stand_in(devices: &[&DeviceInfo], state: &State) -> bool {
    state.has_stand_ins && devices.iter().all(|device| device.backend == Backend::Virtual)
}

fn device_ui(ui: &mut Ui, device: &DeviceInfo, state: &State, actions: &mut Vec<Action>) {
    let is_selected = state.selected_device.as_ref() == Some(&device.device_id);
    ui.horizontal(|ui| {
        // For the pointer; the label beside it does the same for the keyboard and for screen readers.
        let (_, icon) = ui.allocate_exact_size(vec2(14.0, 16.0), Sense::CLICK);
        if icon.clicked() {
            actions.push(Action::SelectDevice(device.device_id.clone()));
        }
        egui::collapsing_header::paint_default_icon(ui, f32::from(u8::from(is_selected)), &icon);
        let label = if device.label.is_empty() { &device.node } else { &device.label };
        let response = ui.selectable_label(is_selected, shortened(label, 30));
        if named(response, &device.name()).on_hover_text(format!("{label}\n{}", text("devices-details"))).clicked() {
            actions.push(Action::SelectDevice(device.device_id.clone()));
        }
        badges_ui(ui, device, state);
        ui.add(egui::Label::new(RichText::new(&device.node).weak().monospace()).truncate());
    });
    if is_selected {
        let frame = Frame::new().fill(ui.visuals().faint_bg_color).corner_radius(4).inner_margin(Margin::same(8));
        frame.show(ui, |ui| details_ui(ui, device, state, actions));
    }
}

fn is_in_use(device: &DeviceInfo, state: &State) -> bool {
    state.tracks.iter().any(|view| view.track.is_live() && view.track.device_id == device.device_id)
}

fn badges_ui(ui: &mut Ui, device: &DeviceInfo, state: &State) {
    let tokens = Tokens::of(ui);
    if is_in_use(device, state) {
        badge_ui(ui, &text("devices-in-use"), tokens.recording);
    }
    if device.is_default {
        badge_ui(ui, &text("devices-default"), tokens.accent).on_hover_text(text("devices-default-tip"));
    }
    if device.note.is_some() {
        badge_ui(ui, &text("devices-noted"), tokens.warning);
    }
}

fn details_ui(ui: &mut Ui, device: &DeviceInfo, state: &State, actions: &mut Vec<Action>) {
    let kind = device.kind.track_kind().unwrap_or(TrackKind::Video);
    ui.horizontal_wrapped(|ui| {
        if ui.button(text("devices-capture")).on_hover_text(text("devices-capture-tip")).clicked() {
            actions.push(Action::CaptureDevice(kind, device.device_id.clone()));
        }
        let is_hidden = device.device_id.as_str().is_empty();
        if !is_hidden && ui.button(text("devices-fix")).on_hover_text(text("devices-fix-tip")).clicked() {
            actions.push(Action::ChooseDevice(kind, Some(device.device_id.clone())));
        }
        let is_virtual = device.backend == Backend::Virtual && !is_hidden;
        if is_virtual && ui.button(text("remote-open")).on_hover_text(text("remote-tip")).clicked() {
            actions.push(Action::OpenRemote(device.device_id.clone()));
        }
        if !is_hidden {
            compare_button_ui(ui, device, is_in_use(device, state), actions);
        }
    });
    if let Some(note) = &device.note {
        ui.colored_label(Tokens::of(ui).warning, note);
    }
    Grid::new("facts").num_columns(2).show(ui, |ui| facts_ui(ui, device, actions));
    let has_signals = device.inputs.iter().any(|input| !input.standards.is_empty() || !input.timings.is_empty());
    if device.inputs.len() > 1 || has_signals {
        inputs_ui(ui, device, state, actions);
    }
    section_ui(ui, &text("devices-capabilities"), true, |ui| {
        Grid::new("capabilities").num_columns(2).striped(true).show(ui, |ui| capabilities_ui(ui, device));
    });
    let modes = mode_lines(&device.modes);
    section_ui(ui, &format!("{} ({})", text("devices-modes"), device.modes.len()), modes.len() <= 12, |ui| {
        for line in modes {
            ui.add(egui::Label::new(RichText::new(line).monospace()).truncate());
        }
    });
}

/// The inputs of a grabber. Another one can be taken only while nothing captures from the device.
fn inputs_ui(ui: &mut Ui, device: &DeviceInfo, state: &State, actions: &mut Vec<Action>) {
    ui.weak(text("inputs-title")).on_hover_text(text("inputs-tip"));
    let is_idle = !is_in_use(device, state);
    for input in &device.inputs {
        let radio = ui.add_enabled(is_idle, egui::RadioButton::new(input.is_current, input.words()));
        let radio = radio.on_disabled_hover_text(text("inputs-in-use"));
        if radio.on_hover_text(input_details(input)).clicked() && !input.is_current {
            actions.push(Action::SelectInput(device.device_id.clone(), input.index, InputSignal::Detected));
        }
        if input.is_current && !(input.standards.is_empty() && input.timings.is_empty()) {
            signal_ui(ui, device, input, is_idle, actions);
        }
    }
}

/// The signal that the chosen input is set to: as detected, or one by hand.
fn signal_ui(ui: &mut Ui, device: &DeviceInfo, input: &VideoInput, is_idle: bool, actions: &mut Vec<Action>) {
    let set = input.standard.iter().chain(&input.timing).next().cloned().unwrap_or_else(|| text("inputs-signal-none"));
    let detected = match (&input.detected, &input.undetected) {
        (Some(signal), _) => text_with("inputs-signal-detected", &[("signal", signal.clone())]),
        (None, Some(why)) => text_with("inputs-signal-undetected", &[("why", why.clone())]),
        (None, None) => text("inputs-signal-detect"),
    };
    let mut wanted = None;
    let combo = ui.add_enabled_ui(is_idle, |ui| {
        ComboBox::from_id_salt("signal").selected_text(set.clone()).show_ui(ui, |ui| {
            if ui.selectable_label(false, &detected).clicked() {
                wanted = Some(InputSignal::Detected);
            }
            for name in &input.standards {
                if ui.selectable_label(*name == set, name).clicked() {
                    wanted = Some(InputSignal::Standard(name.clone()));
                }
            }
            for name in &input.timings {
                if ui.selectable_label(*name == set, name).clicked() {
                    wanted = Some(InputSignal::Timings(name.clone()));
                }
            }
        })
    });
    named(combo.inner.response, &text("inputs-signal")).on_hover_text(detected);
    actions.extend(wanted.map(|signal| Action::SelectInput(device.device_id.clone(), input.index, signal)));
}

/// Everything that an input takes.
fn input_details(input: &VideoInput) -> String {
    let all: Vec<_> = input.standards.iter().chain(&input.timings).map(String::as_str).collect();
    if all.is_empty() { text("inputs-tip") } else { text_with("inputs-takes", &[("list", all.join(", "))]) }
}

fn section_ui(ui: &mut Ui, title: &str, is_open: bool, content: impl FnOnce(&mut Ui)) {
    CollapsingHeader::new(title).default_open(is_open).show(ui, content);
}

fn facts_ui(ui: &mut Ui, device: &DeviceInfo, actions: &mut Vec<Action>) {
    for (name, value) in facts(device) {
        if fact_ui(ui, &name, &value) {
            actions.push(Action::Copy(value));
        }
    }
}

fn facts(device: &DeviceInfo) -> Vec<(String, String)> {
    let usb = device.usb.as_ref().map(|usb| {
        let serial = usb.serial.as_ref().map(|serial| format!(" {serial}")).unwrap_or_default();
        let speed = usb.speed_mbps.map(|speed| format!(" {speed} Mbit/s")).unwrap_or_default();
        format!("{}:{}{serial}{speed}", usb.vid, usb.pid)
    });
    let facts = [
        ("deviceId".to_owned(), Some(device.device_id.to_string())),
        ("groupId".to_owned(), Some(device.group_id.to_string())),
        (text("devices-node"), Some(device.node.clone())),
        (text("devices-backend"), Some(device.backend.to_string())),
        (text("devices-driver"), device.driver.clone()),
        (text("devices-bus"), device.bus.clone()),
        ("USB".to_owned(), usb),
        (text("inputs-release"), device.firmware.clone()),
    ];
    facts.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

fn capabilities_ui(ui: &mut Ui, device: &DeviceInfo) {
    for (property, capability) in device.capabilities.iter() {
        if matches!(capability, crate::model::Capability::Text(_)) {
            continue; // the ids stand above
        }
        ui.weak(property.name()).on_hover_text(text(&format!("property-{property}")));
        ui.monospace(number::capability(capability));
        ui.end_row();
    }
    if device.capabilities.is_empty() {
        ui.weak(text_with("devices-unknown", &[("device", device.name())]));
        ui.end_row();
    }
}
