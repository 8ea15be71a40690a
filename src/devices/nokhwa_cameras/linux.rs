//! nokhwa's cameras on Linux, listed by the lab's own V4L2: nokhwa lists every video node, output and metadata too, and
//! tells neither bus nor serial number.

use std::sync::Arc;

use nokhwa::utils::CameraIndex;

use crate::devices::v4l2::{self, V4l2Cameras};
use crate::devices::{CameraBackend as _, DeviceError, IdMaker};
use crate::media::Clock;
use crate::model::{Backend, CameraMode, DeviceInfo, Mode, Property};
use crate::selection;

use super::{errors, formats};

/// The list of cameras.
pub struct Listing(V4l2Cameras);

impl Listing {
    pub fn new(ids: IdMaker, clock: Arc<dyn Clock>) -> Self {
        Self(V4l2Cameras::new(ids, clock))
    }

    /// The capture nodes, with the modes that nokhwa would list.
    pub fn cameras(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        Ok(self.0.enumerate()?.into_iter().map(as_nokhwa_sees).collect())
    }

    /// Sets the camera to the mode before nokhwa opens it: nokhwa refuses to open one that the last program left in a
    /// format or rate which nokhwa does not know.
    #[expect(clippy::unused_self, reason = "the same call on every system")]
    pub fn prepare(&self, device: &DeviceInfo, mode: CameraMode) -> Result<CameraIndex, DeviceError> {
        let granted = v4l2::preset(device, mode)?;
        if granted != mode {
            return Err(errors::not_granted(device, &mode, &granted));
        }
        let number = device.node.strip_prefix("/dev/video").and_then(|number| number.parse().ok());
        number.map(CameraIndex::Index).ok_or_else(|| errors::driver(device, "the node has no number"))
    }
}

fn as_nokhwa_sees(mut device: DeviceInfo) -> DeviceInfo {
    let all = device.modes.len();
    device.modes.retain(|mode| matches!(mode, Mode::Video(mode) if formats::is_listed(mode)));
    let left_out = all - device.modes.len();
    if left_out > 0 && device.note.is_none() {
        device.note = Some(format!("nokhwa knows {} of its {all} modes", device.modes.len()));
    }
    // Not all that the camera can do, but all that it can do through nokhwa (ENUM-12).
    let facing = device.capabilities.get(Property::FacingMode).cloned();
    device.capabilities = selection::capabilities(&device.device_id, &device.group_id, None, &device.modes);
    if let Some(facing) = facing {
        device.capabilities.set(Property::FacingMode, facing);
    }
    device.backend = Backend::Nokhwa;
    device
}
