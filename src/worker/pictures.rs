//! The thread that turns a camera's frames into pictures for the screen, so that neither the camera's thread nor the
//! window's has to.

use std::io;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::measure::{fingerprint, mean_luma};
use crate::media::{Latest, PictureConverter, PreviewImage, VideoFrame};
use crate::model::Timestamp;

use super::tap::{Taps, VideoTap};
use super::{Wake, Waker};

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
    bell: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Pictures {
    pub fn start(taps: Taps<VideoTap>, waker: Waker) -> io::Result<Self> {
        let newest = Latest::new();
        let (bell, rung) = bounded(1);
        let from = newest.clone();
        let thread = Builder::new().name("pictures".to_owned()).spawn(move || run(&from, &rung, &taps, &waker))?;
        Ok(Self { newest, bell: Some(bell), thread: Some(thread) })
    }

    /// Has a frame shown, in the place of one that the thread has not come to.
    pub fn show(&self, frame: Arc<VideoFrame>) {
        self.put(Show::Frame(frame));
    }

    /// Has black shown.
    pub fn show_black(&self, width: u32, height: u32, at: Timestamp) {
        self.put(Show::Black { width, height, at });
    }

    fn put(&self, what: Show) {
        self.newest.put(what);
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

fn run(newest: &Latest<Show>, rung: &Receiver<()>, taps: &Taps<VideoTap>, waker: &Waker) {
    let mut converter = PictureConverter::new();
    while rung.recv().is_ok() {
        let news = match newest.take() {
            Some(Show::Frame(frame)) => show(&mut converter, &frame, taps),
            Some(Show::Black { width, height, at }) => show_black_on_all(&mut taps.lock(), width, height, at),
            None => false,
        };
        if news {
            waker.wake(Wake::Picture);
        }
    }
}

fn show(converter: &mut PictureConverter, frame: &VideoFrame, taps: &Taps<VideoTap>) -> bool {
    match converter.to_preview(frame) {
        Ok(image) => {
            let seen = (mean_luma(&image), fingerprint(&image));
            show_on_all(&mut taps.lock(), image, seen)
        }
        Err(error) => {
            log::debug!("Frame {} does not decode: {error}", frame.sequence);
            taps.lock().iter_mut().for_each(VideoTap::undecodable);
            false
        }
    }
}

/// Shows a picture on each tap; the last one gets it without a copy, and mostly there is just one.
fn show_on_all(taps: &mut [VideoTap], image: PreviewImage, (luma, fingerprint): (f64, u64)) -> bool {
    let Some((last, others)) = taps.split_last_mut() else { return false };
    let mut news = false;
    for tap in others {
        news |= tap.show(image.clone(), luma, fingerprint);
    }
    last.show(image, luma, fingerprint) || news
}

fn show_black_on_all(taps: &mut [VideoTap], width: u32, height: u32, at: Timestamp) -> bool {
    let mut news = false;
    for tap in taps {
        news |= tap.show_black(width, height, at);
    }
    news
}
