//! What the request would come to, while it is being written: the choice and its distance, or what would help.

use egui::{CollapsingHeader, Grid, RichText, ScrollArea, Ui};

use crate::model::{
    ChosenMode, Constraint, DeviceId, DeviceInfo, MediaError, MediaTrackConstraints, PixelFormat, Property, TrackKind,
};
use crate::selection::{Candidate, Context, Forecast, ModeLine, Relaxation, Rules, forecast, offered};
use crate::state::State;
use crate::text::{text, text_with};
use crate::ui::theme::Tokens;
use crate::ui::widgets::shortened;
use crate::ui::{Action, number};

/// Modes beyond this number are not listed: those that are nearest come first.
const MOST_MODES: usize = 60;

/// The forecast of what is in the editor, made anew where something has changed.
#[derive(Debug, Default)]
pub(super) struct ForecastView(Option<(Question, Known)>);

/// What a forecast depends on.
#[derive(Clone, Debug, PartialEq)]
struct Question {
    kind: TrackKind,
    /// The kinds that are asked for: names of devices count among them.
    asked: Vec<TrackKind>,
    constraints: MediaTrackConstraints,
    names: Vec<String>,
    pixel_format: Option<PixelFormat>,
    devices: Vec<DeviceInfo>,
    /// Modes that devices must keep, since live tracks use them.
    in_use: Vec<(DeviceId, ChosenMode)>,
    /// The device of the selected track of this kind: then the question is what applying comes to.
    applied_to: Option<DeviceId>,
}

/// A forecast, and the devices that it counts.
#[derive(Debug)]
struct Known {
    forecast: Forecast,
    devices: Vec<String>,
    /// The device that would be selected.
    selected: Option<DeviceInfo>,
}

impl Question {
    /// `None` where there is nothing to ask, or devices are not listed yet.
    fn of(kind: TrackKind, state: &State) -> Option<Self> {
        let devices = state.devices.clone()?;
        let choice = state.editor.choice_for(&devices);
        let selected = state.selected().filter(|view| view.track.kind == kind && view.track.is_live());
        let others = state
            .tracks
            .iter()
            .filter(|view| view.track.is_live() && selected.is_none_or(|selected| selected.track.id != view.track.id));
        let is_asked = |kind: &TrackKind| state.editor.constraints().of_kind(*kind).is_some();
        Some(Self {
            kind,
            asked: [TrackKind::Audio, TrackKind::Video].into_iter().filter(is_asked).collect(),
            constraints: state.editor.constraints().of_kind(kind)?.clone(),
            names: choice.devices,
            pixel_format: choice.pixel_format.filter(|_| kind == TrackKind::Video),
            devices,
            in_use: others.map(|view| (view.track.device_id.clone(), view.mode)).collect(),
            applied_to: selected.map(|view| view.track.device_id.clone()),
        })
    }

    fn answer(&self) -> Known {
        let Self { kind, asked, constraints, names, pixel_format, devices, in_use, applied_to } = self;
        let context = if applied_to.is_some() { Context::ApplyConstraints } else { Context::GetUserMedia };
        let rules = Rules::new(*kind, context);
        let fixed = |device: &DeviceInfo| in_use.iter().find(|(id, _)| *id == device.device_id).map(|(_, mode)| *mode);
        let among = match applied_to {
            Some(id) => Ok(devices.iter().filter(|device| device.device_id == *id).collect()),
            None => offered(*kind, asked, constraints, devices, names),
        };
        match among {
            Err(error) => Known::failed(error),
            Ok(offered) => {
                let candidates: Vec<_> =
                    offered.iter().map(|device| Candidate { device, fixed_mode: fixed(device) }).collect();
                let forecast = forecast(&rules, &candidates, constraints, *pixel_format);
                let selected = forecast.outcome.as_ref().ok().and_then(|one| offered.get(one.candidate));
                let selected = selected.map(|device| (*device).clone());
                Known { forecast, devices: offered.iter().map(|device| device.name()).collect(), selected }
            }
        }
    }
}

impl Known {
    fn failed(error: MediaError) -> Self {
        Self {
            forecast: Forecast { outcome: Err(error), modes: Vec::new(), relaxations: Vec::new() },
            devices: Vec::new(),
            selected: None,
        }
    }
}

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
        Ok(selection) => {
            let device = known.devices.get(selection.candidate).cloned().unwrap_or_default();
            let facts =
                [("device", device), ("mode", selection.mode.to_string()), ("distance", distance(selection.fitness))];
            let words = match question.applied_to {
                Some(_) => text_with("forecast-applies", &facts),
                None => text_with("forecast-selects", &facts),
            };
            ui.label(words).on_hover_text(text("forecast-distance-tip"));
            let tied = known.forecast.modes.iter().filter(|line| line.is_tied).count();
            if tied > 0 {
                let tip = text("forecast-tied-tip");
                ui.weak(text_with("forecast-tied", &[("count", tied.to_string())])).on_hover_text(tip);
            }
        }
        Err(error) => {
            ui.colored_label(Tokens::of(ui).error, &error.message);
            for offer in &known.forecast.relaxations {
                offer_ui(ui, offer, question, actions);
            }
        }
    }
}

/// Draws every mode that the forecast of [`outcome_ui`] counted.
pub(super) fn modes_ui(ui: &mut Ui, view: &ForecastView, kind: TrackKind) {
    if let Some((question, known)) = view.0.as_ref().filter(|(question, _)| question.kind == kind) {
        table_ui(ui, known, question);
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
    });
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
            format!("{}×{} {}", value(Property::Width), value(Property::Height), value(Property::FrameRate))
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
