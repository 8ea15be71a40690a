//! What a virtual microphone hears, and what is wrong with it, in RON.

use std::path::PathBuf;

use serde::Deserialize;

use super::super::fault::Period;
use super::super::values::{SampleRate, ToneDescription};

/// What a microphone hears, where it is not a sine for each channel.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in super::super) enum SoundDescription {
    /// Exact zeros.
    Silence,
    /// A sine whose frequency rises evenly in octaves, again and again; the same on all channels.
    Sweep { from_hertz: Hertz, to_hertz: Hertz, time: Period, peak_dbfs: Level },
    /// Noise with the same power in each hertz; each channel has its own.
    WhiteNoise {
        rms_dbfs: Level,
        #[serde(default)]
        seed: u64,
    },
    /// Noise with the same power in each octave; each channel has its own.
    PinkNoise {
        rms_dbfs: Level,
        #[serde(default)]
        seed: u64,
    },
    /// Noise with the spectrum of speech, in syllables and pauses; the same on all channels.
    Speech {
        rms_dbfs: Level,
        #[serde(default)]
        seed: u64,
    },
    /// A short sine at each whole multiple of a time of the lab's clock, the same on all channels: microphones that are opened
    /// at different times beep at once.
    Beep { hertz: Hertz, peak_dbfs: Level, every: Period, time: Period },
    /// A WAV file, relative to the description. It is played over and over.
    File(PathBuf),
}

impl SoundDescription {
    /// What no field tells alone.
    pub(in super::super) fn check(&self) -> Result<(), String> {
        match self {
            Self::Sweep { from_hertz, to_hertz, .. } if from_hertz.0 <= 0.0 || to_hertz.0 <= from_hertz.0 => {
                Err("a sweep goes from above 0 Hz to a higher frequency".to_owned())
            }
            Self::Beep { every, time, .. } if time.0 >= every.0 => {
                Err("a beep lasts shorter than the time from one to the next".to_owned())
            }
            _ => Ok(()),
        }
    }
}

/// What is wrong with a microphone all the time. Channels are counted from 0.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(in super::super) struct Defects {
    /// At what rate it delivers, whatever it declares.
    pub(in super::super) true_rate: Option<SampleRate>,
    /// By how much its rate is too high, in millionths.
    pub(in super::super) drift_ppm: Drift,
    /// Bits of a sample that are not stuck at zero, whatever its format has.
    pub(in super::super) bits: Option<Bits>,
    /// Nothing above this frequency, as of a headset that samples more slowly.
    pub(in super::super) bandwidth_hertz: Option<Hertz>,
    /// Channels that are copies of the first.
    pub(in super::super) copied: Vec<usize>,
    /// Channels of the wrong polarity.
    pub(in super::super) inverted: Vec<usize>,
    /// By how much channels are too loud, in decibels, from the first on.
    pub(in super::super) gains_db: Vec<Gain>,
    /// Added to each sample; 1 is full scale.
    pub(in super::super) dc_offset: Offset,
    /// A hum of the mains, added to all channels.
    pub(in super::super) hum: Option<ToneDescription>,
}

/// A number that is checked where it stands.
macro_rules! number {
    ($(#[$doc:meta])* $name:ident: $type:ty, $range:expr, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Deserialize)]
        #[serde(try_from = "f64")]
        pub(in super::super) struct $name(pub(in super::super) $type);

        impl TryFrom<f64> for $name {
            type Error = String;

            fn try_from(number: f64) -> Result<Self, String> {
                if $range.contains(&number) {
                    Ok(Self(number as $type))
                } else {
                    Err(format!(concat!("{} is no ", $what), number))
                }
            }
        }
    };
}

number!(
    /// Hertz.
    Hertz: f64, (0.0..=384_000.0), "frequency from 0 to 384000 Hz"
);
number!(
    /// Decibels relative to full scale, of a peak or of a root mean square as the field's name says.
    Level: f64, (f64::NEG_INFINITY..=0.0), "level of at most 0 dBFS"
);
number!(
    /// Millionths.
    Drift: f64, (-100_000.0..=100_000.0), "drift from -100000 to 100000 ppm"
);
number!(
    /// Significant bits.
    Bits: u32, (2.0..=32.0), "number of bits from 2 to 32"
);
number!(
    /// Decibels.
    Gain: f64, (f64::NEG_INFINITY..=60.0), "gain of at most 60 dB"
);
number!(
    /// A share of full scale.
    Offset: f64, (-1.0..=1.0), "offset from -1 to 1"
);

impl Level {
    /// 1 is full scale.
    pub(in super::super) fn linear(self) -> f64 {
        10_f64.powf(self.0 / 20.0)
    }
}

impl Gain {
    /// The factor.
    pub(in super::super) fn linear(self) -> f64 {
        10_f64.powf(self.0 / 20.0)
    }
}
