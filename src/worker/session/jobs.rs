//! Calls of `getUserMedia` that wait for their devices.

use crate::devices::DeviceError;
use crate::model::{
    ChosenMode, DeviceId, DeviceInfo, ErrorName, MediaError, MediaTrackConstraints, Timestamp, TrackKind,
};
use crate::worker::message::SourceId;
use crate::worker::{Choice, RequestId};

use super::Session;
use super::permissions::Consent;
use super::sources::OPEN_LIMIT;
use super::waiting::Wait;

/// One call: at most one track per kind, all or nothing (GUM-02).
#[derive(Debug)]
pub(super) struct Job {
    pub request: RequestId,
    pub choice: Choice,
    pub kinds: Vec<KindJob>,
    /// When the call came.
    pub requested_at: Timestamp,
    /// When it is given up; not while the user is asked.
    pub deadline: Timestamp,
    /// Whether the user was asked.
    pub consent: Consent,
    /// How it waits for a device to appear, once it does.
    pub wait: Option<Wait>,
}

/// The part of a call that is about one kind. It is looked at anew whenever something has changed, so that it needs to
/// remember just what was tried in vain.
#[derive(Debug)]
pub(super) struct KindJob {
    pub kind: TrackKind,
    pub constraints: MediaTrackConstraints,
    /// The device that is being opened, or is open, for it.
    pub wants: Option<DeviceId>,
    /// Devices that did not open, and why (GUM-10).
    pub failed: Vec<(DeviceId, MediaError)>,
    /// The source that was opened for it: the mode that the device gave is the one that counts.
    pub opened: Option<SourceId>,
    /// Modes that an open device was asked to change to.
    pub asked: Vec<ChosenMode>,
}

impl Job {
    pub fn new(request: RequestId, choice: Choice, kinds: Vec<KindJob>, now: Timestamp) -> Self {
        let (deadline, consent) = (now + OPEN_LIMIT, Consent::default());
        Self { request, choice, kinds, requested_at: now, deadline, consent, wait: None }
    }
}

impl KindJob {
    pub fn new(kind: TrackKind, constraints: MediaTrackConstraints) -> Self {
        Self { kind, constraints, wants: None, failed: Vec::new(), opened: None, asked: Vec::new() }
    }

    /// Forgets what was tried.
    pub fn begin_anew(&mut self) {
        *self = Self::new(self.kind, std::mem::take(&mut self.constraints));
    }

    /// The device cannot be had: the next step tries another.
    pub fn fail(&mut self, device: &DeviceId, error: MediaError) {
        self.wants = None;
        self.failed.push((device.clone(), error));
    }
}

impl Session {
    /// Whether a call waits for this device.
    pub(super) fn is_wanted(&self, device: &DeviceId) -> bool {
        self.jobs.iter().flat_map(|job| &job.kinds).any(|kind| kind.wants.as_ref() == Some(device))
    }

    /// A device did not open: those who wait for it try the next one.
    pub(super) fn fail_jobs_on(&mut self, device: &DeviceInfo, error: &DeviceError) {
        let error = error.to_media_error(&device.name());
        for kind in self.jobs.iter_mut().flat_map(|job| &mut job.kinds) {
            if kind.wants.as_ref() == Some(&device.device_id) {
                kind.wants = None;
                kind.failed.push((device.device_id.clone(), error.clone()));
            }
        }
    }

    /// A device refused the mode that a call wanted: that call tries another device. Where the device runs in its old mode
    /// again, calls that asked for no other mode go on.
    pub(super) fn fail_newcomers_on(&mut self, device: &DeviceInfo, error: &DeviceError, is_restored: bool) {
        let error = error.to_media_error(&device.name());
        for kind in self.jobs.iter_mut().flat_map(|job| &mut job.kinds) {
            let wants = kind.wants.as_ref() == Some(&device.device_id);
            if wants && !(is_restored && kind.asked.is_empty()) {
                kind.fail(&device.device_id, error.clone());
            }
        }
    }

    /// Brings each waiting call as far as it goes.
    pub(super) fn step_jobs(&mut self) {
        for mut job in std::mem::take(&mut self.jobs) {
            if job.wait.as_ref().is_some_and(|wait| wait.is_idle(self.lists, self.clock.now())) {
                self.jobs.push(job);
                continue;
            }
            job.note_news(self.clock.now());
            let step = if self.devices.is_some() { self.step_job(&mut job) } else { None };
            match step {
                Some(Err(error)) if self.waits_on(&mut job, &error) => self.jobs.push(job),
                Some(result) => self.settle(job, result),
                None if self.clock.now() >= job.deadline && job.consent != Consent::Asked => {
                    let error = too_slow(&job, self);
                    self.answer(job.request, Err(error));
                }
                None => self.jobs.push(job),
            }
        }
    }
}

fn too_slow(job: &Job, session: &Session) -> MediaError {
    let device = job.kinds.iter().find_map(|kind| session.device(kind.wants.as_ref()?));
    let name = device.map_or_else(|| "The device".to_owned(), DeviceInfo::name);
    let message = format!(
        "{name} did not open within {} s: unplug it and plug it in again, or try another.",
        OPEN_LIMIT.as_secs()
    );
    MediaError::new(ErrorName::AbortError, message).on(name)
}
