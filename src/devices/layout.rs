//! How many bytes a picture of a driver has.

use crate::media::{line_stride, needed_bytes};
use crate::model::PixelFormat;

/// Bytes from line to line: what the driver says, or the least that the format needs where it says nothing. 0 for
/// compressed formats.
pub fn stride(format: PixelFormat, width: u32, bytes_per_line: u32) -> u32 {
    line_stride(format, width, bytes_per_line)
}

/// The least bytes that a whole picture has: a shorter one is damaged.
pub fn needed(format: PixelFormat, width: u32, height: u32, stride: u32) -> u64 {
    match needed_bytes(format, width, height, stride) {
        Some(bytes) => bytes as u64,
        // Of other formats the lab knows no more than that something must be there; a JPEG has two markers at least.
        None if format.is_jpeg() => 4,
        None => 1,
    }
}
