//! nokhwa's formats and modes, and the lab's.

use nokhwa::utils::{CameraFormat, FrameFormat, Resolution};

use crate::model::{CameraMode, Extent, FrameRate, PixelFormat, RateExtent, VideoMode};

const BGR3: PixelFormat = PixelFormat(*b"BGR3");

/// nokhwa's name of a pixel format; `None` where it has none. GREY is missing on Linux, where nokhwa looks for a code
/// that no driver has.
pub fn frame_format(format: PixelFormat) -> Option<FrameFormat> {
    Some(match format {
        PixelFormat::YUYV => FrameFormat::YUYV,
        PixelFormat::NV12 => FrameFormat::NV12,
        PixelFormat::MJPG => FrameFormat::MJPEG,
        PixelFormat::RGB3 => FrameFormat::RAWRGB,
        PixelFormat::GREY if cfg!(not(target_os = "linux")) => FrameFormat::GRAY,
        BGR3 => FrameFormat::RAWBGR,
        _ => return None,
    })
}

/// The lab's name of nokhwa's format.
pub const fn pixel_format(format: FrameFormat) -> PixelFormat {
    match format {
        FrameFormat::YUYV => PixelFormat::YUYV,
        FrameFormat::NV12 => PixelFormat::NV12,
        FrameFormat::MJPEG => PixelFormat::MJPG,
        FrameFormat::RAWRGB => PixelFormat::RGB3,
        FrameFormat::RAWBGR => BGR3,
        FrameFormat::GRAY => PixelFormat::GREY,
    }
}

/// A mode as nokhwa asks for it; `None` where nokhwa cannot say it: it has whole frame rates only.
pub fn camera_format(mode: CameraMode) -> Option<CameraFormat> {
    let format = frame_format(mode.pixel_format)?;
    let whole = mode.frame_rate.denominator() == 1;
    whole.then(|| CameraFormat::new(Resolution::new(mode.width, mode.height), format, mode.frame_rate.numerator()))
}

/// A mode as nokhwa granted it.
pub fn camera_mode(format: CameraFormat) -> CameraMode {
    CameraMode {
        width: format.width(),
        height: format.height(),
        frame_rate: FrameRate::new(format.frame_rate(), 1),
        pixel_format: pixel_format(format.format()),
    }
}

/// Whether nokhwa would list this mode on Linux: one size and one whole rate in a format that it knows.
pub fn is_listed(mode: &VideoMode) -> bool {
    let (Extent::One(width), Extent::One(height), RateExtent::One(frame_rate)) =
        (mode.width, mode.height, mode.frame_rate)
    else {
        return false;
    };
    camera_format(CameraMode { width, height, frame_rate, pixel_format: mode.pixel_format }).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(pixel_format: PixelFormat, rate: (u32, u32)) -> CameraMode {
        CameraMode { width: 320, height: 180, frame_rate: rate.into(), pixel_format }
    }

    #[test]
    fn a_mode_survives_the_way_to_nokhwa_and_back() {
        for format in [PixelFormat::YUYV, PixelFormat::NV12, PixelFormat::MJPG, PixelFormat::RGB3, BGR3] {
            let mode = mode(format, (30, 1));
            assert_eq!(camera_format(mode).map(camera_mode), Some(mode));
        }
    }

    #[test]
    fn fractions_and_unknown_formats_cannot_be_said() {
        assert_eq!(camera_format(mode(PixelFormat::YUYV, (25, 2))), None);
        assert_eq!(camera_format(mode(PixelFormat(*b"YU12"), (30, 1))), None);
        #[cfg(target_os = "linux")]
        assert_eq!(camera_format(mode(PixelFormat::GREY, (30, 1))), None);
    }

    #[test]
    fn ranges_are_not_listed() {
        let one = |rate| VideoMode {
            width: Extent::One(320),
            height: Extent::One(180),
            frame_rate: rate,
            pixel_format: PixelFormat::YUYV,
        };
        let (slow, fast) = (FrameRate::new(15, 1), FrameRate::new(30, 1));
        assert!(is_listed(&one(RateExtent::One(fast))));
        assert!(!is_listed(&one(RateExtent::Range { min: slow, max: fast })));
        assert!(!is_listed(&one(RateExtent::One(FrameRate::new(30_000, 1001)))));
        let width = Extent::Range { min: 16, max: 320, step: 2 };
        assert!(!is_listed(&VideoMode { width, ..one(RateExtent::One(fast)) }));
    }
}
