//! Numbers from frames and samples. Pure: no thread, no clock of its own.

mod intervals;
mod levels;
mod luma;
mod onset;
mod report;
mod video;

pub use levels::LevelMeter;
pub use luma::{fingerprint, mean_luma, mean_luma_of_frame};
pub use onset::Onset;
pub use report::{AudioReport, ChannelLevel, FrameSpan, IntervalStats, LatencyStats, LevelWindow, VideoReport, dbfs};
pub use video::VideoMeter;
