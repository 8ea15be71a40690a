//! What the web has left behind, as far as old programs and old logs need it.

use std::str::FromStr;

use crate::model::{ErrorName, MediaStreamConstraints};

use super::error::{DomException, Exception, OverconstrainedError};
use super::media_devices::MediaDevices;
use super::stream::MediaStream;

/// `Navigator.getUserMedia()` with its two callbacks (`#legacy-getusermedia-interface`): the modern call, and nothing more
/// (LEG-01).
#[derive(Clone, Debug)]
pub struct NavigatorUserMedia(MediaDevices);

impl NavigatorUserMedia {
    /// On these devices.
    pub const fn new(devices: MediaDevices) -> Self {
        Self(devices)
    }

    /// Calls exactly one of the two, once, after this call has returned, in its place among the events.
    pub fn get_user_media(
        &self,
        constraints: MediaStreamConstraints,
        success: impl FnOnce(MediaStream) + Send + 'static,
        failure: impl FnOnce(Exception) + Send + 'static,
    ) {
        self.0.ask_user_media(constraints, |result| match result {
            Ok(stream) => success(stream),
            Err(error) => failure(error),
        });
    }
}

/// `NavigatorUserMediaError` of the drafts until 2013, to be read from old logs (LEG-02).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NavigatorUserMediaError {
    /// One of the old names, for instance `PermissionDeniedError`.
    pub name: String,
    /// The constraint, where the error is about one.
    pub constraint_name: Option<String>,
}

impl NavigatorUserMediaError {
    /// What it is called today; `None` of a name that no draft or browser had.
    pub fn to_exception(&self) -> Option<Exception> {
        let name = match self.name.as_str() {
            "PermissionDeniedError" | "PERMISSION_DENIED" => ErrorName::NotAllowedError,
            "ConstraintNotSatisfiedError" => {
                let constraint = self.constraint_name.clone().unwrap_or_default();
                return Some(Exception::Overconstrained(OverconstrainedError::new(constraint, "")));
            }
            "DevicesNotFoundError" => ErrorName::NotFoundError,
            "TrackStartError" | "SourceUnavailableError" => ErrorName::NotReadableError,
            "NotSupportedError" | "NOT_SUPPORTED_ERROR" => ErrorName::NotSupportedError,
            _ => return None,
        };
        Some(Exception::Dom(DomException { name, message: String::new() }))
    }
}

/// The name of a [`MediaStreamEvent`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MediaStreamEventName {
    /// The other end added a stream.
    AddStream,
    /// The other end removed a stream.
    RemoveStream,
}

impl FromStr for MediaStreamEventName {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        match name {
            "addstream" => Ok(Self::AddStream),
            "removestream" => Ok(Self::RemoveStream),
            _ => Err(()),
        }
    }
}

/// `MediaStreamEvent` of the old `RTCPeerConnection`. Nothing fires it: `track` has taken its place (LEG-05).
#[derive(Clone, Debug)]
pub struct MediaStreamEvent {
    /// `addstream` or `removestream`.
    pub name: MediaStreamEventName,
    /// Which stream.
    pub stream: MediaStream,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_names_have_new_ones() {
        crate::covers!("LEG-02");
        let table = [
            ("PermissionDeniedError", ErrorName::NotAllowedError),
            ("ConstraintNotSatisfiedError", ErrorName::OverconstrainedError),
            ("DevicesNotFoundError", ErrorName::NotFoundError),
            ("TrackStartError", ErrorName::NotReadableError),
            ("SourceUnavailableError", ErrorName::NotReadableError),
        ];
        for (old, new) in table {
            let constraint_name = Some("width".to_owned());
            let exception = NavigatorUserMediaError { name: old.to_owned(), constraint_name }.to_exception().unwrap();
            assert_eq!(exception.name(), new);
            let constraint = (new == ErrorName::OverconstrainedError).then_some("width");
            assert_eq!(exception.constraint(), constraint);
        }
        let unknown = NavigatorUserMediaError { name: "Sorry".to_owned(), constraint_name: None };
        assert_eq!(unknown.to_exception(), None);
    }

    #[test]
    fn events_of_streams_have_two_names_and_nothing_fires_them() {
        crate::covers!("LEG-05");
        assert_eq!("addstream".parse(), Ok(MediaStreamEventName::AddStream));
        assert_eq!("removestream".parse(), Ok(MediaStreamEventName::RemoveStream));
        assert_eq!("addtrack".parse::<MediaStreamEventName>(), Err(()));
    }
}
