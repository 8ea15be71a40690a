//! Devices as text for people.

use std::fmt::Write as _;

use crate::model::{Capability, ControlKind, DeviceControl, DeviceInfo, MediaDeviceKind, mode_lines};

/// All devices, by kind.
pub(super) fn devices(devices: &[DeviceInfo]) -> String {
    let mut text = String::new();
    for (kind, title) in [(MediaDeviceKind::VideoInput, "Cameras"), (MediaDeviceKind::AudioInput, "Microphones")] {
        let of_kind: Vec<_> = devices.iter().filter(|device| device.kind == kind).collect();
        line(&mut text, 0, format!("{title} ({})", of_kind.len()));
        if of_kind.is_empty() {
            line(&mut text, 1, "none: plug one in, or add a virtual one with --virtual builtin");
        }
        for device in of_kind {
            add_device(&mut text, device);
        }
    }
    text.trim_end().to_owned()
}

/// Writing to a `String` cannot fail.
fn line(text: &mut String, depth: usize, content: impl std::fmt::Display) {
    writeln!(text, "{:indent$}{content}", "", indent = depth * 2).ok();
}

/// For instance `Brightness            128 (integer, 0 to 255)`.
fn control_line(control: &DeviceControl) -> String {
    let DeviceControl { name, kind, min, max, .. } = control;
    let range = match kind {
        ControlKind::Integer | ControlKind::Integer64 => format!(", {min} to {max}"),
        _ => String::new(),
    };
    let state = if control.is_read_only {
        ", read only"
    } else if control.is_inactive {
        ", inactive"
    } else {
        ""
    };
    format!("{name:<30}{} ({}{range}{state})", control.value_words(), kind.name())
}

fn add_device(text: &mut String, device: &DeviceInfo) {
    let default = if device.is_default { "  [default]" } else { "" };
    line(text, 1, format!("{}  {}{default}", device.node, device.label));
    line(text, 2, format!("id      {}", device.device_id));
    line(text, 2, format!("group   {}", device.group_id));
    let parts = [Some(device.backend.name()), device.driver.as_deref(), device.bus.as_deref()];
    line(text, 2, format!("via     {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", ")));
    if let Some(usb) = &device.usb {
        let serial = usb.serial.as_ref().map(|serial| format!(", serial {serial}")).unwrap_or_default();
        let speed = usb.speed_mbps.map(|speed| format!(", {speed} Mbit/s")).unwrap_or_default();
        line(text, 2, format!("usb     {}:{}{serial}{speed}", usb.vid, usb.pid));
    }
    if let Some(firmware) = &device.firmware {
        line(text, 2, format!("release {firmware}"));
    }
    for input in &device.inputs {
        let current = if input.is_current && device.inputs.len() > 1 { "  [current]" } else { "" };
        line(text, 2, format!("input   {}{current}", input.words()));
    }
    for (property, capability) in device.capabilities.iter() {
        if let Capability::Range { min, max } | Capability::Steps { min, max, .. } = capability {
            line(text, 2, format!("{:<16}{min} to {max}", property.name()));
        }
    }
    if !device.device_controls.is_empty() {
        line(text, 2, format!("controls ({})", device.device_controls.len()));
    }
    for control in &device.device_controls {
        line(text, 3, control_line(control));
    }
    for mode in mode_lines(&device.modes) {
        line(text, 2, mode);
    }
    if let Some(note) = &device.note {
        line(text, 2, format!("note    {note}"));
    }
    line(text, 0, "");
}

/// With so many decimals. What is rounded to zero has no sign.
pub(super) fn decimal(number: f64, decimals: usize) -> String {
    let text = format!("{number:.decimals$}");
    let zero = format!("{:.decimals$}", 0.0);
    if text.strip_prefix('-') == Some(&zero) { zero } else { text }
}
