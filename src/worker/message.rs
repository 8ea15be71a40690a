//! What the worker's other threads tell the session.

use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

use crate::devices::DeviceError;
use crate::model::{ChosenMode, DeviceInfo, MediaError, Reason, Timestamp};

use super::desk::DeskNews;
use super::{RecordingId, RecordingPhase, RequestId};

/// Names an opening of a device: a device that is opened again is another source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct SourceId(pub u64);

/// Names an opening of a device's controls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct DeskId(pub u64);

/// One message.
#[derive(Debug)]
pub(super) enum Message {
    /// From the enumerator: a list that was begun after this many asks for one.
    Devices { answers: u64, devices: Vec<DeviceInfo>, errors: Vec<DeviceError> },
    /// From the enumerator, before the list that has the modes of the new input.
    InputSelected { request: RequestId, result: Result<(), MediaError> },
    /// From a source.
    Source { source: SourceId, at: Timestamp, news: SourceNews },
    /// From a device's controls.
    Desk { desk: DeskId, at: Timestamp, news: DeskNews },
    /// From a recorder.
    Recording { recording: RecordingId, news: RecordingNews },
    /// From a snapshot.
    Snapshot { request: RequestId, result: Result<PathBuf, MediaError> },
}

/// What happened to a source.
#[derive(Debug)]
pub(super) enum SourceNews {
    /// The device is open in this mode.
    Opened(ChosenMode),
    /// The device did not open.
    OpenFailed(DeviceError),
    /// The device runs in the mode that was ordered, or in what the driver made of it.
    Reconfigured(ChosenMode),
    /// It could not be set to the mode ordered. `restored` is the mode in which it runs again, if it does.
    ReconfigureFailed { error: DeviceError, restored: Option<ChosenMode> },
    /// The device is closed, and waits to be opened again.
    Released,
    /// It delivers nothing.
    Muted(Reason),
    /// It delivers again.
    Unmuted,
    /// Something happened to it that neither mutes nor ends it.
    Noticed(String),
    /// Something about the samples of a microphone.
    Sound(SoundNews),
    /// It is over.
    Ended(DeviceError),
    /// The device is closed and the thread about to end.
    Closed,
}

/// What is heard of a microphone.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum SoundNews {
    /// Every sample was 0 for a second: digital silence.
    Silent,
    /// That is over.
    Sounds { lasted: Duration },
    /// Samples are missing.
    Lost { dropouts: u32, frames: u64, sample_rate: u32 },
}

impl fmt::Display for SoundNews {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Silent => f.write_str(
                "has delivered nothing but samples of 0 for a second: a switch on it may be off, or nothing is plugged in",
            ),
            Self::Sounds { lasted } => {
                write!(f, "delivers other samples than 0 again, after {:.1} s", lasted.as_secs_f64())
            }
            Self::Lost { dropouts, frames, sample_rate } => {
                let millis = *frames as f64 * 1e3 / f64::from((*sample_rate).max(1));
                let times = if *dropouts == 1 { "once".to_owned() } else { format!("{dropouts} times") };
                write!(f, "lost samples {times}: {frames} sample frames, {millis:.1} ms")
            }
        }
    }
}

/// What happened to a recording.
#[derive(Debug)]
pub(super) enum RecordingNews {
    /// The file is open.
    Opened,
    /// It goes on, or came to its end.
    Status { duration: Duration, bytes: u64, lost: crate::record::Losses, phase: RecordingPhase },
}
