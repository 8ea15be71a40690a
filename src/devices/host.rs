//! All backends together.

use std::path::PathBuf;
use std::sync::Arc;

use crate::media::Clock;
use crate::model::{Backend, DeviceInfo, MediaDeviceKind};

use super::{CameraBackend, DeviceError, DeviceErrorKind, MicrophoneBackend};

/// `--backend`: which code talks to cameras.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CameraChoice {
    /// V4L2 on Linux, nokhwa elsewhere.
    #[default]
    Auto,
    /// The lab's own V4L2 loop.
    V4l2,
    /// nokhwa.
    Nokhwa,
}

/// `--audio-backend`: which code talks to microphones.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MicrophoneChoice {
    /// The sound server where one runs, and ALSA's own devices beside it.
    #[default]
    Auto,
    /// ALSA only.
    Alsa,
    /// The sound server only.
    Pulse,
}

/// Which devices there are to be.
#[derive(Clone, Debug, Default)]
pub struct HostOptions {
    /// Which code talks to cameras.
    pub cameras: CameraChoice,
    /// Which code talks to microphones.
    pub microphones: MicrophoneChoice,
    /// Leaves real devices out.
    pub only_virtual: bool,
    /// Adds the built-in virtual pair.
    pub builtin: bool,
    /// Adds the built-in virtual device of each kind of which no real one exists (the window does).
    pub builtin_where_none: bool,
    /// Adds the virtual devices that these RON files describe.
    pub virtual_files: Vec<PathBuf>,
    /// What device ids are hashed with, so that they differ from installation to installation (ENUM-08).
    pub salt: Vec<u8>,
}

/// All cameras and microphones, whatever code talks to them.
#[derive(Clone, Default)]
pub struct DeviceHost {
    cameras: Vec<Arc<dyn CameraBackend>>,
    microphones: Vec<Arc<dyn MicrophoneBackend>>,
    /// Built-in devices, listed only while no other of their kind is there.
    spare_cameras: Vec<Arc<dyn CameraBackend>>,
    spare_microphones: Vec<Arc<dyn MicrophoneBackend>>,
}
