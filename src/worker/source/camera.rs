//! A camera as the pump sees it.

use std::sync::Arc;
use std::time::Duration;

use crate::devices::{CameraBackend, CameraStream, CancelToken, Delivery, DeviceError, DeviceErrorKind};
use crate::media::{BufferPool, Clock, VideoFrame, is_whole};
use crate::model::{CameraMode, ChosenMode, Colour, DeviceInfo, PixelFormat, Reason, ReasonKind, Timestamp};

use super::super::PictureColour;
use super::super::pictures::Pictures;
use super::super::tap::Taps;
use super::super::video_tap::VideoTap;
use super::{Engine, OpenTimes, Reporter};

/// What the session sees of a camera as well.
pub(super) struct Shared {
    pub taps: Taps<VideoTap>,
    pub open_times: OpenTimes,
    pub colour: PictureColour,
}

pub(super) struct Camera {
    backend: Arc<dyn CameraBackend>,
    device: DeviceInfo,
    taps: Taps<VideoTap>,
    pictures: Pictures,
    pool: BufferPool,
    clock: Arc<dyn Clock>,
    open_times: OpenTimes,
    colour: PictureColour,
    has_delivered: bool,
}

/// Black is made up to this long ago: a frame may be on its way still.
const LAG: Duration = Duration::from_millis(100);

impl Camera {
    pub fn new(
        backend: Arc<dyn CameraBackend>,
        device: DeviceInfo,
        shared: Shared,
        reporter: Reporter,
    ) -> Result<Self, DeviceError> {
        let Shared { taps, open_times, colour } = shared;
        let clock = Arc::clone(&reporter.clock);
        let pictures = Pictures::start(taps.clone(), Arc::clone(&clock), reporter.waker).map_err(|error| {
            DeviceError::new(
                DeviceErrorKind::Driver,
                format!("The system gives no thread for {}: {error}", device.name()),
            )
        })?;
        let pool = BufferPool::new(4);
        Ok(Self { backend, device, taps, pictures, pool, clock, open_times, colour, has_delivered: false })
    }
}

impl Camera {
    fn show_damaged(&self, frame: Arc<VideoFrame>) {
        if self.taps.lock().iter().any(VideoTap::wants_damaged) {
            self.pictures.show_damaged(frame);
        }
    }
}

impl Engine for Camera {
    type Mode = CameraMode;
    type Stream = Box<dyn CameraStream>;
    type Item = VideoFrame;

    fn open(&self, mode: CameraMode, cancel: &CancelToken) -> Result<Self::Stream, DeviceError> {
        self.open_times.opening(self.clock.now());
        let stream = self.backend.open(&self.device, mode, cancel)?;
        self.open_times.streaming(stream.opened_at(), self.clock.now());
        Ok(stream)
    }

    fn granted(&self, stream: &Self::Stream) -> CameraMode {
        stream.mode()
    }

    fn next(&self, stream: &mut Self::Stream, timeout: Duration) -> Result<Delivery<VideoFrame>, DeviceError> {
        stream.next(timeout)
    }

    fn condition(&self, stream: &Self::Stream) -> Option<Reason> {
        stream.condition()
    }

    fn deliver(&mut self, mut frame: VideoFrame) {
        // Not every frame is decoded; each is counted.
        frame.corrupt |= !is_whole(&frame);
        frame.colour = self.colour.read(frame.colour);
        if !frame.corrupt && !std::mem::replace(&mut self.has_delivered, true) {
            self.open_times.frame(frame.arrived_at);
        }
        let frame = Arc::new(frame);
        let mut black = None;
        let mut is_due = false;
        for tap in self.taps.lock().iter_mut() {
            tap.frame(&frame, || Arc::clone(black.get_or_insert_with(|| black_frame(&self.pool, &frame))));
            tap.publish(frame.arrived_at);
            is_due |= tap.is_due();
        }
        if frame.corrupt {
            self.show_damaged(frame);
        } else if is_due && frame.pixel_format.is_decodable() {
            self.pictures.show(frame);
        }
    }

    /// 25 intervals, at least 1 s and at most 5 s.
    fn patience(&self, mode: CameraMode) -> Duration {
        (mode.frame_rate.interval() * 25).clamp(Duration::from_secs(1), Duration::from_secs(5))
    }

    fn stall_reason(&self, mode: CameraMode) -> Reason {
        let patience = self.patience(mode).as_secs_f64();
        Reason { kind: ReasonKind::NoFrames, text: format!("no frame for {patience:.1} s at {} fps", mode.frame_rate) }
    }

    fn stalled(&mut self, mode: CameraMode, at: Timestamp) {
        let frame = Arc::new(black_of(&self.pool, mode.width, mode.height, at));
        for tap in self.taps.lock().iter_mut() {
            tap.muted(at);
            tap.record(&frame);
            tap.publish(at);
        }
        self.pictures.show_black(mode.width, mode.height, at);
    }

    fn idle(&mut self, mode: CameraMode, at: Timestamp, muted: bool) {
        // Somewhat in the past, so that the first real frame comes after it.
        let black = muted.then(|| Arc::new(black_of(&self.pool, mode.width, mode.height, at.saturating_sub(LAG))));
        for tap in self.taps.lock().iter_mut() {
            if let Some(black) = &black {
                tap.black(black);
            }
            tap.publish(at);
        }
    }

    fn configured(&mut self, _mode: CameraMode) {
        self.has_delivered = false;
        self.taps.lock().iter_mut().for_each(VideoTap::restarted);
    }

    fn finish(&mut self, at: Timestamp) {
        for tap in self.taps.lock().iter_mut() {
            tap.publish(at);
        }
    }

    fn to_chosen(mode: CameraMode) -> ChosenMode {
        ChosenMode::Video(mode)
    }

    fn from_chosen(mode: ChosenMode) -> Option<CameraMode> {
        if let ChosenMode::Video(mode) = mode { Some(mode) } else { None }
    }
}

/// What a disabled track shows in the place of `frame` (MUTE-03).
fn black_frame(pool: &BufferPool, frame: &VideoFrame) -> Arc<VideoFrame> {
    let black = black_of(pool, frame.width, frame.height, frame.captured_at);
    Arc::new(VideoFrame { sequence: frame.sequence, arrived_at: frame.arrived_at, ..black })
}

fn black_of(pool: &BufferPool, width: u32, height: u32, at: Timestamp) -> VideoFrame {
    // NV12 needs even sizes; an odd last line or column is cut, as in every 4:2:0 picture.
    let (width, height) = (width & !1, height & !1);
    let luma = width as usize * height as usize;
    let mut data = pool.take();
    data.resize(luma, 16);
    data.resize(luma + luma / 2, 128);
    VideoFrame {
        sequence: 0,
        captured_at: at,
        arrived_at: at,
        width,
        height,
        stride: width,
        pixel_format: PixelFormat::NV12,
        colour: Colour::LIMITED,
        data,
        corrupt: false,
    }
}
