//! When samples were captured, on the lab's clock, and how many are missing between them.

use std::time::Duration;

use crate::model::Timestamp;

/// A step of the stamps that is a loss even where nothing reported one: none of the hosts' stamps wavers so much.
const LARGEST_JITTER: Duration = Duration::from_millis(200);
/// The offset between two clocks may rise by this part of the time that passes: more than clocks ever drift apart.
const DRIFT: u64 = 1_000;

/// What cpal says of one callback, in nanoseconds of a clock of its own that starts with the stream.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    /// When the lab's callback was called, on the lab's clock.
    pub arrived: Timestamp,
    /// The same moment, on the host's clock.
    pub callback: u64,
    /// When the first sample was captured, on the host's clock.
    pub capture: u64,
}

/// Turns the host's stamps into the lab's and counts what was lost. Pure: it knows no clock.
#[derive(Debug)]
pub struct Ledger {
    rate: u32,
    /// The lab's clock less the host's, and where the host's clock was then.
    offset: Option<(i64, u64)>,
    /// Where on the host's clock the next sample is to be captured.
    expected: Option<u64>,
    /// The last stamp given, which never goes back.
    last: Timestamp,
}

impl Ledger {
    /// For a rate in samples per second and channel.
    pub const fn new(rate: u32) -> Self {
        Self { rate, offset: None, expected: None, last: Timestamp::from_nanos(0) }
    }

    /// Enters a block of `frames`, before which the host says that it `overran`. Returns when its first sample was
    /// captured and how many sample frames the device lost just before it.
    pub fn enter(&mut self, stamp: Stamp, frames: usize, overran: bool) -> (Timestamp, u64) {
        let captured = self.rebase(stamp);
        let gap = self.expected.map_or(0, |expected| stamp.capture.saturating_sub(expected));
        let is_loss = overran || gap > LARGEST_JITTER.as_nanos() as u64;
        let lost = if is_loss { self.frames_in(gap) } else { 0 };
        // Small errors of the stamps must not add up: each block is compared with the one before it only.
        self.expected = Some(stamp.capture + self.nanos_of(frames as u64));
        (captured, lost)
    }

    /// The stamp on the lab's clock. The callback is always called a little late: the least lateness seen is taken for
    /// none, and may rise slowly, since the two clocks drift.
    fn rebase(&mut self, stamp: Stamp) -> Timestamp {
        let seen = stamp.arrived.as_nanos() as i64 - stamp.callback as i64;
        let offset = self.offset.map_or(seen, |(offset, since)| {
            let rise = stamp.callback.saturating_sub(since) / DRIFT;
            seen.min(offset + rise as i64)
        });
        self.offset = Some((offset, stamp.callback));
        let captured = (stamp.capture as i64 + offset).max(0) as u64;
        self.last = Timestamp::from_nanos(captured).min(stamp.arrived).max(self.last);
        self.last
    }

    fn frames_in(&self, nanos: u64) -> u64 {
        ((u128::from(nanos) * u128::from(self.rate) + 500_000_000) / 1_000_000_000) as u64
    }

    fn nanos_of(&self, frames: u64) -> u64 {
        (u128::from(frames) * 1_000_000_000 / u128::from(self.rate.max(1))) as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MILLI: u64 = 1_000_000;
    /// The lab's clock when the host's is 0.
    const START: u64 = 7_000_000 * MILLI;

    /// A callback at `at` ms of the host's clock, `late` µs late, with 10 ms of samples.
    fn stamp(at: u64, late: u64) -> Stamp {
        let (callback, capture) = (at * MILLI, (at - 10) * MILLI);
        Stamp { arrived: Timestamp::from_nanos(START + callback + late * 1000), callback, capture }
    }

    #[test]
    fn stamps_come_onto_the_clock_of_the_lab_without_their_lateness() {
        let mut ledger = Ledger::new(48_000);
        let captured: Vec<u64> = [(20, 300), (30, 20), (40, 5000), (50, 20)]
            .map(|(at, late)| ledger.enter(stamp(at, late), 480, false).0.as_nanos() - START)
            .to_vec();
        for (captured, expected) in captured.into_iter().zip([10_300, 20_020, 30_030, 40_020]) {
            assert!(captured.abs_diff(expected * 1000) <= 10_000, "{captured} instead of {expected}000");
        }
    }

    #[test]
    fn two_clocks_may_drift_apart() {
        let mut ledger = Ledger::new(48_000);
        let mut last = 0;
        for number in 2..100_002 {
            // The host's clock loses 100 ppm.
            let mut late = stamp(number * 10, 0);
            late.arrived = late.arrived + Duration::from_nanos(number * 1000);
            last = ledger.enter(late, 480, false).0.as_nanos();
        }
        let expected = START + 100_001 * 10 * MILLI + 100_001 * 1000 - 10 * MILLI;
        assert!(last.abs_diff(expected) < 2 * MILLI, "{} ns off", last.abs_diff(expected));
    }

    #[test]
    fn a_gap_after_an_overrun_is_a_loss_and_jitter_is_none() {
        let mut ledger = Ledger::new(48_000);
        let lost = [(20, false), (33, false), (40, false), (110, true), (120, false), (620, false), (630, true)]
            .map(|(at, overran)| ledger.enter(stamp(at, 0), 480, overran).1);
        assert_eq!(lost, [0, 0, 0, 2880, 0, 23_520, 0]);
    }

    #[test]
    fn stamps_never_go_back_nor_lie_in_the_future() {
        crate::covers!("EXT-06");
        let mut ledger = Ledger::new(48_000);
        let first = ledger.enter(stamp(50, 0), 480, false).0;
        let back = ledger.enter(stamp(40, 0), 480, false).0;
        assert!(back >= first);
        let ahead = Stamp { capture: 90 * MILLI, ..stamp(60, 0) };
        assert_eq!(ledger.enter(ahead, 480, false).0, ahead.arrived);
    }
}
