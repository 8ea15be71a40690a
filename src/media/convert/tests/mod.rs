//! Tests of the conversions.

mod coding;

use std::collections::BTreeSet;

use proptest::prelude::*;

use crate::media::{line_stride, needed_bytes};
use crate::model::{Colour, ColourMatrix, ColourRange, PixelFormat, Timestamp};

use super::*;
use coding::{CODINGS, Coding, Picture, luma_and_chroma};

/// SMPTE's bars at 75 % and more: all corners of the cube, and some within.
const BARS: [[u8; 3]; 10] = [
    [255, 255, 255],
    [191, 191, 0],
    [0, 191, 191],
    [0, 255, 0],
    [191, 0, 191],
    [255, 0, 0],
    [0, 0, 191],
    [0, 0, 0],
    [241, 137, 20],
    [100, 120, 180],
];
const BAR_WIDTH: usize = 8;
const WIDTH: usize = BARS.len() * BAR_WIDTH;
const HEIGHT: usize = 8;

const ALL_COLOURS: [Colour; 6] = {
    use ColourMatrix::{Bt601, Bt709, Bt2020};
    use ColourRange::{Full, Limited};
    [
        Colour { range: Limited, matrix: Bt601 },
        Colour { range: Limited, matrix: Bt709 },
        Colour { range: Limited, matrix: Bt2020 },
        Colour { range: Full, matrix: Bt601 },
        Colour { range: Full, matrix: Bt709 },
        Colour { range: Full, matrix: Bt2020 },
    ]
};

pub fn frame(pixel_format: PixelFormat, (width, height): (u32, u32), stride: u32, data: Vec<u8>) -> VideoFrame {
    let at = Timestamp::from_nanos(5);
    let (colour, data) = (Colour::usual_of(pixel_format), data.into());
    VideoFrame {
        sequence: 7,
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

fn bars(format: PixelFormat, coding: Coding, colour: Colour, padding: u32) -> VideoFrame {
    // Planes whose chroma has fewer columns divide the padding.
    let stride = line_stride(format, WIDTH as u32, 0) + padding;
    let picture = Picture { width: WIDTH, height: HEIGHT, colour, column: &|x| BARS[x / BAR_WIDTH] };
    let data = picture.write(coding, stride as usize);
    VideoFrame { colour, ..frame(format, (WIDTH as u32, HEIGHT as u32), stride, data) }
}

fn codings() -> impl Iterator<Item = (PixelFormat, Coding)> {
    CODINGS.iter().map(|(code, coding)| (code.parse().unwrap(), *coding))
}

/// The colour that a bar should have.
fn seen(bar: [u8; 3], coding: Coding) -> [u8; 3] {
    if let Coding::Grey(..) = coding { [bar[0]; 3] } else { bar }
}

/// Checks the two middle columns of each bar: at its edges, colours are shared.
fn check_bars(what: &str, image: &PreviewImage, coding: Coding, tolerance: u8) {
    assert_eq!((image.width, image.height), (WIDTH as u32, HEIGHT as u32), "{what}");
    for line in image.pixels.chunks_exact(WIDTH) {
        for (bar, wanted) in BARS.iter().enumerate() {
            let wanted = seen(*wanted, coding);
            let middle = bar * BAR_WIDTH + BAR_WIDTH / 2;
            for pixel in &line[middle - 1..=middle] {
                let [rgb @ .., alpha] = pixel.to_ne_bytes();
                let good = rgb.iter().zip(wanted).all(|(got, wanted)| got.abs_diff(wanted) <= tolerance);
                assert!(good && alpha == 255, "{what}, bar {bar}: {rgb:?} in the place of {wanted:?}");
            }
        }
    }
}

#[test]
fn each_raw_format_is_tested() {
    let tested: BTreeSet<_> = codings().map(|(format, _)| format).collect();
    let table: BTreeSet<_> = PixelFormat::decodable().filter(|format| !format.is_jpeg()).collect();
    assert_eq!(tested, table);
}

#[test]
fn colour_bars_come_back_from_each_format() {
    let mut converter = PictureConverter::new();
    for (format, coding) in codings() {
        for padding in [0, 16] {
            let frame = bars(format, coding, Colour::usual_of(format), padding);
            let image = converter.to_preview(&frame).unwrap();
            check_bars(&format!("{format}"), &image, coding, coding.tolerance());
            converter.recycle(image.pixels);
        }
    }
}

#[test]
fn range_and_matrix_shift_no_colour() {
    let mut converter = PictureConverter::new();
    for (format, coding) in codings() {
        for colour in ALL_COLOURS {
            let image = converter.to_preview(&bars(format, coding, colour, 0)).unwrap();
            // Few bits of limited range are worth a little more each.
            let tolerance = coding.tolerance() + coding.tolerance() / 4;
            check_bars(&format!("{format} {colour}"), &image, coding, tolerance);
        }
    }
}

#[test]
fn planes_for_an_encoder_are_limited_bt601_whatever_the_camera_sends() {
    let mut converter = PictureConverter::new();
    for (format, coding) in codings() {
        let colours = if coding.has_chroma() { &ALL_COLOURS[..] } else { &[Colour::FULL, Colour::LIMITED] };
        for &colour in colours {
            let image = converter.to_i420(&bars(format, coding, colour, 16)).unwrap();
            assert_eq!((image.width, image.height), (WIDTH as u32, HEIGHT as u32), "{format} {colour}");
            check_planes(&format!("{format} {colour}"), &image, coding);
            converter.recycle_i420(image);
        }
    }
}

fn check_planes(what: &str, image: &I420Image, coding: Coding) {
    for (bar, rgb) in BARS.iter().enumerate() {
        let wanted = luma_and_chroma(seen(*rgb, coding), Colour::LIMITED);
        let middle = bar * BAR_WIDTH + BAR_WIDTH / 2;
        for y in 0..HEIGHT {
            let chroma = y / 2 * image.chroma_stride + middle / 2;
            let got = [image.y[y * image.y_stride + middle], image.u[chroma], image.v[chroma]];
            let good = got.iter().zip(wanted).all(|(got, wanted)| got.abs_diff(wanted) <= coding.tolerance());
            assert!(good, "{what}, bar {bar}: {got:?} in the place of {wanted:?}");
        }
    }
}

fn jpeg_of_bars(colour: Colour, kind: jpeg_encoder::ColorType) -> VideoFrame {
    let picture = Picture { width: WIDTH, height: HEIGHT, colour, column: &|x| BARS[x / BAR_WIDTH] };
    let (coding, channels) = match kind {
        jpeg_encoder::ColorType::Ycbcr => (Coding::Bytes("yuv"), 3),
        jpeg_encoder::ColorType::Luma => (Coding::Bytes("r"), 1),
        _ => (Coding::Bytes("rgb"), 3),
    };
    let bytes = picture.write(coding, WIDTH * channels);
    let mut jpeg = Vec::new();
    let mut encoder = jpeg_encoder::Encoder::new(&mut jpeg, 98);
    encoder.set_sampling_factor(jpeg_encoder::SamplingFactor::F_2_1);
    encoder.encode(&bytes, WIDTH as u16, HEIGHT as u16, kind).unwrap();
    VideoFrame { colour, ..frame(PixelFormat::MJPG, (WIDTH as u32, HEIGHT as u32), 0, jpeg) }
}

#[test]
fn a_jpeg_has_the_colours_of_its_standard_or_those_that_it_is_said_to_have() {
    let mut converter = PictureConverter::new();
    let image = converter.to_preview(&jpeg_of_bars(Colour::FULL, jpeg_encoder::ColorType::Rgb)).unwrap();
    check_bars("JPEG", &image, Coding::Bytes("rgb"), 6);
    for colour in ALL_COLOURS {
        let image = converter.to_preview(&jpeg_of_bars(colour, jpeg_encoder::ColorType::Ycbcr)).unwrap();
        check_bars(&format!("JPEG {colour}"), &image, Coding::Bytes("rgb"), 8);
        let image = converter.to_preview(&jpeg_of_bars(colour, jpeg_encoder::ColorType::Luma)).unwrap();
        check_bars(&format!("grey JPEG {colour}"), &image, Coding::Grey(8, coding::Pack::Byte), 4);
    }
    for code in [*b"MJPG", *b"JPEG"] {
        let frame = VideoFrame {
            pixel_format: PixelFormat(code),
            ..jpeg_of_bars(Colour { matrix: ColourMatrix::Bt709, ..Colour::LIMITED }, jpeg_encoder::ColorType::Ycbcr)
        };
        let (y, u, v) = {
            let image = converter.to_i420(&frame).unwrap();
            (image.y[4], image.u[2], image.v[2])
        };
        assert!(y.abs_diff(235) <= 3 && u.abs_diff(128) <= 3 && v.abs_diff(128) <= 3, "white: {y} {u} {v}");
    }
}

#[test]
fn an_odd_size_loses_a_line_and_a_column_for_an_encoder() {
    let mut converter = PictureConverter::new();
    for format in PixelFormat::decodable() {
        let data = if format.is_jpeg() {
            let mut jpeg = Vec::new();
            let rgb = [100; 21 * 15 * 3];
            jpeg_encoder::Encoder::new(&mut jpeg, 90).encode(&rgb, 21, 15, jpeg_encoder::ColorType::Rgb).unwrap();
            jpeg
        } else {
            vec![100; needed_bytes(format, 21, 15, 0).unwrap()]
        };
        let frame = frame(format, (21, 15), 0, data);
        let image = converter.to_i420(&frame).unwrap();
        assert_eq!((image.width, image.height), (20, 14), "{format}");
        let image = converter.to_preview(&frame).unwrap();
        assert_eq!((image.width, image.height), (21, 15), "{format}");
    }
}

#[test]
fn a_last_line_without_padding_is_shown_too() {
    let mut converter = PictureConverter::new();
    for (format, coding) in codings() {
        let mut frame = bars(format, coding, Colour::usual_of(format), 16);
        let needed = needed_bytes(format, frame.width, frame.height, frame.stride).unwrap();
        assert!(needed < frame.data.len(), "{format}");
        frame.data.truncate(needed);
        check_bars(&format!("{format}"), &converter.to_preview(&frame).unwrap(), coding, coding.tolerance());
        check_planes(&format!("{format}"), &converter.to_i420(&frame).unwrap(), coding);
        frame.data.pop();
        let got = needed - 1;
        assert_eq!(converter.to_preview(&frame), Err(ConvertError::Short { needed, got }), "{format}");
        assert_eq!(converter.to_i420(&frame), Err(ConvertError::Short { needed, got }), "{format}");
    }
}

#[test]
fn what_is_damaged_or_unknown_is_an_error() {
    let mut converter = PictureConverter::new();
    for format in PixelFormat::decodable() {
        let damaged = VideoFrame { corrupt: true, ..frame(format, (64, 48), 0, vec![0; 64 * 48 * 4]) };
        assert_eq!(converter.to_preview(&damaged), Err(ConvertError::Corrupt), "{format}");
        assert_eq!(converter.to_i420(&damaged), Err(ConvertError::Corrupt), "{format}");
    }
    let unknown = frame(PixelFormat(*b"HM12"), (8, 8), 0, vec![0; 640]);
    assert!(matches!(converter.to_preview(&unknown), Err(ConvertError::Unsupported(_))));
    assert!(matches!(converter.to_i420(&unknown), Err(ConvertError::Unsupported(_))));
}

#[test]
fn a_recycled_buffer_is_used_again() {
    let mut converter = PictureConverter::new();
    let grey = frame(PixelFormat::GREY, (64, 48), 0, vec![100; 64 * 48]);
    let first = converter.to_preview(&grey).unwrap();
    let place = first.pixels.as_ptr();
    converter.recycle(first.pixels);
    assert_eq!(converter.to_preview(&grey).unwrap().pixels.as_ptr(), place);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn random_bytes_never_panic(
        format in prop::sample::select(PixelFormat::decodable().collect::<Vec<_>>()),
        colour in prop::sample::select(ALL_COLOURS.to_vec()),
        width in 0_u32..40,
        height in 0_u32..40,
        stride in prop_oneof![3 => Just(0_u32), 2 => 0_u32..200, 1 => any::<u32>()],
        missing in prop_oneof![Just(0_usize), 0_usize..100, Just(usize::MAX)],
        bytes in prop::collection::vec(any::<u8>(), 1..500),
    ) {
        let needed = needed_bytes(format, width, height, stride).filter(|needed| *needed < 100_000);
        let size = needed.unwrap_or(500).saturating_sub(missing);
        let data = bytes.into_iter().cycle().take(size).collect();
        let frame = VideoFrame { colour, ..frame(format, (width, height), stride, data) };
        let mut converter = PictureConverter::new();
        let enough = needed.is_some_and(|needed| needed <= size);
        let image = converter.to_preview(&frame);
        prop_assert_eq!(image.is_ok(), enough, "{:?}", image);
        if let Ok(image) = image {
            prop_assert_eq!((image.width, image.height), (width, height));
            prop_assert_eq!(image.pixels.len(), (width * height) as usize);
            prop_assert!(image.pixels.iter().all(|pixel| pixel.to_ne_bytes()[3] == 255));
        }
        let image = converter.to_i420(&frame);
        prop_assert_eq!(image.is_ok(), enough && width >= 2 && height >= 2, "{:?}", image);
    }
}
