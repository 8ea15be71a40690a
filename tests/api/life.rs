//! Scenarios: what happens to tracks, and the exact events that are told of it.

use capture_lab::api::{MediaStream, MediaStreamTrack, MediaStreamTrackState, StreamEventName};
use capture_lab::model::{ErrorName, Property};
use capture_lab::worker::StreamChange;

use crate::support::{DEVICES, Page, constraints, delivered};

/// Name, what is done, and what handlers see. Tracks `a`, `b`, `c` are of one camera, `b` and `c` clones of `a`.
type Scenario = (&'static str, fn(&Page, &[MediaStreamTrack; 3]), &'static [&'static str]);

const SCENARIOS: [Scenario; 10] = [
    ("stop fires nothing, again neither", |_, [a, ..]| [a, a].into_iter().for_each(MediaStreamTrack::stop), &[]),
    ("enabled fires nothing", |_, [a, ..]| [false, true].into_iter().for_each(|on| a.set_enabled(on)), &[]),
    (
        "unplugged, each track ends for itself",
        |page, _| page.fault_handle("cam").unplug(),
        &["a Ended: ended", "b Ended: ended", "c Ended: ended"],
    ),
    (
        "a stopped track does not end again",
        |page, [_, b, _]| {
            b.stop();
            page.fault_handle("cam").unplug();
        },
        &["a Ended: ended", "c Ended: ended"],
    ),
    (
        "a disabled track ends like any other",
        |page, [a, ..]| {
            a.set_enabled(false);
            page.fault_handle("cam").unplug();
        },
        &["a Ended: ended", "b Ended: ended", "c Ended: ended"],
    ),
    (
        "an ended track stays ended over a replug",
        |page, [a, ..]| {
            page.fault_handle("cam").unplug();
            page.until(0.05, "the end", || a.ready_state() == MediaStreamTrackState::Ended);
            page.fault_handle("cam").plug_in();
        },
        &["a Ended: ended", "b Ended: ended", "c Ended: ended"],
    ),
    (
        "applyConstraints fires nothing, not on the others either",
        |_, [a, ..]| a.apply_constraints(constraints(r#"{"width":{"exact":1}}"#)).wait().unwrap(),
        &[],
    ),
    (
        "applyConstraints that fails fires nothing",
        |_, [a, ..]| {
            let error = a.apply_constraints(constraints(r#"{"width":{"exact":1921}}"#)).wait().unwrap_err();
            assert_eq!((error.name(), error.constraint()), (ErrorName::OverconstrainedError, Some("width")));
        },
        &[],
    ),
    (
        "the source goes on until its last track stops",
        |page, [a, b, c]| {
            a.stop();
            b.stop();
            let before = delivered(c);
            page.until(0.1, "frames for the last", || delivered(c) > before + 10);
            c.stop();
        },
        &[],
    ),
    (
        "the end of a stream's handles changes nothing for others",
        |page, [a, ..]| drop(MediaStream::new(&page.devices, [a.clone()])),
        &[],
    ),
];

fn three(page: &Page) -> [MediaStreamTrack; 3] {
    let a = page.camera();
    let (b, c) = (a.clone_track(), a.clone_track());
    page.settle();
    let tracks = [a, b, c];
    for (name, track) in ["a", "b", "c"].into_iter().zip(&tracks) {
        page.listen(name, track);
    }
    tracks
}

#[test]
fn scenarios() {
    capture_lab::covers!("TRK-02", "TRK-06", "TRK-07", "TRK-08", "TRK-09", "MUTE-06", "CLN-03", "APP-04");
    for (name, act, expected) in SCENARIOS {
        let page = Page::new();
        let tracks = three(&page);
        act(&page, &tracks);
        page.until(0.02, name, || page.seen.all().len() >= expected.len());
        page.settle();
        let mut seen = page.seen.all();
        seen.sort(); // the order among the tracks of one source is not told
        assert_eq!(seen, expected, "{name}");
    }
}

#[test]
fn a_stall_mutes_each_track_and_frames_unmute_it() {
    capture_lab::covers!("MUTE-04", "MUTE-05", "TRK-14");
    // SEQ-14
    let page = Page::with(&DEVICES.replacen("label:", "faults: [(at: 2.0, do: Stall(5.0))], label:", 1));
    let tracks = three(&page);
    page.until(0.1, "mute and unmute", || page.seen.all().len() >= 6);
    let seen = page.seen.all();
    for track in ["a", "b", "c"] {
        let of_track: Vec<_> = seen.iter().filter(|line| line.starts_with(track)).collect();
        assert_eq!(of_track, [&format!("{track} Mute: live muted"), &format!("{track} Unmute: live")]);
    }
    assert!(tracks.iter().all(|track| !track.muted()));
}

#[test]
fn a_handler_sees_the_state_after_the_event() {
    capture_lab::covers!("TRK-08", "EVT-03");
    let page = Page::new();
    let stream = page.open(r#"{"video":true}"#);
    let (seen, of_handler) = (page.seen.clone(), stream.clone());
    let track = stream.get_tracks().remove(0);
    track.add_event_listener(capture_lab::api::TrackEventName::Ended, move |event| {
        seen.note(format!("{} active {}", event.target.ready_state().name(), of_handler.active()));
    });
    page.fault_handle("cam").unplug();
    page.until(0.02, "the end", || !page.seen.all().is_empty());
    assert_eq!(page.seen.all(), ["ended active false"]);
    assert_eq!(track.reason().unwrap().kind.name(), "device-gone");
}

#[test]
fn concurrent_calls_settle_in_their_order() {
    capture_lab::covers!("APP-02");
    // SEQ-04, SEQ-05
    let page = Page::new();
    let track = page.camera();
    let apply = |json| track.apply_constraints(constraints(json));
    let (good, bad, last) = (
        apply(r#"{"width":{"exact":640}}"#),
        apply(r#"{"width":{"exact":9999}}"#),
        apply(r#"{"width":{"exact":320}}"#),
    );
    assert!(good.wait().is_ok());
    assert_eq!(bad.wait().unwrap_err().constraint(), Some("width"));
    assert!(last.wait().is_ok());
    assert_eq!(track.get_settings().number(Property::Width), Some(320.0));
    assert_eq!(track.get_constraints(), constraints(r#"{"width":{"exact":320}}"#));
}

#[test]
fn constraints_are_replaced_as_a_whole_and_kept_on_failure() {
    capture_lab::covers!("APP-01", "APP-03", "APP-04", "APP-05", "SET-01");
    // SEQ-01, SEQ-02, SEQ-03
    let page = Page::new();
    let track = page.camera();
    assert_eq!(track.get_constraints(), constraints("{}"), "GUM-12");
    let first = constraints(r#"{"width":{"exact":1280},"height":{"exact":720}}"#);
    track.apply_constraints(first.clone()).wait().unwrap();
    let error = track.apply_constraints(constraints(r#"{"width":{"exact":1921}}"#)).wait().unwrap_err();
    assert_eq!((error.constraint(), track.get_constraints()), (Some("width"), first));
    assert_eq!(track.get_settings().number(Property::Width), Some(1280.0));
    track.apply_constraints(constraints(r#"{"frameRate":{"exact":15},"advanced":[{"width":1}]}"#)).wait().unwrap();
    assert_eq!(track.get_settings().number(Property::Width), Some(1.0), "the width is free again");
    track.apply_constraints(capture_lab::api::MediaTrackConstraints::default()).wait().unwrap();
    assert_eq!(track.get_constraints(), constraints("{}"));
}

#[test]
fn on_an_ended_track_constraints_have_no_effect() {
    capture_lab::covers!("APP-07", "SET-04", "TRK-04");
    // SEQ-06, SEQ-07
    let page = Page::new();
    let track = page.camera();
    track.stop();
    assert!(track.apply_constraints(constraints(r#"{"width":{"exact":99999}}"#)).wait().is_ok());
    let names: Vec<_> = track.get_settings().iter().map(|(property, _)| *property).collect();
    assert_eq!(names, [Property::DeviceId, Property::GroupId]);
    assert_eq!(track.get_constraints(), constraints("{}"));
    track.set_enabled(false);
    assert_eq!((track.label().as_str(), track.enabled()), ("Cam", false));
}

#[test]
fn the_program_changes_a_stream_in_silence_and_the_engine_does_not() {
    capture_lab::covers!("STR-07", "STR-08", "EVT-01");
    let page = Page::new();
    let stream = page.open(r#"{"video":true}"#);
    let sound = page.open(r#"{"audio":true}"#).get_tracks().remove(0);
    for name in [StreamEventName::AddTrack, StreamEventName::RemoveTrack] {
        let (seen, of_handler) = (page.seen.clone(), stream.clone());
        stream.add_event_listener(name, move |event| {
            let is_member = of_handler.get_track_by_id(event.track.id()).is_some();
            seen.note(format!("{:?} of {}, member: {is_member}", event.name, event.track.kind()));
        });
    }
    stream.add_track(&sound);
    stream.add_track(&sound);
    stream.remove_track(&sound);
    page.settle();
    assert_eq!(page.seen.all(), Vec::<String>::new());
    stream.change_by_engine(StreamChange::Add(sound.id()));
    stream.change_by_engine(StreamChange::Remove(sound.id()));
    page.settle();
    assert_eq!(page.seen.all(), ["AddTrack of audio, member: true", "RemoveTrack of audio, member: false"]);
    assert_eq!(sound.ready_state(), MediaStreamTrackState::Live, "STR-09");
}

#[test]
fn the_last_handle_stops_a_track_and_the_owner_ends_them_all() {
    capture_lab::covers!("TRK-05", "TRK-11", "TRK-12");
    let page = Page::new();
    let first = page.open(r#"{"video":{"resizeMode":{"exact":"none"},"width":{"exact":320}}}"#);
    let kept = first.get_tracks().remove(0);
    drop(first);
    let wide = constraints(r#"{"resizeMode":{"exact":"none"},"width":{"exact":1280}}"#);
    let second = page.camera();
    assert!(second.apply_constraints(wide.clone()).wait().is_err(), "the first track holds the mode");
    drop(kept);
    assert!(second.apply_constraints(wide).wait().is_ok(), "nobody holds it any more");
    page.listen("second", &second);
    let Page { devices, seen, .. } = page;
    drop(devices);
    assert_eq!((second.ready_state(), seen.all().len()), (MediaStreamTrackState::Ended, 0));
    assert_eq!(second.apply_constraints(constraints("{}")).wait().unwrap_err().name(), ErrorName::InvalidStateError);
}
