//! What the interfaces give, apart from what happens to them.

use capture_lab::api::{
    DeviceChangeEvent, EnumeratedDevice, Exception, Measurements, MediaStream, MediaStreamTrackState,
    NavigatorUserMedia, ObjectSource, OverconstrainedError, PermissionAnswer, Url,
};
use capture_lab::model::{Capability, ErrorName, MediaDeviceKind, Property, TrackKind};
use capture_lab::selection::parse_constraints;

use crate::support::{Page, constraints};

#[test]
fn devices_are_listed_with_four_members_and_capabilities() {
    capture_lab::covers!("ENUM-01", "ENUM-02", "ENUM-04", "ENUM-06", "ENUM-12");
    let page = Page::new();
    let listed = page.devices.enumerate_devices().wait().unwrap();
    let kinds: Vec<_> = listed.iter().map(|device| device.kind).collect();
    assert_eq!(kinds, [MediaDeviceKind::AudioInput, MediaDeviceKind::VideoInput]);
    let json = serde_json::to_value(&listed[1]).unwrap();
    let keys: Vec<_> = json.as_object().unwrap().keys().cloned().collect();
    assert_eq!(keys, ["deviceId", "kind", "label", "groupId"]);
    let EnumeratedDevice::Input(camera) = &listed[1] else { panic!("a camera is an input") };
    assert_eq!(camera.get_capabilities(), page.camera().get_capabilities());
    let width = Capability::Range { min: 1.0, max: 1280.0 };
    assert_eq!(camera.get_capabilities().get(Property::Width), Some(&width), "SET-06");
    page.fault_handle("cam").unplug();
    page.until(0.02, "a shorter list", || page.devices.enumerate_devices().wait().unwrap().len() == 1);
    assert_eq!(listed.len(), 2, "the old list stays");
}

#[test]
fn a_change_of_devices_is_told_with_the_whole_list() {
    capture_lab::covers!("CHG-01", "CHG-03", "CHG-04");
    let page = Page::new();
    page.settle();
    let seen = page.seen.clone();
    page.devices.on_device_change(move |event: &DeviceChangeEvent| {
        let labels = |list: &[EnumeratedDevice]| list.iter().map(|one| one.label.clone()).collect::<Vec<_>>().join("+");
        seen.note(format!("{} new {}", labels(&event.devices), labels(&event.user_inserted_devices)));
    });
    page.fault_handle("cam").unplug();
    page.until(0.02, "the first change", || {
        page.settle();
        page.seen.all().len() == 1
    });
    page.fault_handle("cam").plug_in();
    page.until(0.02, "the second change", || {
        page.settle();
        page.seen.all().len() == 2
    });
    assert_eq!(page.seen.all(), ["Mic new ", "Mic+Cam new Cam"]);
}

#[test]
fn every_setting_has_a_capability_that_holds_it() {
    capture_lab::covers!("SET-03", "SET-08", "SET-11", "SET-12");
    let page = Page::new();
    for json in [r#"{"video":{"width":{"exact":7}}}"#, r#"{"audio":true}"#] {
        let track = page.open(json).get_tracks().remove(0);
        let capabilities = track.get_capabilities();
        for (property, capability) in capabilities.iter() {
            let settings = track.get_settings();
            let value = settings.get(*property).unwrap_or_else(|| panic!("{property} has no setting"));
            let is_inside = match capability {
                Capability::Range { min, max } | Capability::Steps { min, max, .. } => {
                    (*min..=*max).contains(&value.as_number().unwrap())
                }
                Capability::List(list) => list.contains(value),
                Capability::Text(text) => value.as_text() == Some(text),
            };
            assert!(is_inside, "{property}: {value} in {capability:?}");
        }
        assert_eq!(capabilities.iter().count(), track.get_settings().iter().count());
    }
}

#[test]
fn streams_are_sets_of_the_same_objects() {
    capture_lab::covers!("STR-01", "STR-02", "STR-03", "STR-04", "STR-05", "STR-06", "STR-09", "STR-12");
    let page = Page::new();
    let stream = page.open(r#"{"video":true,"audio":true}"#);
    let (video, audio) = (stream.get_video_tracks().remove(0), stream.get_audio_tracks().remove(0));
    let again = MediaStream::new(&page.devices, [video.clone(), video.clone(), audio.clone()]);
    assert_eq!(again.get_tracks().len(), 2);
    assert!(again.get_video_tracks()[0] == video && again != stream && again.id() != stream.id());
    let id = stream.id().to_string();
    assert_eq!((id.len(), id.as_bytes()[14]), (36, b'4'));
    assert!(again.get_track_by_id(capture_lab::model::TrackId::random()).is_none());
    let snapshot = again.get_tracks();
    again.remove_track(&audio);
    assert_eq!((snapshot.len(), again.get_tracks().len()), (2, 1));
    assert!(again.active() && !again.audible() && stream.audible());
    video.stop();
    assert!(!again.active() && stream.active());
    again.add_track(&audio);
    assert!(again.active());
    assert!(!MediaStream::new(&page.devices, []).active());
}

#[test]
fn clones_are_new_objects_with_the_same_settings() {
    capture_lab::covers!("CLN-01", "CLN-02", "TRK-01", "TRK-03", "STR-10", "SET-02");
    let page = Page::new();
    let stream = page.open(r#"{"video":{"width":{"exact":640}}}"#);
    let track = stream.get_tracks().remove(0);
    track.set_enabled(false);
    let clone = track.clone_track();
    assert!(clone != track && clone.id() != track.id() && !clone.enabled());
    assert_eq!((clone.label(), clone.get_settings()), (track.label(), track.get_settings()));
    assert_eq!((clone.get_constraints(), clone.kind()), (track.get_constraints(), TrackKind::Video));
    let other = stream.clone_stream();
    stream.get_tracks().iter().for_each(capture_lab::api::MediaStreamTrack::stop);
    assert!(other.active() && !stream.active());
    assert_eq!(track.clone_track().ready_state(), MediaStreamTrackState::Ended);
    clone.apply_constraints(constraints(r#"{"width":{"exact":64}}"#)).wait().unwrap();
    assert_eq!(other.get_tracks()[0].get_settings().number(Property::Width), Some(640.0));
    assert_eq!(clone.get_capabilities(), other.get_tracks()[0].get_capabilities(), "whatever is asked of them");
}

#[test]
fn errors_are_of_the_standards_kinds() {
    capture_lab::covers!("OVR-01", "GUM-01");
    let page = Page::new();
    let call = |json| page.devices.get_user_media(parse_constraints(json).unwrap().constraints).wait().unwrap_err();
    assert!(matches!(call("{}"), Exception::Type(_)));
    let Exception::Overconstrained(error) = call(r#"{"video":{"width":{"exact":9999}}}"#) else {
        panic!("no such error")
    };
    assert_eq!((error.name(), error.code(), error.constraint.as_str()), (ErrorName::OverconstrainedError, 0, "width"));
    assert_eq!(OverconstrainedError::new("width", "").message, "");
}

#[test]
fn the_old_call_answers_once_by_one_of_two_callbacks() {
    capture_lab::covers!("LEG-01");
    let page = Page::new();
    let navigator = NavigatorUserMedia::new(page.devices.clone());
    for json in [r#"{"video":true}"#, r#"{"video":{"width":{"exact":9999}}}"#] {
        let (good, bad) = (page.seen.clone(), page.seen.clone());
        let success = move |stream: MediaStream| good.note(format!("stream of {}", stream.get_tracks().len()));
        navigator.get_user_media(parse_constraints(json).unwrap().constraints, success, move |error| {
            bad.note(error.name().name());
        });
        page.settle();
    }
    page.until(0.02, "both answers", || page.seen.all().len() == 2);
    let mut seen = page.seen.all();
    seen.sort();
    assert_eq!(seen, ["OverconstrainedError", "stream of 1"]);
}

#[test]
fn a_stream_has_no_url() {
    capture_lab::covers!("LEG-06");
    let page = Page::new();
    let error = Url::create_object_url(ObjectSource::Stream(page.open(r#"{"audio":true}"#))).unwrap_err();
    assert_eq!(error.name(), ErrorName::TypeError);
}

#[test]
fn a_call_that_nobody_waits_for_leaves_no_device_open() {
    capture_lab::covers!("GUM-16");
    let page = Page::new();
    drop(page.devices.get_user_media(
        parse_constraints(r#"{"video":{"resizeMode":{"exact":"none"},"width":{"exact":320}}}"#).unwrap().constraints,
    ));
    let wide =
        parse_constraints(r#"{"video":{"resizeMode":{"exact":"none"},"width":{"exact":1280}}}"#).unwrap().constraints;
    page.until(0.0, "the camera to be free", || page.devices.get_user_media(wide.clone()).wait().is_ok());
}

#[test]
fn booleans_are_lists_of_what_they_can_be() {
    capture_lab::covers!("SET-10");
    let torch = r#"(name: "torch", choices: [false, true], value: false)"#;
    let with_torch = crate::support::DEVICES.replacen("label:", &format!("controls: [{torch}], label:"), 1);
    let page = Page::with(&with_torch);
    let list = |track: &capture_lab::api::MediaStreamTrack, property| track.get_capabilities().get(property).cloned();
    let camera = page.camera();
    assert_eq!(list(&camera, Property::Torch), Some(Capability::List(vec![false.into(), true.into()])));
    let microphone = page.open(r#"{"audio":true}"#).get_tracks().remove(0);
    for property in [Property::AutoGainControl, Property::NoiseSuppression] {
        assert_eq!(list(&microphone, property), Some(Capability::List(vec![false.into()])), "nothing pretends to");
    }
    camera.apply_constraints(constraints(r#"{"torch":{"exact":true}}"#)).wait().unwrap();
    assert_eq!(camera.get_settings().get(Property::Torch), Some(&true.into()));
}

#[test]
fn where_nobody_can_be_asked_the_answer_is_no() {
    capture_lab::covers!("PERM-04");
    let page = Page::new();
    let policy = capture_lab::model::Policy { asks_permission: true, ..Default::default() };
    page.devices.set_policy(policy).wait().unwrap();
    let call = || page.devices.get_user_media(parse_constraints(r#"{"video":true}"#).unwrap().constraints).wait();
    assert_eq!(call().unwrap_err().name(), ErrorName::NotAllowedError);
    page.devices.on_permission_request(|request| PermissionAnswer {
        allow: request.kinds == [TrackKind::Video] && request.devices == ["Cam (virtual:cam)"],
        remember: false,
    });
    assert!(call().is_ok());
}

#[test]
fn no_handle_is_forgotten_however_many_there_are() {
    // More than fit into the worker's queue at once.
    capture_lab::covers!("TRK-12", "APP-11");
    let page = Page::new();
    let track = page.open(r#"{"video":{"width":{"exact":320},"resizeMode":{"exact":"none"}}}"#).get_tracks().remove(0);
    let clones: Vec<_> = (0..200).map(|_| track.clone_track()).collect();
    let applied: Vec<_> = (0..100_u32)
        .map(|number| track.apply_constraints(constraints(&format!(r#"{{"width":{{"exact":{}}}}}"#, 100 + number))))
        .collect();
    assert!(applied.into_iter().all(|promise| promise.wait().is_ok()));
    assert_eq!(track.get_settings().number(Property::Width), Some(199.0));
    drop((clones, track));
    let wide = parse_constraints(r#"{"video":{"resizeMode":{"exact":"none"},"width":{"exact":1280}}}"#).unwrap();
    page.until(0.0, "the camera to be free", || page.devices.get_user_media(wide.constraints.clone()).wait().is_ok());
}

#[test]
fn a_clone_takes_over_what_its_original_was_promised() {
    capture_lab::covers!("CLN-01", "SET-01");
    let page = Page::new();
    let track = page.camera();
    let promise = track.apply_constraints(constraints(r#"{"width":{"exact":77}}"#));
    let clone = track.clone_track();
    promise.wait().unwrap();
    page.settle();
    if clone.get_constraints() == track.get_constraints() {
        assert_eq!(clone.get_settings(), track.get_settings());
    }
    clone.apply_constraints(constraints(r#"{"width":{"exact":78}}"#)).wait().unwrap();
    assert_eq!(clone.get_settings().number(Property::Width), Some(78.0));
    page.fault_handle("cam").unplug();
    page.until(0.02, "the end", || track.ready_state() == MediaStreamTrackState::Ended);
    let late = track.clone_track();
    assert_eq!((late.ready_state(), clone.ready_state()), (MediaStreamTrackState::Ended, MediaStreamTrackState::Ended));
}

#[test]
fn a_handler_that_panics_costs_no_other_event() {
    let page = Page::new();
    let track = page.camera();
    track.add_event_listener(capture_lab::api::TrackEventName::Ended, |_| panic!("a fault of the program"));
    page.listen("track", &track);
    page.fault_handle("cam").unplug();
    page.until(0.02, "the event", || page.seen.all() == ["track Ended: ended"]);
    page.settle();
}

#[test]
fn a_handler_that_waits_is_told_that_it_cannot() {
    let page = Page::new();
    let (seen, devices) = (page.seen.clone(), page.devices.clone());
    page.devices.on_device_change(move |_| {
        let error = devices.enumerate_devices().wait().unwrap_err();
        seen.note(error.name().name());
    });
    page.settle();
    page.fault_handle("cam").unplug();
    page.until(0.02, "the event", || {
        page.settle();
        !page.seen.all().is_empty()
    });
    assert_eq!(page.seen.all(), ["InvalidStateError"]);
}

#[test]
fn a_control_moved_by_another_program_fires_configurationchange_after_the_settings_changed() {
    capture_lab::covers!("EXT-05", "EVT-03");
    let zoom = r#"(name: "zoom", min: 1, max: 5, step: 0.5, value: 2)"#;
    let page = Page::with(&crate::support::DEVICES.replacen("label:", &format!("controls: [{zoom}], label:"), 1));
    let camera = page.camera();
    let seen = page.seen.clone();
    camera.add_event_listener(capture_lab::api::TrackEventName::ConfigurationChange, move |event| {
        seen.note(format!("{}", event.target.get_settings().number(Property::Zoom).unwrap_or_default()));
    });
    camera.apply_constraints(constraints(r#"{"zoom":{"exact":3}}"#)).wait().unwrap();
    let moved = capture_lab::model::ControlValue::Integer(45);
    page.until(0.0, "the control to be set", || {
        page.fault_handle("cam").control("Zoom, Absolute") == Some(capture_lab::model::ControlValue::Integer(30))
    });
    assert!(page.fault_handle("cam").set_control("Zoom, Absolute", &moved));
    page.until(0.0, "the event", || !page.seen.all().is_empty());
    page.settle();
    assert_eq!(page.seen.all(), ["4.5"]);
}

#[test]
fn measurements_are_readable_while_it_runs_and_after_its_end() {
    let page = Page::new();
    let track = page.camera();
    let produced = || match track.measurements() {
        Some(Measurements::Video(report)) => report.produced,
        Some(Measurements::Audio(_)) => panic!("no camera"),
        None => 0,
    };
    page.until(0.05, "frames", || produced() > 20);
    let Some(Measurements::Video(report)) = track.measurements() else { panic!("no measurements") };
    assert_eq!((report.dropped, report.freezes.count, report.is_frozen), (0, 0, false));
    assert!(report.interval.is_some() && report.first_frame.total_ms.is_some());
    track.stop();
    page.settle();
    assert!(produced() > 20);
    let sound = page.open(r#"{"audio":true}"#).get_tracks().remove(0);
    page.until(0.05, "levels", || matches!(sound.measurements(), Some(Measurements::Audio(_))));
}
