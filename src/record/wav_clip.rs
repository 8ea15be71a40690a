//! A WAV clip: sound alone, sample for sample.

use std::path::PathBuf;
use std::time::Duration;

use crate::container::wav::{HEADER_BYTES, WavFormat, sample_bytes};
use crate::media::AudioBlock;
use crate::model::Timestamp;

use super::aligner::Alignment;
use super::audio_feed::AudioFeed;
use super::clip_file::ClipFile;
use super::{AudioParams, Losses, RecordConfig, RecordError};

/// A clip in the making. Samples go to the file as they come; the header, which tells their number, with each second.
#[derive(Debug)]
pub(super) struct WavClip {
    format: WavFormat,
    feed: AudioFeed,
    file: ClipFile,
    /// Sample frames in the file, and those of them that the header tells of.
    frames: u64,
    frames_in_header: u64,
}

impl WavClip {
    pub(super) fn create(config: &RecordConfig, params: AudioParams) -> Result<Self, RecordError> {
        let channels = u16::try_from(params.channels).unwrap_or(u16::MAX);
        let format = WavFormat { sample_rate: params.sample_rate, channels };
        let usable = params.sample_rate > 0 && channels > 0 && u16::try_from(format.frame_bytes()).is_ok();
        if !usable {
            let AudioParams { sample_rate, channels } = params;
            return Err(RecordError::not_supported(format!(
                "Sound of {channels} channels at {sample_rate} Hz cannot be recorded as .wav: choose another mode of \
                 the microphone."
            )));
        }
        Self::new(format, config.origin, ClipFile::create(&config.path, config.overwrite)?)
    }

    fn new(format: WavFormat, origin: Timestamp, mut file: ClipFile) -> Result<Self, RecordError> {
        if let Err(error) = file.append(&format.header(0)) {
            file.discard();
            return Err(error.into());
        }
        let channels = u32::from(format.channels);
        let feed = AudioFeed::new(origin, Alignment::KeepSamples, format.sample_rate, channels);
        Ok(Self { format, feed, file, frames: 0, frames_in_header: 0 })
    }

    pub(super) fn audio(&mut self, block: &AudioBlock) -> Result<(), RecordError> {
        self.fill(block.captured_at)?;
        let mut samples = Vec::new();
        self.feed.push(block, &mut samples);
        self.write(&samples)
    }

    /// Silence in a long gap before `until`, piece by piece.
    fn fill(&mut self, until: Timestamp) -> Result<(), RecordError> {
        let mut samples = Vec::new();
        while self.feed.fill(until, &mut samples) {
            self.write(&samples)?;
            samples.clear();
        }
        Ok(())
    }

    /// Length in time and in bytes.
    pub(super) fn progress(&self) -> (Duration, u64) {
        (self.duration(), self.file.length())
    }

    pub(super) const fn lost(&self) -> Losses {
        Losses { pictures: 0, sample_frames: self.feed.lost() }
    }

    /// Writes what is left, and silence up to `end`.
    pub(super) fn write_rest(&mut self, end: Timestamp) -> Result<(), RecordError> {
        self.fill(end)?;
        let mut samples = Vec::new();
        self.feed.finish(end, &mut samples);
        self.write(&samples)
    }

    /// Completes the file. `None` where nothing was recorded: then there is no file.
    pub(super) fn close(mut self) -> Result<Option<(PathBuf, Duration, u64)>, RecordError> {
        if self.frames == 0 {
            self.file.discard();
            return Ok(None);
        }
        self.write_header()?;
        let duration = self.duration();
        let (path, bytes) = self.file.finish()?;
        Ok(Some((path, duration, bytes)))
    }

    fn duration(&self) -> Duration {
        Duration::from_nanos((u128::from(self.frames) * 1_000_000_000 / u128::from(self.format.sample_rate)) as u64)
    }

    fn write(&mut self, samples: &[f32]) -> Result<(), RecordError> {
        self.file.append(&sample_bytes(samples))?;
        self.frames = (self.file.length() - HEADER_BYTES) / self.format.frame_bytes();
        let is_due = self.frames - self.frames_in_header >= u64::from(self.format.sample_rate)
            || (self.frames_in_header == 0 && self.frames > 0);
        if is_due { self.write_header() } else { Ok(()) }
    }

    fn write_header(&mut self) -> Result<(), RecordError> {
        self.file.rewrite_start(&self.format.header(self.frames))?;
        self.frames_in_header = self.frames;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::clip_file::tests::SmallDisk;
    use super::*;
    use crate::model::ErrorName;

    fn block(number: u64) -> AudioBlock {
        let captured_at = Timestamp::from_nanos(0) + Duration::from_millis(100 * number);
        let samples = vec![number as f32; 800];
        AudioBlock { captured_at, arrived_at: captured_at, sample_rate: 8000, channels: 1, samples, lost_before: 0 }
    }

    fn clip(disk: &SmallDisk) -> WavClip {
        let format = WavFormat { sample_rate: 8000, channels: 1 };
        WavClip::new(format, Timestamp::from_nanos(0), ClipFile::on(disk.clone())).unwrap()
    }

    /// Seconds that the header tells of.
    fn seconds(disk: &SmallDisk) -> f64 {
        let bytes = disk.bytes();
        let at = HEADER_BYTES as usize - 4;
        f64::from(u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap())) / 4.0 / 8000.0
    }

    #[test]
    fn the_header_is_never_more_than_a_second_behind() {
        crate::covers!("REC-19");
        let disk = SmallDisk::new(u64::MAX);
        let mut clip = clip(&disk);
        for number in 0..35 {
            clip.audio(&block(number)).unwrap();
            let behind = (number + 1) as f64 / 10.0 - seconds(&disk);
            assert!((0.0..1.0).contains(&behind), "{number}: {behind} s");
        }
    }

    #[test]
    fn a_full_disk_keeps_what_was_written() {
        crate::covers!("REC-13");
        let disk = SmallDisk::new(HEADER_BYTES + 5000);
        let mut clip = clip(&disk);
        clip.audio(&block(0)).unwrap();
        let error = clip.audio(&block(1)).unwrap_err();
        assert_eq!(error.name, ErrorName::AbortError);
        assert!(error.message.contains("the disk is full"), "{error}");
        let (_, duration, bytes) = clip.close().unwrap().unwrap();
        assert_eq!((duration, bytes, seconds(&disk)), (Duration::from_millis(100), HEADER_BYTES + 3200, 0.1));
    }
}
