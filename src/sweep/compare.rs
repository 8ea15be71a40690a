//! Two sweeps side by side.

use serde::Serialize;

use super::{Measured, ModeResult, SweepMode, SweepResult};

/// What counts as changed, in words.
pub const RULE: &str = "A mode counts as changed where its delivered rate differs by more than 2 %, its share of dropped and \
    corrupt frames by more than 0.5 points and a frame at least, the time to its first frame by more than half and 100 ms, \
    its p99 interval by more than a fifth and 2 ms, where another mode is granted, or where it fails in only one of the two.";

/// What two sweeps differ in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Comparison {
    /// [`RULE`].
    pub rule: &'static str,
    /// Modes that changed, in the order of the newer sweep.
    pub changed: Vec<Difference>,
    /// Modes that did not.
    pub unchanged: usize,
    /// Modes that only the earlier sweep has.
    pub only_before: Vec<SweepMode>,
    /// Modes that only the newer sweep has.
    pub only_now: Vec<SweepMode>,
    /// Whether the newer sweep went through all modes, so that what only the earlier one has is missing.
    pub whole: bool,
}

/// A mode that changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Which.
    pub mode: SweepMode,
    /// In what.
    pub changes: Vec<Change>,
}

/// One thing in which a mode changed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Change {
    /// What.
    pub quantity: Quantity,
    /// What it was: a number in the quantity's unit, or words.
    pub before: String,
    /// What it is.
    pub now: String,
    /// Whether it became worse; of another granted mode, whether it is no more what was asked for.
    pub worse: bool,
}

/// In what a mode can change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Quantity {
    /// Whether it works: `ok`, or the error's name.
    Outcome,
    /// The granted mode.
    Granted,
    /// Delivered frames per second.
    FpsDelivered,
    /// Dropped and corrupt frames, in percent of those produced.
    LostPercent,
    /// Milliseconds to the first frame.
    FirstFrameMs,
    /// The 99th percentile of the intervals, in milliseconds.
    IntervalP99Ms,
}

impl Quantity {
    /// As files and tables call it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Outcome => "outcome",
            Self::Granted => "granted",
            Self::FpsDelivered => "fps_delivered",
            Self::LostPercent => "lost_percent",
            Self::FirstFrameMs => "first_frame_ms",
            Self::IntervalP99Ms => "interval_p99_ms",
        }
    }
}

impl Comparison {
    /// Whether some mode became worse, or is not there any more.
    pub fn is_worse(&self) -> bool {
        let mut changes = self.changed.iter().flat_map(|difference| &difference.changes);
        (self.whole && !self.only_before.is_empty()) || changes.any(|change| change.worse)
    }
}

/// Lays a sweep beside an earlier one, by [`RULE`].
pub fn compare(before: &SweepResult, now: &SweepResult) -> Comparison {
    let find = |result: &SweepResult, mode| result.modes.iter().find(|other| other.requested == mode).cloned();
    let gone = before.modes.iter().map(|mode| mode.requested).filter(|mode| find(now, *mode).is_none());
    let mut comparison = Comparison {
        rule: RULE,
        changed: Vec::new(),
        unchanged: 0,
        only_before: gone.collect(),
        only_now: Vec::new(),
        whole: now.complete && now.whole,
    };
    for mode in &now.modes {
        match find(before, mode.requested).map(|earlier| changes(&earlier, mode)) {
            None => comparison.only_now.push(mode.requested),
            Some(changes) if changes.is_empty() => comparison.unchanged += 1,
            Some(changes) => comparison.changed.push(Difference { mode: mode.requested, changes }),
        }
    }
    comparison
}

fn changes(before: &ModeResult, now: &ModeResult) -> Vec<Change> {
    let mut changes = Vec::new();
    let outcome = |mode: &ModeResult| mode.error.as_ref().map_or_else(|| "ok".to_owned(), |error| error.name.clone());
    let mut words = |quantity, before: String, now: String, worse| {
        if before != now {
            changes.push(Change { quantity, before, now, worse });
        }
    };
    words(Quantity::Outcome, outcome(before), outcome(now), now.error.is_some());
    if let (Some(was), Some(is)) = (before.granted, now.granted) {
        words(Quantity::Granted, was.to_string(), is.to_string(), is != now.requested);
    }
    if let (Some(was), Some(is)) = (before.measured, now.measured) {
        changes.extend(numbers(&was, &is));
    }
    changes
}

/// What changed of the numbers.
fn numbers(before: &Measured, now: &Measured) -> Vec<Change> {
    let lost = |measured: &Measured| Some(measured.lost_share() * 100.0);
    let frames = |measured: &Measured| measured.frames_dropped + measured.frames_corrupt;
    let is_frame = frames(before) != frames(now);
    let rate = |was: f64, is: f64| (is - was).abs() > was.abs() * 0.02;
    let share = |was: f64, is: f64| is_frame && (is - was).abs() > 0.5;
    let wait = |was: f64, is: f64| (is - was).abs() > (was.min(is) * 0.5).max(100.0);
    let p99 = |was: f64, is: f64| (is - was).abs() > (was.min(is) * 0.2).max(2.0);
    let all = [
        number(Quantity::FpsDelivered, before.fps_delivered, now.fps_delivered, false, rate),
        number(Quantity::LostPercent, lost(before), lost(now), true, share),
        number(Quantity::FirstFrameMs, before.first_frame_ms, now.first_frame_ms, true, wait),
        number(Quantity::IntervalP99Ms, before.interval_p99_ms, now.interval_p99_ms, true, p99),
    ];
    all.into_iter().flatten().collect()
}

fn number(
    quantity: Quantity,
    before: Option<f64>,
    now: Option<f64>,
    more_is_worse: bool,
    is_change: impl Fn(f64, f64) -> bool,
) -> Option<Change> {
    let (was, is) = (before?, now?);
    let write = |number: f64| format!("{number:.2}");
    is_change(was, is).then(|| Change {
        quantity,
        before: write(was),
        now: write(is),
        worse: (is > was) == more_is_worse,
    })
}
