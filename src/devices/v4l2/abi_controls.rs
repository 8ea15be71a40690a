//! The part of `linux/videodev2.h` and `linux/v4l2-controls.h` that is about controls, written down as [`abi`](super::abi)
//! is.

use super::ioctl::Request;

/// `V4L2_CTRL_FLAG_NEXT_CTRL`: asks for the next control by id.
pub const NEXT_CTRL: u32 = 0x8000_0000;
/// `V4L2_CTRL_FLAG_NEXT_COMPOUND`: arrays and structures count as well.
pub const NEXT_COMPOUND: u32 = 0x4000_0000;

/// `V4L2_CTRL_TYPE_…`.
pub mod control_type {
    pub const INTEGER: u32 = 1;
    pub const BOOLEAN: u32 = 2;
    pub const MENU: u32 = 3;
    pub const BUTTON: u32 = 4;
    pub const INTEGER64: u32 = 5;
    pub const CTRL_CLASS: u32 = 6;
    pub const STRING: u32 = 7;
    pub const BITMASK: u32 = 8;
    pub const INTEGER_MENU: u32 = 9;
}

/// `V4L2_CTRL_FLAG_…`.
pub mod flag {
    pub const DISABLED: u32 = 0x0001;
    pub const GRABBED: u32 = 0x0002;
    pub const READ_ONLY: u32 = 0x0004;
    pub const INACTIVE: u32 = 0x0010;
    pub const WRITE_ONLY: u32 = 0x0040;
    pub const VOLATILE: u32 = 0x0080;
    pub const HAS_PAYLOAD: u32 = 0x0100;
}

/// `V4L2_CID_…`.
pub mod cid {
    pub const BRIGHTNESS: u32 = 0x0098_0900;
    pub const CONTRAST: u32 = 0x0098_0901;
    pub const SATURATION: u32 = 0x0098_0902;
    pub const AUTO_WHITE_BALANCE: u32 = 0x0098_090c;
    pub const RED_BALANCE: u32 = 0x0098_090e;
    pub const WHITE_BALANCE_TEMPERATURE: u32 = 0x0098_091a;
    pub const SHARPNESS: u32 = 0x0098_091b;
    pub const EXPOSURE_AUTO: u32 = 0x009a_0901;
    pub const EXPOSURE_ABSOLUTE: u32 = 0x009a_0902;
    pub const PAN_ABSOLUTE: u32 = 0x009a_0908;
    pub const TILT_ABSOLUTE: u32 = 0x009a_0909;
    pub const FOCUS_AUTO: u32 = 0x009a_090c;
    pub const ZOOM_ABSOLUTE: u32 = 0x009a_090d;
    pub const AUTO_EXPOSURE_BIAS: u32 = 0x009a_0913;
    pub const ISO_SENSITIVITY: u32 = 0x009a_0917;
    pub const FLASH_LED_MODE: u32 = 0x009c_0901;
}

/// `V4L2_EVENT_CTRL`: a control has another value, range or flag.
pub const EVENT_CTRL: u32 = 3;

/// `VIDIOC_S_CTRL`.
pub const S_CTRL: Request<super::abi::Control> = Request::read_write(28);
/// `VIDIOC_QUERYMENU`.
pub const QUERYMENU: Request<QueryMenu> = Request::read_write(37);
/// `VIDIOC_DQEVENT`.
pub const DQEVENT: Request<Event> = Request::read(89);
/// `VIDIOC_SUBSCRIBE_EVENT`.
pub const SUBSCRIBE_EVENT: Request<EventSubscription> = Request::write(90);
/// `VIDIOC_QUERY_EXT_CTRL`.
pub const QUERY_EXT_CTRL: Request<QueryExtCtrl> = Request::read_write(103);

/// `struct v4l2_query_ext_ctrl`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct QueryExtCtrl {
    pub id: u32,
    pub type_: u32,
    pub name: [u8; 32],
    pub minimum: i64,
    pub maximum: i64,
    pub step: u64,
    pub default_value: i64,
    pub flags: u32,
    pub elem_size: u32,
    pub elems: u32,
    pub nr_of_dims: u32,
    pub dims: [u32; 4],
    pub reserved: [u32; 32],
}

/// `struct v4l2_querymenu`. Of an integer menu the first eight bytes of `name` are the number.
#[repr(C, packed)]
#[derive(Clone, Copy, Debug, Default)]
pub struct QueryMenu {
    pub id: u32,
    pub index: u32,
    pub name: [u8; 32],
    pub reserved: u32,
}

/// `struct v4l2_event_subscription`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct EventSubscription {
    pub type_: u32,
    pub id: u32,
    pub flags: u32,
    pub reserved: [u32; 5],
}

/// `struct v4l2_event`; the union is aligned like the 64-bit value in it.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Event {
    pub type_: u32,
    pub u: [u64; 8],
    pub pending: u32,
    pub sequence: u32,
    pub timestamp: [libc::c_long; 2],
    pub id: u32,
    pub reserved: [u32; 8],
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn sizes_are_those_of_the_kernel() {
        // As a C program prints them that includes linux/videodev2.h of Linux 6.1 on x86-64.
        let sizes = [
            (size_of::<QueryExtCtrl>(), 232),
            (size_of::<QueryMenu>(), 44),
            (size_of::<EventSubscription>(), 32),
            (size_of::<Event>(), 136),
        ];
        for (ours, kernel) in sizes {
            assert_eq!(ours, kernel, "{sizes:?}");
        }
        assert_eq!(std::mem::offset_of!(QueryExtCtrl, flags), 72);
        assert_eq!(std::mem::offset_of!(Event, id), 96);
    }

    #[test]
    #[cfg(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn request_numbers_are_those_of_the_kernel() {
        assert_eq!(S_CTRL.number(), 0xc008_561c);
        assert_eq!(QUERYMENU.number(), 0xc02c_5625);
        assert_eq!(DQEVENT.number(), 0x8088_5659);
        assert_eq!(SUBSCRIBE_EVENT.number(), 0x4020_565a);
        assert_eq!(QUERY_EXT_CTRL.number(), 0xc0e8_5667);
    }
}
