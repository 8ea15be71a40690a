//! Cameras through the nokhwa library: the only way on macOS and Windows; on Linux what a program built on nokhwa would
//! see, but for its traps.

mod errors;
mod formats;
mod guard;
mod jpeg;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(any(test, not(target_os = "linux")))]
#[cfg_attr(target_os = "linux", expect(dead_code, reason = "of other systems; here only compiled, to keep it whole"))]
mod query;
mod session;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use query as system;

use std::sync::Arc;

use crate::media::Clock;
use crate::model::{Backend, CameraMode, DeviceInfo};

use super::{CameraBackend, CameraStream, CancelToken, DeviceError, IdMaker};
use session::Session;

/// All cameras that nokhwa can use.
pub struct NokhwaCameras {
    system: system::Listing,
    clock: Arc<dyn Clock>,
}

impl NokhwaCameras {
    /// With the clock that stamps arrivals.
    pub fn new(ids: IdMaker, clock: Arc<dyn Clock>) -> Self {
        Self { system: system::Listing::new(ids, Arc::clone(&clock)), clock }
    }
}

impl CameraBackend for NokhwaCameras {
    fn backend(&self) -> Backend {
        Backend::Nokhwa
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        self.system.cameras()
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: CameraMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn CameraStream>, DeviceError> {
        if cancel.is_cancelled() {
            return Err(errors::cancelled(device));
        }
        let format = formats::camera_format(mode).ok_or_else(|| errors::unsupported(device, &mode))?;
        let index = self.system.prepare(device, mode)?;
        Ok(Box::new(Session::open(device, index, format, cancel, Arc::clone(&self.clock))?))
    }
}
