//! Tests of the conversions.

use proptest::prelude::*;

use crate::model::{Colour, PixelFormat, Timestamp};

use super::{ConvertError, PictureConverter, VideoFrame, needed_bytes};

const FORMATS: [PixelFormat; 5] =
    [PixelFormat::YUYV, PixelFormat::NV12, PixelFormat::MJPG, PixelFormat::RGB3, PixelFormat::GREY];

fn frame(pixel_format: PixelFormat, (width, height): (u32, u32), stride: u32, data: Vec<u8>) -> VideoFrame {
    let at = Timestamp::from_nanos(5);
    let data = data.into();
    VideoFrame {
        sequence: 7,
        captured_at: at,
        arrived_at: at,
        width,
        height,
        stride,
        pixel_format,
        colour: Colour::usual_of(pixel_format),
        data,
        corrupt: false,
    }
}

/// A picture of one colour, BT.601 limited: orange.
fn orange(format: PixelFormat, width: usize, height: usize) -> VideoFrame {
    let (y, u, v) = (149, 61, 182);
    let data = match format {
        PixelFormat::YUYV => [y, u, y, v].repeat(width / 2 * height),
        PixelFormat::NV12 => [vec![y; width * height], [u, v].repeat(width * height / 4)].concat(),
        PixelFormat::RGB3 => [241, 137, 20].repeat(width * height),
        PixelFormat::MJPG => {
            let rgb = [241, 137, 20].repeat(width * height);
            let mut jpeg = Vec::new();
            let encoder = jpeg_encoder::Encoder::new(&mut jpeg, 95);
            encoder.encode(&rgb, width as u16, height as u16, jpeg_encoder::ColorType::Rgb).unwrap();
            jpeg
        }
        _ => vec![155; width * height],
    };
    frame(format, (width as u32, height as u32), 0, data)
}

fn close(left: u8, right: u8) -> bool {
    left.abs_diff(right) <= 3
}

#[test]
fn each_format_gives_the_same_colour() {
    let mut converter = PictureConverter::new();
    for format in FORMATS {
        let wanted = if format == PixelFormat::GREY { [155; 3] } else { [241, 137, 20] };
        let image = converter.to_preview(&orange(format, 64, 48)).unwrap();
        assert_eq!((image.width, image.height, image.sequence, image.pixels.len()), (64, 48, 7, 64 * 48));
        for pixel in &image.pixels {
            let [r, g, b, a] = pixel.to_ne_bytes();
            let good = a == 255 && [r, g, b].iter().zip(wanted).all(|(got, wanted)| close(*got, wanted));
            assert!(good, "{format}: {:?}", pixel.to_ne_bytes());
        }
        converter.recycle(image.pixels);
    }
}

#[test]
fn each_format_gives_the_same_planes() {
    let mut converter = PictureConverter::new();
    for format in FORMATS {
        let (y, u, v) = if format == PixelFormat::GREY { (149, 128, 128) } else { (149, 61, 182) };
        let image = converter.to_i420(&orange(format, 64, 48)).unwrap();
        assert_eq!((image.y.len(), image.u.len(), image.v.len()), (64 * 48, 32 * 24, 32 * 24));
        for (plane, wanted) in [(&image.y, y), (&image.u, u), (&image.v, v)] {
            assert!(plane.iter().all(|got| close(*got, wanted)), "{format}: {} for {wanted}", plane[0]);
        }
        converter.recycle_i420(image);
    }
}

#[test]
fn padding_between_lines_is_left_out() {
    let mut data = Vec::new();
    for line in 0..4_u8 {
        data.extend_from_slice(&[line * 50, line * 50, 250, 250, 250]);
    }
    let image = PictureConverter::new().to_preview(&frame(PixelFormat::GREY, (2, 4), 5, data)).unwrap();
    let grey: Vec<u8> = image.pixels.iter().map(|pixel| pixel.to_ne_bytes()[0]).collect();
    assert_eq!(grey, [0, 0, 50, 50, 100, 100, 150, 150]);
}

#[test]
fn an_odd_size_loses_a_line_and_a_column() {
    let mut converter = PictureConverter::new();
    for format in FORMATS {
        let data = match format {
            PixelFormat::MJPG => {
                let mut jpeg = Vec::new();
                let rgb = [100; 21 * 15 * 3];
                jpeg_encoder::Encoder::new(&mut jpeg, 90).encode(&rgb, 21, 15, jpeg_encoder::ColorType::Rgb).unwrap();
                jpeg
            }
            raw => vec![100; needed_bytes(raw, 21, 15, 0).unwrap()],
        };
        let image = converter.to_i420(&frame(format, (21, 15), 0, data)).unwrap();
        assert_eq!((image.width, image.height), (20, 14), "{format}");
    }
}

#[test]
fn what_is_damaged_or_short_is_an_error() {
    let mut converter = PictureConverter::new();
    let mut damaged = orange(PixelFormat::YUYV, 64, 48);
    damaged.corrupt = true;
    assert_eq!(converter.to_preview(&damaged), Err(ConvertError::Corrupt));
    let mut short = orange(PixelFormat::NV12, 64, 48);
    short.data.pop();
    assert_eq!(converter.to_i420(&short), Err(ConvertError::Short { needed: 4608, got: 4607 }));
    let unknown = frame(PixelFormat(*b"BA81"), (8, 8), 0, vec![0; 64]);
    assert!(matches!(converter.to_preview(&unknown), Err(ConvertError::Unsupported(_))));
}

#[test]
fn a_recycled_buffer_is_used_again() {
    let mut converter = PictureConverter::new();
    let first = converter.to_preview(&orange(PixelFormat::GREY, 64, 48)).unwrap();
    let place = first.pixels.as_ptr();
    converter.recycle(first.pixels);
    assert_eq!(converter.to_preview(&orange(PixelFormat::YUYV, 64, 48)).unwrap().pixels.as_ptr(), place);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn random_bytes_never_panic(
        format in prop::sample::select(FORMATS.to_vec()),
        width in 0_u32..70,
        height in 0_u32..20,
        stride in prop_oneof![Just(0_u32), 0_u32..300],
        data in prop::collection::vec(any::<u8>(), 0..6000),
    ) {
        let frame = frame(format, (width, height), stride, data);
        let mut converter = PictureConverter::new();
        let enough = needed_bytes(format, width, height, stride).is_some_and(|needed| needed <= frame.data.len());
        prop_assert_eq!(converter.to_preview(&frame).is_ok(), enough);
        let image = converter.to_i420(&frame);
        prop_assert_eq!(image.is_ok(), enough && width >= 2 && height >= 2);
    }
}
