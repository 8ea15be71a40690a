//! Pixel formats by their V4L2 four-character code.

mod foreign;
pub mod layout;
mod table;

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use layout::Fields;
pub use layout::PixelLayout;

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

    /// How its pixels lie in memory, of a format that the lab can decode.
    pub fn layout(self) -> Option<PixelLayout> {
        self.row().map(|(_, _, layout)| *layout)
    }

    /// Whether the lab can turn it into a picture.
    pub fn is_decodable(self) -> bool {
        self.row().is_some()
    }

    /// Whether each frame is a JPEG picture.
    pub fn is_jpeg(self) -> bool {
        self.layout() == Some(PixelLayout::Jpeg)
    }

    /// Whether each frame is compressed, so that a raw format is preferred at equal size and rate.
    pub fn is_compressed(self) -> bool {
        self.is_jpeg() || words_in(foreign::COMPRESSED, self).is_some()
    }

    /// What it is, in a few words: of all formats that the lab can decode, and of those that it only knows.
    pub fn description(self) -> Option<&'static str> {
        let foreign = || words_in(foreign::COMPRESSED, self).or_else(|| words_in(foreign::RAW, self));
        self.row().map(|(_, words, _)| *words).or_else(foreign)
    }

    /// Which of several formats to take at equal size and rate: the one with the lowest number. First raw pictures with
    /// eight bits or more of each colour, then other raw ones (grey, mosaics, few bits), then compressed ones.
    pub fn rank(self) -> u8 {
        match self.layout() {
            _ if self.is_compressed() => 2,
            None | Some(PixelLayout::Grey(_) | PixelLayout::Bayer(..) | PixelLayout::YuvFields(_)) => 1,
            Some(PixelLayout::RgbFields(Fields { parts: [(_, bits), ..], .. })) if bits < 8 => 1,
            Some(_) => 0,
        }
    }

    /// All formats that the lab can decode.
    pub fn decodable() -> impl Iterator<Item = Self> {
        table::DECODABLE.iter().map(|(code, ..)| Self(*code))
    }

    /// Whether its components are luma and chroma in raw form, so that they have a matrix and, usually, limited range.
    pub(super) fn is_yuv(self) -> bool {
        use PixelLayout::{Packed422, Planar, SemiPlanar, YuvBytes, YuvFields};
        let layout = self.layout();
        matches!(layout, Some(Packed422 { .. } | SemiPlanar { .. } | Planar { .. } | YuvBytes(_) | YuvFields(_)))
    }

    fn row(self) -> Option<&'static table::Row> {
        table::DECODABLE.iter().find(|(code, ..)| *code == self.0)
    }
}

fn words_in(table: &'static [foreign::Row], format: PixelFormat) -> Option<&'static str> {
    table.iter().find(|(code, _)| *code == format.0).map(|(_, words)| *words)
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_format_stands_in_one_table_once_and_has_words() {
        let foreign = foreign::COMPRESSED.iter().chain(foreign::RAW).map(|(code, _)| PixelFormat(*code));
        let all: Vec<_> = PixelFormat::decodable().chain(foreign).collect();
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        for format in all {
            assert!(format.description().is_some_and(|words| !words.is_empty()), "{format}");
        }
    }

    #[test]
    fn the_fields_of_a_word_are_within_it_and_apart() {
        for format in PixelFormat::decodable() {
            let fields = match format.layout() {
                Some(PixelLayout::RgbFields(fields) | PixelLayout::YuvFields(fields)) => fields,
                Some(PixelLayout::YuvBytes(bytes) | PixelLayout::RgbBytes(bytes) | PixelLayout::HsvBytes(bytes)) => {
                    let places: BTreeSet<_> = bytes.at.into_iter().filter(|at| *at < bytes.size).collect();
                    assert_eq!(places.len(), 3, "{format}");
                    continue;
                }
                _ => continue,
            };
            let masks = fields.parts.map(|(shift, bits)| ((1_u64 << bits) - 1) << shift);
            assert_eq!(masks[0] & masks[1] | masks[0] & masks[2] | masks[1] & masks[2], 0, "{format}");
            assert!(masks.iter().all(|mask| *mask < 1 << (8 * fields.bytes)), "{format}");
        }
    }

    #[test]
    fn raw_colours_are_taken_before_less_and_less_before_what_is_compressed() {
        let ranks = [*b"YUYV", *b"AR24", *b"GREY", *b"BA81", *b"RGB1", *b"MJPG", *b"JPEG"].map(PixelFormat);
        assert_eq!(ranks.map(PixelFormat::rank), [0, 0, 1, 1, 1, 2, 2]);
    }

    #[test]
    fn what_the_lab_cannot_decode_has_words_too() {
        for (code, words, compressed) in [
            (*b"H264", Some("H.264 video"), true),
            (*b"HM12", Some("YUV 4:2:0 semi-planar in tiles of 16×16"), false),
            (*b"ABCD", None, false),
        ] {
            let format = PixelFormat(code);
            assert_eq!((format.description(), format.is_compressed()), (words, compressed), "{format}");
            assert!(!format.is_decodable(), "{format}");
        }
    }
}
