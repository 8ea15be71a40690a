//! The constraints editor: rows, the same as JSON text, and the choices beside them.

mod cell;
mod choices;
mod copy;
mod forecast;
mod question;
mod rows;

pub(super) use forecast::Explanations;

use egui::{Button, Panel, RichText, ScrollArea, TextEdit, TextStyle, Ui};

use crate::command::UserCommand;
use crate::model::TrackKind;
use crate::state::State;
use crate::text::{text, text_with};
use crate::worker::RequestId;

use super::Action;
use super::commands::{command_button_ui, styled_button_ui};
use super::theme::Tokens;
use super::widgets::named;

/// Which part of the editor is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Part {
    #[default]
    Video,
    Audio,
    Json,
}

/// What the panel remembers.
#[derive(Debug, Default)]
pub(super) struct ConstraintsView {
    part: Part,
    forecast: forecast::ForecastView,
}

/// Draws the panel.
pub(super) fn constraints_ui(ui: &mut Ui, view: &mut ConstraintsView, state: &State, actions: &mut Vec<Action>) {
    let kind = match view.part {
        Part::Video | Part::Json => TrackKind::Video,
        Part::Audio => TrackKind::Audio,
    };
    ui.horizontal_wrapped(|ui| {
        buttons_ui(ui, state, actions);
        copy::copy_menu_ui(ui, &view.forecast, kind, state, actions);
    });
    waits_ui(ui, state, actions);
    verdict_ui(ui, state, actions);
    ui.horizontal(|ui| {
        let parts = [
            (Part::Video, text("constraints-video")),
            (Part::Audio, text("constraints-audio")),
            (Part::Json, text("constraints-json")),
        ];
        for (part, title) in parts {
            ui.selectable_value(&mut view.part, part, title);
        }
    });
    // Below the rows and out of their way: they do not move while one types.
    Panel::bottom("forecast").resizable(false).show_separator_line(false).show(ui, |ui| {
        ScrollArea::vertical().max_height(ui.available_height() / 2.0).show(ui, |ui| {
            forecast::outcome_ui(ui, &mut view.forecast, kind, state, actions);
        });
    });
    ScrollArea::both().auto_shrink(false).show(ui, |ui| match view.part {
        Part::Video => kind_ui(ui, &view.forecast, TrackKind::Video, state, actions),
        Part::Audio => kind_ui(ui, &view.forecast, TrackKind::Audio, state, actions),
        Part::Json => json_ui(ui, state, actions),
    });
}

fn buttons_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let (possible, tokens) = (state.possible(), Tokens::of(ui));
    let name = UserCommand::GetUserMedia.name(possible);
    let button = Button::new(RichText::new(name).strong().color(tokens.on_accent)).fill(tokens.accent);
    styled_button_ui(ui, button, UserCommand::GetUserMedia, possible, actions);
    let commands = [UserCommand::ApplyConstraints, UserCommand::Undo, UserCommand::Redo, UserCommand::PasteRequest];
    for command in commands {
        command_button_ui(ui, command, possible, actions);
    }
}

/// Whether the request is to wait for a device that is not there.
fn waits_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let mut waits = state.editor.waits();
    if ui.checkbox(&mut waits, text("waiting-switch")).on_hover_text(text("waiting-switch-tip")).changed() {
        actions.push(Action::SetWaits(waits));
    }
}

/// What is wrong with the text, else what the last request came to.
fn verdict_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    if let Some(error) = state.editor.error() {
        let place = [("line", error.line.to_string()), ("column", error.column.to_string())];
        ui.colored_label(tokens.error, format!("{} {}", text_with("constraints-malformed", &place), error.message));
    } else if !state.editor.is_request() {
        ui.colored_label(tokens.warning, text("constraints-nothing"));
    }
    if state.is_opening() {
        ui.weak(text("constraints-opening"));
    }
    for (call, reason) in &state.waiting {
        waiting_ui(ui, *call, reason, actions);
    }
    for note in state.editor.notes() {
        ui.colored_label(tokens.warning, note);
    }
}

/// A call that waits for its device.
fn waiting_ui(ui: &mut Ui, call: RequestId, reason: &str, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        ui.label(text_with("waiting-call", &[("reason", reason.to_owned())]));
        if ui.button(text("waiting-cancel")).on_hover_text(text("waiting-cancel-tip")).clicked() {
            actions.push(Action::CancelCall(call));
        }
    });
}

fn kind_ui(ui: &mut Ui, forecast: &forecast::ForecastView, kind: TrackKind, state: &State, actions: &mut Vec<Action>) {
    let mut wanted = state.editor.constraints().of_kind(kind).is_some();
    let label = match kind {
        TrackKind::Video => text("constraints-want-video"),
        TrackKind::Audio => text("constraints-want-audio"),
    };
    if ui.checkbox(&mut wanted, label).changed() {
        actions.push(Action::SetKind(kind, wanted));
    }
    choices::choices_ui(ui, kind, state, actions);
    ui.add_enabled_ui(state.editor.error().is_none(), |ui| rows::rows_ui(ui, kind, state, actions));
    let advanced = state.editor.constraints().of_kind(kind).map_or(0, |track| track.advanced.len());
    if advanced > 0 {
        ui.weak(text_with("constraints-advanced", &[("count", advanced.to_string())]));
    }
    forecast::modes_ui(ui, forecast, kind);
}

fn json_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    let mut json = state.editor.text().to_owned();
    let field = TextEdit::multiline(&mut json)
        .id_salt("json") // keeps the keyboard when a message appears above
        .font(TextStyle::Monospace)
        .code_editor()
        .desired_rows(12)
        .desired_width(f32::INFINITY);
    if named(ui.add(field), &text("constraints-json-field")).changed() {
        actions.push(Action::SetText(json));
    }
}
