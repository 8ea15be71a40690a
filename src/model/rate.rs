//! Frame rates as exact fractions.

use std::cmp::Ordering;
use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// Frames per second as a reduced fraction, for instance 30000/1001. Both parts are at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "(u32, u32)", from = "(u32, u32)")]
pub struct FrameRate {
    numerator: u32,
    denominator: u32,
}

impl FrameRate {
    /// `numerator / denominator` frames per second, reduced. A part of 0 is read as 1.
    pub fn new(numerator: u32, denominator: u32) -> Self {
        let (numerator, denominator) = (numerator.max(1), denominator.max(1));
        let divisor = greatest_common_divisor(numerator, denominator);
        Self { numerator: numerator / divisor, denominator: denominator / divisor }
    }

    /// From a V4L2 frame interval of `numerator / denominator` seconds.
    pub fn from_interval(numerator: u32, denominator: u32) -> Self {
        Self::new(denominator, numerator)
    }

    /// The whole fraction of this rate that comes nearest to `wanted` frames per second (FRM-01); itself where nothing is
    /// wanted.
    #[must_use]
    pub fn over(self, wanted: Option<f64>) -> Self {
        let factor = wanted.filter(|wanted| *wanted > 0.0).map_or(1.0, |wanted| (self.as_f64() / wanted).round());
        Self::new(self.numerator, self.denominator.saturating_mul(factor.max(1.0) as u32))
    }

    /// The upper part of the fraction.
    pub const fn numerator(self) -> u32 {
        self.numerator
    }

    /// The lower part of the fraction.
    pub const fn denominator(self) -> u32 {
        self.denominator
    }

    /// Frames per second.
    pub fn as_f64(self) -> f64 {
        f64::from(self.numerator) / f64::from(self.denominator)
    }

    /// The time from one frame to the next.
    pub fn interval(self) -> Duration {
        Duration::from_nanos(1_000_000_000 * u64::from(self.denominator) / u64::from(self.numerator))
    }
}

fn greatest_common_divisor(a: u32, b: u32) -> u32 {
    if b == 0 { a } else { greatest_common_divisor(b, a % b) }
}

impl Ord for FrameRate {
    fn cmp(&self, other: &Self) -> Ordering {
        let left = u64::from(self.numerator) * u64::from(other.denominator);
        left.cmp(&(u64::from(other.numerator) * u64::from(self.denominator)))
    }
}

impl PartialOrd for FrameRate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for FrameRate {
    /// At most three decimals: `30`, `12.5`, `29.97`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = format!("{:.3}", self.as_f64());
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

impl From<(u32, u32)> for FrameRate {
    fn from((numerator, denominator): (u32, u32)) -> Self {
        Self::new(numerator, denominator)
    }
}

impl From<FrameRate> for (u32, u32) {
    fn from(rate: FrameRate) -> Self {
        (rate.numerator, rate.denominator)
    }
}
