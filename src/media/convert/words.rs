//! RGB and HSV pictures to RGBA.

use crate::model::layout::{Bytes, Fields};

use super::raw::RawPicture;

/// Hands on the words of a line, in their order.
pub(super) fn for_words(fields: Fields, line: &[u8], mut each: impl FnMut(u32)) {
    let (pairs, fours) = (line.as_chunks::<2>().0.iter().copied(), line.as_chunks::<4>().0.iter().copied());
    match (fields.bytes, fields.big_endian) {
        (1, _) => line.iter().for_each(|byte| each((*byte).into())),
        (2, false) => pairs.for_each(|word| each(u16::from_le_bytes(word).into())),
        (2, true) => pairs.for_each(|word| each(u16::from_be_bytes(word).into())),
        (_, false) => fours.for_each(|word| each(u32::from_le_bytes(word))),
        (_, true) => fours.for_each(|word| each(u32::from_be_bytes(word))),
    }
}

pub(super) fn rgb_fields(picture: RawPicture<'_>, fields: Fields, pixels: &mut [u32]) {
    let parts = fields.parts.map(|(shift, bits)| Part::new(shift, bits));
    let lines = picture.planes[0].lines();
    for (to, line) in pixels.chunks_exact_mut(picture.width.max(1) as usize).zip(lines) {
        let mut to = to.iter_mut();
        for_words(fields, line, |word| {
            if let Some(to) = to.next() {
                let [red, green, blue] = [&parts[0], &parts[1], &parts[2]].map(|part| part.of(word));
                *to = opaque(red, green, blue);
            }
        });
    }
}

const fn opaque(red: u8, green: u8, blue: u8) -> u32 {
    u32::from_ne_bytes([red, green, blue, 255])
}

/// Some bits of a word, and what they are in eight bits: the most that they hold is 255.
struct Part {
    shift: u8,
    mask: u32,
    values: [u8; 1 << Part::MOST_BITS],
}

impl Part {
    const MOST_BITS: u8 = 10;

    fn new(shift: u8, bits: u8) -> Self {
        let most = (1 << bits.clamp(1, Self::MOST_BITS)) - 1;
        let value = |index: usize| (index.min(most) * 255 + most / 2) / most;
        Self { shift, mask: most as u32, values: std::array::from_fn(|index| value(index) as u8) }
    }

    fn of(&self, word: u32) -> u8 {
        let bits = word >> self.shift & self.mask;
        self.values.get(bits as usize).copied().unwrap_or(u8::MAX)
    }
}

pub(super) fn rgb_bytes(picture: RawPicture<'_>, bytes: Bytes, pixels: &mut [u32]) {
    match (bytes.size, bytes.at) {
        (3, [2, 1, 0]) => each_pixel(picture, pixels, |&[blue, green, red]| opaque(red, green, blue)),
        (3, _) => each_pixel(picture, pixels, |&[red, green, blue]| opaque(red, green, blue)),
        (_, [0, 1, 2]) => each_pixel(picture, pixels, |&[red, green, blue, _]| opaque(red, green, blue)),
        (_, [2, 1, 0]) => each_pixel(picture, pixels, |&[blue, green, red, _]| opaque(red, green, blue)),
        (_, [3, 2, 1]) => each_pixel(picture, pixels, |&[_, blue, green, red]| opaque(red, green, blue)),
        (_, _) => each_pixel(picture, pixels, |&[_, red, green, blue]| opaque(red, green, blue)),
    }
}

pub(super) fn hsv_bytes(picture: RawPicture<'_>, bytes: Bytes, pixels: &mut [u32]) {
    match bytes.size {
        3 => each_pixel(picture, pixels, |&[hue, saturation, value]| of_hsv(hue, saturation, value)),
        _ => each_pixel(picture, pixels, |&[_, hue, saturation, value]| of_hsv(hue, saturation, value)),
    }
}

fn each_pixel<const SIZE: usize>(picture: RawPicture<'_>, pixels: &mut [u32], read: impl Fn(&[u8; SIZE]) -> u32) {
    let lines = picture.planes[0].lines();
    for (to, line) in pixels.chunks_exact_mut(picture.width.max(1) as usize).zip(lines) {
        to.iter_mut().zip(line.as_chunks().0).for_each(|(to, from)| *to = read(from));
    }
}

/// `hue` in steps of two degrees, 0 to 179 (V4L2's usual `HSV_ENC_180`).
fn of_hsv(hue: u8, saturation: u8, value: u8) -> u32 {
    /// Steps from one of the six main colours to the next.
    const SECTOR: u32 = 30;
    let hue = u32::from(hue) % (6 * SECTOR);
    let (saturation, most, along) = (u32::from(saturation), u32::from(value), hue % SECTOR);
    // What is left of the value where the saturation takes so many steps of it away.
    let less = |steps: u32| ((most * (255 * SECTOR - saturation * steps) + 255 * SECTOR / 2) / (255 * SECTOR)) as u8;
    let (least, falling, rising) = (less(SECTOR), less(along), less(SECTOR - along));
    match hue / SECTOR {
        0 => opaque(value, rising, least),
        1 => opaque(falling, value, least),
        2 => opaque(least, value, rising),
        3 => opaque(least, falling, value),
        4 => opaque(rising, least, value),
        _ => opaque(value, least, falling),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hues_go_around_the_six_colours() {
        let table = [
            ([0, 255, 255], [255, 0, 0]),
            ([30, 255, 255], [255, 255, 0]),
            ([60, 255, 255], [0, 255, 0]),
            ([90, 255, 255], [0, 255, 255]),
            ([120, 255, 255], [0, 0, 255]),
            ([150, 255, 255], [255, 0, 255]),
            ([15, 255, 255], [255, 128, 0]),
            ([77, 0, 90], [90, 90, 90]),
            ([60, 128, 200], [100, 200, 100]),
        ];
        for ([hue, saturation, value], [red, green, blue]) in table {
            assert_eq!(of_hsv(hue, saturation, value), opaque(red, green, blue), "{hue} {saturation} {value}");
        }
    }

    #[test]
    fn all_bits_set_is_all_of_the_colour() {
        for bits in 1..=10 {
            let part = Part::new(3, bits);
            assert_eq!((part.of(0x7), part.of(u32::MAX)), (0, 255), "{bits} bits");
        }
        assert_eq!(Part::new(0, 4).of(0x18), 136);
    }
}
