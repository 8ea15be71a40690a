//! Devices for small tests, and what is selected on them.

use capture_lab::model::{
    AudioMode, Backend, ChosenMode, DeviceId, DeviceInfo, Extent, FrameRate, GroupId, MediaDeviceKind, MediaError,
    Mode, PixelFormat, Property, RateExtent, SampleFormat, TrackKind, Value, VideoMode,
};
use capture_lab::selection::{
    Candidate, Context, Domain, Rules, Selection, Shape, Subject, capabilities, parse_track_constraints, select,
};

/// One native mode.
pub fn mode(width: u32, height: u32, fps: u32) -> VideoMode {
    VideoMode {
        width: Extent::One(width),
        height: Extent::One(height),
        frame_rate: RateExtent::One(FrameRate::new(fps, 1)),
        pixel_format: PixelFormat::YUYV,
    }
}

/// A camera that nobody knows the facing of.
pub fn camera(name: &str, modes: &[(u32, u32, u32)]) -> DeviceInfo {
    let modes = modes.iter().map(|(width, height, fps)| Mode::Video(mode(*width, *height, *fps)));
    device(name, MediaDeviceKind::VideoInput, modes.collect())
}

/// A microphone of one or two channels.
pub fn microphone(rates: &[u32]) -> DeviceInfo {
    let mode = |rate: &u32| AudioMode {
        sample_rate: Extent::One(*rate),
        channels: Extent::Range { min: 1, max: 2, step: 1 },
        sample_format: SampleFormat::S16,
    };
    device("mic", MediaDeviceKind::AudioInput, rates.iter().map(|rate| Mode::Audio(mode(rate))).collect())
}

fn device(name: &str, kind: MediaDeviceKind, modes: Vec<Mode>) -> DeviceInfo {
    let (device_id, group_id) = (DeviceId(name.to_owned()), GroupId(format!("group of {name}")));
    DeviceInfo {
        controls: vec![],
        device_controls: vec![],
        capabilities: capabilities(&device_id, &group_id, None, &modes),
        device_id,
        kind,
        label: name.to_owned(),
        group_id,
        is_default: false,
        node: format!("node of {name}"),
        backend: Backend::Virtual,
        driver: None,
        bus: None,
        usb: None,
        firmware: None,
        inputs: Vec::new(),
        modes,
        note: None,
        is_denied: false,
    }
}

/// A device of these sizes at 30 fps, as selection sees it.
pub fn subject(sizes: &[(u32, u32)]) -> Subject {
    let shape = |(width, height): &(u32, u32)| Shape {
        size: Some((Extent::One(*width), Extent::One(*height))),
        axes: [(Property::FrameRate, Domain::of(vec![Value::Number(30.0)]))].into(),
    };
    Subject { properties: Vec::new(), shapes: sizes.iter().map(shape).collect() }
}

/// What is selected on one device that is asked for by `getUserMedia`.
pub fn choose_on(device: &DeviceInfo, constraints: &str) -> Result<Selection, MediaError> {
    select_on(device, constraints, false)
}

/// The same where the lab may crop, scale and leave out frames.
pub fn scaled_on(device: &DeviceInfo, constraints: &str) -> Result<Selection, MediaError> {
    select_on(device, constraints, true)
}

fn select_on(device: &DeviceInfo, constraints: &str, resizes: bool) -> Result<Selection, MediaError> {
    let kind = device.kind.track_kind().unwrap_or(TrackKind::Video);
    let constraints = parse_track_constraints(constraints).expect("constraints").constraints;
    let candidates = [Candidate { device, fixed_mode: None }];
    let rules = Rules::new(kind, Context::GetUserMedia).resizing(resizes);
    select(&rules, &candidates, &constraints, None).map(|mut all| all.remove(0))
}

/// Why nothing is.
pub fn error_of(device: &DeviceInfo, constraints: &str) -> MediaError {
    choose_on(device, constraints).expect_err("constraints that cannot be satisfied")
}

/// Width and height of a camera's mode.
pub fn size(selection: &Selection) -> (u32, u32) {
    match selection.mode {
        ChosenMode::Video(mode) => (mode.width, mode.height),
        ChosenMode::Audio(mode) => panic!("a camera in {mode}"),
    }
}

/// The rate of a camera's mode.
pub fn rate(selection: &Selection) -> FrameRate {
    match selection.mode {
        ChosenMode::Video(mode) => mode.frame_rate,
        ChosenMode::Audio(mode) => panic!("a camera in {mode}"),
    }
}
