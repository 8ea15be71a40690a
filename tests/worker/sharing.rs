//! Several tracks on one device, each cropped, scaled and thinned out for itself, and the device's mode for all of them.

use capture_lab::measure::VideoReport;
use capture_lab::model::{ErrorName, Property};
use capture_lab::worker::{Command, OpenedTrack, TrackChange, TrackMonitor};

use crate::support::{Lab, delivered, is_wide, size};

const LARGE: &str = r#"(name: "large", label: "Large", modes: [
    (sizes: [(320, 240), (640, 480)], rates: [(30, 1)], formats: ["NV12"]),
    (sizes: [(1280, 720)], rates: [(30, 1)], formats: ["YUYV"]),
])"#;

fn report(track: &OpenedTrack) -> VideoReport {
    let TrackMonitor::Video { report, .. } = &track.monitor else { panic!("no picture") };
    (*report.peek().expect("a report")).clone()
}

fn produced(track: &OpenedTrack) -> u64 {
    let TrackMonitor::Video { report, .. } = &track.monitor else { panic!("no picture") };
    report.peek().map_or(0, |report| report.produced)
}

/// Waits for a picture of the track in its present settings; gives its size.
fn shown(lab: &mut Lab, track: &OpenedTrack) -> (u32, u32) {
    let TrackMonitor::Video { preview, .. } = &track.monitor else { panic!("no picture") };
    preview.take();
    lab.until("a picture", |lab| {
        lab.advance(0.05);
        preview.take().map(|image| (image.width, image.height))
    })
}

#[test]
fn a_clone_is_scaled_and_the_original_left_alone() {
    capture_lab::covers!("CLN-01", "RSZ-03", "RSZ-06");
    // SEQ-08
    let mut lab = Lab::new(&[LARGE], &[]);
    let first = lab.open_one(r#"{"video":{"width":{"exact":1280},"height":{"exact":720}}}"#);
    let second = lab.cloned(first.track.id);
    assert_ne!(first.track.id, second.track.id);
    assert_eq!(second.track.capabilities, first.track.capabilities);
    let settings = lab.apply(second.track.id, r#"{"width":{"exact":320}}"#).unwrap();
    assert_eq!((size(&settings), settings.text(Property::ResizeMode)), ((320.0, 180.0, 30.0), Some("crop-and-scale")));
    assert!(lab.changes(first.track.id).is_empty());
    assert_eq!(shown(&mut lab, &second), (320, 180));
    assert_eq!(shown(&mut lab, &first), (1280, 720));
    assert_eq!(lab.logged("Opening"), 1, "one device for both");
}

#[test]
fn a_larger_wish_takes_the_device_along() {
    capture_lab::covers!("APP-09");
    // the first keeps size and rate, now scaled.
    let mut lab = Lab::new(&[LARGE], &[]);
    let first = lab.open_one(r#"{"video":{"width":{"exact":640}}}"#);
    let second = lab.open_one(r#"{"video":{"width":{"exact":1280}}}"#);
    assert_eq!(size(&second.track.settings), (1280.0, 720.0, 30.0));
    let now = lab.until("the first to be told", |lab| match lab.changes(first.track.id).pop() {
        Some((_, TrackChange::Configured { settings, .. })) => Some(settings),
        _ => None,
    });
    assert_eq!((size(&now), now.text(Property::ResizeMode)), ((640.0, 480.0, 30.0), Some("crop-and-scale")));
    assert_eq!(shown(&mut lab, &first), (640, 480));
    assert_eq!(shown(&mut lab, &second), (1280, 720));
}

#[test]
fn requirements_that_exclude_each_other_reject_the_newcomer() {
    // SEQ-09
    let mut lab = Lab::new(&[LARGE], &[]);
    let native = r#"{"video":{"width":{"exact":640},"resizeMode":{"exact":"none"}}}"#;
    let first = lab.open_one(native);
    let error = lab.open(r#"{"video":{"width":{"exact":1280}}}"#).unwrap_err();
    assert_eq!((error.name, error.constraint), (ErrorName::OverconstrainedError, Some(Property::Width)));
    let second = lab.cloned(first.track.id);
    let error = lab.apply(second.track.id, r#"{"width":{"exact":1280}}"#).unwrap_err();
    assert_eq!(error.constraint, Some(Property::Width));
    assert!(lab.changes(first.track.id).is_empty());
}

#[test]
fn a_third_of_the_rate_is_every_third_frame() {
    capture_lab::covers!("FRM-01", "FRM-02", "FRM-03", "FRM-04", "EXT-01");
    let mut lab = Lab::new(&[LARGE], &[]);
    let track = lab.open_one(r#"{"video":{"frameRate":{"exact":10}}}"#);
    assert_eq!(track.track.settings.number(Property::FrameRate), Some(10.0));
    lab.advance(10.0);
    lab.until("300 frames", |_| (produced(&track) >= 299).then_some(()));
    let report = report(&track);
    assert!((99..=101).contains(&report.delivered), "{report:?}");
    assert_eq!(report.produced, report.delivered + report.discarded + report.dropped + report.corrupt);
    assert!((report.fps_delivered.unwrap() - 10.0).abs() < 0.1 && (report.fps_produced.unwrap() - 30.0).abs() < 0.1);
}

#[test]
fn any_size_can_be_had() {
    capture_lab::covers!("RSZ-05", "SET-06");
    let mut lab = Lab::new(&[LARGE], &[]);
    let track = lab.open_one(r#"{"video":{"width":{"exact":1},"height":{"exact":1}}}"#);
    assert_eq!(shown(&mut lab, &track), (1, 1));
    lab.apply(track.track.id, r#"{"width":{"exact":641},"height":{"exact":363}}"#).unwrap();
    lab.until("its size", |lab| (shown(lab, &track) == (641, 363)).then_some(()));
    let error = lab.apply(track.track.id, r#"{"width":{"exact":1281}}"#).unwrap_err();
    assert_eq!(error.constraint, Some(Property::Width));
}

#[test]
fn native_forbids_leaving_out_frames() {
    capture_lab::covers!("RSZ-02");
    let mut lab = Lab::new(&[LARGE], &[]);
    let error = lab.open(r#"{"video":{"frameRate":{"exact":10},"resizeMode":{"exact":"none"}}}"#).unwrap_err();
    assert_eq!(error.name, ErrorName::OverconstrainedError);
}

#[test]
fn a_device_without_enabled_tracks_is_released_and_comes_back() {
    capture_lab::covers!("TRK-13", "APP-06", "APP-08", "MUTE-06", "MUTE-07");
    // SEQ-13
    let mut lab = Lab::new(&[LARGE], &[]);
    let first = lab.open_one(r#"{"video":{"width":{"exact":640}}}"#);
    let second = lab.cloned(first.track.id);
    lab.enable(first.track.id, false);
    lab.advance(4.0);
    let before = delivered(&second);
    lab.until("frames for the clone", |_| (delivered(&second) > before + 30).then_some(()));
    assert_eq!(lab.logged("is released"), 0);
    lab.enable(second.track.id, false);
    lab.until("the release", |lab| {
        lab.advance(0.5);
        (lab.logged("is released") > 0).then_some(())
    });
    lab.ask(Command::StopTrack { track: first.track.id }).unwrap();
    let settings = lab.apply(second.track.id, r#"{"width":{"exact":1280}}"#).unwrap();
    assert!(is_wide(&settings, 1280.0));
    assert_eq!(lab.logged("runs in"), 1, "only the log line of the success");
    lab.enable(second.track.id, true);
    lab.until_logged("Large (virtual:large) runs in 1280");
    assert_eq!(shown(&mut lab, &second), (1280, 720));
    let changes = lab.changes(second.track.id);
    let fired = |(_, change): &(f64, TrackChange)| matches!(change, TrackChange::Muted(_) | TrackChange::Ended(_));
    assert!(!changes.iter().any(fired), "{changes:?}");
}

#[test]
fn a_device_that_does_not_come_back_ends_its_track() {
    capture_lab::covers!("TRK-13");
    let mut lab = Lab::new(&[LARGE], &[]);
    let track = lab.open_one(r#"{"video":true}"#);
    lab.enable(track.track.id, false);
    lab.until("the release", |lab| {
        lab.advance(0.5);
        (lab.logged("is released") > 0).then_some(())
    });
    lab.fault_handle("large").unplug();
    lab.enable(track.track.id, true);
    lab.until_change(track.track.id, "ended", |change| matches!(change, TrackChange::Ended(_)));
}

#[test]
fn without_the_switch_a_disabled_device_stays_open() {
    let mut lab = Lab::new(&[LARGE], &[]);
    let policy = capture_lab::model::Policy { releases_disabled: false, ..Default::default() };
    lab.ask(Command::SetPolicy(policy)).unwrap();
    let track = lab.open_one(r#"{"video":true}"#);
    lab.enable(track.track.id, false);
    lab.advance(5.0);
    lab.devices();
    assert_eq!(lab.logged("is released"), 0);
}

#[test]
fn calls_that_do_not_wait_for_each_other_are_served_like_calls_that_do() {
    capture_lab::covers!("GUM-15");
    let mut lab = Lab::new(&[LARGE], &[]);
    let first = lab.send_open(r#"{"video":{"width":{"exact":640}}}"#);
    let second = lab.send_open(r#"{"video":{"width":{"exact":1280}}}"#);
    let third = lab.send_open(r#"{"video":{"width":{"ideal":1280}}}"#);
    let widths = [first, second, third].map(|request| {
        let opened = crate::support::stream(lab.answer(request).expect("a stream"));
        size(&opened.tracks[0].track.settings).0 as u32
    });
    assert_eq!(widths, [640, 1280, 1280]);
    assert_eq!(lab.logged("Opening"), 1);
}

#[test]
fn a_recording_of_a_released_camera_is_black() {
    capture_lab::covers!("REC-14", "MUTE-03", "MUTE-10");
    let folder = tempfile::tempdir().unwrap();
    let mut lab = Lab::new(&[LARGE], &[]);
    let opened = lab.open(r#"{"video":{"width":{"exact":320}}}"#).unwrap();
    let track = opened.tracks[0].track.id;
    lab.enable(track, false);
    lab.until("the release", |lab| {
        lab.advance(0.5);
        (lab.logged("is released") > 0).then_some(())
    });
    let path = folder.path().join("black.mp4");
    let start = Command::StartRecording { stream: opened.stream, path: path.clone(), overwrite: false };
    let Ok(capture_lab::worker::Reply::Recording(recording)) = lab.ask(start) else { panic!("no recording") };
    lab.until("some seconds", |lab| {
        lab.advance(0.3);
        std::thread::sleep(std::time::Duration::from_millis(100)); // the source looks at the clock a few times a second
        let seconds = lab.events.iter().rev().find_map(|event| match event {
            capture_lab::worker::Event::Recording(status) => Some(status.duration.as_secs_f64()),
            _ => None,
        });
        seconds.filter(|seconds| *seconds > 1.0)
    });
    lab.ask(Command::StopRecording { recording }).unwrap();
    let snapshot = folder.path().join("black.png");
    let kept = Command::Snapshot { track, path: snapshot.clone(), overwrite: false, original: false };
    lab.ask(kept).unwrap();
    assert!(path.metadata().unwrap().len() > 500 && snapshot.exists());
}
