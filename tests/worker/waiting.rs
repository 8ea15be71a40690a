//! Calls of `getUserMedia` that wait for a device to appear.

use capture_lab::model::{ErrorName, MediaError};
use capture_lab::selection::parse_constraints;
use capture_lab::worker::{Choice, Command, Event, RequestId};

use crate::support::{CAMERA, Lab, MICROPHONE, stream};

fn send(lab: &Lab, json: &str, devices: &[&str]) -> RequestId {
    let constraints = parse_constraints(json).expect("constraints").constraints;
    let devices = devices.iter().map(|&name| name.to_owned()).collect();
    lab.send(Command::GetUserMedia { constraints, choice: Choice { devices, waits: true, ..Choice::default() } })
}

fn waits(lab: &Lab, call: RequestId) -> Vec<MediaError> {
    let told = lab.events.iter().filter_map(|event| match event {
        Event::Waiting { request, error } if *request == call => Some(error.clone()),
        _ => None,
    });
    told.collect()
}

#[test]
fn a_call_waits_for_its_camera_and_then_opens_it() {
    let mut lab = Lab::new(&[CAMERA], &[MICROPHONE]);
    let handle = lab.fault_handle("cam");
    lab.devices();
    handle.unplug();
    lab.devices();
    let call = send(&lab, r#"{"video":true,"audio":true}"#, &[]);
    lab.until_logged("Waits until the device appears");
    lab.devices(); // nothing has changed
    lab.advance(100.0);
    assert_eq!(
        (lab.answers_to(call), waits(&lab, call).len()),
        (0, 1),
        "it is told once, and waits longer than an opening may take"
    );
    assert_eq!(lab.logged("Opening"), 0, "the microphone is not opened before the camera is there");
    handle.plug_in();
    lab.devices();
    assert_eq!(lab.answer(call).map(stream).unwrap().tracks.len(), 2);
}

#[test]
fn a_call_waits_for_the_device_that_is_named() {
    let other = CAMERA.replace("\"cam\"", "\"other\"").replace("\"Cam\"", "\"Other\"");
    let mut lab = Lab::new(&[CAMERA, &other], &[]);
    let id = lab.devices().into_iter().find(|device| device.label == "Other").unwrap().device_id.0;
    let handle = lab.fault_handle("other");
    handle.unplug();
    lab.devices();
    let named = send(&lab, r#"{"video":true}"#, &["Other"]);
    let required = send(&lab, &format!(r#"{{"video":{{"deviceId":{{"exact":"{id}"}}}}}}"#), &[]);
    lab.until("both wait", |lab| (!waits(lab, named).is_empty() && !waits(lab, required).is_empty()).then_some(()));
    assert_eq!(waits(&lab, named)[0].name, ErrorName::NotFoundError);
    assert_eq!(waits(&lab, required)[0].name, ErrorName::OverconstrainedError);
    handle.plug_in();
    lab.devices();
    for call in [named, required] {
        assert_eq!(lab.answer(call).map(stream).unwrap().tracks[0].track.label, "Other");
    }
}

#[test]
fn what_no_device_brings_fails_at_once() {
    let mut lab = Lab::new(&[CAMERA], &[]);
    let call = send(&lab, r#"{"video":{"width":{"exact":641}}}"#, &[]);
    assert_eq!(lab.answer(call).unwrap_err().name, ErrorName::OverconstrainedError);
    lab.fault_handle("cam").refuse_openings(1);
    let busy = send(&lab, r#"{"video":true}"#, &[]);
    assert_eq!(lab.answer(busy).unwrap_err().name, ErrorName::NotReadableError);
}

#[test]
fn a_waiting_call_can_be_given_up() {
    let mut lab = Lab::new(&[CAMERA], &[]);
    let handle = lab.fault_handle("cam");
    handle.unplug();
    lab.devices();
    let call = send(&lab, r#"{"video":true}"#, &[]);
    lab.until_logged("Waits until");
    lab.ask(Command::CancelUserMedia { call }).unwrap();
    assert_eq!(lab.answer(call).unwrap_err().name, ErrorName::AbortError);
    handle.plug_in();
    lab.devices();
    assert_eq!((lab.logged("Opening"), lab.answers_to(call)), (0, 1));
    let again = lab.ask(Command::CancelUserMedia { call }).unwrap_err();
    assert_eq!(again.name, ErrorName::InvalidStateError);
}

#[test]
fn a_call_that_is_given_up_while_its_device_opens_closes_it() {
    let slow = CAMERA.replacen("label:", "open: DelaySeconds(5.0), label:", 1);
    let mut lab = Lab::new(&[&slow], &[]);
    let call = send(&lab, r#"{"video":true}"#, &[]);
    lab.until_logged("Opening Cam");
    lab.ask(Command::CancelUserMedia { call }).unwrap();
    assert_eq!(lab.answer(call).unwrap_err().name, ErrorName::AbortError);
    lab.until_logged("is closed");
}

#[test]
fn a_camera_that_comes_and_goes_is_tried_again() {
    let mut lab = Lab::new(&[CAMERA], &[]);
    let handle = lab.fault_handle("cam");
    handle.unplug();
    lab.devices();
    let call = send(&lab, r#"{"video":true}"#, &[]);
    lab.until_logged("Waits until");
    handle.plug_in();
    handle.refuse_openings(1);
    lab.devices();
    // The system may still be setting it up: it is tried once more a little later.
    lab.until("a refusal", |lab| (waits(lab, call).len() == 2).then_some(()));
    lab.advance(3.1);
    assert_eq!(lab.answer(call).map(stream).unwrap().tracks.len(), 1);
}
