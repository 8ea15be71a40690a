//! Noises whose every sample is computed from its number alone, so that they are the same each time and over any gap.

use std::f64::consts::TAU;

/// Octaves of the pink noise: at 48 kHz down to 0.7 Hz.
const PINK_OCTAVES: u32 = 16;
/// Octaves of the noise of which speech is made, from about 6 kHz down.
const SPEECH_OCTAVES: u32 = 6;
/// Syllables in a second.
const SYLLABLES: f64 = 4.0;
/// Of so many syllables one is a pause.
const PAUSE: u64 = 5;
/// The room in pauses, against the syllables: −50 dB.
const ROOM: f64 = 0.003_162;

/// A number from −1 to 1, all alike often, of each sample of each of many rows: `SplitMix64`.
fn random(seed: u64, row: u64, number: u64) -> f64 {
    let mut bits = seed.wrapping_add(row.wrapping_mul(0xd1b5_4a32_d192_ed03));
    bits = bits.wrapping_add(number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^= bits >> 31;
    (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// White noise of an RMS of 1: evenly spread.
pub(super) fn white(seed: u64, channel: u64, number: u64) -> f64 {
    3_f64.sqrt() * random(seed, channel << 8, number)
}

/// Pink noise of an RMS of 1, by the rule of Voss: the sum of noises each of which holds its value for twice as long as the
/// one before.
pub(super) fn pink(seed: u64, channel: u64, number: u64) -> f64 {
    let rows = (0..PINK_OCTAVES).map(|row| random(seed, (channel << 8) + 1 + u64::from(row), number >> row));
    rows.sum::<f64>() * (3.0 / f64::from(PINK_OCTAVES)).sqrt()
}

/// Noise with the spectrum and the rhythm of speech, of an RMS of 1 over a long time.
pub(super) fn speech(seed: u64, rate: f64, seconds: f64, number: u64) -> f64 {
    let syllable = (seconds * SYLLABLES).floor();
    let is_pause = random(seed, 200, syllable as u64) < 2.0 / PAUSE as f64 - 1.0;
    let swell = (TAU / 2.0 * (seconds * SYLLABLES - syllable)).sin().powi(2);
    let loudness = if is_pause { ROOM } else { swell.max(ROOM) };
    // A squared sine has a mean square of 3/8.
    let spoken = (3.0 / 8.0 * (1.0 - 1.0 / PAUSE as f64)).sqrt();
    voice(seed, rate, number) * loudness / spoken
}

/// Noise that falls by 6 dB an octave, from about 200 Hz on, of an RMS of 1.
fn voice(seed: u64, rate: f64, number: u64) -> f64 {
    let first = (rate / 24_000.0).log2().round().max(0.0) as u32;
    let weight = |row: u32| 2_f64.powi(row as i32);
    let rows = (0..SPEECH_OCTAVES).map(|row| weight(row) * random(seed, 100 + u64::from(row), number >> (row + first)));
    let power: f64 = (0..SPEECH_OCTAVES).map(|row| weight(row).powi(2) / 3.0).sum();
    rows.sum::<f64>() / power.sqrt()
}
