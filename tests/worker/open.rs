//! `getUserMedia`, sharing, and the end of a device.

use capture_lab::model::{ChosenMode, ErrorName, MediaTrackConstraints, PixelFormat, Property, TrackKind};
use capture_lab::selection::parse_constraints;
use capture_lab::worker::{Choice, Command, Event, Reply, TrackChange, TrackMonitor};

use crate::support::{CAMERA, Lab, MICROPHONE, delivered, is_wide, stream, track_of};

#[test]
fn both_kinds_come_in_one_stream() {
    capture_lab::covers!("GUM-02", "GUM-12", "ENUM-12");
    let mut lab = Lab::pair();
    let opened = lab.open(r#"{"video":true,"audio":true}"#).unwrap();
    let (video, audio) = (track_of(&opened, TrackKind::Video), track_of(&opened, TrackKind::Audio));
    assert_eq!((opened.tracks.len(), video.track.label.as_str(), audio.track.label.as_str()), (2, "Cam", "Mic"));
    assert!(video.track.is_live() && video.track.enabled() && !video.track.muted());
    assert_eq!(video.track.constraints, MediaTrackConstraints::default(), "what true asks for");
    let capabilities: Vec<_> = lab.devices().into_iter().map(|device| device.capabilities).collect();
    assert_eq!(capabilities, [audio.track.capabilities.clone(), video.track.capabilities.clone()]);
    assert_eq!(audio.track.settings.number(Property::SampleRate), Some(48000.0));
}

#[test]
fn frames_and_samples_arrive_as_time_goes() {
    let mut lab = Lab::pair();
    let opened = lab.open(r#"{"video":{"frameRate":{"exact":30}},"audio":true}"#).unwrap();
    let (video, audio) = (track_of(&opened, TrackKind::Video).clone(), track_of(&opened, TrackKind::Audio).clone());
    lab.advance(2.0);
    lab.until("59 frames", |_| (delivered(&video) >= 59).then_some(()));
    let TrackMonitor::Audio { report } = &audio.monitor else { panic!("no audio monitor") };
    lab.until("1.9 s of samples", |_| (report.peek()?.frames >= 91_200).then_some(()));
    let levels = report.peek().unwrap();
    let peaks: Vec<_> = levels.meter.iter().map(|channel| 20.0 * channel.peak.log10()).collect();
    assert!((peaks[0] + 18.0).abs() < 0.05 && (peaks[1] + 24.0).abs() < 0.05, "{peaks:?}");
}

#[test]
fn nothing_asked_for_is_a_type_error() {
    capture_lab::covers!("GUM-01");
    let mut lab = Lab::pair();
    assert_eq!(lab.open("{}").unwrap_err().name, ErrorName::TypeError);
    assert_eq!(lab.open(r#"{"video":false}"#).unwrap_err().name, ErrorName::TypeError);
}

#[test]
fn a_kind_without_devices_is_not_found() {
    capture_lab::covers!("GUM-03");
    let mut lab = Lab::new(&[], &[MICROPHONE]);
    assert_eq!(lab.open(r#"{"video":{"width":{"exact":1}}}"#).unwrap_err().name, ErrorName::NotFoundError);
}

#[test]
fn all_or_nothing() {
    capture_lab::covers!("GUM-02");
    // GUM-02: the microphone would open, the camera cannot satisfy the constraint.
    let mut lab = Lab::pair();
    let error = lab.open(r#"{"audio":true,"video":{"width":{"exact":641}}}"#).unwrap_err();
    assert_eq!((error.name, error.constraint), (ErrorName::OverconstrainedError, Some(Property::Width)));
    // The microphone was begun with; what was opened is closed again.
    if lab.logged("Opening Mic") > 0 {
        lab.until_logged("is closed");
    }
    let used = lab.devices().len();
    assert_eq!(
        (used, lab.logged("Opening"), lab.logged("is closed")),
        (2, lab.logged("Opening Mic"), lab.logged("Opening"))
    );
}

#[test]
fn a_busy_device_makes_way_for_the_next() {
    capture_lab::covers!("GUM-10", "PERM-03");
    let busy = r#"(name: "busy", label: "Busy", open: Busy, modes: [(sizes: [(640, 480)], rates: [(30, 1)], formats: ["NV12"])])"#;
    let mut lab = Lab::new(&[busy, CAMERA], &[]);
    assert_eq!(lab.open_one(r#"{"video":true}"#).track.label, "Cam");
    let mut alone = Lab::new(&[busy], &[]);
    let error = alone.open(r#"{"video":true}"#).unwrap_err();
    assert_eq!((error.name, error.device.as_deref()), (ErrorName::NotReadableError, Some("Busy (virtual:busy)")));
}

#[test]
fn a_forbidden_device_is_not_allowed() {
    capture_lab::covers!("GUM-06", "PERM-02", "PERM-03");
    let forbidden = r#"(name: "no", label: "No", open: PermissionDenied, rates: [48000], channels: [(hertz: 997.0, peak_dbfs: -18.0)])"#;
    let mut lab = Lab::new(&[], &[forbidden]);
    assert_eq!(lab.open(r#"{"audio":true}"#).unwrap_err().name, ErrorName::NotAllowedError);
}

#[test]
fn a_device_that_opens_too_slowly_is_given_up() {
    capture_lab::covers!("GUM-16", "PERM-03");
    let slow = r#"(name: "slow", label: "Slow", open: DelaySeconds(30.0), modes: [(sizes: [(640, 480)], rates: [(30, 1)], formats: ["NV12"])])"#;
    let mut lab = Lab::new(&[slow], &[]);
    let request = lab.send_open(r#"{"video":true}"#);
    lab.until_logged("Opening Slow");
    lab.advance(10.5);
    assert_eq!(lab.answer(request).unwrap_err().name, ErrorName::AbortError);
    lab.until_logged("Slow (virtual:slow) is closed");
}

#[test]
fn a_device_is_shared_and_closed_with_its_last_track() {
    capture_lab::covers!("GUM-15", "TRK-01", "TRK-05", "TRK-06");
    let mut lab = Lab::pair();
    let first = lab.open_one(r#"{"video":{"width":640}}"#);
    let second = lab.open_one(r#"{"video":true}"#);
    assert_ne!(first.track.id, second.track.id);
    assert_eq!((first.track.label.as_str(), second.track.label.as_str()), ("Cam", "Cam"));
    assert_eq!((first.track.device_id.clone(), first.mode), (second.track.device_id.clone(), second.mode));
    assert_eq!(lab.logged("is open in"), 1);

    lab.ask(Command::StopTrack { track: first.track.id }).unwrap();
    let before = delivered(&second);
    lab.advance(1.0);
    lab.until("frames for the second track", |_| (delivered(&second) > before + 10).then_some(()));
    assert_eq!(lab.logged("is closed"), 0);

    lab.ask(Command::StopTrack { track: second.track.id }).unwrap();
    lab.until_logged("is closed");
    let ended = |track| lab.changes(track).iter().any(|(_, change)| matches!(change, TrackChange::Ended(_)));
    assert!(!ended(first.track.id) && !ended(second.track.id), "stop() fired ended");
}

#[test]
fn concurrent_calls_for_one_camera_are_both_served() {
    capture_lab::covers!("GUM-15");
    let mut lab = Lab::pair();
    let requests = [lab.send_open(r#"{"video":true}"#), lab.send_open(r#"{"video":true}"#)];
    let ids = requests.map(|request| stream(lab.answer(request).unwrap()).tracks[0].track.id);
    assert_ne!(ids[0], ids[1]);
    assert_eq!(lab.logged("is open in"), 1);
}

#[test]
fn a_device_that_is_being_closed_is_opened_again() {
    let mut lab = Lab::pair();
    let first = lab.open_one(r#"{"video":{"width":{"exact":320}}}"#);
    lab.send(Command::StopTrack { track: first.track.id });
    let second = lab.open_one(r#"{"video":{"width":{"exact":640}}}"#);
    assert!(is_wide(&second.track.settings, 640.0));
}

#[test]
fn the_list_has_microphones_first_and_one_default_of_each_kind() {
    capture_lab::covers!("ENUM-02", "ENUM-04");
    let mut lab = Lab::pair();
    let devices = lab.devices();
    let kinds: Vec<_> = devices.iter().map(|device| (device.kind.name(), device.is_default)).collect();
    assert_eq!(kinds, [("audioinput", true), ("videoinput", true)]);
    let can = |at: usize, property| devices[at].capabilities.get(property).is_some();
    assert!(can(0, Property::SampleRate) && can(1, Property::Width), "inputs tell what they can do");
}

#[test]
fn every_request_is_answered_once() {
    let mut lab = Lab::pair();
    let opened = lab.open_one(r#"{"video":true}"#);
    let track = opened.track.id;
    let mut requests = vec![lab.send_open("{}"), lab.send_open(r#"{"video":true,"audio":true}"#)];
    requests.push(lab.send(Command::EnumerateDevices));
    requests.push(lab.send_apply(track, r#"{"width":320}"#));
    requests.push(lab.send_apply(track, r#"{"width":{"exact":7}}"#));
    requests.push(lab.send(Command::SetEnabled { track, enabled: false }));
    requests.push(lab.send(Command::StopTrack { track }));
    requests.push(lab.send(Command::StopTrack { track }));
    requests.push(lab.send_apply(track, "{}"));
    for request in &requests {
        lab.answer(*request).ok();
    }
    lab.ask(Command::EnumerateDevices).unwrap();
    assert!(requests.iter().all(|request| lab.answers_to(*request) == 1), "{:#?}", lab.events);
    let answers = lab.events.iter().filter(|event| matches!(event, Event::Answer { .. })).count();
    assert_eq!(answers, requests.len() + 2);
}

#[test]
fn dropping_the_worker_closes_a_device_that_is_open() {
    capture_lab::covers!("GUM-16", "TRK-11");
    let mut lab = Lab::pair();
    lab.open(r#"{"video":true,"audio":true}"#).unwrap();
    let start = std::time::Instant::now();
    drop(lab.worker.take());
    assert!(start.elapsed().as_secs_f64() < 2.0, "took {:?}", start.elapsed());
}

#[test]
fn a_full_queue_is_an_answer_too() {
    let mut lab = Lab::pair();
    lab.devices();
    let requests: Vec<_> = (0..2000).map(|_| lab.send(Command::EnumerateDevices)).collect();
    let mut refused = 0;
    for request in &requests {
        match lab.answer(*request) {
            Ok(Reply::Devices(_)) => {}
            Err(error) => {
                assert_eq!(error.name, ErrorName::InvalidStateError);
                refused += 1;
            }
            Ok(other) => panic!("{other:?}"),
        }
    }
    assert!(refused > 0, "2000 requests at once did not fill the queue");
    assert!(requests.iter().all(|request| lab.answers_to(*request) == 1));
}

#[test]
fn a_format_that_the_lab_cannot_decode_is_opened_by_name_and_neither_recorded_nor_pictured() {
    let mut lab = Lab::new(&[&CAMERA.replacen("NV12", "NV12\", \"HEVC", 1)], &[]);
    let constraints = parse_constraints(r#"{"video":true}"#).expect("constraints").constraints;
    let choice = Choice { pixel_format: Some(PixelFormat(*b"HEVC")), ..Choice::default() };
    let opened = lab.ask(Command::GetUserMedia { constraints, choice }).map(stream).expect("a stream");
    let TrackMonitor::Video { report, preview, .. } = &opened.tracks[0].monitor else { panic!("no video") };
    lab.advance(1.0);
    lab.until("frames", |_| report.peek().filter(|report| report.delivered >= 20));
    assert_eq!(report.peek().map(|report| (report.corrupt, report.luma)), Some((0, None)));
    assert!(preview.take().is_none());
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("clip.mp4");
    let refused = lab.ask(Command::StartRecording { stream: opened.stream, path: path.clone(), overwrite: false });
    let error = refused.expect_err("no clip");
    assert!(error.name == ErrorName::NotSupportedError && error.message.contains("cannot decode HEVC"), "{error:?}");
    assert!(!path.exists());
    lab.ask(Command::StopTrack { track: opened.tracks[0].track.id }).expect("stopped");
    let seen = lab.open_one(r#"{"video":true}"#);
    assert!(matches!(seen.mode, ChosenMode::Video(mode) if mode.pixel_format == PixelFormat::NV12), "{:?}", seen.mode);
}
