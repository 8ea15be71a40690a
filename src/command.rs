//! Every user action once: its words, its key, and when it is possible. Menus, buttons and keys all come from here.

use crate::text::text;

/// A user action.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum UserCommand {
    /// Reads a preset into the editor.
    OpenPreset,
    /// Writes the editor's request as a preset.
    SavePreset,
    /// Writes the event log as text.
    ExportLog,
    /// Opens the preferences.
    Preferences,
    /// Ends the program.
    Quit,
    /// `getUserMedia` with the editor's request.
    GetUserMedia,
    /// `applyConstraints` on the selected track.
    ApplyConstraints,
    /// Stops all tracks.
    StopAll,
    /// Begins a recording of the newest stream, or ends the one that runs.
    Record,
    /// Keeps a picture of the selected track.
    Snapshot,
    /// Copies the event log.
    CopyLog,
    /// Empties the event log.
    ClearLog,
    /// Takes the editor's last change back.
    Undo,
    /// Makes it again.
    Redo,
    /// Takes a request over from JavaScript that is pasted.
    PasteRequest,
    /// Lists the devices again.
    RefreshDevices,
    /// Puts the panels where they were at first.
    ResetLayout,
}

/// A key with modifiers. `command` is Ctrl, on macOS ⌘.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyStroke {
    /// With Ctrl or ⌘.
    pub command: bool,
    /// With Shift.
    pub shift: bool,
    /// The key's name, for instance `O` or `F5`.
    pub key: &'static str,
}

/// What there is to act on.
#[allow(clippy::struct_excessive_bools)] // facts that do not depend on each other, not states of one thing
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Possible {
    /// The editor holds a request that is sound.
    pub request: bool,
    /// A live track is selected.
    pub selected_track: bool,
    /// A live video track is selected, or there is just one.
    pub picture: bool,
    /// Some track is live.
    pub live_track: bool,
    /// A recording runs.
    pub recording: bool,
    /// The log has entries.
    pub log: bool,
    /// There is a change to take back.
    pub undo: bool,
    /// There is a change to make again.
    pub redo: bool,
}

impl UserCommand {
    /// All actions, in the order of the menus.
    pub const ALL: [Self; 17] = [
        Self::OpenPreset,
        Self::SavePreset,
        Self::ExportLog,
        Self::Preferences,
        Self::Quit,
        Self::GetUserMedia,
        Self::ApplyConstraints,
        Self::StopAll,
        Self::Record,
        Self::Snapshot,
        Self::CopyLog,
        Self::ClearLog,
        Self::Undo,
        Self::Redo,
        Self::PasteRequest,
        Self::RefreshDevices,
        Self::ResetLayout,
    ];

    const fn id(self) -> &'static str {
        match self {
            Self::OpenPreset => "open-preset",
            Self::SavePreset => "save-preset",
            Self::ExportLog => "export-log",
            Self::Preferences => "preferences",
            Self::Quit => "quit",
            Self::GetUserMedia => "get-user-media",
            Self::ApplyConstraints => "apply-constraints",
            Self::StopAll => "stop-all",
            Self::Record => "record",
            Self::Snapshot => "snapshot",
            Self::CopyLog => "copy-log",
            Self::ClearLog => "clear-log",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::PasteRequest => "paste-request",
            Self::RefreshDevices => "refresh-devices",
            Self::ResetLayout => "reset-layout",
        }
    }

    /// What menus and buttons say.
    pub fn name(self, possible: Possible) -> String {
        if self == Self::Record && possible.recording {
            return text("command-record-stop");
        }
        text(&format!("command-{}", self.id()))
    }

    /// What it does, in a sentence.
    pub fn tooltip(self) -> String {
        text(&format!("command-{}-tip", self.id()))
    }

    /// Its key.
    pub const fn key(self) -> Option<KeyStroke> {
        let (command, shift, key) = match self {
            Self::OpenPreset => (true, false, "O"),
            Self::SavePreset => (true, false, "S"),
            Self::ExportLog => (true, false, "E"),
            Self::Preferences => (true, false, "Comma"),
            Self::Quit => (true, false, "Q"),
            Self::GetUserMedia => (true, false, "Enter"),
            Self::ApplyConstraints => (true, true, "Enter"),
            Self::StopAll => (true, false, "Period"),
            Self::Record => (true, false, "R"),
            Self::Snapshot => (true, true, "P"),
            Self::Undo => (true, false, "Z"),
            Self::Redo => (true, true, "Z"),
            Self::PasteRequest => (true, false, "I"),
            Self::RefreshDevices => (false, false, "F5"),
            Self::CopyLog | Self::ClearLog | Self::ResetLayout => return None,
        };
        Some(KeyStroke { command, shift, key })
    }

    /// Whether it can be done now.
    pub const fn is_possible(self, now: Possible) -> bool {
        match self {
            Self::OpenPreset
            | Self::Preferences
            | Self::Quit
            | Self::PasteRequest
            | Self::RefreshDevices
            | Self::ResetLayout => true,
            Self::SavePreset | Self::GetUserMedia => now.request,
            Self::ApplyConstraints => now.request && now.selected_track,
            Self::StopAll => now.live_track,
            Self::Record => now.live_track || now.recording,
            Self::Snapshot => now.picture,
            Self::ExportLog | Self::CopyLog | Self::ClearLog => now.log,
            Self::Undo => now.undo,
            Self::Redo => now.redo,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_actions_have_the_same_key() {
        let keys: Vec<_> = UserCommand::ALL.iter().filter_map(|command| command.key()).collect();
        for (index, key) in keys.iter().enumerate() {
            assert!(!keys[index + 1..].contains(key), "{key:?} stands twice");
        }
    }

    #[test]
    fn every_action_has_its_words() {
        for command in UserCommand::ALL {
            let words = [command.name(Possible::default()), command.tooltip()];
            assert!(words.iter().all(|words| !words.starts_with("command-")), "{command:?}: {words:?}");
        }
    }
}
