//! Measures of virtual cameras against what their scripts say, frame by frame, without a thread.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use crate::devices::virtual_devices::load_text;
use crate::devices::{CameraStream, CancelToken, IdMaker};
use crate::measure::{IntervalStats, LowLightCause, VideoReport};
use crate::media::{Clock, FakeClock, VideoFrame};
use crate::model::{CameraMode, FrameRate, Mode, PixelFormat, Property, RateExtent, Settings, Timestamp, TrackId};

use super::TrackMonitor;
use super::pictures::Studio;
use super::tap::Taps;
use super::video_tap::VideoTap;

struct Bench {
    stream: Box<dyn CameraStream>,
    taps: Taps<VideoTap>,
    studio: Studio,
    monitor: TrackMonitor,
}

impl Bench {
    /// A camera of 30 per second with a pattern and faults; a track of these settings on it.
    fn new(pattern: &str, faults: &str, settings: &Settings) -> Self {
        Self::at_rate(30, pattern, faults, settings)
    }

    fn at_rate(rate: u32, pattern: &str, faults: &str, settings: &Settings) -> Self {
        let text = format!(
            r#"(cameras: [(name: "cam", label: "Cam", pattern: {pattern}, faults: [{faults}],
                modes: [(sizes: [(160, 90)], rates: [({rate}, 1)], formats: ["NV12"])])])"#
        );
        let clock = FakeClock::shared();
        let as_clock: Arc<dyn Clock> = clock.clone();
        let devices = load_text(&text, Path::new("test"), &IdMaker::new(b"test"), Arc::clone(&as_clock)).unwrap();
        let backend = Arc::clone(devices.cameras.first().unwrap());
        let device = backend.enumerate().unwrap().remove(0);
        let mode = camera_mode(&device.modes[0]);
        let stream = backend.open(&device, mode, &CancelToken::new()).unwrap();
        clock.advance(Duration::from_hours(1)); // all that is due comes at once
        let tap = VideoTap::new(TrackId::random(), settings, &mode);
        let (taps, monitor) = (Taps::default(), tap.monitor());
        taps.lock().push(tap);
        Self { stream, taps, studio: Studio::new(as_clock), monitor }
    }

    /// Takes frames for so many seconds of the camera's time, and gives the last report.
    fn run(&mut self, seconds: u64) -> VideoReport {
        let mut end = None;
        loop {
            let delivery = self.stream.next(Duration::from_millis(250)).unwrap();
            if let Some(frame) = delivery.item {
                self.deliver(frame);
            }
            let report = self.report(delivery.at);
            if delivery.at >= *end.get_or_insert(delivery.at + Duration::from_secs(seconds)) {
                return report;
            }
        }
    }

    fn deliver(&mut self, frame: VideoFrame) {
        let frame = Arc::new(frame);
        self.taps.lock().iter_mut().for_each(|tap| tap.frame(&frame, || unreachable!()));
        if !frame.corrupt {
            self.studio.show(&frame, &self.taps);
        }
    }

    fn report(&self, at: Timestamp) -> VideoReport {
        self.taps.lock().iter_mut().for_each(|tap| tap.publish(at));
        let TrackMonitor::Video { report, .. } = &self.monitor else { unreachable!() };
        let report = report.peek().unwrap().as_ref().clone();
        assert_eq!(report.produced, report.delivered + report.discarded + report.dropped + report.corrupt);
        report
    }
}

fn camera_mode(mode: &Mode) -> CameraMode {
    let Mode::Video(mode) = mode else { unreachable!() };
    let RateExtent::One(frame_rate) = mode.frame_rate else { unreachable!() };
    CameraMode { width: 160, height: 90, frame_rate, pixel_format: PixelFormat::NV12 }
}

fn millis(time: Duration) -> u128 {
    (time.as_micros() + 500) / 1000
}

#[test]
fn ten_minutes_of_a_sound_camera_raise_no_alarm() {
    let mut bench = Bench::at_rate(12, "Bars", "", &Settings::default());
    for minute in 1..=10 {
        let report = bench.run(60);
        assert_eq!((report.dropped, report.discarded, report.corrupt, report.duplicates), (0, 0, 0, 0), "{minute}");
        assert_eq!((report.freezes.count, report.is_black, report.is_frozen), (0, false, false), "{minute}");
        assert_eq!((report.low_light, report.drops.picture_queue, report.drops.recorder_queue), (None, 0, 0));
        assert!(report.delivered + 1 >= minute * 60 * 12, "{}", report.delivered);
        let interval = report.interval.unwrap();
        assert!((interval.p50_ms - 250.0 / 3.0).abs() < 0.001 && interval.max_ms < 83.34, "{interval:?}");
        assert_eq!(report.interval_arrival, report.interval);
        assert_eq!(report.histogram.iter().map(|bin| bin.from_ms).collect::<Vec<_>>(), [83]);
        assert!((report.rates.produced_long.unwrap() - 12.0).abs() < 0.001, "{:?}", report.rates);
        assert_eq!(report.scene.noise, Some(0.0), "what stands still is drawn alike");
        assert!(report.scene.sharpness > Some(0.01) && report.scene.luma_deviation > Some(20.0));
    }
}

#[test]
fn each_loss_is_counted_where_it_happened() {
    let faults = "(at: 1.0, do: DropFrames(5)), (at: 2.0, do: Corrupt(3)), (at: 4.0, do: Stall(1.5))";
    let report = Bench::new("Bars", faults, &Settings::default()).run(10);
    assert_eq!((report.drops.driver, report.drops.lab, report.corrupt, report.discarded), (5, 0, 3, 0));
    assert_eq!((report.drops.picture_queue, report.duplicates), (0, 0));
    // Six intervals where five frames were dropped, and the stall with the interval that it lengthens. Three damaged
    // frames leave a gap that is too short for a freeze.
    assert_eq!(report.freezes.count, 2);
    assert_eq!((millis(report.freezes.longest), millis(report.freezes.total)), (1533, 1733));
    let widest = report.histogram.last().unwrap();
    assert_eq!((widest.from_ms, widest.count), (1533, 1));
    assert!((report.interval.unwrap().max_ms - 1533.33).abs() < 0.01);
}

#[test]
fn a_black_picture_is_told_after_a_second_and_not_before() {
    let mut bench = Bench::new("Flat(0, 0, 0)", "", &Settings::default());
    let early = bench.run(0);
    assert!(!early.is_black && !early.is_frozen);
    let report = bench.run(2);
    assert_eq!((report.is_black, report.is_frozen, report.luma), (true, false, Some(0.0)));
    assert_eq!((report.scene.sharpness, report.scene.noise), (None, None), "nothing to measure");
    assert!(!Bench::new("Flat(40, 40, 40)", "", &Settings::default()).run(3).is_black);
}

#[test]
fn a_picture_that_stands_still_is_frozen_and_each_repetition_a_duplicate() {
    let report = Bench::new("Flat(120, 120, 120)", "", &Settings::default()).run(3);
    assert_eq!((report.is_black, report.is_frozen, report.low_light), (false, true, None));
    assert_eq!((report.pictures, report.duplicates, report.same_pictures), (91, 90, 90));
    assert_eq!((report.freezes.count, millis(report.freezes.total)), (1, 3000));
}

#[test]
fn frames_that_are_left_out_are_told_apart_from_lost_ones() {
    let faults = "(at: 2.0, do: DropFrames(3))";
    let settings = Settings::default().with(Property::FrameRate, 10.0);
    let report = Bench::new("Bars", faults, &settings).run(10);
    assert_eq!((report.drops.driver, report.corrupt), (3, 0));
    assert!(report.discarded >= 196 && report.delivered >= 98, "{} and {}", report.discarded, report.delivered);
    let [granted, track] = [report.rates.granted, report.rates.track].map(Option::unwrap);
    assert!((granted - 30.0).abs() < 1e-9 && (track - 10.0).abs() < 1e-9);
    assert!((report.fps_delivered.unwrap() - 10.0).abs() < 0.01 && (report.fps_produced.unwrap() - 30.0).abs() < 0.01);
    assert_eq!(report.freezes.count, 0, "the average is that of the track");
}

#[test]
fn the_sensors_jitter_shows_in_both_intervals_and_the_hosts_in_those_of_arrival_alone() {
    let run = |fault: &str| Bench::new("Bars", &format!("(at: 0.0, do: {fault})"), &Settings::default()).run(10);
    let sensor = run("Jitter(amplitude: 0.01)");
    let spread = |stats: IntervalStats| stats.p99_ms - stats.p50_ms;
    let [driver, arrival] = [sensor.interval, sensor.interval_arrival].map(|stats| spread(stats.unwrap()));
    assert!((5.0..20.0).contains(&driver) && (5.0..20.0).contains(&arrival), "{sensor:?}");
    assert!(sensor.interval.unwrap().max_ms <= 53.4 && sensor.histogram.len() > 10, "{sensor:?}");
    let host = run("ArrivalJitter(amplitude: 0.02)");
    let [driver, arrival] = [host.interval, host.interval_arrival].map(|stats| spread(stats.unwrap()));
    assert!(driver < 0.01 && (5.0..40.0).contains(&arrival), "{host:?}");
    let latency = host.latencies.arrival.unwrap();
    assert!((5.0..15.0).contains(&latency.p50_ms) && (15.0..=20.0).contains(&latency.max_ms), "{latency:?}");
    for report in [sensor, host] {
        assert_eq!((report.dropped, report.corrupt, report.duplicates, report.freezes.count), (0, 0, 0, 0));
        assert_eq!((report.low_light, report.is_frozen, report.is_black), (None, false, false));
    }
}

#[test]
fn a_latency_is_measured_to_the_microsecond() {
    let report = Bench::new("Bars", "(at: 0.0, do: Latency(0.05))", &Settings::default()).run(5);
    let latency = report.latencies.arrival.unwrap();
    assert!((latency.p50_ms - 50.0).abs() < 0.001 && (latency.p99_ms - 50.0).abs() < 0.001, "{latency:?}");
}

#[test]
fn each_fifth_frame_is_missed_exactly() {
    let report = Bench::new("Bars", "(at: 0.0, do: DropEvery(frames: 5))", &Settings::default()).run(10);
    let exact = report.produced / 5;
    assert!(report.drops.driver.abs_diff(exact) <= 1, "{} of {}", report.drops.driver, report.produced);
    assert!((report.rates.produced_long.unwrap() - 30.0).abs() < 0.2, "{:?}", report.rates);
    assert!((report.rates.delivered_long.unwrap() - 24.0).abs() < 0.2, "{:?}", report.rates);
    assert_eq!(report.low_light, None, "drops are no low light");
}

#[test]
fn a_freeze_of_two_seconds_is_one_freeze_of_two_seconds() {
    let mut bench = Bench::new("Bars", "(at: 2.0, do: Freeze(2.0))", &Settings::default());
    let during = bench.run(3);
    assert_eq!((during.freezes.count, during.is_frozen), (1, true), "it lasts: {:?}", during.frozen_for);
    let report = bench.run(3);
    assert!(!report.is_frozen && !report.is_black);
    assert_eq!((report.freezes.count, report.dropped), (1, 0));
    assert!((1990..=2070).contains(&millis(report.freezes.longest)), "{:?}", report.freezes);
    assert!((59..=61).contains(&report.duplicates), "{}", report.duplicates);
}

#[test]
fn a_covered_lens_is_black_while_it_is_covered() {
    let mut bench = Bench::new("Bars", "(at: 2.0, do: Black(3.0))", &Settings::default());
    assert!(!bench.run(2).is_black);
    let covered = bench.run(2);
    assert_eq!((covered.is_black, covered.is_frozen, covered.luma), (true, false, Some(0.0)));
    let report = bench.run(3);
    assert!(!report.is_black && report.luma > Some(20.0));
}

#[test]
fn low_light_without_a_word_of_the_exposure_is_not_made_up() {
    let mut bench = Bench::new("Bars", "(at: 3.0, do: LowLight(slower: 2))", &Settings::default());
    bench.run(3);
    let report = bench.run(3);
    assert!((report.fps_produced.unwrap() - 15.0).abs() < 0.1, "{:?}", report.fps_produced);
    assert_eq!((report.low_light, report.dropped, report.freezes.count), (None, 0, 0));
}

/// Frames at intervals, straight into a tap.
fn feed(tap: &mut VideoTap, first: u64, from: Timestamp, interval: Duration, count: u64) -> Timestamp {
    let mut at = from;
    for sequence in first..first + count {
        at = at + interval;
        let frame = Arc::new(VideoFrame {
            sequence,
            captured_at: at,
            arrived_at: at,
            width: 16,
            height: 16,
            stride: 16,
            pixel_format: PixelFormat::NV12,
            colour: crate::model::Colour::usual_of(PixelFormat::NV12),
            data: vec![100; 384].into(),
            corrupt: false,
        });
        tap.frame(&frame, || unreachable!());
        tap.publish(at);
    }
    at
}

#[test]
fn a_camera_that_exposes_for_longer_explains_its_lower_rate() {
    let exposure =
        |time: f64| Settings::default().with(Property::ExposureMode, "continuous").with(Property::ExposureTime, time);
    let frame_rate = FrameRate::new(30, 1);
    let mode = CameraMode { width: 16, height: 16, frame_rate, pixel_format: PixelFormat::NV12 };
    let mut tap = VideoTap::new(TrackId::random(), &exposure(100.0), &mode);
    let TrackMonitor::Video { report, .. } = tap.monitor() else { unreachable!() };
    let low_light = || report.peek().unwrap().low_light;
    let lit = feed(&mut tap, 0, Timestamp::from_nanos(1_000_000_000), frame_rate.interval(), 90);
    assert_eq!(low_light(), None);
    tap.configure(&exposure(660.0), &mode);
    let dark = feed(&mut tap, 90, lit, frame_rate.interval() * 2, 45);
    let found = low_light().unwrap();
    assert_eq!((found.cause, found.before_ms, found.now_ms), (LowLightCause::Rose, Some(10.0), Some(66.0)));
    assert!(found.to_string().starts_with("the rate fell from 30 to 15 while the exposure rose from 10 ms to 66 ms"));
    tap.configure(&exposure(100.0), &mode);
    feed(&mut tap, 135, dark, frame_rate.interval(), 90);
    assert_eq!(low_light(), None, "there is light again");
}
