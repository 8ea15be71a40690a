//! One fragment: `moof` and `mdat`.

use shiguredo_mp4::boxes::{MdatBox, MfhdBox, MoofBox, TfdtBox, TfhdBox, TrafBox, TrunBox, TrunSample};
use shiguredo_mp4::{BoxHeader, BoxSize, Encode, Error, ErrorKind, SampleFlags};

/// An encoded picture or packet of sound. Times are in ticks of the track's timescale.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sample {
    /// From the clip's time 0. It is the end of the sample before, but for the first of a fragment, which may leave a
    /// gap.
    pub time: u64,
    /// How long it is shown or lasts.
    pub duration: u32,
    /// Whether decoding can start with it.
    pub key: bool,
    /// The bytes; H.264 as NAL units with a length of four bytes before each.
    pub data: Vec<u8>,
}

/// The samples that one fragment has of one track; at least one.
pub(super) struct Run<'a> {
    pub(super) track_id: u32,
    pub(super) samples: &'a [Sample],
}

/// The fragment's bytes. Each track's samples lie together, in the order of `runs`.
pub(super) fn fragment(sequence_number: u32, runs: &[Run<'_>]) -> Result<Vec<u8>, Error> {
    // An offset has the same length whatever its value, so the first attempt tells where the data begin.
    let head = movie_fragment(sequence_number, runs, 0).encode_to_vec()?.len() as u64 + BoxHeader::MIN_SIZE as u64;
    let mut bytes = movie_fragment(sequence_number, runs, head).encode_to_vec()?;
    let payload: u64 = runs.iter().map(Run::bytes).sum();
    bytes.extend(data_header(payload)?.encode_to_vec()?);
    for sample in runs.iter().flat_map(|run| run.samples) {
        bytes.extend_from_slice(&sample.data);
    }
    Ok(bytes)
}

fn data_header(payload: u64) -> Result<BoxHeader, Error> {
    let size = u32::try_from(payload + BoxHeader::MIN_SIZE as u64);
    let box_size = size.map(BoxSize::U32).map_err(|_too_large| Error::new(ErrorKind::InvalidInput))?;
    Ok(BoxHeader { box_type: MdatBox::TYPE, box_size })
}

fn movie_fragment(sequence_number: u32, runs: &[Run<'_>], first_offset: u64) -> MoofBox {
    let mut offset = first_offset;
    let mut traf_boxes = Vec::with_capacity(runs.len());
    for run in runs {
        traf_boxes.push(run.describe(offset));
        offset += run.bytes();
    }
    MoofBox { mfhd_box: MfhdBox { sequence_number }, traf_boxes, unknown_boxes: Vec::new() }
}

impl Run<'_> {
    fn bytes(&self) -> u64 {
        self.samples.iter().map(|sample| sample.data.len() as u64).sum()
    }

    fn describe(&self, offset: u64) -> TrafBox {
        let time = self.samples.first().map_or(0, |sample| sample.time);
        TrafBox {
            tfhd_box: TfhdBox {
                track_id: self.track_id,
                base_data_offset: None,
                sample_description_index: None,
                default_sample_duration: None,
                default_sample_size: None,
                default_sample_flags: None,
                duration_is_empty: false,
                default_base_is_moof: true,
            },
            tfdt_box: Some(TfdtBox { version: 1, base_media_decode_time: time }),
            trun_boxes: vec![TrunBox {
                data_offset: Some(offset as i32), // `data_header` limits it
                first_sample_flags: None,
                samples: self.samples.iter().map(describe).collect(),
            }],
            unknown_boxes: Vec::new(),
        }
    }
}

fn describe(sample: &Sample) -> TrunSample {
    let depends_on_others = if sample.key { 2 } else { 1 }; // 2: no, 1: yes
    TrunSample {
        duration: Some(sample.duration),
        size: Some(sample.data.len() as u32),
        flags: Some(SampleFlags::from_fields(0, depends_on_others, 0, 0, 0, !sample.key, 0)),
        composition_time_offset: None,
    }
}
