//! The thread that keeps one picture.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::thread::Builder;
use std::time::Duration;

use crossbeam_channel::{RecvTimeoutError, Sender, bounded};

use crate::container::picture::{self, PictureFormat};
use crate::media::{PictureConverter, PictureSize, PreviewImage, Resizer, VideoFrame};
use crate::model::{ErrorName, MediaError};

use super::RequestId;
use super::message::Message;
use super::video_tap::Picture;

/// How long the next picture may take to come.
const PATIENCE: Duration = Duration::from_secs(5);
/// Quality of a JPEG that the lab makes, 1 to 100.
const JPEG_QUALITY: u8 = 90;

/// What is to be kept, and how.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub request: RequestId,
    pub path: PathBuf,
    pub format: PictureFormat,
    pub overwrite: bool,
    /// Keep the camera's own JPEG bytes.
    pub original: bool,
    /// For messages.
    pub device: String,
}

/// Starts the thread; the picture is to be sent to what is returned. The result comes as [`Message::Snapshot`].
pub(super) fn start(snapshot: Snapshot, out: Sender<Message>) -> io::Result<Sender<Picture>> {
    let (sender, receiver) = bounded::<Picture>(1);
    Builder::new().name("snapshot".to_owned()).spawn(move || {
        let result = match receiver.recv_timeout(PATIENCE) {
            Ok((frame, size)) => {
                catch_unwind(AssertUnwindSafe(|| save(&snapshot, &frame, size))).unwrap_or_else(|_| {
                    let message =
                        format!("Frame {} was lost by a fault of Capture Lab: please report this.", frame.sequence);
                    Err(MediaError::new(ErrorName::AbortError, message))
                })
            }
            Err(error) => Err(none_came(&snapshot, error)),
        };
        let result = result.map(|()| snapshot.path).map_err(|error| error.on(snapshot.device));
        out.send(Message::Snapshot { request: snapshot.request, result }).ok(); // no session: nobody asks any more
    })?;
    Ok(sender)
}

fn none_came(snapshot: &Snapshot, error: RecvTimeoutError) -> MediaError {
    let when = match error {
        RecvTimeoutError::Timeout => format!("within {} s", PATIENCE.as_secs()),
        RecvTimeoutError::Disconnected => "before the track ended".to_owned(),
    };
    let message = format!("No picture came from {} {when}: see whether it is muted or was unplugged.", snapshot.device);
    MediaError::new(ErrorName::AbortError, message)
}

fn save(snapshot: &Snapshot, frame: &VideoFrame, size: Option<PictureSize>) -> Result<(), MediaError> {
    let path = snapshot.path.as_path();
    let saved = match snapshot.format {
        PictureFormat::Raw => picture::save_bytes(path, &frame.data, snapshot.overwrite),
        PictureFormat::Jpeg if snapshot.original => return save_original(snapshot, frame),
        PictureFormat::Png | PictureFormat::Jpeg if snapshot.original => return Err(not_original(path)),
        PictureFormat::Png => picture::save_png(path, &to_image(frame, size)?, snapshot.overwrite),
        PictureFormat::Jpeg => picture::save_jpeg(path, &to_image(frame, size)?, JPEG_QUALITY, snapshot.overwrite),
    };
    saved.map_err(|error| MediaError::new(error.name, error.message))
}

fn save_original(snapshot: &Snapshot, frame: &VideoFrame) -> Result<(), MediaError> {
    if !frame.pixel_format.is_jpeg() {
        let message = format!(
            "{} delivers {}, which has no JPEG bytes to keep: choose an MJPG mode (--pixel-format MJPG) or leave --original out.",
            snapshot.device, frame.pixel_format
        );
        return Err(MediaError::new(ErrorName::NotSupportedError, message));
    }
    picture::save_bytes(&snapshot.path, &frame.data, snapshot.overwrite)
        .map_err(|error| MediaError::new(error.name, error.message))
}

fn not_original(path: &Path) -> MediaError {
    let message = format!("The camera's own JPEG bytes cannot go into {}: name the file .jpg.", path.display());
    MediaError::new(ErrorName::NotSupportedError, message)
}

fn to_image(frame: &VideoFrame, size: Option<PictureSize>) -> Result<PreviewImage, MediaError> {
    let image = PictureConverter::new().to_preview(frame).map_err(|error| {
        let message = format!("No picture can be made of frame {}: {error}.", frame.sequence);
        MediaError::new(ErrorName::AbortError, message)
    })?;
    Ok(match size {
        Some(size) => Resizer::new().crop_preview(&image, size.width, size.height),
        None => image,
    })
}
