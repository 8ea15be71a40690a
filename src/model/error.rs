//! Errors by the standard's names, with sentences for people.

use std::fmt;

use super::Property;

/// The name of a `DOMException` or of a JavaScript error.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ErrorName {
    /// No device of the kind (or file, or preset) is there.
    NotFoundError,
    /// The system or the user does not allow it.
    NotAllowedError,
    /// The device is there, but does not open: busy, or a fault.
    NotReadableError,
    /// No device can satisfy the constraints.
    OverconstrainedError,
    /// Given up before it was complete.
    AbortError,
    /// The request itself is malformed.
    TypeError,
    /// Not possible in the state the object is in.
    InvalidStateError,
    /// This build or system cannot do it.
    NotSupportedError,
    /// The stream of a recorder was changed while it recorded (REC-12).
    InvalidModificationError,
}

impl ErrorName {
    /// The name, for instance `NotFoundError`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotFoundError => "NotFoundError",
            Self::NotAllowedError => "NotAllowedError",
            Self::NotReadableError => "NotReadableError",
            Self::OverconstrainedError => "OverconstrainedError",
            Self::AbortError => "AbortError",
            Self::TypeError => "TypeError",
            Self::InvalidStateError => "InvalidStateError",
            Self::NotSupportedError => "NotSupportedError",
            Self::InvalidModificationError => "InvalidModificationError",
        }
    }
}

impl fmt::Display for ErrorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a request failed. The message is one sentence that says what failed, on which device, and what to try.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct MediaError {
    /// The standard's name.
    pub name: ErrorName,
    /// The sentence.
    pub message: String,
    /// `OverconstrainedError.constraint`; `None` stands for `""` (OVR-03).
    pub constraint: Option<Property>,
    /// The device concerned, as messages name it.
    pub device: Option<String>,
}

impl MediaError {
    /// An error of this name.
    pub fn new(name: ErrorName, message: impl Into<String>) -> Self {
        Self { name, message: message.into(), constraint: None, device: None }
    }

    /// The same, on this device.
    #[must_use]
    pub fn on(mut self, device: impl Into<String>) -> Self {
        self.device = Some(device.into());
        self
    }

    /// An `OverconstrainedError` (OVR-01).
    pub fn overconstrained(constraint: Option<Property>, message: impl Into<String>) -> Self {
        Self { constraint, ..Self::new(ErrorName::OverconstrainedError, message) }
    }
}
