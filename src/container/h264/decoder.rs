//! The decoder, which reads the lab's own clips.

use openh264::decoder::Decoder;
use openh264::formats::YUVSource as _;

use super::H264Error;

/// The start code before each NAL unit of a byte stream (ITU-T H.264, annex B).
const START_CODE: [u8; 4] = [0, 0, 0, 1];

/// Decodes pictures that are shown in the order in which they are decoded.
pub struct H264Decoder {
    decoder: Decoder,
    /// A picture as a byte stream.
    stream: Vec<u8>,
}

impl H264Decoder {
    /// A decoder for pictures with these parameter sets: NAL units without start codes.
    ///
    /// # Errors
    /// The decoder does not start, or does not take the parameter sets.
    pub fn new(parameter_sets: &[Vec<u8>]) -> Result<Self, H264Error> {
        let decoder = Decoder::new().map_err(|error| failed(&error))?;
        let mut new = Self { decoder, stream: Vec::new() };
        for set in parameter_sets {
            new.stream.extend(START_CODE);
            new.stream.extend(set);
        }
        new.decoder.decode(&new.stream).map_err(|error| failed(&error))?;
        Ok(new)
    }

    /// Decodes a picture: NAL units, each with a length of four bytes before it. `data` gets its planes Y, U and V one after
    /// the other, without padding (YU12).
    ///
    /// # Errors
    /// The picture is damaged, has another size, or does not come out at once.
    pub fn decode(&mut self, sample: &[u8], width: u32, height: u32, data: &mut Vec<u8>) -> Result<(), H264Error> {
        to_byte_stream(sample, &mut self.stream)?;
        let decoded = self.decoder.decode(&self.stream).map_err(|error| failed(&error))?;
        let picture = decoded.ok_or_else(|| H264Error::Decoder("a picture waits for later ones".to_owned()))?;
        let (columns, lines) = (width as usize, height as usize);
        if picture.dimensions() != (columns, lines) {
            return Err(H264Error::Decoder("a picture has another size than its file says".to_owned()));
        }
        let (y, u, v) = picture.strides();
        data.clear();
        for (plane, stride, columns, lines) in [
            (picture.y(), y, columns, lines),
            (picture.u(), u, columns / 2, lines / 2),
            (picture.v(), v, columns / 2, lines / 2),
        ] {
            let lines = plane.chunks(stride.max(1)).take(lines).filter_map(|line| line.get(..columns));
            lines.for_each(|line| data.extend(line));
        }
        Ok(())
    }
}

fn failed(error: &openh264::Error) -> H264Error {
    H264Error::Decoder(error.to_string())
}

/// Start codes in the place of lengths.
fn to_byte_stream(sample: &[u8], stream: &mut Vec<u8>) -> Result<(), H264Error> {
    let cut = || H264Error::Decoder("a NAL unit is cut off".to_owned());
    stream.clear();
    let mut rest = sample;
    while !rest.is_empty() {
        let (length, behind) = rest.split_first_chunk::<4>().ok_or_else(cut)?;
        let unit = behind.get(..u32::from_be_bytes(*length) as usize).ok_or_else(cut)?;
        stream.extend(START_CODE);
        stream.extend(unit);
        rest = &behind[unit.len()..];
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_become_start_codes_and_what_is_cut_off_is_told() {
        let mut stream = Vec::new();
        to_byte_stream(&[0, 0, 0, 2, 7, 8, 0, 0, 0, 1, 9], &mut stream).unwrap();
        assert_eq!(stream, [0, 0, 0, 1, 7, 8, 0, 0, 0, 1, 9]);
        for cut in [&[0, 0, 0][..], &[0, 0, 0, 2, 7], &[255, 255, 255, 255, 1]] {
            assert!(to_byte_stream(cut, &mut stream).is_err());
        }
    }
}
