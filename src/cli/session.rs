//! A worker for the time of one subcommand, and the signals that end it.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::data_dir::DataDir;
use crate::devices::{DeviceHost, HostOptions};
use crate::media::{Clock, SystemClock};
use crate::model::{
    DeviceInfo, ErrorName, InputSignal, MediaError, MediaStreamConstraints, MediaTrackConstraints, TrackId, TrackKind,
    VideoInput,
};
use crate::selection;
use crate::worker::{Choice, Command, Event, OpenedStream, OpenedTrack, Reply, TrackChange, Waker, Worker};

use super::args::{Common, Waiting};
use super::{Failure, Status};

/// How long one wait for events may take, so that a signal is noticed soon.
const TURN: Duration = Duration::from_millis(20);

/// Which devices there are, with the installation's salt.
pub(super) fn host_options(common: &Common) -> HostOptions {
    let data = DataDir::new(common.data_dir.as_deref());
    let salt = data.salt().unwrap_or_else(|error| {
        log::warn!(
            "Device ids will be others at the next start: {} cannot be used ({error}).",
            data.file("").display()
        );
        Vec::new()
    });
    HostOptions { salt, ..common.host_options() }
}

/// A running worker.
pub(super) struct Session {
    pub worker: Worker,
    pub clock: Arc<dyn Clock>,
    signals: Signals,
    /// Events that came while an answer was waited for.
    early: Vec<Event>,
}

/// SIGINT and SIGTERM.
struct Signals {
    signalled: Arc<AtomicBool>,
    last: Arc<AtomicUsize>,
}

impl Signals {
    fn listen() -> Self {
        let signals = Self { signalled: Arc::default(), last: Arc::default() };
        for signal in [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM] {
            let number = usize::try_from(signal).unwrap_or_default();
            // A second signal ends the program at once, should closing hang.
            let listening =
                signal_hook::flag::register_conditional_shutdown(signal, 130, Arc::clone(&signals.signalled))
                    .and_then(|_| signal_hook::flag::register_usize(signal, Arc::clone(&signals.last), number))
                    .and_then(|_| signal_hook::flag::register(signal, Arc::clone(&signals.signalled)));
            if let Err(error) = listening {
                log::warn!("Signal {signal} will end the program without closing devices: {error}");
            }
        }
        signals
    }
}

/// What `--standard` or `--timings` ask for.
fn signal(common: &Common) -> InputSignal {
    match (&common.standard, &common.timings) {
        (Some(standard), _) => InputSignal::Standard(standard.clone()),
        (None, Some(timings)) => InputSignal::Timings(timings.clone()),
        (None, None) => InputSignal::Detected,
    }
}

impl Session {
    /// Starts a worker on the devices that the command line names.
    pub fn start(common: &Common) -> Result<Self, Failure> {
        let clock: Arc<dyn Clock> = SystemClock::shared();
        let (host, warnings) = DeviceHost::new(&host_options(common), Arc::clone(&clock))
            .map_err(|error| Failure::usage(error.to_string()))?;
        for warning in warnings {
            log::warn!("{warning}");
        }
        let worker = Worker::start(host, Arc::clone(&clock), Waker::default()).map_err(|error| {
            MediaError::new(ErrorName::AbortError, format!("The system gives no thread for capture: {error}."))
        })?;
        let mut session = Self { worker, clock, signals: Signals::listen(), early: Vec::new() };
        let signal = signal(common);
        if common.input.is_some() || signal != InputSignal::Detected {
            session.select_input(common.input.as_deref(), signal, &common.device)?;
        }
        Ok(session)
    }

    /// `--input`, `--standard`, `--timings`: of the one camera that is named, or that has inputs to choose from. Without a name
    /// the input stays the one that it is.
    fn select_input(&mut self, input: Option<&str>, signal: InputSignal, names: &[String]) -> Result<(), Failure> {
        let devices = self.devices()?;
        let any = MediaTrackConstraints::default();
        let kinds = [TrackKind::Video, TrackKind::Audio];
        let mut cameras = selection::offered(TrackKind::Video, &kinds, &any, &devices, names)?;
        let least = if input.is_some() { 2 } else { 1 };
        cameras.retain(|camera| camera.inputs.len() >= least);
        let [camera] = cameras[..] else {
            let wish = input.map_or_else(|| signal.to_string(), |input| format!("the input “{input}”"));
            let message = match cameras.len() {
                0 => format!("No camera has inputs to choose from, where {wish} is asked for: leave that out."),
                _ => "Several cameras have inputs to choose from: say of which by --device.".to_owned(),
            };
            return Err(Failure::usage(message));
        };
        let chosen = match input {
            Some(input) => VideoInput::named(&camera.inputs, input),
            None => camera.inputs.iter().find(|input| input.is_current),
        };
        let chosen = chosen.ok_or_else(|| {
            let words: Vec<_> = camera.inputs.iter().map(VideoInput::words).collect();
            let input = input.unwrap_or("current");
            Failure::usage(format!("{} has no input “{input}”: choose of {}.", camera.name(), words.join("; ")))
        })?;
        let command = Command::SelectInput { device: camera.device_id.clone(), input: chosen.index, signal };
        match self.ask(command)? {
            Reply::Devices(_) => Ok(()),
            other => Err(unexpected(&other)),
        }
    }

    /// Whether the program was told to end.
    pub fn is_signalled(&self) -> bool {
        self.signals.signalled.load(Ordering::SeqCst)
    }

    /// How the program ends after a signal: SIGTERM asks for an orderly end, SIGINT interrupts.
    pub fn status_after_signal(&self) -> Status {
        let last = self.signals.last.load(Ordering::SeqCst);
        let is_interrupt = usize::try_from(signal_hook::consts::SIGINT).is_ok_and(|interrupt| last == interrupt);
        if is_interrupt { Status::Interrupted } else { Status::Done }
    }

    /// The next event, or `None` after a short while.
    pub fn next_event(&mut self) -> Option<Event> {
        if self.early.is_empty() { self.worker.wait(TURN) } else { Some(self.early.remove(0)) }
    }

    /// An event that is there already.
    pub fn left_event(&mut self) -> Option<Event> {
        if self.early.is_empty() { self.worker.poll() } else { Some(self.early.remove(0)) }
    }

    /// Asks and waits for the answer; other events are kept. A signal ends the wait.
    pub fn ask(&mut self, command: Command) -> Result<Reply, Failure> {
        let request = self.worker.request(command);
        loop {
            match self.worker.wait(TURN) {
                Some(Event::Answer { request: answered, result }) if answered == request => return Ok(result?),
                Some(event) => self.early.push(event),
                None if self.is_signalled() => return Err(interrupted(self.status_after_signal())),
                None => {}
            }
        }
    }

    /// Waits for the answer to a request that must be answered, signal or not; other events are kept.
    pub fn finish(&mut self, command: Command, limit: Duration) -> Result<Reply, Failure> {
        let request = self.worker.request(command);
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            match self.worker.wait(TURN) {
                Some(Event::Answer { request: answered, result }) if answered == request => return Ok(result?),
                Some(event) => self.early.push(event),
                None => {}
            }
        }
        let message = format!("The capture worker did not answer within {} s.", limit.as_secs());
        Err(MediaError::new(ErrorName::AbortError, message).into())
    }

    /// The devices as the events up to now tell, which are forgotten.
    pub fn known_devices(&mut self) -> Vec<DeviceInfo> {
        let mut known = Vec::new();
        for event in self.early.extract_if(.., |event| matches!(event, Event::DeviceChange(_))) {
            if let Event::DeviceChange(devices) = event {
                known = devices;
            }
        }
        known
    }

    /// All devices.
    pub fn devices(&mut self) -> Result<Vec<DeviceInfo>, Failure> {
        match self.ask(Command::EnumerateDevices)? {
            Reply::Devices(devices) => Ok(devices),
            other => Err(unexpected(&other)),
        }
    }

    /// `getUserMedia`; waits for a device that is not there where the command line or the preset says so.
    pub fn open(
        &mut self,
        constraints: MediaStreamConstraints,
        choice: Choice,
        Waiting { wait }: Waiting,
    ) -> Result<OpenedStream, Failure> {
        let choice = Choice { waits: choice.waits || wait.is_some(), ..choice };
        let limit = wait.flatten();
        let call = self.worker.request(Command::GetUserMedia { constraints, choice });
        let began = Instant::now();
        let mut absence: Option<MediaError> = None;
        loop {
            match self.worker.wait(TURN) {
                Some(Event::Answer { request, result }) if request == call => {
                    return match result? {
                        Reply::Stream(stream) => Ok(stream),
                        other => Err(unexpected(&other)),
                    };
                }
                Some(Event::Waiting { request, error }) if request == call => {
                    log::warn!("{} Waiting for it.", error.message);
                    absence = Some(error);
                }
                Some(event) => self.early.push(event),
                None if self.is_signalled() => return Err(interrupted(self.status_after_signal())),
                None => {}
            }
            if let Some(error) = absence.take_if(|_| limit.is_some_and(|limit| began.elapsed() >= limit)) {
                return Err(error.into());
            }
        }
    }
}

/// A reply of another kind than the command asks for.
pub(super) fn unexpected(reply: &Reply) -> Failure {
    MediaError::new(ErrorName::AbortError, format!("The capture worker gave an odd answer: {reply:?}.")).into()
}

/// The program was told to end before its work was complete.
pub(super) fn interrupted(status: Status) -> Failure {
    let error = MediaError::new(ErrorName::AbortError, "Interrupted; all devices are closed.");
    Failure { status: if status == Status::Done { Status::Failed } else { status }, error }
}

/// Which tracks are still live, as events tell.
pub(super) struct Living {
    tracks: Vec<TrackId>,
    names: HashMap<TrackId, String>,
    early_end: Option<EarlyEnd>,
}

/// How the first track ended by itself.
#[derive(Clone, Debug)]
pub(super) struct EarlyEnd {
    /// The device.
    pub device: String,
    /// Why, in words.
    pub reason: String,
}

impl Living {
    pub fn new(stream: &OpenedStream) -> Self {
        let name = |opened: &OpenedTrack| format!("{} ({})", opened.track.label, opened.track.node);
        Self {
            tracks: stream.tracks.iter().map(|opened| opened.track.id).collect(),
            names: stream.tracks.iter().map(|opened| (opened.track.id, name(opened))).collect(),
            early_end: None,
        }
    }

    /// How the first track ended by itself.
    pub fn early_end(&self) -> Option<EarlyEnd> {
        self.early_end.clone()
    }

    pub fn has(&self, track: TrackId) -> bool {
        self.tracks.contains(&track)
    }

    /// Takes note of an event. Returns how a track ended.
    pub fn note(&mut self, event: &Event) -> Option<EarlyEnd> {
        let Event::Track { track, change: TrackChange::Ended(reason), .. } = event else { return None };
        self.tracks.retain(|live| live != track);
        let device = self.names.get(track).cloned().unwrap_or_default();
        let end = EarlyEnd { device, reason: reason.text.clone() };
        self.early_end.get_or_insert_with(|| end.clone());
        Some(end)
    }

    pub fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }
}
