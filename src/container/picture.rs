//! Pictures as files.

use std::path::Path;

use crate::media::PreviewImage;
use crate::model::ErrorName;

use super::file::{FileError, write_whole};

/// The quality at which pictures are saved as JPEG, of 100.
pub const JPEG_QUALITY: u8 = 90;

/// What a picture is saved as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// PNG: lossless.
    Png,
    /// JPEG; the camera's own bytes where it delivers JPEG.
    Jpeg,
    /// The camera's bytes as they are.
    Raw,
}

/// The format that a file's extension asks for: `png`, `jpg` or `jpeg`, `raw`, in upper or lower case.
pub fn picture_format(path: &Path) -> Option<PictureFormat> {
    let extension = path.extension()?.to_str()?.to_ascii_lowercase();
    match extension.as_str() {
        "png" => Some(PictureFormat::Png),
        "jpg" | "jpeg" => Some(PictureFormat::Jpeg),
        "raw" => Some(PictureFormat::Raw),
        _ => None,
    }
}

/// Saves a picture as PNG. The file is there complete or not at all.
///
/// # Errors
/// Where a file is there and `overwrite` is not set (`InvalidStateError`), or it cannot be written.
pub fn save_png(path: &Path, image: &PreviewImage, overwrite: bool) -> Result<(), FileError> {
    let bytes = png_bytes(image).map_err(|error| cannot_encode(path, &error))?;
    write_whole(path, &bytes, overwrite)
}

/// Saves a picture as JPEG of this quality, 1 to 100; [`JPEG_QUALITY`] is a good one. The file is there complete or not
/// at all.
///
/// # Errors
/// As [`save_png`], and where a side is longer than 65535 pixels.
pub fn save_jpeg(path: &Path, image: &PreviewImage, quality: u8, overwrite: bool) -> Result<(), FileError> {
    let bytes = jpeg_bytes(image, quality.clamp(1, 100)).map_err(|error| cannot_encode(path, &error))?;
    write_whole(path, &bytes, overwrite)
}

/// Saves bytes as they came from the camera; see [`trim_jpeg`] for those of a JPEG. The file is there complete or not at
/// all.
///
/// # Errors
/// As [`save_png`].
pub fn save_bytes(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), FileError> {
    write_whole(path, bytes, overwrite)
}

fn cannot_encode(path: &Path, reason: &impl std::fmt::Display) -> FileError {
    let message = format!("Cannot write “{}”: the picture cannot be encoded ({reason}); try PNG.", path.display());
    FileError { name: ErrorName::NotSupportedError, message }
}

fn png_bytes(image: &PreviewImage) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, image.width, image.height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&rgb_bytes(image))?;
    writer.finish()?;
    Ok(bytes)
}

fn jpeg_bytes(image: &PreviewImage, quality: u8) -> Result<Vec<u8>, String> {
    let side = |pixels: u32| u16::try_from(pixels).map_err(|_too_long| "a side is longer than 65535 pixels".to_owned());
    let mut bytes = Vec::new();
    let encoder = jpeg_encoder::Encoder::new(&mut bytes, quality);
    let (width, height) = (side(image.width)?, side(image.height)?);
    let encoded = encoder.encode(&rgb_bytes(image), width, height, jpeg_encoder::ColorType::Rgb);
    encoded.map(|()| bytes).map_err(|error| error.to_string())
}

/// The picture without its alpha, which is always opaque.
fn rgb_bytes(image: &PreviewImage) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(image.pixels.len() * 3);
    for pixel in &image.pixels {
        let [red, green, blue, _opaque] = pixel.to_ne_bytes();
        bytes.extend([red, green, blue]);
    }
    bytes
}

/// A JPEG without what some drivers leave behind its end; `None` where no JPEG starts or none ends.
pub fn trim_jpeg(bytes: &[u8]) -> Option<&[u8]> {
    if !bytes.starts_with(&[0xff, 0xd8]) {
        return None;
    }
    let mut at = 2;
    loop {
        match bytes.get(at..at + 2)? {
            [0xff, 0xd9] => return bytes.get(..at + 2),
            [0xff, 0xff] => at += 1, // filling
            [0xff, 0x01 | 0xd0..=0xd7] => at += 2,
            [0xff, 0xda] => at = end_of_scan(bytes, skip_segment(bytes, at)?)?,
            [0xff, _] => at = skip_segment(bytes, at)?,
            _ => return None,
        }
    }
}

/// Where the segment whose marker is at `at` ends.
fn skip_segment(bytes: &[u8], at: usize) -> Option<usize> {
    let length = bytes.get(at + 2..at + 4)?;
    Some(at + 2 + usize::from(u16::from_be_bytes(length.try_into().ok()?)))
}

/// The next marker behind a scan's data, in which 0xff is followed by 0 or belongs to a restart.
fn end_of_scan(bytes: &[u8], start: usize) -> Option<usize> {
    let rest = bytes.get(start..)?;
    let marker =
        rest.windows(2).position(|pair| matches!(pair, [0xff, code] if !matches!(code, 0 | 0xd0..=0xd7 | 0xff)));
    Some(start + marker?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    fn picture() -> PreviewImage {
        let pixel = |index: u32| u32::from_ne_bytes([(index % 16 * 16) as u8, (index / 16 * 20) as u8, 77, 255]);
        PreviewImage {
            width: 16,
            height: 12,
            pixels: (0..16 * 12).map(pixel).collect(),
            sequence: 1,
            captured_at: Timestamp::from_nanos(1),
        }
    }

    #[test]
    fn the_extension_names_the_format() {
        let cases = [
            ("a.png", Some(PictureFormat::Png)),
            ("b.c/a.JPG", Some(PictureFormat::Jpeg)),
            ("a.jpeg", Some(PictureFormat::Jpeg)),
            ("a.raw", Some(PictureFormat::Raw)),
            ("a.gif", None),
            ("png", None),
        ];
        for (path, format) in cases {
            assert_eq!(picture_format(Path::new(path)), format, "{path}");
        }
    }

    #[test]
    fn a_png_has_every_pixel() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        save_png(&path, &picture(), false).unwrap();
        let file = std::io::BufReader::new(std::fs::File::open(&path).unwrap());
        let mut reader = png::Decoder::new(file).read_info().unwrap();
        let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut bytes).unwrap();
        assert_eq!((info.width, info.height, info.color_type), (16, 12, png::ColorType::Rgb));
        assert_eq!(bytes, rgb_bytes(&picture()));
        assert!(save_png(&path, &picture(), false).is_err(), "an existing picture stays");
    }

    #[test]
    fn a_jpeg_looks_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.jpg");
        save_jpeg(&path, &picture(), JPEG_QUALITY, false).unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let pixels = zune_jpeg::JpegDecoder::new(std::io::Cursor::new(&bytes)).decode().unwrap();
        let far = pixels.iter().zip(rgb_bytes(&picture())).filter(|(got, wanted)| got.abs_diff(*wanted) > 24).count();
        assert!(far * 20 < pixels.len(), "{far} of {}", pixels.len());
    }

    #[test]
    fn a_jpeg_is_cut_at_its_own_end() {
        let jpeg = jpeg_bytes(&picture(), 90).unwrap();
        let mut padded = jpeg.clone();
        padded.extend([0, 7, 0xff, 0xd8, 0xff, 0xd9, 1]);
        assert_eq!(trim_jpeg(&padded), Some(jpeg.as_slice()));
        assert_eq!(trim_jpeg(&jpeg), Some(jpeg.as_slice()));
        assert_eq!(trim_jpeg(&jpeg[..jpeg.len() - 2]), None, "no end");
        assert_eq!(trim_jpeg(&padded[1..]), None, "no start");
    }
}
