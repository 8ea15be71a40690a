//! What the window says of the pictures that it drew.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::Timestamp;

/// As many are kept until the track's next frame takes them.
const MOST: usize = 64;

/// Where a viewer notes when it drew a picture for the first time, so that the age of pictures on the screen is known
/// ([`Latencies`](crate::measure::Latencies)). Clones share it. Nobody needs to: then no such latency is measured.
#[derive(Clone, Debug, Default)]
pub struct ShownPictures(Arc<Mutex<Vec<Shown>>>);

/// A picture that was drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shown {
    /// The driver's stamp, which names it.
    pub captured_at: Timestamp,
    /// When.
    pub at: Timestamp,
}

impl ShownPictures {
    /// Notes that a picture was drawn; `captured_at` is that of its
    /// [`PreviewImage`](crate::media::PreviewImage::captured_at).
    pub fn note(&self, captured_at: Timestamp, at: Timestamp) {
        let mut shown = self.shown();
        if shown.len() < MOST {
            shown.push(Shown { captured_at, at });
        }
    }

    /// Takes what was noted, oldest first.
    pub(super) fn take(&self) -> Vec<Shown> {
        std::mem::take(&mut *self.shown())
    }

    fn shown(&self) -> MutexGuard<'_, Vec<Shown>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
