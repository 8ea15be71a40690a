//! What all handles share: the worker, the objects by their ids, and the thread on which events are told.

use std::collections::HashMap;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use crate::media::Clock;
use crate::model::{DeviceInfo, ErrorName, MediaError, StreamId, TrackId};
use crate::worker::{Command, Event, OpenedStream, OpenedTrack, Reply, RequestId, StreamChange, Worker};

use super::events::{DeviceChangeEvent, Listeners, PermissionAnswer, PermissionRequest, guarded};
use super::info::EnumeratedDevice;
use super::promise::{Promise, promise, this_thread_tells_events};
use super::stream::{MediaStream, StreamShared};
use super::track::{MediaStreamTrack, TrackShared};

/// How long one wait for events takes at most: the end is noticed so soon.
const TURN: Duration = Duration::from_millis(20);

/// Answers a call that asks whether it may capture.
pub(super) type Asker = Box<dyn FnMut(&PermissionRequest) -> PermissionAnswer + Send>;

type OnAnswer = Box<dyn FnOnce(&Arc<Core>, Result<Reply, MediaError>) + Send>;

/// Shared by all handles.
pub(super) struct Core {
    worker: Mutex<Option<Arc<Worker>>>,
    open: Mutex<Open>,
    pub device_listeners: Listeners<(), DeviceChangeEvent>,
    /// Who answers calls that ask whether they may capture.
    pub asker: Mutex<Option<Asker>>,
    pub clock: Arc<dyn Clock>,
    stopped: AtomicBool,
}

#[derive(Default)]
struct Open {
    tracks: HashMap<TrackId, Weak<TrackShared>>,
    streams: HashMap<StreamId, Weak<StreamShared>>,
    answers: HashMap<RequestId, OnAnswer>,
    devices: Option<Vec<DeviceInfo>>,
}

impl fmt::Debug for Core {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Core")
    }
}

impl Core {
    pub fn new(worker: Worker, clock: Arc<dyn Clock>) -> Arc<Self> {
        Arc::new(Self {
            worker: Mutex::new(Some(Arc::new(worker))),
            open: Mutex::default(),
            device_listeners: Listeners::default(),
            asker: Mutex::default(),
            clock,
            stopped: AtomicBool::new(false),
        })
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn worker(&self) -> Option<Arc<Worker>> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Sends a command; nobody waits for its answer.
    pub fn send(&self, command: Command) {
        if let Some(worker) = self.worker() {
            worker.request_waiting(command);
        }
    }

    /// Sends a command; the answer is taken in its place among the events.
    pub fn ask(&self, command: Command, answer: impl FnOnce(&Arc<Self>, Result<Reply, MediaError>) + Send + 'static) {
        // The lock keeps the answer from coming before it is known what to do with it.
        let mut open = self.open();
        if self.stopped.load(Ordering::Relaxed) {
            return; // its promise is rejected
        }
        if let Some(worker) = self.worker() {
            open.answers.insert(worker.request_waiting(command), Box::new(answer));
        }
    }

    /// Sends a command; the promise is settled by what `take` makes of the reply.
    pub fn call<T: Send + 'static>(
        &self,
        command: Command,
        take: impl FnOnce(&Arc<Self>, Reply) -> Option<T> + Send + 'static,
    ) -> Promise<T> {
        let (promise, resolver) = promise();
        if self.worker().is_none() {
            resolver.settle(Err(over().into()));
            return promise;
        }
        self.ask(command, |core, result| {
            let taken = result.and_then(|reply| take(core, reply).ok_or_else(over));
            resolver.settle(taken.map_err(Into::into));
        });
        promise
    }

    pub fn add_track(self: &Arc<Self>, opened: OpenedTrack) -> MediaStreamTrack {
        let track = MediaStreamTrack::new(self, opened);
        self.note_track(&track);
        track
    }

    pub fn note_track(&self, track: &MediaStreamTrack) {
        self.open().tracks.insert(track.id(), track.downgrade());
    }

    pub fn add_stream(self: &Arc<Self>, opened: OpenedStream) -> MediaStream {
        let tracks = opened.tracks.into_iter().map(|track| self.add_track(track)).collect();
        self.note_stream(opened.stream, tracks)
    }

    pub fn note_stream(self: &Arc<Self>, id: StreamId, tracks: Vec<MediaStreamTrack>) -> MediaStream {
        let stream = MediaStream::new_handle(self, id, tracks);
        self.open().streams.insert(id, stream.downgrade());
        stream
    }

    fn track(&self, id: TrackId) -> Option<MediaStreamTrack> {
        self.open().tracks.get(&id).and_then(Weak::upgrade).map(MediaStreamTrack::from)
    }

    pub fn forget_track(&self, id: TrackId) {
        self.open().tracks.remove(&id);
    }

    pub fn forget_stream(&self, id: StreamId) {
        self.open().streams.remove(&id);
    }

    /// Tells events until the owner is gone.
    pub fn run(self: &Arc<Self>) {
        this_thread_tells_events();
        while !self.stopped.load(Ordering::Relaxed) {
            let Some(event) = self.worker().and_then(|worker| worker.wait(TURN)) else { continue };
            self.tell(event);
        }
    }

    /// Changes the state, then runs the handlers (EVT-03).
    fn tell(self: &Arc<Self>, event: Event) {
        match event {
            Event::Answer { request, result } => {
                let answer = self.open().answers.remove(&request);
                if let Some(answer) = answer {
                    guarded(|| answer(self, result));
                }
            }
            Event::DeviceChange(devices) => self.devices_changed(devices),
            Event::Track { track, at, change } => {
                if let Some(track) = self.track(track) {
                    track.apply(at, change);
                }
            }
            Event::Stream { stream, change, fires: true, .. } => {
                let stream = self.open().streams.get(&stream).and_then(Weak::upgrade).map(MediaStream::from);
                let (StreamChange::Add(track) | StreamChange::Remove(track)) = change;
                if let Some((stream, track)) = stream.zip(self.track(track)) {
                    stream.changed_by_engine(change, track);
                }
            }
            Event::PermissionAsked { request, kinds, devices } => {
                let PermissionAnswer { allow, remember } = self.ask_permission(&PermissionRequest { kinds, devices });
                self.send(Command::AnswerPermission { asked: request, allow, remember });
            }
            Event::Stream { fires: false, .. }
            | Event::Permission { .. }
            | Event::Waiting { .. }
            | Event::DeviceControls { .. }
            | Event::Recording(_)
            | Event::Log(_) => {}
        }
    }

    /// Where nobody can be asked, the answer is no.
    fn ask_permission(&self, request: &PermissionRequest) -> PermissionAnswer {
        let mut asker = self.asker.lock().unwrap_or_else(PoisonError::into_inner);
        asker.as_mut().map(|asker| asker(request)).unwrap_or_default()
    }

    /// `devicechange`; the first list is no change.
    fn devices_changed(&self, devices: Vec<DeviceInfo>) {
        let Some(old) = self.open().devices.replace(devices.clone()) else { return };
        if DeviceInfo::are_alike(&old, &devices) {
            return;
        }
        // What was hidden was not inserted.
        let is_known = |device: &DeviceInfo| {
            let same = |old: &DeviceInfo| old.device_id == device.device_id;
            old.iter().any(|old| same(old) || (old.kind == device.kind && old.device_id.as_str().is_empty()))
        };
        let is_new = |device: &&DeviceInfo| !is_known(device);
        let event = DeviceChangeEvent {
            devices: devices.iter().map(EnumeratedDevice::from).collect(),
            user_inserted_devices: devices.iter().filter(is_new).map(EnumeratedDevice::from).collect(),
        };
        self.device_listeners.fire((), &event);
    }

    /// The owner is gone: all tracks end, without events (TRK-11), and devices close.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Relaxed);
        let mut open = self.open();
        let tracks: Vec<_> = open.tracks.values().filter_map(Weak::upgrade).collect();
        let answers = std::mem::take(&mut open.answers);
        drop(open);
        for track in tracks {
            track.end();
        }
        drop(answers); // their promises are rejected
    }

    /// Gives the worker up; it ends when the thread of events lets go of it too.
    pub fn release_worker(&self) -> Option<Arc<Worker>> {
        self.worker.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// A call after the end.
pub(super) fn over() -> MediaError {
    let message = "The capture worker has ended: keep MediaDevices as long as its tracks are used.";
    MediaError::new(ErrorName::InvalidStateError, message)
}
