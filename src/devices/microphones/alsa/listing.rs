//! Which capture PCMs there are, and what each offers.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use crate::devices::IdMaker;
use crate::devices::holders::in_use_by;
use crate::devices::identity::{Identity, device_ids};
use crate::model::{AudioMode, Backend, DeviceControl, DeviceId, DeviceInfo, MediaDeviceKind, Mode};
use crate::selection;

use super::cards::{PcmName, Place};
use super::{mixer, probe, proc};

const NODES: &str = "/dev/snd";
const PROC: &str = "/proc/asound";

/// The modes of nodes that were asked once: asking opens the PCM, which might be in the way of another program. The
/// stamp tells a node from its successor.
#[derive(Debug, Default)]
pub struct Known(HashMap<PcmName, (Stamp, Vec<AudioMode>)>);

/// When a node came, and with which permissions.
type Stamp = (u64, i64, i64);

/// A PCM before it has its id.
struct Found {
    name: PcmName,
    label: String,
    place: Place,
    modes: Vec<AudioMode>,
    controls: Vec<DeviceControl>,
    note: Option<String>,
    is_denied: bool,
}

/// All capture PCMs, by number.
pub fn microphones(ids: &IdMaker, known: &mut Known) -> Vec<DeviceInfo> {
    let names = nodes(Path::new(NODES));
    known.0.retain(|name, _| names.contains(name));
    let cards = proc::cards(&read(&Path::new(PROC).join("cards")));
    let pcms = proc::pcms(&read(&Path::new(PROC).join("pcm")));
    let found: Vec<Found> = names
        .into_iter()
        .map(|name| {
            let card = cards.get(&name.card).map_or("", String::as_str);
            let pcm = pcms.get(&name).map_or("", String::as_str);
            let (modes, note, is_denied) = ask(name, known);
            let place = Place::of(&Path::new("/sys/class/sound").join(format!("card{}", name.card)));
            Found { name, label: label(card, pcm), place, modes, controls: in_mixer(name), note, is_denied }
        })
        .collect();
    let identities: Vec<Identity> = found.iter().map(|found| found.place.identity(found.name.device)).collect();
    let device_ids = device_ids(ids, MediaDeviceKind::AudioInput, &identities);
    found.into_iter().zip(device_ids).map(|(found, id)| found.into_info(id, ids)).collect()
}

/// What the mixer of a card has for what is captured; none where it cannot be asked.
fn in_mixer(name: PcmName) -> Vec<DeviceControl> {
    let mixer = mixer::open(name.card);
    mixer.map(|mixer| mixer::controls(&mixer, &mut BTreeMap::new())).unwrap_or_default()
}

/// The capture PCMs of a folder of nodes; none where there is no sound card.
fn nodes(folder: &Path) -> Vec<PcmName> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<_> =
        entries.flatten().filter_map(|entry| PcmName::of_node(entry.file_name().to_str()?)).collect();
    names.sort_unstable();
    names
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_default()
}

/// `HDA Intel PCH: ALC257 Analog`; not the card's name twice.
fn label(card: &str, pcm: &str) -> String {
    match (card, pcm) {
        (name, "") | ("", name) => name.to_owned(),
        (card, pcm) if pcm.starts_with(card) => pcm.to_owned(),
        (card, pcm) => format!("{card}: {pcm}"),
    }
}

/// The modes of a PCM, what could not be found out, and whether this user may not open it.
fn ask(name: PcmName, known: &mut Known) -> (Vec<AudioMode>, Option<String>, bool) {
    let stamp = stamp(&name.node());
    if let Some((_, modes)) = known.0.get(&name).filter(|(then, modes)| Some(*then) == stamp && !modes.is_empty()) {
        return (modes.clone(), None, false);
    }
    match probe::modes(name) {
        Ok(modes) => {
            known.0.extend(stamp.map(|stamp| (name, (stamp, modes.clone()))));
            let note = modes.is_empty().then(|| "it offers no coding of samples that the lab can read".to_owned());
            (modes, note, false)
        }
        Err(libc::EBUSY | libc::EAGAIN) => {
            let (modes, note) = busy(name);
            (modes, note, false)
        }
        Err(errno) => (Vec::new(), Some(not_asked(errno)), matches!(errno, libc::EACCES | libc::EPERM)),
    }
}

fn stamp(node: &Path) -> Option<Stamp> {
    let metadata = fs::metadata(node).ok()?;
    Some((metadata.ino(), metadata.ctime(), metadata.ctime_nsec()))
}

/// What `/proc/asound` tells of a PCM that another program has open.
fn busy(name: PcmName) -> (Vec<AudioMode>, Option<String>) {
    let card = Path::new(PROC).join(format!("card{}", name.card));
    let usb = proc::usb_stream(&read(&card.join(format!("stream{}", name.device))));
    let holder = in_use_by(Path::new("/proc"), &name.node());
    if !usb.is_empty() {
        return (usb, Some(format!("in use by {holder}")));
    }
    let running: Vec<_> = subdevices(&card.join(format!("pcm{}c", name.device)))
        .iter()
        .filter_map(|folder| proc::hw_params(&read(&folder.join("hw_params"))))
        .take(1)
        .collect();
    let which = if running.is_empty() { "its modes are not known" } else { "only its present mode is known" };
    (running, Some(format!("in use by {holder}: {which}")))
}

fn subdevices(pcm: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(pcm).into_iter().flatten().flatten();
    let mut folders: Vec<_> =
        entries.map(|entry| entry.path()).filter(|path| path.join("hw_params").is_file()).collect();
    folders.sort();
    folders
}

/// Why a PCM could not be asked what it can do.
fn not_asked(errno: i32) -> String {
    match errno {
        libc::EACCES | libc::EPERM => {
            "this user may not open it (EACCES): add the user to the group “audio” and log in again".to_owned()
        }
        _ => format!("it could not be asked what it can do: {}", std::io::Error::from_raw_os_error(errno)),
    }
}

impl Found {
    fn into_info(self, device_id: DeviceId, ids: &IdMaker) -> DeviceInfo {
        let modes: Vec<Mode> = self.modes.into_iter().map(Mode::Audio).collect();
        let group_id = self.place.group(ids);
        DeviceInfo {
            capabilities: selection::capabilities(&device_id, &group_id, None, &modes),
            device_id,
            kind: MediaDeviceKind::AudioInput,
            label: self.label,
            group_id,
            is_default: false,
            node: self.name.to_string(),
            backend: Backend::Alsa,
            driver: self.place.driver,
            bus: self.place.bus,
            firmware: self.place.usb.as_ref().and_then(|unit| unit.release.clone()),
            usb: self.place.usb.map(|unit| unit.info),
            inputs: Vec::new(),
            modes,
            note: self.note,
            controls: Vec::new(),
            device_controls: self.controls,
            is_denied: self.is_denied,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_capture_pcms_are_microphones_and_come_by_number() {
        crate::covers!("ENUM-15");
        let folder = tempfile::tempdir().unwrap();
        for name in ["pcmC10D0c", "pcmC2D1c", "pcmC2D0c", "pcmC2D0p", "controlC2", "timer", "seq"] {
            fs::write(folder.path().join(name), "").unwrap();
        }
        let names: Vec<_> = nodes(folder.path()).into_iter().map(|name| name.to_string()).collect();
        assert_eq!(names, ["hw:2,0", "hw:2,1", "hw:10,0"]);
        assert!(nodes(&folder.path().join("absent")).is_empty());
    }

    #[test]
    fn a_label_says_card_and_pcm_once() {
        let table = [
            ("HDA Intel PCH", "ALC257 Analog", "HDA Intel PCH: ALC257 Analog"),
            ("Loopback", "Loopback PCM", "Loopback PCM"),
            ("Webcam", "", "Webcam"),
            ("", "USB Audio", "USB Audio"),
            ("", "", ""),
        ];
        for (card, pcm, expected) in table {
            assert_eq!(label(card, pcm), expected);
        }
    }
}
