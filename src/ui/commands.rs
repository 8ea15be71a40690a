//! Buttons, menu items and keys of the commands.

use egui::{Button, Context, Event, Key, KeyboardShortcut, Modifiers, Response, Ui};

use crate::command::{KeyStroke, Possible, UserCommand};

use super::Action;

/// The commands whose keys were pressed and that are possible now.
pub fn pressed_commands(ctx: &Context, possible: Possible) -> Vec<UserCommand> {
    if ctx.memory(|memory| memory.top_modal_layer().is_some()) {
        return Vec::new(); // a dialog has the keyboard
    }
    let is_typing = ctx.text_edit_focused();
    UserCommand::ALL
        .into_iter()
        // A text field takes back its own typing.
        .filter(|command| !(is_typing && matches!(command, UserCommand::Undo | UserCommand::Redo)))
        .filter(|command| command.is_possible(possible))
        .filter(|command| is_pressed(ctx, *command))
        .collect()
}

fn is_pressed(ctx: &Context, command: UserCommand) -> bool {
    let Some(wanted) = command.key().and_then(shortcut) else { return false };
    // By the modifiers of the event itself: those of the moment may be released by now. Exactly, so that a key that must
    // not have Shift does not swallow the one that must.
    let is_it = |event: &Event| {
        matches!(event, Event::Key { key, pressed: true, repeat: false, modifiers, .. }
            if *key == wanted.logical_key && modifiers.matches_exact(wanted.modifiers))
    };
    ctx.input_mut(|input| {
        let before = input.events.len();
        input.events.retain(|event| !is_it(event));
        input.events.len() < before
    })
}

fn shortcut(key: KeyStroke) -> Option<KeyboardShortcut> {
    let mut modifiers = Modifiers::NONE;
    modifiers.command = key.command;
    modifiers.shift = key.shift;
    Some(KeyboardShortcut::new(modifiers, Key::from_name(key.key)?))
}

/// The shortcut as keyboards have it: `Ctrl+,`, not `Ctrl+Comma`.
fn words(ui: &Ui, shortcut: KeyboardShortcut) -> String {
    let key = shortcut.logical_key;
    let symbol = match key {
        Key::Comma => ",",
        Key::Period => ".",
        other => other.name(),
    };
    ui.ctx().format_shortcut(&shortcut).replace(key.name(), symbol)
}

/// A menu item with its key.
pub(super) fn menu_item_ui(ui: &mut Ui, command: UserCommand, possible: Possible, actions: &mut Vec<Action>) {
    let mut button = Button::new(command.name(possible));
    if let Some(shortcut) = command.key().and_then(shortcut) {
        button = button.shortcut_text(words(ui, shortcut));
    }
    add(ui, button, command, possible, actions);
}

/// A button.
pub(super) fn command_button_ui(ui: &mut Ui, command: UserCommand, possible: Possible, actions: &mut Vec<Action>) {
    add(ui, Button::new(command.name(possible)), command, possible, actions);
}

/// A button in another look.
pub(super) fn styled_button_ui(
    ui: &mut Ui,
    button: Button<'_>,
    command: UserCommand,
    possible: Possible,
    actions: &mut Vec<Action>,
) {
    add(ui, button, command, possible, actions);
}

fn add(
    ui: &mut Ui,
    button: Button<'_>,
    command: UserCommand,
    possible: Possible,
    actions: &mut Vec<Action>,
) -> Response {
    let response = ui.add_enabled(command.is_possible(possible), button);
    if response.clicked() {
        actions.push(Action::Command(command));
    }
    let tip = command.tooltip();
    let tip = command
        .key()
        .and_then(shortcut)
        .map_or_else(|| tip.clone(), |shortcut| format!("{tip} ({})", words(ui, shortcut)));
    response.on_hover_text(&tip).on_disabled_hover_text(&tip)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_is_known_to_egui() {
        for command in UserCommand::ALL {
            assert!(command.key().is_none_or(|key| shortcut(key).is_some()), "{command:?}");
        }
    }
}
