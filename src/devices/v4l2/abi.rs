//! The part of the kernel's interface `linux/videodev2.h` that the lab uses, written down field by field.
//!
//! Names are those of the header without `V4L2_` and `v4l2_`. What the lab does not read is one field `rest` or
//! `reserved`, so that the sizes are the kernel's; the tests compare them with the kernel's ABI.

use std::ffi::c_int;

use super::ioctl::Request;

/// `V4L2_CAP_VIDEO_CAPTURE`: pictures in one memory plane.
pub const CAP_VIDEO_CAPTURE: u32 = 0x0000_0001;
/// `V4L2_CAP_VIDEO_CAPTURE_MPLANE`: pictures in several memory planes.
pub const CAP_VIDEO_CAPTURE_MPLANE: u32 = 0x0000_1000;
/// `V4L2_CAP_STREAMING`: buffers can be mapped.
pub const CAP_STREAMING: u32 = 0x0400_0000;
/// `V4L2_CAP_IO_MC`: needs a pipeline that is set up through the media controller.
pub const CAP_IO_MC: u32 = 0x2000_0000;
/// `V4L2_CAP_DEVICE_CAPS`: `device_caps` tells of the node, `capabilities` of the whole device.
pub const CAP_DEVICE_CAPS: u32 = 0x8000_0000;

/// `V4L2_BUF_TYPE_VIDEO_CAPTURE`.
pub const BUF_TYPE_VIDEO_CAPTURE: u32 = 1;
/// `V4L2_MEMORY_MMAP`.
pub const MEMORY_MMAP: u32 = 1;
/// `V4L2_PIX_FMT_PRIV_MAGIC` in `priv`: the fields behind it are valid.
pub const PIX_FMT_PRIV_MAGIC: u32 = 0xfeed_cafe;
/// `V4L2_PIX_FMT_FLAG_SET_CSC`: the driver is asked for an encoding.
pub const PIX_FMT_FLAG_SET_CSC: u32 = 0x2;
/// `V4L2_FIELD_NONE`: progressive pictures.
pub const FIELD_NONE: u32 = 1;
/// `V4L2_FRMSIZE_TYPE_DISCRETE` and `V4L2_FRMIVAL_TYPE_DISCRETE`.
pub const TYPE_DISCRETE: u32 = 1;
/// `V4L2_FRMSIZE_TYPE_CONTINUOUS` and `V4L2_FRMIVAL_TYPE_CONTINUOUS`.
pub const TYPE_CONTINUOUS: u32 = 2;
/// `V4L2_BUF_FLAG_ERROR`: the data may be damaged.
pub const BUF_FLAG_ERROR: u32 = 0x0000_0040;
/// `V4L2_BUF_FLAG_LAST`: nothing comes behind it.
pub const BUF_FLAG_LAST: u32 = 0x0010_0000;
/// `V4L2_BUF_FLAG_TIMESTAMP_MASK`.
pub const BUF_FLAG_TIMESTAMP_MASK: u32 = 0x0000_e000;
/// `V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC`: the stamp is of `CLOCK_MONOTONIC`.
pub const BUF_FLAG_TIMESTAMP_MONOTONIC: u32 = 0x0000_2000;
/// `V4L2_CID_CAMERA_ORIENTATION`.
pub const CID_CAMERA_ORIENTATION: u32 = 0x009a_0922;
/// `V4L2_STD_525_60`: all television standards of 60 fields per second.
pub const STD_525_60: u64 = 0x0000_f900;

/// `VIDIOC_QUERYCAP`.
pub const QUERYCAP: Request<Capability> = Request::read(0);
/// `VIDIOC_ENUM_FMT`.
pub const ENUM_FMT: Request<FmtDesc> = Request::read_write(2);
/// `VIDIOC_G_FMT`.
pub const G_FMT: Request<Format> = Request::read_write(4);
/// `VIDIOC_S_FMT`.
pub const S_FMT: Request<Format> = Request::read_write(5);
/// `VIDIOC_REQBUFS`.
pub const REQBUFS: Request<RequestBuffers> = Request::read_write(8);
/// `VIDIOC_QUERYBUF`.
pub const QUERYBUF: Request<Buffer> = Request::read_write(9);
/// `VIDIOC_QBUF`.
pub const QBUF: Request<Buffer> = Request::read_write(15);
/// `VIDIOC_DQBUF`.
pub const DQBUF: Request<Buffer> = Request::read_write(17);
/// `VIDIOC_STREAMON`.
pub const STREAMON: Request<c_int> = Request::write(18);
/// `VIDIOC_STREAMOFF`.
pub const STREAMOFF: Request<c_int> = Request::write(19);
/// `VIDIOC_G_PARM`.
pub const G_PARM: Request<StreamParm> = Request::read_write(21);
/// `VIDIOC_S_PARM`.
pub const S_PARM: Request<StreamParm> = Request::read_write(22);
/// `VIDIOC_G_STD`.
pub const G_STD: Request<u64> = Request::read(23);
/// `VIDIOC_G_CTRL`.
pub const G_CTRL: Request<Control> = Request::read_write(27);
/// `VIDIOC_ENUM_FRAMESIZES`.
pub const ENUM_FRAMESIZES: Request<FrmSizeEnum> = Request::read_write(74);
/// `VIDIOC_ENUM_FRAMEINTERVALS`.
pub const ENUM_FRAMEINTERVALS: Request<FrmIvalEnum> = Request::read_write(75);

/// `struct v4l2_capability`. The texts end at the first zero byte.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Capability {
    pub driver: [u8; 16],
    pub card: [u8; 32],
    pub bus_info: [u8; 32],
    pub version: u32,
    pub capabilities: u32,
    pub device_caps: u32,
    pub reserved: [u32; 3],
}

/// `struct v4l2_fmtdesc`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct FmtDesc {
    pub index: u32,
    pub type_: u32,
    pub flags: u32,
    pub description: [u8; 32],
    pub pixelformat: u32,
    pub mbus_code: u32,
    pub reserved: [u32; 3],
}

/// `struct v4l2_pix_format`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct PixFormat {
    pub width: u32,
    pub height: u32,
    pub pixelformat: u32,
    pub field: u32,
    pub bytesperline: u32,
    pub sizeimage: u32,
    pub colorspace: u32,
    pub priv_: u32,
    pub flags: u32,
    pub ycbcr_enc: u32,
    pub quantization: u32,
    pub xfer_func: u32,
}

/// The union in `struct v4l2_format`, as it is for capture: 200 bytes, aligned like the pointers that other variants
/// have.
#[repr(C)]
#[cfg_attr(target_pointer_width = "64", repr(align(8)))]
#[derive(Clone, Copy, Debug, Default)]
pub struct FormatArea {
    pub pix: PixFormat,
    pub rest: [[u32; 19]; 2],
}

/// `struct v4l2_format` for capture.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Format {
    pub type_: u32,
    pub area: FormatArea,
}

/// `struct v4l2_fract`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Fract {
    pub numerator: u32,
    pub denominator: u32,
}

/// `struct v4l2_streamparm` for capture: `struct v4l2_captureparm` and what remains of its union.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct StreamParm {
    pub type_: u32,
    pub capability: u32,
    pub capturemode: u32,
    pub timeperframe: Fract,
    pub extendedmode: u32,
    pub readbuffers: u32,
    pub reserved: [u32; 4],
    pub rest: [[u32; 20]; 2],
}

/// `struct v4l2_requestbuffers`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct RequestBuffers {
    pub count: u32,
    pub type_: u32,
    pub memory: u32,
    pub capabilities: u32,
    pub flags: u8,
    pub reserved: [u8; 3],
}

/// `struct timeval` as V4L2 uses it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct TimeVal {
    pub seconds: libc::time_t,
    pub microseconds: libc::suseconds_t,
}

/// The union `m` in `struct v4l2_buffer`, as it is for mapped memory.
#[repr(C)]
#[cfg_attr(target_pointer_width = "64", repr(align(8)))]
#[derive(Clone, Copy, Debug, Default)]
pub struct BufferPlace {
    pub offset: u32,
    #[cfg(target_pointer_width = "64")]
    pub rest: u32,
}

/// `struct v4l2_buffer`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Buffer {
    pub index: u32,
    pub type_: u32,
    pub bytesused: u32,
    pub flags: u32,
    pub field: u32,
    pub timestamp: TimeVal,
    pub timecode: [u32; 4],
    pub sequence: u32,
    pub memory: u32,
    pub m: BufferPlace,
    pub length: u32,
    pub reserved2: u32,
    pub request_fd: u32,
}

/// `struct v4l2_frmsizeenum`: for a discrete size `area` starts with width and height, else it is `struct
/// v4l2_frmsize_stepwise`: least, largest and step of the width, then of the height.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct FrmSizeEnum {
    pub index: u32,
    pub pixel_format: u32,
    pub type_: u32,
    pub area: [u32; 6],
    pub reserved: [u32; 2],
}

/// `struct v4l2_frmivalenum`: for a discrete interval only `min` is set, else `min`, `max` and `step`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct FrmIvalEnum {
    pub index: u32,
    pub pixel_format: u32,
    pub width: u32,
    pub height: u32,
    pub type_: u32,
    pub min: Fract,
    pub max: Fract,
    pub step: Fract,
    pub reserved: [u32; 2],
}

/// `struct v4l2_control`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Control {
    pub id: u32,
    pub value: i32,
}

/// The text in a zero-padded field.
pub fn text(field: &[u8]) -> String {
    let end = field.iter().position(|&byte| byte == 0).unwrap_or(field.len());
    String::from_utf8_lossy(field.get(..end).unwrap_or_default()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn sizes_are_those_of_the_kernel() {
        // As a C program prints them that includes linux/videodev2.h of Linux 6.1 on x86-64.
        let sizes = [
            (size_of::<Capability>(), 104),
            (size_of::<FmtDesc>(), 64),
            (size_of::<PixFormat>(), 48),
            (size_of::<Format>(), 208),
            (size_of::<StreamParm>(), 204),
            (size_of::<RequestBuffers>(), 20),
            (size_of::<Buffer>(), 88),
            (size_of::<FrmSizeEnum>(), 44),
            (size_of::<FrmIvalEnum>(), 52),
            (size_of::<Control>(), 8),
        ];
        for (ours, kernel) in sizes {
            assert_eq!(ours, kernel, "{sizes:?}");
        }
        assert_eq!(std::mem::offset_of!(Format, area), 8);
        assert_eq!(std::mem::offset_of!(Buffer, timestamp), 24);
        assert_eq!(std::mem::offset_of!(Buffer, sequence), 56);
        assert_eq!(std::mem::offset_of!(Buffer, m), 64);
        assert_eq!(std::mem::offset_of!(StreamParm, timeperframe), 12);
    }

    #[test]
    #[cfg(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn request_numbers_are_those_of_the_kernel() {
        assert_eq!(QUERYCAP.number(), 0x8068_5600);
        assert_eq!(ENUM_FMT.number(), 0xc040_5602);
        assert_eq!(G_FMT.number(), 0xc0d0_5604);
        assert_eq!(S_FMT.number(), 0xc0d0_5605);
        assert_eq!(REQBUFS.number(), 0xc014_5608);
        assert_eq!(QUERYBUF.number(), 0xc058_5609);
        assert_eq!(QBUF.number(), 0xc058_560f);
        assert_eq!(DQBUF.number(), 0xc058_5611);
        assert_eq!(STREAMON.number(), 0x4004_5612);
        assert_eq!(STREAMOFF.number(), 0x4004_5613);
        assert_eq!(G_PARM.number(), 0xc0cc_5615);
        assert_eq!(S_PARM.number(), 0xc0cc_5616);
        assert_eq!(G_STD.number(), 0x8008_5617);
        assert_eq!(G_CTRL.number(), 0xc008_561b);
        assert_eq!(ENUM_FRAMESIZES.number(), 0xc02c_564a);
        assert_eq!(ENUM_FRAMEINTERVALS.number(), 0xc034_564b);
    }

    #[test]
    fn text_ends_at_the_first_zero() {
        assert_eq!(text(b"vivid\0\0rest"), "vivid");
        assert_eq!(text(b"full"), "full");
    }
}
