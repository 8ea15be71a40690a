//! The capture worker: the one thread that owns every source, track, stream and recorder.

mod handle;
mod protocol;
mod waker;

pub use handle::Worker;
pub use protocol::{
    Choice, Command, Event, OpenedStream, OpenedTrack, RecordingId, RecordingPhase, RecordingStatus, Reply, Request,
    RequestId, TrackChange, TrackMonitor,
};
pub use waker::{Wake, Waker};
