//! Short messages that go away by themselves; errors stay until they are dismissed.

use std::time::Duration;

use crate::model::Timestamp;

const SHOWN: Duration = Duration::from_secs(5);
const MOST: usize = 6;

/// How grave a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// Something was done.
    Success,
    /// Something to know.
    Warning,
    /// Something failed.
    Error,
}

/// A message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Toast {
    /// How grave it is.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    since: Timestamp,
}

/// The messages on show.
#[derive(Clone, Debug, Default)]
pub struct Toasts(Vec<Toast>);

impl Toasts {
    /// Shows a message; the same message again takes the place of the old one.
    pub fn say(&mut self, severity: Severity, message: impl Into<String>, now: Timestamp) {
        let toast = Toast { severity, message: message.into(), since: now };
        self.0.retain(|old| old.message != toast.message);
        if self.0.len() == MOST {
            self.0.remove(0);
        }
        self.0.push(toast);
    }

    /// Takes a message away.
    pub fn dismiss(&mut self, index: usize) {
        if index < self.0.len() {
            self.0.remove(index);
        }
    }

    /// Takes away what was shown long enough.
    pub(super) fn expire(&mut self, now: Timestamp) {
        self.0.retain(|toast| toast.severity == Severity::Error || now.since(toast.since) < SHOWN);
    }

    /// The messages, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Toast> {
        self.0.iter()
    }

    /// When the next message goes away by itself.
    pub fn next_change(&self) -> Option<Timestamp> {
        let passing = self.0.iter().filter(|toast| toast.severity != Severity::Error);
        passing.map(|toast| toast.since + SHOWN).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successes_pass_and_errors_stay() {
        let mut toasts = Toasts::default();
        toasts.say(Severity::Success, "done", Timestamp::default());
        toasts.say(Severity::Error, "failed", Timestamp::default());
        let later = Timestamp::default() + SHOWN;
        assert_eq!(toasts.next_change(), Some(later));
        toasts.expire(later);
        assert_eq!(toasts.iter().map(|toast| toast.message.as_str()).collect::<Vec<_>>(), ["failed"]);
        toasts.dismiss(0);
        assert_eq!(toasts.iter().count(), 0);
    }
}
