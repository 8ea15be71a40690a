//! The interfaces of Media Capture and Streams under their own names, for a Rust program that reads like web code.
//!
//! They are thin handles on the [capture worker](crate::worker). A handle that is cloned is the same object, as an object of
//! the web is when it is assigned (STR-12); what the web calls `clone()` is [`MediaStreamTrack::clone_track`] and
//! [`MediaStream::clone_stream`]. Events come one at a time, in one order, on a thread of their own; when a handler runs,
//! what it reads is the state after the event (EVT-03). Calls that answer later give a [`Promise`].
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use capture_lab::api::{MediaDevices, TrackEventName};
//!
//! let devices = MediaDevices::of_system()?;
//! let constraints = capture_lab::selection::parse_constraints(r#"{"video": {"width": {"ideal": 1280}}}"#)?.constraints;
//! let stream = devices.get_user_media(constraints).await?;
//! for track in stream.get_tracks() {
//!     println!("{} {} {:?}", track.kind(), track.label(), track.get_settings());
//!     track.add_event_listener(TrackEventName::Ended, |event| println!("{} ended", event.target.label()));
//! }
//! # Ok(())
//! # }
//! ```

mod core;
mod error;
mod events;
mod info;
mod legacy;
mod media_devices;
mod promise;
mod stream;
mod track;
mod url;

pub use error::{DomException, Exception, OverconstrainedError};
pub use events::{
    DeviceChangeEvent, MediaStreamTrackEvent, PermissionAnswer, PermissionRequest, StreamEventName, TrackEvent,
    TrackEventName,
};
pub use info::{EnumeratedDevice, InputDeviceInfo, MediaDeviceInfo};
pub use legacy::{MediaStreamEvent, MediaStreamEventName, NavigatorUserMedia, NavigatorUserMediaError};
pub use media_devices::MediaDevices;
pub use promise::Promise;
pub use stream::MediaStream;
pub use track::{Measurements, MediaStreamTrack};
pub use url::{ObjectSource, Url};

pub use crate::model::{
    Capabilities as MediaTrackCapabilities, MediaDeviceKind, MediaStreamConstraints, MediaTrackConstraints,
    ReadyState as MediaStreamTrackState, Settings as MediaTrackSettings, TrackKind,
};
pub use crate::selection::SupportedConstraints as MediaTrackSupportedConstraints;
