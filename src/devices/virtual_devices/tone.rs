//! The test microphone's tone.

use std::f64::consts::TAU;

use crate::model::SampleFormat;

use super::values::ToneDescription;

/// A sine whose every sample is computed from its number alone: exact after any time and over any gap.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tone {
    /// Periods in a million seconds.
    microhertz: u128,
    /// Samples in a million seconds.
    microrate: u128,
    /// 1 is full scale.
    peak: f64,
}

impl Tone {
    /// `microrate`: samples in a million seconds.
    pub(super) fn new(tone: ToneDescription, microrate: u128) -> Self {
        Self {
            microhertz: (tone.hertz * 1e6).round() as u128,
            microrate: microrate.max(1),
            peak: 10_f64.powf(tone.peak_dbfs / 20.0),
        }
    }

    /// The sample with this number, from −1 to 1.
    pub(super) fn sample(&self, number: u64) -> f64 {
        // The whole periods are taken off in whole numbers, so that the phase never loses digits.
        let phase = u128::from(number) * self.microhertz % self.microrate;
        self.peak * (TAU * (phase as f64 / self.microrate as f64)).sin()
    }
}

/// What the device's coding leaves of a sample: cut off at full scale, rounded to its steps, without dither.
///
/// `bits` are those that are not stuck at zero, where that are fewer than the format has.
pub(super) fn coded(sample: f64, format: SampleFormat, bits: Option<u32>) -> f32 {
    let sample = sample.clamp(-1.0, 1.0);
    if format == SampleFormat::F32 && bits.is_none() {
        return sample as f32;
    }
    let bits = format.bits().min(bits.unwrap_or(u32::MAX));
    let steps = f64::from(2.0_f32.powi(bits as i32 - 1));
    ((sample * steps).round().min(steps - 1.0) / steps) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tone(peak_dbfs: f64) -> Tone {
        Tone::new(ToneDescription { hertz: 997.0, peak_dbfs }, 48_000_000_000)
    }

    #[test]
    fn one_second_has_the_exact_level_and_frequency() {
        let samples: Vec<f64> = (0..48_000).map(|number| tone(-18.0).sample(number)).collect();
        let peak = samples.iter().fold(0.0_f64, |peak, sample| peak.max(sample.abs()));
        let rms = (samples.iter().map(|sample| sample * sample).sum::<f64>() / 48_000.0).sqrt();
        assert!((20.0 * peak.log10() + 18.0).abs() < 1e-6, "{peak}");
        assert!((20.0 * rms.log10() + 18.0 + 3.0103).abs() < 1e-4, "{rms}");
        assert_eq!(samples.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count(), 996);
    }

    #[test]
    fn a_year_later_it_is_the_same() {
        let year = 48_000 * 31_536_000;
        assert!(
            (0..500).all(|number| tone(-18.0).sample(number).to_bits() == tone(-18.0).sample(number + year).to_bits())
        );
    }

    #[test]
    fn coding_rounds_and_cuts() {
        assert_eq!(coded(1.5, SampleFormat::F32, None).to_bits(), 1.0_f32.to_bits());
        assert_eq!(coded(1.0, SampleFormat::S16, None).to_bits(), (32767.0_f32 / 32768.0).to_bits());
        assert_eq!(coded(0.4 / 32768.0, SampleFormat::S16, None).to_bits(), 0.0_f32.to_bits());
        assert_eq!(coded(0.4 / 32768.0, SampleFormat::S24, Some(16)).to_bits(), 0.0_f32.to_bits());
        assert_eq!(coded(0.6 / 32768.0, SampleFormat::S24, Some(16)).to_bits(), (1.0_f32 / 32768.0).to_bits());
    }
}
