//! `applyConstraints` (`#dom-constrainablepattern-applyconstraints`).

use crate::devices::DeviceError;
use crate::model::{
    Cause, ChosenMode, DeviceId, DeviceInfo, ErrorName, EventName, MediaError, MediaTrackConstraints, PixelFormat,
    Property, Settings, Timestamp, TrackId,
};
use crate::selection::{self, Candidate, Context, Rules, Selection};
use crate::worker::message::SourceId;
use crate::worker::{Reply, RequestId, TrackChange};

use super::sources::{Apply, Purpose, Source, SourceState};
use super::tracks::TrackEntry;
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
            source.queue.push(Apply { request, track, constraints, pixel_format, selected: None });
        }
        self.next_apply(source);
    }

    /// Takes on the changes that wait for a source, in order, until one needs the device to be set to another mode.
    pub(super) fn next_apply(&mut self, id: SourceId) {
        while let Some(source) = self.sources.get(&id) {
            // A released device is set to the mode when it is needed (APP-08).
            let is_released = matches!(source.state, SourceState::Released | SourceState::Releasing);
            if source.state != SourceState::Running && !is_released {
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
                Ok(selection) if is_released => {
                    let changed = apply.track;
                    self.run_in(id, selection.mode, Some(changed));
                    self.applied(id, &selection.settings);
                }
                Ok(selection) => {
                    if let Some(source) = self.sources.get_mut(&id) {
                        let mode = selection.mode;
                        if let Some(apply) = source.queue.first_mut() {
                            apply.selected = Some(selection);
                        }
                        source.reconfigure(mode, Purpose::Apply);
                    }
                }
                Err(error) => self.not_applied(id, error),
            }
        }
    }

    /// Selects among the modes of the track's own device; where other tracks use it, so that they are served too (APP-09).
    fn select_for(&self, id: SourceId, apply: &Apply) -> Result<Selection, MediaError> {
        let source = self.sources.get(&id).ok_or_else(|| unknown("source"))?;
        let (rules, device) = (rules_of(source)?, &source.device);
        let entries: Vec<_> = self.live_tracks_of(id).filter(|entry| entry.track.id != apply.track).collect();
        if entries.is_empty() {
            return select_in(source, apply, None, true);
        }
        let others: Vec<_> = entries.into_iter().map(TrackEntry::sharer).collect();
        let (constraints, format) = (&apply.constraints, apply.pixel_format);
        selection::share(&rules, device, source.mode, constraints, format, &others).map(|shared| shared.selection)
    }

    /// A device that is open as a newcomer finds it, and the mode in which it has it: such that the tracks on it are served
    /// too (APP-09).
    pub(super) fn mode_beside_others(
        &self,
        device: &DeviceId,
        constraints: &MediaTrackConstraints,
        pixel_format: Option<PixelFormat>,
        opened: Option<SourceId>,
    ) -> Option<(DeviceInfo, ChosenMode)> {
        let (id, source) = self.source_of(device)?;
        if source.state == SourceState::Closing {
            return None;
        }
        let others: Vec<_> = self.live_tracks_of(id).map(TrackEntry::sharer).collect();
        if others.is_empty() {
            // Opened for this call, the device has shown what it grants; for another, it will be asked again.
            return (opened == Some(id)).then(|| (source.device.clone(), source.mode));
        }
        let rules = Rules { context: Context::GetUserMedia, ..rules_of(source).ok()? };
        Some(selection::beside(&rules, &source.device, source.mode, constraints, pixel_format, &others))
    }

    /// The device runs in this mode: the settings of all its tracks but the one that is being changed are what they are in
    /// it.
    pub(super) fn run_in(&mut self, id: SourceId, mode: ChosenMode, except: Option<TrackId>) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        source.mode = mode;
        let device = source.device.pinned();
        let Ok(rules) = rules_of(source) else { return };
        for track in self.live_track_ids(id).into_iter().filter(|track| Some(*track) != except) {
            let Some(entry) = self.tracks.get(&track) else { continue };
            let Some(settings) = selection::settle_in(&rules, &device, mode, &entry.sharer()) else { continue };
            self.tell_overconstrained(&rules, track, &device, mode);
            self.settings_became(track, settings, mode);
        }
    }

    fn settings_became(&mut self, track: TrackId, settings: Settings, mode: ChosenMode) {
        let Some(entry) = self.tracks.get(&track) else { return };
        let (is_same, constraints) = (entry.track.settings == settings, entry.track.constraints.clone());
        self.set_settings(track, &settings);
        if !is_same {
            self.tell_track(track, self.clock.now(), TrackChange::Configured { constraints, settings, mode });
        }
    }

    /// The old `overconstrained` event, where the tester wants it (LEG-04).
    pub(super) fn tell_overconstrained(
        &mut self,
        rules: &Rules,
        track: TrackId,
        device: &DeviceInfo,
        mode: ChosenMode,
    ) {
        let Some(entry) = self.tracks.get(&track).filter(|_| self.policy.tells_overconstrained) else { return };
        let candidates = [Candidate { device, fixed_mode: Some(mode) }];
        let call = Rules { context: Context::GetUserMedia, ..rules.clone() };
        let constraints = selection::counted(&call, &entry.track.constraints);
        if let Err(error) = selection::select(rules, &candidates, &constraints, None) {
            let name = entry.name();
            let which = error.constraint.map_or("", Property::name);
            let text = format!("overconstrained (legacy): {which}: {}", error.message);
            self.log(EventName::Overconstrained, name, Cause::Device, text);
        }
    }

    /// The first change of the queue has succeeded: it becomes visible in one step (APP-03).
    fn applied(&mut self, id: SourceId, settings: &Settings) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let (apply, mode) = (source.queue.remove(0), source.mode);
        if !self.is_live(apply.track) {
            return self.answer_without_effect(apply.request, apply.track);
        }
        self.set_controls(id, Some(apply.track), settings);
        if let Some(entry) = self.tracks.get_mut(&apply.track) {
            entry.track.constraints = apply.constraints.clone();
            entry.pixel_format = apply.pixel_format;
            let name = entry.name();
            self.log(EventName::Success, name, Cause::User, format!("Constraints applied; the device runs in {mode}."));
        }
        self.set_settings(apply.track, settings);
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
        let name = source.device.name();
        let state = source.state;
        if let SourceState::Reconfiguring(_) = state {
            source.state = SourceState::Running;
        }
        let text = format!("{name} runs in {mode}.");
        self.log_at(at, EventName::Source, name, Cause::User, text);
        self.unmute_after_reopening(id, at);
        if state == SourceState::Closing {
            return;
        }
        let is_apply = state == SourceState::Reconfiguring(Purpose::Apply);
        let changed =
            self.sources.get(&id).and_then(|source| source.queue.first()).map(|apply| apply.track).filter(|_| is_apply);
        self.renew_controls(id);
        self.run_in(id, mode, changed);
        if is_apply && !self.apply_in(id, mode) {
            self.run_in(id, mode, None);
        }
        self.next_apply(id);
    }

    /// The driver may have granted another mode than the one selected: the settings are those of what it runs in.
    /// Returns whether the change fits into it.
    fn apply_in(&mut self, id: SourceId, mode: ChosenMode) -> bool {
        let Some(source) = self.sources.get(&id) else { return false };
        let Some(apply) = source.queue.first() else { return false };
        let as_asked = apply.selected.clone().filter(|selected| selected.mode == mode);
        let is_alone = self.live_tracks_of(id).all(|entry| entry.track.id == apply.track);
        let selected = as_asked.map_or_else(|| select_in(source, apply, Some(mode), is_alone), Ok);
        let fits = selected.is_ok();
        match selected {
            Ok(selection) => self.applied(id, &selection.settings),
            Err(error) => self.not_applied(id, error),
        }
        fits
    }

    pub(super) fn reconfigure_failed(
        &mut self,
        id: SourceId,
        at: Timestamp,
        error: &DeviceError,
        restored: Option<ChosenMode>,
    ) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let (state, device) = (source.state, source.device.clone());
        if let SourceState::Reconfiguring(_) = state {
            source.state = SourceState::Running;
        }
        match state {
            SourceState::Reconfiguring(Purpose::Apply) => self.not_applied(id, error.to_media_error(&device.name())),
            SourceState::Reconfiguring(Purpose::Newcomer) => self.fail_newcomers_on(&device, error, restored.is_some()),
            SourceState::Reconfiguring(Purpose::Reacquire) => {
                let text = format!("{}: {}", device.name(), error.message);
                self.log_at(at, EventName::Warning, device.name(), Cause::Device, text);
            }
            _ => {}
        }
        let Some(mode) = restored else { return self.source_ended(id, at, error) };
        let name = device.name();
        self.log_at(at, EventName::Source, &name, Cause::Device, format!("{name} runs in {mode} again."));
        self.unmute_after_reopening(id, at);
        if state != SourceState::Closing {
            self.renew_controls(id);
            self.run_in(id, mode, None);
        }
        self.next_apply(id);
    }

    /// A device that was opened anew is not silent until it proves to be.
    fn unmute_after_reopening(&mut self, id: SourceId, at: Timestamp) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        source.stalled = None;
        self.settle_mute(id, at);
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

pub(super) fn rules_of(source: &Source) -> Result<Rules, MediaError> {
    let kind = source.device.kind.track_kind().ok_or_else(|| unknown("kind of track"))?;
    Ok(Rules::new(kind, Context::ApplyConstraints))
}

/// `is_alone`: no other track needs the controls as they are.
fn select_in(
    source: &Source,
    apply: &Apply,
    mode: Option<ChosenMode>,
    is_alone: bool,
) -> Result<Selection, MediaError> {
    let device = if is_alone { source.device.clone() } else { source.device.pinned() };
    let candidates = [Candidate { device: &device, fixed_mode: mode }];
    let rules = rules_of(source)?;
    let best = selection::select(&rules, &candidates, &apply.constraints, apply.pixel_format)?.into_iter().next();
    best.ok_or_else(|| MediaError::new(ErrorName::NotReadableError, format!("{} has no mode.", source.device.name())))
}
