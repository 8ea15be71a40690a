//! Where a video node sits in the system, and the ids that follow from it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::devices::IdMaker;
use crate::devices::identity::Identity;
use crate::devices::usb::{self, UsbUnit};
use crate::model::GroupId;

/// What sysfs tells of a node, whether it can be opened or not.
#[derive(Clone, Debug, Default)]
pub struct Place {
    /// The folder of the device, without links; empty where sysfs does not know it.
    pub folder: PathBuf,
    /// The folder of the node itself, without links.
    pub node: PathBuf,
    /// The USB device, where it is on one.
    pub usb: Option<UsbUnit>,
    /// The driver's name for it.
    pub name: Option<String>,
    /// Which of the nodes of its device this is, from 0.
    pub index: String,
}

/// The device number of a node as the kernel writes it, for instance `81:0`.
pub fn number(device: u64) -> String {
    format!("{}:{}", rustix::fs::major(device), rustix::fs::minor(device))
}

/// The folder that sysfs has for a node, such as `/sys/dev/char/81:0`; `None` where there is no such node.
pub fn class_folder(node: &Path) -> Option<PathBuf> {
    let device = fs::metadata(node).ok()?.rdev();
    Some(Path::new("/sys/dev/char").join(number(device)))
}

impl Place {
    /// Of a node, by the folder that sysfs has for it, such as `/sys/dev/char/81:0`.
    pub fn of(class_folder: &Path) -> Self {
        let device = class_folder.join("device");
        Self {
            folder: fs::canonicalize(&device).unwrap_or_default(),
            node: fs::canonicalize(class_folder).unwrap_or_default(),
            usb: usb::unit_of(&device),
            name: usb::read(class_folder, "name"),
            index: usb::read(class_folder, "index").unwrap_or_else(|| "0".to_owned()),
        }
    }

    /// With what the driver says of itself, where it could be asked.
    pub fn identity(&self, driver: Option<&str>, bus: Option<&str>) -> Identity {
        let mut parts = self.usb.as_ref().map_or_else(
            || ["bus", driver.unwrap_or_default(), bus.unwrap_or_default()].map(str::to_owned).to_vec(),
            |unit| [unit.identity(), vec![unit.interface.clone()]].concat(),
        );
        parts.push(self.index.clone());
        let place = self.usb.as_ref().map_or_else(|| self.node.display().to_string(), |unit| unit.location.clone());
        Identity { parts, place }
    }

    /// The unit that the camera and its microphone have in common (ENUM-09).
    pub fn group(&self, ids: &IdMaker, bus: Option<&str>) -> GroupId {
        match &self.usb {
            Some(unit) => ids.group_id(&["usb", &unit.path]),
            None => ids.group_id(&["bus", bus.unwrap_or(&self.folder.to_string_lossy())]),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::identity;
    use crate::model::{DeviceId, MediaDeviceKind, UsbInfo};

    fn device_ids(ids: &IdMaker, identities: &[Identity]) -> Vec<DeviceId> {
        identity::device_ids(ids, MediaDeviceKind::VideoInput, identities)
    }

    fn webcam(serial: Option<&str>, port: &str, index: &str) -> Place {
        let info = UsbInfo { vid: "046d".into(), pid: "0825".into(), serial: serial.map(Into::into), speed_mbps: None };
        let (path, location) = (format!("/sys/devices/usb1/1-{port}"), format!("hub {port}"));
        let unit = UsbUnit { path, location, interface: "00".into(), info, release: None };
        Place { usb: Some(unit), index: index.into(), ..Place::default() }
    }

    fn ids(places: &[Place]) -> Vec<DeviceId> {
        let identities: Vec<_> = places.iter().map(|place| place.identity(Some("uvcvideo"), Some("usb-1"))).collect();
        device_ids(&IdMaker::new(b"salt"), &identities)
    }

    // ENUM-07
    #[test]
    fn a_serial_number_goes_with_the_camera_and_a_port_stays() {
        crate::covers!("ENUM-07");
        let at = |serial, port| ids(&[webcam(serial, port, "0")]);
        assert_eq!(at(Some("A"), "1"), at(Some("A"), "2"));
        assert_ne!(at(Some("A"), "1"), at(Some("B"), "1"));
        assert_ne!(at(None, "1"), at(None, "2"));
    }

    // ENUM-07: two equal cameras, also where their maker gave both the same serial number.
    #[test]
    fn equal_cameras_have_different_ids() {
        crate::covers!("ENUM-07");
        for serial in [None, Some("SN0001")] {
            let [first, second] = [webcam(serial, "1", "0"), webcam(serial, "2", "0")];
            let both = ids(&[first.clone(), second.clone()]);
            assert_ne!(both[0], both[1]);
            assert_eq!(ids(&[second, first]), [both[1].clone(), both[0].clone()]);
        }
    }

    #[test]
    fn two_sensors_of_one_camera_have_different_ids_and_one_group() {
        crate::covers!("ENUM-07", "ENUM-09");
        let [colour, infrared] = [webcam(Some("A"), "1", "0"), webcam(Some("A"), "1", "2")];
        let maker = IdMaker::new(b"salt");
        assert_ne!(ids(std::slice::from_ref(&colour)), ids(std::slice::from_ref(&infrared)));
        assert_eq!(colour.group(&maker, None), infrared.group(&maker, None));
        assert_eq!(colour.group(&maker, None), maker.group_id(&["usb", "/sys/devices/usb1/1-1"]));
    }

    #[test]
    fn without_usb_driver_and_bus_identify() {
        let place = Place { index: "0".into(), ..Place::default() };
        let identity = |bus| [place.identity(Some("vivid"), Some(bus))];
        let maker = IdMaker::new(b"salt");
        assert_ne!(
            device_ids(&maker, &identity("platform:vivid-000")),
            device_ids(&maker, &identity("platform:vivid-001"))
        );
        assert_eq!(place.group(&maker, Some("platform:vivid-000")), maker.group_id(&["bus", "platform:vivid-000"]));
    }
}
