//! What is measured of a video track.

use std::time::Duration;

use crate::model::Timestamp;

use super::intervals::{Arrival, RecentFrames};
use super::{FrameSpan, IntervalStats, LatencyStats, VideoReport};

/// Percentiles are sorted anew at most this often.
const STATS_EVERY: Duration = Duration::from_millis(250);

/// Counts and times the frames of one video track. Pure: it is told all times.
#[derive(Debug, Default)]
pub struct VideoMeter {
    delivered: u64,
    discarded: u64,
    dropped: u64,
    corrupt: u64,
    not_shown: u64,
    luma: Option<f64>,
    fingerprint: Option<u64>,
    same_pictures: u64,
    paused: bool,
    last_sequence: Option<u64>,
    span: Option<FrameSpan>,
    recent: RecentFrames,
    stats: Option<Stats>,
}

#[derive(Clone, Copy, Debug)]
struct Stats {
    made_at: Timestamp,
    interval: Option<IntervalStats>,
    latency: Option<LatencyStats>,
}

impl VideoMeter {
    /// A meter that has seen nothing.
    pub fn new() -> Self {
        Self::default()
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
            self.dropped = self.dropped.saturating_add(skipped);
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
        self.recent.push(Arrival { sequence, captured_at, arrived_at, delivered: delivered && !corrupt });
    }

    /// Frames up to now that never reached the track: dropped and corrupt ones.
    pub const fn missing(&self) -> u64 {
        self.dropped + self.corrupt
    }

    /// Frames that the lab itself lost on the way to the track: counted as delivered before, they are dropped.
    pub fn lost_by_lab(&mut self, frames: u64) {
        let frames = frames.min(self.delivered);
        self.delivered -= frames;
        self.dropped += frames;
    }

    /// The mean luma of the newest picture, 0 to 255, and its [`fingerprint`](super::fingerprint).
    pub fn picture(&mut self, luma: f64, fingerprint: u64) {
        let is_same = self.fingerprint.replace(fingerprint) == Some(fingerprint);
        self.same_pictures = if is_same { self.same_pictures + 1 } else { 0 };
        self.luma = Some(luma);
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

    /// The track is muted or disabled: nothing is counted until [`resume`](Self::resume) (MUTE-11). What is skipped in
    /// between is neither dropped nor an interval.
    pub fn pause(&mut self) {
        self.paused = true;
        self.restarted();
    }

    /// Goes on counting.
    pub fn resume(&mut self) {
        self.paused = false;
    }

    /// The device was opened anew: the next frame is not compared with the last one.
    pub fn restarted(&mut self) {
        self.last_sequence = None;
        self.recent.clear();
        self.stats = None;
    }

    /// Begins to count anew; what is known of the newest picture stays.
    pub fn begin_anew(&mut self) {
        *self = Self { luma: self.luma, fingerprint: self.fingerprint, paused: self.paused, ..Self::default() };
    }

    /// The measurements at a time. Percentiles may be up to 250 ms old.
    pub fn report(&mut self, at: Timestamp) -> VideoReport {
        let stats = self.stats_at(at);
        VideoReport {
            at,
            produced: self.delivered + self.discarded + self.dropped + self.corrupt,
            delivered: self.delivered,
            discarded: self.discarded,
            dropped: self.dropped,
            corrupt: self.corrupt,
            fps_produced: self.recent.produced_rate(at),
            fps_delivered: self.recent.delivered_rate(at),
            interval: stats.interval,
            latency: stats.latency,
            luma: self.luma,
            same_pictures: self.same_pictures,
            not_shown: self.not_shown,
            span: self.span,
        }
    }

    fn stats_at(&mut self, at: Timestamp) -> Stats {
        match self.stats {
            // Without an interval there is nothing to sort, and the first should show at once.
            Some(stats) if stats.interval.is_some() && at.since(stats.made_at) < STATS_EVERY => stats,
            _ => {
                let (interval, latency) = (self.recent.intervals(), self.recent.latencies());
                *self.stats.insert(Stats { made_at: at, interval, latency })
            }
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
