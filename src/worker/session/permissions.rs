//! Playing the browser: questions before capture, and devices that hide until one was captured.

use crate::model::{
    Cause, DeviceInfo, ErrorName, EventName, MediaError, PermissionState, Policy, Reason, ReasonKind, TrackKind,
};
use crate::worker::message::SourceId;
use crate::worker::{Event, Reply, RequestId};

use super::jobs::Job;
use super::sources::{OPEN_LIMIT, Source};
use super::{Session, unknown};

/// What holds for one kind of device.
#[derive(Clone, Copy, Debug, Default)]
struct OfKind {
    state: PermissionState,
    /// A device of the kind was captured since the program began (ENUM-14).
    exposed: bool,
}

/// The state of the simulated browser.
#[derive(Debug, Default)]
pub(super) struct Permissions {
    audio: OfKind,
    video: OfKind,
}

impl Permissions {
    const fn of(&self, kind: TrackKind) -> OfKind {
        match kind {
            TrackKind::Audio => self.audio,
            TrackKind::Video => self.video,
        }
    }

    const fn of_mut(&mut self, kind: TrackKind) -> &mut OfKind {
        match kind {
            TrackKind::Audio => &mut self.audio,
            TrackKind::Video => &mut self.video,
        }
    }
}

/// Where a call stands with the user's consent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Consent {
    /// Not asked.
    #[default]
    None,
    /// Asked, and not answered.
    Asked,
    /// Given to this call.
    Given,
    /// Refused to this call.
    Refused,
}

impl Session {
    pub(super) fn set_policy(&mut self, request: RequestId, policy: Policy) {
        let old = std::mem::replace(&mut self.policy, policy);
        if old.asks_permission != policy.asks_permission {
            for kind in KINDS {
                self.permission_is(kind, PermissionState::default());
            }
        }
        if old.hides_devices != policy.hides_devices {
            self.tell_devices();
        }
        self.answer(request, Ok(Reply::Done));
    }

    pub(super) fn set_permission(&mut self, request: RequestId, kind: TrackKind, state: PermissionState) {
        self.permission_is(kind, state);
        let text = format!("The permission to capture {kind} is {}.", state.name());
        self.log(EventName::Permission, kind.name(), Cause::User, text);
        if state == PermissionState::Denied {
            self.revoke(kind);
        }
        self.answer(request, Ok(Reply::Done));
    }

    fn permission_is(&mut self, kind: TrackKind, state: PermissionState) {
        self.permissions.of_mut(kind).state = state;
        self.outbox.send(Event::Permission { kind, state });
    }

    /// All live tracks of the kind end (TRK-10).
    fn revoke(&mut self, kind: TrackKind) {
        let of_kind = |source: &Source| source.device.kind.track_kind() == Some(kind);
        let sources: Vec<SourceId> =
            self.sources.iter().filter(|(_, source)| of_kind(source)).map(|(id, _)| *id).collect();
        let text = format!("the permission to capture {kind} was taken back");
        let reason = Reason { kind: ReasonKind::PermissionRevoked, text };
        for source in sources {
            self.end_tracks(source, self.clock.now(), Cause::User, &reason);
        }
    }

    /// Whether a call may open its devices, asking where that is not known; an error where it may not (GUM-06).
    pub(super) fn consent(&mut self, job: &mut Job, devices: Vec<String>) -> Result<bool, MediaError> {
        let kinds: Vec<_> = job.kinds.iter().map(|kind| kind.kind).collect();
        if let Some(kind) = self.denied_of(&kinds) {
            return Err(denied(&format!("the permission to capture {kind} is denied")));
        }
        let asks = |kind: &TrackKind| self.permissions.of(*kind).state == PermissionState::Prompt;
        let unknown: Vec<_> = kinds.into_iter().filter(asks).collect();
        if !self.policy.asks_permission || unknown.is_empty() {
            if job.consent == Consent::Asked {
                // The question has become needless; from now on the device has its time to open.
                (job.consent, job.deadline) = (Consent::Given, self.clock.now() + OPEN_LIMIT);
            }
            return Ok(true);
        }
        if job.consent == Consent::None {
            job.consent = Consent::Asked;
            let text = format!("Asked whether it may capture from {}.", devices.join(" and "));
            self.log(EventName::Permission, "getUserMedia", Cause::System, text);
            self.outbox.send(Event::PermissionAsked { request: job.request, kinds: unknown, devices });
        }
        match job.consent {
            Consent::Refused => {
                let message = "Not allowed to capture: the question was answered with no.";
                Err(MediaError::new(ErrorName::NotAllowedError, message))
            }
            consent => Ok(consent == Consent::Given),
        }
    }

    pub(super) fn answer_permission(&mut self, request: RequestId, asked: RequestId, allow: bool, remember: bool) {
        let now = self.clock.now();
        let waiting = self.jobs.iter_mut().find(|job| job.request == asked && job.consent == Consent::Asked);
        let Some(job) = waiting else { return self.answer(request, Err(unknown("question"))) };
        job.consent = if allow { Consent::Given } else { Consent::Refused };
        job.deadline = now + OPEN_LIMIT;
        // The kinds that were asked about: of the others the answer says nothing.
        let kinds: Vec<_> = job.kinds.iter().map(|kind| kind.kind).collect();
        let is_unknown = |kind: &TrackKind| self.permissions.of(*kind).state == PermissionState::Prompt;
        let kinds: Vec<_> = kinds.into_iter().filter(is_unknown).collect();
        let state = if allow { PermissionState::Granted } else { PermissionState::Denied };
        for kind in kinds.into_iter().filter(|_| remember) {
            self.permission_is(kind, state);
            if state == PermissionState::Denied {
                self.revoke(kind);
            }
        }
        let text =
            format!("{}{}.", if allow { "Allowed" } else { "Refused" }, if remember { ", and remembered" } else { "" });
        self.log(EventName::Permission, "getUserMedia", Cause::User, text);
        self.answer(request, Ok(Reply::Done));
    }

    fn denied_of(&self, kinds: &[TrackKind]) -> Option<TrackKind> {
        kinds.iter().copied().find(|kind| self.permissions.of(*kind).state == PermissionState::Denied)
    }

    /// The error of a call as its caller may see it: GUM-07, OVR-07.
    pub(super) fn as_told(&self, kinds: &[TrackKind], error: MediaError) -> MediaError {
        let is_specific = matches!(error.name, ErrorName::NotFoundError | ErrorName::OverconstrainedError);
        match self.denied_of(kinds) {
            Some(kind) if is_specific => denied(&format!("the permission to capture {kind} is denied")),
            _ if is_specific && kinds.iter().any(|kind| self.is_hidden(*kind)) => MediaError {
                message: "No device fits; which constraint is to blame is hidden, as in a browser.".to_owned(),
                constraint: None,
                device: None,
                ..error
            },
            _ => error,
        }
    }

    fn is_hidden(&self, kind: TrackKind) -> bool {
        self.policy.hides_devices && !self.permissions.of(kind).exposed
    }

    /// What was captured is not hidden any more; what may be captured without a question neither (ENUM-14).
    pub(super) fn expose(&mut self, captured: &[TrackKind]) {
        for kind in KINDS {
            let asks = self.policy.asks_permission;
            let one = self.permissions.of_mut(kind);
            one.exposed |= captured.contains(&kind) || (asks && one.state == PermissionState::Granted);
        }
        if self.policy.hides_devices {
            self.tell_devices();
        }
    }

    /// The list as it is shown: of a hidden kind one device, without what tells it from others (ENUM-13).
    pub(super) fn shown(&self, devices: &[DeviceInfo]) -> Vec<DeviceInfo> {
        let mut shown: Vec<DeviceInfo> = Vec::new();
        for device in devices {
            let hidden = device.kind.track_kind().is_some_and(|kind| self.is_hidden(kind));
            if !hidden {
                shown.push(device.clone());
            } else if !shown.iter().any(|other| other.kind == device.kind) {
                shown.push(device.hidden());
            }
        }
        shown
    }

    fn tell_devices(&mut self) {
        if let Some(devices) = self.devices.as_deref() {
            let shown = self.shown(devices);
            self.outbox.send(Event::DeviceChange(shown));
        }
    }
}

const KINDS: [TrackKind; 2] = [TrackKind::Audio, TrackKind::Video];

fn denied(why: &str) -> MediaError {
    let message = format!("Not allowed to capture: {why}; change it in Preferences, Browser behaviour.");
    MediaError::new(ErrorName::NotAllowedError, message)
}
