//! What is done to virtual devices on purpose, and who hears of it.

use std::fmt;
use std::sync::Arc;

use crate::devices::virtual_devices::FaultHandle;
use crate::model::DeviceId;

use super::DeviceHost;

/// Hears of virtual devices that come and go, until it is dropped.
pub struct VirtualWatch {
    // The devices hold it weakly.
    _listener: Arc<dyn Fn() + Send + Sync>,
}

impl fmt::Debug for VirtualWatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VirtualWatch")
    }
}

impl DeviceHost {
    /// What has faults come to pass on a virtual device, whether it is plugged in or not; `None` of any other.
    pub fn faults(&self, device: &DeviceId) -> Option<FaultHandle> {
        self.all_faults().find(|(id, _)| id == device).map(|(_, handle)| handle)
    }

    /// Has a function called after a virtual device came or went. It must return soon.
    #[must_use]
    pub fn watch_virtual(&self, listener: impl Fn() + Send + Sync + 'static) -> VirtualWatch {
        let listener: Arc<dyn Fn() + Send + Sync> = Arc::new(listener);
        self.all_faults().for_each(|(_, handle)| handle.watch(&listener));
        VirtualWatch { _listener: listener }
    }

    fn all_faults(&self) -> impl Iterator<Item = (DeviceId, FaultHandle)> {
        let cameras = self.cameras.iter().chain(&self.spare_cameras).filter_map(|camera| camera.faults());
        let microphones = self.microphones.iter().chain(&self.spare_microphones);
        cameras.chain(microphones.filter_map(|microphone| microphone.faults()))
    }
}
