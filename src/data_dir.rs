//! Where the lab keeps what it keeps.

use std::io::Read as _;
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
        match read_salt(&file)? {
            Some(salt) => Ok(salt),
            None => self.make_salt(&file),
        }
    }

    /// Keeps another salt: from the next start on all device ids are others (ENUM-08).
    ///
    /// # Errors
    /// Where it cannot be written; then the old one stays.
    pub fn keep_salt(&self, salt: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.data)?;
        let whole = self.file("device-id-salt.new");
        fs::write(&whole, salt)?;
        fs::rename(&whole, self.file("device-id-salt"))
    }

    /// Another instance may start at the same time: who comes first makes the salt, whole, and the other takes it.
    fn make_salt(&self, file: &Path) -> io::Result<Vec<u8>> {
        fs::create_dir_all(&self.data)?;
        let salt = uuid::Uuid::new_v4();
        let whole = self.file(&format!("device-id-salt.{}", salt.simple()));
        let placed = fs::write(&whole, salt.as_bytes()).and_then(|()| place(&whole, file));
        fs::remove_file(&whole).ok(); // gone already where it was renamed
        placed?;
        read_salt(file)?.ok_or_else(|| io::Error::other("the salt of device ids was removed at once"))
    }
}

/// A salt that was never used.
pub fn new_salt() -> Vec<u8> {
    uuid::Uuid::new_v4().as_bytes().to_vec()
}

/// The salt, where there is a whole one.
fn read_salt(file: &Path) -> io::Result<Option<Vec<u8>>> {
    match fs::read(file) {
        Ok(salt) => Ok((salt.len() >= 16).then_some(salt)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Gives a whole file its name, unless another whole one has it.
fn place(whole: &Path, file: &Path) -> io::Result<()> {
    match fs::hard_link(whole, file) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && read_salt(file)?.is_some() => Ok(()),
        Ok(()) => Ok(()),
        // What is there is cut off, or the file system has no links.
        Err(_) => fs::rename(whole, file),
    }
}

/// Reads a text of at most so many bytes.
///
/// # Errors
/// The file cannot be read, is longer, or is no text in UTF-8.
pub fn read_text(path: &Path, most: u64) -> io::Result<String> {
    let mut text = String::new();
    fs::File::open(path)?.take(most.saturating_add(1)).read_to_string(&mut text)?;
    if text.len() as u64 > most {
        return Err(io::Error::other(format!("it is longer than {most} bytes")));
    }
    Ok(text)
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
        DataDir::new(Some(folder.path())).keep_salt(&[7; 16]).unwrap();
        assert_eq!(DataDir::new(Some(folder.path())).salt().unwrap(), [7; 16]);
    }

    #[test]
    fn all_instances_that_start_together_have_one_salt() {
        let folder = tempfile::tempdir().unwrap();
        let start = std::sync::Barrier::new(8);
        let salts: Vec<_> = std::thread::scope(|scope| {
            let make = || {
                start.wait();
                DataDir::new(Some(folder.path())).salt().unwrap()
            };
            let threads: Vec<_> = (0..8).map(|_| scope.spawn(make)).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert!(salts.iter().all(|salt| *salt == salts[0]), "{salts:?}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_salt_that_was_cut_off_is_made_anew() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("device-id-salt"), b"short").unwrap();
        assert_eq!(DataDir::new(Some(folder.path())).salt().unwrap().len(), 16);
    }

    #[test]
    fn a_text_is_read_up_to_its_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("text");
        fs::write(&path, "12345").unwrap();
        assert_eq!(read_text(&path, 5).unwrap(), "12345");
        assert!(read_text(&path, 4).unwrap_err().to_string().contains("longer than 4 bytes"));
    }
}
