//! `applyConstraints` (`#dom-constrainablepattern-applyconstraints`).

use crate::devices::DeviceError;
use crate::model::{
    Cause, ChosenMode, ErrorName, EventName, MediaError, MediaTrackConstraints, PixelFormat, Settings, Timestamp,
    TrackId,
};
use crate::selection::{self, Candidate, Context, Rules, Selection};
use crate::worker::message::SourceId;
use crate::worker::{Reply, RequestId, TrackChange};

use super::sources::{Apply, SourceState};
use super::{Session, unknown};

impl Session {
    pub(super) fn apply_constraints(
        &mut self,
        request: RequestId,
        track: TrackId,
        constraints: MediaTrackConstraints,
        pixel_format: Option<PixelFormat>,
    ) {
        let Some(entry) = self.tracks.get(&track) else { return self.answer(request, Err(unknown("track"))) };
        if !entry.track.is_live() {
            return self.answer_without_effect(request, track);
        }
        let (source, name) = (entry.source, entry.name());
        self.log(EventName::Request, name, Cause::User, selection::track_to_json(&constraints));
        if let Some(source) = self.sources.get_mut(&source) {
            source.queue.push(Apply { request, track, constraints, pixel_format });
        }
        self.next_apply(source);
    }

    /// Takes on the changes that wait for a source, in order, until one needs the device to be set to another mode.
    fn next_apply(&mut self, id: SourceId) {
        while let Some(source) = self.sources.get(&id) {
            if source.state != SourceState::Running {
                return;
            }
            let Some(apply) = source.queue.first() else { return };
            let now = source.mode;
            if !self.is_live(apply.track) {
                self.applied(id, &Settings::default());
                continue;
            }
            match self.select_for(id, apply) {
                Ok(selection) if selection.mode == now => self.applied(id, &selection.settings),
                Ok(selection) => {
                    if let Some(source) = self.sources.get_mut(&id) {
                        source.reconfigure(selection.mode);
                    }
                }
                Err(error) => self.not_applied(id, error),
            }
        }
    }

    /// Selects among the modes of the track's own device; where other tracks use it, in its present mode (APP-09).
    fn select_for(&self, id: SourceId, apply: &Apply) -> Result<Selection, MediaError> {
        let source = self.sources.get(&id).ok_or_else(|| unknown("source"))?;
        let is_shared = self.live_tracks_of(id).any(|entry| entry.track.id != apply.track);
        let fixed_mode = is_shared.then_some(source.mode);
        self.select_in(id, apply, fixed_mode)
    }

    fn select_in(&self, id: SourceId, apply: &Apply, mode: Option<ChosenMode>) -> Result<Selection, MediaError> {
        let source = self.sources.get(&id).ok_or_else(|| unknown("source"))?;
        let kind = source.device.kind.track_kind().ok_or_else(|| unknown("kind of track"))?;
        let candidates = [Candidate { device: &source.device, fixed_mode: mode }];
        let rules = Rules::new(kind, Context::ApplyConstraints);
        let best = selection::select(&rules, &candidates, &apply.constraints, apply.pixel_format)?.into_iter().next();
        best.ok_or_else(|| {
            MediaError::new(ErrorName::NotReadableError, format!("{} has no mode.", source.device.name()))
        })
    }

    /// The first change of the queue has succeeded: it becomes visible in one step (APP-03).
    fn applied(&mut self, id: SourceId, settings: &Settings) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let (apply, mode) = (source.queue.remove(0), source.mode);
        if !self.is_live(apply.track) {
            return self.answer_without_effect(apply.request, apply.track);
        }
        if let Some(entry) = self.tracks.get_mut(&apply.track) {
            entry.track.constraints = apply.constraints.clone();
            entry.track.settings = settings.clone();
            entry.pixel_format = apply.pixel_format;
            let name = entry.name();
            self.log(EventName::Success, name, Cause::User, format!("Constraints applied; the device runs in {mode}."));
        }
        let change = TrackChange::Configured { constraints: apply.constraints, settings: settings.clone(), mode };
        self.tell_track(apply.track, self.clock.now(), change);
        self.answer(apply.request, Ok(Reply::Settings(settings.clone())));
    }

    /// The first change of the queue has failed: all stays as it was (APP-04).
    fn not_applied(&mut self, id: SourceId, error: MediaError) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let apply = source.queue.remove(0);
        self.answer(apply.request, Err(error));
    }

    pub(super) fn source_reconfigured(&mut self, id: SourceId, at: Timestamp, mode: ChosenMode) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        source.mode = mode;
        let text = format!("{} runs in {mode}.", source.device.name());
        let name = source.device.name();
        let was_ours = source.state == SourceState::Reconfiguring;
        self.log_at(at, EventName::Source, name, Cause::User, text);
        self.unmute_after_reopening(id, at);
        if !was_ours {
            return; // it is being closed meanwhile
        }
        if let Some(source) = self.sources.get_mut(&id) {
            source.state = SourceState::Running;
        }
        // The driver may have granted another mode than the one selected: the settings are those of what it runs in.
        let granted = self
            .sources
            .get(&id)
            .and_then(|source| source.queue.first())
            .map(|apply| self.select_in(id, apply, Some(mode)));
        match granted {
            Some(Ok(selection)) => self.applied(id, &selection.settings),
            Some(Err(error)) => {
                self.not_applied(id, error);
                self.tell_settings_in(id, mode);
            }
            None => {}
        }
        self.next_apply(id);
    }

    /// The driver put the device into a mode that nobody asked for: the settings say so, for they never lie.
    fn tell_settings_in(&mut self, id: SourceId, mode: ChosenMode) {
        for track in self.live_track_ids(id) {
            let Some(entry) = self.tracks.get(&track) else { continue };
            let constraints = entry.track.constraints.clone();
            let anything = MediaTrackConstraints::default();
            let free = Apply { request: RequestId(0), track, constraints: anything, pixel_format: None };
            let Ok(selection) = self.select_in(id, &free, Some(mode)) else { continue };
            if let Some(entry) = self.tracks.get_mut(&track) {
                entry.track.settings = selection.settings.clone();
            }
            let change = TrackChange::Configured { constraints, settings: selection.settings, mode };
            self.tell_track(track, self.clock.now(), change);
        }
    }

    pub(super) fn reconfigure_failed(
        &mut self,
        id: SourceId,
        at: Timestamp,
        error: &DeviceError,
        restored: Option<ChosenMode>,
    ) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let name = source.device.name();
        if source.state == SourceState::Reconfiguring {
            source.state = SourceState::Running;
            self.not_applied(id, error.to_media_error(&name));
        }
        match restored {
            Some(mode) => {
                if let Some(source) = self.sources.get_mut(&id) {
                    source.mode = mode;
                }
                self.log_at(at, EventName::Source, &name, Cause::Device, format!("{name} runs in {mode} again."));
                self.unmute_after_reopening(id, at);
                self.next_apply(id);
            }
            None => self.source_ended(id, at, error),
        }
    }

    /// A device that was opened anew is not silent until it proves to be.
    fn unmute_after_reopening(&mut self, id: SourceId, at: Timestamp) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        if source.muted.take().is_some() {
            self.set_tracks_muted(id, at, None);
        }
    }

    /// The source is gone before it came to these.
    pub(super) fn reject_queue(&mut self, queue: Vec<Apply>) {
        for apply in queue {
            self.answer_without_effect(apply.request, apply.track);
        }
    }

    /// On an ended track it resolves without effect (APP-07).
    fn answer_without_effect(&mut self, request: RequestId, track: TrackId) {
        let settings = self.tracks.get(&track).map(|entry| entry.track.settings.clone()).unwrap_or_default();
        self.answer(request, Ok(Reply::Settings(settings)));
    }

    fn is_live(&self, track: TrackId) -> bool {
        self.tracks.get(&track).is_some_and(|entry| entry.track.is_live())
    }
}
