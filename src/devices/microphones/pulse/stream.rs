//! A stream from a source: cpal's samples, and what the server does with it meanwhile.

use std::time::Duration;

use crate::devices::{Delivery, DeviceError, MicrophoneStream};
use crate::media::AudioBlock;
use crate::model::{MicrophoneMode, Reason};

use super::super::stream::CpalStream;
use super::whereabouts::Whereabouts;

/// An open source.
pub struct PulseStream {
    pub stream: CpalStream,
    pub whereabouts: Whereabouts,
}

impl MicrophoneStream for PulseStream {
    fn mode(&self) -> MicrophoneMode {
        self.stream.mode()
    }

    fn next(&mut self, timeout: Duration) -> Result<Delivery<AudioBlock>, DeviceError> {
        let delivery = self.stream.next(timeout)?;
        self.whereabouts.follow()?;
        Ok(delivery)
    }

    fn condition(&self) -> Option<Reason> {
        self.whereabouts.condition()
    }

    fn take_notice(&mut self) -> Option<String> {
        self.whereabouts.take_notice()
    }
}
