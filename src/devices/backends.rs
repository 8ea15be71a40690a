//! Which backends the options ask for.

use std::sync::Arc;

use crate::media::Clock;

use super::virtual_devices::{self, VirtualDevices, VirtualError};
use super::{CameraBackend, CameraChoice, HostOptions, IdMaker, MicrophoneBackend};

/// The backends, in the order of the list of devices.
#[derive(Default)]
pub struct Backends {
    /// All cameras.
    pub cameras: Vec<Arc<dyn CameraBackend>>,
    /// All microphones.
    pub microphones: Vec<Arc<dyn MicrophoneBackend>>,
    /// Cameras to be listed while there is no other.
    pub spare_cameras: Vec<Arc<dyn CameraBackend>>,
    /// Microphones to be listed while there is no other.
    pub spare_microphones: Vec<Arc<dyn MicrophoneBackend>>,
    /// A sentence for each wish that could not be granted.
    pub warnings: Vec<String>,
}

/// What the backends are made with.
struct Tools {
    ids: IdMaker,
    clock: Arc<dyn Clock>,
}

impl Backends {
    /// Those that the options ask for.
    pub fn new(options: &HostOptions, clock: Arc<dyn Clock>) -> Self {
        let tools = Tools { ids: IdMaker::new(&options.salt), clock };
        let mut backends = Self::default();
        if !options.only_virtual {
            backends.add_cameras(options.cameras, &tools);
        }
        backends.add_virtual(options, &tools);
        backends
    }

    fn add_virtual(&mut self, options: &HostOptions, tools: &Tools) {
        for file in &options.virtual_files {
            let devices = self.loaded(virtual_devices::load_file(file, &tools.ids, &tools.clock));
            self.cameras.extend(devices.cameras);
            self.microphones.extend(devices.microphones);
        }
        // The command line's contract: --only-virtual implies the built-in pair where no other is asked for.
        let builtin = options.builtin || (options.only_virtual && options.virtual_files.is_empty());
        if !builtin && !options.builtin_where_none {
            return;
        }
        let devices = self.loaded(virtual_devices::load_builtin(&tools.ids, &tools.clock));
        let (cameras, microphones) = if builtin {
            (&mut self.cameras, &mut self.microphones)
        } else {
            (&mut self.spare_cameras, &mut self.spare_microphones)
        };
        cameras.extend(devices.cameras);
        microphones.extend(devices.microphones);
    }

    fn loaded(&mut self, devices: Result<VirtualDevices, VirtualError>) -> VirtualDevices {
        devices.unwrap_or_else(|error| {
            self.warnings.push(error.to_string());
            VirtualDevices::default()
        })
    }

    #[cfg(target_os = "linux")]
    fn add_cameras(&mut self, choice: CameraChoice, tools: &Tools) {
        match choice {
            CameraChoice::Nokhwa if cfg!(feature = "nokhwa") => self.add_nokhwa(tools),
            CameraChoice::Nokhwa => {
                self.warnings.push("this build is without nokhwa: V4L2 talks to the cameras".to_owned());
                self.add_v4l2(tools);
            }
            CameraChoice::Auto | CameraChoice::V4l2 => self.add_v4l2(tools),
        }
    }

    #[cfg(target_os = "linux")]
    fn add_v4l2(&mut self, tools: &Tools) {
        self.cameras.push(Arc::new(super::v4l2::V4l2Cameras::new(tools.ids.clone(), Arc::clone(&tools.clock))));
    }

    #[cfg(not(target_os = "linux"))]
    fn add_cameras(&mut self, choice: CameraChoice, tools: &Tools) {
        if choice == CameraChoice::V4l2 {
            self.warnings.push("V4L2 is of Linux: nokhwa talks to the cameras".to_owned());
        }
        if cfg!(not(feature = "nokhwa")) {
            self.warnings.push("this build is without nokhwa: it has no cameras but virtual ones".to_owned());
        }
        self.add_nokhwa(tools);
    }

    #[cfg(feature = "nokhwa")]
    fn add_nokhwa(&mut self, tools: &Tools) {
        let cameras = super::nokhwa_cameras::NokhwaCameras::new(tools.ids.clone(), Arc::clone(&tools.clock));
        self.cameras.push(Arc::new(cameras));
    }

    #[cfg(not(feature = "nokhwa"))]
    #[expect(clippy::unused_self, reason = "as with nokhwa")]
    fn add_nokhwa(&mut self, _: &Tools) {}
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::media::FakeClock;
    use crate::model::Backend;

    fn backends(options: &HostOptions) -> Backends {
        Backends::new(options, FakeClock::shared())
    }

    fn cameras(list: &[Arc<dyn CameraBackend>]) -> Vec<Backend> {
        list.iter().map(|camera| camera.backend()).collect()
    }

    #[test]
    fn only_virtual_means_the_built_in_pair() {
        let only = HostOptions { only_virtual: true, ..HostOptions::default() };
        let built = backends(&only);
        assert_eq!(cameras(&built.cameras), [Backend::Virtual]);
        assert_eq!(built.microphones.len(), 1);
        assert!(built.spare_cameras.is_empty() && built.warnings.is_empty());

        // Asking twice gives one pair.
        let twice = backends(&HostOptions { builtin: true, builtin_where_none: true, ..only.clone() });
        assert_eq!((twice.cameras.len(), twice.spare_cameras.len()), (1, 0));

        // A file takes the pair's place; one that cannot be read is told.
        let file = backends(&HostOptions { virtual_files: vec![PathBuf::from("absent.ron")], ..only });
        assert!(file.cameras.is_empty());
        assert!(file.warnings[0].contains("absent.ron"), "{:?}", file.warnings);
    }

    #[test]
    fn the_pair_of_the_window_waits_beside_real_devices() {
        let built = backends(&HostOptions { builtin_where_none: true, ..HostOptions::default() });
        assert_eq!(cameras(&built.spare_cameras), [Backend::Virtual]);
        assert_eq!(built.spare_microphones.len(), 1);
        assert!(!cameras(&built.cameras).contains(&Backend::Virtual));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_choice_of_code_is_followed() {
        let chosen = |choice| {
            let built = backends(&HostOptions { cameras: choice, ..HostOptions::default() });
            (cameras(&built.cameras), built.warnings.len())
        };
        assert_eq!(chosen(CameraChoice::Auto), (vec![Backend::V4l2], 0));
        assert_eq!(chosen(CameraChoice::V4l2), (vec![Backend::V4l2], 0));
        let nokhwa = if cfg!(feature = "nokhwa") { (vec![Backend::Nokhwa], 0) } else { (vec![Backend::V4l2], 1) };
        assert_eq!(chosen(CameraChoice::Nokhwa), nokhwa);
    }
}
