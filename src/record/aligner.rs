//! Where captured sound belongs on the clip's time line.

use std::time::Duration;

use crate::media::AudioBlock;
use crate::model::Timestamp;

/// By how much a capture stamp may be off before sound is taken as missing. Stamps of one callback are off by some
/// milliseconds; what a device loses is at least a period, for which it reports the count besides.
const TOLERANCE: f64 = 0.040;
/// Time constant of the mean over the stamps' errors.
const SMOOTHING: f64 = 5.0;
/// Time in which a drift is made good. With `SMOOTHING` the loop is damped critically.
const CORRECTION: f64 = 20.0;
/// Largest change of speed: not audible (0.9 cents), and above the drift of working devices.
const LARGEST_STRETCH: f64 = 500e-6;

/// How a block is put on the time line.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Placing {
    /// Sample frames of silence before it, at the block's rate.
    pub(super) silence: u64,
    /// Sample frames at its start to be left out.
    pub(super) skip: usize,
}

/// Compares capture stamps with the sound written so far. The difference is a gap when it is large, and the drift of
/// the device's clock when it is small and lasts.
#[derive(Debug)]
pub(super) struct Aligner {
    origin: Timestamp,
    mode: Alignment,
    /// Mean of the differences, in seconds; `None` before the first block.
    mean: Option<f64>,
}

/// What is done about the drift of the device's clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Alignment {
    /// The sound is stretched to follow the stamps: it stays beside the pictures.
    Follow,
    /// Samples stay as they are: drift is let go, gaps alone are filled.
    KeepSamples,
}

impl Aligner {
    pub(super) const fn new(origin: Timestamp, mode: Alignment) -> Self {
        Self { origin, mode, mean: None }
    }

    /// Whether a block was placed yet.
    pub(super) const fn has_started(&self) -> bool {
        self.mean.is_some()
    }

    /// Seconds that are missing where the sound written so far ends at `next` and something stands at `at`; negative where
    /// there is more than that.
    pub(super) fn missing(&self, at: Timestamp, next: Duration) -> f64 {
        at.secs_since(self.origin) - next.as_secs_f64() - self.expected()
    }

    /// The difference that is no gap: drift that was let go.
    fn expected(&self) -> f64 {
        match self.mode {
            Alignment::Follow => 0.0,
            Alignment::KeepSamples => self.mean.unwrap_or_default(),
        }
    }

    /// Places a block where the sound written so far ends at `next`.
    pub(super) fn place(&mut self, block: &AudioBlock, next: Duration) -> Placing {
        let rate = f64::from(block.sample_rate.max(1));
        let difference = block.captured_at.secs_since(self.origin) - next.as_secs_f64();
        let Some(mean) = self.mean else {
            return self.place_first(difference, rate, block.frames());
        };
        let expected = self.expected();
        let reported = block.lost_before as f64 / rate;
        let off = difference - reported - expected;
        if off.abs() <= TOLERANCE {
            self.mean = Some(smooth(mean, difference - reported, block.duration()));
            return Placing { silence: block.lost_before, skip: 0 };
        }
        let missing = difference - expected;
        self.mean = Some(if missing > 0.0 { expected } else { self.settled(difference) });
        if missing > 0.0 {
            Placing { silence: (missing * rate).round() as u64, skip: 0 }
        } else {
            Placing { silence: 0, skip: self.overlap(missing, rate, block.frames()) }
        }
    }

    fn place_first(&mut self, difference: f64, rate: f64, frames: usize) -> Placing {
        let offset = (difference * rate).round();
        let placing = Placing { silence: offset.max(0.0) as u64, skip: ((-offset).max(0.0) as usize).min(frames) };
        if placing.skip < frames || frames == 0 {
            self.mean = Some(0.0);
        }
        placing
    }

    /// The mean after a block that overlaps with what is written.
    const fn settled(&self, difference: f64) -> f64 {
        match self.mode {
            Alignment::Follow => 0.0,
            Alignment::KeepSamples => difference,
        }
    }

    /// What of a block lies before the end of what is written. Samples that are to stay as they are all stay.
    fn overlap(&self, missing: f64, rate: f64, frames: usize) -> usize {
        match self.mode {
            Alignment::Follow => ((-missing * rate).round() as usize).min(frames),
            Alignment::KeepSamples => 0,
        }
    }

    /// By which part the sound is to be made longer to follow the stamps.
    pub(super) fn stretch(&self) -> f64 {
        match self.mode {
            Alignment::Follow => (self.mean.unwrap_or_default() / CORRECTION).clamp(-LARGEST_STRETCH, LARGEST_STRETCH),
            Alignment::KeepSamples => 0.0,
        }
    }
}

fn smooth(mean: f64, value: f64, over: Duration) -> f64 {
    mean + (value - mean) * (over.as_secs_f64() / SMOOTHING).min(1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORIGIN: u64 = 5_000_000_000;

    fn block(at_ms: f64, frames: usize, lost_before: u64) -> AudioBlock {
        let captured_at = Timestamp::from_nanos((ORIGIN as f64 + at_ms * 1e6) as u64);
        AudioBlock {
            captured_at,
            arrived_at: captured_at,
            sample_rate: 48_000,
            channels: 1,
            samples: vec![0.0; frames],
            lost_before,
        }
    }

    fn aligner(mode: Alignment) -> Aligner {
        Aligner::new(Timestamp::from_nanos(ORIGIN), mode)
    }

    const fn placing(silence: u64, skip: usize) -> Placing {
        Placing { silence, skip }
    }

    const fn ms(millis: u64) -> Duration {
        Duration::from_millis(millis)
    }

    #[test]
    fn the_first_block_goes_to_its_stamp() {
        assert_eq!(aligner(Alignment::Follow).place(&block(250.0, 480, 0), ms(0)), placing(12_000, 0));
        assert_eq!(aligner(Alignment::Follow).place(&block(-4.0, 480, 0), ms(0)), placing(0, 192));
        let mut early = aligner(Alignment::Follow);
        assert_eq!(early.place(&block(-100.0, 480, 0), ms(0)), placing(0, 480));
        assert!(!early.has_started(), "what was captured before the origin is no start");
        assert_eq!(early.place(&block(2.0, 480, 0), ms(0)), placing(96, 0));
    }

    #[test]
    fn gaps_are_filled_by_stamps_and_by_reported_losses() {
        for mode in [Alignment::Follow, Alignment::KeepSamples] {
            let mut aligner = aligner(mode);
            aligner.place(&block(0.0, 480, 0), ms(0));
            assert_eq!(aligner.place(&block(13.0, 480, 0), ms(10)), placing(0, 0), "jitter");
            assert_eq!(aligner.place(&block(24.0, 480, 192), ms(20)), placing(192, 0), "a short loss, reported");
            assert_eq!(aligner.place(&block(134.0, 480, 0), ms(34)), placing(4800, 0), "{mode:?}");
            assert_eq!(aligner.place(&block(344.0, 480, 9600), ms(144)), placing(9600, 0), "{mode:?}");
        }
    }

    #[test]
    fn what_overlaps_is_left_out_beside_pictures_only() {
        for (mode, skip) in [(Alignment::Follow, 480), (Alignment::KeepSamples, 0)] {
            let mut aligner = aligner(mode);
            aligner.place(&block(0.0, 480, 0), ms(0));
            assert_eq!(aligner.place(&block(900.0, 480, 0), ms(1000)), placing(0, skip));
        }
    }

    /// Seconds by which a device that runs slow by this part is off after ten minutes.
    fn run(drift: f64, mode: Alignment) -> (f64, u64) {
        let mut aligner = aligner(mode);
        let (mut written, mut silence) = (0.0, 0);
        let mut off = 0.0;
        for number in 0..60_000_u32 {
            let at = f64::from(number) * 10.0 * (1.0 + drift);
            let jitter = f64::from(number * 7919 % 100) / 100.0 - 0.5; // milliseconds
            let placing = aligner.place(&block(at + jitter, 480, 0), Duration::from_secs_f64(written));
            silence += if number == 0 { 0 } else { placing.silence };
            off = at / 1000.0 - written;
            written += (f64::from(480 + placing.silence as u32)) / 48_000.0 * (1.0 + aligner.stretch());
        }
        (off, silence)
    }

    #[test]
    fn drift_is_followed_without_gaps() {
        for drift in [-200e-6, -20e-6, 0.0, 50e-6, 200e-6] {
            let (off, silence) = run(drift, Alignment::Follow);
            assert!(off.abs() < 0.0055 && silence == 0, "{drift}: {off} s, {silence} frames");
        }
    }

    #[test]
    fn drift_never_adds_silence_where_samples_are_kept() {
        let (off, silence) = run(200e-6, Alignment::KeepSamples);
        assert!(silence == 0 && off > 0.1, "{off} s, {silence} frames");
    }
}
