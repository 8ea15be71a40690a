//! How a subcommand ends.

use std::fmt;

use serde_json::{Value as Json, json};

use crate::model::{ErrorName, MediaError};

/// The exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Done.
    Done,
    /// The request failed, or a track ended before its time.
    Failed,
    /// Wrong usage: also malformed constraints, presets and files.
    Usage,
    /// Interrupted before the work was complete.
    Interrupted,
}

impl Status {
    /// The number.
    pub const fn code(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Interrupted => 130,
        }
    }
}

/// Why a subcommand failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Failure {
    /// The exit status.
    pub status: Status,
    /// The error; its message is one sentence.
    pub error: MediaError,
}

impl Failure {
    /// Wrong usage.
    pub fn usage(message: impl Into<String>) -> Self {
        Self { status: Status::Usage, error: MediaError::new(ErrorName::TypeError, message) }
    }

    /// The error as `--json` prints it.
    pub fn to_json(&self) -> Json {
        let error = &self.error;
        let mut members = serde_json::Map::new();
        members.insert("name".to_owned(), json!(error.name.name()));
        if error.name == ErrorName::OverconstrainedError {
            members.insert("constraint".to_owned(), json!(error.constraint.map_or("", |property| property.name())));
        }
        members.insert("message".to_owned(), json!(error.message));
        members.extend(error.device.as_ref().map(|device| ("device".to_owned(), json!(device))));
        json!({ "error": members })
    }
}

impl From<MediaError> for Failure {
    fn from(error: MediaError) -> Self {
        let status = if error.name == ErrorName::TypeError { Status::Usage } else { Status::Failed };
        Self { status, error }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // One line, whatever a driver put into its message.
        f.write_str(&self.error.message.replace('\n', " "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Property;

    #[test]
    fn an_error_in_json_has_the_names_of_the_standard() {
        let error = MediaError::overconstrained(Some(Property::Width), "too wide").on("Cam (/dev/video0)");
        let expected = r#"{"error":{"name":"OverconstrainedError","constraint":"width","message":"too wide","device":"Cam (/dev/video0)"}}"#;
        assert_eq!(Failure::from(error).to_json().to_string(), expected);
    }
}
