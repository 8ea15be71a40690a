//! The dialog that takes a request over from a web page: what is pasted, and what it becomes.

use egui::{Id, Key, Modal, Modifiers, RichText, ScrollArea, TextEdit, TextStyle, Ui, ViewportCommand};

use crate::interchange::{Import, ImportError, import};
use crate::selection::to_json;
use crate::text::{text, text_with};

use super::Action;
use super::theme::Tokens;
use super::widgets::named;

/// More is not looked at: characters, one beyond what the importer reads.
const MOST: usize = (1 << 20) + 1;
/// The height of the field and of what it becomes.
const LINES: usize = 9;

/// What the dialog remembers while it is open.
#[derive(Debug, Default)]
pub(super) struct PasteView {
    is_open: bool,
    /// Whether the field is to have the keyboard, and what is in the clipboard, with the next picture.
    is_new: bool,
    text: String,
    /// What the text becomes; `None` where it is empty.
    result: Option<Result<Import, ImportError>>,
}

impl PasteView {
    /// Opens the dialog, empty.
    pub fn open(&mut self) {
        *self = Self { is_open: true, is_new: true, ..Self::default() };
    }
}

/// Draws the dialog, where it is open.
pub(super) fn paste_ui(ui: &mut Ui, view: &mut PasteView, actions: &mut Vec<Action>) {
    if !view.is_open {
        return;
    }
    let modal = Modal::new(Id::unique("paste")).show(ui.ctx(), |ui| {
        ui.set_width(560.0);
        ui.heading(text("paste-title"));
        field_ui(ui, view);
        result_ui(ui, view);
        ui.add_space(4.0);
        buttons_ui(ui, view, actions);
    });
    view.is_open &= !modal.should_close();
}

fn field_ui(ui: &mut Ui, view: &mut PasteView) {
    let width = ui.available_width();
    let response = scroll_area(ui, "pasted", LINES + 1).show(ui, |ui| {
        let field = TextEdit::multiline(&mut view.text)
            .font(TextStyle::Monospace)
            .code_editor()
            .char_limit(MOST)
            .hint_text(text("paste-hint"))
            .desired_rows(LINES)
            .desired_width(width);
        named(ui.add(field), &text("paste-field"))
    });
    let response = response.inner;
    if std::mem::take(&mut view.is_new) {
        response.request_focus();
        ui.ctx().send_viewport_cmd(ViewportCommand::RequestPaste);
    }
    if response.changed() {
        view.result = (!view.text.trim().is_empty()).then(|| import(&view.text));
    }
}

/// A part of the dialog that grows to this many lines and then scrolls.
fn scroll_area(ui: &Ui, name: &str, lines: usize) -> ScrollArea {
    let height = ui.text_style_height(&TextStyle::Monospace) * lines as f32;
    ScrollArea::vertical().id_salt(name).max_height(height).min_scrolled_height(height)
}

/// The error with its place, or the notes and what the text becomes.
fn result_ui(ui: &mut Ui, view: &PasteView) {
    let tokens = Tokens::of(ui);
    match &view.result {
        None => {}
        Some(Err(error)) => {
            let place = [("line", error.line.to_string()), ("column", error.column.to_string())];
            let place = text_with("constraints-malformed", &place);
            ui.colored_label(tokens.error, format!("{place} {}: {}", error.name, error.message));
        }
        Some(Ok(Import { constraints, notes, .. })) => {
            scroll_area(ui, "becomes", 2 * LINES).show(ui, |ui| {
                for note in notes {
                    ui.colored_label(tokens.warning, note);
                }
                ui.weak(text("paste-becomes"));
                ui.label(RichText::new(to_json(constraints)).monospace());
            });
        }
    }
}

fn buttons_ui(ui: &mut Ui, view: &mut PasteView, actions: &mut Vec<Action>) {
    let is_pressed = ui.input_mut(|input| input.consume_key(Modifiers::COMMAND, Key::Enter));
    ui.horizontal(|ui| {
        let is_sound = matches!(view.result, Some(Ok(_)));
        let is_taken = ui.add_enabled(is_sound, egui::Button::new(text("paste-take"))).clicked() || is_pressed;
        if let (true, Some(Ok(import))) = (is_taken, &view.result) {
            actions.push(Action::SetConstraintsWhole(import.constraints.clone()));
            view.is_open = false;
        }
        view.is_open &= !ui.button(text("paste-cancel")).clicked();
    });
}
