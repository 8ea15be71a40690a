//! Carries out what the panels want.

use std::path::PathBuf;

use egui::{Context, ViewportCommand};

use crate::command::UserCommand;
use crate::data_dir::new_salt;
use crate::dialogs::{Purpose, Question};
use crate::model::{
    ChosenMode, DeviceId, InputSignal, MediaStreamConstraints, MediaTrackConstraints, TrackId, TrackKind,
};
use crate::state::{Pending, Severity, TrackView};
use crate::text::{text, text_with};
use crate::ui::{Action, Layout};
use crate::worker::{Choice, Command};

use super::LabApp;
use super::files::Job;
use super::lab::theme;

impl LabApp {
    fn select_input(&mut self, device: DeviceId, input: u32, signal: InputSignal) {
        self.ask(Command::SelectInput { device, input, signal }, Pending::Quiet);
    }

    /// Carries an action out.
    pub(super) fn act(&mut self, ctx: &Context, action: Action) {
        let state = &mut self.state;
        match action {
            Action::Command(command) => self.command(ctx, command),
            Action::OpenPreset(path) => self.ask_files(Job::LoadPreset(path)),
            Action::SelectDevice(id) => {
                let is_open = state.selected_device.as_ref() == Some(&id);
                state.selected_device = (!is_open).then_some(id);
            }
            Action::CaptureDevice(kind, id) => self.capture_device(kind, &id),
            Action::ChooseDevice(kind, id) => {
                state.editor.set_device(kind, id, state.devices.as_deref().unwrap_or_default());
            }
            Action::SelectInput(device, input, signal) => self.select_input(device, input, signal),
            Action::CompareBackends(device) => self.compare_backends(ctx, device),
            Action::OpenRemote(device) => self.view.open_remote(&self.state, &device),
            Action::InjectFault(device, fault) => self.ask(Command::InjectFault { device, fault }, Pending::Quiet),
            Action::ChoosePixelFormat(format) => state.editor.set_pixel_format(format),
            Action::Sweep(action) => self.sweep_action(action),
            Action::SetWaits(waits) => state.editor.set_waits(waits),
            Action::CancelCall(call) => self.ask(Command::CancelUserMedia { call }, Pending::Quiet),
            Action::SetKind(kind, wanted) => state.editor.set_kind(kind, wanted),
            Action::SetConstraint(kind, property, constraint) => {
                state.editor.set_constraint(kind, property, constraint);
            }
            Action::SetConstraints(kind, changes) => state.editor.set_constraints(kind, changes),
            Action::ApplyConstraints(track, constraints) => self.apply_to(track, constraints),
            Action::SetConstraintsWhole(constraints) => state.editor.set_whole(&constraints),
            Action::SetText(json) => state.editor.set_text(json),
            Action::SelectTrack(track) => state.selected_track = Some(track),
            Action::SetEnabled(track, enabled) => self.ask(Command::SetEnabled { track, enabled }, Pending::Quiet),
            Action::SetColour(track, colour) => self.ask(Command::SetColour { track, colour }, Pending::Quiet),
            Action::StopTrack(track) => self.ask(Command::StopTrack { track }, Pending::Quiet),
            Action::CloneTrack(track) => {
                self.ask(Command::CloneTrack { track, clone: TrackId::random() }, Pending::Quiet);
            }
            Action::SetPolicy(policy) => {
                state.preferences.policy = policy;
                self.ask(Command::SetPolicy(policy), Pending::Quiet);
            }
            Action::KeepControls(controls) => state.editor.set_controls(controls),
            Action::ShowControls(_) | Action::SetControl(..) | Action::ResetControls(..) | Action::UndoControl(_) => {
                self.act_on_controls(action);
            }
            Action::SetPermission(kind, state) => self.ask(Command::SetPermission { kind, state }, Pending::Quiet),
            Action::AnswerPermission { asked, allow, remember } => {
                state.questions.retain(|question| question.request != asked);
                self.ask(Command::AnswerPermission { asked, allow, remember }, Pending::Quiet);
            }
            Action::ResetDeviceIds => {
                let salt = new_salt();
                self.ask(Command::ResetDeviceIds { salt: salt.clone() }, Pending::ResetDeviceIds(salt));
            }
            Action::RemoveEnded => {
                let ended = state.tracks.extract_if(.., |view| !view.track.is_live());
                let tracks = ended.map(|view| view.track.id).collect();
                self.ask(Command::Forget { tracks, streams: Vec::new() }, Pending::Quiet);
            }
            Action::SeeClips(track) => {
                state.tracks.iter_mut().filter(|view| view.track.id == track).for_each(TrackView::see_clips);
            }
            Action::StopRecording(recording) => self.ask(Command::StopRecording { recording }, Pending::Quiet),
            Action::DismissToast(index) => state.toasts.dismiss(index),
            Action::Copy(text) => self.copy(ctx, text),
            Action::SetTheme(chosen) => {
                state.preferences.theme = chosen;
                ctx.set_theme(theme(chosen));
            }
            Action::TogglePane(pane) => self.view.layout.toggle(pane),
        }
        ctx.request_repaint(); // what was done is to be seen
    }

    fn command(&mut self, ctx: &Context, command: UserCommand) {
        match command {
            UserCommand::OpenPreset => self.ask_for_file(Purpose::OpenPreset),
            UserCommand::SavePreset => self.ask_for_file(Purpose::SavePreset),
            UserCommand::ExportLog => self.ask_for_file(Purpose::ExportLog),
            UserCommand::Quit => ctx.send_viewport_cmd(ViewportCommand::Close),
            UserCommand::GetUserMedia => {
                let constraints = self.state.editor.constraints().clone();
                let choice = self.state.editor.choice_for(self.state.devices.as_deref().unwrap_or_default());
                self.ask(Command::GetUserMedia { constraints, choice }, Pending::GetUserMedia);
            }
            UserCommand::ApplyConstraints => self.apply_constraints(),
            UserCommand::StopAll => self.stop_all(),
            UserCommand::Record => self.record(),
            UserCommand::Snapshot => self.snapshot(),
            UserCommand::CopyLog => {
                let numbers: Vec<_> = self.view.shown_entries().collect();
                self.copy(ctx, self.state.log.to_text(numbers, self.state.start));
            }
            UserCommand::ClearLog => self.state.log.clear(),
            UserCommand::Undo => self.state.editor.undo(),
            UserCommand::Redo => self.state.editor.redo(),
            UserCommand::PasteRequest => self.view.open_paste(),
            UserCommand::Preferences => self.view.open_preferences(),
            UserCommand::RefreshDevices => self.ask(Command::EnumerateDevices, Pending::Quiet),
            UserCommand::ResetLayout => self.view.layout = Layout::default(),
        }
    }

    /// Asks the worker; its answer is told by what it was for.
    pub(super) fn ask(&mut self, command: Command, pending: Pending) {
        let request = self.worker.request(command);
        self.state.pending.insert(request, pending);
    }

    pub(super) fn ask_files(&mut self, job: Job) {
        if !self.files.ask(job) {
            self.state.toasts.say(Severity::Error, text("files-busy"), self.state.now);
        }
    }

    fn copy(&mut self, ctx: &Context, copied: String) {
        ctx.copy_text(copied);
        self.state.toasts.say(Severity::Success, text("toast-copied"), self.state.now);
    }

    /// What the log's times count from, so that it can be laid beside other logs.
    pub(super) fn log_header(&self) -> String {
        let start = jiff::Zoned::now().checked_sub(self.clock.now().since(self.state.start));
        let start = start
            .map_or_else(|error| error.to_string(), |start| start.strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string());
        format!("# Capture Lab {}; times are seconds since {start}", env!("CARGO_PKG_VERSION"))
    }

    /// `getUserMedia` of one kind, on one device. One that hides has no id: then any of its kind will do.
    fn capture_device(&mut self, kind: TrackKind, id: &DeviceId) {
        let wanted = Some(self.state.editor.constraints().of_kind(kind).cloned().unwrap_or_default());
        let constraints = match kind {
            TrackKind::Video => MediaStreamConstraints { video: wanted, audio: None },
            TrackKind::Audio => MediaStreamConstraints { video: None, audio: wanted },
        };
        let pixel_format = self.state.editor.pixel_format().filter(|_| kind == TrackKind::Video);
        let devices = if id.as_str().is_empty() { Vec::new() } else { vec![id.0.clone()] };
        let Choice { controls, colour, .. } = self.state.editor.choice();
        let choice = Choice { devices, pixel_format, colour, controls, waits: false };
        self.ask(Command::GetUserMedia { constraints, choice }, Pending::GetUserMedia);
    }

    fn apply_constraints(&mut self) {
        let Some(view) = self.state.selected() else { return };
        let (track, kind) = (view.track.id, view.track.kind);
        let Some(constraints) = self.state.editor.constraints().of_kind(kind).cloned() else {
            let message = text_with("nothing-of-kind", &[("kind", kind.to_string())]);
            self.state.toasts.say(Severity::Warning, message, self.state.now);
            return;
        };
        let pixel_format = self.state.editor.pixel_format().filter(|_| kind == TrackKind::Video);
        self.ask(Command::ApplyConstraints { track, constraints, pixel_format }, Pending::ApplyConstraints);
    }

    /// On a track, in the pixel format that it has.
    fn apply_to(&mut self, track: TrackId, constraints: MediaTrackConstraints) {
        let view = self.state.tracks.iter().find(|view| view.track.id == track);
        let pixel_format = view.and_then(|view| match view.mode {
            ChosenMode::Video(mode) => Some(mode.pixel_format),
            ChosenMode::Audio(_) => None,
        });
        self.ask(Command::ApplyConstraints { track, constraints, pixel_format }, Pending::ApplyConstraints);
    }

    fn stop_all(&mut self) {
        let live = self.state.tracks.iter().filter(|view| view.track.is_live());
        for track in live.map(|view| view.track.id).collect::<Vec<_>>() {
            self.ask(Command::StopTrack { track }, Pending::Quiet);
        }
    }

    /// Ends the recording that runs; else begins one.
    fn record(&mut self) {
        if let Some(recording) = self.state.running_clip().and_then(|clip| clip.recording) {
            return self.ask(Command::StopRecording { recording }, Pending::Quiet);
        }
        if self.lacks_folder() {
            return;
        }
        let Some(stream) = self.state.live_stream() else { return };
        let mut of_stream = self.state.tracks.iter().filter(|view| view.stream == Some(stream) && view.track.is_live());
        let camera = of_stream.clone().find(|view| view.track.kind == TrackKind::Video);
        let extension = if camera.is_some() { "mp4" } else { "wav" };
        let label = camera.or_else(|| of_stream.next()).map(|view| view.track.label.clone()).unwrap_or_default();
        let path = self.clip_path(&label, extension);
        let pending = Pending::StartRecording(stream, path.clone());
        self.ask(Command::StartRecording { stream, path, overwrite: false }, pending);
    }

    /// Whether there is no folder for clips: tries again, and tells what comes of it.
    fn lacks_folder(&mut self) -> bool {
        if self.folder_problem.is_some() {
            self.ask_files(Job::MakeFolder(self.dirs.clips().to_owned()));
        }
        self.folder_problem.is_some()
    }

    fn snapshot(&mut self) {
        if self.lacks_folder() {
            return;
        }
        let Some((track, label)) = self.state.picture_track().map(|view| (view.track.id, view.track.label.clone()))
        else {
            return;
        };
        let path = self.clip_path(&label, "png");
        self.ask(Command::Snapshot { track, path, overwrite: false, original: false }, Pending::Snapshot);
    }

    /// A name for a clip that was not given before: the time, and what is on it.
    fn clip_path(&mut self, label: &str, extension: &str) -> PathBuf {
        let time = jiff::Zoned::now().strftime("%Y-%m-%d %H.%M.%S").to_string();
        let label: String =
            label.chars().map(|c| if c.is_alphanumeric() || " -_".contains(c) { c } else { '_' }).collect();
        let name = |number: u32| match number {
            1 => format!("{time} {label}.{extension}"),
            _ => format!("{time} {label} {number}.{extension}"),
        };
        let folder = self.dirs.clips();
        let free = (1..=999).map(|number| folder.join(name(number))).find(|path| !self.clip_names.contains(path));
        let path = free.unwrap_or_else(|| folder.join(name(1)));
        self.clip_names.insert(path.clone());
        path
    }

    pub(super) fn ask_for_file(&mut self, purpose: Purpose) {
        let command = |command: UserCommand| command.name(self.state.possible());
        let (title, filter, extension, file_name) = match purpose {
            Purpose::OpenPreset => (command(UserCommand::OpenPreset), text("dialog-presets"), "ron", String::new()),
            Purpose::SavePreset => {
                (command(UserCommand::SavePreset), text("dialog-presets"), "ron", text("dialog-preset-name"))
            }
            Purpose::ExportLog => {
                (command(UserCommand::ExportLog), text("dialog-logs"), "tsv", text("dialog-log-name"))
            }
            Purpose::ExportSweepJson => {
                (text("sweep-export-json"), text("sweep-files"), "json", "modes.json".to_owned())
            }
            Purpose::ExportSweepCsv => (text("sweep-export-csv"), text("sweep-files"), "csv", "modes.csv".to_owned()),
            Purpose::OpenSweep => (text("sweep-compare"), text("sweep-files"), "json", String::new()),
        };
        let recent = self.state.preferences.recent_presets.first().and_then(|path| path.parent());
        let folder = recent.unwrap_or_else(|| self.dirs.clips()).to_owned();
        let question = Question { purpose, title, filter: (filter, vec![extension.to_owned()]), folder, file_name };
        if !self.dialogs.ask(question) {
            self.state.toasts.say(Severity::Warning, text("busy-dialog"), self.state.now);
        }
        self.state.is_asking = self.dialogs.is_open();
    }
}
