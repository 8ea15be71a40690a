//! Noise in time: what changes where nothing moves.

use crate::media::PreviewImage;

use super::look::{SCALE, luma};
use super::statistics::{percentile, sorted};

/// Tiles from left to right and from top to bottom.
const TILES: (usize, usize) = (16, 9);
/// Pixels of a tile that are compared, in each direction.
const SIDE: usize = 8;
const COLUMNS: usize = TILES.0 * SIDE;
const ROWS: usize = TILES.1 * SIDE;
/// Mean luma beyond which values are cut off, which hides noise.
const EXPOSED: std::ops::Range<f64> = 12.0..243.0;
/// Of fewer tiles no median is taken.
const FEWEST_TILES: usize = 12;

/// The luma of 128 × 72 single pixels, evenly spread, in 256ths of a step.
#[derive(Debug)]
pub(super) struct Samples {
    size: (u32, u32),
    luma: Vec<u16>,
}

impl Samples {
    pub(super) fn of(image: &PreviewImage) -> Option<Self> {
        let (width, height) = (image.width as usize, image.height as usize);
        let mut samples = Vec::with_capacity(COLUMNS * ROWS);
        for row in 0..ROWS {
            let y = (2 * row + 1) * height / (2 * ROWS);
            let line = image.pixels.get(y * width..(y + 1) * width)?;
            for column in 0..COLUMNS {
                samples.push(luma(*line.get((2 * column + 1) * width / (2 * COLUMNS))?));
            }
        }
        Some(Self { size: (image.width, image.height), luma: samples })
    }

    fn tile(&self, index: usize) -> impl Iterator<Item = i64> {
        let first = index / TILES.0 * SIDE * COLUMNS + index % TILES.0 * SIDE;
        let lines = (0..SIDE).map(move |line| first + line * COLUMNS);
        lines.flat_map(|start| self.luma.get(start..start + SIDE).unwrap_or_default()).map(|luma| i64::from(*luma))
    }
}

/// The standard deviation in time of a pixel, in steps of 255: of the differences between two pictures the standard
/// deviation within each tile, the median of these over all tiles that are neither black nor white, and that by √2, since
/// a difference has the noise of two pictures. What moves in less than half of the picture does not count, nor does a
/// change of the brightness of all. `None` where the sizes differ, or where too little of the picture is exposed.
pub(super) fn noise(before: &Samples, now: &Samples) -> Option<f64> {
    if before.size != now.size {
        return None;
    }
    let variances = sorted((0..TILES.0 * TILES.1).filter_map(|tile| variance(before.tile(tile), now.tile(tile))));
    percentile(&variances, 50).filter(|_| variances.len() >= FEWEST_TILES).map(|median| (median / 2.0).sqrt())
}

/// Of the differences of a tile; `None` where it is black or white.
fn variance(before: impl Iterator<Item = i64>, now: impl Iterator<Item = i64>) -> Option<f64> {
    let count = (SIDE * SIDE) as f64;
    let (mut luma, mut sum, mut squares) = (0, 0, 0);
    for (before, now) in before.zip(now) {
        let difference = now - before;
        luma += now;
        sum += difference;
        squares += difference * difference;
    }
    let mean = sum as f64 / count;
    let variance = (squares as f64 - mean * sum as f64) / (count - 1.0) / (SCALE * SCALE);
    EXPOSED.contains(&(luma as f64 / count / SCALE)).then_some(variance.max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    /// Uniform from 0 to 1 (xorshift), for noise that is the same in each run.
    struct Random(u64);

    impl Random {
        fn next(&mut self) -> f64 {
            self.0 ^= self.0 << 13;
            self.0 ^= self.0 >> 7;
            self.0 ^= self.0 << 17;
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        }

        /// Normal, by the sum of twelve.
        fn normal(&mut self) -> f64 {
            (0..12).map(|_| self.next()).sum::<f64>() - 6.0
        }
    }

    /// A slope with noise; a block of a part of the width is another with each number.
    fn samples(random: &mut Random, sigma: f64, number: u32, moving: u32) -> Samples {
        let (width, height) = (256, 144);
        let mut pixel = |index: u32| {
            let x = index % width;
            let still = 60.0 + f64::from(x) / 4.0;
            let base = if x < moving { f64::from((x * 7 + number * 50) % 200 + 20) } else { still };
            let grey = (base + sigma * random.normal()).round().clamp(0.0, 255.0) as u8;
            u32::from_ne_bytes([grey, grey, grey, 255])
        };
        let pixels = (0..width * height).map(&mut pixel).collect();
        let image = PreviewImage { width, height, pixels, sequence: 0, captured_at: Timestamp::default() };
        Samples::of(&image).unwrap()
    }

    #[test]
    fn noise_of_a_known_strength_is_found() {
        let mut random = Random(7);
        for sigma in [0.0, 0.7, 2.0, 6.0] {
            for moving in [0, 100] {
                let pair = [0, 1].map(|number| samples(&mut random, sigma, number, moving));
                let found = noise(&pair[0], &pair[1]).unwrap();
                // Whole steps of luma add a noise of their own, 1/12 of a step squared.
                let wanted = if sigma > 0.0 { (sigma * sigma + 1.0 / 12.0_f64).sqrt() } else { 0.0 };
                assert!((found - wanted).abs() < 0.08 * wanted + 0.02, "{found} for {wanted}, {moving} columns move");
            }
        }
    }

    #[test]
    fn a_lamp_that_is_switched_on_is_no_noise() {
        let mut random = Random(9);
        let before = samples(&mut random, 2.0, 0, 0);
        let mut now = samples(&mut random, 2.0, 0, 0);
        now.luma.iter_mut().for_each(|luma| *luma += 20 * 256);
        assert!((noise(&before, &now).unwrap() - 2.02).abs() < 0.2);
    }

    #[test]
    fn black_has_no_noise_that_could_be_measured() {
        let black = || Samples { size: (640, 480), luma: vec![0; COLUMNS * ROWS] };
        assert_eq!(noise(&black(), &black()), None);
        let other = Samples { size: (320, 240), ..black() };
        assert_eq!(noise(&other, &black()), None);
    }
}
