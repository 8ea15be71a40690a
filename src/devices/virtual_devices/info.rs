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
    let bits = f64::from(microphone.sample_format.bits());
    let kind = MediaDeviceKind::AudioInput;
    let info = common(kind, &microphone.name, &microphone.label, microphone.unit.as_deref(), ids);
    let modes = microphone.rates.iter().map(|rate| {
        let sample_format = microphone.sample_format;
        Mode::Audio(AudioMode { sample_rate: Extent::One(rate.0), channels: Extent::One(channels), sample_format })
    });
    let rates = || microphone.rates.iter().map(|rate| f64::from(rate.0));
    let capabilities = info
        .capabilities
        .with_range(Property::SampleRate, least(rates()), most(rates()))
        .with_range(Property::ChannelCount, f64::from(channels), f64::from(channels))
        .with_range(Property::SampleSize, bits, bits)
        .with_list(Property::EchoCancellation, [false])
        .with_list(Property::AutoGainControl, [false])
        .with_list(Property::NoiseSuppression, [false]);
    DeviceInfo { modes: modes.collect(), capabilities, ..info }
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
    let range = |value: fn(&CameraMode) -> f64| (least(modes.iter().map(value)), most(modes.iter().map(value)));
    let (narrowest, widest) = range(|mode| f64::from(mode.width));
    let (lowest, highest) = range(|mode| f64::from(mode.height));
    let (slowest, fastest) = range(|mode| mode.frame_rate.as_f64());
    // PROP-01: ten decimals.
    let (tallest, flattest) = range(|mode| (f64::from(mode.width) / f64::from(mode.height) * 1e10).round() / 1e10);
    capabilities
        .with_range(Property::Width, narrowest, widest)
        .with_range(Property::Height, lowest, highest)
        .with_range(Property::AspectRatio, tallest, flattest)
        .with_range(Property::FrameRate, slowest, fastest)
}

fn least(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(f64::INFINITY, f64::min)
}

fn most(values: impl Iterator<Item = f64>) -> f64 {
    values.fold(0.0, f64::max)
}
