//! Level and frequency of each source, and each defect, by direct computation.

use std::f64::consts::TAU;
use std::sync::Arc;

use super::*;

const RATE: f64 = 48_000.0;

fn described(ron: &str) -> SoundDescription {
    ron::from_str(ron).unwrap()
}

fn defects(ron: &str) -> Defects {
    let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(ron).unwrap()
}

fn sound(heard: Heard, wrong: &str) -> Sound {
    let defects = defects(wrong);
    let rate = defects.true_rate.map_or(48_000, |rate| rate.0);
    let clock = SampleClock::new(rate, defects.drift_ppm.0);
    Sound::new(heard, defects, clock, Timestamp::from_nanos(250_000_000), 2)
}

fn source(ron: &str) -> Sound {
    sound(Heard::Source(described(ron)), "()")
}

fn tones(wrong: &str) -> Sound {
    let tone = |hertz| ToneDescription { hertz, peak_dbfs: -20.0 };
    sound(Heard::Tones(vec![tone(1000.0), tone(500.0)]), wrong)
}

fn samples(sound: &mut Sound, channel: usize, range: std::ops::Range<u64>) -> Vec<f64> {
    range.map(|number| sound.sample(channel, number)).collect()
}

fn rms_dbfs(samples: &[f64]) -> f64 {
    10.0 * (samples.iter().map(|sample| sample * sample).sum::<f64>() / samples.len() as f64).log10()
}

/// The peak of the sine of this frequency in samples of whole periods, by the discrete Fourier transform.
fn peak_of(samples: &[f64], hertz: f64, rate: f64) -> f64 {
    let part = |shape: fn(f64) -> f64| {
        let parts =
            samples.iter().enumerate().map(|(number, sample)| sample * shape(TAU * hertz * number as f64 / rate));
        parts.sum::<f64>()
    };
    part(f64::cos).hypot(part(f64::sin)) * 2.0 / samples.len() as f64
}

/// Power between two frequencies, from the sum of lines 25 Hz apart.
fn power(samples: &[f64], from: f64, to: f64) -> f64 {
    let blocks: Vec<_> = samples.chunks_exact(1920).collect();
    let line = |hertz: f64| blocks.iter().map(|block| peak_of(block, hertz, RATE).powi(2)).sum::<f64>();
    let lines = (0..).map(|line| from + f64::from(line) * 25.0).take_while(|hertz| *hertz < to);
    lines.map(line).sum::<f64>() / blocks.len() as f64
}

fn close(value: f64, wanted: f64, tolerance: f64) {
    assert!((value - wanted).abs() <= tolerance, "{value} is not {wanted} ± {tolerance}");
}

#[test]
fn white_noise_has_its_level_and_is_flat() {
    let mut sound = source("WhiteNoise(rms_dbfs: -20, seed: 1)");
    let left = samples(&mut sound, 0, 0..96_000);
    close(rms_dbfs(&left), -20.0, 0.1);
    let decibels = 10.0 * (power(&left, 10_000.0, 10_500.0) / power(&left, 500.0, 1000.0)).log10();
    close(decibels, 0.0, 1.0);
    let right = samples(&mut sound, 1, 0..96_000);
    let product: f64 = left.iter().zip(&right).map(|(left, right)| left * right).sum::<f64>() / 96_000.0;
    close(product / 0.01, 0.0, 0.02);
    assert_ne!(left, samples(&mut source("WhiteNoise(rms_dbfs: -20, seed: 2)"), 0, 0..96_000));
    assert_eq!(left, samples(&mut source("WhiteNoise(rms_dbfs: -20, seed: 1)"), 0, 0..96_000));
}

#[test]
fn pink_noise_has_its_level_and_as_much_in_each_octave() {
    let mut sound = source("PinkNoise(rms_dbfs: -23)");
    let heard = samples(&mut sound, 0, 0..384_000);
    close(rms_dbfs(&heard), -23.0, 0.7);
    let octaves = [400.0, 800.0, 1600.0, 3200.0].map(|from| 10.0 * power(&heard, from, from * 2.0).log10());
    let mean = octaves.iter().sum::<f64>() / 4.0;
    for octave in octaves {
        close(octave, mean, 1.0);
    }
}

#[test]
fn speech_has_its_level_pauses_and_a_falling_spectrum() {
    let mut sound = source("Speech(rms_dbfs: -26)");
    let heard = samples(&mut sound, 0, 0..48_000 * 40);
    close(rms_dbfs(&heard), -26.0, 1.0);
    let syllables: Vec<f64> = heard.chunks_exact(12_000).map(rms_dbfs).collect();
    let pauses = syllables.iter().filter(|level| **level < -60.0).count();
    assert!((16..=48).contains(&pauses), "{pauses} of 160");
    assert!(heard.iter().any(|sample| *sample != 0.0) && syllables.iter().all(|level| *level > -90.0), "no mute");
    assert!(power(&heard[..96_000], 200.0, 400.0) > 10.0 * power(&heard[..96_000], 4000.0, 4200.0));
    assert_eq!(heard, samples(&mut sound, 1, 0..48_000 * 40));
}

#[test]
fn a_sweep_passes_each_frequency_at_its_time_and_comes_again() {
    let mut sound = source("Sweep(from_hertz: 20, to_hertz: 20480, time: 10, peak_dbfs: -12)");
    // An octave a second: 640 Hz after 5 s. Over 25 ms around it, of 16 periods.
    let around = samples(&mut sound, 0, 239_400..240_600);
    let peak = |hertz| peak_of(&around, hertz, RATE);
    assert!(peak(640.0) > 0.95 * 0.2512 && peak(560.0) < 0.1 && peak(720.0) < 0.1, "{}", peak(640.0));
    let crossings = around.windows(2).filter(|pair| pair[0] < 0.0 && pair[1] >= 0.0).count();
    assert!((15..=17).contains(&crossings), "{crossings}");
    assert_eq!(samples(&mut sound, 0, 0..1000), samples(&mut sound, 1, 480_000..481_000));
    close(samples(&mut sound, 0, 0..480_000).into_iter().fold(0.0, f64::max), 0.2512, 0.0002);
}

#[test]
fn a_beep_comes_at_whole_multiples_of_the_clock() {
    let mut sound = source("Beep(hertz: 1000, peak_dbfs: -6, every: 1, time: 0.1)");
    // The stream begins at 0.25 s.
    let heard = samples(&mut sound, 0, 0..48_000);
    let loud: Vec<usize> = (0..48_000).filter(|at| heard[*at] != 0.0).collect();
    assert!((36_000..36_010).contains(&loud[0]) && (40_780..40_800).contains(loud.last().unwrap()), "{}", loud[0]);
    close(peak_of(&heard[36_480..40_320], 1000.0, RATE), 0.5012, 0.001);
}

#[test]
fn silence_is_exact() {
    assert!(samples(&mut source("Silence"), 0, 0..1000).iter().all(|sample| *sample == 0.0));
}

#[test]
fn channels_are_copied_inverted_and_unequal() {
    let mut sound = tones("(copied: [1], inverted: [1], gains_db: [0, -6])");
    let (left, right) = (samples(&mut sound, 0, 0..4800), samples(&mut sound, 1, 0..4800));
    close(peak_of(&left, 1000.0, RATE), 0.1, 1e-9);
    for (left, right) in left.iter().zip(&right) {
        close(*right, -left * 0.501_187_233_627_272, 1e-12);
    }
}

#[test]
fn offset_and_hum_are_added() {
    let mut sound = tones("(dc_offset: 0.02, hum: (hertz: 50, peak_dbfs: -40))");
    let heard = samples(&mut sound, 0, 0..48_000);
    close(heard.iter().sum::<f64>() / 48_000.0, 0.02, 1e-9);
    close(peak_of(&heard, 50.0, RATE), 0.01, 1e-9);
    close(peak_of(&heard, 1000.0, RATE), 0.1, 1e-9);
}

#[test]
fn a_wrong_rate_and_a_drift_shift_the_frequency() {
    // 44100 samples are a second of what it hears.
    let heard = samples(&mut tones("(true_rate: 44100)"), 0, 0..44_100);
    close(peak_of(&heard, 1000.0, 44_100.0), 0.1, 1e-9);
    // 100 ppm too fast: after 100 s of samples the phase is 10 periods behind.
    let mut drifting = tones("(drift_ppm: 100)");
    let steady = samples(&mut tones("()"), 0, 4_800_000..4_800_048);
    for (number, sample) in steady.into_iter().enumerate() {
        close(drifting.sample(0, 4_800_480 + number as u64), sample, 1e-3);
    }
}

#[test]
fn a_limited_band_ends_where_it_says_and_is_even_below() {
    for (hertz, lowest, highest) in
        [(100.0, -0.01, 0.01), (6850.0, -0.1, 0.1), (8000.0, -200.0, -70.0), (15_000.0, -200.0, -70.0)]
    {
        let tone = ToneDescription { hertz, peak_dbfs: 0.0 };
        let heard = samples(&mut sound(Heard::Tones(vec![tone]), "(bandwidth_hertz: 8000)"), 0, 960..10_560);
        let level = 20.0 * peak_of(&heard, hertz, RATE).log10();
        assert!((lowest..=highest).contains(&level), "{hertz} Hz: {level} dB");
    }
    // Without delay, and the same after a gap.
    let mut band = tones("(bandwidth_hertz: 4000)");
    let (clean, limited) = (samples(&mut tones("()"), 0, 0..2000), samples(&mut band, 0, 0..2000));
    for at in 200..2000 {
        close(limited[at], clean[at], 1e-4);
    }
    close(tones("(bandwidth_hertz: 4000)").sample(0, 1000), limited[1000], 1e-12);
}

/// A WAV file of this coding.
fn wav(tag: u16, bits: u16, channels: u16, data: &[u8]) -> Vec<u8> {
    let mut bytes = b"RIFF\0\0\0\0WAVELIST\x03\0\0\0abc\0fmt \x10\0\0\0".to_vec();
    let frame = channels * bits / 8;
    for field in [tag, channels] {
        bytes.extend(field.to_le_bytes());
    }
    bytes.extend(44_100_u32.to_le_bytes());
    bytes.extend((44_100 * u32::from(frame)).to_le_bytes());
    bytes.extend(frame.to_le_bytes());
    bytes.extend(bits.to_le_bytes());
    bytes.extend(b"data");
    bytes.extend((data.len() as u32).to_le_bytes());
    bytes.extend(data);
    bytes
}

#[test]
fn wav_files_of_each_coding_are_read() {
    let float = [(-0.5_f32).to_le_bytes(), 0.25_f32.to_le_bytes()].concat();
    let double = [(-0.5_f64).to_le_bytes(), 0.25_f64.to_le_bytes()].concat();
    let codings: [(u16, u16, &[u8]); 6] = [
        (1, 8, &[64, 160]),
        (1, 16, &[0, 0xc0, 0, 0x20]),
        (1, 24, &[0, 0, 0xc0, 0, 0, 0x20]),
        (1, 32, &[0, 0, 0, 0xc0, 0, 0, 0, 0x20]),
        (3, 32, &float),
        (3, 64, &double),
    ];
    for (tag, bits, data) in codings {
        let wav = Wav::parse(&wav(tag, bits, 2, data)).unwrap();
        assert_eq!((wav.sample_rate, wav.channels), (44_100, 2));
        let mut sound = sound(Heard::File(Arc::new(wav)), "()");
        // Over and over.
        assert_eq!(samples(&mut sound, 0, 0..2), [-0.5, -0.5], "{tag} {bits}");
        assert_eq!(samples(&mut sound, 1, 0..2), [0.25, 0.25], "{tag} {bits}");
    }
}

#[test]
fn what_is_no_wav_file_is_refused_in_words() {
    let whole = wav(1, 16, 1, &[1, 2, 3, 4]);
    for cut in 0..whole.len() {
        // A file that is cut off in its sound has a shorter sound.
        assert_eq!(Wav::parse(&whole[..cut]).is_ok(), cut >= whole.len() - 2, "{cut}");
    }
    let error = Wav::parse(&wav(85, 16, 1, &[0; 4])).unwrap_err();
    assert!(error.contains("tag 85"), "{error}");
    assert!(Wav::parse(b"ID3").unwrap_err().contains("no WAV file"));
}

#[test]
fn what_cannot_be_is_refused() {
    assert!(ron::from_str::<SoundDescription>("PinkNoise(rms_dbfs: 3)").is_err());
    assert!(described("Sweep(from_hertz: 0, to_hertz: 100, time: 1, peak_dbfs: -6)").check().is_err());
    assert!(described("Beep(hertz: 1000, peak_dbfs: -6, every: 1, time: 1)").check().is_err());
    assert!(described("Beep(hertz: 1000, peak_dbfs: -6, every: 1, time: 0.5)").check().is_ok());
    assert!(ron::from_str::<Defects>("(bits: Some(1))").is_err());
}
