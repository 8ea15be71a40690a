//! How a sweep is done, and how far it is.

use std::time::Duration;

use crate::model::Timestamp;

use super::{Phase, Sweep};
use crate::sweep::SweepMode;

/// What a mode costs beside its measures, until it is known.
const OVERHEAD: Duration = Duration::from_millis(1500);

/// How a sweep is done.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// How long each mode is measured.
    pub measure: Duration,
    /// How long the first frame may take after the opening.
    pub first_frame: Duration,
    /// How long a camera that went away is waited for; `None` waits for ever.
    pub patience: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self { measure: Duration::from_secs(3), first_frame: Duration::from_secs(10), patience: None }
    }
}

/// What a sweep does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// A mode is being opened, or its first frame waited for.
    Opening,
    /// A mode is being measured.
    Measuring,
    /// A mode is being closed.
    Closing,
    /// The camera is away and waited for.
    Away,
    /// It is over.
    Over,
}

/// How far a sweep is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What it does.
    pub stage: Stage,
    /// The mode that it is at.
    pub mode: Option<SweepMode>,
    /// Modes that were tried.
    pub done: usize,
    /// Modes in all.
    pub total: usize,
    /// How long it will take still, by what the modes up to now took.
    pub left: Duration,
}

impl Sweep {
    /// How far it is.
    pub fn progress(&self, now: Timestamp) -> Progress {
        let (done, total) = (self.result.modes.len(), self.plan.len());
        let each = match u32::try_from(done).ok().filter(|done| *done > 0) {
            Some(done) => self.mode_began.since(self.began).saturating_sub(self.away.1) / done,
            None => self.options.measure + OVERHEAD,
        };
        let left = each * u32::try_from(total - done).unwrap_or(u32::MAX);
        let spent = if self.stage() == Stage::Away { Duration::ZERO } else { now.since(self.mode_began).min(each) };
        let left = if self.is_over() { Duration::ZERO } else { left.saturating_sub(spent) };
        Progress { stage: self.stage(), mode: self.plan.get(done).copied(), done, total, left }
    }

    const fn stage(&self) -> Stage {
        match self.phase {
            Phase::Look(look) if look.gone => Stage::Away,
            Phase::Next | Phase::FirstFrame { .. } | Phase::WarmUp { .. } | Phase::Beginning | Phase::Look(_) => {
                Stage::Opening
            }
            Phase::Measuring { .. } => Stage::Measuring,
            Phase::Stop | Phase::Forget => Stage::Closing,
            Phase::Over => Stage::Over,
        }
    }
}
