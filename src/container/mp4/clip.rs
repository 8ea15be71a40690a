//! Reading clips back: where the pictures of the lab's own fragmented MP4 lie. The pictures themselves are left in the file.

use std::io::{self, Read, Seek, SeekFrom};

use shiguredo_mp4::TrackKind;
use shiguredo_mp4::boxes::{AvccBox, SampleEntry};
use shiguredo_mp4::demux::{DemuxError, Fmp4FileDemuxer, RequiredInput};

/// The most that is read of a file at once: a fragment of the lab's has a second of film.
const MOST_AT_ONCE: u64 = 256 << 20;

/// The video track of a clip.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClipVideo {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Ticks per second of durations.
    pub timescale: u32,
    /// Parameter sets: whole NAL units without their start codes, the sequence's first.
    pub parameter_sets: Vec<Vec<u8>>,
    /// The pictures, in the order in which they are decoded and shown.
    pub samples: Vec<ClipSample>,
}

/// One picture, as it lies in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClipSample {
    /// Its first byte, counted from 0.
    pub at: u64,
    /// Its length in bytes: NAL units, each with a length of four bytes before it.
    pub bytes: usize,
    /// Whether decoding can start with it.
    pub key: bool,
    /// How long it is shown, in ticks.
    pub duration: u32,
}

/// Why a file is no clip.
#[derive(Debug, thiserror::Error)]
pub enum ClipError {
    /// The file cannot be read.
    #[error(transparent)]
    Io(#[from] io::Error),
    /// It is another kind of file, or damaged; ends a sentence.
    #[error("{0}")]
    Malformed(String),
}

/// Looks through a clip. One whose program died, so that its last fragment is not whole, has the pictures before that.
///
/// # Errors
/// The file cannot be read, is no fragmented MP4, or has no video in H.264.
pub fn read_video<R: Read + Seek>(file: &mut R) -> Result<ClipVideo, ClipError> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut demuxer = Fmp4FileDemuxer::new();
    let mut video = ClipVideo::default();
    loop {
        let needed = match demuxer.next_sample() {
            Ok(Some(sample)) => {
                if sample.track.kind == TrackKind::Video {
                    if let Some(entry) = sample.sample_entry {
                        describe(&mut video, entry, sample.track.timescale.get())?;
                    }
                    let (at, bytes, key) = (sample.data_offset, sample.data_size, sample.keyframe);
                    video.samples.push(ClipSample { at, bytes, key, duration: sample.duration });
                }
                continue;
            }
            Ok(None) => break,
            Err(DemuxError::InputRequired(needed)) => needed,
            Err(_) if !video.samples.is_empty() => break,
            Err(error) => {
                log::debug!("no clip: {error:?}");
                return Err(malformed("it is no fragmented MP4, such as the lab records"));
            }
        };
        let Some(bytes) = read(file, length, needed)? else { break };
        demuxer.handle_input(needed.to_input(&bytes));
    }
    // Only what lies in the file as a whole.
    video.samples.retain(|sample| sample.at.checked_add(sample.bytes as u64).is_some_and(|end| end <= length));
    if video.samples.is_empty() { Err(malformed("it has no video in H.264")) } else { Ok(video) }
}

fn malformed(why: &str) -> ClipError {
    ClipError::Malformed(why.to_owned())
}

/// What the demuxer needs; `None` where the file ends before it.
fn read<R: Read + Seek>(file: &mut R, length: u64, needed: RequiredInput) -> Result<Option<Vec<u8>>, ClipError> {
    let left = length.saturating_sub(needed.position);
    let wanted = needed.size.map_or(left, |size| size as u64);
    // Headers are read with room to spare.
    let wanted = if wanted <= 32 { wanted.min(left) } else { wanted };
    if wanted == 0 || wanted > left {
        return Ok(None);
    }
    if wanted > MOST_AT_ONCE {
        return Err(malformed("a part of it is too long for a clip of the lab"));
    }
    let mut bytes = vec![0; wanted as usize];
    file.seek(SeekFrom::Start(needed.position))?;
    file.read_exact(&mut bytes)?;
    Ok(Some(bytes))
}

/// Takes in the description of the samples. All of a clip have the same.
fn describe(video: &mut ClipVideo, entry: &SampleEntry, timescale: u32) -> Result<(), ClipError> {
    let SampleEntry::Avc1(entry) = entry else { return Err(malformed("its video is not in H.264")) };
    let sets = parameter_sets(&entry.avcc_box)?;
    let (width, height) = (u32::from(entry.visual.width), u32::from(entry.visual.height));
    if !video.parameter_sets.is_empty() && (video.width, video.height, &video.parameter_sets) != (width, height, &sets)
    {
        return Err(malformed("its pictures change their size"));
    }
    let samples = std::mem::take(&mut video.samples);
    *video = ClipVideo { width, height, timescale, parameter_sets: sets, samples };
    Ok(())
}

fn parameter_sets(configuration: &AvccBox) -> Result<Vec<Vec<u8>>, ClipError> {
    if configuration.length_size_minus_one.get() != 3 {
        return Err(malformed("its NAL units have lengths of other than four bytes"));
    }
    Ok(configuration.sps_list.iter().chain(&configuration.pps_list).cloned().collect())
}
