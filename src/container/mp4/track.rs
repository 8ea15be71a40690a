//! What a track holds, as its sample description says it.

use std::num::NonZeroU32;
use std::time::Duration;

use shiguredo_mp4::boxes::{
    AudioSampleEntryFields, Avc1Box, AvccBox, DopsBox, HdlrBox, MediaHeader, OpusBox, SampleEntry, SmhdBox, TkhdBox,
    VisualSampleEntryFields, VmhdBox,
};
use shiguredo_mp4::{FixedPointNumber, Uint};

/// Ticks per second of H.264 tracks. A capture stamp is kept within 6 µs.
pub const VIDEO_TIMESCALE: NonZeroU32 = NonZeroU32::new(90_000).expect("not zero");

/// Ticks, which are sample frames, per second of Opus tracks.
pub const OPUS_RATE: NonZeroU32 = NonZeroU32::new(48_000).expect("not zero");

/// The profiles of H.264 whose configuration ends with the parameter sets.
const PROFILES_WITHOUT_CHROMA_FORMAT: [u8; 3] = [66, 77, 88];

/// The coding of a track.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TrackFormat {
    /// H.264 whose parameter sets never change (`avc1`).
    H264 {
        /// Pixels.
        width: u16,
        /// Pixels.
        height: u16,
        /// Sequence parameter set: a whole NAL unit without its start code.
        sps: Vec<u8>,
        /// Picture parameter set, likewise.
        pps: Vec<u8>,
    },
    /// Opus.
    Opus {
        /// Channels: 1 or 2.
        channels: u8,
        /// The rate of the sound before it was encoded: for information.
        input_sample_rate: u32,
    },
}

impl TrackFormat {
    /// Ticks per second of the track's times.
    pub const fn timescale(&self) -> NonZeroU32 {
        match self {
            Self::H264 { .. } => VIDEO_TIMESCALE,
            Self::Opus { .. } => OPUS_RATE,
        }
    }

    /// Ticks as time.
    pub fn duration(&self, ticks: u64) -> Duration {
        let nanos = u128::from(ticks) * 1_000_000_000 / u128::from(self.timescale().get());
        Duration::from_nanos(nanos as u64)
    }

    pub(super) const fn handler(&self) -> [u8; 4] {
        match self {
            Self::H264 { .. } => HdlrBox::HANDLER_TYPE_VIDE,
            Self::Opus { .. } => HdlrBox::HANDLER_TYPE_SOUN,
        }
    }

    pub(super) fn media_header(&self) -> MediaHeader {
        match self {
            Self::H264 { .. } => MediaHeader::Vmhd(VmhdBox::default()),
            Self::Opus { .. } => MediaHeader::Smhd(SmhdBox::default()),
        }
    }

    pub(super) const fn volume(&self) -> FixedPointNumber<i8, u8> {
        match self {
            Self::H264 { .. } => TkhdBox::DEFAULT_VIDEO_VOLUME,
            Self::Opus { .. } => TkhdBox::DEFAULT_AUDIO_VOLUME,
        }
    }

    /// Width and height as the track's header has them; 0 for sound.
    pub(super) fn presentation_size(&self) -> (FixedPointNumber<i16, u16>, FixedPointNumber<i16, u16>) {
        let fixed = |pixels: u16| FixedPointNumber::new(i16::try_from(pixels).unwrap_or(i16::MAX), 0);
        match self {
            Self::H264 { width, height, .. } => (fixed(*width), fixed(*height)),
            Self::Opus { .. } => (fixed(0), fixed(0)),
        }
    }

    pub(super) fn sample_entry(&self) -> SampleEntry {
        match self {
            Self::H264 { width, height, sps, pps } => SampleEntry::Avc1(Avc1Box {
                visual: visual_fields(*width, *height),
                avcc_box: avc_configuration(sps, pps),
                unknown_boxes: Vec::new(),
            }),
            Self::Opus { channels, input_sample_rate } => SampleEntry::Opus(OpusBox {
                audio: AudioSampleEntryFields {
                    data_reference_index: AudioSampleEntryFields::DEFAULT_DATA_REFERENCE_INDEX,
                    channelcount: u16::from(*channels),
                    samplesize: AudioSampleEntryFields::DEFAULT_SAMPLESIZE,
                    samplerate: FixedPointNumber::new(48_000, 0),
                },
                dops_box: DopsBox {
                    output_channel_count: *channels,
                    // The recorder feeds the encoder early by its look-ahead, so that nothing is to be skipped: players
                    // disagree about who skips, the container's edit list or the decoder.
                    pre_skip: 0,
                    input_sample_rate: *input_sample_rate,
                    output_gain: 0,
                },
                unknown_boxes: Vec::new(),
            }),
        }
    }
}

const fn visual_fields(width: u16, height: u16) -> VisualSampleEntryFields {
    VisualSampleEntryFields {
        data_reference_index: VisualSampleEntryFields::DEFAULT_DATA_REFERENCE_INDEX,
        width,
        height,
        horizresolution: VisualSampleEntryFields::DEFAULT_HORIZRESOLUTION,
        vertresolution: VisualSampleEntryFields::DEFAULT_VERTRESOLUTION,
        frame_count: VisualSampleEntryFields::DEFAULT_FRAME_COUNT,
        compressorname: VisualSampleEntryFields::NULL_COMPRESSORNAME,
        depth: VisualSampleEntryFields::DEFAULT_DEPTH,
    }
}

fn avc_configuration(sps: &[u8], pps: &[u8]) -> AvccBox {
    let byte = |index: usize| sps.get(index).copied().unwrap_or_default();
    let with_chroma_format = !PROFILES_WITHOUT_CHROMA_FORMAT.contains(&byte(1));
    AvccBox {
        avc_profile_indication: byte(1),
        profile_compatibility: byte(2),
        avc_level_indication: byte(3),
        length_size_minus_one: Uint::new(3),
        sps_list: vec![sps.to_vec()],
        pps_list: vec![pps.to_vec()],
        chroma_format: with_chroma_format.then(|| Uint::new(1)), // 4:2:0
        bit_depth_luma_minus8: with_chroma_format.then(|| Uint::new(0)),
        bit_depth_chroma_minus8: with_chroma_format.then(|| Uint::new(0)),
        sps_ext_list: Vec::new(),
    }
}
