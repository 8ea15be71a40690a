//! Pictures of luma and chroma to RGBA, by the `yuv` crate.

use yuv::{YuvBiPlanarImage, YuvConversionMode, YuvError, YuvPackedImage, YuvPlanarImage, YuvRange, YuvStandardMatrix};

use crate::model::layout::{Bytes, ChromaOrder, Fields, Subsampling};
use crate::model::{Colour, ColourMatrix, ColourRange};

use super::ConvertError;
use super::raw::{RawPicture, RawPlane};
use super::words::for_words;

type Packed = fn(&YuvPackedImage<'_, u8>, &mut [u8], u32, YuvRange, YuvStandardMatrix) -> Result<(), YuvError>;
type Planar = fn(&YuvPlanarImage<'_, u8>, &mut [u8], u32, YuvRange, YuvStandardMatrix) -> Result<(), YuvError>;
type SemiPlanar = fn(
    &YuvBiPlanarImage<'_, u8>,
    &mut [u8],
    u32,
    YuvRange,
    YuvStandardMatrix,
    YuvConversionMode,
) -> Result<(), YuvError>;

fn how(colour: Colour) -> (YuvRange, YuvStandardMatrix) {
    let range = match colour.range {
        ColourRange::Limited => YuvRange::Limited,
        ColourRange::Full => YuvRange::Full,
    };
    let matrix = match colour.matrix {
        ColourMatrix::Bt601 => YuvStandardMatrix::Bt601,
        ColourMatrix::Bt709 => YuvStandardMatrix::Bt709,
        ColourMatrix::Bt2020 => YuvStandardMatrix::Bt2020,
    };
    (range, matrix)
}

pub(super) fn packed(
    picture: RawPicture<'_>,
    luma_first: bool,
    order: ChromaOrder,
    pixels: &mut [u32],
) -> Result<(), ConvertError> {
    let RawPicture { width, height, colour, planes: [plane, ..], .. } = picture;
    let convert: Packed = match (luma_first, order) {
        (true, ChromaOrder::Uv) => yuv::yuyv422_to_rgba,
        (true, ChromaOrder::Vu) => yuv::yvyu422_to_rgba,
        (false, ChromaOrder::Uv) => yuv::uyvy422_to_rgba,
        (false, ChromaOrder::Vu) => yuv::vyuy422_to_rgba,
    };
    let image = YuvPackedImage { yuy: plane.bytes, yuy_stride: plane.stride, width, height };
    let (range, matrix) = how(colour);
    Ok(convert(&image, bytemuck::cast_slice_mut(pixels), width * 4, range, matrix)?)
}

pub(super) fn semi_planar(
    picture: RawPicture<'_>,
    chroma: Subsampling,
    order: ChromaOrder,
    pixels: &mut [u32],
) -> Result<(), ConvertError> {
    let RawPicture { width, height, colour, planes: [luma, pairs, _], .. } = picture;
    let convert: SemiPlanar = match (chroma, order) {
        (Subsampling::S422, ChromaOrder::Uv) => yuv::yuv_nv16_to_rgba,
        (Subsampling::S422, ChromaOrder::Vu) => yuv::yuv_nv61_to_rgba,
        (Subsampling::S444, ChromaOrder::Uv) => yuv::yuv_nv24_to_rgba,
        (Subsampling::S444, ChromaOrder::Vu) => yuv::yuv_nv42_to_rgba,
        (_, ChromaOrder::Uv) => yuv::yuv_nv12_to_rgba,
        (_, ChromaOrder::Vu) => yuv::yuv_nv21_to_rgba,
    };
    let image = YuvBiPlanarImage {
        y_plane: luma.bytes,
        y_stride: luma.stride,
        uv_plane: pairs.bytes,
        uv_stride: pairs.stride,
        width,
        height,
    };
    let ((range, matrix), rgba) = (how(colour), bytemuck::cast_slice_mut(pixels));
    Ok(convert(&image, rgba, width * 4, range, matrix, YuvConversionMode::Balanced)?)
}

/// Words with the significant bits on top: their upper bytes are such a picture of eight bits.
pub(super) fn deep(
    picture: RawPicture<'_>,
    chroma: Subsampling,
    order: ChromaOrder,
    scratch: &mut Vec<u8>,
    pixels: &mut [u32],
) -> Result<(), ConvertError> {
    let upper = |plane: RawPlane<'_>, to: &mut Vec<u8>| {
        let start = to.len();
        for line in plane.lines() {
            to.extend(line.as_chunks().0.iter().map(|[_, upper]| *upper));
        }
        to.len() - start
    };
    scratch.clear();
    let lines = picture.planes.map(|plane| plane.lines().len().max(1));
    let lengths = picture.planes.map(|plane| upper(plane, scratch));
    let (luma, pairs) = scratch.split_at_checked(lengths[0]).unwrap_or_default();
    let plane = |bytes, index: usize| RawPlane::whole(bytes, (lengths[index] / lines[index]) as u32);
    let planes = [plane(luma, 0), plane(pairs, 1), RawPlane::default()];
    semi_planar(RawPicture { planes, ..picture }, chroma, order, pixels)
}

pub(super) fn planar(
    picture: RawPicture<'_>,
    chroma: Subsampling,
    order: ChromaOrder,
    scratch: &mut Vec<u8>,
    pixels: &mut [u32],
) -> Result<(), ConvertError> {
    let luma = picture.planes[0];
    let (blue, red) = picture.chroma(order);
    let convert: Planar = match chroma {
        Subsampling::S444 => yuv::yuv444_to_rgba,
        Subsampling::S422 => yuv::yuv422_to_rgba,
        Subsampling::S420 => yuv::yuv420_to_rgba,
        Subsampling::S411 | Subsampling::S410 => {
            let (width, height) = (picture.width as usize, picture.height as usize);
            scratch.resize(2 * width * height, 0);
            let (wide_blue, wide_red) = scratch.split_at_mut(width * height);
            repeat(blue, chroma, wide_blue, width);
            repeat(red, chroma, wide_red, width);
            let (blue, red) = (RawPlane::whole(wide_blue, picture.width), RawPlane::whole(wide_red, picture.width));
            return three_planes(picture, yuv::yuv444_to_rgba, [luma, blue, red], pixels);
        }
    };
    three_planes(picture, convert, [luma, blue, red], pixels)
}

/// Gives each pixel the chroma of its group.
fn repeat(plane: RawPlane<'_>, chroma: Subsampling, to: &mut [u8], width: usize) {
    let (across, down) = chroma.factors();
    for (from, to) in plane.lines().zip(to.chunks_mut(width * down as usize)) {
        for to in to.chunks_exact_mut(width) {
            to.chunks_mut(across as usize).zip(from).for_each(|(to, from)| to.fill(*from));
        }
    }
}

pub(super) fn yuv_bytes(
    picture: RawPicture<'_>,
    bytes: Bytes,
    scratch: &mut Vec<u8>,
    pixels: &mut [u32],
) -> Result<(), ConvertError> {
    in_planes(picture, scratch, pixels, |line, to| match (bytes.size, bytes.at) {
        (3, _) => take_apart(line, to, |&[y, u, v]| [y, u, v]),
        (_, [2, 1, 0]) => take_apart(line, to, |&[v, u, y, _]| [y, u, v]),
        (_, [0, 1, 2]) => take_apart(line, to, |&[y, u, v, _]| [y, u, v]),
        (_, _) => take_apart(line, to, |&[_, y, u, v]| [y, u, v]),
    })
}

fn take_apart<const SIZE: usize>(line: &[u8], [y, u, v]: [&mut [u8]; 3], read: impl Fn(&[u8; SIZE]) -> [u8; 3]) {
    let parts = y.iter_mut().zip(u).zip(v);
    for (((y, u), v), pixel) in parts.zip(line.as_chunks().0) {
        [*y, *u, *v] = read(pixel);
    }
}

pub(super) fn yuv_fields(
    picture: RawPicture<'_>,
    fields: Fields,
    scratch: &mut Vec<u8>,
    pixels: &mut [u32],
) -> Result<(), ConvertError> {
    // The missing bits are 0, so that chroma without colour stays so: its middle is a power of two.
    let part = |word: u32, (shift, bits): (u8, u8)| (word >> shift << (8 - bits.min(8))) as u8;
    in_planes(picture, scratch, pixels, |line, [y, u, v]| {
        let mut to = y.iter_mut().zip(u).zip(v);
        for_words(fields, line, |word| {
            if let Some(((y, u), v)) = to.next() {
                [*y, *u, *v] = fields.parts.map(|field| part(word, field));
            }
        });
    })
}

/// Takes the components of each line apart, into planes of the picture's size.
fn in_planes(
    picture: RawPicture<'_>,
    scratch: &mut Vec<u8>,
    pixels: &mut [u32],
    each_line: impl Fn(&[u8], [&mut [u8]; 3]),
) -> Result<(), ConvertError> {
    let (width, size) = (picture.width as usize, picture.width as usize * picture.height as usize);
    scratch.resize(3 * size, 0);
    let (y, rest) = scratch.split_at_mut(size);
    let (u, v) = rest.split_at_mut(size);
    let lines = y.chunks_exact_mut(width).zip(u.chunks_exact_mut(width)).zip(v.chunks_exact_mut(width));
    for (line, ((y, u), v)) in picture.planes[0].lines().zip(lines) {
        each_line(line, [y, u, v]);
    }
    let planes = [&*y, u, v].map(|plane| RawPlane::whole(plane, picture.width));
    three_planes(picture, yuv::yuv444_to_rgba, planes, pixels)
}

fn three_planes(
    picture: RawPicture<'_>,
    convert: Planar,
    [luma, blue, red]: [RawPlane<'_>; 3],
    pixels: &mut [u32],
) -> Result<(), ConvertError> {
    let RawPicture { width, height, colour, .. } = picture;
    let image = YuvPlanarImage {
        y_plane: luma.bytes,
        y_stride: luma.stride,
        u_plane: blue.bytes,
        u_stride: blue.stride,
        v_plane: red.bytes,
        v_stride: red.stride,
        width,
        height,
    };
    let (range, matrix) = how(colour);
    Ok(convert(&image, bytemuck::cast_slice_mut(pixels), width * 4, range, matrix)?)
}
