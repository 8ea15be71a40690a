//! Where sound cards and their PCMs sit in the system, and what identifies them.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use crate::devices::IdMaker;
use crate::devices::identity::Identity;
use crate::devices::usb::{self, UsbUnit};
use crate::model::GroupId;

/// A PCM by its numbers, as in `hw:1,0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PcmName {
    /// The card.
    pub card: u32,
    /// The PCM of the card.
    pub device: u32,
}

impl PcmName {
    /// From `hw:1,0`.
    pub fn parse(node: &str) -> Option<Self> {
        let (card, device) = node.strip_prefix("hw:")?.split_once(',')?;
        Some(Self { card: card.parse().ok()?, device: device.parse().ok()? })
    }

    /// From the name of a capture node, `pcmC1D0c`; `None` for other nodes.
    pub fn of_node(node: &str) -> Option<Self> {
        let (card, device) = node.strip_prefix("pcmC")?.strip_suffix('c')?.split_once('D')?;
        Some(Self { card: card.parse().ok()?, device: device.parse().ok()? })
    }

    /// The node in `/dev`.
    pub fn node(self) -> PathBuf {
        PathBuf::from(format!("/dev/snd/pcmC{}D{}c", self.card, self.device))
    }
}

impl fmt::Display for PcmName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "hw:{},{}", self.card, self.device)
    }
}

/// What sysfs tells of a sound card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The folder of the device, without links; empty where sysfs does not know it.
    pub folder: PathBuf,
    /// The USB device, where it is on one.
    pub usb: Option<UsbUnit>,
    /// The kernel's driver.
    pub driver: Option<String>,
    /// Where it is attached: `pci:0000:00:1f.3`, `platform:snd_aloop.0`, `usb:1-2:1.2`.
    pub bus: Option<String>,
}

impl Place {
    /// Of a card, by its folder such as `/sys/class/sound/card1`.
    pub fn of(class_folder: &Path) -> Self {
        let device = class_folder.join("device");
        let folder = fs::canonicalize(&device).unwrap_or_default();
        let subsystem = linked(&device.join("subsystem"));
        let name = folder.file_name().map(|name| name.to_string_lossy().into_owned());
        Self {
            usb: usb::unit_of(&device),
            driver: linked(&device.join("driver")),
            bus: subsystem.zip(name).map(|(subsystem, name)| format!("{subsystem}:{name}")),
            folder,
        }
    }

    /// Of a PCM of this card.
    pub fn identity(&self, device: u32) -> Identity {
        let bus = self.bus.clone().unwrap_or_default();
        let parts = self.usb.as_ref().map_or_else(
            || vec!["bus".to_owned(), self.driver.clone().unwrap_or_default(), bus],
            |unit| [unit.identity(), vec![unit.interface.clone()]].concat(),
        );
        let parts = [parts, vec!["pcm".to_owned(), device.to_string()]].concat();
        let place = self.usb.as_ref().map_or_else(|| self.folder.display().to_string(), |unit| unit.location.clone());
        Identity { parts, place }
    }

    /// The unit that the microphone and its camera have in common (ENUM-09).
    pub fn group(&self, ids: &IdMaker) -> GroupId {
        match &self.usb {
            Some(unit) => ids.group_id(&["usb", &unit.path]),
            None => ids.group_id(&["bus", &self.folder.to_string_lossy()]),
        }
    }
}

/// The unit of a card by its number, for a sound server that names it.
pub fn unit_of_card(card: u32) -> Option<Place> {
    let place = Place::of(&Path::new("/sys/class/sound").join(format!("card{card}")));
    (!place.folder.as_os_str().is_empty()).then_some(place)
}

/// The last part of what a link leads to.
fn linked(link: &Path) -> Option<String> {
    let target = fs::read_link(link).ok()?;
    Some(target.file_name()?.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;
    use crate::devices::identity::device_ids;
    use crate::model::MediaDeviceKind;

    #[test]
    fn capture_nodes_and_names_have_their_numbers() {
        let name = PcmName { card: 12, device: 3 };
        assert_eq!(PcmName::of_node("pcmC12D3c"), Some(name));
        assert_eq!(PcmName::parse(&name.to_string()), Some(name));
        assert_eq!(name.node(), Path::new("/dev/snd/pcmC12D3c"));
        for other in ["pcmC12D3p", "controlC0", "pcmC1Dc", "timer", "pcmCD0c"] {
            assert_eq!(PcmName::of_node(other), None, "{other}");
        }
        for other in ["hw:1", "hw:x,0", "plughw:1,0", "pulse:hw:1,0"] {
            assert_eq!(PcmName::parse(other), None, "{other}");
        }
    }

    /// A sysfs with a card on this device folder.
    fn card(root: &Path, device: &str) -> PathBuf {
        let folder = root.join("devices").join(device);
        let bus = root.join("bus/platform");
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir_all(bus.join("drivers/snd_aloop")).unwrap();
        symlink(&bus, folder.join("subsystem")).unwrap();
        symlink(bus.join("drivers/snd_aloop"), folder.join("driver")).unwrap();
        let class = root.join("class/sound/card1");
        fs::create_dir_all(&class).unwrap();
        symlink(&folder, class.join("device")).unwrap();
        class
    }

    #[test]
    fn a_card_on_no_usb_is_identified_by_driver_bus_and_pcm() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::of(&card(root.path(), "platform/snd_aloop.0"));
        assert_eq!(place.bus.as_deref(), Some("platform:snd_aloop.0"));
        assert_eq!(place.driver.as_deref(), Some("snd_aloop"));
        assert_eq!(place.identity(1).parts, ["bus", "snd_aloop", "platform:snd_aloop.0", "pcm", "1"]);
        let ids = IdMaker::new(b"salt");
        let both = device_ids(&ids, MediaDeviceKind::AudioInput, &[place.identity(0), place.identity(1)]);
        assert_ne!(both[0], both[1]);
        assert_eq!(place.group(&ids), ids.group_id(&["bus", &place.folder.to_string_lossy()]));
    }

    // ENUM-09
    #[test]
    fn a_usb_microphone_has_the_group_of_its_camera() {
        crate::covers!("ENUM-09");
        let root = tempfile::tempdir().unwrap();
        let class = card(root.path(), "pci/usb1/1-2/1-2:1.2");
        let unit = root.path().join("devices/pci/usb1/1-2");
        for (name, value) in [("idVendor", "046d"), ("idProduct", "0825"), ("serial", "ABC")] {
            fs::write(unit.join(name), value).unwrap();
        }
        let place = Place::of(&class);
        let ids = IdMaker::new(b"salt");
        let unit = fs::canonicalize(unit).unwrap();
        assert_eq!(place.group(&ids), ids.group_id(&["usb", &unit.to_string_lossy()]));
        assert_eq!(place.identity(0).parts[..5], ["usb", "046d", "0825", "serial", "ABC"]);
    }
}
