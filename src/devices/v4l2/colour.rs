//! What a driver says of how the numbers of its pictures stand for colours.

use crate::model::{Colour, ColourMatrix, ColourRange, PixelFormat, PixelLayout};

/// The fields of `struct v4l2_pix_format` (or `_mplane`) that tell of colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// `V4L2_COLORSPACE_…`.
    pub colorspace: u32,
    /// `V4L2_YCBCR_ENC_…`.
    pub ycbcr_enc: u32,
    /// `V4L2_QUANTIZATION_…`.
    pub quantization: u32,
}

/// `V4L2_COLORSPACE_…`.
mod colorspace {
    pub const DEFAULT: u32 = 0;
    pub const SMPTE240M: u32 = 2;
    pub const REC709: u32 = 3;
    pub const JPEG: u32 = 7;
    pub const BT2020: u32 = 10;
    pub const DCI_P3: u32 = 12;
}

/// `V4L2_YCBCR_ENC_…`.
mod encoding {
    pub const DEFAULT: u32 = 0;
    pub const BT601: u32 = 1;
    pub const REC709: u32 = 2;
    pub const XV709: u32 = 4;
    pub const BT2020: u32 = 6;
    pub const BT2020_CONST_LUM: u32 = 7;
    pub const SMPTE240M: u32 = 8;
    /// `V4L2_HSV_ENC_180`, in the same field.
    pub const HSV_180: u32 = 128;
}

/// `V4L2_QUANTIZATION_…`.
mod quantization {
    pub const FULL_RANGE: u32 = 1;
    pub const LIM_RANGE: u32 = 2;
}

/// What the driver says; where it leaves something to the defaults, what V4L2 defines for that
/// (`V4L2_MAP_YCBCR_ENC_DEFAULT`, `V4L2_MAP_QUANTIZATION_DEFAULT`). A driver that says nothing at all leaves it to the format.
pub fn colour(format: PixelFormat, told: Told) -> Colour {
    let usual = Colour::usual_of(format);
    let range = match told.quantization {
        quantization::FULL_RANGE => ColourRange::Full,
        quantization::LIM_RANGE => ColourRange::Limited,
        _ if told.colorspace == colorspace::DEFAULT => usual.range,
        _ if is_no_yuv(format) || told.colorspace == colorspace::JPEG => ColourRange::Full,
        _ => ColourRange::Limited,
    };
    Colour { range, matrix: matrix(told) }
}

const fn matrix(told: Told) -> ColourMatrix {
    let encoding = match (told.ycbcr_enc, told.colorspace) {
        (encoding::DEFAULT, colorspace::REC709 | colorspace::DCI_P3) => encoding::REC709,
        (encoding::DEFAULT, colorspace::BT2020) => encoding::BT2020,
        (encoding::DEFAULT, colorspace::SMPTE240M) => encoding::SMPTE240M,
        (encoding::DEFAULT, _) => encoding::BT601,
        (encoding, _) => encoding,
    };
    match encoding {
        // SMPTE 240M differs from BT.709 by less than a percent.
        encoding::REC709 | encoding::XV709 | encoding::SMPTE240M => ColourMatrix::Bt709,
        encoding::BT2020 | encoding::BT2020_CONST_LUM => ColourMatrix::Bt2020,
        _ => ColourMatrix::Bt601,
    }
}

/// Whether V4L2's default for it is full range. Bayer pictures are RGB there, and grey ones have full range as well (so does the
/// test driver of V4L2's makers); JPEG says itself what it is; of a format that the lab does not know it is a guess.
fn is_no_yuv(format: PixelFormat) -> bool {
    use PixelLayout::{Bayer, Grey, HsvBytes, Jpeg, RgbBytes, RgbFields};
    matches!(format.layout(), Some(Jpeg | RgbBytes(_) | RgbFields(_) | HsvBytes(_) | Bayer(..) | Grey(_)) | None)
}

/// What to ask the driver for, of formats that can be coded in two ways of which the lab decodes one: hue in 180 steps.
pub fn wanted_encoding(format: PixelFormat) -> Option<u32> {
    matches!(format.layout(), Some(PixelLayout::HsvBytes(_))).then_some(encoding::HSV_180)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_driver_says_and_what_v4l2_defines_by_table() {
        // (format, colour space, encoding, quantization, what it means)
        let table = [
            (*b"YUYV", 0, 0, 0, "BT.601 limited range"),
            (*b"YUYV", 8, 0, 0, "BT.601 limited range"), // sRGB, as webcams say
            (*b"YUYV", 8, 0, 1, "BT.601 full range"),
            (*b"YUYV", 1, 0, 0, "BT.601 limited range"), // SMPTE 170M, as television says
            (*b"NV12", 3, 0, 0, "BT.709 limited range"),
            (*b"NV12", 3, 1, 0, "BT.601 limited range"),
            (*b"NV12", 8, 2, 1, "BT.709 full range"),
            (*b"NV12", 7, 0, 0, "BT.601 full range"), // the colour space of JPEG
            (*b"NV12", 10, 0, 0, "BT.2020 limited range"),
            (*b"NV12", 10, 7, 0, "BT.2020 limited range"),
            (*b"NV12", 2, 0, 0, "BT.709 limited range"),
            (*b"NV12", 12, 0, 0, "BT.709 limited range"),
            (*b"NV12", 3, 4, 0, "BT.709 limited range"),
            (*b"RGB3", 8, 0, 0, "BT.601 full range"),
            (*b"RGB3", 3, 0, 2, "BT.709 limited range"),
            (*b"BA81", 8, 0, 0, "BT.601 full range"),
            (*b"GREY", 0, 0, 0, "BT.601 full range"), // infrared cameras without a word
            (*b"GREY", 8, 0, 0, "BT.601 full range"),
            (*b"GREY", 8, 0, 2, "BT.601 limited range"),
            (*b"GREY", 8, 0, 1, "BT.601 full range"),
            (*b"MJPG", 8, 0, 0, "BT.601 full range"),
            (*b"YUYV", 99, 99, 99, "BT.601 limited range"),
        ];
        for (code, colorspace, ycbcr_enc, quantization, expected) in table {
            let told = Told { colorspace, ycbcr_enc, quantization };
            assert_eq!(colour(PixelFormat(code), told).to_string(), expected, "{} {told:?}", PixelFormat(code));
        }
    }
}
