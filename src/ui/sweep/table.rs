//! Results by mode, and what is different from an earlier sweep.

use egui::{Grid, RichText, Ui};

use crate::state::State;
use crate::sweep::{Measured, ModeResult, SweepResult};
use crate::text::{text, text_with};

use super::super::theme::Tokens;
use super::super::widgets::badge_ui;
use super::{SweepAction, grade, remark};

/// A line for each mode.
pub(super) fn table_ui(ui: &mut Ui, result: &SweepResult) {
    Grid::new("sweep results").striped(true).num_columns(12).min_col_width(40.0).show(ui, |ui| {
        let titles = [
            (text("sweep-column-mode"), text("sweep-column-mode-tip")),
            (text("sweep-column-verdict"), text("sweep-column-verdict-tip")),
            (text("sweep-column-fps"), text("sweep-column-fps-tip")),
            (text("sweep-column-deviation"), text("sweep-column-deviation-tip")),
            (text("sweep-column-first"), text("sweep-column-first-tip")),
            (text("sweep-column-p50"), text("sweep-column-interval-tip")),
            (text("sweep-column-p99"), text("sweep-column-interval-tip")),
            (text("sweep-column-max"), text("sweep-column-interval-tip")),
            (text("sweep-column-dropped"), text("sweep-column-dropped-tip")),
            (text("sweep-column-corrupt"), text("sweep-column-corrupt-tip")),
            (text("sweep-column-freezes"), text("sweep-column-freezes-tip")),
        ];
        for (title, tip) in titles {
            ui.label(RichText::new(title).strong()).on_hover_text(tip);
        }
        ui.end_row();
        for mode in &result.modes {
            line_ui(ui, mode);
            ui.end_row();
        }
    });
}

fn line_ui(ui: &mut Ui, mode: &ModeResult) {
    let (word, colour) = grade(ui, mode);
    let background = colour.gamma_multiply(0.2);
    ui.monospace(mode.requested.to_string());
    let remark = remark(mode);
    let badge = badge_ui(ui, &word, colour);
    if !remark.is_empty() {
        badge.on_hover_text(&remark);
    }
    let number = |part: fn(Measured) -> Option<f64>, decimals: usize| {
        let text = |number| format!("{number:.decimals$}");
        let zero = text(0.0);
        // What is rounded to zero has no sign.
        let unsigned = |text: String| if text.strip_prefix('-') == Some(&zero) { zero.clone() } else { text };
        mode.measured.and_then(part).map_or_else(|| "–".to_owned(), |number| unsigned(text(number)))
    };
    ui.label(RichText::new(number(|measured| measured.fps_delivered, 2)).monospace().background_color(background));
    let deviation = number(|measured| measured.deviation_percent, 1);
    ui.label(RichText::new(deviation).monospace().background_color(background));
    ui.monospace(number(|measured| measured.first_frame_ms, 0));
    ui.monospace(number(|measured| measured.interval_p50_ms, 1));
    ui.monospace(number(|measured| measured.interval_p99_ms, 1));
    ui.monospace(number(|measured| measured.interval_max_ms, 1));
    ui.monospace(number(|measured| Some(measured.frames_dropped as f64), 0));
    ui.monospace(number(|measured| Some(measured.frames_corrupt as f64), 0));
    ui.monospace(number(|measured| measured.freezes.map(|count| count as f64), 0));
    if !remark.is_empty() {
        ui.label(remark);
    }
}

/// What is different from an earlier sweep, where one was chosen.
pub(super) fn comparison_ui(ui: &mut Ui, state: &State, wishes: &mut Vec<SweepAction>) {
    let Some((name, comparison)) = state.sweep.comparison() else { return };
    ui.add_space(6.0);
    ui.horizontal(|ui| {
        ui.heading(text_with("sweep-compared", &[("name", name.to_owned())])).on_hover_text(comparison.rule);
        if ui.button(text("sweep-forget")).clicked() {
            wishes.push(SweepAction::ForgetComparison);
        }
    });
    let tokens = Tokens::of(ui);
    for difference in &comparison.changed {
        for change in &difference.changes {
            let values = [
                ("mode", difference.mode.to_string()),
                ("what", change.quantity.name().to_owned()),
                ("before", change.before.clone()),
                ("now", change.now.clone()),
            ];
            ui.horizontal(|ui| {
                let (word, colour) = if change.worse {
                    (text("sweep-worse"), tokens.error)
                } else {
                    (text("sweep-changed"), tokens.good)
                };
                badge_ui(ui, &word, colour);
                ui.label(text_with("sweep-change", &values));
            });
        }
    }
    for mode in &comparison.only_before {
        ui.label(text_with("sweep-only-before", &[("mode", mode.to_string())]));
    }
    for mode in &comparison.only_now {
        ui.label(text_with("sweep-only-now", &[("mode", mode.to_string())]));
    }
    ui.weak(text_with("sweep-unchanged", &[("count", comparison.unchanged.to_string())]));
}
