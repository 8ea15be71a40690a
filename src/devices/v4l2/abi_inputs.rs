//! The part of `linux/videodev2.h` and `linux/v4l2-dv-timings.h` that is about inputs and their signals, written down as
//! [`abi`](super::abi) is.

use std::ffi::c_int;

use super::abi::Fract;
use super::ioctl::Request;

/// `V4L2_INPUT_TYPE_TUNER`.
pub const INPUT_TYPE_TUNER: u32 = 1;
/// `V4L2_INPUT_TYPE_TOUCH`.
pub const INPUT_TYPE_TOUCH: u32 = 3;
/// `V4L2_IN_CAP_DV_TIMINGS`: the input has DV timings.
pub const IN_CAP_DV_TIMINGS: u32 = 0x2;
/// `V4L2_IN_CAP_STD`: the input has television standards.
pub const IN_CAP_STD: u32 = 0x4;

/// `V4L2_IN_ST_…`: what is wrong with the signal of the current input.
pub const INPUT_STATUS: [(u32, &str); 10] = [
    (0x0000_0001, "no power"),
    (0x0000_0002, "no signal"),
    (0x0000_0004, "no colour"),
    (0x0000_0100, "no horizontal lock"),
    (0x0000_0200, "colour killed"),
    (0x0000_0400, "no vertical lock"),
    (0x0000_0800, "no lock on a standard"),
    (0x0001_0000, "no sync"),
    (0x0002_0000, "no equaliser lock"),
    (0x0004_0000, "no carrier"),
];

/// `VIDIOC_S_STD`.
pub const S_STD: Request<u64> = Request::write(24);
/// `VIDIOC_ENUMSTD`.
pub const ENUMSTD: Request<Standard> = Request::read_write(25);
/// `VIDIOC_ENUMINPUT`.
pub const ENUMINPUT: Request<Input> = Request::read_write(26);
/// `VIDIOC_G_INPUT`.
pub const G_INPUT: Request<c_int> = Request::read(38);
/// `VIDIOC_S_INPUT`.
pub const S_INPUT: Request<c_int> = Request::read_write(39);
/// `VIDIOC_QUERYSTD`.
pub const QUERYSTD: Request<u64> = Request::read(63);
/// `VIDIOC_S_DV_TIMINGS`.
pub const S_DV_TIMINGS: Request<DvTimings> = Request::read_write(87);
/// `VIDIOC_G_DV_TIMINGS`.
pub const G_DV_TIMINGS: Request<DvTimings> = Request::read_write(88);
/// `VIDIOC_ENUM_DV_TIMINGS`.
pub const ENUM_DV_TIMINGS: Request<EnumDvTimings> = Request::read_write(98);
/// `VIDIOC_QUERY_DV_TIMINGS`.
pub const QUERY_DV_TIMINGS: Request<DvTimings> = Request::read(99);

/// `struct v4l2_input`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Input {
    pub index: u32,
    pub name: [u8; 32],
    pub type_: u32,
    pub audioset: u32,
    pub tuner: u32,
    pub std: u64,
    pub status: u32,
    pub capabilities: u32,
    pub reserved: [u32; 3],
}

/// `struct v4l2_standard`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct Standard {
    pub index: u32,
    pub id: u64,
    pub name: [u8; 24],
    pub frameperiod: Fract,
    pub framelines: u32,
    pub reserved: [u32; 4],
}

/// `struct v4l2_dv_timings`, which is packed, as words: the type, then `struct v4l2_bt_timings`, whose pixel clock is in two
/// of them.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DvTimings {
    pub words: [u32; 33],
}

impl Default for DvTimings {
    fn default() -> Self {
        Self { words: [0; 33] }
    }
}

/// `struct v4l2_enum_dv_timings`.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default)]
pub struct EnumDvTimings {
    pub index: u32,
    pub pad: u32,
    pub reserved: [u32; 2],
    pub timings: DvTimings,
}

impl DvTimings {
    fn word(&self, index: usize) -> u32 {
        self.words.get(index).copied().unwrap_or_default()
    }

    /// Pixels.
    pub fn width(&self) -> u32 {
        self.word(1)
    }

    /// Lines of a whole frame.
    pub fn height(&self) -> u32 {
        self.word(2)
    }

    /// Whether each frame comes as two fields.
    pub fn is_interlaced(&self) -> bool {
        self.word(3) != 0
    }

    /// Whether its blanking is reduced (`V4L2_DV_FL_REDUCED_BLANKING`), as for flat screens.
    pub fn has_reduced_blanking(&self) -> bool {
        self.word(17) & 1 != 0
    }

    /// Frames (or, interlaced, fields) per second; `None` where the timings do not say.
    pub fn rate(&self) -> Option<f64> {
        let clock = self.words.get(5..7).map(|words| words.iter().flat_map(|word| word.to_ne_bytes()))?;
        let mut bytes = [0; 8];
        bytes.iter_mut().zip(clock).for_each(|(to, from)| *to = from);
        let sum = |words: std::ops::Range<usize>| words.map(|index| f64::from(self.word(index))).sum::<f64>();
        let total_width = f64::from(self.width()) + sum(7..10);
        // The second field's blanking counts only where there is one.
        let blanking = sum(10..13) + if self.is_interlaced() { sum(13..16) } else { 0.0 };
        let total = total_width * (f64::from(self.height()) + blanking);
        let frames = u64::from_ne_bytes(bytes) as f64 / total;
        let rate = if self.is_interlaced() { frames * 2.0 } else { frames };
        (rate.is_finite() && rate > 0.0).then_some(rate)
    }

    /// Whether both are of the same type (BT.656/1120), size and scan, and their rates are within 0.5 %: what a receiver can
    /// tell apart. Neither polarities nor how the blanking is shared out decide.
    pub fn is_same_signal(&self, other: &Self) -> bool {
        let near = match (self.rate(), other.rate()) {
            // Receivers measure the clock: 59.94 and 60 per second are less apart than they err.
            (Some(one), Some(other)) => (one - other).abs() <= one * 0.005,
            (one, other) => one == other,
        };
        near && self.words.get(..4) == other.words.get(..4)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// CEA-861 1280×720p60.
    pub fn hd() -> DvTimings {
        let mut timings = DvTimings::default();
        let words = [0, 1280, 720, 0, 3, 74_250_000, 0, 110, 40, 220, 5, 5, 20];
        timings.words[..words.len()].copy_from_slice(&words);
        timings
    }

    #[test]
    #[cfg(target_pointer_width = "64")]
    fn sizes_are_those_of_the_kernel() {
        // As a C program prints them that includes linux/videodev2.h of Linux 6.1 on x86-64.
        let sizes = [
            (size_of::<Input>(), 80),
            (size_of::<Standard>(), 72),
            (size_of::<DvTimings>(), 132),
            (size_of::<EnumDvTimings>(), 148),
        ];
        for (ours, kernel) in sizes {
            assert_eq!(ours, kernel, "{sizes:?}");
        }
        assert_eq!(std::mem::offset_of!(Input, std), 48);
        assert_eq!(std::mem::offset_of!(Standard, name), 16);
    }

    #[test]
    #[cfg(all(target_pointer_width = "64", any(target_arch = "x86_64", target_arch = "aarch64")))]
    fn request_numbers_are_those_of_the_kernel() {
        assert_eq!((S_STD.number(), ENUMSTD.number()), (0x4008_5618, 0xc048_5619));
        assert_eq!((ENUMINPUT.number(), G_INPUT.number()), (0xc050_561a, 0x8004_5626));
        assert_eq!((S_INPUT.number(), QUERYSTD.number()), (0xc004_5627, 0x8008_563f));
        assert_eq!((S_DV_TIMINGS.number(), G_DV_TIMINGS.number()), (0xc084_5657, 0xc084_5658));
        assert_eq!((ENUM_DV_TIMINGS.number(), QUERY_DV_TIMINGS.number()), (0xc094_5662, 0x8084_5663));
    }

    #[test]
    fn the_rate_is_that_of_the_pixel_clock() {
        assert!((hd().rate().unwrap() - 60.0).abs() < 1e-9);
        assert_eq!(DvTimings::default().rate(), None);
        // 1920×1080i60: 74.25 MHz, fields of 540 lines.
        let mut interlaced = DvTimings::default();
        let words = [0, 1920, 1080, 1, 3, 74_250_000, 0, 88, 44, 148, 2, 5, 15, 2, 5, 16];
        interlaced.words[..words.len()].copy_from_slice(&words);
        assert!((interlaced.rate().unwrap() - 60.0).abs() < 1e-9);
        let mut absurd = DvTimings { words: [u32::MAX; 33] };
        assert!(absurd.rate().is_none_or(f64::is_finite));
        absurd.words[5] = 0;
        assert!(!absurd.is_same_signal(&hd()));
    }

    #[test]
    fn a_clock_that_is_measured_is_the_same_signal() {
        let mut measured = hd();
        measured.words[5] = 74_175_000;
        assert!(hd().is_same_signal(&measured));
        measured.words[2] = 1080;
        assert!(!hd().is_same_signal(&measured));
    }
}
