//! Pictures of one sample for each pixel: brightness or depth.

use crate::model::layout::Samples;

use super::raw::RawPicture;

pub(super) fn expand(picture: RawPicture<'_>, samples: Samples, scratch: &mut Vec<u8>, pixels: &mut [u32]) {
    let width = picture.width.max(1) as usize;
    let lines = picture.planes[0].lines();
    if samples == (Samples::Byte { bits: 8 }) {
        for (to, line) in pixels.chunks_exact_mut(width).zip(lines) {
            fill(to, line);
        }
        return;
    }
    scratch.resize(width, 0);
    for (to, line) in pixels.chunks_exact_mut(width).zip(lines) {
        narrow(samples, line, scratch);
        fill(to, scratch);
    }
}

fn fill(to: &mut [u32], line: &[u8]) {
    for (to, &grey) in to.iter_mut().zip(line) {
        *to = u32::from_ne_bytes([grey, grey, grey, 255]);
    }
}

/// The upper eight bits of each sample of a line. A number beyond what its bits hold counts as the most.
pub(super) fn narrow(samples: Samples, line: &[u8], to: &mut [u8]) {
    match samples {
        Samples::Byte { bits: 8 } => to.iter_mut().zip(line).for_each(|(to, from)| *to = *from),
        Samples::Byte { bits } => {
            let most = (1_u32 << bits.clamp(1, 8)) - 1;
            let wider = |value: u8| ((u32::from(value).min(most) * 255 + most / 2) / most) as u8;
            to.iter_mut().zip(line).for_each(|(to, from)| *to = wider(*from));
        }
        Samples::Word { bits, big_endian } => {
            let upper = |word: u16| (word >> (bits.clamp(8, 16) - 8)).min(255) as u8;
            let words = to.iter_mut().zip(line.as_chunks().0);
            // Two loops: as one with a choice in it, it takes forty times as long.
            if big_endian {
                words.for_each(|(to, word)| *to = upper(u16::from_be_bytes(*word)));
            } else {
                words.for_each(|(to, word)| *to = upper(u16::from_le_bytes(*word)));
            }
        }
        Samples::Mipi { samples, bytes } => {
            let groups = line.chunks(bytes.max(1).into()).zip(to.chunks_mut(samples.max(1).into()));
            groups.for_each(|(from, to)| to.iter_mut().zip(from).for_each(|(to, from)| *to = *from));
        }
        Samples::Packed10 => {
            for (index, to) in to.iter_mut().enumerate() {
                let (byte, shift) = (index * 10 / 8, index * 10 % 8);
                let pair = [byte, byte + 1].map(|at| line.get(at).copied().unwrap_or(0));
                *to = (u16::from_be_bytes(pair) << shift >> 8) as u8;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_upper_bits_are_kept() {
        let table: [(Samples, &[u8], [u8; 4]); 8] = [
            (Samples::Byte { bits: 8 }, &[1, 2, 3, 255], [1, 2, 3, 255]),
            (Samples::Byte { bits: 4 }, &[0, 8, 15, 99], [0, 136, 255, 255]),
            (Samples::Word { bits: 10, big_endian: false }, &[0, 0, 4, 1, 255, 3, 255, 255], [0, 65, 255, 255]),
            (Samples::Word { bits: 16, big_endian: false }, &[9, 0, 9, 80, 9, 200, 9, 255], [0, 80, 200, 255]),
            (Samples::Word { bits: 16, big_endian: true }, &[0, 9, 80, 9, 200, 9, 255, 9], [0, 80, 200, 255]),
            (Samples::Mipi { samples: 4, bytes: 5 }, &[1, 2, 3, 4, 99], [1, 2, 3, 4]),
            (Samples::Mipi { samples: 2, bytes: 3 }, &[1, 2, 99, 3, 4, 99], [1, 2, 3, 4]),
            // 0x001, 0x0ff, 0x3ff, 0x200
            (Samples::Packed10, &[0b0000_0000, 0b0100_1111, 0b1111_1111, 0b1111_1110, 0], [0, 63, 255, 128]),
        ];
        for (samples, line, wanted) in table {
            let mut got = [7; 4];
            narrow(samples, line, &mut got);
            assert_eq!(got, wanted, "{samples:?}");
        }
    }
}
