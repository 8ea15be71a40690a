//! Microphones.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::devices::{DeviceErrorKind, IdMaker};

use super::super::load_text;
use super::{LONG, RealClock, Rig};

#[test]
fn a_block_of_sound_has_exact_stamps_and_samples() {
    let rig = Rig::microphone("");
    let mut stream = rig.open_microphone();
    rig.clock.advance(LONG);
    let mut left = Vec::new();
    for number in 0..100 {
        let delivery = stream.next(LONG).unwrap();
        let block = delivery.item.unwrap();
        assert_eq!((block.frames(), block.lost_before), (480, 0));
        assert_eq!(rig.millis(block.captured_at), number * 10);
        assert_eq!((rig.millis(block.arrived_at), block.arrived_at), ((number + 1) * 10, delivery.at));
        assert!(block.samples.iter().skip(1).step_by(2).all(|sample| *sample == 0.0), "a channel of −∞ dBFS");
        left.extend(block.samples.iter().step_by(2).copied());
    }
    let peak = left.iter().fold(0.0_f32, |peak, sample| peak.max(sample.abs()));
    assert!((20.0 * f64::from(peak).log10() + 18.0).abs() < 1e-5, "{peak}");
}

#[test]
fn faults_of_a_microphone_come_at_their_samples() {
    let rig = Rig::microphone(
        "faults: [(at: 0.015, do: Silence(0.01)), (at: 0.04, do: Stall(0.1)), (at: 0.16, do: Clip(0.01)),
        (at: 0.175, do: Unplug)],",
    );
    let mut stream = rig.open_microphone();
    rig.clock.advance(LONG);
    let blocks: Vec<_> = (0..7).map(|_| stream.next(LONG).unwrap().item.unwrap()).collect();
    let is_silent = |block: usize, half: usize| {
        blocks[block].samples[half * 480..][..480].iter().filter(|sample| **sample != 0.0).count() < 5
    };
    let silent: Vec<bool> = (0..3).flat_map(|block| [is_silent(block, 0), is_silent(block, 1)]).collect();
    assert_eq!(silent, [false, false, false, true, true, false]);
    let lost: Vec<(u128, u64)> =
        blocks.iter().map(|block| (rig.millis(block.captured_at), block.lost_before)).collect();
    assert_eq!(lost[3..], [(30, 0), (140, 4800), (150, 0), (160, 0)]);
    let clipped = |block: usize| blocks[block].samples.iter().filter(|sample| sample.abs() >= 1.0).count();
    assert!(clipped(5) == 0 && clipped(6) > 400, "{} {}", clipped(5), clipped(6));
    assert_eq!(stream.next(LONG).unwrap_err().kind, DeviceErrorKind::Gone);
}

#[test]
fn on_a_real_clock_a_late_reader_loses_samples() {
    let mut rig = Rig::microphone("");
    let text = "(microphones: [(name: \"mic\", label: \"Mic\", rates: [48000], channels: [(hertz: 1, peak_dbfs: 0),
        (hertz: 1, peak_dbfs: 0)])])";
    let clock = Arc::new(RealClock(rig.clock.clone()));
    rig.devices = load_text(text, Path::new("text"), &IdMaker::default(), clock).unwrap();
    let mut stream = rig.open_microphone();
    rig.clock.advance(Duration::from_millis(500));
    let block = stream.next(LONG).unwrap().item.unwrap();
    assert_eq!((rig.millis(block.captured_at), rig.millis(block.arrived_at), block.lost_before), (0, 500, 0));
    rig.clock.advance(Duration::from_secs(1));
    let block = stream.next(LONG).unwrap().item.unwrap();
    // Due at 20 ms, read at 1500 ms: what is older than 500 ms is gone.
    assert_eq!((rig.millis(block.captured_at), block.lost_before), (990, 98 * 480));
}
