//! The numbers of a description, each checked where it stands, so that an error has its place.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::time::Duration;

use serde::{Deserialize, Deserializer};

use crate::model::FrameRate;

/// A time of up to a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "f64")]
pub(super) struct Seconds(pub(super) Duration);

impl TryFrom<f64> for Seconds {
    type Error = String;

    fn try_from(seconds: f64) -> Result<Self, String> {
        if (0.0..=31_536_000.0).contains(&seconds) {
            Ok(Self(Duration::from_secs_f64(seconds)))
        } else {
            Err(format!("{seconds} is no number of seconds from 0 to 31536000"))
        }
    }
}

/// A number of seconds, of a field that is public.
pub(super) fn seconds<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    Seconds::deserialize(from).map(|Seconds(time)| time)
}

/// The same, or `inf` for ever.
pub(super) fn span<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let number = f64::deserialize(from)?;
    let time =
        if number == f64::INFINITY { Ok(for_ever()) } else { Seconds::try_from(number).map(|Seconds(time)| time) };
    time.map_err(serde::de::Error::custom)
}

pub(super) const fn for_ever() -> Duration {
    Duration::MAX
}

/// By how much a frame may be early or late: up to 10 s.
pub(super) fn amplitude<'de, D: Deserializer<'de>>(from: D) -> Result<Duration, D::Error> {
    let number = f64::deserialize(from)?;
    if (0.0..=10.0).contains(&number) {
        Ok(Duration::from_secs_f64(number))
    } else {
        Err(serde::de::Error::custom(format!("{number} is no number of seconds from 0 to 10")))
    }
}

/// Each how many-th frame is lost. Losing all of them is a stall.
pub(super) fn every<'de, D: Deserializer<'de>>(from: D) -> Result<u64, D::Error> {
    in_range(u64::deserialize(from)?, 2..=1_000_000)
}

/// By how much the frames are further apart.
pub(super) fn slowdown<'de, D: Deserializer<'de>>(from: D) -> Result<u32, D::Error> {
    in_range(u32::deserialize(from)?, 2..=60)
}

fn in_range<T: PartialOrd + Display, E: serde::de::Error>(number: T, range: RangeInclusive<T>) -> Result<T, E> {
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(E::custom(format!("{number} is no number from {} to {}", range.start(), range.end())))
    }
}

/// Width and height.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "(u32, u32)")]
pub(super) struct Size(pub(super) u32, pub(super) u32);

impl TryFrom<(u32, u32)> for Size {
    type Error = String;

    fn try_from((width, height): (u32, u32)) -> Result<Self, String> {
        if (64..=8192).contains(&width) && (32..=8192).contains(&height) {
            Ok(Self(width, height))
        } else {
            Err(format!("{width}×{height} is no size from 64×32 to 8192×8192"))
        }
    }
}

/// Frames per second as a fraction.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "(u32, u32)")]
pub(super) struct Rate(pub(super) FrameRate);

impl TryFrom<(u32, u32)> for Rate {
    type Error = String;

    fn try_from((numerator, denominator): (u32, u32)) -> Result<Self, String> {
        let rate = FrameRate::new(numerator, denominator);
        if numerator > 0 && denominator > 0 && rate >= FrameRate::new(1, 60) && rate <= FrameRate::new(1000, 1) {
            Ok(Self(rate))
        } else {
            Err(format!("{numerator}/{denominator} is no rate from 1/60 to 1000 per second"))
        }
    }
}

/// Samples per second.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "u32")]
pub(super) struct SampleRate(pub(super) u32);

impl TryFrom<u32> for SampleRate {
    type Error = String;

    fn try_from(rate: u32) -> Result<Self, String> {
        if (1000..=768_000).contains(&rate) {
            Ok(Self(rate))
        } else {
            Err(format!("{rate} is no sample rate from 1000 to 768000 Hz"))
        }
    }
}

/// The tone of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(try_from = "RawTone")]
pub(super) struct ToneDescription {
    pub(super) hertz: f64,
    pub(super) peak_dbfs: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename = "Tone")]
struct RawTone {
    hertz: f64,
    /// At most 0; `-inf` for silence.
    peak_dbfs: f64,
}

impl TryFrom<RawTone> for ToneDescription {
    type Error = String;

    fn try_from(RawTone { hertz, peak_dbfs }: RawTone) -> Result<Self, String> {
        if !(0.0..=384_000.0).contains(&hertz) {
            return Err(format!("{hertz} is no frequency from 0 to 384000 Hz"));
        }
        if peak_dbfs.is_nan() || peak_dbfs > 0.0 {
            return Err(format!("{peak_dbfs} is no level of at most 0 dBFS"));
        }
        Ok(Self { hertz, peak_dbfs })
    }
}
