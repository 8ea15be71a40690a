//! Leaving out frames: the lower frame rates of `crop-and-scale` (FRM-01, FRM-02).

use std::time::Duration;

use crate::model::Timestamp;

/// The longest interval between frames, far beyond any rate that can be asked for.
const LONGEST: Duration = Duration::from_hours(24);

/// Which frames a track of a lower rate keeps, by their time stamps. None is ever doubled.
#[derive(Clone, Debug)]
pub struct Decimator {
    interval: Duration,
    /// When the next frame is due; `None` before the first.
    due: Option<Timestamp>,
}

impl Decimator {
    /// Keeps at most `rate` frames a second.
    pub fn new(rate: f64) -> Self {
        let interval = Duration::try_from_secs_f64(1.0 / rate).unwrap_or(LONGEST).min(LONGEST);
        Self { interval, due: None }
    }

    /// Whether the frame of this time is kept. Where several could be, the one nearest to the time at which one is due.
    pub fn keeps(&mut self, at: Timestamp, native_interval: Duration) -> bool {
        // Half a native interval early is nearer than the next frame, which is half an interval late.
        let slack = native_interval / 2;
        let Some(due) = self.due else {
            self.due = Some(at + self.interval);
            return true;
        };
        if at + slack < due {
            return false;
        }
        // After a pause it starts anew, rather than to make up for what did not come.
        let is_late = at.since(due) >= self.interval.mul_f64(0.9);
        let from = if is_late { at } else { due };
        self.due = Some(from + self.interval);
        true
    }

    /// The next frame is the first again.
    pub fn restart(&mut self) {
        self.due = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The kept ones of `seconds` of frames at a rate, each stamp off by up to a fifth of an interval.
    fn kept(native: f64, target: f64, seconds: f64) -> Vec<usize> {
        let mut decimator = Decimator::new(target);
        let interval = 1.0 / native;
        let frames = (seconds * native).round() as usize;
        let at = |index: usize| {
            let jitter = ((index * 7919) % 5) as f64 / 5.0 - 0.4;
            Timestamp::from_nanos(((index as f64 + 10.0 + jitter * 0.4) * interval * 1e9) as u64)
        };
        (0..frames).filter(|index| decimator.keeps(at(*index), Duration::from_secs_f64(interval))).collect()
    }

    #[test]
    fn thirty_to_ten_is_every_third() {
        let kept = kept(30.0, 10.0, 10.0);
        assert_eq!(kept.len(), 100);
        assert!(kept.iter().all(|index| index % 3 == 0), "{kept:?}");
    }

    #[test]
    fn the_long_run_has_the_target_rate() {
        for (native, target) in
            [(30.0, 20.0), (30.0, 15.0), (60.0, 25.0), (30.0, 7.5), (30.0, 1.0), (25.0, 24.0), (30.0, 30.0)]
        {
            let count = kept(native, target, 20.0).len() as f64;
            assert!((count - target * 20.0).abs() <= 1.0, "{native} to {target}: {count}");
        }
    }

    #[test]
    fn a_pause_is_not_made_up_for() {
        let mut decimator = Decimator::new(10.0);
        let frame = Duration::from_millis(33);
        let mut at = Timestamp::from_nanos(1_000_000_000);
        assert!(decimator.keeps(at, frame));
        at = at + Duration::from_secs(5);
        let kept = (0..30).filter(|index| decimator.keeps(at + frame * *index, frame)).count();
        assert!((10..=11).contains(&kept), "{kept}");
    }
}
