//! Results as a heat map: for each pixel format the sizes by the rates.

use std::collections::BTreeSet;

use egui::{Frame, Grid, Margin, RichText, Ui};

use crate::model::{FrameRate, PixelFormat};
use crate::sweep::{ModeResult, SweepResult};
use crate::text::{text, text_with};

use super::super::widgets::spoken;
use super::{grade, remark};

/// Draws the maps.
pub(super) fn map_ui(ui: &mut Ui, result: &SweepResult) {
    let mut formats: Vec<PixelFormat> = Vec::new();
    for mode in &result.modes {
        if !formats.contains(&mode.requested.pixel_format) {
            formats.push(mode.requested.pixel_format);
        }
    }
    for format in formats {
        let modes: Vec<_> = result.modes.iter().filter(|mode| mode.requested.pixel_format == format).collect();
        ui.strong(format.to_string());
        ui.push_id(format, |ui| format_ui(ui, &modes));
        ui.add_space(6.0);
    }
}

fn format_ui(ui: &mut Ui, modes: &[&ModeResult]) {
    let sizes: BTreeSet<(u32, u32)> = modes.iter().map(|mode| (mode.requested.width, mode.requested.height)).collect();
    let rates: BTreeSet<FrameRate> = modes.iter().map(|mode| mode.requested.frame_rate).collect();
    Grid::new("map").spacing([3.0, 3.0]).show(ui, |ui| {
        ui.weak(text("sweep-map-corner"));
        for rate in &rates {
            ui.weak(rate.to_string());
        }
        ui.end_row();
        for (width, height) in sizes {
            ui.monospace(format!("{width}×{height}"));
            for rate in &rates {
                let is_here = |mode: &&&ModeResult| {
                    let requested = mode.requested;
                    (requested.width, requested.height, requested.frame_rate) == (width, height, *rate)
                };
                match modes.iter().find(is_here) {
                    Some(mode) => cell_ui(ui, mode),
                    None => _ = ui.label(""),
                }
            }
            ui.end_row();
        }
    });
}

/// The delivered rate on the grade's colour. The word stands beside it, so that the colour is not the only carrier.
fn cell_ui(ui: &mut Ui, mode: &ModeResult) {
    let (word, colour) = grade(ui, mode);
    let rate = mode.measured.and_then(|measured| measured.fps_delivered);
    let rate = rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.1}"));
    let values = [("mode", mode.requested.to_string()), ("verdict", word.clone()), ("fps", rate.clone())];
    let sentence = format!("{} {}", text_with("sweep-cell", &values), remark(mode));
    let frame = Frame::new().fill(colour.gamma_multiply(0.3)).corner_radius(3).inner_margin(Margin::symmetric(6, 2));
    frame.show(ui, |ui| {
        let label = ui.label(RichText::new(format!("{rate} {word}")).monospace());
        spoken(label, &sentence).on_hover_text(&sentence);
    });
}
