//! Opening, unplugging, and what is done by hand.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use crate::devices::{CancelToken, DeviceErrorKind};
use crate::model::{CameraMode, ControlValue, FrameRate, PixelFormat, Property};

use super::super::CameraFault;
use super::{LONG, Rig, frame, mode};

#[test]
fn an_unplug_by_script_ends_the_stream_at_its_time() {
    let rig = Rig::camera("faults: [(at: 0.25, do: Unplug)],");
    let info = rig.info();
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(LONG);
    for _ in 0..3 {
        frame(stream.as_mut());
    }
    assert!(rig.devices.fault_handle("cam").unwrap().is_plugged_in());
    assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone);
    assert!(rig.devices.cameras[0].enumerate().unwrap().is_empty());
    let again = rig.devices.cameras[0].open(&info, mode(PixelFormat::GREY), &CancelToken::new());
    assert_eq!(again.err().unwrap().kind, DeviceErrorKind::Gone);
}

#[test]
fn an_unplug_by_hand_ends_a_waiting_stream() {
    let rig = Rig::camera("");
    let mut stream = rig.open(PixelFormat::GREY);
    frame(stream.as_mut());
    let handle = rig.devices.fault_handle("cam").unwrap();
    thread::scope(|scope| {
        scope.spawn(|| handle.unplug());
        assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone);
    });
    handle.plug_in();
    assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone, "what ended stays ended");
    // A new plug is a new device: the old stream, not dropped yet, does not hold it.
    frame(rig.open(PixelFormat::GREY).as_mut());
}

#[test]
fn what_was_due_before_an_unplug_still_comes() {
    let rig = Rig::camera("");
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(Duration::from_millis(250));
    rig.devices.fault_handle("cam").unwrap().unplug();
    for _ in 0..3 {
        frame(stream.as_mut());
    }
    assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone);
}

#[test]
fn cancelling_ends_a_wait() {
    let rig = Rig::camera("");
    let cancel = CancelToken::new();
    let mut stream = rig.open_as(mode(PixelFormat::GREY), &cancel).unwrap();
    frame(stream.as_mut());
    thread::scope(|scope| {
        scope.spawn(|| cancel.cancel());
        assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Cancelled);
    });
}

#[test]
fn an_open_camera_is_busy_until_it_is_closed() {
    let rig = Rig::camera("");
    let stream = rig.open(PixelFormat::GREY);
    let second = rig.open_as(mode(PixelFormat::YUYV), &CancelToken::new());
    assert_eq!(second.err().unwrap().kind, DeviceErrorKind::Busy);
    drop(stream);
    rig.open(PixelFormat::YUYV);
}

#[test]
fn a_mode_that_is_not_offered_does_not_open() {
    let rig = Rig::camera("");
    let other = CameraMode { frame_rate: FrameRate::new(11, 1), ..mode(PixelFormat::GREY) };
    let error = rig.open_as(other, &CancelToken::new()).err().unwrap();
    assert_eq!(error.kind, DeviceErrorKind::Unsupported);
    assert!(error.message.contains("Cam (virtual:cam)") && error.message.contains("11 fps"), "{error}");
}

#[test]
fn opening_fails_or_takes_time_as_the_script_says() {
    for (ron, kind) in [("Busy", DeviceErrorKind::Busy), ("PermissionDenied", DeviceErrorKind::PermissionDenied)] {
        let rig = Rig::camera(&format!("open: {ron},"));
        assert_eq!(rig.open_as(mode(PixelFormat::GREY), &CancelToken::new()).err().unwrap().kind, kind);
    }
    let rig = Rig::camera("open: DelaySeconds(0.7),");
    let is_open = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_open.load(Ordering::Relaxed) {
                rig.clock.advance(Duration::from_millis(10));
                thread::yield_now();
            }
        });
        let mut stream = rig.open(PixelFormat::GREY);
        is_open.store(true, Ordering::Relaxed);
        assert!(rig.millis(frame(stream.as_mut()).captured_at) >= 700);
    });
    let rig = Rig::camera("open: DelaySeconds(0.7),");
    let cancel = CancelToken::new();
    cancel.cancel();
    let error = rig.open_as(mode(PixelFormat::GREY), &cancel).err().unwrap();
    assert_eq!(error.kind, DeviceErrorKind::Cancelled);
}

#[test]
fn openings_fail_by_hand_as_often_as_was_said() {
    let table = [
        (CameraFault::Busy(2), DeviceErrorKind::Busy, "is in use"),
        (CameraFault::PermissionDenied(2), DeviceErrorKind::PermissionDenied, "does not let you open"),
        (CameraFault::NoBandwidth(2), DeviceErrorKind::Driver, "(ENOSPC) for Cam (virtual:cam) in 320×180"),
    ];
    for (fault, kind, words) in table {
        let rig = Rig::camera("");
        rig.devices.fault_handle("cam").unwrap().trigger(fault).unwrap();
        for _ in 0..2 {
            let error = rig.open_as(mode(PixelFormat::GREY), &CancelToken::new()).err().unwrap();
            assert!(error.kind == kind && error.message.contains(words), "{error}");
        }
        rig.open(PixelFormat::GREY);
    }
}

#[test]
fn the_next_opening_can_be_slow_by_hand_or_by_the_script_of_the_one_before() {
    let rig = Rig::camera("faults: [(at: 1.05, do: LateFirstFrame(2)), (at: 1.05, do: Busy(1))],");
    let handle = rig.devices.fault_handle("cam").unwrap();
    handle.trigger(CameraFault::LateFirstFrame(Duration::from_secs(1))).unwrap();
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(Duration::from_secs(10));
    assert_eq!(rig.millis(frame(stream.as_mut()).captured_at), 1000);
    frame(stream.as_mut());
    drop(stream);
    assert_eq!(rig.open_as(mode(PixelFormat::GREY), &CancelToken::new()).err().unwrap().kind, DeviceErrorKind::Busy);
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(Duration::from_secs(10));
    assert_eq!(
        rig.millis(frame(stream.as_mut()).captured_at),
        14_000,
        "by the script of the one before, and by its own"
    );
}

#[test]
fn a_device_comes_back_under_another_node_with_the_same_id() {
    let rig = Rig::camera("faults: [(at: 0.25, do: Replug(2))],");
    let before = rig.info();
    let mut stream = rig.open(PixelFormat::GREY);
    let (sender, changes) = crossbeam_channel::bounded(9);
    let listener: Arc<dyn Fn() + Send + Sync> = Arc::new(move || sender.send(()).unwrap());
    let handle = rig.devices.fault_handle("cam").unwrap();
    handle.watch(&listener);
    rig.clock.advance(Duration::from_secs(1));
    for _ in 0..3 {
        frame(stream.as_mut());
    }
    assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone);
    changes.recv_timeout(Duration::from_secs(20)).unwrap();
    assert!(!handle.is_plugged_in() && changes.is_empty());
    rig.clock.advance(Duration::from_secs(2));
    changes.recv_timeout(Duration::from_secs(20)).unwrap();
    let after = rig.info();
    assert_eq!((before.node.as_str(), after.node.as_str()), ("virtual:cam", "virtual:cam/2"));
    assert_eq!((before.device_id.clone(), before.group_id.clone()), (after.device_id, after.group_id));
    let old = rig.devices.cameras[0].open(&before, mode(PixelFormat::GREY), &CancelToken::new());
    assert_eq!(old.err().unwrap().kind, DeviceErrorKind::Gone, "the old node is not there");
    frame(rig.open(PixelFormat::GREY).as_mut());
}

#[test]
fn a_control_changes_by_script_and_by_hand() {
    let rig = Rig::camera(
        r#"controls: [(name: "brightness", min: 0, max: 255, step: 1, value: 128)],
        device_controls: [(name: "Gain", kind: Integer, min: 0, max: 15, step: 1, value: 4)],
        faults: [(at: 0.15, do: ChangeControl(name: "brightness", value: 255))],"#,
    );
    let handle = rig.devices.fault_handle("cam").unwrap();
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(LONG);
    let [first, _, third] = [0, 1, 2].map(|_| frame(stream.as_mut()));
    assert!(third.data[320 * 100] > first.data[320 * 100]);
    handle.trigger(CameraFault::ChangeControl { name: "Gain".to_owned(), value: 9.0.into() }).unwrap();
    assert_eq!(handle.control("Gain"), Some(ControlValue::Integer(9)));
}

#[test]
fn low_light_shows_in_the_control_of_the_exposure() {
    let rig = Rig::camera(super::frames::LIGHT);
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(LONG);
    let exposures: Vec<_> = (0..12)
        .map(|_| {
            frame(stream.as_mut());
            let control = rig.info().controls.into_iter().find(|control| control.property == Property::ExposureTime);
            control.unwrap().value.as_number().unwrap()
        })
        .collect();
    assert_eq!(exposures, [300., 300., 300., 300., 600., 600., 600., 600., 600., 300., 300., 300.]);
}
