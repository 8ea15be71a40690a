//! From a camera's bytes to pictures for the screen and for an encoder.

use yuv::{
    BufferStoreMut, YuvBiPlanarImage, YuvConversionMode, YuvError, YuvPackedImage, YuvPlanarImageMut, YuvRange,
    YuvStandardMatrix,
};

use crate::model::PixelFormat;

use super::decode::{Target, decode_jpeg};
use super::layout::{effective_stride, needed_bytes};
use super::{I420Image, PreviewImage, VideoFrame};

/// Why a frame cannot be turned into a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConvertError {
    /// The driver marked the frame as damaged.
    #[error("the driver marked the frame as damaged")]
    Corrupt,
    /// Fewer bytes than the format needs.
    #[error("the frame has {got} bytes, and its format needs {needed}")]
    Short {
        /// Bytes that the format needs.
        needed: usize,
        /// Bytes that are there.
        got: usize,
    },
    /// The lab cannot decode the format.
    #[error("the lab cannot decode the pixel format {0}")]
    Unsupported(PixelFormat),
    /// Width, height and stride do not make a picture.
    #[error("{width}×{height} with a stride of {stride} bytes is no picture")]
    Layout {
        /// Pixels.
        width: u32,
        /// Pixels.
        height: u32,
        /// Bytes.
        stride: u32,
    },
    /// The JPEG does not decode.
    #[error("the JPEG does not decode: {0}")]
    Jpeg(String),
    /// The conversion's arithmetic refused the picture.
    #[error("the picture does not convert: {0}")]
    Arithmetic(String),
}

impl From<YuvError> for ConvertError {
    fn from(error: YuvError) -> Self {
        Self::Arithmetic(error.to_string())
    }
}

/// How many pictures are kept for the next.
const SPARE_PICTURES: usize = 3;

/// Converts frames. It keeps its buffers, so that a steady stream allocates nothing: one for each track or sink.
///
/// YUYV and NV12 are read as BT.601 in limited range, JPEG as JFIF says (BT.601 in full range), GREY as full range.
#[derive(Debug, Default)]
pub struct PictureConverter {
    /// RGB of a JPEG on its way to planes.
    rgb: Vec<u8>,
    /// A JPEG with the tables that its camera left out.
    jpeg: Vec<u8>,
    spare_pixels: Vec<Vec<u32>>,
    spare_planes: Vec<I420Image>,
}

impl PictureConverter {
    /// A converter without buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes pixels of a [`PreviewImage`] back, to be used for a later one.
    pub fn recycle(&mut self, pixels: Vec<u32>) {
        if self.spare_pixels.len() < SPARE_PICTURES {
            self.spare_pixels.push(pixels);
        }
    }

    /// Takes a planar picture back, to be used for a later one.
    pub fn recycle_i420(&mut self, image: I420Image) {
        if self.spare_planes.len() < SPARE_PICTURES {
            self.spare_planes.push(image);
        }
    }

    /// The frame as opaque RGBA. A JPEG has the size that its own header says, at most twice that of the frame.
    ///
    /// # Errors
    /// Where the frame is marked as damaged, is short, does not decode, or is of a format that the lab cannot decode.
    pub fn to_preview(&mut self, frame: &VideoFrame) -> Result<PreviewImage, ConvertError> {
        let mut pixels = self.spare_pixels.pop().unwrap_or_default();
        match self.fill_pixels(frame, &mut pixels) {
            Ok((width, height)) => {
                Ok(PreviewImage { width, height, pixels, sequence: frame.sequence, captured_at: frame.captured_at })
            }
            Err(error) => {
                self.recycle(pixels);
                Err(error)
            }
        }
    }

    /// The frame as planes for an encoder. The last line or column of an odd size is left out.
    ///
    /// # Errors
    /// As [`to_preview`](Self::to_preview), and where less than two lines or columns are there.
    pub fn to_i420(&mut self, frame: &VideoFrame) -> Result<I420Image, ConvertError> {
        let mut image = self.spare_planes.pop().unwrap_or_default();
        match self.fill_planes(frame, &mut image) {
            Ok(()) => Ok(image),
            Err(error) => {
                self.recycle_i420(image);
                Err(error)
            }
        }
    }

    fn fill_pixels(&mut self, frame: &VideoFrame, pixels: &mut Vec<u32>) -> Result<(u32, u32), ConvertError> {
        if frame.pixel_format == PixelFormat::MJPG {
            return decode_jpeg(
                undamaged(frame)?,
                (frame.width, frame.height),
                Target::Rgba,
                &mut self.jpeg,
                |width, height| {
                    pixels.resize(width as usize * height as usize, 0);
                    bytemuck::cast_slice_mut(pixels)
                },
            );
        }
        let raw = RawPicture::of(frame)?;
        pixels.resize(frame.width as usize * frame.height as usize, 0);
        raw.to_rgba(frame.pixel_format, pixels)?;
        Ok((frame.width, frame.height))
    }

    fn fill_planes(&mut self, frame: &VideoFrame, image: &mut I420Image) -> Result<(), ConvertError> {
        if frame.pixel_format != PixelFormat::MJPG {
            let raw = RawPicture::of(frame)?.cropped_to_even()?;
            image.reshape(raw.width, raw.height);
            return raw.to_i420(frame.pixel_format, image);
        }
        let Self { rgb, jpeg, .. } = self;
        let size = (frame.width, frame.height);
        let (width, height) = decode_jpeg(undamaged(frame)?, size, Target::Rgb, jpeg, |width, height| {
            rgb.resize(width as usize * height as usize * 3, 0);
            rgb
        })?;
        let used = width as usize * height as usize * 3;
        let data = self.rgb.get(..used).unwrap_or_default();
        let raw = RawPicture { data, width, height, stride: width * 3 }.cropped_to_even()?;
        image.reshape(raw.width, raw.height);
        raw.to_i420(PixelFormat::RGB3, image)
    }
}

fn undamaged(frame: &VideoFrame) -> Result<&[u8], ConvertError> {
    if frame.corrupt { Err(ConvertError::Corrupt) } else { Ok(&frame.data) }
}

/// A raw picture whose bytes were counted.
#[derive(Clone, Copy, Debug)]
struct RawPicture<'a> {
    data: &'a [u8],
    width: u32,
    height: u32,
    stride: u32,
}

impl<'a> RawPicture<'a> {
    fn of(frame: &'a VideoFrame) -> Result<Self, ConvertError> {
        let &VideoFrame { width, height, stride, pixel_format, .. } = frame;
        let data = undamaged(frame)?;
        if !pixel_format.is_decodable() {
            return Err(ConvertError::Unsupported(pixel_format));
        }
        let layout = ConvertError::Layout { width, height, stride };
        let needed = needed_bytes(pixel_format, width, height, stride).ok_or_else(|| layout.clone())?;
        let stride = effective_stride(pixel_format, width, stride).ok_or(layout)?;
        let data = data.get(..needed).ok_or(ConvertError::Short { needed, got: data.len() })?;
        Ok(Self { data, width, height, stride })
    }

    /// Without the last column or line of an odd size. NV12's second plane is still found behind all lines.
    fn cropped_to_even(self) -> Result<EvenPicture<'a>, ConvertError> {
        let Self { data, width, height, stride } = self;
        if width < 2 || height < 2 {
            return Err(ConvertError::Layout { width, height, stride });
        }
        let (first, second) = data.split_at_checked(stride as usize * height as usize).unwrap_or((data, &[]));
        let height = height & !1;
        let first = first.get(..stride as usize * height as usize).unwrap_or(first);
        Ok(EvenPicture { first, second, width: width & !1, height, stride })
    }

    fn to_rgba(self, format: PixelFormat, pixels: &mut [u32]) -> Result<(), ConvertError> {
        let Self { data, width, height, stride } = self;
        match format {
            PixelFormat::YUYV => {
                let image = YuvPackedImage { yuy: data, yuy_stride: stride, width, height };
                let rgba = bytemuck::cast_slice_mut(pixels);
                yuv::yuyv422_to_rgba(&image, rgba, width * 4, YuvRange::Limited, YuvStandardMatrix::Bt601)?;
            }
            PixelFormat::NV12 => {
                let (y_plane, uv_plane) =
                    data.split_at_checked(stride as usize * height as usize).unwrap_or((data, &[]));
                let image = YuvBiPlanarImage { y_plane, y_stride: stride, uv_plane, uv_stride: stride, width, height };
                let (rgba, mode) = (bytemuck::cast_slice_mut(pixels), YuvConversionMode::Balanced);
                yuv::yuv_nv12_to_rgba(&image, rgba, width * 4, YuvRange::Limited, YuvStandardMatrix::Bt601, mode)?;
            }
            PixelFormat::RGB3 => {
                yuv::rgb_to_rgba(data, stride, bytemuck::cast_slice_mut(pixels), width * 4, width, height)?;
            }
            PixelFormat::GREY => self.expand_grey(pixels),
            other => return Err(ConvertError::Unsupported(other)),
        }
        Ok(())
    }

    fn expand_grey(self, pixels: &mut [u32]) {
        let lines = self.data.chunks(self.stride.max(1) as usize);
        for (to, from) in pixels.chunks_exact_mut(self.width.max(1) as usize).zip(lines) {
            for (to, &grey) in to.iter_mut().zip(from) {
                *to = u32::from_ne_bytes([grey, grey, grey, 255]);
            }
        }
    }
}

/// A raw picture of even size.
#[derive(Clone, Copy, Debug)]
struct EvenPicture<'a> {
    /// Just the lines of the first plane.
    first: &'a [u8],
    /// The second plane of NV12.
    second: &'a [u8],
    width: u32,
    height: u32,
    stride: u32,
}

impl EvenPicture<'_> {
    fn to_i420(self, format: PixelFormat, image: &mut I420Image) -> Result<(), ConvertError> {
        let Self { first, width, height, stride, .. } = self;
        match format {
            PixelFormat::YUYV => {
                let packed = YuvPackedImage { yuy: first, yuy_stride: stride, width, height };
                yuv::yuyv422_to_yuv420(&mut planes_of(image), &packed)?;
            }
            PixelFormat::RGB3 => {
                let (range, matrix) = (YuvRange::Limited, YuvStandardMatrix::Bt601);
                let mode = YuvConversionMode::Balanced;
                yuv::rgb_to_yuv420(&mut planes_of(image), first, stride, range, matrix, mode)?;
            }
            PixelFormat::NV12 => self.split_chroma(image),
            PixelFormat::GREY => self.limit_grey(image),
            other => return Err(ConvertError::Unsupported(other)),
        }
        Ok(())
    }

    fn split_chroma(self, image: &mut I420Image) {
        let stride = self.stride.max(1) as usize;
        for (to, from) in image.y.chunks_exact_mut(image.y_stride).zip(self.first.chunks(stride)) {
            if let Some(from) = from.get(..to.len()) {
                to.copy_from_slice(from);
            }
        }
        let lines = image.u.chunks_exact_mut(image.chroma_stride).zip(image.v.chunks_exact_mut(image.chroma_stride));
        for ((u, v), from) in lines.zip(self.second.chunks(stride)) {
            let pairs = from.as_chunks().0;
            u.iter_mut().zip(pairs).for_each(|(to, [blue, _])| *to = *blue);
            v.iter_mut().zip(pairs).for_each(|(to, [_, red])| *to = *red);
        }
    }

    fn limit_grey(self, image: &mut I420Image) {
        image.u.fill(128);
        image.v.fill(128);
        let lines = self.first.chunks(self.stride.max(1) as usize);
        for (to, from) in image.y.chunks_exact_mut(image.y_stride).zip(lines) {
            for (to, from) in to.iter_mut().zip(from) {
                *to = (16 + (u32::from(*from) * 219 + 127) / 255) as u8;
            }
        }
    }
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
