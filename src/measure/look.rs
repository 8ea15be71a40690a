//! A closer look at some pictures: spread of the luma, sharpness, noise.

use std::time::Duration;

use crate::media::PreviewImage;
use crate::model::Timestamp;

use super::noise::{Samples, noise};

/// No more often than this, so that it costs little.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// Lines on which the Laplacian is taken.
const LINES: usize = 32;
/// Luma is kept in 256ths of a step, so that rounding adds no noise.
pub(super) const SCALE: f64 = 256.0;
/// Darker pictures have no sharpness: noise would be taken for it.
const DARKEST: f64 = 4.0;

/// What a closer look at a picture found.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Look {
    /// Mean luma over the lines that were looked at, 0 to 255.
    pub mean: f64,
    /// Standard deviation of the luma over these lines, in steps of 255.
    pub deviation: f64,
    /// Variance of the Laplacian (the four neighbours less four times the pixel) of the luma over these lines, divided by
    /// the square of the mean luma: of no unit, for comparing pictures of one scene. `None` of a black picture.
    pub sharpness: Option<f64>,
    /// Standard deviation in time of a pixel that stands still, in steps of 255; `None` without an earlier picture of the
    /// same size.
    pub noise: Option<f64>,
}

/// Looks at the pictures of one track, each a tenth of a second after the last at the earliest.
#[derive(Debug, Default)]
pub struct Looker {
    last: Option<Timestamp>,
    samples: Option<Samples>,
    lines: [Vec<u16>; 3],
}

impl Looker {
    /// Looks at a picture, where the time has come.
    pub fn look(&mut self, image: &PreviewImage) -> Option<Look> {
        let at = image.captured_at;
        if self.last.is_some_and(|last| last <= at && at.since(last) < LOOK_EVERY) {
            return None;
        }
        self.last = Some(at);
        let samples = Samples::of(image)?;
        let noise = self.samples.as_ref().and_then(|before| noise(before, &samples));
        self.samples = Some(samples);
        Some(Look { noise, ..self.sums(image)?.look() })
    }

    /// Lines from the top to the bottom, evenly spread.
    fn sums(&mut self, image: &PreviewImage) -> Option<Sums> {
        let (width, height) = (image.width as usize, image.height as usize);
        let inner = height.checked_sub(2).filter(|inner| *inner > 0 && width > 2)?;
        let count = inner.min(LINES);
        let mut sums = Sums::default();
        for index in 0..count {
            let top = index * inner / count;
            for (line, offset) in self.lines.iter_mut().zip(top..) {
                line.clear();
                line.extend(image.pixels.get(offset * width..(offset + 1) * width)?.iter().map(|pixel| luma(*pixel)));
            }
            let [above, line, below] = &self.lines;
            sums.add(above, line, below);
        }
        Some(sums)
    }
}

/// The luma of a pixel (BT.601) in 256ths of a step.
pub(super) fn luma(pixel: u32) -> u16 {
    let [r, g, b, _] = pixel.to_ne_bytes();
    77 * u16::from(r) + 150 * u16::from(g) + 29 * u16::from(b)
}

/// Sums over pixels, in 256ths of a step and their squares.
#[derive(Clone, Copy, Debug, Default)]
struct Sums {
    pixels: u64,
    luma: u64,
    luma_squared: u64,
    laplacian: i64,
    laplacian_squared: u64,
}

impl Sums {
    fn add(&mut self, above: &[u16], line: &[u16], below: &[u16]) {
        for ((three, above), below) in line.windows(3).zip(above.iter().skip(1)).zip(below.iter().skip(1)) {
            let &[left, here, right] = three else { continue };
            let around = i32::from(left) + i32::from(right) + i32::from(*above) + i32::from(*below);
            let laplacian = i64::from(around - 4 * i32::from(here));
            self.luma += u64::from(here);
            self.luma_squared += u64::from(u32::from(here) * u32::from(here));
            self.laplacian += laplacian;
            self.laplacian_squared += laplacian.unsigned_abs() * laplacian.unsigned_abs();
        }
        self.pixels += line.len().saturating_sub(2) as u64;
    }

    fn look(self) -> Look {
        let count = self.pixels.max(1) as f64;
        let variance = |sum: f64, squares: f64| (squares / count - (sum / count).powi(2)).max(0.0) / (SCALE * SCALE);
        let mean = self.luma as f64 / count / SCALE;
        let laplacian = variance(self.laplacian as f64, self.laplacian_squared as f64);
        Look {
            mean,
            deviation: variance(self.luma as f64, self.luma_squared as f64).sqrt(),
            sharpness: (mean >= DARKEST).then(|| laplacian / (mean * mean)),
            noise: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(width: u32, height: u32, grey: impl Fn(u32, u32) -> u8) -> PreviewImage {
        let pixel = |index: u32| {
            let grey = grey(index % width, index / width);
            u32::from_ne_bytes([grey, grey, grey, 255])
        };
        let pixels = (0..width * height).map(pixel).collect();
        PreviewImage { width, height, pixels, sequence: 0, captured_at: Timestamp::default() }
    }

    fn look(image: &PreviewImage) -> Look {
        Looker::default().look(image).unwrap()
    }

    #[test]
    fn a_plain_picture_has_no_detail() {
        let found = look(&image(64, 48, |_, _| 100));
        assert_eq!((found.mean, found.deviation, found.sharpness, found.noise), (100.0, 0.0, Some(0.0), None));
        assert_eq!(look(&image(64, 48, |_, _| 0)).sharpness, None, "black");
    }

    #[test]
    fn the_laplacian_of_known_pictures() {
        // Columns of 90 and 110: each pixel has two neighbours that differ by 20, so that the Laplacian is 40 or -40.
        let found = look(&image(66, 50, |x, _| if x % 2 == 0 { 90 } else { 110 }));
        assert!((found.mean - 100.0).abs() < 1e-9 && (found.deviation - 10.0).abs() < 1e-9, "{found:?}");
        assert!((found.sharpness.unwrap() - 1600.0 / 10_000.0).abs() < 1e-9, "{found:?}");
        let ramp = look(&image(256, 50, |x, _| x as u8));
        assert!(ramp.sharpness.unwrap() < 1e-12, "an even slope has no edge");
    }

    #[test]
    fn brightness_does_not_pass_for_sharpness() {
        let of = |gain: u8| look(&image(66, 50, |x, _| gain * if x % 4 < 2 { 9 } else { 11 })).sharpness.unwrap();
        assert!((of(4) - of(20)).abs() < 1e-9, "{} and {}", of(4), of(20));
    }

    #[test]
    fn a_blurred_edge_is_less_sharp() {
        let edge =
            |blur: u32| look(&image(66, 50, move |x, _| (40 + 160 * x.saturating_sub(30).min(blur) / blur) as u8));
        assert!(edge(1).sharpness > edge(3).sharpness && edge(3).sharpness > edge(8).sharpness);
    }

    #[test]
    fn it_looks_ten_times_a_second_at_most() {
        let mut looker = Looker::default();
        let mut picture = image(64, 48, |_, _| 100);
        let mut looks = 0;
        for frame in 0..300_u64 {
            picture.captured_at = Timestamp::from_nanos(frame * 1_000_000_000 / 30);
            looks += u32::from(looker.look(&picture).is_some());
        }
        assert!((75..=100).contains(&looks), "{looks} in ten seconds");
        picture.captured_at = Timestamp::from_nanos(1);
        assert!(looker.look(&picture).is_some(), "a new count of time");
    }

    #[test]
    fn tiny_pictures_are_not_looked_at() {
        assert_eq!(Looker::default().look(&image(2, 2, |_, _| 9)), None);
        assert_eq!(Looker::default().look(&image(0, 0, |_, _| 9)), None);
    }
}
