//! A row for each property: what is asked for, beside what the device can do and what is set now.

use egui::{Grid, RichText, Ui};

use crate::model::{Constraint, DeviceInfo, Property, TrackKind, Value};
use crate::state::State;
use crate::text::{text, text_with};
use crate::ui::widgets::shortened;
use crate::ui::{Action, number};

use super::cell::{Cell, Member, cell_ui};

/// Draws the rows of a kind.
pub(super) fn rows_ui(ui: &mut Ui, kind: TrackKind, state: &State, actions: &mut Vec<Action>) {
    let device = device(state, kind);
    // What the names and the facts leave, at least five digits.
    let width = ((ui.available_width() - 270.0) / 4.0).clamp(42.0, 90.0);
    Grid::new(("constraint rows", kind)).num_columns(7).striped(true).spacing([5.0, 3.0]).show(ui, |ui| {
        header_ui(ui);
        for property in in_order(kind).filter(|property| is_shown(*property, kind, device, state)) {
            property_ui(ui, property, sleeps(property, kind, state));
            let constraint = state.editor.constraint(kind, property);
            if let Some(changed) = members_ui(ui, kind, property, &constraint, width) {
                actions.push(Action::SetConstraint(kind, property, changed));
            }
            facts_ui(ui, kind, property, device, state);
            ui.end_row();
        }
    });
}

/// What testers ask for most comes first; what names devices comes last, since there are the choices above.
fn in_order(kind: TrackKind) -> impl Iterator<Item = Property> {
    let names_device = |property: &Property| matches!(property, Property::DeviceId | Property::GroupId);
    let first = Property::of_kind(kind).filter(move |property| !names_device(property));
    first.chain(Property::of_kind(kind).filter(names_device))
}

/// Properties that no device selection knows have a row where the device has them, or where they are asked for.
fn is_shown(property: Property, kind: TrackKind, device: Option<&DeviceInfo>, state: &State) -> bool {
    property.selects_devices()
        || device.is_some_and(|device| device.capabilities.get(property).is_some())
        || !state.editor.constraint(kind, property).is_empty()
}

fn header_ui(ui: &mut Ui) {
    let titles = ["", "ideal", "exact", "min", "max"].map(str::to_owned);
    for title in titles.into_iter().chain([text("constraints-can"), text("constraints-now")]) {
        ui.label(RichText::new(title).small().weak());
    }
    ui.end_row();
}

fn property_ui(ui: &mut Ui, property: Property, sleeps: Option<Property>) {
    let name = RichText::new(property.name());
    let tip = text(&format!("property-{property}"));
    let Some(mode) = sleeps else {
        ui.label(name).on_hover_text(tip);
        return;
    };
    let why = text_with("constraints-sleeps", &[("mode", mode.to_string())]);
    ui.label(name.weak()).on_hover_text(format!("{tip}\n{why}"));
}

/// The mode that keeps a control from having an effect on the selected track; it may be set all the same (IMG-05).
fn sleeps(property: Property, kind: TrackKind, state: &State) -> Option<Property> {
    let (mode, needs_manual) = match property {
        Property::ExposureTime | Property::Iso => (Property::ExposureMode, true),
        Property::ExposureCompensation => (Property::ExposureMode, false),
        Property::ColorTemperature => (Property::WhiteBalanceMode, true),
        Property::FocusDistance => (Property::FocusMode, true),
        _ => return None,
    };
    let track = &state.selected().filter(|view| view.track.kind == kind)?.track;
    let is_manual = track.settings.text(mode)? == "manual";
    (is_manual != needs_manual).then_some(mode)
}

/// The cells of a row; the constraint as it is after an edit.
fn members_ui(
    ui: &mut Ui,
    kind: TrackKind,
    property: Property,
    constraint: &Constraint,
    width: f32,
) -> Option<Constraint> {
    let mut changed = None;
    for member in Member::ALL {
        let values = member.of(constraint);
        let name = format!("{kind} {property} {}", member.name());
        let cell = Cell { name: &name, member, value_type: property.value_type(), width };
        if let Some(values) = cell_ui(ui, &cell, &values) {
            changed = Some(member.set(constraint, values));
        }
    }
    changed
}

fn facts_ui(ui: &mut Ui, kind: TrackKind, property: Property, device: Option<&DeviceInfo>, state: &State) {
    let can = device.and_then(|device| device.capabilities.get(property)).map(number::capability).unwrap_or_default();
    let now = state.selected().filter(|view| view.track.kind == kind);
    let now = now.and_then(|view| view.track.settings.get(property)).map(Value::to_string).unwrap_or_default();
    for fact in [can, now] {
        ui.label(RichText::new(shortened(&fact, 10)).small().monospace().weak()).on_hover_text(fact);
    }
}

/// The device whose capabilities are shown: the one that is fixed, else that of the selected track, else the default.
fn device(state: &State, kind: TrackKind) -> Option<&DeviceInfo> {
    let devices = state.devices.as_deref()?;
    let of_track = || {
        let id = &state.selected().filter(|view| view.track.kind == kind)?.track.device_id;
        devices.iter().find(|device| device.device_id == *id)
    };
    let first = || devices.iter().find(|device| device.kind.track_kind() == Some(kind));
    state.editor.device(kind, devices).or_else(of_track).or_else(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeviceId, Settings, Track};
    use crate::state::TrackView;
    use crate::worker::{OpenedTrack, TrackMonitor};

    fn with(settings: Settings) -> State {
        let mode = crate::model::ChosenMode::Audio(crate::model::MicrophoneMode {
            sample_rate: 1,
            channels: 1,
            sample_format: crate::model::SampleFormat::S16,
            period: 1,
        });
        let mut track = Track::new(TrackKind::Video, "Cam".to_owned(), DeviceId::default(), String::new());
        track.settings = settings;
        let monitor = TrackMonitor::Audio { report: crate::media::Latest::new() };
        let view = TrackView::new(OpenedTrack { track, mode, reason: None, monitor }, None);
        State { selected_track: Some(view.track.id), tracks: vec![view], ..State::default() }
    }

    #[test]
    fn a_control_sleeps_while_the_mode_that_governs_it_is_another() {
        crate::covers!("IMG-05");
        let sleeping = |exposure: &str| {
            let state = with(Settings::default().with(Property::ExposureMode, exposure));
            let controls = [Property::ExposureTime, Property::ExposureCompensation, Property::Zoom];
            controls.map(|property| sleeps(property, TrackKind::Video, &state).is_some())
        };
        assert_eq!(sleeping("continuous"), [true, false, false]);
        assert_eq!(sleeping("manual"), [false, true, false]);
    }
}
