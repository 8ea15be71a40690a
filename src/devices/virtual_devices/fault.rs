//! What can happen to virtual devices: at a time of their script, or by hand.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use crate::model::Value;

use super::values::{Seconds, amplitude, every, for_ever, seconds, slowdown, span};

/// What opening a device comes to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
pub(super) enum Opening {
    /// It opens at once.
    #[default]
    Normal,
    /// Another program holds it.
    Busy,
    /// The system does not let this user open it.
    PermissionDenied,
    /// The USB has no bandwidth left for it.
    NoBandwidth,
    /// It opens after this time.
    DelaySeconds(Seconds),
    /// It opens at once, and its first frame comes this much later. Of a microphone: its first samples.
    LateFirstFrame(Seconds),
}

/// A fault, at a time since the device was opened.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Fault<A> {
    pub(super) at: Seconds,
    /// It comes again after each such time. A repetition that falls into what the fault itself takes is left out.
    #[serde(default)]
    pub(super) every: Option<Period>,
    #[serde(rename = "do")]
    pub(super) action: A,
}

/// The time from one repetition to the next: at least a millisecond.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Seconds")]
pub(super) struct Period(pub(super) Duration);

impl TryFrom<Seconds> for Period {
    type Error = String;

    fn try_from(Seconds(time): Seconds) -> Result<Self, String> {
        if time >= Duration::from_millis(1) {
            Ok(Self(time))
        } else {
            Err("a fault is repeated after 0.001 s at the earliest".to_owned())
        }
    }
}

/// What can happen to a virtual camera. Times in the RON description are in seconds; where one may last for ever it is
/// [`Duration::MAX`] here, and `inf` or left out there.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub enum CameraFault {
    /// No frames for this time; the numbers go on without a gap, as where the sensor stands still.
    Stall(#[serde(deserialize_with = "span")] Duration),
    /// The driver loses the next frames: a gap in the numbers.
    DropFrames(u64),
    /// The driver loses each n-th frame: a gap of one in the numbers each time.
    DropEvery {
        /// n, from 2 on.
        #[serde(deserialize_with = "every")]
        frames: u64,
        /// For how long.
        #[serde(deserialize_with = "span", default = "for_ever")]
        time: Duration,
    },
    /// The sensor is unsteady: each frame is captured, stamped and delivered up to this much too early or too late.
    Jitter {
        /// The most by which a frame differs from its time. More than half an interval brings frames up to one another.
        #[serde(deserialize_with = "amplitude")]
        amplitude: Duration,
        /// For how long.
        #[serde(deserialize_with = "span", default = "for_ever")]
        time: Duration,
        /// Another number is another sequence of deviations.
        #[serde(default)]
        seed: u64,
    },
    /// The bus or the computer is unsteady: frames are stamped on time, and delivered up to this much later.
    ArrivalJitter {
        /// The most by which a frame is late.
        #[serde(deserialize_with = "amplitude")]
        amplitude: Duration,
        /// For how long.
        #[serde(deserialize_with = "span", default = "for_ever")]
        time: Duration,
        /// Another number is another sequence of deviations.
        #[serde(default)]
        seed: u64,
    },
    /// From now on frames are delivered this long after their stamp; 0 ends it.
    Latency(#[serde(deserialize_with = "amplitude")] Duration),
    /// The lens is covered: black pictures for this time.
    Black(#[serde(deserialize_with = "span")] Duration),
    /// The same picture again and again for this time, while numbers and stamps go on.
    Freeze(#[serde(deserialize_with = "span")] Duration),
    /// The next frames are damaged: marked so by the driver, and cut in half.
    Corrupt(u64),
    /// The next frames are damaged, and the driver does not say so: a JPEG does not decode, a raw picture has a band of noise,
    /// which no program can tell from a picture.
    CorruptUnmarked(u64),
    /// The next frames have half of their bytes, and the driver does not say so.
    Truncate(u64),
    /// The next frames are of another size than the device says. A raw picture that is too large is cut off at the size of the
    /// buffer.
    WrongSize {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// How many.
        frames: u64,
    },
    /// The light is low, and the camera exposes longer: the time from frame to frame is this many times as long. A camera with
    /// the controls `exposureMode` and `exposureTime` shows the longer exposure, and keeps its rate while its exposure is manual.
    LowLight {
        /// From 2 to 60.
        #[serde(deserialize_with = "slowdown")]
        slower: u32,
        /// For how long.
        #[serde(deserialize_with = "span", default = "for_ever")]
        time: Duration,
    },
    /// The bus is suspended for this time, and the driver says so: no frames, numbers without a gap.
    Suspend(#[serde(deserialize_with = "span")] Duration),
    /// A stall or a suspension ends before its time.
    Resume,
    /// The first frame comes this much later: of this opening where none has come, else of the next one.
    LateFirstFrame(#[serde(deserialize_with = "seconds")] Duration),
    /// The next openings fail, as if another program had the device.
    Busy(u32),
    /// The next openings fail, as if this user might not open the device.
    PermissionDenied(u32),
    /// The next openings fail, as if the USB had no bandwidth left.
    NoBandwidth(u32),
    /// A control is set by the device itself or by another program. A value that it does not take changes nothing.
    ChangeControl {
        /// That of the control, or of its property.
        name: String,
        /// What it is set to.
        value: Value,
    },
    /// The device goes, until it is plugged in again.
    Unplug,
    /// The device is plugged in again, where it was before.
    PlugIn,
    /// The device goes, and comes back after this time under another node: with a number of its own behind the name.
    Replug(#[serde(deserialize_with = "seconds")] Duration),
}

/// How long something lasts, in words.
pub(super) fn lasting(time: Duration) -> String {
    if time == Duration::MAX { "until it is ended".to_owned() } else { format!("for {} s", time.as_secs_f64()) }
}

impl fmt::Display for CameraFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let millis = |time: &Duration| time.as_secs_f64() * 1e3;
        match self {
            Self::Stall(time) => write!(f, "no frames {}", lasting(*time)),
            Self::DropFrames(count) => write!(f, "the next {count} frames are dropped"),
            Self::DropEvery { frames, time } => write!(f, "one frame of {frames} is dropped {}", lasting(*time)),
            Self::Jitter { amplitude, time, .. } => {
                write!(f, "capture times jitter by ±{} ms {}", millis(amplitude), lasting(*time))
            }
            Self::ArrivalJitter { amplitude, time, .. } => {
                write!(f, "frames arrive up to {} ms late {}", millis(amplitude), lasting(*time))
            }
            Self::Latency(time) => write!(f, "frames arrive {} ms after their stamp", millis(time)),
            Self::Black(time) => write!(f, "the lens is covered {}", lasting(*time)),
            Self::Freeze(time) => write!(f, "the picture is frozen {}", lasting(*time)),
            Self::Corrupt(count) => write!(f, "the next {count} frames are damaged and marked so"),
            Self::CorruptUnmarked(count) => write!(f, "the next {count} frames are damaged and not marked so"),
            Self::Truncate(count) => write!(f, "the next {count} frames are cut in half and not marked so"),
            Self::WrongSize { width, height, frames } => write!(f, "the next {frames} frames are of {width}×{height}"),
            Self::LowLight { slower, time } => {
                write!(f, "low light, exposures {slower} times as long {}", lasting(*time))
            }
            Self::Suspend(time) => write!(f, "the bus is suspended {}", lasting(*time)),
            Self::Resume => f.write_str("a stall or a suspension ends"),
            Self::LateFirstFrame(time) => write!(f, "the first frame comes {} s late", time.as_secs_f64()),
            Self::Busy(count) => write!(f, "busy at the next {count} openings"),
            Self::PermissionDenied(count) => write!(f, "permission denied at the next {count} openings"),
            Self::NoBandwidth(count) => write!(f, "no USB bandwidth at the next {count} openings"),
            Self::ChangeControl { name, value } => write!(f, "the control {name} changes to {value} from outside"),
            Self::Unplug => f.write_str("unplugged"),
            Self::PlugIn => f.write_str("plugged in"),
            Self::Replug(time) => {
                write!(f, "unplugged, and plugged in under another node after {} s", time.as_secs_f64())
            }
        }
    }
}

impl CameraFault {
    /// Whether it disturbs the frames of an open camera, and not the coming, going, opening and controls of the device.
    pub(super) const fn concerns_frames(&self) -> bool {
        !matches!(
            self,
            Self::Unplug
                | Self::PlugIn
                | Self::Replug(_)
                | Self::Busy(_)
                | Self::PermissionDenied(_)
                | Self::NoBandwidth(_)
                | Self::ChangeControl { .. }
        )
    }
}
