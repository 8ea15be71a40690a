//! What a sweep does when its camera does not answer: it looks whether the camera has gone, and waits for it.

use std::time::Duration;

use crate::model::{DeviceInfo, ErrorName, MediaError, Reason, ReasonKind, Timestamp};
use crate::worker::Command;

use super::{Phase, Sweep};
use crate::sweep::Problem;

/// How often the devices are listed while the camera is away, should nothing tell of its return.
const LOOK_EVERY: Duration = Duration::from_secs(2);
/// A list that is asked for sooner may still have a camera that has just gone.
const SETTLE: Duration = Duration::from_millis(300);
/// In one mode the camera may go away so often: one that goes each time that it is set to a mode would never end.
const MOST_REPEATS: u32 = 3;
/// For so long after a camera's return the system may still have to set the rights to it: a refusal says nothing of the mode.
const RIGHTS: Duration = Duration::from_secs(3);

/// A look for the camera.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Look {
    /// When the devices are to be listed.
    pub at: Timestamp,
    /// Since when it is looked for.
    pub since: Timestamp,
    /// Whether it is known to have gone: then its being there is its return.
    pub gone: bool,
    /// Whether the mode is tried again even if the camera was there all the time.
    pub again: bool,
}

impl Look {
    pub fn new(now: Timestamp, gone: bool) -> Self {
        Self { at: now + SETTLE, since: now, gone, again: false }
    }
}

impl Sweep {
    /// A mode did not open: by its own fault, or because the camera has gone.
    pub(super) fn refused(&mut self, error: &MediaError, now: Timestamp) {
        let problem = Problem::from(error.clone());
        match error.name {
            ErrorName::NotFoundError | ErrorName::NotReadableError | ErrorName::AbortError => {
                let gone = error.name == ErrorName::NotFoundError;
                self.suspicion = Some((problem, gone));
                self.phase = Phase::Look(Look::new(now, gone));
            }
            ErrorName::NotAllowedError if self.returned.is_some_and(|returned| now.since(returned) < RIGHTS) => {
                self.suspicion = Some((problem, false));
                self.phase = Phase::Look(Look { again: true, ..Look::new(now, false) });
            }
            _ => self.record(None, Some(problem)),
        }
    }

    /// The track ended by itself.
    pub(super) fn lost(&mut self, reason: &Reason, now: Timestamp) {
        if matches!(self.phase, Phase::Stop | Phase::Forget) {
            self.phase = Phase::Forget; // the mode is done with
            return;
        }
        let message = format!("The track ended {:.1} s after it was asked for: {}.", self.open_for(now), reason.text);
        let problem: Problem = MediaError::new(ErrorName::AbortError, message).into();
        if reason.kind == ReasonKind::PermissionRevoked {
            self.record(self.take.clone(), Some(problem));
        } else {
            self.suspicion = Some((problem, reason.kind == ReasonKind::DeviceGone));
        }
        self.phase = Phase::Forget;
    }

    fn open_for(&self, now: Timestamp) -> f64 {
        now.since(self.mode_began).as_secs_f64()
    }

    pub(super) fn look(&mut self, now: Timestamp, since: Timestamp) -> Option<Command> {
        let away = now.since(since);
        if self.options.patience.is_some_and(|patience| away >= patience) {
            let seconds = away.as_secs();
            let note = format!("The camera went away and was not back after {seconds} s: the sweep ended there.");
            self.result.notes.push(note);
            self.end();
            return None;
        }
        Some(Command::EnumerateDevices)
    }

    /// A list of the devices that are there now.
    pub(super) fn seen(&mut self, devices: &[DeviceInfo], now: Timestamp, look: Look) {
        if !devices.iter().any(|device| device.device_id == self.id) {
            self.phase = Phase::Look(Look { at: now + LOOK_EVERY, gone: true, again: false, ..look });
            return;
        }
        if look.gone {
            self.returned = Some(now);
        }
        if look.again {
            self.suspicion = None;
            self.phase = Phase::Next;
        } else if look.gone && self.repeats < MOST_REPEATS {
            self.count_absence(now.since(look.since));
            self.suspicion = None;
            self.repeats += 1;
            self.phase = Phase::Next; // the mode is tried again
        } else {
            // The camera was there all the time, or goes away each time: the mode is to blame.
            let problem = self.suspicion.take().map(|(problem, _)| problem);
            self.record(None, problem);
            self.phase = Phase::Next;
        }
    }

    /// A list that came by itself: the camera may be back.
    pub(super) fn see(&mut self, devices: &[DeviceInfo], now: Timestamp) {
        if let Phase::Look(look) = self.phase
            && self.request.is_none()
            && look.gone
        {
            self.seen(devices, now, look);
        }
    }

    fn count_absence(&mut self, time: Duration) {
        self.away.0 += 1;
        self.away.1 += time;
    }
}
