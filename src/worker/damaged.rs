//! Damaged frames, for a viewer who wants to see them.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::media::{ConvertError, Latest, PreviewImage, VideoFrame};
use crate::model::Timestamp;

/// Where the newest damaged frame of a track can be looked at, on demand: pictures are made of them only while somebody watches.
/// Clones share it.
#[derive(Clone, Debug, Default)]
pub struct DamagedPictures(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    is_watched: AtomicBool,
    newest: Latest<DamagedPicture>,
}

/// A damaged frame, and what can still be made out of it.
#[derive(Clone, Debug, PartialEq)]
pub struct DamagedPicture {
    /// The driver's frame counter.
    pub sequence: u64,
    /// When the driver says that it was captured.
    pub captured_at: Timestamp,
    /// How many bytes came.
    pub bytes: usize,
    /// What is wrong with it.
    pub damage: ConvertError,
    /// What there is of the picture, in the size of the frame; `None` where nothing can be made out.
    pub image: Option<PreviewImage>,
}

impl DamagedPictures {
    /// Begins or ends to have pictures made.
    pub fn watch(&self, watch: bool) {
        self.0.is_watched.store(watch, Ordering::Relaxed);
    }

    /// Whether somebody watches.
    pub fn is_watched(&self) -> bool {
        self.0.is_watched.load(Ordering::Relaxed)
    }

    /// Takes the newest.
    pub fn take(&self) -> Option<DamagedPicture> {
        self.0.newest.take()
    }

    /// There is a new one.
    pub(super) fn put(&self, picture: DamagedPicture) {
        self.0.newest.put(picture);
    }
}

impl DamagedPicture {
    /// Of a frame.
    pub(super) fn new(frame: &VideoFrame, damage: ConvertError, image: Option<PreviewImage>) -> Self {
        let VideoFrame { sequence, captured_at, ref data, .. } = *frame;
        Self { sequence, captured_at, bytes: data.len(), damage, image }
    }
}
