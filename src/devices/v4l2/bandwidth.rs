//! Why the USB had no room for a stream (`ENOSPC`): what the mode needs, what the bus can reserve, and who else is on it.

use std::path::{Path, PathBuf};

use crate::devices::holders::other_holders;
use crate::devices::usb;
use crate::media::needed_bytes;
use crate::model::CameraMode;

use super::modes::ModeSource as _;
use super::node::Node;
use super::place::{self, Place};

/// A camera on the bus.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Load {
    /// As messages name it.
    name: String,
    /// The mode that is set.
    mode: CameraMode,
    /// The programs that have it open, in words.
    holder: String,
}

/// The bus of a camera, as far as sysfs tells.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Bus {
    /// The folder's name in sysfs, such as `usb1`.
    name: String,
    /// Negotiated speed of the camera in Mbit/s.
    speed_mbps: Option<u32>,
}

/// Mbit/s that isochronous transfers can reserve at a speed: 90 % of full speed, 80 % of high speed (USB 2.0, 5.6.4), 90 % of what
/// the line code leaves of the faster ones (USB 3.2, 8.12.5).
const RESERVABLE: [(u32, u32); 4] = [(12, 11), (480, 384), (5_000, 3_600), (10_000, 8_700)];

/// What is known of the room on the bus of `node`, for the sentence of the error: “… in MODE, which needs 442 of …”.
pub fn explained(node: &str, mode: &CameraMode) -> String {
    let node = Path::new(node);
    let (bus, folder) = bus_of(node).unwrap_or_default();
    in_words(mode, &bus, &loads(node, &folder))
}

fn in_words(mode: &CameraMode, bus: &Bus, loads: &[Load]) -> String {
    let needs = match (mbit_per_second(mode), reservable(bus)) {
        (Some(needed), Some(room)) => {
            format!(", which needs {needed} Mbit/s, where {} can reserve {room}", bus.name)
        }
        (Some(needed), None) => format!(", which needs {needed} Mbit/s"),
        (None, Some(room)) => {
            format!(", for which its driver reserves by its own table of {room} Mbit/s on {}", bus.name)
        }
        (None, None) => String::new(),
    };
    let others: Vec<_> = loads.iter().map(load_in_words).collect();
    let others = if others.is_empty() {
        "no other camera on that bus is in use".to_owned()
    } else {
        format!("on the same bus: {}", others.join("; "))
    };
    format!("in {mode}{needs}; {others}")
}

fn load_in_words(Load { name, mode, holder }: &Load) -> String {
    let rate = mbit_per_second(mode).map_or_else(|| "compressed".to_owned(), |rate| format!("{rate} Mbit/s"));
    format!("{name} in {mode} ({rate}), held by {holder}")
}

fn reservable(bus: &Bus) -> Option<u32> {
    RESERVABLE.iter().find(|(speed, _)| Some(*speed) == bus.speed_mbps).map(|(_, room)| *room)
}

/// What a raw mode transports, rounded; `None` of a compressed or unknown format.
fn mbit_per_second(mode: &CameraMode) -> Option<u64> {
    let bytes = needed_bytes(mode.pixel_format, mode.width, mode.height, 0)?;
    Some((bytes as f64 * 8.0 * mode.frame_rate.as_f64() / 1e6).round() as u64)
}

/// The bus, and the folder of its root hub.
fn bus_of(node: &Path) -> Option<(Bus, PathBuf)> {
    let unit = Place::of(&place::class_folder(node)?).usb?;
    let folder = usb::root_hub(Path::new(&unit.path))?;
    let name = folder.file_name()?.to_string_lossy().into_owned();
    Some((Bus { name, speed_mbps: unit.info.speed_mbps }, folder))
}

/// The other cameras on the bus that somebody has open.
fn loads(asked: &Path, bus: &Path) -> Vec<Load> {
    let nodes = super::listing::nodes(Path::new("/dev")).unwrap_or_default();
    let others = nodes.into_iter().filter(|node| node != asked);
    others.filter(|node| bus_of(node).is_some_and(|(_, folder)| folder == bus)).filter_map(|node| load(&node)).collect()
}

fn load(path: &Path) -> Option<Load> {
    let node = Node::open(path).ok()?;
    let holder = other_holders(Path::new("/proc"), path)?;
    let name = format!("{} ({})", node.describe().ok()?.card, path.display());
    let granted = node.format().ok()?;
    let mode = CameraMode {
        width: granted.width,
        height: granted.height,
        frame_rate: node.current_rate()?,
        pixel_format: granted.pixel_format,
    };
    Some(Load { name, mode, holder })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::PixelFormat;

    fn mode(width: u32, height: u32, pixel_format: PixelFormat) -> CameraMode {
        CameraMode { width, height, frame_rate: (30, 1).into(), pixel_format }
    }

    #[test]
    fn figures_of_the_mode_the_bus_and_the_others_are_told() {
        let bus = Bus { name: "usb1".to_owned(), speed_mbps: Some(480) };
        let other = Load {
            name: "Cam (/dev/video0)".to_owned(),
            mode: mode(640, 480, PixelFormat::YUYV),
            holder: "cheese (process 12)".to_owned(),
        };
        let words = in_words(&mode(1280, 720, PixelFormat::YUYV), &bus, &[other]);
        for part in [
            "needs 442 Mbit/s",
            "usb1 can reserve 384",
            "Cam (/dev/video0) in 640×480",
            "(147 Mbit/s)",
            "cheese (process 12)",
        ] {
            assert!(words.contains(part), "{part}: {words}");
        }
    }

    #[test]
    fn what_is_not_known_is_not_said() {
        let bus = Bus { name: "usb1".to_owned(), speed_mbps: Some(480) };
        let compressed = in_words(&mode(1920, 1080, PixelFormat::MJPG), &bus, &[]);
        assert!(compressed.contains("its own table of 384 Mbit/s on usb1"), "{compressed}");
        assert!(compressed.contains("no other camera"), "{compressed}");
        let unknown = in_words(&mode(640, 480, PixelFormat::YUYV), &Bus::default(), &[]);
        assert!(unknown.contains("which needs 147 Mbit/s;"), "{unknown}");
    }
}
