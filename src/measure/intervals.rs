//! Frames of the last seconds: their intervals, rates and latencies.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::Timestamp;

use super::{IntervalStats, LatencyStats};

/// What percentiles are taken over.
const STATS_WINDOW: Duration = Duration::from_secs(5);
/// What rates are taken over.
const RATE_WINDOW: Duration = Duration::from_secs(1);
/// A bound for cameras whose stamps do not move.
const MOST_FRAMES: usize = 8192;

/// One frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct Arrival {
    /// The driver's number.
    pub(super) sequence: u64,
    /// The driver's stamp.
    pub(super) captured_at: Timestamp,
    /// When the lab got it.
    pub(super) arrived_at: Timestamp,
    /// Whether it reached the track.
    pub(super) delivered: bool,
}

/// The frames of the last 5 s of driver time, without a gap in between.
#[derive(Debug, Default)]
pub(super) struct RecentFrames {
    frames: VecDeque<Arrival>,
}

impl RecentFrames {
    pub(super) fn push(&mut self, arrival: Arrival) {
        self.frames.push_back(arrival);
        let oldest = arrival.captured_at.saturating_sub(STATS_WINDOW);
        while self.frames.len() > MOST_FRAMES || self.frames.front().is_some_and(|frame| frame.captured_at < oldest) {
            self.frames.pop_front();
        }
    }

    pub(super) fn clear(&mut self) {
        self.frames.clear();
    }

    /// Takes the mark of delivery from the newest frame that has it, which turned out not to decode.
    pub(super) fn undeliver_newest(&mut self) {
        if let Some(frame) = self.frames.iter_mut().rev().find(|frame| frame.delivered) {
            frame.delivered = false;
        }
    }

    /// Frames per second that the camera made, by its own numbers and stamps.
    pub(super) fn produced_rate(&self, at: Timestamp) -> Option<f64> {
        self.rate(at, |_| true, |first, last, _| last.sequence.saturating_sub(first.sequence))
    }

    /// Frames per second that reached the track, by the driver's stamps.
    pub(super) fn delivered_rate(&self, at: Timestamp) -> Option<f64> {
        self.rate(at, |frame| frame.delivered, |_, _, between| between)
    }

    /// A rate over the newest second of the frames that `counts` lets through, at least over the two newest. `steps` is
    /// given the oldest, the newest, and how many frames come after the oldest. Zero when the newest is long past.
    fn rate(
        &self,
        at: Timestamp,
        counts: impl Fn(&Arrival) -> bool,
        steps: impl Fn(&Arrival, &Arrival, u64) -> u64,
    ) -> Option<f64> {
        let mut frames = self.frames.iter().rev().filter(|frame| counts(frame));
        let last = frames.next()?;
        let mut first = frames.next()?;
        let mut between = 1;
        let step = last.captured_at.since(first.captured_at);
        if at.since(last.arrived_at) > RATE_WINDOW.max(step * 2) {
            return Some(0.0);
        }
        for frame in frames.take_while(|frame| last.captured_at.since(frame.captured_at) <= RATE_WINDOW) {
            first = frame;
            between += 1;
        }
        let seconds = last.captured_at.secs_since(first.captured_at);
        (seconds > 0.0).then(|| steps(first, last, between) as f64 / seconds)
    }

    /// Percentiles of the intervals between driver stamps; `None` before two frames.
    pub(super) fn intervals(&self) -> Option<IntervalStats> {
        let pairs = self.frames.iter().zip(self.frames.iter().skip(1));
        let sorted = sorted(pairs.map(|(earlier, later)| later.captured_at.secs_since(earlier.captured_at) * 1e3));
        Some(IntervalStats {
            p50_ms: percentile(&sorted, 50)?,
            p95_ms: percentile(&sorted, 95)?,
            p99_ms: percentile(&sorted, 99)?,
            max_ms: *sorted.last()?,
        })
    }

    /// Percentiles of the time from stamp to arrival; negative where a driver stamps ahead of time. `None` where all
    /// stamps are the times of arrival: then the driver gives none.
    pub(super) fn latencies(&self) -> Option<LatencyStats> {
        if self.frames.iter().all(|frame| frame.captured_at == frame.arrived_at) {
            return None;
        }
        let sorted = sorted(self.frames.iter().map(|frame| frame.arrived_at.secs_since(frame.captured_at) * 1e3));
        Some(LatencyStats { p50_ms: percentile(&sorted, 50)?, p99_ms: percentile(&sorted, 99)? })
    }
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

/// By nearest rank: the smallest value that at least `percent` of all do not exceed.
fn percentile(sorted: &[f64], percent: usize) -> Option<f64> {
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted.get(rank.saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_by_nearest_rank() {
        let values: Vec<f64> = (1..=200).map(f64::from).collect();
        let at = |percent| percentile(&values, percent);
        assert_eq!((at(50), at(95), at(99), at(100)), (Some(100.0), Some(190.0), Some(198.0), Some(200.0)));
        assert_eq!((percentile(&[7.0], 99), percentile(&[], 50)), (Some(7.0), None));
    }
}
