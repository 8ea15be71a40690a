//! To planes for an encoder.

use yuv::{
    BufferStoreMut, YuvConversionMode, YuvError, YuvPackedImage, YuvPlanarImageMut, YuvRange, YuvStandardMatrix,
};

use crate::media::I420Image;
use crate::model::layout::{ChromaOrder, Subsampling};
use crate::model::{Colour, PixelLayout};

use super::ConvertError;
use super::raw::RawPicture;

type Packed = fn(&mut YuvPlanarImageMut<'_, u8>, &YuvPackedImage<'_, u8>) -> Result<(), YuvError>;

/// Fills the planes where that is a matter of putting the picture's own numbers in their places. `false` for all other
/// pictures: they go by RGBA. The picture has two columns and lines at least.
pub(super) fn fill_directly(picture: RawPicture<'_>, image: &mut I420Image) -> Result<bool, ConvertError> {
    if picture.colour != Colour::LIMITED {
        return Ok(false);
    }
    match picture.layout {
        PixelLayout::Packed422 { luma_first, order } => from_packed(picture, luma_first, order, image)?,
        PixelLayout::SemiPlanar { chroma: Subsampling::S420, order, deep: false } => {
            copy_luma(picture, image);
            split_chroma(picture, order, image);
        }
        PixelLayout::Planar { chroma: Subsampling::S420, order } => {
            copy_luma(picture, image);
            let (blue, red) = picture.chroma(order);
            copy(blue.lines(), &mut image.u, image.chroma_stride);
            copy(red.lines(), &mut image.v, image.chroma_stride);
        }
        _ => return Ok(false),
    }
    Ok(true)
}

fn from_packed(
    picture: RawPicture<'_>,
    luma_first: bool,
    order: ChromaOrder,
    image: &mut I420Image,
) -> Result<(), ConvertError> {
    let plane = picture.planes[0];
    let convert: Packed = match (luma_first, order) {
        (true, ChromaOrder::Uv) => yuv::yuyv422_to_yuv420,
        (true, ChromaOrder::Vu) => yuv::yvyu422_to_yuv420,
        (false, ChromaOrder::Uv) => yuv::uyvy422_to_yuv420,
        (false, ChromaOrder::Vu) => yuv::vyuy422_to_yuv420,
    };
    let (width, height) = (image.width, image.height);
    let packed = YuvPackedImage { yuy: plane.first_lines(height), yuy_stride: plane.stride, width, height };
    Ok(convert(&mut planes_of(image), &packed)?)
}

fn copy_luma(picture: RawPicture<'_>, image: &mut I420Image) {
    copy(picture.planes[0].lines(), &mut image.y, image.y_stride);
}

fn copy<'a>(lines: impl Iterator<Item = &'a [u8]>, to: &mut [u8], stride: usize) {
    for (to, from) in to.chunks_exact_mut(stride.max(1)).zip(lines) {
        if let Some(from) = from.get(..to.len()) {
            to.copy_from_slice(from);
        }
    }
}

fn split_chroma(picture: RawPicture<'_>, order: ChromaOrder, image: &mut I420Image) {
    let (first, second) = match order {
        ChromaOrder::Uv => (&mut image.u, &mut image.v),
        ChromaOrder::Vu => (&mut image.v, &mut image.u),
    };
    let stride = image.chroma_stride.max(1);
    let lines = first.chunks_exact_mut(stride).zip(second.chunks_exact_mut(stride));
    for ((first, second), from) in lines.zip(picture.planes[1].lines()) {
        let pairs = from.as_chunks().0;
        first.iter_mut().zip(pairs).for_each(|(to, [value, _])| *to = *value);
        second.iter_mut().zip(pairs).for_each(|(to, [_, value])| *to = *value);
    }
}

/// Fills the planes from RGBA without padding, `width` pixels wide.
pub(super) fn fill_from_rgba(pixels: &[u32], width: u32, image: &mut I420Image) -> Result<(), ConvertError> {
    let lines = pixels.get(..width as usize * image.height as usize).unwrap_or(pixels);
    let (range, matrix, mode) = (YuvRange::Limited, YuvStandardMatrix::Bt601, YuvConversionMode::Balanced);
    Ok(yuv::rgba_to_yuv420(&mut planes_of(image), bytemuck::cast_slice(lines), width * 4, range, matrix, mode)?)
}

fn planes_of(image: &mut I420Image) -> YuvPlanarImageMut<'_, u8> {
    YuvPlanarImageMut {
        width: image.width,
        height: image.height,
        y_stride: image.y_stride as u32,
        u_stride: image.chroma_stride as u32,
        v_stride: image.chroma_stride as u32,
        y_plane: BufferStoreMut::Borrowed(&mut image.y),
        u_plane: BufferStoreMut::Borrowed(&mut image.u),
        v_plane: BufferStoreMut::Borrowed(&mut image.v),
    }
}
