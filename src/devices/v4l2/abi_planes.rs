//! The part of `linux/videodev2.h` that is about pictures in several memory planes, written down as [`abi`](super::abi) is.

use super::ioctl::Request;

/// `V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE`.
pub const BUF_TYPE_VIDEO_CAPTURE_MPLANE: u32 = 9;
/// `VIDEO_MAX_PLANES`.
pub const MAX_PLANES: usize = 8;

/// `VIDIOC_G_FMT`.
pub const G_FMT: Request<PlanarFormat> = Request::read_write(4);
/// `VIDIOC_S_FMT`.
pub const S_FMT: Request<PlanarFormat> = Request::read_write(5);

/// `struct v4l2_plane_pix_format`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanePixFormat {
    pub sizeimage: u32,
    pub bytesperline: u32,
    pub reserved: [u16; 6],
}

/// `struct v4l2_pix_format_mplane`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct PixFormatMplane {
    pub width: u32,
    pub height: u32,
    pub pixelformat: u32,
    pub field: u32,
    pub colorspace: u32,
    pub plane_fmt: [PlanePixFormat; MAX_PLANES],
    pub num_planes: u8,
    pub flags: u8,
    pub ycbcr_enc: u8,
    pub quantization: u8,
    pub xfer_func: u8,
    pub reserved: [u8; 7],
}

/// The union in `struct v4l2_format`, as it is for capture in planes.
#[repr(C)]
#[cfg_attr(target_pointer_width = "64", repr(align(8)))]
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanarFormatArea {
    pub pix: PixFormatMplane,
    pub rest: [u32; 2],
}

/// `struct v4l2_format` for capture in planes.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanarFormat {
    pub type_: u32,
    pub area: PlanarFormatArea,
}

/// The union `m` in `struct v4l2_plane`, as it is for mapped memory.
#[repr(C)]
#[cfg_attr(target_pointer_width = "64", repr(align(8)))]
#[derive(Clone, Copy, Debug, Default)]
pub struct PlanePlace {
    pub mem_offset: u32,
    #[cfg(target_pointer_width = "64")]
    pub rest: u32,
}

/// `struct v4l2_plane`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Plane {
    pub bytesused: u32,
    pub length: u32,
    pub m: PlanePlace,
    pub data_offset: u32,
    pub reserved: [u32; 11],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn sizes_are_those_of_the_kernel() {
        // As a C program prints them that includes linux/videodev2.h of Linux 6.1 on x86-64.
        assert_eq!(size_of::<PlanePixFormat>(), 20);
        assert_eq!(size_of::<PixFormatMplane>(), 192);
        assert_eq!(size_of::<PlanarFormat>(), 208);
        assert_eq!(size_of::<Plane>(), 64);
        assert_eq!(std::mem::offset_of!(PlanarFormat, area), 8);
        assert_eq!(std::mem::offset_of!(PixFormatMplane, num_planes), 180);
        assert_eq!(std::mem::offset_of!(Plane, data_offset), 16);
    }

    #[test]
    #[cfg(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn request_numbers_are_those_of_the_kernel() {
        assert_eq!((G_FMT.number(), S_FMT.number()), (0xc0d0_5604, 0xc0d0_5605));
    }
}
