//! The tree of panels.

use egui::{Frame, Margin, Ui, WidgetText};
use egui_tiles::{Behavior, SimplificationOptions, TileId, UiResponse};

use crate::state::State;

use super::{
    Action, Pane, View, clips, constraints, controls, devices, events, measurements, meters, preview, sweep, tracks,
};

/// Draws the panels in their places.
pub(super) fn panels_ui(ui: &mut Ui, view: &mut View, state: &State, actions: &mut Vec<Action>) {
    let View { layout, previews, events, constraints, explanations, controls, measurements, sweep, .. } = view;
    let mut panels =
        Panels { state, previews, events, constraints, explanations, controls, measurements, sweep, actions };
    layout.0.ui(&mut panels, ui);
}

struct Panels<'a> {
    state: &'a State,
    previews: &'a mut preview::Previews,
    events: &'a mut events::EventsView,
    constraints: &'a mut constraints::ConstraintsView,
    explanations: &'a mut constraints::Explanations,
    controls: &'a mut controls::ControlsView,
    measurements: &'a mut measurements::MeasurementsView,
    sweep: &'a mut sweep::SweepView,
    actions: &'a mut Vec<Action>,
}

impl Behavior<Pane> for Panels<'_> {
    fn pane_ui(&mut self, ui: &mut Ui, _tile_id: TileId, pane: &mut Pane) -> UiResponse {
        let frame = Frame::new().inner_margin(Margin::same(8));
        frame.show(ui, |ui| {
            ui.set_min_size(ui.available_size());
            ui.push_id(*pane, |ui| self.content_ui(ui, *pane));
        });
        UiResponse::None
    }

    fn tab_title_for_pane(&mut self, pane: &Pane) -> WidgetText {
        pane.title().into()
    }

    fn simplification_options(&self) -> SimplificationOptions {
        // Each panel keeps its title, by which it is dragged.
        SimplificationOptions { all_panes_must_have_tabs: true, ..SimplificationOptions::default() }
    }

    fn gap_width(&self, _style: &egui::Style) -> f32 {
        4.0
    }

    fn min_size(&self) -> f32 {
        60.0
    }

    fn tab_bar_color(&self, visuals: &egui::Visuals) -> egui::Color32 {
        visuals.faint_bg_color
    }
}

impl Panels<'_> {
    fn content_ui(&mut self, ui: &mut Ui, pane: Pane) {
        let Self { state, previews, events, constraints, explanations, controls, measurements, sweep, actions } = self;
        match pane {
            Pane::Devices => devices::devices_ui(ui, state, actions),
            Pane::Constraints => constraints::constraints_ui(ui, constraints, state, actions),
            Pane::Controls => controls::controls_ui(ui, controls, state, actions),
            Pane::Preview => preview::preview_ui(ui, previews, state, actions),
            Pane::Sweep => sweep::sweep_ui(ui, sweep, state, actions),
            Pane::Meters => meters::meters_ui(ui, state, actions),
            Pane::Measurements => measurements::measurements_ui(ui, measurements, state, actions),
            Pane::Tracks => tracks::tracks_ui(ui, explanations, state, actions),
            Pane::Events => events::events_ui(ui, events, state, actions),
            Pane::Clips => clips::clips_ui(ui, state, actions),
        }
    }
}
