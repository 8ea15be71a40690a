//! Calls of `getUserMedia` that wait for a device to appear.

use std::time::Duration;

use crate::model::{Cause, ErrorName, EventName, MediaError, Property, Timestamp};
use crate::worker::{Event, Reply, RequestId};

use super::jobs::{Job, KindJob};
use super::sources::OPEN_LIMIT;
use super::{Session, unknown};

/// How long a device that has just appeared may be closed to the user: the system sets its permissions after it made the node.
const GRACE: Duration = Duration::from_secs(3);

/// How a call waits.
#[derive(Clone, Debug)]
pub(super) struct Wait {
    /// The list of devices in which there was nothing for it.
    list: u64,
    /// As what it would have failed.
    error: MediaError,
    /// Until when a device that has appeared may still be closed to the user.
    grace: Option<Timestamp>,
    /// Whether there was news since, from which on the device has its time to open.
    has_news: bool,
}

impl Wait {
    /// Whether there is nothing new to look at.
    pub(super) fn is_idle(&self, lists: u64, now: Timestamp) -> bool {
        self.list == lists && self.grace.is_none_or(|until| now < until)
    }
}

impl Job {
    /// There may be a device now: from here on it has its time to open, however long the call has waited.
    pub(super) fn note_news(&mut self, now: Timestamp) {
        if let Some(wait) = self.wait.as_mut().filter(|wait| !wait.has_news) {
            wait.has_news = true;
            self.deadline = now + OPEN_LIMIT;
        }
    }
}

impl Session {
    /// Whether a call that would fail with this error waits instead.
    pub(super) fn waits_on(&mut self, job: &mut Job, error: &MediaError) -> bool {
        if !job.choice.waits {
            return false;
        }
        let now = self.clock.now();
        let is_absent = is_absence(error);
        let grace = match (&job.wait, is_absent) {
            (_, true) => None,
            (Some(wait), false) if is_closed(error) => {
                Some(wait.grace.unwrap_or(now + GRACE)).filter(|until| now < *until)
            }
            _ => return false,
        };
        if !is_absent && grace.is_none() {
            return false;
        }
        // What failed may work when the device is back, or when the grace is over.
        job.kinds.iter_mut().for_each(KindJob::begin_anew);
        let before = job.wait.replace(Wait { list: self.lists, error: error.clone(), grace, has_news: false });
        if before.is_none_or(|before| before.error != *error) {
            let text = format!("Waits until the device appears: {}", error.message);
            self.log(EventName::Request, "getUserMedia", Cause::System, text);
            self.outbox.send(Event::Waiting { request: job.request, error: error.clone() });
        }
        true
    }

    /// Whether a call has to be looked at again soon, not just with the next list.
    pub(super) fn has_busy_jobs(&self) -> bool {
        self.jobs.iter().any(|job| job.wait.as_ref().is_none_or(|wait| wait.list != self.lists || wait.grace.is_some()))
    }

    pub(super) fn cancel_user_media(&mut self, request: RequestId, call: RequestId) {
        let Some(place) = self.jobs.iter().position(|job| job.request == call) else {
            return self.answer(request, Err(unknown("call")));
        };
        let job = self.jobs.remove(place);
        let message = if job.wait.is_some() {
            "The request was given up before its device appeared."
        } else {
            "The request was given up before its device was open."
        };
        self.answer(job.request, Err(MediaError::new(ErrorName::AbortError, message)));
        self.answer(request, Ok(Reply::Done));
    }
}

/// Whether an error says that the device is not there: none of the kind, none of the name, none with the required id.
fn is_absence(error: &MediaError) -> bool {
    let of_identity = |property: Property| matches!(property, Property::DeviceId | Property::GroupId);
    match error.name {
        ErrorName::NotFoundError => true,
        ErrorName::OverconstrainedError => error.constraint.is_some_and(of_identity),
        _ => false,
    }
}

/// Whether an error says that the system does not let us at the device.
fn is_closed(error: &MediaError) -> bool {
    matches!(error.name, ErrorName::NotAllowedError | ErrorName::NotReadableError) && error.device.is_some()
}
