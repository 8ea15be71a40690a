//! Numbers from frames and samples. Pure: no thread, no clock of its own.

mod black;
mod first_frame;
mod freezes;
mod intervals;
mod json;
mod levels;
mod look;
mod low_light;
mod luma;
mod noise;
mod onset;
mod pictures;
mod report;
mod statistics;
mod video;

pub use first_frame::{FirstFrame, Milestones};
pub use freezes::Freezes;
pub use json::to_json as video_json;
pub use levels::LevelMeter;
pub use look::{Look, Looker};
pub use low_light::{Exposure, LowLight, LowLightCause, low_light, pin_exposure};
pub use luma::{fingerprint, mean_luma, mean_luma_of_frame};
pub use onset::Onset;
pub use pictures::SeenPicture;
pub use report::{
    AudioReport, ChannelLevel, Drops, FrameSpan, IntervalStats, Latencies, LatencyStats, LevelWindow, Rates, Scene,
    VideoReport, Window, dbfs,
};
pub use statistics::{HistogramBin, TimeStats};
pub use video::VideoMeter;
