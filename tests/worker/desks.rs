//! Controls of a camera's driver: set, read back, changed from outside, kept over a replug, put back.

use capture_lab::model::{
    ControlValue, DeviceControl, DeviceId, EventName, MediaError, Policy, Property, ReasonKind, TrackId, Value,
};
use capture_lab::selection::parse_constraints;
use capture_lab::worker::{Choice, Command, Event, Reply, TrackChange, TrackMonitor};

use crate::support::{Lab, delivered};

const CAMERA: &str = r#"(name: "cam", label: "Cam", controls: [
    (name: "exposureMode", choices: ["manual", "continuous"], value: "continuous"),
    (name: "exposureTime", min: 1, max: 5000, step: 1, value: 166),
    (name: "brightness", min: 0, max: 255, step: 5, value: 125),
    (name: "zoom", min: 1, max: 5, step: 0.5, value: 2),
], device_controls: [
    (name: "Power Line Frequency", kind: Menu, items: ["Disabled", "50 Hz", "60 Hz"], value: 1),
    (name: "Gain", kind: Integer, min: 0, max: 15, value: 4),
    (name: "Lamps", kind: Bitmask, max: 7, value: 1),
    (name: "Owner", kind: Text, min: 0, max: 8, value: "lab"),
    (name: "Model", kind: Integer, min: 0, max: 9, value: 3, read_only: true),
    (name: "Restart", kind: Button),
    (name: "Privacy", kind: Boolean, value: 0),
], modes: [(sizes: [(128, 96), (64, 48)], rates: [(30, 1)], formats: ["NV12"])])"#;

fn lab() -> Lab {
    Lab::new(&[CAMERA], &[])
}

fn camera(lab: &mut Lab) -> DeviceId {
    lab.devices().remove(0).device_id
}

/// A control of the camera as it is listed.
fn control(lab: &mut Lab, name: &str) -> DeviceControl {
    let controls = lab.devices().remove(0).device_controls;
    controls.into_iter().find(|control| control.name == name).expect("a control of this name")
}

fn set(lab: &mut Lab, name: &str, value: ControlValue) -> Result<Vec<String>, MediaError> {
    let (device, id) = (camera(lab), control(lab, name).id);
    let reply = lab.ask(Command::SetDeviceControls { device, values: vec![(id, value)] })?;
    match reply {
        Reply::ControlsSet { remarks } => Ok(remarks),
        other => panic!("{other:?}"),
    }
}

fn integer(value: i64) -> ControlValue {
    ControlValue::Integer(value)
}

fn is(lab: &Lab, name: &str, value: i64) -> bool {
    lab.fault_handle("cam").control(name) == Some(integer(value))
}

fn until_is(lab: &mut Lab, name: &str, value: i64) {
    lab.until(&format!("{name} {value}"), |lab| is(lab, name, value).then_some(()));
}

fn logged(lab: &Lab, name: EventName) -> Vec<String> {
    let lines = lab.events.iter().filter_map(|event| match event {
        Event::Log(entry) if entry.name == name => Some(entry.text.clone()),
        _ => None,
    });
    lines.collect()
}

fn configurations(lab: &Lab, track: TrackId) -> Vec<capture_lab::model::Settings> {
    let changes = lab.changes(track).into_iter().filter_map(|(_, change)| match change {
        TrackChange::ConfigurationChange { settings, .. } => Some(settings),
        _ => None,
    });
    changes.collect()
}

#[test]
fn controls_of_every_kind_are_listed_and_set_whether_the_camera_runs_or_not() {
    let mut lab = lab();
    let listed = lab.devices().remove(0);
    assert_eq!(listed.device_controls.len(), 11);
    let zoom = control(&mut lab, "Zoom, Absolute");
    assert_eq!((zoom.min, zoom.max, zoom.step, zoom.property), (10, 50, 5, Some(Property::Zoom)));
    for is_open in [false, true] {
        let track = is_open.then(|| lab.open_one(r#"{"video":true}"#));
        let number = if is_open { 3 } else { 2 };
        for name in ["Gain", "Lamps"] {
            assert_eq!(set(&mut lab, name, integer(number)).expect("set"), Vec::<String>::new());
            assert!(is(&lab, name, number));
        }
        let owner = ControlValue::Text(format!("me {number}"));
        set(&mut lab, "Owner", owner.clone()).expect("set");
        assert_eq!(control(&mut lab, "Owner").value, Some(owner));
        set(&mut lab, "Power Line Frequency", integer(2)).expect("set");
        set(&mut lab, "Restart", integer(1)).expect("pressed");
        if let Some(track) = track {
            lab.ask(Command::StopTrack { track: track.track.id }).expect("stopped");
        }
    }
    lab.until_logged("Power Line Frequency of Cam (virtual:cam) was set from 50 Hz to 60 Hz.");
    lab.until_logged("Restart of Cam (virtual:cam) was pressed.");
}

#[test]
fn what_a_driver_makes_of_a_value_is_told_in_words() {
    let mut lab = lab();
    let remarks = set(&mut lab, "Brightness", integer(102)).expect("set");
    assert_eq!(remarks, ["Cam (virtual:cam) was asked for Brightness 102 and keeps 100."]);
    assert_eq!(logged(&lab, EventName::Warning), remarks);
    for (name, value) in
        [("Model", integer(4)), ("Gain", ControlValue::Text("x".into())), ("Power Line Frequency", integer(9))]
    {
        let error = set(&mut lab, name, value).unwrap_err();
        assert!(error.message.contains("Cam (virtual:cam) did not set") && error.message.contains(name), "{error:?}");
    }
    let nobody = Command::SetDeviceControls { device: DeviceId("nobody".into()), values: vec![] };
    assert!(lab.ask(nobody).unwrap_err().message.contains("not there"));
}

#[test]
fn a_control_that_an_automatic_governs_is_inactive_and_keeps_its_capability() {
    capture_lab::covers!("IMG-08", "IMG-05");
    let mut lab = lab();
    assert!(control(&mut lab, "Exposure Time, Absolute").is_inactive);
    let track = lab.open_one(r#"{"video":true}"#);
    assert!(track.track.capabilities.get(Property::ExposureTime).is_some());
    let settings = lab.apply(track.track.id, r#"{"exposureTime":{"exact":200}}"#).expect("legal, and stored");
    assert_eq!(settings.number(Property::ExposureTime), Some(200.0));
    lab.apply(track.track.id, r#"{"exposureMode":{"exact":"manual"},"exposureTime":{"exact":300}}"#).expect("applied");
    until_is(&mut lab, "Exposure Time, Absolute", 300);
    assert!(!control(&mut lab, "Exposure Time, Absolute").is_inactive);
}

#[test]
fn reset_sets_defaults_and_what_governs_comes_first() {
    let mut lab = lab();
    let device = camera(&mut lab);
    for (name, value) in [("Auto Exposure", 0), ("Exposure Time, Absolute", 50), ("Gain", 9), ("Lamps", 7)] {
        set(&mut lab, name, integer(value)).expect("set");
    }
    let gain = control(&mut lab, "Gain").id;
    lab.ask(Command::ResetDeviceControls { device: device.clone(), controls: vec![gain] }).expect("reset");
    assert!(is(&lab, "Gain", 4) && is(&lab, "Lamps", 7));
    lab.ask(Command::ResetDeviceControls { device, controls: vec![] }).expect("reset");
    assert!(is(&lab, "Auto Exposure", 1) && is(&lab, "Lamps", 1));
    assert!(is(&lab, "Exposure Time, Absolute", 50), "the automatic governs it again");
    lab.until_logged("Lamps of Cam (virtual:cam) was reset from 0x7 to 0x1.");
}

#[test]
fn a_control_changed_from_outside_is_told_with_its_settings() {
    capture_lab::covers!("EXT-05");
    let mut lab = lab();
    let track = lab.open_one(r#"{"video":true}"#);
    let other = lab.open_one(r#"{"video":true}"#);
    lab.until("the controls", |lab| {
        lab.events.iter().any(|event| matches!(event, Event::DeviceControls { .. })).then_some(())
    });
    let handle = lab.fault_handle("cam");
    assert!(handle.set_property(Property::Brightness, &Value::Number(50.0)));
    assert_eq!(handle.property(Property::Brightness), Some(Value::Number(50.0)));
    for track in [&track, &other] {
        let id = track.track.id;
        let settings = lab.until("configurationchange", |lab| configurations(lab, id).pop());
        assert_eq!(settings.number(Property::Brightness), Some(50.0));
    }
    lab.until_logged("Brightness of Cam (virtual:cam) was changed from 125 to 50 by another program or the device.");
    // What the web does not know changes no track, and the same value is no change.
    lab.fault_handle("cam").set_control("Gain", &integer(9));
    lab.until_logged("Gain of Cam");
    lab.fault_handle("cam").set_control("Gain", &integer(9));
    lab.fault_handle("cam").set_control("Lamps", &integer(3));
    lab.until_logged("Lamps of Cam");
    assert_eq!((configurations(&lab, track.track.id).len(), lab.logged("Gain of Cam")), (1, 1));
}

#[test]
fn own_constraints_fire_no_configurationchange_and_an_ended_track_hears_none() {
    capture_lab::covers!("EXT-05");
    let mut lab = lab();
    let track = lab.open_one(r#"{"video":true}"#);
    lab.apply(track.track.id, r#"{"brightness":{"exact":100}}"#).expect("applied");
    until_is(&mut lab, "Brightness", 100);
    let second = lab.open_one(r#"{"video":true}"#);
    lab.ask(Command::StopTrack { track: second.track.id }).expect("stopped");
    lab.fault_handle("cam").set_control("Brightness", &integer(50));
    lab.until("configurationchange", |lab| configurations(lab, track.track.id).pop());
    assert_eq!(configurations(&lab, track.track.id).len(), 1);
    assert_eq!(configurations(&lab, second.track.id), []);
    assert_eq!(lab.logged("and keeps"), 0);
}

#[test]
fn what_the_tester_sets_changes_the_tracks_as_another_program_would() {
    let mut lab = lab();
    let track = lab.open_one(r#"{"video":true}"#);
    lab.fault_handle("cam").set_control("Brightness", &integer(0));
    lab.until("configurationchange", |lab| configurations(lab, track.track.id).pop());
    set(&mut lab, "Brightness", integer(200)).expect("set");
    let set = lab.until("configurationchange", |lab| configurations(lab, track.track.id).get(1).cloned());
    assert_eq!(set.get(Property::Brightness), Some(&Value::Number(200.0)), "as by another program");
}

#[test]
fn a_closed_shutter_mutes_and_an_open_one_unmutes() {
    capture_lab::covers!("MUTE-04", "MUTE-05", "EXT-05");
    let mut lab = lab();
    let track = lab.open_one(r#"{"video":true}"#);
    let id = track.track.id;
    lab.until("frames", |lab| {
        lab.advance(0.034);
        (delivered(&track) > 2).then_some(())
    });
    lab.fault_handle("cam").set_control("Privacy", &integer(1));
    lab.until_change(id, "mute", |change| {
        matches!(change, TrackChange::Muted(reason) if reason.kind == ReasonKind::Privacy && reason.text.contains("“Privacy”"))
    });
    // Frames still come, and are kept from the track (MUTE-02, MUTE-11).
    for _ in 0..6 {
        lab.advance(0.034);
        lab.devices();
    }
    let frozen = delivered(&track);
    for _ in 0..6 {
        lab.advance(0.034);
        lab.devices();
    }
    assert_eq!(delivered(&track), frozen);
    // What changes meanwhile is told when the track is unmuted.
    lab.fault_handle("cam").set_control("Brightness", &integer(50));
    lab.until_logged("Brightness of Cam");
    assert_eq!(configurations(&lab, id), []);
    lab.fault_handle("cam").set_control("Privacy", &integer(0));
    lab.until_change(id, "unmute", |change| *change == TrackChange::Unmuted);
    lab.until("configurationchange", |lab| configurations(lab, id).pop());
    lab.until("frames", |lab| {
        lab.advance(0.034);
        (delivered(&track) > frozen).then_some(())
    });
}

#[test]
fn a_camera_whose_shutter_is_closed_opens_muted() {
    let mut lab = lab();
    lab.fault_handle("cam").set_control("Privacy", &integer(1));
    let track = lab.open_one(r#"{"video":true}"#);
    lab.until("mute", |lab| {
        let is_muted = track.track.muted()
            || lab.changes(track.track.id).iter().any(|(_, change)| matches!(change, TrackChange::Muted(_)));
        is_muted.then_some(())
    });
}

#[test]
fn what_was_set_is_set_again_after_a_replug() {
    let mut lab = lab();
    set(&mut lab, "Gain", integer(9)).expect("set");
    set(&mut lab, "Lamps", integer(7)).expect("set");
    let device = camera(&mut lab);
    let lamps = control(&mut lab, "Lamps").id;
    lab.ask(Command::ResetDeviceControls { device, controls: vec![lamps] }).expect("reset");
    let handle = lab.fault_handle("cam");
    handle.unplug();
    assert_eq!(lab.devices(), []);
    handle.plug_in();
    assert!(is(&lab, "Gain", 4), "it has forgotten");
    lab.devices();
    until_is(&mut lab, "Gain", 9);
    lab.until_logged("Gain of Cam (virtual:cam) was set from 4 to 9 again, as before it was lost.");
    assert!(is(&lab, "Lamps", 1));
}

#[test]
fn a_camera_in_use_is_set_again_when_it_is_opened_after_a_replug() {
    let mut lab = lab();
    let track = lab.open_one(r#"{"video":true}"#);
    lab.apply(track.track.id, r#"{"brightness":{"exact":50}}"#).expect("applied");
    until_is(&mut lab, "Brightness", 50);
    let handle = lab.fault_handle("cam");
    handle.unplug();
    lab.until_change(track.track.id, "the end", |change| matches!(change, TrackChange::Ended(_)));
    handle.plug_in();
    lab.devices();
    let again = lab.open_one(r#"{"video":true}"#);
    until_is(&mut lab, "Brightness", 50);
    lab.until("the setting", |lab| {
        let told = configurations(lab, again.track.id).pop().unwrap_or_else(|| again.track.settings.clone());
        (told.number(Property::Brightness) == Some(50.0)).then_some(())
    });
}

#[test]
fn controls_that_are_to_be_put_back_are_set_again_after_a_replug_and_put_back_at_the_end() {
    let mut lab = lab();
    lab.ask(Command::SetPolicy(Policy { puts_controls_back: true, ..Policy::default() })).expect("set");
    let track = lab.open_one(r#"{"video":true}"#);
    set(&mut lab, "Gain", integer(9)).expect("set");
    let handle = lab.fault_handle("cam");
    handle.unplug();
    lab.until_change(track.track.id, "the end", |change| matches!(change, TrackChange::Ended(_)));
    lab.until_logged("is closed");
    handle.plug_in();
    lab.devices();
    until_is(&mut lab, "Gain", 9);
    let again = lab.open_one(r#"{"video":true}"#);
    assert!(is(&lab, "Gain", 9));
    lab.ask(Command::StopTrack { track: again.track.id }).expect("stopped");
    until_is(&mut lab, "Gain", 4);
    set(&mut lab, "Gain", integer(8)).expect("set");
    handle.unplug();
    lab.devices();
    handle.plug_in();
    lab.devices();
    until_is(&mut lab, "Gain", 8);
    lab.worker = None; // the end of the program
    assert_eq!(handle.control("Gain"), Some(integer(4)));
}

#[test]
fn controls_are_left_as_they_are_or_put_back() {
    for puts_controls_back in [false, true] {
        let mut lab = lab();
        lab.ask(Command::SetPolicy(Policy { puts_controls_back, ..Policy::default() })).expect("set");
        let track = lab.open_one(r#"{"video":true}"#);
        set(&mut lab, "Gain", integer(9)).expect("set");
        set(&mut lab, "Gain", integer(10)).expect("set");
        lab.ask(Command::StopTrack { track: track.track.id }).expect("stopped");
        if puts_controls_back {
            until_is(&mut lab, "Gain", 4);
            lab.until_logged("Gain of Cam (virtual:cam) was put back from 10 to 4.");
        } else {
            lab.until_logged("is closed");
            assert!(is(&lab, "Gain", 10));
        }
        set(&mut lab, "Lamps", integer(7)).expect("set");
        let handle = lab.fault_handle("cam");
        lab.worker = None; // the end of the program
        let expected = if puts_controls_back { 1 } else { 7 };
        assert_eq!(handle.control("Lamps"), Some(integer(expected)));
    }
}

#[test]
fn controls_that_are_watched_are_told_while_nothing_is_captured() {
    let mut lab = lab();
    let device = camera(&mut lab);
    lab.ask(Command::WatchControls { device, watch: true }).expect("watched");
    let told = |lab: &Lab, value| {
        lab.events.iter().any(|event| {
            let Event::DeviceControls { controls, .. } = event else { return false };
            controls.iter().any(|control| control.name == "Gain" && control.value == Some(integer(value)))
        })
    };
    lab.until("the controls", |lab| told(lab, 4).then_some(()));
    lab.fault_handle("cam").set_control("Gain", &integer(8));
    lab.until("the change", |lab| told(lab, 8).then_some(()));
}

#[test]
fn a_preset_sets_controls_when_the_camera_is_opened() {
    let mut lab = lab();
    let constraints = parse_constraints(r#"{"video":{"brightness":100}}"#).expect("constraints").constraints;
    let controls = [("Gain", integer(9)), ("Lamps", integer(15)), ("Nothing", integer(1))];
    let controls = controls.map(|(name, value)| (name.to_owned(), value)).into();
    let choice = Choice { controls, ..Choice::default() };
    lab.ask(Command::GetUserMedia { constraints, choice }).expect("a stream");
    for (name, value) in [("Gain", 9), ("Brightness", 100), ("Lamps", 7)] {
        until_is(&mut lab, name, value);
    }
    lab.until_logged("Cam (virtual:cam) was asked for Lamps 0xf and keeps 0x7.");
    lab.until_logged("Cam (virtual:cam) has no control “Nothing”, which is to be set to 1.");
}

#[test]
fn a_control_that_is_not_there_is_an_error_and_what_a_preset_cannot_set_is_told() {
    let mut lab = lab();
    let device = camera(&mut lab);
    let gain = control(&mut lab, "Gain").id;
    let values = vec![(gain, integer(9)), (0x1234, integer(1))];
    let error = lab.ask(Command::SetDeviceControls { device, values }).expect_err("no such control");
    assert!(error.message.contains("Cam (virtual:cam) has no control 0x00001234"), "{}", error.message);
    assert!(is(&lab, "Gain", 4), "all or nothing");
    let constraints = parse_constraints(r#"{"video":true}"#).expect("constraints").constraints;
    let controls = [("Exposure Time, Absolute".to_owned(), integer(300)), ("Gain".to_owned(), integer(7))].into();
    lab.ask(Command::GetUserMedia { constraints, choice: Choice { controls, ..Choice::default() } }).expect("a stream");
    until_is(&mut lab, "Gain", 7);
    lab.until_logged("keeps its Exposure Time, Absolute, and not 300 as the preset has it: another control");
    assert!(is(&lab, "Exposure Time, Absolute", 166));
}

#[test]
fn a_camera_that_may_not_lower_its_rate_is_not_said_to_be_slow_for_the_light() {
    let camera = r#"(name: "cam", label: "Cam", controls: [
        (name: "exposureMode", choices: ["manual", "continuous"], value: "continuous"),
        (name: "exposureTime", min: 1, max: 5000, step: 1, value: 300),
    ], device_controls: [(name: "Exposure, Dynamic Framerate", kind: Boolean, value: 1)],
    faults: [(at: 3.0, do: LowLight(slower: 2))],
    modes: [(sizes: [(64, 48)], rates: [(30, 1)], formats: ["NV12"])])"#;
    let mut lab = Lab::new(&[camera], &[]);
    let track = lab.open_one(r#"{"video":true}"#);
    let TrackMonitor::Video { report, .. } = &track.monitor else { panic!("no video") };
    for _ in 0..40 {
        let before = delivered(&track);
        lab.advance(0.25);
        lab.until("frames", |_| (delivered(&track) > before).then_some(()));
    }
    lab.until("the inference", |_| report.peek().filter(|report| report.low_light.is_some()));
    set(&mut lab, "Exposure, Dynamic Framerate", integer(0)).expect("set");
    for _ in 0..8 {
        let before = delivered(&track);
        lab.advance(0.25);
        lab.until("frames", |_| (delivered(&track) > before).then_some(()));
    }
    lab.until("no inference", |_| report.peek().filter(|report| report.low_light.is_none()));
}
