//! H.264 by openh264, in builds with the feature `h264`.

#[cfg(not(feature = "h264"))]
mod absent;
mod bit_rate;
#[cfg(feature = "h264")]
mod decoder;
#[cfg(feature = "h264")]
mod encoder;
#[cfg(feature = "h264")]
mod quiet;

#[cfg(not(feature = "h264"))]
pub use absent::{H264Decoder, H264Encoder};
pub use bit_rate::default_bit_rate;
#[cfg(feature = "h264")]
pub use decoder::H264Decoder;
#[cfg(feature = "h264")]
pub use encoder::H264Encoder;

use crate::model::FrameRate;

/// Largest number of pixels along the longer side.
const LARGEST_LONG_SIDE: u32 = 3840;
/// Largest number of pixels along the shorter side.
const LARGEST_SHORT_SIDE: u32 = 2160;
/// Smallest number of pixels along a side: one block of the coding.
const SMALLEST_SIDE: u32 = 16;

/// What the encoder is to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct H264Config {
    /// Pixels; even.
    pub width: u32,
    /// Pixels; even.
    pub height: u32,
    /// Pictures per second that may be expected: for the control of the bit rate alone.
    pub frame_rate: FrameRate,
    /// Bits per second that the control aims at.
    pub bit_rate: u32,
}

/// An encoded picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EncodedPicture {
    /// Whether decoding can start with it.
    pub key: bool,
    /// NAL units with a length of four bytes before each, without parameter sets.
    pub data: Vec<u8>,
}

/// Why pictures cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum H264Error {
    /// The build has no encoder.
    #[error("this build of Capture Lab is without H.264 (feature `h264`)")]
    NotInThisBuild,
    /// The encoder makes no pictures of this size.
    #[error("the H.264 encoder takes pictures from 16×16 to 3840×2160, and these are {width}×{height}")]
    Size {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
    },
    /// The encoder failed.
    #[error("the H.264 encoder failed: {0}")]
    Encoder(String),
    /// The decoder failed.
    #[error("it does not decode ({0})")]
    Decoder(String),
}

impl H264Config {
    /// Whether the encoder makes pictures of this size.
    ///
    /// # Errors
    /// [`H264Error::Size`] where it does not.
    pub fn check_size(&self) -> Result<(), H264Error> {
        let (width, height) = (self.width, self.height);
        let fits = width.min(height) >= SMALLEST_SIDE
            && width.max(height) <= LARGEST_LONG_SIDE
            && width.min(height) <= LARGEST_SHORT_SIDE;
        if fits { Ok(()) } else { Err(H264Error::Size { width, height }) }
    }
}

/// Whether this build can encode H.264.
pub const fn is_built_in() -> bool {
    cfg!(feature = "h264")
}
