//! The panel of measurements: all numbers of each live camera, each with its definition one hover away.

mod histogram;
mod table;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use egui::{Align, Button, CollapsingHeader, Grid, Label, Layout, RichText, ScrollArea, Ui};

use crate::measure::{VideoReport, pin_exposure, video_json};
use crate::model::{MediaTrackConstraints, Timestamp, TrackId, TrackKind};
use crate::state::{State, TrackView};
use crate::text::{text, text_with};
use crate::worker::TrackMonitor;

use super::theme::Tokens;
use super::widgets::{empty_ui, named, shortened, spoken};
use super::{Action, number};
use table::{Group, Row, groups, to_text};

/// Numbers stand for so long at least, so that they can be read.
const STANDS_FOR: Duration = Duration::from_millis(250);

/// The reports that are shown.
#[derive(Debug, Default)]
pub(super) struct MeasurementsView(HashMap<TrackId, Shown>);

#[derive(Debug)]
struct Shown {
    since: Timestamp,
    report: Arc<VideoReport>,
}

impl MeasurementsView {
    /// The report that is shown of a track now.
    fn report(&mut self, view: &TrackView, now: Timestamp) -> Option<Arc<VideoReport>> {
        let TrackMonitor::Video { report, .. } = &view.monitor else { return None };
        let id = view.track.id;
        let is_fresh = |shown: &&Shown| now.since(shown.since) < STANDS_FOR && shown.since <= now;
        if let Some(shown) = self.0.get(&id).filter(is_fresh) {
            return Some(Arc::clone(&shown.report));
        }
        let report = report.peek()?;
        self.0.insert(id, Shown { since: now, report: Arc::clone(&report) });
        Some(report)
    }
}

/// Draws the panel.
pub(super) fn measurements_ui(ui: &mut Ui, shown: &mut MeasurementsView, state: &State, actions: &mut Vec<Action>) {
    let is_live = |view: &&TrackView| view.track.is_live() && view.track.kind == TrackKind::Video;
    let live: Vec<_> = state.tracks.iter().filter(is_live).collect();
    shown.0.retain(|id, _| live.iter().any(|view| view.track.id == *id));
    if live.is_empty() {
        return empty_ui(ui, &text("measurements-empty"));
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for view in live {
            let report = shown.report(view, state.now);
            ui.push_id(view.track.id, |ui| track_ui(ui, view, report.as_deref(), actions));
        }
    });
}

fn track_ui(ui: &mut Ui, view: &TrackView, report: Option<&VideoReport>, actions: &mut Vec<Action>) {
    let Some(report) = report else {
        ui.strong(shortened(&view.track.label, 32)).on_hover_text(&view.track.label);
        ui.weak(text("measurements-waiting"));
        return;
    };
    let groups = groups(report);
    ui.horizontal(|ui| {
        ui.strong(shortened(&view.track.label, 22)).on_hover_text(&view.track.label);
        ui.with_layout(Layout::right_to_left(Align::Center), |ui| copy_ui(ui, view, report, &groups, actions));
    });
    warnings_ui(ui, view, report, actions);
    for (index, group) in groups.iter().enumerate() {
        CollapsingHeader::new(RichText::new(&group.title).small().strong()).default_open(true).show(ui, |ui| {
            group_ui(ui, index, group);
            if index == INTERVALS {
                histogram::histograms_ui(ui, report);
            }
        });
    }
    ui.add_space(6.0);
}

/// The group of intervals, which has histograms.
const INTERVALS: usize = 1;

fn copy_ui(ui: &mut Ui, view: &TrackView, report: &VideoReport, groups: &[Group], actions: &mut Vec<Action>) {
    if ui.small_button(text("measurements-copy-json")).on_hover_text(text("measurements-copy-json-tip")).clicked() {
        actions.push(Action::Copy(serde_json::Value::Object(video_json(report)).to_string()));
    }
    if ui.small_button(text("measurements-copy-text")).on_hover_text(text("measurements-copy-text-tip")).clicked() {
        actions.push(Action::Copy(to_text(&view.name(), groups)));
    }
}

fn group_ui(ui: &mut Ui, index: usize, group: &Group) {
    let grid = Grid::new(("measurements", index)).num_columns(group.columns.len() + 1);
    grid.spacing([6.0, 1.0]).striped(true).show(ui, |ui| {
        if group.columns.len() > 1 {
            ui.label("");
            for column in &group.columns {
                ui.label(RichText::new(aligned(column, group)).small().monospace().weak());
            }
            ui.end_row();
        }
        for row in &group.rows {
            row_ui(ui, group, row);
            ui.end_row();
        }
    });
}

fn row_ui(ui: &mut Ui, group: &Group, row: &Row) {
    ui.add(Label::new(RichText::new(&row.name).small().weak())).on_hover_text(&row.definition);
    for (column, value) in row.values.iter().enumerate().filter(|(_, value)| !value.is_empty()) {
        let mut number = RichText::new(aligned(value, group)).small().monospace();
        if row.is_bad() {
            number = number.color(Tokens::of(ui).warning);
        }
        spoken(ui.label(number), &row.spoken(group, column)).on_hover_text(&row.definition);
    }
}

/// At the right end of its column, which is as wide whatever the number: it stands still.
fn aligned(value: &str, group: &Group) -> String {
    let width = if group.columns.len() > 1 { 6 } else { 10 };
    format!("{value:>width$}")
}

fn warnings_ui(ui: &mut Ui, view: &TrackView, report: &VideoReport, actions: &mut Vec<Action>) {
    let warn = |ui: &mut Ui, sentence: String| {
        ui.add(Label::new(RichText::new(sentence).color(Tokens::of(ui).warning)).wrap());
    };
    if view.track.muted() {
        let reason = view.reason.as_ref().map(|reason| reason.text.clone()).unwrap_or_default();
        return warn(ui, text_with("measurements-muted", &[("reason", reason)]));
    }
    if report.is_black {
        warn(ui, text("measurements-black"));
    }
    if report.is_frozen {
        let time = format!("{:.0}", report.frozen_for.as_secs_f64());
        warn(ui, text_with("measurements-frozen", &[("time", time)]));
    }
    if report.latency.is_some_and(|stats| stats.p50_ms < 0.0) {
        warn(ui, text("measurements-ahead"));
    }
    if let Some(found) = report.low_light {
        warn(ui, text_with("measurements-low-light", &[("reason", found.to_string())]));
        if let Some(pinned) = pinned(view, found.granted_fps) {
            let tip = text_with("measurements-pin-tip", &[("rate", number::rate(Some(found.granted_fps)))]);
            let button = ui.add(Button::new(text("measurements-pin"))).on_hover_text(tip);
            if named(button, &text("measurements-pin")).clicked() {
                actions.push(Action::ApplyConstraints(view.track.id, pinned));
            }
        }
    }
}

/// The track's constraints with an exposure that leaves room for the rate.
fn pinned(view: &TrackView, fps: f64) -> Option<MediaTrackConstraints> {
    pin_exposure(&view.track.constraints, &view.track.capabilities, &view.track.settings, fps)
}
