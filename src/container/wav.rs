//! The header of WAV files with 32-bit float samples.
//!
//! Float, because the lab's samples are float: the file has bit for bit what was measured, and a sample beyond full
//! scale is kept rather than clipped. Samples of up to 24 bits are held exactly.

/// Bytes of a sample.
pub const SAMPLE_BYTES: u64 = 4;

/// Bytes of the header.
pub const HEADER_BYTES: u64 = 12 + 36 + 48 + 12 + 8;

/// Bytes of the `ds64` chunk's body, for which a `JUNK` chunk keeps the place free.
const SIZES_BODY: u32 = 28;
/// Bytes of the `fmt ` chunk's body, in its extensible form.
const FORMAT_BODY: u32 = 40;
/// `WAVE_FORMAT_EXTENSIBLE`.
const EXTENSIBLE: u16 = 0xfffe;
/// `KSDATAFORMAT_SUBTYPE_IEEE_FLOAT`.
const FLOAT: [u8; 16] = [3, 0, 0, 0, 0, 0, 0x10, 0, 0x80, 0, 0, 0xaa, 0, 0x38, 0x9b, 0x71];

/// The sound of a WAV file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WavFormat {
    /// Samples per second and channel.
    pub sample_rate: u32,
    /// Channels; at least 1.
    pub channels: u16,
}

impl WavFormat {
    /// Bytes of one sample of each channel.
    pub fn frame_bytes(self) -> u64 {
        u64::from(self.channels) * SAMPLE_BYTES
    }

    /// The header of a file with this many sample frames: [`HEADER_BYTES`] bytes whatever their number, so that it can
    /// be written over an earlier one. From 4 GiB on it is that of RF64 (EBU Tech 3306).
    pub fn header(self, frames: u64) -> Vec<u8> {
        let data_bytes = frames * self.frame_bytes();
        let riff_bytes = HEADER_BYTES - 8 + data_bytes;
        let large = riff_bytes > u64::from(u32::MAX);
        let short = |bytes: u64| if large { u32::MAX } else { bytes as u32 };
        let mut header = Vec::with_capacity(HEADER_BYTES as usize);
        header.extend(if large { b"RF64" } else { b"RIFF" });
        header.extend(short(riff_bytes).to_le_bytes());
        header.extend(b"WAVE");
        header.extend(if large { b"ds64" } else { b"JUNK" });
        header.extend(SIZES_BODY.to_le_bytes());
        let sizes = if large { [riff_bytes, data_bytes, frames] } else { [0; 3] };
        for size in sizes {
            header.extend(size.to_le_bytes());
        }
        header.extend([0; 4]); // no table of further sizes
        self.write_format(&mut header);
        header.extend(b"fact");
        header.extend(4_u32.to_le_bytes());
        header.extend(u32::try_from(frames).unwrap_or(u32::MAX).to_le_bytes());
        header.extend(b"data");
        header.extend(short(data_bytes).to_le_bytes());
        header
    }

    fn write_format(self, header: &mut Vec<u8>) {
        let frame_bytes = self.frame_bytes() as u32;
        header.extend(b"fmt ");
        header.extend(FORMAT_BODY.to_le_bytes());
        header.extend(EXTENSIBLE.to_le_bytes());
        header.extend(self.channels.to_le_bytes());
        header.extend(self.sample_rate.to_le_bytes());
        header.extend((self.sample_rate.saturating_mul(frame_bytes)).to_le_bytes());
        header.extend((frame_bytes as u16).to_le_bytes());
        header.extend(32_u16.to_le_bytes()); // bits of a sample's room
        header.extend(22_u16.to_le_bytes()); // bytes that follow
        header.extend(32_u16.to_le_bytes()); // bits of a sample that are used
        header.extend(speakers(self.channels).to_le_bytes());
        header.extend(FLOAT);
    }
}

/// Front centre for mono, front left and right for stereo, none said for more: a microphone array has no speakers.
const fn speakers(channels: u16) -> u32 {
    match channels {
        1 => 4,
        2 => 3,
        _ => 0,
    }
}

/// Interleaved samples as the file has them.
pub fn sample_bytes(samples: &[f32]) -> Vec<u8> {
    samples.iter().flat_map(|sample| sample.to_le_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(header: &[u8], at: usize) -> u32 {
        u32::from_le_bytes(header[at..at + 4].try_into().unwrap())
    }

    #[test]
    fn the_header_says_what_follows() {
        let header = WavFormat { sample_rate: 48_000, channels: 2 }.header(1000);
        assert_eq!(header.len() as u64, HEADER_BYTES);
        assert_eq!((&header[..4], number(&header, 4)), (&b"RIFF"[..], HEADER_BYTES as u32 - 8 + 8000));
        assert_eq!((&header[12..16], &header[48..52], &header[96..100]), (&b"JUNK"[..], &b"fmt "[..], &b"fact"[..]));
        assert_eq!((&header[108..112], number(&header, 112)), (&b"data"[..], 8000));
        assert_eq!((number(&header, 60), number(&header, 64), number(&header, 104)), (48_000, 384_000, 1000));
    }

    #[test]
    fn a_large_file_is_rf64_with_a_header_of_the_same_length() {
        let format = WavFormat { sample_rate: 192_000, channels: 8 };
        let frames = 1_u64 << 28; // 8 GiB
        let header = format.header(frames);
        assert_eq!(header.len() as u64, HEADER_BYTES);
        assert_eq!((&header[..4], &header[12..16]), (&b"RF64"[..], &b"ds64"[..]));
        assert_eq!((number(&header, 4), number(&header, 112)), (u32::MAX, u32::MAX));
        assert_eq!(&header[28..36], (frames * 32).to_le_bytes());
        assert_eq!(&header[36..44], frames.to_le_bytes());
    }

    #[test]
    fn samples_are_little_endian() {
        assert_eq!(sample_bytes(&[1.0, -0.5]), [0, 0, 0x80, 0x3f, 0, 0, 0, 0xbf]);
    }
}
