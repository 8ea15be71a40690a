//! The modes in which a device can deliver.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{FrameRate, PixelFormat};

/// A size or rate that is one number, or a range with a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extent {
    /// Just this.
    One(u32),
    /// `min`, `min + step` … up to `max`.
    Range {
        /// The smallest.
        min: u32,
        /// The largest.
        max: u32,
        /// From one to the next; at least 1.
        step: u32,
    },
}

impl Extent {
    /// The smallest.
    pub const fn min(self) -> u32 {
        match self {
            Self::One(value) | Self::Range { min: value, .. } => value,
        }
    }

    /// The largest.
    pub const fn max(self) -> u32 {
        match self {
            Self::One(value) | Self::Range { max: value, .. } => value,
        }
    }
}

/// A frame rate that is one fraction, or a range in which every rate is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RateExtent {
    /// Just this.
    One(FrameRate),
    /// Any rate from `min` to `max`.
    Range {
        /// The slowest.
        min: FrameRate,
        /// The fastest.
        max: FrameRate,
    },
}

impl RateExtent {
    /// The slowest.
    pub const fn min(self) -> FrameRate {
        match self {
            Self::One(rate) | Self::Range { min: rate, .. } => rate,
        }
    }

    /// The fastest.
    pub const fn max(self) -> FrameRate {
        match self {
            Self::One(rate) | Self::Range { max: rate, .. } => rate,
        }
    }
}

/// What a camera offers: one pixel format at one size (or range of sizes) and rate (or range of rates).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct VideoMode {
    /// Pixels.
    pub width: Extent,
    /// Pixels.
    pub height: Extent,
    /// Frames per second.
    pub frame_rate: RateExtent,
    /// The pixel format.
    pub pixel_format: PixelFormat,
}

/// How one linear sample is coded by the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum SampleFormat {
    /// Unsigned, 8 bits.
    U8,
    /// Signed, 16 bits.
    S16,
    /// Signed, 24 bits in 32.
    S24,
    /// Signed, 24 bits in 3 bytes.
    S24In3,
    /// Signed, 32 bits.
    S32,
    /// IEEE float, 32 bits.
    F32,
}

impl SampleFormat {
    /// `sampleSize`: significant bits per sample (PROP-03).
    pub const fn bits(self) -> u32 {
        match self {
            Self::U8 => 8,
            Self::S16 => 16,
            Self::S24 | Self::S24In3 => 24,
            Self::S32 | Self::F32 => 32,
        }
    }
}

/// What a microphone offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct AudioMode {
    /// Samples per second and channel.
    pub sample_rate: Extent,
    /// Channels.
    pub channels: Extent,
    /// How the device codes a sample.
    pub sample_format: SampleFormat,
}

/// A mode of a device of either kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Mode {
    /// Of a camera.
    Video(VideoMode),
    /// Of a microphone.
    Audio(AudioMode),
}

/// The one mode in which a camera is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CameraMode {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second.
    pub frame_rate: FrameRate,
    /// The pixel format.
    pub pixel_format: PixelFormat,
}

impl fmt::Display for CameraMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{} at {} fps, {}", self.width, self.height, self.frame_rate, self.pixel_format)
    }
}

/// The one mode in which a microphone is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct MicrophoneMode {
    /// Samples per second and channel.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u32,
    /// How the device codes a sample.
    pub sample_format: SampleFormat,
    /// Sample frames that the device hands over at once: the `latency` times the rate.
    pub period: u32,
}

impl fmt::Display for MicrophoneMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} Hz, {} ch, {:?}", self.sample_rate, self.channels, self.sample_format)
    }
}

/// The mode in which a device of either kind is opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ChosenMode {
    /// Of a camera.
    Video(CameraMode),
    /// Of a microphone.
    Audio(MicrophoneMode),
}

impl fmt::Display for ChosenMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Video(mode) => mode.fmt(f),
            Self::Audio(mode) => mode.fmt(f),
        }
    }
}
