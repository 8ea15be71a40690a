//! How many bytes a picture has, and where its planes lie.

use crate::model::layout::Subsampling;
use crate::model::{PixelFormat, PixelLayout};

/// Bytes of padding that a line may have: a faulty stride must not ask for all memory.
const MOST_PADDING: u64 = 1 << 16;

/// A plane of a raw picture, in bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Plane {
    /// From one line to the next.
    pub stride: u64,
    /// Bytes of a line that count, at most `stride`.
    pub line: u64,
    /// How many lines there are; 0 where the format has no such plane.
    pub lines: u64,
}

impl Plane {
    fn bytes(self) -> Option<u64> {
        self.stride.checked_mul(self.lines)
    }
}

/// The planes of a raw picture, one after the other without gaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Geometry {
    pub planes: [Plane; 3],
    /// The least bytes that a whole picture has: its very last line need not be padded.
    pub needed: usize,
    /// With the padding of the last line.
    pub padded: usize,
}

impl Geometry {
    /// Of a picture whose first plane has `stride` bytes from line to line, 0 for lines without padding. `None` for
    /// compressed and unknown formats, an empty picture, a stride shorter than a line or longer than any driver's, and what does
    /// not fit in memory.
    pub fn of(format: PixelFormat, width: u32, height: u32, stride: u32) -> Option<Self> {
        let layout = format.layout()?;
        let line = first_line(layout, width).filter(|line| *line > 0 && height > 0)?;
        let stride = if stride == 0 { line } else { u64::from(stride) };
        let first = Plane { stride, line, lines: height.into() };
        let planes = planes(layout, first, width, height);
        if stride > line + MOST_PADDING || planes.iter().any(|plane| plane.stride < plane.line) {
            return None;
        }
        let padded = planes.iter().try_fold(0_u64, |sum, plane| sum.checked_add(plane.bytes()?))?;
        let last = planes.iter().rfind(|plane| plane.lines > 0)?;
        // Slices are counted in isize.
        let padded = isize::try_from(padded).ok()? as usize;
        let needed = padded - (last.stride - last.line) as usize;
        Some(Self { planes, needed, padded })
    }
}

/// The planes of a raw picture whose first has `stride` bytes from line to line (0: no padding), one after the other without
/// gaps. Empty where [`needed_bytes`] has no answer.
pub fn picture_planes(format: PixelFormat, width: u32, height: u32, stride: u32) -> Vec<Plane> {
    let planes = Geometry::of(format, width, height, stride).map(|geometry| geometry.planes);
    planes.into_iter().flatten().filter(|plane| plane.lines > 0).collect()
}

/// The least bytes of a whole raw picture. A `stride` of 0 stands for lines without padding, and the last line need never
/// be padded. `None` for compressed and unknown formats, for an empty picture, for a stride shorter than a line or
/// longer by more than 64 KiB, and for what does not fit in memory.
pub fn needed_bytes(format: PixelFormat, width: u32, height: u32, stride: u32) -> Option<usize> {
    Geometry::of(format, width, height, stride).map(|geometry| geometry.needed)
}

/// Bytes from line to line of the first plane: what the driver says, or the least that the format needs where it says
/// nothing or less. 0 for compressed formats; what the driver says for unknown ones.
pub fn line_stride(format: PixelFormat, width: u32, bytes_per_line: u32) -> u32 {
    if format.is_compressed() {
        return 0;
    }
    let line = format.layout().and_then(|layout| first_line(layout, width));
    bytes_per_line.max(line.and_then(|line| line.try_into().ok()).unwrap_or(0))
}

/// Bytes of a line of the first plane. Formats whose pixels share chroma have whole groups of them.
fn first_line(layout: PixelLayout, width: u32) -> Option<u64> {
    let pixels = u64::from(width);
    Some(match layout {
        PixelLayout::Jpeg => return None,
        PixelLayout::Packed422 { .. } => pixels.next_multiple_of(2) * 2,
        PixelLayout::SemiPlanar { chroma, deep, .. } => groups(chroma, pixels) * if deep { 2 } else { 1 },
        PixelLayout::Planar { chroma, .. } => groups(chroma, pixels),
        PixelLayout::YuvBytes(bytes) | PixelLayout::RgbBytes(bytes) | PixelLayout::HsvBytes(bytes) => {
            pixels * u64::from(bytes.size)
        }
        PixelLayout::YuvFields(fields) | PixelLayout::RgbFields(fields) => pixels * u64::from(fields.bytes),
        PixelLayout::Grey(samples) | PixelLayout::Bayer(_, samples) => samples.line_bytes(width),
    })
}

fn groups(chroma: Subsampling, pixels: u64) -> u64 {
    pixels.next_multiple_of(chroma.factors().0.into())
}

fn planes(layout: PixelLayout, first: Plane, width: u32, height: u32) -> [Plane; 3] {
    let none = Plane::default();
    match layout {
        PixelLayout::SemiPlanar { chroma, .. } => {
            let (across, down) = chroma.factors();
            // A pair for each group: as many bytes as luma has, or twice as many where no pixels share it.
            let (stride, line) =
                if across == 1 { (first.stride * 2, first.line * 2) } else { (first.stride, first.line) };
            [first, Plane { stride, line, lines: height.div_ceil(down).into() }, none]
        }
        PixelLayout::Planar { chroma, .. } => {
            let (across, down) = chroma.factors();
            let line = width.div_ceil(across).into();
            let plane = Plane { stride: first.stride / u64::from(across), line, lines: height.div_ceil(down).into() };
            [first, plane, plane]
        }
        _ => [first, none, none],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strides_and_sizes_by_table() {
        // (format, width, height, the driver's bytes per line, stride, least bytes)
        let table = [
            (*b"YUYV", 320, 180, 640, 640, 115_200),
            (*b"YUYV", 320, 180, 0, 640, 115_200),
            (*b"YUYV", 320, 180, 768, 768, 768 * 179 + 640),
            (*b"UYVY", 5, 3, 0, 12, 36),
            (*b"NV12", 320, 180, 320, 320, 320 * 270),
            (*b"NV12", 5, 3, 8, 8, 8 * 3 + 8 + 6),
            (*b"NM12", 640, 480, 0, 640, 460_800),
            (*b"NV16", 6, 4, 8, 8, 8 * 4 + 8 * 3 + 6),
            (*b"NV24", 6, 4, 8, 8, 8 * 4 + 16 * 3 + 12),
            (*b"P010", 6, 4, 0, 12, 12 * 6),
            (*b"YU12", 5, 3, 8, 8, 8 * 3 + 4 * 2 + 4 + 3),
            (*b"YV12", 6, 4, 0, 6, 36),
            (*b"422P", 6, 4, 0, 6, 48),
            (*b"YM24", 5, 3, 0, 5, 45),
            (*b"411P", 5, 2, 0, 8, 8 * 2 + 2 * 4),
            (*b"YUV9", 5, 5, 0, 8, 8 * 5 + 2 * 4),
            (*b"RGB3", 5, 3, 16, 16, 16 * 2 + 15),
            (*b"AR24", 5, 3, 0, 20, 60),
            (*b"RGB1", 5, 3, 0, 5, 15),
            (*b"RGBP", 5, 3, 0, 10, 30),
            (*b"GREY", 5, 3, 0, 5, 15),
            (*b"Y16 ", 5, 3, 0, 10, 30),
            (*b"Y10B", 5, 2, 0, 7, 14),
            (*b"Y10P", 5, 2, 0, 10, 20),
            (*b"pBCC", 5, 2, 0, 9, 18),
            (*b"pREE", 5, 2, 0, 14, 28),
        ];
        for (code, width, height, bytes_per_line, stride, bytes) in table {
            let format = PixelFormat(code);
            assert_eq!(line_stride(format, width, bytes_per_line), stride, "{format}");
            assert_eq!(needed_bytes(format, width, height, stride), Some(bytes), "{format}");
        }
    }

    #[test]
    fn has_no_answer_for_what_has_no_lines() {
        for (format, width, height, stride) in [
            (PixelFormat::MJPG, 640, 480, 0),
            (PixelFormat(*b"HM12"), 640, 480, 640),
            (PixelFormat::YUYV, 640, 480, 1279),
            (PixelFormat::GREY, 0, 480, 0),
            (PixelFormat::GREY, 640, 0, 0),
            (PixelFormat::YUYV, u32::MAX, u32::MAX, 0),
            (PixelFormat(*b"NV24"), u32::MAX, u32::MAX, u32::MAX),
        ] {
            assert_eq!(needed_bytes(format, width, height, stride), None, "{format}");
        }
        assert_eq!(line_stride(PixelFormat::MJPG, 640, 640), 0);
        assert_eq!(line_stride(PixelFormat(*b"HM12"), 640, 640), 640);
    }
}
