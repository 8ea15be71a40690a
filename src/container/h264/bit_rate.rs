//! How many bits a clip's pictures get.

use crate::model::FrameRate;

/// Pixels per second of 1280×720 at 30 per second.
const REFERENCE_PIXELS: f64 = 1280.0 * 720.0 * 30.0;
/// What they get, in bits per second.
const REFERENCE_BITS: f64 = 4e6;
/// Large pictures have more that repeats, so that bits grow more slowly than pixels.
const EXPONENT: f64 = 0.75;

/// Bits per second for pictures of this size and rate, in steps of 100 kbit/s:
///
/// | picture | Mbit/s |
/// |---|---|
/// | 320×180 at 30 | 0.5 |
/// | 640×480 at 30 | 1.8 |
/// | 1280×720 at 30 | 4 |
/// | 1920×1080 at 30 | 7.3 |
/// | 1920×1080 at 60 | 12.4 |
/// | 3840×2160 at 30 | 20.8 |
///
/// At least 0.5, at most 40 Mbit/s.
pub fn default_bit_rate(width: u32, height: u32, frame_rate: FrameRate) -> u32 {
    let pixels = f64::from(width) * f64::from(height) * frame_rate.as_f64();
    let bits = REFERENCE_BITS * (pixels / REFERENCE_PIXELS).powf(EXPONENT);
    ((bits.clamp(5e5, 4e7) / 1e5).round() * 1e5) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn follows_its_table() {
        let table = [
            (320, 180, 30, 500_000),
            (640, 480, 30, 1_800_000),
            (1280, 720, 30, 4_000_000),
            (1920, 1080, 30, 7_300_000),
            (1920, 1080, 60, 12_400_000),
            (3840, 2160, 30, 20_800_000),
            (3840, 2160, 240, 40_000_000),
        ];
        for (width, height, rate, bits) in table {
            assert_eq!(default_bit_rate(width, height, FrameRate::new(rate, 1)), bits, "{width}×{height} at {rate}");
        }
    }
}
