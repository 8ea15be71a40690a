//! Tests of a clip on a disk that fills up.

use std::time::Duration;

use super::super::clip_file::tests::SmallDisk;
use super::super::{AudioParams, VideoParams};
use super::*;
use crate::model::{Colour, ErrorName, FrameRate, PixelFormat};

const ORIGIN: Timestamp = Timestamp::from_nanos(7_000_000_000);

fn frame(number: u64) -> VideoFrame {
    let captured_at = ORIGIN + Duration::from_millis(number * 100);
    let data: Vec<u8> = (0..64 * 48_u64).map(|pixel| (pixel * 7 + number * 13) as u8).collect();
    VideoFrame {
        sequence: number,
        captured_at,
        arrived_at: captured_at,
        width: 64,
        height: 48,
        stride: 64,
        pixel_format: PixelFormat::GREY,
        colour: Colour::FULL,
        data: data.into(),
        corrupt: false,
    }
}

fn block(number: u64) -> AudioBlock {
    let captured_at = ORIGIN + Duration::from_millis(number * 100);
    let samples = vec![0.1; 4800];
    AudioBlock { captured_at, arrived_at: captured_at, sample_rate: 48_000, channels: 1, samples, lost_before: 0 }
}

fn clip(disk: &SmallDisk) -> Mp4Clip {
    let params = VideoParams { width: 64, height: 48, frame_rate: FrameRate::new(10, 1) };
    let video = VideoTrack::new(params, ORIGIN).unwrap();
    let audio = AudioTrack::new(AudioParams { sample_rate: 48_000, channels: 1 }, ORIGIN).unwrap();
    Mp4Clip::new(Some(video), Some(audio), ClipFile::on(disk.clone())).unwrap()
}

/// Kind and length of each box of the file.
fn boxes(bytes: &[u8]) -> Vec<(String, usize)> {
    let (mut rest, mut boxes) = (bytes, Vec::new());
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest[..4].try_into().unwrap()) as usize;
        boxes.push((String::from_utf8_lossy(&rest[4..8]).into_owned(), length));
        rest = &rest[length..];
    }
    boxes
}

fn kinds(bytes: &[u8]) -> Vec<String> {
    boxes(bytes).into_iter().map(|(kind, _)| kind).collect()
}

#[test]
fn each_second_goes_to_the_file_when_it_is_complete() {
    crate::covers!("REC-19");
    let disk = SmallDisk::new(u64::MAX);
    let mut clip = clip(&disk);
    for number in 0..35 {
        clip.audio(&block(number)).unwrap();
        clip.video(&frame(number), None).unwrap();
        let fragments = kinds(&disk.bytes()).iter().filter(|kind| *kind == "moof").count() as u64;
        assert_eq!(fragments, number / 10, "after picture {number}");
    }
    let end = ORIGIN + Duration::from_millis(3500);
    clip.write_rest(end, end).unwrap();
    let (_, duration, bytes) = clip.close().unwrap().unwrap();
    assert_eq!((duration, bytes as usize), (Duration::from_millis(3500), disk.bytes().len()));
    let expected = ["ftyp", "moov", "moof", "mdat", "moof", "mdat", "moof", "mdat", "moof", "mdat", "mfra"];
    assert_eq!(kinds(&disk.bytes()), expected);
}

#[test]
fn sound_does_not_wait_for_a_silent_camera() {
    let disk = SmallDisk::new(u64::MAX);
    let mut clip = clip(&disk);
    clip.video(&frame(0), None).unwrap();
    (0..50).for_each(|number| clip.audio(&block(number)).unwrap());
    let fragments = kinds(&disk.bytes()).iter().filter(|kind| *kind == "moof").count();
    assert_eq!(fragments, 3);
    assert_eq!(clip.progress().0.as_millis() / 100, 49);
}

/// REC-13: a full disk keeps what was written up to then.
#[test]
fn a_full_disk_keeps_complete_fragments() {
    crate::covers!("REC-13");
    let whole = SmallDisk::new(u64::MAX);
    let mut full = clip(&whole);
    (0..40).for_each(|number| full.video(&frame(number), None).unwrap());
    let ends: Vec<usize> = boxes(&whole.bytes())
        .iter()
        .scan(0, |end, (_, length)| {
            *end += length;
            Some(*end)
        })
        .collect();
    let after_two_fragments = ends[5];
    for room in [1, 9, 100] {
        let disk = SmallDisk::new((after_two_fragments + room) as u64);
        let mut clip = clip(&disk);
        let failure = (0..40).find_map(|number| clip.video(&frame(number), None).err()).unwrap();
        assert_eq!(failure.name, ErrorName::AbortError);
        let (_, duration, _) = clip.close().unwrap().unwrap();
        assert_eq!(duration, Duration::from_secs(2));
        assert_eq!(kinds(&disk.bytes())[..6], ["ftyp", "moov", "moof", "mdat", "moof", "mdat"]);
    }
}

#[test]
fn a_clip_without_any_sample_is_no_file() {
    let mut clip = clip(&SmallDisk::new(u64::MAX));
    clip.write_rest(ORIGIN + Duration::from_secs(1), ORIGIN).unwrap();
    assert!(clip.close().unwrap().is_none());
}

#[test]
fn pictures_that_cannot_be_shown_are_left_out() {
    let mut clip = clip(&SmallDisk::new(u64::MAX));
    clip.video(&frame(1), None).unwrap();
    clip.video(&VideoFrame { corrupt: true, ..frame(2) }, None).unwrap();
    clip.video(&VideoFrame { captured_at: Timestamp::from_nanos(1), ..frame(3) }, None).unwrap();
    assert_eq!(clip.lost().pictures, 0, "marked as damaged, and before the origin");
    clip.video(&VideoFrame { captured_at: frame(1).captured_at, ..frame(4) }, None).unwrap();
    clip.video(&VideoFrame { data: vec![0; 10].into(), ..frame(5) }, None).unwrap();
    assert_eq!(clip.lost().pictures, 2, "not after the last, and too short");
}
