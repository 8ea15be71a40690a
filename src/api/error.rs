//! What calls fail with: `DOMException`, `OverconstrainedError`, `TypeError`.

use std::fmt;

use crate::model::{ErrorName, MediaError, Property};

/// `DOMException`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DomException {
    /// The name, for instance `NotFoundError`.
    pub name: ErrorName,
    /// One sentence: what failed, on which device, what to try.
    pub message: String,
}

/// `OverconstrainedError` (`#overconstrainederror-interface`): a `DOMException` of this name with the legacy code 0.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OverconstrainedError {
    /// The required constraint that no settings satisfy, or `""` where they fail just together (OVR-03).
    pub constraint: String,
    /// What failed, and the nearest that there is (OVR-05, OVR-06).
    pub message: String,
}

impl OverconstrainedError {
    /// `new OverconstrainedError(constraint, message)` (OVR-01).
    pub fn new(constraint: impl Into<String>, message: impl Into<String>) -> Self {
        Self { constraint: constraint.into(), message: message.into() }
    }

    /// `OverconstrainedError`.
    pub const fn name(&self) -> ErrorName {
        ErrorName::OverconstrainedError
    }

    /// The legacy code: 0.
    pub const fn code(&self) -> u16 {
        0
    }
}

/// What a promise is rejected with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exception {
    /// No device can satisfy the constraints.
    Overconstrained(OverconstrainedError),
    /// The call itself is malformed: JavaScript's `TypeError`, which is no `DOMException`.
    Type(String),
    /// Anything else.
    Dom(DomException),
}

impl Exception {
    /// The name, for instance `NotAllowedError`.
    pub const fn name(&self) -> ErrorName {
        match self {
            Self::Overconstrained(_) => ErrorName::OverconstrainedError,
            Self::Type(_) => ErrorName::TypeError,
            Self::Dom(exception) => exception.name,
        }
    }

    /// One sentence.
    pub fn message(&self) -> &str {
        match self {
            Self::Overconstrained(error) => &error.message,
            Self::Type(message) => message,
            Self::Dom(exception) => &exception.message,
        }
    }

    /// `constraint`, of an [`OverconstrainedError`].
    pub fn constraint(&self) -> Option<&str> {
        if let Self::Overconstrained(error) = self { Some(&error.constraint) } else { None }
    }
}

impl From<MediaError> for Exception {
    fn from(error: MediaError) -> Self {
        match error.name {
            ErrorName::OverconstrainedError => {
                let constraint = error.constraint.map_or("", Property::name);
                Self::Overconstrained(OverconstrainedError::new(constraint, error.message))
            }
            ErrorName::TypeError => Self::Type(error.message),
            name => Self::Dom(DomException { name, message: error.message }),
        }
    }
}

impl fmt::Display for Exception {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.message())
    }
}

impl std::error::Error for Exception {}
