//! The worker's own thread: the standard's task queue. It takes requests and messages one at a time and never waits for
//! a device.

mod configuration;
mod constraints;
mod control_news;
mod controls;
mod desks;
mod devices;
mod faults;
mod jobs;
mod permissions;
mod recordings;
mod snapshots;
mod sources;
mod streams;
mod tracks;
mod user_media;
mod waiting;

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, never, select, tick};

use crate::devices::{DeviceHost, DeviceWatch, VirtualWatch};
use crate::media::Clock;
use crate::model::{
    Cause, DeviceId, DeviceInfo, ErrorName, EventName, LogEntry, MediaError, MediaStream, Policy, StreamId, Timestamp,
    TrackId,
};

use super::enumerator::Enumerator;
use super::message::{Message, SourceId};
use super::outbox::Outbox;
use super::recording::RecordingThread;
use super::{Command, Event, RecordingId, Reply, Request, RequestId, Waker};

use desks::Desks;
use jobs::Job;
use permissions::Permissions;
use sources::Source;
use tracks::TrackEntry;

/// Messages of the worker's other threads that wait; a full queue makes those threads wait.
const MESSAGES: usize = 256;
/// How often deadlines and a backlog of events are looked at, while there are any.
const TICK: Duration = Duration::from_millis(50);
/// How long the devices may take to close at the end.
const CLOSE_LIMIT: Duration = Duration::from_millis(1500);

/// All that the worker owns.
pub(super) struct Session {
    host: DeviceHost,
    clock: Arc<dyn Clock>,
    waker: Waker,
    message_sender: Sender<Message>,
    messages: Receiver<Message>,
    enumerator: Enumerator,
    // Kept for its drop, which ends its thread.
    _watch: Option<DeviceWatch>,
    _virtual_watch: VirtualWatch,
    /// `None` until the first list has come.
    devices: Option<Vec<DeviceInfo>>,
    /// Counts the lists that came.
    lists: u64,
    /// Who waits for the next list.
    awaiting_devices: Vec<devices::AwaitsDevices>,
    sources: BTreeMap<SourceId, Source>,
    tracks: HashMap<TrackId, TrackEntry>,
    streams: HashMap<StreamId, MediaStream>,
    jobs: Vec<Job>,
    policy: Policy,
    permissions: Permissions,
    recordings: BTreeMap<RecordingId, Recording>,
    desks: Desks,
    last_number: u64,
    // Dropped last: its end tells the handle, which does not wait for ever, that everything else is dropped.
    outbox: Outbox,
}

/// A recording, and who waits for what of it.
struct Recording {
    thread: RecordingThread,
    starting: Option<RequestId>,
    stopping: Option<RequestId>,
    stream: StreamId,
    /// The tracks that feed it.
    tracks: Vec<TrackId>,
    /// The program changed the stream's tracks meanwhile (REC-12).
    modified: bool,
}

impl Session {
    pub fn new(host: DeviceHost, clock: Arc<dyn Clock>, events: Sender<Event>, waker: Waker) -> io::Result<Self> {
        let (message_sender, messages) = bounded(MESSAGES);
        let (enumerator, _thread) = Enumerator::start(host.clone(), message_sender.clone())?;
        let on_change = enumerator.clone();
        let watch = host.needs_watch().then(|| DeviceWatch::start(Box::new(move || on_change.ask()))).flatten();
        let on_fault = enumerator.clone();
        let virtual_watch = host.watch_virtual(move || on_fault.ask());
        enumerator.ask();
        Ok(Self {
            host,
            clock,
            outbox: Outbox::new(events, waker.clone()),
            waker,
            message_sender,
            messages,
            enumerator,
            _watch: watch,
            _virtual_watch: virtual_watch,
            devices: None,
            lists: 0,
            awaiting_devices: Vec::new(),
            sources: BTreeMap::new(),
            tracks: HashMap::new(),
            streams: HashMap::new(),
            jobs: Vec::new(),
            policy: Policy::default(),
            permissions: Permissions::default(),
            recordings: BTreeMap::new(),
            desks: Desks::default(),
            last_number: 0,
        })
    }

    fn handle(&mut self, Request { id, command }: Request) {
        match command {
            Command::EnumerateDevices => self.enumerate_devices(id),
            Command::GetUserMedia { constraints, choice } => self.get_user_media(id, constraints, choice),
            Command::CancelUserMedia { call } => self.cancel_user_media(id, call),
            Command::ApplyConstraints { track, constraints, pixel_format } => {
                self.apply_constraints(id, track, constraints, pixel_format);
            }
            Command::SetEnabled { track, enabled } => self.set_enabled(id, track, enabled),
            Command::SetColour { track, colour } => self.set_colour(id, track, colour),
            Command::BeginCounts { track } => self.begin_counts(id, track),
            Command::StopTrack { track } => self.stop_track(id, track),
            Command::CloneTrack { track, clone } => self.clone_track(id, track, clone),
            Command::NewStream { stream, tracks } => self.new_stream(id, stream, &tracks),
            Command::CloneStream { stream } => self.clone_stream(id, stream),
            Command::ChangeStream { stream, change, by } => self.change_stream(id, stream, change, by),
            Command::Forget { tracks, streams } => self.forget(id, &tracks, &streams),
            Command::SetPolicy(policy) => self.set_policy(id, policy),
            Command::SetPermission { kind, state } => self.set_permission(id, kind, state),
            Command::ResetDeviceIds { salt } => self.reset_device_ids(id, &salt),
            Command::AnswerPermission { asked, allow, remember } => self.answer_permission(id, asked, allow, remember),
            Command::StartRecording { stream, path, overwrite } => self.start_recording(id, stream, path, overwrite),
            Command::StopRecording { recording } => self.stop_recording(id, recording),
            Command::WatchControls { device, watch } => self.watch_controls(id, device, watch),
            Command::InjectFault { device, fault } => self.inject_fault(id, &device, fault),
            Command::SelectInput { device, input, signal } => self.select_input(id, &device, input, signal),
            Command::SetDeviceControls { device, values } => self.set_device_controls(id, &device, values),
            Command::ResetDeviceControls { device, controls } => self.reset_device_controls(id, &device, controls),
            Command::Snapshot { track, path, overwrite, original } => {
                self.take_snapshot(id, track, path, overwrite, original);
            }
        }
    }

    fn hear(&mut self, message: Message) {
        match message {
            Message::Devices { answers, devices, errors } => self.hear_devices(answers, devices, &errors),
            Message::InputSelected { request, result } => self.hear_input(request, result),
            Message::Source { source, at, news } => self.hear_source(source, at, news),
            Message::Desk { desk, at, news } => self.hear_desk(desk, at, news),
            Message::Recording { recording, news } => self.hear_recording(recording, news),
            Message::Snapshot { request, result } => {
                let log = result.as_ref().map(|path| format!("Saved {}.", path.display())).ok();
                if let Some(text) = log {
                    self.log(EventName::Success, "snapshot", Cause::User, text);
                }
                self.answer(request, result.map(Reply::Saved));
            }
        }
    }

    fn answer(&mut self, request: RequestId, result: Result<Reply, MediaError>) {
        if let Err(error) = &result {
            let object = error.device.clone().unwrap_or_else(|| error.name.name().to_owned());
            self.log(EventName::Error, object, Cause::User, format!("{}: {}", error.name, error.message));
        }
        self.outbox.send(Event::Answer { request, result });
    }

    fn log(&mut self, name: EventName, object: impl Into<String>, cause: Cause, text: impl Into<String>) {
        self.log_at(self.clock.now(), name, object, cause, text);
    }

    fn log_at(
        &mut self,
        at: Timestamp,
        name: EventName,
        object: impl Into<String>,
        cause: Cause,
        text: impl Into<String>,
    ) {
        let entry = LogEntry { at, name, object: object.into(), cause, text: text.into() };
        self.outbox.send(Event::Log(entry));
    }

    fn next_number(&mut self) -> u64 {
        self.last_number += 1;
        self.last_number
    }

    fn device(&self, id: &DeviceId) -> Option<&DeviceInfo> {
        self.devices.iter().flatten().find(|device| device.device_id == *id)
    }

    /// Closes all devices and files, and waits for them, though not for ever.
    fn close(&mut self) {
        self.cut_recordings();
        self.close_desks();
        for source in self.sources.values() {
            source.close();
        }
        let deadline = Instant::now() + CLOSE_LIMIT;
        while !(self.sources.is_empty() && self.recordings.is_empty()) || self.has_desks() {
            let Ok(message) = self.messages.recv_deadline(deadline) else { break };
            self.hear(message);
            self.outbox.flush();
        }
        for source in self.sources.values() {
            log::warn!("{} did not close in time.", source.device.name());
        }
        for name in self.open_desks() {
            log::warn!("The controls of {name} did not close in time.");
        }
    }
}

/// Runs the session until its user is gone.
pub(super) fn run(mut session: Session, requests: &Receiver<Request>) {
    let mut patient = true;
    loop {
        let tick = if patient { never() } else { tick(TICK) };
        select! {
            recv(requests) -> request => match request {
                Ok(request) => session.handle(request),
                Err(_) => break,
            },
            recv(session.messages) -> message => if let Ok(message) = message { session.hear(message) },
            recv(tick) -> _ => {}
        }
        session.step_jobs();
        session.step_desks();
        session.give_up_listing();
        session.give_up_controls();
        session.close_idle_sources();
        let waits = session.release_disabled_sources();
        let is_idle = session.awaiting_devices.is_empty() && !session.awaits_controls();
        patient = session.outbox.flush() && !session.has_busy_jobs() && is_idle && !waits;
    }
    session.close();
}

/// A request about something that is not there (any more).
fn unknown(what: &str) -> MediaError {
    MediaError::new(ErrorName::InvalidStateError, format!("This {what} does not exist (any more)."))
}

/// The system gave no thread.
fn no_thread(error: &io::Error) -> MediaError {
    let message = format!("The system gives no further thread ({error}): close other programs and try again.");
    MediaError::new(ErrorName::AbortError, message)
}

/// Joins a thread that has said that it is about to end.
fn join(thread: JoinHandle<()>, what: &str) {
    if thread.join().is_err() {
        log::error!("The thread of {what} panicked: please report this as a fault of Capture Lab.");
    }
}
