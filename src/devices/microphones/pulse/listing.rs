//! Sources as microphones.

use pulseaudio::protocol::{CardInfo, SampleFormat as PulseFormat, SourceInfo};

use crate::devices::IdMaker;
use crate::model::{AudioMode, Backend, DeviceInfo, Extent, GroupId, MediaDeviceKind, Mode, SampleFormat};
use crate::selection;

use super::super::alsa::unit_of_card;
use super::controls;

const PREFIX: &str = "pulse:";

/// The name of a source from the node of its microphone.
pub fn source_name(node: &str) -> Option<&str> {
    node.strip_prefix(PREFIX)
}

/// All sources: microphones first, then the monitors, which give back what a loudspeaker is to play.
pub fn microphones(
    ids: &IdMaker,
    default: Option<&str>,
    sources: &[SourceInfo],
    cards: &[CardInfo],
) -> Vec<DeviceInfo> {
    let (monitors, real): (Vec<_>, Vec<_>) = sources.iter().partition(|source| source.monitor_of_sink_index.is_some());
    real.into_iter().chain(monitors).map(|source| info(source, ids, default, cards)).collect()
}

fn info(source: &SourceInfo, ids: &IdMaker, default: Option<&str>, cards: &[CardInfo]) -> DeviceInfo {
    let card = cards.iter().find(|card| Some(card.index) == source.card_index);
    let name = source.name.to_string_lossy().into_owned();
    let place = property(source, "alsa.card").and_then(|card| unit_of_card(card.parse().ok()?));
    let group_id = place.as_ref().map_or_else(|| group(source, &name, ids), |place| place.group(ids));
    let device_id = ids.device_id(MediaDeviceKind::AudioInput, &["pulse", &name]);
    let (modes, note) = mode(source).map_or_else(
        || (Vec::new(), Some("the server gives its samples in a coding that the lab cannot read".to_owned())),
        |mode| (vec![Mode::Audio(mode)], None),
    );
    DeviceInfo {
        capabilities: selection::capabilities(&device_id, &group_id, None, &modes),
        device_id,
        kind: MediaDeviceKind::AudioInput,
        label: source.description.as_ref().map_or_else(|| name.clone(), |text| text.to_string_lossy().into_owned()),
        group_id,
        is_default: default == Some(name.as_str()),
        node: format!("{PREFIX}{name}"),
        backend: Backend::Pulse,
        driver: source.driver.as_ref().map(|driver| driver.to_string_lossy().into_owned()),
        bus: place.as_ref().and_then(|place| place.bus.clone()).or_else(|| property(source, "device.bus")),
        firmware: place.as_ref().and_then(|place| place.usb.as_ref()?.release.clone()),
        usb: place.and_then(|place| place.usb).map(|unit| unit.info),
        inputs: Vec::new(),
        modes,
        note,
        controls: Vec::new(),
        device_controls: controls::controls(source, card),
        is_denied: false,
    }
}

/// A monitor is of the unit of its sink.
fn group(source: &SourceInfo, name: &str, ids: &IdMaker) -> GroupId {
    match &source.monitor_of_sink_name {
        Some(sink) => ids.group_id(&["pulse", "sink", &sink.to_string_lossy()]),
        None => ids.group_id(&["pulse", "source", name]),
    }
}

/// The mode in which the source runs. The server converts to any other, but that would be none of the microphone's.
fn mode(source: &SourceInfo) -> Option<AudioMode> {
    let sample_format = match source.sample_spec.format {
        PulseFormat::U8 => SampleFormat::U8,
        // The server widens what telephones compress.
        PulseFormat::S16Le | PulseFormat::S16Be | PulseFormat::Alaw | PulseFormat::Ulaw => SampleFormat::S16,
        PulseFormat::S24Le | PulseFormat::S24Be => SampleFormat::S24In3,
        PulseFormat::S24In32Le | PulseFormat::S24In32Be => SampleFormat::S24,
        PulseFormat::S32Le | PulseFormat::S32Be => SampleFormat::S32,
        PulseFormat::Float32Le | PulseFormat::Float32Be => SampleFormat::F32,
        PulseFormat::Invalid => return None,
    };
    Some(AudioMode {
        sample_rate: Extent::One(source.sample_spec.sample_rate),
        channels: Extent::One(source.sample_spec.channels.into()),
        sample_format,
    })
}

fn property(source: &SourceInfo, name: &str) -> Option<String> {
    let key = std::ffi::CString::new(name).ok()?;
    let text = String::from_utf8_lossy(source.props.get_bytes(key)?);
    let text = text.trim_end_matches('\0');
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(name: &std::ffi::CStr, monitor: Option<u32>, format: PulseFormat) -> SourceInfo {
        let mut source = SourceInfo {
            name: name.to_owned(),
            description: Some(c"A source".to_owned()),
            monitor_of_sink_index: monitor,
            monitor_of_sink_name: monitor.map(|_| c"speaker".to_owned()),
            ..SourceInfo::default()
        };
        source.sample_spec.format = format;
        source.sample_spec.channels = 2;
        source.sample_spec.sample_rate = 44_100;
        source
    }

    #[test]
    fn monitors_come_last_and_the_default_is_the_servers() {
        let sources = [
            source(c"speaker.monitor", Some(1), PulseFormat::S16Le),
            source(c"mic", None, PulseFormat::S16Le),
            source(c"other", None, PulseFormat::S24Le),
        ];
        let list = microphones(&IdMaker::new(b"salt"), Some("other"), &sources, &[]);
        let nodes: Vec<_> = list.iter().map(|device| (device.node.as_str(), device.is_default)).collect();
        assert_eq!(nodes, [("pulse:mic", false), ("pulse:other", true), ("pulse:speaker.monitor", false)]);
        assert_eq!(source_name(&list[0].node), Some("mic"));
        assert_eq!(list[0].label, "A source");
        assert_ne!(list[0].device_id, list[1].device_id);
    }

    #[test]
    fn the_one_mode_is_the_sources_own() {
        let expected = |sample_format| {
            Some(AudioMode { sample_rate: Extent::One(44_100), channels: Extent::One(2), sample_format })
        };
        let table = [
            (PulseFormat::S16Le, expected(SampleFormat::S16)),
            (PulseFormat::Ulaw, expected(SampleFormat::S16)),
            (PulseFormat::S24Le, expected(SampleFormat::S24In3)),
            (PulseFormat::S24In32Le, expected(SampleFormat::S24)),
            (PulseFormat::Float32Le, expected(SampleFormat::F32)),
            (PulseFormat::Invalid, None),
        ];
        for (format, expected) in table {
            assert_eq!(mode(&source(c"mic", None, format)), expected, "{format:?}");
        }
        let unreadable = microphones(&IdMaker::new(b""), None, &[source(c"mic", None, PulseFormat::Invalid)], &[]);
        assert!(unreadable[0].modes.is_empty() && unreadable[0].note.is_some());
    }

    #[test]
    fn properties_are_read_without_their_end() {
        let mut mic = source(c"mic", None, PulseFormat::S16Le);
        mic.props.set_bytes(c"device.bus", b"usb\0");
        assert_eq!(property(&mic, "device.bus").as_deref(), Some("usb"));
        assert_eq!(property(&mic, "alsa.card"), None);
    }
}
