//! Events, and who listens to them.

use std::collections::BTreeMap;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::{Reason, Timestamp, TrackKind};

use super::info::EnumeratedDevice;
use super::track::MediaStreamTrack;

/// The events of a [`MediaStreamTrack`] (EVT-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TrackEventName {
    /// Its source delivers nothing.
    Mute,
    /// Its source delivers again.
    Unmute,
    /// It is over, and not by [`stop`](MediaStreamTrack::stop).
    Ended,
    /// Its settings or capabilities changed, and not by
    /// [`apply_constraints`](MediaStreamTrack::apply_constraints) (EXT-05).
    ConfigurationChange,
}

/// `mute`, `unmute`, `ended` or `configurationchange`.
#[derive(Clone, Debug)]
pub struct TrackEvent {
    /// Which.
    pub name: TrackEventName,
    /// Of which track; its state is what it is after the event.
    pub target: MediaStreamTrack,
    /// When, on the worker's clock.
    pub at: Timestamp,
    /// Why, with the evidence; `None` of `unmute` and
    /// `configurationchange`. The web does not say.
    pub reason: Option<Reason>,
}

/// The events of a [`MediaStream`](super::MediaStream).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum StreamEventName {
    /// The engine added a track.
    AddTrack,
    /// The engine removed a track.
    RemoveTrack,
}

/// `MediaStreamTrackEvent` (`#mediastreamtrackevent`): neither bubbles nor can be cancelled, and always has a track (EVT-01).
#[derive(Clone, Debug)]
pub struct MediaStreamTrackEvent {
    /// `addtrack` or `removetrack`.
    pub name: StreamEventName,
    /// Which was added or removed.
    pub track: MediaStreamTrack,
}

/// `DeviceChangeEvent` (CHG-03).
#[derive(Clone, Debug)]
pub struct DeviceChangeEvent {
    /// The whole new list.
    pub devices: Vec<EnumeratedDevice>,
    /// Those of them that were not there before.
    pub user_inserted_devices: Vec<EnumeratedDevice>,
}

/// A call that asks whether it may capture (PERM-04).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionRequest {
    /// What it wants.
    pub kinds: Vec<TrackKind>,
    /// From which devices: label and node.
    pub devices: Vec<String>,
}

/// The answer; by default no.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PermissionAnswer {
    /// Whether the call may capture.
    pub allow: bool,
    /// Whether that holds for later calls.
    pub remember: bool,
}

/// Runs a handler of the program. One that panics costs no other event.
pub(super) fn guarded(run: impl FnOnce()) {
    if catch_unwind(AssertUnwindSafe(run)).is_err() {
        log::error!("A handler of an event panicked; the next event is told all the same.");
    }
}

type Handler<E> = Arc<Mutex<dyn FnMut(&E) + Send>>;

/// Who listens to an object, by the name of the event.
pub(super) struct Listeners<N, E>(Mutex<BTreeMap<N, Vec<Handler<E>>>>);

impl<N: Ord, E> Listeners<N, E> {
    pub fn add(&self, name: N, handler: impl FnMut(&E) + Send + 'static) {
        self.all().entry(name).or_default().push(Arc::new(Mutex::new(handler)));
    }

    /// Runs the handlers that listen now, in the order in which they were added. One that is added meanwhile hears the
    /// next event.
    pub fn fire(&self, name: N, event: &E) {
        let handlers = self.all().get(&name).cloned().unwrap_or_default();
        for handler in handlers {
            let mut handler = handler.lock().unwrap_or_else(PoisonError::into_inner);
            guarded(|| handler(event));
        }
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<N, Vec<Handler<E>>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<N, E> Default for Listeners<N, E> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<N, E> fmt::Debug for Listeners<N, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Listeners")
    }
}
