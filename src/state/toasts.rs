//! Short messages that go away by themselves, errors later than others.

use std::time::Duration;

use crate::model::Timestamp;

const SHOWN: Duration = Duration::from_secs(5);
/// Errors have more to read; they stand in the log as well.
const ERROR_SHOWN: Duration = Duration::from_secs(20);
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

impl Toast {
    fn until(&self) -> Timestamp {
        self.since + if self.severity == Severity::Error { ERROR_SHOWN } else { SHOWN }
    }
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
        self.0.retain(|toast| now < toast.until());
    }

    /// The messages, oldest first.
    pub fn iter(&self) -> impl Iterator<Item = &Toast> {
        self.0.iter()
    }

    /// When the next message goes away by itself.
    pub fn next_change(&self) -> Option<Timestamp> {
        self.0.iter().map(Toast::until).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn successes_pass_and_errors_stay_longer() {
        let mut toasts = Toasts::default();
        toasts.say(Severity::Success, "done", Timestamp::default());
        toasts.say(Severity::Error, "failed", Timestamp::default());
        let later = Timestamp::default() + SHOWN;
        assert_eq!(toasts.next_change(), Some(later));
        toasts.expire(later);
        assert_eq!(toasts.iter().map(|toast| toast.message.as_str()).collect::<Vec<_>>(), ["failed"]);
        toasts.say(Severity::Success, "done again", later);
        toasts.dismiss(0);
        assert_eq!(toasts.next_change(), Some(later + SHOWN));
        toasts.say(Severity::Error, "failed", later);
        toasts.expire(later + ERROR_SHOWN);
        assert_eq!((toasts.iter().count(), toasts.next_change()), (0, None));
    }
}
