//! What controls of cameras are to be set to: for constraints, by a preset, again after a replug, and back at the end.

use std::collections::BTreeMap;

use crate::model::{Cause, ControlValue, DeviceId, EventName, Property, Settings, TrackId, Value};
use crate::worker::desk::{DeskOrder, Purpose};
use crate::worker::message::{DeskId, SourceId};

use super::Session;
use super::desks::{DeskState, Kept};

impl Session {
    /// Has the controls of a device set to what a track's settings say; the other tracks on it share them.
    pub(super) fn set_controls(&mut self, id: SourceId, track: Option<TrackId>, settings: &Settings) {
        let Some(source) = self.sources.get(&id) else { return };
        let (set, mode) = (source.device.set_to(settings), source.mode);
        let pairs = set.controls.iter().zip(&source.device.controls);
        let changed: Vec<_> = pairs
            .filter(|(new, old)| new.value != old.value)
            .map(|(new, _)| (new.property, new.value.clone()))
            .collect();
        if changed.is_empty() {
            return;
        }
        self.step_desks(); // the source may be new
        let Some(desk) = self.desks.of(&set.device_id) else { return };
        if !desk.order(DeskOrder::SetProperties(in_order(changed.clone()))) {
            let text = format!("The controls of {} cannot be reached: they stay as they are.", set.name());
            self.log(EventName::Warning, set.name(), Cause::Device, text);
            return self.run_in(id, mode, None);
        }
        desk.in_flight += 1;
        desk.asked.extend(changed);
        if let Some(source) = self.sources.get_mut(&id) {
            source.device = set;
        }
        self.run_in(id, mode, track);
    }

    /// Sets the controls that a preset has, by name.
    pub(super) fn set_preset_controls(&mut self, id: SourceId, wanted: &BTreeMap<String, ControlValue>) {
        let Some(device) = self.sources.get(&id).map(|source| source.device.clone()).filter(|_| !wanted.is_empty())
        else {
            return;
        };
        let mut values = Vec::new();
        for (name, value) in wanted {
            if let Some(control) = device.device_controls.iter().find(|control| control.name == *name) {
                values.push((control.id, value.clone()));
            } else {
                let text = format!("{} has no control “{name}”, which is to be set to {value}.", device.name());
                self.log(EventName::Warning, device.name(), Cause::User, text);
            }
        }
        self.step_desks(); // the source may be new
        let order = DeskOrder::Set(Purpose::Preset, values);
        if !self.desks.of(&device.device_id).is_some_and(|desk| desk.order(order)) {
            let text = format!("The controls of {} cannot be reached: they stay as they are.", device.name());
            self.log(EventName::Warning, device.name(), Cause::Device, text);
        }
    }

    /// The device was opened anew: what was set may be forgotten.
    pub(super) fn renew_controls(&mut self, id: SourceId) {
        let Some(device) = self.sources.get(&id).map(|source| source.device.device_id.clone()) else { return };
        let Some(values) = self.desks.kept.get(&device).map(|kept| kept.set.clone()) else { return };
        if let Some(desk) = self.desks.of(&device).filter(|_| !values.is_empty()) {
            desk.order(DeskOrder::Set(Purpose::Restore, values.into_iter().collect()));
        }
    }

    /// A device that came back is set to what it was before.
    pub(super) fn restore_controls(&mut self, id: DeskId) {
        // One that is about to close would not come to it: the next one does.
        let Some(desk) = self.desks.open.get(&id).filter(|desk| desk.state == DeskState::Open) else { return };
        let Some(kept) = self.desks.kept.get_mut(&desk.device.device_id) else { return };
        if std::mem::take(&mut kept.is_lost) && !kept.set.is_empty() {
            let values = kept.set.iter().map(|(id, value)| (*id, value.clone())).collect();
            desk.order(DeskOrder::Set(Purpose::Restore, values));
        }
    }

    /// A device went, and forgets its controls: they are set again when it comes back.
    pub(super) fn controls_lost(&mut self, device: &DeviceId) {
        if let Some(kept) = self.desks.kept.get_mut(device) {
            kept.is_lost = true;
        }
    }

    /// Sets a device's controls to what they were before this session, where that is wanted. What went is set when it is back,
    /// and put back later.
    pub(super) fn put_controls_back(&mut self, device: &DeviceId) {
        let is_there = |kept: &Kept| !kept.is_lost && !kept.before.is_empty();
        if !self.policy.puts_controls_back || !self.desks.kept.get(device).is_some_and(is_there) {
            return;
        }
        let Some(kept) = self.desks.kept.remove(device) else { return };
        let Some(desk) = self.desks.of(device) else { return };
        let order = DeskOrder::Set(Purpose::PutBack, kept.before.clone().into_iter().collect());
        if !desk.order(order) {
            let name = desk.device.name();
            self.desks.kept.insert(device.clone(), kept);
            let text =
                format!("The controls of {name} are not put back yet: its driver has not come to earlier orders.");
            self.log(EventName::Warning, name, Cause::Device, text);
        }
    }
}

/// Modes before the values that they govern (IMG-06).
fn in_order(mut controls: Vec<(Property, Value)>) -> Vec<(Property, Value)> {
    let is_mode = |property: Property| property.name().ends_with("Mode");
    controls.sort_by_key(|(property, _)| !is_mode(*property));
    controls
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modes_come_before_the_values_that_they_govern() {
        crate::covers!("IMG-06");
        let value = |property| (property, Value::Number(1.0));
        let wanted = vec![value(Property::ExposureTime), value(Property::Zoom), value(Property::ExposureMode)];
        let order: Vec<_> = in_order(wanted).into_iter().map(|(property, _)| property).collect();
        assert_eq!(order, [Property::ExposureMode, Property::ExposureTime, Property::Zoom]);
    }
}
