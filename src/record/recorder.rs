//! One clip from its first sample to its last.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::container::h264;
use crate::media::{AudioBlock, PictureSize, VideoFrame};
use crate::model::{ErrorName, FrameRate, Timestamp};

use super::mp4_clip::Mp4Clip;
use super::wav_clip::WavClip;
use super::{Losses, RecordError};

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
///
/// The file has its name from the start. Only where it is to replace another does it grow beside that one, as
/// `clip.partial.mp4` for `clip.mp4`, and takes its place when it is complete.
///
/// * `.mp4`: H.264 and Opus in fragments of a second. The clip keeps the time of each picture; the sound follows its
///   capture stamps, with silence where some is missing, and has the first two channels. A picture of another size is
///   scaled into the first one's with bars (REC-18).
/// * `.wav`: the samples as they came, 32-bit float, all channels, with silence where some are missing.
#[derive(Debug)]
pub struct Recorder {
    clip: Clip,
    path: PathBuf,
    /// When the sound ended, where that was before the clip.
    sound_end: Option<Timestamp>,
    /// The first failure: nothing is written after it.
    failure: Option<RecordError>,
}

#[derive(Debug)]
enum Clip {
    Mp4(Box<Mp4Clip>),
    Wav(Box<WavClip>),
}

impl Recorder {
    /// Opens the file and writes what comes before the first frame.
    ///
    /// # Errors
    /// Where the file exists (`InvalidStateError`), cannot be written (`NotAllowedError`, `NotFoundError`), or the format
    /// is unknown or not in this build (`NotSupportedError`).
    pub fn create(config: &RecordConfig) -> Result<Self, RecordError> {
        let clip = match ClipFormat::of(&config.path) {
            Some(ClipFormat::Mp4) => Clip::Mp4(Box::new(create_mp4(config)?)),
            Some(ClipFormat::Wav) => Clip::Wav(Box::new(create_wav(config)?)),
            None => {
                let path = config.path.display();
                let message = format!("“{path}” names no format of clips: end it with .mp4, or .wav for sound alone.");
                return Err(RecordError::not_supported(message));
            }
        };
        Ok(Self { clip, path: config.path.clone(), sound_end: None, failure: None })
    }

    /// Adds a picture, cropped and scaled to `size` where one is given. A corrupt one, one captured before the origin, and one not after the last is left out.
    ///
    /// # Errors
    /// Where encoding or writing fails; [`finish`](Self::finish) keeps what was written up to then.
    pub fn video(&mut self, frame: &VideoFrame, size: Option<PictureSize>) -> Result<(), RecordError> {
        self.unless_failed(|clip| match clip {
            Clip::Mp4(clip) => clip.video(frame, size),
            Clip::Wav(_) => Ok(()),
        })
    }

    /// Adds samples. A gap of the capture time is filled with silence.
    ///
    /// # Errors
    /// As [`video`](Self::video).
    pub fn audio(&mut self, block: &AudioBlock) -> Result<(), RecordError> {
        self.unless_failed(|clip| match clip {
            Clip::Mp4(clip) => clip.audio(block),
            Clip::Wav(clip) => clip.audio(block),
        })
    }

    /// Length of the clip so far in time and in bytes written.
    pub fn progress(&self) -> (Duration, u64) {
        match &self.clip {
            Clip::Mp4(clip) => clip.progress(),
            Clip::Wav(clip) => clip.progress(),
        }
    }

    /// What the clip lacks. Pictures that were marked as damaged when they came are not counted, nor is what was captured
    /// before the origin.
    pub fn lost(&self) -> Losses {
        match &self.clip {
            Clip::Mp4(clip) => clip.lost(),
            Clip::Wav(clip) => clip.lost(),
        }
    }

    /// Notes that the sound's track ended at this time: the clip's sound ends there, and not with the clip (REC-15).
    pub fn end_sound(&mut self, at: Timestamp) {
        self.sound_end = Some(at);
    }

    /// Completes the file. `end` is the time up to which the last picture is shown, and silence fills up the sound: its
    /// track may be muted, which does not stop the clip's time (REC-14).
    ///
    /// After a failure of [`video`](Self::video) or [`audio`](Self::audio) this completes the file with what was written
    /// up to then, and succeeds where there is something.
    ///
    /// # Errors
    /// As [`video`](Self::video); what was written up to then is kept even so. Where nothing was recorded
    /// (`AbortError`): there is no file then.
    pub fn finish(mut self, end: Timestamp) -> Result<ClipSummary, RecordError> {
        let had_failed = self.failure.is_some();
        let sound_end = self.sound_end.map_or(end, |sound_end| sound_end.min(end));
        let rest = self.unless_failed(|clip| match clip {
            Clip::Mp4(clip) => clip.write_rest(end, sound_end),
            Clip::Wav(clip) => clip.write_rest(sound_end),
        });
        let closed = match self.clip {
            Clip::Mp4(clip) => clip.close(),
            Clip::Wav(clip) => clip.close(),
        };
        match (closed?, rest) {
            (Some(_), Err(error)) if !had_failed => Err(error),
            (Some((path, duration, bytes)), _) => Ok(ClipSummary { path, duration, bytes }),
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(RecordError::new(
                ErrorName::AbortError,
                format!(
                    "Nothing was recorded into “{}”, for neither picture nor sound came: see whether the tracks are \
                     live and not muted.",
                    self.path.display()
                ),
            )),
        }
    }

    fn unless_failed(&mut self, write: impl FnOnce(&mut Clip) -> Result<(), RecordError>) -> Result<(), RecordError> {
        if let Some(failure) = &self.failure {
            return Err(failure.clone());
        }
        write(&mut self.clip).inspect_err(|error| self.failure = Some(error.clone()))
    }
}

fn create_mp4(config: &RecordConfig) -> Result<Mp4Clip, RecordError> {
    if !h264::is_built_in() {
        return Err(h264::H264Error::NotInThisBuild.into());
    }
    if config.video.is_none() && config.audio.is_none() {
        return Err(nothing_to_record(&config.path));
    }
    Mp4Clip::create(config)
}

fn create_wav(config: &RecordConfig) -> Result<WavClip, RecordError> {
    if config.video.is_some() {
        let message = format!(
            "“{}” can hold sound alone: end its name with .mp4 to record pictures too, or ask for no camera.",
            config.path.display()
        );
        return Err(RecordError::not_supported(message));
    }
    let params = config.audio.ok_or_else(|| nothing_to_record(&config.path))?;
    WavClip::create(config, params)
}

fn nothing_to_record(path: &Path) -> RecordError {
    let message =
        format!("Nothing is there to be recorded into “{}”: open a camera or a microphone first.", path.display());
    RecordError::not_supported(message)
}

/// A format that this module knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ClipFormat {
    Mp4,
    Wav,
}

impl ClipFormat {
    /// The format that the file's extension names, in upper or lower case.
    fn of(path: &Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_ascii_lowercase().as_str() {
            "mp4" => Some(Self::Mp4),
            "wav" => Some(Self::Wav),
            _ => None,
        }
    }
}

/// Whether clips of this path's extension can be recorded by this build (REC-20).
pub fn is_supported(path: &Path) -> bool {
    match ClipFormat::of(path) {
        Some(ClipFormat::Mp4) => h264::is_built_in(),
        Some(ClipFormat::Wav) => true,
        None => false,
    }
}
