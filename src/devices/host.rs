//! All backends together.

mod faults;
#[cfg(test)]
mod tests;

use std::path::PathBuf;
use std::sync::Arc;

use crate::media::Clock;
use crate::model::{Backend, DeviceInfo, MediaDeviceKind};

use super::virtual_devices::{self, VirtualDevices, VirtualError};
use super::{CameraBackend, DeviceError, IdMaker, MicrophoneBackend};

pub use faults::VirtualWatch;

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

/// All cameras and microphones, whatever code talks to them. Clones share the backends.
#[derive(Clone, Default)]
pub struct DeviceHost {
    cameras: Vec<Arc<dyn CameraBackend>>,
    microphones: Vec<Arc<dyn MicrophoneBackend>>,
    /// Built-in devices, listed only while no other of their kind is there.
    spare_cameras: Vec<Arc<dyn CameraBackend>>,
    spare_microphones: Vec<Arc<dyn MicrophoneBackend>>,
    /// What all backends make ids with.
    ids: IdMaker,
}

/// What every backend is made with.
struct Tools {
    ids: IdMaker,
    clock: Arc<dyn Clock>,
}

impl Tools {
    fn clock(&self) -> Arc<dyn Clock> {
        Arc::clone(&self.clock)
    }
}

impl DeviceHost {
    /// The backends that the options ask for, and a sentence for each wish that could not be granted.
    ///
    /// # Errors
    /// Where a file of virtual devices cannot be read.
    pub fn new(options: &HostOptions, clock: Arc<dyn Clock>) -> Result<(Self, Vec<String>), VirtualError> {
        let tools = Tools { ids: IdMaker::new(&options.salt), clock };
        let mut host = Self { ids: tools.ids.clone(), ..Self::default() };
        let mut warnings = Vec::new();
        if !options.only_virtual {
            host.add_cameras(options.cameras, &tools, &mut warnings);
            host.add_microphones(options.microphones, &tools, &mut warnings);
        }
        for file in &options.virtual_files {
            host.add_virtual(virtual_devices::load_file(file, &tools.ids, tools.clock())?);
        }
        if options.builtin || options.builtin_where_none {
            let pair = virtual_devices::load_builtin(&tools.ids, tools.clock())?;
            if options.builtin {
                host.add_virtual(pair);
            } else {
                host = host.with_spare(pair.cameras, pair.microphones);
            }
        }
        Ok((host, warnings))
    }

    /// The same with the ids that these backends are made with.
    #[must_use]
    pub fn with_ids(self, ids: IdMaker) -> Self {
        Self { ids, ..self }
    }

    /// Just these backends, the order of which is the order of the list.
    pub fn from_backends(cameras: Vec<Arc<dyn CameraBackend>>, microphones: Vec<Arc<dyn MicrophoneBackend>>) -> Self {
        Self { cameras, microphones, ..Self::default() }
    }

    /// The same with devices that are listed only while no other of their kind is there.
    #[must_use]
    pub fn with_spare(
        mut self,
        cameras: Vec<Arc<dyn CameraBackend>>,
        microphones: Vec<Arc<dyn MicrophoneBackend>>,
    ) -> Self {
        self.spare_cameras.extend(cameras);
        self.spare_microphones.extend(microphones);
        self
    }

    /// `enumerateDevices()`: microphones first, the default of each kind first, each kind else in its system's order
    /// (ENUM-02); and what could not be listed.
    pub fn enumerate(&self) -> (Vec<DeviceInfo>, Vec<DeviceError>) {
        let mut errors = Vec::new();
        let mut microphones = listed(&self.microphones, &mut errors);
        if microphones.is_empty() {
            microphones = listed(&self.spare_microphones, &mut errors);
        }
        let mut cameras = listed(&self.cameras, &mut errors);
        if cameras.is_empty() {
            cameras = listed(&self.spare_cameras, &mut errors);
        }
        default_first(&mut microphones);
        default_first(&mut cameras);
        microphones.append(&mut cameras);
        (microphones, errors)
    }

    /// The backend that opens this camera; `None` where it is no camera of this host.
    pub fn camera(&self, device: &DeviceInfo) -> Option<Arc<dyn CameraBackend>> {
        find(self.cameras.iter().chain(&self.spare_cameras), device)
    }

    /// The backend that opens this microphone; `None` where it is no microphone of this host.
    pub fn microphone(&self, device: &DeviceInfo) -> Option<Arc<dyn MicrophoneBackend>> {
        find(self.microphones.iter().chain(&self.spare_microphones), device)
    }

    /// Makes other device ids from now on (ENUM-08).
    pub fn set_salt(&self, salt: &[u8]) {
        self.ids.set_salt(salt);
    }

    /// Whether there are devices that come and go by themselves.
    pub fn needs_watch(&self) -> bool {
        self.cameras.iter().any(|backend| backend.backend() != Backend::Virtual)
            || self.microphones.iter().any(|backend| backend.backend() != Backend::Virtual)
    }

    fn add_virtual(&mut self, devices: VirtualDevices) {
        self.cameras.extend(devices.cameras);
        self.microphones.extend(devices.microphones);
    }

    #[cfg(target_os = "linux")]
    fn add_cameras(&mut self, choice: CameraChoice, tools: &Tools, warnings: &mut Vec<String>) {
        match choice {
            CameraChoice::Nokhwa if cfg!(feature = "nokhwa") => self.add_nokhwa(tools),
            CameraChoice::Nokhwa => {
                warnings.push("this build is without nokhwa: V4L2 talks to the cameras".to_owned());
                self.add_v4l2(tools);
            }
            CameraChoice::Auto | CameraChoice::V4l2 => self.add_v4l2(tools),
        }
    }

    #[cfg(target_os = "linux")]
    fn add_v4l2(&mut self, tools: &Tools) {
        self.cameras.push(Arc::new(super::v4l2::V4l2Cameras::new(tools.ids.clone(), tools.clock())));
    }

    #[cfg(not(target_os = "linux"))]
    fn add_cameras(&mut self, choice: CameraChoice, tools: &Tools, warnings: &mut Vec<String>) {
        if choice == CameraChoice::V4l2 {
            warnings.push("V4L2 is of Linux: nokhwa talks to the cameras".to_owned());
        }
        if cfg!(not(feature = "nokhwa")) {
            warnings.push("this build is without nokhwa: it has no cameras but virtual ones".to_owned());
        }
        self.add_nokhwa(tools);
    }

    #[cfg(feature = "nokhwa")]
    fn add_nokhwa(&mut self, tools: &Tools) {
        self.cameras.push(Arc::new(super::nokhwa_cameras::NokhwaCameras::new(tools.ids.clone(), tools.clock())));
    }

    #[cfg(not(feature = "nokhwa"))]
    #[expect(clippy::unused_self, reason = "as with nokhwa")]
    fn add_nokhwa(&mut self, _: &Tools) {}
}

impl DeviceHost {
    #[cfg(target_os = "linux")]
    fn add_microphones(&mut self, choice: MicrophoneChoice, tools: &Tools, warnings: &mut Vec<String>) {
        use super::microphones::{AlsaMicrophones, PulseMicrophones};

        if choice != MicrophoneChoice::Alsa {
            let required = choice == MicrophoneChoice::Pulse;
            // The server may come later, so that it is listened for all the same.
            warnings.extend(required.then(PulseMicrophones::absence).flatten());
            self.microphones.push(Arc::new(PulseMicrophones::new(tools.ids.clone(), tools.clock())));
        }
        if choice != MicrophoneChoice::Pulse {
            self.microphones.push(Arc::new(AlsaMicrophones::new(tools.ids.clone(), tools.clock())));
        }
    }

    #[cfg(not(target_os = "linux"))]
    fn add_microphones(&mut self, choice: MicrophoneChoice, tools: &Tools, warnings: &mut Vec<String>) {
        if choice != MicrophoneChoice::Auto {
            warnings.push("ALSA and PulseAudio are of Linux: the system's own audio gives the microphones".to_owned());
        }
        self.microphones.push(Arc::new(super::microphones::CpalMicrophones::new(tools.ids.clone(), tools.clock())));
    }
}

/// What cameras' and microphones' backends have in common.
trait Lists {
    const KIND: MediaDeviceKind;
    fn kind_of_backend(&self) -> Backend;
    fn list(&self) -> Result<Vec<DeviceInfo>, DeviceError>;
}

impl Lists for dyn CameraBackend {
    const KIND: MediaDeviceKind = MediaDeviceKind::VideoInput;

    fn kind_of_backend(&self) -> Backend {
        self.backend()
    }

    fn list(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        self.enumerate()
    }
}

impl Lists for dyn MicrophoneBackend {
    const KIND: MediaDeviceKind = MediaDeviceKind::AudioInput;

    fn kind_of_backend(&self) -> Backend {
        self.backend()
    }

    fn list(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        self.enumerate()
    }
}

fn listed<B: Lists + ?Sized>(backends: &[Arc<B>], errors: &mut Vec<DeviceError>) -> Vec<DeviceInfo> {
    let mut devices = Vec::new();
    for backend in backends {
        match backend.list() {
            Ok(list) => devices.extend(list),
            Err(error) => errors.push(error),
        }
    }
    devices
}

/// Moves the default to the front, and keeps just one: the first that says so, else the first that can deliver (a node
/// that may not be opened, or that waits to be fed, cannot), else the first of all.
fn default_first(devices: &mut [DeviceInfo]) {
    let first = |is: fn(&DeviceInfo) -> bool| devices.iter().position(is);
    let default = first(|device| device.is_default).or_else(|| first(|device| !device.modes.is_empty())).unwrap_or(0);
    if let Some(up_to_default) = devices.get_mut(..=default) {
        up_to_default.rotate_right(1);
    }
    for (position, device) in devices.iter_mut().enumerate() {
        device.is_default = position == 0;
    }
}

/// Several backends of one kind (virtual devices) are told apart by asking which lists the device.
fn find<'a, B: Lists + ?Sized + 'a>(backends: impl Iterator<Item = &'a Arc<B>>, device: &DeviceInfo) -> Option<Arc<B>> {
    if device.kind != B::KIND {
        return None;
    }
    let candidates: Vec<_> = backends.filter(|backend| backend.kind_of_backend() == device.backend).collect();
    let lists = |backend: &&&Arc<B>| {
        backend.list().is_ok_and(|list| list.iter().any(|listed| listed.device_id == device.device_id))
    };
    match candidates.as_slice() {
        [only] => Some(Arc::clone(only)),
        several => several.iter().find(lists).map(|backend| Arc::clone(backend)),
    }
}
