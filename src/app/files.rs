//! The thread that reads and writes files for the window, which itself never waits for a disk.

use std::path::{Path, PathBuf};
use std::thread::Builder;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::container::file::write_whole;
use crate::data_dir::{DataDir, read_text};
use crate::preferences::Preferences;
use crate::presets::{self, Preset};
use crate::sweep::{self, SweepResult};

/// The file of the preferences.
pub(super) const PREFERENCES: &str = "preferences.ron";

/// Something to do with a file.
#[derive(Clone, Debug)]
pub(super) enum Job {
    LoadPreset(PathBuf),
    LoadSweep(PathBuf),
    SavePreset(PathBuf, Box<Preset>),
    WriteText(PathBuf, String),
    SavePreferences(PathBuf, Preferences),
    MakeFolder(PathBuf),
    KeepSalt(DataDir, Vec<u8>),
}

/// What came of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Done {
    /// A preset, and warnings.
    Preset(PathBuf, Box<Preset>, Vec<String>),
    /// An earlier sweep, and the name of its file.
    Sweep(String, Box<SweepResult>),
    /// A preset was written.
    PresetSaved(PathBuf),
    /// A text was written.
    Saved(PathBuf),
    /// A sentence.
    Failed(String),
    /// The folder is there.
    FolderMade,
    /// The folder is not there: a sentence.
    NoFolder(String),
    /// Nothing to say.
    Quiet,
}

/// The thread. It ends when this is dropped; what was asked for before is still done.
pub(super) struct Files {
    jobs: Option<Sender<Job>>,
    done: Receiver<Done>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Files {
    /// Starts the thread, which calls `wake` when something is done.
    pub fn start(wake: impl Fn() + Send + 'static) -> std::io::Result<Self> {
        let (job_sender, job_receiver) = bounded::<Job>(64);
        let (done_sender, done_receiver) = bounded(64);
        let work = move || {
            for job in job_receiver {
                done_sender.send(carry_out(job)).ok(); // the window may be gone
                wake();
            }
        };
        let thread = Builder::new().name("files".to_owned()).spawn(work)?;
        Ok(Self { jobs: Some(job_sender), done: done_receiver, thread: Some(thread) })
    }

    /// Asks for something. False where the disk is so slow that too much waits already.
    pub fn ask(&self, job: Job) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.try_send(job).is_ok())
    }

    /// What is done, once.
    pub fn poll(&self) -> Option<Done> {
        self.done.try_recv().ok()
    }
}

impl Drop for Files {
    fn drop(&mut self) {
        self.jobs = None;
        while self.done.recv().is_ok() {} // until the thread has done the last job and drops its sender
        if let Some(thread) = self.thread.take() {
            thread.join().ok(); // it does not panic; if it did, there is nobody to tell
        }
    }
}

/// Reads an earlier sweep.
fn load_sweep(path: &Path) -> Result<(String, SweepResult), String> {
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let text = read_text(path, sweep::LONGEST_FILE)
        .map_err(|error| format!("“{name}” cannot be read: {error}; choose a file that a sweep was exported to."))?;
    let sweep = sweep::read(&text, &name).map_err(|error| error.to_string())?;
    Ok((name, sweep))
}

fn carry_out(job: Job) -> Done {
    match job {
        Job::LoadPreset(path) => match presets::load(&path) {
            Ok((preset, warnings)) => Done::Preset(path, Box::new(preset), warnings),
            Err(error) => Done::Failed(error.to_string()),
        },
        Job::LoadSweep(path) => {
            load_sweep(&path).map_or_else(Done::Failed, |(name, sweep)| Done::Sweep(name, Box::new(sweep)))
        }
        Job::SavePreset(path, preset) => match presets::save(&path, &preset) {
            Ok(()) => Done::PresetSaved(path),
            Err(error) => Done::Failed(error.to_string()),
        },
        Job::WriteText(path, text) => match write_whole(&path, text.as_bytes(), true) {
            Ok(()) => Done::Saved(path),
            Err(error) => Done::Failed(error.message),
        },
        Job::SavePreferences(path, preferences) => preferences.save(&path).map_or_else(Done::Failed, |()| Done::Quiet),
        Job::KeepSalt(dirs, salt) => match dirs.keep_salt(&salt) {
            Ok(()) => Done::Quiet,
            Err(error) => Done::Failed(format!(
                "The device ids will be the old ones at the next start, since {} cannot be written: {error}.",
                dirs.file("").display()
            )),
        },
        Job::MakeFolder(path) => match std::fs::create_dir_all(&path) {
            Ok(()) => Done::FolderMade,
            Err(error) => Done::NoFolder(format!(
                "The folder for clips, {}, cannot be made ({}): make it yourself, or choose another place with --data-dir.",
                path.display(),
                error.kind()
            )),
        },
    }
}
