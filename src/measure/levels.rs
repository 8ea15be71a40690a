//! What a meter shows of a microphone: peak, RMS, hold, clipping, and the levels of each 100 ms.

use std::collections::VecDeque;
use std::time::Duration;

use crate::model::{MicrophoneMode, SampleFormat, Timestamp};

use super::{AudioReport, ChannelLevel, LevelWindow};

/// RMS is taken over this long.
const RMS_MILLIS: u32 = 300;
/// The peak shown is the largest of this long.
const PEAK_MILLIS: u32 = 50;
/// A peak is held for this long.
const HOLD: Duration = Duration::from_millis(1500);
/// The length of a window.
const WINDOW_MILLIS: u32 = 100;
/// The meter's own grain: RMS and peak are sums and maxima over blocks of this long.
const GRAIN_MILLIS: u32 = 10;
/// How many windows are kept.
const WINDOWS: usize = 10;
/// A sample of at least this is at full scale: the largest that 16 bits can code, and that 8 can, where there are no more.
const FULL_SCALE: f32 = 32767.0 / 32768.0;
const FULL_SCALE_8: f32 = 127.0 / 128.0;

/// Meters the samples of one audio track. Pure: it is told all times.
#[derive(Clone, Debug)]
pub struct LevelMeter {
    sample_rate: u32,
    full_scale: f32,
    frames: u64,
    lost: u64,
    /// Newest sample frames in a row in which every sample was 0.
    zeros: u64,
    channels: Vec<Channel>,
    /// Clipped samples of each channel, also of those that only an earlier mode had.
    clipped: Vec<u64>,
    /// Sample frames in the grain that is being filled.
    in_grain: u32,
    windows: VecDeque<LevelWindow>,
    next_window: u64,
    /// Grains in the window that is being filled.
    in_window: u32,
}

#[derive(Clone, Debug, Default)]
struct Channel {
    now: Grain,
    /// The newest grains, oldest first, for the RMS.
    recent: VecDeque<Grain>,
    window: Grain,
    hold: f64,
    held_since: Timestamp,
}

/// Sums over some samples.
#[derive(Clone, Copy, Debug, Default)]
struct Grain {
    squares: f64,
    peak: f64,
    samples: u32,
    clipped: u64,
}

impl Grain {
    fn add(&mut self, sample: f32, full_scale: f32) {
        // A driver that delivers floats may deliver no number at all.
        let level = if sample.is_finite() { f64::from(sample.abs()) } else { 0.0 };
        self.squares += level * level;
        self.peak = self.peak.max(level);
        self.samples += 1;
        self.clipped += u64::from(sample.abs() >= full_scale);
    }

    fn join(self, other: Self) -> Self {
        Self {
            squares: self.squares + other.squares,
            peak: self.peak.max(other.peak),
            samples: self.samples + other.samples,
            clipped: self.clipped + other.clipped,
        }
    }

    fn rms(self) -> f64 {
        if self.samples == 0 { 0.0 } else { (self.squares / f64::from(self.samples)).sqrt() }
    }
}

impl Channel {
    /// Returns how many samples of the grain were clipped.
    fn end_grain(&mut self, at: Timestamp) -> u64 {
        let grain = std::mem::take(&mut self.now);
        self.window = self.window.join(grain);
        self.recent.push_back(grain);
        if self.recent.len() > (RMS_MILLIS / GRAIN_MILLIS) as usize {
            self.recent.pop_front();
        }
        if grain.peak >= self.hold || at.since(self.held_since) >= HOLD {
            self.hold = grain.peak;
            self.held_since = at;
        }
        grain.clipped
    }

    fn end_window(&mut self) -> ChannelLevel {
        let window = std::mem::take(&mut self.window);
        ChannelLevel { rms: window.rms(), peak: window.peak, hold: window.peak, clipped: window.clipped }
    }

    fn level(&self, clipped: u64) -> ChannelLevel {
        let grains = (PEAK_MILLIS / GRAIN_MILLIS) as usize;
        let peak = self.recent.iter().rev().take(grains).map(|grain| grain.peak).fold(0.0, f64::max);
        let rms = self.recent.iter().copied().fold(Grain::default(), Grain::join).rms();
        ChannelLevel { rms, peak, hold: self.hold, clipped }
    }
}

impl LevelMeter {
    /// A meter for the samples of a microphone that runs in this mode.
    pub fn new(mode: &MicrophoneMode) -> Self {
        let mut meter = Self {
            sample_rate: 1,
            full_scale: FULL_SCALE,
            frames: 0,
            lost: 0,
            zeros: 0,
            channels: Vec::new(),
            clipped: Vec::new(),
            in_grain: 0,
            windows: VecDeque::new(),
            next_window: 0,
            in_window: 0,
        };
        meter.reconfigure(mode);
        meter
    }

    /// The microphone runs in this mode from now on. Levels begin anew; totals and the numbers of windows go on.
    pub fn reconfigure(&mut self, mode: &MicrophoneMode) {
        self.sample_rate = mode.sample_rate.max(1);
        self.full_scale = if mode.sample_format == SampleFormat::U8 { FULL_SCALE_8 } else { FULL_SCALE };
        self.channels = vec![Channel::default(); mode.channels.max(1) as usize];
        self.clipped.resize(self.clipped.len().max(self.channels.len()), 0);
        self.in_grain = 0;
        self.in_window = 0;
        self.zeros = 0;
    }

    /// Meters interleaved samples, the first of which was captured at `at`.
    pub fn push(&mut self, samples: &[f32], at: Timestamp) {
        for (index, frame) in samples.chunks_exact(self.channels.len()).enumerate() {
            for (channel, sample) in self.channels.iter_mut().zip(frame) {
                channel.now.add(*sample, self.full_scale);
            }
            self.frames += 1;
            self.zeros = if frame.iter().all(|sample| *sample == 0.0) { self.zeros + 1 } else { 0 };
            self.in_grain += 1;
            if self.in_grain >= self.grain_length() {
                let nanos = (index as u64 + 1) * 1_000_000_000 / u64::from(self.sample_rate);
                self.end_grain(at + Duration::from_nanos(nanos));
            }
        }
    }

    /// Counts sample frames that were lost.
    pub fn add_lost(&mut self, frames: u64) {
        self.lost += frames;
    }

    /// The track is muted or disabled: the levels fall to silence at once (SINK-12); frames are not counted (MUTE-11).
    pub fn silence(&mut self, at: Timestamp) {
        self.in_grain = 0;
        self.in_window = 0;
        self.zeros = 0;
        self.channels.fill(Channel::default());
        let channels = vec![ChannelLevel::default(); self.channels.len()];
        let due = self.windows.back().is_none_or(|last| at.since(last.at) >= window_length());
        if due {
            self.add_window(at, channels);
        }
    }

    /// Puts the clip lamps out.
    pub fn reset_clip(&mut self) {
        self.clipped.fill(0);
    }

    /// The measurements up to the last whole 10 ms.
    pub fn report(&self, at: Timestamp) -> AudioReport {
        AudioReport {
            at,
            frames: self.frames,
            lost: self.lost,
            zeros: Duration::from_secs_f64(self.zeros as f64 / f64::from(self.sample_rate)),
            meter: self.channels.iter().zip(&self.clipped).map(|(channel, clipped)| channel.level(*clipped)).collect(),
            windows: self.windows.iter().cloned().collect(),
        }
    }

    /// Sample frames of a grain; at rates that 100 does not divide, a grain is up to one sample shorter than 10 ms.
    fn grain_length(&self) -> u32 {
        (self.sample_rate * GRAIN_MILLIS / 1000).max(1)
    }

    fn end_grain(&mut self, at: Timestamp) {
        self.in_grain = 0;
        for (channel, clipped) in self.channels.iter_mut().zip(&mut self.clipped) {
            *clipped += channel.end_grain(at);
        }
        self.in_window += 1;
        if self.in_window >= WINDOW_MILLIS / GRAIN_MILLIS {
            self.in_window = 0;
            let channels = self.channels.iter_mut().map(Channel::end_window).collect();
            self.add_window(at, channels);
        }
    }

    fn add_window(&mut self, at: Timestamp, channels: Vec<ChannelLevel>) {
        self.windows.push_back(LevelWindow { index: self.next_window, at, channels });
        self.next_window += 1;
        if self.windows.len() > WINDOWS {
            self.windows.pop_front();
        }
    }
}

const fn window_length() -> Duration {
    Duration::from_millis(WINDOW_MILLIS as u64)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use proptest::prelude::*;

    use super::*;
    use crate::measure::dbfs;

    const RATE: u32 = 48_000;

    const fn mode(sample_rate: u32, channels: u32) -> MicrophoneMode {
        MicrophoneMode { sample_rate, channels, sample_format: SampleFormat::S16, period: 480 }
    }

    fn meter(channels: u32) -> LevelMeter {
        LevelMeter::new(&mode(RATE, channels))
    }

    fn sine(frames: usize, peaks_dbfs: &[f64]) -> Vec<f32> {
        let sample = |frame: usize, peak: &f64| {
            let phase = TAU * 997.0 * frame as f64 / f64::from(RATE);
            (10_f64.powf(peak / 20.0) * phase.sin()) as f32
        };
        (0..frames).flat_map(|frame| peaks_dbfs.iter().map(move |peak| sample(frame, peak))).collect()
    }

    fn metered(samples: &[f32], channels: u32) -> AudioReport {
        let mut meter = meter(channels);
        meter.push(samples, Timestamp::default());
        meter.report(Timestamp::default())
    }

    fn close(level: f64, expected_dbfs: f64) -> bool {
        dbfs(level).is_some_and(|level| (level - expected_dbfs).abs() < 0.02)
    }

    #[test]
    fn a_sine_reads_its_peak_and_three_decibels_less_rms_on_its_own_channel() {
        crate::covers!("SINK-12");
        let report = metered(&sine(RATE as usize, &[-18.0, -24.0]), 2);
        let [left, right] = report.meter[..] else { panic!("{report:?}") };
        assert!(close(left.peak, -18.0) && close(left.rms, -21.01) && close(left.hold, -18.0), "{left:?}");
        assert!(close(right.peak, -24.0) && close(right.rms, -27.01), "{right:?}");
        let window = report.windows.last().unwrap();
        assert!(close(window.channels[0].peak, -18.0) && close(window.channels[1].rms, -27.01), "{window:?}");
        assert_eq!((report.frames, left.clipped), (u64::from(RATE), 0));
    }

    #[test]
    fn silence_has_no_level() {
        crate::covers!("SINK-12");
        let report = metered(&vec![0.0; RATE as usize], 1);
        assert_eq!((dbfs(report.meter[0].peak), dbfs(report.meter[0].rms)), (None, None));
    }

    #[test]
    fn samples_at_full_scale_are_counted_until_the_lamp_is_put_out() {
        let mut meter = meter(1);
        let square: Vec<f32> = (0..960).map(|frame| if frame % 48 < 24 { 1.0 } else { -1.0 }).collect();
        meter.push(&square, Timestamp::default());
        assert_eq!(meter.report(Timestamp::default()).meter[0].clipped, 960);
        meter.reset_clip();
        assert_eq!(meter.report(Timestamp::default()).meter[0].clipped, 0);
    }

    #[test]
    fn eight_bits_clip_at_their_own_largest_sample() {
        let loudest = [127.0 / 128.0; 480];
        for (sample_format, clipped) in [(SampleFormat::U8, 480), (SampleFormat::S16, 0)] {
            let mut meter = LevelMeter::new(&MicrophoneMode { sample_format, ..mode(RATE, 1) });
            meter.push(&loudest, Timestamp::default());
            assert_eq!(meter.report(Timestamp::default()).meter[0].clipped, clipped, "{sample_format:?}");
        }
    }

    #[test]
    fn totals_go_on_in_another_mode() {
        let mut meter = meter(2);
        meter.push(&vec![1.0; 2 * 4800], Timestamp::default());
        meter.add_lost(7);
        for (channels, clipped) in [(1, vec![4800]), (2, vec![4800, 4800])] {
            meter.reconfigure(&mode(8000, channels));
            let report = meter.report(Timestamp::default());
            assert_eq!((report.frames, report.lost), (4800, 7));
            assert_eq!(report.meter.iter().map(|level| level.clipped).collect::<Vec<_>>(), clipped);
        }
        meter.push(&[0.0; 2 * 800], Timestamp::default());
        let numbers = meter.report(Timestamp::default()).windows.iter().map(|window| window.index).collect::<Vec<_>>();
        assert_eq!(numbers, [0, 1]);
    }

    #[test]
    fn a_peak_is_held_for_a_second_and_a_half() {
        let mut meter = meter(1);
        let mut at = Timestamp::default();
        let mut push = |samples: &[f32], meter: &mut LevelMeter| {
            meter.push(samples, at);
            at = at + Duration::from_nanos(samples.len() as u64 * 1_000_000_000 / u64::from(RATE));
        };
        push(&[0.5; 480], &mut meter);
        push(&vec![0.1; 67_200], &mut meter); // 1.4 s
        assert!((meter.report(Timestamp::default()).meter[0].hold - 0.5).abs() < 1e-6);
        push(&vec![0.1; 9_600], &mut meter); // 0.2 s
        assert!((meter.report(Timestamp::default()).meter[0].hold - 0.1).abs() < 1e-6);
    }

    #[test]
    fn a_disabled_track_falls_silent_at_once_and_counts_nothing() {
        crate::covers!("SINK-12", "MUTE-11");
        let mut meter = meter(1);
        meter.push(&vec![0.5; 4800], Timestamp::default());
        meter.silence(Timestamp::from_nanos(100_000_000));
        let report = meter.report(Timestamp::default());
        assert_eq!((report.meter[0].peak.to_bits(), report.frames), (0, 4800));
    }

    proptest! {
        #[test]
        fn windows_are_the_same_whatever_the_blocks(sizes in prop::collection::vec(1_usize..3000, 1..40)) {
            let samples = sine(sizes.iter().sum(), &[-6.0]);
            let mut meter = meter(1);
            let mut seen = Vec::new();
            let mut rest = &samples[..];
            for size in sizes {
                let (block, after) = rest.split_at(size);
                meter.push(block, Timestamp::default());
                seen.extend(meter.report(Timestamp::default()).windows.into_iter().map(|window| window.index));
                rest = after;
            }
            seen.dedup();
            seen.sort_unstable();
            seen.dedup();
            prop_assert_eq!(seen, (0..samples.len() as u64 / 4800).collect::<Vec<_>>());
            let whole = metered(&samples, 1);
            let last = |report: &AudioReport| report.windows.last().map(|window| window.channels[0].rms.to_bits());
            prop_assert_eq!(last(&whole), last(&meter.report(Timestamp::default())));
        }
    }
}
