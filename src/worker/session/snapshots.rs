//! Snapshots of a video track.

use std::path::PathBuf;

use crate::container::picture;
use crate::model::{ErrorName, MediaError, TrackId, TrackKind};
use crate::worker::source::SourceTaps;
use crate::worker::{RequestId, snapshot};

use super::{Session, no_thread, unknown};

impl Session {
    pub(super) fn take_snapshot(
        &mut self,
        request: RequestId,
        track: TrackId,
        path: PathBuf,
        overwrite: bool,
        original: bool,
    ) {
        let started = self.snapshot_of(request, track, path, overwrite, original);
        if let Err(error) = started {
            self.answer(request, Err(error));
        }
    }

    fn snapshot_of(
        &self,
        request: RequestId,
        track: TrackId,
        path: PathBuf,
        overwrite: bool,
        original: bool,
    ) -> Result<(), MediaError> {
        let entry = self.tracks.get(&track).ok_or_else(|| unknown("track"))?;
        if entry.track.kind != TrackKind::Video || !entry.track.is_live() {
            let message = format!("A snapshot needs a live video track; the {} is not.", entry.name());
            return Err(MediaError::new(ErrorName::InvalidStateError, message)); // IMG-09
        }
        let format = picture::picture_format(&path).ok_or_else(|| {
            let message = format!("The extension of {} is none of png, jpg, raw.", path.display());
            MediaError::new(ErrorName::NotSupportedError, message)
        })?;
        let device = format!("{} ({})", entry.track.label, entry.track.node);
        let order = snapshot::Snapshot { request, path, format, overwrite, original, device };
        let picture = snapshot::start(order, self.message_sender.clone()).map_err(|error| no_thread(&error))?;
        self.with_taps(entry.source, |taps| {
            if let SourceTaps::Video(taps) = taps {
                taps.lock().iter_mut().filter(|tap| tap.track == track).for_each(|tap| {
                    tap.snapshots.push(picture.clone());
                });
            }
        });
        Ok(())
    }
}
