//! Devices as text for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{Capability, DeviceInfo, Extent, MediaDeviceKind, Mode, RateExtent, VideoMode};

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
    for (property, capability) in device.capabilities.iter() {
        if let Capability::Range { min, max } = capability {
            line(text, 2, format!("{:<16}{min} to {max}", property.name()));
        }
    }
    add_modes(text, &device.modes);
    if let Some(note) = &device.note {
        line(text, 2, format!("note    {note}"));
    }
    line(text, 0, "");
}

/// Video modes as one line per format and size, with all rates.
fn add_modes(text: &mut String, modes: &[Mode]) {
    let mut rates: BTreeMap<(usize, String), Vec<String>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for mode in modes {
        match mode {
            Mode::Video(mode) => {
                let head = head(mode);
                let place = order.iter().position(|other| *other == head).unwrap_or_else(|| {
                    order.push(head.clone());
                    order.len() - 1
                });
                rates.entry((place, head)).or_default().push(rate(mode.frame_rate));
            }
            Mode::Audio(mode) => {
                let channels = extent(mode.channels);
                line(text, 2, format!("{:?}  {} Hz  {channels} ch", mode.sample_format, extent(mode.sample_rate)));
            }
        }
    }
    for ((_, head), rates) in rates {
        line(text, 2, format!("{head}  {} fps", rates.join(" ")));
    }
}

fn head(mode: &VideoMode) -> String {
    let mark = if mode.pixel_format.is_decodable() { "" } else { " (not decodable)" };
    let size = format!("{}x{}", extent(mode.width), extent(mode.height));
    format!("{:<4}  {size:<10}{mark}", mode.pixel_format.to_string())
}

fn extent(extent: Extent) -> String {
    match extent {
        Extent::One(value) => value.to_string(),
        Extent::Range { min, max, step: 1 } => format!("{min}–{max}"),
        Extent::Range { min, max, step } => format!("{min}–{max}/{step}"),
    }
}

fn rate(rate: RateExtent) -> String {
    match rate {
        RateExtent::One(rate) => rate.to_string(),
        RateExtent::Range { min, max } => format!("{min}–{max}"),
    }
}
