//! What can happen to a virtual microphone: at a time of its script, or by hand.

use std::fmt;
use std::time::Duration;

use serde::Deserialize;

use super::fault::{CameraFault, lasting};
use super::sound::Level;
use super::values::{for_ever, seconds, span};

/// What can happen to a virtual microphone. Times in the RON description are in seconds; where one may last for ever it is
/// [`Duration::MAX`] here, and `inf` or left out there.
#[derive(Clone, Copy, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub enum MicrophoneFault {
    /// No samples for this time; those of the time are lost, and the driver says so.
    Stall(#[serde(deserialize_with = "span")] Duration),
    /// The sound server suspends the microphone for this time, and says so: it captures nothing, and nothing is lost.
    Suspend(#[serde(deserialize_with = "span")] Duration),
    /// The microphone is switched off in the mixer for this time, and the driver says so: nothing comes, and nothing is lost.
    SwitchOff(#[serde(deserialize_with = "span")] Duration),
    /// A stall, a suspension or a switching off ends before its time.
    Resume,
    /// Samples are lost on the way.
    Dropout {
        /// How much of them.
        #[serde(deserialize_with = "seconds")]
        time: Duration,
        /// Whether the driver says so; else only the stamps show it.
        #[serde(default = "yes")]
        reported: bool,
    },
    /// The driver's buffer overruns: the next periods are lost, and it says so.
    Xrun(u64),
    /// Digital silence for this time: exact zeros, as of a mute switch on the microphone.
    Silence(#[serde(deserialize_with = "span")] Duration),
    /// Far too loud for this time: cut off at full scale.
    Clip(#[serde(deserialize_with = "span")] Duration),
    /// The same before the converter: cut off at a peak below full scale.
    ClipBelow {
        /// At which level.
        #[serde(deserialize_with = "level")]
        peak_dbfs: f64,
        /// For how long.
        #[serde(deserialize_with = "span", default = "for_ever")]
        time: Duration,
    },
    /// The first samples come this much later: of this opening where none have come, else of the next one.
    LateFirstSamples(#[serde(deserialize_with = "seconds")] Duration),
    /// The next openings fail, as if another program had the device.
    Busy(u32),
    /// The next openings fail, as if this user might not open the device.
    PermissionDenied(u32),
    /// The sound server ends, and is there again with the microphone after this time.
    RestartServer(#[serde(deserialize_with = "seconds")] Duration),
    /// The device goes, until it is plugged in again.
    Unplug,
    /// The device is plugged in again, where it was before.
    PlugIn,
    /// The device goes, and comes back after this time under another node: with a number of its own behind the name.
    Replug(#[serde(deserialize_with = "seconds")] Duration),
}

const fn yes() -> bool {
    true
}

fn level<'de, D: serde::Deserializer<'de>>(from: D) -> Result<f64, D::Error> {
    Level::deserialize(from).map(|level| level.0)
}

impl MicrophoneFault {
    /// What can happen to a device of either kind, where it is that.
    pub(super) const fn of_device(self) -> Option<CameraFault> {
        match self {
            Self::Busy(count) => Some(CameraFault::Busy(count)),
            Self::PermissionDenied(count) => Some(CameraFault::PermissionDenied(count)),
            Self::Unplug => Some(CameraFault::Unplug),
            Self::PlugIn => Some(CameraFault::PlugIn),
            Self::Replug(time) => Some(CameraFault::Replug(time)),
            _ => None,
        }
    }
}

impl fmt::Display for MicrophoneFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stall(time) => write!(f, "no samples {}", lasting(*time)),
            Self::Suspend(time) => write!(f, "suspended by the sound server {}", lasting(*time)),
            Self::SwitchOff(time) => write!(f, "switched off in the mixer {}", lasting(*time)),
            Self::Resume => f.write_str("a stall, a suspension or a switching off ends"),
            Self::Dropout { time, reported } => {
                let said = if *reported { "and reported" } else { "and not reported" };
                write!(f, "{} ms of samples are lost {said}", time.as_secs_f64() * 1e3)
            }
            Self::Xrun(periods) => write!(f, "the buffer overruns by {periods} periods"),
            Self::Silence(time) => write!(f, "exact zeros {}", lasting(*time)),
            Self::Clip(time) => write!(f, "cut off at full scale {}", lasting(*time)),
            Self::ClipBelow { peak_dbfs, time } => write!(f, "cut off at {peak_dbfs} dBFS {}", lasting(*time)),
            Self::LateFirstSamples(time) => write!(f, "the first samples come {} s late", time.as_secs_f64()),
            Self::RestartServer(time) => write!(f, "the sound server ends, and starts after {} s", time.as_secs_f64()),
            // In the words of any device.
            _ => self.of_device().map_or(Ok(()), |fault| fault.fmt(f)),
        }
    }
}

/// What can happen to a virtual device of either kind.
#[derive(Clone, Debug, PartialEq)]
pub enum DeviceFault {
    /// To a camera; what concerns no frames, to a microphone too.
    Camera(CameraFault),
    /// To a microphone.
    Microphone(MicrophoneFault),
}

impl DeviceFault {
    /// What can happen to a device of either kind, where it is that.
    pub(super) fn of_device(&self) -> Option<CameraFault> {
        match self {
            Self::Camera(fault) => Some(fault.clone()).filter(|fault| !fault.concerns_frames()),
            Self::Microphone(fault) => fault.of_device(),
        }
    }
}

impl From<CameraFault> for DeviceFault {
    fn from(fault: CameraFault) -> Self {
        Self::Camera(fault)
    }
}

impl From<MicrophoneFault> for DeviceFault {
    fn from(fault: MicrophoneFault) -> Self {
        Self::Microphone(fault)
    }
}

impl fmt::Display for DeviceFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Camera(fault) => fault.fmt(f),
            Self::Microphone(fault) => fault.fmt(f),
        }
    }
}
