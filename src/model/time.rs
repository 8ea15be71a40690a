//! Points in time.

use std::ops::Add;
use std::time::Duration;

/// A point on the computer's monotonic clock, in nanoseconds. On Linux its origin is that of `CLOCK_MONOTONIC`, the
/// clock that V4L2 and ALSA stamp with, so that driver stamps and arrival times can be compared.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(u64);

impl Timestamp {
    /// From nanoseconds since the clock's origin.
    pub const fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Nanoseconds since the clock's origin.
    pub const fn as_nanos(self) -> u64 {
        self.0
    }

    /// The time from `earlier` to `self`; zero where `earlier` is later.
    pub const fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// Seconds from `origin` to `self`, negative where `origin` is later.
    pub fn secs_since(self, origin: Self) -> f64 {
        (self.0 as f64 - origin.0 as f64) * 1e-9
    }

    #[must_use]
    /// `self` less `duration`; stops at the clock's origin.
    pub const fn saturating_sub(self, duration: Duration) -> Self {
        Self(self.0.saturating_sub(duration.as_nanos() as u64))
    }
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, duration: Duration) -> Self {
        Self(self.0.saturating_add(duration.as_nanos() as u64))
    }
}
