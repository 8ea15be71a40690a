//! Pixel formats by their V4L2 four-character code.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A V4L2 four-character code such as `YUYV`, whether the lab can decode it or not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct PixelFormat(pub [u8; 4]);

impl PixelFormat {
    /// Packed 4:2:2, 16 bits per pixel.
    pub const YUYV: Self = Self(*b"YUYV");
    /// Semi-planar 4:2:0, 12 bits per pixel.
    pub const NV12: Self = Self(*b"NV12");
    /// Motion JPEG: each frame a JPEG picture.
    pub const MJPG: Self = Self(*b"MJPG");
    /// Packed 8-bit R, G, B in this order.
    pub const RGB3: Self = Self(*b"RGB3");
    /// 8-bit grey.
    pub const GREY: Self = Self(*b"GREY");

    /// From V4L2's little-endian 32-bit code.
    pub const fn from_u32(code: u32) -> Self {
        Self(code.to_le_bytes())
    }

    /// V4L2's little-endian 32-bit code.
    pub const fn to_u32(self) -> u32 {
        u32::from_le_bytes(self.0)
    }

    /// Whether the lab can turn it into a picture.
    pub fn is_decodable(self) -> bool {
        [Self::YUYV, Self::NV12, Self::MJPG, Self::RGB3, Self::GREY].contains(&self)
    }

    /// Whether its components are luma and chroma in raw form, so that they have a matrix and, usually, limited range.
    pub(super) fn is_yuv(self) -> bool {
        [Self::YUYV, Self::NV12].contains(&self)
    }

    /// Whether each frame is compressed, so that a raw format is preferred at equal size and rate.
    pub fn is_compressed(self) -> bool {
        [Self::MJPG, Self(*b"JPEG"), Self(*b"H264"), Self(*b"HEVC"), Self(*b"VP80"), Self(*b"VP90")].contains(&self)
    }
}

impl fmt::Display for PixelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Bit 31 marks a big-endian variant in V4L2; v4l2-ctl writes it as a suffix.
        let mut code = self.0;
        let big_endian = code[3] & 0x80 != 0;
        code[3] &= 0x7f;
        for byte in code {
            write!(f, "{}", if byte.is_ascii_graphic() || byte == b' ' { byte as char } else { '?' })?;
        }
        if big_endian { f.write_str("-BE") } else { Ok(()) }
    }
}

impl fmt::Debug for PixelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PixelFormat {
    type Err = String;

    /// Takes one to four ASCII characters (shorter codes are padded with blanks, as V4L2 does) and an optional `-BE`.
    fn from_str(text: &str) -> Result<Self, String> {
        let (code, big_endian) = text.strip_suffix("-BE").map_or((text, false), |code| (code, true));
        if !code.is_ascii() || code.is_empty() || code.len() > 4 {
            return Err(format!("“{text}” is no four-character pixel format such as YUYV or MJPG"));
        }
        let mut bytes = [b' '; 4];
        bytes[..code.len()].copy_from_slice(code.as_bytes());
        bytes[3] |= if big_endian { 0x80 } else { 0 };
        Ok(Self(bytes))
    }
}

impl From<PixelFormat> for String {
    fn from(format: PixelFormat) -> Self {
        format.to_string()
    }
}

impl TryFrom<String> for PixelFormat {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse()
    }
}
