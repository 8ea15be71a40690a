//! What is heard of the controls of cameras: what they are, what others changed, and what came of orders.

use crate::devices::{DeskControls, DeviceError, DeviceErrorKind};
use crate::model::{
    Cause, ControlValue, DeviceControl, DeviceId, DeviceInfo, ErrorName, EventName, MUTE_CONTROL, MediaError,
    PRIVACY_CONTROL, Property, Reason, ReasonKind, Timestamp,
};
use crate::worker::desk::{Purpose, Written};
use crate::worker::message::{DeskId, SourceId};
use crate::worker::source::SourceTaps;
use crate::worker::{Event, Reply};

use super::Session;

impl Session {
    /// Controls are as they were read, for the first time.
    pub(super) fn controls_read(&mut self, id: DeskId, at: Timestamp, now: DeskControls) {
        let Some(device) = self.take_in(id, now) else { return };
        self.follow_controls(id, &device, at);
    }

    /// Controls were changed by another program, or by the device itself (EXT-05).
    pub(super) fn controls_changed(&mut self, id: DeskId, at: Timestamp, now: DeskControls) {
        let old = self.desks.open.get(&id).map(|desk| desk.now.controls.clone()).unwrap_or_default();
        let Some(device) = self.take_in(id, now) else { return };
        let name = device.name();
        for (before, after) in self.differences(id, &old) {
            let (control, from, to) = (&after.name, before.value_words(), after.value_words());
            let text = format!("{control} of {name} was changed from {from} to {to} by another program or the device.");
            self.log_at(at, EventName::Control, &name, Cause::Device, text);
            if let Some(kept) = self.desks.kept.get_mut(&device.device_id) {
                kept.set.remove(&after.id);
            }
        }
        self.follow_controls(id, &device, at);
    }

    /// An order was carried out: what differs from it is told (IMG-06).
    pub(super) fn controls_written(
        &mut self,
        id: DeskId,
        at: Timestamp,
        purpose: Purpose,
        written: &[Written],
        now: DeskControls,
    ) {
        let old = self.desks.open.get(&id).map(|desk| desk.now.controls.clone()).unwrap_or_default();
        let Some(device) = self.take_in(id, now) else { return };
        self.keep(&device.device_id, purpose, written);
        let remarks = self.tell_written(&device, at, purpose, written);
        for (before, after) in self.differences(id, &old) {
            if written.iter().all(|one| one.control.id != after.id) {
                let (from, to) = (before.value_words(), after.value_words());
                let text = format!("{} of {} went from {from} to {to} with that.", after.name, device.name());
                self.log_at(at, EventName::Control, device.name(), Cause::Device, text);
            }
        }
        if purpose == Purpose::Constraints {
            self.constraints_arrived(id, &device, at);
        }
        self.follow_controls(id, &device, at);
        if let Purpose::Request(request) | Purpose::Reset(request) = purpose {
            let waits = self.desks.open.get_mut(&id).is_some_and(|desk| desk.answered(request));
            if waits {
                self.answer(request, outcome(&device, written, remarks));
            }
        }
    }

    /// The newest word on a device's controls; returns the device.
    fn take_in(&mut self, id: DeskId, now: DeskControls) -> Option<DeviceInfo> {
        let desk = self.desks.open.get_mut(&id)?;
        desk.now = now.clone();
        let DeskControls { controls, properties } = now;
        desk.device.set_controls(properties.clone(), controls.clone());
        let device = desk.device.clone();
        let listed = self.devices.iter_mut().flatten().find(|listed| listed.device_id == device.device_id);
        if let Some(listed) = listed {
            listed.set_controls(properties.clone(), controls.clone());
        }
        self.outbox.send(Event::DeviceControls { device: device.device_id.clone(), controls, properties });
        Some(device)
    }

    /// What has another value now, and does not change by itself all the time: before and after.
    fn differences(&self, id: DeskId, old: &[DeviceControl]) -> Vec<(DeviceControl, DeviceControl)> {
        let now = self.desks.open.get(&id).map(|desk| desk.now.controls.as_slice()).unwrap_or_default();
        let before = |after: &DeviceControl| old.iter().find(|before| before.id == after.id);
        let pairs = now.iter().filter_map(|after| Some((before(after)?, after)));
        let differ = pairs.filter(|(before, after)| before.value != after.value && !after.is_volatile);
        differ.map(|(before, after)| (before.clone(), after.clone())).collect()
    }

    /// Notes what is to be set again after a replug, and what is to be put back.
    fn keep(&mut self, device: &DeviceId, purpose: Purpose, written: &[Written]) {
        let is_reset = matches!(purpose, Purpose::Reset(_));
        if !is_reset && !matches!(purpose, Purpose::Request(_) | Purpose::Constraints | Purpose::Preset) {
            return;
        }
        for one in written.iter().filter(|one| one.error.is_none()) {
            let Some((before, value)) = one.control.value.clone().zip(one.kept.clone()) else { continue };
            let kept = self.desks.kept.entry(device.clone()).or_default();
            kept.before.entry(one.control.id).or_insert(before);
            kept.set.insert(one.control.id, value);
            if is_reset {
                kept.set.remove(&one.control.id);
            }
        }
    }

    /// Logs what was set, and returns a sentence for each difference to what was wanted.
    fn tell_written(
        &mut self,
        device: &DeviceInfo,
        at: Timestamp,
        purpose: Purpose,
        written: &[Written],
    ) -> Vec<String> {
        let name = device.name();
        let mut remarks = Vec::new();
        for one in written {
            let Written { control, wanted, kept, error } = one;
            let is_other = control.value.is_some() && kept.as_ref() != Some(wanted);
            if let Some(error) = error {
                remarks.push(error.message.clone());
            } else if is_other && purpose != Purpose::Constraints {
                let keeps = kept.as_ref().map(|kept| control.words(kept)).unwrap_or_default();
                remarks.push(format!(
                    "{name} was asked for {} {} and keeps {keeps}.",
                    control.name,
                    control.words(wanted)
                ));
            } else if control.value.as_ref() != Some(wanted) {
                let text = set_in_words(&name, purpose, control, wanted);
                let cause = if purpose == Purpose::Restore { Cause::System } else { Cause::User };
                self.log_at(at, EventName::Control, &name, cause, text);
            }
        }
        for remark in &remarks {
            self.log_at(at, EventName::Warning, &name, Cause::Device, remark);
        }
        remarks
    }

    /// Orders for constraints came to their end: the driver may have made something else of them.
    fn constraints_arrived(&mut self, id: DeskId, device: &DeviceInfo, at: Timestamp) {
        let Some(desk) = self.desks.open.get_mut(&id) else { return };
        desk.in_flight = desk.in_flight.saturating_sub(1);
        if desk.in_flight > 0 {
            return; // what was ordered after that is still to come
        }
        let asked = std::mem::take(&mut desk.asked);
        let name = device.name();
        let kept = |property: Property| device.controls.iter().find(|control| control.property == property);
        let others: Vec<_> = asked
            .iter()
            .filter_map(|(property, wanted)| Some((property, wanted, &kept(*property)?.value)))
            .filter(|(_, wanted, kept)| wanted != kept)
            .map(|(property, wanted, kept)| format!("{name} was asked for {property} {wanted} and keeps {kept}."))
            .collect();
        let Some((source, mode)) = self.source_of(&device.device_id).map(|(id, source)| (id, source.mode)) else {
            return;
        };
        if others.is_empty() {
            return;
        }
        for text in others {
            self.log_at(at, EventName::Warning, &name, Cause::Device, text);
        }
        self.set_source_controls(source, device);
        self.run_in(source, mode, None);
    }

    fn set_source_controls(&mut self, id: SourceId, device: &DeviceInfo) {
        if let Some(source) = self.sources.get_mut(&id) {
            source.device.set_controls(device.controls.clone(), device.device_controls.clone());
        }
    }

    /// The tracks on a device follow its controls, and its privacy control.
    fn follow_controls(&mut self, id: DeskId, device: &DeviceInfo, at: Timestamp) {
        let is_settled = self.desks.open.get(&id).is_some_and(|desk| desk.in_flight == 0);
        let Some((source, is_running)) =
            self.source_of(&device.device_id).map(|(id, source)| (id, source.is_running()))
        else {
            return;
        };
        if !is_running {
            return;
        }
        let known = self.sources.get(&source).map(|source| (&source.device.controls, &source.device.capabilities));
        if is_settled && known != Some((&device.controls, &device.capabilities)) {
            self.set_source_controls(source, device);
            self.tell_configuration(source, at);
        }
        self.set_private(source, at, private(device));
        let may = device.may_lower_rate();
        self.with_taps(source, |taps| {
            if let SourceTaps::Video(taps) = taps {
                taps.lock().iter_mut().for_each(|tap| tap.may_lower_rate(may));
            }
        });
    }

    /// Its controls cannot be reached: constraints on them have had no effect.
    pub(super) fn controls_unreachable(
        &mut self,
        device: &DeviceInfo,
        at: Timestamp,
        error: &DeviceError,
        was_asked: bool,
    ) {
        let is_news = !matches!(error.kind, DeviceErrorKind::Gone | DeviceErrorKind::Unsupported);
        if is_news || was_asked {
            self.log_at(at, EventName::Warning, device.name(), Cause::Device, &error.message);
        }
        let Some((source, mode)) = self.source_of(&device.device_id).map(|(id, source)| (id, source.mode)) else {
            return;
        };
        if was_asked && error.kind != DeviceErrorKind::Gone {
            let listed = self.device(&device.device_id).cloned().unwrap_or_else(|| device.clone());
            self.set_source_controls(source, &listed);
            self.run_in(source, mode, None);
        }
    }
}

/// What the request gets: only where nothing was set is it an error.
fn outcome(device: &DeviceInfo, written: &[Written], remarks: Vec<String>) -> Result<Reply, MediaError> {
    let first = written.iter().find_map(|one| one.error.as_ref());
    match first.filter(|_| written.iter().all(|one| one.error.is_some())) {
        Some(error) => Err(MediaError::new(ErrorName::NotReadableError, &error.message).on(device.name())),
        None => Ok(Reply::ControlsSet { remarks }),
    }
}

fn set_in_words(device: &str, purpose: Purpose, control: &DeviceControl, value: &ControlValue) -> String {
    let DeviceControl { name, .. } = control;
    let (from, to) = (control.value_words(), control.words(value));
    match purpose {
        _ if control.value.is_none() => format!("{name} of {device} was pressed."),
        Purpose::Reset(_) => format!("{name} of {device} was reset from {from} to {to}."),
        Purpose::Restore => format!("{name} of {device} was set from {from} to {to} again, as before it was lost."),
        Purpose::PutBack => format!("{name} of {device} was put back from {from} to {to}."),
        Purpose::Request(_) | Purpose::Constraints | Purpose::Preset => {
            format!("{name} of {device} was set from {from} to {to}.")
        }
    }
}

/// Why a device gives nothing, where its shutter is closed or its switch is off (MUTE-08).
pub(super) fn private(device: &DeviceInfo) -> Option<Reason> {
    switched_off(device).or_else(|| shutter_closed(device))
}

/// A microphone is muted at its sound server, or all switches of its card's mixer are off.
fn switched_off(device: &DeviceInfo) -> Option<Reason> {
    let is = |control: &DeviceControl, number| control.value == Some(ControlValue::Integer(number));
    let name = device.name();
    if device.device_controls.iter().any(|control| control.id == MUTE_CONTROL && is(control, 1)) {
        let text = format!("{name} is muted at its sound server: switch its control “Mute” off");
        return Some(Reason { kind: ReasonKind::Privacy, text });
    }
    let switches: Vec<_> = device.device_controls.iter().filter(|control| control.is_capture_switch()).collect();
    let first = switches.first().filter(|_| switches.iter().all(|control| is(control, 0)))?;
    let text = format!("{name} is switched off in the mixer of its sound card: switch “{}” on", first.name);
    Some(Reason { kind: ReasonKind::Privacy, text })
}

fn shutter_closed(device: &DeviceInfo) -> Option<Reason> {
    let is_on = |control: &&DeviceControl| {
        control.id == PRIVACY_CONTROL && control.value.as_ref().is_some_and(|value| *value != ControlValue::Integer(0))
    };
    let control = device.device_controls.iter().find(is_on)?;
    let text =
        format!("the privacy control of {} (“{}”) is on: open its shutter, or switch it", device.name(), control.name);
    Some(Reason { kind: ReasonKind::Privacy, text })
}
