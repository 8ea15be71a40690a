//! Filling rectangles and writing text in the pixel formats of cameras.

use crate::model::PixelFormat;

use super::glyphs::{self, glyph};

/// A colour in each of the ways in which a format may want it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Color {
    /// Red, green, blue.
    rgb: [u8; 3],
    /// Luma and chroma, BT.601 in limited range.
    yuv: [u8; 3],
    /// Luma in full range.
    grey: u8,
}

impl Color {
    pub(super) fn new(red: u8, green: u8, blue: u8) -> Self {
        let part = |value: u8| f64::from(value) / 255.0;
        let luma = 0.299 * part(red) + 0.587 * part(green) + 0.114 * part(blue);
        let chroma = |value: u8, span: f64| 128.0 + 224.0 * (part(value) - luma) / span;
        let yuv = [16.0 + 219.0 * luma, chroma(blue, 1.772), chroma(red, 1.402)];
        Self { rgb: [red, green, blue], yuv: yuv.map(|part| part.round() as u8), grey: (luma * 255.0).round() as u8 }
    }

    pub(super) fn black() -> Self {
        Self::new(0, 0, 0)
    }

    pub(super) fn white() -> Self {
        Self::new(255, 255, 255)
    }
}

/// A rectangle in pixels.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rect {
    pub(super) x: u32,
    pub(super) y: u32,
    pub(super) width: u32,
    pub(super) height: u32,
}

/// A picture in memory, without padding.
#[derive(Debug)]
pub(super) struct Canvas<'a> {
    pub(super) format: PixelFormat,
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) bytes: &'a mut [u8],
}

impl Canvas<'_> {
    /// Fills what of the rectangle is within the picture. Formats that share colour between pixels share it with the
    /// rectangle's neighbours.
    pub(super) fn fill(&mut self, rect: Rect, color: Color) {
        let (right, bottom) = ((rect.x + rect.width).min(self.width), (rect.y + rect.height).min(self.height));
        let (left, top) = (rect.x.min(right), rect.y.min(bottom));
        let (left, right, top, bottom) = (left as usize, right as usize, top as usize, bottom as usize);
        let [y, u, v] = color.yuv;
        match self.format {
            PixelFormat::YUYV => self.each_line(2, 0, top..bottom, |line| fill_packed(line, left, right, color.yuv)),
            PixelFormat::NV12 => {
                self.each_line(1, 0, top..bottom, |line| fill_bytes(line, left, right, y));
                let lines = top / 2..bottom.div_ceil(2);
                let luma = self.width as usize * self.height as usize;
                self.each_line(1, luma, lines, |line| fill_pairs(line, left, right, [u, v]));
            }
            PixelFormat::GREY => self.each_line(1, 0, top..bottom, |line| fill_bytes(line, left, right, color.grey)),
            _ => self.each_line(3, 0, top..bottom, |line| fill_triples(line, left, right, color.rgb)),
        }
    }

    /// Writes text from its upper left corner, each dot of the font `scale` pixels wide and high.
    pub(super) fn text(&mut self, x: u32, y: u32, scale: u32, text: &str, color: Color) {
        for (index, character) in (0_u32..).zip(text.chars()) {
            let x = x + index * advance(scale);
            for (line, dots) in (0_u32..).zip(glyph(character)) {
                for column in (0..glyphs::WIDTH).filter(|column| dots >> (glyphs::WIDTH - 1 - column) & 1 == 1) {
                    let dot = Rect { x: x + column * scale, y: y + line * scale, width: scale, height: scale };
                    self.fill(dot, color);
                }
            }
        }
    }

    fn each_line(
        &mut self,
        bytes_per_pixel: usize,
        plane: usize,
        lines: std::ops::Range<usize>,
        fill: impl FnMut(&mut [u8]),
    ) {
        let plane = self.bytes.get_mut(plane..).unwrap_or_default();
        let stride = (self.width as usize * bytes_per_pixel).max(1);
        plane.chunks_exact_mut(stride).skip(lines.start).take(lines.len()).for_each(fill);
    }
}

/// Pixels from one character to the next.
pub(super) const fn advance(scale: u32) -> u32 {
    (glyphs::WIDTH + 1) * scale
}

/// Pixels from one line of text to the next.
pub(super) const fn line_height(scale: u32) -> u32 {
    (glyphs::HEIGHT + 2) * scale
}

fn fill_bytes(line: &mut [u8], left: usize, right: usize, value: u8) {
    line.get_mut(left..right).unwrap_or_default().fill(value);
}

fn fill_triples(line: &mut [u8], left: usize, right: usize, value: [u8; 3]) {
    for pixel in line.chunks_exact_mut(3).skip(left).take(right - left) {
        pixel.copy_from_slice(&value);
    }
}

fn fill_pairs(line: &mut [u8], left: usize, right: usize, value: [u8; 2]) {
    for pair in line.chunks_exact_mut(2).skip(left / 2).take(right.div_ceil(2) - left / 2) {
        pair.copy_from_slice(&value);
    }
}

fn fill_packed(line: &mut [u8], left: usize, right: usize, [y, u, v]: [u8; 3]) {
    let pairs = line.chunks_exact_mut(4).enumerate().skip(left / 2).take(right.div_ceil(2) - left / 2);
    for (index, pair) in pairs {
        if let [first, blue, second, red] = pair {
            (*blue, *red) = (u, v);
            if index * 2 >= left {
                *first = y;
            }
            if index * 2 + 1 < right {
                *second = y;
            }
        }
    }
}
