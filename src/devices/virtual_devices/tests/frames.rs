//! Faults of frames, by script and by hand.

use std::time::Duration;

use crate::devices::{CameraStream, DeviceErrorKind};
use crate::media::{PictureConverter, VideoFrame};
use crate::model::{PixelFormat, ReasonKind};

use super::super::{CameraFault, read_frame_number};
use super::{FORMATS, LONG, Rig, frame};

/// A camera of 10 fps with these faults, an hour later.
fn open(faults: &str, format: PixelFormat) -> (Rig, Box<dyn CameraStream>) {
    let rig = Rig::camera(&format!("faults: [{faults}],"));
    let stream = rig.open(format);
    rig.clock.advance(LONG);
    (rig, stream)
}

/// Number and stamp in milliseconds of the next frames.
fn stamps(rig: &Rig, stream: &mut dyn CameraStream, count: usize) -> Vec<(u64, u128)> {
    let told = |frame: VideoFrame| (frame.sequence, rig.millis(frame.captured_at));
    (0..count).map(|_| told(frame(stream))).collect()
}

fn sequences(stream: &mut dyn CameraStream, count: usize) -> Vec<u64> {
    (0..count).map(|_| frame(stream).sequence).collect()
}

#[test]
fn a_stall_delays_and_a_drop_skips() {
    let (rig, mut stream) = open("(at: 0.5, do: DropFrames(3)), (at: 0.15, do: Stall(2.05))", PixelFormat::GREY);
    assert_eq!(stamps(&rig, stream.as_mut(), 4), [(0, 0), (1, 100), (5, 2550), (6, 2650)]);
}

#[test]
fn each_nth_frame_is_lost_for_a_time_or_for_ever() {
    let (_rig, mut stream) = open("(at: 0.2, do: DropEvery(frames: 3, time: 0.7))", PixelFormat::GREY);
    assert_eq!(sequences(stream.as_mut(), 9), [0, 1, 2, 3, 5, 6, 8, 9, 10]);
    let (_rig, mut stream) = open("(at: 0, do: DropEvery(frames: 5))", PixelFormat::GREY);
    let numbers = sequences(stream.as_mut(), 4000);
    assert!(numbers.iter().all(|number| number % 5 != 4) && numbers.last() == Some(&4998), "{:?}", numbers.last());
}

#[test]
fn a_fault_is_repeated_but_never_follows_upon_itself() {
    let (rig, mut stream) = open("(at: 0.1, every: 0.5, do: DropFrames(1))", PixelFormat::GREY);
    assert_eq!(sequences(stream.as_mut(), 9), [0, 2, 3, 4, 5, 7, 8, 9, 10]);
    drop(rig);
    // Each stall is longer than the period.
    let (rig, mut stream) = open("(at: 0.1, every: 0.5, do: Stall(1))", PixelFormat::GREY);
    assert_eq!(
        stamps(&rig, stream.as_mut(), 7).iter().map(|(_, at)| *at).collect::<Vec<_>>(),
        [0, 1100, 1200, 1300, 1400, 1500, 2600]
    );
}

#[test]
fn a_late_first_frame_is_late_and_the_device_open_at_once() {
    for ron in ["open: LateFirstFrame(1.5),", "faults: [(at: 0, do: LateFirstFrame(1.5))],"] {
        let rig = Rig::camera(ron);
        let mut stream = rig.open(PixelFormat::GREY);
        rig.clock.advance(LONG);
        assert_eq!(stamps(&rig, stream.as_mut(), 2), [(0, 1500), (1, 1600)], "{ron}");
    }
}

#[test]
fn jitter_moves_stamp_and_delivery_within_its_amplitude() {
    for (fault, is_of_stamps) in [("Jitter", true), ("ArrivalJitter", false)] {
        let (rig, mut stream) = open(&format!("(at: 1, do: {fault}(amplitude: 0.02, time: 100))"), PixelFormat::GREY);
        let mut offs = Vec::new();
        for number in 0..1100_u64 {
            let frame = frame(stream.as_mut());
            let (stamp, arrival) = (frame.captured_at.since(rig.start), frame.arrived_at.since(rig.start));
            let nominal = Duration::from_millis(number * 100);
            let off = if is_of_stamps { stamp } else { arrival }.as_secs_f64() - nominal.as_secs_f64();
            if is_of_stamps {
                assert_eq!(stamp, arrival);
            } else {
                assert_eq!(stamp, nominal);
            }
            let jitters = (10..1010).contains(&number);
            assert!(if jitters { off.abs() <= 0.02 } else { off.abs() < 1e-9 }, "{fault}, frame {number}: {off}");
            offs.extend(jitters.then_some(off));
        }
        // Even over its range: mean 0 (or half the amplitude), standard deviation amplitude/√3 (or /√12).
        let mean = offs.iter().sum::<f64>() / offs.len() as f64;
        let deviation = (offs.iter().map(|off| (off - mean).powi(2)).sum::<f64>() / offs.len() as f64).sqrt();
        let (wanted, spread) = if is_of_stamps { (0.0, 0.02 / 3.0_f64.sqrt()) } else { (0.01, 0.02 / 12.0_f64.sqrt()) };
        assert!((mean - wanted).abs() < 0.001 && (deviation / spread - 1.0).abs() < 0.1, "{fault} {mean} {deviation}");
    }
}

#[test]
fn jitter_is_the_same_each_time_and_another_with_another_seed() {
    let run = |seed| {
        let (rig, mut stream) = open(&format!("(at: 0, do: Jitter(amplitude: 0.5, seed: {seed}))"), PixelFormat::GREY);
        let stamps: Vec<_> = (0..200).map(|_| frame(stream.as_mut()).captured_at.since(rig.start)).collect();
        assert!(stamps.is_sorted(), "stamps never go back, however large the amplitude");
        stamps
    };
    assert_eq!(run(0), run(0));
    assert_ne!(run(0), run(1));
}

#[test]
fn latency_lies_between_stamp_and_delivery() {
    let (rig, mut stream) = open("(at: 0.2, do: Latency(0.25)), (at: 0.5, do: Latency(0))", PixelFormat::GREY);
    let times: Vec<_> = (0..8)
        .map(|_| {
            let frame = frame(stream.as_mut());
            (rig.millis(frame.captured_at), rig.millis(frame.arrived_at))
        })
        .collect();
    let wanted = [(0, 0), (100, 100), (200, 450), (300, 550), (400, 650), (500, 650), (600, 650), (700, 700)];
    assert_eq!(times, wanted, "what arrives does not overtake");
}

#[test]
fn a_covered_lens_is_black_in_each_format() {
    for format in FORMATS {
        let (_rig, mut stream) = open("(at: 0.1, do: Black(0.15))", format);
        let black: Vec<_> = (0..4)
            .map(|_| {
                let image = PictureConverter::new().to_preview(&frame(stream.as_mut())).unwrap();
                image.pixels.iter().all(|pixel| pixel.to_ne_bytes()[..3].iter().all(|part| *part <= 2))
            })
            .collect();
        assert_eq!(black, [false, true, true, false], "{format}");
    }
}

#[test]
fn a_frozen_camera_repeats_its_bytes_while_numbers_and_stamps_go_on() {
    for format in FORMATS {
        let (rig, mut stream) = open("(at: 0.25, do: Freeze(0.2))", format);
        let frames: Vec<_> = (0..6).map(|_| frame(stream.as_mut())).collect();
        let same: Vec<bool> = frames.windows(2).map(|pair| *pair[0].data == *pair[1].data).collect();
        assert_eq!(same, [false, false, true, true, false], "{format}");
        for (number, frame) in frames.iter().enumerate() {
            assert_eq!((frame.sequence, rig.millis(frame.captured_at)), (number as u64, number as u128 * 100));
        }
        let shown = PictureConverter::new().to_preview(&frames[4]).unwrap();
        assert_eq!(read_frame_number(&shown), Some(2));
    }
}

/// For each of the next frames: marked as damaged; decodes.
fn marks(stream: &mut dyn CameraStream, count: usize) -> Vec<(bool, bool)> {
    (0..count)
        .map(|_| {
            let frame = frame(stream);
            let decodes = PictureConverter::new().to_preview(&frame).is_ok();
            (frame.corrupt, decodes)
        })
        .collect()
}

const GOOD: (bool, bool) = (false, true);
const MARKED: (bool, bool) = (true, false);
const UNMARKED: (bool, bool) = (false, false);

#[test]
fn a_damaged_frame_is_marked_and_short() {
    for format in FORMATS {
        let (_rig, mut stream) = open("(at: 0.1, do: Corrupt(1))", format);
        let lengths: Vec<_> = (0..3).map(|_| frame(stream.as_mut()).data.len()).collect();
        assert!(lengths[1] * 2 <= lengths[0] + 100 && lengths[2] + 100 > lengths[0], "{format} {lengths:?}");
        let (_rig, mut stream) = open("(at: 0.1, do: Corrupt(1))", format);
        assert_eq!(marks(stream.as_mut(), 3), [GOOD, MARKED, GOOD], "{format}");
    }
}

#[test]
fn damage_that_is_not_marked_shows_in_a_jpeg_and_hides_in_a_raw_picture() {
    for format in FORMATS {
        let (_rig, mut stream) = open("(at: 0.1, do: CorruptUnmarked(40))", format);
        let wanted = if format == PixelFormat::MJPG { UNMARKED } else { GOOD };
        let marks = marks(stream.as_mut(), 42);
        assert!(marks[1..41].iter().all(|mark| *mark == wanted), "{format}: {marks:?}");
        assert_eq!((marks[0], marks[41]), (GOOD, GOOD), "{format}");
    }
}

#[test]
fn a_truncated_frame_is_never_taken_for_a_whole_one() {
    for format in FORMATS {
        let (_rig, mut stream) = open("(at: 0.1, do: Truncate(2))", format);
        let wanted = if format == PixelFormat::MJPG { UNMARKED } else { MARKED };
        assert_eq!(marks(stream.as_mut(), 4), [GOOD, wanted, wanted, GOOD], "{format}");
    }
}

#[test]
fn a_frame_of_the_wrong_size_says_the_right_one() {
    for format in FORMATS {
        let (_rig, mut stream) = open("(at: 0.1, do: WrongSize(width: 160, height: 120, frames: 1))", format);
        let size = |frame: &VideoFrame| (frame.width, frame.height);
        let frames: Vec<_> = (0..3).map(|_| frame(stream.as_mut())).collect();
        assert!(frames.iter().all(|frame| size(frame) == (320, 180)), "{format}");
        if format == PixelFormat::MJPG {
            let image = PictureConverter::new().to_preview(&frames[1]).unwrap();
            assert_eq!((image.width, image.height, read_frame_number(&image)), (160, 120, Some(1)));
        } else {
            assert!(frames[1].corrupt && !frames[2].corrupt, "{format}: too few bytes");
        }
        let (_rig, mut stream) = open("(at: 0.1, do: WrongSize(width: 640, height: 360, frames: 1))", format);
        let [first, second] = [frame(stream.as_mut()), frame(stream.as_mut())];
        assert!(
            !second.corrupt && (second.data.len() == first.data.len()) == (format != PixelFormat::MJPG),
            "{format}"
        );
    }
}

pub(super) const LIGHT: &str = r#"controls: [
    (name: "exposureMode", choices: ["manual", "continuous"], value: "continuous"),
    (name: "exposureTime", min: 1, max: 5000, step: 1, value: 300),
], faults: [(at: 0.35, do: LowLight(slower: 2, time: 0.9))],"#;

#[test]
fn in_low_light_frames_are_further_apart_and_none_is_missing() {
    let rig = Rig::camera(LIGHT);
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(LONG);
    let stamps = stamps(&rig, stream.as_mut(), 12);
    let millis = [0, 100, 200, 300, 400, 600, 800, 1000, 1200, 1400, 1500, 1600];
    assert_eq!(stamps, (0..12).zip(millis).collect::<Vec<_>>());
}

#[test]
fn a_manual_exposure_keeps_its_rate_in_low_light() {
    let rig = Rig::camera(&LIGHT.replace("value: \"continuous\"", "value: \"manual\""));
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(LONG);
    assert_eq!(stamps(&rig, stream.as_mut(), 8).last(), Some(&(7, 700)));
}

#[test]
fn a_suspended_bus_says_so_while_it_lasts() {
    let (rig, mut stream) = open("(at: 0.15, do: Suspend(1))", PixelFormat::GREY);
    let mut told = Vec::new();
    for _ in 0..8 {
        let delivery = stream.next(Duration::from_millis(300)).unwrap();
        told.push((rig.millis(delivery.at), stream.condition().map(|reason| reason.kind)));
    }
    let suspended = Some(ReasonKind::Suspended);
    assert_eq!(told[..5], [(0, None), (100, None), (400, suspended), (700, suspended), (1000, suspended)]);
    assert_eq!(told[5..], [(1200, None), (1300, None), (1400, None)]);
}

#[test]
fn a_fault_by_hand_comes_with_the_next_frame_that_is_captured() {
    let rig = Rig::camera("");
    let handle = rig.devices.fault_handle("cam").unwrap();
    let mut stream = rig.open(PixelFormat::GREY);
    rig.clock.advance(Duration::from_millis(250));
    handle.trigger(CameraFault::DropFrames(2)).unwrap();
    handle.trigger(CameraFault::Corrupt(1)).unwrap();
    rig.clock.advance(LONG);
    let frames: Vec<_> = (0..5).map(|_| frame(stream.as_mut())).map(|frame| (frame.sequence, frame.corrupt)).collect();
    assert_eq!(frames, [(0, false), (1, false), (2, false), (5, true), (6, false)]);
}

#[test]
fn a_fault_by_hand_reaches_a_stream_that_waits() {
    let rig = Rig::camera("");
    let handle = rig.devices.fault_handle("cam").unwrap();
    let mut stream = rig.open(PixelFormat::GREY);
    frame(stream.as_mut());
    std::thread::scope(|scope| {
        scope.spawn(|| {
            handle.trigger(CameraFault::Stall(Duration::from_secs(1))).unwrap();
            rig.clock.advance(LONG);
        });
        assert_eq!(rig.millis(frame(stream.as_mut()).captured_at), 1100);
    });
}

#[test]
fn a_stall_for_ever_ends_when_it_is_told_to() {
    let (rig, mut stream) = open("(at: 0.1, do: Stall(inf)), (at: 2, do: Resume)", PixelFormat::GREY);
    assert_eq!(stamps(&rig, stream.as_mut(), 3), [(0, 0), (1, 2000), (2, 2100)]);
    let rig = Rig::camera("");
    let mut stream = rig.open(PixelFormat::GREY);
    frame(stream.as_mut());
    rig.devices.fault_handle("cam").unwrap().trigger(CameraFault::Suspend(Duration::MAX)).unwrap();
    rig.clock.advance(Duration::from_secs(50));
    assert!(stream.next(Duration::from_secs(40)).unwrap().item.is_none());
    assert_eq!(stream.condition().map(|reason| reason.kind), Some(ReasonKind::Suspended));
    rig.devices.fault_handle("cam").unwrap().trigger(CameraFault::Resume).unwrap();
    rig.clock.advance(LONG);
    assert_eq!(stamps(&rig, stream.as_mut(), 2), [(1, 50_100), (2, 50_200)]);
    assert_eq!(stream.condition(), None);
}

#[test]
fn frames_can_be_disturbed_only_of_an_open_camera() {
    let rig = Rig::camera("");
    let handle = rig.devices.fault_handle("cam").unwrap();
    let error = handle.trigger(CameraFault::Corrupt(1)).unwrap_err();
    assert!(error.message.contains("Cam (virtual:cam) is not open"), "{error}");
    let stream = rig.open(PixelFormat::GREY);
    handle.trigger(CameraFault::Corrupt(1)).unwrap();
    drop(stream);
    assert!(!frame(rig.open(PixelFormat::GREY).as_mut()).corrupt, "a fault ends with its stream");
    handle.trigger(CameraFault::Unplug).unwrap();
    assert_eq!(handle.trigger(CameraFault::Corrupt(1)).unwrap_err().kind, DeviceErrorKind::Gone);
    let microphone = Rig::microphone("");
    let error = microphone.devices.fault_handle("mic").unwrap().trigger(CameraFault::Corrupt(1)).unwrap_err();
    assert_eq!(error.kind, DeviceErrorKind::Unsupported);
}
