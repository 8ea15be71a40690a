//! Opus packets (RFC 6716) of 20 ms at 48 kHz.
#![expect(unsafe_code, reason = "the encoder is libopus translated to Rust, with the interface of the C library")]

use std::ptr::NonNull;

#[expect(clippy::unsafe_removed_from_name, reason = "the crate is a translation of libopus, known by that name")]
use unsafe_libopus as libopus;
use unsafe_libopus::varargs::{IntoVarArg, VarArgs};

/// Sample frames of a packet: 20 ms.
pub const PACKET_FRAMES: usize = 960;

/// Bytes that no packet exceeds: RFC 6716 says 1275 for one frame.
const LARGEST_PACKET: usize = 1500;

/// Bits per second for each channel: transparent for speech, and close to it for music.
const BIT_RATE_PER_CHANNEL: i32 = 64_000;

/// Why sound cannot be encoded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the Opus encoder failed: {0}")]
pub struct OpusError(String);

/// Encodes sound of one or two channels.
#[derive(Debug)]
pub struct OpusEncoder {
    state: NonNull<libopus::OpusEncoder>,
    channels: usize,
    packet: Vec<u8>,
}

// SAFETY: the state is memory of its own, which nothing but this value points to, and it holds no handle of a thread.
unsafe impl Send for OpusEncoder {}

impl OpusEncoder {
    /// An encoder for this many channels, 1 or 2.
    ///
    /// # Errors
    /// Where the encoder does not take the number of channels, or memory is short.
    pub fn new(channels: u32) -> Result<Self, OpusError> {
        let mut status = libopus::OPUS_OK;
        let (channels_wanted, application) = (channels.min(255) as i32, libopus::OPUS_APPLICATION_AUDIO);
        // SAFETY: `status` outlives the call; the other arguments are numbers, which the encoder checks.
        let state = unsafe { libopus::opus_encoder_create(48_000, channels_wanted, application, &raw mut status) };
        check(status)?;
        let state = NonNull::new(state).ok_or_else(|| OpusError("it gave no state".to_owned()))?;
        let mut encoder = Self { state, channels: channels as usize, packet: vec![0; LARGEST_PACKET] };
        encoder.control(libopus::OPUS_SET_BITRATE_REQUEST, BIT_RATE_PER_CHANNEL * channels_wanted)?;
        Ok(encoder)
    }

    /// Sample frames by which the decoded sound lags behind.
    ///
    /// # Errors
    /// Where the encoder does not tell.
    pub fn look_ahead(&mut self) -> Result<usize, OpusError> {
        let frames = 0;
        self.control(libopus::OPUS_GET_LOOKAHEAD_REQUEST, frames)?;
        Ok(frames.max(0) as usize)
    }

    /// Encodes [`PACKET_FRAMES`] sample frames of interleaved samples, full scale from −1 to 1.
    ///
    /// # Errors
    /// Where another number of samples is given, or the encoder fails.
    pub fn encode(&mut self, samples: &[f32]) -> Result<Vec<u8>, OpusError> {
        if samples.len() != PACKET_FRAMES * self.channels {
            return Err(OpusError(format!("a packet is not made of {} samples", samples.len())));
        }
        // SAFETY: the state is alive; `samples` has as many values as the frame size and the number of channels say, as
        // was checked above; `packet` has as many bytes as its length says.
        let length = unsafe {
            libopus::opus_encode_float(
                self.state.as_ptr(),
                samples.as_ptr(),
                PACKET_FRAMES as i32,
                self.packet.as_mut_ptr(),
                self.packet.len() as i32,
            )
        };
        check(length)?;
        Ok(self.packet.get(..length as usize).unwrap_or_default().to_vec())
    }

    fn control<'a>(&'a mut self, request: i32, argument: impl IntoVarArg<'a>) -> Result<(), OpusError> {
        let arguments = VarArgs::new(vec![argument.into_vararg()]);
        // SAFETY: the state is alive; the argument's type carries its own check.
        check(unsafe { libopus::opus_encoder_ctl_impl(self.state.as_ptr(), request, arguments) })
    }
}

impl Drop for OpusEncoder {
    fn drop(&mut self) {
        // SAFETY: the state is alive and is not used after this.
        unsafe { libopus::opus_encoder_destroy(self.state.as_ptr()) };
    }
}

fn check(status: i32) -> Result<(), OpusError> {
    if status >= 0 { Ok(()) } else { Err(OpusError(libopus::opus_strerror(status).to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Decodes packets of one channel.
    fn decode(packets: &[Vec<u8>]) -> Vec<f32> {
        let mut status = 0;
        // SAFETY: as for the encoder.
        let state = unsafe { libopus::opus_decoder_create(48_000, 1, &raw mut status) };
        assert_eq!(status, libopus::OPUS_OK);
        let mut samples = Vec::new();
        for packet in packets {
            let mut frame = vec![0.0_f32; PACKET_FRAMES];
            // SAFETY: the lengths are those of the slices, and the state is alive.
            let frames = unsafe {
                let length = packet.len() as i32;
                libopus::opus_decode_float(&raw mut *state, packet.as_ptr(), length, frame.as_mut_ptr(), 960, 0)
            };
            assert_eq!(frames, PACKET_FRAMES as i32);
            samples.extend(frame);
        }
        // SAFETY: the state is alive and not used again.
        unsafe { libopus::opus_decoder_destroy(state) };
        samples
    }

    #[test]
    fn a_tone_comes_back_with_its_level_after_the_look_ahead() {
        let mut encoder = OpusEncoder::new(1).unwrap();
        let look_ahead = encoder.look_ahead().unwrap();
        assert_eq!(look_ahead, 312);
        let sine = |n: usize| 0.25 * (std::f32::consts::TAU * 997.0 * n as f32 / 48_000.0).sin();
        let tone: Vec<f32> = (0..48_000).map(sine).collect();
        let packets: Vec<_> = tone.chunks(PACKET_FRAMES).map(|chunk| encoder.encode(chunk).unwrap()).collect();
        let decoded = decode(&packets);
        let (mut error, mut power) = (0.0, 0.0);
        for n in 9600..40_000 {
            error += f64::from(decoded[n + look_ahead] - tone[n]).powi(2);
            power += f64::from(tone[n]).powi(2);
        }
        assert!(error / power < 1e-2, "{}", error / power);
    }

    #[test]
    fn wrong_numbers_are_errors() {
        assert!(OpusEncoder::new(0).is_err());
        assert!(OpusEncoder::new(3).is_err());
        assert!(OpusEncoder::new(2).unwrap().encode(&[0.0; 960]).is_err());
    }
}
