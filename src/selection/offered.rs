//! Among which devices is selected.

use crate::model::{
    Backend, DeviceInfo, ErrorName, MediaDeviceKind, MediaError, MediaTrackConstraints, Property, TrackKind, Value,
};

/// The devices of a kind that selection may choose from: those that the tester names (`--device`), where these kinds are
/// asked for, else all but those that nobody means who does not name them.
///
/// # Errors
/// `NotFoundError` where a name is of no device of these kinds, or of several.
pub fn offered<'a>(
    kind: TrackKind,
    asked: &[TrackKind],
    constraints: &MediaTrackConstraints,
    devices: &'a [DeviceInfo],
    names: &[String],
) -> Result<Vec<&'a DeviceInfo>, MediaError> {
    let of_kind = |device: &&DeviceInfo| device.kind.track_kind() == Some(kind);
    let mut named = Vec::new();
    for name in names {
        named.push(find_device(name, asked, devices)?);
    }
    let chosen: Vec<_> = named.into_iter().filter(of_kind).collect();
    // A choice of cameras says nothing about microphones.
    if !chosen.is_empty() {
        return Ok(chosen);
    }
    let is_offered = |device: &&DeviceInfo| {
        of_kind(device) && (!(is_direct(device, devices) || is_monitor(device)) || asks(constraints, device))
    };
    Ok(devices.iter().filter(is_offered).collect())
}

/// Whether a microphone is a bare PCM beside the sources of a sound server, which may be using it: it is opened only
/// when it is asked for.
fn is_direct(device: &DeviceInfo, devices: &[DeviceInfo]) -> bool {
    let is_source = |other: &DeviceInfo| other.backend == Backend::Pulse && other.kind == MediaDeviceKind::AudioInput;
    device.backend == Backend::Alsa && devices.iter().any(is_source)
}

/// Whether a source gives back what a loudspeaker plays, and is not the default all the same: nobody who asks for a
/// microphone means it. Sound servers name these sources so.
fn is_monitor(device: &DeviceInfo) -> bool {
    device.backend == Backend::Pulse && device.node.ends_with(".monitor") && !device.is_default
}

/// Whether constraints name the device by its id.
fn asks(constraints: &MediaTrackConstraints, device: &DeviceInfo) -> bool {
    let id = Value::from(device.device_id.as_str());
    let sets = std::iter::once(&constraints.basic).chain(&constraints.advanced);
    sets.filter_map(|set| set.get(Property::DeviceId))
        .flat_map(|constraint| [&constraint.bare, &constraint.exact, &constraint.ideal].into_iter().flatten().flatten())
        .any(|value| *value == id)
}

/// The one device of these kinds with this node, id, or part of a label.
fn find_device<'a>(name: &str, asked: &[TrackKind], devices: &'a [DeviceInfo]) -> Result<&'a DeviceInfo, MediaError> {
    let devices: Vec<_> =
        devices.iter().filter(|device| device.kind.track_kind().is_some_and(|kind| asked.contains(&kind))).collect();
    if let Some(device) = devices.iter().find(|device| device.node == name || device.device_id.as_str() == name) {
        return Ok(device);
    }
    let wanted = name.to_lowercase();
    let found: Vec<_> =
        devices.iter().copied().filter(|device| device.label.to_lowercase().contains(&wanted)).collect();
    if let [device] = found[..] {
        return Ok(device);
    }
    let (number, list) = if found.is_empty() { ("No", devices) } else { ("More than one", found) };
    let names: Vec<_> = list.iter().map(|device| device.name()).collect();
    let what = match asked {
        [TrackKind::Video] => "camera",
        [TrackKind::Audio] => "microphone",
        _ => "device",
    };
    let message = format!(
        "{number} {what} has the node, id or label “{name}”: choose one of {}.",
        if names.is_empty() { "the devices that you plug in".to_owned() } else { names.join(", ") }
    );
    Err(MediaError::new(ErrorName::NotFoundError, message))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Constraint;

    fn nodes(kind: TrackKind, names: &[&str]) -> Result<Vec<String>, String> {
        nodes_where(None, kind, names)
    }

    fn nodes_where(asked: Option<&[TrackKind]>, kind: TrackKind, names: &[&str]) -> Result<Vec<String>, String> {
        let devices = [
            DeviceInfo::bare(MediaDeviceKind::AudioInput, "Webcam microphone", "hw:1,0"),
            DeviceInfo::bare(MediaDeviceKind::VideoInput, "Webcam", "/dev/video0"),
            DeviceInfo::bare(MediaDeviceKind::VideoInput, "Document camera", "/dev/video2"),
        ];
        let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
        let both = [TrackKind::Audio, TrackKind::Video];
        offered(kind, asked.unwrap_or(&both), &MediaTrackConstraints::default(), &devices, &names)
            .map(|devices| devices.iter().map(|device| device.node.clone()).collect())
            .map_err(|error| error.message)
    }

    #[test]
    fn a_device_is_named_by_node_id_or_unique_part_of_its_label() {
        let cameras = |names: &[&str]| nodes(TrackKind::Video, names).unwrap();
        assert_eq!(cameras(&[]), ["/dev/video0", "/dev/video2"]);
        assert_eq!(cameras(&["/dev/video2"]), ["/dev/video2"]);
        assert_eq!(cameras(&["id of /dev/video0"]), ["/dev/video0"]);
        assert_eq!(cameras(&["document"]), ["/dev/video2"]);
        assert_eq!(nodes(TrackKind::Audio, &["/dev/video2"]).unwrap(), ["hw:1,0"]);
    }

    #[test]
    fn an_unknown_or_ambiguous_name_says_what_there_is() {
        let unknown = nodes(TrackKind::Video, &["scanner"]).unwrap_err();
        assert!(unknown.contains("No device has") && unknown.contains("Document camera (/dev/video2)"), "{unknown}");
        let ambiguous = nodes(TrackKind::Video, &["cam"]).unwrap_err();
        assert!(ambiguous.contains("More than one") && ambiguous.contains("/dev/video0"), "{ambiguous}");
    }

    #[test]
    fn a_name_counts_among_the_kinds_that_are_asked_for() {
        let only_video = |names: &[&str]| nodes_where(Some(&[TrackKind::Video]), TrackKind::Video, names);
        assert_eq!(only_video(&["webcam"]).unwrap(), ["/dev/video0"], "the microphone has the word too");
        let error = only_video(&["hw:1,0"]).unwrap_err();
        assert!(error.starts_with("No camera has") && !error.contains("microphone"), "{error}");
    }

    #[test]
    fn bare_pcms_beside_a_sound_server_and_monitors_are_opened_only_when_asked_for() {
        let microphone =
            |backend, node| DeviceInfo { backend, ..DeviceInfo::bare(MediaDeviceKind::AudioInput, "Mic", node) };
        let source = microphone(Backend::Pulse, "pulse:mic");
        let bare = microphone(Backend::Alsa, "hw:1,0");
        let nodes = |devices: &[DeviceInfo], constraints: &MediaTrackConstraints, names: &[&str]| {
            let names: Vec<_> = names.iter().map(|&name| name.to_owned()).collect();
            let chosen = offered(TrackKind::Audio, &[TrackKind::Audio], constraints, devices, &names).unwrap();
            chosen.iter().map(|device| device.node.clone()).collect::<Vec<_>>()
        };
        let both = [source, bare.clone()];
        let any = MediaTrackConstraints::default();
        assert_eq!(nodes(&both, &any, &[]), ["pulse:mic"]);
        assert_eq!(nodes(&both, &any, &["hw:1,0"]), ["hw:1,0"]);
        assert_eq!(nodes(&[bare], &any, &[]), ["hw:1,0"]);
        for constraint in [Constraint::bare("id of hw:1,0"), Constraint::exact("id of hw:1,0")] {
            let mut named = MediaTrackConstraints::default();
            named.basic.set(Property::DeviceId, constraint);
            assert_eq!(nodes(&both, &named, &[]), ["pulse:mic", "hw:1,0"]);
        }
        let monitor = microphone(Backend::Pulse, "pulse:speaker.monitor");
        let default = DeviceInfo { is_default: true, ..monitor.clone() };
        assert!(nodes(std::slice::from_ref(&monitor), &any, &[]).is_empty());
        assert_eq!(nodes(&[monitor], &any, &["pulse:speaker.monitor"]), ["pulse:speaker.monitor"]);
        assert_eq!(nodes(&[default], &any, &[]), ["pulse:speaker.monitor"]);
    }
}
