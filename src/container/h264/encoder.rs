//! The encoder.

use std::fmt;

use openh264::OpenH264API;
use openh264::Timestamp;
use openh264::encoder::{
    BitRate, EncodedBitStream, Encoder, EncoderConfig, FrameRate, FrameType, IntraFramePeriod, RateControlMode,
    SpsPpsStrategy, UsageType, VuiConfig,
};
use openh264::formats::YUVSource;

use crate::media::I420Image;

use super::quiet::silence;
use super::{EncodedPicture, H264Config, H264Error};

/// Kinds of NAL units.
const SEQUENCE_PARAMETER_SET: u8 = 7;
const PICTURE_PARAMETER_SET: u8 = 8;

/// Encodes pictures of one size. No picture is left out and none is reordered; key frames come when they are asked for.
pub struct H264Encoder {
    encoder: Encoder,
    sps: Vec<u8>,
    pps: Vec<u8>,
}

impl fmt::Debug for H264Encoder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("H264Encoder").field("sps", &self.sps).field("pps", &self.pps).finish_non_exhaustive()
    }
}

impl H264Encoder {
    /// An encoder with its parameter sets.
    ///
    /// # Errors
    /// Where the size is not one that the encoder takes, or it does not start.
    pub fn new(config: H264Config) -> Result<Self, H264Error> {
        config.check_size()?;
        // A black picture tells the parameter sets before there is a real one. Another encoder then makes the clip, so
        // that its control of the bit rate starts afresh.
        let mut trial = start(config)?;
        let black = I420Image::black(config.width, config.height);
        let encoded = trial.encode_at(&Planes(&black), Timestamp::ZERO)?;
        let (mut sps, mut pps) = (Vec::new(), Vec::new());
        for_each_unit(&encoded, |kind, unit| match kind {
            SEQUENCE_PARAMETER_SET => sps = unit.to_vec(),
            PICTURE_PARAMETER_SET => pps = unit.to_vec(),
            _ => {}
        });
        if sps.len() < 4 || pps.is_empty() {
            return Err(H264Error::Encoder("it gives no parameter sets".to_owned()));
        }
        Ok(Self { encoder: start(config)?, sps, pps })
    }

    /// The sequence and the picture parameter set: whole NAL units without start codes. They stay the same.
    pub fn parameter_sets(&self) -> (&[u8], &[u8]) {
        (&self.sps, &self.pps)
    }

    /// Encodes the picture of this time (milliseconds from the clip's time 0), as a key frame where asked; the first is
    /// one anyway. `None` where the encoder left it out.
    ///
    /// # Errors
    /// Where the encoder fails, or changes its parameter sets.
    pub fn encode(&mut self, image: &I420Image, millis: u64, key: bool) -> Result<Option<EncodedPicture>, H264Error> {
        if key {
            self.encoder.force_intra_frame();
        }
        let encoded = self.encoder.encode_at(&Planes(image), Timestamp::from_millis(millis))?;
        let (mut data, mut same_parameters) = (Vec::new(), true);
        for_each_unit(&encoded, |kind, unit| match kind {
            SEQUENCE_PARAMETER_SET => same_parameters &= unit == self.sps,
            PICTURE_PARAMETER_SET => same_parameters &= unit == self.pps,
            _ => {
                data.extend_from_slice(&(unit.len() as u32).to_be_bytes());
                data.extend_from_slice(unit);
            }
        });
        if !same_parameters {
            return Err(H264Error::Encoder("it changed its parameter sets".to_owned()));
        }
        let key = encoded.frame_type() == FrameType::IDR;
        Ok((!data.is_empty()).then_some(EncodedPicture { key, data }))
    }
}

fn start(config: H264Config) -> Result<Encoder, H264Error> {
    let settings = EncoderConfig::new()
        .usage_type(UsageType::CameraVideoRealTime)
        .bitrate(BitRate::from_bps(config.bit_rate))
        .max_frame_rate(FrameRate::from_hz(config.frame_rate.as_f64().clamp(1.0, 60.0) as f32))
        .rate_control_mode(RateControlMode::Bitrate)
        .skip_frames(false) // the clip shows every picture
        .scene_change_detect(false) // key frames come where fragments start, and nowhere else
        .intra_frame_period(IntraFramePeriod::from_num_frames(0))
        .sps_pps_strategy(SpsPpsStrategy::ConstantId)
        .num_threads(1)
        .vui(VuiConfig::bt601());
    let mut encoder = Encoder::with_api_config(OpenH264API::from_source(), settings)?;
    silence(&mut encoder);
    Ok(encoder)
}

impl From<openh264::Error> for H264Error {
    fn from(error: openh264::Error) -> Self {
        Self::Encoder(error.to_string())
    }
}

/// Calls `each` with the kind and the bytes of each NAL unit, without its start code.
fn for_each_unit(encoded: &EncodedBitStream<'_>, mut each: impl FnMut(u8, &[u8])) {
    let layers = (0..encoded.num_layers()).filter_map(|index| encoded.layer(index));
    for layer in layers {
        for unit in (0..layer.nal_count()).filter_map(|index| layer.nal_unit(index)) {
            let unit = without_start_code(unit);
            if let Some(first) = unit.first() {
                each(first & 0x1f, unit);
            }
        }
    }
}

fn without_start_code(unit: &[u8]) -> &[u8] {
    unit.strip_prefix(&[0, 0, 0, 1]).or_else(|| unit.strip_prefix(&[0, 0, 1])).unwrap_or(unit)
}

/// A picture as the encoder takes it.
struct Planes<'a>(&'a I420Image);

impl YUVSource for Planes<'_> {
    fn dimensions(&self) -> (usize, usize) {
        (self.0.width as usize, self.0.height as usize)
    }

    fn strides(&self) -> (usize, usize, usize) {
        (self.0.y_stride, self.0.chroma_stride, self.0.chroma_stride)
    }

    fn y(&self) -> &[u8] {
        &self.0.y
    }

    fn u(&self) -> &[u8] {
        &self.0.u
    }

    fn v(&self) -> &[u8] {
        &self.0.v
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::FrameRate as Rate;

    fn config(width: u32, height: u32) -> H264Config {
        H264Config { width, height, frame_rate: Rate::new(30, 1), bit_rate: 500_000 }
    }

    /// Noise that differs from picture to picture.
    fn noisy(seed: u32) -> I420Image {
        let mut image = I420Image::black(64, 48);
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(1);
        for pixel in &mut image.y {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *pixel = (state >> 24) as u8;
        }
        image
    }

    #[test]
    fn every_picture_is_encoded_and_only_those_asked_for_are_key_frames() {
        let mut encoder = H264Encoder::new(config(64, 48)).unwrap();
        for number in 0..40_u32 {
            let key = number == 7 || number == 20;
            let picture = encoder.encode(&noisy(number), u64::from(number) * 33, key).unwrap().unwrap();
            assert_eq!(picture.key, key || number == 0, "{number}");
            let length = u32::from_be_bytes(picture.data[..4].try_into().unwrap()) as usize;
            assert!(length + 4 <= picture.data.len(), "{number}: {length} of {}", picture.data.len());
        }
    }

    #[test]
    fn what_is_encoded_decodes_to_the_same_picture() {
        let mut encoder = H264Encoder::new(config(64, 48)).unwrap();
        let mut image = I420Image::black(64, 48);
        image.y.iter_mut().enumerate().for_each(|(index, pixel)| *pixel = 40 + (index % 64) as u8 * 2);
        let picture = encoder.encode(&image, 0, false).unwrap().unwrap();
        let (sps, pps) = encoder.parameter_sets();
        let mut stream = [&[0, 0, 0, 1], sps, &[0, 0, 0, 1], pps].concat();
        let mut rest = picture.data.as_slice();
        while let Some((length, after)) = rest.split_first_chunk::<4>() {
            let (unit, after) = after.split_at(u32::from_be_bytes(*length) as usize);
            stream.extend([&[0, 0, 0, 1], unit].concat());
            rest = after;
        }
        let mut decoder = openh264::decoder::Decoder::new().unwrap();
        let decoded = decoder.decode(&stream).unwrap().unwrap();
        let stride = decoded.strides().0;
        for line in 0..48 {
            for column in 0..64 {
                let (got, wanted) = (decoded.y()[line * stride + column], image.y[line * 64 + column]);
                assert!(got.abs_diff(wanted) < 16, "{got} for {wanted} at {column}, {line}");
            }
        }
    }

    #[test]
    fn sizes_that_it_cannot_make_are_refused() {
        for (width, height) in [(8, 64), (3842, 2160), (2400, 2400)] {
            assert_eq!(H264Encoder::new(config(width, height)).unwrap_err(), H264Error::Size { width, height });
        }
    }
}
