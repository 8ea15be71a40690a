//! `MediaDevices` on virtual devices and a fake clock.

use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use capture_lab::api::{MediaDevices, MediaStream, MediaStreamTrack, MediaTrackConstraints, TrackEventName};
use capture_lab::devices::virtual_devices::{FaultHandle, VirtualDevices, load_text};
use capture_lab::devices::{DeviceHost, IdMaker};
use capture_lab::media::{Clock, FakeClock};
use capture_lab::selection::{parse_constraints, parse_track_constraints};
use capture_lab::worker::TrackMonitor;

/// How long a test waits for something that comes at once in any sound program.
const LIMIT: Duration = Duration::from_secs(20);

pub const DEVICES: &str = r#"(
    cameras: [(name: "cam", label: "Cam", modes: [
        (sizes: [(320, 180), (640, 360)], rates: [(30, 1)], formats: ["NV12"]),
        (sizes: [(1280, 720)], rates: [(30, 1)], formats: ["NV12"]),
    ])],
    microphones: [(name: "mic", label: "Mic", rates: [48000], channels: [(hertz: 997.0, peak_dbfs: -18.0)])],
)"#;

pub struct Page {
    pub devices: MediaDevices,
    pub clock: Arc<FakeClock>,
    pub seen: Seen,
    virtual_devices: VirtualDevices,
}

/// What handlers saw, in order.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Vec<String>>>);

impl Seen {
    pub fn note(&self, line: impl Into<String>) {
        self.0.lock().unwrap().push(line.into());
    }

    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Page {
    pub fn new() -> Self {
        Self::with(DEVICES)
    }

    pub fn with(text: &str) -> Self {
        let clock = FakeClock::shared();
        let as_clock: Arc<dyn Clock> = clock.clone();
        let devices = load_text(text, Path::new("test"), &IdMaker::new(b"test"), as_clock.clone()).expect("devices");
        let host = DeviceHost::from_backends(devices.cameras.clone(), devices.microphones.clone());
        let media_devices = MediaDevices::start(host, as_clock).expect("a thread");
        Self { devices: media_devices, clock, seen: Seen::default(), virtual_devices: devices }
    }

    pub fn fault_handle(&self, name: &str) -> FaultHandle {
        self.virtual_devices.fault_handle(name).expect("a device of this name")
    }

    pub fn open(&self, json: &str) -> MediaStream {
        self.devices.get_user_media(parse_constraints(json).unwrap().constraints).wait().expect("a stream")
    }

    pub fn camera(&self) -> MediaStreamTrack {
        self.open(r#"{"video":true}"#).get_tracks().remove(0)
    }

    /// Notes each event of a track with the state that its handler reads.
    pub fn listen(&self, name: &'static str, track: &MediaStreamTrack) {
        for event in [TrackEventName::Mute, TrackEventName::Unmute, TrackEventName::Ended] {
            let seen = self.seen.clone();
            track.add_event_listener(event, move |event| {
                let track = &event.target;
                let muted = if track.muted() { " muted" } else { "" };
                seen.note(format!("{name} {:?}: {}{muted}", event.name, track.ready_state().name()));
            });
        }
    }

    pub fn advance(&self, secs: f64) {
        self.clock.advance(Duration::from_secs_f64(secs));
    }

    /// Waits until something holds, as time goes on in steps.
    pub fn until(&self, step: f64, what: &str, holds: impl Fn() -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !holds() {
            assert!(Instant::now() < deadline, "{what} did not come to pass: {:?}", self.seen.all());
            self.advance(step);
            std::thread::sleep(Duration::from_millis(2)); // lets the program's threads have the processor
        }
    }

    /// After this, everything that was sent before has been told.
    pub fn settle(&self) {
        self.devices.enumerate_devices().wait().expect("a list");
    }
}

pub fn constraints(json: &str) -> MediaTrackConstraints {
    parse_track_constraints(json).unwrap().constraints
}

pub fn delivered(track: &MediaStreamTrack) -> u64 {
    match track.monitor() {
        Some(TrackMonitor::Video { report, .. }) => report.peek().map_or(0, |report| report.delivered),
        Some(TrackMonitor::Audio { report }) => report.peek().map_or(0, |report| report.frames),
        None => 0,
    }
}
