//! `getCapabilities()` from the modes of a device.

use crate::model::{AudioMode, Capabilities, Capability, DeviceId, GroupId, Mode, Property, Value, VideoMode};

/// The shortest and the longest target latency that a microphone is opened with, in seconds.
const LATENCY: (f64, f64) = (0.005, 0.2);

/// What a track on a device can be set to, from its modes (SET-06..11): cropping, scaling and leaving out frames reach every
/// size down to one pixel, and every shape and rate between.
pub fn capabilities(device_id: &DeviceId, group_id: &GroupId, facing: Option<&str>, modes: &[Mode]) -> Capabilities {
    let mut capabilities = Capabilities::default();
    capabilities.set(Property::DeviceId, Capability::Text(device_id.0.clone()));
    capabilities.set(Property::GroupId, Capability::Text(group_id.0.clone()));
    if let Some(facing) = facing {
        capabilities.set(Property::FacingMode, Capability::List(vec![facing.into()]));
    }
    let video: Vec<_> = modes.iter().filter_map(as_video).collect();
    let audio: Vec<_> = modes.iter().filter_map(as_audio).collect();
    if !video.is_empty() {
        add_video(&mut capabilities, &video);
    }
    if !audio.is_empty() {
        add_audio(&mut capabilities, &audio);
    }
    capabilities
}

fn as_video(mode: &Mode) -> Option<VideoMode> {
    // What the lab cannot decode is opened only by who names its format.
    if let Mode::Video(mode) = mode { mode.pixel_format.is_decodable().then_some(*mode) } else { None }
}

fn as_audio(mode: &Mode) -> Option<AudioMode> {
    if let Mode::Audio(mode) = mode { Some(*mode) } else { None }
}

fn add_video(capabilities: &mut Capabilities, modes: &[VideoMode]) {
    let largest = |of: fn(&VideoMode) -> u32| modes.iter().map(of).max().unwrap_or(1);
    let (width, height) = (largest(|mode| mode.width.max()), largest(|mode| mode.height.max()));
    let rate = modes.iter().map(|mode| mode.frame_rate.max().as_f64()).fold(0.0, f64::max);
    let mut add = |property, min, max| capabilities.set(property, Capability::Range { min, max });
    add(Property::Width, 1.0, width.into());
    add(Property::Height, 1.0, height.into());
    add(Property::AspectRatio, aspect_ratio(1, height), width.into());
    add(Property::FrameRate, 0.0, rate);
    capabilities.set(Property::ResizeMode, Capability::List(vec!["none".into(), "crop-and-scale".into()]));
}

fn add_audio(capabilities: &mut Capabilities, modes: &[AudioMode]) {
    let mut add = |property, values: &mut dyn Iterator<Item = (f64, f64)>| {
        if let Some((min, max)) = span(values) {
            capabilities.set(property, Capability::Range { min, max });
        }
    };
    add(
        Property::SampleRate,
        &mut modes.iter().map(|mode| (mode.sample_rate.min().into(), mode.sample_rate.max().into())),
    );
    add(
        Property::SampleSize,
        &mut modes.iter().map(|mode| (mode.sample_format.bits().into(), mode.sample_format.bits().into())),
    );
    add(Property::ChannelCount, &mut modes.iter().map(|mode| (mode.channels.min().into(), mode.channels.max().into())));
    capabilities.set(Property::Latency, Capability::Range { min: LATENCY.0, max: LATENCY.1 });
    // Nothing processes the sound, so nothing pretends to (PROP-06).
    for property in [Property::EchoCancellation, Property::AutoGainControl, Property::NoiseSuppression] {
        capabilities.set(property, Capability::List(vec![Value::Boolean(false)]));
    }
}

/// The least minimum and the greatest maximum.
fn span(values: &mut dyn Iterator<Item = (f64, f64)>) -> Option<(f64, f64)> {
    values.reduce(|(min, max), (low, high)| (min.min(low), max.max(high)))
}

/// Width by height, rounded to ten decimals (PROP-01).
pub(super) fn aspect_ratio(width: u32, height: u32) -> f64 {
    round10(f64::from(width) / f64::from(height.max(1)))
}

/// Rounded to ten decimals.
pub(super) fn round10(value: f64) -> f64 {
    (value * 1e10).round() / 1e10
}
