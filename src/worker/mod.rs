//! The capture worker: the one thread that owns every source, track, stream and recorder.
//!
//! ```text
//! window or command line ──Request──▶ session ──order──▶ source thread (one per open device) ──▶ taps (one per track)
//!                        ◀──Event────         ◀──message─                                        │ preview, meter
//!                                             ◀──message── enumerator, recorder, snapshot        ▼ recorder's queue
//! ```
//! The session never calls a device and never writes a file: it hands that to a thread and goes on.

mod colour;
mod damaged;
mod desk;
mod enumerator;
mod feed;
mod handle;
#[cfg(test)]
mod measures_tests;
mod message;
mod outbox;
mod pictures;
mod protocol;
mod recording;
mod session;
mod shown;
mod snapshot;
mod source;
mod tap;
mod video_tap;
mod waker;

pub use colour::PictureColour;
pub use damaged::{DamagedPicture, DamagedPictures};
pub use handle::Worker;
pub use protocol::{
    Choice, Command, Event, OpenedStream, OpenedTrack, RecordingId, RecordingPhase, RecordingStatus, Reply, Request,
    RequestId, StreamChange, TrackChange, TrackMonitor,
};
pub use shown::ShownPictures;
pub use waker::{Wake, Waker};
