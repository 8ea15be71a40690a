//! When a camera was opened, step by step.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::measure::Milestones;
use crate::model::Timestamp;

/// When a camera was opened the last time, and when its first frame came. Clones share it.
#[derive(Clone, Debug, Default)]
pub(in crate::worker) struct OpenTimes(Arc<Mutex<Milestones>>);

impl OpenTimes {
    /// The way of a call on this device up to now.
    pub fn way_of(&self, requested: Option<Timestamp>) -> Milestones {
        Milestones::of_request(requested, &self.milestones())
    }

    pub(super) fn opening(&self, at: Timestamp) {
        *self.milestones() = Milestones { opening: Some(at), ..Milestones::default() };
    }

    pub(super) fn streaming(&self, opened: Option<Timestamp>, at: Timestamp) {
        let mut milestones = self.milestones();
        (milestones.opened, milestones.streaming) = (opened, Some(at));
    }

    pub(super) fn frame(&self, arrived_at: Timestamp) {
        self.milestones().first_frame.get_or_insert(arrived_at);
    }

    fn milestones(&self) -> MutexGuard<'_, Milestones> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
