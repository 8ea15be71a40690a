//! The window that shows the damaged frames of a track, as what they are.

use std::collections::HashMap;

use egui::{Color32, Image, RichText, TextureHandle, TextureOptions, Ui, Window};

use crate::media::PreviewImage;
use crate::model::TrackId;
use crate::state::TrackView;
use crate::text::{text, text_with};
use crate::worker::{DamagedPicture, DamagedPictures, TrackMonitor};

use super::theme::Tokens;
use super::widgets::named;

/// Those that are looked at.
#[derive(Default)]
pub(super) struct DamagedView(HashMap<TrackId, Option<Seen>>);

/// The newest of a track.
struct Seen {
    words: String,
    texture: Option<TextureHandle>,
}

/// The switch in a track's caption; there is none before the first damaged frame.
pub(super) fn switch_ui(ui: &mut Ui, view: &mut DamagedView, track: &TrackView) {
    let TrackMonitor::Video { report, damaged, .. } = &track.monitor else { return };
    let count = report.peek().map_or(0, |report| report.corrupt);
    let is_open = view.0.contains_key(&track.track.id);
    if count == 0 && !is_open {
        return;
    }
    let label = text_with("damaged-switch", &[("count", count.to_string())]);
    let response = ui.selectable_label(is_open, RichText::new(&label).small());
    if named(response, &label).on_hover_text(text("damaged-hint")).clicked() {
        damaged.watch(!is_open);
        if is_open {
            view.0.remove(&track.track.id);
        } else {
            view.0.insert(track.track.id, None);
        }
    }
}

/// Draws the windows of those that are looked at.
pub(super) fn damaged_ui(ui: &Ui, view: &mut DamagedView, tracks: &[&TrackView]) {
    view.0.retain(|id, _| tracks.iter().any(|track| track.track.id == *id));
    for track in tracks {
        let TrackMonitor::Video { damaged, .. } = &track.monitor else { continue };
        let Some(seen) = view.0.get_mut(&track.track.id) else { continue };
        if let Some(picture) = damaged.take() {
            *seen = Some(Seen::new(ui, picture));
        }
        if !window_ui(ui, track, seen.as_ref()) {
            close(view, track.track.id, damaged);
        }
    }
}

fn close(view: &mut DamagedView, track: TrackId, damaged: &DamagedPictures) {
    damaged.watch(false);
    view.0.remove(&track);
}

/// Returns whether it stays open.
fn window_ui(ui: &Ui, track: &TrackView, seen: Option<&Seen>) -> bool {
    let mut is_open = true;
    let title = text_with("damaged-title", &[("track", track.track.label.clone())]);
    Window::new(title).id(egui::Id::unique(("damaged", track.track.id))).open(&mut is_open).default_width(420.0).show(
        ui.ctx(),
        |ui| {
            let Some(seen) = seen else {
                ui.weak(text("damaged-waiting"));
                return;
            };
            ui.colored_label(Tokens::of(ui).error, &seen.words);
            match &seen.texture {
                Some(texture) => _ = ui.add(Image::new(texture).max_width(ui.available_width())),
                None => _ = ui.weak(text("damaged-nothing")),
            }
        },
    );
    is_open
}

impl Seen {
    fn new(ui: &Ui, picture: DamagedPicture) -> Self {
        let values = [
            ("sequence", picture.sequence.to_string()),
            ("bytes", picture.bytes.to_string()),
            ("damage", picture.damage.to_string()),
        ];
        let texture = picture.image.and_then(to_image);
        let load = |image| ui.ctx().load_texture("damaged frame", image, TextureOptions::NEAREST);
        Self { words: text_with("damaged-frame", &values), texture: texture.map(load) }
    }
}

fn to_image(image: PreviewImage) -> Option<egui::ColorImage> {
    let size = [image.width as usize, image.height as usize];
    let pixels = bytemuck::try_cast_vec::<u32, Color32>(image.pixels).ok()?;
    (pixels.len() == size[0] * size[1]).then(|| egui::ColorImage::new(size, pixels))
}
