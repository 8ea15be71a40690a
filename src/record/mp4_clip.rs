//! An MP4 clip: pictures, sound, or both.

use std::path::PathBuf;
use std::time::Duration;

use crate::container::mp4::{Muxer, Sample};
use crate::media::{AudioBlock, PictureSize, VideoFrame};
use crate::model::Timestamp;

use super::audio_track::AudioTrack;
use super::clip_file::ClipFile;
use super::video_track::VideoTrack;
use super::{Losses, RecordConfig, RecordError};

/// Length of a fragment of sound alone.
const SOUND_FRAGMENT: Duration = Duration::from_secs(1);
/// Sound that does not wait any longer for a key frame: the camera is silent.
const LONGEST_WAIT: Duration = Duration::from_millis(1500);

/// A clip in the making. Each fragment goes to the file when it is complete: with each key frame, or with each second of
/// sound where no picture comes.
#[derive(Debug)]
pub(super) struct Mp4Clip {
    muxer: Muxer,
    video: Option<VideoTrack>,
    audio: Option<AudioTrack>,
    file: ClipFile,
    fragments: u64,
    /// Where the fragments in the file end.
    written: Duration,
}

/// The number of the video track in the file, from 0.
const VIDEO: usize = 0;

impl Mp4Clip {
    pub(super) fn create(config: &RecordConfig) -> Result<Self, RecordError> {
        let video = config.video.map(|params| VideoTrack::new(params, config.origin)).transpose()?;
        let audio = config.audio.map(|params| AudioTrack::new(params, config.origin)).transpose()?;
        Self::new(video, audio, ClipFile::create(&config.path, config.overwrite)?)
    }

    fn new(video: Option<VideoTrack>, audio: Option<AudioTrack>, mut file: ClipFile) -> Result<Self, RecordError> {
        let formats = video.as_ref().map(VideoTrack::format).into_iter().chain(audio.as_ref().map(AudioTrack::format));
        let muxer = Muxer::new(formats.collect());
        let begun = muxer.header(None).map_err(RecordError::from).and_then(|header| Ok(file.append(&header)?));
        if let Err(error) = begun {
            file.discard();
            return Err(error);
        }
        Ok(Self { muxer, video, audio, file, fragments: 0, written: Duration::ZERO })
    }

    pub(super) fn video(&mut self, frame: &VideoFrame, size: Option<PictureSize>) -> Result<(), RecordError> {
        let Some(video) = &mut self.video else { return Ok(()) };
        let Some(sample) = video.push(frame, size)? else { return Ok(()) };
        let fragment_is_complete = video.newest_is_key();
        self.muxer.push(VIDEO, sample);
        if fragment_is_complete { self.write_fragment() } else { Ok(()) }
    }

    pub(super) fn audio(&mut self, block: &AudioBlock) -> Result<(), RecordError> {
        self.fill_sound(block.captured_at)?;
        let Some(audio) = &mut self.audio else { return Ok(()) };
        let samples = audio.push(block)?;
        self.push_sound(samples)
    }

    /// Silence in a long gap before `until`, piece by piece.
    fn fill_sound(&mut self, until: Timestamp) -> Result<(), RecordError> {
        while let Some(samples) = self.audio.as_mut().map(|audio| audio.fill(until)).transpose()?.flatten() {
            self.push_sound(samples)?;
        }
        Ok(())
    }

    fn push_sound(&mut self, samples: Vec<Sample>) -> Result<(), RecordError> {
        let number = self.audio_number();
        for sample in samples {
            self.muxer.push(number, sample);
        }
        let longest = if self.video.is_some() { LONGEST_WAIT } else { SOUND_FRAGMENT };
        if self.muxer.buffered(number) >= longest { self.write_fragment() } else { Ok(()) }
    }

    /// Length in time and in bytes.
    pub(super) fn progress(&self) -> (Duration, u64) {
        let newest = self.video.as_ref().map_or(Duration::ZERO, VideoTrack::newest_time);
        (self.muxer.duration().max(newest), self.file.length())
    }

    pub(super) fn lost(&self) -> Losses {
        Losses {
            pictures: self.video.as_ref().map_or(0, VideoTrack::lost),
            sample_frames: self.audio.as_ref().map_or(0, AudioTrack::lost),
        }
    }

    /// Writes what is left, unless writing failed before. The sound may end before the clip.
    pub(super) fn write_rest(&mut self, end: Timestamp, sound_end: Timestamp) -> Result<(), RecordError> {
        self.fill_sound(sound_end)?;
        if let Some(sample) = self.video.as_mut().and_then(|video| video.finish(end)) {
            self.muxer.push(VIDEO, sample);
        }
        let number = self.audio_number();
        if let Some(audio) = &mut self.audio {
            for sample in audio.finish(sound_end)? {
                self.muxer.push(number, sample);
            }
        }
        self.write_fragment()
    }

    /// Completes the file with its length and its index. `None` where nothing was recorded: then there is no file.
    pub(super) fn close(mut self) -> Result<Option<(PathBuf, Duration, u64)>, RecordError> {
        if self.fragments == 0 {
            self.file.discard();
            return Ok(None);
        }
        // Both are for comfort: without the one players add up the fragments, without the other they search.
        let index = self.muxer.index()?;
        if let Err(error) = self.file.append(&index) {
            log::warn!("the clip has no index: {error}");
        }
        let header = self.muxer.header(Some(self.written))?;
        self.file.rewrite_start(&header)?;
        let (path, bytes) = self.file.finish()?;
        Ok(Some((path, self.written, bytes)))
    }

    const fn audio_number(&self) -> usize {
        if self.video.is_some() { 1 } else { 0 }
    }

    fn write_fragment(&mut self) -> Result<(), RecordError> {
        if let Some(bytes) = self.muxer.take_fragment(self.file.length())? {
            self.file.append(&bytes)?;
            self.fragments += 1;
            self.written = self.muxer.duration();
        }
        Ok(())
    }
}

#[cfg(test)]
#[cfg(feature = "h264")]
#[path = "mp4_clip_tests.rs"]
mod tests;
