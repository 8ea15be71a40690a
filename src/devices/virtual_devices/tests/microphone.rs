//! Microphones.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::container::wav::WavFormat;
use crate::devices::{CancelToken, DeviceErrorKind, IdMaker};
use crate::media::{Clock, FakeClock};
use crate::model::{MicrophoneMode, PixelFormat, ReasonKind, SampleFormat};

use super::super::{MicrophoneFault, load_text};
use super::{LONG, RealClock, Rig};

const MODE: MicrophoneMode =
    MicrophoneMode { sample_rate: 48_000, channels: 2, sample_format: SampleFormat::F32, period: 480 };

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

#[test]
fn a_driver_that_says_so_is_heard_at_once_and_loses_nothing() {
    for (fault, kind) in [("Suspend(0.5)", ReasonKind::Suspended), ("SwitchOff(0.5)", ReasonKind::Privacy)] {
        let rig = Rig::microphone(&format!("faults: [(at: 0.1, do: {fault})],"));
        let mut stream = rig.open_microphone();
        rig.clock.advance(LONG);
        for _ in 0..10 {
            assert!(stream.next(LONG).unwrap().item.is_some());
        }
        assert_eq!(stream.condition(), None);
        let nothing = stream.next(LONG).unwrap();
        assert_eq!((rig.millis(nothing.at), nothing.item), (100, None));
        assert_eq!(stream.condition().map(|reason| reason.kind), Some(kind));
        let waited = stream.next(Duration::from_millis(500)).unwrap();
        assert!(waited.item.is_none() && stream.condition().is_some(), "until samples come");
        let block = stream.next(LONG).unwrap().item.unwrap();
        assert_eq!((rig.millis(block.captured_at), block.lost_before), (600, 0));
        assert_eq!(stream.condition(), None);
    }
}

#[test]
fn losses_are_exact_and_reported_or_not() {
    let rig = Rig::microphone(
        "faults: [(at: 0.02, do: Dropout(time: 0.005)), (at: 0.035, do: Dropout(time: 0.01, reported: false)),
        (at: 0.065, do: Xrun(3)), (at: 0.2, do: Stall(5)), (at: 0.4, do: Resume)],",
    );
    let mut stream = rig.open_microphone();
    rig.clock.advance(LONG);
    let blocks: Vec<_> = (0..30).map(|_| stream.next(LONG).unwrap().item.unwrap()).collect();
    let lost: Vec<(u128, u64)> = blocks
        .iter()
        .filter(|block| block.lost_before > 0)
        .map(|block| (rig.millis(block.captured_at), block.lost_before))
        .collect();
    // Of a block that is disturbed not even the beginning comes.
    assert_eq!(lost, [(25, 240), (95, 1440), (400, 205 * 48)]);
    let stamps: Vec<u128> = blocks.iter().map(|block| rig.millis(block.captured_at)).collect();
    assert_eq!(stamps[..6], [0, 10, 25, 45, 55, 95]);
}

#[test]
fn a_wrong_rate_and_a_drift_show_in_the_stamps() {
    // 999 blocks of what it declares to be 10 ms.
    for (wrong, micros) in
        [("true_rate: 40000", 11_988_000), ("drift_ppm: -100", 9_990_999), ("drift_ppm: 0", 9_990_000)]
    {
        let rig = Rig::microphone(&format!("defects: ({wrong}),"));
        let mut stream = rig.open_microphone();
        rig.clock.advance(LONG);
        let mut blocks = (0..1000).map(|_| stream.next(LONG).unwrap().item.unwrap());
        assert!(blocks.by_ref().take(999).all(|block| (block.sample_rate, block.lost_before) == (48_000, 0)));
        let stamp = blocks.next().unwrap().captured_at.since(rig.start);
        assert_eq!(stamp.as_micros(), micros, "{wrong}");
    }
}

#[test]
fn clipping_below_full_scale_has_flat_tops() {
    let rig = Rig::microphone("faults: [(at: 0, do: ClipBelow(peak_dbfs: -6, time: 0.01))],");
    let mut stream = rig.open_microphone();
    rig.clock.advance(LONG);
    let block = stream.next(LONG).unwrap().item.unwrap();
    let top = 10_f32.powf(-6.0 / 20.0);
    assert!(block.samples.iter().all(|sample| sample.abs() <= top + 1e-6));
    assert!(block.samples.iter().filter(|sample| (sample.abs() - top).abs() < 1e-6).count() > 400);
}

#[test]
fn faults_of_samples_come_by_hand() {
    let rig = Rig::microphone("");
    let handle = rig.devices.fault_handle("mic").unwrap();
    let error = handle.trigger(MicrophoneFault::Xrun(2)).unwrap_err();
    assert!(error.message.contains("no samples to disturb"), "{error}");
    let mut stream = rig.open_microphone();
    handle.trigger(MicrophoneFault::Xrun(2)).unwrap();
    rig.clock.advance(LONG);
    assert_eq!(stream.next(LONG).unwrap().item.unwrap().lost_before, 960);
    assert_eq!(
        Rig::camera("").devices.fault_handle("cam").unwrap().trigger(MicrophoneFault::Xrun(1)).unwrap_err().kind,
        DeviceErrorKind::Unsupported
    );
    handle.trigger(MicrophoneFault::PermissionDenied(1)).unwrap();
    drop(stream);
    let open = || rig.devices.microphones[0].open(&rig.info(), MODE, &CancelToken::new());
    assert_eq!(open().err().unwrap().kind, DeviceErrorKind::PermissionDenied);
    handle.trigger(MicrophoneFault::LateFirstSamples(Duration::from_secs(1))).unwrap();
    let mut stream = open().unwrap();
    let opened = rig.clock.now();
    rig.clock.advance(LONG);
    let block = stream.next(LONG).unwrap().item.unwrap();
    assert_eq!((block.captured_at.since(opened), block.lost_before), (Duration::from_secs(1), 0));
}

#[test]
fn a_server_that_restarts_ends_the_stream_and_brings_the_microphone_back() {
    let rig = Rig::microphone("faults: [(at: 0.05, do: RestartServer(2))],");
    let (mut stream, before) = (rig.open_microphone(), rig.info());
    rig.clock.advance(Duration::from_secs(1));
    for _ in 0..5 {
        assert!(stream.next(LONG).unwrap().item.is_some());
    }
    let error = stream.next(LONG).unwrap_err();
    assert_eq!(error.kind, DeviceErrorKind::ServerGone);
    assert!(error.message.contains("sound server"), "{error}");
    assert!(rig.devices.microphones[0].enumerate().unwrap().is_empty());
    rig.clock.advance(LONG);
    while rig.devices.microphones[0].enumerate().unwrap().is_empty() {
        std::thread::yield_now(); // until the thread that waits for it had its turn
    }
    assert_eq!(rig.info().node, before.node);
}

#[test]
fn modes_and_periods_are_those_of_the_description() {
    let rig = Rig::new(
        "(microphones: [(name: \"mic\", label: \"Mic\", rates: [48000, 16000], sample_formats: [S24, S16],
        channel_counts: [2, 1], periods: (64, 1024), source: PinkNoise(rms_dbfs: -20), defects: (bits: 16))])",
    );
    assert_eq!(rig.info().modes.len(), 8);
    let open = |mode| rig.devices.microphones[0].open(&rig.info(), mode, &CancelToken::new());
    for (asked, granted) in [(1, 64), (0, 480), (9999, 1024)] {
        let mode = MicrophoneMode { sample_format: SampleFormat::S24, period: asked, ..MODE };
        assert_eq!(open(mode).unwrap().mode().period, granted);
    }
    assert_eq!(open(MODE).err().unwrap().kind, DeviceErrorKind::Unsupported);
    let mut stream = open(MicrophoneMode { sample_format: SampleFormat::S24, channels: 1, ..MODE }).unwrap();
    rig.clock.advance(LONG);
    let block = stream.next(LONG).unwrap().item.unwrap();
    assert!(block.samples.iter().all(|sample| (sample * 32768.0).fract() == 0.0), "the low bits are stuck");
    assert!(block.samples.iter().any(|sample| (sample * 16384.0).fract() != 0.0));
}

#[test]
fn a_file_of_another_rate_and_a_description_without_sound_are_refused() {
    let load = |text: &str| load_text(text, Path::new("text"), &IdMaker::default(), FakeClock::shared());
    let error = |more: &str| {
        load(&format!("(microphones: [(name: \"mic\", label: \"Mic\", rates: [48000], {more})])"))
            .err()
            .unwrap()
            .to_string()
    };
    assert!(error("").contains("needs channels, or else a source"), "{}", error(""));
    assert!(error("source: Silence, channels: [(hertz: 1, peak_dbfs: 0)]").contains("leave channels out"));
    assert!(error("source: File(\"none.wav\")").contains("virtual microphone “mic”"));
    let folder = tempfile::tempdir().unwrap();
    let header = WavFormat { sample_rate: 44_100, channels: 1 }.header(1);
    std::fs::write(folder.path().join("a.wav"), [header, vec![0, 0, 0, 0x3f]].concat()).unwrap();
    let text = |rate| format!("(microphones: [(name: \"m\", label: \"M\", rates: [{rate}], source: File(\"a.wav\"))])");
    let of_folder = |rate| load_text(&text(rate), &folder.path().join("x"), &IdMaker::default(), FakeClock::shared());
    assert!(of_folder(48_000).err().unwrap().to_string().contains("it is of 44100 Hz"));
    let devices = of_folder(44_100).unwrap();
    let info = devices.microphones[0].enumerate().unwrap().remove(0);
    let mode = MicrophoneMode { sample_rate: 44_100, channels: 1, ..MODE };
    let mut stream = devices.microphones[0].open(&info, mode, &CancelToken::new()).unwrap();
    drop(stream.next(Duration::ZERO));
}

#[test]
fn a_beep_is_in_step_with_a_flash_whenever_either_was_opened() {
    let rig = Rig::new(
        "(cameras: [(name: \"cam\", label: \"Cam\", pattern: Flash(every: 1, time: 0.1),
        modes: [(sizes: [(320, 180)], rates: [(10, 1)], formats: [\"GREY\"])])],
        microphones: [(name: \"mic\", label: \"Mic\", rates: [48000], channel_counts: [2],
        source: Beep(hertz: 1000, peak_dbfs: -6, every: 1, time: 0.1))])",
    );
    rig.clock.advance(Duration::from_millis(300));
    let mut camera = rig.open(PixelFormat::GREY);
    rig.clock.advance(Duration::from_millis(270));
    let info = rig.devices.microphones[0].enumerate().unwrap().remove(0);
    let mut microphone = rig.devices.microphones[0].open(&info, MODE, &CancelToken::new()).unwrap();
    rig.clock.advance(LONG);
    let mut flashes = Vec::new();
    while flashes.len() < 3 {
        let frame = camera.next(LONG).unwrap().item.unwrap();
        assert!(frame.data.iter().all(|byte| *byte == frame.data[0]));
        flashes.extend((frame.data[0] > 200).then_some(frame.captured_at));
    }
    let (mut beeps, mut was_silent) = (Vec::new(), true);
    while beeps.len() < 3 {
        let block = microphone.next(LONG).unwrap().item.unwrap();
        let first = block.samples.iter().step_by(2).position(|sample| *sample != 0.0);
        let at = first.map(|number| block.captured_at + Duration::from_nanos(number as u64 * 1_000_000_000 / 48_000));
        beeps.extend(at.filter(|_| was_silent));
        was_silent = first.is_none();
    }
    for (flash, beep) in flashes.into_iter().zip(beeps) {
        let apart = flash.as_nanos().abs_diff(beep.as_nanos());
        assert!(apart < 100_000, "{apart} ns");
        assert!(flash.as_nanos().is_multiple_of(1_000_000_000), "{flash:?}");
    }
}
