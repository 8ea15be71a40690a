//! The controls of cameras and microphones as the window shows them.

use crate::model::{ControlValue, DeviceControl, DeviceId, DeviceInfo, MediaDeviceKind, TrackKind};

use super::{State, TrackView};

/// What the panel of controls remembers.
#[derive(Debug, Default)]
pub struct ControlsState {
    /// The device that the tester chose to look at.
    pub chosen: Option<DeviceId>,
    /// The device of which the worker was asked to tell.
    pub watched: Option<DeviceId>,
    /// What was set last, and what it was before; consecutive changes of one control are one.
    undo: Vec<(DeviceId, u32, ControlValue)>,
}

/// How many changes can be taken back.
const DEEPEST_UNDO: usize = 100;

impl ControlsState {
    /// Notes a change that is about to be made.
    pub fn note(&mut self, device: &DeviceId, control: &DeviceControl) {
        let Some(before) = control.value.clone() else { return };
        let is_same = self.undo.last().is_some_and(|(last, id, _)| last == device && *id == control.id);
        if !is_same {
            self.undo.push((device.clone(), control.id, before));
        }
        if self.undo.len() > DEEPEST_UNDO {
            self.undo.remove(0);
        }
    }

    /// Whether a change of this device can be taken back.
    pub fn can_undo(&self, device: &DeviceId) -> bool {
        self.undo.iter().any(|(of, ..)| of == device)
    }

    /// Takes the last change of a device back: the control and what it was.
    pub fn undo(&mut self, device: &DeviceId) -> Option<(u32, ControlValue)> {
        let at = self.undo.iter().rposition(|(of, ..)| of == device)?;
        let (_, id, before) = self.undo.remove(at);
        Some((id, before))
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

    /// The device whose controls are shown: the chosen one; else that of the newest live picture, else the first.
    pub fn controlled_device(&self) -> Option<&DeviceInfo> {
        let by_id = |id: &DeviceId| self.controlled_devices().find(|device| device.device_id == *id);
        let live = |view: &&TrackView| view.track.is_live() && view.track.kind == TrackKind::Video;
        let newest = self.tracks.iter().rev().find(live).map(|view| &view.track.device_id);
        let chosen = self.controls.chosen.as_ref().and_then(by_id);
        chosen.or_else(|| newest.and_then(by_id)).or_else(|| self.controlled_devices().next())
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
        let before = [(1, 12), (2, 5), (1, 10)].map(|(id, value)| (id, ControlValue::Integer(value)));
        assert_eq!(undone, before);
    }
}
