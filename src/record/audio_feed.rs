//! From captured blocks to one unbroken run of samples from the clip's time 0 on.

use std::time::Duration;

use crate::media::AudioBlock;
use crate::model::Timestamp;

use super::aligner::{Aligner, Alignment};
use super::resampler::Resampler;

/// Pieces of silence that are made at once, per second: a gap may be hours long, and nobody is to hold them in memory.
const PIECES: u32 = 10;

/// Puts blocks on the clip's time line: silence where the capture stamps say that sound is missing, the clip's own rate
/// and number of channels whatever the block has.
#[derive(Debug)]
pub(super) struct AudioFeed {
    aligner: Aligner,
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

    /// Appends a piece of the silence that fills a long gap before `until`. Returns whether it did: then the piece is to be
    /// taken away, and there may be more. Up to two pieces are left to what comes then.
    pub(super) fn fill(&mut self, until: Timestamp, output: &mut Vec<f32>) -> bool {
        let is_long = self.aligner.missing(until, self.next()) >= 2.0 / f64::from(PIECES);
        if is_long {
            self.flush(output);
            self.append_silence(u64::from((self.rate / PIECES).max(1)), output);
        }
        is_long
    }

    /// Takes a block and appends what it makes, interleaved. A long gap before it is [filled](Self::fill) first.
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
        self.push_samples(&vec![0.0; placing.silence as usize * self.channels], output);
        let samples = with_channels(block, placing.skip, self.channels);
        self.push_samples(&samples, output);
    }

    /// Appends what is left, and silence up to `end`: the last period of a device comes after the end, or the microphone was
    /// muted (REC-14), and the clip's picture and sound are to be of one length. A long gap before `end` is
    /// [filled](Self::fill) first.
    pub(super) fn finish(&mut self, end: Timestamp, output: &mut Vec<f32>) {
        self.flush(output);
        let missing = self.aligner.missing(end, self.next()).max(0.0);
        self.append_silence((missing * f64::from(self.rate)).round() as u64, output);
    }

    /// Appends what the resampler still has.
    fn flush(&mut self, output: &mut Vec<f32>) {
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

    /// Silence at the clip's rate. The resampler is empty.
    fn append_silence(&mut self, frames: u64, output: &mut Vec<f32>) {
        output.resize(output.len() + frames as usize * self.channels, 0.0);
        self.produced += frames;
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
            while feed.fill(block.captured_at, &mut output) {}
            feed.push(block, &mut output);
        }
        feed.finish(Timestamp::default(), &mut output);
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
        feed.finish(ORIGIN + Duration::from_millis(250), &mut output);
        assert!(output.len().abs_diff(12_000) <= 1, "{}", output.len());
        assert!(output[5000..].iter().all(|sample| sample.abs() < 1e-3));
    }

    #[test]
    fn an_hour_of_silence_is_made_in_pieces_and_what_follows_is_in_its_place() {
        for mode in [Alignment::Follow, Alignment::KeepSamples] {
            let mut feed = AudioFeed::new(ORIGIN, mode, 48_000, 1);
            let mut output = Vec::new();
            feed.push(&block(0, 48_000, 1, vec![0.5; 4800]), &mut output);
            let late = AudioBlock { lost_before: 3600 * 48_000, ..block(3_600_100, 48_000, 1, vec![0.5; 4800]) };
            let (mut most, mut all) = (0, 0);
            while feed.fill(late.captured_at, &mut output) {
                most = most.max(output.len());
                all += output.len();
                output.clear();
            }
            feed.push(&late, &mut output);
            feed.finish(Timestamp::default(), &mut output);
            assert!(most <= 10_000 && output.len() < 20_000, "{most} and {} at once", output.len());
            assert!((all + output.len()).abs_diff(3600 * 48_000 + 9600) <= 1, "{}", all + output.len());
            let begin = output.iter().position(|sample| *sample > 0.25).unwrap();
            assert!((output.len() - begin).abs_diff(4800) <= 1, "{mode:?}: {begin} of {}", output.len());
        }
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
