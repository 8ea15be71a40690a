//! What becomes of tracks when devices fail.

use capture_lab::devices::virtual_devices::CameraFault;
use capture_lab::media::ConvertError;
use capture_lab::model::{ReasonKind, TrackKind};
use capture_lab::worker::{Command, Event, TrackChange, TrackMonitor};

use crate::support::{CAMERA, Lab, MICROPHONE, delivered, track_of};

const STALLING: &str = r#"(name: "cam", label: "Cam", faults: [(at: 2.0, do: Stall(5.0))], modes: [
    (sizes: [(320, 180)], rates: [(30, 1)], formats: ["NV12"]),
])"#;

#[test]
fn a_stall_mutes_and_the_next_frame_unmutes() {
    capture_lab::covers!("TRK-14", "MUTE-02", "MUTE-04");
    // TRK-14, MUTE-04: 25 intervals of 1/30 s are less than a second, so it is a second.
    let mut lab = Lab::new(&[STALLING], &[]);
    let opened = lab.open_one(r#"{"video":true}"#);
    lab.advance(10.0);
    let muted = lab.until_change(opened.track.id, "mute", |change| matches!(change, TrackChange::Muted(_)));
    let unmuted = lab.until_change(opened.track.id, "unmute", |change| matches!(change, TrackChange::Unmuted));
    assert!((2.9..3.1).contains(&muted) && (6.9..7.1).contains(&unmuted), "muted {muted}, unmuted {unmuted}");
    lab.until("the frames of five seconds", |_| (delivered(&opened) >= 148).then_some(()));
    assert!(delivered(&opened) <= 152, "none while it was muted");
    let changes = lab.changes(opened.track.id);
    let [(_, TrackChange::Muted(reason)), (_, TrackChange::Unmuted)] = &changes[..] else { panic!("{changes:?}") };
    assert_eq!((reason.kind, reason.text.as_str()), (ReasonKind::NoFrames, "no frame for 1.0 s at 30 fps"));
}

#[test]
fn a_track_opened_on_a_muted_device_says_why() {
    capture_lab::covers!("GUM-12");
    let mut lab = Lab::new(&[STALLING], &[]);
    let first = lab.open_one(r#"{"video":true}"#);
    assert_eq!(first.reason, None);
    lab.advance(4.0);
    lab.until_change(first.track.id, "mute", |change| matches!(change, TrackChange::Muted(_)));
    let second = lab.open_one(r#"{"video":true}"#);
    assert!(second.track.muted());
    assert_eq!(second.reason.map(|reason| reason.kind), Some(ReasonKind::NoFrames));
}

#[test]
fn each_track_of_an_unplugged_camera_ends() {
    capture_lab::covers!("TRK-07", "TRK-09", "CHG-01", "CHG-04", "ENUM-01");
    let mut lab = Lab::pair();
    let tracks = [lab.open_one(r#"{"video":true}"#).track.id, lab.open_one(r#"{"video":true}"#).track.id];
    let listed = lab.devices();
    lab.fault_handle("cam").unplug();
    for track in tracks {
        lab.until_change(
            track,
            "ended",
            |change| matches!(change, TrackChange::Ended(reason) if reason.kind == ReasonKind::DeviceGone),
        );
    }
    lab.until("devicechange", |lab| {
        let lists = lab.events.iter().filter_map(|event| match event {
            Event::DeviceChange(devices) => Some(devices.len()),
            _ => None,
        });
        (lists.collect::<Vec<_>>() == [2, 1]).then_some(())
    });
    assert_eq!(listed.len(), 2, "a list that was handed out stays as it was");
    let told = lab.events.iter().rev().find_map(|event| match event {
        Event::DeviceChange(devices) => Some(devices.clone()),
        _ => None,
    });
    assert_eq!(told, Some(lab.devices()), "the list is new when the event comes");
    lab.until_logged("is closed");
    let again = lab.open(r#"{"video":true}"#).unwrap_err();
    assert_eq!(again.name, capture_lab::model::ErrorName::NotFoundError);
}

#[test]
fn one_track_ends_while_the_other_goes_on() {
    capture_lab::covers!("TRK-07");
    let mut lab = Lab::pair();
    let opened = lab.open(r#"{"video":true,"audio":true}"#).unwrap();
    let (video, audio) = (track_of(&opened, TrackKind::Video).clone(), track_of(&opened, TrackKind::Audio).clone());
    lab.fault_handle("mic").unplug();
    lab.until_change(audio.track.id, "ended", |change| matches!(change, TrackChange::Ended(_)));
    let before = delivered(&video);
    lab.advance(1.0);
    lab.until("video goes on", |_| (delivered(&video) > before + 10).then_some(()));
}

#[test]
fn lost_and_damaged_frames_are_counted_and_never_shown_as_good() {
    capture_lab::covers!("EXT-01");
    let camera = r#"(name: "cam", label: "Cam", faults: [(at: 1.0, do: DropFrames(5)), (at: 2.0, do: Corrupt(3))], modes: [
        (sizes: [(320, 180)], rates: [(30, 1)], formats: ["NV12"]),
    ])"#;
    let mut lab = Lab::new(&[camera], &[]);
    let opened = lab.open_one(r#"{"video":true}"#);
    lab.advance(3.0);
    let TrackMonitor::Video { report, .. } = &opened.monitor else { panic!("no video monitor") };
    let report = lab.until("89 frames", |_| report.peek().filter(|report| report.produced >= 89));
    assert_eq!((report.dropped, report.corrupt), (5, 3));
    assert_eq!(report.produced, report.delivered + report.discarded + report.dropped + report.corrupt);
}

#[test]
fn damaged_frames_are_shown_on_demand_as_what_they_are() {
    let camera = r#"(name: "cam", label: "Cam", faults: [(at: 1.0, do: Corrupt(3)), (at: 2.0, do: Corrupt(3))], modes: [
        (sizes: [(320, 180)], rates: [(30, 1)], formats: ["GREY"]),
    ])"#;
    let mut lab = Lab::new(&[camera], &[]);
    let opened = lab.open_one(r#"{"video":true}"#);
    let TrackMonitor::Video { report, damaged, .. } = &opened.monitor else { panic!("no video monitor") };
    lab.advance(1.5);
    lab.until("damage", |_| report.peek().filter(|report| report.corrupt == 3));
    assert_eq!(damaged.take(), None, "nobody wants to see it");
    damaged.watch(true);
    lab.advance(1.0);
    let picture = lab.until("a damaged frame", |_| damaged.take());
    assert!((60..=66).contains(&picture.sequence), "{}", picture.sequence);
    assert_eq!(picture.bytes, 320 * 180 / 2);
    assert_eq!(picture.damage, ConvertError::Short { needed: 320 * 180, got: 320 * 180 / 2 });
    let image = picture.image.expect("its upper half");
    let black = u32::from_ne_bytes([0, 0, 0, 255]);
    let (upper, lower) = image.pixels.split_at(320 * 90);
    assert!(upper.iter().any(|pixel| *pixel != black) && lower.iter().all(|pixel| *pixel == black));
}

#[test]
fn a_disabled_track_is_black_and_silent_and_counts_nothing() {
    capture_lab::covers!("MUTE-03", "MUTE-06", "MUTE-10", "MUTE-11", "SINK-12");
    let mut lab = Lab::pair();
    let opened = lab.open(r#"{"video":{"frameRate":{"exact":30}},"audio":true}"#).unwrap();
    let (video, audio) = (track_of(&opened, TrackKind::Video).clone(), track_of(&opened, TrackKind::Audio).clone());
    lab.advance(1.0);
    lab.until("frames", |_| (delivered(&video) >= 29).then_some(()));
    for track in [video.track.id, audio.track.id] {
        lab.ask(Command::SetEnabled { track, enabled: false }).unwrap();
    }
    let before = delivered(&video);
    lab.advance(1.0);
    let TrackMonitor::Audio { report } = &audio.monitor else { panic!("no audio monitor") };
    lab.until("silence", |_| report.peek()?.meter.iter().all(|channel| channel.peak == 0.0).then_some(()));
    let TrackMonitor::Video { preview, .. } = &video.monitor else { panic!("no video monitor") };
    let black = u32::from_ne_bytes([0, 0, 0, 255]);
    lab.until("black", |_| preview.take()?.pixels.iter().all(|pixel| *pixel == black).then_some(()));
    assert_eq!(delivered(&video), before);
    assert_eq!(lab.changes(video.track.id).len(), 1, "no event but the lab's own remark");
}

#[test]
fn a_silent_microphone_is_muted_after_half_a_second() {
    capture_lab::covers!("TRK-14");
    let microphone = MICROPHONE.replacen("label:", "faults: [(at: 1.0, do: Stall(2.0))], label:", 1);
    let mut lab = Lab::new(&[], &[&microphone]);
    let opened = lab.open_one(r#"{"audio":true}"#);
    lab.advance(5.0);
    let muted = lab.until_change(
        opened.track.id,
        "mute",
        |change| matches!(change, TrackChange::Muted(reason) if reason.kind == ReasonKind::NoSamples),
    );
    let unmuted = lab.until_change(opened.track.id, "unmute", |change| matches!(change, TrackChange::Unmuted));
    assert!((1.45..1.6).contains(&muted) && (2.95..3.1).contains(&unmuted), "muted {muted}, unmuted {unmuted}");
}

#[test]
fn rates_fall_while_a_camera_is_silent() {
    capture_lab::covers!("FRM-05");
    let camera = CAMERA.replacen("label:", "faults: [(at: 2.0, do: Stall(60.0))], label:", 1);
    let mut lab = Lab::new(&[&camera], &[]);
    let opened = lab.open_one(r#"{"video":{"frameRate":{"exact":12.5}}}"#);
    lab.advance(2.0);
    lab.until("frames", |_| (delivered(&opened) >= 20).then_some(()));
    lab.advance(1.6); // it is muted after two seconds
    let TrackMonitor::Video { report, .. } = &opened.monitor else { panic!("no video monitor") };
    lab.until("a lower rate", |_| report.peek()?.fps_delivered.is_none_or(|rate| rate < 6.0).then_some(()));
    assert!(lab.changes(opened.track.id).is_empty(), "it is not muted yet");
}

/// A camera of 30 fps with these faults.
fn camera(faults: &str, format: &str) -> String {
    format!(
        r#"(name: "cam", label: "Cam", faults: [{faults}], modes: [
            (sizes: [(320, 180)], rates: [(30, 1)], formats: ["{format}"]),
        ])"#
    )
}

/// What is measured of a camera with these faults when its frames of three seconds have come one by one, and the numbers of
/// those that were shown.
fn seen_of(faults: &str, format: &str) -> (std::sync::Arc<capture_lab::measure::VideoReport>, Vec<u64>) {
    let mut lab = Lab::new(&[&camera(faults, format)], &[]);
    let opened = lab.open_one(r#"{"video":true}"#);
    let TrackMonitor::Video { report, preview, .. } = &opened.monitor else { panic!("no video monitor") };
    let (mut shown, mut produced) = (Vec::new(), 0);
    for _ in 0..90 {
        lab.advance(0.034); // a little more than an interval
        produced = lab.until("a frame", |_| report.peek().map(|report| report.produced).filter(|now| *now > produced));
        shown.extend(preview.take().map(|picture| picture.sequence));
    }
    (lab.until("the frames", |_| report.peek().filter(|report| report.produced >= 89)), shown)
}

#[test]
fn each_fifth_frame_dropped_is_counted_exactly() {
    let mut lab = Lab::new(&[&camera("(at: 0, do: DropEvery(frames: 5))", "NV12")], &[]);
    let opened = lab.open_one(r#"{"video":true}"#);
    lab.advance(100.0);
    let TrackMonitor::Video { report, .. } = &opened.monitor else { panic!("no video monitor") };
    // The first frame may have come before the track was there.
    let report = lab.until("the frames", |_| report.peek().filter(|report| report.dropped + report.delivered >= 3000));
    assert_eq!((report.dropped, report.corrupt), (600, 0));
}

#[test]
fn a_suspended_bus_mutes_at_once_with_its_reason() {
    capture_lab::covers!("MUTE-02");
    let mut lab = Lab::new(&[&camera("(at: 2, do: Suspend(3))", "NV12")], &[]);
    let opened = lab.open_one(r#"{"video":true}"#);
    lab.advance(10.0);
    let muted = lab.until_change(
        opened.track.id,
        "mute",
        |change| matches!(change, TrackChange::Muted(reason) if reason.kind == ReasonKind::Suspended),
    );
    let unmuted = lab.until_change(opened.track.id, "unmute", |change| matches!(change, TrackChange::Unmuted));
    assert!((2.0..2.3).contains(&muted) && (5.0..5.1).contains(&unmuted), "muted {muted}, unmuted {unmuted}");
}

#[test]
fn a_camera_comes_back_under_another_node_with_its_id() {
    capture_lab::covers!("CHG-01", "ENUM-01");
    let mut lab = Lab::new(&[&camera("(at: 2, do: Replug(3))", "NV12")], &[]);
    let before = lab.devices().remove(0);
    let opened = lab.open_one(r#"{"video":true}"#);
    lab.advance(2.5);
    lab.until_change(opened.track.id, "ended", |change| matches!(change, TrackChange::Ended(_)));
    lab.until_logged("Cam (virtual:cam) was removed.");
    assert!(lab.devices().is_empty());
    lab.advance(3.0);
    lab.until_logged("Cam (virtual:cam/2) was added.");
    let after = lab.devices().remove(0);
    assert_eq!((after.device_id, after.group_id), (before.device_id, before.group_id));
    assert_eq!(after.node, "virtual:cam/2");
    lab.open_one(r#"{"video":true}"#);
}

#[test]
fn a_camera_that_is_unplugged_while_nobody_uses_it_leaves_the_list() {
    capture_lab::covers!("CHG-01");
    let mut lab = Lab::pair();
    assert_eq!(lab.devices().len(), 2);
    lab.fault_handle("cam").unplug();
    lab.until_logged("Cam (virtual:cam) was removed.");
    lab.fault_handle("cam").plug_in();
    lab.until_logged("Cam (virtual:cam) was added.");
}

#[test]
fn damage_that_the_driver_does_not_mark_is_never_shown() {
    capture_lab::covers!("EXT-01");
    let (report, shown) = seen_of("(at: 0.999, do: CorruptUnmarked(15)), (at: 1.499, do: Truncate(15))", "MJPG");
    assert!(shown.iter().all(|number| !(30..60).contains(number)), "{shown:?}");
    // What the screen is too slow for is not decoded, and not known to be damaged.
    assert!((1..=30).contains(&report.corrupt) && report.dropped == 0, "{report:?}");
    assert_eq!(report.produced, report.delivered + report.corrupt);
}

#[test]
fn a_raw_frame_that_is_too_short_is_corrupt() {
    let faults = "(at: 0.5, do: Truncate(3)), (at: 1, do: WrongSize(width: 64, height: 32, frames: 2))";
    let (report, _) = seen_of(faults, "NV12");
    assert_eq!((report.corrupt, report.dropped), (5, 0));
}

#[test]
fn a_frozen_and_a_black_picture_do_not_mute() {
    let (report, _) = seen_of("(at: 0.5, do: Freeze(0.5)), (at: 1.2, do: Black(5))", "NV12");
    assert_eq!((report.dropped, report.corrupt), (0, 0));
}

#[test]
fn a_fault_is_injected_by_command_and_the_log_says_so() {
    let mut lab = Lab::pair();
    let devices = lab.devices();
    let of = |kind| devices.iter().find(|device| device.kind == kind).expect("a device").device_id.clone();
    let camera = of(capture_lab::model::MediaDeviceKind::VideoInput);
    let inject = |device: &capture_lab::model::DeviceId, fault: CameraFault| Command::InjectFault {
        device: device.clone(),
        fault: fault.into(),
    };
    let error = lab.ask(inject(&camera, CameraFault::Corrupt(1))).expect_err("it is not open");
    assert!(error.message.contains("Cam (virtual:cam) is not open"), "{}", error.message);
    let opened = lab.open_one(r#"{"video":true}"#);
    // Before the first frame there would be nothing to compare its number with.
    lab.advance(0.5);
    lab.until("frames", |_| (delivered(&opened) >= 3).then_some(()));
    let request = lab.send(inject(&camera, CameraFault::DropFrames(7)));
    lab.answer(request).expect("done");
    assert_eq!(lab.answers_to(request), 1);
    lab.until_logged("Cam (virtual:cam): the next 7 frames are dropped (by hand).");
    lab.advance(2.0);
    let TrackMonitor::Video { report, .. } = &opened.monitor else { panic!("no video monitor") };
    lab.until("the gap", |_| report.peek().filter(|report| report.dropped == 7 && report.delivered > 10));
    lab.ask(inject(&camera, CameraFault::Unplug)).expect("done");
    lab.until_change(opened.track.id, "ended", |change| matches!(change, TrackChange::Ended(_)));
    assert_eq!(lab.devices().len(), 1);
    lab.ask(inject(&camera, CameraFault::PlugIn)).expect("an unplugged camera is still known");
    lab.until_logged("Cam (virtual:cam) was added.");
    lab.ask(inject(&of(capture_lab::model::MediaDeviceKind::AudioInput), CameraFault::Busy(1))).expect("done");
    assert!(lab.open(r#"{"audio":true}"#).is_err());
    let nobody = capture_lab::model::DeviceId("none".to_owned());
    assert!(lab.ask(inject(&nobody, CameraFault::Unplug)).is_err());
}
