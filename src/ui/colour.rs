//! How the pictures of a track's camera are read, where the tester knows better than the driver.

use egui::{CollapsingHeader, ComboBox, Ui};

use crate::model::{ColourMatrix, ColourOverride, ColourRange};
use crate::state::TrackView;
use crate::text::{text, text_with};
use crate::worker::{PictureColour, TrackMonitor};

use super::Action;
use super::widgets::named;

/// Draws the choices of a live video track.
pub(super) fn colour_ui(ui: &mut Ui, view: &TrackView, actions: &mut Vec<Action>) {
    let TrackMonitor::Video { colour, .. } = &view.monitor else { return };
    let section = CollapsingHeader::new(text("colour-title")).default_open(false).show(ui, |ui| {
        ui.weak(driver_words(colour));
        let before = colour.chosen();
        let chosen = ColourOverride {
            range: range_ui(ui, &view.name(), before.range),
            matrix: matrix_ui(ui, &view.name(), before.matrix),
        };
        if chosen != before {
            actions.push(Action::SetColour(view.track.id, chosen));
        }
    });
    section.header_response.on_hover_text(text("colour-title-tip"));
}

fn driver_words(colour: &PictureColour) -> String {
    let Some(driver) = colour.driver() else { return text("colour-driver-silent") };
    text_with("colour-driver", &[("range", driver.range.to_string()), ("matrix", driver.matrix.to_string())])
}

fn range_ui(ui: &mut Ui, track: &str, chosen: Option<ColourRange>) -> Option<ColourRange> {
    let choices = [(ColourRange::Limited, text("colour-limited")), (ColourRange::Full, text("colour-full"))];
    combo_ui(ui, [&text("colour-range"), track, &text("colour-range-tip")], chosen, &choices)
}

fn matrix_ui(ui: &mut Ui, track: &str, chosen: Option<ColourMatrix>) -> Option<ColourMatrix> {
    let all = [ColourMatrix::Bt601, ColourMatrix::Bt709, ColourMatrix::Bt2020];
    let choices = all.map(|matrix| (matrix, matrix.to_string()));
    combo_ui(ui, [&text("colour-matrix"), track, &text("colour-matrix-tip")], chosen, &choices)
}

/// Draws a combo box of these choices and "as the driver says". Returns what is chosen now.
fn combo_ui<T: Copy + PartialEq>(
    ui: &mut Ui,
    [name, track, tip]: [&str; 3],
    mut chosen: Option<T>,
    choices: &[(T, String)],
) -> Option<T> {
    let shown = choices.iter().find(|(value, _)| Some(*value) == chosen).map(|(_, words)| words.clone());
    ui.horizontal(|ui| {
        ui.label(name);
        let combo = ComboBox::from_id_salt(name).selected_text(shown.unwrap_or_else(|| text("colour-as-driver")));
        let combo = combo.show_ui(ui, |ui| {
            ui.selectable_value(&mut chosen, None, text("colour-as-driver"));
            for (value, words) in choices {
                ui.selectable_value(&mut chosen, Some(*value), words.as_str());
            }
        });
        named(combo.response, &format!("{name}: {track}")).on_hover_text(tip);
    });
    chosen
}
