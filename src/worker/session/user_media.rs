//! `getUserMedia` (`#dom-mediadevices-getusermedia`).

use crate::model::{
    Cause, DeviceInfo, ErrorName, EventName, MediaError, MediaStream, MediaStreamConstraints, TrackKind,
};
use crate::selection::{self, Candidate, Context, Rules, Selection};
use crate::worker::message::SourceId;
use crate::worker::{Choice, OpenedStream, OpenedTrack, Reply, RequestId};

use super::Session;
use super::jobs::{Job, KindJob};
use super::sources::{Purpose, SourceState};
use super::tracks::NewTrack;

/// The settings for one kind, on a device that runs.
#[derive(Debug)]
pub(super) struct Ready {
    source: SourceId,
    selection: Selection,
}

impl Session {
    pub(super) fn get_user_media(&mut self, request: RequestId, constraints: MediaStreamConstraints, choice: Choice) {
        self.log(EventName::Request, "getUserMedia", Cause::User, selection::to_json(&constraints));
        if let Err(error) = selection::check_request(&constraints) {
            return self.answer(request, Err(error));
        }
        let MediaStreamConstraints { video, audio } = constraints;
        let audio = audio.map(|constraints| KindJob::new(TrackKind::Audio, constraints));
        let video = video.map(|constraints| KindJob::new(TrackKind::Video, constraints));
        let kinds = audio.into_iter().chain(video).collect();
        self.jobs.push(Job::new(request, choice, kinds, self.clock.now()));
    }

    /// `Some` when the call is to be answered. Nothing is opened before all kinds can be served and may be (GUM-02, GUM-03).
    pub(super) fn step_job(&mut self, job: &mut Job) -> Option<Result<Vec<Ready>, MediaError>> {
        let asked: Vec<_> = job.kinds.iter().map(|kind| kind.kind).collect();
        let chosen: Result<Vec<_>, _> =
            job.kinds.iter().map(|kind| self.choose_for(kind, &asked, &job.choice)).collect();
        let consent = chosen.and_then(|chosen| {
            let names = chosen.iter().map(|(device, _)| device.name()).collect();
            Ok(self.consent(job, names)?.then_some(chosen))
        });
        let chosen = match consent {
            Ok(chosen) => chosen?,
            Err(error) => return Some(Err(self.as_told(&asked, error))),
        };
        let kinds = job.kinds.iter_mut().zip(chosen);
        let ready: Vec<_> = kinds.map(|(kind, (device, selection))| self.open_for(kind, &device, selection)).collect();
        ready.into_iter().collect::<Option<Vec<_>>>().map(Ok)
    }

    /// Selects a device and settings for one kind.
    fn choose_for(
        &self,
        kind: &KindJob,
        asked: &[TrackKind],
        choice: &Choice,
    ) -> Result<(DeviceInfo, Selection), MediaError> {
        let devices = self.devices.as_deref().unwrap_or_default();
        let chosen = selection::offered(kind.kind, asked, &kind.constraints, devices, &choice.devices)?;
        unreadable(&chosen).map_or(Ok(()), Err)?;
        let open = |device: &DeviceInfo| {
            self.mode_beside_others(&device.device_id, &kind.constraints, choice.pixel_format, kind.opened)
                .map_or_else(|| (device.clone(), None), |(device, mode)| (device, Some(mode)))
        };
        let devices: Vec<_> = chosen
            .iter()
            .filter(|device| !kind.failed.iter().any(|(failed, _)| *failed == device.device_id))
            .map(|device| open(device))
            .collect();
        let untried: Vec<_> =
            devices.iter().map(|(device, fixed_mode)| Candidate { device, fixed_mode: *fixed_mode }).collect();
        if let (true, Some((_, error))) = (untried.is_empty(), kind.failed.first()) {
            return Err(error.clone());
        }
        let rules = Rules::new(kind.kind, Context::GetUserMedia);
        let ranked = selection::select(&rules, &untried, &kind.constraints, choice.pixel_format)
            .map_err(|error| kind.failed.first().map_or(error, |(_, failure)| failure.clone()))?;
        let best = ranked.into_iter().next();
        let device = best.as_ref().and_then(|best| untried.get(best.candidate)).map(|one| one.device.clone());
        device.zip(best).ok_or_else(|| MediaError::new(ErrorName::NotReadableError, "No device has a mode."))
    }

    /// Has the device opened, or set to the mode; `None` while it does not run in it yet.
    fn open_for(&mut self, kind: &mut KindJob, device: &DeviceInfo, selection: Selection) -> Option<Ready> {
        let id = &device.device_id;
        kind.wants = Some(id.clone());
        let Some((source, state, mode)) = self.source_of(id).map(|(id, source)| (id, source.state, source.mode)) else {
            match self.open_source(device.clone(), selection.mode) {
                Ok(source) => kind.opened = Some(source),
                Err(error) => {
                    kind.fail(id, error.to_media_error(&device.name()));
                    self.enumerator.ask(); // it may have gone; the next step tries the next device
                }
            }
            return None;
        };
        // An earlier call has opened it and comes first: its track is to be served too.
        if kind.opened != Some(source) && !self.has_live_track(source) && self.is_wanted(id) {
            return None;
        }
        match state {
            SourceState::Running if mode == selection.mode => return Some(Ready { source, selection }),
            SourceState::Running if kind.asked.contains(&selection.mode) => {
                let message = format!("{} was asked for {} and keeps {mode}.", device.name(), selection.mode);
                kind.fail(id, MediaError::new(ErrorName::NotReadableError, message).on(device.name()));
            }
            SourceState::Running => {
                kind.asked.push(selection.mode);
                if let Some(source) = self.sources.get_mut(&source) {
                    source.reconfigure(selection.mode, Purpose::Newcomer);
                }
            }
            SourceState::Released | SourceState::Releasing => self.reacquire(source),
            SourceState::Opening | SourceState::Reconfiguring(_) | SourceState::Closing => {}
        }
        None
    }

    /// Answers a call.
    pub(super) fn settle(&mut self, job: Job, result: Result<Vec<Ready>, MediaError>) {
        let ready = match result {
            Ok(ready) => ready,
            Err(error) => return self.answer(job.request, Err(error)),
        };
        let mut tracks = Vec::new();
        for (kind, Ready { source, selection }) in job.kinds.into_iter().zip(ready) {
            let settings = selection.settings.clone();
            let new = NewTrack {
                kind: kind.kind,
                constraints: kind.constraints,
                settings: selection.settings,
                pixel_format: job.choice.pixel_format,
                requested_at: job.requested_at,
            };
            if kind.kind == TrackKind::Video && !job.choice.colour.is_none() {
                self.read_in(source, job.choice.colour);
            }
            let opened = self.new_track(source, new);
            self.set_controls(source, opened.as_ref().map(|opened| opened.track.id), &settings);
            if kind.kind == TrackKind::Video {
                self.set_preset_controls(source, &job.choice.controls);
            }
            tracks.extend(opened);
        }
        let stream = MediaStream::new(tracks.iter().map(|opened| opened.track.id));
        let opened = OpenedStream { stream: stream.id, tracks };
        for OpenedTrack { track, mode, .. } in &opened.tracks {
            let text = format!("{} opened in {mode}.", track.label);
            self.log(EventName::Success, "getUserMedia", Cause::User, text);
        }
        self.streams.insert(stream.id, stream);
        let captured: Vec<_> = opened.tracks.iter().map(|opened| opened.track.kind).collect();
        self.expose(&captured);
        self.answer(job.request, Ok(Reply::Stream(opened)));
    }
}

/// Why none of the devices has a mode, where the system says why: they are busy, or closed to this user.
fn unreadable(chosen: &[&DeviceInfo]) -> Option<MediaError> {
    let first = chosen.iter().find(|device| device.note.is_some())?;
    let note = first.note.as_deref()?;
    chosen.iter().all(|device| device.modes.is_empty()).then(|| {
        let name = first.name();
        let error = if first.is_denied { ErrorName::NotAllowedError } else { ErrorName::NotReadableError };
        MediaError::new(error, format!("{name} cannot be opened: {note}.")).on(name)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::MediaDeviceKind;

    #[test]
    fn a_device_without_modes_says_why() {
        crate::covers!("PERM-02");
        let note = |note: Option<&str>| {
            let closed = DeviceInfo::bare(MediaDeviceKind::AudioInput, "Mic", "hw:1,0");
            DeviceInfo {
                note: note.map(str::to_owned),
                is_denied: note.is_some_and(|note| note.contains("may not")),
                ..closed
            }
        };
        let error = unreadable(&[&note(None), &note(Some("this user may not open it"))]).unwrap();
        assert_eq!(error.name, ErrorName::NotAllowedError);
        assert_eq!(unreadable(&[&note(Some("it is busy"))]).unwrap().name, ErrorName::NotReadableError);
        assert!(error.message.contains("Mic (hw:1,0)") && error.message.contains("may not open"), "{}", error.message);
        assert!(unreadable(&[&note(None)]).is_none() && unreadable(&[]).is_none());
    }
}
