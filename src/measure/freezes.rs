//! Pictures that are repeated, and pictures that stand still.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::Timestamp;

/// The average is taken over as many intervals (webrtc-stats).
const AVERAGED: usize = 30;
/// Before as many intervals are known there is no average to compare with.
const FEWEST: usize = 5;
/// By how much an interval exceeds the average at least (webrtc-stats).
const MARGIN: Duration = Duration::from_millis(150);
/// A picture that has not changed for this long is frozen.
const FROZEN_AFTER: Duration = Duration::from_secs(1);
/// And so many pictures in a row are equal to the one before.
const FROZEN_PICTURES: u64 = 3;

/// What stood still. Totals since the track was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Freezes {
    /// How often the time from one changed picture to the next was at least the larger of three average intervals and of
    /// one average interval and 150 ms, the average being that of the last 30 intervals (W3C webrtc-stats, `freezeCount`).
    pub count: u64,
    /// The longest such time.
    pub longest: Duration,
    /// The sum of all such times (`totalFreezesDuration`).
    pub total: Duration,
}

/// Notices pictures that are equal to the one before.
#[derive(Debug, Default)]
pub(super) struct FreezeMeter {
    pub pictures: u64,
    pub duplicates: u64,
    /// How many pictures in a row are equal to the one before them, the newest the last.
    pub same_pictures: u64,
    fingerprint: Option<u64>,
    /// When the first of the pictures that are equal to the newest one was captured.
    changed_at: Option<Timestamp>,
    /// When the newest picture was captured.
    seen_at: Timestamp,
    intervals: VecDeque<Duration>,
    settled: Freezes,
    /// The freeze that lasts is counted.
    is_counted: bool,
}

impl FreezeMeter {
    /// Looks at a picture. `unseen` pictures came between it and the one before, and nobody looked at them: they may have
    /// been others.
    pub(super) fn picture(&mut self, fingerprint: u64, captured_at: Timestamp, unseen: u64) {
        self.pictures += 1;
        let is_same = self.fingerprint.replace(fingerprint) == Some(fingerprint) && self.changed_at.is_some();
        let before = std::mem::replace(&mut self.seen_at, captured_at);
        if is_same {
            self.duplicates += 1;
            self.same_pictures += 1;
            self.notice();
        } else {
            self.settle(if unseen > 0 { before } else { captured_at });
            (self.changed_at, self.same_pictures) = (Some(captured_at), 0);
        }
        if unseen == 0 && self.pictures > 1 && before > Timestamp::default() {
            self.add_interval(captured_at.since(before));
        }
    }

    fn add_interval(&mut self, interval: Duration) {
        self.intervals.push_back(interval);
        if self.intervals.len() > AVERAGED {
            self.intervals.pop_front();
        }
    }

    /// How long a picture may stand; `None` while the average is not known.
    fn limit(&self) -> Option<Duration> {
        let count = u32::try_from(self.intervals.len()).ok().filter(|_| self.intervals.len() >= FEWEST)?;
        let average = self.intervals.iter().sum::<Duration>() / count;
        Some((average * 3).max(average + MARGIN))
    }

    /// Counts the freeze that lasts, once.
    fn notice(&mut self) {
        let is_long = self.limit().is_some_and(|limit| self.still_for() >= limit);
        if is_long && !std::mem::replace(&mut self.is_counted, true) {
            self.settled.count += 1;
        }
    }

    /// The newest picture stood until then.
    fn settle(&mut self, until: Timestamp) {
        let Some(changed_at) = self.changed_at.take() else { return };
        let still = until.since(changed_at);
        let was_counted = std::mem::take(&mut self.is_counted);
        if was_counted || self.limit().is_some_and(|limit| still >= limit) {
            self.settled.count += u64::from(!was_counted);
            self.settled.total += still;
            self.settled.longest = self.settled.longest.max(still);
        }
    }

    /// Nothing comes any more, or what comes is no continuation. The picture stood until `until`, where that is known.
    pub(super) fn interrupt(&mut self, until: Option<Timestamp>) {
        self.settle(until.unwrap_or(self.seen_at));
        self.intervals.clear();
        (self.same_pictures, self.seen_at) = (0, Timestamp::default());
    }

    /// For how long the newest picture is known to stand.
    pub(super) fn still_for(&self) -> Duration {
        self.changed_at.map_or(Duration::ZERO, |changed_at| self.seen_at.since(changed_at))
    }

    /// What stood still, with what stands still now.
    pub(super) fn freezes(&self) -> Freezes {
        let lasting = if self.is_counted { self.still_for() } else { Duration::ZERO };
        let Freezes { count, longest, total } = self.settled;
        Freezes { count, longest: longest.max(lasting), total: total + lasting }
    }

    /// Whether pictures come, and those of the last second at least are all equal.
    pub(super) fn is_frozen(&self) -> bool {
        self.same_pictures >= FROZEN_PICTURES && self.still_for() >= FROZEN_AFTER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_nanos((5000 + millis) * MS)
    }

    /// A picture every 40 ms up to a time; those from `still.0` to `still.1` are as the one at its start.
    fn run(until: u64, still: (u64, u64)) -> FreezeMeter {
        let mut meter = FreezeMeter::default();
        for time in (0..until).step_by(40) {
            let shown = if (still.0..still.1).contains(&time) { still.0 } else { time };
            meter.picture(shown, at(time), 0);
        }
        meter
    }

    #[test]
    fn a_moving_picture_never_freezes() {
        let meter = run(600_000, (0, 0));
        assert_eq!((meter.pictures, meter.duplicates, meter.freezes()), (15_000, 0, Freezes::default()));
        assert!(!meter.is_frozen());
    }

    #[test]
    fn a_freeze_is_counted_once_with_its_length() {
        let meter = run(10_000, (2000, 4000));
        let freezes = meter.freezes();
        // The picture of 2000 stood until that of 4000; 49 pictures repeated it.
        assert_eq!((freezes.count, meter.duplicates), (1, 49));
        assert_eq!((freezes.longest, freezes.total), (Duration::from_secs(2), Duration::from_secs(2)));
    }

    #[test]
    fn a_freeze_that_lasts_is_told_while_it_lasts() {
        let meter = run(3000, (1000, 60_000));
        assert_eq!((meter.freezes().count, meter.freezes().total), (1, Duration::from_millis(1960)));
        assert!(meter.is_frozen() && !run(1960, (1000, 60_000)).is_frozen());
    }

    #[test]
    fn short_repetitions_are_duplicates_and_no_freeze() {
        // 60 per second of which each second one is a repetition.
        let mut meter = FreezeMeter::default();
        for frame in 0..600_u64 {
            meter.picture(frame / 2, at(frame * 50 / 3), 0);
        }
        assert_eq!((meter.duplicates, meter.freezes().count), (300, 0));
    }

    #[test]
    fn pictures_that_do_not_come_are_a_freeze_too() {
        // W3C: 40 ms on average, so that 190 ms is the limit.
        for (gap, count) in [(160, 0), (200, 1), (500, 1)] {
            let mut meter = run(2000, (0, 0));
            meter.picture(9999, at(1960 + gap), 0);
            let freezes = meter.freezes();
            assert_eq!((freezes.count, freezes.total), (count, Duration::from_millis(gap * count)), "{gap}");
        }
    }

    #[test]
    fn what_nobody_looked_at_is_not_held_against_the_camera() {
        let mut meter = run(2000, (0, 0));
        meter.picture(9999, at(2960), 24);
        assert_eq!(meter.freezes().count, 0);
    }

    #[test]
    fn a_stall_is_a_freeze_up_to_the_mute_and_not_beyond() {
        let mut meter = run(2000, (0, 0));
        meter.interrupt(Some(at(2960)));
        meter.picture(9999, at(60_000), 0);
        meter.picture(10_000, at(60_040), 0);
        let freezes = meter.freezes();
        assert_eq!((freezes.count, freezes.total), (1, Duration::from_secs(1)));
    }
}
