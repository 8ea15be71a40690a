//! Streams: made of tracks, cloned, changed by the program or by the engine.

use crate::model::{Cause, EventName, MediaStream, StreamId, TrackId};
use crate::worker::{Event, OpenedStream, Reply, RequestId, StreamChange};

use super::{Session, unknown};

impl Session {
    /// `new MediaStream(tracks)` (STR-01).
    pub(super) fn new_stream(&mut self, request: RequestId, id: StreamId, tracks: &[TrackId]) {
        if tracks.iter().any(|track| !self.tracks.contains_key(track)) {
            return self.answer(request, Err(unknown("track")));
        }
        let stream = MediaStream::with_id(id, tracks.iter().copied());
        self.streams.insert(id, stream);
        self.answer(request, Ok(Reply::Done));
    }

    /// `MediaStream.clone()` (STR-10).
    pub(super) fn clone_stream(&mut self, request: RequestId, stream: StreamId) {
        let Some(stream) = self.streams.get(&stream).cloned() else {
            return self.answer(request, Err(unknown("stream")));
        };
        let tracks: Vec<_> =
            stream.tracks().iter().filter_map(|track| self.cloned(*track, TrackId::random())).collect();
        let stream = MediaStream::new(tracks.iter().map(|opened| opened.track.id));
        let opened = OpenedStream { stream: stream.id, tracks };
        self.streams.insert(stream.id, stream);
        self.answer(request, Ok(Reply::Stream(opened)));
    }

    /// `addTrack`, `removeTrack`, or the same by the engine (STR-07, STR-08).
    pub(super) fn change_stream(&mut self, request: RequestId, id: StreamId, change: StreamChange, by: Cause) {
        let (StreamChange::Add(track) | StreamChange::Remove(track)) = change;
        let Some(name) = self.tracks.get(&track).map(super::tracks::TrackEntry::name) else {
            return self.answer(request, Err(unknown("track")));
        };
        let Some(stream) = self.streams.get_mut(&id) else { return self.answer(request, Err(unknown("stream"))) };
        let changed = match change {
            StreamChange::Add(track) => stream.add_track(track),
            StreamChange::Remove(track) => stream.remove_track(track),
        };
        if changed {
            let fires = by != Cause::User;
            self.log_change(&name, change, by);
            self.outbox.send(Event::Stream { stream: id, at: self.clock.now(), change, fires });
            self.end_recordings_of(id);
        }
        self.answer(request, Ok(Reply::Done));
    }

    /// What was ended and is held by nobody takes no more room.
    pub(super) fn forget(&mut self, request: RequestId, tracks: &[TrackId], streams: &[StreamId]) {
        self.tracks.retain(|id, entry| entry.track.is_live() || !tracks.contains(id));
        self.streams.retain(|id, _| !streams.contains(id));
        self.answer(request, Ok(Reply::Done));
    }

    fn log_change(&mut self, name: &str, change: StreamChange, by: Cause) {
        let (event, what) = match change {
            StreamChange::Add(_) => (EventName::AddTrack, "added to"),
            StreamChange::Remove(_) => (EventName::RemoveTrack, "removed from"),
        };
        if by == Cause::User {
            let text = format!("The {name} was {what} a stream; this fires no event.");
            self.log(EventName::Stream, name, by, text);
        } else {
            self.log(event, name, by, format!("The {name} was {what} a stream."));
        }
    }
}
