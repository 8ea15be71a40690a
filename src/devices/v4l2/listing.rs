//! Which video nodes are cameras, and what each offers.

use rustix::io::Errno;
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use crate::devices::IdMaker;
use crate::devices::identity::{Identity, device_ids};
use crate::model::{Backend, Control, DeviceControl, DeviceInfo, MediaDeviceKind, Mode, VideoInput};
use crate::selection;

use super::node::{Description, Node};
use super::place::{self, Place};
use super::{abi, controls, errors, inputs, modes, pipelines};

/// A camera before it has its id.
struct Found {
    path: PathBuf,
    place: Place,
    description: Option<Description>,
    facing: Option<&'static str>,
    inputs: Vec<VideoInput>,
    modes: Vec<Mode>,
    controls: (Vec<DeviceControl>, Vec<Control>),
    note: Option<String>,
    is_denied: bool,
}

/// All cameras, by the number of their node.
///
/// # Errors
/// `/dev` cannot be read.
pub fn cameras(ids: &IdMaker) -> std::io::Result<Vec<DeviceInfo>> {
    let found: Vec<Found> = nodes(Path::new("/dev"))?.into_iter().filter_map(ask).collect();
    let identities: Vec<Identity> = found.iter().map(Found::identity).collect();
    let device_ids = device_ids(ids, MediaDeviceKind::VideoInput, &identities);
    Ok(found.into_iter().zip(device_ids).map(|(found, id)| found.into_info(id, ids)).collect())
}

/// The paths `video0`, `video1` … in a folder, by number.
pub(super) fn nodes(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut numbers: Vec<u32> = fs::read_dir(folder)?
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.strip_prefix("video")?.parse().ok())
        .collect();
    numbers.sort_unstable();
    Ok(numbers.into_iter().map(|number| folder.join(format!("video{number}"))).collect())
}

/// Asks a node what it is; `None` where it is no camera (ENUM-15).
fn ask(path: PathBuf) -> Option<Found> {
    let metadata = fs::metadata(&path).ok()?;
    if !metadata.file_type().is_char_device() {
        return None;
    }
    let number = place::number(metadata.rdev());
    let place = Place::of(&place::class_folder(&path)?);
    let found = Found {
        path,
        place,
        description: None,
        facing: None,
        inputs: Vec::new(),
        modes: Vec::new(),
        controls: Default::default(),
        note: None,
        is_denied: false,
    };
    let opened = Node::open(&found.path).and_then(|node| node.describe().map(|description| (node, description)));
    match opened {
        Ok((node, description)) => found.described(&node, description),
        Err(error) => {
            // udev has asked the node when it came, as root.
            let capabilities = fs::read_to_string(format!("/run/udev/data/c{number}")).unwrap_or_default();
            let is_denied = matches!(error, Errno::ACCESS | Errno::PERM);
            may_capture(&capabilities).then_some(Found {
                note: Some(errors::not_asked(&found.path, error)),
                is_denied,
                ..found
            })
        }
    }
}

/// Whether a node that cannot be opened may be a camera, by its entry in udev's database (empty where there is none).
fn may_capture(entry: &str) -> bool {
    let capabilities = entry.lines().find_map(|line| line.strip_prefix("E:ID_V4L_CAPABILITIES="));
    capabilities.is_none_or(|list| list.split(':').any(|capability| capability == "capture"))
}

/// Whether the capabilities of a node make it a camera: in one memory plane or in several.
const fn is_camera(capabilities: u32) -> bool {
    let captures = capabilities & (abi::CAP_VIDEO_CAPTURE | abi::CAP_VIDEO_CAPTURE_MPLANE) != 0;
    captures && capabilities & abi::CAP_STREAMING != 0
}

impl Found {
    fn described(mut self, node: &Node, description: Description) -> Option<Self> {
        if !is_camera(description.capabilities) {
            return None;
        }
        let (modes, note) = modes::modes(node);
        self.modes = modes.into_iter().map(Mode::Video).collect();
        self.note = pipelines::note(&description.driver, description.capabilities).or(note);
        self.inputs = inputs::inputs(node);
        self.facing = node.facing();
        let (controls, properties, _) = controls::controls(node, &[]);
        self.controls = (controls, properties);
        self.description = Some(description);
        Some(self)
    }

    fn identity(&self) -> Identity {
        let description = self.description.as_ref();
        self.place.identity(description.map(|it| it.driver.as_str()), description.map(|it| it.bus.as_str()))
    }

    fn into_info(self, device_id: crate::model::DeviceId, ids: &IdMaker) -> DeviceInfo {
        let (label, driver, bus, version) = match self.description {
            Some(Description { driver, card, bus, version, .. }) => (card, Some(driver), Some(bus), Some(version)),
            None => (self.place.name.clone().unwrap_or_default(), None, None, None),
        };
        let release = self.place.usb.as_ref().and_then(|unit| unit.release.clone());
        let group_id = self.place.group(ids, bus.as_deref());
        let capabilities = selection::capabilities(&device_id, &group_id, self.facing, &self.modes);
        let mut info = DeviceInfo {
            device_id,
            kind: MediaDeviceKind::VideoInput,
            label,
            group_id,
            is_default: false,
            node: self.path.to_string_lossy().into_owned(),
            backend: Backend::V4l2,
            driver,
            bus,
            firmware: release.or(version.map(|version| format!("driver {version}"))),
            usb: self.place.usb.map(|unit| unit.info),
            inputs: self.inputs,
            capabilities,
            modes: self.modes,
            note: self.note,
            controls: Vec::new(),
            device_controls: Vec::new(),
            is_denied: self.is_denied,
        };
        info.set_controls(self.controls.1, self.controls.0);
        info
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_come_by_number() {
        crate::covers!("ENUM-15");
        let folder = tempfile::tempdir().unwrap();
        for name in ["video10", "video2", "video0", "videos", "vbi0", "v4l-touch0", "video"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names = ["video0", "video2", "video10"].map(|name| folder.path().join(name));
        assert_eq!(nodes(folder.path()).unwrap(), names);
        // ENUM-15: what is no device is no camera.
        assert!(names.into_iter().all(|path| ask(path).is_none()));
    }

    // ENUM-15, with the capabilities of vivid's nodes.
    #[test]
    fn only_nodes_that_capture_pictures_are_cameras() {
        crate::covers!("ENUM-15");
        let table = [
            (0x0523_0005, true),
            (0x0522_0002, false), // output
            (0x05a3_0000, false), // metadata capture
            (0x0d22_0000, false), // metadata output
            (0x0120_0001, false), // read() only
            (0x0420_1000, true),  // in several memory planes
            (0x0420_4000, false), // a codec
        ];
        for (capabilities, expected) in table {
            assert_eq!(is_camera(capabilities), expected, "{capabilities:08x}");
        }
    }

    #[test]
    fn udev_tells_what_a_closed_node_is() {
        crate::covers!("ENUM-15");
        assert!(may_capture(""));
        assert!(may_capture("E:ID_V4L_VERSION=2\nE:ID_V4L_CAPABILITIES=:capture:\n"));
        assert!(!may_capture("E:ID_V4L_CAPABILITIES=:\n"));
        assert!(!may_capture("E:ID_V4L_CAPABILITIES=:video_output:\n"));
    }
}
