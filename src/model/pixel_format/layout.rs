//! How the pixels of a format lie in memory.

/// How the pixels of a format that the lab can decode lie in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PixelLayout {
    /// Each frame is a JPEG picture.
    Jpeg,
    /// Two pixels in four bytes: two of luma, between or before them a pair of chroma.
    Packed422 {
        /// Luma stands in the first byte, else in the second.
        luma_first: bool,
        /// Of the chroma bytes.
        order: ChromaOrder,
    },
    /// A plane of luma and one of chroma, whose bytes take turns.
    SemiPlanar {
        /// Of the second plane.
        chroma: Subsampling,
        /// Of the bytes in the second plane.
        order: ChromaOrder,
        /// 16-bit little-endian words with the significant bits on top, in the place of bytes.
        deep: bool,
    },
    /// A plane of luma and two of chroma. The chroma planes' stride is the luma plane's, divided as their width is.
    Planar {
        /// Of the second and third plane.
        chroma: Subsampling,
        /// Of the second and third plane.
        order: ChromaOrder,
    },
    /// Y, U and V in bytes of their own.
    YuvBytes(Bytes),
    /// Y, U and V as bits of one word.
    YuvFields(Fields),
    /// R, G and B in bytes of their own.
    RgbBytes(Bytes),
    /// R, G and B as bits of one word.
    RgbFields(Fields),
    /// Hue (0 to 179), saturation and value in bytes of their own.
    HsvBytes(Bytes),
    /// One sample for each pixel: brightness or depth.
    Grey(Samples),
    /// One sample for each pixel, under a mosaic of red, green and blue.
    Bayer(Mosaic, Samples),
}

/// Which of two chroma components comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChromaOrder {
    /// Blue difference (U, Cb) first.
    Uv,
    /// Red difference (V, Cr) first.
    Vu,
}

/// How many pixels share a pair of chroma.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subsampling {
    /// 4:4:4: none.
    S444,
    /// 4:2:2: two side by side.
    S422,
    /// 4:2:0: two by two.
    S420,
    /// 4:1:1: four side by side.
    S411,
    /// 4:1:0: four by four.
    S410,
}

impl Subsampling {
    /// Pixels side by side, and pixels one above the other, that share a pair of chroma.
    pub const fn factors(self) -> (u32, u32) {
        match self {
            Self::S444 => (1, 1),
            Self::S422 => (2, 1),
            Self::S420 => (2, 2),
            Self::S411 => (4, 1),
            Self::S410 => (4, 4),
        }
    }
}

/// A pixel of whole bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bytes {
    /// Bytes of a pixel: 3 or 4.
    pub size: u8,
    /// Which byte each of the three components is in, from 0.
    pub at: [u8; 3],
}

/// A pixel in a word, its components some bits each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fields {
    /// Bytes of the word: 1, 2 or 4.
    pub bytes: u8,
    /// The word's highest byte comes first.
    pub big_endian: bool,
    /// For each of the three components its lowest bit in the word and how many bits it has, 1 to 10.
    pub parts: [(u8, u8); 3],
}

/// Numbers of one component, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Samples {
    /// A byte for each, of which so many of the lower bits count.
    Byte {
        /// 4 to 8.
        bits: u8,
    },
    /// A 16-bit word for each, of which so many of the lower bits count.
    Word {
        /// 9 to 16.
        bits: u8,
        /// The higher byte comes first.
        big_endian: bool,
    },
    /// MIPI CSI-2's packing: the upper eight bits of some samples in a byte each, then a few bytes with their lower bits.
    Mipi {
        /// Samples of a group.
        samples: u8,
        /// Bytes of a group.
        bytes: u8,
    },
    /// Ten bits for each without a gap, the highest bit first.
    Packed10,
}

impl Samples {
    /// Bytes that a line of so many samples takes.
    pub const fn line_bytes(self, width: u32) -> u64 {
        let width = width as u64;
        match self {
            Self::Byte { .. } => width,
            Self::Word { .. } => width * 2,
            Self::Mipi { samples, bytes } => width.div_ceil(samples as u64) * bytes as u64,
            Self::Packed10 => (width * 10).div_ceil(8),
        }
    }
}

/// The colours of a sensor's first two pixels in its first two lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mosaic {
    /// Blue, green; green, red.
    Bggr,
    /// Green, blue; red, green.
    Gbrg,
    /// Green, red; blue, green.
    Grbg,
    /// Red, green; green, blue.
    Rggb,
}

impl Mosaic {
    /// Column and line, each 0 or 1, of the first red pixel.
    pub const fn red(self) -> (usize, usize) {
        match self {
            Self::Bggr => (1, 1),
            Self::Gbrg => (0, 1),
            Self::Grbg => (1, 0),
            Self::Rggb => (0, 0),
        }
    }
}
