//! How many bytes a picture needs.

use crate::model::PixelFormat;

/// Bytes from line to line: what the driver says, or the least that the format needs where it says nothing. 0 for
/// compressed formats.
pub fn stride(format: PixelFormat, width: u32, bytes_per_line: u32) -> u32 {
    if format.is_compressed() {
        return 0;
    }
    bytes_per_line.max(line(format, width).unwrap_or(0))
}

/// The least bytes that a whole picture has: a shorter one is damaged. The last line need not be padded.
pub fn needed(format: PixelFormat, width: u32, height: u32, stride: u32) -> u64 {
    let lines = |count: u32, bytes: u32| u64::from(stride) * u64::from(count.saturating_sub(1)) + u64::from(bytes);
    match line(format, width) {
        Some(bytes) if format == PixelFormat::NV12 => {
            u64::from(stride) * u64::from(height) + lines(height.div_ceil(2), bytes.next_multiple_of(2))
        }
        Some(bytes) => lines(height, bytes),
        // Of other formats the lab knows no more than that something must be there; a JPEG has two markers at least.
        None if format == PixelFormat::MJPG => 4,
        None => 1,
    }
}

/// Bytes of one line, of the formats that the lab knows.
fn line(format: PixelFormat, width: u32) -> Option<u32> {
    match format {
        PixelFormat::YUYV => Some(width.div_ceil(2) * 4),
        PixelFormat::RGB3 => Some(width * 3),
        PixelFormat::GREY | PixelFormat::NV12 => Some(width),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strides_and_sizes_by_table() {
        // (format, width, height, the driver's bytes per line, stride, needed)
        let table = [
            (PixelFormat::YUYV, 320, 180, 640, 640, 115_200),
            (PixelFormat::YUYV, 320, 180, 0, 640, 115_200),
            (PixelFormat::YUYV, 320, 180, 768, 768, 768 * 179 + 640),
            (PixelFormat::NV12, 320, 180, 320, 320, 320 * 270),
            (PixelFormat::NV12, 5, 3, 8, 8, 8 * 3 + 8 + 6),
            (PixelFormat::RGB3, 320, 180, 960, 960, 172_800),
            (PixelFormat::GREY, 320, 180, 320, 320, 57_600),
            (PixelFormat::MJPG, 320, 180, 0, 0, 4),
            (PixelFormat::MJPG, 320, 180, 640, 0, 4),
            (PixelFormat(*b"YU12"), 320, 180, 320, 320, 1),
        ];
        for (format, width, height, bytes_per_line, expected, bytes) in table {
            assert_eq!(stride(format, width, bytes_per_line), expected, "{format}");
            assert_eq!(needed(format, width, height, expected), bytes, "{format}");
        }
    }
}
