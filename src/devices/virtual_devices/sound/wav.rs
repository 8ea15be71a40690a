//! Sound from a WAV file.

use std::path::Path;

/// Bytes of the largest file that is taken into memory.
const LARGEST: u64 = 256 << 20;
/// `WAVE_FORMAT_PCM`, `WAVE_FORMAT_IEEE_FLOAT`, `WAVE_FORMAT_EXTENSIBLE`.
const PCM: u16 = 1;
const FLOAT: u16 = 3;
const EXTENSIBLE: u16 = 0xfffe;

/// A WAV file in memory.
#[derive(Debug, PartialEq)]
pub(in super::super) struct Wav {
    /// Samples per second and channel.
    pub(in super::super) sample_rate: u32,
    /// At least 1.
    pub(in super::super) channels: usize,
    /// Interleaved, full scale from −1 to 1; at least one of each channel.
    samples: Vec<f32>,
}

impl Wav {
    /// Reads a file. An error is a part of a sentence.
    pub(in super::super) fn load(path: &Path) -> Result<Self, String> {
        let bytes = std::fs::metadata(path).map_err(|error| error.to_string())?.len();
        if bytes > LARGEST {
            return Err(format!("it has {bytes} bytes, and {LARGEST} are the most"));
        }
        Self::parse(&std::fs::read(path).map_err(|error| error.to_string())?)
    }

    /// Reads the bytes of a file.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        if bytes.get(..4) != Some(b"RIFF") || bytes.get(8..12) != Some(b"WAVE") {
            return Err("it is no WAV file: convert it, for instance by sox or ffmpeg".to_owned());
        }
        let (mut at, mut format) = (12, None);
        while let (Some(name), Some(size)) = (bytes.get(at..at + 4), number(bytes, at + 4, 4)) {
            let start = at + 8;
            // A file whose writer was cut off tells a size that is too large, or 0xffffffff.
            let end = start.saturating_add(size as usize).min(bytes.len());
            let body = bytes.get(start..end).unwrap_or_default();
            match (name, format) {
                (b"fmt ", _) => format = Some(Format::parse(body)?),
                (b"data", Some(format)) => return format.decode(body),
                _ => {}
            }
            at = start.saturating_add(size as usize).saturating_add(size as usize & 1);
        }
        Err("it has no sound: a chunk `fmt ` and then a chunk `data` are needed".to_owned())
    }

    /// The sample with this number, over and over; a channel that the file lacks is an earlier one again.
    pub(super) fn sample(&self, channel: usize, number: u64) -> f64 {
        let frames = (self.samples.len() / self.channels) as u64;
        let frame = (number % frames.max(1)) as usize;
        self.samples.get(frame * self.channels + channel % self.channels).copied().map_or(0.0, f64::from)
    }
}

#[derive(Clone, Copy)]
struct Format {
    is_float: bool,
    channels: usize,
    sample_rate: u32,
    bytes: usize,
}

impl Format {
    fn parse(body: &[u8]) -> Result<Self, String> {
        let field = |at, count| number(body, at, count).ok_or("its chunk `fmt ` is cut off");
        let tag = match field(0, 2)? as u16 {
            // The first two bytes of the GUID are the tag.
            EXTENSIBLE => field(24, 2)? as u16,
            tag => tag,
        };
        let (channels, sample_rate, bits) = (field(2, 2)? as usize, field(4, 4)? as u32, field(14, 2)?);
        let is_known = match tag {
            PCM => [8, 16, 24, 32].contains(&bits),
            FLOAT => [32, 64].contains(&bits),
            _ => false,
        };
        if !is_known || channels == 0 || sample_rate == 0 {
            return Err(format!(
                "its coding (tag {tag}, {bits} bits, {channels} channels, {sample_rate} Hz) is none of PCM of 8, 16, 24 or 32 \
                 bits and float of 32 or 64"
            ));
        }
        Ok(Self { is_float: tag == FLOAT, channels, sample_rate, bytes: bits as usize / 8 })
    }

    fn decode(self, data: &[u8]) -> Result<Wav, String> {
        let mut samples: Vec<f32> = data.chunks_exact(self.bytes).map(|bytes| self.decoded(bytes)).collect();
        samples.truncate(samples.len() / self.channels * self.channels);
        if samples.is_empty() {
            return Err("it has not a single sample".to_owned());
        }
        Ok(Wav { sample_rate: self.sample_rate, channels: self.channels, samples })
    }

    fn decoded(self, bytes: &[u8]) -> f32 {
        let bits = bytes.iter().rev().fold(0_u64, |bits, byte| bits << 8 | u64::from(*byte));
        match (self.is_float, self.bytes) {
            (true, 4) => f32::from_bits(bits as u32),
            (true, _) => f64::from_bits(bits) as f32,
            // Eight bits have no sign.
            (false, 1) => (bits as f32 - 128.0) / 128.0,
            (false, bytes) => {
                let shift = 64 - bytes * 8;
                (((bits << shift) as i64 >> shift) as f64 / (1_u64 << (bytes * 8 - 1)) as f64) as f32
            }
        }
    }
}

/// A number of so many bytes, least first.
fn number(bytes: &[u8], at: usize, count: usize) -> Option<u64> {
    let bytes = bytes.get(at..at + count)?;
    Some(bytes.iter().rev().fold(0, |number, byte| number << 8 | u64::from(*byte)))
}
