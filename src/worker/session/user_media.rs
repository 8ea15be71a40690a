//! `getUserMedia` (`#dom-mediadevices-getusermedia`).

use crate::model::{
    Cause, ChosenMode, DeviceId, DeviceInfo, ErrorName, EventName, MediaError, MediaStream, MediaStreamConstraints,
    TrackKind,
};
use crate::selection::{self, Candidate, Context, Rules, Selection};
use crate::worker::message::SourceId;
use crate::worker::{Choice, OpenedStream, Reply, RequestId};

use super::Session;
use super::jobs::{Job, KindJob};
use super::sources::SourceState;
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

    /// `Some` when the call is to be answered.
    pub(super) fn step_job(&mut self, job: &mut Job) -> Option<Result<Vec<Ready>, MediaError>> {
        let mut ready = Vec::new();
        let asked: Vec<_> = job.kinds.iter().map(|kind| kind.kind).collect();
        for index in 0..job.kinds.len() {
            let kind = job.kinds.get_mut(index)?;
            match self.step_kind(kind, &asked, &job.choice) {
                Ok(Some(one)) => ready.push(one),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        (ready.len() == job.kinds.len()).then_some(Ok(ready))
    }

    /// Selects a device and settings for one kind, and has the device opened; `None` while it does not run yet.
    fn step_kind(
        &mut self,
        kind: &mut KindJob,
        asked: &[TrackKind],
        choice: &Choice,
    ) -> Result<Option<Ready>, MediaError> {
        let devices = self.devices.clone().unwrap_or_default();
        let chosen = selection::offered(kind.kind, asked, &kind.constraints, &devices, &choice.devices)?;
        unreadable(&chosen).map_or(Ok(()), Err)?;
        let untried: Vec<_> = chosen
            .iter()
            .filter(|device| !kind.failed.iter().any(|(failed, _)| *failed == device.device_id))
            .map(|device| Candidate { device, fixed_mode: self.fixed_mode(&device.device_id) })
            .collect();
        if let (true, Some((_, error))) = (untried.is_empty(), kind.failed.first()) {
            return Err(error.clone());
        }
        let rules = Rules::new(kind.kind, Context::GetUserMedia);
        let ranked = selection::select(&rules, &untried, &kind.constraints, choice.pixel_format)
            .map_err(|error| kind.failed.first().map_or(error, |(_, failure)| failure.clone()))?;
        let Some(best) = ranked.into_iter().next() else { return Ok(None) };
        let Some(device) = untried.get(best.candidate).map(|candidate| candidate.device) else { return Ok(None) };
        Ok(self.open_for(kind, device, best))
    }

    fn open_for(&mut self, kind: &mut KindJob, device: &DeviceInfo, selection: Selection) -> Option<Ready> {
        let id = &device.device_id;
        kind.wants = Some(id.clone());
        match self.source_of(id).map(|(source, state)| (source, state.state)) {
            Some((source, SourceState::Running)) => Some(Ready { source, selection }),
            Some(_) => None,
            None => {
                if let Err(error) = self.open_source(device.clone(), selection.mode) {
                    kind.wants = None;
                    kind.failed.push((id.clone(), error.to_media_error(&device.name())));
                    self.enumerator.ask(); // it may have gone; the next step tries the next device
                }
                None
            }
        }
    }

    /// The mode that a newcomer must take because the device runs in it for others (APP-09).
    pub(super) fn fixed_mode(&self, device: &DeviceId) -> Option<ChosenMode> {
        let (_, source) = self.source_of(device)?;
        (source.state != SourceState::Closing).then_some(source.mode)
    }

    /// Answers a call.
    pub(super) fn settle(&mut self, job: Job, result: Result<Vec<Ready>, MediaError>) {
        let ready = match result {
            Ok(ready) => ready,
            Err(error) => return self.answer(job.request, Err(error)),
        };
        let mut tracks = Vec::new();
        for (kind, Ready { source, selection }) in job.kinds.into_iter().zip(ready) {
            let new = NewTrack {
                kind: kind.kind,
                constraints: kind.constraints,
                settings: selection.settings,
                pixel_format: job.choice.pixel_format,
            };
            tracks.extend(self.new_track(source, new));
        }
        let stream = MediaStream::new(tracks.iter().map(|opened| opened.track.id));
        let opened = OpenedStream { stream: stream.id, tracks };
        for track in &opened.tracks {
            let text = format!("{} opened in {}.", track.track.label, track.mode);
            self.log(EventName::Success, "getUserMedia", Cause::User, text);
        }
        self.streams.insert(stream.id, stream);
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
