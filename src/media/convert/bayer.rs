//! Sensors under a mosaic of red, green and blue: what a pixel lacks is the mean of its neighbours that have it.

use std::mem::swap;

use crate::model::layout::{Mosaic, Samples};

use super::grey::narrow;
use super::raw::RawPicture;

/// Fills the pixels by bilinear interpolation, without white balance: what the sensor saw.
pub(super) fn demosaic(
    picture: RawPicture<'_>,
    mosaic: Mosaic,
    samples: Samples,
    scratch: &mut Vec<u8>,
    pixels: &mut [u32],
) {
    let width = picture.width.max(1) as usize;
    scratch.resize(3 * (width + 2), 0);
    let (mut above, rest) = scratch.split_at_mut(width + 2);
    let (mut here, mut below) = rest.split_at_mut(width + 2);
    load(picture, samples, 1, above);
    load(picture, samples, 0, here);
    let (red_column, red_line) = mosaic.red();
    for (y, to) in pixels.chunks_exact_mut(width).enumerate() {
        load(picture, samples, y + 1, below);
        if y % 2 == red_line {
            fill(to, [above, here, below], red_column, |red, green, blue| [red, green, blue, 255]);
        } else {
            fill(to, [above, here, below], 1 - red_column, |blue, green, red| [red, green, blue, 255]);
        }
        swap(&mut above, &mut here);
        swap(&mut here, &mut below);
    }
}

/// A line with its neighbours to the left and right. Beyond the edges the picture is mirrored, which keeps the mosaic.
fn load(picture: RawPicture<'_>, samples: Samples, y: usize, row: &mut [u8]) {
    let height = picture.height as usize;
    let y = if y < height { y } else { height.saturating_sub(2) };
    if let [left, line @ .., right] = row {
        narrow(samples, picture.planes[0].line(y), line);
        *left = line.get(1).or(line.first()).copied().unwrap_or(0);
        *right = line.iter().rev().nth(1).or(line.last()).copied().unwrap_or(0);
    }
}

/// Fills a line that has one colour beside green, in every other column from `column` on. `pixel` is given that colour,
/// green, and the colour that the line does not have.
fn fill(to: &mut [u32], rows: [&[u8]; 3], column: usize, pixel: impl Fn(u8, u8, u8) -> [u8; 4]) {
    let [above, here, below] = rows.map(<[u8]>::array_windows::<3>);
    for (x, (to, ((above, here), below))) in to.iter_mut().zip(above.zip(here).zip(below)).enumerate() {
        let &[left, own, right] = here;
        let (up, down) = (above[1], below[1]);
        let pixel = if x % 2 == column {
            pixel(own, mean([up, left, right, down]), mean([above[0], above[2], below[0], below[2]]))
        } else {
            pixel(mean([left, left, right, right]), own, mean([up, up, down, down]))
        };
        *to = u32::from_ne_bytes(pixel);
    }
}

fn mean(values: [u8; 4]) -> u8 {
    ((values.map(u16::from).into_iter().sum::<u16>() + 2) / 4) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mean_is_rounded() {
        assert_eq!((mean([1, 1, 1, 1]), mean([0, 0, 0, 2]), mean([0, 0, 0, 1]), mean([255; 4])), (1, 1, 0, 255));
    }

    #[test]
    fn a_pixel_keeps_its_own_colour_and_takes_the_others_from_around() {
        let mut to = [0; 3];
        let rows: [&[u8]; 3] = [&[1, 2, 3, 4, 5], &[10, 20, 30, 40, 50], &[5, 6, 7, 8, 9]];
        fill(&mut to, rows, 1, |own, green, other| [own, green, other, 255]);
        let pixels = to.map(u32::to_ne_bytes);
        assert_eq!(pixels[0], [20, 20, 4, 255], "green: own from the sides, the other from above and below");
        assert_eq!(pixels[1], [30, (3 + 20 + 40 + 7 + 2) / 4, (2 + 4 + 6 + 8 + 2) / 4, 255]);
    }
}
