//! Files that appear whole or not at all, and sentences for what goes wrong with them.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::model::ErrorName;

/// How many names of temporary files are tried.
const ATTEMPTS: u32 = 100;

/// Why a file cannot be written. The message is one sentence with what to try.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct FileError {
    /// The standard's name for the failure.
    pub name: ErrorName,
    /// The sentence.
    pub message: String,
}

impl FileError {
    /// What the system said about writing `path`, as a sentence with what to try.
    pub fn from_io(path: &Path, error: &io::Error) -> Self {
        let (name, advice) = match error.kind() {
            ErrorKind::NotFound if path.parent().is_some_and(Path::is_dir) => {
                (ErrorName::NotAllowedError, "its folder takes no new files; choose another".to_owned())
            }
            ErrorKind::NotFound => {
                (ErrorName::NotFoundError, "its folder does not exist; create it or choose another".to_owned())
            }
            ErrorKind::AlreadyExists => return Self::exists(path),
            ErrorKind::PermissionDenied => {
                (ErrorName::NotAllowedError, "permission denied; choose a folder that you may write to".to_owned())
            }
            ErrorKind::ReadOnlyFilesystem => {
                (ErrorName::NotAllowedError, "the file system is read-only; choose another folder".to_owned())
            }
            ErrorKind::NotADirectory => {
                (ErrorName::NotFoundError, "a part of its path is no folder; choose another".to_owned())
            }
            ErrorKind::IsADirectory => (ErrorName::NotAllowedError, "it is a folder; choose another name".to_owned()),
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                (ErrorName::AbortError, "the disk is full; free some space or choose another disk".to_owned())
            }
            ErrorKind::FileTooLarge => {
                (ErrorName::AbortError, "the file system takes no larger file; choose another disk".to_owned())
            }
            _ => (ErrorName::AbortError, format!("{error}; try another folder or disk")),
        };
        Self { name, message: format!("Cannot write “{}”: {advice}.", path.display()) }
    }

    fn exists(path: &Path) -> Self {
        let message = format!(
            "“{}” exists already: choose another name, or allow to overwrite it (--overwrite).",
            path.display()
        );
        Self { name: ErrorName::InvalidStateError, message }
    }
}

/// Creates a file that was not there. Where `overwrite` allows it and a file is there, another is created beside it,
/// whose name is returned too: it takes the first one's place by [`fs::rename`] once it is complete.
///
/// # Errors
/// Where a file is there and may not be overwritten, or none can be created.
pub fn create(path: &Path, overwrite: bool) -> Result<(File, Option<PathBuf>), FileError> {
    match File::create_new(path) {
        Ok(file) => Ok((file, None)),
        Err(error) if error.kind() == ErrorKind::AlreadyExists && overwrite => {
            if path.is_dir() {
                return Err(FileError::from_io(path, &ErrorKind::IsADirectory.into()));
            }
            let (file, temporary) = create_beside(path)?;
            Ok((file, Some(temporary)))
        }
        Err(error) => Err(FileError::from_io(path, &error)),
    }
}

/// Creates a file in the same folder, with the same extension, so that what is left of it after a crash can be opened:
/// `clip.partial.mp4` for `clip.mp4`.
fn create_beside(path: &Path) -> Result<(File, PathBuf), FileError> {
    let mut last = io::Error::from(ErrorKind::AlreadyExists);
    for attempt in 1..=ATTEMPTS {
        let candidate = path.with_file_name(partial_name(path, attempt));
        match File::create_new(&candidate) {
            Ok(file) => return Ok((file, candidate)),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => last = error,
            Err(error) => return Err(FileError::from_io(path, &error)),
        }
    }
    Err(FileError::from_io(&path.with_file_name(partial_name(path, ATTEMPTS)), &last))
}

fn partial_name(path: &Path, attempt: u32) -> OsString {
    let mut name = path.file_stem().unwrap_or_default().to_owned();
    name.push(".partial");
    if attempt > 1 {
        name.push(format!("-{attempt}"));
    }
    if let Some(extension) = path.extension() {
        name.push(".");
        name.push(extension);
    }
    name
}

/// Writes a whole file: it is there complete, or not at all. A file that is there is replaced only where `overwrite`
/// allows it, and stays as it was where writing fails.
///
/// # Errors
/// Where a file is there and may not be overwritten, or writing fails.
pub fn write_whole(path: &Path, bytes: &[u8], overwrite: bool) -> Result<(), FileError> {
    if !overwrite && path.symlink_metadata().is_ok() {
        return Err(FileError::exists(path));
    }
    if path.is_dir() {
        return Err(FileError::from_io(path, &ErrorKind::IsADirectory.into()));
    }
    let (mut file, temporary) = create_beside(path)?;
    let written = file.write_all(bytes).and_then(|()| file.sync_all());
    drop(file); // a file that is open cannot be renamed everywhere
    written
        .map_err(|error| FileError::from_io(path, &error))
        .and_then(|()| publish(&temporary, path, overwrite))
        .inspect_err(|_failure| {
            if let Err(error) = fs::remove_file(&temporary) {
                log::warn!("cannot remove {}: {error}", temporary.display());
            }
        })
}

/// Gives a complete file its name.
fn publish(temporary: &Path, path: &Path, overwrite: bool) -> Result<(), FileError> {
    if !overwrite {
        // Takes the name first: a rename would silently replace what appeared since the check.
        File::create_new(path).map_err(|error| FileError::from_io(path, &error))?;
    }
    fs::rename(temporary, path).map_err(|error| FileError::from_io(path, &error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_existing_file_is_kept_unless_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.png");
        write_whole(&path, b"one", false).unwrap();
        let error = write_whole(&path, b"two", false).unwrap_err();
        assert_eq!((error.name, fs::read(&path).unwrap()), (ErrorName::InvalidStateError, b"one".to_vec()));
        write_whole(&path, b"two", true).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn a_file_to_be_overwritten_stays_until_the_new_one_is_complete() {
        crate::covers!("REC-19");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        fs::write(&path, b"old").unwrap();
        fs::write(folder.path().join("clip.partial.mp4"), b"from a crash").unwrap();
        let (_, temporary) = create(&path, true).unwrap();
        assert_eq!(temporary.unwrap().file_name().unwrap(), "clip.partial-2.mp4");
        assert_eq!(fs::read(&path).unwrap(), b"old");
    }

    #[test]
    fn each_fault_has_its_name_and_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("file");
        fs::write(&file, b"").unwrap();
        let cases = [
            (folder.path().join("missing/a.png"), ErrorName::NotFoundError),
            (file.join("a.png"), ErrorName::NotFoundError),
            (folder.path().to_owned(), ErrorName::NotAllowedError),
        ];
        for (path, name) in cases {
            let error = write_whole(&path, b"x", true).unwrap_err();
            assert_eq!(error.name, name, "{error}");
            assert!(error.message.contains(&path.display().to_string()) && error.message.ends_with('.'), "{error}");
            assert_eq!(create(&path, true).unwrap_err(), error);
        }
    }
}
