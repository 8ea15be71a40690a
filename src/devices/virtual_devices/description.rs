//! The RON description of virtual devices.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use ron::extensions::Extensions;
use serde::Deserialize;

use crate::model::{CameraMode, Control, ControlRange, PixelFormat, Property, Value};

use super::controls::DeviceControlDescription;
use super::error::VirtualError;
use super::fault::{CameraFault, Fault, Opening, Period};
use super::microphone_description::MicrophoneDescription;
use super::values::{Rate, Size};

/// The pixel formats that the test camera can draw in.
const DRAWN: [PixelFormat; 5] =
    [PixelFormat::YUYV, PixelFormat::NV12, PixelFormat::MJPG, PixelFormat::RGB3, PixelFormat::GREY];

/// The devices of one file.
#[derive(Debug, Deserialize)]
#[serde(try_from = "RawDescription")]
pub(super) struct Description {
    pub(super) cameras: Vec<CameraDescription>,
    pub(super) microphones: Vec<MicrophoneDescription>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "VirtualDevices")]
struct RawDescription {
    #[serde(default)]
    cameras: Vec<CameraDescription>,
    #[serde(default)]
    microphones: Vec<MicrophoneDescription>,
}

impl TryFrom<RawDescription> for Description {
    type Error = String;

    fn try_from(raw: RawDescription) -> Result<Self, String> {
        let mut names = BTreeSet::new();
        let all = raw.cameras.iter().map(|camera| &camera.name).chain(raw.microphones.iter().map(|mic| &mic.name));
        for name in all {
            if name.is_empty() || !names.insert(name) {
                return Err(format!("each device needs a name of its own, and “{name}” is none"));
            }
        }
        raw.cameras.iter().try_for_each(CameraDescription::check)?;
        raw.microphones.iter().try_for_each(MicrophoneDescription::check)?;
        Ok(Self { cameras: raw.cameras, microphones: raw.microphones })
    }
}

impl Description {
    /// Reads a description; `path` is for messages.
    pub(super) fn parse(text: &str, path: &Path) -> Result<Self, VirtualError> {
        let options = ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME);
        options.from_str(text).map_err(|error| VirtualError::Malformed {
            path: path.to_owned(),
            line: error.span.start.line,
            column: error.span.start.col,
            message: error.code.to_string(),
        })
    }
}

/// One camera.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "Camera")]
pub(super) struct CameraDescription {
    /// Unique in the file; part of the node and of the id.
    pub(super) name: String,
    /// For people.
    pub(super) label: String,
    /// Devices with the same unit are in one group.
    #[serde(default)]
    pub(super) unit: Option<String>,
    /// `facingMode`.
    #[serde(default)]
    pub(super) facing: Option<Facing>,
    /// In order of preference of the driver; those of a source are its own.
    #[serde(default)]
    pub(super) modes: Option<Vec<ModeGroup>>,
    /// What is shown in place of the pattern.
    #[serde(default)]
    pub(super) source: Option<SourceDescription>,
    /// Pictures of the source per second, in place of its own rate.
    #[serde(default)]
    pub(super) rates: Vec<Rate>,
    /// What can be set on it.
    #[serde(default)]
    pub(super) controls: Vec<ControlDescription>,
    /// Controls that the web does not know.
    #[serde(default)]
    pub(super) device_controls: Vec<DeviceControlDescription>,
    #[serde(default)]
    pub(super) pattern: Pattern,
    #[serde(default)]
    pub(super) open: Opening,
    #[serde(default)]
    pub(super) faults: Vec<Fault<CameraFault>>,
}

impl CameraDescription {
    /// Modes are told, or else come from a source.
    fn check(&self) -> Result<(), String> {
        let name = &self.name;
        match (&self.modes, &self.source) {
            (Some(_), Some(_)) => Err(format!("the modes of “{name}” are those of its source: leave modes out")),
            (None, None) => Err(format!("“{name}” needs modes, or else a source that has some")),
            (Some(_), None) if !self.rates.is_empty() => {
                Err(format!("the rates of “{name}” are for a source: without one they stand in its modes"))
            }
            _ => Ok(()),
        }
    }

    /// Each mode once, in the order of the file. None of a source.
    pub(super) fn camera_modes(&self) -> Vec<CameraMode> {
        let mut modes = Vec::new();
        for mode in self.modes.iter().flatten().flat_map(ModeGroup::camera_modes) {
            if !modes.contains(&mode) {
                modes.push(mode);
            }
        }
        modes
    }
}

/// One control of a camera: a range of numbers, or choices.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "Control", try_from = "RawControl")]
pub(super) struct ControlDescription(pub(super) Control);

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "Control")]
struct RawControl {
    /// The property, by its name in the standard.
    name: String,
    #[serde(default)]
    min: Option<f64>,
    #[serde(default)]
    max: Option<f64>,
    #[serde(default)]
    step: Option<f64>,
    #[serde(default)]
    choices: Vec<Value>,
    /// Where nobody asks for anything.
    value: Value,
}

impl TryFrom<RawControl> for ControlDescription {
    type Error = String;

    fn try_from(raw: RawControl) -> Result<Self, String> {
        let RawControl { name, min, max, step, choices, value } = raw;
        let property: Property = name.parse().map_err(|()| format!("“{name}” is no property of the standard"))?;
        if property.selects_devices() {
            return Err(format!("{name} is no control: modes and the device itself decide it"));
        }
        let range = match (min, max, step, value.as_number()) {
            (Some(min), Some(max), Some(step), Some(number)) if choices.is_empty() => {
                if !(step > 0.0 && (min..=max).contains(&number)) {
                    return Err(format!("{name}: the step is above 0, and the value lies between min and max"));
                }
                ControlRange::Numbers { min, max, step }
            }
            (None, None, None, _) if choices.contains(&value) => ControlRange::Choices(choices),
            _ => return Err(format!("{name} has min, max and step, or else choices of which the value is one")),
        };
        Ok(Self(Control { property, range, value }))
    }
}

/// `facingMode`, by its names in the standard.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum Facing {
    User,
    Environment,
    Left,
    Right,
}

impl Facing {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Environment => "environment",
            Self::Left => "left",
            Self::Right => "right",
        }
    }
}

/// What a camera shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
pub(super) enum Pattern {
    /// Colour bars, a moving block, the frame number for people and for programs, and the time since the start.
    #[default]
    Bars,
    /// One colour: red, green, blue. Nothing moves.
    Flat(u8, u8, u8),
    /// White at each whole multiple of a time of the lab's clock, for so long, and black else: in step with the beep of a
    /// virtual microphone.
    Flash { every: Period, time: Period },
}

/// Where a camera has its pictures from.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) enum SourceDescription {
    /// A file of Y4M or Motion JPEG, relative to the description. It is shown over and over.
    File(PathBuf),
}

/// All combinations of sizes, rates and formats.
#[derive(Debug, Deserialize)]
#[serde(try_from = "RawModeGroup")]
pub(super) struct ModeGroup(RawModeGroup);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "Modes")]
struct RawModeGroup {
    sizes: Vec<Size>,
    rates: Vec<Rate>,
    formats: Vec<PixelFormat>,
}

impl ModeGroup {
    fn camera_modes(&self) -> impl Iterator<Item = CameraMode> {
        let RawModeGroup { sizes, rates, formats } = &self.0;
        formats.iter().flat_map(move |&pixel_format| {
            sizes.iter().flat_map(move |&Size(width, height)| {
                rates.iter().map(move |&Rate(frame_rate)| CameraMode { width, height, frame_rate, pixel_format })
            })
        })
    }
}

impl TryFrom<RawModeGroup> for ModeGroup {
    type Error = String;

    fn try_from(group: RawModeGroup) -> Result<Self, String> {
        if group.sizes.is_empty() || group.rates.is_empty() || group.formats.is_empty() {
            return Err("modes need at least one size, one rate and one format".to_owned());
        }
        for format in &group.formats {
            // Of what the lab cannot decode, any bytes do.
            if format.is_decodable() && !DRAWN.contains(format) {
                return Err(format!(
                    "the test camera cannot make {format}, only YUYV, NV12, MJPG, RGB3, GREY, and formats that the lab cannot decode"
                ));
            }
            let halves = [PixelFormat::YUYV, PixelFormat::NV12].contains(format);
            if let Some(Size(width, height)) = group.sizes.iter().find(|size| halves && (size.0 | size.1) & 1 == 1) {
                return Err(format!("{format} needs even sizes, and {width}×{height} is none"));
            }
        }
        Ok(Self(group))
    }
}
