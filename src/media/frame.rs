//! Pictures: as they come from a camera, and as they go to the screen.

use crate::model::{Colour, PixelFormat, Timestamp};

use super::PooledBuffer;

/// A picture as the device delivered it.
#[derive(Debug)]
pub struct VideoFrame {
    /// The driver's frame counter: a gap means that the driver dropped pictures.
    pub sequence: u64,
    /// When the driver says that it was captured.
    pub captured_at: Timestamp,
    /// When the lab got it.
    pub arrived_at: Timestamp,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Bytes from one line of the first plane to the next; 0 for compressed formats. The second plane of NV12 has the
    /// same stride and follows after `stride * height` bytes.
    pub stride: u32,
    /// How the bytes are to be read.
    pub pixel_format: PixelFormat,
    /// How its numbers stand for colours: what the driver says, or [`Colour::usual_of`] the format, or what the tester
    /// wants to see. JPEG is always read as its own headers say.
    pub colour: Colour,
    /// Just the bytes that the driver used.
    pub data: PooledBuffer,
    /// The driver marked it as damaged, or it is shorter than its format needs. Never shown as good.
    pub corrupt: bool,
}

/// What `crop-and-scale` makes of a picture: the middle of it in this size, undistorted (RSZ-06).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureSize {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
}

/// A picture made for the screen: opaque RGBA.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviewImage {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// `width * height` pixels, line by line from the top, each the bytes R, G, B, A (255) in memory order.
    pub pixels: Vec<u32>,
    /// The number of the frame that it shows.
    pub sequence: u64,
    /// When that frame was captured.
    pub captured_at: Timestamp,
}
