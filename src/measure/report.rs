//! What is measured of a track while it runs.

use crate::model::Timestamp;

/// Measurements of a video track. Counters are totals since the track was opened, or its counts began anew:
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
    /// Frames that the driver or the lab lost.
    pub dropped: u64,
    /// Frames that the driver marked as damaged, or that do not decode.
    pub corrupt: u64,
    /// Frames per second that the camera made, over the last second of driver time; `None` before two frames.
    pub fps_produced: Option<f64>,
    /// Frames per second that reached the track, over the last second; `None` before two frames.
    pub fps_delivered: Option<f64>,
    /// Intervals between driver stamps over the last 5 s.
    pub interval: Option<IntervalStats>,
    /// From driver stamp to arrival over the last 5 s; `None` where the driver does not stamp.
    pub latency: Option<LatencyStats>,
    /// Mean luma of the newest picture, 0 (black) to 255 (white).
    pub luma: Option<f64>,
    /// How many pictures in a row are equal to the one before them, the newest the last.
    pub same_pictures: u64,
    /// Pictures that the viewer was too slow to show.
    pub not_shown: u64,
    /// The first and the newest frame of those counted; `None` before one.
    pub span: Option<FrameSpan>,
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
    /// The meter, by channel.
    pub meter: Vec<ChannelLevel>,
    /// The newest windows of 100 ms, oldest first, at most ten.
    pub windows: Vec<LevelWindow>,
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
