//! The lab plays the browser: questions, refusals, devices that hide.

use capture_lab::model::{ErrorName, MediaDeviceKind, PermissionState, Policy, TrackKind};
use capture_lab::worker::{Command, Event, RequestId, TrackChange};

use crate::support::{CAMERA, Lab, MICROPHONE};

const STALLING: &str = r#"(name: "cam", label: "Cam", faults: [(at: 2.0, do: Stall(60.0))], modes: [
    (sizes: [(320, 180)], rates: [(30, 1)], formats: ["NV12"]),
])"#;

const SECOND: &str = r#"(name: "second", label: "Second", modes: [
    (sizes: [(640, 360)], rates: [(30, 1)], formats: ["NV12"]),
])"#;

impl Lab {
    fn policy(&mut self, policy: Policy) {
        self.ask(Command::SetPolicy(policy)).expect("an answer");
    }

    fn asked(&mut self) -> (RequestId, Vec<TrackKind>, Vec<String>) {
        self.until("a question", |lab| {
            lab.events.iter().rev().find_map(|event| match event {
                Event::PermissionAsked { request, kinds, devices } => Some((*request, kinds.clone(), devices.clone())),
                _ => None,
            })
        })
    }

    fn questions(&self) -> usize {
        self.events.iter().filter(|event| matches!(event, Event::PermissionAsked { .. })).count()
    }

    fn say(&mut self, asked: RequestId, allow: bool, remember: bool) {
        self.ask(Command::AnswerPermission { asked, allow, remember }).expect("an answer");
    }
}

fn asking() -> Policy {
    Policy { asks_permission: true, ..Policy::default() }
}

#[test]
fn nothing_is_opened_before_the_question_is_answered() {
    capture_lab::covers!("PERM-04", "GUM-03");
    let mut lab = Lab::pair();
    lab.policy(asking());
    let call = lab.send_open(r#"{"video":true}"#);
    let (asked, kinds, devices) = lab.asked();
    assert_eq!(
        (asked, kinds, devices.as_slice()),
        (call, vec![TrackKind::Video], &["Cam (virtual:cam)".to_owned()][..])
    );
    lab.advance(60.0); // people take their time
    lab.devices();
    assert_eq!((lab.answers_to(call), lab.logged("Opening")), (0, 0));
    lab.say(asked, true, false);
    assert!(lab.answer(call).is_ok());
    let second = lab.send_open(r#"{"video":true}"#);
    lab.until("to be asked again", |lab| (lab.questions() == 2).then_some(()));
    lab.say(second, false, true);
    assert_eq!(lab.answer(second).unwrap_err().name, ErrorName::NotAllowedError);
    assert_eq!(lab.open(r#"{"video":true}"#).unwrap_err().name, ErrorName::NotAllowedError);
    assert_eq!(lab.questions(), 2, "the refusal was remembered");
}

#[test]
fn impossible_constraints_are_not_told_to_who_may_not_capture() {
    capture_lab::covers!("GUM-06", "GUM-07");
    let mut lab = Lab::pair();
    lab.policy(asking());
    let impossible = r#"{"video":{"width":{"exact":99999}}}"#;
    assert_eq!(lab.open(impossible).unwrap_err().name, ErrorName::OverconstrainedError);
    lab.ask(Command::SetPermission { kind: TrackKind::Video, state: PermissionState::Denied }).unwrap();
    assert_eq!(lab.open(impossible).unwrap_err().name, ErrorName::NotAllowedError);
    assert_eq!(lab.open(r#"{"video":{"torch":{"exact":true}}}"#).unwrap_err().name, ErrorName::TypeError);
    assert_eq!(lab.questions(), 0);
}

#[test]
fn devices_hide_until_one_of_the_kind_was_captured() {
    capture_lab::covers!("ENUM-13", "ENUM-14", "OVR-07");
    let mut lab = Lab::new(&[CAMERA, SECOND], &[MICROPHONE]);
    lab.policy(Policy { hides_devices: true, ..Policy::default() });
    let devices = lab.devices();
    let seen: Vec<_> = devices.iter().map(|device| (device.kind, device.label.as_str())).collect();
    assert_eq!(seen, [(MediaDeviceKind::AudioInput, ""), (MediaDeviceKind::VideoInput, "")]);
    assert!(devices.iter().all(|one| one.device_id.as_str().is_empty() && one.capabilities.iter().next().is_none()));
    let error = lab.open(r#"{"video":{"width":{"exact":99999}}}"#).unwrap_err();
    assert_eq!((error.name, error.constraint), (ErrorName::OverconstrainedError, None));
    lab.open_one(r#"{"video":true}"#);
    let labels: Vec<_> = lab.devices().into_iter().map(|device| device.label).collect();
    assert_eq!(labels, ["", "Cam", "Second"], "microphones are hidden still");
    lab.policy(Policy::default());
    assert_eq!(lab.devices()[0].label, "Mic");
}

#[test]
fn starvation_may_end_a_track() {
    let mut lab = Lab::new(&[STALLING], &[]);
    lab.policy(Policy { ends_on_stall: true, ..Policy::default() });
    let track = lab.open_one(r#"{"video":{"frameRate":{"exact":30}}}"#).track.id;
    lab.until("ended", |lab| {
        lab.advance(0.2);
        lab.changes(track).iter().any(|(_, change)| matches!(change, TrackChange::Ended(_))).then_some(())
    });
    assert!(!lab.changes(track).iter().any(|(_, change)| matches!(change, TrackChange::Muted(_))));
}

#[test]
fn other_ids_for_all_devices() {
    capture_lab::covers!("ENUM-08");
    let mut lab = Lab::pair();
    let names = |lab: &mut Lab| {
        let devices = lab.devices().into_iter();
        devices.map(|device| (device.device_id, device.group_id, device.label)).collect::<Vec<_>>()
    };
    let before = names(&mut lab);
    let track = lab.open_one(r#"{"video":true}"#);
    let salt = || b"another".to_vec();
    let error = lab.ask(Command::ResetDeviceIds { salt: salt() }).unwrap_err();
    assert_eq!(error.name, ErrorName::InvalidStateError, "while a camera is open");
    lab.ask(Command::StopTrack { track: track.track.id }).unwrap();
    lab.until_logged("is closed");
    lab.ask(Command::ResetDeviceIds { salt: salt() }).unwrap();
    let after = names(&mut lab);
    for (old, new) in before.iter().zip(&after) {
        assert!(old.0 != new.0 && old.1 != new.1 && old.2 == new.2, "{old:?} {new:?}");
    }
    let opened = lab.open_one(&format!(r#"{{"video":{{"deviceId":{{"exact":"{}"}}}}}}"#, after[1].0));
    assert_eq!(opened.track.settings.text(capture_lab::model::Property::DeviceId), Some(after[1].0.as_str()));
}

#[test]
fn an_answer_is_of_the_kinds_that_were_asked_about() {
    capture_lab::covers!("PERM-01", "TRK-10");
    let mut lab = Lab::pair();
    lab.policy(asking());
    lab.ask(Command::SetPermission { kind: TrackKind::Audio, state: PermissionState::Granted }).unwrap();
    let call = lab.send_open(r#"{"video":true,"audio":true}"#);
    let (asked, kinds, _) = lab.asked();
    assert_eq!(kinds, [TrackKind::Video]);
    lab.say(asked, false, true);
    assert!(lab.answer(call).is_err());
    assert!(lab.open(r#"{"audio":true}"#).is_ok(), "microphones are allowed still");
    let told = |lab: &Lab| {
        let state = |event: &Event| match event {
            Event::Permission { kind: TrackKind::Video, state } => Some(*state),
            _ => None,
        };
        lab.events.iter().rev().find_map(state)
    };
    assert_eq!(told(&lab), Some(PermissionState::Denied));
}

#[test]
fn a_question_that_has_become_needless_leaves_the_device_its_time_to_open() {
    capture_lab::covers!("GUM-16");
    let slow = CAMERA.replacen("label:", "open: DelaySeconds(30.0), label:", 1);
    let mut lab = Lab::new(&[&slow], &[]);
    lab.policy(asking());
    let call = lab.send_open(r#"{"video":true}"#);
    lab.asked();
    lab.advance(60.0);
    lab.policy(Policy::default());
    lab.until_logged("Opening Cam");
    lab.advance(11.0);
    assert_eq!(lab.answer(call).unwrap_err().name, ErrorName::AbortError);
}
