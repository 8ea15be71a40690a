//! The request in other languages, and its mode in those of other programs.

use egui::{Button, RectAlign, Response, Tooltip, Ui};

use crate::interchange::{to_ffmpeg, to_javascript, to_recorder, to_rust};
use crate::model::{Backend, ChosenMode, DeviceInfo, TrackKind};
use crate::selection::to_json;
use crate::state::State;
use crate::text::text;
use crate::ui::Action;
use crate::ui::widgets::spoken;

use super::forecast::ForecastView;

/// How a mode is written for another program; the sentence says why it cannot be.
type Command = fn(&DeviceInfo, ChosenMode) -> Result<String, String>;

/// Draws the menu.
pub(super) fn copy_menu_ui(
    ui: &mut Ui,
    forecast: &ForecastView,
    kind: TrackKind,
    state: &State,
    actions: &mut Vec<Action>,
) {
    let commands: [(&str, Command); 2] = [(recorder(forecast, kind), to_recorder), ("ffmpeg", to_ffmpeg)];
    ui.menu_button(text("copy-menu"), |ui| {
        let constraints = state.editor.constraints();
        for (name, write) in [("JavaScript", to_javascript as fn(&_) -> String), ("JSON", to_json), ("Rust", to_rust)] {
            let copied =
                if state.editor.error().is_none() { Ok(write(constraints)) } else { Err(text("copy-malformed")) };
            item_ui(ui, name, copied, actions);
        }
        ui.separator();
        for (name, write) in commands {
            item_ui(ui, name, command(forecast, kind, state, write), actions);
        }
    });
}

/// The program that fits the device.
fn recorder(forecast: &ForecastView, kind: TrackKind) -> &'static str {
    match (kind, forecast.selected(kind)) {
        (TrackKind::Video, _) => "v4l2-ctl",
        (TrackKind::Audio, Some(Ok((device, _)))) if device.backend == Backend::Pulse => "parecord",
        (TrackKind::Audio, _) => "arecord",
    }
}

fn command(forecast: &ForecastView, kind: TrackKind, state: &State, write: Command) -> Result<String, String> {
    if state.editor.error().is_some() {
        return Err(text("copy-malformed"));
    }
    match forecast.selected(kind) {
        None => Err(text("copy-not-asked")),
        Some(Err(reason)) => Err(reason.to_owned()),
        Some(Ok((device, mode))) => write(device, mode),
    }
}

/// What can be copied, to be seen before it is; or why not.
fn item_ui(ui: &mut Ui, name: &str, copied: Result<String, String>, actions: &mut Vec<Action>) {
    match copied {
        Ok(copied) => {
            let response = ui.button(name);
            beside_ui(Tooltip::for_enabled(&response), &copied);
            if response.clicked() {
                actions.push(Action::Copy(copied));
            }
        }
        Err(reason) => {
            let response: Response = spoken(ui.add_enabled(false, Button::new(name)), &reason);
            beside_ui(Tooltip::for_disabled(&response), &reason);
        }
    }
}

/// Beside the menu, so that it covers no other item.
fn beside_ui(mut tooltip: Tooltip<'_>, words: &str) {
    tooltip.popup = tooltip.popup.align(RectAlign::RIGHT_START);
    tooltip.gap(10.0).show(|ui| ui.label(words));
}
