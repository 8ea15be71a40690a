//! Device ids that stay the same over restarts and replugs.

#[cfg(target_os = "linux")]
use std::collections::HashMap;
use std::fmt::Write as _;
#[cfg(target_os = "linux")]
use std::sync::Mutex;
use std::sync::{Arc, PoisonError, RwLock};

use sha2::{Digest as _, Sha256};

use crate::model::{DeviceId, GroupId, MediaDeviceKind};

/// Makes `deviceId` and `groupId`: 128 bits of a hash of the installation's salt with what identifies the device, so
/// that presets do not give serial numbers away (ENUM-08). Clones share the salt.
#[derive(Clone, Debug, Default)]
pub struct IdMaker {
    salt: Arc<RwLock<Vec<u8>>>,
    /// What equal devices were called while they are there.
    #[cfg(target_os = "linux")]
    given: Arc<Mutex<HashMap<(MediaDeviceKind, Identity), DeviceId>>>,
}

impl IdMaker {
    /// For an installation with this salt.
    pub fn new(salt: &[u8]) -> Self {
        Self { salt: Arc::new(RwLock::new(salt.to_vec())), ..Self::default() }
    }

    /// Makes other ids from now on, of all clones.
    pub fn set_salt(&self, salt: &[u8]) {
        *self.salt.write().unwrap_or_else(PoisonError::into_inner) = salt.to_vec();
        #[cfg(target_os = "linux")]
        self.given.lock().unwrap_or_else(PoisonError::into_inner).clear();
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
        hasher.update(self.salt.read().unwrap_or_else(PoisonError::into_inner).as_slice());
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
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    pub parts: Vec<String>,
    pub place: String,
}

/// One id for each identity. Equal devices (many have the same serial number in all units) are told apart by their
/// place, so that no id passes from one to the other when one is plugged in or out (ENUM-07). A device that is there keeps
/// the id that it was given first: its twin, which comes later, gets another.
#[cfg(target_os = "linux")]
pub(super) fn device_ids(ids: &IdMaker, kind: MediaDeviceKind, identities: &[Identity]) -> Vec<DeviceId> {
    let mut given = ids.given.lock().unwrap_or_else(PoisonError::into_inner);
    given.retain(|(other, identity), _| *other != kind || identities.contains(identity));
    let known: HashMap<_, _> = given.iter().map(|((_, identity), id)| (identity.clone(), id.clone())).collect();
    let plain = |identity: &Identity| {
        let parts: Vec<&str> = identity.parts.iter().map(String::as_str).collect();
        ids.device_id(kind, &parts)
    };
    let new = |identity: &Identity| {
        let twins = identities.iter().filter(|other| other.parts == identity.parts && !known.contains_key(*other));
        let is_taken = known.values().any(|id| *id == plain(identity));
        if twins.count() < 2 && !is_taken {
            return plain(identity);
        }
        let parts = identity.parts.iter().map(String::as_str).chain(["at", &identity.place]);
        ids.device_id(kind, &parts.collect::<Vec<_>>())
    };
    let all: Vec<_> =
        identities.iter().map(|identity| known.get(identity).cloned().unwrap_or_else(|| new(identity))).collect();
    given.extend(identities.iter().map(|identity| (kind, identity.clone())).zip(all.iter().cloned()));
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_depends_on_salt_kind_and_each_part() {
        crate::covers!("ENUM-07", "ENUM-08");
        let ids = IdMaker::new(b"salt");
        let camera = |ids: &IdMaker, parts: &[&str]| ids.device_id(MediaDeviceKind::VideoInput, parts);
        let id = camera(&ids, &["046d", "0825", "serial"]);
        assert_eq!(id.as_str().len(), 32);
        assert_eq!(id, camera(&ids.clone(), &["046d", "0825", "serial"]));
        assert_ne!(id, camera(&ids, &["046d", "0825s", "erial"]));
        assert_ne!(id, camera(&IdMaker::new(b"other"), &["046d", "0825", "serial"]));
        assert_ne!(id, ids.device_id(MediaDeviceKind::AudioInput, &["046d", "0825", "serial"]));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_device_keeps_its_id_when_a_twin_comes_and_goes() {
        crate::covers!("ENUM-07");
        let ids = IdMaker::new(b"salt");
        let unit = |place: &str| Identity { parts: vec!["SN0001".to_owned()], place: place.to_owned() };
        let list = |places: &[&str]| {
            let units: Vec<_> = places.iter().map(|place| unit(place)).collect();
            device_ids(&ids, MediaDeviceKind::VideoInput, &units)
        };
        let alone = list(&["port 1"]);
        let both = list(&["port 2", "port 1"]);
        assert_eq!(both[1], alone[0], "the one that was there");
        assert_ne!(both[0], both[1]);
        assert_eq!(list(&["port 2"]), both[..1], "the twin alone keeps its own");
        assert_eq!(list(&["port 1", "port 2"]), [alone[0].clone(), both[0].clone()], "and comes back as it was");
    }
}
