//! Draws the state and returns what the user wants done. One file per panel; nothing here opens, reads, writes or waits.

mod action;
mod clips;
mod colour;
mod commands;
mod compare;
mod constraints;
mod controls;
mod damaged;
mod devices;
mod events;
mod layout;
mod measurements;
mod meters;
mod number;
mod panels;
mod paste;
mod preferences;
mod preview;
mod remote;
mod sweep;
mod theme;
mod title_bar;
mod toasts;
mod tracks;
mod widgets;

pub use action::Action;
pub use commands::pressed_commands;
pub use layout::{Layout, Pane};
pub use sweep::SweepAction;
pub use theme::apply as apply_theme;

use egui::{CentralPanel, Panel, Ui};

use crate::model::DeviceId;
use crate::state::State;

/// What the window shows beside the state: places and small things of the panels' own.
#[derive(Default)]
pub struct View {
    /// The panels' places.
    pub layout: Layout,
    previews: preview::Previews,
    events: events::EventsView,
    constraints: constraints::ConstraintsView,
    explanations: constraints::Explanations,
    controls: controls::ControlsView,
    measurements: measurements::MeasurementsView,
    sweep: sweep::SweepView,
    paste: paste::PasteView,
    preferences: preferences::PreferencesView,
    remote: remote::RemoteView,
    /// Whether the answer to a question about a permission is to hold for later ones.
    remember: bool,
}

impl View {
    /// The view with its panels at these places.
    pub fn new(layout: Layout) -> Self {
        Self { layout, ..Self::default() }
    }

    /// Draws the window.
    pub fn ui(&mut self, ui: &mut Ui, state: &State) -> Vec<Action> {
        let mut actions = Vec::new();
        self.controls.begin();
        Panel::top("title-bar").show(ui, |ui| title_bar::title_bar_ui(ui, state, &self.layout, &mut actions));
        // Nothing is painted under the panels: the window's clear colour is theirs, since each pixel that is painted twice
        // costs as much again where no GPU helps.
        CentralPanel::no_frame().show(ui, |ui| panels::panels_ui(ui, self, state, &mut actions));
        toasts::toasts_ui(ui, state, &mut actions);
        paste::paste_ui(ui, &mut self.paste, &mut actions);
        preferences::preferences_ui(ui, &mut self.preferences, state, &mut actions);
        remote::remote_ui(ui, &mut self.remote, state, &mut actions);
        compare::compare_ui(ui, state, &mut actions);
        preferences::question_ui(ui, &mut self.remember, state, &mut actions);
        actions
    }

    /// Whether the controls of a camera are to be seen.
    pub const fn shows_controls(&self) -> bool {
        self.controls.is_shown()
    }

    /// Opens the dialog of preferences.
    pub fn open_preferences(&mut self) {
        self.preferences.open();
    }

    /// Opens the remote control of a virtual device. It stays when the device is unplugged.
    pub fn open_remote(&mut self, state: &State, device: &DeviceId) {
        self.remote.open(state, device);
    }

    /// Opens the dialog that takes a request over from JavaScript.
    pub fn open_paste(&mut self) {
        self.paste.open();
    }

    /// The numbers of the log entries that the filter lets through.
    pub fn shown_entries(&self) -> impl Iterator<Item = u64> {
        self.events.shown()
    }
}
