//! One camera through V4L2 and through nokhwa: what each lists, and what each delivers in the same mode.

use serde::Serialize;

use crate::model::{Backend, DeviceInfo, Extent, Mode, PixelFormat, RateExtent, VideoMode};

use super::{ModeResult, Problem, Subset, SweepMode};

/// What nokhwa 0.10 has names for on Linux.
const OF_NOKHWA: [PixelFormat; 5] =
    [PixelFormat::YUYV, PixelFormat::NV12, PixelFormat::MJPG, PixelFormat::RGB3, PixelFormat(*b"BGR3")];

/// The modes that two backends list of one camera.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ModeLists {
    /// Those that both list, in V4L2's order.
    pub both: Vec<VideoMode>,
    /// Those that one lists: V4L2's first.
    pub only: Vec<OnlyIn>,
}

/// A mode that only one backend lists.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OnlyIn {
    /// Which lists it.
    pub backend: Backend,
    /// The mode.
    pub mode: VideoMode,
    /// Why the other does not, where that is known.
    pub why: Option<Why>,
}

/// Why nokhwa does not list a mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// It has no name for the pixel format.
    PixelFormat,
    /// The mode is a range of sizes or rates.
    Range,
    /// The rate is not whole.
    FractionalRate,
}

impl Why {
    /// In words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::PixelFormat => "nokhwa knows only YUYV, NV12, MJPG, RGB3 and BGR3",
            Self::Range => "nokhwa cannot list ranges of sizes or rates",
            Self::FractionalRate => "nokhwa has whole frame rates only",
        }
    }

    /// Of a mode; `None` where nothing is known to keep nokhwa from it.
    pub fn of(mode: &VideoMode) -> Option<Self> {
        if !OF_NOKHWA.contains(&mode.pixel_format) {
            return Some(Self::PixelFormat);
        }
        match (mode.width, mode.height, mode.frame_rate) {
            (Extent::One(_), Extent::One(_), RateExtent::One(rate)) => {
                (rate.denominator() != 1).then_some(Self::FractionalRate)
            }
            _ => Some(Self::Range),
        }
    }
}

/// Lays what V4L2 lists beside what nokhwa lists.
pub fn mode_lists(v4l2: &DeviceInfo, nokhwa: &DeviceInfo) -> ModeLists {
    let (by_v4l2, by_nokhwa) = (video_modes(v4l2), video_modes(nokhwa));
    let (both, without): (Vec<_>, Vec<_>) = by_v4l2.iter().partition(|mode| by_nokhwa.contains(mode));
    let only_v4l2 = without.into_iter().map(|mode| OnlyIn { backend: Backend::V4l2, mode, why: Why::of(&mode) });
    let others = by_nokhwa.iter().copied().filter(|mode| !by_v4l2.contains(mode));
    let only_nokhwa = others.map(|mode| OnlyIn { backend: Backend::Nokhwa, mode, why: None });
    ModeLists { both, only: only_v4l2.chain(only_nokhwa).collect() }
}

fn video_modes(device: &DeviceInfo) -> Vec<VideoMode> {
    let mut modes = Vec::new();
    for mode in &device.modes {
        if let Mode::Video(mode) = mode
            && !modes.contains(mode)
        {
            modes.push(*mode);
        }
    }
    modes
}

impl ModeLists {
    /// The first mode of a subset that both list and the lab can decode.
    pub fn shared(&self, subset: &Subset) -> Option<SweepMode> {
        let single = |mode: &VideoMode| match (mode.width, mode.height, mode.frame_rate) {
            (Extent::One(width), Extent::One(height), RateExtent::One(frame_rate)) => {
                Some(SweepMode { pixel_format: mode.pixel_format, width, height, frame_rate })
            }
            _ => None,
        };
        let mut modes = self.both.iter().filter_map(single);
        modes.find(|mode| mode.pixel_format.is_decodable() && subset.has(*mode))
    }
}

/// What one backend delivered. The names are those of [`Measured`](super::Measured), the units too.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Delivered {
    /// Which backend.
    pub backend: &'static str,
    /// What the driver gave; `null` where it gave none.
    pub granted: Option<SweepMode>,
    /// From the opening to the first undamaged frame, in milliseconds.
    pub first_frame_ms: Option<f64>,
    /// What was measured, in seconds of the stamps.
    pub seconds: Option<f64>,
    /// Frames that arrived whole.
    pub frames_delivered: Option<u64>,
    /// Frames that the driver or the lab lost; `null` of nokhwa, which does not tell.
    pub frames_dropped: Option<u64>,
    /// Frames that arrived damaged or do not decode.
    pub frames_corrupt: Option<u64>,
    /// Frames per second, by stamps.
    pub fps_delivered: Option<f64>,
    /// How far that is from the mode's rate, in percent.
    pub deviation_percent: Option<f64>,
    /// Median of the intervals, in milliseconds.
    pub interval_p50_ms: Option<f64>,
    /// 99th percentile of the intervals, in milliseconds.
    pub interval_p99_ms: Option<f64>,
    /// What went wrong.
    pub error: Option<Problem>,
    /// What the backend does not tell: a sentence each.
    pub notes: &'static [&'static str],
}

/// What nokhwa keeps to itself.
const UNTOLD: &[&str] = &[
    "nokhwa does not tell which frames the driver dropped.",
    "nokhwa hands on frames that the driver marks as damaged: only those that do not decode are counted.",
    "nokhwa leaves some frames without a stamp: those count by their arrival.",
];

impl Delivered {
    /// What came of the mode through a backend; `None` is a mode that was not tried to its end.
    pub fn new(backend: Backend, result: Option<&ModeResult>) -> Self {
        let measured = result.and_then(|result| result.measured);
        let tells = backend != Backend::Nokhwa;
        Self {
            backend: backend.name(),
            granted: result.and_then(|result| result.granted),
            first_frame_ms: measured.and_then(|measured| measured.first_frame_ms),
            seconds: measured.map(|measured| measured.seconds),
            frames_delivered: measured.map(|measured| measured.frames_delivered),
            // The sequence numbers of nokhwa's frames are the lab's own.
            frames_dropped: measured.filter(|_| tells).map(|measured| measured.frames_dropped),
            frames_corrupt: measured.map(|measured| measured.frames_corrupt),
            fps_delivered: measured.and_then(|measured| measured.fps_delivered),
            deviation_percent: measured.and_then(|measured| measured.deviation_percent),
            interval_p50_ms: measured.and_then(|measured| measured.interval_p50_ms),
            interval_p99_ms: measured.and_then(|measured| measured.interval_p99_ms),
            error: result.and_then(|result| result.error.clone()),
            notes: if tells { &[] } else { UNTOLD },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Measured;
    use super::*;
    use crate::model::{FrameRate, MediaDeviceKind};

    fn mode(pixel_format: PixelFormat, rate: (u32, u32)) -> VideoMode {
        let frame_rate = RateExtent::One(FrameRate::new(rate.0, rate.1));
        VideoMode { width: Extent::One(320), height: Extent::One(180), frame_rate, pixel_format }
    }

    fn camera(modes: &[VideoMode]) -> DeviceInfo {
        let modes = modes.iter().copied().map(Mode::Video).collect();
        DeviceInfo { modes, ..DeviceInfo::bare(MediaDeviceKind::VideoInput, "Cam", "/dev/video0") }
    }

    #[test]
    fn modes_of_one_backend_alone_say_why() {
        let (whole, fraction) = (mode(PixelFormat::YUYV, (30, 1)), mode(PixelFormat::YUYV, (25, 2)));
        let grey = mode(PixelFormat::GREY, (30, 1));
        let range = VideoMode { width: Extent::Range { min: 16, max: 320, step: 2 }, ..whole };
        let odd = mode(PixelFormat::NV12, (15, 1));
        let extra = mode(PixelFormat::YUYV, (25, 1));
        let v4l2 = camera(&[grey, fraction, whole, range, odd, whole]);
        let lists = mode_lists(&v4l2, &camera(&[extra, whole]));
        assert_eq!(lists.both, [whole]);
        let only: Vec<_> = lists.only.iter().map(|only| (only.backend, only.mode, only.why)).collect();
        let expected = [
            (Backend::V4l2, grey, Some(Why::PixelFormat)),
            (Backend::V4l2, fraction, Some(Why::FractionalRate)),
            (Backend::V4l2, range, Some(Why::Range)),
            (Backend::V4l2, odd, None),
            (Backend::Nokhwa, extra, None),
        ];
        assert_eq!(only, expected);
    }

    #[test]
    fn the_shared_mode_is_the_first_of_the_subset_that_both_list() {
        let (fast, slow) = (mode(PixelFormat::YUYV, (30, 1)), mode(PixelFormat::YUYV, (15, 1)));
        let fraction = mode(PixelFormat::YUYV, (25, 2));
        let lists = mode_lists(&camera(&[fraction, fast, slow]), &camera(&[slow, fast]));
        let rate = |subset: Subset| lists.shared(&subset).map(|mode| mode.frame_rate);
        assert_eq!(rate(Subset::default()), Some(FrameRate::new(30, 1)));
        assert_eq!(rate(Subset { rates: vec![15.0], ..Subset::default() }), Some(FrameRate::new(15, 1)));
        assert_eq!(rate(Subset { rates: vec![12.5], ..Subset::default() }), None, "only V4L2 lists it");
    }

    #[test]
    fn what_nokhwa_does_not_tell_is_no_number() {
        let requested =
            SweepMode { pixel_format: PixelFormat::YUYV, width: 320, height: 180, frame_rate: FrameRate::new(30, 1) };
        let measured = Measured { frames_dropped: 2, frames_delivered: 60, ..Measured::default() };
        let result = ModeResult { requested, granted: Some(requested), measured: Some(measured), error: None };
        let dropped = |backend| Delivered::new(backend, Some(&result)).frames_dropped;
        assert_eq!((dropped(Backend::V4l2), dropped(Backend::Nokhwa)), (Some(2), None));
        assert!(Delivered::new(Backend::V4l2, Some(&result)).notes.is_empty());
        let none = Delivered::new(Backend::Nokhwa, None);
        assert_eq!((none.frames_delivered, none.granted, none.notes.len()), (None, None, 3));
    }
}
