//! Controls of cameras: set for a track, shared by all tracks on the camera.

use crate::model::{Cause, Control, EventName, Property, Settings, TrackId, Value};
use crate::worker::message::SourceId;

use super::Session;

impl Session {
    /// Has the controls of a device set to what a track's settings say; the other tracks on it share them.
    pub(super) fn set_controls(&mut self, id: SourceId, track: Option<TrackId>, settings: &Settings) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let set = source.device.set_to(settings);
        let pairs = set.controls.iter().zip(&source.device.controls);
        let changed: Vec<_> = pairs
            .filter(|(new, old)| new.value != old.value)
            .map(|(new, _)| (new.property, new.value.clone()))
            .collect();
        if changed.is_empty() {
            return;
        }
        source.device = set;
        source.set_controls(in_order(changed));
        let mode = source.mode;
        self.run_in(id, mode, track);
    }

    /// The device was opened anew: its controls may be anything.
    pub(super) fn renew_controls(&self, id: SourceId) {
        let Some(source) = self.sources.get(&id) else { return };
        let controls = source.device.controls.iter().map(|control| (control.property, control.value.clone()));
        source.set_controls(in_order(controls.collect()));
    }

    /// The driver has set controls, to what it made of the order (IMG-06).
    pub(super) fn controls_set(&mut self, id: SourceId, kept: &[(Property, Value, Value)]) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let (name, mode) = (source.device.name(), source.mode);
        let mut others = Vec::new();
        for (property, wanted, value) in kept {
            let control = source.device.controls.iter_mut().find(|control| control.property == *property);
            // What was ordered after that is still to come.
            let is_newest = |control: &&mut Control| control.value == *wanted && wanted != value;
            if let Some(control) = control.filter(is_newest) {
                others.push(format!("{name} was asked for {property} {} and keeps {value}.", control.value));
                control.value = value.clone();
            }
        }
        if others.is_empty() {
            return;
        }
        for text in others {
            self.log(EventName::Warning, &name, Cause::Device, text);
        }
        self.run_in(id, mode, None);
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
