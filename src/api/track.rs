//! `MediaStreamTrack`.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use crate::measure::{AudioReport, VideoReport};
use crate::model::{
    Capabilities, MediaTrackConstraints, ReadyState, Reason, ReasonKind, Settings, Timestamp, Track, TrackId, TrackKind,
};
use crate::worker::{Command, OpenedTrack, Reply, TrackChange, TrackMonitor};

use super::core::Core;
use super::events::{Listeners, TrackEvent, TrackEventName};
use super::promise::Promise;

/// `MediaStreamTrack` (`#mediastreamtrack`). A clone of the handle is the same track; the last handle dropped stops it
/// (TRK-12).
#[derive(Clone, Debug)]
pub struct MediaStreamTrack(Arc<TrackShared>);

/// What is measured of a track ([`MediaStreamTrack::measurements`]); the web has no such thing.
#[derive(Clone, Debug, PartialEq)]
pub enum Measurements {
    /// Of a camera.
    Video(Arc<VideoReport>),
    /// Of a microphone.
    Audio(Arc<AudioReport>),
}

#[derive(Debug)]
pub(super) struct TrackShared {
    core: Arc<Core>,
    id: TrackId,
    state: Mutex<State>,
    listeners: Listeners<TrackEventName, TrackEvent>,
}

#[derive(Debug)]
struct State {
    track: Track,
    reason: Option<Reason>,
    /// `None` of a clone that the worker has not made yet.
    monitor: Option<TrackMonitor>,
}

impl TrackShared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends it without an event. Returns whether it was live.
    pub fn end(&self) -> bool {
        self.state().track.end()
    }
}

impl Drop for TrackShared {
    fn drop(&mut self) {
        self.core.forget_track(self.id);
        if self.end() {
            self.core.send(Command::StopTrack { track: self.id });
        }
        self.core.send(Command::Forget { tracks: vec![self.id], streams: Vec::new() });
    }
}

impl From<Arc<TrackShared>> for MediaStreamTrack {
    fn from(shared: Arc<TrackShared>) -> Self {
        Self(shared)
    }
}

impl PartialEq for MediaStreamTrack {
    /// Whether it is the same object (STR-12).
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Eq for MediaStreamTrack {}

impl MediaStreamTrack {
    pub(super) fn new(core: &Arc<Core>, opened: OpenedTrack) -> Self {
        let state = State { track: opened.track, reason: opened.reason, monitor: Some(opened.monitor) };
        Self::of(core, state)
    }

    fn of(core: &Arc<Core>, state: State) -> Self {
        let (core, id) = (Arc::clone(core), state.track.id);
        Self(Arc::new(TrackShared { core, id, state: Mutex::new(state), listeners: Listeners::default() }))
    }

    pub(super) fn downgrade(&self) -> Weak<TrackShared> {
        Arc::downgrade(&self.0)
    }

    /// Audio or video.
    pub fn kind(&self) -> TrackKind {
        self.0.state().track.kind
    }

    /// A UUID of its own (TRK-01).
    pub fn id(&self) -> TrackId {
        self.0.id
    }

    /// The device's label at its creation; stays readable after the end (TRK-04).
    pub fn label(&self) -> String {
        self.0.state().track.label.clone()
    }

    /// Whether the program lets the media through.
    pub fn enabled(&self) -> bool {
        self.0.state().track.enabled()
    }

    /// Lets the media through, or not: black and silence instead. Fires no event (MUTE-06); on an ended track without effect.
    pub fn set_enabled(&self, enabled: bool) {
        let changed = self.0.state().track.set_enabled(enabled);
        if changed {
            self.0.core.send(Command::SetEnabled { track: self.0.id, enabled });
        }
    }

    /// Whether its source delivers nothing at the moment.
    pub fn muted(&self) -> bool {
        self.0.state().track.muted()
    }

    /// Why it is muted or ended; the web does not say.
    pub fn reason(&self) -> Option<Reason> {
        self.0.state().reason.clone()
    }

    /// Live or ended.
    pub fn ready_state(&self) -> ReadyState {
        self.0.state().track.ready_state()
    }

    /// `stop()`: ends it, now, without an event; again, it does nothing (TRK-06).
    pub fn stop(&self) {
        if self.0.end() {
            self.0.core.send(Command::StopTrack { track: self.0.id });
        }
    }

    /// `clone()`: a new track on the same source (CLN-01).
    #[must_use = "a track without a handle stops"]
    pub fn clone_track(&self) -> Self {
        let (id, own) = (TrackId::random(), self.0.state());
        let track = own.track.cloned(id);
        let clone = Self::of(&self.0.core, State { track, reason: own.reason.clone(), monitor: None });
        drop(own);
        self.0.core.note_track(&clone);
        let made = clone.downgrade();
        self.0.core.ask(Command::CloneTrack { track: self.0.id, clone: id }, move |core, result| {
            if let (Some(made), Ok(Reply::Track(opened))) = (made.upgrade(), result) {
                Self(made).catch_up(core.clock.now(), *opened);
            }
        });
        clone
    }

    /// What became of the original before the worker made the clone became of the clone too.
    fn catch_up(&self, at: Timestamp, opened: OpenedTrack) {
        let OpenedTrack { track, reason, monitor, mode } = opened;
        self.0.state().monitor = Some(monitor);
        if !track.is_live() {
            let text = "its source ended while it was cloned".to_owned();
            let reason = reason.unwrap_or(Reason { kind: ReasonKind::DeviceGone, text });
            return self.apply(at, TrackChange::Ended(reason));
        }
        let muted = track.muted();
        let Track { constraints, settings, .. } = track;
        self.apply(at, TrackChange::Configured { constraints, settings, mode });
        match reason {
            Some(reason) if muted => self.apply(at, TrackChange::Muted(reason)),
            _ => self.apply(at, TrackChange::Unmuted),
        }
    }

    /// `getCapabilities()`: of its source, whatever its constraints are (SET-02). A copy (SET-12).
    pub fn get_capabilities(&self) -> Capabilities {
        self.0.state().track.capabilities.clone()
    }

    /// `getConstraints()`: those that were applied last with success (SET-01). A copy.
    pub fn get_constraints(&self) -> MediaTrackConstraints {
        self.0.state().track.constraints.clone()
    }

    /// `getSettings()`: what it is set to, not what is measured (SET-05). A copy.
    pub fn get_settings(&self) -> Settings {
        self.0.state().track.settings.clone()
    }

    /// `applyConstraints()`: replaces all constraints (APP-03). Where it fails, all stays as it was (APP-04).
    pub fn apply_constraints(&self, constraints: MediaTrackConstraints) -> Promise<()> {
        let command = Command::ApplyConstraints { track: self.0.id, constraints, pixel_format: None };
        self.0.core.call(command, |_, reply| matches!(reply, Reply::Settings(_)).then_some(()))
    }

    /// Where its pictures or levels can be looked at; `None` for a moment after it was cloned.
    pub fn monitor(&self) -> Option<TrackMonitor> {
        self.0.state().monitor.clone()
    }

    /// What is measured of it, newest: rates, intervals, losses and pictures of a camera, levels of a microphone. `None` before
    /// the first, and for a moment after it was cloned. What a report tells stays readable after the end.
    pub fn measurements(&self) -> Option<Measurements> {
        match self.monitor()? {
            TrackMonitor::Video { report, .. } => report.peek().map(Measurements::Video),
            TrackMonitor::Audio { report } => report.peek().map(Measurements::Audio),
        }
    }

    /// `addEventListener()`.
    pub fn add_event_listener(&self, name: TrackEventName, handler: impl FnMut(&TrackEvent) + Send + 'static) {
        self.0.listeners.add(name, handler);
    }

    /// Takes in what the worker says, and fires the event that belongs to it. What has happened already fires nothing.
    pub(super) fn apply(&self, at: Timestamp, change: TrackChange) {
        let mut state = self.0.state();
        let fired = match change {
            TrackChange::Muted(reason) => state.track.set_muted(true).then_some((TrackEventName::Mute, Some(reason))),
            TrackChange::Unmuted => state.track.set_muted(false).then_some((TrackEventName::Unmute, None)),
            TrackChange::Ended(reason) => state.track.end().then_some((TrackEventName::Ended, Some(reason))),
            TrackChange::Configured { constraints, settings, .. } => {
                if state.track.is_live() {
                    state.track.constraints = constraints;
                    state.track.settings = settings;
                }
                None
            }
            TrackChange::ConfigurationChange { settings, capabilities } => {
                let is_live = state.track.is_live();
                if is_live {
                    (state.track.settings, state.track.capabilities) = (settings, capabilities);
                }
                is_live.then_some((TrackEventName::ConfigurationChange, None))
            }
            TrackChange::Stopped | TrackChange::Enabled(_) => None, // by this handle, which knows
        };
        let Some((name, reason)) = fired else { return };
        if name != TrackEventName::ConfigurationChange {
            state.reason.clone_from(&reason);
        }
        drop(state);
        self.0.listeners.fire(name, &TrackEvent { name, target: self.clone(), at, reason });
    }
}
