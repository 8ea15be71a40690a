//! The thread that turns a camera's frames into pictures for the screen, so that neither the camera's thread nor the
//! window's has to.

use std::collections::HashMap;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::measure::{Looker, SeenPicture, fingerprint, mean_luma};
use crate::media::{
    Clock, ConvertError, Latest, PictureConverter, PictureSize, PreviewImage, Resizer, VideoFrame, damage,
};
use crate::model::{Timestamp, TrackId};

use super::tap::Taps;
use super::video_tap::VideoTap;
use super::{DamagedPicture, Wake, Waker};

/// The newest thing to show.
#[derive(Debug)]
enum Show {
    Frame(Arc<VideoFrame>),
    Black { width: u32, height: u32, at: Timestamp },
}

/// The way to the thread. Dropping it ends the thread and waits for it.
#[derive(Debug)]
pub(super) struct Pictures {
    newest: Latest<Show>,
    /// Kept apart, so that the next good frame does not take its place.
    damaged: Latest<Arc<VideoFrame>>,
    bell: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Pictures {
    pub fn start(taps: Taps<VideoTap>, clock: Arc<dyn Clock>, waker: Waker) -> io::Result<Self> {
        let newest = Latest::new();
        let (bell, rung) = bounded(1);
        let damaged = Latest::new();
        let from = (newest.clone(), damaged.clone());
        let run = move || run(&from.0, &from.1, &rung, Studio::new(clock), &taps, &waker);
        let thread = Builder::new().name("pictures".to_owned()).spawn(run)?;
        Ok(Self { newest, damaged, bell: Some(bell), thread: Some(thread) })
    }

    /// Has a frame shown, in the place of one that the thread has not come to.
    pub fn show(&self, frame: Arc<VideoFrame>) {
        self.put(Show::Frame(frame));
    }

    /// Has a damaged frame shown to those who want to see it.
    pub fn show_damaged(&self, frame: Arc<VideoFrame>) {
        self.damaged.put(frame);
        self.ring();
    }

    /// Has black shown.
    pub fn show_black(&self, width: u32, height: u32, at: Timestamp) {
        self.put(Show::Black { width, height, at });
    }

    fn put(&self, what: Show) {
        self.newest.put(what);
        self.ring();
    }

    fn ring(&self) {
        if let Some(bell) = &self.bell {
            bell.try_send(()).ok(); // full: it rings already
        }
    }
}

impl Drop for Pictures {
    fn drop(&mut self) {
        self.bell = None;
        if self.thread.take().is_some_and(|thread| thread.join().is_err()) {
            log::error!("The thread that makes preview pictures panicked.");
        }
    }
}

fn run(
    newest: &Latest<Show>,
    damaged: &Latest<Arc<VideoFrame>>,
    rung: &Receiver<()>,
    mut studio: Studio,
    taps: &Taps<VideoTap>,
    waker: &Waker,
) {
    while rung.recv().is_ok() {
        let mut news = damaged.take().is_some_and(|frame| studio.guarded(taps, &frame, Studio::show_damage_of));
        news |= match newest.take() {
            Some(Show::Frame(frame)) => studio.guarded(taps, &frame, Studio::show),
            Some(Show::Black { width, height, at }) => show_black_on_all(&mut taps.lock(), width, height, at),
            None => false,
        };
        if news {
            waker.wake(Wake::Picture);
        }
    }
}

/// What makes pictures of frames; it keeps its buffers.
pub(super) struct Studio {
    converter: PictureConverter,
    resizer: Resizer,
    lookers: HashMap<TrackId, Looker>,
    clock: Arc<dyn Clock>,
}

impl Studio {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { converter: PictureConverter::default(), resizer: Resizer::default(), lookers: HashMap::new(), clock }
    }

    /// Shows a frame on all tracks that want its picture. Returns whether there is something new to see.
    /// A fault of the lab in one picture costs that picture, not all that follow.
    fn guarded(
        &mut self,
        taps: &Taps<VideoTap>,
        frame: &VideoFrame,
        show: fn(&mut Self, &VideoFrame, &Taps<VideoTap>) -> bool,
    ) -> bool {
        catch_unwind(AssertUnwindSafe(|| show(self, frame, taps))).unwrap_or_else(|_| {
            log::error!("Frame {} was lost by a fault of Capture Lab: please report this.", frame.sequence);
            *self = Self::new(Arc::clone(&self.clock));
            taps.lock().iter_mut().for_each(|tap| tap.undecodable(frame.arrived_at));
            false
        })
    }

    fn show_damage_of(&mut self, frame: &VideoFrame, taps: &Taps<VideoTap>) -> bool {
        self.show_damaged(frame, damage(frame), taps)
    }

    pub fn show(&mut self, frame: &VideoFrame, taps: &Taps<VideoTap>) -> bool {
        match self.converter.to_preview(frame) {
            Ok(image) => {
                // The lock is not held while pictures are scaled: the camera's thread wants it.
                let due = self.due(frame, taps);
                let mut pictures = self.pictures(image, &due);
                for picture in &mut pictures {
                    picture.seen.arrived_at = frame.arrived_at;
                    picture.seen.ready_at = self.clock.now();
                }
                show_on_all(&mut taps.lock(), pictures)
            }
            Err(error) => {
                log::debug!("Frame {} does not decode: {error}", frame.sequence);
                taps.lock().iter_mut().for_each(|tap| tap.undecodable(frame.arrived_at));
                self.show_damaged(frame, error, taps)
            }
        }
    }

    /// Shows what there is of a damaged frame to those who want to see it.
    fn show_damaged(&mut self, frame: &VideoFrame, damage: ConvertError, taps: &Taps<VideoTap>) -> bool {
        if !taps.lock().iter().any(VideoTap::wants_damaged) {
            return false;
        }
        let picture = DamagedPicture::new(frame, damage, self.converter.to_damaged_preview(frame));
        taps.lock().iter().filter(|tap| tap.wants_damaged()).for_each(|tap| tap.show_damaged(picture.clone()));
        true
    }

    /// The tracks that want the picture of a frame, with their sizes. Tracks that are gone are forgotten.
    fn due(&mut self, frame: &VideoFrame, taps: &Taps<VideoTap>) -> Vec<(TrackId, Option<PictureSize>)> {
        let taps = taps.lock();
        if self.lookers.len() > taps.len() {
            self.lookers.retain(|track, _| taps.iter().any(|tap| tap.track == *track));
        }
        taps.iter().filter(|tap| tap.is_due()).map(|tap| (tap.track, tap.size_for(frame))).collect()
    }

    /// The picture for each track. The last one gets it without a copy, and mostly there is just one.
    fn pictures(&mut self, image: PreviewImage, due: &[(TrackId, Option<PictureSize>)]) -> Vec<Picture> {
        let Some(((last, last_size), others)) = due.split_last() else { return Vec::new() };
        let mut pictures: Vec<_> = Vec::with_capacity(due.len());
        for (track, size) in others {
            let image = size.map_or_else(|| image.clone(), |size| self.cropped(&image, size));
            pictures.push(self.seen(*track, image));
        }
        let image = last_size.map(|size| self.cropped(&image, size)).unwrap_or(image);
        pictures.push(self.seen(*last, image));
        pictures
    }

    fn seen(&mut self, track: TrackId, image: PreviewImage) -> Picture {
        let seen = SeenPicture {
            captured_at: image.captured_at,
            luma: mean_luma(&image),
            fingerprint: fingerprint(&image),
            look: self.lookers.entry(track).or_default().look(&image),
            ..SeenPicture::default()
        };
        Picture { track, seen, image }
    }

    fn cropped(&mut self, image: &PreviewImage, size: PictureSize) -> PreviewImage {
        self.resizer.crop_preview(image, size.width, size.height)
    }
}

/// A picture for a track, with what is measured of it.
struct Picture {
    track: TrackId,
    seen: SeenPicture,
    image: PreviewImage,
}

fn show_on_all(taps: &mut [VideoTap], pictures: Vec<Picture>) -> bool {
    let mut news = false;
    for Picture { track, seen, image } in pictures {
        if let Some(tap) = taps.iter_mut().find(|tap| tap.track == track) {
            news |= tap.show(image, &seen);
        }
    }
    news
}

fn show_black_on_all(taps: &mut [VideoTap], width: u32, height: u32, at: Timestamp) -> bool {
    let mut news = false;
    for tap in taps {
        news |= tap.show_black(width, height, at);
    }
    news
}
