//! What is known of devices.

use std::ops::Deref;

use serde::Serialize;

use crate::model::{Capabilities, DeviceId, DeviceInfo, GroupId, MediaDeviceKind};

/// `MediaDeviceInfo` (`#device-info`). Serialised, it has just these four members (ENUM-06).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct MediaDeviceInfo {
    /// Stable over restarts and replugs (ENUM-07).
    pub device_id: DeviceId,
    /// Camera, microphone or loudspeaker.
    pub kind: MediaDeviceKind,
    /// For people; may be empty (ENUM-11).
    pub label: String,
    /// Equal where the devices are one physical unit (ENUM-09).
    pub group_id: GroupId,
}

/// `InputDeviceInfo` (`#input-specific-device-info`): a `MediaDeviceInfo` with capabilities.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct InputDeviceInfo {
    info: MediaDeviceInfo,
    #[serde(skip)]
    capabilities: Capabilities,
}

impl InputDeviceInfo {
    /// `getCapabilities()`: those of the first track that is opened on it without constraints (ENUM-12). A copy (SET-12).
    pub fn get_capabilities(&self) -> Capabilities {
        self.capabilities.clone()
    }
}

impl Deref for InputDeviceInfo {
    type Target = MediaDeviceInfo;

    fn deref(&self) -> &MediaDeviceInfo {
        &self.info
    }
}

/// What `enumerateDevices()` lists (ENUM-04).
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(untagged)]
pub enum EnumeratedDevice {
    /// A camera or a microphone.
    Input(InputDeviceInfo),
    /// A loudspeaker.
    Output(MediaDeviceInfo),
}

impl Deref for EnumeratedDevice {
    type Target = MediaDeviceInfo;

    fn deref(&self) -> &MediaDeviceInfo {
        match self {
            Self::Input(input) => &input.info,
            Self::Output(output) => output,
        }
    }
}

impl From<&DeviceInfo> for EnumeratedDevice {
    fn from(device: &DeviceInfo) -> Self {
        let info = MediaDeviceInfo {
            device_id: device.device_id.clone(),
            kind: device.kind,
            label: device.label.clone(),
            group_id: device.group_id.clone(),
        };
        match device.kind {
            MediaDeviceKind::AudioOutput => Self::Output(info),
            MediaDeviceKind::AudioInput | MediaDeviceKind::VideoInput => {
                Self::Input(InputDeviceInfo { info, capabilities: device.capabilities.clone() })
            }
        }
    }
}
