//! The application: events in, panels out, actions done.

use std::collections::HashSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use egui::{Align2, Area, Context, Frame, Id, Order, ThemePreference, Ui};

use crate::data_dir::DataDir;
use crate::dialogs::{FileDialogs, NativeDialogs};
use crate::media::Clock;
use crate::preferences::{Preferences, Theme};
use crate::state::{Severity, State};
use crate::text::text;
use crate::ui::{self, Action, Layout, View, pressed_commands};
use crate::worker::{Wake, Waker, Worker};

use super::Setup;
use super::files::{Files, Job, PREFERENCES};

/// Under this key the window's own storage keeps the layout.
const LAYOUT: &str = "layout";
/// How often a sweep looks whether the time for its next step has come.
const SWEEP_STEP: Duration = Duration::from_millis(50);
/// How late a level is painted at most.
const REPORT_DELAY: Duration = Duration::from_millis(40);

/// The window's application.
pub struct LabApp {
    pub(super) state: State,
    pub(super) view: View,
    pub(super) worker: Worker,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) dialogs: Box<dyn FileDialogs>,
    pub(super) files: Files,
    pub(super) dirs: DataDir,
    /// Names given to clips of this session, so that none is given twice.
    pub(super) clip_names: HashSet<PathBuf>,
    /// The comparison of two backends that runs.
    pub(super) comparison: Option<super::compare::Run>,
    /// Why there is no folder for clips.
    pub(super) folder_problem: Option<String>,
    saved_preferences: Preferences,
}

impl LabApp {
    /// The application in a window that is there.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn new(creation: &eframe::CreationContext<'_>, setup: Setup) -> std::io::Result<Self> {
        let Setup { worker, waker, clock, mut state, dirs, dialogs } = setup;
        let ctx = &creation.egui_ctx;
        ui::apply_theme(ctx);
        ctx.set_theme(theme(state.preferences.theme));
        hook_up(&waker, ctx);
        let layout = load_layout(creation.storage, &mut state);
        let repaint = |ctx: &Context| {
            let ctx = ctx.clone();
            move || ctx.request_repaint()
        };
        let files = Files::start(repaint(ctx))?;
        files.ask(Job::MakeFolder(dirs.clips().to_owned()));
        Ok(Self {
            saved_preferences: state.preferences.clone(),
            view: View::new(layout),
            dialogs: dialogs.unwrap_or_else(|| Box::new(NativeDialogs::new(repaint(ctx)))),
            clip_names: HashSet::new(),
            comparison: None,
            folder_problem: None,
            state,
            worker,
            clock,
            files,
            dirs,
        })
    }

    /// What the window shows.
    pub const fn state(&self) -> &State {
        &self.state
    }

    fn take_events(&mut self) {
        while let Some(event) = self.worker.poll() {
            self.state.apply(event);
        }
        for (command, pending) in std::mem::take(&mut self.state.follow_ups) {
            self.ask(command, pending);
        }
        if let Some(salt) = self.state.new_salt.take() {
            self.ask_files(Job::KeepSalt(self.dirs.clone(), salt));
        }
        self.step_sweep();
        self.take_comparison();
        while let Some(done) = self.files.poll() {
            self.file_done(done);
        }
        if let Some(answer) = self.dialogs.poll() {
            self.answered(answer);
        }
        self.state.is_asking = self.dialogs.is_open();
        self.state.tick(self.clock.now());
    }

    /// Asks for a painting at the time when a lamp or a message goes by itself.
    fn plan_repaint(&self, ctx: &Context) {
        if self.state.sweep.is_running() {
            ctx.request_repaint_after(SWEEP_STEP);
        }
        let changes = [self.state.lamps.next_change(), self.state.toasts.next_change()];
        if let Some(next) = changes.into_iter().flatten().min() {
            // A little late, so that the time has come for sure.
            ctx.request_repaint_after(next.since(self.state.now) + Duration::from_millis(10));
        }
    }

    fn save_preferences(&mut self) {
        if self.saved_preferences != self.state.preferences {
            self.saved_preferences = self.state.preferences.clone();
            self.files.ask(Job::SavePreferences(self.dirs.file(PREFERENCES), self.saved_preferences.clone()));
        }
    }
}

impl eframe::App for LabApp {
    /// Runs also while the window is hidden: tracks end and clips finish there too.
    fn logic(&mut self, ctx: &Context, _frame: &mut eframe::Frame) {
        self.take_events();
        for path in dropped_files(ctx) {
            self.act(ctx, Action::OpenPreset(path));
        }
        for command in pressed_commands(ctx, self.state.possible()) {
            self.act(ctx, Action::Command(command));
        }
        self.plan_repaint(ctx);
    }

    fn ui(&mut self, ui: &mut Ui, _frame: &mut eframe::Frame) {
        let actions = self.view.ui(ui, &self.state);
        drop_hint_ui(ui);
        let ctx = ui.ctx().clone();
        for action in actions {
            self.act(&ctx, action);
        }
        self.watch_controls();
        self.save_preferences();
    }

    fn clear_color(&self, visuals: &egui::Visuals) -> [f32; 4] {
        visuals.panel_fill.to_normalized_gamma_f32()
    }

    fn save(&mut self, storage: &mut dyn eframe::Storage) {
        eframe::set_value(storage, LAYOUT, &self.view.layout);
    }
}

/// From now on the worker makes the window paint.
fn hook_up(waker: &Waker, ctx: &Context) {
    let ctx = ctx.clone();
    waker.set(move |wake| match wake {
        // Not at once: egui answers a request for now with two paintings, and a picture needs one.
        Wake::Picture => ctx.request_repaint_after(Duration::from_nanos(1)),
        // A picture that comes within this time takes the levels along, and saves a painting.
        Wake::Report => ctx.request_repaint_after(REPORT_DELAY),
        Wake::Event => ctx.request_repaint(),
    });
    // What came before the window was there.
    waker.wake(Wake::Event);
}

fn load_layout(storage: Option<&dyn eframe::Storage>, state: &mut State) -> Layout {
    let Some(storage) = storage.filter(|storage| storage.get_string(LAYOUT).is_some()) else {
        return Layout::default();
    };
    let layout = eframe::get_value::<Layout>(storage, LAYOUT).and_then(Layout::completed);
    layout.unwrap_or_else(|| {
        state.toasts.say(Severity::Warning, text("layout-unreadable"), state.now);
        Layout::default()
    })
}

/// The theme as egui calls it.
pub(super) const fn theme(theme: Theme) -> ThemePreference {
    match theme {
        Theme::System => ThemePreference::System,
        Theme::Light => ThemePreference::Light,
        Theme::Dark => ThemePreference::Dark,
    }
}

fn dropped_files(ctx: &Context) -> Vec<PathBuf> {
    ctx.input(|input| input.raw.dropped_files.iter().map(|file| file.path().to_owned()).collect())
}

fn drop_hint_ui(ui: &Ui) {
    if ui.input(|input| input.raw.hovered_files.is_empty()) {
        return;
    }
    let area =
        Area::new(Id::unique("drop hint")).order(Order::Foreground).anchor(Align2::CENTER_CENTER, egui::Vec2::ZERO);
    area.show(ui.ctx(), |ui| Frame::popup(ui.style()).show(ui, |ui| ui.heading(text("drop-preset"))));
}
