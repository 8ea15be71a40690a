//! Carries out what the panel of controls wants.

use crate::state::Pending;
use crate::ui::Action;
use crate::worker::Command;

use super::LabApp;

impl LabApp {
    /// Carries out an action on controls; others are none of its business.
    pub(super) fn act_on_controls(&mut self, action: Action) {
        let controls = &mut self.state.controls;
        let devices = &self.state.devices;
        let command = match action {
            Action::ShowControls(device) => {
                controls.chosen = Some(device);
                return;
            }
            Action::SetControl(device, control, value) => {
                controls.note(&device, &control);
                Command::SetDeviceControls { device, values: vec![(control.id, value)] }
            }
            Action::ResetControls(device, ids) => {
                if let Some(listed) = devices.iter().flatten().find(|listed| listed.device_id == device) {
                    controls.note_reset(listed, &ids);
                }
                Command::ResetDeviceControls { device, controls: ids }
            }
            Action::UndoControl(device) => {
                let Some(values) = controls.undo(&device) else { return };
                Command::SetDeviceControls { device, values }
            }
            _ => return,
        };
        if let Command::SetDeviceControls { device, .. } | Command::ResetDeviceControls { device, .. } = &command {
            let pending = Pending::SetControls(device.clone());
            self.ask(command, pending);
        }
    }

    /// Has the worker tell of the controls that are seen, and of no others.
    pub(super) fn watch_controls(&mut self) {
        let shown = self.state.controlled_device().filter(|_| self.view.shows_controls());
        let wanted = shown.map(|camera| camera.device_id.clone()).filter(|id| !id.as_str().is_empty());
        if wanted == self.state.controls.watched {
            return;
        }
        let before = std::mem::replace(&mut self.state.controls.watched, wanted.clone());
        for (device, watch) in
            before.map(|device| (device, false)).into_iter().chain(wanted.map(|device| (device, true)))
        {
            self.ask(Command::WatchControls { device, watch }, Pending::Quiet);
        }
    }
}
