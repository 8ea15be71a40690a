//! What can still be made out of a damaged frame, for those who want to see the damage.

use crate::media::{PreviewImage, VideoFrame, needed_bytes};
use crate::model::PixelFormat;

use super::jpeg::{headers_of_whole, without_rigour};
use super::{ConvertError, PictureConverter};

/// What is wrong with a damaged frame, as far as its bytes tell.
pub fn damage(frame: &VideoFrame) -> ConvertError {
    let VideoFrame { pixel_format, width, height, stride, ref data, .. } = *frame;
    if pixel_format.is_jpeg() {
        return headers_of_whole(data).err().unwrap_or(ConvertError::Corrupt);
    }
    match needed_bytes(pixel_format, width, height, stride) {
        Some(needed) if data.len() < needed => ConvertError::Short { needed, got: data.len() },
        _ => ConvertError::Corrupt,
    }
}

impl PictureConverter {
    /// A picture of what there is of a damaged frame: what lacks is filled with zeros, and a JPEG is decoded as far as it goes.
    /// `None` where nothing can be made out. Never to be shown as a good one.
    pub fn to_damaged_preview(&mut self, frame: &VideoFrame) -> Option<PreviewImage> {
        let VideoFrame { pixel_format, width, height, stride, .. } = *frame;
        if pixel_format.is_jpeg() {
            return self.lenient_jpeg(frame);
        }
        let mut data = frame.data.to_vec();
        data.resize(needed_bytes(pixel_format, width, height, stride)?, 0);
        self.to_preview(&VideoFrame { data: data.into(), corrupt: false, ..copy_of(frame) }).ok()
    }

    fn lenient_jpeg(&mut self, frame: &VideoFrame) -> Option<PreviewImage> {
        let (width, height, rgb) = without_rigour(frame)?;
        let data = rgb.into();
        self.to_preview(&VideoFrame {
            width,
            height,
            stride: 0,
            pixel_format: PixelFormat::RGB3,
            data,
            corrupt: false,
            ..copy_of(frame)
        })
        .ok()
    }
}

/// The same without its bytes.
fn copy_of(frame: &VideoFrame) -> VideoFrame {
    VideoFrame { data: Vec::new().into(), ..*frame }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Colour, Timestamp};

    fn frame(pixel_format: PixelFormat, data: Vec<u8>) -> VideoFrame {
        let at = Timestamp::default();
        let (width, height, colour) = (48, 32, Colour::usual_of(pixel_format));
        VideoFrame {
            sequence: 7,
            captured_at: at,
            arrived_at: at,
            width,
            height,
            stride: 0,
            pixel_format,
            colour,
            data: data.into(),
            corrupt: true,
        }
    }

    #[test]
    fn half_a_raw_picture_shows_its_upper_half() {
        let half = frame(PixelFormat::GREY, vec![200; 48 * 16]);
        assert_eq!(damage(&half), ConvertError::Short { needed: 48 * 32, got: 48 * 16 });
        let picture = PictureConverter::new().to_damaged_preview(&half).unwrap();
        assert_eq!((picture.width, picture.height, picture.sequence), (48, 32, 7));
        let grey = |line: usize| picture.pixels[line * 48].to_ne_bytes()[0];
        assert_eq!((grey(0), grey(15), grey(16), grey(31)), (200, 200, 0, 0));
    }

    #[test]
    fn a_whole_picture_that_is_marked_is_shown_as_it_is() {
        let marked = frame(PixelFormat::GREY, vec![90; 48 * 32]);
        assert_eq!(damage(&marked), ConvertError::Corrupt);
        assert!(PictureConverter::new().to_damaged_preview(&marked).is_some());
    }

    #[test]
    fn a_jpeg_that_breaks_off_shows_its_beginning_and_garbage_shows_nothing() {
        let rgb: Vec<u8> = (0..48 * 32).flat_map(|index: u32| [(index * 37) as u8, (index / 5) as u8, 90]).collect();
        let mut jpeg = Vec::new();
        jpeg_encoder::Encoder::new(&mut jpeg, 90).encode(&rgb, 48, 32, jpeg_encoder::ColorType::Rgb).unwrap();
        jpeg.truncate(jpeg.len() * 2 / 3);
        let cut = frame(PixelFormat::MJPG, jpeg);
        assert!(matches!(damage(&cut), ConvertError::Jpeg(_)));
        let picture = PictureConverter::new().to_damaged_preview(&cut).unwrap();
        assert_eq!((picture.width, picture.height), (48, 32));

        let garbage = frame(PixelFormat::MJPG, vec![b'x'; 500]);
        assert!(PictureConverter::new().to_damaged_preview(&garbage).is_none());
    }
}
