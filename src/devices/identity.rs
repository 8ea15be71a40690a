//! Device ids that stay the same over restarts and replugs.

#[cfg(target_os = "linux")]
use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::model::{DeviceId, GroupId, MediaDeviceKind};

/// Makes `deviceId` and `groupId`: 128 bits of a hash of the installation's salt with what identifies the device, so
/// that presets do not give serial numbers away (ENUM-08). Clones share the salt.
#[derive(Clone, Debug, Default)]
pub struct IdMaker {
    salt: Arc<[u8]>,
}

impl IdMaker {
    /// For an installation with this salt.
    pub fn new(salt: &[u8]) -> Self {
        Self { salt: salt.into() }
    }

    /// The id of the device that `parts` identify: USB vendor, product and serial or port path; else driver and bus.
    /// Never the node, which may change at the next plug.
    pub fn device_id(&self, kind: MediaDeviceKind, parts: &[&str]) -> DeviceId {
        DeviceId(self.hash(kind.name(), parts))
    }

    /// The id of the physical unit that `parts` identify, equal for its camera and its microphone: the sysfs path of the
    /// USB device, the sound card, the bus.
    pub fn group_id(&self, parts: &[&str]) -> GroupId {
        GroupId(self.hash("group", parts))
    }

    fn hash(&self, domain: &str, parts: &[&str]) -> String {
        let mut hasher = Sha256::new();
        hasher.update(&self.salt);
        for part in std::iter::once(&domain).chain(parts) {
            // The length keeps ("ab", "c") and ("a", "bc") apart.
            hasher.update((part.len() as u64).to_le_bytes());
            hasher.update(part.as_bytes());
        }
        hasher.finalize().iter().take(16).fold(String::new(), |mut text, byte| {
            write!(text, "{byte:02x}").ok(); // writing to a String cannot fail
            text
        })
    }
}

/// What identifies a device: the parts that make its id, and where it is, for two that are equal in these parts.
#[cfg(target_os = "linux")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub parts: Vec<String>,
    pub place: String,
}

/// One id for each identity. Equal devices (many have the same serial number in all units) are told apart by their
/// place: each of them, so that no id passes from one to the other when one is plugged in or out (ENUM-07).
#[cfg(target_os = "linux")]
pub(super) fn device_ids(ids: &IdMaker, kind: MediaDeviceKind, identities: &[Identity]) -> Vec<DeviceId> {
    let mut count: HashMap<&[String], usize> = HashMap::new();
    for identity in identities {
        *count.entry(&identity.parts).or_default() += 1;
    }
    let id = |identity: &Identity| {
        let mut parts: Vec<&str> = identity.parts.iter().map(String::as_str).collect();
        if count.get(identity.parts.as_slice()).is_some_and(|&count| count > 1) {
            parts.extend(["at", &identity.place]);
        }
        ids.device_id(kind, &parts)
    };
    identities.iter().map(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_salt_kind_and_each_part() {
        let ids = IdMaker::new(b"salt");
        let camera = |ids: &IdMaker, parts: &[&str]| ids.device_id(MediaDeviceKind::VideoInput, parts);
        let id = camera(&ids, &["046d", "0825", "serial"]);
        assert_eq!(id.as_str().len(), 32);
        assert_eq!(id, camera(&ids.clone(), &["046d", "0825", "serial"]));
        assert_ne!(id, camera(&ids, &["046d", "0825s", "erial"]));
        assert_ne!(id, camera(&IdMaker::new(b"other"), &["046d", "0825", "serial"]));
        assert_ne!(id, ids.device_id(MediaDeviceKind::AudioInput, &["046d", "0825", "serial"]));
    }
}
