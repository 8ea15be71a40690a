//! What a virtual microphone hears and what it makes of it, computed sample by sample from their numbers.

mod band;
mod clock;
mod description;
mod noise;
#[cfg(test)]
mod tests;
mod wav;

pub(super) use clock::SampleClock;
pub(super) use description::{Defects, Level, SoundDescription};
pub(super) use wav::Wav;

use std::f64::consts::TAU;
use std::sync::Arc;
use std::time::Duration;

use crate::model::Timestamp;

use super::tone::Tone;
use super::values::ToneDescription;

use band::Band;

/// What a beep takes to rise and to fall, so that it does not click.
const EDGE: f64 = 0.001;

/// What a microphone hears.
#[derive(Clone, Debug)]
pub(super) enum Heard {
    /// A sine for each channel.
    Tones(Vec<ToneDescription>),
    Source(SoundDescription),
    File(Arc<Wav>),
}

/// What is heard during one opening.
struct Signal {
    heard: Heard,
    tones: Vec<Tone>,
    clock: SampleClock,
    started: Timestamp,
}

impl Signal {
    /// A sample before what is wrong with the microphone.
    fn sample(&self, channel: usize, number: u64) -> f64 {
        match &self.heard {
            Heard::Tones(_) => {
                let tone = self.tones.get(channel % self.tones.len().max(1));
                tone.map_or(0.0, |tone| tone.sample(number))
            }
            Heard::Source(source) => self.of_source(source, channel as u64, number),
            Heard::File(wav) => wav.sample(channel, number),
        }
    }

    fn of_source(&self, source: &SoundDescription, channel: u64, number: u64) -> f64 {
        match *source {
            SoundDescription::Sweep { from_hertz, to_hertz, ref time, peak_dbfs } => {
                let whole = self.clock.samples_in(time.0).max(1);
                let seconds = self.clock.seconds(number % whole);
                peak_dbfs.linear() * sweep(from_hertz.0, to_hertz.0, time.0.as_secs_f64(), seconds)
            }
            SoundDescription::WhiteNoise { rms_dbfs, seed } => rms_dbfs.linear() * noise::white(seed, channel, number),
            SoundDescription::PinkNoise { rms_dbfs, seed } => rms_dbfs.linear() * noise::pink(seed, channel, number),
            SoundDescription::Speech { rms_dbfs, seed } => {
                let rate = self.clock.microhertz() as f64 / 1e6;
                rms_dbfs.linear() * noise::speech(seed, rate, self.clock.seconds(number), number)
            }
            SoundDescription::Beep { hertz, peak_dbfs, ref every, ref time } => {
                let at = self.started + self.clock.offset(number);
                peak_dbfs.linear() * beep(hertz.0, at, every.0, time.0)
            }
            SoundDescription::Silence | SoundDescription::File(_) => 0.0,
        }
    }
}

/// A sine that rises evenly in octaves within a time, after so many seconds (Farina's exponential sweep).
fn sweep(from: f64, to: f64, time: f64, seconds: f64) -> f64 {
    let octaves = (to / from).ln();
    (TAU * from * time / octaves * ((seconds / time * octaves).exp() - 1.0)).sin()
}

fn beep(hertz: f64, at: Timestamp, every: Duration, time: Duration) -> f64 {
    let since = u128::from(at.as_nanos()) % every.as_nanos();
    if since >= time.as_nanos() {
        return 0.0;
    }
    let (seconds, left) = (since as f64 / 1e9, (time.as_nanos() - since) as f64 / 1e9);
    let edge = (seconds.min(left) / EDGE).min(1.0);
    (TAU / 4.0 * edge).sin().powi(2) * (TAU * hertz * seconds).sin()
}

/// What one opening delivers, but for its faults and its coding.
pub(super) struct Sound {
    signal: Signal,
    defects: Defects,
    hum: Option<Tone>,
    /// One for each channel, where its bandwidth is limited.
    bands: Vec<Band>,
}

impl Sound {
    pub(super) fn new(heard: Heard, defects: Defects, clock: SampleClock, started: Timestamp, channels: usize) -> Self {
        let rate = clock.microhertz() as f64 / 1e6;
        let tones = match &heard {
            Heard::Tones(tones) => tones.iter().map(|tone| Tone::new(*tone, clock.microhertz())).collect(),
            _ => Vec::new(),
        };
        let bands = defects.bandwidth_hertz.filter(|bandwidth| bandwidth.0 < rate / 2.0);
        let bands = bands.map(|bandwidth| (0..channels).map(|_| Band::new(bandwidth.0, rate)).collect());
        Self {
            signal: Signal { heard, tones, clock, started },
            hum: defects.hum.map(|hum| Tone::new(hum, clock.microhertz())),
            bands: bands.unwrap_or_default(),
            defects,
        }
    }

    /// A sample with what is wrong with the microphone; 1 is full scale.
    pub(super) fn sample(&mut self, channel: usize, number: u64) -> f64 {
        let from = if self.defects.copied.contains(&channel) { 0 } else { channel };
        let signal = &self.signal;
        let clean = match self.bands.get_mut(channel) {
            Some(band) => band.sample(number, |number| signal.sample(from, number)),
            None => signal.sample(from, number),
        };
        let gain = self.defects.gains_db.get(channel).map_or(1.0, |gain| gain.linear());
        let sign = if self.defects.inverted.contains(&channel) { -1.0 } else { 1.0 };
        let hum = self.hum.as_ref().map_or(0.0, |hum| hum.sample(number));
        sign * (clean * gain + hum) + self.defects.dc_offset.0
    }

    /// Significant bits, where some of the format's are stuck.
    pub(super) fn bits(&self) -> Option<u32> {
        self.defects.bits.map(|bits| bits.0)
    }
}
