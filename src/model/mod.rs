//! The nouns of Media Capture and Streams as plain data and small state machines.
//!
//! Nothing here starts a thread, reads a clock or touches a device. Section anchors such as `#dom-mediastreamtrack`
//! are those of the W3C draft `getusermedia.html`.

mod capabilities;
mod colour;
mod constraints;
mod control;
mod device;
mod device_control;
mod error;
mod event;
mod ids;
mod mode;
mod mode_lines;
mod pixel_format;
mod policy;
mod property;
mod rate;
mod settings;
mod stream;
mod time;
mod track;
mod value;
mod video_input;

pub use capabilities::{Capabilities, Capability};
pub use colour::{Colour, ColourMatrix, ColourOverride, ColourRange};
pub use constraints::{Constraint, ConstraintSet, MediaStreamConstraints, MediaTrackConstraints};
pub use control::{Control, ControlRange};
pub use device::{Backend, DeviceInfo, MediaDeviceKind, UsbInfo};
pub use device_control::{
    ControlKind, ControlValue, DYNAMIC_RATE_CONTROL, DeviceControl, MUTE_CONTROL, MenuItem, PRIVACY_CONTROL,
};
pub use error::{ErrorName, MediaError};
pub use event::{Cause, EventName, LogEntry, Reason, ReasonKind};
pub use ids::{DeviceId, GroupId, StreamId, TrackId};
pub use mode::{AudioMode, CameraMode, ChosenMode, Extent, MicrophoneMode, Mode, RateExtent, SampleFormat, VideoMode};
pub use mode_lines::mode_lines;
pub use pixel_format::{PixelFormat, PixelLayout, layout};
pub use policy::{PermissionState, Policy};
pub use property::{Property, ValueType};
pub use rate::FrameRate;
pub use settings::Settings;
pub use stream::MediaStream;
pub use time::Timestamp;
pub use track::{ReadyState, Track, TrackKind};
pub use value::{Point, Value};
pub use video_input::{InputSignal, VideoInput, VideoInputKind};
