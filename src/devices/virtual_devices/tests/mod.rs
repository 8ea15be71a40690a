//! Tests of the virtual devices, on a clock that stands still until it is moved.

mod description;
mod documents;
mod frames;
mod microphone;
mod opening;
mod sources;

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::devices::{CameraStream, CancelToken, DeviceError, IdMaker, MicrophoneStream};
use crate::media::{Clock, FakeClock, PictureConverter, VideoFrame};
use crate::model::{
    CameraMode, DeviceInfo, FrameRate, MicrophoneMode, Mode, PixelFormat, Property, SampleFormat, Timestamp, Value,
};

use super::{VirtualDevices, load_builtin, load_text, read_frame_number};

const LONG: Duration = Duration::from_hours(1);
const FORMATS: [PixelFormat; 5] =
    [PixelFormat::YUYV, PixelFormat::NV12, PixelFormat::MJPG, PixelFormat::RGB3, PixelFormat::GREY];

struct Rig {
    clock: Arc<FakeClock>,
    devices: VirtualDevices,
    start: Timestamp,
}

impl Rig {
    fn new(ron: &str) -> Self {
        let clock = FakeClock::shared();
        let start = clock.now();
        let devices = load_text(ron, Path::new("test.ron"), &IdMaker::new(b"salt"), clock.clone()).unwrap();
        Self { clock, devices, start }
    }

    /// One camera of 10 fps with this beside its modes.
    fn camera(more: &str) -> Self {
        Self::new(&format!(
            "(cameras: [(name: \"cam\", label: \"Cam\", {more} modes: [(sizes: [(320, 180)], rates: [(10, 1)],
            formats: [\"YUYV\", \"NV12\", \"MJPG\", \"RGB3\", \"GREY\"])])])"
        ))
    }

    fn microphone(more: &str) -> Self {
        Self::new(&format!(
            "(microphones: [(name: \"mic\", label: \"Mic\", {more} rates: [48000],
            channels: [(hertz: 997, peak_dbfs: -18), (hertz: 440, peak_dbfs: -inf)])])"
        ))
    }

    fn info(&self) -> DeviceInfo {
        let cameras = self.devices.cameras.iter().flat_map(|camera| camera.enumerate().unwrap());
        let microphones = self.devices.microphones.iter().flat_map(|mic| mic.enumerate().unwrap());
        cameras.chain(microphones).next().unwrap()
    }

    fn open_as(&self, mode: CameraMode, cancel: &CancelToken) -> Result<Box<dyn CameraStream>, DeviceError> {
        self.devices.cameras[0].open(&self.info(), mode, cancel)
    }

    fn open(&self, pixel_format: PixelFormat) -> Box<dyn CameraStream> {
        self.open_as(mode(pixel_format), &CancelToken::new()).unwrap()
    }

    fn open_microphone(&self) -> Box<dyn MicrophoneStream> {
        let mode = MicrophoneMode { sample_rate: 48_000, channels: 2, sample_format: SampleFormat::F32, period: 480 };
        self.devices.microphones[0].open(&self.info(), mode, &CancelToken::new()).unwrap()
    }

    /// Milliseconds since the start.
    fn millis(&self, at: Timestamp) -> u128 {
        assert_eq!(at.since(self.start).subsec_nanos() % 1_000_000, 0);
        at.since(self.start).as_millis()
    }
}

fn mode(pixel_format: PixelFormat) -> CameraMode {
    CameraMode { width: 320, height: 180, frame_rate: FrameRate::new(10, 1), pixel_format }
}

fn frame(stream: &mut dyn CameraStream) -> VideoFrame {
    stream.next(LONG).unwrap().item.unwrap()
}

#[test]
fn the_builtin_pair_is_as_the_issue_says() {
    let devices = load_builtin(&IdMaker::new(b"salt"), FakeClock::shared()).unwrap();
    let camera = devices.cameras[0].enumerate().unwrap().remove(0);
    let microphone = devices.microphones[0].enumerate().unwrap().remove(0);
    assert_eq!((camera.node.as_str(), microphone.node.as_str()), ("virtual:test-camera", "virtual:test-microphone"));
    assert_eq!(camera.group_id, microphone.group_id);
    assert_ne!(camera.device_id.as_str(), microphone.device_id.as_str());
    for format in [PixelFormat::YUYV, PixelFormat::NV12, PixelFormat::MJPG] {
        assert!(camera.modes.iter().any(|mode| matches!(mode, Mode::Video(mode) if mode.pixel_format == format)));
    }
    let id = camera.capabilities.get(Property::DeviceId);
    assert_eq!(id, Some(&crate::model::Capability::Text(camera.device_id.to_string())));
}

#[test]
fn each_format_shows_its_number() {
    for format in FORMATS {
        let rig = Rig::camera("faults: [(at: 0.3, do: DropFrames(2863311530))],");
        let mut stream = rig.open(format);
        rig.clock.advance(LONG * 200_000);
        let mut converter = PictureConverter::new();
        for wanted in [0, 1, 2, 2_863_311_533, 2_863_311_534] {
            let frame = stream.next(LONG * 200_000).unwrap().item.unwrap();
            assert_eq!(frame.sequence, wanted);
            let image = converter.to_preview(&frame).unwrap();
            assert_eq!(read_frame_number(&image), Some(wanted as u32), "{format}");
            converter.recycle(image.pixels);
        }
    }
}

#[test]
fn a_picture_moves_and_lies_in_memory_as_it_says() {
    let rig = Rig::camera("");
    for format in FORMATS {
        let mut stream = rig.open(format);
        rig.clock.advance(LONG);
        let mut converter = PictureConverter::new();
        let first = converter.to_preview(&frame(stream.as_mut())).unwrap();
        let mut last = None;
        for _ in 0..10 {
            last = Some(frame(stream.as_mut()));
        }
        let last = converter.to_preview(&last.unwrap()).unwrap();
        let changed = |lines: std::ops::Range<usize>| {
            first.pixels[lines.start * 320..lines.end * 320]
                .iter()
                .zip(&last.pixels[lines.start * 320..lines.end * 320])
                .filter(|(first, last)| first.to_ne_bytes()[1].abs_diff(last.to_ne_bytes()[1]) > 100)
                .count()
        };
        assert!(changed(120..135) > 300, "{format}: the block that sweeps");
        assert!(changed(135..180) > 50, "{format}: number and time");
        assert_eq!(changed(16..119), 0, "{format}: the bars");
    }
}

#[test]
fn a_flat_picture_is_of_its_colour() {
    let rig = Rig::camera("pattern: Flat(255, 255, 255),");
    for format in FORMATS {
        let frame = frame(rig.open(format).as_mut());
        let image = PictureConverter::new().to_preview(&frame).unwrap();
        assert!(image.pixels.iter().all(|pixel| pixel.to_ne_bytes().iter().all(|part| *part >= 253)), "{format}");
    }
}

#[test]
fn stamps_are_exact_and_do_not_drift() {
    crate::covers!("EXT-06");
    let rig = Rig::new(
        "(cameras: [(name: \"cam\", label: \"Cam\", modes: [(sizes: [(64, 32)], rates: [(30000, 1001)],
        formats: [\"GREY\"])])])",
    );
    let grey =
        CameraMode { width: 64, height: 32, frame_rate: FrameRate::new(30_000, 1001), pixel_format: PixelFormat::GREY };
    let mut stream = rig.open_as(grey, &CancelToken::new()).unwrap();
    rig.clock.advance(LONG);
    for number in 0..3001 {
        let delivery = stream.next(LONG).unwrap();
        let frame = delivery.item.unwrap();
        assert_eq!((frame.sequence, frame.captured_at), (number, frame.arrived_at));
        assert_eq!(frame.captured_at, delivery.at);
    }
    // 3000 frames of 1001/30000 s.
    assert_eq!(stream.next(Duration::ZERO).unwrap().at, rig.start + Duration::from_millis(100_100));
}

#[test]
fn a_wait_that_is_too_short_says_when_it_ended() {
    let rig = Rig::camera("");
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(LONG);
    frame(stream.as_mut());
    let mut times = Vec::new();
    for _ in 0..4 {
        let delivery = stream.next(Duration::from_millis(40)).unwrap();
        times.push((rig.millis(delivery.at), delivery.item.is_some()));
    }
    assert_eq!(times, [(40, false), (80, false), (100, true), (140, false)]);
}

#[test]
fn facing_and_groups_are_told() {
    crate::covers!("PROP-02");
    let rig = Rig::camera("facing: Environment, unit: \"a\",");
    let facing = rig.info().capabilities.get(Property::FacingMode).cloned();
    assert_eq!(facing, Some(crate::model::Capability::List(vec![Value::from("environment")])));
    assert_ne!(rig.info().group_id, Rig::camera("").info().group_id);
}

/// A clock that a reader can be late for.
struct RealClock(Arc<FakeClock>);

impl Clock for RealClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }

    fn wait_until(&self, deadline: Timestamp, stop: &dyn Fn() -> bool) -> bool {
        self.0.wait_until(deadline, stop)
    }

    fn wake(&self) {
        self.0.wake();
    }
}

#[test]
fn on_a_real_clock_a_late_reader_finds_frames_overwritten() {
    let mut rig = Rig::camera("");
    let text = include_str!("../../../../assets/virtual/builtin.ron");
    let clock = Arc::new(RealClock(rig.clock.clone()));
    rig.devices = load_text(text, Path::new("builtin"), &IdMaker::default(), clock).unwrap();
    let mut stream = rig
        .open_as(CameraMode { frame_rate: FrameRate::new(10, 1), ..mode(PixelFormat::YUYV) }, &CancelToken::new())
        .unwrap();
    let read = |stream: &mut dyn CameraStream| {
        let frame = frame(stream);
        (frame.sequence, rig.millis(frame.captured_at), rig.millis(frame.arrived_at))
    };
    assert_eq!(read(stream.as_mut()), (0, 0, 0));
    rig.clock.advance(Duration::from_millis(450));
    assert_eq!(read(stream.as_mut()), (1, 100, 450));
    rig.clock.advance(Duration::from_millis(600));
    assert_eq!(read(stream.as_mut()), (7, 700, 1050));
    assert_eq!(read(stream.as_mut()), (8, 800, 1050));
}
