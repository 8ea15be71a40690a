//! `getUserMedia` (`#dom-mediadevices-getusermedia`).

use crate::model::{
    Backend, Cause, ChosenMode, DeviceId, DeviceInfo, ErrorName, EventName, MediaDeviceKind, MediaError, MediaStream,
    MediaStreamConstraints, MediaTrackConstraints, Property, TrackKind, Value,
};
use crate::selection::{self, Candidate, Context, Rules, Selection};
use crate::worker::message::SourceId;
use crate::worker::{Choice, OpenedStream, Reply, RequestId};

use super::Session;
use super::jobs::{Job, KindJob};
use super::sources::SourceState;
use super::tracks::NewTrack;

/// The settings for one kind, on a device that runs.
#[derive(Debug)]
pub(super) struct Ready {
    source: SourceId,
    selection: Selection,
}

impl Session {
    pub(super) fn get_user_media(&mut self, request: RequestId, constraints: MediaStreamConstraints, choice: Choice) {
        self.log(EventName::Request, "getUserMedia", Cause::User, selection::to_json(&constraints));
        if let Err(error) = selection::check_request(&constraints) {
            return self.answer(request, Err(error));
        }
        let MediaStreamConstraints { video, audio } = constraints;
        let audio = audio.map(|constraints| KindJob::new(TrackKind::Audio, constraints));
        let video = video.map(|constraints| KindJob::new(TrackKind::Video, constraints));
        let kinds = audio.into_iter().chain(video).collect();
        self.jobs.push(Job::new(request, choice, kinds, self.clock.now()));
    }

    /// `Some` when the call is to be answered.
    pub(super) fn step_job(&mut self, job: &mut Job) -> Option<Result<Vec<Ready>, MediaError>> {
        let mut ready = Vec::new();
        let asked: Vec<_> = job.kinds.iter().map(|kind| kind.kind).collect();
        for index in 0..job.kinds.len() {
            let kind = job.kinds.get_mut(index)?;
            match self.step_kind(kind, &asked, &job.choice) {
                Ok(Some(one)) => ready.push(one),
                Ok(None) => {}
                Err(error) => return Some(Err(error)),
            }
        }
        (ready.len() == job.kinds.len()).then_some(Ok(ready))
    }

    /// Selects a device and settings for one kind, and has the device opened; `None` while it does not run yet.
    fn step_kind(
        &mut self,
        kind: &mut KindJob,
        asked: &[TrackKind],
        choice: &Choice,
    ) -> Result<Option<Ready>, MediaError> {
        let devices = self.devices.clone().unwrap_or_default();
        let chosen = chosen_devices(kind.kind, asked, &kind.constraints, &devices, choice)?;
        unreadable(&chosen).map_or(Ok(()), Err)?;
        let untried: Vec<_> = chosen
            .iter()
            .filter(|device| !kind.failed.iter().any(|(failed, _)| *failed == device.device_id))
            .map(|device| Candidate { device, fixed_mode: self.fixed_mode(&device.device_id) })
            .collect();
        if let (true, Some((_, error))) = (untried.is_empty(), kind.failed.first()) {
            return Err(error.clone());
        }
        let rules = Rules::new(kind.kind, Context::GetUserMedia);
        let ranked = selection::select(&rules, &untried, &kind.constraints, choice.pixel_format)
            .map_err(|error| kind.failed.first().map_or(error, |(_, failure)| failure.clone()))?;
        let Some(best) = ranked.into_iter().next() else { return Ok(None) };
        let Some(device) = untried.get(best.candidate).map(|candidate| candidate.device) else { return Ok(None) };
        Ok(self.open_for(kind, device, best))
    }

    fn open_for(&mut self, kind: &mut KindJob, device: &DeviceInfo, selection: Selection) -> Option<Ready> {
        let id = &device.device_id;
        kind.wants = Some(id.clone());
        match self.source_of(id).map(|(source, state)| (source, state.state)) {
            Some((source, SourceState::Running)) => Some(Ready { source, selection }),
            Some(_) => None,
            None => {
                if let Err(error) = self.open_source(device.clone(), selection.mode) {
                    kind.wants = None;
                    kind.failed.push((id.clone(), error.to_media_error(&device.name())));
                    self.enumerator.ask(); // it may have gone; the next step tries the next device
                }
                None
            }
        }
    }

    /// The mode that a newcomer must take because the device runs in it for others (APP-09).
    pub(super) fn fixed_mode(&self, device: &DeviceId) -> Option<ChosenMode> {
        let (_, source) = self.source_of(device)?;
        (source.state != SourceState::Closing).then_some(source.mode)
    }

    /// Answers a call.
    pub(super) fn settle(&mut self, job: Job, result: Result<Vec<Ready>, MediaError>) {
        let ready = match result {
            Ok(ready) => ready,
            Err(error) => return self.answer(job.request, Err(error)),
        };
        let mut tracks = Vec::new();
        for (kind, Ready { source, selection }) in job.kinds.into_iter().zip(ready) {
            let new = NewTrack {
                kind: kind.kind,
                constraints: kind.constraints,
                settings: selection.settings,
                pixel_format: job.choice.pixel_format,
            };
            tracks.extend(self.new_track(source, new));
        }
        let stream = MediaStream::new(tracks.iter().map(|opened| opened.track.id));
        let opened = OpenedStream { stream: stream.id, tracks };
        for track in &opened.tracks {
            let text = format!("{} opened in {}.", track.track.label, track.mode);
            self.log(EventName::Success, "getUserMedia", Cause::User, text);
        }
        self.streams.insert(stream.id, stream);
        self.answer(job.request, Ok(Reply::Stream(opened)));
    }
}

/// The devices of a kind that the tester lets the lab choose from (`--device`), where these kinds are asked for.
fn chosen_devices<'a>(
    kind: TrackKind,
    asked: &[TrackKind],
    constraints: &MediaTrackConstraints,
    devices: &'a [DeviceInfo],
    choice: &Choice,
) -> Result<Vec<&'a DeviceInfo>, MediaError> {
    let of_kind = |device: &&DeviceInfo| device.kind.track_kind() == Some(kind);
    let mut named = Vec::new();
    for name in &choice.devices {
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

/// Why none of the devices has a mode, where the system says why: they are busy, or closed to this user.
fn unreadable(chosen: &[&DeviceInfo]) -> Option<MediaError> {
    let first = chosen.iter().find(|device| device.note.is_some())?;
    let note = first.note.as_deref()?;
    chosen.iter().all(|device| device.modes.is_empty()).then(|| {
        let name = first.name();
        let error = if first.is_denied { ErrorName::NotAllowedError } else { ErrorName::NotReadableError };
        MediaError::new(error, format!("{name} cannot be opened: {note}.")).on(name)
    })
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
    use crate::model::{Capabilities, Constraint, GroupId};

    fn device(kind: MediaDeviceKind, label: &str, node: &str) -> DeviceInfo {
        DeviceInfo {
            device_id: DeviceId(format!("id of {node}")),
            kind,
            label: label.to_owned(),
            group_id: GroupId::default(),
            is_default: false,
            node: node.to_owned(),
            backend: Backend::Virtual,
            driver: None,
            bus: None,
            usb: None,
            capabilities: Capabilities::default(),
            modes: Vec::new(),
            note: None,
            is_denied: false,
        }
    }

    fn nodes(kind: TrackKind, names: &[&str]) -> Result<Vec<String>, String> {
        nodes_where(None, kind, names)
    }

    fn nodes_where(asked: Option<&[TrackKind]>, kind: TrackKind, names: &[&str]) -> Result<Vec<String>, String> {
        let devices = [
            device(MediaDeviceKind::AudioInput, "Webcam microphone", "hw:1,0"),
            device(MediaDeviceKind::VideoInput, "Webcam", "/dev/video0"),
            device(MediaDeviceKind::VideoInput, "Document camera", "/dev/video2"),
        ];
        let choice = Choice { devices: names.iter().map(|&name| name.to_owned()).collect(), pixel_format: None };
        let both = [TrackKind::Audio, TrackKind::Video];
        chosen_devices(kind, asked.unwrap_or(&both), &MediaTrackConstraints::default(), &devices, &choice)
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
        let microphone = |backend, node| DeviceInfo { backend, ..device(MediaDeviceKind::AudioInput, "Mic", node) };
        let source = microphone(Backend::Pulse, "pulse:mic");
        let bare = microphone(Backend::Alsa, "hw:1,0");
        let offered = |devices: &[DeviceInfo], constraints: &MediaTrackConstraints, names: &[&str]| {
            let choice = Choice { devices: names.iter().map(|&name| name.to_owned()).collect(), pixel_format: None };
            let chosen = chosen_devices(TrackKind::Audio, &[TrackKind::Audio], constraints, devices, &choice).unwrap();
            chosen.iter().map(|device| device.node.clone()).collect::<Vec<_>>()
        };
        let both = [source, bare.clone()];
        let any = MediaTrackConstraints::default();
        assert_eq!(offered(&both, &any, &[]), ["pulse:mic"]);
        assert_eq!(offered(&both, &any, &["hw:1,0"]), ["hw:1,0"]);
        assert_eq!(offered(&[bare], &any, &[]), ["hw:1,0"]);
        for constraint in [Constraint::bare("id of hw:1,0"), Constraint::exact("id of hw:1,0")] {
            let mut named = MediaTrackConstraints::default();
            named.basic.set(Property::DeviceId, constraint);
            assert_eq!(offered(&both, &named, &[]), ["pulse:mic", "hw:1,0"]);
        }
        let monitor = microphone(Backend::Pulse, "pulse:speaker.monitor");
        let default = DeviceInfo { is_default: true, ..monitor.clone() };
        assert!(offered(std::slice::from_ref(&monitor), &any, &[]).is_empty());
        assert_eq!(offered(&[monitor], &any, &["pulse:speaker.monitor"]), ["pulse:speaker.monitor"]);
        assert_eq!(offered(&[default], &any, &[]), ["pulse:speaker.monitor"]);
    }

    #[test]
    fn a_device_without_modes_says_why() {
        let note = |note: Option<&str>| {
            let closed = device(MediaDeviceKind::AudioInput, "Mic", "hw:1,0");
            DeviceInfo {
                note: note.map(str::to_owned),
                is_denied: note.is_some_and(|note| note.contains("may not")),
                ..closed
            }
        };
        let error = unreadable(&[&note(None), &note(Some("this user may not open it"))]).unwrap();
        assert_eq!(error.name, ErrorName::NotAllowedError);
        assert_eq!(unreadable(&[&note(Some("it is busy"))]).unwrap().name, ErrorName::NotReadableError);
        assert!(error.message.contains("Mic (hw:1,0)") && error.message.contains("may not open"), "{}", error.message);
        assert!(unreadable(&[&note(None)]).is_none() && unreadable(&[]).is_none());
    }
}
