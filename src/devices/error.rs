//! What a device call can fail with.

use crate::model::{ErrorName, MediaError, ReasonKind};

/// The kind of a [`DeviceError`]: what the caller can do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DeviceErrorKind {
    /// Another program (or another mode in this one) holds it: try again when it is free, or try the next device.
    Busy,
    /// The system does not let this user open it: ask for the group or the permission.
    PermissionDenied,
    /// It is not there, or not any more: list the devices again.
    Gone,
    /// The sound server is not there, or not any more.
    ServerGone,
    /// It does not take the mode: select another.
    Unsupported,
    /// It did not answer in time.
    TimedOut,
    /// The token was cancelled.
    Cancelled,
    /// The driver reported something else; the message has its error code in words.
    Driver,
}

/// A device call failed. The message is one sentence that names the device and what to try.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct DeviceError {
    /// What the caller can do.
    pub kind: DeviceErrorKind,
    /// The sentence.
    pub message: String,
}

impl DeviceError {
    /// An error of this kind.
    pub fn new(kind: DeviceErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }

    /// The error that a request gets (PERM-03).
    pub fn to_media_error(&self, device: &str) -> MediaError {
        let name = match self.kind {
            DeviceErrorKind::PermissionDenied => ErrorName::NotAllowedError,
            DeviceErrorKind::TimedOut | DeviceErrorKind::Cancelled => ErrorName::AbortError,
            DeviceErrorKind::Busy
            | DeviceErrorKind::Gone
            | DeviceErrorKind::ServerGone
            | DeviceErrorKind::Unsupported
            | DeviceErrorKind::Driver => ErrorName::NotReadableError,
        };
        MediaError::new(name, &self.message).on(device)
    }

    /// Why the tracks of the device end.
    pub const fn reason_kind(&self) -> ReasonKind {
        match self.kind {
            DeviceErrorKind::Gone => ReasonKind::DeviceGone,
            DeviceErrorKind::ServerGone => ReasonKind::ServerGone,
            DeviceErrorKind::Cancelled => ReasonKind::Stopped,
            DeviceErrorKind::Busy
            | DeviceErrorKind::PermissionDenied
            | DeviceErrorKind::Unsupported
            | DeviceErrorKind::TimedOut
            | DeviceErrorKind::Driver => ReasonKind::DriverError,
        }
    }
}
