//! From a camera's bytes to pictures for the screen and for an encoder.

mod bayer;
mod chroma;
mod damaged;
mod grey;
mod jpeg;
mod planes;
mod raw;
#[cfg(test)]
mod tests;
mod words;

use yuv::YuvError;

use crate::model::{Colour, ColourRange, PixelFormat};

use super::{I420Image, PreviewImage, VideoFrame};
pub use damaged::damage;
use jpeg::{Target, decode_jpeg};
use raw::RawPicture;

/// Why a frame cannot be turned into a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// The driver marked the frame as damaged.
    #[error("the driver marked the frame as damaged")]
    Corrupt,
    /// Fewer bytes than the format needs.
    #[error("the frame has {got} bytes, and its format needs {needed}")]
    Short {
        /// Bytes that the format needs.
        needed: usize,
        /// Bytes that are there.
        got: usize,
    },
    /// The lab cannot decode the format.
    #[error("the lab cannot decode the pixel format {0}")]
    Unsupported(PixelFormat),
    /// Width, height and stride do not make a picture.
    #[error("{width}×{height} with a stride of {stride} bytes is no picture")]
    Layout {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Bytes.
        stride: u32,
    },
    /// The JPEG does not decode.
    #[error("the JPEG does not decode: {0}")]
    Jpeg(String),
    /// The conversion's arithmetic refused the picture.
    #[error("the picture does not convert: {0}")]
    Arithmetic(String),
}

impl From<YuvError> for ConvertError {
    fn from(error: YuvError) -> Self {
        Self::Arithmetic(error.to_string())
    }
}

/// Whether a JPEG frame has headers and an end. A quick look without decoding, for each frame that comes: a picture with a damaged
/// middle shows only when it is decoded. True of other formats.
pub fn is_whole(frame: &VideoFrame) -> bool {
    !frame.pixel_format.is_jpeg() || jpeg::headers_of_whole(&frame.data).is_ok()
}

/// How many pictures are kept for the next.
const SPARE_PICTURES: usize = 3;

/// Converts frames. It keeps its buffers, so that a steady stream allocates nothing: one for each track or sink.
///
/// A frame's [colour](VideoFrame::colour) says how its numbers are read.
#[derive(Debug, Default)]
pub struct PictureConverter {
    spare_pixels: Vec<Vec<u32>>,
    spare_planes: Vec<I420Image>,
    /// RGBA on its way to planes.
    between: Vec<u32>,
    rest: Scratch,
}

/// Memory for steps in between.
#[derive(Debug, Default)]
struct Scratch {
    /// A JPEG with the tables that its camera left out.
    jpeg: Vec<u8>,
    /// Y, U and V of a JPEG.
    ycbcr: Vec<u8>,
    /// A frame whose last line lacks its padding.
    pad: Vec<u8>,
    /// Components taken apart.
    parts: Vec<u8>,
}

impl PictureConverter {
    /// A converter without buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes pixels of a [`PreviewImage`] back, to be used for a later one.
    pub fn recycle(&mut self, pixels: Vec<u32>) {
        if self.spare_pixels.len() < SPARE_PICTURES {
            self.spare_pixels.push(pixels);
        }
    }

    /// Takes a planar picture back, to be used for a later one.
    pub fn recycle_i420(&mut self, image: I420Image) {
        if self.spare_planes.len() < SPARE_PICTURES {
            self.spare_planes.push(image);
        }
    }

    /// The frame as opaque RGBA. A JPEG has the size that its own header says, at most twice that of the frame.
    ///
    /// # Errors
    /// Where the frame is marked as damaged, is short, does not decode, or is of a format that the lab cannot decode.
    pub fn to_preview(&mut self, frame: &VideoFrame) -> Result<PreviewImage, ConvertError> {
        let mut pixels = self.spare_pixels.pop().unwrap_or_default();
        match self.fill_pixels(frame, &mut pixels) {
            Ok((width, height)) => {
                Ok(PreviewImage { width, height, pixels, sequence: frame.sequence, captured_at: frame.captured_at })
            }
            Err(error) => {
                self.recycle(pixels);
                Err(error)
            }
        }
    }

    /// The frame as planes for an encoder. The last line or column of an odd size is left out.
    ///
    /// # Errors
    /// As [`to_preview`](Self::to_preview), and where less than two lines or columns are there.
    pub fn to_i420(&mut self, frame: &VideoFrame) -> Result<I420Image, ConvertError> {
        let mut image = self.spare_planes.pop().unwrap_or_default();
        match self.fill_planes(frame, &mut image) {
            Ok(()) => Ok(image),
            Err(error) => {
                self.recycle_i420(image);
                Err(error)
            }
        }
    }

    fn fill_pixels(&mut self, frame: &VideoFrame, pixels: &mut Vec<u32>) -> Result<(u32, u32), ConvertError> {
        if frame.pixel_format.is_jpeg() {
            return self.rest.fill_from_jpeg(frame, pixels);
        }
        let raw = RawPicture::of(frame, &mut self.rest.pad)?;
        pixels.resize(frame.width as usize * frame.height as usize, 0);
        raw.to_rgba(&mut self.rest.parts, pixels)?;
        Ok((frame.width, frame.height))
    }

    fn fill_planes(&mut self, frame: &VideoFrame, image: &mut I420Image) -> Result<(), ConvertError> {
        let Self { between, rest, .. } = self;
        let width = if frame.pixel_format.is_jpeg() {
            let size = rest.fill_from_jpeg(frame, between)?;
            shape(image, size)?;
            size.0
        } else {
            let raw = RawPicture::of(frame, &mut rest.pad)?;
            shape(image, (raw.width, raw.height))?;
            if planes::fill_directly(raw, image)? {
                return Ok(());
            }
            between.resize(raw.width as usize * raw.height as usize, 0);
            raw.to_rgba(&mut rest.parts, between)?;
            raw.width
        };
        planes::fill_from_rgba(between, width, image)
    }
}

/// Gives the picture the size without the last column or line of an odd one.
fn shape(image: &mut I420Image, (width, height): (u32, u32)) -> Result<(), ConvertError> {
    if width < 2 || height < 2 {
        return Err(ConvertError::Layout { width, height, stride: 0 });
    }
    image.reshape(width, height);
    Ok(())
}

impl Scratch {
    /// Returns the size of the picture.
    fn fill_from_jpeg(&mut self, frame: &VideoFrame, pixels: &mut Vec<u32>) -> Result<(u32, u32), ConvertError> {
        if frame.corrupt {
            return Err(ConvertError::Corrupt);
        }
        if frame.colour != Colour::FULL
            && let Ok(size) = self.fill_from_other_jpeg(frame, pixels)
        {
            return Ok(size);
        }
        let size = decode_jpeg(frame, Target::Rgba, &mut self.jpeg, |width, height| {
            pixels.resize(width as usize * height as usize, 0);
            bytemuck::cast_slice_mut(pixels)
        })?;
        // What is not Y, U and V has no other matrix, but may be of limited range.
        if frame.colour.range == ColourRange::Limited {
            raw::stretch(pixels);
        }
        Ok(size)
    }

    /// A JPEG that is not what its standard says: some capture devices put limited range into theirs, or BT.709.
    fn fill_from_other_jpeg(&mut self, frame: &VideoFrame, pixels: &mut Vec<u32>) -> Result<(u32, u32), ConvertError> {
        let Self { jpeg, ycbcr, parts, .. } = self;
        let size = decode_jpeg(frame, Target::YCbCr, jpeg, |width, height| {
            ycbcr.resize(width as usize * height as usize * 3, 0);
            ycbcr
        })?;
        pixels.resize(size.0 as usize * size.1 as usize, 0);
        RawPicture::of_ycbcr(&self.ycbcr, size, frame.colour).to_rgba(parts, pixels)?;
        Ok(size)
    }
}
