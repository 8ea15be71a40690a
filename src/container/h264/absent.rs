//! What stands for the encoder in builds without it.

use crate::media::I420Image;

use super::{EncodedPicture, H264Config, H264Error};

/// No value of this type exists.
#[derive(Debug)]
pub enum H264Encoder {}

impl H264Encoder {
    /// Never succeeds.
    ///
    /// # Errors
    /// [`H264Error::NotInThisBuild`].
    pub const fn new(_config: H264Config) -> Result<Self, H264Error> {
        Err(H264Error::NotInThisBuild)
    }

    /// The sequence and the picture parameter set.
    pub const fn parameter_sets(&self) -> (&[u8], &[u8]) {
        match *self {}
    }

    /// Encodes a picture.
    ///
    /// # Errors
    /// Never: there is no encoder.
    pub fn encode(
        &mut self,
        _image: &I420Image,
        _millis: u64,
        _key: bool,
    ) -> Result<Option<EncodedPicture>, H264Error> {
        match *self {}
    }
}

/// No value of this type exists either.
#[derive(Debug)]
pub enum H264Decoder {}

impl H264Decoder {
    /// Never succeeds.
    ///
    /// # Errors
    /// [`H264Error::NotInThisBuild`].
    pub const fn new(_parameter_sets: &[Vec<u8>]) -> Result<Self, H264Error> {
        Err(H264Error::NotInThisBuild)
    }

    /// Decodes a picture.
    ///
    /// # Errors
    /// Never: there is no decoder.
    pub fn decode(&mut self, _: &[u8], _: u32, _: u32, _: &mut Vec<u8>) -> Result<(), H264Error> {
        match *self {}
    }
}
