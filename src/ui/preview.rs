//! The panel of live pictures.

use std::collections::HashMap;
use std::sync::Arc;

use egui::{
    Align2, Color32, ColorImage, FontId, Rect, RichText, Sense, TextureHandle, TextureOptions, Ui, UiBuilder, pos2,
    vec2,
};

use crate::command::UserCommand;
use crate::media::PreviewImage;
use crate::model::{Property, Settings, Timestamp, TrackId, TrackKind};
use crate::state::{State, TrackView};
use crate::text::{text, text_with};
use crate::worker::TrackMonitor;

use super::commands::command_button_ui;
use super::damaged::{DamagedView, damaged_ui, switch_ui};
use super::theme::Tokens;
use super::widgets::{empty_ui, named, shortened};
use super::{Action, number};

/// The newest picture of each track, and the damaged ones that are looked at.
#[derive(Default)]
pub(super) struct Previews {
    textures: HashMap<TrackId, TextureHandle>,
    damaged: DamagedView,
}

/// Height of the lines under a picture.
const CAPTION: f32 = 56.0;

/// Draws the panel.
pub(super) fn preview_ui(ui: &mut Ui, previews: &mut Previews, state: &State, actions: &mut Vec<Action>) {
    let tracks: Vec<_> = state.tracks.iter().filter(|view| view.track.kind == TrackKind::Video).collect();
    previews.textures.retain(|id, _| tracks.iter().any(|view| view.track.id == *id));
    if tracks.is_empty() {
        damaged_ui(ui, &mut previews.damaged, &tracks);
        empty_ui(ui, &text("preview-empty"));
        ui.vertical_centered(|ui| command_button_ui(ui, UserCommand::GetUserMedia, state.possible(), actions));
        return;
    }
    let area = ui.available_rect_before_wrap();
    for (view, rect) in tracks.iter().zip(cells(area, tracks.len())) {
        previews.update(ui, view, state.now);
        ui.scope_builder(UiBuilder::new().max_rect(rect), |ui| track_ui(ui, previews, view, state, actions));
    }
    damaged_ui(ui, &mut previews.damaged, &tracks);
    ui.advance_cursor_after_rect(area);
}

/// The places of `count` pictures, in as many columns as make them largest.
fn cells(area: Rect, count: usize) -> Vec<Rect> {
    let size = |columns: usize| vec2(area.width() / columns as f32, area.height() / count.div_ceil(columns) as f32);
    // Most pictures are as wide as this.
    let width = |size: egui::Vec2| size.x.min((size.y - CAPTION) * 16.0 / 9.0);
    let best = (1..=count).max_by(|one, two| width(size(*one)).total_cmp(&width(size(*two))));
    let columns = best.unwrap_or(1);
    let size = size(columns);
    let place = |index: usize| vec2((index % columns) as f32 * size.x, (index / columns) as f32 * size.y);
    (0..count).map(|index| Rect::from_min_size(area.min + place(index), size).shrink(2.0)).collect()
}

impl Previews {
    /// The track's texture gets its newest picture.
    fn update(&mut self, ui: &Ui, view: &TrackView, now: Timestamp) {
        let id = &view.track.id;
        if let TrackMonitor::Video { preview, shown, .. } = &view.monitor
            && let Some(image) = preview.take()
            && let (captured_at, Some(image)) = (image.captured_at, to_image(image))
        {
            shown.note(captured_at, now);
            if let Some(texture) = self.textures.get_mut(id) {
                texture.set(image, TextureOptions::LINEAR);
            } else {
                let texture = ui.ctx().load_texture(format!("preview {id}"), image, TextureOptions::LINEAR);
                self.textures.insert(*id, texture);
            }
        }
    }
}

/// Takes the pixels over without a copy. Opaque, so that premultiplied and plain are the same.
fn to_image(image: PreviewImage) -> Option<Arc<ColorImage>> {
    let size = [image.width as usize, image.height as usize];
    let pixels = bytemuck::try_cast_vec::<u32, Color32>(image.pixels).ok()?;
    (pixels.len() == size[0] * size[1]).then(|| Arc::new(ColorImage::new(size, pixels)))
}

fn track_ui(ui: &mut Ui, previews: &mut Previews, view: &TrackView, state: &State, actions: &mut Vec<Action>) {
    let texture = previews.textures.get(&view.track.id);
    let (width, height) = (ui.available_width(), (ui.available_height() - CAPTION).max(20.0));
    let (rect, response) = ui.allocate_exact_size(vec2(width, height), Sense::click());
    let tokens = Tokens::of(ui);
    match texture.filter(|_| view.track.is_live()) {
        Some(texture) => picture_ui(ui, rect, texture),
        None => _ = ui.painter().rect_filled(rect, 0.0, tokens.picture_background),
    }
    let remark = remark(view, texture.is_some());
    if let Some(remark) = &remark {
        remark_ui(ui, rect, remark);
    }
    if state.selected_track.as_ref() == Some(&view.track.id) && state.tracks.len() > 1 {
        ui.painter().rect_stroke(rect, 0.0, egui::Stroke::new(1.0, tokens.accent), egui::StrokeKind::Inside);
    }
    let name = text_with("preview-name", &[("track", view.track.label.clone())]);
    let name = [Some(name), remark].into_iter().flatten().collect::<Vec<_>>().join(". ");
    if named(response, &name).clicked() {
        actions.push(Action::SelectTrack(view.track.id));
    }
    caption_ui(ui, &mut previews.damaged, view);
}

/// The whole picture, undistorted, between bars. Nothing is painted under it.
fn picture_ui(ui: &Ui, rect: Rect, texture: &TextureHandle) {
    let scale = (rect.size() / texture.size_vec2()).min_elem();
    let picture = Rect::from_center_size(rect.center(), texture.size_vec2() * scale);
    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
    ui.painter().image(texture.id(), picture, whole, Color32::WHITE);
    let (left, right) = (rect.with_max_x(picture.left()), rect.with_min_x(picture.right()));
    let (above, below) = (rect.with_max_y(picture.top()), rect.with_min_y(picture.bottom()));
    for bar in [left, right, above, below].into_iter().filter(|bar| bar.width() >= 0.5 && bar.height() >= 0.5) {
        ui.painter().rect_filled(bar, 0.0, Tokens::of(ui).picture_background);
    }
}

/// Why there is no moving picture.
fn remark(view: &TrackView, has_picture: bool) -> Option<String> {
    let reason = || view.reason.as_ref().map(|reason| reason.text.clone());
    if !view.track.is_live() {
        return Some(text_with("preview-ended", &[("reason", reason().unwrap_or_else(|| text("tracks-stopped")))]));
    }
    if view.track.muted() {
        return Some(text_with("preview-muted", &[("reason", reason().unwrap_or_default())]));
    }
    if !view.track.enabled() {
        return Some(text("preview-disabled"));
    }
    (!has_picture).then(|| text("preview-waiting"))
}

fn remark_ui(ui: &Ui, rect: Rect, remark: &str) {
    let tokens = Tokens::of(ui);
    let font = FontId::proportional(14.0);
    let galley = ui.painter().layout(remark.to_owned(), font, tokens.on_picture, rect.width() - 24.0);
    let place = Align2::CENTER_CENTER.anchor_size(rect.center(), galley.size());
    ui.painter().rect_filled(place.expand(8.0), 4.0, tokens.picture_background.gamma_multiply(0.8));
    ui.painter().galley(place.min, galley, tokens.on_picture);
}

fn caption_ui(ui: &mut Ui, damaged: &mut DamagedView, view: &TrackView) {
    ui.horizontal(|ui| {
        ui.strong(shortened(&view.track.label, 36)).on_hover_text(&view.track.label);
        switch_ui(ui, damaged, view);
        ui.add(egui::Label::new(RichText::new(&view.track.node).weak().monospace()).truncate());
    });
    let asked = asked(view);
    let set = size_and_rate(&view.track.settings);
    let facts = [("asked", asked), ("set", set), ("mode", view.mode.to_string())];
    // An ended track has no settings any more.
    let line = if view.track.is_live() {
        text_with("preview-modes", &facts)
    } else {
        text_with("preview-modes-ended", &facts)
    };
    ui.add(egui::Label::new(RichText::new(&line).small()).truncate()).on_hover_text(&line);
    let line = measured(view);
    ui.add(egui::Label::new(RichText::new(&line).small().weak()).truncate()).on_hover_text(&line);
}

/// What was asked for of size and rate.
fn asked(view: &TrackView) -> String {
    let set = &view.track.constraints.basic;
    let asked: Vec<_> = [Property::Width, Property::Height, Property::FrameRate]
        .into_iter()
        .filter_map(|property| Some(format!("{property} {}", number::constraint(set.get(property)?))))
        .collect();
    if asked.is_empty() { text("preview-anything") } else { asked.join("; ") }
}

fn size_and_rate(settings: &Settings) -> String {
    let [width, height, rate] = [Property::Width, Property::Height, Property::FrameRate]
        .map(|property| settings.get(property).map_or_else(|| "–".to_owned(), ToString::to_string));
    format!("{width}×{height} · {rate} fps")
}

fn measured(view: &TrackView) -> String {
    let TrackMonitor::Video { report, .. } = &view.monitor else { return String::new() };
    let Some(report) = report.peek() else { return text("preview-not-measured") };
    let values = [
        ("produced", number::rate(report.fps_produced)),
        ("delivered", number::rate(report.fps_delivered)),
        ("frames", report.delivered.to_string()),
        ("lost", (report.dropped + report.corrupt).to_string()),
        ("unseen", report.not_shown.to_string()),
    ];
    text_with("preview-measured", &values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pictures_share_the_panel() {
        let area = Rect::from_min_size(egui::Pos2::ZERO, vec2(400.0, 300.0));
        for count in 1..10 {
            let cells = cells(area, count);
            assert!(cells.len() == count && cells.iter().all(|cell| area.contains_rect(*cell)), "{count}: {cells:?}");
        }
    }
}
