//! The panel of the event log.

use std::collections::VecDeque;

use egui::{RichText, TextEdit, Ui};
use egui_extras::{Column, TableBuilder};

use crate::command::UserCommand;
use crate::model::{EventName, LogEntry};
use crate::state::{EventLog, State};
use crate::text::{text, text_with};

use super::Action;
use super::commands::command_button_ui;
use super::theme::Tokens;
use super::widgets::{empty_ui, named};

/// What the panel remembers: the filter, and the numbers of the entries that it lets through.
#[derive(Debug, Default)]
pub(super) struct EventsView {
    filter: String,
    shown: VecDeque<u64>,
    /// The filter that `shown` is for, and the number up to which entries were looked at.
    looked: (String, u64),
}

impl EventsView {
    pub fn shown(&self) -> impl Iterator<Item = u64> {
        self.shown.iter().copied()
    }

    /// Looks at the entries that are new; at all, after a change of the filter.
    fn update(&mut self, log: &EventLog) {
        if self.looked.0 != self.filter {
            self.looked = (self.filter.clone(), 0);
            self.shown.clear();
        }
        while self.shown.front().is_some_and(|number| *number < log.first()) {
            self.shown.pop_front();
        }
        self.shown.extend(log.matching(&self.filter, self.looked.1));
        self.looked.1 = log.end();
    }
}

/// Draws the panel.
pub(super) fn events_ui(ui: &mut Ui, view: &mut EventsView, state: &State, actions: &mut Vec<Action>) {
    view.update(&state.log);
    ui.horizontal_wrapped(|ui| {
        let hint = text("events-filter");
        let field = TextEdit::singleline(&mut view.filter).id_salt("filter").hint_text(&hint).desired_width(180.0);
        named(ui.add(field), &hint);
        for command in [UserCommand::CopyLog, UserCommand::ExportLog, UserCommand::ClearLog] {
            command_button_ui(ui, command, state.possible(), actions);
        }
        let counts = [("shown", view.shown.len().to_string()), ("all", state.log.len().to_string())];
        ui.weak(text_with("events-count", &counts));
    });
    if view.shown.is_empty() {
        return empty_ui(ui, &text("events-empty"));
    }
    table_ui(ui, view, state);
}

fn table_ui(ui: &mut Ui, view: &EventsView, state: &State) {
    let table = TableBuilder::new(ui)
        .striped(true)
        .stick_to_bottom(true)
        .auto_shrink(false)
        .min_scrolled_height(20.0)
        .column(Column::exact(80.0))
        .column(Column::initial(90.0).resizable(true).clip(true))
        .column(Column::initial(60.0).resizable(true).clip(true))
        .column(Column::initial(150.0).resizable(true).clip(true))
        .column(Column::remainder().clip(true));
    table.body(|body| {
        body.rows(18.0, view.shown.len(), |mut row| {
            let number = view.shown.get(row.index()).copied().unwrap_or_default();
            let Some(entry) = state.log.get(number) else { return };
            row.col(|ui| _ = ui.monospace(format!("{:.3}", entry.at.secs_since(state.start))));
            row.col(|ui| _ = name_ui(ui, entry));
            row.col(|ui| _ = ui.weak(entry.cause.name()));
            row.col(|ui| _ = ui.label(&entry.object).on_hover_text(&entry.object));
            row.col(|ui| _ = ui.label(one_line(&entry.text)).on_hover_text(&entry.text));
        });
    });
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn name_ui(ui: &mut Ui, entry: &LogEntry) -> egui::Response {
    let tokens = Tokens::of(ui);
    let colour = match entry.name {
        EventName::Ended | EventName::Error => tokens.error,
        EventName::Mute | EventName::Warning | EventName::Overconstrained | EventName::Overrun | EventName::Silence => {
            tokens.warning
        }
        EventName::Success | EventName::Unmute => tokens.good,
        EventName::Recording => tokens.recording,
        EventName::DeviceChange
        | EventName::ConfigurationChange
        | EventName::Control
        | EventName::AddTrack
        | EventName::RemoveTrack
        | EventName::Request
        | EventName::Stopped
        | EventName::Enabled
        | EventName::Stream
        | EventName::Permission
        | EventName::Source => ui.visuals().text_color(),
    };
    let explanation = text(&format!("event-{}", entry.name));
    ui.label(RichText::new(entry.name.name()).color(colour)).on_hover_text(explanation)
}
