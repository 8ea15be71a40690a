//! Tests of the virtual devices, on a clock that stands still until it is moved.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::devices::{CameraStream, CancelToken, DeviceError, DeviceErrorKind, IdMaker, MicrophoneStream};
use crate::media::{Clock, FakeClock, PictureConverter, VideoFrame};
use crate::model::{
    CameraMode, DeviceInfo, FrameRate, MicrophoneMode, Mode, PixelFormat, Property, SampleFormat, Timestamp, Value,
};

use super::{VirtualDevices, VirtualError, load_builtin, load_text, read_frame_number};

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
fn a_stall_delays_and_a_drop_skips() {
    let rig = Rig::camera("faults: [(at: 0.5, do: DropFrames(3)), (at: 0.15, do: Stall(2.05))],");
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(LONG);
    let frames: Vec<(u64, u128)> = (0..4)
        .map(|_| {
            let frame = frame(stream.as_mut());
            (frame.sequence, rig.millis(frame.captured_at))
        })
        .collect();
    assert_eq!(frames, [(0, 0), (1, 100), (5, 2550), (6, 2650)]);
}

#[test]
fn a_damaged_frame_is_marked_and_short() {
    let rig = Rig::camera("faults: [(at: 0.1, do: Corrupt(1))],");
    let mut stream = rig.open(PixelFormat::YUYV);
    rig.clock.advance(LONG);
    let marks: Vec<(bool, usize)> = (0..3)
        .map(|_| {
            let frame = frame(stream.as_mut());
            (frame.corrupt, frame.data.len())
        })
        .collect();
    assert_eq!(marks, [(false, 115_200), (true, 57_600), (false, 115_200)]);
}

#[test]
fn an_unplug_by_script_ends_the_stream_at_its_time() {
    let rig = Rig::camera("faults: [(at: 0.25, do: Unplug)],");
    let info = rig.info();
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(LONG);
    for _ in 0..3 {
        frame(stream.as_mut());
    }
    assert!(rig.devices.fault_handle("cam").unwrap().is_plugged_in());
    assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone);
    assert!(rig.devices.cameras[0].enumerate().unwrap().is_empty());
    let again = rig.devices.cameras[0].open(&info, mode(PixelFormat::GREY), &CancelToken::new());
    assert_eq!(again.err().unwrap().kind, DeviceErrorKind::Gone);
}

#[test]
fn an_unplug_by_hand_ends_a_waiting_stream() {
    let rig = Rig::camera("");
    let mut stream = rig.open(PixelFormat::GREY);
    frame(stream.as_mut());
    let handle = rig.devices.fault_handle("cam").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| handle.unplug());
        assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone);
    });
    handle.plug_in();
    assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone, "what ended stays ended");
    // A new plug is a new device: the old stream, not dropped yet, does not hold it.
    frame(rig.open(PixelFormat::GREY).as_mut());
}

#[test]
fn what_was_due_before_an_unplug_still_comes() {
    let rig = Rig::camera("");
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(Duration::from_millis(250));
    rig.devices.fault_handle("cam").unwrap().unplug();
    for _ in 0..3 {
        frame(stream.as_mut());
    }
    assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone);
}

#[test]
fn cancelling_ends_a_wait() {
    let rig = Rig::camera("");
    let cancel = CancelToken::new();
    let mut stream = rig.open_as(mode(PixelFormat::GREY), &cancel).unwrap();
    frame(stream.as_mut());
    thread::scope(|scope| {
        scope.spawn(|| cancel.cancel());
        assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Cancelled);
    });
}

#[test]
fn an_open_camera_is_busy_until_it_is_closed() {
    let rig = Rig::camera("");
    let stream = rig.open(PixelFormat::GREY);
    let second = rig.open_as(mode(PixelFormat::YUYV), &CancelToken::new());
    assert_eq!(second.err().unwrap().kind, DeviceErrorKind::Busy);
    drop(stream);
    rig.open(PixelFormat::YUYV);
}

#[test]
fn a_mode_that_is_not_offered_does_not_open() {
    let rig = Rig::camera("");
    let other = CameraMode { frame_rate: FrameRate::new(11, 1), ..mode(PixelFormat::GREY) };
    let error = rig.open_as(other, &CancelToken::new()).err().unwrap();
    assert_eq!(error.kind, DeviceErrorKind::Unsupported);
    assert!(error.message.contains("Cam (virtual:cam)") && error.message.contains("11 fps"), "{error}");
}

#[test]
fn opening_fails_or_takes_time_as_the_script_says() {
    for (ron, kind) in [("Busy", DeviceErrorKind::Busy), ("PermissionDenied", DeviceErrorKind::PermissionDenied)] {
        let rig = Rig::camera(&format!("open: {ron},"));
        assert_eq!(rig.open_as(mode(PixelFormat::GREY), &CancelToken::new()).err().unwrap().kind, kind);
    }
    let rig = Rig::camera("open: DelaySeconds(0.7),");
    let is_open = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_open.load(Ordering::Relaxed) {
                rig.clock.advance(Duration::from_millis(10));
                thread::yield_now();
            }
        });
        let mut stream = rig.open(PixelFormat::GREY);
        is_open.store(true, Ordering::Relaxed);
        assert!(rig.millis(frame(stream.as_mut()).captured_at) >= 700);
    });
    let rig = Rig::camera("open: DelaySeconds(0.7),");
    let cancel = CancelToken::new();
    cancel.cancel();
    let error = rig.open_as(mode(PixelFormat::GREY), &cancel).err().unwrap();
    assert_eq!(error.kind, DeviceErrorKind::Cancelled);
}

#[test]
fn a_block_of_sound_has_exact_stamps_and_samples() {
    let rig = Rig::microphone("");
    let mut stream = rig.open_microphone();
    rig.clock.advance(LONG);
    let mut left = Vec::new();
    for number in 0..100 {
        let delivery = stream.next(LONG).unwrap();
        let block = delivery.item.unwrap();
        assert_eq!((block.frames(), block.lost_before), (480, 0));
        assert_eq!(rig.millis(block.captured_at), number * 10);
        assert_eq!((rig.millis(block.arrived_at), block.arrived_at), ((number + 1) * 10, delivery.at));
        assert!(block.samples.iter().skip(1).step_by(2).all(|sample| *sample == 0.0), "a channel of −∞ dBFS");
        left.extend(block.samples.iter().step_by(2).copied());
    }
    let peak = left.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!((20.0 * f64::from(peak).log10() + 18.0).abs() < 1e-5, "{peak}");
}

#[test]
fn faults_of_a_microphone_come_at_their_samples() {
    let rig = Rig::microphone(
        "faults: [(at: 0.015, do: Silence(0.01)), (at: 0.04, do: Stall(0.1)), (at: 0.16, do: Clip(0.01)),
        (at: 0.175, do: Unplug)],",
    );
    let mut stream = rig.open_microphone();
    rig.clock.advance(LONG);
    let blocks: Vec<_> = (0..7).map(|_| stream.next(LONG).unwrap().item.unwrap()).collect();
    let is_silent = |block: usize, half: usize| {
        blocks[block].samples[half * 480..][..480].iter().filter(|sample| **sample != 0.0).count() < 5
    };
    let silent: Vec<bool> = (0..3).flat_map(|block| [is_silent(block, 0), is_silent(block, 1)]).collect();
    assert_eq!(silent, [false, false, false, true, true, false]);
    let lost: Vec<(u128, u64)> =
        blocks.iter().map(|block| (rig.millis(block.captured_at), block.lost_before)).collect();
    assert_eq!(lost[3..], [(30, 0), (140, 4800), (150, 0), (160, 0)]);
    let clipped = |block: usize| blocks[block].samples.iter().filter(|sample| sample.abs() >= 1.0).count();
    assert!(clipped(5) == 0 && clipped(6) > 400, "{} {}", clipped(5), clipped(6));
    assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone);
}

#[test]
fn a_malformed_description_says_where() {
    for (ron, place, word) in [
        (
            "(cameras: [(name: \"a\", label: \"A\", modes: [(sizes: [(64, 32)],\n rates: [(0, 1)], formats: [\"GREY\"])])])",
            2,
            "0/1",
        ),
        ("(\n\ncameras: [(nom: \"a\")])", 3, "nom"),
        (
            "(cameras: [(name: \"a\", label: \"A\",\n\n modes: [(sizes: [(65, 33)], rates: [(5, 1)], formats: [\"NV12\"])])])",
            3,
            "65×33",
        ),
        (
            "(microphones: [(name: \"a\", label: \"A\", rates: [48000], channels: [\n(hertz: 5, peak_dbfs: 3)])])",
            2,
            "0 dBFS",
        ),
        (
            "(cameras: [(name: \"a\", label: \"A\", modes: [(sizes: [(64, 32)], rates: [(5, 1)], formats: [\"H264\"])])])",
            1,
            "H264",
        ),
        ("(cameras: [", 1, ""),
    ] {
        let error = load_text(ron, Path::new("x.ron"), &IdMaker::default(), FakeClock::shared()).err().unwrap();
        let VirtualError::Malformed { line, column, ref message, .. } = error else { panic!("{error}") };
        assert!(line == place && column > 0 && message.contains(word), "{error}");
        assert!(error.to_string().starts_with("x.ron, line "), "{error}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = super::load_file(Path::new("none/such.ron"), &IdMaker::default(), FakeClock::shared()).err().unwrap();
    assert!(matches!(error, VirtualError::Read { .. }) && error.to_string().contains("none/such.ron"), "{error}");
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
    let text = include_str!("../../../assets/virtual/builtin.ron");
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

#[test]
fn on_a_real_clock_a_late_reader_loses_samples() {
    let mut rig = Rig::microphone("");
    let text = "(microphones: [(name: \"mic\", label: \"Mic\", rates: [48000], channels: [(hertz: 1, peak_dbfs: 0),
        (hertz: 1, peak_dbfs: 0)])])";
    let clock = Arc::new(RealClock(rig.clock.clone()));
    rig.devices = load_text(text, Path::new("text"), &IdMaker::default(), clock).unwrap();
    let mut stream = rig.open_microphone();
    rig.clock.advance(Duration::from_millis(500));
    let block = stream.next(LONG).unwrap().item.unwrap();
    assert_eq!((rig.millis(block.captured_at), rig.millis(block.arrived_at), block.lost_before), (0, 500, 0));
    rig.clock.advance(Duration::from_secs(1));
    let block = stream.next(LONG).unwrap().item.unwrap();
    // Due at 20 ms, read at 1500 ms: what is older than 500 ms is gone.
    assert_eq!((rig.millis(block.captured_at), block.lost_before), (990, 98 * 480));
}
