//! `MediaDeviceInfo` and `InputDeviceInfo`, with what a tester wants beside them.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::device_control::DYNAMIC_RATE_CONTROL;
use super::{
    Capabilities, Control, DeviceControl, DeviceId, GroupId, Mode, Property, Settings, TrackKind, Value, VideoInput,
};

/// `MediaDeviceKind` (`#dom-mediadevicekind`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum MediaDeviceKind {
    /// A microphone.
    AudioInput,
    /// A camera.
    VideoInput,
    /// A loudspeaker.
    AudioOutput,
}

impl MediaDeviceKind {
    /// The name in the standard, for instance `audioinput`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AudioInput => "audioinput",
            Self::VideoInput => "videoinput",
            Self::AudioOutput => "audiooutput",
        }
    }

    /// The kind of track that an input of this kind gives.
    pub const fn track_kind(self) -> Option<TrackKind> {
        match self {
            Self::AudioInput => Some(TrackKind::Audio),
            Self::VideoInput => Some(TrackKind::Video),
            Self::AudioOutput => None,
        }
    }
}

impl fmt::Display for MediaDeviceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The code through which the lab talks to a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Backend {
    /// Linux's `Video4Linux`, by the lab's own loop.
    V4l2,
    /// The nokhwa library: Linux on demand, macOS (`AVFoundation`) and Windows (Media Foundation).
    Nokhwa,
    /// Linux's ALSA, through cpal.
    Alsa,
    /// A `PulseAudio` server (or `PipeWire` in its place), through cpal.
    Pulse,
    /// The system's own audio through cpal, on macOS (Core Audio) and Windows (WASAPI).
    Cpal,
    /// A device that the lab plays itself.
    Virtual,
}

impl Backend {
    /// The name in lower case, for instance `v4l2`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::V4l2 => "v4l2",
            Self::Nokhwa => "nokhwa",
            Self::Alsa => "alsa",
            Self::Pulse => "pulse",
            Self::Cpal => "cpal",
            Self::Virtual => "virtual",
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Where a device sits on the USB.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct UsbInfo {
    /// Vendor, 4 hexadecimal digits.
    pub vid: String,
    /// Product, 4 hexadecimal digits.
    pub pid: String,
    /// Serial number, where the device has one.
    pub serial: Option<String>,
    /// Negotiated speed in Mbit/s.
    pub speed_mbps: Option<u32>,
}

/// `InputDeviceInfo` (or `MediaDeviceInfo`, for an output): `deviceId`, `kind`, `label`, `groupId` and
/// `getCapabilities()`, and beside them where the device is and in which modes it delivers.
#[derive(Clone, Debug, PartialEq)]
pub struct DeviceInfo {
    /// Stable identifier.
    pub device_id: DeviceId,
    /// Camera, microphone or loudspeaker.
    pub kind: MediaDeviceKind,
    /// Name for people; may be empty (ENUM-11).
    pub label: String,
    /// Which physical unit it belongs to.
    pub group_id: GroupId,
    /// Whether the system prefers it among its kind.
    pub is_default: bool,
    /// Where the system has it: `/dev/video0`, `hw:1,0`, a source of a sound server.
    pub node: String,
    /// The code that talks to it.
    pub backend: Backend,
    /// The driver's name.
    pub driver: Option<String>,
    /// Where it is attached, as the driver says.
    pub bus: Option<String>,
    /// Its place on the USB.
    pub usb: Option<UsbInfo>,
    /// The release of its firmware as far as it tells (USB's `bcdDevice`), else of its driver.
    pub firmware: Option<String>,
    /// What it can be connected to, of a camera. The modes are those of the current one.
    pub inputs: Vec<VideoInput>,
    /// `getCapabilities()` (ENUM-12).
    pub capabilities: Capabilities,
    /// Its controls, of a camera. They are in the capabilities too.
    pub controls: Vec<Control>,
    /// All controls that its driver has, whether or not the web knows them.
    pub device_controls: Vec<DeviceControl>,
    /// All modes that it offers, decodable or not.
    pub modes: Vec<Mode>,
    /// What could not be found out, and why: a sentence.
    pub note: Option<String>,
    /// Whether it could not be asked because this user may not open it (PERM-02).
    pub is_denied: bool,
}

impl DeviceInfo {
    /// How messages name it: label and node.
    pub fn name(&self) -> String {
        if self.label.is_empty() { self.node.clone() } else { format!("{} ({})", self.label, self.node) }
    }

    /// The same with controls that can be nothing but what they are: other tracks need them so.
    #[must_use]
    pub fn pinned(&self) -> Self {
        let mut pinned = self.clone();
        pinned.controls = self.controls.iter().map(Control::pinned).collect();
        for control in &pinned.controls {
            pinned.capabilities.set(control.property, control.capability());
        }
        pinned
    }

    /// The same with controls at the values that settings have.
    #[must_use]
    pub fn set_to(&self, settings: &Settings) -> Self {
        let mut set = self.clone();
        for control in &mut set.controls {
            if let Some(value) = settings.get(control.property) {
                control.value = value.clone();
            }
        }
        set
    }

    /// Whether two lists have the same devices in the same order, whatever their controls are set to (CHG-01).
    pub fn are_alike(some: &[Self], others: &[Self]) -> bool {
        some.len() == others.len() && some.iter().zip(others).all(|(one, other)| one.is_like(other))
    }

    /// Whether it is the same device with the same abilities, whatever its controls are set to: a control that was moved
    /// makes no `devicechange`.
    pub fn is_like(&self, other: &Self) -> bool {
        self == other || self.without_state() == other.without_state()
    }

    fn without_state(&self) -> Self {
        let mut same = self.clone();
        same.controls.iter_mut().for_each(|control| control.value = Value::Boolean(false));
        same.device_controls.iter_mut().for_each(|control| *control = control.without_state());
        same
    }

    /// Whether the control that a property stands for changes by itself all the time.
    pub fn is_volatile(&self, property: Property) -> bool {
        self.device_controls.iter().any(|control| control.property == Some(property) && control.is_volatile)
    }

    /// Whether its automatic exposure may lower the rate (`exposure_dynamic_framerate`); `None` where it does not say.
    pub fn may_lower_rate(&self) -> Option<bool> {
        let control = self.device_controls.iter().find(|control| control.id == DYNAMIC_RATE_CONTROL)?;
        Some(control.value.as_ref()?.as_integer()? != 0)
    }

    /// Its controls are these now.
    pub fn set_controls(&mut self, controls: Vec<Control>, device_controls: Vec<DeviceControl>) {
        for control in &controls {
            self.capabilities.set(control.property, control.capability());
        }
        (self.controls, self.device_controls) = (controls, device_controls);
    }

    /// What a browser shows of it before anything of its kind was captured: the kind (ENUM-13).
    #[must_use]
    pub fn hidden(&self) -> Self {
        Self::blank(self.kind, self.backend)
    }

    /// A device of which nothing else is known.
    fn blank(kind: MediaDeviceKind, backend: Backend) -> Self {
        Self {
            device_id: DeviceId::default(),
            kind,
            label: String::new(),
            group_id: GroupId::default(),
            is_default: false,
            node: String::new(),
            backend,
            driver: None,
            bus: None,
            usb: None,
            firmware: None,
            inputs: Vec::new(),
            capabilities: Capabilities::default(),
            controls: Vec::new(),
            device_controls: Vec::new(),
            modes: Vec::new(),
            note: None,
            is_denied: false,
        }
    }
}

#[cfg(test)]
impl DeviceInfo {
    /// A device for tests, without modes.
    pub(crate) fn bare(kind: MediaDeviceKind, label: &str, node: &str) -> Self {
        let device_id = DeviceId(format!("id of {node}"));
        let (label, node) = (label.to_owned(), node.to_owned());
        Self { device_id, label, node, ..Self::blank(kind, Backend::Virtual) }
    }
}
