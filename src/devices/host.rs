//! All backends together.

use std::collections::HashMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::media::Clock;
use crate::model::{Backend, DeviceId, DeviceInfo};

use super::backends::Backends;
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
    /// The backends that the options ask for, and a sentence for each wish that could not be granted. Nothing is opened
    /// yet.
    pub fn new(options: &HostOptions, clock: Arc<dyn Clock>) -> (Self, Vec<String>) {
        let Backends { cameras, microphones, spare_cameras, spare_microphones, warnings } =
            Backends::new(options, clock);
        (Self { cameras, microphones, spare_cameras, spare_microphones, owners: Arc::default() }, warnings)
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::{CameraStream, CancelToken, DeviceErrorKind, MicrophoneStream};
    use crate::model::{CameraMode, Capabilities, DeviceId, GroupId, MediaDeviceKind, MicrophoneMode};

    /// A backend that lists devices and opens none.
    struct Listed(Backend, Result<Vec<DeviceInfo>, DeviceError>);

    impl CameraBackend for Listed {
        fn backend(&self) -> Backend {
            self.0
        }
        fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
            self.1.clone()
        }
        fn open(&self, _: &DeviceInfo, _: CameraMode, _: &CancelToken) -> Result<Box<dyn CameraStream>, DeviceError> {
            Err(DeviceError::new(DeviceErrorKind::Gone, "not there"))
        }
    }

    impl MicrophoneBackend for Listed {
        fn backend(&self) -> Backend {
            self.0
        }
        fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
            self.1.clone()
        }
        fn open(
            &self,
            _: &DeviceInfo,
            _: MicrophoneMode,
            _: &CancelToken,
        ) -> Result<Box<dyn MicrophoneStream>, DeviceError> {
            Err(DeviceError::new(DeviceErrorKind::Gone, "not there"))
        }
    }

    fn device(backend: Backend, kind: MediaDeviceKind, name: &str) -> DeviceInfo {
        DeviceInfo {
            device_id: DeviceId(name.trim_end_matches('*').to_owned()),
            kind,
            label: String::new(),
            group_id: GroupId::default(),
            is_default: name.ends_with('*'),
            node: String::new(),
            backend,
            driver: None,
            bus: None,
            usb: None,
            capabilities: Capabilities::default(),
            modes: Vec::new(),
            note: None,
        }
    }

    /// A backend with devices by name; a star marks the default.
    fn listed(backend: Backend, kind: MediaDeviceKind, names: &[&str]) -> Arc<Listed> {
        Arc::new(Listed(backend, Ok(names.iter().map(|name| device(backend, kind, name)).collect())))
    }

    fn cameras(backend: Backend, names: &[&str]) -> Arc<dyn CameraBackend> {
        listed(backend, MediaDeviceKind::VideoInput, names)
    }

    fn microphones(backend: Backend, names: &[&str]) -> Arc<dyn MicrophoneBackend> {
        listed(backend, MediaDeviceKind::AudioInput, names)
    }

    fn names(host: &DeviceHost) -> Vec<String> {
        let name = |device: DeviceInfo| device.device_id.0 + if device.is_default { "*" } else { "" };
        host.enumerate().0.into_iter().map(name).collect()
    }

    // ENUM-02: microphones A, B (default), camera C.
    #[test]
    fn microphones_come_first_and_the_default_of_a_kind_before_the_others() {
        let host = DeviceHost::from_backends(
            vec![cameras(Backend::V4l2, &["C", "D"])],
            vec![microphones(Backend::Pulse, &["A", "B*"]), microphones(Backend::Alsa, &["E*", "F"])],
        );
        assert_eq!(names(&host), ["B*", "A", "E", "F", "C*", "D"]);
    }

    #[test]
    fn a_backend_that_cannot_list_hides_no_other() {
        let error = DeviceError::new(DeviceErrorKind::ServerGone, "no server");
        let broken = Arc::new(Listed(Backend::Pulse, Err(error.clone())));
        let host = DeviceHost::from_backends(vec![], vec![broken, microphones(Backend::Alsa, &["A"])]);
        assert_eq!(names(&host), ["A*"]);
        assert_eq!(host.enumerate().1, [error]);
    }

    #[test]
    fn spare_devices_are_there_only_while_no_other_of_the_kind_is() {
        let spare = |host: DeviceHost| DeviceHost {
            spare_cameras: vec![cameras(Backend::Virtual, &["VC"])],
            spare_microphones: vec![microphones(Backend::Virtual, &["VM"])],
            ..host
        };
        let host = spare(DeviceHost::from_backends(vec![cameras(Backend::V4l2, &["C"])], vec![]));
        assert_eq!(names(&host), ["VM*", "C*"]);
        assert_eq!(names(&spare(DeviceHost::from_backends(vec![cameras(Backend::V4l2, &[])], vec![]))), ["VM*", "VC*"]);
    }

    #[test]
    fn a_device_is_opened_by_the_backend_that_lists_it() {
        let [first, second] = [["P"], ["Q"]].map(|names| cameras(Backend::Virtual, &names));
        let real = cameras(Backend::V4l2, &["C"]);
        let all = vec![Arc::clone(&real), Arc::clone(&first), Arc::clone(&second)];
        let host = DeviceHost::from_backends(all, vec![microphones(Backend::Virtual, &["P"])]);
        assert_eq!(host.enumerate().0.len(), 4);
        let found = |backend, name| host.camera(&device(backend, MediaDeviceKind::VideoInput, name));
        let is = |found: Option<Arc<dyn CameraBackend>>, expected: &Arc<dyn CameraBackend>| {
            found.is_some_and(|found| Arc::ptr_eq(&found, expected))
        };
        assert!(is(found(Backend::V4l2, "C"), &real));
        assert!(is(found(Backend::Virtual, "P"), &first));
        assert!(is(found(Backend::Virtual, "Q"), &second));
        assert!(found(Backend::Virtual, "R").is_none());
        assert!(host.microphone(&device(Backend::Virtual, MediaDeviceKind::AudioInput, "P")).is_some());
    }
}
