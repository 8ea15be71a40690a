//! From captured blocks to one unbroken run of samples from the clip's time 0 on.

use std::time::Duration;

use crate::media::AudioBlock;
use crate::model::Timestamp;

use super::aligner::{Aligner, Alignment};
use super::resampler::Resampler;

/// The longest end that is filled with silence: sound that was captured when the clip ended, but not handed over yet.
const LONGEST_END: Duration = Duration::from_millis(500);
/// Frames of silence that are made at once.
const SILENCE_AT_ONCE: u64 = 4800;

/// Puts blocks on the clip's time line: silence where the capture stamps say that sound is missing, the clip's own rate
/// and number of channels whatever the block has.
#[derive(Debug)]
pub(super) struct AudioFeed {
    aligner: Aligner,
    origin: Timestamp,
    mode: Alignment,
    rate: u32,
    channels: usize,
    /// For blocks of this rate; `None` where they have the clip's rate and samples stay as they are.
    resampler: Option<(u32, Resampler)>,
    /// Sample frames made so far.
    produced: u64,
    lost: u64,
}

impl AudioFeed {
    /// A run of this rate and number of channels.
    pub(super) fn new(origin: Timestamp, mode: Alignment, rate: u32, channels: u32) -> Self {
        Self {
            aligner: Aligner::new(origin, mode),
            origin,
            mode,
            rate: rate.max(1),
            channels: channels.max(1) as usize,
            resampler: None,
            produced: 0,
            lost: 0,
        }
    }

    /// Sample frames that came but found no place, and those that the device says are missing.
    pub(super) const fn lost(&self) -> u64 {
        self.lost
    }

    /// Sample frames made so far.
    pub(super) const fn produced(&self) -> u64 {
        self.produced
    }

    /// Takes a block and appends what it makes, interleaved.
    pub(super) fn push(&mut self, block: &AudioBlock, output: &mut Vec<f32>) {
        let before = output.len();
        self.choose_resampler(block.sample_rate.max(1), output);
        self.count(output.len() - before);
        let started = self.aligner.has_started();
        let placing = self.aligner.place(block, self.next());
        if started {
            self.lost += placing.skip as u64 + block.lost_before;
        }
        if let Some((_, resampler)) = &mut self.resampler {
            resampler.stretch(self.aligner.stretch());
        }
        self.push_silence(placing.silence, output);
        let samples = with_channels(block, placing.skip, self.channels);
        self.push_samples(&samples, output);
    }

    /// Appends what is left, and where `end` is given, silence up to it: the last period of a device comes after the end,
    /// and the clip's picture and sound are to be of one length.
    pub(super) fn finish(&mut self, end: Option<Timestamp>, output: &mut Vec<f32>) {
        let missing = end.map_or(Duration::ZERO, |end| end.since(self.origin).saturating_sub(self.next()));
        if self.aligner.has_started() && missing <= LONGEST_END {
            self.push_silence((missing.as_secs_f64() * f64::from(self.source_rate())) as u64, output);
        }
        let before = output.len();
        if let Some((_, resampler)) = &mut self.resampler {
            resampler.finish(output);
        }
        self.count(output.len() - before);
    }

    /// Where the next sample frame belongs, from the clip's time 0.
    fn next(&self) -> Duration {
        let pending = self.resampler.as_ref().map_or(0.0, |(_, resampler)| resampler.pending());
        Duration::from_secs_f64(((self.produced as f64 + pending) / f64::from(self.rate)).max(0.0))
    }

    /// The rate of what is pushed.
    fn source_rate(&self) -> u32 {
        self.resampler.as_ref().map_or(self.rate, |(rate, _)| *rate)
    }

    fn choose_resampler(&mut self, rate: u32, output: &mut Vec<f32>) {
        if self.resampler.as_ref().map_or(self.rate, |(from, _)| *from) == rate
            && (self.resampler.is_some() || self.mode == Alignment::KeepSamples)
        {
            return;
        }
        if let Some((_, mut old)) = self.resampler.take() {
            old.finish(output);
        }
        if rate != self.rate || self.mode == Alignment::Follow {
            self.resampler = Some((rate, Resampler::new(self.channels, rate, self.rate)));
        }
    }

    fn push_silence(&mut self, frames: u64, output: &mut Vec<f32>) {
        let mut left = frames;
        while left > 0 {
            let part = left.min(SILENCE_AT_ONCE);
            self.push_samples(&vec![0.0; part as usize * self.channels], output);
            left -= part;
        }
    }

    fn push_samples(&mut self, samples: &[f32], output: &mut Vec<f32>) {
        let before = output.len();
        match &mut self.resampler {
            Some((_, resampler)) => resampler.push(samples, output),
            None => output.extend_from_slice(samples),
        }
        self.count(output.len() - before);
    }

    const fn count(&mut self, samples: usize) {
        self.produced += (samples / self.channels) as u64;
    }
}

/// The block's samples from frame `skip` on, with this many channels: mono goes to all, all go to mono in equal parts,
/// otherwise channels that are missing are silent and those too many are left out. What is no number becomes silence,
/// since encoders do not take it.
fn with_channels(block: &AudioBlock, skip: usize, channels: usize) -> Vec<f32> {
    let from = block.channels.max(1) as usize;
    let frames = block.samples.chunks_exact(from).skip(skip);
    let finite = |sample: f32| if sample.is_finite() { sample } else { 0.0 };
    let mut samples = Vec::with_capacity(frames.len() * channels);
    for frame in frames {
        match (frame, channels) {
            ([sample], _) => samples.extend(std::iter::repeat_n(finite(*sample), channels)),
            (_, 1) => samples.push(finite(frame.iter().sum::<f32>() / from as f32)),
            _ => samples.extend((0..channels).map(|channel| finite(frame.get(channel).copied().unwrap_or_default()))),
        }
    }
    samples
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: Timestamp = Timestamp::from_nanos(1_000_000_000);

    fn block(at_ms: u64, rate: u32, channels: u32, samples: Vec<f32>) -> AudioBlock {
        let captured_at = ORIGIN + Duration::from_millis(at_ms);
        AudioBlock { captured_at, arrived_at: captured_at, sample_rate: rate, channels, samples, lost_before: 0 }
    }

    fn run(mode: Alignment, blocks: &[AudioBlock]) -> (Vec<f32>, AudioFeed) {
        let mut feed = AudioFeed::new(ORIGIN, mode, 48_000, 1);
        let mut output = Vec::new();
        for block in blocks {
            feed.push(block, &mut output);
        }
        feed.finish(None, &mut output);
        assert_eq!(feed.produced(), output.len() as u64);
        (output, feed)
    }

    #[test]
    fn kept_samples_are_the_same_bit_for_bit_with_silence_where_some_are_missing() {
        let first: Vec<f32> = (0..480).map(|n| n as f32 / 777.0).collect();
        let (output, _) =
            run(Alignment::KeepSamples, &[block(10, 48_000, 1, first.clone()), block(120, 48_000, 1, vec![0.25; 480])]);
        assert_eq!(output, [vec![0.0; 480], first, vec![0.0; 4800], vec![0.25; 480]].concat());
    }

    #[test]
    fn every_rate_takes_its_time() {
        for mode in [Alignment::Follow, Alignment::KeepSamples] {
            for rate in [8000, 44_100, 48_000, 96_000] {
                let frames = rate as usize / 100;
                let blocks: Vec<_> = (0..50).map(|n| block(n * 10, rate, 1, vec![0.5; frames])).collect();
                let (output, feed) = run(mode, &blocks);
                assert!(output.len().abs_diff(24_000) <= 1, "{rate}: {}", output.len());
                assert_eq!(feed.lost(), 0);
            }
        }
    }

    #[test]
    fn a_change_of_rate_leaves_no_hole() {
        let blocks = [block(0, 44_100, 1, vec![0.5; 4410]), block(100, 48_000, 1, vec![0.5; 4800])];
        let (output, _) = run(Alignment::Follow, &blocks);
        assert!(output.len().abs_diff(9600) <= 1, "{}", output.len());
        let hole = output[100..output.len() - 100].iter().filter(|sample| **sample < 0.2).count();
        assert_eq!(hole, 0);
    }

    #[test]
    fn sound_before_the_origin_is_left_out_and_not_counted_as_lost() {
        let early = AudioBlock {
            captured_at: ORIGIN.saturating_sub(Duration::from_millis(5)),
            ..block(0, 48_000, 1, (0..480).map(|n| n as f32).collect())
        };
        let (output, feed) = run(Alignment::KeepSamples, &[early]);
        assert_eq!((output.len(), output[0], feed.lost()), (240, 240.0, 0));
    }

    #[test]
    fn the_end_that_was_not_handed_over_is_silent() {
        let mut feed = AudioFeed::new(ORIGIN, Alignment::Follow, 48_000, 1);
        let mut output = Vec::new();
        feed.push(&block(0, 48_000, 1, vec![0.5; 4800]), &mut output);
        feed.finish(Some(ORIGIN + Duration::from_millis(250)), &mut output);
        assert!(output.len().abs_diff(12_000) <= 1, "{}", output.len());
        assert!(output[5000..].iter().all(|sample| sample.abs() < 1e-3));
    }

    #[test]
    fn what_the_device_lost_is_counted() {
        let late = AudioBlock { lost_before: 480, ..block(20, 48_000, 1, vec![0.1; 480]) };
        let (output, feed) = run(Alignment::KeepSamples, &[block(0, 48_000, 1, vec![0.1; 480]), late]);
        assert_eq!((output.len(), feed.lost()), (1440, 480));
    }

    #[test]
    fn overlapping_sound_is_counted_as_lost() {
        let blocks = [block(0, 48_000, 1, vec![0.1; 48_000]), block(500, 48_000, 1, vec![0.2; 4800])];
        let (output, feed) = run(Alignment::Follow, &blocks);
        assert_eq!((output.len(), feed.lost()), (48_000, 4800));
    }

    #[test]
    fn channels_are_mapped() {
        let stereo = block(0, 48_000, 2, vec![0.5, 0.25, f32::NAN, 1.0]);
        assert_eq!(with_channels(&stereo, 0, 1), [0.375, 0.0]);
        assert_eq!(with_channels(&stereo, 0, 2), [0.5, 0.25, 0.0, 1.0]);
        assert_eq!(with_channels(&stereo, 1, 3), [0.0, 1.0, 0.0]);
        assert_eq!(with_channels(&block(0, 48_000, 1, vec![0.5]), 0, 2), [0.5, 0.5]);
    }
}
