//! The panel of the mode sweep: what is swept, how far it is, what came of it.

mod map;
mod table;

use std::collections::BTreeSet;
use std::time::Duration;

use egui::{Color32, ComboBox, DragValue, ProgressBar, ScrollArea, Ui};

use crate::model::{DeviceInfo, Extent, Mode, VideoMode};
use crate::state::{State, SweepChoice, cameras};
use crate::sweep::{Grade, ModeResult, Progress, Stage, plan};
use crate::text::{text, text_with};

use super::Action;
use super::theme::Tokens;
use super::widgets::{empty_ui, named, shortened};

/// What the user wants of a sweep.
#[derive(Clone, Debug, PartialEq)]
pub enum SweepAction {
    /// Chooses what is swept.
    Choose(SweepChoice),
    /// Begins.
    Start,
    /// Ends it before its time.
    Cancel,
    /// Asks for a file, and writes the results as JSON.
    ExportJson,
    /// The same as CSV.
    ExportCsv,
    /// Asks for an earlier sweep to compare with.
    Compare,
    /// Compares no more.
    ForgetComparison,
}

/// How results are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Shown {
    #[default]
    Table,
    Map,
}

/// What the panel remembers.
#[derive(Debug, Default)]
pub(super) struct SweepView {
    shown: Shown,
}

/// Draws the panel.
pub(super) fn sweep_ui(ui: &mut Ui, view: &mut SweepView, state: &State, actions: &mut Vec<Action>) {
    let mut wishes = Vec::new();
    let devices = state.devices.as_deref().unwrap_or_default();
    ui.add_enabled_ui(!state.sweep.is_running(), |ui| {
        ui.horizontal_wrapped(|ui| choice_ui(ui, devices, &state.sweep.choice, &mut wishes));
    });
    ui.horizontal_wrapped(|ui| buttons_ui(ui, view, state, &mut wishes));
    if let Some(sweep) = state.sweep.sweep() {
        if !sweep.is_over() {
            progress_ui(ui, &sweep.progress(state.now));
        }
        ScrollArea::both().auto_shrink(false).show(ui, |ui| {
            match view.shown {
                Shown::Table => table::table_ui(ui, sweep.result()),
                Shown::Map => map::map_ui(ui, sweep.result()),
            }
            for note in &sweep.result().notes {
                ui.weak(note);
            }
            table::comparison_ui(ui, state, &mut wishes);
        });
    } else {
        empty_ui(ui, &text("sweep-empty"));
    }
    actions.extend(wishes.into_iter().map(Action::Sweep));
}

fn choice_ui(ui: &mut Ui, devices: &[DeviceInfo], choice: &SweepChoice, wishes: &mut Vec<SweepAction>) {
    let device = choice.device(devices);
    let mut wanted = choice.clone();
    let shown = device.map_or_else(|| text("sweep-no-camera"), DeviceInfo::name);
    let combo = ComboBox::from_id_salt("sweep camera").selected_text(shortened(&shown, 26)).show_ui(ui, |ui| {
        for camera in cameras(devices) {
            ui.selectable_value(&mut wanted.camera, Some(camera.device_id.clone()), camera.name());
        }
    });
    named(combo.response, &text("sweep-camera")).on_hover_text(shown);
    let modes: Vec<_> = device.iter().flat_map(|device| &device.modes).filter_map(as_video).collect();
    let any = text("sweep-all-formats");
    let shown = choice.format.map_or_else(|| any.clone(), |format| format.to_string());
    let combo = ComboBox::from_id_salt("sweep format").selected_text(shown).width(90.0).show_ui(ui, |ui| {
        ui.selectable_value(&mut wanted.format, None, &any);
        for format in modes.iter().map(|mode| mode.pixel_format).collect::<BTreeSet<_>>() {
            ui.selectable_value(&mut wanted.format, Some(format), format.to_string());
        }
    });
    named(combo.response, &text("sweep-format"));
    let any = text("sweep-all-sizes");
    let shown = choice.size.map_or_else(|| any.clone(), |(width, height)| format!("{width}×{height}"));
    let combo = ComboBox::from_id_salt("sweep size").selected_text(shown).width(90.0).show_ui(ui, |ui| {
        ui.selectable_value(&mut wanted.size, None, &any);
        for (width, height) in modes.iter().filter_map(size).collect::<BTreeSet<_>>() {
            ui.selectable_value(&mut wanted.size, Some((width, height)), format!("{width}×{height}"));
        }
    });
    named(combo.response, &text("sweep-size"));
    let seconds = DragValue::new(&mut wanted.seconds).range(0.5..=600.0).speed(0.1).suffix(" s");
    named(ui.add(seconds), &text("sweep-seconds")).on_hover_text(text("sweep-seconds"));
    if let Some(device) = device {
        let count = plan(device, &choice.subset()).modes.len();
        ui.weak(text_with("sweep-count", &[("count", count.to_string())]));
    }
    if wanted.camera != choice.camera {
        (wanted.format, wanted.size) = (None, None); // another camera may not have them
    }
    if wanted != *choice {
        wishes.push(SweepAction::Choose(wanted));
    }
}

fn as_video(mode: &Mode) -> Option<VideoMode> {
    if let Mode::Video(mode) = mode { Some(*mode) } else { None }
}

fn size(mode: &VideoMode) -> Option<(u32, u32)> {
    match (mode.width, mode.height) {
        (Extent::One(width), Extent::One(height)) => Some((width, height)),
        _ => None,
    }
}

fn buttons_ui(ui: &mut Ui, view: &mut SweepView, state: &State, wishes: &mut Vec<SweepAction>) {
    let devices = state.devices.as_deref().unwrap_or_default();
    let (running, found) =
        (state.sweep.is_running(), state.sweep.result().is_some_and(|result| !result.modes.is_empty()));
    let choice = &state.sweep.choice;
    let has_modes = |device: &DeviceInfo| !plan(device, &choice.subset()).modes.is_empty();
    let can_start = !running && choice.device(devices).is_some_and(has_modes);
    let buttons = [
        (can_start, text("sweep-start"), text("sweep-start-tip"), SweepAction::Start),
        (running, text("sweep-cancel"), text("sweep-cancel-tip"), SweepAction::Cancel),
        (found, text("sweep-export-json"), text("sweep-export-json-tip"), SweepAction::ExportJson),
        (found, text("sweep-export-csv"), text("sweep-export-csv-tip"), SweepAction::ExportCsv),
        (true, text("sweep-compare"), text("sweep-compare-tip"), SweepAction::Compare),
    ];
    for (is_possible, name, tip, wish) in buttons {
        if ui.add_enabled(is_possible, egui::Button::new(name)).on_hover_text(tip).clicked() {
            wishes.push(wish);
        }
    }
    ui.selectable_value(&mut view.shown, Shown::Table, text("sweep-table"));
    ui.selectable_value(&mut view.shown, Shown::Map, text("sweep-map"));
}

fn progress_ui(ui: &mut Ui, progress: &Progress) {
    let what = match progress.stage {
        Stage::Opening => text("sweep-opening"),
        Stage::Measuring => text("sweep-measuring"),
        Stage::Closing | Stage::Over => text("sweep-closing"),
        Stage::Away => text("sweep-away"),
    };
    let mode = progress.mode.map(|mode| mode.to_string()).unwrap_or_default();
    let values =
        [("done", progress.done.to_string()), ("total", progress.total.to_string()), ("left", minutes(progress.left))];
    ui.label(format!("{}  {what}  {mode}", text_with("sweep-progress", &values)));
    ui.add(ProgressBar::new(progress.done as f32 / progress.total.max(1) as f32).desired_height(6.0));
}

fn minutes(time: Duration) -> String {
    let seconds = time.as_secs();
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// How good a mode is, in a word and as a colour.
fn grade(ui: &Ui, mode: &ModeResult) -> (String, Color32) {
    let tokens = Tokens::of(ui);
    match mode.grade() {
        Grade::Good => (text("sweep-good"), tokens.good),
        Grade::Fair => (text("sweep-fair"), tokens.warning),
        Grade::Bad => (text("sweep-bad"), tokens.error),
        Grade::Failed => (text("sweep-failed"), tokens.error),
    }
}

/// What else there is to say of a mode.
fn remark(mode: &ModeResult) -> String {
    let other = mode.granted.filter(|granted| *granted != mode.requested);
    let other = other.map(|granted| text_with("sweep-granted", &[("mode", granted.to_string())]));
    let error = mode.error.as_ref().map(|error| format!("{}: {}", error.name, error.message));
    other.into_iter().chain(error).collect::<Vec<_>>().join(" ")
}
