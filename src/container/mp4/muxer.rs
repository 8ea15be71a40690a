//! From samples to the bytes of a file.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use shiguredo_mp4::boxes::{MfraBox, MfroBox, TfraBox, TfraEntry};
use shiguredo_mp4::{Encode, Mp4FileTime};

use super::fragment::{Run, fragment};
use super::header::header;
use super::{Sample, TrackFormat};

/// The boxes cannot hold what they are to hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the MP4 cannot be made: {0}")]
pub struct Mp4Error(String);

impl From<shiguredo_mp4::Error> for Mp4Error {
    fn from(error: shiguredo_mp4::Error) -> Self {
        Self(error.to_string())
    }
}

/// Gathers samples and makes the file's bytes of them: a header, fragments, an index.
#[derive(Debug)]
pub struct Muxer {
    tracks: Vec<Track>,
    created: Mp4FileTime,
    fragments: u32,
}

#[derive(Debug)]
struct Track {
    id: u32,
    format: TrackFormat,
    samples: Vec<Sample>,
    /// Where the samples so far end, in ticks.
    end: u64,
    /// Times at which decoding can start, and the places of their fragments in the file.
    entries: Vec<TfraEntry>,
}

impl Muxer {
    /// A file of these tracks, created now.
    pub fn new(formats: Vec<TrackFormat>) -> Self {
        let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let track = |(format, id)| Track { id, format, samples: Vec::new(), end: 0, entries: Vec::new() };
        Self {
            tracks: formats.into_iter().zip(1..).map(track).collect(),
            created: Mp4FileTime::from_unix_time(since_1970),
            fragments: 0,
        }
    }

    /// The header, which is as long with a duration as without.
    ///
    /// # Errors
    /// Where a box cannot hold what it is to hold.
    pub fn header(&self, duration: Option<Duration>) -> Result<Vec<u8>, Mp4Error> {
        let formats: Vec<_> = self.tracks.iter().map(|track| &track.format).collect();
        Ok(header(&formats, self.created, duration)?)
    }

    /// Adds a sample to the track with this index (from 0, in the order of [`new`](Self::new)). Times of a track never
    /// go back. A track that is not there takes nothing.
    pub fn push(&mut self, track: usize, sample: Sample) {
        if let Some(track) = self.tracks.get_mut(track) {
            track.end = sample.time + u64::from(sample.duration);
            track.samples.push(sample);
        }
    }

    /// Length of the track's samples that are in no fragment yet.
    pub fn buffered(&self, track: usize) -> Duration {
        self.tracks.get(track).map_or(Duration::ZERO, |track| {
            let start = track.samples.first().map_or(track.end, |sample| sample.time);
            track.format.duration(track.end.saturating_sub(start))
        })
    }

    /// Where the longest track ends.
    pub fn duration(&self) -> Duration {
        self.tracks.iter().map(|track| track.format.duration(track.end)).max().unwrap_or_default()
    }

    /// The samples so far as a fragment that begins at this place of the file; `None` where there are none.
    ///
    /// # Errors
    /// As [`header`](Self::header). The samples are gone then.
    pub fn take_fragment(&mut self, place: u64) -> Result<Option<Vec<u8>>, Mp4Error> {
        let filled = || self.tracks.iter().filter(|track| !track.samples.is_empty());
        let runs: Vec<_> = filled().map(|track| Run { track_id: track.id, samples: &track.samples }).collect();
        if runs.is_empty() {
            return Ok(None);
        }
        self.fragments += 1;
        let bytes = fragment(self.fragments, &runs);
        for (track, number) in self.tracks.iter_mut().filter(|track| !track.samples.is_empty()).zip(1..) {
            track.remember(place, number);
            track.samples.clear();
        }
        Ok(Some(bytes?))
    }

    /// The index that may follow the last fragment: where decoding can start.
    ///
    /// # Errors
    /// As [`header`](Self::header).
    pub fn index(&self) -> Result<Vec<u8>, Mp4Error> {
        let mut index =
            MfraBox { tfra_boxes: self.tracks.iter().map(Track::index).collect(), mfro_box: MfroBox { size: 0 } };
        index.mfro_box.size = index.encode_to_vec()?.len() as u32;
        Ok(index.encode_to_vec()?)
    }
}

impl Track {
    fn remember(&mut self, place: u64, traf_number: u32) {
        if let Some(first) = self.samples.first().filter(|sample| sample.key) {
            self.entries.push(TfraEntry {
                time: first.time,
                moof_offset: place,
                traf_number,
                trun_number: 1,
                sample_number: 1,
            });
        }
    }

    fn index(&self) -> TfraBox {
        TfraBox {
            version: 1,
            track_id: self.id,
            length_size_of_traf_num: 0, // a byte each
            length_size_of_trun_num: 0,
            length_size_of_sample_num: 0,
            entries: self.entries.clone(),
        }
    }
}
