//! The constrainable properties, by the names of the standard.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::track::TrackKind;

/// A constrainable property (`#constrainable-properties`, `img#constrainable-properties` and the extensions). The order of
/// the variants is the order in which an `OverconstrainedError` names them (OVR-05): first those that may select a device,
/// then the rest by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Property {
    /// Identifier of the device.
    DeviceId,
    /// Identifier of the physical unit.
    GroupId,
    /// `user`, `environment`, `left` or `right`.
    FacingMode,
    /// `none` or `crop-and-scale`.
    ResizeMode,
    /// Pixels.
    Width,
    /// Pixels.
    Height,
    /// Width divided by height, rounded to ten decimals (PROP-01).
    AspectRatio,
    /// Frames per second.
    FrameRate,
    /// Samples per second and channel.
    SampleRate,
    /// Bits per linear sample.
    SampleSize,
    /// Samples per sample frame.
    ChannelCount,
    /// Seconds from capture until the samples are available.
    Latency,
    /// Whether echo is cancelled.
    EchoCancellation,
    /// Whether the gain follows the level.
    AutoGainControl,
    /// Whether noise is suppressed.
    NoiseSuppression,
    /// Whether the background is blurred.
    BackgroundBlur,
    /// Whether frames carry a mask of the background.
    BackgroundSegmentationMask,
    /// Brightness, in the driver's steps.
    Brightness,
    /// White balance in kelvin; used only in manual `whiteBalanceMode`.
    ColorTemperature,
    /// Contrast, in the driver's steps.
    Contrast,
    /// Exposure compensation in EV; used only in automatic `exposureMode`.
    ExposureCompensation,
    /// `none`, `manual`, `single-shot` or `continuous`.
    ExposureMode,
    /// Exposure time in units of 100 µs; used only in manual `exposureMode`.
    ExposureTime,
    /// Whether the eyes are made to look at the camera.
    EyeGazeCorrection,
    /// Whether the picture follows the face.
    FaceFraming,
    /// Distance in metres.
    FocusDistance,
    /// `none`, `manual`, `single-shot` or `continuous`.
    FocusMode,
    /// Whether gestures make effects.
    GestureReactions,
    /// `none`, `bounding-box` or `bounding-box-with-landmark-center-point`.
    HumanFaceDetectionMode,
    /// Sensitivity by ISO.
    Iso,
    /// Arc seconds, −648000 to 648000; to the right is positive.
    Pan,
    /// Where to focus, expose and balance for, in this order.
    PointsOfInterest,
    /// Whether the configuration is an economical one.
    PowerEfficient,
    /// Whether the pixel format is cheap to decode.
    PowerEfficientPixelFormat,
    /// Saturation, in the driver's steps.
    Saturation,
    /// Sharpness, in the driver's steps.
    Sharpness,
    /// Arc seconds, −648000 to 648000; up is positive.
    Tilt,
    /// Whether the lamp is lit.
    Torch,
    /// Whether all but the voice is taken away.
    VoiceIsolation,
    /// `none`, `manual`, `single-shot` or `continuous`.
    WhiteBalanceMode,
    /// Ratio, in the driver's steps.
    Zoom,
}

/// What kind of value a property has (CON-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// A whole number from 0 to 4294967295.
    UnsignedLong,
    /// A finite number.
    Double,
    /// A string.
    Text,
    /// true or false.
    Boolean,
    /// true, false or a string: `echoCancellation`.
    BooleanOrText,
    /// A finite number; as a constraint also true or false, for whether the device has it: `pan`, `tilt`, `zoom`.
    BooleanOrDouble,
    /// A list of points, which is one value: `pointsOfInterest`.
    Points,
}

impl ValueType {
    /// Whether its settings are numbers, so that constraints may have `min` and `max`.
    pub const fn is_numeric(self) -> bool {
        matches!(self, Self::UnsignedLong | Self::Double | Self::BooleanOrDouble)
    }
}

impl Property {
    /// All properties, in order.
    pub const ALL: [Self; 41] = [
        Self::DeviceId,
        Self::GroupId,
        Self::FacingMode,
        Self::ResizeMode,
        Self::Width,
        Self::Height,
        Self::AspectRatio,
        Self::FrameRate,
        Self::SampleRate,
        Self::SampleSize,
        Self::ChannelCount,
        Self::Latency,
        Self::EchoCancellation,
        Self::AutoGainControl,
        Self::NoiseSuppression,
        Self::BackgroundBlur,
        Self::BackgroundSegmentationMask,
        Self::Brightness,
        Self::ColorTemperature,
        Self::Contrast,
        Self::ExposureCompensation,
        Self::ExposureMode,
        Self::ExposureTime,
        Self::EyeGazeCorrection,
        Self::FaceFraming,
        Self::FocusDistance,
        Self::FocusMode,
        Self::GestureReactions,
        Self::HumanFaceDetectionMode,
        Self::Iso,
        Self::Pan,
        Self::PointsOfInterest,
        Self::PowerEfficient,
        Self::PowerEfficientPixelFormat,
        Self::Saturation,
        Self::Sharpness,
        Self::Tilt,
        Self::Torch,
        Self::VoiceIsolation,
        Self::WhiteBalanceMode,
        Self::Zoom,
    ];

    /// The name in the standard, for instance `frameRate`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeviceId => "deviceId",
            Self::GroupId => "groupId",
            Self::FacingMode => "facingMode",
            Self::ResizeMode => "resizeMode",
            Self::Width => "width",
            Self::Height => "height",
            Self::AspectRatio => "aspectRatio",
            Self::FrameRate => "frameRate",
            Self::SampleRate => "sampleRate",
            Self::SampleSize => "sampleSize",
            Self::ChannelCount => "channelCount",
            Self::Latency => "latency",
            Self::EchoCancellation => "echoCancellation",
            Self::AutoGainControl => "autoGainControl",
            Self::NoiseSuppression => "noiseSuppression",
            Self::BackgroundBlur => "backgroundBlur",
            Self::BackgroundSegmentationMask => "backgroundSegmentationMask",
            Self::Brightness => "brightness",
            Self::ColorTemperature => "colorTemperature",
            Self::Contrast => "contrast",
            Self::ExposureCompensation => "exposureCompensation",
            Self::ExposureMode => "exposureMode",
            Self::ExposureTime => "exposureTime",
            Self::EyeGazeCorrection => "eyeGazeCorrection",
            Self::FaceFraming => "faceFraming",
            Self::FocusDistance => "focusDistance",
            Self::FocusMode => "focusMode",
            Self::GestureReactions => "gestureReactions",
            Self::HumanFaceDetectionMode => "humanFaceDetectionMode",
            Self::Iso => "iso",
            Self::Pan => "pan",
            Self::PointsOfInterest => "pointsOfInterest",
            Self::PowerEfficient => "powerEfficient",
            Self::PowerEfficientPixelFormat => "powerEfficientPixelFormat",
            Self::Saturation => "saturation",
            Self::Sharpness => "sharpness",
            Self::Tilt => "tilt",
            Self::Torch => "torch",
            Self::VoiceIsolation => "voiceIsolation",
            Self::WhiteBalanceMode => "whiteBalanceMode",
            Self::Zoom => "zoom",
        }
    }

    /// What kind of value it has.
    pub const fn value_type(self) -> ValueType {
        match self {
            Self::DeviceId
            | Self::GroupId
            | Self::FacingMode
            | Self::ResizeMode
            | Self::ExposureMode
            | Self::FocusMode
            | Self::HumanFaceDetectionMode
            | Self::WhiteBalanceMode => ValueType::Text,
            Self::Width | Self::Height | Self::SampleRate | Self::SampleSize | Self::ChannelCount => {
                ValueType::UnsignedLong
            }
            Self::AspectRatio
            | Self::FrameRate
            | Self::Latency
            | Self::Brightness
            | Self::ColorTemperature
            | Self::Contrast
            | Self::ExposureCompensation
            | Self::ExposureTime
            | Self::FocusDistance
            | Self::Iso
            | Self::Saturation
            | Self::Sharpness => ValueType::Double,
            Self::Pan | Self::Tilt | Self::Zoom => ValueType::BooleanOrDouble,
            Self::EchoCancellation => ValueType::BooleanOrText,
            Self::PointsOfInterest => ValueType::Points,
            Self::AutoGainControl
            | Self::NoiseSuppression
            | Self::BackgroundBlur
            | Self::BackgroundSegmentationMask
            | Self::EyeGazeCorrection
            | Self::FaceFraming
            | Self::GestureReactions
            | Self::PowerEfficient
            | Self::PowerEfficientPixelFormat
            | Self::Torch
            | Self::VoiceIsolation => ValueType::Boolean,
        }
    }

    /// Whether the standard defines it for tracks of this kind.
    pub const fn applies_to(self, kind: TrackKind) -> bool {
        match self {
            Self::DeviceId | Self::GroupId => true,
            Self::SampleRate
            | Self::SampleSize
            | Self::ChannelCount
            | Self::Latency
            | Self::EchoCancellation
            | Self::AutoGainControl
            | Self::NoiseSuppression
            | Self::VoiceIsolation => matches!(kind, TrackKind::Audio),
            _ => matches!(kind, TrackKind::Video),
        }
    }

    /// Whether `getUserMedia` may require it (GUM-04, `#dfn-allowed-required-constraints-for-device-selection`).
    pub fn selects_devices(self) -> bool {
        self <= Self::NoiseSuppression
    }

    /// The properties of tracks of this kind, in order.
    pub fn of_kind(kind: TrackKind) -> impl Iterator<Item = Self> {
        Self::ALL.into_iter().filter(move |property| property.applies_to(kind))
    }
}

impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Property {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|property| property.name() == name).ok_or(())
    }
}
