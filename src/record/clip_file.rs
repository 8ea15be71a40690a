//! The file that a clip grows in.

use std::fmt::Debug;
use std::fs::{self, File};
use std::io::{self, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::container::file::{self, FileError};

/// What a clip's file must be able to do: a file, or a disk that fills up in a test.
pub(super) trait Storage: Write + Seek + Send + Debug {
    /// Cuts off what is behind this length.
    fn truncate(&mut self, length: u64) -> io::Result<()>;

    /// Returns when the disk has everything.
    fn sync(&mut self) -> io::Result<()>;
}

impl Storage for File {
    fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.sync_all()
    }
}

/// A clip's file. What was appended is with the system at once, so that it survives the program; a piece that does not
/// fit wholly is cut off again.
#[derive(Debug)]
pub(super) struct ClipFile {
    storage: Box<dyn Storage>,
    path: PathBuf,
    /// The file's name until it is complete, where it is to replace another.
    temporary: Option<PathBuf>,
    length: u64,
}

impl ClipFile {
    /// A new file. One that is there is replaced only where `overwrite` allows it, and only once the clip is complete.
    pub(super) fn create(path: &Path, overwrite: bool) -> Result<Self, FileError> {
        let (file, temporary) = file::create(path, overwrite)?;
        Ok(Self { storage: Box::new(file), path: path.to_owned(), temporary, length: 0 })
    }

    #[cfg(test)]
    pub(super) fn on(storage: impl Storage + 'static) -> Self {
        Self { storage: Box::new(storage), path: PathBuf::from("test"), temporary: None, length: 0 }
    }

    /// Bytes in the file.
    pub(super) const fn length(&self) -> u64 {
        self.length
    }

    /// Writes a piece behind the last. Where that fails the file is as it was.
    pub(super) fn append(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        match self.storage.write_all(bytes) {
            Ok(()) => {
                self.length += bytes.len() as u64;
                Ok(())
            }
            Err(error) => {
                let cut = self.storage.truncate(self.length).and_then(|()| self.seek_end());
                if let Err(error) = cut {
                    log::warn!("cannot cut the broken end off {}: {error}", self.path.display());
                }
                Err(self.describe(&error))
            }
        }
    }

    /// Writes over the file's first bytes, of which there must be as many.
    pub(super) fn rewrite_start(&mut self, bytes: &[u8]) -> Result<(), FileError> {
        let written = self.storage.seek(SeekFrom::Start(0)).and_then(|_start| self.storage.write_all(bytes));
        written.and_then(|()| self.seek_end()).map_err(|error| self.describe(&error))
    }

    fn seek_end(&mut self) -> io::Result<()> {
        self.storage.seek(SeekFrom::Start(self.length)).map(|_end| ())
    }

    /// Completes the file and gives it its name.
    pub(super) fn finish(mut self) -> Result<(PathBuf, u64), FileError> {
        self.storage.sync().map_err(|error| self.describe(&error))?;
        let Self { storage, path, temporary, length } = self;
        drop(storage); // a file that is open cannot be renamed everywhere
        if let Some(temporary) = temporary {
            fs::rename(temporary, &path).map_err(|error| FileError::from_io(&path, &error))?;
        }
        Ok((path, length))
    }

    /// Removes the file: nothing was recorded.
    pub(super) fn discard(self) {
        let Self { storage, path, temporary, .. } = self;
        drop(storage);
        let path = temporary.unwrap_or(path);
        if let Err(error) = fs::remove_file(&path) {
            log::warn!("cannot remove the empty clip {}: {error}", path.display());
        }
    }

    fn describe(&self, error: &io::Error) -> FileError {
        FileError::from_io(&self.path, error)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::io::{Cursor, ErrorKind};
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::model::ErrorName;

    /// A disk of limited size, whose content a test can look at.
    #[derive(Clone, Debug)]
    pub(in crate::record) struct SmallDisk {
        pub(in crate::record) content: Arc<Mutex<Cursor<Vec<u8>>>>,
        size: u64,
    }

    impl SmallDisk {
        pub(in crate::record) fn new(size: u64) -> Self {
            Self { content: Arc::default(), size }
        }

        pub(in crate::record) fn bytes(&self) -> Vec<u8> {
            self.content.lock().unwrap().get_ref().clone()
        }
    }

    impl Write for SmallDisk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut content = self.content.lock().unwrap();
            let room = self.size.saturating_sub(content.position()).min(bytes.len() as u64) as usize;
            if room == 0 && !bytes.is_empty() {
                Err(ErrorKind::StorageFull.into())
            } else {
                content.write(&bytes[..room])
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for SmallDisk {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.content.lock().unwrap().seek(to)
        }
    }

    impl Storage for SmallDisk {
        fn truncate(&mut self, length: u64) -> io::Result<()> {
            self.content.lock().unwrap().get_mut().truncate(length as usize);
            Ok(())
        }

        fn sync(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_piece_that_does_not_fit_leaves_the_file_as_it_was() {
        let disk = SmallDisk::new(10);
        let mut file = ClipFile::on(disk.clone());
        file.append(b"12345678").unwrap();
        let error = file.append(b"90abcdef").unwrap_err();
        assert_eq!((error.name, file.length(), disk.bytes()), (ErrorName::AbortError, 8, b"12345678".to_vec()));
        file.rewrite_start(b"xy").unwrap();
        file.append(b"9").unwrap();
        assert_eq!(disk.bytes(), b"xy3456789");
    }

    #[test]
    fn an_old_clip_is_replaced_when_the_new_one_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        fs::write(&path, b"old").unwrap();
        assert!(ClipFile::create(&path, false).is_err());
        let mut file = ClipFile::create(&path, true).unwrap();
        file.append(b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read(folder.path().join("a.partial.wav")).unwrap(), b"new");
        assert_eq!(file.finish().unwrap(), (path.clone(), 3));
        assert_eq!(fs::read(&path).unwrap(), b"new");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_discarded_clip_leaves_the_old_one() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.wav");
        fs::write(&path, b"old").unwrap();
        ClipFile::create(&path, true).unwrap().discard();
        assert_eq!((fs::read(&path).unwrap(), fs::read_dir(folder.path()).unwrap().count()), (b"old".to_vec(), 1));
    }
}
