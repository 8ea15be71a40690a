//! The constrainable properties, by the names of the standard.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::track::TrackKind;

/// A constrainable property (`#constrainable-properties`). The order of the variants is the order in which an
/// `OverconstrainedError` names them (OVR-05).
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
}

impl Property {
    /// All properties, in order.
    pub const ALL: [Self; 15] = [
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
        }
    }

    /// What kind of value it has.
    pub const fn value_type(self) -> ValueType {
        match self {
            Self::DeviceId | Self::GroupId | Self::FacingMode | Self::ResizeMode => ValueType::Text,
            Self::Width | Self::Height | Self::SampleRate | Self::SampleSize | Self::ChannelCount => {
                ValueType::UnsignedLong
            }
            Self::AspectRatio | Self::FrameRate | Self::Latency => ValueType::Double,
            Self::EchoCancellation => ValueType::BooleanOrText,
            Self::AutoGainControl | Self::NoiseSuppression => ValueType::Boolean,
        }
    }

    /// Whether the standard defines it for tracks of this kind.
    pub const fn applies_to(self, kind: TrackKind) -> bool {
        match self {
            Self::DeviceId | Self::GroupId => true,
            Self::FacingMode | Self::ResizeMode | Self::Width | Self::Height | Self::AspectRatio | Self::FrameRate => {
                matches!(kind, TrackKind::Video)
            }
            Self::SampleRate
            | Self::SampleSize
            | Self::ChannelCount
            | Self::Latency
            | Self::EchoCancellation
            | Self::AutoGainControl
            | Self::NoiseSuppression => matches!(kind, TrackKind::Audio),
        }
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
