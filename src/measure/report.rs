//! What is measured of a track while it runs.

use std::time::Duration;

use crate::model::Timestamp;

use super::first_frame::FirstFrame;
use super::freezes::Freezes;
use super::low_light::LowLight;
use super::statistics::{HistogramBin, TimeStats};

/// Measurements of a video track. Counters are totals since the track was opened, or its counts began
/// anew:
/// `produced = delivered + discarded + dropped + corrupt`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VideoReport {
    /// When it was made.
    pub at: Timestamp,
    /// Frames that the camera made, by its own sequence numbers.
    pub produced: u64,
    /// Frames that reached the track.
    pub delivered: u64,
    /// Frames left out on purpose, to reduce the rate (FRM-04).
    pub discarded: u64,
    /// Frames that the driver or the lab lost on the way to the track.
    pub dropped: u64,
    /// Frames that the driver marked as damaged, or that do not decode.
    pub corrupt: u64,
    /// Frames per second that the camera made, over the last second of driver time; `None` before two frames.
    pub fps_produced: Option<f64>,
    /// Frames per second that reached the track, over the last second; `None` before two frames.
    pub fps_delivered: Option<f64>,
    /// Intervals between driver stamps over [`Window`].
    pub interval: Option<IntervalStats>,
    /// From driver stamp to arrival over [`Window`]; `None` where the driver does not stamp.
    pub latency: Option<LatencyStats>,
    /// Mean luma of the newest picture, 0 (black) to 255 (white).
    pub luma: Option<f64>,
    /// How many pictures in a row are equal to the one before them, the newest the last.
    pub same_pictures: u64,
    /// Pictures that the viewer was too slow to show.
    pub not_shown: u64,
    /// The first and the newest frame of those counted; `None` before one.
    pub span: Option<FrameSpan>,
    /// What was asked for and granted, and rates over longer times.
    pub rates: Rates,
    /// What intervals and latencies are taken over.
    pub window: Window,
    /// Intervals between arrivals: what they have beyond those between driver stamps is the computer's doing.
    pub interval_arrival: Option<IntervalStats>,
    /// Intervals between driver stamps, in bins of 1 ms.
    pub histogram: Vec<HistogramBin>,
    /// Intervals between arrivals, in bins of 1 ms.
    pub histogram_arrival: Vec<HistogramBin>,
    /// Where frames were lost.
    pub drops: Drops,
    /// Pictures that were compared with the one before.
    pub pictures: u64,
    /// Those that were equal to the one before, in each fourth pixel of each fourth line.
    pub duplicates: u64,
    /// Pictures that stood still.
    pub freezes: Freezes,
    /// How long it took until the first frame was there.
    pub first_frame: FirstFrame,
    /// From capture to screen.
    pub latencies: Latencies,
    /// What a closer look at the pictures found.
    pub scene: Scene,
    /// Every picture that was looked at for a second is black: mean luma below 20 of 255, standard deviation below 4, ten
    /// pictures in a row. A covered lens or a dark room; not a mute.
    pub is_black: bool,
    /// Pictures come, are not black, and are all equal for a second at least. Not a mute.
    pub is_frozen: bool,
    /// For how long the newest picture is known to stand, by driver time.
    pub frozen_for: Duration,
    /// The camera is slower than it was set to, and its exposure explains it.
    pub low_light: Option<LowLight>,
}

/// Rates in frames per second.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rates {
    /// What the constraints ask for: `exact`, else `ideal`; `None` where they name no rate.
    pub requested: Option<f64>,
    /// What the driver granted (`VIDIOC_G_PARM`).
    pub granted: Option<f64>,
    /// The track's setting: less than granted where frames are left out.
    pub track: Option<f64>,
    /// What the camera made, over the last 10 s.
    pub produced_long: Option<f64>,
    /// What reached the track, over the last 10 s.
    pub delivered_long: Option<f64>,
}

/// What statistics are taken over.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Window {
    /// The most time, in seconds.
    pub seconds: f64,
    /// How many intervals there were in it.
    pub intervals: usize,
}

/// Where frames were lost. Only the first two are among [`VideoReport::dropped`]: what a queue behind the track loses did
/// reach the track.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Drops {
    /// Gaps in the driver's sequence numbers.
    pub driver: u64,
    /// Lost by the lab between the driver and the track.
    pub lab: u64,
    /// Replaced by a newer frame before a picture was made of it.
    pub picture_queue: u64,
    /// Did not fit into a recorder's queue.
    pub recorder_queue: u64,
}

/// How old a picture is at each step, over the last 10 s.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Latencies {
    /// From driver stamp to arrival; `None` where the driver does not stamp, or stamps ahead of the arrival.
    pub arrival: Option<TimeStats>,
    /// From arrival to the finished picture.
    pub picture: Option<TimeStats>,
    /// From the finished picture to its being drawn in the window.
    pub shown: Option<TimeStats>,
    /// From driver stamp to its being drawn in the window.
    pub total: Option<TimeStats>,
}

/// What a closer look found, ten times a second at most.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Scene {
    /// How many pictures were looked at since the track was opened.
    pub looks: u64,
    /// Standard deviation of the newest picture's luma, in steps of 255.
    pub luma_deviation: Option<f64>,
    /// Of the newest picture: [`Look::sharpness`](super::Look::sharpness).
    pub sharpness: Option<f64>,
    /// The largest since the track was opened.
    pub sharpness_peak: Option<f64>,
    /// The median over the last ten looks of [`Look::noise`](super::Look::noise).
    pub noise: Option<f64>,
}

/// From the first frame to the newest one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FrameSpan {
    /// The driver's stamp of the first frame.
    pub first_captured: Timestamp,
    /// When the first frame arrived.
    pub first_arrived: Timestamp,
    /// The driver's stamp of the newest frame.
    pub newest_captured: Timestamp,
}

/// Percentiles of the time from one frame to the next, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct IntervalStats {
    /// Median.
    pub p50_ms: f64,
    /// 95th percentile.
    pub p95_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
    /// Largest.
    pub max_ms: f64,
}

/// Percentiles of the time from capture to arrival, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct LatencyStats {
    /// Median.
    pub p50_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
}

/// Measurements of an audio track.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AudioReport {
    /// When it was made.
    pub at: Timestamp,
    /// Sample frames that reached the track since it was opened.
    pub frames: u64,
    /// Sample frames that were lost since it was opened.
    pub lost: u64,
    /// For how long every sample has been 0; none while the track is muted or disabled.
    pub zeros: Duration,
    /// The meter, by channel.
    pub meter: Vec<ChannelLevel>,
    /// The newest windows of 100 ms, oldest first, at most ten.
    pub windows: Vec<LevelWindow>,
}

impl AudioReport {
    /// Whether the microphone gives digital silence: nothing but samples of 0 for over a second. A flag, not a mute.
    pub fn is_digitally_silent(&self) -> bool {
        self.zeros > Duration::from_secs(1)
    }
}

/// What a meter shows of one channel. Levels are relative to full scale: 1 is 0 dBFS; a full-scale sine has an RMS of
/// −3.01 dBFS.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ChannelLevel {
    /// Root mean square over the last 300 ms.
    pub rms: f64,
    /// Largest absolute sample of the last 50 ms.
    pub peak: f64,
    /// Largest absolute sample, held for 1.5 s.
    pub hold: f64,
    /// Samples at full scale since the track was opened or the lamp was put out.
    pub clipped: u64,
}

/// The levels of 100 ms.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LevelWindow {
    /// Counts the windows of the track from 0.
    pub index: u64,
    /// Its end.
    pub at: Timestamp,
    /// Peak, RMS and clipped samples of just this window, by channel; `hold` equals `peak`.
    pub channels: Vec<ChannelLevel>,
}

/// A linear level in decibels relative to full scale; `None` for silence (−∞).
pub fn dbfs(level: f64) -> Option<f64> {
    (level > 0.0).then(|| 20.0 * level.log10())
}
