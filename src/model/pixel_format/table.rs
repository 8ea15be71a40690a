//! The pixel formats that the lab can decode: V4L2's four-character codes, what they are in words, and how they lie in memory.
//!
//! Layouts are those of the Linux kernel's documentation, “Image Formats” of the media userspace API. The `M` in the codes of
//! multi-planar formats means that a driver has a buffer for each plane; in a [frame](crate::media::VideoFrame) the planes
//! follow one another as in the format of one buffer.

use super::layout::ChromaOrder::{Uv, Vu};
use super::layout::Mosaic::{Bggr, Gbrg, Grbg, Rggb};
use super::layout::PixelLayout::{
    Bayer, Grey, HsvBytes, Jpeg, Packed422, Planar, RgbBytes, RgbFields, SemiPlanar, YuvBytes, YuvFields,
};
use super::layout::Subsampling::{S410, S411, S420, S422, S444};
use super::layout::{Bytes, ChromaOrder, Fields, Mosaic, PixelLayout, Samples, Subsampling};

/// Code, words, layout.
pub(super) type Row = ([u8; 4], &'static str, PixelLayout);

const BYTE: Samples = Samples::Byte { bits: 8 };
const MIPI10: Samples = Samples::Mipi { samples: 4, bytes: 5 };
const MIPI12: Samples = Samples::Mipi { samples: 2, bytes: 3 };
const MIPI14: Samples = Samples::Mipi { samples: 4, bytes: 7 };

const fn word(bits: u8) -> Samples {
    Samples::Word { bits, big_endian: false }
}

const fn packed(luma_first: bool, order: ChromaOrder) -> PixelLayout {
    Packed422 { luma_first, order }
}

const fn semi(chroma: Subsampling, order: ChromaOrder) -> PixelLayout {
    SemiPlanar { chroma, order, deep: false }
}

const fn deep(chroma: Subsampling) -> PixelLayout {
    SemiPlanar { chroma, order: Uv, deep: true }
}

const fn planar(chroma: Subsampling, order: ChromaOrder) -> PixelLayout {
    Planar { chroma, order }
}

const fn yuv(size: u8, at: [u8; 3]) -> PixelLayout {
    YuvBytes(Bytes { size, at })
}

const fn rgb(size: u8, at: [u8; 3]) -> PixelLayout {
    RgbBytes(Bytes { size, at })
}

const fn yuv16(parts: [(u8, u8); 3]) -> PixelLayout {
    YuvFields(Fields { bytes: 2, big_endian: false, parts })
}

const fn rgb16(parts: [(u8, u8); 3]) -> PixelLayout {
    RgbFields(Fields { bytes: 2, big_endian: false, parts })
}

const fn rgb16_be(parts: [(u8, u8); 3]) -> PixelLayout {
    RgbFields(Fields { bytes: 2, big_endian: true, parts })
}

const fn rgb30(parts: [(u8, u8); 3]) -> PixelLayout {
    RgbFields(Fields { bytes: 4, big_endian: false, parts })
}

const fn bayer(mosaic: Mosaic, samples: Samples) -> PixelLayout {
    Bayer(mosaic, samples)
}

/// Bit 31 of a code: V4L2's mark of a big-endian variant.
const fn be(code: [u8; 4]) -> [u8; 4] {
    [code[0], code[1], code[2], code[3] | 0x80]
}

/// Those that most cameras have come first.
pub(super) static DECODABLE: &[Row] = &[
    (*b"YUYV", "YUV 4:2:2 packed", packed(true, Uv)),
    (*b"MJPG", "Motion JPEG", Jpeg),
    (*b"NV12", "YUV 4:2:0 semi-planar", semi(S420, Uv)),
    (*b"UYVY", "YUV 4:2:2 packed, chroma first", packed(false, Uv)),
    (*b"GREY", "grey 8 bit", Grey(BYTE)),
    (*b"RGB3", "RGB 24 bit", rgb(3, [0, 1, 2])),
    (*b"BGR3", "BGR 24 bit", rgb(3, [2, 1, 0])),
    (*b"YU12", "YUV 4:2:0 planar", planar(S420, Uv)),
    (*b"JPEG", "JPEG", Jpeg),
    // YUV 4:2:2 packed
    (*b"YVYU", "YVU 4:2:2 packed", packed(true, Vu)),
    (*b"VYUY", "YVU 4:2:2 packed, chroma first", packed(false, Vu)),
    // YUV semi-planar
    (*b"NV21", "YVU 4:2:0 semi-planar", semi(S420, Vu)),
    (*b"NV16", "YUV 4:2:2 semi-planar", semi(S422, Uv)),
    (*b"NV61", "YVU 4:2:2 semi-planar", semi(S422, Vu)),
    (*b"NV24", "YUV 4:4:4 semi-planar", semi(S444, Uv)),
    (*b"NV42", "YVU 4:4:4 semi-planar", semi(S444, Vu)),
    (*b"NM12", "YUV 4:2:0 semi-planar, two buffers", semi(S420, Uv)),
    (*b"NM21", "YVU 4:2:0 semi-planar, two buffers", semi(S420, Vu)),
    (*b"NM16", "YUV 4:2:2 semi-planar, two buffers", semi(S422, Uv)),
    (*b"NM61", "YVU 4:2:2 semi-planar, two buffers", semi(S422, Vu)),
    (*b"P010", "YUV 4:2:0 semi-planar 10 bit", deep(S420)),
    (*b"P012", "YUV 4:2:0 semi-planar 12 bit", deep(S420)),
    (*b"PM12", "YUV 4:2:0 semi-planar 12 bit, two buffers", deep(S420)),
    // YUV planar
    (*b"YV12", "YVU 4:2:0 planar", planar(S420, Vu)),
    (*b"422P", "YUV 4:2:2 planar", planar(S422, Uv)),
    (*b"411P", "YUV 4:1:1 planar", planar(S411, Uv)),
    (*b"YUV9", "YUV 4:1:0 planar", planar(S410, Uv)),
    (*b"YVU9", "YVU 4:1:0 planar", planar(S410, Vu)),
    (*b"YM12", "YUV 4:2:0 planar, three buffers", planar(S420, Uv)),
    (*b"YM21", "YVU 4:2:0 planar, three buffers", planar(S420, Vu)),
    (*b"YM16", "YUV 4:2:2 planar, three buffers", planar(S422, Uv)),
    (*b"YM61", "YVU 4:2:2 planar, three buffers", planar(S422, Vu)),
    (*b"YM24", "YUV 4:4:4 planar, three buffers", planar(S444, Uv)),
    (*b"YM42", "YVU 4:4:4 planar, three buffers", planar(S444, Vu)),
    // YUV 4:4:4 packed
    (*b"YUV3", "YUV 24 bit", yuv(3, [0, 1, 2])),
    (*b"YUV4", "YUV 32 bit, alpha first", yuv(4, [1, 2, 3])),
    (*b"AYUV", "AYUV 32 bit", yuv(4, [1, 2, 3])),
    (*b"XYUV", "XYUV 32 bit", yuv(4, [1, 2, 3])),
    (*b"VUYA", "VUYA 32 bit", yuv(4, [2, 1, 0])),
    (*b"VUYX", "VUYX 32 bit", yuv(4, [2, 1, 0])),
    (*b"YUVA", "YUVA 32 bit", yuv(4, [0, 1, 2])),
    (*b"YUVX", "YUVX 32 bit", yuv(4, [0, 1, 2])),
    (*b"Y444", "YUV 4-4-4 in 16 bits", yuv16([(8, 4), (4, 4), (0, 4)])),
    (*b"YUVO", "YUV 5-5-5 in 16 bits", yuv16([(10, 5), (5, 5), (0, 5)])),
    (*b"YUVP", "YUV 5-6-5 in 16 bits", yuv16([(11, 5), (5, 6), (0, 5)])),
    // RGB in bytes
    (*b"BGR4", "BGRA 32 bit", rgb(4, [2, 1, 0])),
    (*b"RGB4", "ARGB 32 bit", rgb(4, [1, 2, 3])),
    (*b"AR24", "BGRA 32 bit", rgb(4, [2, 1, 0])),
    (*b"XR24", "BGRX 32 bit", rgb(4, [2, 1, 0])),
    (*b"RA24", "ABGR 32 bit", rgb(4, [3, 2, 1])),
    (*b"RX24", "XBGR 32 bit", rgb(4, [3, 2, 1])),
    (*b"AB24", "RGBA 32 bit", rgb(4, [0, 1, 2])),
    (*b"XB24", "RGBX 32 bit", rgb(4, [0, 1, 2])),
    (*b"BA24", "ARGB 32 bit", rgb(4, [1, 2, 3])),
    (*b"BX24", "XRGB 32 bit", rgb(4, [1, 2, 3])),
    (*b"HSV3", "HSV 24 bit", HsvBytes(Bytes { size: 3, at: [0, 1, 2] })),
    (*b"HSV4", "HSV 32 bit", HsvBytes(Bytes { size: 4, at: [1, 2, 3] })),
    // RGB in words
    (*b"RGB1", "RGB 3-3-2", RgbFields(Fields { bytes: 1, big_endian: false, parts: [(5, 3), (2, 3), (0, 2)] })),
    (*b"R444", "RGB 4-4-4", rgb16([(8, 4), (4, 4), (0, 4)])),
    (*b"AR12", "ARGB 4-4-4-4", rgb16([(8, 4), (4, 4), (0, 4)])),
    (*b"XR12", "XRGB 4-4-4-4", rgb16([(8, 4), (4, 4), (0, 4)])),
    (*b"RA12", "RGBA 4-4-4-4", rgb16([(12, 4), (8, 4), (4, 4)])),
    (*b"RX12", "RGBX 4-4-4-4", rgb16([(12, 4), (8, 4), (4, 4)])),
    (*b"AB12", "ABGR 4-4-4-4", rgb16([(0, 4), (4, 4), (8, 4)])),
    (*b"XB12", "XBGR 4-4-4-4", rgb16([(0, 4), (4, 4), (8, 4)])),
    (*b"GA12", "BGRA 4-4-4-4", rgb16([(4, 4), (8, 4), (12, 4)])),
    (*b"BX12", "BGRX 4-4-4-4", rgb16([(4, 4), (8, 4), (12, 4)])),
    (*b"RGBO", "RGB 5-5-5", rgb16([(10, 5), (5, 5), (0, 5)])),
    (*b"AR15", "ARGB 1-5-5-5", rgb16([(10, 5), (5, 5), (0, 5)])),
    (*b"XR15", "XRGB 1-5-5-5", rgb16([(10, 5), (5, 5), (0, 5)])),
    (*b"RA15", "RGBA 5-5-5-1", rgb16([(11, 5), (6, 5), (1, 5)])),
    (*b"RX15", "RGBX 5-5-5-1", rgb16([(11, 5), (6, 5), (1, 5)])),
    (*b"AB15", "ABGR 1-5-5-5", rgb16([(0, 5), (5, 5), (10, 5)])),
    (*b"XB15", "XBGR 1-5-5-5", rgb16([(0, 5), (5, 5), (10, 5)])),
    (*b"BA15", "BGRA 5-5-5-1", rgb16([(1, 5), (6, 5), (11, 5)])),
    (*b"BX15", "BGRX 5-5-5-1", rgb16([(1, 5), (6, 5), (11, 5)])),
    (*b"RGBP", "RGB 5-6-5", rgb16([(11, 5), (5, 6), (0, 5)])),
    (*b"RGBQ", "RGB 5-5-5 big-endian", rgb16_be([(10, 5), (5, 5), (0, 5)])),
    (be(*b"AR15"), "ARGB 1-5-5-5 big-endian", rgb16_be([(10, 5), (5, 5), (0, 5)])),
    (be(*b"XR15"), "XRGB 1-5-5-5 big-endian", rgb16_be([(10, 5), (5, 5), (0, 5)])),
    (*b"RGBR", "RGB 5-6-5 big-endian", rgb16_be([(11, 5), (5, 6), (0, 5)])),
    (*b"BGRH", "BGR 6-6-6", RgbFields(Fields { bytes: 4, big_endian: true, parts: [(14, 6), (20, 6), (26, 6)] })),
    (*b"AR30", "ARGB 2-10-10-10", rgb30([(20, 10), (10, 10), (0, 10)])),
    (*b"RA30", "RGBA 10-10-10-2", rgb30([(22, 10), (12, 10), (2, 10)])),
    (*b"RX30", "RGBX 10-10-10-2", rgb30([(22, 10), (12, 10), (2, 10)])),
    // Grey and depth
    (*b"Y04 ", "grey 4 bit", Grey(Samples::Byte { bits: 4 })),
    (*b"Y06 ", "grey 6 bit", Grey(Samples::Byte { bits: 6 })),
    (*b"Y10 ", "grey 10 bit", Grey(word(10))),
    (*b"Y12 ", "grey 12 bit", Grey(word(12))),
    (*b"Y14 ", "grey 14 bit", Grey(word(14))),
    (*b"Y16 ", "grey 16 bit", Grey(word(16))),
    (be(*b"Y16 "), "grey 16 bit big-endian", Grey(Samples::Word { bits: 16, big_endian: true })),
    (*b"Y10B", "grey 10 bit packed", Grey(Samples::Packed10)),
    (*b"Y10P", "grey 10 bit, MIPI packed", Grey(MIPI10)),
    (*b"Y12P", "grey 12 bit, MIPI packed", Grey(MIPI12)),
    (*b"Y14P", "grey 14 bit, MIPI packed", Grey(MIPI14)),
    (*b"Z16 ", "depth 16 bit, shown as grey", Grey(word(16))),
    // Bayer
    (*b"BA81", "Bayer BGGR 8 bit", bayer(Bggr, BYTE)),
    (*b"GBRG", "Bayer GBRG 8 bit", bayer(Gbrg, BYTE)),
    (*b"GRBG", "Bayer GRBG 8 bit", bayer(Grbg, BYTE)),
    (*b"RGGB", "Bayer RGGB 8 bit", bayer(Rggb, BYTE)),
    (*b"BG10", "Bayer BGGR 10 bit", bayer(Bggr, word(10))),
    (*b"GB10", "Bayer GBRG 10 bit", bayer(Gbrg, word(10))),
    (*b"BA10", "Bayer GRBG 10 bit", bayer(Grbg, word(10))),
    (*b"RG10", "Bayer RGGB 10 bit", bayer(Rggb, word(10))),
    (*b"BG12", "Bayer BGGR 12 bit", bayer(Bggr, word(12))),
    (*b"GB12", "Bayer GBRG 12 bit", bayer(Gbrg, word(12))),
    (*b"BA12", "Bayer GRBG 12 bit", bayer(Grbg, word(12))),
    (*b"RG12", "Bayer RGGB 12 bit", bayer(Rggb, word(12))),
    (*b"BG14", "Bayer BGGR 14 bit", bayer(Bggr, word(14))),
    (*b"GB14", "Bayer GBRG 14 bit", bayer(Gbrg, word(14))),
    (*b"GR14", "Bayer GRBG 14 bit", bayer(Grbg, word(14))),
    (*b"RG14", "Bayer RGGB 14 bit", bayer(Rggb, word(14))),
    (*b"BYR2", "Bayer BGGR 16 bit", bayer(Bggr, word(16))),
    (*b"GB16", "Bayer GBRG 16 bit", bayer(Gbrg, word(16))),
    (*b"GR16", "Bayer GRBG 16 bit", bayer(Grbg, word(16))),
    (*b"RG16", "Bayer RGGB 16 bit", bayer(Rggb, word(16))),
    (*b"pBAA", "Bayer BGGR 10 bit, MIPI packed", bayer(Bggr, MIPI10)),
    (*b"pGAA", "Bayer GBRG 10 bit, MIPI packed", bayer(Gbrg, MIPI10)),
    (*b"pgAA", "Bayer GRBG 10 bit, MIPI packed", bayer(Grbg, MIPI10)),
    (*b"pRAA", "Bayer RGGB 10 bit, MIPI packed", bayer(Rggb, MIPI10)),
    (*b"pBCC", "Bayer BGGR 12 bit, MIPI packed", bayer(Bggr, MIPI12)),
    (*b"pGCC", "Bayer GBRG 12 bit, MIPI packed", bayer(Gbrg, MIPI12)),
    (*b"pgCC", "Bayer GRBG 12 bit, MIPI packed", bayer(Grbg, MIPI12)),
    (*b"pRCC", "Bayer RGGB 12 bit, MIPI packed", bayer(Rggb, MIPI12)),
    (*b"pBEE", "Bayer BGGR 14 bit, MIPI packed", bayer(Bggr, MIPI14)),
    (*b"pGEE", "Bayer GBRG 14 bit, MIPI packed", bayer(Gbrg, MIPI14)),
    (*b"pgEE", "Bayer GRBG 14 bit, MIPI packed", bayer(Grbg, MIPI14)),
    (*b"pREE", "Bayer RGGB 14 bit, MIPI packed", bayer(Rggb, MIPI14)),
];
