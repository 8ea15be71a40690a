//! How virtual devices are listed.

use crate::devices::IdMaker;
use crate::model::{
    AudioMode, Backend, CameraMode, Capabilities, Capability, DeviceId, DeviceInfo, Extent, GroupId, MediaDeviceKind,
    Mode, Property, RateExtent, VideoMode,
};

use super::description::{CameraDescription, MicrophoneDescription};

pub(super) fn of_camera(camera: &CameraDescription, ids: &IdMaker) -> DeviceInfo {
    let modes = camera.camera_modes();
    let info = common(MediaDeviceKind::VideoInput, &camera.name, &camera.label, camera.unit.as_deref(), ids);
    let mut capabilities = video_capabilities(info.capabilities, &modes);
    capabilities.set(Property::ResizeMode, Capability::List(vec!["none".into()]));
    if let Some(facing) = camera.facing {
        capabilities.set(Property::FacingMode, Capability::List(vec![facing.name().into()]));
    }
    DeviceInfo { capabilities, modes: modes.iter().map(|mode| Mode::Video(video_mode(mode))).collect(), ..info }
}

pub(super) fn of_microphone(microphone: &MicrophoneDescription, ids: &IdMaker) -> DeviceInfo {
    let channels = microphone.channels.len() as u32;
    let kind = MediaDeviceKind::AudioInput;
    let info = common(kind, &microphone.name, &microphone.label, microphone.unit.as_deref(), ids);
    let modes = microphone.rates.iter().map(|rate| {
        let sample_format = microphone.sample_format;
        Mode::Audio(AudioMode { sample_rate: Extent::One(rate.0), channels: Extent::One(channels), sample_format })
    });
    DeviceInfo { modes: modes.collect(), ..info }
}

fn common(kind: MediaDeviceKind, name: &str, label: &str, unit: Option<&str>, ids: &IdMaker) -> DeviceInfo {
    let device_id: DeviceId = ids.device_id(kind, &["virtual", name]);
    let group_id: GroupId = match unit {
        Some(unit) => ids.group_id(&["virtual unit", unit]),
        None => ids.group_id(&["virtual", kind.name(), name]),
    };
    let mut capabilities = Capabilities::default();
    capabilities.set(Property::DeviceId, Capability::Text(device_id.to_string()));
    capabilities.set(Property::GroupId, Capability::Text(group_id.to_string()));
    DeviceInfo {
        device_id,
        kind,
        label: label.to_owned(),
        group_id,
        is_default: false,
        node: format!("virtual:{name}"),
        backend: Backend::Virtual,
        driver: Some("virtual".to_owned()),
        bus: None,
        usb: None,
        capabilities,
        modes: Vec::new(),
        note: None,
    }
}

const fn video_mode(mode: &CameraMode) -> VideoMode {
    VideoMode {
        width: Extent::One(mode.width),
        height: Extent::One(mode.height),
        frame_rate: RateExtent::One(mode.frame_rate),
        pixel_format: mode.pixel_format,
    }
}

fn video_capabilities(capabilities: Capabilities, modes: &[CameraMode]) -> Capabilities {
    let range = |value: fn(&CameraMode) -> f64| {
        let values = modes.iter().map(value);
        (values.clone().fold(f64::INFINITY, f64::min), values.fold(0.0, f64::max))
    };
    let (narrow, wide) = range(|mode| f64::from(mode.width));
    let (low, high) = range(|mode| f64::from(mode.height));
    let (slow, fast) = range(|mode| mode.frame_rate.as_f64());
    capabilities.with_range(Property::Width, narrow, wide).with_range(Property::Height, low, high).with_range(
        Property::FrameRate,
        slow,
        fast,
    )
}
