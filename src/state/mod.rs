//! All that the window shows, as plain data. What comes from outside comes in by [`State::apply`] alone.

mod clips;
mod comparison;
mod controls;
mod editor;
mod lamps;
mod log;
mod sweep;
mod toasts;
mod tracks;

pub use clips::{Clip, ClipPhase};
pub use comparison::Comparison;
pub use controls::ControlsState;
pub use editor::Editor;
pub use lamps::{Lamp, Lamps};
pub use log::EventLog;
pub use sweep::{SweepChoice, SweepState, cameras};
pub use toasts::{Severity, Toast, Toasts};
pub use tracks::TrackView;

use std::collections::{BTreeMap, VecDeque};
use std::path::PathBuf;

use crate::command::Possible;
use crate::model::{
    DeviceId, DeviceInfo, ErrorName, MediaError, PermissionState, StreamId, Timestamp, TrackId, TrackKind,
};
use crate::preferences::Preferences;
use crate::text::{text, text_with};
use crate::worker::{Command, Event, OpenedStream, RecordingStatus, Reply, RequestId, TrackChange};

/// What a request was for, so that its answer can be told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pending {
    /// A stream.
    GetUserMedia,
    /// Constraints.
    ApplyConstraints,
    /// A recording into a file.
    StartRecording(StreamId, PathBuf),
    /// A picture.
    Snapshot,
    /// A stream for a track that is in none, a clone.
    StreamFor(TrackId, StreamId),
    /// Other device ids, hashed with this salt.
    ResetDeviceIds(Vec<u8>),
    /// Controls of a device.
    SetControls(DeviceId),
    /// Anything whose success needs no words.
    Quiet,
}

/// A call of `getUserMedia` that asks whether it may capture (PERM-04).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The call.
    pub request: RequestId,
    /// What it wants.
    pub kinds: Vec<TrackKind>,
    /// From which devices.
    pub devices: Vec<String>,
}

/// The window's state.
#[derive(Debug, Default)]
pub struct State {
    /// The time of the newest look at the clock.
    pub now: Timestamp,
    /// When the program started: the log's times count from here.
    pub start: Timestamp,
    /// The devices; `None` until they were listed.
    pub devices: Option<Vec<DeviceInfo>>,
    /// The tracks, oldest first; ended ones stay until they are cleared.
    pub tracks: Vec<TrackView>,
    /// The event log.
    pub log: EventLog,
    /// The constraints editor.
    pub editor: Editor,
    /// Recordings and snapshots.
    pub clips: Vec<Clip>,
    /// Devices in use.
    pub lamps: Lamps,
    /// Short messages.
    pub toasts: Toasts,
    /// Requests that are not answered yet.
    pub pending: BTreeMap<RequestId, Pending>,
    /// Calls that wait for a device to appear, and as what they would have failed: a sentence.
    pub waiting: BTreeMap<RequestId, String>,
    /// The mode sweep.
    pub sweep: SweepState,
    /// Two backends compared on one camera.
    pub comparison: Option<Comparison>,
    /// The track that commands act on.
    pub selected_track: Option<TrackId>,
    /// The device whose details are shown.
    pub selected_device: Option<DeviceId>,
    /// The panel of controls.
    pub controls: ControlsState,
    /// What survives a restart.
    pub preferences: Preferences,
    /// Where clips and snapshots go, as people write it.
    pub clips_folder: String,
    /// Whether built-in devices stand in where no real one is.
    pub has_stand_ins: bool,
    /// Whether a file dialog is open.
    pub is_asking: bool,
    /// What may be captured, while the lab asks as a browser does.
    pub permissions: BTreeMap<TrackKind, PermissionState>,
    /// Calls that wait for the user's consent, oldest first: they are asked about one after the other.
    pub questions: VecDeque<Question>,
    /// A salt that device ids are hashed with now, to be kept for the next start.
    pub new_salt: Option<Vec<u8>>,
    /// What an answer makes necessary to ask next.
    pub follow_ups: Vec<(Command, Pending)>,
}

impl State {
    /// The state at the start of the program.
    pub fn new(start: Timestamp) -> Self {
        Self { now: start, start, ..Self::default() }
    }

    /// Takes in what the worker says.
    pub fn apply(&mut self, event: Event) {
        if self.sweep.hear(&event, self.now) {
            return self.light_lamps();
        }
        match event {
            Event::Answer { request, result } => self.answered(request, result),
            Event::DeviceChange(devices) => self.devices = Some(devices),
            Event::Track { track, change, .. } => {
                if let Some(view) = self.tracks.iter_mut().find(|view| view.track.id == track) {
                    if let TrackChange::Ended(reason) = &change {
                        let stream = view.stream;
                        let of_stream = |clip: &&mut Clip| clip.is_running() && clip.stream == stream;
                        self.clips
                            .iter_mut()
                            .filter(of_stream)
                            .for_each(|clip| clip.cut_short = Some(reason.text.clone()));
                    }
                    view.apply(change);
                }
            }
            Event::Waiting { request, error } => {
                self.waiting.insert(request, error.message);
            }
            Event::PermissionAsked { request, kinds, devices } => {
                self.questions.push_back(Question { request, kinds, devices });
            }
            Event::Permission { kind, state } => {
                self.permissions.insert(kind, state);
            }
            Event::DeviceControls { device, controls, properties } => {
                let listed = self.devices.iter_mut().flatten().find(|listed| listed.device_id == device);
                if let Some(listed) = listed {
                    listed.set_controls(properties, controls);
                }
            }
            Event::Stream { .. } => {}
            Event::Recording(status) => self.recorded(status),
            Event::Log(entry) => self.log.push(entry),
        }
        self.light_lamps();
    }

    /// Notes the time: lamps go out, messages go away.
    pub fn tick(&mut self, now: Timestamp) {
        self.now = now;
        self.light_lamps();
        self.toasts.expire(now);
    }

    fn light_lamps(&mut self) {
        // PERM-05
        let is_on = |view: &&TrackView| view.track.is_live() && view.track.enabled() && !view.track.muted();
        let live = self.tracks.iter().filter(is_on);
        self.lamps.update(live.map(TrackView::lamp).chain(self.sweep.lamp()), self.now);
    }

    fn answered(&mut self, request: RequestId, result: Result<Reply, MediaError>) {
        let pending = self.pending.remove(&request).unwrap_or(Pending::Quiet);
        self.questions.retain(|question| question.request != request);
        let waited = self.waiting.remove(&request).is_some();
        match result {
            Ok(reply) => self.succeeded(&pending, reply),
            // Whoever gave it up knows.
            Err(error) if waited && error.name == ErrorName::AbortError => {}
            Err(error) => self.failed(&pending, &error),
        }
    }

    fn succeeded(&mut self, pending: &Pending, reply: Reply) {
        match (pending, reply) {
            (_, Reply::Stream(stream)) => self.add_stream(stream),
            (_, Reply::Devices(devices)) => self.devices = Some(devices),
            (Pending::StartRecording(stream, path), Reply::Recording(recording)) => {
                self.clips.push(Clip::new(recording, *stream, path.clone()));
            }
            (_, Reply::Saved(path)) => {
                let saved = text_with("toast-saved", &[("path", path.display().to_string())]);
                self.toasts.say(Severity::Success, saved, self.now);
                self.clips.push(Clip::picture(path));
            }
            (Pending::ApplyConstraints, Reply::Settings(_)) => {
                self.toasts.say(Severity::Success, text("toast-applied"), self.now);
            }
            (Pending::ResetDeviceIds(salt), Reply::Done) => {
                self.new_salt = Some(salt.clone());
                self.toasts.say(Severity::Success, text("reset-ids-done"), self.now);
            }
            (_, Reply::ControlsSet { remarks }) => {
                for remark in remarks {
                    self.toasts.say(Severity::Warning, remark, self.now);
                }
            }
            (_, Reply::Track(track)) => {
                let id = track.track.id;
                let stream = StreamId::random();
                let command = Command::NewStream { stream, tracks: vec![id] };
                self.follow_ups.push((command, Pending::StreamFor(id, stream)));
                self.tracks.push(TrackView::new(*track, None));
            }
            (Pending::StreamFor(track, stream), Reply::Done) => {
                let view = self.tracks.iter_mut().find(|view| view.track.id == *track);
                if let Some(view) = view {
                    view.stream = Some(*stream);
                }
            }
            (_, Reply::Done | Reply::Settings(_) | Reply::Recording(_)) => {}
        }
    }

    fn failed(&mut self, pending: &Pending, error: &MediaError) {
        if let Pending::SetControls(device) = pending {
            let now = self.devices.iter().flatten().find(|listed| listed.device_id == *device);
            self.controls.forget_unchanged(device, now.map_or(&[], |listed| listed.device_controls.as_slice()));
        }
        let name = error.name.name();
        let what = match pending {
            Pending::GetUserMedia | Pending::ApplyConstraints => {
                let constraint = error.constraint.map(|property| format!(" ({property})")).unwrap_or_default();
                format!("{name}{constraint}: {}", error.message)
            }
            Pending::StartRecording(..)
            | Pending::Snapshot
            | Pending::StreamFor(..)
            | Pending::ResetDeviceIds(_)
            | Pending::SetControls(_)
            | Pending::Quiet => error.message.clone(),
        };
        self.toasts.say(Severity::Error, what, self.now);
    }

    fn add_stream(&mut self, opened: OpenedStream) {
        for track in opened.tracks {
            // The newest picture is what the tester wants to act on.
            if track.track.kind == TrackKind::Video || self.selected_track.is_none() {
                self.selected_track = Some(track.track.id);
            }
            self.tracks.push(TrackView::new(track, Some(opened.stream)));
        }
    }

    fn recorded(&mut self, status: RecordingStatus) {
        let Some(clip) = self.clips.iter_mut().find(|clip| clip.recording == Some(status.recording)) else { return };
        if let Some((severity, message)) = clip.apply(status) {
            self.toasts.say(severity, message, self.now);
        }
    }

    /// The selected track.
    pub fn selected(&self) -> Option<&TrackView> {
        let selected = self.selected_track?;
        self.tracks.iter().find(|view| view.track.id == selected)
    }

    /// The live video track that a snapshot is taken of: the selected one, else the newest.
    pub fn picture_track(&self) -> Option<&TrackView> {
        let is_picture = |view: &&TrackView| view.track.is_live() && view.track.kind == TrackKind::Video;
        self.selected().filter(|view| is_picture(view)).or_else(|| self.tracks.iter().rev().find(is_picture))
    }

    /// The stream that is recorded: that of the selected track where it lives, else the newest that lives.
    pub fn live_stream(&self) -> Option<StreamId> {
        let live = |view: &&TrackView| view.track.is_live();
        let view = self.selected().filter(|view| live(view)).or_else(|| self.tracks.iter().rev().find(live));
        view.and_then(|view| view.stream)
    }

    /// Whether devices are being opened.
    pub fn is_opening(&self) -> bool {
        let is_opening = |(request, pending): (&RequestId, &Pending)| {
            *pending == Pending::GetUserMedia && !self.waiting.contains_key(request)
        };
        self.pending.iter().any(is_opening)
    }

    /// The recording that runs.
    pub fn running_clip(&self) -> Option<&Clip> {
        self.clips.iter().find(|clip| clip.is_running())
    }

    /// What there is to act on.
    pub fn possible(&self) -> Possible {
        Possible {
            request: self.editor.is_request(),
            selected_track: self.selected().is_some_and(|view| view.track.is_live()),
            picture: self.picture_track().is_some(),
            live_track: self.live_stream().is_some(),
            recording: self.running_clip().is_some(),
            log: !self.log.is_empty(),
            undo: self.editor.can_undo(),
            redo: self.editor.can_redo(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{ErrorName, LogEntry, Property};

    #[test]
    fn a_failure_is_told_with_the_name_of_the_standard() {
        let mut state = State::new(Timestamp::default());
        state.pending.insert(RequestId(1), Pending::GetUserMedia);
        let error = MediaError::overconstrained(Some(Property::Width), "too wide");
        state.apply(Event::Answer { request: RequestId(1), result: Err(error) });
        let toast = state.toasts.iter().next().unwrap();
        assert_eq!(
            (toast.severity, toast.message.as_str()),
            (Severity::Error, "OverconstrainedError (width): too wide")
        );
        assert!(state.pending.is_empty());
    }

    #[test]
    fn an_empty_state_has_little_to_act_on() {
        let state = State::new(Timestamp::default());
        assert_eq!(state.possible(), Possible { request: true, ..Possible::default() });
    }

    #[test]
    fn the_log_takes_entries() {
        let mut state = State::new(Timestamp::default());
        let entry = LogEntry {
            at: Timestamp::default(),
            name: crate::model::EventName::Mute,
            object: "cam".to_owned(),
            cause: crate::model::Cause::Device,
            text: "no frame".to_owned(),
        };
        state.apply(Event::Log(entry.clone()));
        assert_eq!(state.log.get(0), Some(&entry));
        let error = MediaError::new(ErrorName::AbortError, "late");
        state.apply(Event::Answer { request: RequestId(9), result: Err(error) });
        assert_eq!(state.toasts.iter().count(), 1);
    }
}
