//! What comes of a sweep. The names of the fields are those of its files; each says its unit.

use serde::{Deserialize, Serialize};

use crate::model::{DeviceInfo, MediaError};

use super::SweepMode;

/// The version of the files.
pub const VERSION: u32 = 1;

/// A rate that is off by no more is the nominal one, in percent.
const NEAR_PERCENT: f64 = 2.0;
/// A rate that is off by more is bad, in percent.
const FAR_PERCENT: f64 = 10.0;
/// A greater share of frames that never arrived whole is bad.
const MANY_LOST: f64 = 0.01;

/// A sweep over the modes of one camera.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SweepResult {
    /// Of the form of the file: [`VERSION`].
    pub version: u32,
    /// Of the program that made it.
    pub program: String,
    /// When it began: RFC 3339 with the offset from UTC; empty where that is not known.
    pub time: String,
    /// The camera.
    pub device: SweepDevice,
    /// How long each mode was measured, in seconds; a slow one for four of its intervals at least.
    pub seconds_per_mode: f64,
    /// Whether all modes of the plan were tried.
    pub complete: bool,
    /// Whether the plan had all modes of the camera, not a part that was chosen.
    pub whole: bool,
    /// What was sampled or left out, and how often the camera was away: a sentence each.
    pub notes: Vec<String>,
    /// What came of each mode that was tried, in this order.
    pub modes: Vec<ModeResult>,
}

/// The camera of a sweep.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SweepDevice {
    /// Its `deviceId`.
    pub device_id: String,
    /// Its label.
    pub label: String,
    /// Where the system has it, for instance `/dev/video0`.
    pub node: String,
    /// The code that talks to it.
    pub backend: String,
    /// Its driver.
    pub driver: Option<String>,
    /// Vendor and product on the USB, `046d:0825`.
    pub usb: Option<String>,
    /// The negotiated speed of the USB, in Mbit/s.
    pub usb_speed_mbps: Option<u32>,
}

impl From<&DeviceInfo> for SweepDevice {
    fn from(device: &DeviceInfo) -> Self {
        Self {
            device_id: device.device_id.as_str().to_owned(),
            label: device.label.clone(),
            node: device.node.clone(),
            backend: device.backend.name().to_owned(),
            driver: device.driver.clone(),
            usb: device.usb.as_ref().map(|usb| format!("{}:{}", usb.vid, usb.pid)),
            usb_speed_mbps: device.usb.as_ref().and_then(|usb| usb.speed_mbps),
        }
    }
}

/// What came of one mode.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModeResult {
    /// What was asked for.
    pub requested: SweepMode,
    /// What the driver gave; `null` where it gave none.
    pub granted: Option<SweepMode>,
    /// What was measured; `null` where nothing came.
    pub measured: Option<Measured>,
    /// What went wrong.
    pub error: Option<Problem>,
}

/// The measures of one mode. They begin half a second after the first frame.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Measured {
    /// From the moment when the device was about to be opened to the arrival of the first undamaged frame, in milliseconds.
    pub first_frame_ms: Option<f64>,
    /// From the first to the last frame that was measured, by the driver's stamps, in seconds.
    pub seconds: f64,
    /// Frames that the camera made, by its own numbers.
    pub frames_produced: u64,
    /// Frames that arrived whole.
    pub frames_delivered: u64,
    /// Frames that the driver or the lab lost.
    pub frames_dropped: u64,
    /// Frames that arrived damaged or do not decode; where the lab cannot decode the format, those that the driver marked.
    pub frames_corrupt: u64,
    /// Frames per second that the camera made, over all of `seconds`.
    pub fps_produced: Option<f64>,
    /// Frames per second that arrived whole, over all of `seconds`.
    pub fps_delivered: Option<f64>,
    /// How far `fps_delivered` is from the rate that was asked for, in percent of it; negative where it is slower.
    pub deviation_percent: Option<f64>,
    /// Median of the intervals between driver stamps, of the last 10 s that were measured, in milliseconds.
    pub interval_p50_ms: Option<f64>,
    /// 99th percentile of the same, in milliseconds.
    pub interval_p99_ms: Option<f64>,
    /// The longest interval, in milliseconds.
    pub interval_max_ms: Option<f64>,
    /// How often the camera fell silent (`mute`).
    pub mutes: u64,
    /// How often the picture stood still, as the Measurements panel counts it; `null` where the lab cannot decode the pictures.
    pub freezes: Option<u64>,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The standard's name, for instance `OverconstrainedError`.
    pub name: String,
    /// A sentence.
    pub message: String,
}

impl From<MediaError> for Problem {
    fn from(error: MediaError) -> Self {
        Self { name: error.name.name().to_owned(), message: error.message }
    }
}

/// How good a mode is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// As granted, within 2 % of its rate, nothing lost.
    Good,
    /// Within 10 % of its rate, and no more than 1 % of the frames lost or damaged.
    Fair,
    /// Worse, or another mode than was asked for.
    Bad,
    /// Nothing to measure.
    Failed,
}

impl ModeResult {
    /// How good the mode is.
    pub fn grade(&self) -> Grade {
        let Some((measured, deviation)) =
            self.measured.and_then(|measured| Some((measured, measured.deviation_percent?)))
        else {
            return Grade::Failed;
        };
        let lost = measured.lost_share();
        let is_other = self.granted.is_some_and(|granted| granted != self.requested);
        if self.error.is_some() || is_other || deviation.abs() > FAR_PERCENT || lost > MANY_LOST || measured.mutes > 0 {
            Grade::Bad
        } else if deviation.abs() > NEAR_PERCENT || lost > 0.0 {
            Grade::Fair
        } else {
            Grade::Good
        }
    }
}

impl Measured {
    /// The share of the frames that were lost or damaged, 0 to 1.
    pub fn lost_share(&self) -> f64 {
        if self.frames_produced == 0 {
            return 0.0;
        }
        (self.frames_dropped + self.frames_corrupt) as f64 / self.frames_produced as f64
    }
}
