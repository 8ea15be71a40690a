//! Percentiles and histograms of times.

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use crate::model::Timestamp;

/// What intervals and latencies are taken over, by driver time for intervals, by arrival for latencies.
pub(super) const WINDOW: Duration = Duration::from_secs(10);
/// A bound for cameras whose stamps do not move.
pub(super) const MOST_TIMES: usize = 8192;

/// Percentiles of times in milliseconds, by nearest rank.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TimeStats {
    /// How many times they are taken over.
    pub n: usize,
    /// Median.
    pub p50_ms: f64,
    /// 95th percentile.
    pub p95_ms: f64,
    /// 99th percentile.
    pub p99_ms: f64,
    /// Largest.
    pub max_ms: f64,
}

impl TimeStats {
    /// Of times in milliseconds; `None` of none.
    pub(super) fn of(values: impl Iterator<Item = f64>) -> Option<Self> {
        let sorted = sorted(values);
        Some(Self {
            n: sorted.len(),
            p50_ms: percentile(&sorted, 50)?,
            p95_ms: percentile(&sorted, 95)?,
            p99_ms: percentile(&sorted, 99)?,
            max_ms: *sorted.last()?,
        })
    }
}

/// How many intervals have a length from `from_ms` on, and less than 1 ms more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HistogramBin {
    /// The lower end, in milliseconds.
    pub from_ms: u32,
    /// How many.
    pub count: u32,
}

/// The bins of 1 ms that are not empty, in order.
pub(super) fn histogram(values: impl Iterator<Item = f64>) -> Vec<HistogramBin> {
    let mut bins = BTreeMap::new();
    for value in values {
        // A nanosecond of rounding does not decide about a bin.
        *bins.entry((value + 1e-6).max(0.0) as u32).or_insert(0) += 1;
    }
    bins.into_iter().map(|(from_ms, count)| HistogramBin { from_ms, count }).collect()
}

/// Times of the last ten seconds.
#[derive(Debug, Default)]
pub(super) struct RecentTimes(VecDeque<(Timestamp, f64)>);

impl RecentTimes {
    /// Takes a time in milliseconds that was measured at a moment.
    pub(super) fn push(&mut self, at: Timestamp, millis: f64) {
        self.0.push_back((at, millis));
        let oldest = at.saturating_sub(WINDOW);
        while self.0.len() > MOST_TIMES || self.0.front().is_some_and(|(at, _)| *at < oldest) {
            self.0.pop_front();
        }
    }

    pub(super) fn stats(&self) -> Option<TimeStats> {
        TimeStats::of(self.0.iter().map(|(_, millis)| *millis))
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }
}

pub(super) fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// By nearest rank: the smallest value that at least `percent` of all do not exceed.
pub(super) fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        let at = |percent| percentile(&values, percent);
        assert_eq!((at(50), at(95), at(99), at(100)), (Some(100.0), Some(190.0), Some(198.0), Some(200.0)));
        assert_eq!((percentile(&[7.0], 99), percentile(&[], 50)), (Some(7.0), None));
        let stats = TimeStats::of(values.into_iter().rev()).unwrap();
        assert_eq!(stats, TimeStats { n: 200, p50_ms: 100.0, p95_ms: 190.0, p99_ms: 198.0, max_ms: 200.0 });
    }

    #[test]
    fn a_bin_has_its_lower_end_and_not_its_upper() {
        let bins = histogram([33.0, 33.4, 33.999, 34.0, 100.2, -5.0, 40.0 - 1e-9].into_iter());
        let bins: Vec<_> = bins.into_iter().map(|bin| (bin.from_ms, bin.count)).collect();
        assert_eq!(bins, [(0, 1), (33, 3), (34, 1), (40, 1), (100, 1)]);
    }

    #[test]
    fn old_times_are_forgotten() {
        let mut recent = RecentTimes::default();
        for second in 0..60 {
            recent.push(Timestamp::from_nanos(second * 1_000_000_000), second as f64);
        }
        let stats = recent.stats().unwrap();
        assert_eq!((stats.n, stats.max_ms), (11, 59.0));
    }

    proptest! {
        #[test]
        fn no_time_is_lost_in_the_bins(values in prop::collection::vec(0.0_f64..5000.0, 0..200)) {
            let bins = histogram(values.iter().copied());
            prop_assert_eq!(bins.iter().map(|bin| bin.count as usize).sum::<usize>(), values.len());
            prop_assert!(bins.windows(2).all(|pair| pair[0].from_ms < pair[1].from_ms));
        }
    }
}
