//! One clip from its first sample to its last.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::media::{AudioBlock, VideoFrame};
use crate::model::{ErrorName, FrameRate, Timestamp};

/// What is to be recorded, and where to.
#[derive(Clone, Debug)]
pub struct RecordConfig {
    /// The file; its extension gives the format: `mp4`, or `wav` for sound alone.
    pub path: PathBuf,
    /// Whether a file that is there is replaced.
    pub overwrite: bool,
    /// The picture; `None` records sound alone.
    pub video: Option<VideoParams>,
    /// The sound; `None` records pictures alone.
    pub audio: Option<AudioParams>,
    /// The clip's time 0: what was captured before is left out.
    pub origin: Timestamp,
}

/// The picture of a clip. A frame of another size is scaled into this one with bars.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoParams {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// What the camera is set to; the clip keeps the real time of each frame.
    pub frame_rate: FrameRate,
}

/// The sound of a clip.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AudioParams {
    /// Samples per second and channel.
    pub sample_rate: u32,
    /// Channels.
    pub channels: u32,
}

/// Why a clip cannot be written. The message is one sentence with what to try.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RecordError {
    /// The standard's name for the failure.
    pub name: ErrorName,
    /// The sentence.
    pub message: String,
}

/// A complete clip.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClipSummary {
    /// The file.
    pub path: PathBuf,
    /// Its length in time.
    pub duration: Duration,
    /// Its length in bytes.
    pub bytes: u64,
}

/// Writes one clip. What was written stays playable if the program dies: at most the last second is lost.
#[derive(Debug)]
pub struct Recorder {}

impl Recorder {
    /// Opens the file and writes what comes before the first frame.
    ///
    /// # Errors
    /// Where the file exists (`InvalidStateError`), cannot be written (`NotAllowedError`, `NotFoundError`), or the format
    /// is unknown or not in this build (`NotSupportedError`).
    pub fn create(_config: &RecordConfig) -> Result<Self, RecordError> {
        Ok(Self {})
    }

    /// Adds a picture. A corrupt one, one captured before the origin, and one not after the last is left out.
    ///
    /// # Errors
    /// Where encoding or writing fails; [`finish`](Self::finish) keeps what was written up to then.
    pub fn video(&mut self, _frame: &VideoFrame) -> Result<(), RecordError> {
        Ok(())
    }

    /// Adds samples. A gap of the capture time is filled with silence.
    ///
    /// # Errors
    /// As [`video`](Self::video).
    pub fn audio(&mut self, _block: &AudioBlock) -> Result<(), RecordError> {
        Ok(())
    }

    /// Length of the clip so far in time and in bytes written.
    pub fn progress(&self) -> (Duration, u64) {
        (Duration::ZERO, 0)
    }

    /// Pictures and sample frames that came but could not be recorded.
    pub fn lost(&self) -> u64 {
        0
    }

    /// Completes the file. `end` is the time up to which the last picture is shown.
    ///
    /// # Errors
    /// As [`video`](Self::video).
    pub fn finish(self, _end: Timestamp) -> Result<ClipSummary, RecordError> {
        Err(RecordError { name: ErrorName::AbortError, message: String::new() })
    }
}

/// Whether clips of this path's extension can be recorded by this build.
pub fn is_supported(_path: &Path) -> bool {
    true
}
