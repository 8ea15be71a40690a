//! Listens to a microphone for what ends no track and a tester still wants in the log: lost samples and digital silence.

use std::time::Duration;

use crate::media::AudioBlock;
use crate::model::Timestamp;
use crate::worker::message::SoundNews;

/// Digital silence is told of after this long without any sample but 0: no analogue microphone is ever that quiet.
const SILENT_AFTER: Duration = Duration::from_secs(1);
/// Losses are told of no more often than this; those in between are told together.
const TOLD_EVERY: Duration = Duration::from_secs(1);

/// What was heard of one source. Pure: it is told all times.
#[derive(Debug, Default)]
pub(super) struct SoundWatch {
    /// Since when every sample was 0.
    zero_since: Option<Timestamp>,
    is_silent: bool,
    /// Losses that were not told yet.
    dropouts: u32,
    frames: u64,
    told: Option<Timestamp>,
}

impl SoundWatch {
    /// Takes in what the source delivered. Gives what there is to tell now.
    pub fn block(&mut self, block: &AudioBlock) -> Vec<SoundNews> {
        if block.lost_before > 0 {
            self.dropouts += 1;
            self.frames += block.lost_before;
        }
        self.silence(block).into_iter().chain(self.losses(block)).collect()
    }

    /// The source delivers nothing: that is no silence, but a stall.
    pub fn stalled(&mut self) {
        self.zero_since = None;
        self.is_silent = false;
    }

    fn silence(&mut self, block: &AudioBlock) -> Option<SoundNews> {
        if block.samples.iter().all(|sample| *sample == 0.0) {
            let since = *self.zero_since.get_or_insert(block.captured_at);
            let lasts = (block.captured_at + block.duration()).since(since);
            let begins = lasts >= SILENT_AFTER && !std::mem::replace(&mut self.is_silent, lasts >= SILENT_AFTER);
            return begins.then_some(SoundNews::Silent);
        }
        let since = self.zero_since.take()?;
        let lasted = block.captured_at.since(since);
        std::mem::take(&mut self.is_silent).then_some(SoundNews::Sounds { lasted })
    }

    fn losses(&mut self, block: &AudioBlock) -> Option<SoundNews> {
        let is_due = self.told.is_none_or(|told| block.arrived_at.since(told) >= TOLD_EVERY);
        if self.dropouts == 0 || !is_due {
            return None;
        }
        self.told = Some(block.arrived_at);
        let (dropouts, frames) = (std::mem::take(&mut self.dropouts), std::mem::take(&mut self.frames));
        Some(SoundNews::Lost { dropouts, frames, sample_rate: block.sample_rate })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(millis: u64, sample: f32, lost_before: u64) -> AudioBlock {
        let at = Timestamp::from_nanos(millis * 1_000_000);
        AudioBlock {
            captured_at: at,
            arrived_at: at,
            sample_rate: 48_000,
            channels: 2,
            samples: vec![sample; 9600],
            lost_before,
        }
    }

    fn heard(watch: &mut SoundWatch, blocks: &[(u64, f32, u64)]) -> Vec<SoundNews> {
        blocks.iter().flat_map(|(at, sample, lost)| watch.block(&block(*at, *sample, *lost))).collect()
    }

    #[test]
    fn a_second_of_zeros_is_told_once_and_its_end_with_its_length() {
        let zeros: Vec<_> = (0..30).map(|index| (index * 100, 0.0, 0)).collect();
        let mut watch = SoundWatch::default();
        assert_eq!(heard(&mut watch, &zeros[..9]), []);
        assert_eq!(heard(&mut watch, &zeros[9..]), [SoundNews::Silent]);
        let lasted = Duration::from_secs(3);
        assert_eq!(heard(&mut watch, &[(3000, 1e-7, 0), (3100, 0.5, 0)]), [SoundNews::Sounds { lasted }]);
        assert_eq!(heard(&mut watch, &zeros[..9]), [], "a short pause is none");
        assert_eq!(heard(&mut watch, &[(900, 0.1, 0)]), []);
    }

    #[test]
    fn a_stall_is_no_silence() {
        let mut watch = SoundWatch::default();
        assert_eq!(heard(&mut watch, &[(0, 0.0, 0), (100, 0.0, 0)]), []);
        watch.stalled();
        assert_eq!(heard(&mut watch, &[(5000, 0.0, 0)]), []);
    }

    #[test]
    fn losses_are_told_at_once_and_those_of_a_second_together() {
        let lost = |dropouts, frames| SoundNews::Lost { dropouts, frames, sample_rate: 48_000 };
        let mut watch = SoundWatch::default();
        let blocks = [(0, 0.1, 0), (100, 0.1, 480), (200, 0.1, 10), (300, 0.1, 20), (1000, 0.1, 0)];
        assert_eq!(heard(&mut watch, &blocks), [lost(1, 480)]);
        assert_eq!(heard(&mut watch, &[(1100, 0.1, 0)]), [lost(2, 30)]);
        assert_eq!(heard(&mut watch, &[(2500, 0.1, 0)]), []);
    }
}
