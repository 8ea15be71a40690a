//! The mode sweep: carried on by the window's events, kept in files.

use std::path::PathBuf;

use crate::dialogs::Purpose;
use crate::state::Severity;
use crate::sweep::{to_csv, to_json};
use crate::text::text_with;
use crate::ui::SweepAction;

use super::LabApp;
use super::files::Job;

impl LabApp {
    /// Carries out what the panel wants.
    pub(super) fn sweep_action(&mut self, action: SweepAction) {
        match action {
            SweepAction::Choose(choice) => self.state.sweep.choice = choice,
            SweepAction::Start => self.start_sweep(),
            SweepAction::Cancel => self.state.sweep.cancel(),
            SweepAction::ExportJson => self.ask_for_file(Purpose::ExportSweepJson),
            SweepAction::ExportCsv => self.ask_for_file(Purpose::ExportSweepCsv),
            SweepAction::Compare => self.ask_for_file(Purpose::OpenSweep),
            SweepAction::ForgetComparison => self.state.sweep.compare_with(None),
        }
    }

    fn start_sweep(&mut self) {
        let devices = self.state.devices.as_deref().unwrap_or_default();
        let Some(device) = self.state.sweep.choice.device(devices) else { return };
        // A device has one mode at a time.
        let is_used = |id| self.state.tracks.iter().any(|view| view.track.is_live() && view.track.device_id == id);
        if is_used(device.device_id.clone()) {
            let message = text_with("sweep-in-use", &[("device", device.name())]);
            return self.state.toasts.say(Severity::Warning, message, self.state.now);
        }
        let time = jiff::Zoned::now().strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string();
        let devices = devices.to_vec();
        self.state.sweep.start(&devices, self.clock.now(), time);
    }

    /// Asks the worker for what the sweep needs next.
    pub(super) fn step_sweep(&mut self) {
        while let Some(command) = self.state.sweep.step(self.clock.now()) {
            let request = self.worker.request(command);
            self.state.sweep.asked(request);
        }
    }

    /// Writes what was found.
    pub(super) fn export_sweep(&mut self, purpose: Purpose, path: PathBuf) {
        let Some(result) = self.state.sweep.result() else { return };
        let text = if purpose == Purpose::ExportSweepCsv { to_csv(result) } else { to_json(result) + "\n" };
        self.ask_files(Job::WriteText(path, text));
    }
}
