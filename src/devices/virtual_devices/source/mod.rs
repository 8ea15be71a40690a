//! Files that virtual cameras show: looked through once for where their pictures lie, and read picture by picture.

mod clip;
mod mjpeg;
mod reader;
mod y4m;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use crate::model::{CameraMode, Colour, FrameRate, PixelFormat};

use clip::Clip;
use reader::Reader;

/// Pictures that a file may have: nine hours at 30 per second.
const MOST_PICTURES: usize = 1_000_000;
/// Pixels of a side, as of every virtual camera.
const LONGEST_SIDE: u32 = 8192;

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It cannot be used at all, with the reason.
    Unusable(String),
    /// Here, counted in bytes from 0, with what was expected.
    At(u64, String),
}

impl From<io::Error> for Flaw {
    fn from(error: io::Error) -> Self {
        Self::Unusable(error.to_string())
    }
}

/// Where a picture lies in its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    at: u64,
    bytes: usize,
}

/// What is said once for all pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Header {
    width: u32,
    height: u32,
    /// `None` where the file does not say.
    rate: Option<FrameRate>,
    pixel_format: PixelFormat,
    colour: Colour,
}

/// A file of pictures.
#[derive(Debug)]
pub(super) struct Source {
    path: PathBuf,
    /// Of the whole file, so that one that has changed is noticed.
    bytes: u64,
    header: Header,
    pictures: Pictures,
}

/// The pictures of a file: at least one.
#[derive(Debug)]
enum Pictures {
    /// Each by itself, as a frame has it.
    Spans(Vec<Span>),
    /// Of a clip, which are to be decoded.
    Clip(Box<Clip>),
}

impl Pictures {
    fn len(&self) -> usize {
        match self {
            Self::Spans(spans) => spans.len(),
            Self::Clip(clip) => clip.len(),
        }
    }
}

impl Source {
    /// Looks through a file, whose name says what it is.
    pub(super) fn load(path: &Path) -> Result<Self, Flaw> {
        let look = match path.extension().and_then(|end| end.to_str()).map(str::to_ascii_lowercase).as_deref() {
            Some("y4m") => y4m::look_through,
            Some("mjpeg" | "mjpg" | "jpeg" | "jpg") => mjpeg::look_through,
            Some("mp4") => return Self::load_clip(path),
            _ => {
                let possible = "a source is a Y4M (.y4m), a Motion JPEG file (.mjpeg, .mjpg, .jpeg, .jpg) or a clip of the \
                    lab (.mp4): convert it first, such as with “ffmpeg -i film.mkv -pix_fmt yuv420p film.y4m”";
                return Err(Flaw::Unusable(possible.to_owned()));
            }
        };
        let mut reader = Reader::new(File::open(path)?)?;
        let bytes = reader.len();
        let (header, pictures) = look(&mut reader)?;
        Ok(Self { path: path.to_owned(), bytes, header, pictures: Pictures::Spans(pictures) })
    }

    fn load_clip(path: &Path) -> Result<Self, Flaw> {
        let mut file = File::open(path)?;
        let bytes = file.metadata()?.len();
        let (header, clip) = Clip::look_through(&mut file)?;
        Ok(Self { path: path.to_owned(), bytes, header, pictures: Pictures::Clip(Box::new(clip)) })
    }

    /// The mode of each of these rates, or that of the file's own. `None` where neither says any.
    pub(super) fn modes(&self, rates: &[FrameRate]) -> Option<Vec<CameraMode>> {
        let Header { width, height, rate, pixel_format, .. } = self.header;
        let own = rate.filter(|_| rates.is_empty());
        let modes: Vec<_> = rates
            .iter()
            .copied()
            .chain(own)
            .map(|frame_rate| CameraMode { width, height, frame_rate, pixel_format })
            .collect();
        (!modes.is_empty()).then_some(modes)
    }

    /// How the numbers of its pictures stand for colours.
    pub(super) const fn colour(&self) -> Colour {
        self.header.colour
    }

    /// For messages.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Reads a picture, counted over all rounds of the loop. The file is opened anew for each, so that one that was removed or
    /// replaced is noticed at the next picture.
    pub(super) fn read(&self, number: u64, data: &mut Vec<u8>) -> io::Result<()> {
        let index = number % self.pictures.len().max(1) as u64;
        let mut file = File::open(&self.path)?;
        let bytes = file.metadata()?.len();
        if bytes != self.bytes {
            return Err(io::Error::other(format!("it had {} bytes and now has {bytes}", self.bytes)));
        }
        let spans = match &self.pictures {
            Pictures::Spans(spans) => spans,
            Pictures::Clip(clip) => return clip.read(&mut file, index as usize, data),
        };
        let Some(span) = spans.get(index as usize) else { return Err(io::ErrorKind::UnexpectedEof.into()) };
        file.seek(SeekFrom::Start(span.at))?;
        data.clear();
        data.resize(span.bytes, 0);
        file.read_exact(data)
    }
}

/// Adds a picture, while there is room in the index.
fn push(pictures: &mut Vec<Span>, at: u64, bytes: usize) -> Result<(), Flaw> {
    if pictures.len() >= MOST_PICTURES {
        return Err(Flaw::At(at, format!("there are more than {MOST_PICTURES} pictures: cut the file")));
    }
    pictures.push(Span { at, bytes });
    Ok(())
}

/// Why there is no picture of this size.
fn check_size(width: u32, height: u32) -> Result<(), String> {
    if (1..=LONGEST_SIDE).contains(&width) && (1..=LONGEST_SIDE).contains(&height) {
        Ok(())
    } else {
        Err(format!("{width}×{height} is no size from 1×1 to {LONGEST_SIDE}×{LONGEST_SIDE}"))
    }
}

#[cfg(test)]
mod tests;
