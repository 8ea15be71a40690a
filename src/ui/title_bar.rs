//! The menus, the main buttons, and a lamp for each device in use.

use egui::{Button, MenuBar, RichText, Sense, Ui, vec2};

use crate::command::{Possible, UserCommand};
use crate::model::TrackKind;
use crate::preferences::Theme;
use crate::state::{Lamp, State};
use crate::text::{text, text_with};

use super::commands::{menu_item_ui, styled_button_ui};
use super::layout::{Layout, Pane};
use super::theme::Tokens;
use super::widgets::{shortened, spoken};
use super::{Action, number};

const EDIT: [UserCommand; 3] = [UserCommand::Undo, UserCommand::Redo, UserCommand::PasteRequest];
const CAPTURE: [UserCommand; 6] = [
    UserCommand::GetUserMedia,
    UserCommand::ApplyConstraints,
    UserCommand::StopAll,
    UserCommand::Record,
    UserCommand::Snapshot,
    UserCommand::RefreshDevices,
];

/// Draws the bar.
pub(super) fn title_bar_ui(ui: &mut Ui, state: &State, layout: &Layout, actions: &mut Vec<Action>) {
    let possible = state.possible();
    MenuBar::new().ui(ui, |ui| {
        file_menu_ui(ui, state, possible, actions);
        menu_ui(ui, &text("menu-edit"), &EDIT, possible, actions);
        menu_ui(ui, &text("menu-capture"), &CAPTURE, possible, actions);
        view_menu_ui(ui, state, layout, actions);
        ui.separator();
        buttons_ui(ui, state, possible, actions);
        ui.with_layout(egui::Layout::right_to_left(egui::Align::Center), |ui| {
            for lamp in state.lamps.iter() {
                lamp_ui(ui, lamp);
            }
        });
    });
}

fn menu_ui(ui: &mut Ui, title: &str, commands: &[UserCommand], possible: Possible, actions: &mut Vec<Action>) {
    ui.menu_button(title, |ui| {
        for command in commands {
            menu_item_ui(ui, *command, possible, actions);
        }
    });
}

fn file_menu_ui(ui: &mut Ui, state: &State, possible: Possible, actions: &mut Vec<Action>) {
    ui.menu_button(text("menu-file"), |ui| {
        menu_item_ui(ui, UserCommand::OpenPreset, possible, actions);
        recent_menu_ui(ui, state, actions);
        menu_item_ui(ui, UserCommand::SavePreset, possible, actions);
        ui.separator();
        menu_item_ui(ui, UserCommand::ExportLog, possible, actions);
        ui.separator();
        menu_item_ui(ui, UserCommand::Preferences, possible, actions);
        ui.separator();
        menu_item_ui(ui, UserCommand::Quit, possible, actions);
    });
}

fn recent_menu_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    ui.menu_button(text("menu-recent"), |ui| {
        if state.preferences.recent_presets.is_empty() {
            ui.weak(text("menu-no-recent"));
        }
        for path in &state.preferences.recent_presets {
            let name = path.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            if ui.button(name).on_hover_text(path.display().to_string()).clicked() {
                actions.push(Action::OpenPreset(path.clone()));
            }
        }
    });
}

fn view_menu_ui(ui: &mut Ui, state: &State, layout: &Layout, actions: &mut Vec<Action>) {
    ui.menu_button(text("menu-view"), |ui| {
        for pane in Pane::ALL {
            let mut is_shown = layout.is_shown(pane);
            if ui.checkbox(&mut is_shown, pane.title()).changed() {
                actions.push(Action::TogglePane(pane));
            }
        }
        menu_item_ui(ui, UserCommand::ResetLayout, state.possible(), actions);
        ui.separator();
        let themes = [
            (Theme::System, text("theme-system")),
            (Theme::Light, text("theme-light")),
            (Theme::Dark, text("theme-dark")),
        ];
        for (theme, name) in themes {
            if ui.radio(state.preferences.theme == theme, name).clicked() {
                actions.push(Action::SetTheme(theme));
            }
        }
    });
}

fn buttons_ui(ui: &mut Ui, state: &State, possible: Possible, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let record = RichText::new(UserCommand::Record.name(possible));
    let record = if possible.live_track || possible.recording { record.color(tokens.recording) } else { record };
    styled_button_ui(ui, Button::new(record), UserCommand::Record, possible, actions);
    if let Some(clip) = state.running_clip() {
        ui.monospace(format!("{} · {}", number::duration(clip.duration), number::bytes(clip.bytes)));
    }
    styled_button_ui(ui, Button::new(UserCommand::Snapshot.name(possible)), UserCommand::Snapshot, possible, actions);
    styled_button_ui(ui, Button::new(UserCommand::StopAll.name(possible)), UserCommand::StopAll, possible, actions);
}

fn lamp_ui(ui: &mut Ui, lamp: &Lamp) {
    let device = [("device", format!("{} ({})", lamp.label, lamp.node))];
    let sentence = match lamp.kind {
        TrackKind::Video => text_with("lamp-camera", &device),
        TrackKind::Audio => text_with("lamp-microphone", &device),
    };
    let colour = Tokens::of(ui).recording;
    let response = ui.label(RichText::new(shortened(&lamp.label, 24)).color(colour));
    spoken(response, &sentence).on_hover_text(&sentence);
    let (dot, _) = ui.allocate_exact_size(vec2(10.0, 10.0), Sense::hover());
    ui.painter().circle_filled(dot.center(), 5.0, colour);
}
