//! The sound of an MP4 clip.

use crate::container::mp4::{OPUS_RATE, Sample, TrackFormat};
use crate::container::opus::{OpusEncoder, PACKET_FRAMES};
use crate::media::AudioBlock;
use crate::model::Timestamp;

use super::aligner::Alignment;
use super::audio_feed::AudioFeed;
use super::{AudioParams, RecordError};

/// Channels that a clip can have. Of more, the first ones are recorded.
const MOST_CHANNELS: u32 = 2;

/// Encodes sound as Opus. The track begins at the clip's time 0, with silence until the first sound.
///
/// Decoded Opus lags by the encoder's look-ahead. Players disagree about how a file says so, and are off by 6.5 ms
/// where they do not understand it. So the encoder gets the sound early by just that: the first 6.5 ms of the clip are
/// what the encoder makes of nothing, and everything after is in its place in every player.
#[derive(Debug)]
pub(super) struct AudioTrack {
    feed: AudioFeed,
    encoder: OpusEncoder,
    channels: usize,
    input_sample_rate: u32,
    /// Interleaved samples that wait for their packet.
    waiting: Vec<f32>,
    /// Samples at the start that are left out: the look-ahead.
    early: usize,
    packets: u64,
}

impl AudioTrack {
    pub(super) fn new(params: AudioParams, origin: Timestamp) -> Result<Self, RecordError> {
        let channels = params.channels.clamp(1, MOST_CHANNELS);
        if params.channels > MOST_CHANNELS {
            log::warn!("of {} channels, the first {MOST_CHANNELS} are recorded", params.channels);
        }
        let mut encoder = OpusEncoder::new(channels)?;
        let early = encoder.look_ahead()? * channels as usize;
        Ok(Self {
            feed: AudioFeed::new(origin, Alignment::Follow, OPUS_RATE.get(), channels),
            encoder,
            channels: channels as usize,
            input_sample_rate: params.sample_rate,
            waiting: Vec::new(),
            early,
            packets: 0,
        })
    }

    pub(super) const fn format(&self) -> TrackFormat {
        TrackFormat::Opus { channels: self.channels as u8, input_sample_rate: self.input_sample_rate }
    }

    /// Sample frames that came but could not be recorded.
    pub(super) const fn lost(&self) -> u64 {
        self.feed.lost()
    }

    /// Packets of silence that fill a long gap before `until`; `None` where there is none (any more).
    pub(super) fn fill(&mut self, until: Timestamp) -> Result<Option<Vec<Sample>>, RecordError> {
        if !self.feed.fill(until, &mut self.waiting) {
            return Ok(None);
        }
        self.leave_out_early();
        self.full_packets().map(Some)
    }

    /// Takes a block; the packets that are full by now. A long gap before it is [filled](Self::fill) first.
    pub(super) fn push(&mut self, block: &AudioBlock) -> Result<Vec<Sample>, RecordError> {
        self.feed.push(block, &mut self.waiting);
        self.leave_out_early();
        self.full_packets()
    }

    /// The packets of what is left, up to `end`. A long gap before it is [filled](Self::fill) first. The last one lasts as long as there is sound in it.
    pub(super) fn finish(&mut self, end: Timestamp) -> Result<Vec<Sample>, RecordError> {
        self.feed.finish(end, &mut self.waiting);
        self.leave_out_early();
        let frames = self.feed.produced();
        let packets = frames.div_ceil(PACKET_FRAMES as u64);
        let room = (packets - self.packets.min(packets)) as usize * PACKET_FRAMES * self.channels;
        self.waiting.resize(room.max(self.waiting.len()), 0.0);
        let mut samples = self.full_packets()?;
        if let Some(last) = samples.last_mut() {
            last.duration = (frames - last.time).min(PACKET_FRAMES as u64) as u32;
        }
        Ok(samples)
    }

    fn leave_out_early(&mut self) {
        let now = self.early.min(self.waiting.len());
        self.waiting.drain(..now);
        self.early -= now;
    }

    fn full_packets(&mut self) -> Result<Vec<Sample>, RecordError> {
        let size = PACKET_FRAMES * self.channels;
        let mut samples = Vec::new();
        for packet in self.waiting.chunks_exact(size) {
            let data = self.encoder.encode(packet)?;
            let time = self.packets * PACKET_FRAMES as u64;
            samples.push(Sample { time, duration: PACKET_FRAMES as u32, key: true, data });
            self.packets += 1;
        }
        self.waiting.drain(..samples.len() * size);
        Ok(samples)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn track() -> AudioTrack {
        AudioTrack::new(AudioParams { sample_rate: 48_000, channels: 2 }, Timestamp::from_nanos(0)).unwrap()
    }

    fn block(at_ms: u64, frames: usize) -> AudioBlock {
        let captured_at = Timestamp::from_nanos(0) + Duration::from_millis(at_ms);
        let samples = vec![0.1; frames * 2];
        AudioBlock { captured_at, arrived_at: captured_at, sample_rate: 48_000, channels: 2, samples, lost_before: 0 }
    }

    #[test]
    fn the_track_is_as_long_as_the_sound() {
        for frames in [100, 648, 960, 1000, 4800, 5000] {
            let mut track = track();
            let mut samples = track.push(&block(0, frames)).unwrap();
            samples.extend(track.finish(Timestamp::default()).unwrap());
            let length: u64 = samples.iter().map(|sample| u64::from(sample.duration)).sum();
            assert_eq!(length, frames as u64);
            assert!(samples.iter().zip(0..).all(|(sample, index)| sample.time == index * 960 && sample.key));
        }
    }

    #[test]
    fn sound_that_starts_late_is_preceded_by_silence() {
        let mut track = track();
        let mut samples = track.push(&block(200, 4800)).unwrap();
        samples.extend(track.finish(Timestamp::default()).unwrap());
        assert_eq!(samples.len(), 15);
        assert!(samples[0].data.len() < 10, "silence is short: {} bytes", samples[0].data.len());
    }

    #[test]
    fn no_sound_makes_no_packets() {
        assert!(track().finish(Timestamp::default()).unwrap().is_empty());
    }
}
