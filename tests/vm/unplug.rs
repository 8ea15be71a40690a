//! The camera goes while it is used: by vivid's own control, and by taking its driver away.

use crate::probe;
use crate::rig;

/// How long a track may live after its device.
const ENDED_WITHIN: f64 = 1.0;
/// How long the program may take to close all after that.
const CLOSED_WITHIN: f64 = 3.0;

fn a_watched_camera_ends(how: &str) {
    let Some(results) = rig::results() else { return };
    let step = results.step(&format!("watch-{how}"));
    let gone = results.number(&format!("watch-{how}.gone"));
    let (at, ended) = &step.events("ended")[0];
    assert!(at - gone <= ENDED_WITHIN, "ended {} s after the camera went", at - gone);
    assert_eq!(ended["reason"]["kind"], "device-gone", "{ended}");
    assert!(ended["reason"]["text"].as_str().is_some_and(|text| text.contains("/dev/video0")), "{ended}");
    assert_eq!(step.status, 1, "{}", step.errors);
    assert!(step.ended - gone <= CLOSED_WITHIN, "closed {} s after the camera went", step.ended - gone);
    assert_eq!(step.events("close").len(), 1);
}

fn a_recorded_camera_leaves_a_playable_clip(how: &str) {
    let Some(results) = rig::results() else { return };
    let name = format!("record-{how}");
    let step = results.step(&name);
    let gone = results.number(&format!("{name}.gone"));
    assert!(step.ended - gone <= CLOSED_WITHIN, "closed {} s after the camera went", step.ended - gone);
    assert_eq!(step.status, 1, "{}", step.errors);
    assert!(step.errors.contains("/dev/video0"), "{}", step.errors);
    if !probe::is_installed("clips of a camera that went") {
        return;
    }
    let clip = results.path(&format!("{name}.mp4"));
    let (pictures, _, complaints) = probe::luma(&clip);
    assert!(pictures.len() >= 25 && complaints.is_empty(), "{} pictures. {complaints}", pictures.len());
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_watched_camera_that_disconnects_ends_its_track() {
    capture_lab::covers!("TRK-07");
    a_watched_camera_ends("control");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_watched_camera_that_loses_its_driver_ends_its_track() {
    capture_lab::covers!("TRK-07");
    a_watched_camera_ends("driver");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_recorded_camera_that_disconnects_leaves_a_playable_clip() {
    capture_lab::covers!("REC-11");
    a_recorded_camera_leaves_a_playable_clip("control");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_recorded_camera_that_loses_its_driver_leaves_a_playable_clip() {
    a_recorded_camera_leaves_a_playable_clip("driver");
}
