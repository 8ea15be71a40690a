//! A worker with virtual devices and a fake clock.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use capture_lab::devices::virtual_devices::{FaultHandle, VirtualDevices, load_text};
use capture_lab::devices::{CameraBackend, DeviceHost, IdMaker};
use capture_lab::media::{Clock, FakeClock};
use capture_lab::model::{
    DeviceInfo, MediaError, MediaTrackConstraints, Property, Settings, Timestamp, TrackId, TrackKind,
};
use capture_lab::selection::parse_constraints;
use capture_lab::worker::{
    Choice, Command, Event, OpenedStream, OpenedTrack, Reply, RequestId, TrackChange, TrackMonitor, Waker, Worker,
};

/// How long a test waits for something that comes at once in any sound program.
const LIMIT: Duration = Duration::from_secs(20);

pub const CAMERA: &str = r#"(name: "cam", label: "Cam", modes: [
    (sizes: [(320, 180), (640, 360)], rates: [(30, 1), (25, 2)], formats: ["NV12"]),
])"#;

pub const MICROPHONE: &str = r#"(name: "mic", label: "Mic", rates: [48000], channels: [
    (hertz: 997.0, peak_dbfs: -18.0), (hertz: 997.0, peak_dbfs: -24.0),
])"#;

pub struct Lab {
    pub clock: Arc<FakeClock>,
    pub worker: Option<Worker>,
    pub events: Vec<Event>,
    answers: BTreeMap<RequestId, Vec<Result<Reply, MediaError>>>,
    devices: VirtualDevices,
}

impl Lab {
    /// A lab with these cameras and microphones, in the RON of virtual devices.
    pub fn new(cameras: &[&str], microphones: &[&str]) -> Self {
        Self::with(cameras, microphones, |camera| camera)
    }

    /// The same with another thing in the place of each camera.
    pub fn with(
        cameras: &[&str],
        microphones: &[&str],
        change: impl Fn(Arc<dyn CameraBackend>) -> Arc<dyn CameraBackend>,
    ) -> Self {
        let clock = FakeClock::shared();
        let text = format!("(cameras: [{}], microphones: [{}])", cameras.join(","), microphones.join(","));
        let as_clock: Arc<dyn Clock> = clock.clone();
        let ids = IdMaker::new(b"test");
        let devices = load_text(&text, Path::new("test"), &ids, as_clock.clone()).expect("devices");
        let cameras = devices.cameras.iter().cloned().map(change).collect();
        let host = DeviceHost::from_backends(cameras, devices.microphones.clone()).with_ids(ids);
        let worker = Worker::start(host, as_clock, Waker::default()).expect("a thread");
        Self { clock, worker: Some(worker), events: Vec::new(), answers: BTreeMap::new(), devices }
    }

    /// A lab with one camera and one microphone.
    pub fn pair() -> Self {
        Self::new(&[CAMERA], &[MICROPHONE])
    }

    pub fn fault_handle(&self, name: &str) -> FaultHandle {
        self.devices.fault_handle(name).expect("a device of this name")
    }

    pub fn send(&self, command: Command) -> RequestId {
        self.worker.as_ref().expect("a worker").request(command)
    }

    /// Asks and waits for the answer.
    pub fn ask(&mut self, command: Command) -> Result<Reply, MediaError> {
        let request = self.send(command);
        self.answer(request)
    }

    /// Waits for an answer.
    pub fn answer(&mut self, request: RequestId) -> Result<Reply, MediaError> {
        self.until("an answer", |lab| lab.answers.get(&request)?.first().cloned())
    }

    /// How often a request was answered up to now.
    pub fn answers_to(&self, request: RequestId) -> usize {
        self.answers.get(&request).map_or(0, Vec::len)
    }

    /// Takes events until `find` gives something.
    pub fn until<T>(&mut self, what: &str, mut find: impl FnMut(&mut Self) -> Option<T>) -> T {
        let deadline = Instant::now() + LIMIT;
        loop {
            if let Some(found) = find(self) {
                return found;
            }
            assert!(Instant::now() < deadline, "{what} did not come; events: {:#?}", self.events);
            self.take(Duration::from_millis(20));
        }
    }

    /// Takes what is there.
    fn take(&mut self, patience: Duration) {
        let Some(event) = self.worker.as_ref().and_then(|worker| worker.wait(patience)) else { return };
        if let Event::Answer { request, result } = &event {
            self.answers.entry(*request).or_default().push(result.clone());
        }
        self.events.push(event);
    }

    /// Takes all that is there now.
    pub fn take_all(&mut self) {
        let before = self.events.len();
        self.take(Duration::from_millis(1));
        if self.events.len() > before {
            self.take_all();
        }
    }

    pub fn advance(&self, secs: f64) {
        self.clock.advance(Duration::from_secs_f64(secs));
    }

    pub fn devices(&mut self) -> Vec<DeviceInfo> {
        match self.ask(Command::EnumerateDevices) {
            Ok(Reply::Devices(devices)) => devices,
            other => panic!("no list of devices but {other:?}"),
        }
    }

    /// `getUserMedia` with constraints in JSON.
    pub fn open(&mut self, json: &str) -> Result<OpenedStream, MediaError> {
        let request = self.send_open(json);
        self.answer(request).map(stream)
    }

    pub fn send_open(&self, json: &str) -> RequestId {
        let constraints = parse_constraints(json).expect("constraints").constraints;
        self.send(Command::GetUserMedia { constraints, choice: Choice::default() })
    }

    /// `getUserMedia` of one track.
    pub fn open_one(&mut self, json: &str) -> OpenedTrack {
        let mut opened = self.open(json).expect("a stream");
        assert_eq!(opened.tracks.len(), 1);
        opened.tracks.remove(0)
    }

    pub fn apply(&mut self, track: TrackId, json: &str) -> Result<Settings, MediaError> {
        let request = self.send_apply(track, json);
        self.answer(request).map(|reply| match reply {
            Reply::Settings(settings) => settings,
            other => panic!("no settings but {other:?}"),
        })
    }

    pub fn send_apply(&self, track: TrackId, json: &str) -> RequestId {
        self.send(Command::ApplyConstraints { track, constraints: video_constraints(json), pixel_format: None })
    }

    /// `clone()` of a track.
    pub fn cloned(&mut self, track: TrackId) -> OpenedTrack {
        match self.ask(Command::CloneTrack { track, clone: TrackId::random() }) {
            Ok(Reply::Track(opened)) => *opened,
            other => panic!("no track but {other:?}"),
        }
    }

    pub fn enable(&mut self, track: TrackId, enabled: bool) {
        self.ask(Command::SetEnabled { track, enabled }).expect("an answer");
    }

    /// All changes of a track up to now, with their time since the clock's start in seconds.
    pub fn changes(&self, of: TrackId) -> Vec<(f64, TrackChange)> {
        let start = Timestamp::from_nanos(1_000_000_000);
        let changes = self.events.iter().filter_map(|event| match event {
            Event::Track { track, at, change } if *track == of => Some((at.secs_since(start), change.clone())),
            _ => None,
        });
        changes.collect()
    }

    /// Waits for a change of a track.
    pub fn until_change(&mut self, track: TrackId, what: &str, is_it: impl Fn(&TrackChange) -> bool) -> f64 {
        self.until(what, |lab| lab.changes(track).into_iter().find(|(_, change)| is_it(change)).map(|(at, _)| at))
    }

    /// Waits for a line of the log with this text.
    pub fn until_logged(&mut self, text: &str) {
        self.until(text, |lab| {
            lab.events.iter().any(|event| matches!(event, Event::Log(entry) if entry.text.contains(text))).then_some(())
        });
    }

    /// How many lines of the log have this text.
    pub fn logged(&self, text: &str) -> usize {
        self.events.iter().filter(|event| matches!(event, Event::Log(entry) if entry.text.contains(text))).count()
    }
}

pub fn stream(reply: Reply) -> OpenedStream {
    match reply {
        Reply::Stream(stream) => stream,
        other => panic!("no stream but {other:?}"),
    }
}

pub fn video_constraints(json: &str) -> MediaTrackConstraints {
    let both = parse_constraints(&format!("{{\"video\":{json}}}")).expect("constraints");
    both.constraints.video.expect("video")
}

pub fn size(settings: &Settings) -> (f64, f64, f64) {
    let number = |property| settings.number(property).unwrap_or(f64::NAN);
    (number(Property::Width), number(Property::Height), number(Property::FrameRate))
}

pub fn track_of(stream: &OpenedStream, kind: TrackKind) -> &OpenedTrack {
    stream.tracks.iter().find(|opened| opened.track.kind == kind).expect("a track of the kind")
}

/// Frames delivered to a video track so far.
pub fn delivered(track: &OpenedTrack) -> u64 {
    match &track.monitor {
        TrackMonitor::Video { report, .. } => report.peek().map_or(0, |report| report.delivered),
        TrackMonitor::Audio { report } => report.peek().map_or(0, |report| report.frames),
    }
}

pub fn is_wide(settings: &Settings, width: f64) -> bool {
    (size(settings).0 - width).abs() < 0.5
}
