//! An open video node: the V4L2 requests as plain calls.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::model::{CameraMode, Colour, FrameRate, PixelFormat, RateExtent};

use super::abi;
use super::abi_planes::{self, BUF_TYPE_VIDEO_CAPTURE_MPLANE, MAX_PLANES, PixFormatMplane, PlanarFormat};
use super::colour::{Told, colour, wanted_encoding};
use super::modes::{ModeSource, SizeExtent};

/// No driver lists more; a faulty one that never ends its list is cut off here.
const LONGEST_LIST: u32 = 1024;

/// What `VIDIOC_QUERYCAP` tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// Driver.
    pub driver: String,
    /// Name for people.
    pub card: String,
    /// Where it is attached.
    pub bus: String,
    /// The driver's version, which most drivers take from the kernel.
    pub version: String,
    /// `V4L2_CAP_…` of this node.
    pub capabilities: u32,
}

/// The size and layout that the driver granted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// The pixel format.
    pub pixel_format: PixelFormat,
    /// Bytes from line to line in each memory plane; 0 for compressed formats, and where the driver does not say.
    pub strides: [u32; MAX_PLANES],
    /// How many memory planes a picture has.
    pub memory_planes: usize,
    /// How its numbers stand for colours.
    pub colour: Colour,
}

/// An open video node. Closed when dropped.
#[derive(Debug)]
pub struct Node {
    file: OwnedFd,
    /// Whether it delivers by the requests for several memory planes (which may be one).
    is_planar: bool,
}

impl AsFd for Node {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }
}

impl Node {
    /// Opens a node so that no call on it blocks.
    ///
    /// # Errors
    /// What `open` answered.
    pub fn open(path: &Path) -> Result<Self, Errno> {
        let file = rustix::fs::open(path, OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty())?;
        let mut node = Self { file, is_planar: false };
        let capabilities = node.describe().map_or(0, |description| description.capabilities);
        let kinds = capabilities & (abi::CAP_VIDEO_CAPTURE | abi::CAP_VIDEO_CAPTURE_MPLANE);
        node.is_planar = kinds == abi::CAP_VIDEO_CAPTURE_MPLANE;
        Ok(node)
    }

    /// Whether it delivers by the requests for several memory planes.
    pub const fn is_planar(&self) -> bool {
        self.is_planar
    }

    /// `V4L2_BUF_TYPE_…`.
    pub const fn buffer_type(&self) -> u32 {
        if self.is_planar { BUF_TYPE_VIDEO_CAPTURE_MPLANE } else { abi::BUF_TYPE_VIDEO_CAPTURE }
    }

    /// Asks what it is.
    ///
    /// # Errors
    /// As all calls: what the driver answered, `ENOTTY` where the node is no V4L2 device.
    pub fn describe(&self) -> Result<Description, Errno> {
        let mut answer = abi::Capability::default();
        abi::QUERYCAP.send(self, &mut answer)?;
        let of_the_node = answer.capabilities & abi::CAP_DEVICE_CAPS != 0;
        Ok(Description {
            driver: abi::text(&answer.driver),
            card: abi::text(&answer.card),
            bus: abi::text(&answer.bus_info),
            version: version(answer.version),
            capabilities: if of_the_node { answer.device_caps } else { answer.capabilities },
        })
    }

    /// To where the camera looks, as the standard's `facingMode` names it, where the driver knows.
    pub fn facing(&self) -> Option<&'static str> {
        let mut control = abi::Control { id: abi::CID_CAMERA_ORIENTATION, value: 0 };
        abi::G_CTRL.send(self, &mut control).ok()?;
        match control.value {
            0 => Some("user"),
            1 => Some("environment"),
            _ => None,
        }
    }

    /// Sets size and pixel format; returns what the driver made of it.
    ///
    /// # Errors
    /// `EBUSY` while another handle streams.
    pub fn set_format(&self, mode: &CameraMode) -> Result<Granted, Errno> {
        let CameraMode { width, height, pixel_format, .. } = *mode;
        let (pixelformat, field) = (pixel_format.to_u32(), abi::FIELD_NONE);
        let encoding = wanted_encoding(pixel_format);
        let flags = if encoding.is_some() { abi::PIX_FMT_FLAG_SET_CSC } else { 0 };
        let ycbcr_enc = encoding.unwrap_or_default();
        if self.is_planar {
            let mut format = PlanarFormat { type_: self.buffer_type(), ..PlanarFormat::default() };
            let rest = PixFormatMplane { flags: flags as u8, ycbcr_enc: ycbcr_enc as u8, ..PixFormatMplane::default() };
            format.area.pix = PixFormatMplane { width, height, pixelformat, field, ..rest };
            abi_planes::S_FMT.send(self, &mut format)?;
            return Ok(granted_in_planes(&format));
        }
        let mut format = abi::Format { type_: self.buffer_type(), ..abi::Format::default() };
        let rest = abi::PixFormat { priv_: abi::PIX_FMT_PRIV_MAGIC, flags, ycbcr_enc, ..abi::PixFormat::default() };
        format.area.pix = abi::PixFormat { width, height, pixelformat, field, ..rest };
        abi::S_FMT.send(self, &mut format)?;
        Ok(granted(&format))
    }

    /// The format that is set.
    ///
    /// # Errors
    /// What the driver answered.
    pub fn format(&self) -> Result<Granted, Errno> {
        if self.is_planar {
            let mut format = PlanarFormat { type_: self.buffer_type(), ..PlanarFormat::default() };
            abi_planes::G_FMT.send(self, &mut format)?;
            return Ok(granted_in_planes(&format));
        }
        let mut format = abi::Format { type_: self.buffer_type(), ..abi::Format::default() };
        abi::G_FMT.send(self, &mut format)?;
        Ok(granted(&format))
    }

    /// Sets the frame rate; returns the one that the driver made of it, `None` where it does not say.
    ///
    /// # Errors
    /// `ENOTTY` or `EINVAL` where the driver has no frame rates to choose from.
    pub fn set_frame_rate(&self, rate: FrameRate) -> Result<Option<FrameRate>, Errno> {
        let interval = abi::Fract { numerator: rate.denominator(), denominator: rate.numerator() };
        let type_ = self.buffer_type();
        let mut parameters = abi::StreamParm { type_, timeperframe: interval, ..abi::StreamParm::default() };
        abi::S_PARM.send(self, &mut parameters)?;
        Ok(rate_of(parameters.timeperframe))
    }
}

impl ModeSource for Node {
    fn formats(&self) -> Vec<PixelFormat> {
        let ask = |index| {
            let mut answer = abi::FmtDesc { index, type_: self.buffer_type(), ..abi::FmtDesc::default() };
            abi::ENUM_FMT.send(self, &mut answer).ok().map(|()| PixelFormat::from_u32(answer.pixelformat))
        };
        (0..LONGEST_LIST).map_while(ask).collect()
    }

    fn sizes(&self, format: PixelFormat) -> Vec<SizeExtent> {
        let ask = |index| {
            let pixel_format = format.to_u32();
            let mut answer = abi::FrmSizeEnum { index, pixel_format, ..abi::FrmSizeEnum::default() };
            abi::ENUM_FRAMESIZES.send(self, &mut answer).ok().map(|()| answer)
        };
        let mut sizes = Vec::new();
        for answer in (0..LONGEST_LIST).map_while(ask) {
            sizes.extend(SizeExtent::from_answer(&answer));
            if answer.type_ != abi::TYPE_DISCRETE {
                break; // a range is the only entry; some drivers repeat it for every index
            }
        }
        sizes
    }

    fn rates(&self, format: PixelFormat, width: u32, height: u32) -> Vec<RateExtent> {
        let ask = |index| {
            let pixel_format = format.to_u32();
            let mut answer = abi::FrmIvalEnum { index, pixel_format, width, height, ..abi::FrmIvalEnum::default() };
            abi::ENUM_FRAMEINTERVALS.send(self, &mut answer).ok().map(|()| answer)
        };
        let mut rates = Vec::new();
        for answer in (0..LONGEST_LIST).map_while(ask) {
            rates.extend(super::intervals::rates(&answer));
            if answer.type_ != abi::TYPE_DISCRETE {
                break;
            }
        }
        rates
    }

    fn current_size(&self) -> Option<(u32, u32)> {
        self.format().ok().map(|format| (format.width, format.height))
    }

    fn current_rate(&self) -> Option<FrameRate> {
        let mut parameters = abi::StreamParm { type_: self.buffer_type(), ..abi::StreamParm::default() };
        let asked = abi::G_PARM.send(self, &mut parameters).ok().and_then(|()| rate_of(parameters.timeperframe));
        asked.or_else(|| {
            let mut standard = 0;
            abi::G_STD.send(self, &mut standard).ok()?;
            let sixty_fields = standard & abi::STD_525_60 != 0;
            Some(if sixty_fields { FrameRate::new(30_000, 1001) } else { FrameRate::new(25, 1) })
        })
    }
}

fn granted(format: &abi::Format) -> Granted {
    let pix = &format.area.pix;
    let pixel_format = PixelFormat::from_u32(pix.pixelformat);
    let mut strides = [0; MAX_PLANES];
    strides[0] = pix.bytesperline;
    // Before Linux 3.17 what follows `priv` was not there.
    let is_extended = pix.priv_ == abi::PIX_FMT_PRIV_MAGIC;
    let (ycbcr_enc, quantization) = if is_extended { (pix.ycbcr_enc, pix.quantization) } else { (0, 0) };
    Granted {
        width: pix.width,
        height: pix.height,
        pixel_format,
        strides,
        memory_planes: 1,
        colour: colour(pixel_format, Told { colorspace: pix.colorspace, ycbcr_enc, quantization }),
    }
}

fn granted_in_planes(format: &PlanarFormat) -> Granted {
    let pix = &format.area.pix;
    let pixel_format = PixelFormat::from_u32(pix.pixelformat);
    let (ycbcr_enc, quantization) = (pix.ycbcr_enc.into(), pix.quantization.into());
    Granted {
        width: pix.width,
        height: pix.height,
        pixel_format,
        strides: pix.plane_fmt.map(|plane| plane.bytesperline),
        memory_planes: usize::from(pix.num_planes).min(MAX_PLANES),
        colour: colour(pixel_format, Told { colorspace: pix.colorspace, ycbcr_enc, quantization }),
    }
}

fn rate_of(interval: abi::Fract) -> Option<FrameRate> {
    (interval.numerator > 0 && interval.denominator > 0)
        .then(|| FrameRate::from_interval(interval.numerator, interval.denominator))
}

/// `KERNEL_VERSION` as it is written: `6.1.0`.
fn version(number: u32) -> String {
    format!("{}.{}.{}", number >> 16, (number >> 8) & 0xff, number & 0xff)
}
