//! What a camera and a microphone would deliver: moving pictures with jittered stamps, a tone, and once each second a
//! flash with a beep.

use std::f64::consts::TAU;
use std::time::Duration;

use capture_lab::media::{AudioBlock, VideoFrame};
use capture_lab::model::{Colour, PixelFormat, Timestamp};

/// The clip's time 0.
pub const ORIGIN: Timestamp = Timestamp::from_nanos(100_000_000_000);
pub const WIDTH: u32 = 320;
pub const HEIGHT: u32 = 180;
pub const RATE: u32 = 48_000;
/// Peak of the tone on the left channel: −18 dBFS.
pub const TONE_PEAK: f64 = 0.125_892_541;
pub const TONE_HZ: f64 = 997.0;
const BEEP_HZ: f64 = 2000.0;
const BEEP_PEAK: f64 = 0.5;
const BEEP_SECONDS: f64 = 0.05;
const FLASH_SECONDS: f64 = 0.1;

/// Times of the frames of some seconds at about 30 per second, in nanoseconds from the origin: jitter of ±6 ms, each
/// 37th frame missing, one frame exactly at each whole second.
pub fn frame_times(seconds: u64) -> Vec<u64> {
    let mut state = 12_345_u64;
    let mut jitter = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) % 12_000_001
    };
    let nominal = |n: u64| 20_000_000 + n * 1_000_000_000 / 30;
    (0..seconds * 30 - 1)
        .filter(|n| n % 37 != 36)
        .map(|n| {
            let second = (nominal(n) + 16_666_667) / 1_000_000_000 * 1_000_000_000;
            let is_nearest = nominal(n).abs_diff(second) <= 1_000_000_000 / 60 && second > 0;
            if is_nearest { second } else { nominal(n) + jitter() - 6_000_000 }
        })
        .collect()
}

/// Whether the flash is on.
pub fn flashes(nanos: u64) -> bool {
    let seconds = nanos as f64 * 1e-9;
    seconds >= 1.0 && seconds.fract() < FLASH_SECONDS
}

/// A frame of NV12: a gradient that moves, white during a flash.
pub fn frame(nanos: u64, sequence: u64, (width, height): (u32, u32)) -> VideoFrame {
    let captured_at = ORIGIN + Duration::from_nanos(nanos);
    let luma = (width * height) as usize;
    let mut data = vec![128; luma * 3 / 2];
    for (y, line) in data[..luma].chunks_exact_mut(width as usize).enumerate() {
        for (x, pixel) in line.iter_mut().enumerate() {
            let moving = (x as u64 * 2 + y as u64 + sequence * 5) % 120;
            *pixel = if flashes(nanos) { 235 } else { 20 + moving as u8 };
        }
    }
    VideoFrame {
        sequence,
        captured_at,
        arrived_at: captured_at,
        width,
        height,
        stride: width,
        pixel_format: PixelFormat::NV12,
        colour: Colour::LIMITED,
        data: data.into(),
        corrupt: false,
    }
}

/// The beep that sounds from each whole second on.
pub fn beep(seconds: f64) -> f64 {
    let since = seconds.fract();
    if seconds >= 1.0 && since < BEEP_SECONDS { BEEP_PEAK * (TAU * BEEP_HZ * since).sin() } else { 0.0 }
}

pub fn tone(seconds: f64) -> f64 {
    TONE_PEAK * (TAU * TONE_HZ * seconds).sin()
}

/// Sound from `start` on, in sample frames from the origin: the tone on the left, the beeps on the right.
pub fn block(start: u64, frames: u64, rate: u32) -> AudioBlock {
    let captured_at = ORIGIN + Duration::from_nanos(start * 1_000_000_000 / u64::from(rate));
    let at = |n: u64| n as f64 / f64::from(rate);
    let samples = (start..start + frames).flat_map(|n| [tone(at(n)) as f32, beep(at(n)) as f32]).collect();
    AudioBlock { captured_at, arrived_at: captured_at, sample_rate: rate, channels: 2, samples, lost_before: 0 }
}
