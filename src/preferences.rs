//! What survives a restart beside the window's layout. Reading yields a value and warnings, and never fails.

use std::io;
use std::path::{Path, PathBuf};

use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};

use crate::container::file::write_whole;
use crate::model::Policy;

/// How many recent presets are remembered.
const RECENT: usize = 8;

/// The theme of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// What the system has.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What the user prefers. An unknown key is ignored, so that an older program reads a newer file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The language's code; `None` is English.
    pub language: Option<String>,
    /// The theme.
    pub theme: Theme,
    /// How the lab plays the browser.
    pub policy: Policy,
    /// Presets, the newest first.
    pub recent_presets: Vec<PathBuf>,
}

impl Preferences {
    /// Reads the file. Where it cannot be used, the defaults come with a warning.
    pub fn load(path: &Path) -> (Self, Vec<String>) {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return (Self::default(), vec![]),
            Err(error) => return (Self::default(), vec![format!("The preferences cannot be read: {error}.")]),
        };
        match ron::from_str(&text) {
            Ok(preferences) => (preferences, vec![]),
            Err(error) => {
                let place = error.span.start;
                let warning = format!(
                    "The preferences are malformed at line {}, column {} and are left out: {}.",
                    place.line, place.col, error.code
                );
                (Self::default(), vec![warning])
            }
        }
    }

    /// Writes the file.
    ///
    /// # Errors
    /// A sentence where it cannot be written.
    pub fn save(&self, path: &Path) -> Result<(), String> {
        let text = ron::ser::to_string_pretty(self, PrettyConfig::default()).map_err(|error| error.to_string())?;
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)
                .map_err(|error| format!("{} cannot be made: {error}.", folder.display()))?;
        }
        write_whole(path, text.as_bytes(), true).map_err(|error| error.message)
    }

    /// Puts a preset to the front of the recent ones.
    pub fn add_recent(&mut self, path: PathBuf) {
        self.recent_presets.retain(|other| *other != path);
        self.recent_presets.insert(0, path);
        self.recent_presets.truncate(RECENT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn preferences_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("deep/preferences.ron");
        let mut kept = Preferences { theme: Theme::Dark, ..Preferences::default() };
        kept.add_recent(PathBuf::from("a.ron"));
        kept.save(&path).unwrap();
        assert_eq!(Preferences::load(&path), (kept, vec![]));
    }

    #[test]
    fn an_unknown_key_is_ignored_and_a_broken_file_gives_the_defaults_with_a_warning() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("preferences.ron");
        std::fs::write(&path, "(theme: Light, from_the_future: 3)").unwrap();
        assert_eq!(Preferences::load(&path).0.theme, Theme::Light);
        std::fs::write(&path, "(theme:").unwrap();
        let (preferences, warnings) = Preferences::load(&path);
        assert!(preferences == Preferences::default() && warnings[0].contains("line 1"), "{warnings:?}");
        assert_eq!(Preferences::load(Path::new("nowhere")), (Preferences::default(), vec![]));
    }

    #[test]
    fn recent_presets_stand_once_and_are_few() {
        let mut preferences = Preferences::default();
        (0..20).for_each(|number| preferences.add_recent(PathBuf::from(format!("{}.ron", number % 12))));
        assert_eq!((preferences.recent_presets.len(), preferences.recent_presets[0].clone()), (8, "7.ron".into()));
    }
}
