//! What the request would come to, while it is being written: the choice and its distance, or what would help.

use std::collections::BTreeMap;

use egui::{CollapsingHeader, Grid, RichText, ScrollArea, Ui};

use crate::model::{ChosenMode, Constraint, DeviceInfo, Property, TrackId, TrackKind};
use crate::selection::{ModeLine, Relaxation, Selection};
use crate::state::{State, TrackView};
use crate::text::{text, text_with};
use crate::ui::theme::Tokens;
use crate::ui::widgets::shortened;
use crate::ui::{Action, number};

use super::question::{Known, Question};

/// Modes beyond this number are not listed: those that are nearest come first.
const MOST_MODES: usize = 60;

/// The forecast of what is in the editor, made anew where something has changed.
#[derive(Debug, Default)]
pub(super) struct ForecastView(Option<(Question, Known)>);

impl ForecastView {
    /// The device and the mode that a request for this kind would select, or why there is none; `None` where nothing of
    /// this kind is asked for.
    pub fn selected(&self, kind: TrackKind) -> Option<Result<(&DeviceInfo, ChosenMode), &str>> {
        let (_, known) = self.0.as_ref().filter(|(question, _)| question.kind == kind)?;
        match &known.forecast.outcome {
            Err(error) => Some(Err(error.message.as_str())),
            Ok(selection) => known.selected.as_ref().map(|device| Ok((device, selection.mode))),
        }
    }
}

/// Draws what the request for a kind comes to.
pub(super) fn outcome_ui(
    ui: &mut Ui,
    view: &mut ForecastView,
    kind: TrackKind,
    state: &State,
    actions: &mut Vec<Action>,
) {
    let Some(question) = Question::of(kind, state).filter(|_| state.editor.error().is_none()) else {
        view.0 = None;
        return;
    };
    if view.0.as_ref().is_none_or(|(known, _)| *known != question) {
        let known = question.answer();
        view.0 = Some((question, known));
    }
    let Some((question, known)) = &view.0 else { return };
    match &known.forecast.outcome {
        Ok(selection) => selection_ui(ui, selection, known, question),
        Err(error) => {
            ui.colored_label(Tokens::of(ui).error, &error.message);
            for offer in &known.forecast.relaxations {
                offer_ui(ui, offer, question, actions);
            }
        }
    }
}

fn selection_ui(ui: &mut Ui, selection: &Selection, known: &Known, question: &Question) {
    let device = known.devices.get(selection.candidate).cloned().unwrap_or_default();
    let value = |property| selection.settings.get(property).map_or_else(|| "–".to_owned(), ToString::to_string);
    let facts = [
        ("device", device),
        ("mode", selection.mode.to_string()),
        ("distance", distance(selection.fitness)),
        ("size", format!("{}×{}", value(Property::Width), value(Property::Height))),
        ("rate", value(Property::FrameRate)),
    ];
    let is_resized = selection.settings.text(Property::ResizeMode) == Some("crop-and-scale");
    let words = match (question.applied_to.is_some(), is_resized) {
        (true, false) => text_with("forecast-applies", &facts),
        (true, true) => text_with("forecast-applies-resized", &facts),
        (false, false) => text_with("forecast-selects", &facts),
        (false, true) => text_with("forecast-selects-resized", &facts),
    };
    ui.label(words).on_hover_text(text("forecast-distance-tip"));
    let tied = known.forecast.modes.iter().filter(|line| line.is_tied).count();
    if tied > 0 {
        let tip = text("forecast-tied-tip");
        ui.weak(text_with("forecast-tied", &[("count", tied.to_string())])).on_hover_text(tip);
    }
}

/// Draws every mode that the forecast of [`outcome_ui`] counted.
pub(super) fn modes_ui(ui: &mut Ui, view: &ForecastView, kind: TrackKind) {
    if let Some((question, known)) = view.0.as_ref().filter(|(question, _)| question.kind == kind) {
        table_ui(ui, known, question);
    }
}

/// Why tracks have the settings that they have, made anew where something has changed.
#[derive(Debug, Default)]
pub(in crate::ui) struct Explanations(BTreeMap<TrackId, (Question, Known)>);

impl Explanations {
    /// Forgets those of tracks that are not listed any more.
    pub fn retain(&mut self, state: &State) {
        self.0.retain(|id, _| state.tracks.iter().any(|view| view.track.id == *id));
    }

    /// Draws the distance of each mode of a track's device from the track's constraints.
    pub fn why_ui(&mut self, ui: &mut Ui, view: &TrackView, state: &State) {
        let Some(question) = Question::about(view, state) else { return };
        if self.0.get(&view.track.id).is_none_or(|(known, _)| *known != question) {
            let known = question.answer();
            self.0.insert(view.track.id, (question, known));
        }
        if let Some((question, known)) = self.0.get(&view.track.id) {
            if let Ok(selection) = &known.forecast.outcome {
                selection_ui(ui, selection, known, question);
            }
            grid_ui(ui, known, question);
        }
    }
}

/// A change that would help, taken by a click.
fn offer_ui(ui: &mut Ui, offer: &Relaxation, question: &Question, actions: &mut Vec<Action>) {
    let one =
        |(property, constraint): &(Property, Constraint)| format!("{property} {}", number::constraint(constraint));
    let changes = offer.changes.iter().map(one).collect::<Vec<_>>().join(", ");
    let facts = [("changes", changes), ("gives", size_and_rate(offer, question.kind))];
    if ui.button(text_with("forecast-take", &facts)).on_hover_text(text("forecast-take-tip")).clicked() {
        actions.push(Action::SetConstraints(question.kind, offer.changes.clone()));
    }
}

fn size_and_rate(offer: &Relaxation, kind: TrackKind) -> String {
    let value = |property| offer.settings.get(property).map_or_else(|| "–".to_owned(), ToString::to_string);
    match kind {
        TrackKind::Video => {
            format!("{}×{} · {} fps", value(Property::Width), value(Property::Height), value(Property::FrameRate))
        }
        TrackKind::Audio => format!("{} Hz · {} ch", value(Property::SampleRate), value(Property::ChannelCount)),
    }
}

/// Every mode with its distance from each constraint.
fn table_ui(ui: &mut Ui, known: &Known, question: &Question) {
    let lines = &known.forecast.modes;
    let title = text_with("forecast-modes", &[("count", lines.len().to_string())]);
    CollapsingHeader::new(title).id_salt(("forecast modes", question.kind)).show(ui, |ui| {
        grid_ui(ui, known, question);
    });
}

fn grid_ui(ui: &mut Ui, known: &Known, question: &Question) {
    let lines = &known.forecast.modes;
    let mut sorted: Vec<_> = lines.iter().collect();
    sorted.sort_by(|one, two| one.fitness.total_cmp(&two.fitness).then(two.is_winner.cmp(&one.is_winner)));
    sorted.truncate(MOST_MODES);
    ScrollArea::horizontal().show(ui, |ui| {
        Grid::new(("forecast", question.kind)).striped(true).show(ui, |ui| {
            header_ui(ui, lines);
            for line in sorted {
                line_ui(ui, line, known, question.kind);
            }
        });
    });
    if lines.len() > MOST_MODES {
        ui.weak(text_with("forecast-more", &[("count", (lines.len() - MOST_MODES).to_string())]));
    }
}

fn header_ui(ui: &mut Ui, lines: &[ModeLine]) {
    let properties = lines.first().into_iter().flat_map(|line| &line.per_property);
    ui.label("");
    for title in std::iter::once(text("forecast-sum")).chain(properties.map(|(property, _)| property.to_string())) {
        ui.label(RichText::new(title).small().weak());
    }
    ui.end_row();
}

fn line_ui(ui: &mut Ui, line: &ModeLine, known: &Known, kind: TrackKind) {
    let value = |property| line.settings.get(property).map_or_else(|| "–".to_owned(), ToString::to_string);
    let mode = match kind {
        TrackKind::Video => {
            let is_resized = line.settings.text(Property::ResizeMode) == Some("crop-and-scale");
            let mark = if is_resized { "~" } else { "" };
            format!("{mark}{}×{} {}", value(Property::Width), value(Property::Height), value(Property::FrameRate))
        }
        TrackKind::Audio => format!("{} Hz {} ch", value(Property::SampleRate), value(Property::ChannelCount)),
    };
    let device = known.devices.get(line.subject).map(String::as_str).unwrap_or_default();
    let name = if known.devices.len() > 1 { format!("{mode}  {}", shortened(device, 16)) } else { mode };
    let name = RichText::new(name).small().monospace();
    let (name, tip) = match (line.is_winner, line.is_tied) {
        (true, _) => (name.strong().color(Tokens::of(ui).good), text("forecast-winner")),
        (false, true) => (name, text("forecast-tied-tip")),
        (false, false) => (name.weak(), device.to_owned()),
    };
    ui.label(name).on_hover_text(tip);
    for one in std::iter::once(line.fitness).chain(line.per_property.iter().map(|(_, one)| *one)) {
        ui.label(RichText::new(distance(one)).small().monospace());
    }
    ui.end_row();
}

fn distance(distance: f64) -> String {
    if distance.is_finite() { format!("{distance:.3}") } else { "∞".to_owned() }
}
