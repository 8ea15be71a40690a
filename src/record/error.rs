//! Why a clip cannot be written.

use crate::container::file::FileError;
use crate::container::h264::H264Error;
use crate::container::mp4::Mp4Error;
use crate::container::opus::OpusError;
use crate::model::ErrorName;

/// Why a clip cannot be written. The message is one sentence with what to try.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct RecordError {
    /// The standard's name for the failure.
    pub name: ErrorName,
    /// The sentence.
    pub message: String,
}

impl RecordError {
    pub(super) fn new(name: ErrorName, message: impl Into<String>) -> Self {
        Self { name, message: message.into() }
    }

    pub(super) fn not_supported(message: impl Into<String>) -> Self {
        Self::new(ErrorName::NotSupportedError, message)
    }
}

impl From<FileError> for RecordError {
    fn from(error: FileError) -> Self {
        Self::new(error.name, error.message)
    }
}

impl From<H264Error> for RecordError {
    fn from(error: H264Error) -> Self {
        match error {
            H264Error::NotInThisBuild => Self::not_supported(
                "This build of Capture Lab cannot record .mp4, for it has no H.264 encoder (feature `h264`): record \
                 sound alone as .wav, or build with the feature.",
            ),
            H264Error::Size { width, height } => Self::not_supported(format!(
                "Pictures of {width}×{height} cannot be recorded, only those from 16×16 to 3840×2160: choose another \
                 mode of the camera."
            )),
            H264Error::Encoder(reason) | H264Error::Decoder(reason) => Self::new(
                ErrorName::AbortError,
                format!("The pictures cannot be encoded ({reason}): try another size, or record sound alone as .wav."),
            ),
        }
    }
}

impl From<OpusError> for RecordError {
    fn from(error: OpusError) -> Self {
        Self::new(ErrorName::AbortError, format!("The sound cannot be encoded ({error}): record it alone as .wav."))
    }
}

impl From<Mp4Error> for RecordError {
    fn from(error: Mp4Error) -> Self {
        Self::new(ErrorName::AbortError, format!("The clip cannot be written ({error}): start another one."))
    }
}
