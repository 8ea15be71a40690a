//! What comes back from dialogs and from the files' thread.

use crate::dialogs::{Answer, Purpose};
use crate::state::Severity;
use crate::text::{text, text_with};

use super::LabApp;
use super::files::{Done, Job};

impl LabApp {
    /// A file was chosen, or not.
    pub(super) fn answered(&mut self, answer: Answer) {
        match answer {
            Answer::Chosen(Purpose::OpenPreset, path) => self.ask_files(Job::LoadPreset(path)),
            Answer::Chosen(Purpose::SavePreset, path) => {
                let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
                let devices = self.state.devices.as_deref().unwrap_or_default();
                let preset = self.state.editor.to_preset(name, devices);
                self.ask_files(Job::SavePreset(path, Box::new(preset)));
            }
            Answer::Chosen(Purpose::ExportLog, path) => {
                let entries = self.state.log.to_text(self.view.shown_entries(), self.state.start);
                let text = format!("{}\n{entries}", self.log_header());
                self.ask_files(Job::WriteText(path, text));
            }
            Answer::Chosen(Purpose::OpenSweep, path) => self.ask_files(Job::LoadSweep(path)),
            Answer::Chosen(purpose @ (Purpose::ExportSweepJson | Purpose::ExportSweepCsv), path) => {
                self.export_sweep(purpose, path);
            }
            Answer::Cancelled => {}
            Answer::Unavailable => self.state.toasts.say(Severity::Error, text("no-dialog"), self.state.now),
        }
    }

    /// A file was read or written.
    pub(super) fn file_done(&mut self, done: Done) {
        let now = self.state.now;
        match done {
            Done::Preset(path, preset, warnings) => {
                self.state.editor.set_preset(&preset);
                let opened = text_with("toast-opened", &[("path", path.display().to_string())]);
                self.state.toasts.say(Severity::Success, opened, now);
                for warning in warnings {
                    self.state.toasts.say(Severity::Warning, warning, now);
                }
                self.state.preferences.add_recent(path);
            }
            Done::Sweep(name, sweep) => self.state.sweep.compare_with(Some((name, *sweep))),
            Done::PresetSaved(path) => {
                self.say_saved(&path);
                self.state.preferences.add_recent(path);
            }
            Done::Saved(path) => self.say_saved(&path),
            Done::Failed(message) => self.state.toasts.say(Severity::Error, message, now),
            Done::FolderMade => self.folder_problem = None,
            Done::NoFolder(problem) => {
                self.state.toasts.say(Severity::Error, problem.clone(), now);
                self.folder_problem = Some(problem);
            }
            Done::Quiet => {}
        }
    }

    fn say_saved(&mut self, path: &std::path::Path) {
        let saved = text_with("toast-saved", &[("path", path.display().to_string())]);
        self.state.toasts.say(Severity::Success, saved, self.state.now);
    }
}
