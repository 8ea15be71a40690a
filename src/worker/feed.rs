//! The way from a track to a recorder.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crossbeam_channel::{Sender, TrySendError};

use crate::media::{AudioBlock, PictureSize, VideoFrame};
use crate::model::Timestamp;
use crate::record::Losses;

use super::RecordingId;

/// What a recorder is fed with.
#[derive(Clone, Debug)]
pub(super) enum Footage {
    /// A frame, and the size to crop and scale it to.
    Picture(Arc<VideoFrame>, Option<PictureSize>),
    Sound(Arc<AudioBlock>),
}

/// The way to a recorder: its own bounded queue, which counts what did not fit.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    pub recording: RecordingId,
    queue: Sender<Footage>,
    pub overflow: Arc<Overflow>,
}

/// What a recorder never sees: what the camera lost, and what did not fit into its queue.
#[derive(Debug, Default)]
pub(super) struct Overflow {
    pictures: AtomicU64,
    sample_frames: AtomicU64,
    /// When the last of its tracks ended or was cut off, in nanoseconds of the clock; 0 before.
    end: AtomicU64,
    /// When its sound's track ended, likewise.
    sound_end: AtomicU64,
}

impl Overflow {
    /// A track ended, or the recorder was cut off.
    pub fn end_at(&self, at: Timestamp) {
        self.end.fetch_max(at.as_nanos(), Ordering::Relaxed);
    }

    /// When the track of its sound ended, where it did before the clip.
    pub fn sound_end(&self) -> Option<Timestamp> {
        Some(self.sound_end.load(Ordering::Relaxed)).filter(|end| *end > 0).map(Timestamp::from_nanos)
    }

    /// When the clip ends.
    pub fn end(&self) -> Option<Timestamp> {
        Some(self.end.load(Ordering::Relaxed)).filter(|end| *end > 0).map(Timestamp::from_nanos)
    }

    pub fn losses(&self) -> Losses {
        Losses {
            pictures: self.pictures.load(Ordering::Relaxed),
            sample_frames: self.sample_frames.load(Ordering::Relaxed),
        }
    }

    pub fn lose_pictures(&self, count: u64) {
        self.pictures.fetch_add(count, Ordering::Relaxed);
    }

    fn add(&self, footage: &Footage) {
        match footage {
            Footage::Picture(..) => self.pictures.fetch_add(1, Ordering::Relaxed),
            Footage::Sound(block) => self.sample_frames.fetch_add(block.frames() as u64, Ordering::Relaxed),
        };
    }
}

impl Feed {
    pub fn new(recording: RecordingId, queue: Sender<Footage>, overflow: Arc<Overflow>) -> Self {
        Self { recording, queue, overflow }
    }

    /// The track ended.
    pub fn end_at(&self, at: Timestamp) {
        self.overflow.end_at(at);
    }

    /// The track of the sound ended: the clip's sound ends there (REC-15).
    pub fn end_sound_at(&self, at: Timestamp) {
        self.overflow.sound_end.fetch_max(at.as_nanos(), Ordering::Relaxed);
        self.overflow.end_at(at);
    }

    /// Sends something, and says whether there was room for it.
    pub fn send(&self, footage: Footage) -> bool {
        let refused = self.queue.try_send(footage);
        if let Err(TrySendError::Full(footage)) = &refused {
            self.overflow.add(footage);
        }
        !matches!(refused, Err(TrySendError::Full(_)))
    }
}
