//! The recorder's engine: frames and samples into a clip.

mod aligner;
mod audio_feed;
mod audio_track;
mod clip_file;
mod error;
mod losses;
mod mp4_clip;
mod recorder;
mod resampler;
mod video_track;
mod wav_clip;

pub use error::RecordError;
pub use losses::Losses;
pub use recorder::{AudioParams, ClipSummary, RecordConfig, Recorder, VideoParams, is_supported};
