//! A microphone in the RON description of virtual devices.

use serde::Deserialize;

use crate::model::SampleFormat;

use super::fault::{Fault, Opening};
use super::microphone_fault::MicrophoneFault;
use super::sound::{Defects, SoundDescription};
use super::values::{SampleRate, ToneDescription};

/// One microphone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename = "Microphone")]
pub(super) struct MicrophoneDescription {
    /// Unique in the file; part of the node and of the id.
    pub(super) name: String,
    /// For people.
    pub(super) label: String,
    /// Devices with the same unit are in one group.
    #[serde(default)]
    pub(super) unit: Option<String>,
    /// Samples per second and channel.
    pub(super) rates: Vec<SampleRate>,
    /// How the device codes a sample.
    #[serde(default = "float")]
    pub(super) sample_format: SampleFormat,
    /// The same where it can be chosen, in order of preference.
    #[serde(default)]
    pub(super) sample_formats: Vec<SampleFormat>,
    /// A tone for each channel.
    #[serde(default)]
    pub(super) channels: Vec<ToneDescription>,
    /// What is heard in place of tones.
    #[serde(default)]
    pub(super) source: Option<SoundDescription>,
    /// How many channels it may be opened with, in order of preference; else as many as it hears.
    #[serde(default)]
    pub(super) channel_counts: Vec<u32>,
    /// The shortest and the longest period, in samples of a channel.
    #[serde(default)]
    pub(super) periods: Option<(u32, u32)>,
    /// What is wrong with it all the time.
    #[serde(default)]
    pub(super) defects: Defects,
    #[serde(default)]
    pub(super) open: Opening,
    #[serde(default)]
    pub(super) faults: Vec<Fault<MicrophoneFault>>,
}

impl MicrophoneDescription {
    /// It hears tones, or else a source.
    pub(super) fn check(&self) -> Result<(), String> {
        let name = &self.name;
        if self.rates.is_empty() {
            return Err(format!("“{name}” needs at least one of rates"));
        }
        match (self.channels.is_empty(), &self.source) {
            (true, None) => return Err(format!("“{name}” needs channels, or else a source")),
            (false, Some(_)) => return Err(format!("“{name}” hears its source: leave channels out")),
            (_, source) => source.as_ref().map_or(Ok(()), SoundDescription::check)?,
        }
        if self.channel_counts.iter().any(|count| !(1..=32).contains(count)) {
            return Err(format!("“{name}” has 1 to 32 channels"));
        }
        match self.periods {
            Some((shortest, longest)) if shortest == 0 || longest < shortest || longest > 768_000 => {
                Err(format!("the periods of “{name}” are from a shortest to a longest, 1 to 768000 samples"))
            }
            _ => Ok(()),
        }
    }

    /// How it may code a sample.
    pub(super) fn formats(&self) -> Vec<SampleFormat> {
        if self.sample_formats.is_empty() { vec![self.sample_format] } else { self.sample_formats.clone() }
    }

    /// With how many channels it may be opened, where it hears so many.
    pub(super) fn counts(&self, heard: usize) -> Vec<u32> {
        if self.channel_counts.is_empty() { vec![heard as u32] } else { self.channel_counts.clone() }
    }
}

const fn float() -> SampleFormat {
    SampleFormat::F32
}
