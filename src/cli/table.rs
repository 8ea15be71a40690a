//! Devices as text for people.

use std::fmt::Write as _;

use crate::model::{Capability, DeviceInfo, MediaDeviceKind, mode_lines};

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
    for mode in mode_lines(&device.modes) {
        line(text, 2, mode);
    }
    if let Some(note) = &device.note {
        line(text, 2, format!("note    {note}"));
    }
    line(text, 0, "");
}
