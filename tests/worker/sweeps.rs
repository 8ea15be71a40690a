//! Mode sweeps, on a real worker.

use std::time::Duration;

use capture_lab::devices::virtual_devices::FaultHandle;
use capture_lab::model::{CameraMode, DeviceInfo, FrameRate, MediaDeviceKind, PixelFormat};
use capture_lab::sweep::{Grade, Options, Stage, Subset, Sweep, SweepResult, plan};
use capture_lab::worker::Event;

use crate::support::{CAMERA, Lab};

const OPTIONS: Options =
    Options { measure: Duration::from_secs(2), first_frame: Duration::from_mins(10), patience: None };

fn device(lab: &mut Lab) -> DeviceInfo {
    let devices = lab.devices();
    devices.into_iter().find(|device| device.kind == MediaDeviceKind::VideoInput).expect("a camera")
}

fn sweep(lab: &mut Lab, subset: &Subset, options: Options) -> Sweep {
    let device = device(lab);
    let now = capture_lab::media::Clock::now(&*lab.clock);
    Sweep::new(&device, plan(&device, subset), options, now, String::new())
}

/// Goes on until it is over, or `until` says so.
fn drive(lab: &mut Lab, sweep: &mut Sweep, mut until: impl FnMut(&Sweep) -> bool) {
    let mut heard = lab.events.len();
    while !sweep.is_over() && !until(sweep) {
        let now = capture_lab::media::Clock::now(&*lab.clock);
        while let Some(command) = sweep.step(now) {
            sweep.asked(lab.send(command));
        }
        for event in &lab.events[heard..] {
            sweep.hear(event, now);
        }
        heard = lab.events.len();
        lab.take_all();
        lab.advance(0.02);
    }
}

fn swept(lab: &mut Lab, subset: &Subset) -> SweepResult {
    let mut sweep = sweep(lab, subset, OPTIONS);
    drive(lab, &mut sweep, |_| false);
    sweep.result().clone()
}

#[test]
fn each_mode_is_measured_at_its_own_rate() {
    let mut lab = Lab::pair();
    let result = swept(&mut lab, &Subset::default());
    assert!(result.complete && result.whole && result.notes.is_empty(), "{result:?}");
    assert_eq!(result.modes.len(), 4);
    for mode in &result.modes {
        let measured = mode.measured.expect("measures");
        let rate = mode.requested.frame_rate.as_f64();
        assert_eq!((mode.granted, mode.grade()), (Some(mode.requested), Grade::Good), "{mode:?}");
        assert!(measured.deviation_percent.unwrap().abs() < 0.01, "{mode:?}");
        assert!((measured.interval_p99_ms.unwrap() - 1e3 / rate).abs() < 0.01, "{mode:?}");
        assert_eq!((measured.frames_dropped, measured.frames_corrupt, measured.mutes), (0, 0, 0));
        assert!(measured.first_frame_ms.unwrap() >= 0.0);
    }
    lab.until_logged("is closed");
    assert_eq!(lab.logged("Opening Cam"), lab.logged("is open in"));
}

#[test]
fn a_mode_that_the_lab_cannot_decode_is_counted_and_timed() {
    // By seconds since the opening: at 1 s the measures run.
    let camera = CAMERA.replacen("NV12", "NV12\", \"HEVC", 1).replacen(
        "label:",
        "faults: [(at: 1.0, do: DropFrames(3))], label:",
        1,
    );
    let mut lab = Lab::new(&[&camera], &[]);
    let subset = Subset { sizes: vec![(320, 180)], rates: vec![30.0], ..Subset::default() };
    let result = swept(&mut lab, &subset);
    let [seen, unseen] = &result.modes[..] else { panic!("{result:?}") };
    assert_eq!(unseen.requested.pixel_format, PixelFormat(*b"HEVC"));
    assert_eq!((unseen.granted, &unseen.error), (Some(unseen.requested), &None));
    let (seen, unseen) = (seen.measured.unwrap(), unseen.measured.unwrap());
    assert_eq!((unseen.frames_dropped, unseen.frames_corrupt), (3, 0));
    assert!((unseen.fps_produced.unwrap() - seen.fps_produced.unwrap()).abs() < 1e-6, "{unseen:?} {seen:?}");
    assert_eq!(unseen.interval_p99_ms, seen.interval_p99_ms);
    assert_eq!((seen.freezes, unseen.freezes), (Some(0), None));
    assert_eq!(lab.logged("cannot decode HEVC: frames of Cam"), 1);
}

#[test]
fn losses_are_counted_in_the_mode_where_they_happen() {
    // By seconds since the opening: at 1 s the measures run.
    let camera =
        CAMERA.replacen("label:", "faults: [(at: 1.0, do: DropFrames(6)), (at: 1.5, do: Corrupt(2))], label:", 1);
    let mut lab = Lab::new(&[&camera], &[]);
    let subset = Subset { sizes: vec![(320, 180)], rates: vec![30.0], ..Subset::default() };
    let result = swept(&mut lab, &subset);
    let [mode] = &result.modes[..] else { panic!("{result:?}") };
    let measured = mode.measured.unwrap();
    assert!(!result.whole, "a part was chosen");
    assert_eq!((measured.frames_dropped, measured.frames_corrupt), (6, 2));
    assert!((measured.fps_produced.unwrap() - 30.0).abs() < 0.01, "{measured:?}");
    assert!(measured.fps_delivered.unwrap() < 29.0);
    assert!((measured.interval_max_ms.unwrap() - 7.0 / 30.0 * 1e3).abs() < 0.1, "{measured:?}");
    assert_eq!(mode.grade(), Grade::Bad);
}

#[test]
fn what_the_driver_gives_in_the_place_of_a_mode_is_told() {
    let mut lab = Lab::new(&[CAMERA], &[]);
    let other =
        CameraMode { width: 640, height: 360, frame_rate: FrameRate::new(25, 2), pixel_format: PixelFormat::NV12 };
    lab.fault_handle("cam").grant(Some(other));
    let result = swept(&mut lab, &Subset { sizes: vec![(320, 180)], rates: vec![30.0], ..Subset::default() });
    let [mode] = &result.modes[..] else { panic!("{result:?}") };
    let granted = mode.granted.unwrap();
    assert_eq!((granted.width, granted.frame_rate, mode.grade()), (640, FrameRate::new(25, 2), Grade::Bad));
    assert!((mode.measured.unwrap().fps_delivered.unwrap() - 12.5).abs() < 0.01, "{mode:?}");
}

fn unplug_and_back(lab: &mut Lab, sweep: &mut Sweep, handle: &FaultHandle) {
    handle.unplug();
    drive(lab, sweep, |sweep| sweep.progress(capture_lab::model::Timestamp::default()).stage == Stage::Away);
    let mut turns = 0;
    drive(lab, sweep, |_| {
        turns += 1;
        turns > 100
    });
    handle.plug_in();
}

#[test]
fn an_unplugged_camera_is_waited_for_and_its_mode_repeated() {
    let mut lab = Lab::new(&[CAMERA], &[]);
    let handle = lab.fault_handle("cam");
    let mut sweep = sweep(&mut lab, &Subset::default(), OPTIONS);
    drive(&mut lab, &mut sweep, |sweep| {
        let progress = sweep.progress(capture_lab::model::Timestamp::default());
        progress.done == 1 && progress.stage == Stage::Measuring
    });
    unplug_and_back(&mut lab, &mut sweep, &handle);
    drive(&mut lab, &mut sweep, |_| false);
    let result = sweep.result();
    assert!(result.complete, "{result:?}");
    assert_eq!(result.modes.iter().map(capture_lab::sweep::ModeResult::grade).collect::<Vec<_>>(), [Grade::Good; 4]);
    assert!(result.notes[0].contains("away once"), "{:?}", result.notes);
}

#[test]
fn a_cancelled_sweep_closes_the_camera() {
    let mut lab = Lab::new(&[CAMERA], &[]);
    let mut sweep = sweep(&mut lab, &Subset::default(), OPTIONS);
    drive(&mut lab, &mut sweep, |sweep| {
        sweep.progress(capture_lab::model::Timestamp::default()).stage == Stage::Measuring
    });
    assert!(sweep.is_capturing());
    sweep.cancel();
    drive(&mut lab, &mut sweep, |_| false);
    assert!(!sweep.is_capturing() && sweep.result().modes.is_empty() && !sweep.result().complete);
    lab.until_logged("is closed");
}

#[test]
fn a_busy_camera_is_said_to_be_in_each_mode() {
    let mut lab = Lab::new(&[CAMERA], &[]);
    lab.fault_handle("cam").refuse_openings(1);
    let result = swept(&mut lab, &Subset { rates: vec![30.0], ..Subset::default() });
    assert_eq!(result.modes.len(), 2);
    assert_eq!(result.modes[0].error.as_ref().map(|error| error.name.as_str()), Some("NotReadableError"));
    assert_eq!(result.modes[1].grade(), Grade::Good);
    assert!(!lab.events.iter().any(|event| matches!(event, Event::Track { change, .. } if matches!(change, capture_lab::worker::TrackChange::Ended(_)))));
}
