//! An open video node: the V4L2 requests as plain calls.

use std::ffi::c_int;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;

use crate::model::{CameraMode, FrameRate, PixelFormat, RateExtent};

use super::abi;
use super::mapping::Mapping;
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
    /// Bytes from line to line; 0 for compressed formats, and where the driver does not say.
    pub bytes_per_line: u32,
}

/// A buffer that the driver has filled.
#[derive(Clone, Copy, Debug)]
pub struct Filled {
    /// Which buffer.
    pub index: u32,
    /// Bytes of picture in it.
    pub bytes_used: u32,
    /// `V4L2_BUF_FLAG_…`.
    pub flags: u32,
    /// The driver's frame counter.
    pub sequence: u32,
    /// The driver's stamp, in nanoseconds of the clock that the flags name.
    pub stamp: u64,
}

/// An open video node. Closed when dropped.
#[derive(Debug)]
pub struct Node(OwnedFd);

impl AsFd for Node {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}

impl Node {
    /// Opens a node so that no call on it blocks.
    ///
    /// # Errors
    /// What `open` answered.
    pub fn open(path: &Path) -> Result<Self, Errno> {
        rustix::fs::open(path, OFlags::RDWR | OFlags::NONBLOCK | OFlags::CLOEXEC, Mode::empty()).map(Self)
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
        let mut format = abi::Format { type_: abi::BUF_TYPE_VIDEO_CAPTURE, ..abi::Format::default() };
        format.area.pix = abi::PixFormat {
            width: mode.width,
            height: mode.height,
            pixelformat: mode.pixel_format.to_u32(),
            field: abi::FIELD_NONE,
            ..abi::PixFormat::default()
        };
        abi::S_FMT.send(self, &mut format)?;
        Ok(granted(&format))
    }

    /// The format that is set.
    ///
    /// # Errors
    /// What the driver answered.
    pub fn format(&self) -> Result<Granted, Errno> {
        let mut format = abi::Format { type_: abi::BUF_TYPE_VIDEO_CAPTURE, ..abi::Format::default() };
        abi::G_FMT.send(self, &mut format)?;
        Ok(granted(&format))
    }

    /// Sets the frame rate; returns the one that the driver made of it, `None` where it does not say.
    ///
    /// # Errors
    /// `ENOTTY` or `EINVAL` where the driver has no frame rates to choose from.
    pub fn set_frame_rate(&self, rate: FrameRate) -> Result<Option<FrameRate>, Errno> {
        let interval = abi::Fract { numerator: rate.denominator(), denominator: rate.numerator() };
        let mut parameters = abi::StreamParm {
            type_: abi::BUF_TYPE_VIDEO_CAPTURE,
            timeperframe: interval,
            ..abi::StreamParm::default()
        };
        abi::S_PARM.send(self, &mut parameters)?;
        Ok(rate_of(parameters.timeperframe))
    }

    /// Has the driver make `count` buffers; maps and queues those that it made.
    ///
    /// # Errors
    /// `EBUSY` while another handle holds buffers, `ENOMEM`.
    pub fn make_buffers(&self, count: u32) -> Result<Vec<Mapping>, Errno> {
        let mut request = abi::RequestBuffers {
            count,
            type_: abi::BUF_TYPE_VIDEO_CAPTURE,
            memory: abi::MEMORY_MMAP,
            ..abi::RequestBuffers::default()
        };
        abi::REQBUFS.send(self, &mut request)?;
        (0..request.count).map(|index| self.map_and_queue(index)).collect()
    }

    fn map_and_queue(&self, index: u32) -> Result<Mapping, Errno> {
        let mut buffer = mapped_buffer(index);
        abi::QUERYBUF.send(self, &mut buffer)?;
        let mapping = Mapping::new(self, buffer.m.offset, buffer.length)?;
        self.queue(index)?;
        Ok(mapping)
    }

    /// Gives a buffer to the driver to fill.
    ///
    /// # Errors
    /// What the driver answered.
    pub fn queue(&self, index: u32) -> Result<(), Errno> {
        abi::QBUF.send(self, &mut mapped_buffer(index))
    }

    /// Takes the next filled buffer.
    ///
    /// # Errors
    /// `EAGAIN` where none is filled yet, `ENODEV` after an unplug, `EIO` where the driver has given up.
    pub fn dequeue(&self) -> Result<Filled, Errno> {
        let mut buffer = mapped_buffer(0);
        abi::DQBUF.send(self, &mut buffer)?;
        let stamp = buffer.timestamp;
        Ok(Filled {
            index: buffer.index,
            bytes_used: buffer.bytesused,
            flags: buffer.flags,
            sequence: buffer.sequence,
            stamp: stamp.seconds as u64 * 1_000_000_000 + stamp.microseconds as u64 * 1_000,
        })
    }

    /// Starts the stream.
    ///
    /// # Errors
    /// `ENOSPC` where the USB has no bandwidth left, `EPIPE` where a pipeline is not set up.
    pub fn stream_on(&self) -> Result<(), Errno> {
        abi::STREAMON.send(self, &mut (abi::BUF_TYPE_VIDEO_CAPTURE as c_int))
    }

    /// Stops the stream; a thread that waits for a frame gets an error.
    ///
    /// # Errors
    /// What the driver answered.
    pub fn stream_off(&self) -> Result<(), Errno> {
        stream_off(self)
    }
}

/// Stops the stream of a device that is open in this process.
///
/// # Errors
/// What the driver answered.
pub fn stream_off(device: impl AsFd) -> Result<(), Errno> {
    abi::STREAMOFF.send(device, &mut (abi::BUF_TYPE_VIDEO_CAPTURE as c_int))
}

impl ModeSource for Node {
    fn formats(&self) -> Vec<PixelFormat> {
        let ask = |index| {
            let mut answer = abi::FmtDesc { index, type_: abi::BUF_TYPE_VIDEO_CAPTURE, ..abi::FmtDesc::default() };
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
        let mut parameters = abi::StreamParm { type_: abi::BUF_TYPE_VIDEO_CAPTURE, ..abi::StreamParm::default() };
        let asked = abi::G_PARM.send(self, &mut parameters).ok().and_then(|()| rate_of(parameters.timeperframe));
        asked.or_else(|| {
            let mut standard = 0;
            abi::G_STD.send(self, &mut standard).ok()?;
            let sixty_fields = standard & abi::STD_525_60 != 0;
            Some(if sixty_fields { FrameRate::new(30_000, 1001) } else { FrameRate::new(25, 1) })
        })
    }
}

fn mapped_buffer(index: u32) -> abi::Buffer {
    abi::Buffer { index, type_: abi::BUF_TYPE_VIDEO_CAPTURE, memory: abi::MEMORY_MMAP, ..abi::Buffer::default() }
}

fn granted(format: &abi::Format) -> Granted {
    let pix = &format.area.pix;
    Granted {
        width: pix.width,
        height: pix.height,
        pixel_format: PixelFormat::from_u32(pix.pixelformat),
        bytes_per_line: pix.bytesperline,
    }
}

fn rate_of(interval: abi::Fract) -> Option<FrameRate> {
    (interval.numerator > 0 && interval.denominator > 0)
        .then(|| FrameRate::from_interval(interval.numerator, interval.denominator))
}
