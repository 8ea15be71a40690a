//! The header: `ftyp` and `moov`.

use std::num::NonZeroU32;
use std::time::Duration;

use shiguredo_mp4::boxes::{
    Brand, DinfBox, FtypBox, HdlrBox, MdhdBox, MdiaBox, MehdBox, MinfBox, MoovBox, MvexBox, MvhdBox, StblBox, StcoBox,
    StscBox, StsdBox, StszBox, SttsBox, TkhdBox, TrakBox, TrexBox, UnknownBox,
};
use shiguredo_mp4::{BoxSize, BoxType, Either, Encode, Error, LanguageCode, Mp4FileTime, SampleFlags};

use super::TrackFormat;

/// Ticks per second of the film's own times. Milliseconds keep them within 32 bits for 49 days.
const MOVIE_TIMESCALE: NonZeroU32 = NonZeroU32::new(1000).expect("not zero");

/// The header. It is as long with a duration as without, so that the one can be written over the other.
pub(super) fn header(
    formats: &[&TrackFormat],
    created: Mp4FileTime,
    duration: Option<Duration>,
) -> Result<Vec<u8>, Error> {
    let mut bytes = file_type(formats).encode_to_vec()?;
    bytes.extend(movie(formats, created, duration).encode_to_vec()?);
    Ok(bytes)
}

fn file_type(formats: &[&TrackFormat]) -> FtypBox {
    let mut compatible_brands = vec![Brand::ISOM, Brand::ISO5, Brand::ISO6, Brand::MP41];
    if formats.iter().any(|format| matches!(format, TrackFormat::H264 { .. })) {
        compatible_brands.push(Brand::AVC1);
    }
    FtypBox { major_brand: Brand::ISO5, minor_version: 0, compatible_brands }
}

fn movie(formats: &[&TrackFormat], created: Mp4FileTime, duration: Option<Duration>) -> MoovBox {
    let milliseconds = duration.map(|duration| duration.as_millis() as u64);
    MoovBox {
        mvhd_box: MvhdBox {
            creation_time: created,
            modification_time: created,
            timescale: MOVIE_TIMESCALE,
            duration: 0, // of the samples that the header itself describes: none
            rate: MvhdBox::DEFAULT_RATE,
            volume: MvhdBox::DEFAULT_VOLUME,
            matrix: MvhdBox::DEFAULT_MATRIX,
            next_track_id: formats.len() as u32 + 1,
        },
        trak_boxes: formats.iter().zip(1..).map(|(format, id)| track(format, id, created)).collect(),
        mvex_box: Some(MvexBox {
            mehd_box: milliseconds.map(|fragment_duration| MehdBox { fragment_duration }),
            trex_boxes: (1..=formats.len() as u32).map(defaults).collect(),
            unknown_boxes: milliseconds.is_none().then(room_for_duration).into_iter().collect(),
        }),
        unknown_boxes: Vec::new(),
    }
}

/// A `free` box of the length of the `mehd` box that takes its place.
fn room_for_duration() -> UnknownBox {
    UnknownBox { box_type: BoxType::Normal(*b"free"), box_size: BoxSize::U32(16), payload: vec![0; 8] }
}

const fn defaults(track_id: u32) -> TrexBox {
    TrexBox {
        track_id,
        default_sample_description_index: 1,
        default_sample_duration: 0,
        default_sample_size: 0,
        default_sample_flags: SampleFlags::new(0),
    }
}

fn track(format: &TrackFormat, track_id: u32, created: Mp4FileTime) -> TrakBox {
    let (width, height) = format.presentation_size();
    TrakBox {
        tkhd_box: TkhdBox {
            flag_track_enabled: true,
            flag_track_in_movie: true,
            flag_track_in_preview: false,
            flag_track_size_is_aspect_ratio: false,
            creation_time: created,
            modification_time: created,
            track_id,
            duration: 0,
            layer: TkhdBox::DEFAULT_LAYER,
            alternate_group: TkhdBox::DEFAULT_ALTERNATE_GROUP,
            volume: format.volume(),
            matrix: TkhdBox::DEFAULT_MATRIX,
            width,
            height,
        },
        edts_box: None,
        mdia_box: media(format, created),
        unknown_boxes: Vec::new(),
    }
}

fn media(format: &TrackFormat, created: Mp4FileTime) -> MdiaBox {
    MdiaBox {
        mdhd_box: MdhdBox {
            creation_time: created,
            modification_time: created,
            timescale: format.timescale(),
            duration: 0,
            language: LanguageCode::UNDEFINED,
        },
        hdlr_box: HdlrBox { handler_type: format.handler(), name: b"Capture Lab\0".to_vec() },
        minf_box: MinfBox {
            media_header: Some(format.media_header()),
            dinf_box: DinfBox::LOCAL_FILE,
            stbl_box: samples_elsewhere(format),
            unknown_boxes: Vec::new(),
        },
        unknown_boxes: Vec::new(),
    }
}

/// A sample table with the description alone: the samples are in the fragments.
fn samples_elsewhere(format: &TrackFormat) -> StblBox {
    StblBox {
        stsd_box: StsdBox { entries: vec![format.sample_entry()] },
        stts_box: SttsBox { entries: Vec::new() },
        ctts_box: None,
        cslg_box: None,
        stsc_box: StscBox { entries: Vec::new() },
        stsz_box: StszBox::Variable { entry_sizes: Vec::new() },
        stco_or_co64_box: Either::A(StcoBox { chunk_offsets: Vec::new() }),
        stss_box: None,
        sdtp_box: None,
        unknown_boxes: Vec::new(),
    }
}
