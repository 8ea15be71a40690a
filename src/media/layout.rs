//! How the bytes of raw pictures lie in memory.

use crate::model::PixelFormat;

/// Bytes that a raw picture needs: `stride` bytes for each line of each plane, as V4L2's `sizeimage` counts them. A
/// `stride` of 0 stands for lines without padding. `None` for compressed and unknown formats, for an empty picture, for
/// a stride shorter than a line, and for what does not fit in memory.
pub fn needed_bytes(format: PixelFormat, width: u32, height: u32, stride: u32) -> Option<usize> {
    let lines = match format {
        PixelFormat::NV12 => u64::from(height) + u64::from(height.div_ceil(2)),
        _ => u64::from(height),
    };
    let bytes = u64::from(effective_stride(format, width, stride)?).checked_mul(lines)?;
    // yuv counts in isize.
    usize::try_from(bytes).ok().filter(|bytes| *bytes > 0 && isize::try_from(*bytes).is_ok())
}

/// Bytes from one line to the next: `stride`, or what a line needs where `stride` is 0. `None` for compressed and
/// unknown formats, for no pixels, and for a stride shorter than a line.
pub(super) fn effective_stride(format: PixelFormat, width: u32, stride: u32) -> Option<u32> {
    let line = line_bytes(format, width).filter(|line| *line > 0)?;
    match stride {
        0 => Some(line),
        stride if stride >= line => Some(stride),
        _ => None,
    }
}

/// Bytes of the pixels of one line of the first plane. Formats that share colour between two pixels round up.
fn line_bytes(format: PixelFormat, width: u32) -> Option<u32> {
    match format {
        PixelFormat::YUYV => width.checked_next_multiple_of(2)?.checked_mul(2),
        PixelFormat::NV12 => width.checked_next_multiple_of(2),
        PixelFormat::RGB3 => width.checked_mul(3),
        PixelFormat::GREY => Some(width),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_all_lines_of_all_planes() {
        let bytes = |format, width, height, stride| needed_bytes(format, width, height, stride);
        assert_eq!(bytes(PixelFormat::YUYV, 640, 480, 0), Some(614_400));
        assert_eq!(bytes(PixelFormat::YUYV, 640, 480, 1344), Some(645_120));
        assert_eq!(bytes(PixelFormat::NV12, 640, 480, 0), Some(460_800));
        assert_eq!(bytes(PixelFormat::NV12, 5, 3, 0), Some(6 * 3 + 6 * 2));
        assert_eq!(bytes(PixelFormat::RGB3, 5, 3, 16), Some(48));
        assert_eq!(bytes(PixelFormat::GREY, 5, 3, 0), Some(15));
    }

    #[test]
    fn has_no_answer_for_what_has_no_lines() {
        assert_eq!(needed_bytes(PixelFormat::MJPG, 640, 480, 0), None);
        assert_eq!(needed_bytes(PixelFormat::YUYV, 640, 480, 1279), None);
        assert_eq!(needed_bytes(PixelFormat::GREY, 0, 480, 0), None);
        assert_eq!(needed_bytes(PixelFormat::YUYV, u32::MAX, u32::MAX, 0), None);
    }
}
