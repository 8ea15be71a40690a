//! All backends together.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::model::{Backend, DeviceId, DeviceInfo};

use super::{CameraBackend, DeviceError, MicrophoneBackend};

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

/// All cameras and microphones, whatever code talks to them. Clones share the knowledge of which device is whose.
#[derive(Clone, Default)]
pub struct DeviceHost {
    cameras: Vec<Arc<dyn CameraBackend>>,
    microphones: Vec<Arc<dyn MicrophoneBackend>>,
    /// Built-in devices, listed only while no other of their kind is there.
    spare_cameras: Vec<Arc<dyn CameraBackend>>,
    spare_microphones: Vec<Arc<dyn MicrophoneBackend>>,
    owners: Arc<Mutex<Owners>>,
}

#[derive(Default)]
struct Owners {
    cameras: HashMap<DeviceId, Arc<dyn CameraBackend>>,
    microphones: HashMap<DeviceId, Arc<dyn MicrophoneBackend>>,
}

impl DeviceHost {
    /// Just these backends.
    pub fn from_backends(cameras: Vec<Arc<dyn CameraBackend>>, microphones: Vec<Arc<dyn MicrophoneBackend>>) -> Self {
        Self { cameras, microphones, ..Self::default() }
    }

    /// Lists all devices: microphones first, the default of each kind first (ENUM-02). What could not be listed is told
    /// beside it.
    pub fn enumerate(&self) -> (Vec<DeviceInfo>, Vec<DeviceError>) {
        let mut errors = Vec::new();
        let mut owners = Owners::default();
        let mut devices = gather(
            [&self.microphones, &self.spare_microphones],
            |backend| backend.enumerate(),
            &mut owners.microphones,
            &mut errors,
        );
        devices.extend(gather(
            [&self.cameras, &self.spare_cameras],
            |backend| backend.enumerate(),
            &mut owners.cameras,
            &mut errors,
        ));
        *self.owners() = owners;
        (devices, errors)
    }

    /// The backend of a camera that [`enumerate`](Self::enumerate) listed last.
    pub fn camera(&self, device: &DeviceInfo) -> Option<Arc<dyn CameraBackend>> {
        self.owners().cameras.get(&device.device_id).cloned()
    }

    /// The backend of a microphone that [`enumerate`](Self::enumerate) listed last.
    pub fn microphone(&self, device: &DeviceInfo) -> Option<Arc<dyn MicrophoneBackend>> {
        self.owners().microphones.get(&device.device_id).cloned()
    }

    /// Whether there are devices that may come and go by themselves.
    pub fn needs_watch(&self) -> bool {
        self.cameras.iter().any(|backend| backend.backend() != Backend::Virtual)
            || self.microphones.iter().any(|backend| backend.backend() != Backend::Virtual)
    }

    fn owners(&self) -> MutexGuard<'_, Owners> {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for DeviceHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceHost({} camera and {} microphone backends)", self.cameras.len(), self.microphones.len())
    }
}

/// Lists one kind: the spare backends only where the others have nothing.
fn gather<B: ?Sized>(
    [backends, spare]: [&[Arc<B>]; 2],
    enumerate: impl Fn(&B) -> Result<Vec<DeviceInfo>, DeviceError>,
    owners: &mut HashMap<DeviceId, Arc<B>>,
    errors: &mut Vec<DeviceError>,
) -> Vec<DeviceInfo> {
    let mut devices = Vec::new();
    for (backends, is_spare) in [(backends, false), (spare, true)] {
        if is_spare && !devices.is_empty() {
            break;
        }
        for backend in backends {
            match enumerate(backend) {
                Ok(found) => {
                    owners.extend(found.iter().map(|device| (device.device_id.clone(), Arc::clone(backend))));
                    devices.extend(found);
                }
                Err(error) => errors.push(error),
            }
        }
    }
    default_first(&mut devices);
    devices
}

/// The system's default comes first; where none says that it is, the first one is.
fn default_first(devices: &mut [DeviceInfo]) {
    devices.sort_by_key(|device| !device.is_default); // stable: the rest keeps its order
    for (index, device) in devices.iter_mut().enumerate() {
        device.is_default = index == 0;
    }
}
