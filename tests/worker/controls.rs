//! Controls of a camera as constrainable properties: brightness, zoom, focus.

use capture_lab::model::{ErrorName, Property, Settings, Value};
use capture_lab::worker::{OpenedTrack, TrackChange, TrackMonitor};

use crate::support::Lab;

const CAMERA: &str = r#"(name: "cam", label: "Cam", pattern: Flat(100, 100, 100), controls: [
    (name: "focusMode", choices: ["manual", "continuous"], value: "continuous"),
    (name: "brightness", min: 0, max: 255, step: 1, value: 128),
    (name: "zoom", min: 1, max: 5, step: 0.5, value: 2),
    (name: "pan", min: -36000, max: 36000, step: 3600, value: 0),
], modes: [(sizes: [(128, 96), (64, 48)], rates: [(30, 1)], formats: ["NV12"])])"#;

fn lab() -> Lab {
    Lab::new(&[CAMERA], &[])
}

fn zoom(settings: &Settings) -> f64 {
    settings.number(Property::Zoom).expect("a zoom")
}

/// The settings that the track has after what was told up to now.
fn settings(lab: &Lab, track: &OpenedTrack) -> Settings {
    let told = lab.changes(track.track.id).into_iter().rev().find_map(|(_, change)| match change {
        TrackChange::Configured { settings, .. } => Some(settings),
        _ => None,
    });
    told.unwrap_or_else(|| track.track.settings.clone())
}

fn luma(lab: &mut Lab, track: &OpenedTrack, wanted: std::ops::Range<f64>) {
    let TrackMonitor::Video { report, .. } = &track.monitor else { panic!("no picture") };
    lab.until("a picture of that luma", |lab| {
        lab.advance(0.05);
        report.peek()?.luma.filter(|luma| wanted.contains(luma))
    });
}

#[test]
fn a_control_is_a_property_with_a_range_and_a_setting() {
    // EC-119
    capture_lab::covers!("IMG-01", "IMG-02", "IMG-03");
    let mut lab = lab();
    let track = lab.open_one(r#"{"video":true}"#);
    let json = serde_json::to_value(track.track.capabilities.get(Property::Zoom)).expect("JSON");
    assert_eq!(json, serde_json::json!({ "min": 1.0, "max": 5.0, "step": 0.5 }));
    assert!((zoom(&track.track.settings) - 2.0).abs() < 1e-9, "where nobody asks, nothing moves");
    let error = lab.open(r#"{"video":{"zoom":{"exact":3}}}"#).unwrap_err();
    assert_eq!(error.name, ErrorName::TypeError, "not to be required of a device that is to be chosen");
    assert!((zoom(&lab.apply(track.track.id, r#"{"zoom":{"exact":3}}"#).unwrap()) - 3.0).abs() < 1e-9);
    let error = lab.apply(track.track.id, r#"{"zoom":{"exact":9}}"#).unwrap_err();
    assert_eq!(error.constraint, Some(Property::Zoom));
    let settings = lab.apply(track.track.id, r#"{"zoom":{"ideal":3.4}}"#).unwrap();
    assert!((zoom(&settings) - 3.5).abs() < 1e-9, "the nearest step");
}

#[test]
fn brightness_is_seen() {
    let mut lab = lab();
    let track = lab.open_one(r#"{"video":true}"#);
    luma(&mut lab, &track, 95.0..105.0);
    lab.apply(track.track.id, r#"{"brightness":{"exact":200}}"#).unwrap();
    luma(&mut lab, &track, 165.0..200.0);
    lab.apply(track.track.id, r#"{"brightness":{"exact":200},"width":{"exact":64}}"#).unwrap();
    luma(&mut lab, &track, 165.0..200.0); // the device was opened anew, and the control set again
}

#[test]
fn pan_and_zoom_as_booleans_move_nothing() {
    // EC-116, EC-117
    capture_lab::covers!("IMG-04");
    let mut lab = lab();
    let track = lab.open_one(r#"{"video":{"zoom":true,"pan":false}}"#);
    assert!((zoom(&track.track.settings) - 2.0).abs() < 1e-9);
    assert_eq!(track.track.settings.get(Property::Pan), Some(&Value::Number(0.0)));
}

#[test]
fn tracks_on_a_camera_share_its_controls() {
    // APP-09, AMB-07: what cannot be done for each track alone is refused to the newcomer.
    capture_lab::covers!("APP-09", "APP-05");
    let mut lab = lab();
    let first = lab.open_one(r#"{"video":true}"#);
    let second = lab.open_one(r#"{"video":true}"#);
    lab.apply(first.track.id, r#"{"zoom":{"exact":4}}"#).unwrap();
    assert!((zoom(&settings(&lab, &second)) - 4.0).abs() < 1e-9, "the other sees it too");
    assert_eq!(
        lab.apply(second.track.id, r#"{"zoom":{"exact":1}}"#).unwrap_err().name,
        ErrorName::OverconstrainedError
    );
    let kept = lab.apply(second.track.id, r#"{"zoom":{"ideal":1},"width":{"exact":64}}"#).unwrap();
    assert!((zoom(&kept) - 4.0).abs() < 1e-9, "a wish fails nothing");
    let third = lab.open_one(r#"{"video":{"zoom":1}}"#);
    assert!((zoom(&third.track.settings) - 4.0).abs() < 1e-9);
    lab.apply(first.track.id, "{}").unwrap();
    assert!((zoom(&lab.apply(third.track.id, r#"{"zoom":{"exact":1}}"#).unwrap()) - 1.0).abs() < 1e-9);
}

#[test]
fn another_mode_moves_no_control_that_another_track_needs() {
    capture_lab::covers!("APP-09");
    let mut lab = lab();
    let first = lab.open_one(r#"{"video":{"width":{"exact":64},"resizeMode":"none"}}"#);
    lab.apply(first.track.id, r#"{"zoom":{"exact":4},"width":{"exact":64}}"#).unwrap();
    let second = lab.open_one(r#"{"video":true}"#);
    let got = lab.apply(second.track.id, r#"{"zoom":{"ideal":1},"width":{"exact":128}}"#).unwrap();
    assert!((zoom(&got) - 4.0).abs() < 1e-9 && (zoom(&settings(&lab, &first)) - 4.0).abs() < 1e-9);
}

#[test]
fn orders_that_follow_each_other_end_with_the_last() {
    let mut lab = lab();
    let track = lab.open_one(r#"{"video":true}"#);
    let requests: Vec<_> = (0..20)
        .map(|step| lab.send_apply(track.track.id, &format!(r#"{{"brightness":{{"exact":{}}}}}"#, 100 + step)))
        .collect();
    for request in requests {
        lab.answer(request).unwrap();
    }
    luma(&mut lab, &track, 85.0..95.0);
    let last = settings(&lab, &track);
    assert_eq!(last.number(Property::Brightness), Some(119.0));
    assert_eq!(lab.logged("and keeps"), 0);
}
