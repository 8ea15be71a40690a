//! Motion JPEG: what cameras send, and what the decoder wants.

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::media::VideoFrame;

use super::ConvertError;

/// Tells zune-jpeg to use the standard Huffman tables where a frame has none.
const AVI1_SEGMENT: [u8; 18] = *b"\xff\xe0\0\x10AVI1\0\0\0\0\0\0\0\0\0\0";

/// What the picture is turned into.
#[derive(Clone, Copy, Debug)]
pub(super) enum Target {
    /// Three bytes for each pixel, as they stand in the JPEG.
    YCbCr,
    Rgba,
}

/// Decodes the picture of a JPEG frame. A picture of more than twice the size that the device is set to is refused, so that
/// a damaged header cannot ask for all memory. `room` gives the buffer for the size of the picture. Returns the size.
pub(super) fn decode_jpeg<'a>(
    frame: &VideoFrame,
    target: Target,
    scratch: &mut Vec<u8>,
    room: impl FnOnce(u32, u32) -> &'a mut [u8],
) -> Result<(u32, u32), ConvertError> {
    let jpeg = complete(&frame.data, scratch)?;
    let space = match target {
        Target::YCbCr => ColorSpace::YCbCr,
        Target::Rgba => ColorSpace::RGBA,
    };
    // Strict: a picture with a damaged middle is a damaged picture.
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(space)
        .set_strict_mode(true)
        .set_max_width(largest(frame.width))
        .set_max_height(largest(frame.height));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(jpeg), options);
    decoder.decode_headers().map_err(|error| ConvertError::Jpeg(error.to_string()))?;
    let (width, height) = decoder.dimensions().ok_or_else(|| ConvertError::Jpeg("it has no size".to_owned()))?;
    let (width, height) = (width as u32, height as u32);
    let pixels = room(width, height);
    let last_line = pixels.len() - pixels.len() / height.max(1) as usize;
    pixels.iter_mut().skip(last_line).for_each(|byte| *byte = 0);
    decoder.decode_into(pixels).map_err(|error| ConvertError::Jpeg(error.to_string()))?;
    // The decoder may give up without an error. A line that it wrote is not all 0: alpha is 255, and 0 is no
    // value of chroma that a picture has from left to right.
    if pixels.iter().skip(last_line).all(|byte| *byte == 0) {
        return Err(ConvertError::Jpeg("its pixels do not reach its last line".to_owned()));
    }
    Ok((width, height))
}

/// What a decoder that forgives makes of a damaged JPEG: width, height, and RGB. `None` where it makes nothing of it.
pub(super) fn without_rigour(frame: &VideoFrame) -> Option<(u32, u32, Vec<u8>)> {
    let options = DecoderOptions::default()
        .jpeg_set_out_colorspace(ColorSpace::RGB)
        .set_strict_mode(false)
        .set_max_width(largest(frame.width))
        .set_max_height(largest(frame.height));
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(frame.data.as_slice()), options);
    let rgb = decoder.decode().ok()?;
    let (width, height) = decoder.dimensions()?;
    Some((width as u32, height as u32, rgb))
}

fn largest(expected: u32) -> usize {
    (expected as usize).saturating_mul(2).saturating_add(64)
}

/// What stands before the pixels of a whole picture. A quick look: from the front up to the pixels, and from the back to the mark
/// of the end.
pub(super) fn headers_of_whole(jpeg: &[u8]) -> Result<Headers, ConvertError> {
    let headers = Headers::read(jpeg).ok_or_else(|| ConvertError::Jpeg("its headers are damaged".to_owned()))?;
    let scan = jpeg.get(headers.scan..).unwrap_or_default();
    if !scan.windows(2).rev().any(|pair| pair == [0xff, 0xd9]) {
        return Err(ConvertError::Jpeg("it breaks off before its end".to_owned()));
    }
    Ok(headers)
}

/// The picture up to its own end, with Huffman tables, which many webcams leave out.
fn complete<'a>(bytes: &'a [u8], scratch: &'a mut Vec<u8>) -> Result<&'a [u8], ConvertError> {
    let headers = Headers::read(bytes).ok_or_else(|| ConvertError::Jpeg("its headers are damaged".to_owned()))?;
    let end = headers.end_of_picture(bytes)? - headers.bytes_to_leave_out();
    let jpeg = bytes.get(..end).unwrap_or(bytes);
    if headers.has_huffman_tables {
        return Ok(jpeg);
    }
    let (start, rest) = jpeg.split_at(2);
    scratch.clear();
    for part in [start, &AVI1_SEGMENT, rest] {
        scratch.extend_from_slice(part);
    }
    Ok(scratch)
}

/// What stands before the pixels of a JPEG.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Headers {
    /// Where the first scan begins.
    scan: usize,
    has_huffman_tables: bool,
    /// All components are in the first scan, and it has all of their bits: the way of all cameras.
    one_scan: bool,
    /// There are restart markers among the pixels.
    restarts: bool,
    /// Pixels.
    width: u16,
}

impl Headers {
    fn read(jpeg: &[u8]) -> Option<Self> {
        if !jpeg.starts_with(&[0xff, 0xd8]) {
            return None;
        }
        let mut at = 2;
        let (mut has_huffman_tables, mut restarts) = (false, false);
        let (mut progressive, mut components, mut width) = (false, 0, 0);
        loop {
            match (*jpeg.get(at)?, *jpeg.get(at + 1)?) {
                (0xff, 0xda) => {
                    let one_scan = !progressive && *jpeg.get(at + 4)? == components;
                    return Some(Self { scan: at, has_huffman_tables, one_scan, restarts, width });
                }
                (0xff, 0xd9) => return None,
                (0xff, marker @ (0xc0..=0xcf | 0xdb..=0xfe)) => {
                    has_huffman_tables |= marker == 0xc4;
                    restarts |= marker == 0xdd;
                    if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
                        (progressive, components) = (marker & 3 == 2, *jpeg.get(at + 9)?);
                        width = u16::from_be_bytes([*jpeg.get(at + 7)?, *jpeg.get(at + 8)?]);
                    }
                    at += 2 + segment_length(jpeg.get(at + 2..at + 4)?)?;
                }
                _ => at += 1,
            }
        }
    }

    /// The mark of the end is kept from the decoder, which takes it for the end of a whole picture wherever it comes, and goes on
    /// with zeros. Without it, the decoder says where bits are missing. It looks a few bytes ahead, and has no such bytes in the
    /// last two rows of a picture that is very narrow, and may look for a restart behind the last pixels where there are any.
    fn bytes_to_leave_out(&self) -> usize {
        if self.one_scan && !self.restarts && self.width >= 64 { 2 } else { 0 }
    }

    /// Just behind the mark of the end. Behind it may be the tail of an earlier and longer picture.
    fn end_of_picture(&self, jpeg: &[u8]) -> Result<usize, ConvertError> {
        let mut at = self.scan;
        while let Some(length) = jpeg.get(at + 2..at + 4).and_then(segment_length) {
            let Some(next) = next_marker(jpeg, at + 2 + length) else { break };
            match jpeg.get(next + 1) {
                Some(0xd9) => return Ok(next + 2),
                // The number of lines may be told behind them.
                Some(marker) if self.one_scan && *marker != 0xdc => {
                    let message = format!("there is a marker (0x{marker:02x}) in the middle of its pixels");
                    return Err(ConvertError::Jpeg(message));
                }
                _ => at = next,
            }
        }
        Err(ConvertError::Jpeg("it breaks off before its end".to_owned()))
    }
}

/// Where the next marker is that is neither a stuffed byte nor a restart.
fn next_marker(jpeg: &[u8], mut at: usize) -> Option<usize> {
    loop {
        at += jpeg.get(at..)?.iter().position(|byte| *byte == 0xff)?;
        match *jpeg.get(at + 1)? {
            0x00 | 0xd0..=0xd7 => at += 2,
            0xff => at += 1,
            _ => return Some(at),
        }
    }
}

fn segment_length(bytes: &[u8]) -> Option<usize> {
    let length = u16::from_be_bytes(bytes.try_into().ok()?);
    (length >= 2).then_some(usize::from(length))
}

#[cfg(test)]
mod tests {
    use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
    use proptest::prelude::*;

    use super::*;
    use crate::model::{Colour, PixelFormat, Timestamp};

    fn picture_rgb() -> Vec<u8> {
        (0..48 * 32_u32).flat_map(|index| [index as u8, (index / 5) as u8, 90]).collect()
    }

    fn picture() -> Vec<u8> {
        let mut jpeg = Vec::new();
        Encoder::new(&mut jpeg, 90).encode(&picture_rgb(), 48, 32, ColorType::Rgb).unwrap();
        jpeg
    }

    fn frame(jpeg: &[u8]) -> VideoFrame {
        let (at, data) = (Timestamp::default(), jpeg.to_vec().into());
        VideoFrame {
            sequence: 0,
            captured_at: at,
            arrived_at: at,
            width: 48,
            height: 32,
            stride: 0,
            pixel_format: PixelFormat::MJPG,
            colour: Colour::FULL,
            data,
            corrupt: false,
        }
    }

    fn decode(jpeg: &[u8]) -> Result<Vec<u8>, ConvertError> {
        decode_as(jpeg, (48, 32))
    }

    fn decode_as(jpeg: &[u8], (width, height): (u32, u32)) -> Result<Vec<u8>, ConvertError> {
        let mut rgba = Vec::new();
        decode_jpeg(&VideoFrame { width, height, ..frame(jpeg) }, Target::Rgba, &mut Vec::new(), |width, height| {
            rgba.resize((width * height * 4) as usize, 0);
            &mut rgba
        })?;
        Ok(rgba)
    }

    fn without_huffman_tables(jpeg: &[u8]) -> Vec<u8> {
        let mut result = jpeg[..2].to_vec();
        let mut at = 2;
        while jpeg[at + 1] != 0xda {
            let end = at + 2 + segment_length(&jpeg[at + 2..at + 4]).unwrap();
            if jpeg[at + 1] != 0xc4 {
                result.extend_from_slice(&jpeg[at..end]);
            }
            at = end;
        }
        result.extend_from_slice(&jpeg[at..]);
        result
    }

    #[test]
    fn a_frame_without_huffman_tables_decodes_the_same() {
        let jpeg = picture();
        let bare = without_huffman_tables(&jpeg);
        assert!(bare.len() < jpeg.len());
        assert_eq!(decode(&bare).unwrap(), decode(&jpeg).unwrap());
    }

    #[test]
    fn padding_after_the_end_does_no_harm() {
        let mut jpeg = picture();
        let pixels = decode(&jpeg).unwrap();
        jpeg.extend_from_slice(&[0; 500]);
        assert_eq!(decode(&jpeg).unwrap(), pixels);
    }

    #[test]
    fn a_frame_that_breaks_off_is_an_error() {
        let jpeg = picture();
        for kept in [0, 1, 2, 3, 30, jpeg.len() / 2, jpeg.len() - 2] {
            assert!(decode(&jpeg[..kept]).is_err(), "{kept} of {} bytes", jpeg.len());
        }
    }

    #[test]
    fn a_quick_look_finds_what_breaks_off() {
        let jpeg = picture();
        assert!(headers_of_whole(&jpeg).is_ok());
        for kept in [0, 1, 2, 3, 30, jpeg.len() / 2, jpeg.len() - 2] {
            assert!(headers_of_whole(&jpeg[..kept]).is_err(), "{kept} of {} bytes", jpeg.len());
        }
        assert!(headers_of_whole(&[b'x'; 500]).is_err());
    }

    #[test]
    fn a_marker_within_the_pixels_is_an_error() {
        let jpeg = picture();
        let scan = Headers::read(&jpeg).unwrap().scan;
        let middle = scan + (jpeg.len() - scan) / 2;
        let tables = jpeg.windows(2).position(|pair| pair == [0xff, 0xdb]).unwrap();
        let table = &jpeg[tables..tables + 2 + segment_length(&jpeg[tables + 2..tables + 4]).unwrap()];
        for inserted in [table, &[0xff, 0xfe, 0, 4, 1, 2], &[0xff, 0xd8], &[0xff, 0xda, 0, 2]] {
            let damaged = [&jpeg[..middle], inserted, &jpeg[middle..]].concat();
            assert!(decode(&damaged).is_err(), "{inserted:?}");
        }
    }

    #[test]
    fn restarts_and_several_scans_are_read() {
        let rgb: Vec<u8> = picture_rgb();
        for progressive in [false, true] {
            let mut jpeg = Vec::new();
            let mut encoder = Encoder::new(&mut jpeg, 90);
            encoder.set_progressive(progressive);
            encoder.set_restart_interval(2);
            encoder.encode(&rgb, 48, 32, ColorType::Rgb).unwrap();
            assert!(decode(&jpeg).is_ok(), "progressive: {progressive}");
        }
    }

    #[test]
    fn a_header_cannot_ask_for_all_memory() {
        let mut jpeg = picture();
        let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
        jpeg[frame + 5..frame + 9].fill(0xff);
        assert!(decode(&jpeg).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]

        #[test]
        fn a_picture_that_ends_early_is_an_error_and_a_whole_one_is_not(
            width in 64_u16..200,
            height in 17_u16..100,
            quality in 5_u8..100,
            subsampled in any::<bool>(),
            restarts in prop::sample::select(vec![0_u16, 1, 2, 3, 7]),
            flat in any::<bool>(),
            kept in 0.0..0.9_f64,
        ) {
            let pixel = |index: u32| if flat { 120 } else { (index * index / 7) as u8 };
            let rgb: Vec<u8> = (0..u32::from(width) * u32::from(height) * 3).map(pixel).collect();
            let mut jpeg = Vec::new();
            let mut encoder = Encoder::new(&mut jpeg, quality);
            encoder.set_sampling_factor(if subsampled { SamplingFactor::F_2_2 } else { SamplingFactor::F_2_1 });
            if restarts > 0 {
                encoder.set_restart_interval(restarts);
            }
            encoder.encode(&rgb, width, height, ColorType::Rgb).unwrap();
            let size = (u32::from(width), u32::from(height));
            prop_assert!(decode_as(&jpeg, size).is_ok(), "{:?}", decode_as(&jpeg, size));
            let scan = Headers::read(&jpeg).unwrap().scan + 14;
            let mut kept = scan + ((jpeg.len() - scan) as f64 * kept) as usize;
            // Not between the two bytes of a marker or of a stuffed one.
            if jpeg[kept - 1] == 0xff {
                kept -= 1;
            }
            let early = [&jpeg[..kept], &[0xff, 0xd9], &jpeg[kept..]].concat();
            prop_assert!(restarts > 0 || decode_as(&early, size).is_err(), "{kept} of {}", jpeg.len());
        }

        #[test]
        fn damage_never_panics(damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12)) {
            let mut jpeg = picture();
            for (index, byte) in damage {
                let index = index.index(jpeg.len());
                jpeg[index] = byte;
            }
            decode(&jpeg).ok();
        }
    }
}
