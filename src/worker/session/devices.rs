//! The list of devices and its changes.

use std::time::Duration;

use crate::devices::{DeviceError, DeviceErrorKind};
use crate::model::{Backend, Cause, DeviceId, DeviceInfo, ErrorName, EventName, InputSignal, MediaError, Timestamp};
use crate::worker::message::SourceNews;
use crate::worker::{Event, Reply, RequestId};

use super::Session;

/// How long a request waits for the list.
const LIST_LIMIT: Duration = Duration::from_secs(10);

/// An ask that no list answers.
const NEVER: u64 = u64::MAX;

/// A request that is answered by a list of devices.
#[derive(Debug)]
pub(super) struct AwaitsDevices {
    request: RequestId,
    /// The ask for a list that belongs to it; 0 where any list is new enough.
    ask: u64,
    deadline: Timestamp,
}

impl Session {
    pub(super) fn enumerate_devices(&mut self, request: RequestId) {
        let ask = self.enumerator.ask_numbered();
        self.await_devices(request, ask);
    }

    /// A request is answered with the list that was begun after this ask.
    fn await_devices(&mut self, request: RequestId, ask: u64) {
        let deadline = self.clock.now() + LIST_LIMIT;
        self.awaiting_devices.push(AwaitsDevices { request, ask, deadline });
    }

    pub(super) fn select_input(&mut self, request: RequestId, id: &DeviceId, input: u32, signal: InputSignal) {
        let Some(device) = self.device(id).cloned() else {
            let message = "This camera is not there (any more): list the devices again.";
            return self.answer(request, Err(MediaError::new(ErrorName::NotFoundError, message)));
        };
        let name = device.name();
        let is_open = self.sources.values().any(|source| source.device.device_id == *id && !source.is_released());
        let problem = if is_open {
            format!("{name} has another input or signal only while nothing captures from it: stop its tracks first.")
        } else if self.enumerator.select_input(request, device, input, signal) {
            return self.await_devices(request, NEVER); // until it is chosen: a driver may hang
        } else {
            format!("{name} is not listed yet after earlier changes: try again in a moment.")
        };
        self.answer(request, Err(MediaError::new(ErrorName::InvalidStateError, problem).on(name)));
    }

    /// The next list has the modes of the input, and is the answer.
    pub(super) fn hear_input(&mut self, request: RequestId, result: Result<(), MediaError>) {
        let awaited = self.awaiting_devices.extract_if(.., |awaiting| awaiting.request == request).count() > 0;
        match result {
            // It was given up.
            _ if !awaited => {}
            Ok(()) => self.await_devices(request, 0),
            Err(error) => self.answer(request, Err(error)),
        }
    }

    /// A driver that does not answer must not keep those who ask for ever.
    pub(super) fn give_up_listing(&mut self) {
        let now = self.clock.now();
        let late: Vec<_> = self.awaiting_devices.extract_if(.., |awaiting| now >= awaiting.deadline).collect();
        for AwaitsDevices { request, .. } in late {
            let message = format!(
                "The devices were not listed within {} s: a driver does not answer; unplug what was plugged in last.",
                LIST_LIMIT.as_secs()
            );
            self.answer(request, Err(MediaError::new(ErrorName::AbortError, message)));
        }
    }

    pub(super) fn hear_devices(&mut self, answers: u64, mut devices: Vec<DeviceInfo>, errors: &[DeviceError]) {
        for error in errors {
            self.log(EventName::Warning, "enumerateDevices", Cause::System, &error.message);
        }
        let old = self.devices.take();
        for device in &mut devices {
            keep_known_modes(device, old.as_deref().unwrap_or_default());
        }
        self.devices = Some(devices.clone());
        self.lists += 1;
        self.desks_follow_devices(errors.is_empty());
        match old {
            None => self.outbox.send(Event::DeviceChange(self.shown(&devices))), // the first list is no change, but news
            Some(old) => self.tell_change(&old, &devices),
        }
        if errors.is_empty() {
            self.end_vanished(&devices);
        }
        let answered: Vec<_> = self.awaiting_devices.extract_if(.., |awaiting| awaiting.ask <= answers).collect();
        for AwaitsDevices { request, .. } in answered {
            self.answer(request, Ok(Reply::Devices(self.shown(&devices))));
        }
    }

    /// Other ids for all devices: as after clearing a browser's data. What is open would lose its name.
    pub(super) fn reset_device_ids(&mut self, request: RequestId, salt: &[u8]) {
        if !self.sources.is_empty() || !self.jobs.is_empty() {
            let message =
                "Device ids stay while devices are open or about to close: stop all tracks, and try again in a moment.";
            return self.answer(request, Err(MediaError::new(ErrorName::InvalidStateError, message)));
        }
        self.forget_desks();
        self.host.set_salt(salt);
        self.devices = None; // nothing is to be opened under its old id
        self.log(EventName::DeviceChange, "enumerateDevices", Cause::User, "All devices have new ids.");
        self.enumerator.ask();
        self.answer(request, Ok(Reply::Done));
    }

    /// `devicechange`, where the list differs in content or order (CHG-01).
    fn tell_change(&mut self, old: &[DeviceInfo], new: &[DeviceInfo]) {
        // While devices are hidden, what is shown may be the same (CHG-01).
        if DeviceInfo::are_alike(old, new) || DeviceInfo::are_alike(&self.shown(old), &self.shown(new)) {
            return;
        }
        for device in new.iter().filter(|device| !contains(old, &device.device_id)) {
            self.log(EventName::DeviceChange, device.name(), Cause::Device, format!("{} was added.", device.name()));
        }
        for device in old.iter().filter(|device| !contains(new, &device.device_id)) {
            self.log(EventName::DeviceChange, device.name(), Cause::Device, format!("{} was removed.", device.name()));
        }
        self.outbox.send(Event::DeviceChange(self.shown(new)));
    }

    /// A sound server may move a stream to another device in silence: what is not listed any more has gone.
    fn end_vanished(&mut self, devices: &[DeviceInfo]) {
        let vanished: Vec<_> = self
            .sources
            .iter()
            .filter(|(_, source)| source.is_running() && !is_still_there(devices, &source.device, source.is_released()))
            .map(|(id, source)| (*id, vanished(devices, &source.device)))
            .collect();
        for (source, error) in vanished {
            self.hear_source(source, self.clock.now(), SourceNews::Ended(error));
        }
    }
}

/// Why a device is not in the list any more: a server takes all of its sources with it.
fn vanished(devices: &[DeviceInfo], device: &DeviceInfo) -> DeviceError {
    let name = device.name();
    let has_server = devices.iter().any(|other| other.backend == Backend::Pulse);
    if device.backend == Backend::Pulse && !has_server {
        let message = format!("the sound server of {name} has gone: start it again");
        return DeviceError::new(DeviceErrorKind::ServerGone, message);
    }
    DeviceError::new(DeviceErrorKind::Gone, format!("{name} is not in the system's list any more: plug it in again"))
}

fn contains(devices: &[DeviceInfo], id: &DeviceId) -> bool {
    devices.iter().any(|device| device.device_id == *id)
}

/// Virtual devices say themselves that they are gone: a stand-in leaves the list when a real device comes, and plays on. A
/// node that cannot be asked at the moment is the same node.
fn is_still_there(devices: &[DeviceInfo], device: &DeviceInfo, is_closed: bool) -> bool {
    let is_silent_node =
        |other: &DeviceInfo| other.backend == device.backend && other.node == device.node && other.modes.is_empty();
    (device.backend == Backend::Virtual && !is_closed)
        || contains(devices, &device.device_id)
        || devices.iter().any(is_silent_node)
}

/// A device that is busy (by ourselves, perhaps) may not tell its modes: what it told before still holds.
fn keep_known_modes(device: &mut DeviceInfo, old: &[DeviceInfo]) {
    let known = old.iter().find(|old| old.device_id == device.device_id && old.node == device.node);
    if let Some(known) = known.filter(|known| device.modes.is_empty() && !known.modes.is_empty()) {
        device.modes.clone_from(&known.modes);
        device.capabilities.clone_from(&known.capabilities);
        device.note.clone_from(&known.note);
    }
}
