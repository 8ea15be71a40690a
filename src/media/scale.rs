//! Scaling pictures for a clip whose size is fixed.

use super::I420Image;

/// Scales a picture into `width` by `height`, whole and undistorted, in the middle, with black bars where the shapes
/// differ. Filter: a triangle as wide as the step from pixel to pixel (bilinear when it grows, an average when it
/// shrinks). The size asked for is rounded down to even. A picture that has the size already is copied as it is.
pub fn scale_with_bars(image: &I420Image, width: u32, height: u32) -> I420Image {
    let mut result = I420Image::black(width, height);
    if (image.width, image.height) == (result.width, result.height) {
        return image.clone();
    }
    if image.width == 0 || image.height == 0 {
        return result;
    }
    let fit = Fit::new(image, &result);
    let half = fit.halved();
    let chroma = (image.chroma_stride, image.width / 2, image.height / 2);
    scale_plane(
        &Plane { bytes: &image.y, stride: image.y_stride, width: image.width, height: image.height },
        &mut result.y,
        result.y_stride,
        fit,
    );
    for (from, to) in [(&image.u, &mut result.u), (&image.v, &mut result.v)] {
        let plane = Plane { bytes: from, stride: chroma.0, width: chroma.1, height: chroma.2 };
        scale_plane(&plane, to, result.chroma_stride, half);
    }
    result
}

/// Where the picture lies within the bars, in pixels; all even.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Fit {
    x: u32,
    y: u32,
    width: u32,
    height: u32,
}

impl Fit {
    fn new(image: &I420Image, within: &I420Image) -> Self {
        let (width, height) = (u64::from(image.width), u64::from(image.height));
        let (outer_width, outer_height) = (u64::from(within.width), u64::from(within.height));
        let (inner_width, inner_height) = if width * outer_height > outer_width * height {
            (outer_width, outer_width * height / width)
        } else {
            (outer_height * width / height, outer_height)
        };
        let even = |value: u64| ((value as u32) & !1).max(2);
        let (inner_width, inner_height) = (even(inner_width), even(inner_height));
        Self {
            x: ((within.width - inner_width) / 2) & !1,
            y: ((within.height - inner_height) / 2) & !1,
            width: inner_width,
            height: inner_height,
        }
    }

    const fn halved(self) -> Self {
        Self { x: self.x / 2, y: self.y / 2, width: self.width / 2, height: self.height / 2 }
    }
}

struct Plane<'a> {
    bytes: &'a [u8],
    stride: usize,
    width: u32,
    height: u32,
}

/// Which source pixels make one pixel, and with which weights; the weights add up to 1.
struct Taps {
    first: usize,
    weights: Vec<f32>,
}

fn scale_plane(from: &Plane<'_>, to: &mut [u8], to_stride: usize, fit: Fit) {
    let columns = taps(from.width, fit.width);
    let rows = taps(from.height, fit.height);
    let mut blended = vec![0.0_f32; from.width as usize];
    let lines = to.chunks_exact_mut(to_stride).skip(fit.y as usize);
    for (line, row) in lines.zip(&rows) {
        blended.fill(0.0);
        let sources = from.bytes.chunks(from.stride.max(1)).skip(row.first);
        for (source, weight) in sources.zip(&row.weights) {
            for (sum, pixel) in blended.iter_mut().zip(source) {
                *sum += weight * f32::from(*pixel);
            }
        }
        for (pixel, column) in line.iter_mut().skip(fit.x as usize).zip(&columns) {
            let sources = blended.iter().skip(column.first);
            let sum: f32 = sources.zip(&column.weights).map(|(value, weight)| value * weight).sum();
            *pixel = (sum + 0.5) as u8;
        }
    }
}

/// The taps for each of `to` pixels out of `from` pixels.
fn taps(from: u32, to: u32) -> Vec<Taps> {
    let step = f64::from(from) / f64::from(to.max(1));
    let reach = step.max(1.0);
    (0..to)
        .map(|pixel| {
            let centre = (f64::from(pixel) + 0.5) * step - 0.5;
            let first = (centre - reach).ceil().max(0.0);
            let last = (centre + reach).floor().min(f64::from(from) - 1.0);
            let count = (last - first) as usize + 1;
            let weight = |index: usize| (1.0 - ((first + index as f64) - centre).abs() / reach).max(0.0);
            let total: f64 = (0..count).map(weight).sum();
            Taps { first: first as usize, weights: (0..count).map(|index| (weight(index) / total) as f32).collect() }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn flat(width: u32, height: u32, y: u8) -> I420Image {
        let mut image = I420Image::black(width, height);
        image.y.fill(y);
        image.u.fill(90);
        image.v.fill(200);
        image
    }

    #[test]
    fn the_same_size_is_the_same_picture() {
        let image = flat(32, 18, 77);
        assert_eq!(scale_with_bars(&image, 32, 18), image);
    }

    #[test]
    fn a_wide_picture_gets_bars_above_and_below() {
        let scaled = scale_with_bars(&flat(64, 16, 200), 32, 32);
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
        let scaled = scale_with_bars(&image, 4, 4);
        assert!(scaled.y.iter().all(|pixel| (125..=175).contains(pixel)), "{:?}", scaled.y);
    }

    proptest! {
        #[test]
        fn a_flat_picture_stays_flat_within_the_bars(
            width in 1_u32..80, height in 1_u32..80, to_width in 1_u32..80, to_height in 1_u32..80, y in 16_u8..=235,
        ) {
            let scaled = scale_with_bars(&flat(width, height, y), to_width, to_height);
            prop_assert_eq!((scaled.width, scaled.height), ((to_width & !1).max(2), (to_height & !1).max(2)));
            prop_assert!(scaled.y.iter().all(|pixel| *pixel == y || *pixel == 16));
            prop_assert!(scaled.y.contains(&y));
        }
    }
}
