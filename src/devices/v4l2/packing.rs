//! Copies what the driver put into its memory planes into one picture, plane after plane without gaps.

use crate::media::{PicturePlane, picture_planes};

use super::mapping::Mapping;
use super::node::Granted;
use super::queue::{Filled, Part};

/// How the planes of a picture are copied.
#[derive(Clone, Debug, Default)]
pub struct Packing {
    /// Of each memory plane: bytes from line to line there, and the plane of the picture. Empty where the memory is taken
    /// as it is: there is one plane of memory, or the lab does not know the format.
    planes: Vec<(u64, PicturePlane)>,
}

impl Packing {
    /// For pictures in the format that the driver granted, whose first plane is to have `stride` bytes from line to line.
    pub fn new(granted: &Granted, stride: u32) -> Self {
        let picture = picture_planes(granted.pixel_format, granted.width, granted.height, stride);
        if granted.memory_planes < 2 || picture.len() != granted.memory_planes {
            return Self::default();
        }
        let strides = granted.strides.iter().zip(picture);
        let strides = strides.map(|(from, plane)| (if *from == 0 { plane.stride } else { u64::from(*from) }, plane));
        Self { planes: strides.collect() }
    }

    /// Appends the picture to `out`. Returns whether each plane was whole.
    pub fn pack(&self, memory: &[Mapping], filled: &Filled, out: &mut Vec<u8>) -> bool {
        if self.planes.is_empty() {
            memory.iter().zip(filled.parts).for_each(|(plane, part)| plane.append_to(part, out));
            return true;
        }
        let mut is_whole = true;
        for ((plane, part), (stride, picture)) in memory.iter().zip(filled.parts).zip(&self.planes) {
            let end = out.len() as u64 + picture.stride * picture.lines;
            for piece in pieces(part, *stride, *picture) {
                plane.append_to(piece.bytes, out);
                out.resize(out.len() + piece.padding, 0);
            }
            let there = u64::from(part.to.saturating_sub(part.from));
            is_whole &= there >= stride * picture.lines.saturating_sub(1) + picture.line;
            // The next plane begins where it belongs, whatever is missing of this one.
            out.resize(end as usize, 0);
        }
        is_whole
    }
}

/// Bytes that can be copied as they are, and how many zeros follow.
struct Piece {
    bytes: Part,
    padding: usize,
}

/// What of a memory plane belongs to the picture: all at once, or line by line where lines are of another length there.
fn pieces(part: Part, stride: u64, picture: PicturePlane) -> impl Iterator<Item = Piece> {
    let is_alike = stride == picture.stride;
    let (count, length) = if is_alike { (1, picture.stride * picture.lines) } else { (picture.lines, picture.line) };
    let padding = if is_alike { 0 } else { (picture.stride - picture.line) as usize };
    (0..count).map_while(move |line| {
        let from = u64::from(part.from) + line * stride;
        let bytes = Part { from: from.try_into().ok()?, to: (from + length).min(part.to.into()).try_into().ok()? };
        (bytes.from < bytes.to).then_some(Piece { bytes, padding })
    })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::super::abi_planes::MAX_PLANES;
    use super::*;
    use crate::model::{Colour, PixelFormat};

    /// Memory with these bytes.
    fn memory(bytes: &[u8]) -> Mapping {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        Mapping::new(&file, 0, bytes.len() as u32).unwrap()
    }

    fn granted(code: [u8; 4], strides: &[u32]) -> Granted {
        let mut all = [0; MAX_PLANES];
        all[..strides.len()].copy_from_slice(strides);
        let pixel_format = PixelFormat(code);
        Granted { width: 4, height: 2, pixel_format, strides: all, memory_planes: strides.len(), colour: Colour::FULL }
    }

    fn packed(granted: &Granted, planes: &[&[u8]], parts: &[(u32, u32)]) -> (bool, Vec<u8>) {
        let memory: Vec<_> = planes.iter().map(|bytes| memory(bytes)).collect();
        let mut filled = Filled { index: 0, parts: Default::default(), flags: 0, sequence: 0, stamp: 0 };
        for (part, (from, to)) in filled.parts.iter_mut().zip(parts) {
            *part = Part { from: *from, to: *to };
        }
        let mut out = Vec::new();
        let stride = granted.strides[0];
        (Packing::new(granted, stride).pack(&memory, &filled, &mut out), out)
    }

    #[test]
    fn planes_come_one_after_the_other_without_what_surrounds_them() {
        let luma = [9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9, 9];
        let chroma = [11, 12, 13, 14, 9];
        let (whole, picture) = packed(&granted(*b"NM12", &[4, 4]), &[&luma, &chroma], &[(2, 12), (0, 5)]);
        assert_eq!((whole, picture), (true, vec![1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14]));
    }

    #[test]
    fn lines_of_another_length_are_laid_as_the_first_plane_has_them() {
        let luma = [1, 2, 3, 4, 0, 0, 0, 0, 5, 6, 7, 8, 0, 0, 0, 0];
        let (blue, red) = ([11, 12, 9], [21, 22, 9]);
        let (whole, picture) =
            packed(&granted(*b"YM12", &[8, 3, 3]), &[&luma, &blue, &red], &[(0, 16), (0, 3), (0, 3)]);
        let expected = [&luma[..], &[11, 12, 0, 0, 21, 22, 0, 0]].concat();
        assert_eq!((whole, picture), (true, expected));
    }

    #[test]
    fn a_plane_that_is_cut_off_moves_no_other_and_is_told() {
        let (luma, chroma) = ([1, 2, 3, 4, 5, 6, 7, 8], [11, 12, 13, 14]);
        let (whole, picture) = packed(&granted(*b"NM12", &[4, 4]), &[&luma, &chroma], &[(0, 5), (0, 4)]);
        assert_eq!((whole, picture), (false, vec![1, 2, 3, 4, 5, 0, 0, 0, 11, 12, 13, 14]));
        let (whole, _) = packed(&granted(*b"NM12", &[4, 4]), &[&luma, &chroma], &[(0, 8), (7, 4)]);
        assert!(!whole, "a part that ends before it begins");
    }

    #[test]
    fn one_plane_of_memory_and_unknown_formats_are_taken_as_they_are() {
        let (one, two) = ([1, 2, 3, 4], [5, 6]);
        assert_eq!(packed(&granted(*b"NV12", &[4]), &[&one], &[(0, 3)]), (true, vec![1, 2, 3]));
        assert_eq!(
            packed(&granted(*b"ABCD", &[4, 4]), &[&one, &two], &[(0, 4), (0, 2)]),
            (true, vec![1, 2, 3, 4, 5, 6])
        );
    }
}
