//! The recorder's engine: frames and samples into a clip.

mod recorder;

pub use recorder::{AudioParams, ClipSummary, RecordConfig, RecordError, Recorder, VideoParams, is_supported};
