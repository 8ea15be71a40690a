//! `MediaStream`: a set of tracks.

use super::{StreamId, TrackId};

/// `MediaStream` (`#dom-mediastream`): an identified set of tracks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MediaStream {
    /// New for each stream.
    pub id: StreamId,
    tracks: Vec<TrackId>,
}

impl MediaStream {
    /// A stream of these tracks, each once (STR-01).
    pub fn new(tracks: impl IntoIterator<Item = TrackId>) -> Self {
        Self::with_id(StreamId::random(), tracks)
    }

    /// The same under an id that was made for it.
    pub fn with_id(id: StreamId, tracks: impl IntoIterator<Item = TrackId>) -> Self {
        let mut stream = Self { id, tracks: Vec::new() };
        for track in tracks {
            stream.add_track(track);
        }
        stream
    }

    /// The tracks, in the order in which they were added.
    pub fn tracks(&self) -> &[TrackId] {
        &self.tracks
    }

    /// `addTrack`: nothing where it is in the set already; fires no event (STR-07). Returns whether it was added.
    pub fn add_track(&mut self, track: TrackId) -> bool {
        let is_new = !self.tracks.contains(&track);
        if is_new {
            self.tracks.push(track);
        }
        is_new
    }

    /// `removeTrack`: does not stop the track (STR-09); fires no event (STR-07). Returns whether it was there.
    pub fn remove_track(&mut self, track: TrackId) -> bool {
        let before = self.tracks.len();
        self.tracks.retain(|other| *other != track);
        self.tracks.len() < before
    }
}
