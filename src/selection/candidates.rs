//! The settings dictionaries that a device can have.

use std::collections::BTreeSet;

use crate::model::{
    AudioMode, CameraMode, Capability, ChosenMode, ConstraintSet, DeviceInfo, Extent, FrameRate, MicrophoneMode, Mode,
    PixelFormat, Property, RateExtent, Settings, TrackKind, Value, VideoMode,
};

use super::capabilities::aspect_ratio;

/// What the standard suggests where nothing is asked for (SEL-06), and the lab's own defaults beside it.
pub(super) const DEFAULTS: [(Property, Default); 10] = [
    (Property::Width, Default::Number(640.0)),
    (Property::Height, Default::Number(480.0)),
    (Property::FrameRate, Default::Number(30.0)),
    (Property::SampleRate, Default::Number(48000.0)),
    (Property::SampleSize, Default::Number(16.0)),
    (Property::ChannelCount, Default::Number(2.0)),
    (Property::Latency, Default::Number(0.02)),
    (Property::EchoCancellation, Default::True),
    (Property::AutoGainControl, Default::True),
    (Property::NoiseSuppression, Default::True),
];

/// A default value.
#[derive(Clone, Copy, Debug)]
pub(super) enum Default {
    Number(f64),
    True,
}

impl Default {
    pub fn to_value(self) -> Value {
        match self {
            Self::Number(number) => Value::Number(number),
            Self::True => Value::Boolean(true),
        }
    }
}

/// One settings dictionary, and the mode that gives it.
#[derive(Clone, Debug)]
pub(super) struct Dictionary {
    pub settings: Settings,
    pub mode: ChosenMode,
}

/// All settings dictionaries of a device that can make a difference to these sets: of ranges, the ends, the defaults and
/// what the sets mention, snapped to the step (SEL-11).
pub(super) fn dictionaries(
    kind: TrackKind,
    device: &DeviceInfo,
    fixed: Option<ChosenMode>,
    sets: &[&ConstraintSet],
    pixel_format: Option<PixelFormat>,
) -> Vec<Dictionary> {
    let modes = match fixed {
        Some(mode) => vec![mode],
        None => match kind {
            TrackKind::Video => camera_modes(device, sets, pixel_format),
            TrackKind::Audio => microphone_modes(device, sets),
        },
    };
    modes.into_iter().flat_map(|mode| with_properties(device, mode)).collect()
}

/// The numbers that the sets mention of a property.
fn mentioned(sets: &[&ConstraintSet], property: Property) -> Vec<f64> {
    let constraints = sets.iter().filter_map(|set| set.get(property));
    constraints
        .flat_map(|constraint| {
            let lists = [&constraint.bare, &constraint.exact, &constraint.ideal].into_iter().flatten().flatten();
            lists.filter_map(Value::as_number).chain(constraint.min).chain(constraint.max)
        })
        .collect()
}

fn default_number(property: Property) -> Option<f64> {
    DEFAULTS.iter().find(|(other, _)| *other == property).and_then(|(_, default)| default.to_value().as_number())
}

/// The values of an extent that can make a difference.
fn values(extent: Extent, wanted: &[f64]) -> Vec<u32> {
    match extent {
        Extent::One(value) => vec![value],
        Extent::Range { min, max, step } => {
            let ends = [f64::from(min), f64::from(max)];
            let snapped = wanted.iter().chain(&ends).flat_map(|wanted| snap(*wanted, min, max, step.max(1)));
            snapped.collect::<BTreeSet<_>>().into_iter().collect()
        }
    }
}

/// The values of a range just below and just above.
fn snap(wanted: f64, min: u32, max: u32, step: u32) -> [u32; 2] {
    let last = (max.saturating_sub(min)) / step;
    let steps = (wanted - f64::from(min)) / f64::from(step);
    [steps.floor(), steps.ceil()].map(|steps| min + (steps.max(0.0) as u32).min(last) * step)
}

fn rates(extent: RateExtent, wanted: &[f64]) -> Vec<FrameRate> {
    match extent {
        RateExtent::One(rate) => vec![rate],
        RateExtent::Range { min, max } => {
            let inside = |rate: &FrameRate| (min..=max).contains(rate);
            let wanted = wanted.iter().map(|wanted| to_rate(*wanted)).filter(inside);
            wanted.chain([min, max]).collect::<BTreeSet<_>>().into_iter().collect()
        }
    }
}

/// A number of frames per second as a fraction: 29.97 and its like as x·1000/1001, all else in thousandths.
fn to_rate(wanted: f64) -> FrameRate {
    let wanted = wanted.clamp(0.001, 1_000_000.0);
    let ntsc = (wanted * 1.001).round();
    if wanted.fract() != 0.0 && (wanted * 1.001 - ntsc).abs() < 0.005 {
        return FrameRate::new(ntsc as u32 * 1000, 1001);
    }
    FrameRate::new((wanted * 1000.0).round() as u32, 1000)
}

/// The modes of a camera: one per size and rate, its pixel format chosen afterwards (SEL-10): the one fixed, else raw
/// before compressed, else the device's order.
fn camera_modes(device: &DeviceInfo, sets: &[&ConstraintSet], pixel_format: Option<PixelFormat>) -> Vec<ChosenMode> {
    let mut found: Vec<CameraMode> = Vec::new();
    for mode in usable(device, pixel_format) {
        for single in singles(&mode, sets) {
            let same = |other: &&mut CameraMode| CameraMode { pixel_format: single.pixel_format, ..**other } == single;
            match found.iter_mut().find(same) {
                Some(other) if other.pixel_format.is_compressed() && !single.pixel_format.is_compressed() => {
                    *other = single;
                }
                Some(_) => {}
                None => found.push(single),
            }
        }
    }
    found.into_iter().map(ChosenMode::Video).collect()
}

fn usable(device: &DeviceInfo, pixel_format: Option<PixelFormat>) -> impl Iterator<Item = VideoMode> {
    device.modes.iter().filter_map(move |mode| match mode {
        Mode::Video(mode) => {
            let fits = pixel_format.is_none_or(|format| format == mode.pixel_format);
            (fits && mode.pixel_format.is_decodable()).then_some(*mode)
        }
        Mode::Audio(_) => None,
    })
}

fn singles(mode: &VideoMode, sets: &[&ConstraintSet]) -> Vec<CameraMode> {
    let wanted = |property| mentioned(sets, property).into_iter().chain(default_number(property)).collect::<Vec<_>>();
    let ratios: Vec<_> = mentioned(sets, Property::AspectRatio).into_iter().filter(|ratio| *ratio > 0.0).collect();
    let (mut wide, mut high) = (wanted(Property::Width), wanted(Property::Height));
    // An aspect ratio is reached by a height for each width, and the other way round.
    let native = f64::from(mode.width.max()) / f64::from(mode.height.max().max(1));
    let sizes = (values(mode.width, &wide), values(mode.height, &high));
    for ratio in ratios.iter().copied().chain([native]) {
        high.extend(sizes.0.iter().map(|width| f64::from(*width) / ratio));
        wide.extend(sizes.1.iter().map(|height| f64::from(*height) * ratio));
    }
    let rates = rates(mode.frame_rate, &wanted(Property::FrameRate));
    let mut singles = Vec::new();
    for width in values(mode.width, &wide) {
        for height in values(mode.height, &high) {
            singles.extend(rates.iter().map(|rate| CameraMode {
                width,
                height,
                frame_rate: *rate,
                pixel_format: mode.pixel_format,
            }));
        }
    }
    singles
}

/// The modes of a microphone: one per rate, channels, sample size and latency.
fn microphone_modes(device: &DeviceInfo, sets: &[&ConstraintSet]) -> Vec<ChosenMode> {
    let latencies = latencies(device, sets);
    let mut modes = Vec::new();
    for mode in &device.modes {
        if let Mode::Audio(mode) = mode {
            modes.extend(audio_singles(mode, sets, &latencies));
        }
    }
    modes
}

fn audio_singles(mode: &AudioMode, sets: &[&ConstraintSet], latencies: &[f64]) -> Vec<ChosenMode> {
    let wanted = |property| mentioned(sets, property).into_iter().chain(default_number(property)).collect::<Vec<_>>();
    let mut singles = Vec::new();
    for sample_rate in values(mode.sample_rate, &wanted(Property::SampleRate)) {
        for channels in values(mode.channels, &wanted(Property::ChannelCount)) {
            singles.extend(latencies.iter().map(|latency| {
                let period = (latency * f64::from(sample_rate)).round().max(1.0) as u32;
                let sample_format = mode.sample_format;
                ChosenMode::Audio(MicrophoneMode { sample_rate, channels, sample_format, period })
            }));
        }
    }
    singles
}

fn latencies(device: &DeviceInfo, sets: &[&ConstraintSet]) -> Vec<f64> {
    let Some(Capability::Range { min, max }) = device.capabilities.get(Property::Latency) else {
        return default_number(Property::Latency).into_iter().collect();
    };
    let wanted = mentioned(sets, Property::Latency).into_iter().chain(default_number(Property::Latency));
    let mut latencies: Vec<_> = wanted.map(|wanted| wanted.clamp(*min, *max)).chain([*min, *max]).collect();
    latencies.sort_by(f64::total_cmp);
    latencies.dedup();
    latencies
}

/// A mode with each combination of the properties that do not depend on it.
fn with_properties(device: &DeviceInfo, mode: ChosenMode) -> Vec<Dictionary> {
    let base = settings_of(device, mode);
    let mut all = vec![base];
    for (property, capability) in device.capabilities.iter() {
        let Capability::List(list) = capability else { continue };
        if all.first().is_some_and(|settings| settings.get(*property).is_some()) {
            continue;
        }
        all = all
            .iter()
            .flat_map(|settings| list.iter().map(|value| settings.clone().with(*property, value.clone())))
            .collect();
    }
    all.into_iter().map(|settings| Dictionary { settings, mode }).collect()
}

fn settings_of(device: &DeviceInfo, mode: ChosenMode) -> Settings {
    let settings = Settings::default()
        .with(Property::DeviceId, device.device_id.as_str())
        .with(Property::GroupId, device.group_id.as_str());
    match mode {
        ChosenMode::Video(mode) => settings
            .with(Property::ResizeMode, "none")
            .with(Property::Width, mode.width)
            .with(Property::Height, mode.height)
            .with(Property::AspectRatio, aspect_ratio(mode.width, mode.height))
            .with(Property::FrameRate, mode.frame_rate.as_f64()),
        ChosenMode::Audio(mode) => settings
            .with(Property::SampleRate, mode.sample_rate)
            .with(Property::SampleSize, mode.sample_format.bits())
            .with(Property::ChannelCount, mode.channels)
            .with(Property::Latency, f64::from(mode.period) / f64::from(mode.sample_rate.max(1))),
    }
}
