//! Sound as it comes from a microphone.

use std::time::Duration;

use crate::model::Timestamp;

/// A run of sample frames.
#[derive(Clone, Debug, PartialEq)]
pub struct AudioBlock {
    /// When its first sample was captured.
    pub captured_at: Timestamp,
    /// When the lab got it.
    pub arrived_at: Timestamp,
    /// Samples per second and channel.
    pub sample_rate: u32,
    /// Channels; at least 1.
    pub channels: u32,
    /// Interleaved samples, full scale from −1 to 1.
    pub samples: Vec<f32>,
    /// Sample frames that were lost just before this block.
    pub lost_before: u64,
}

impl AudioBlock {
    /// Sample frames (samples per channel).
    pub fn frames(&self) -> usize {
        self.samples.len() / self.channels.max(1) as usize
    }

    /// How long it lasts.
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(self.frames() as u64 * 1_000_000_000 / u64::from(self.sample_rate.max(1)))
    }
}
