//! `capture-lab snapshot`.

use std::path::{Path, PathBuf};

use crate::container::picture::{PictureFormat, picture_format};
use crate::model::{ErrorName, MediaError, TrackKind};
use crate::worker::{Command, Reply};

use super::args::{Common, Waiting};
use super::lines::print;
use super::session::{Session, unexpected};
use super::{Failure, Status, request};

/// What is to be kept.
pub(super) struct Order {
    pub out: PathBuf,
    pub count: u32,
    pub original: bool,
    pub overwrite: bool,
    pub wait: Waiting,
}

/// Takes pictures.
pub(super) fn run(common: &Common, request: &str, order: &Order) -> Result<Status, Failure> {
    check(order)?;
    let (constraints, choice) = request::read(request, common)?;
    let mut session = Session::start(common)?;
    let stream = session.open(constraints, choice, order.wait)?;
    let video = stream.tracks.iter().find(|opened| opened.track.kind == TrackKind::Video);
    let track = video.map(|opened| opened.track.id).ok_or_else(no_video)?;
    for number in 1..=order.count {
        let path = if order.count == 1 { order.out.clone() } else { numbered(&order.out, number) };
        let command = Command::Snapshot { track, path, overwrite: order.overwrite, original: order.original };
        match session.ask(command)? {
            Reply::Saved(path) => print(&path.display().to_string()),
            other => return Err(unexpected(&other)),
        }
    }
    Ok(Status::Done)
}

/// What can be told before a device is opened.
fn check(order: &Order) -> Result<(), Failure> {
    let name = order.out.display();
    match picture_format(&order.out) {
        None => Err(Failure::usage(format!("“{name}” names no format of pictures: end it with .png, .jpg or .raw."))),
        Some(PictureFormat::Png) if order.original => {
            Err(Failure::usage(format!("“{name}” cannot hold the camera's own JPEG bytes: end it with .jpg.")))
        }
        Some(_) => Ok(()),
    }
}

fn no_video() -> Failure {
    let message = "A snapshot needs a camera: ask for video, for instance '{\"video\":true}'.";
    Failure { status: Status::Usage, error: MediaError::new(ErrorName::TypeError, message) }
}

/// `picture.png` as `picture-001.png`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().map(|extension| format!(".{}", extension.to_string_lossy())).unwrap_or_default();
    path.with_file_name(format!("{stem}-{number:03}{extension}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_pictures_are_numbered() {
        assert_eq!(numbered(Path::new("a/b.c.png"), 7), Path::new("a/b.c-007.png"));
    }
}
