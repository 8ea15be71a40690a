//! What sysfs tells of the USB device behind a node.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::UsbInfo;

/// A USB device: what a webcam's camera and its microphone have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsbUnit {
    /// Its folder in sysfs, without links: the same for all its functions. What a `groupId` is made of.
    pub path: String,
    /// Where it is plugged in, without the bus number, which may change at the next start: controller and ports.
    pub location: String,
    /// Number of the function's interface, 2 hexadecimal digits; empty where there is none.
    pub interface: String,
    /// Vendor, product, serial number, speed.
    pub info: UsbInfo,
    /// The device's release (`bcdDevice`), which makers raise with the firmware: `1.23`.
    pub release: Option<String>,
}

impl UsbUnit {
    /// What identifies the unit wherever it is plugged in; where it has no serial number, at its port.
    pub fn identity(&self) -> Vec<String> {
        let UsbInfo { vid, pid, serial, .. } = &self.info;
        let (how, what) = serial.as_ref().map_or(("port", &self.location), |serial| ("serial", serial));
        ["usb", vid, pid, how, what].map(str::to_owned).to_vec()
    }
}

/// The USB device above a sysfs device folder (such as `/sys/class/video4linux/video0/device` or
/// `/sys/class/sound/card1/device`); `None` where the device is on another bus.
pub fn unit_of(sysfs_device_path: &Path) -> Option<UsbUnit> {
    let device = fs::canonicalize(sysfs_device_path).ok()?;
    let unit = device.ancestors().find(|folder| folder.join("idVendor").is_file())?;
    let interface = device.ancestors().take_while(|folder| *folder != unit).find_map(|at| read(at, "bInterfaceNumber"));
    Some(UsbUnit {
        path: unit.to_string_lossy().into_owned(),
        location: location(unit),
        interface: interface.unwrap_or_default(),
        info: UsbInfo {
            vid: read(unit, "idVendor")?,
            pid: read(unit, "idProduct")?,
            serial: read(unit, "serial"),
            speed_mbps: read(unit, "speed").and_then(|speed| whole(&speed)),
        },
        release: read(unit, "bcdDevice").and_then(|release| as_version(&release)),
    })
}

/// Mbit/s; the kernel writes low speed as `1.5`, which counts as 1.
fn whole(speed: &str) -> Option<u32> {
    speed.split('.').next()?.parse().ok()
}

/// Four binary-coded decimals as people write them: `0123` is 1.23.
fn as_version(release: &str) -> Option<String> {
    let (major, minor) = release.split_at_checked(2)?;
    let is_number = minor.len() == 2 && release.bytes().all(|byte| byte.is_ascii_hexdigit());
    let major = major.trim_start_matches('0');
    is_number.then(|| format!("{}.{minor}", if major.is_empty() { "0" } else { major }))
}

/// An attribute, trimmed; `None` where it is empty or not there.
pub(super) fn read(folder: &Path, attribute: &str) -> Option<String> {
    let text = fs::read_to_string(folder.join(attribute)).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// The folder of the root hub above a unit's: `…/usb1` of `…/usb1/1-2/1-2.3`.
pub(super) fn root_hub(unit: &Path) -> Option<PathBuf> {
    let is_root_hub = |folder: &&Path| {
        let name = folder.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_prefix("usb"));
        name.is_some_and(|number| number.parse::<u32>().is_ok())
    };
    unit.ancestors().find(is_root_hub).map(Path::to_owned)
}

/// `/sys/devices/pci0000:00/0000:00:14.0/usb1/1-2/1-2.3` becomes `…/0000:00:14.0 2.3`.
fn location(unit: &Path) -> String {
    let controller = root_hub(unit).as_deref().and_then(Path::parent).map_or_else(PathBuf::new, Path::to_owned);
    let name = unit.file_name().unwrap_or_default().to_string_lossy();
    let ports = name.split_once('-').map_or(&*name, |(_bus, ports)| ports);
    format!("{} {ports}", controller.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// A sysfs with one camera; returns the folder of its video node's device link.
    fn sysfs(root: &Path, bus: u32, serial: Option<&str>) -> PathBuf {
        let controller = root.join("devices/pci0000:00/0000:00:14.0");
        let unit = controller.join(format!("usb{bus}/{bus}-2/{bus}-2.3"));
        let interface = unit.join(format!("{bus}-2.3:1.2"));
        fs::create_dir_all(interface.join("video4linux/video0")).unwrap();
        for hub in [format!("usb{bus}"), format!("usb{bus}/{bus}-2")] {
            fs::write(controller.join(hub).join("idVendor"), "1d6b\n").unwrap();
        }
        let attributes = [("idVendor", "046d\n"), ("idProduct", "0825\n"), ("speed", "480\n"), ("bcdDevice", "0012\n")];
        for (name, value) in attributes.into_iter().chain(serial.map(|serial| ("serial", serial))) {
            fs::write(unit.join(name), value).unwrap();
        }
        fs::write(interface.join("bInterfaceNumber"), "02\n").unwrap();
        symlink(&interface, interface.join("video4linux/video0/device")).unwrap();
        interface.join("video4linux/video0/device")
    }

    #[test]
    fn the_nearest_usb_device_is_the_unit() {
        let root = tempfile::tempdir().unwrap();
        let unit = unit_of(&sysfs(root.path(), 1, Some("ABC\n"))).unwrap();
        let info =
            UsbInfo { vid: "046d".into(), pid: "0825".into(), serial: Some("ABC".into()), speed_mbps: Some(480) };
        assert_eq!(unit.info, info);
        assert_eq!(unit.interface, "02");
        assert_eq!(unit.release.as_deref(), Some("0.12"));
        assert!(unit.path.ends_with("0000:00:14.0/usb1/1-2/1-2.3"), "{}", unit.path);
        assert!(unit.location.ends_with("0000:00:14.0 2.3"), "{}", unit.location);
        assert_eq!(unit.identity(), ["usb", "046d", "0825", "serial", "ABC"]);
    }

    // ENUM-07: the same port gives the same id, even where the kernel counts its buses in another order.
    #[test]
    fn without_a_serial_number_the_port_identifies() {
        let root = tempfile::tempdir().unwrap();
        let first = unit_of(&sysfs(root.path(), 1, None)).unwrap();
        let renumbered = unit_of(&sysfs(root.path(), 3, Some("\n"))).unwrap();
        assert_ne!(first.path, renumbered.path);
        assert_eq!(first.identity(), renumbered.identity());
        assert_eq!(first.identity()[3], "port");
    }

    #[test]
    fn releases_and_speeds_are_read_as_the_kernel_writes_them() {
        for (release, version) in [("0123", Some("1.23")), ("1000", Some("10.00")), ("0000", Some("0.00"))] {
            assert_eq!(as_version(release).as_deref(), version);
        }
        for odd in ["", "1", "123", "12345", "1é2", "zzzz"] {
            assert_eq!(as_version(odd), None, "{odd}");
        }
        let speeds = ["1.5", "12", "480", "5000", "10000", "20000", "unknown"];
        let read: Vec<_> = speeds.iter().map(|speed| whole(speed)).collect();
        assert_eq!(read, [Some(1), Some(12), Some(480), Some(5_000), Some(10_000), Some(20_000), None]);
    }

    #[test]
    fn another_bus_has_no_unit() {
        let root = tempfile::tempdir().unwrap();
        assert_eq!(unit_of(root.path()), None);
        assert_eq!(unit_of(&root.path().join("absent")), None);
    }
}
