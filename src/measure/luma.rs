//! How bright a picture is.

use crate::media::{PreviewImage, VideoFrame, line_stride, needed_bytes};
use crate::model::layout::Samples;
use crate::model::{ColourRange, PixelLayout};

/// Only every fourth line is read: on a camera's picture the error is far below one step of luma.
const LINE_STEP: usize = 4;

/// Mean luma (BT.601) of a picture on its way to the screen, 0 (black) to 255 (white), over every fourth line. 0 for an
/// empty picture.
pub fn mean_luma(image: &PreviewImage) -> f64 {
    let lines = image.pixels.chunks_exact(image.width.max(1) as usize).step_by(LINE_STEP);
    mean(lines.map(|line| {
        let pixels = line.iter().map(|pixel| pixel.to_ne_bytes());
        rgb_luma(pixels.map(|[r, g, b, _]| [r, g, b]))
    }))
}

/// A number that equal pictures share and others do not, as far as every fourth pixel of every fourth line tells (FNV-1a).
/// The noise of a live sensor changes it even where the scene stands still.
pub fn fingerprint(image: &PreviewImage) -> u64 {
    let lines = image.pixels.chunks_exact(image.width.max(1) as usize).step_by(LINE_STEP);
    let pixels = lines.flat_map(|line| line.iter().step_by(LINE_STEP));
    pixels.fold(0xcbf2_9ce4_8422_2325, |hash, pixel| (hash ^ u64::from(*pixel)).wrapping_mul(0x0100_0000_01b3))
}

/// Mean luma of a raw frame, 0 (black) to 255 (white) over every fourth line, without a conversion: as [`mean_luma`] gives
/// it of its picture, but by the frame's own matrix. `None` for a format whose luma does not stand in bytes of its own
/// (compressed ones, mosaics, words of bits), and for a frame that is short or damaged.
pub fn mean_luma_of_frame(frame: &VideoFrame) -> Option<f64> {
    let needed = needed_bytes(frame.pixel_format, frame.width, frame.height, frame.stride)?;
    let data = frame.data.get(..needed).filter(|_| !frame.corrupt)?;
    let stride = line_stride(frame.pixel_format, frame.width, frame.stride);
    let lines = data.chunks(stride.max(1) as usize).take(frame.height as usize).step_by(LINE_STEP);
    let width = frame.width as usize;
    let luma = match frame.pixel_format.layout()? {
        PixelLayout::Packed422 { luma_first, .. } => {
            mean(lines.map(|line| sum(line.iter().skip(usize::from(!luma_first)).step_by(2).take(width))))
        }
        PixelLayout::SemiPlanar { deep: false, .. }
        | PixelLayout::Planar { .. }
        | PixelLayout::Grey(Samples::Byte { bits: 8 }) => mean(lines.map(|line| sum(line.iter().take(width)))),
        PixelLayout::YuvBytes(bytes) => {
            let (first, step) = (usize::from(bytes.at[0]), usize::from(bytes.size));
            mean(lines.map(|line| sum(line.iter().skip(first).step_by(step).take(width))))
        }
        PixelLayout::RgbBytes(bytes) => mean(lines.map(|line| {
            let pixels = line.chunks_exact(bytes.size.into()).take(width);
            rgb_luma(pixels.map(|pixel| bytes.at.map(|at| pixel.get(usize::from(at)).copied().unwrap_or(0))))
        })),
        _ => return None,
    };
    let limited = frame.colour.range == ColourRange::Limited;
    Some(if limited { ((luma - 16.0) * 255.0 / 219.0).clamp(0.0, 255.0) } else { luma })
}

/// The mean over lines, each given as its sum and its number of pixels.
fn mean(lines: impl Iterator<Item = (f64, usize)>) -> f64 {
    let (total, count) = lines.fold((0.0, 0), |(total, count), (sum, pixels)| (total + sum, count + pixels));
    if count == 0 { 0.0 } else { total / count as f64 }
}

fn sum<'a>(bytes: impl Iterator<Item = &'a u8>) -> (f64, usize) {
    let (total, count) = bytes.fold((0_u32, 0), |(total, count), byte| (total + u32::from(*byte), count + 1));
    (f64::from(total), count)
}

fn rgb_luma(pixels: impl Iterator<Item = [u8; 3]>) -> (f64, usize) {
    let add = |(red, green, blue, count): (u32, u32, u32, usize), [r, g, b]: [u8; 3]| {
        (red + u32::from(r), green + u32::from(g), blue + u32::from(b), count + 1)
    };
    let (red, green, blue, count) = pixels.fold((0, 0, 0, 0), add);
    (0.299 * f64::from(red) + 0.587 * f64::from(green) + 0.114 * f64::from(blue), count)
}

#[cfg(test)]
mod tests {
    use crate::media::PictureConverter;
    use crate::model::{Colour, PixelFormat, Timestamp};

    use super::*;

    fn frame(pixel_format: PixelFormat, data: Vec<u8>) -> VideoFrame {
        let at = Timestamp::default();
        let data = data.into();
        VideoFrame {
            sequence: 0,
            captured_at: at,
            arrived_at: at,
            width: 16,
            height: 8,
            stride: 0,
            pixel_format,
            colour: Colour::usual_of(pixel_format),
            data,
            corrupt: false,
        }
    }

    #[test]
    fn a_frame_is_as_bright_as_its_picture() {
        for (frame, wanted) in [
            (frame(PixelFormat::YUYV, [126, 128, 126, 128].repeat(64)), 128.1),
            (frame(PixelFormat::NV12, [vec![16; 128], vec![128; 64]].concat()), 0.0),
            (frame(PixelFormat::NV12, [vec![235; 128], vec![128; 64]].concat()), 255.0),
            (frame(PixelFormat::RGB3, [255, 0, 0].repeat(128)), 76.2),
            (frame(PixelFormat::GREY, [10, 30].repeat(64)), 20.0),
            (frame(PixelFormat(*b"UYVY"), [128, 126, 128, 126].repeat(64)), 128.1),
            (frame(PixelFormat(*b"YU12"), [vec![126; 128], vec![128; 64]].concat()), 128.1),
            (frame(PixelFormat(*b"VUYA"), [128, 128, 126, 0].repeat(128)), 128.1),
            (frame(PixelFormat(*b"BGR4"), [0, 0, 255, 0].repeat(128)), 76.2),
            (VideoFrame { colour: Colour::FULL, ..frame(PixelFormat::YUYV, [126, 128].repeat(128)) }, 126.0),
            (VideoFrame { colour: Colour::LIMITED, ..frame(PixelFormat::GREY, vec![16; 128]) }, 0.0),
        ] {
            let luma = mean_luma_of_frame(&frame).unwrap();
            assert!((luma - wanted).abs() < 0.1, "{luma} for {wanted}");
            let image = PictureConverter::new().to_preview(&frame).unwrap();
            assert!((mean_luma(&image) - luma).abs() < 1.0, "{} for {luma}", mean_luma(&image));
        }
    }

    #[test]
    fn a_frame_without_pixels_has_no_luma() {
        assert_eq!(mean_luma_of_frame(&frame(PixelFormat::YUYV, vec![0; 255])), None);
        assert_eq!(mean_luma_of_frame(&frame(PixelFormat::MJPG, vec![0; 999])), None);
        assert_eq!(mean_luma_of_frame(&frame(PixelFormat(*b"BA81"), vec![0; 999])), None);
    }
}
