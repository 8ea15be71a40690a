//! Any bytes, said to be of any format, size, stride and colour, become a picture or an error: no panic, a raw picture only
//! of enough bytes, and always all of its pixels.
//!
//! The first eight bytes choose; what follows is a JPEG, or is repeated to the length of a raw frame.
#![no_main]

use std::sync::LazyLock;

use capture_lab_fuzz::media::{PictureConverter, VideoFrame, needed_bytes};
use capture_lab_fuzz::model::{Colour, ColourMatrix, ColourRange, PixelFormat, Timestamp};
use libfuzzer_sys::fuzz_target;

static FORMATS: LazyLock<Vec<PixelFormat>> = LazyLock::new(|| PixelFormat::decodable().collect());

fuzz_target!(|data: &[u8]| {
    let Some((&[format, colour, width, height, padding, wild, missing, more], bytes)) = data.split_first_chunk::<8>()
    else {
        return;
    };
    let pixel_format = FORMATS[usize::from(format) % FORMATS.len()];
    let (width, height) = (u32::from(width), u32::from(height));
    let stride = match wild {
        0..=99 => 0,
        100..=199 => width * 2 + u32::from(padding),
        _ => u32::from_le_bytes([padding, missing, more, wild]) >> (wild % 32),
    };
    let needed = needed_bytes(pixel_format, width, height, stride).filter(|needed| *needed < 1 << 20);
    let length = needed.unwrap_or(bytes.len()).saturating_sub(missing.into());
    let data: Vec<u8> = if pixel_format.is_jpeg() {
        bytes.to_vec()
    } else {
        bytes.iter().copied().cycle().take(length).collect()
    };
    let enough = needed.is_some_and(|needed| needed <= data.len());
    check(&frame(pixel_format, [width, height, stride], of(colour), data), enough);
});

fn of(choice: u8) -> Colour {
    let range = [ColourRange::Limited, ColourRange::Full][usize::from(choice & 1)];
    let matrix = [ColourMatrix::Bt601, ColourMatrix::Bt709, ColourMatrix::Bt2020][usize::from(choice >> 1) % 3];
    Colour { range, matrix }
}

fn frame(
    pixel_format: PixelFormat,
    [width, height, stride]: [u32; 3],
    colour: Colour,
    data: Vec<u8>,
) -> VideoFrame {
    let (at, data) = (Timestamp::default(), data.into());
    VideoFrame {
        sequence: 0,
        captured_at: at,
        arrived_at: at,
        width,
        height,
        stride,
        pixel_format,
        colour,
        data,
        corrupt: false,
    }
}

fn check(frame: &VideoFrame, enough: bool) {
    let mut converter = PictureConverter::new();
    let (preview, planes) = (converter.to_preview(frame), converter.to_i420(frame));
    if !frame.pixel_format.is_jpeg() {
        assert_eq!(preview.is_ok(), enough, "{preview:?}");
        assert_eq!(planes.is_ok(), enough && frame.width >= 2 && frame.height >= 2, "{planes:?}");
    }
    if let Ok(image) = preview {
        assert_eq!(image.pixels.len(), (image.width * image.height) as usize);
        assert!(image.pixels.iter().all(|pixel| pixel.to_ne_bytes()[3] == 255), "opaque");
    }
    if let Ok(image) = planes {
        assert_eq!(image.y.len(), image.y_stride * image.height as usize);
        assert_eq!(image.u.len(), image.chroma_stride * image.height as usize / 2);
        assert_eq!(image.v.len(), image.u.len());
    }
}
