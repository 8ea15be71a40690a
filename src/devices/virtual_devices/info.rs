//! How virtual devices are listed.

use crate::devices::IdMaker;
use crate::model::{
    AudioMode, Backend, CameraMode, Capability, DeviceId, DeviceInfo, Extent, GroupId, MediaDeviceKind, Mode, Property,
    RateExtent, VideoMode,
};
use crate::selection::capabilities;

use super::description::{CameraDescription, Facing};
use super::microphone_description::MicrophoneDescription;

pub(super) fn of_camera(camera: &CameraDescription, modes: &[CameraMode], ids: &IdMaker) -> DeviceInfo {
    let listed = Listed {
        kind: MediaDeviceKind::VideoInput,
        name: &camera.name,
        label: &camera.label,
        unit: camera.unit.as_deref(),
        facing: camera.facing.map(Facing::name),
    };
    listed.info(modes.iter().map(video_mode).collect(), ids)
}

/// `counts`: with how many channels it may be opened.
pub(super) fn of_microphone(microphone: &MicrophoneDescription, counts: &[u32], ids: &IdMaker) -> DeviceInfo {
    let listed = Listed {
        kind: MediaDeviceKind::AudioInput,
        name: &microphone.name,
        label: &microphone.label,
        unit: microphone.unit.as_deref(),
        facing: None,
    };
    let mut modes = Vec::new();
    for rate in &microphone.rates {
        let sample_rate = Extent::One(rate.0);
        for sample_format in microphone.formats() {
            let of_count = |count: &u32| AudioMode { sample_rate, channels: Extent::One(*count), sample_format };
            modes.extend(counts.iter().map(of_count).map(Mode::Audio));
        }
    }
    listed.info(modes, ids)
}

/// What cameras and microphones have in common.
struct Listed<'a> {
    kind: MediaDeviceKind,
    name: &'a str,
    label: &'a str,
    unit: Option<&'a str>,
    facing: Option<&'a str>,
}

impl Listed<'_> {
    fn info(&self, modes: Vec<Mode>, ids: &IdMaker) -> DeviceInfo {
        let (device_id, group_id) = names(self.kind, self.name, self.unit, ids);
        DeviceInfo {
            capabilities: capabilities(&device_id, &group_id, self.facing, &modes),
            device_id,
            kind: self.kind,
            label: self.label.to_owned(),
            group_id,
            is_default: false,
            node: format!("virtual:{}", self.name),
            backend: Backend::Virtual,
            driver: Some("virtual".to_owned()),
            bus: None,
            usb: None,
            firmware: None,
            inputs: Vec::new(),
            modes,
            note: None,
            controls: Vec::new(),
            device_controls: Vec::new(),
            is_denied: false,
        }
    }
}

fn names(kind: MediaDeviceKind, name: &str, unit: Option<&str>, ids: &IdMaker) -> (DeviceId, GroupId) {
    let group = match unit {
        Some(unit) => ids.group_id(&["virtual unit", unit]),
        None => ids.group_id(&["virtual", kind.name(), name]),
    };
    (ids.device_id(kind, &["virtual", name]), group)
}

/// The same with the ids and the node of now: the salt may be another.
pub(super) fn renamed(info: &DeviceInfo, ids: &IdMaker, unit: Option<&str>, node: String) -> DeviceInfo {
    let (device_id, group_id) = names_of(info, ids, unit);
    let mut info = info.clone();
    info.capabilities.set(Property::DeviceId, Capability::Text(device_id.0.clone()));
    info.capabilities.set(Property::GroupId, Capability::Text(group_id.0.clone()));
    DeviceInfo { device_id, group_id, node, ..info }
}

/// The ids of now.
pub(super) fn names_of(info: &DeviceInfo, ids: &IdMaker, unit: Option<&str>) -> (DeviceId, GroupId) {
    names(info.kind, info.node.trim_start_matches("virtual:"), unit, ids)
}

const fn video_mode(mode: &CameraMode) -> Mode {
    Mode::Video(VideoMode {
        width: Extent::One(mode.width),
        height: Extent::One(mode.height),
        frame_rate: RateExtent::One(mode.frame_rate),
        pixel_format: mode.pixel_format,
    })
}
