//! Faults in the order of their times.

use std::collections::VecDeque;
use std::time::Duration;

use super::fault::Fault;

/// The faults of a stream that are still to come, by their time since it was opened.
#[derive(Debug)]
pub(super) struct Script<A> {
    /// In order of time.
    queue: VecDeque<Entry<A>>,
    /// Repeated ones that came to pass: they wait until something was delivered, so that a fault cannot follow upon itself for
    /// ever.
    resting: Vec<Entry<A>>,
}

#[derive(Debug)]
struct Entry<A> {
    at: Duration,
    every: Option<Duration>,
    action: A,
}

impl<A: Clone> Script<A> {
    /// The faults of a description.
    pub(super) fn new(faults: &[Fault<A>]) -> Self {
        let mut script = Self { queue: VecDeque::new(), resting: Vec::new() };
        for fault in faults {
            let every = fault.every.map(|period| period.0);
            script.insert(Entry { at: fault.at.0, every, action: fault.action.clone() });
        }
        script
    }

    /// Adds a fault, after those of the same time.
    pub(super) fn add(&mut self, at: Duration, action: A) {
        self.insert(Entry { at, every: None, action });
    }

    /// The next fault, where its time is so: that time, and what it is. It stays the next one until it is
    /// [passed](Self::pass).
    pub(super) fn due(&self, is_due: impl FnOnce(Duration) -> bool) -> Option<(Duration, A)> {
        let next = self.queue.front().filter(|next| is_due(next.at))?;
        Some((next.at, next.action.clone()))
    }

    /// The next fault has come to pass.
    pub(super) fn pass(&mut self) {
        self.resting.extend(self.queue.pop_front().filter(|passed| passed.every.is_some()));
    }

    /// Something was delivered, of this time: what is repeated comes again after it.
    pub(super) fn took(&mut self, time: Duration) {
        for mut entry in std::mem::take(&mut self.resting) {
            let Some(every) = entry.every.filter(|every| !every.is_zero()) else { continue };
            let passed = time.saturating_sub(entry.at).as_nanos() / every.as_nanos() + 1;
            entry.at += Duration::from_nanos((passed * every.as_nanos()) as u64);
            self.insert(entry);
        }
    }

    fn insert(&mut self, entry: Entry<A>) {
        let place = self.queue.partition_point(|other| other.at <= entry.at);
        self.queue.insert(place, entry);
    }
}
