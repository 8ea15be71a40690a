//! A device as selection sees it.

use std::hash::BuildHasherDefault;
use std::sync::Arc;

use crate::model::{
    AudioMode, CameraMode, Capability, ChosenMode, DeviceInfo, Extent, FrameRate, MicrophoneMode, Mode, PixelFormat,
    Property, RateExtent, SampleFormat, Settings, TrackKind, Value, VideoMode,
};

use super::mentions::{Mentions, nearest_rate, rates, snapped};
use super::quick_hash::QuickMap;
use super::select::Candidate;

/// What a property can be.
#[derive(Clone, Debug, PartialEq)]
pub enum Domain {
    /// One of these.
    Values {
        /// The possible values.
        values: Vec<Value>,
        /// The one that is preferred among equals.
        default: Option<Value>,
    },
    /// Any number from `min` to `max`, in steps from `min` where there is a step.
    Range {
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
        /// From one to the next; `None` where all are possible.
        step: Option<f64>,
        /// The one that is preferred among equals.
        default: Option<f64>,
    },
}

impl Domain {
    /// Just these values.
    pub const fn of(values: Vec<Value>) -> Self {
        Self::Values { values, default: None }
    }

    fn preferring(self, preferred: impl Into<Value>) -> Self {
        match self {
            Self::Values { values, .. } => Self::Values { values, default: Some(preferred.into()) },
            range @ Self::Range { .. } => range,
        }
    }

    pub(super) fn default(&self) -> Option<Value> {
        match self {
            Self::Values { default, .. } => default.clone(),
            Self::Range { default, .. } => default.map(Value::Number),
        }
    }
}

/// One mode, or a range of modes, of a device.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// Width and height in pixels, of a camera.
    pub size: Option<(Extent, Extent)>,
    /// What else the mode decides: the frame rate of a camera, all of a microphone. Modes that decide the same had better
    /// share it: what is shared is looked at once.
    pub axes: Arc<[(Property, Domain)]>,
}

/// A device as selection sees it: its modes, and the properties that do not depend on them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject {
    /// What the device is and can do in every mode.
    pub properties: Vec<(Property, Domain)>,
    /// The modes, in the device's order.
    pub shapes: Vec<Shape>,
}

/// Where the shapes of a real device come from, so that the mode is found again.
#[derive(Debug, Default)]
pub(super) struct Origins(Vec<Origin>);

#[derive(Clone, Copy, Debug)]
enum Origin {
    Video(VideoMode),
    Audio(SampleFormat),
}

/// The modes of a device, one for each size and rate, its pixel format chosen beforehand (SEL-10): the one fixed, else raw
/// before compressed, else in the device's order.
pub(super) fn subject_of(
    kind: TrackKind,
    one: &Candidate<'_>,
    mentions: &Mentions,
    pixel_format: Option<PixelFormat>,
) -> (Subject, Origins) {
    let mut made = Maker::default();
    match one.fixed_mode {
        Some(ChosenMode::Video(mode)) => made.add_video([single(mode)], mentions),
        Some(ChosenMode::Audio(mode)) => made.add_fixed(mode),
        None if kind == TrackKind::Video => made.add_video(usable(one.device, pixel_format), mentions),
        None => made.add_microphone(one.device, mentions),
    }
    made.subject.properties = properties(one.device, made.subject.shapes.first());
    (made.subject, made.origins)
}

#[derive(Default)]
struct Maker {
    subject: Subject,
    origins: Origins,
}

impl Maker {
    fn add(&mut self, shape: Shape, origin: Origin) {
        self.subject.shapes.push(shape);
        self.origins.0.push(origin);
    }

    fn add_video(&mut self, modes: impl IntoIterator<Item = VideoMode>, mentions: &Mentions) {
        let mut known: QuickMap<RateExtent, Arc<[(Property, Domain)]>> = QuickMap::default();
        let modes = modes.into_iter();
        self.subject.shapes.reserve(modes.size_hint().0);
        self.origins.0.reserve(modes.size_hint().0);
        for mode in modes {
            let axes = known.entry(mode.frame_rate).or_insert_with(|| {
                let rates = rates(mode.frame_rate, mentions).into_iter().map(|rate| Value::Number(rate.as_f64()));
                [(Property::FrameRate, Domain::of(rates.collect()))].into()
            });
            let axes = Arc::clone(axes);
            self.add(Shape { size: Some((mode.width, mode.height)), axes }, Origin::Video(mode));
        }
    }

    fn add_microphone(&mut self, device: &DeviceInfo, mentions: &Mentions) {
        let latencies = latencies(device, mentions);
        for mode in &device.modes {
            let Mode::Audio(mode) = mode else { continue };
            for rate in snapped(mode.sample_rate, &mentions.with_default(Property::SampleRate, 48000.0)) {
                let shape = sound_shape(mode, rate, mentions, &latencies);
                self.add(shape, Origin::Audio(mode.sample_format));
            }
        }
    }

    fn add_fixed(&mut self, mode: MicrophoneMode) {
        let number = |number: f64| Domain::of(vec![Value::Number(number)]);
        let latency = f64::from(mode.period) / f64::from(mode.sample_rate.max(1));
        let axes = [
            (Property::SampleRate, number(mode.sample_rate.into())),
            (Property::SampleSize, number(mode.sample_format.bits().into())),
            (Property::ChannelCount, number(mode.channels.into())),
            (Property::Latency, number(latency)),
        ];
        self.add(Shape { size: None, axes: axes.into() }, Origin::Audio(mode.sample_format));
    }
}

impl Origins {
    /// The mode in which the device delivers these settings.
    pub fn mode(&self, shape: usize, settings: &Settings) -> Option<ChosenMode> {
        let number = |property| settings.number(property);
        Some(match self.0.get(shape)? {
            Origin::Audio(sample_format) => {
                let sample_rate = number(Property::SampleRate)?;
                ChosenMode::Audio(MicrophoneMode {
                    sample_rate: sample_rate as u32,
                    channels: number(Property::ChannelCount)? as u32,
                    sample_format: *sample_format,
                    period: (number(Property::Latency)? * sample_rate).round().max(1.0) as u32,
                })
            }
            Origin::Video(mode) => ChosenMode::Video(CameraMode {
                width: at_least(mode.width, number(Property::Width)? as u32),
                height: at_least(mode.height, number(Property::Height)? as u32),
                frame_rate: native_rate(mode.frame_rate, number(Property::FrameRate)?),
                pixel_format: mode.pixel_format,
            }),
        })
    }
}

/// The smallest of an extent that is not below `wanted`.
fn at_least(extent: Extent, wanted: u32) -> u32 {
    match extent {
        Extent::One(value) => value,
        Extent::Range { min, max, step } => {
            let step = step.max(1);
            let above = min + wanted.saturating_sub(min).div_ceil(step) * step;
            above.min(max)
        }
    }
}

/// The native rate of which `wanted` is a whole fraction.
fn native_rate(extent: RateExtent, wanted: f64) -> FrameRate {
    match extent {
        RateExtent::One(rate) => rate,
        RateExtent::Range { min, max } => {
            let factor = (min.as_f64() / wanted.max(1e-9) - 1e-6).ceil().max(1.0);
            nearest_rate(wanted * factor).clamp(min, max)
        }
    }
}

fn single(mode: CameraMode) -> VideoMode {
    VideoMode {
        width: Extent::One(mode.width),
        height: Extent::One(mode.height),
        frame_rate: RateExtent::One(mode.frame_rate),
        pixel_format: mode.pixel_format,
    }
}

/// What cannot be decoded is for those who ask for that format by name: its frames are counted and timed, and not seen.
fn usable(device: &DeviceInfo, pixel_format: Option<PixelFormat>) -> Vec<VideoMode> {
    let is_meant = |format: PixelFormat| pixel_format.map_or_else(|| format.is_decodable(), |wanted| format == wanted);
    let mut found: Vec<VideoMode> = Vec::with_capacity(device.modes.len());
    let mut places = QuickMap::with_capacity_and_hasher(device.modes.len(), BuildHasherDefault::default());
    for mode in &device.modes {
        let Mode::Video(mode) = mode else { continue };
        if !is_meant(mode.pixel_format) {
            continue;
        }
        let place = *places.entry((mode.width, mode.height, mode.frame_rate)).or_insert(found.len());
        match found.get_mut(place) {
            None => found.push(*mode),
            Some(other) if mode.pixel_format.rank() < other.pixel_format.rank() => *other = *mode,
            Some(_) => {}
        }
    }
    found
}

fn sound_shape(mode: &AudioMode, rate: u32, mentions: &Mentions, latencies: &[f64]) -> Shape {
    let channels = snapped(mode.channels, &mentions.with_default(Property::ChannelCount, 2.0));
    let rate = f64::from(rate);
    // A period is a whole number of sample frames.
    let latency = |wanted: &f64| Value::Number((wanted * rate).round().max(1.0) / rate.max(1.0));
    let axes = [
        (Property::SampleRate, Domain::of(vec![Value::Number(rate)]).preferring(48000_u32)),
        (Property::SampleSize, Domain::of(vec![mode.sample_format.bits().into()]).preferring(16_u32)),
        (Property::ChannelCount, Domain::of(channels.into_iter().map(Value::from).collect()).preferring(2_u32)),
        (Property::Latency, Domain::of(latencies.iter().map(latency).collect()).preferring(0.02)),
    ];
    Shape { size: None, axes: axes.into() }
}

fn latencies(device: &DeviceInfo, mentions: &Mentions) -> Vec<f64> {
    let wanted = mentions.with_default(Property::Latency, 0.02);
    let Some(Capability::Range { min, max }) = device.capabilities.get(Property::Latency) else { return vec![0.02] };
    let mut latencies: Vec<_> = wanted.iter().map(|wanted| wanted.clamp(*min, *max)).chain([*min, *max]).collect();
    latencies.sort_by(f64::total_cmp);
    latencies.dedup();
    latencies
}

/// What does not depend on the mode. `deviceId` and `groupId` are properties like any other (SEL-09).
fn properties(device: &DeviceInfo, shape: Option<&Shape>) -> Vec<(Property, Domain)> {
    let mut properties = vec![
        (Property::DeviceId, Domain::of(vec![device.device_id.as_str().into()])),
        (Property::GroupId, Domain::of(vec![device.group_id.as_str().into()])),
    ];
    let current = |property: Property| {
        device.controls.iter().find(|control| control.property == property).map(|control| &control.value)
    };
    let is_of_mode = |property: Property| {
        property == Property::ResizeMode
            || shape.is_some_and(|shape| {
                let sizes = [Property::Width, Property::Height, Property::AspectRatio];
                (shape.size.is_some() && sizes.contains(&property))
                    || shape.axes.iter().any(|(other, _)| *other == property)
            })
    };
    for (property, capability) in device.capabilities.iter().filter(|(property, _)| !is_of_mode(**property)) {
        match capability {
            Capability::List(list) if !list.is_empty() => {
                let domain = match current(*property) {
                    Some(value) => Domain::of(list.clone()).preferring(value.clone()),
                    None => booleans_on(list),
                };
                properties.push((*property, domain));
            }
            Capability::Steps { min, max, step } => {
                let default = current(*property).and_then(Value::as_number);
                let range = Domain::Range { min: *min, max: *max, step: Some(*step), default };
                properties.push((*property, range));
            }
            Capability::Range { min, max } => {
                let range = Domain::Range { min: *min, max: *max, step: None, default: None };
                properties.push((*property, range));
            }
            Capability::List(_) | Capability::Text(_) => {}
        }
    }
    properties
}

/// Voice processing is on where nobody says otherwise (SEL-06).
fn booleans_on(list: &[Value]) -> Domain {
    let domain = Domain::of(list.to_vec());
    if list.first().is_some_and(|value| value.as_boolean().is_some()) { domain.preferring(true) } else { domain }
}
