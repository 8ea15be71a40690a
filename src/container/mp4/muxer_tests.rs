//! Tests of the bytes, read back by the demuxer of the boxes' crate.

use shiguredo_mp4::boxes::{FtypBox, MfraBox, MoofBox, MoovBox};
use shiguredo_mp4::demux::Fmp4SegmentDemuxer;
use shiguredo_mp4::{BaseBox, Decode};

use super::*;
use std::time::Duration;

const SPS: [u8; 8] = [0x67, 66, 0xc0, 30, 0x8c, 0x68, 0x05, 0x00];
const PPS: [u8; 4] = [0x68, 0xce, 0x3c, 0x80];

fn muxer() -> Muxer {
    Muxer::new(vec![
        TrackFormat::H264 { width: 320, height: 180, sps: SPS.to_vec(), pps: PPS.to_vec() },
        TrackFormat::Opus { channels: 2, input_sample_rate: 44_100 },
    ])
}

fn sample(time: u64, duration: u32, key: bool, byte: u8) -> Sample {
    Sample { time, duration, key, data: vec![byte; 10 + byte as usize] }
}

#[test]
fn the_header_keeps_its_length_when_the_duration_is_known() {
    let muxer = muxer();
    let open = muxer.header(None).unwrap();
    let closed = muxer.header(Some(Duration::from_millis(12_345))).unwrap();
    assert_eq!(open.len(), closed.len());
    let (_, start) = FtypBox::decode(&closed).unwrap();
    let (moov, _) = MoovBox::decode(&closed[start..]).unwrap();
    assert_eq!(moov.mvex_box.unwrap().mehd_box.unwrap().fragment_duration, 12_345);
    let (moov, _) = MoovBox::decode(&open[start..]).unwrap();
    assert!(moov.mvex_box.unwrap().mehd_box.is_none(), "a broken-off file must not claim a length");
}

#[test]
fn samples_are_read_back_with_their_times() {
    let mut muxer = muxer();
    let header = muxer.header(None).unwrap();
    let mut reader = Fmp4SegmentDemuxer::new();
    reader.handle_init_segment(&header).unwrap();
    muxer.push(0, sample(900, 3001, true, 1));
    muxer.push(0, sample(3901, 2500, false, 2));
    muxer.push(1, sample(0, 960, true, 3));
    assert_eq!(muxer.buffered(0), Duration::from_nanos(5501 * 1_000_000_000 / 90_000));
    let bytes = muxer.take_fragment(header.len() as u64).unwrap().unwrap();
    let samples = reader.handle_media_segment(&bytes).unwrap();
    let read: Vec<_> = samples
        .iter()
        .map(|read| {
            let data = &bytes[read.data_offset as usize..read.data_offset as usize + read.data_size];
            (read.track.track_id, read.timestamp, read.duration, read.keyframe, data.to_vec())
        })
        .collect();
    assert_eq!(
        read,
        [(1, 900, 3001, true, vec![1; 11]), (1, 3901, 2500, false, vec![2; 12]), (2, 0, 960, true, vec![3; 13]),]
    );
    assert!(muxer.take_fragment(0).unwrap().is_none(), "samples are written once");
}

#[test]
fn the_index_names_fragments_that_start_with_a_key_frame() {
    let mut muxer = muxer();
    let mut place = muxer.header(None).unwrap().len() as u64;
    let mut places = Vec::new();
    for (number, key) in [(0, true), (1, false), (2, true)] {
        muxer.push(0, sample(number * 90_000, 90_000, key, 1));
        places.push(place);
        place += muxer.take_fragment(place).unwrap().unwrap().len() as u64;
    }
    let bytes = muxer.index().unwrap();
    let (index, length) = MfraBox::decode(&bytes).unwrap();
    assert_eq!((length, index.mfro_box.size as usize), (bytes.len(), bytes.len()));
    let entries: Vec<_> = index.tfra_boxes[0].entries.iter().map(|entry| (entry.time, entry.moof_offset)).collect();
    assert_eq!(entries, [(0, places[0]), (180_000, places[2])]);
    assert!(index.tfra_boxes[1].entries.is_empty());
}

#[test]
fn fragments_are_numbered_and_hold_only_tracks_with_samples() {
    let mut muxer = muxer();
    for number in 1..=2 {
        muxer.push(1, sample(u64::from(number) * 960, 960, true, 1));
        let bytes = muxer.take_fragment(0).unwrap().unwrap();
        let (moof, _) = MoofBox::decode(&bytes).unwrap();
        assert_eq!((moof.mfhd_box.sequence_number, moof.traf_boxes.len()), (number, 1));
        assert_eq!(moof.box_type(), MoofBox::TYPE);
    }
    assert_eq!(muxer.duration(), Duration::from_millis(60));
}
