//! Where the lab keeps what it keeps.

use std::path::{Path, PathBuf};
use std::{fs, io};

use directories::{ProjectDirs, UserDirs};

/// The application's id.
pub const APP_ID: &str = "org.capturelab.CaptureLab";

/// The lab's folders: the platform's usual ones, or all of it under one folder (`--data-dir`).
#[derive(Clone, Debug)]
pub struct DataDir {
    data: PathBuf,
    clips: PathBuf,
}

impl DataDir {
    /// The folders, with `chosen` as the one folder for all. Nothing is created yet.
    pub fn new(chosen: Option<&Path>) -> Self {
        if let Some(chosen) = chosen {
            return Self { data: chosen.to_owned(), clips: chosen.join("clips") };
        }
        // Without a home folder (a bare service account) the lab keeps its things where it was started.
        let data = ProjectDirs::from("", "", "capture-lab").map(|dirs| dirs.data_dir().to_owned());
        let user = UserDirs::new();
        let videos = user.as_ref().map(|dirs| dirs.video_dir().unwrap_or_else(|| dirs.home_dir()).to_owned());
        Self {
            data: data.unwrap_or_else(|| PathBuf::from(".capture-lab")),
            clips: videos.unwrap_or_default().join("Capture Lab"),
        }
    }

    /// A file of the lab's own.
    pub fn file(&self, name: &str) -> PathBuf {
        self.data.join(name)
    }

    /// Where clips and snapshots go unless another place is chosen.
    pub fn clips(&self) -> &Path {
        &self.clips
    }

    /// Where clips and snapshots go, as people write it: the home folder is `~`.
    pub fn clips_in_words(&self) -> String {
        let home = UserDirs::new().map(|dirs| dirs.home_dir().to_owned());
        match home.as_deref().and_then(|home| self.clips.strip_prefix(home).ok()) {
            Some(rest) => Path::new("~").join(rest).display().to_string(),
            None => self.clips.display().to_string(),
        }
    }

    /// The installation's salt for device ids: made at the first call, the same from then on.
    ///
    /// # Errors
    /// Where it can neither be read nor written. Ids made without it still work, until the program ends.
    pub fn salt(&self) -> io::Result<Vec<u8>> {
        let file = self.file("device-id-salt");
        match fs::read(&file) {
            Ok(salt) if salt.len() >= 16 => return Ok(salt),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let salt = uuid::Uuid::new_v4().as_bytes().to_vec();
        fs::create_dir_all(&self.data)?;
        fs::write(&file, &salt)?;
        Ok(salt)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_salt_is_made_once() {
        let folder = tempfile::tempdir().unwrap();
        let salt = DataDir::new(Some(folder.path())).salt().unwrap();
        assert_eq!(salt.len(), 16);
        assert_eq!(DataDir::new(Some(folder.path())).salt().unwrap(), salt);
    }
}
