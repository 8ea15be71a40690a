//! The panel of live levels of microphones.

use egui::{Button, Label, Pos2, Rect, RichText, ScrollArea, Sense, Ui, pos2, vec2};

use crate::measure::{ChannelLevel, dbfs};
use crate::model::TrackKind;
use crate::state::{State, TrackView};
use crate::text::{text, text_with};
use crate::worker::TrackMonitor;

use super::theme::Tokens;
use super::widgets::{empty_ui, named, shortened};
use super::{Action, number};

/// The lowest level that a bar shows, in dBFS.
const FLOOR: f64 = -60.0;
/// Where the bar changes its colour, in dBFS: the alignment level of EBU R 68, and 6 dB below full scale.
const MIDDLE: f64 = -18.0;
const HIGH: f64 = -6.0;

/// Draws the panel.
pub(super) fn meters_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let is_live = |view: &&TrackView| view.track.is_live() && view.track.kind == TrackKind::Audio;
    let live: Vec<_> = state.tracks.iter().filter(is_live).collect();
    if live.is_empty() {
        return empty_ui(ui, &text("meters-empty"));
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for view in live {
            audio_ui(ui, view, actions);
        }
    });
}

fn audio_ui(ui: &mut Ui, view: &TrackView, actions: &mut Vec<Action>) {
    ui.strong(format!("{} · dBFS", shortened(&view.track.label, 32))).on_hover_text(&view.track.label);
    let TrackMonitor::Audio { report } = &view.monitor else { return };
    let Some(report) = report.peek() else {
        ui.weak(text("meters-waiting"));
        return;
    };
    for (channel, level) in report.meter.iter().enumerate() {
        channel_ui(ui, view, channel, level, actions);
    }
    scale_ui(ui);
    if view.track.muted() {
        let reason = view.reason.as_ref().map(|reason| reason.text.clone()).unwrap_or_default();
        ui.colored_label(Tokens::of(ui).warning, text_with("preview-muted", &[("reason", reason)]));
    }
    if report.lost > 0 {
        ui.colored_label(Tokens::of(ui).warning, text_with("meters-lost", &[("frames", report.lost.to_string())]));
    }
    ui.add_space(6.0);
}

fn channel_ui(ui: &mut Ui, view: &TrackView, channel: usize, level: &ChannelLevel, actions: &mut Vec<Action>) {
    ui.horizontal(|ui| {
        ui.monospace((channel + 1).to_string());
        clip_lamp_ui(ui, view, channel, level, actions);
        let levels = [("peak", number::level(level.hold)), ("rms", number::level(level.rms))];
        let levels = RichText::new(text_with("meters-level", &levels)).small().monospace();
        ui.add(Label::new(levels).truncate());
    });
    let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), 12.0), Sense::hover());
    bar(ui, rect, level);
    let name = text_with("meters-bar", &[("track", view.track.label.clone()), ("channel", (channel + 1).to_string())]);
    named(response, &name);
}

fn clip_lamp_ui(ui: &mut Ui, view: &TrackView, channel: usize, level: &ChannelLevel, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let clipped = view.new_clips(channel, level.clipped);
    let word = if clipped == 0 { text("meters-clip") } else { format!("{} {clipped}", text("meters-clip")) };
    let mut button = Button::new(RichText::new(word).small()).small();
    if clipped > 0 {
        button = button.fill(tokens.recording.gamma_multiply(0.7));
    }
    if ui.add(button).on_hover_text(text("meters-clip-tip")).clicked() {
        actions.push(Action::SeeClips(view.track.id));
    }
}

/// RMS as a bar, the peak and its hold as marks.
fn bar(ui: &Ui, rect: Rect, level: &ChannelLevel) {
    let (tokens, painter) = (Tokens::of(ui), ui.painter());
    painter.rect_filled(rect, 2.0, tokens.meter_background);
    let zones =
        [(FLOOR, MIDDLE, tokens.meter_low), (MIDDLE, HIGH, tokens.meter_middle), (HIGH, 0.0, tokens.meter_high)];
    let rms = dbfs(level.rms).unwrap_or(FLOOR);
    for (from, to, colour) in zones {
        if rms > from {
            let zone = Rect::from_x_y_ranges(x(rect, from)..=x(rect, rms.min(to)), rect.y_range());
            painter.rect_filled(zone, 0.0, colour);
        }
    }
    for (mark, width) in [(level.peak, 1.0), (level.hold, 2.0)] {
        if let Some(level) = dbfs(mark).filter(|level| *level > FLOOR) {
            painter.vline(x(rect, level), rect.y_range(), egui::Stroke::new(width, tokens.meter_peak));
        }
    }
}

fn x(rect: Rect, level: f64) -> f32 {
    let share = ((level.min(0.0) - FLOOR) / -FLOOR).clamp(0.0, 1.0);
    rect.left() + rect.width() * share as f32
}

fn scale_ui(ui: &mut Ui) {
    let (rect, _) = ui.allocate_exact_size(vec2(ui.available_width(), 10.0), Sense::hover());
    let (font, colour) = (egui::FontId::proportional(9.0), ui.visuals().weak_text_color());
    for level in [-60, -48, -36, -24, -18, -12, -6, 0] {
        let align = match level {
            -60 => egui::Align2::LEFT_TOP,
            0 => egui::Align2::RIGHT_TOP,
            _ => egui::Align2::CENTER_TOP,
        };
        let place: Pos2 = pos2(x(rect, f64::from(level)), rect.top());
        ui.painter().text(place, align, level.to_string().replace('-', "−"), font.clone(), colour);
    }
}
