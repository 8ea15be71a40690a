//! From one sample rate to another, with a speed that can be trimmed while it runs.

use std::f64::consts::PI;

/// Sample frames on each side of a point that count, at the lower of the two rates.
const HALF_WIDTH: f64 = 32.0;
/// Rows of the table between two input frames; the rest is interpolated (error below −90 dB).
const PHASES: usize = 256;
/// Where the filter is at −6 dB, as a part of half the lower rate. With its width the pass band is flat to 0.87 of it.
const CUTOFF: f64 = 0.94;
/// Part of a frame by which the sum of many steps may be off.
const ROUNDING: f64 = 1e-4;
/// Shape of the Kaiser window: stop band below −80 dB.
const BETA: f64 = 8.0;

/// A windowed-sinc resampler without delay: output frame 0 lies at input frame 0.
#[derive(Debug)]
pub(super) struct Resampler {
    channels: usize,
    /// `PHASES + 1` rows of `2 * half` coefficients; each row adds up to 1.
    table: Vec<f32>,
    /// Input frames on each side of a point that count.
    half: usize,
    /// Interleaved input that is still needed.
    input: Vec<f32>,
    /// Where the next output frame lies, in frames of `input`.
    position: f64,
    /// Input frames per output frame, before the trim.
    ratio: f64,
    /// The same with the trim.
    step: f64,
}

impl Resampler {
    /// A resampler of interleaved sound. Rates are at least 1, in frames per second.
    pub(super) fn new(channels: usize, from: u32, to: u32) -> Self {
        let ratio = f64::from(from.max(1)) / f64::from(to.max(1));
        let half = (HALF_WIDTH * ratio.max(1.0)).ceil() as usize;
        let channels = channels.max(1);
        Self {
            channels,
            table: table(half, CUTOFF * (1.0 / ratio).min(1.0)),
            half,
            input: vec![0.0; (half - 1) * channels], // silence before the first frame
            position: (half - 1) as f64,
            ratio,
            step: ratio,
        }
    }

    /// Makes the output longer by this part of its length, for instance by 0.0001.
    pub(super) fn stretch(&mut self, part: f64) {
        self.step = self.ratio / (1.0 + part);
    }

    /// Output frames that the input so far will still make.
    pub(super) fn pending(&self) -> f64 {
        (self.frames() as f64 - self.position) / self.step
    }

    /// Takes interleaved input, appends the output that is certain by now.
    pub(super) fn push(&mut self, samples: &[f32], output: &mut Vec<f32>) {
        self.input.extend_from_slice(samples);
        self.produce(usize::MAX, output);
        self.forget();
    }

    /// Appends the rest of the output, as if silence followed. The resampler is empty then.
    pub(super) fn finish(&mut self, output: &mut Vec<f32>) {
        let rest = (self.pending() - ROUNDING).ceil().max(0.0) as usize;
        self.input.resize(self.input.len() + (self.half + 1) * self.channels, 0.0);
        self.produce(rest, output);
        self.input.clear();
        self.input.resize((self.half - 1) * self.channels, 0.0);
        self.position = (self.half - 1) as f64;
    }

    fn frames(&self) -> usize {
        self.input.len() / self.channels
    }

    fn produce(&mut self, most: usize, output: &mut Vec<f32>) {
        let frames = self.frames();
        for _ in 0..most {
            let index = self.position as usize;
            if index + self.half >= frames {
                return;
            }
            self.one_frame(index + 1 - self.half, self.position - index as f64, output);
            self.position += self.step;
        }
    }

    /// The frame that lies `fraction` behind the last of the first `half` frames from `first` on.
    fn one_frame(&self, first: usize, fraction: f64, output: &mut Vec<f32>) {
        let width = 2 * self.half;
        let phase = fraction * PHASES as f64;
        let (row, blend) = (phase as usize, (phase - phase.floor()) as f32);
        let rows = self.table.get(row * width..(row + 2) * width).unwrap_or_default();
        let (near, far) = rows.split_at_checked(width).unwrap_or_default();
        let start = output.len();
        output.resize(start + self.channels, 0.0);
        let Some(sums) = output.get_mut(start..) else { return };
        let inputs = self.input.get(first * self.channels..).unwrap_or_default().chunks_exact(self.channels);
        for (frame, (near, far)) in inputs.zip(near.iter().zip(far)) {
            let coefficient = near + blend * (far - near);
            for (sum, sample) in sums.iter_mut().zip(frame) {
                *sum += coefficient * sample;
            }
        }
    }

    /// Drops the input that no later output needs.
    fn forget(&mut self) {
        let unused = (self.position as usize + 1).saturating_sub(self.half).min(self.frames());
        self.input.drain(..unused * self.channels);
        self.position -= unused as f64;
    }
}

/// The filter's coefficients for each phase. `cutoff` is a part of half the input's rate.
fn table(half: usize, cutoff: f64) -> Vec<f32> {
    let mut table = Vec::with_capacity((PHASES + 1) * 2 * half);
    for phase in 0..=PHASES {
        let fraction = phase as f64 / PHASES as f64;
        let at = |tap: usize| tap as f64 - (half as f64 - 1.0) - fraction;
        let row: Vec<f64> = (0..2 * half).map(|tap| windowed_sinc(at(tap), half as f64, cutoff)).collect();
        let sum: f64 = row.iter().sum();
        table.extend(row.iter().map(|coefficient| (coefficient / sum) as f32));
    }
    table
}

fn windowed_sinc(at: f64, half: f64, cutoff: f64) -> f64 {
    let angle = PI * cutoff * at;
    let sinc = if angle.abs() < 1e-9 { 1.0 } else { angle.sin() / angle };
    let edge = 1.0 - (at / half).powi(2);
    if edge <= 0.0 { 0.0 } else { sinc * bessel(BETA * edge.sqrt()) }
}

/// The modified Bessel function of the first kind and order 0.
fn bessel(x: f64) -> f64 {
    let (mut sum, mut term) = (1.0, 1.0);
    for k in 1..40 {
        term *= (x / (2.0 * f64::from(k))).powi(2);
        sum += term;
    }
    sum
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn sine(frequency: f64, rate: u32, frames: usize) -> Vec<f32> {
        (0..frames).map(|n| (0.5 * (TAU * frequency * n as f64 / f64::from(rate)).sin()) as f32).collect()
    }

    fn resample(resampler: &mut Resampler, input: &[f32], block: usize) -> Vec<f32> {
        let mut output = Vec::new();
        for samples in input.chunks(block) {
            resampler.push(samples, &mut output);
        }
        resampler.finish(&mut output);
        output
    }

    fn error_db(got: &[f32], wanted: &[f32]) -> f64 {
        let power = |samples: &mut dyn Iterator<Item = f64>| samples.map(|sample| sample * sample).sum::<f64>();
        let error = power(&mut got.iter().zip(wanted).map(|(got, wanted)| f64::from(got - wanted)));
        10.0 * (error / power(&mut wanted.iter().map(|sample| f64::from(*sample)))).log10()
    }

    #[test]
    fn a_tone_keeps_level_frequency_and_place() {
        for (from, to) in [(44_100, 48_000), (8000, 48_000), (16_000, 48_000), (96_000, 48_000), (48_000, 48_000)] {
            let frames = from as usize / 4;
            let output = resample(&mut Resampler::new(1, from, to), &sine(997.0, from, frames), 441);
            let expected = (frames as f64 * f64::from(to) / f64::from(from)).round() as usize;
            assert!(output.len().abs_diff(expected) <= 1, "{from}: {} for {expected}", output.len());
            let middle = 2000..output.len() - 2000;
            let error = error_db(&output[middle.clone()], &sine(997.0, to, output.len())[middle]);
            assert!(error < -75.0, "{from} to {to}: {error} dB");
        }
    }

    #[test]
    fn what_the_lower_rate_cannot_hold_is_gone() {
        let output = resample(&mut Resampler::new(1, 96_000, 48_000), &sine(30_000.0, 96_000, 24_000), 960);
        let loudest = output[500..output.len() - 500].iter().fold(0.0_f32, |most, sample| most.max(sample.abs()));
        assert!(loudest < 5e-5, "{loudest}"); // −80 dB of 0.5
    }

    #[test]
    fn blocks_leave_no_trace_and_channels_stay_apart() {
        let left = sine(440.0, 44_100, 4410);
        let input: Vec<f32> = left.iter().flat_map(|sample| [*sample, -0.5 * sample]).collect();
        let whole = resample(&mut Resampler::new(2, 44_100, 48_000), &input, input.len());
        let parts = resample(&mut Resampler::new(2, 44_100, 48_000), &input, 2 * 7);
        let far = whole.iter().zip(&parts).filter(|(whole, part)| (*whole - *part).abs() > 1e-5).count();
        assert_eq!((whole.len(), far), (parts.len(), 0));
        assert!(whole.chunks(2).all(|frame| (frame[1] + 0.5 * frame[0]).abs() < 1e-6));
    }

    #[test]
    fn stretching_makes_the_output_longer() {
        let mut resampler = Resampler::new(1, 48_000, 48_000);
        resampler.stretch(0.001);
        assert_eq!(resample(&mut resampler, &[0.0; 48_000], 480).len(), 48_048);
    }

    #[test]
    fn pending_and_output_add_up_to_the_input() {
        let mut resampler = Resampler::new(1, 44_100, 48_000);
        let mut output = Vec::new();
        for _ in 0..100 {
            resampler.push(&[0.1; 441], &mut output);
        }
        assert!((output.len() as f64 + resampler.pending() - 48_000.0).abs() < 1e-6);
    }
}
