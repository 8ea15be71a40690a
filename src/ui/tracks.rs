//! The panel of tracks: state, switches, settings.

use egui::{CollapsingHeader, Frame, Grid, Margin, RichText, ScrollArea, Stroke, Ui};

use crate::selection::track_to_json;
use crate::state::{State, TrackView};
use crate::text::{text, text_with};

use super::Action;
use super::colour::colour_ui;
use super::constraints::Explanations;
use super::theme::Tokens;
use super::widgets::{badge_ui, empty_ui, named};

/// Draws the panel.
pub(super) fn tracks_ui(ui: &mut Ui, explanations: &mut Explanations, state: &State, actions: &mut Vec<Action>) {
    explanations.retain(state);
    if state.tracks.is_empty() {
        return empty_ui(ui, &text("tracks-empty"));
    }
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for view in state.tracks.iter().rev() {
            let is_selected = state.selected_track.as_ref() == Some(&view.track.id);
            ui.push_id(view.track.id, |ui| {
                track_ui(ui, view, is_selected, actions, |ui| explanations.why_ui(ui, view, state));
            });
        }
        let has_ended = state.tracks.iter().any(|view| !view.track.is_live());
        if has_ended && ui.button(text("tracks-remove-ended")).clicked() {
            actions.push(Action::RemoveEnded);
        }
    });
}

fn track_ui(ui: &mut Ui, view: &TrackView, is_selected: bool, actions: &mut Vec<Action>, why_ui: impl FnOnce(&mut Ui)) {
    let tokens = Tokens::of(ui);
    let edge = if is_selected { tokens.accent } else { ui.visuals().faint_bg_color };
    let frame = Frame::new().fill(ui.visuals().faint_bg_color).stroke(Stroke::new(1.0, edge)).corner_radius(4);
    frame.inner_margin(Margin::same(6)).show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        title_ui(ui, view, is_selected, actions);
        badges_ui(ui, view);
        if let Some(reason) = &view.reason {
            let colour = if view.track.is_live() { tokens.warning } else { tokens.error };
            ui.colored_label(colour, format!("{} ({})", reason.text, reason.kind.name()));
        }
        controls_ui(ui, view, actions);
        if view.track.is_live() {
            let why = CollapsingHeader::new(text("tracks-why")).default_open(false);
            why.show(ui, why_ui).header_response.on_hover_text(text("tracks-why-tip"));
        }
        if view.track.is_live() {
            colour_ui(ui, view, actions);
        }
        details_ui(ui, view);
    });
    ui.add_space(4.0);
}

fn title_ui(ui: &mut Ui, view: &TrackView, is_selected: bool, actions: &mut Vec<Action>) {
    let response = ui.add(egui::Button::selectable(is_selected, view.name()).truncate());
    if named(response, &view.name()).on_hover_text(text("tracks-select")).clicked() {
        actions.push(Action::SelectTrack(view.track.id));
    }
}

fn badges_ui(ui: &mut Ui, view: &TrackView) {
    let tokens = Tokens::of(ui);
    ui.horizontal_wrapped(|ui| {
        let state = view.track.ready_state().name();
        badge_ui(ui, state, if view.track.is_live() { tokens.good } else { tokens.error }).on_hover_text("readyState");
        if view.track.muted() {
            badge_ui(ui, "muted", tokens.warning);
        }
        if !view.track.enabled() {
            badge_ui(ui, &text("tracks-disabled"), tokens.warning);
        }
        ui.add(egui::Label::new(RichText::new(&view.track.node).weak().monospace()).truncate());
    });
}

fn controls_ui(ui: &mut Ui, view: &TrackView, actions: &mut Vec<Action>) {
    if !view.track.is_live() {
        return;
    }
    ui.horizontal(|ui| {
        let mut enabled = view.track.enabled();
        let switch = ui.checkbox(&mut enabled, "enabled").on_hover_text(text("tracks-enabled-tip"));
        if named(switch, &text_with("tracks-enabled", &[("track", view.name())])).changed() {
            actions.push(Action::SetEnabled(view.track.id, enabled));
        }
        let stop = ui.button(text("tracks-stop")).on_hover_text(text("tracks-stop-tip"));
        if named(stop, &text_with("tracks-stop-one", &[("track", view.name())])).clicked() {
            actions.push(Action::StopTrack(view.track.id));
        }
        let clone = ui.button(text("tracks-clone")).on_hover_text(text("tracks-clone-tip"));
        if named(clone, &text_with("tracks-clone-one", &[("track", view.name())])).clicked() {
            actions.push(Action::CloneTrack(view.track.id));
        }
    });
}

fn details_ui(ui: &mut Ui, view: &TrackView) {
    CollapsingHeader::new(text("tracks-settings")).default_open(view.track.is_live()).show(ui, |ui| {
        Grid::new("settings").num_columns(2).show(ui, |ui| {
            for (property, value) in view.track.settings.iter() {
                ui.label(RichText::new(property.name()).small().weak());
                let value = RichText::new(value.to_string()).small().monospace();
                ui.add(egui::Label::new(value).truncate());
                ui.end_row();
            }
            ui.label(RichText::new(text("tracks-mode")).small().weak());
            ui.add(egui::Label::new(RichText::new(view.mode.to_string()).small().monospace()).truncate());
            ui.end_row();
        });
    });
    CollapsingHeader::new(text("tracks-constraints")).default_open(false).show(ui, |ui| {
        ui.monospace(track_to_json(&view.track.constraints));
    });
}
