//! Raw pictures: their planes, and which conversion each layout takes.

use crate::media::VideoFrame;
use crate::media::layout::{Geometry, Plane};
use crate::model::layout::{Bytes, ChromaOrder};
use crate::model::{Colour, ColourRange, PixelLayout};

use super::{ConvertError, bayer, chroma, grey, words};

/// A raw picture whose bytes were counted.
#[derive(Clone, Copy, Debug)]
pub(super) struct RawPicture<'a> {
    pub layout: PixelLayout,
    pub colour: Colour,
    /// Pixels; not 0.
    pub width: u32,
    /// Pixels; not 0.
    pub height: u32,
    pub planes: [RawPlane<'a>; 3],
}

/// A plane with all of its lines, the last one padded like the others.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RawPlane<'a> {
    pub bytes: &'a [u8],
    pub stride: u32,
    /// Bytes of a line that count.
    line: usize,
}

impl<'a> RawPlane<'a> {
    /// Lines without padding.
    pub fn whole(bytes: &'a [u8], stride: u32) -> Self {
        Self { bytes, stride, line: stride as usize }
    }

    /// Without its last lines, where it has more than so many.
    pub fn first_lines(self, lines: u32) -> &'a [u8] {
        self.bytes.get(..self.stride as usize * lines as usize).unwrap_or(self.bytes)
    }

    /// A line without padding; empty beyond the last one.
    pub fn line(self, index: usize) -> &'a [u8] {
        let start = self.stride as usize * index;
        self.bytes.get(start..start + self.line).unwrap_or_default()
    }

    /// Line by line, without padding.
    pub fn lines(self) -> impl ExactSizeIterator<Item = &'a [u8]> {
        let used = self.line;
        self.bytes.chunks_exact(self.stride.max(1) as usize).map(move |line| line.get(..used).unwrap_or(line))
    }
}

impl<'a> RawPicture<'a> {
    /// Of a frame that is whole. `pad` is for a frame whose last line lacks the padding that the others have.
    pub fn of(frame: &'a VideoFrame, pad: &'a mut Vec<u8>) -> Result<Self, ConvertError> {
        let &VideoFrame { width, height, stride, pixel_format, colour, .. } = frame;
        if frame.corrupt {
            return Err(ConvertError::Corrupt);
        }
        let layout = pixel_format.layout().filter(|layout| *layout != PixelLayout::Jpeg);
        let layout = layout.ok_or(ConvertError::Unsupported(pixel_format))?;
        let geometry = Geometry::of(pixel_format, width, height, stride);
        let geometry = geometry.ok_or(ConvertError::Layout { width, height, stride })?;
        let (needed, got) = (geometry.needed, frame.data.len());
        let bytes = frame.data.get(..needed).ok_or(ConvertError::Short { needed, got })?;
        let bytes = frame.data.get(..geometry.padded).unwrap_or_else(|| {
            pad.clear();
            pad.extend_from_slice(bytes);
            pad.resize(geometry.padded, 0);
            pad
        });
        let planes = split(bytes, geometry.planes).ok_or(ConvertError::Layout { width, height, stride })?;
        Ok(Self { layout, colour, width, height, planes })
    }

    /// Of Y, U and V in a byte each, without padding.
    pub fn of_ycbcr(bytes: &'a [u8], (width, height): (u32, u32), colour: Colour) -> Self {
        let layout = PixelLayout::YuvBytes(Bytes { size: 3, at: [0, 1, 2] });
        let plane = RawPlane { bytes, stride: width * 3, line: width as usize * 3 };
        Self { layout, colour, width, height, planes: [plane, RawPlane::default(), RawPlane::default()] }
    }

    /// Fills `width * height` pixels with opaque RGBA. `scratch` keeps its memory from picture to picture.
    pub fn to_rgba(self, scratch: &mut Vec<u8>, pixels: &mut [u32]) -> Result<(), ConvertError> {
        match self.layout {
            PixelLayout::Packed422 { luma_first, order } => chroma::packed(self, luma_first, order, pixels),
            PixelLayout::SemiPlanar { chroma, order, deep: false } => chroma::semi_planar(self, chroma, order, pixels),
            PixelLayout::SemiPlanar { chroma, order, deep: true } => chroma::deep(self, chroma, order, scratch, pixels),
            PixelLayout::Planar { chroma, order } => chroma::planar(self, chroma, order, scratch, pixels),
            PixelLayout::YuvBytes(bytes) => chroma::yuv_bytes(self, bytes, scratch, pixels),
            PixelLayout::YuvFields(fields) => chroma::yuv_fields(self, fields, scratch, pixels),
            _ => {
                self.without_chroma(scratch, pixels);
                Ok(())
            }
        }
    }

    fn without_chroma(self, scratch: &mut Vec<u8>, pixels: &mut [u32]) {
        match self.layout {
            PixelLayout::RgbBytes(bytes) => words::rgb_bytes(self, bytes, pixels),
            PixelLayout::RgbFields(fields) => words::rgb_fields(self, fields, pixels),
            PixelLayout::HsvBytes(bytes) => return words::hsv_bytes(self, bytes, pixels),
            PixelLayout::Grey(samples) => grey::expand(self, samples, scratch, pixels),
            PixelLayout::Bayer(mosaic, samples) => bayer::demosaic(self, mosaic, samples, scratch, pixels),
            _ => {}
        }
        // Limited range is rare here: a second pass does.
        if self.colour.range == ColourRange::Limited {
            stretch(pixels);
        }
    }

    /// The chroma planes, blue difference first.
    pub fn chroma(self, order: ChromaOrder) -> (RawPlane<'a>, RawPlane<'a>) {
        let [_, first, second] = self.planes;
        match order {
            ChromaOrder::Uv => (first, second),
            ChromaOrder::Vu => (second, first),
        }
    }
}

fn split(bytes: &[u8], planes: [Plane; 3]) -> Option<[RawPlane<'_>; 3]> {
    let mut rest = bytes;
    let mut found = [RawPlane::default(); 3];
    for (to, plane) in found.iter_mut().zip(planes).filter(|(_, plane)| plane.lines > 0) {
        let (bytes, behind) = rest.split_at_checked((plane.stride * plane.lines) as usize)?;
        *to = RawPlane { bytes, stride: plane.stride.try_into().ok()?, line: plane.line as usize };
        rest = behind;
    }
    Some(found)
}

/// From limited to full range: 16 becomes 0, 235 becomes 255.
pub(super) fn stretch(pixels: &mut [u32]) {
    let table: [u8; 256] = std::array::from_fn(|value| (((value as i32 - 16) * 255 + 109) / 219).clamp(0, 255) as u8);
    let of = |value: u8| table.get(usize::from(value)).copied().unwrap_or(value);
    for pixel in pixels {
        let [red, green, blue, alpha] = pixel.to_ne_bytes();
        *pixel = u32::from_ne_bytes([of(red), of(green), of(blue), alpha]);
    }
}
