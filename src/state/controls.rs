//! The controls of cameras and microphones as the window shows them.

use crate::model::{ControlValue, DeviceControl, DeviceId, DeviceInfo, MediaDeviceKind};

use super::{State, TrackView};

/// What the panel of controls remembers.
#[derive(Debug, Default)]
pub struct ControlsState {
    /// The device that the tester chose to look at.
    pub chosen: Option<DeviceId>,
    /// The device of which the worker was asked to tell.
    pub watched: Option<DeviceId>,
    /// What was set last, and what it was before; consecutive changes of one control are one.
    undo: Vec<Change>,
}

/// What was set at once: values as they were before, in the order in which they are set again.
#[derive(Clone, Debug, PartialEq)]
struct Change {
    device: DeviceId,
    before: Vec<(u32, ControlValue)>,
}

/// How many changes can be taken back.
const DEEPEST_UNDO: usize = 100;

impl ControlsState {
    /// Notes a change that is about to be made.
    pub fn note(&mut self, device: &DeviceId, control: &DeviceControl) {
        let Some(before) = control.value.clone() else { return };
        let is_same =
            |last: &Change| last.device == *device && matches!(last.before[..], [(id, _)] if id == control.id);
        if !self.undo.last().is_some_and(is_same) {
            self.push(device, vec![(control.id, before)]);
        }
    }

    /// Notes that these controls of a device are about to be reset; none are all.
    pub fn note_reset(&mut self, device: &DeviceInfo, ids: &[u32]) {
        let is_meant = |control: &&DeviceControl| control.is_changed() && (ids.is_empty() || ids.contains(&control.id));
        let reset = device.device_controls.iter().filter(is_meant);
        let before: Vec<_> = reset.filter_map(|control| Some((control.id, control.value.clone()?))).collect();
        if !before.is_empty() {
            self.push(&device.device_id, before);
        }
    }

    fn push(&mut self, device: &DeviceId, before: Vec<(u32, ControlValue)>) {
        self.undo.push(Change { device: device.clone(), before });
        if self.undo.len() > DEEPEST_UNDO {
            self.undo.remove(0);
        }
    }

    /// Something was not set: forgets the last change of a device where all of it is as it was before.
    pub fn forget_unchanged(&mut self, device: &DeviceId, now: &[DeviceControl]) {
        let is_as_before = |(id, before): &(u32, ControlValue)| {
            now.iter().any(|control| control.id == *id && control.value.as_ref() == Some(before))
        };
        let Some(at) = self.undo.iter().rposition(|change| change.device == *device) else { return };
        if self.undo[at].before.iter().all(is_as_before) {
            self.undo.remove(at);
        }
    }

    /// Whether a change of this device can be taken back.
    pub fn can_undo(&self, device: &DeviceId) -> bool {
        self.undo.iter().any(|change| change.device == *device)
    }

    /// Takes the last change of a device back: the controls and what they were.
    pub fn undo(&mut self, device: &DeviceId) -> Option<Vec<(u32, ControlValue)>> {
        let at = self.undo.iter().rposition(|change| change.device == *device)?;
        Some(self.undo.remove(at).before)
    }
}

impl State {
    /// The cameras.
    pub fn cameras(&self) -> impl Iterator<Item = &DeviceInfo> {
        self.devices.iter().flatten().filter(|device| device.kind == MediaDeviceKind::VideoInput)
    }

    /// What can have controls: cameras first, then microphones that have some.
    pub fn controlled_devices(&self) -> impl Iterator<Item = &DeviceInfo> {
        let is_microphone =
            |device: &&DeviceInfo| device.kind == MediaDeviceKind::AudioInput && !device.device_controls.is_empty();
        self.cameras().chain(self.devices.iter().flatten().filter(is_microphone))
    }

    /// The device whose controls are shown: the chosen one; else that of the newest live track, else the first.
    pub fn controlled_device(&self) -> Option<&DeviceInfo> {
        let by_id = |id: &DeviceId| self.controlled_devices().find(|device| device.device_id == *id);
        let live = |view: &&TrackView| view.track.is_live();
        let newest = self.tracks.iter().rev().filter(live).find_map(|view| by_id(&view.track.device_id));
        let chosen = self.controls.chosen.as_ref().and_then(by_id);
        chosen.or(newest).or_else(|| self.controlled_devices().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consecutive_changes_of_one_control_are_taken_back_at_once() {
        let (mut controls, device) = (ControlsState::default(), DeviceId("cam".into()));
        for (id, value) in [(1, 10), (1, 11), (2, 5), (1, 12)] {
            controls.note(&device, &DeviceControl::integer(id, "", value));
        }
        let other = DeviceId("other".into());
        assert!(controls.can_undo(&device) && !controls.can_undo(&other));
        let undone: Vec<_> = std::iter::from_fn(|| controls.undo(&device)).collect();
        let before = [(1, 12), (2, 5), (1, 10)].map(|(id, value)| vec![(id, ControlValue::Integer(value))]);
        assert_eq!(undone, before);
    }

    #[test]
    fn a_reset_is_taken_back_at_once_and_what_was_not_set_is_nothing_to_take_back() {
        let mut device = DeviceInfo::bare(MediaDeviceKind::VideoInput, "Cam", "/dev/video0");
        device.device_controls =
            [(1, 10), (2, 128), (3, 7)].map(|(id, value)| DeviceControl::integer(id, "", value)).into();
        let mut controls = ControlsState::default();
        controls.note_reset(&device, &[]);
        let changed = [(1, 10), (3, 7)].map(|(id, value)| (id, ControlValue::Integer(value)));
        assert_eq!(controls.undo(&device.device_id), Some(changed.into()));
        controls.note_reset(&device, &[2]);
        assert!(!controls.can_undo(&device.device_id), "it is at its default");
        controls.note(&device.device_id, &device.device_controls[0]);
        controls.note(&device.device_id, &device.device_controls[1]);
        controls.forget_unchanged(&device.device_id, &device.device_controls);
        assert_eq!(controls.undo(&device.device_id), Some(vec![(1, ControlValue::Integer(10))]));
    }
}
