//! `MediaStream`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::model::{Cause, ReadyState, StreamId, TrackId, TrackKind};
use crate::worker::{Command, StreamChange};

use super::core::Core;
use super::events::{Listeners, MediaStreamTrackEvent, StreamEventName};
use super::media_devices::MediaDevices;
use super::track::MediaStreamTrack;

/// `MediaStream` (`#mediastream`): an identified set of tracks. A clone of the handle is the same stream.
#[derive(Clone, Debug)]
pub struct MediaStream(Arc<StreamShared>);

#[derive(Debug)]
pub(super) struct StreamShared {
    core: Arc<Core>,
    id: StreamId,
    tracks: Mutex<Vec<MediaStreamTrack>>,
    listeners: Listeners<StreamEventName, MediaStreamTrackEvent>,
}

impl StreamShared {
    fn tracks(&self) -> MutexGuard<'_, Vec<MediaStreamTrack>> {
        self.tracks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for StreamShared {
    fn drop(&mut self) {
        self.core.forget_stream(self.id);
        self.core.send(Command::Forget { tracks: Vec::new(), streams: vec![self.id] });
    }
}

impl From<Arc<StreamShared>> for MediaStream {
    fn from(shared: Arc<StreamShared>) -> Self {
        Self(shared)
    }
}

impl PartialEq for MediaStream {
    /// Whether it is the same object.
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for MediaStream {}

impl MediaStream {
    /// `new MediaStream(tracks)`: of these tracks, not of clones, each once (STR-01). For the tracks of another stream give
    /// its [`get_tracks`](Self::get_tracks); for an empty one nothing.
    pub fn new(devices: &MediaDevices, tracks: impl IntoIterator<Item = MediaStreamTrack>) -> Self {
        Self::made_of(devices.core(), tracks)
    }

    fn made_of(core: &Arc<Core>, tracks: impl IntoIterator<Item = MediaStreamTrack>) -> Self {
        let mut own: Vec<MediaStreamTrack> = Vec::new();
        for track in tracks {
            if !own.contains(&track) {
                own.push(track);
            }
        }
        let id = StreamId::random();
        core.send(Command::NewStream { stream: id, tracks: own.iter().map(MediaStreamTrack::id).collect() });
        core.note_stream(id, own)
    }

    pub(super) fn new_handle(core: &Arc<Core>, id: StreamId, tracks: Vec<MediaStreamTrack>) -> Self {
        let (core, tracks) = (Arc::clone(core), Mutex::new(tracks));
        Self(Arc::new(StreamShared { core, id, tracks, listeners: Listeners::default() }))
    }

    pub(super) fn downgrade(&self) -> Weak<StreamShared> {
        Arc::downgrade(&self.0)
    }

    /// A UUID of its own (STR-02).
    pub fn id(&self) -> StreamId {
        self.0.id
    }

    /// Whether at least one track is not ended (STR-05). Changes without an event.
    pub fn active(&self) -> bool {
        self.0.tracks().iter().any(|track| track.ready_state() == ReadyState::Live)
    }

    /// Whether at least one audio track is not ended (STR-06).
    pub fn audible(&self) -> bool {
        self.get_audio_tracks().iter().any(|track| track.ready_state() == ReadyState::Live)
    }

    /// `getTracks()`: as they are now; the list does not change later (STR-03).
    pub fn get_tracks(&self) -> Vec<MediaStreamTrack> {
        self.0.tracks().clone()
    }

    /// `getAudioTracks()`.
    pub fn get_audio_tracks(&self) -> Vec<MediaStreamTrack> {
        self.of_kind(TrackKind::Audio)
    }

    /// `getVideoTracks()`.
    pub fn get_video_tracks(&self) -> Vec<MediaStreamTrack> {
        self.of_kind(TrackKind::Video)
    }

    fn of_kind(&self, kind: TrackKind) -> Vec<MediaStreamTrack> {
        self.0.tracks().iter().filter(|track| track.kind() == kind).cloned().collect()
    }

    /// `getTrackById()` (STR-04).
    pub fn get_track_by_id(&self, id: TrackId) -> Option<MediaStreamTrack> {
        self.0.tracks().iter().find(|track| track.id() == id).cloned()
    }

    /// `addTrack()`: nothing where it is there already; fires no event (STR-07).
    pub fn add_track(&self, track: &MediaStreamTrack) {
        if self.add(track) {
            self.told(StreamChange::Add(track.id()));
        }
    }

    /// `removeTrack()`: does not stop the track (STR-09); fires no event (STR-07).
    pub fn remove_track(&self, track: &MediaStreamTrack) {
        if self.remove(track) {
            self.told(StreamChange::Remove(track.id()));
        }
    }

    fn told(&self, change: StreamChange) {
        self.0.core.send(Command::ChangeStream { stream: self.0.id, change, by: Cause::User });
    }

    fn add(&self, track: &MediaStreamTrack) -> bool {
        let mut tracks = self.0.tracks();
        let is_new = !tracks.contains(track);
        if is_new {
            tracks.push(track.clone());
        }
        is_new
    }

    fn remove(&self, track: &MediaStreamTrack) -> bool {
        let mut tracks = self.0.tracks();
        let before = tracks.len();
        tracks.retain(|other| other != track);
        tracks.len() < before
    }

    /// `clone()`: a stream of clones of its tracks (STR-10).
    #[must_use = "tracks without a handle stop"]
    pub fn clone_stream(&self) -> Self {
        Self::made_of(&self.0.core, self.get_tracks().iter().map(MediaStreamTrack::clone_track).collect::<Vec<_>>())
    }

    /// `addEventListener()`.
    pub fn add_event_listener(
        &self,
        name: StreamEventName,
        handler: impl FnMut(&MediaStreamTrackEvent) + Send + 'static,
    ) {
        self.0.listeners.add(name, handler);
    }

    /// The engine has changed the set: it changes here, then the event is fired (STR-08).
    pub(super) fn changed_by_engine(&self, change: StreamChange, track: MediaStreamTrack) {
        let (changed, name) = match change {
            StreamChange::Add(_) => (self.add(&track), StreamEventName::AddTrack),
            StreamChange::Remove(_) => (self.remove(&track), StreamEventName::RemoveTrack),
        };
        if changed {
            self.0.listeners.fire(name, &MediaStreamTrackEvent { name, track });
        }
    }

    /// What the engine does when the other end of a connection, or a captured medium, gets or loses a track. Until there is
    /// such an engine, for tests of programs that listen.
    pub fn change_by_engine(&self, change: StreamChange) {
        self.0.core.send(Command::ChangeStream { stream: self.0.id, change, by: Cause::Peer });
    }
}
