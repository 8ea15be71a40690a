//! The event log: a ring of one million entries.

use std::collections::VecDeque;
use std::fmt::Write as _;

use crate::model::{LogEntry, Timestamp};

const CAPACITY: usize = 1_000_000;

/// The newest entries, and how many older ones were dropped. An entry is named by its number, which counts all entries
/// from 0 and never changes.
#[derive(Clone, Debug, Default)]
pub struct EventLog {
    entries: VecDeque<LogEntry>,
    dropped: u64,
    cleared: u64,
}

impl EventLog {
    /// Adds an entry; the oldest makes way where there is no room.
    pub(super) fn push(&mut self, entry: LogEntry) {
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
            self.dropped += 1;
        }
        self.entries.push_back(entry);
    }

    /// The entry of this number, where it is still there.
    pub fn get(&self, number: u64) -> Option<&LogEntry> {
        self.entries.get(usize::try_from(number.checked_sub(self.first())?).ok()?)
    }

    /// The number of the oldest entry that is there.
    pub const fn first(&self) -> u64 {
        self.dropped + self.cleared
    }

    /// The number that the next entry will have.
    pub fn end(&self) -> u64 {
        self.first() + self.entries.len() as u64
    }

    /// The numbers, from `start` on, of the entries that have `filter` in their name, object, cause or text; all, for an
    /// empty filter.
    pub fn matching(&self, filter: &str, start: u64) -> impl Iterator<Item = u64> {
        let wanted = filter.trim().to_lowercase();
        let numbers = start.max(self.first())..self.end();
        numbers.filter(move |number| self.get(*number).is_some_and(|entry| wanted.is_empty() || has(entry, &wanted)))
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Forgets all entries.
    pub fn clear(&mut self) {
        self.cleared = self.end();
        self.dropped = 0;
        self.entries.clear();
    }

    /// These entries as text, a line each, times in seconds since `start`; where older ones were dropped, the first line says
    /// so.
    pub fn to_text(&self, numbers: impl IntoIterator<Item = u64>, start: Timestamp) -> String {
        let mut text = String::new();
        if self.dropped > 0 {
            writeln!(text, "# {} older entries were dropped", self.dropped).ok(); // a String takes all
        }
        for entry in numbers.into_iter().filter_map(|number| self.get(number)) {
            let (at, name, cause) = (entry.at.secs_since(start), entry.name.name(), entry.cause.name());
            writeln!(text, "{at:.6}\t{name}\t{cause}\t{}\t{}", entry.object, entry.text.replace('\n', " ")).ok();
        }
        text
    }
}

fn has(entry: &LogEntry, wanted: &str) -> bool {
    let parts = [entry.name.name(), entry.cause.name(), &entry.object, &entry.text];
    parts.iter().any(|part| part.to_lowercase().contains(wanted))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Cause, EventName};

    fn entry(number: u64) -> LogEntry {
        LogEntry {
            at: Timestamp::from_nanos(number * 1_000_000),
            name: if number.is_multiple_of(2) { EventName::Mute } else { EventName::Source },
            object: "Cam (/dev/video0)".to_owned(),
            cause: Cause::Device,
            text: format!("number {number}"),
        }
    }

    #[test]
    fn a_full_log_drops_the_oldest_and_says_so() {
        let mut log = EventLog::default();
        (0..CAPACITY as u64 + 2).for_each(|number| log.push(entry(number)));
        assert_eq!((log.len(), log.first(), log.get(1)), (CAPACITY, 2, None));
        let text = log.to_text([2], Timestamp::default());
        assert_eq!(text, "# 2 older entries were dropped\n0.002000\tmute\tdevice\tCam (/dev/video0)\tnumber 2\n");
    }

    #[test]
    fn a_filter_looks_at_all_words() {
        let mut log = EventLog::default();
        (0..4).for_each(|number| log.push(entry(number)));
        let matching = |filter: &str| log.matching(filter, 0).collect::<Vec<_>>();
        assert_eq!((matching("MUTE"), matching("number 3")), (vec![0, 2], vec![3]));
        assert_eq!((matching("video0").len(), matching(" ").len(), matching("audio").len()), (4, 4, 0));
    }

    #[test]
    fn numbers_stay_when_the_log_is_emptied() {
        let mut log = EventLog::default();
        (0..4).for_each(|number| log.push(entry(number)));
        log.clear();
        log.push(entry(7));
        assert_eq!((log.first(), log.end(), log.matching("", 0).collect::<Vec<_>>()), (4, 5, vec![4]));
    }
}
