//! Frames of the last seconds: their intervals, rates and latencies.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::Timestamp;

use super::statistics::{HistogramBin, MOST_TIMES, TimeStats, WINDOW, histogram, percentile, sorted};
use super::{IntervalStats, LatencyStats};

/// What rates are taken over.
pub(super) const RATE_WINDOW: Duration = Duration::from_secs(1);
/// The newest intervals of which the camera's own pace is the median, at least.
const PACE_INTERVALS: usize = 8;

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

/// By which clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stamp {
    /// The driver's stamp.
    Driver,
    /// The arrival in the lab.
    Arrival,
}

impl Arrival {
    const fn at(&self, stamp: Stamp) -> Timestamp {
        match stamp {
            Stamp::Driver => self.captured_at,
            Stamp::Arrival => self.arrived_at,
        }
    }
}

/// The frames of the last 10 s of driver time, without a gap in between.
#[derive(Debug, Default)]
pub(super) struct RecentFrames {
    frames: VecDeque<Arrival>,
}

impl RecentFrames {
    pub(super) fn push(&mut self, arrival: Arrival) {
        self.frames.push_back(arrival);
        let oldest = arrival.captured_at.saturating_sub(WINDOW);
        while self.frames.len() > MOST_TIMES || self.frames.front().is_some_and(|frame| frame.captured_at < oldest) {
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

    /// Frames per second that the camera made over the newest `window`, by its own numbers and stamps.
    pub(super) fn produced_rate(&self, at: Timestamp, window: Duration) -> Option<f64> {
        self.rate(at, window, |_| true, |first, last, _| last.sequence.saturating_sub(first.sequence))
    }

    /// Frames per second that reached the track over the newest `window`, by the driver's stamps.
    pub(super) fn delivered_rate(&self, at: Timestamp, window: Duration) -> Option<f64> {
        self.rate(at, window, |frame| frame.delivered, |_, _, between| between)
    }

    /// A rate over the newest `window` of the frames that `counts` lets through, at least over the two newest. `steps` is
    /// given the oldest, the newest, and how many frames come after the oldest. Zero when the newest is long past.
    fn rate(
        &self,
        at: Timestamp,
        window: Duration,
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
        for frame in frames.take_while(|frame| last.captured_at.since(frame.captured_at) <= window) {
            first = frame;
            between += 1;
        }
        let seconds = last.captured_at.secs_since(first.captured_at);
        (seconds > 0.0).then(|| steps(first, last, between) as f64 / seconds)
    }

    /// Frames per second by the camera's own pace: the median of the newest intervals, each by the number of frames that
    /// it spans, so that neither drops nor a stall slow it. `None` before enough frames.
    pub(super) fn pace(&self) -> Option<f64> {
        let last = self.frames.back()?.captured_at;
        let steps = self.frames.iter().rev().zip(self.frames.iter().rev().skip(1)).enumerate();
        let newest = steps.take_while(|(index, (_, earlier))| {
            *index < PACE_INTERVALS || last.since(earlier.captured_at) <= RATE_WINDOW
        });
        let intervals = sorted(newest.map(|(_, (later, earlier))| {
            let frames = later.sequence.saturating_sub(earlier.sequence).max(1);
            later.captured_at.secs_since(earlier.captured_at) / frames as f64
        }));
        let median = percentile(&intervals, 50).filter(|_| intervals.len() >= PACE_INTERVALS)?;
        (median > 0.0).then(|| 1.0 / median)
    }

    /// The intervals between frames by a clock, in milliseconds.
    fn steps(&self, stamp: Stamp) -> impl Iterator<Item = f64> {
        let pairs = self.frames.iter().zip(self.frames.iter().skip(1));
        pairs.map(move |(earlier, later)| later.at(stamp).secs_since(earlier.at(stamp)) * 1e3)
    }

    /// Percentiles of the intervals between frames; `None` before two frames.
    pub(super) fn intervals(&self, stamp: Stamp) -> Option<IntervalStats> {
        TimeStats::of(self.steps(stamp)).map(IntervalStats::from)
    }

    /// The intervals between frames in bins of 1 ms.
    pub(super) fn histogram(&self, stamp: Stamp) -> Vec<HistogramBin> {
        histogram(self.steps(stamp))
    }

    /// How many intervals there are.
    pub(super) fn count(&self) -> usize {
        self.frames.len().saturating_sub(1)
    }

    /// Percentiles of the time from stamp to arrival; negative where a driver stamps ahead of time. `None` where all
    /// stamps are the times of arrival: then the driver gives none.
    pub(super) fn latencies(&self) -> Option<TimeStats> {
        if self.frames.iter().all(|frame| frame.captured_at == frame.arrived_at) {
            return None;
        }
        TimeStats::of(self.frames.iter().map(|frame| frame.arrived_at.secs_since(frame.captured_at) * 1e3))
    }
}

impl From<TimeStats> for IntervalStats {
    fn from(stats: TimeStats) -> Self {
        Self { p50_ms: stats.p50_ms, p95_ms: stats.p95_ms, p99_ms: stats.p99_ms, max_ms: stats.max_ms }
    }
}

impl From<TimeStats> for LatencyStats {
    fn from(stats: TimeStats) -> Self {
        Self { p50_ms: stats.p50_ms, p99_ms: stats.p99_ms }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn frames(times: impl IntoIterator<Item = (u64, u64)>) -> RecentFrames {
        let mut recent = RecentFrames::default();
        for (sequence, millis) in times {
            let captured_at = Timestamp::from_nanos((1000 + millis) * MS);
            // Each second frame is fetched 4 ms late.
            let arrived_at = captured_at + Duration::from_millis(1 + sequence % 2 * 4);
            recent.push(Arrival { sequence, captured_at, arrived_at, delivered: true });
        }
        recent
    }

    #[test]
    fn what_the_host_adds_shows_in_the_arrivals_alone() {
        let recent = frames((0..100).map(|number| (number, number * 40)));
        let [driver, arrival] = [Stamp::Driver, Stamp::Arrival].map(|stamp| recent.intervals(stamp).unwrap());
        assert!((driver.p50_ms - 40.0).abs() < 1e-6 && (driver.max_ms - 40.0).abs() < 1e-6);
        assert!((arrival.p50_ms - 44.0).abs() < 1e-6 && (arrival.max_ms - 44.0).abs() < 1e-6, "{arrival:?}");
        let bins = |stamp| recent.histogram(stamp).iter().map(|bin| (bin.from_ms, bin.count)).collect::<Vec<_>>();
        assert_eq!((bins(Stamp::Driver), bins(Stamp::Arrival)), (vec![(40, 99)], vec![(36, 49), (44, 50)]));
        assert_eq!(recent.count(), 99);
    }

    #[test]
    fn ten_seconds_are_kept() {
        let recent = frames((0..1000).map(|number| (number, number * 40)));
        assert_eq!(recent.count(), 250);
    }

    #[test]
    fn the_pace_is_that_of_the_sensor() {
        let pace = |recent: RecentFrames| recent.pace().map(|pace| (pace * 100.0).round() / 100.0);
        assert_eq!(pace(frames((0..100).map(|number| (number, number * 40)))), Some(25.0));
        // Two of three are dropped, and it is silent for two seconds.
        assert_eq!(pace(frames((0..100).map(|number| (number * 3, number * 120)))), Some(25.0));
        let silent = (0..20).map(|number| (number, number * 40 + if number > 15 { 2000 } else { 0 }));
        assert_eq!(pace(frames(silent)), Some(25.0));
        // It slows down to the half.
        let slower = (0..60).map(|number| (number, if number < 40 { number * 40 } else { 1600 + (number - 40) * 80 }));
        assert_eq!(pace(frames(slower)), Some(12.5));
        assert_eq!(pace(frames((0..5).map(|number| (number, number * 40)))), None);
    }
}
