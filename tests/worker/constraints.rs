//! `applyConstraints` on a live track.

use capture_lab::model::{ErrorName, Property};
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
    let slow = crate::support::CAMERA.replacen("label:", "faults: [(at: 1.0, do: DropFrames(60))], label:", 1);
    let mut lab = Lab::new(&[&slow], &[]);
    let opened = lab.open_one(r#"{"video":{"frameRate":{"min":30}}}"#);
    lab.advance(3.9);
    lab.until("the drops", |_| match &opened.monitor {
        capture_lab::worker::TrackMonitor::Video { report, .. } => (report.peek()?.dropped >= 60).then_some(()),
        capture_lab::worker::TrackMonitor::Audio { .. } => None,
    });
    assert_eq!(opened.track.settings.number(Property::FrameRate), Some(30.0));
    let changes = lab.changes(opened.track.id);
    assert!(
        !changes.iter().any(|(_, change)| matches!(change, TrackChange::Configured { .. } | TrackChange::Ended(_)))
    );
}
