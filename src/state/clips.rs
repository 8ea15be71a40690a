//! Recordings and pictures of this session.

use std::path::PathBuf;
use std::time::Duration;

use crate::model::StreamId;
use crate::record::Losses;
use crate::text::text_with;
use crate::worker::{RecordingId, RecordingPhase, RecordingStatus};

use super::Severity;

/// How a clip stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClipPhase {
    /// It is being recorded.
    Running,
    /// It is complete.
    Finished,
    /// It failed, with this sentence; what was recorded up to then is kept.
    Failed(String),
}

/// A recording or a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Clip {
    /// Which recording; `None` for a picture.
    pub recording: Option<RecordingId>,
    /// Which stream; `None` for a picture.
    pub stream: Option<StreamId>,
    /// The file.
    pub path: PathBuf,
    /// Its length.
    pub duration: Duration,
    /// Its size in bytes; 0 where it is not known.
    pub bytes: u64,
    /// What it lacks.
    pub lost: Losses,
    /// Why it is shorter than was wanted: a track ended meanwhile.
    pub cut_short: Option<String>,
    /// How it stands.
    pub phase: ClipPhase,
}

impl Clip {
    /// A recording that begins.
    pub(super) fn new(recording: RecordingId, stream: StreamId, path: PathBuf) -> Self {
        Self { recording: Some(recording), stream: Some(stream), phase: ClipPhase::Running, ..Self::picture(path) }
    }

    /// A picture.
    pub(super) fn picture(path: PathBuf) -> Self {
        Self {
            recording: None,
            stream: None,
            path,
            duration: Duration::ZERO,
            bytes: 0,
            lost: Losses::default(),
            cut_short: None,
            phase: ClipPhase::Finished,
        }
    }

    /// Whether it is being recorded.
    pub fn is_running(&self) -> bool {
        self.phase == ClipPhase::Running
    }

    /// Takes in how it stands. Returns a message where it is over.
    pub(super) fn apply(&mut self, status: RecordingStatus) -> Option<(Severity, String)> {
        self.duration = status.duration;
        self.bytes = status.bytes;
        self.lost = status.lost;
        let path = [("path", self.path.display().to_string())];
        match status.phase {
            RecordingPhase::Running => None,
            RecordingPhase::Finished => {
                self.phase = ClipPhase::Finished;
                Some(match &self.cut_short {
                    Some(reason) => (Severity::Warning, cut_short(&path, reason)),
                    None => (Severity::Success, text_with("toast-recorded", &path)),
                })
            }
            RecordingPhase::Failed(error) => {
                self.phase = ClipPhase::Failed(error.message.clone());
                Some((Severity::Error, error.message))
            }
        }
    }
}

fn cut_short(path: &[(&'static str, String)], reason: &str) -> String {
    let [path] = path else { return reason.to_owned() };
    text_with("toast-cut-short", &[path.clone(), ("reason", reason.to_owned())])
}
