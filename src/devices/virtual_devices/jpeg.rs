//! JPEG pictures of which only a part changes.

use std::ops::Range;

use jpeg_encoder::{ColorType, Encoder, EncodingError, SamplingFactor};

const QUALITY: u8 = 85;
/// Lines that are coded together: 4:2:2, as most webcams code.
const ROW_LINES: usize = 8;
const ROW_COLUMNS: usize = 16;

/// Codes pictures of one size that differ from a still picture in some lines only. A restart marker after every row of
/// blocks makes each row stand for itself: a row that does not change is coded once.
#[derive(Debug)]
pub(super) struct PartialJpeg {
    width: usize,
    height: usize,
    /// Up to the first row.
    header: Vec<u8>,
    still_rows: Vec<Vec<u8>>,
}

impl PartialJpeg {
    /// With the still picture: RGB, line by line.
    pub(super) fn new(still: &[u8], width: u32, height: u32) -> Result<Self, EncodingError> {
        let (width, height) = (width as usize, height as usize);
        let jpeg = encode(still, width, height)?;
        let (header, scan) = jpeg.split_at(scan_start(&jpeg));
        Ok(Self { width, height, header: header.to_vec(), still_rows: rows(scan).map(<[u8]>::to_vec).collect() })
    }

    /// The lines that are coded together with `lines`.
    pub(super) fn whole_rows(&self, lines: Range<u32>) -> Range<usize> {
        let (start, end) = (lines.start as usize / ROW_LINES, (lines.end as usize).div_ceil(ROW_LINES));
        start * ROW_LINES..(end * ROW_LINES).min(self.height)
    }

    /// Appends a picture that differs from the still one within `changed` only: ranges of lines as
    /// [`whole_rows`](Self::whole_rows) gives them, in order.
    pub(super) fn encode(&self, rgb: &[u8], changed: &[Range<usize>], jpeg: &mut Vec<u8>) -> Result<(), EncodingError> {
        jpeg.extend_from_slice(&self.header);
        let mut number = 0;
        let mut push = |row: &[u8], jpeg: &mut Vec<u8>| {
            if number > 0 {
                jpeg.extend_from_slice(&[0xff, 0xd0 + ((number - 1) % 8) as u8]);
            }
            jpeg.extend_from_slice(row);
            number += 1;
        };
        let mut still = 0;
        for lines in changed {
            let changed_rows = lines.start / ROW_LINES..lines.end.div_ceil(ROW_LINES);
            for row in self.still_rows.get(still..changed_rows.start).unwrap_or_default() {
                push(row, jpeg);
            }
            let stride = self.width * 3;
            let pixels = rgb.get(lines.start * stride..lines.end * stride).unwrap_or_default();
            let part = encode(pixels, self.width, lines.len())?;
            let (_, scan) = part.split_at(scan_start(&part));
            rows(scan).for_each(|row| push(row, jpeg));
            still = changed_rows.end;
        }
        for row in self.still_rows.get(still..).unwrap_or_default() {
            push(row, jpeg);
        }
        jpeg.extend_from_slice(&[0xff, 0xd9]);
        Ok(())
    }
}

fn encode(rgb: &[u8], width: usize, height: usize) -> Result<Vec<u8>, EncodingError> {
    let mut jpeg = Vec::new();
    let mut encoder = Encoder::new(&mut jpeg, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_2);
    encoder.set_restart_interval(width.div_ceil(ROW_COLUMNS) as u16);
    encoder.encode(rgb, width as u16, height as u16, ColorType::Rgb)?;
    Ok(jpeg)
}

/// Where the coded rows begin: after the segment of the marker SOS.
fn scan_start(jpeg: &[u8]) -> usize {
    let mut at = 2;
    while let Some([0xff, marker, high, low]) = jpeg.get(at..at + 4) {
        at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
        if *marker == 0xda {
            break;
        }
    }
    at.min(jpeg.len())
}

/// The coded rows between the markers. In coded data 0xff is always followed by 0.
fn rows(scan: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = scan;
    std::iter::from_fn(move || {
        let end = rest.windows(2).position(|pair| pair[0] == 0xff && pair[1] != 0)?;
        let (row, marker) = rest.split_at(end);
        rest = &marker[2..];
        Some(row)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDTH: usize = 50;
    const HEIGHT: usize = 90;

    fn noise(seed: usize) -> Vec<u8> {
        (0..WIDTH * HEIGHT * 3).map(|index| (index * index * seed / 7 + index) as u8).collect()
    }

    #[test]
    fn the_parts_are_the_bytes_of_the_whole() {
        let still = noise(1);
        let encoder = PartialJpeg::new(&still, WIDTH as u32, HEIGHT as u32).unwrap();
        for changed in [vec![], vec![0..7, 40..41], vec![0..1, 30..50], vec![20..21, 80..90], vec![0..40, 40..90]] {
            let changed: Vec<_> = changed.into_iter().map(|lines| encoder.whole_rows(lines)).collect();
            let mut picture = still.clone();
            for lines in &changed {
                let bytes = lines.start * WIDTH * 3..lines.end * WIDTH * 3;
                picture[bytes.clone()].copy_from_slice(&noise(5)[bytes]);
            }
            let mut jpeg = Vec::new();
            encoder.encode(&picture, &changed, &mut jpeg).unwrap();
            assert!(jpeg == encode(&picture, WIDTH, HEIGHT).unwrap(), "{changed:?}");
        }
    }
}
