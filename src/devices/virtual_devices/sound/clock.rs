//! The clock of a virtual microphone's converter, which may be another than the one it declares.

use std::time::Duration;

/// Later than any test lasts: a hundred years.
const NEVER: Duration = Duration::from_hours(100 * 365 * 24);
/// Nanoseconds of a second times millionths of a hertz.
const SCALE: u128 = 1_000_000_000 * 1_000_000;

/// How many samples are captured in a time, in whole numbers, so that nothing is rounded twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) struct SampleClock {
    /// Samples in a million seconds.
    microhertz: u128,
}

impl SampleClock {
    /// Of a rate in hertz that is off by so many millionths.
    pub(in super::super) fn new(hertz: u32, drift_ppm: f64) -> Self {
        let exact = f64::from(hertz.max(1)) * (1e6 + drift_ppm);
        Self { microhertz: (exact.round() as u128).max(1) }
    }

    /// Samples in a million seconds.
    pub(in super::super) const fn microhertz(self) -> u128 {
        self.microhertz
    }

    /// Whole samples in this time.
    pub(in super::super) fn samples_in(self, time: Duration) -> u64 {
        (time.min(NEVER).as_nanos() * self.microhertz / SCALE) as u64
    }

    /// When the sample with this number is captured, from the first one on.
    pub(in super::super) fn offset(self, samples: u64) -> Duration {
        Duration::from_nanos((u128::from(samples) * SCALE / self.microhertz) as u64)
    }

    /// The same in seconds.
    pub(super) fn seconds(self, samples: u64) -> f64 {
        samples as f64 * 1e6 / self.microhertz as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_drift_is_exact_after_an_hour() {
        let clock = SampleClock::new(48_000, 50.0);
        assert_eq!(clock.samples_in(Duration::from_hours(1)), 48_000 * 3600 + 8640);
        assert_eq!(clock.offset(48_000 * 3600 + 8640), Duration::from_hours(1));
    }

    #[test]
    fn for_ever_is_finite() {
        let clock = SampleClock::new(768_000, 0.0);
        assert!(clock.offset(clock.samples_in(Duration::MAX)) <= NEVER);
    }
}
