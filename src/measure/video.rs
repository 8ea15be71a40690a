//! What is measured of a video track.

use std::time::Duration;

use crate::model::{FrameRate, Timestamp};

use super::intervals::{Arrival, RATE_WINDOW, RecentFrames, Stamp};
use super::low_light::{Exposure, LowLight, LowLightWatch};
use super::pictures::{PictureMeter, SeenPicture};
use super::statistics::{HistogramBin, TimeStats, WINDOW};
use super::{Drops, FrameSpan, IntervalStats, Latencies, Milestones, Rates, VideoReport, Window};

/// Percentiles are sorted anew at most this often.
const STATS_EVERY: Duration = Duration::from_millis(250);

/// Counts and times the frames of one video track. Pure: it is told all times.
#[derive(Debug, Default)]
pub struct VideoMeter {
    delivered: u64,
    discarded: u64,
    drops: Drops,
    corrupt: u64,
    not_shown: u64,
    paused: bool,
    last_sequence: Option<u64>,
    span: Option<FrameSpan>,
    recent: RecentFrames,
    pictures: PictureMeter,
    requested: Option<f64>,
    track_rate: Option<f64>,
    granted: Option<FrameRate>,
    exposure: Exposure,
    low_light: LowLightWatch,
    stats: Option<Stats>,
}

/// What is sorted anew now and then.
#[derive(Clone, Debug)]
struct Stats {
    made_at: Timestamp,
    interval: Option<IntervalStats>,
    interval_arrival: Option<IntervalStats>,
    histogram: Vec<HistogramBin>,
    histogram_arrival: Vec<HistogramBin>,
    latency: Option<TimeStats>,
    latencies: Latencies,
    low_light: Option<LowLight>,
    window: Window,
}

impl VideoMeter {
    /// A meter that has seen nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The rate that the track's constraints ask for, the one that it is set to, and the one that the driver granted.
    pub fn configure(&mut self, requested: Option<f64>, track: Option<f64>, granted: FrameRate) {
        (self.requested, self.track_rate, self.granted) = (requested, track, Some(granted));
    }

    /// What is known of the camera's exposure.
    pub fn exposure(&mut self, exposure: Exposure) {
        self.exposure = exposure;
    }

    /// When the steps to the first frame were reached. What it has seen itself stays.
    pub fn milestones(&mut self, way: Milestones) {
        let Milestones { first_frame, first_picture, first_shown, .. } = self.pictures.milestones;
        let first_frame = way.first_frame.or(first_frame);
        self.pictures.milestones = Milestones { first_frame, first_picture, first_shown, ..way };
    }

    /// Counts a frame. `sequence` is the driver's number: what it skips was dropped. A number that is not above the last
    /// one begins a new count. `corrupt` says that the frame is damaged, `delivered` that it is to reach the track; what
    /// is neither was discarded on purpose (FRM-04). Does nothing while paused (MUTE-11).
    pub fn frame(
        &mut self,
        sequence: u64,
        captured_at: Timestamp,
        arrived_at: Timestamp,
        corrupt: bool,
        delivered: bool,
    ) {
        if self.paused {
            return;
        }
        let last = self.last_sequence.replace(sequence);
        if let Some(skipped) = last.and_then(|last| sequence.checked_sub(last)?.checked_sub(1)) {
            self.drops.driver = self.drops.driver.saturating_add(skipped);
        } else {
            self.recent.clear();
        }
        match (corrupt, delivered) {
            (true, _) => self.corrupt += 1,
            (false, true) => self.delivered += 1,
            (false, false) => self.discarded += 1,
        }
        let first = FrameSpan { first_captured: captured_at, first_arrived: arrived_at, newest_captured: captured_at };
        self.span.get_or_insert(first).newest_captured = captured_at;
        if !corrupt {
            self.pictures.milestones.first_frame.get_or_insert(arrived_at);
        }
        self.recent.push(Arrival { sequence, captured_at, arrived_at, delivered: delivered && !corrupt });
    }

    /// Frames up to now that never reached the track: dropped and corrupt ones.
    pub const fn missing(&self) -> u64 {
        self.dropped() + self.corrupt
    }

    const fn dropped(&self) -> u64 {
        self.drops.driver.saturating_add(self.drops.lab)
    }

    /// Frames that the lab itself lost on the way to the track: counted as delivered before, they are dropped.
    pub fn lost_by_lab(&mut self, frames: u64) {
        let frames = frames.min(self.delivered);
        self.delivered -= frames;
        self.drops.lab += frames;
    }

    /// Frames that did not fit into the queue of a recorder.
    pub fn lost_by_recorder(&mut self, frames: u64) {
        self.drops.recorder_queue += frames;
    }

    /// Looks at a picture that was made of a frame.
    pub fn picture(&mut self, seen: &SeenPicture) {
        self.pictures.picture(seen);
    }

    /// A frame that was counted as delivered does not decode: it counts as corrupt.
    pub fn undecodable(&mut self) {
        if let Some(delivered) = self.delivered.checked_sub(1) {
            self.delivered = delivered;
            self.corrupt += 1;
            self.recent.undeliver_newest();
        }
    }

    /// How many pictures the viewer was too slow to show, in all.
    pub fn not_shown(&mut self, total: u64) {
        self.not_shown = total;
    }

    /// The viewer drew a picture for the first time; the driver's stamp of its frame names it.
    pub fn shown(&mut self, captured_at: Timestamp, at: Timestamp) {
        self.pictures.shown(captured_at, at);
    }

    /// The track is disabled: nothing is counted until [`resume`](Self::resume) (MUTE-11). What is skipped in between is
    /// neither dropped nor an interval.
    pub fn pause(&mut self) {
        if !std::mem::replace(&mut self.paused, true) {
            self.restarted();
        }
    }

    /// The track is muted since nothing comes any more: as [`pause`](Self::pause), and the picture stood until now.
    pub fn muted(&mut self, at: Timestamp) {
        if !self.paused {
            self.pictures.interrupt(Some(at));
        }
        self.pause();
    }

    /// Goes on counting.
    pub fn resume(&mut self) {
        self.paused = false;
    }

    /// The device was opened anew: the next frame is not compared with the last one.
    pub fn restarted(&mut self) {
        self.last_sequence = None;
        self.recent.clear();
        self.pictures.interrupt(None);
        self.low_light = LowLightWatch::default();
        self.stats = None;
    }

    /// Begins to count and to measure anew. What is known of the camera and of the way to the first frame stays.
    pub fn begin_anew(&mut self) {
        let mut pictures = std::mem::take(&mut self.pictures);
        pictures.begin_anew();
        let (requested, track_rate, granted, exposure) = (self.requested, self.track_rate, self.granted, self.exposure);
        let paused = self.paused;
        *self = Self { paused, pictures, requested, track_rate, granted, exposure, ..Self::default() };
    }

    /// The measurements at a time. Percentiles may be up to 250 ms old.
    pub fn report(&mut self, at: Timestamp) -> VideoReport {
        let stats = self.stats_at(at);
        let pictures = &self.pictures;
        VideoReport {
            at,
            produced: self.delivered + self.discarded + self.dropped() + self.corrupt,
            delivered: self.delivered,
            discarded: self.discarded,
            dropped: self.dropped(),
            corrupt: self.corrupt,
            fps_produced: self.recent.produced_rate(at, RATE_WINDOW),
            fps_delivered: self.recent.delivered_rate(at, RATE_WINDOW),
            interval: stats.interval,
            latency: stats.latency.map(Into::into),
            luma: pictures.luma,
            same_pictures: pictures.freezes.same_pictures,
            not_shown: self.not_shown,
            span: self.span,
            rates: self.rates(at),
            window: stats.window,
            interval_arrival: stats.interval_arrival,
            histogram: stats.histogram,
            histogram_arrival: stats.histogram_arrival,
            drops: Drops { picture_queue: pictures.unseen, ..self.drops },
            pictures: pictures.freezes.pictures,
            duplicates: pictures.freezes.duplicates,
            freezes: pictures.freezes.freezes(),
            first_frame: pictures.milestones.legs(),
            latencies: stats.latencies,
            scene: pictures.scene(),
            is_black: pictures.is_black(),
            is_frozen: pictures.is_frozen(),
            frozen_for: pictures.freezes.still_for(),
            low_light: stats.low_light,
        }
    }

    fn rates(&self, at: Timestamp) -> Rates {
        Rates {
            requested: self.requested,
            granted: self.granted.map(FrameRate::as_f64),
            track: self.track_rate,
            produced_long: self.recent.produced_rate(at, WINDOW),
            delivered_long: self.recent.delivered_rate(at, WINDOW),
        }
    }

    fn stats_at(&mut self, at: Timestamp) -> Stats {
        match &self.stats {
            // Without an interval there is nothing to sort, and the first should show at once.
            Some(stats) if stats.interval.is_some() && at.since(stats.made_at) < STATS_EVERY => stats.clone(),
            _ => {
                let stats = self.new_stats(at);
                self.stats.insert(stats).clone()
            }
        }
    }

    fn new_stats(&mut self, made_at: Timestamp) -> Stats {
        let latency = self.recent.latencies();
        let rates = self.granted.map(FrameRate::as_f64).zip(self.recent.pace());
        Stats {
            made_at,
            interval: self.recent.intervals(Stamp::Driver),
            interval_arrival: self.recent.intervals(Stamp::Arrival),
            histogram: self.recent.histogram(Stamp::Driver),
            histogram_arrival: self.recent.histogram(Stamp::Arrival),
            latency,
            latencies: Latencies { arrival: latency.filter(|stats| stats.p50_ms >= 0.0), ..self.pictures.latencies() },
            low_light: rates.and_then(|(granted, pace)| self.low_light.infer(made_at, granted, pace, self.exposure)),
            window: Window { seconds: WINDOW.as_secs_f64(), intervals: self.recent.count() },
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: u64 = 1_000_000;

    fn at(nanos: u64) -> Timestamp {
        Timestamp::from_nanos(10_000 * MS + nanos)
    }

    /// `count` good frames at a rate, each 3 ms late, from a number and a time on.
    fn run(meter: &mut VideoMeter, first: u64, count: u64, interval: u64) -> Timestamp {
        let mut arrival = at(0);
        for sequence in first..first + count {
            arrival = at(sequence * interval + 3 * MS);
            meter.frame(sequence, at(sequence * interval), arrival, false, true);
        }
        arrival
    }

    #[test]
    fn a_steady_camera_reads_its_own_rate() {
        for (interval, rate) in [(80 * MS, 12.5), (33_366_667, 29.97), (2_000 * MS, 0.5)] {
            let mut meter = VideoMeter::new();
            let now = run(&mut meter, 0, 61, interval);
            let report = meter.report(now);
            assert_eq!((report.produced, report.delivered, report.dropped), (61, 61, 0));
            for fps in [report.fps_produced, report.fps_delivered] {
                assert!((fps.unwrap() - rate).abs() < 0.001, "{fps:?} for {rate}");
            }
            let stats = report.interval.unwrap();
            assert!((stats.p50_ms - interval as f64 / 1e6).abs() < 1e-6 && (stats.max_ms - stats.p50_ms).abs() < 1e-6);
            assert!((report.latency.unwrap().p99_ms - 3.0).abs() < 1e-6);
        }
    }

    #[test]
    fn one_frame_has_no_rate() {
        let mut meter = VideoMeter::new();
        let now = run(&mut meter, 0, 1, MS);
        let report = meter.report(now);
        assert_eq!((report.fps_produced, report.fps_delivered, report.interval), (None, None, None));
    }

    #[test]
    fn a_gap_in_the_numbers_is_dropped_and_still_produced() {
        let mut meter = VideoMeter::new();
        run(&mut meter, 0, 30, 40 * MS);
        let now = run(&mut meter, 35, 20, 40 * MS);
        let report = meter.report(now);
        assert_eq!((report.produced, report.delivered, report.dropped), (55, 50, 5));
        assert!((report.fps_produced.unwrap() - 25.0).abs() < 1e-6);
        assert!(report.fps_delivered.unwrap() < 21.0);
        assert!((report.interval.unwrap().max_ms - 240.0).abs() < 1e-6);
    }

    #[test]
    fn left_out_frames_are_discarded_not_dropped() {
        crate::covers!("FRM-04");
        // FRM-04: 30 to 10.
        let mut meter = VideoMeter::new();
        let mut now = at(0);
        for sequence in 0..300 {
            now = at(sequence * 100 * MS / 3);
            meter.frame(sequence, now, now, false, sequence % 3 == 0);
        }
        let report = meter.report(now);
        assert_eq!((report.delivered, report.discarded, report.dropped), (100, 200, 0));
        assert!(
            (report.fps_delivered.unwrap() - 10.0).abs() < 1e-3 && (report.fps_produced.unwrap() - 30.0).abs() < 1e-3
        );
        assert_eq!(report.latency, None, "stamps that are arrivals are no stamps");
    }

    #[test]
    fn nothing_is_counted_while_paused() {
        crate::covers!("MUTE-11");
        let mut meter = VideoMeter::new();
        run(&mut meter, 0, 10, 40 * MS);
        meter.pause();
        run(&mut meter, 10, 100, 40 * MS);
        assert_eq!(meter.report(at(5_000 * MS)).produced, 10);
        meter.resume();
        let now = run(&mut meter, 110, 10, 40 * MS);
        let report = meter.report(now);
        assert_eq!((report.produced, report.delivered, report.dropped), (20, 20, 0));
        assert!((report.interval.unwrap().max_ms - 40.0).abs() < 1e-6);
    }

    #[test]
    fn a_silent_camera_has_the_rate_zero() {
        let mut meter = VideoMeter::new();
        let last = run(&mut meter, 0, 30, 40 * MS);
        assert!(meter.report(last + Duration::from_millis(900)).fps_produced > Some(24.0));
        assert_eq!(meter.report(last + Duration::from_millis(1100)).fps_produced, Some(0.0));
    }

    #[test]
    fn what_does_not_decode_is_corrupt() {
        let mut meter = VideoMeter::new();
        let now = run(&mut meter, 0, 5, 40 * MS);
        meter.frame(5, now, now, true, true);
        meter.undecodable();
        let report = meter.report(now);
        assert_eq!((report.produced, report.delivered, report.corrupt), (6, 4, 2));
    }

    #[test]
    fn percentiles_are_sorted_four_times_a_second() {
        let mut meter = VideoMeter::new();
        run(&mut meter, 0, 10, 10 * MS);
        let first = meter.report(at(100 * MS)).interval;
        meter.frame(10, at(200 * MS), at(200 * MS), false, true);
        assert_eq!(meter.report(at(200 * MS)).interval, first);
        assert_ne!(meter.report(at(350 * MS)).interval, first);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Frame { skip: u64, corrupt: bool, delivered: bool },
        Reset,
        Undecodable,
        LostByLab,
        Pause,
        Resume,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            6 => (0_u64..4, any::<bool>(), any::<bool>())
                .prop_map(|(skip, corrupt, delivered)| Step::Frame { skip, corrupt, delivered }),
            1 => Just(Step::Reset),
            1 => Just(Step::Undecodable),
            1 => Just(Step::LostByLab),
            1 => Just(Step::Pause),
            1 => Just(Step::Resume),
        ]
    }

    proptest! {
        #[test]
        fn produced_is_the_sum_and_never_shrinks(steps in prop::collection::vec(step(), 0..200)) {
            crate::covers!("EXT-01");
            let mut meter = VideoMeter::new();
            let (mut sequence, mut paused, mut wanted, mut known) = (0, false, 0, false);
            for (index, step) in steps.into_iter().enumerate() {
                let now = at(index as u64 * 33 * MS);
                match step {
                    Step::Frame { skip, corrupt, delivered } => {
                        sequence += 1 + skip;
                        meter.frame(sequence, now, now, corrupt, delivered);
                        wanted += if paused { 0 } else if known { 1 + skip } else { 1 };
                        known = !paused;
                    }
                    Step::Reset => { meter.restarted(); known = false; }
                    Step::Undecodable => meter.undecodable(),
                    Step::LostByLab => meter.lost_by_lab(1),
                    Step::Pause => { meter.pause(); (paused, known) = (true, false); }
                    Step::Resume => { meter.resume(); paused = false; }
                }
                let report = meter.report(now);
                prop_assert_eq!(report.produced, wanted);
                prop_assert_eq!(report.produced, report.delivered + report.discarded + report.dropped + report.corrupt);
            }
        }
    }
}
