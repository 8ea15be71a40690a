//! `applyConstraints` on a live track.

use capture_lab::model::{CameraMode, ErrorName, FrameRate, PixelFormat, Policy, Property};
use capture_lab::worker::{Command, TrackChange};

use crate::support::{Lab, delivered, size};

#[test]
fn the_device_is_set_to_the_mode_that_fits() {
    capture_lab::covers!("APP-03", "APP-06");
    let mut lab = Lab::pair();
    let opened = lab.open_one(r#"{"video":{"width":{"exact":640}}}"#);
    let settings = lab.apply(opened.track.id, r#"{"width":{"exact":320},"frameRate":{"exact":12.5}}"#).unwrap();
    assert_eq!(size(&settings), (320.0, 180.0, 12.5));
    let before = delivered(&opened);
    lab.advance(2.0);
    lab.until("frames in the new mode", |_| (delivered(&opened) >= before + 24).then_some(()));
    let configured = lab.changes(opened.track.id);
    assert!(matches!(&configured[..], [(_, TrackChange::Configured { .. })]), "{configured:?}");
}

#[test]
fn failure_leaves_all_as_it_was() {
    capture_lab::covers!("APP-04");
    let mut lab = Lab::pair();
    let opened = lab.open_one(r#"{"video":{"width":{"exact":640}}}"#);
    let error = lab.apply(opened.track.id, r#"{"width":{"exact":641}}"#).unwrap_err();
    assert_eq!((error.name, error.constraint), (ErrorName::OverconstrainedError, Some(Property::Width)));
    assert!(lab.changes(opened.track.id).is_empty());
    let before = delivered(&opened);
    lab.advance(1.0);
    lab.until("more frames", |_| (delivered(&opened) > before + 10).then_some(()));
}

#[test]
fn calls_settle_in_their_order() {
    capture_lab::covers!("APP-02", "APP-11", "SEL-01");
    let mut lab = Lab::pair();
    let opened = lab.open_one(r#"{"video":true}"#);
    let widths = [320, 640, 320, 640, 320];
    let requests = widths.map(|width| lab.send_apply(opened.track.id, &format!("{{\"width\":{{\"exact\":{width}}}}}")));
    for request in requests {
        lab.answer(request).unwrap();
    }
    let seen: Vec<_> = lab
        .changes(opened.track.id)
        .into_iter()
        .filter_map(|(_, change)| match change {
            TrackChange::Configured { settings, .. } => Some(size(&settings).0),
            _ => None,
        })
        .collect();
    assert_eq!(seen, widths.map(f64::from));
}

#[test]
fn on_an_ended_track_it_resolves_without_effect() {
    capture_lab::covers!("APP-07", "SET-04");
    let mut lab = Lab::pair();
    let opened = lab.open_one(r#"{"video":true}"#);
    lab.ask(Command::StopTrack { track: opened.track.id }).unwrap();
    let settings = lab.apply(opened.track.id, r#"{"width":{"exact":7}}"#).unwrap();
    assert_eq!(settings.number(Property::Width), None);
    assert!(settings.text(Property::DeviceId).is_some());
}

#[test]
fn a_track_stopped_while_it_is_reconfigured_still_answers() {
    let mut lab = Lab::pair();
    let opened = lab.open_one(r#"{"video":{"width":{"exact":640}}}"#);
    let apply = lab.send_apply(opened.track.id, r#"{"width":{"exact":320}}"#);
    let stop = lab.send(Command::StopTrack { track: opened.track.id });
    lab.answer(stop).unwrap();
    lab.answer(apply).unwrap();
    lab.until_logged("is closed");
}

#[test]
fn a_device_that_refuses_the_new_mode_runs_in_the_old_one_again() {
    capture_lab::covers!("APP-04", "APP-10");
    let mut lab = Lab::pair();
    let opened = lab.open_one(r#"{"video":{"width":{"exact":640}}}"#);
    lab.fault_handle("cam").refuse_openings(1);
    let error = lab.apply(opened.track.id, r#"{"width":{"exact":320},"resizeMode":"none"}"#).unwrap_err();
    assert_eq!(error.name, ErrorName::NotReadableError);
    assert!(lab.changes(opened.track.id).is_empty(), "settings and constraints are as before");
    let before = delivered(&opened);
    lab.until("the old frames", |lab| {
        lab.advance(0.1);
        (delivered(&opened) > before + 10).then_some(())
    });
    lab.fault_handle("cam").refuse_openings(2);
    let error = lab.apply(opened.track.id, r#"{"width":{"exact":320},"resizeMode":"none"}"#).unwrap_err();
    assert!(error.message.contains("in use"), "{}", error.message);
    lab.until_change(opened.track.id, "ended", |change| matches!(change, TrackChange::Ended(_)));
}

#[test]
fn a_setting_is_no_measurement() {
    capture_lab::covers!("SET-05", "FRM-05");
    let slow = crate::support::CAMERA.replacen("label:", "faults: [(at: 1.0, do: DropFrames(20))], label:", 1);
    let mut lab = Lab::new(&[&slow], &[]);
    let opened = lab.open_one(r#"{"video":{"frameRate":{"min":30}}}"#);
    lab.advance(3.9);
    lab.until("the drops", |_| match &opened.monitor {
        capture_lab::worker::TrackMonitor::Video { report, .. } => (report.peek()?.dropped >= 20).then_some(()),
        capture_lab::worker::TrackMonitor::Audio { .. } => None,
    });
    assert_eq!(opened.track.settings.number(Property::FrameRate), Some(30.0));
    let changes = lab.changes(opened.track.id);
    assert!(
        !changes.iter().any(|(_, change)| matches!(change, TrackChange::Configured { .. } | TrackChange::Ended(_)))
    );
}

fn small() -> CameraMode {
    CameraMode { width: 320, height: 180, frame_rate: FrameRate::new(30, 1), pixel_format: PixelFormat::NV12 }
}

#[test]
fn a_device_that_opens_in_another_mode_gives_no_track_whose_settings_lie() {
    // SEQ-18
    capture_lab::covers!("GUM-11");
    let mut lab = Lab::pair();
    lab.fault_handle("cam").grant(Some(small()));
    let error = lab.open(r#"{"video":{"width":{"exact":640}},"audio":true}"#).unwrap_err();
    assert_eq!((error.name, error.constraint), (ErrorName::OverconstrainedError, Some(Property::Width)));
    lab.until("all to be closed", |lab| (lab.logged("is closed") == lab.logged("Opening")).then_some(()));
    let opened = lab.open_one(r#"{"video":{"width":640}}"#);
    assert_eq!(size(&opened.track.settings), (320.0, 180.0, 30.0), "a wish gives way to what is");
}

#[test]
fn what_a_device_no_longer_meets_is_told_as_of_old_where_that_is_wanted() {
    capture_lab::covers!("LEG-04");
    for tells in [false, true] {
        let mut lab = Lab::pair();
        let policy = Policy { tells_overconstrained: tells, ..Policy::default() };
        lab.ask(Command::SetPolicy(policy)).unwrap();
        let first = lab.open_one(r#"{"video":{"width":{"exact":640}}}"#);
        let second = lab.open_one(r#"{"video":true}"#);
        lab.fault_handle("cam").grant(Some(small()));
        lab.apply(second.track.id, r#"{"frameRate":{"exact":12.5},"resizeMode":{"exact":"none"}}"#).unwrap_err();
        lab.until_change(first.track.id, "its true settings", |change| match change {
            TrackChange::Configured { settings, .. } => size(settings).0 < 321.0,
            _ => false,
        });
        assert_eq!(lab.logged("overconstrained (legacy): width"), usize::from(tells));
    }
}
