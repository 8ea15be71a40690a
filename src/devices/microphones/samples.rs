//! How cpal codes samples, and how they become floats.

use cpal::SampleFormat as CpalFormat;

/// Turns the bytes of one sample into a float of full scale from −1 to 1.
pub type Decode = fn(&[u8]) -> f32;

/// Bytes per sample and what turns them into a float; `None` for a coding that the lab never asks for.
pub fn decoder(format: CpalFormat) -> Option<(usize, Decode)> {
    Some(match format {
        CpalFormat::U8 => (1, u8_sample),
        CpalFormat::I16 => (2, i16_sample),
        CpalFormat::I24 => (4, i24_sample),
        CpalFormat::I32 => (4, i32_sample),
        CpalFormat::F32 => (4, f32_sample),
        _ => return None,
    })
}

fn u8_sample(bytes: &[u8]) -> f32 {
    (f32::from(bytes.first().copied().unwrap_or(128)) - 128.0) / 128.0
}

fn i16_sample(bytes: &[u8]) -> f32 {
    bytes.try_into().map_or(0.0, |bytes| f32::from(i16::from_ne_bytes(bytes)) / 32_768.0)
}

/// The top byte is whatever the driver left there.
fn i24_sample(bytes: &[u8]) -> f32 {
    bytes.try_into().map_or(0.0, |bytes| ((i32::from_ne_bytes(bytes) << 8) >> 8) as f32 / 8_388_608.0)
}

fn i32_sample(bytes: &[u8]) -> f32 {
    bytes.try_into().map_or(0.0, |bytes| (f64::from(i32::from_ne_bytes(bytes)) / 2_147_483_648.0) as f32)
}

fn f32_sample(bytes: &[u8]) -> f32 {
    bytes.try_into().map_or(0.0, f32::from_ne_bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_coding_has_its_full_scale_and_zero() {
        let table: [(CpalFormat, &[u8], f32); 14] = [
            (CpalFormat::U8, &[0], -1.0),
            (CpalFormat::U8, &[128], 0.0),
            (CpalFormat::U8, &[192], 0.5),
            (CpalFormat::I16, &i16::MIN.to_ne_bytes(), -1.0),
            (CpalFormat::I16, &16_384_i16.to_ne_bytes(), 0.5),
            (CpalFormat::I24, &(-8_388_608_i32).to_ne_bytes(), -1.0),
            (CpalFormat::I24, &0x0040_0000_i32.to_ne_bytes(), 0.5),
            (CpalFormat::I24, &0x00c0_0000_i32.to_ne_bytes(), -0.5), // without its sign extended
            (CpalFormat::I24, &0x5540_0000_i32.to_ne_bytes(), 0.5),  // with rubbish on top
            (CpalFormat::I32, &i32::MIN.to_ne_bytes(), -1.0),
            (CpalFormat::I32, &0x4000_0000_i32.to_ne_bytes(), 0.5),
            (CpalFormat::I32, &0_i32.to_ne_bytes(), 0.0),
            (CpalFormat::F32, &0.25_f32.to_ne_bytes(), 0.25),
            (CpalFormat::F32, &(-1.5_f32).to_ne_bytes(), -1.5),
        ];
        for (format, bytes, expected) in table {
            let (size, decode) = decoder(format).unwrap();
            assert_eq!(size, bytes.len());
            assert!((decode(bytes) - expected).abs() < 1e-6, "{format}: {bytes:?}");
        }
        assert!(decoder(CpalFormat::U64).is_none());
    }
}
