//! Numbers from frames and samples. Pure: no thread, no clock of its own.

mod report;

pub use report::{AudioReport, ChannelLevel, IntervalStats, LatencyStats, LevelWindow, VideoReport, dbfs};
