//! `resizeMode` `crop-and-scale`: cropping and scaling a picture so that a circle stays round (RSZ-03, RSZ-06), and
//! scaling with bars for a clip whose size is fixed.

use fast_image_resize::images::{CroppedImageMut, Image, ImageRef};
use fast_image_resize::{FilterType, IntoImageViewMut, PixelType, ResizeAlg, ResizeOptions};

use super::{I420Image, PreviewImage};

/// A part of a picture, in its pixels; edges may lie between pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Window {
    /// From the left edge.
    pub left: f64,
    /// From the top edge.
    pub top: f64,
    /// Its width.
    pub width: f64,
    /// Its height.
    pub height: f64,
}

impl Window {
    /// The part in the middle of a picture of `from` pixels that makes one of `to` pixels without distorting it: it
    /// leaves out as little as possible, on two opposite sides alike.
    pub fn centred(from: (u32, u32), to: (u32, u32)) -> Self {
        let (width, height) = (f64::from(from.0), f64::from(from.1));
        let scale = (f64::from(to.0) / width.max(1.0)).max(f64::from(to.1) / height.max(1.0));
        let (inner_width, inner_height) = (f64::from(to.0) / scale, f64::from(to.1) / scale);
        Self {
            left: ((width - inner_width) / 2.0).max(0.0),
            top: ((height - inner_height) / 2.0).max(0.0),
            width: inner_width.min(width),
            height: inner_height.min(height),
        }
    }

    fn whole(width: u32, height: u32) -> Self {
        Self { left: 0.0, top: 0.0, width: width.into(), height: height.into() }
    }

    /// The same part of a plane of half the size.
    fn halved(self) -> Self {
        let Self { left, top, width, height } = self;
        Self { left: left / 2.0, top: top / 2.0, width: width / 2.0, height: height / 2.0 }
    }
}

/// Scales pictures; it keeps its buffers. Filter: a triangle as wide as the step from pixel to pixel (bilinear when a
/// picture grows, an average when it shrinks).
#[derive(Debug, Default)]
pub struct Resizer(fast_image_resize::Resizer);

impl Resizer {
    /// A resizer without buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The middle of a picture in another size, undistorted. A size beyond the picture's own is cut to that: nothing is
    /// invented (RSZ-03).
    pub fn crop_preview(&mut self, image: &PreviewImage, width: u32, height: u32) -> PreviewImage {
        let (width, height) = (width.min(image.width), height.min(image.height));
        let mut pixels = vec![OPAQUE_BLACK; width as usize * height as usize];
        let window = Window::centred((image.width, image.height), (width, height));
        let plane = Plane { bytes: bytemuck::cast_slice(&image.pixels), width: image.width, height: image.height };
        let target = Image::from_slice_u8(width, height, bytemuck::cast_slice_mut(&mut pixels), PixelType::U8x4);
        if let Ok(mut target) = target {
            self.scale(&plane, PixelType::U8x4, window, &mut target);
        }
        PreviewImage { width, height, pixels, ..*image }
    }

    /// As [`crop_preview`](Self::crop_preview), of planes. An odd size is rounded down to even, one below 2 is taken as 2.
    pub fn crop_i420(&mut self, image: &I420Image, width: u32, height: u32) -> I420Image {
        let mut result = I420Image::black(width.min(image.width), height.min(image.height));
        let window = Window::centred((image.width, image.height), (result.width, result.height));
        let place = Place { x: 0, y: 0, width: result.width, height: result.height };
        self.scale_planes(image, window, &mut result, place);
        result
    }

    /// Scales a picture into `width` by `height`, whole and undistorted, in the middle, with black bars where the shapes
    /// differ. The size asked for is rounded down to even. A picture that has the size already is copied as it is.
    pub fn fit_with_bars(&mut self, image: &I420Image, width: u32, height: u32) -> I420Image {
        let mut result = I420Image::black(width, height);
        if (image.width, image.height) == (result.width, result.height) {
            return image.clone();
        }
        if image.width > 0 && image.height > 0 {
            let place = Place::within(image, &result);
            self.scale_planes(image, Window::whole(image.width, image.height), &mut result, place);
        }
        result
    }

    fn scale_planes(&mut self, image: &I420Image, window: Window, to: &mut I420Image, place: Place) {
        let luma = Plane { bytes: &image.y, width: image.y_stride as u32, height: image.height };
        self.scale_into(&luma, window, (&mut to.y, to.width, to.height), place);
        let chroma = (to.width / 2, to.height / 2);
        for (from, to) in [(&image.u, &mut to.u), (&image.v, &mut to.v)] {
            let plane = Plane { bytes: from, width: image.chroma_stride as u32, height: image.height / 2 };
            self.scale_into(&plane, window.halved(), (to, chroma.0, chroma.1), place.halved());
        }
    }

    fn scale_into(&mut self, from: &Plane<'_>, window: Window, to: (&mut [u8], u32, u32), place: Place) {
        let Ok(mut target) = Image::from_slice_u8(to.1, to.2, to.0, PixelType::U8) else { return };
        let Place { x, y, width, height } = place;
        if let Ok(mut target) = CroppedImageMut::new(&mut target, x, y, width, height) {
            self.scale(from, PixelType::U8, window, &mut target);
        }
    }

    fn scale(&mut self, from: &Plane<'_>, pixels: PixelType, window: Window, to: &mut impl IntoImageViewMut) {
        let Window { left, top, width, height } = window;
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::Bilinear))
            .use_alpha(false)
            .crop(left, top, width, height);
        let scaled = ImageRef::new(from.width, from.height, from.bytes, pixels)
            .map_err(|error| error.to_string())
            .and_then(|from| self.0.resize(&from, to, &options).map_err(|error| error.to_string()));
        if let Err(error) = scaled {
            log::error!("A picture was not scaled: {error}"); // it stays black
        }
    }
}

const OPAQUE_BLACK: u32 = u32::from_ne_bytes([0, 0, 0, 255]);

/// Bytes of a picture or of one of its planes. The width counts the padding of lines; windows leave it out.
struct Plane<'a> {
    bytes: &'a [u8],
    width: u32,
    height: u32,
}

/// Where a picture goes, in pixels; all even.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Place {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Place {
    fn within(image: &I420Image, outer: &I420Image) -> Self {
        let (width, height) = (u64::from(image.width), u64::from(image.height));
        let (outer_width, outer_height) = (u64::from(outer.width), u64::from(outer.height));
        let (inner_width, inner_height) = if width * outer_height > outer_width * height {
            (outer_width, outer_width * height / width)
        } else {
            (outer_height * width / height, outer_height)
        };
        let even = |value: u64| ((value as u32) & !1).max(2);
        let (inner_width, inner_height) = (even(inner_width), even(inner_height));
        Self {
            x: ((outer.width - inner_width) / 2) & !1,
            y: ((outer.height - inner_height) / 2) & !1,
            width: inner_width,
            height: inner_height,
        }
    }

    const fn halved(self) -> Self {
        Self { x: self.x / 2, y: self.y / 2, width: self.width / 2, height: self.height / 2 }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::model::Timestamp;

    fn flat(width: u32, height: u32, y: u8) -> I420Image {
        let mut image = I420Image::black(width, height);
        image.y.fill(y);
        image.u.fill(90);
        image.v.fill(200);
        image
    }

    /// White with a black disc in the middle.
    fn disc(width: u32, height: u32, radius: f64) -> PreviewImage {
        let inside = |x: u32, y: u32| {
            let (x, y) = (f64::from(x) + 0.5 - f64::from(width) / 2.0, f64::from(y) + 0.5 - f64::from(height) / 2.0);
            x.hypot(y) < radius
        };
        let pixel = |index: u32| if inside(index % width, index / width) { OPAQUE_BLACK } else { u32::MAX };
        let pixels = (0..width * height).map(pixel).collect();
        PreviewImage { width, height, pixels, sequence: 7, captured_at: Timestamp::default() }
    }

    /// How many pixels of the middle line and of the middle column are dark.
    fn extent_of_disc(image: &PreviewImage) -> (usize, usize) {
        let dark = |index: u32| image.pixels[index as usize].to_ne_bytes()[0] < 128;
        let line = (0..image.width).filter(|x| dark(image.height / 2 * image.width + x)).count();
        let column = (0..image.height).filter(|y| dark(y * image.width + image.width / 2)).count();
        (line, column)
    }

    #[test]
    fn the_window_crops_as_little_as_possible() {
        crate::covers!("RSZ-06");
        // 1280x720 to 640x480 is 853.3 by 480 before the crop, 106.7 columns too many on each side.
        let window = Window::centred((1280, 720), (640, 480));
        assert_eq!(window, Window { left: 160.0, top: 0.0, width: 960.0, height: 720.0 });
        assert_eq!(Window::centred((1280, 720), (640, 360)), Window::whole(1280, 720));
        assert_eq!(Window::centred((640, 480), (1, 480)), Window { left: 319.5, top: 0.0, width: 1.0, height: 480.0 });
    }

    #[test]
    fn a_circle_stays_round_and_shrinks_by_the_scale() {
        for (width, height) in [(640, 480), (320, 240), (641, 363), (200, 700), (1280, 720)] {
            let image = Resizer::new().crop_preview(&disc(1280, 720, 90.0), width, height);
            assert_eq!((image.width, image.height, image.sequence), (width, height, 7));
            let scale = (f64::from(width) / 1280.0).max(f64::from(height) / 720.0);
            let (line, column) = extent_of_disc(&image);
            assert!((line as f64 - 180.0 * scale).abs() < 2.0, "{width}x{height}: {line} of {}", 180.0 * scale);
            assert!(line.abs_diff(column) <= 1, "{width}x{height}: {line} by {column}");
        }
    }

    #[test]
    fn nothing_is_enlarged() {
        let image = Resizer::new().crop_preview(&disc(64, 48, 10.0), 128, 20);
        assert_eq!((image.width, image.height), (64, 20));
    }

    #[test]
    fn planes_are_cropped_like_pixels() {
        let mut image = flat(64, 32, 50);
        image.y.chunks_exact_mut(64).for_each(|line| line[32..].fill(200));
        let cropped = Resizer::new().crop_i420(&image, 16, 16);
        let line = &cropped.y[8 * 16..9 * 16];
        assert!(line[..7].iter().all(|pixel| *pixel == 50) && line[9..].iter().all(|pixel| *pixel == 200), "{line:?}");
        assert!(cropped.u.iter().all(|pixel| *pixel == 90) && cropped.v.iter().all(|pixel| *pixel == 200));
    }

    #[test]
    fn the_same_size_is_the_same_picture() {
        let image = flat(32, 18, 77);
        assert_eq!(Resizer::new().fit_with_bars(&image, 32, 18), image);
    }

    #[test]
    fn a_wide_picture_gets_bars_above_and_below() {
        let scaled = Resizer::new().fit_with_bars(&flat(64, 16, 200), 32, 32);
        let line = |index: usize| &scaled.y[index * 32..(index + 1) * 32];
        assert!(line(0).iter().chain(line(11)).chain(line(20)).all(|pixel| *pixel == 16));
        assert!((12..20).all(|index| line(index).iter().all(|pixel| *pixel == 200)));
        assert_eq!((scaled.u[0], scaled.u[8 * 16], scaled.v[8 * 16]), (128, 90, 200));
    }

    #[test]
    fn halving_averages_neighbours() {
        let mut image = flat(8, 8, 0);
        for (index, pixel) in image.y.iter_mut().enumerate() {
            *pixel = if index % 2 == 0 { 100 } else { 200 };
        }
        let scaled = Resizer::new().fit_with_bars(&image, 4, 4);
        assert!(scaled.y.iter().all(|pixel| (125..=175).contains(pixel)), "{:?}", scaled.y);
    }

    proptest! {
        #[test]
        fn a_flat_picture_stays_flat_within_the_bars(
            width in 1_u32..80, height in 1_u32..80, to_width in 1_u32..80, to_height in 1_u32..80, y in 16_u8..=235,
        ) {
            let scaled = Resizer::new().fit_with_bars(&flat(width, height, y), to_width, to_height);
            prop_assert_eq!((scaled.width, scaled.height), ((to_width & !1).max(2), (to_height & !1).max(2)));
            prop_assert!(scaled.y.iter().all(|pixel| *pixel == y || *pixel == 16));
            prop_assert!(scaled.y.contains(&y));
        }

        #[test]
        fn any_size_can_be_reached(width in 1_u32..200, height in 1_u32..200, to_width in 1_u32..200, to_height in 1_u32..200) {
            crate::covers!("RSZ-05");
            let image = disc(width, height, 0.0);
            let cropped = Resizer::new().crop_preview(&image, to_width, to_height);
            prop_assert_eq!((cropped.width, cropped.height), (to_width.min(width), to_height.min(height)));
            prop_assert!(cropped.pixels.iter().all(|pixel| *pixel == u32::MAX));
        }
    }
}
