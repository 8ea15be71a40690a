//! Clips are recorded without a device and without waiting, and read back: by our own reading of the boxes always, by
//! ffmpeg where it is installed.
#![expect(clippy::unwrap_used, reason = "a test says where it fails")]
#![cfg_attr(not(feature = "h264"), allow(dead_code, reason = "most helpers serve the tests of MP4"))]

#[path = "clips/probe.rs"]
mod probe;
#[path = "clips/scene.rs"]
mod scene;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use capture_lab::media::{AudioBlock, VideoFrame};
use capture_lab::model::{ErrorName, FrameRate, Timestamp};
use capture_lab::record::{AudioParams, RecordConfig, Recorder, VideoParams, is_supported};

use scene::{HEIGHT, ORIGIN, RATE, WIDTH};

const SECONDS: u64 = 4;
const SOUND: AudioParams = AudioParams { sample_rate: RATE, channels: 2 };

fn pictures() -> VideoParams {
    VideoParams { width: WIDTH, height: HEIGHT, frame_rate: FrameRate::new(30, 1) }
}

fn config(path: &Path, video: Option<VideoParams>, audio: Option<AudioParams>) -> RecordConfig {
    RecordConfig { path: path.to_owned(), overwrite: false, video, audio, origin: ORIGIN }
}

fn end() -> Timestamp {
    ORIGIN + Duration::from_secs(SECONDS)
}

/// Records pictures and sound in the order of their times, as they would come.
fn feed(recorder: &mut Recorder, frames: Vec<VideoFrame>, blocks: Vec<AudioBlock>) {
    let mut frames = frames.into_iter().peekable();
    for block in blocks {
        while let Some(frame) = frames.next_if(|frame| frame.captured_at <= block.captured_at) {
            recorder.video(&frame, None).unwrap();
        }
        recorder.audio(&block).unwrap();
    }
    frames.for_each(|frame| recorder.video(&frame, None).unwrap());
}

fn scene_frames() -> Vec<VideoFrame> {
    let times = scene::frame_times(SECONDS).into_iter().zip(0..);
    times.map(|(nanos, sequence)| scene::frame(nanos, sequence, (WIDTH, HEIGHT))).collect()
}

fn scene_blocks(rate: u32) -> Vec<AudioBlock> {
    let size = u64::from(rate) / 100;
    (0..SECONDS * 100).map(|n| scene::block(n * size, size, rate)).collect()
}

/// Kind, place and length of each box of the file; the last may be cut off.
fn boxes(bytes: &[u8]) -> Vec<(String, usize, usize)> {
    let (mut at, mut boxes) = (0, Vec::new());
    while let Some(head) = bytes.get(at..at + 8) {
        let length = u32::from_be_bytes(head[..4].try_into().unwrap()) as usize;
        boxes.push((String::from_utf8_lossy(&head[4..]).into_owned(), at, length));
        at += length;
    }
    boxes
}

#[cfg(feature = "h264")]
mod mp4 {
    use std::sync::LazyLock;

    use super::*;

    /// The scene's clip, recorded once for all tests, as a file at this path.
    fn record_scene(path: &Path) {
        static CLIP: LazyLock<Vec<u8>> = LazyLock::new(|| {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("clip.mp4");
            let mut recorder = Recorder::create(&config(&path, Some(pictures()), Some(SOUND))).unwrap();
            feed(&mut recorder, scene_frames(), scene_blocks(RATE));
            assert!(recorder.lost().is_none());
            let summary = recorder.finish(end()).unwrap();
            assert_eq!((&summary.path, summary.duration), (&path, Duration::from_secs(SECONDS)));
            assert_eq!(summary.bytes, fs::metadata(&path).unwrap().len());
            fs::read(&path).unwrap()
        });
        fs::write(path, CLIP.as_slice()).unwrap();
    }

    #[test]
    fn the_boxes_are_a_header_fragments_of_a_second_and_an_index() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        record_scene(&path);
        let bytes = fs::read(&path).unwrap();
        let boxes = boxes(&bytes);
        let kinds: Vec<_> = boxes.iter().map(|(kind, _, _)| kind.as_str()).collect();
        assert_eq!(kinds, ["ftyp", "moov", "moof", "mdat", "moof", "mdat", "moof", "mdat", "moof", "mdat", "mfra"]);
        let (_, at, last) = boxes.last().unwrap();
        assert_eq!(at + last, bytes.len());
    }

    #[test]
    fn pictures_keep_their_times_and_begin_anew_each_second() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        record_scene(&path);
        if !probe::is_installed("times of pictures") {
            return;
        }
        let times = scene::frame_times(SECONDS);
        let shown = probe::pictures(&path);
        assert_eq!(shown.len(), times.len());
        for ((_, shown), captured) in shown.iter().zip(&times) {
            assert!((shown - *captured as f64 * 1e-9).abs() < 12e-6, "{shown} s for {captured} ns");
        }
        let keys: Vec<f64> = shown.iter().filter(|(key, _)| *key).map(|(_, time)| *time).collect();
        assert_eq!(keys.len(), SECONDS as usize);
        assert!(keys.windows(2).all(|pair| (pair[1] - pair[0] - 1.0).abs() < 0.03), "{keys:?}");
        let (decoded, size, complaints) = probe::luma(&path);
        assert_eq!((decoded.len(), size, complaints.as_str()), (times.len(), (WIDTH, HEIGHT), ""));
        for (sequence, (picture, nanos)) in decoded.iter().zip(&times).enumerate() {
            let original = scene::frame(*nanos, sequence as u64, size);
            let off = picture.iter().zip(original.data.iter()).map(|(got, wanted)| {
                // Decoded to full range.
                f64::from(*got) - (f64::from(*wanted) - 16.0) * 255.0 / 219.0
            });
            let error = off.map(|off| off * off).sum::<f64>() / picture.len() as f64;
            assert!(error.sqrt() < 16.0, "picture {sequence} is off by {}", error.sqrt());
        }
    }

    #[test]
    fn both_tracks_have_one_time_line() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        record_scene(&path);
        if !probe::is_installed("lengths of tracks, flash and beep, tone") {
            return;
        }
        for stream in ["v", "a"] {
            let (start, length) = probe::track(&path, stream);
            assert!(start.abs() < 0.03 && (length - SECONDS as f64).abs() < 0.02, "{stream}: {start} s, {length} s");
        }
        assert!(probe::packet_times(&path, "a")[0].abs() < 1e-6);
        let (samples, complaints) = probe::sound(&path);
        assert_eq!(complaints, "");
        let wanted: Vec<f64> =
            (0..SECONDS * u64::from(RATE)).map(|n| scene::beep(n as f64 / f64::from(RATE))).collect();
        let beep_lag = probe::lag(&probe::channel(&samples, 1), &wanted, 480) as f64 / f64::from(RATE);
        let (decoded, _, _) = probe::luma(&path);
        let shown = probe::pictures(&path);
        let white = |picture: &[u8]| picture.iter().filter(|pixel| **pixel > 200).count() * 2 > picture.len();
        let flashes = shown.windows(2).zip(decoded.windows(2));
        let onsets: Vec<f64> = flashes
            .filter(|(_, pictures)| !white(&pictures[0]) && white(&pictures[1]))
            .map(|(times, _)| times[1].1)
            .collect();
        assert_eq!(onsets.len(), SECONDS as usize - 1);
        for (onset, second) in onsets.iter().zip(1..) {
            let offset = beep_lag - (onset - f64::from(second));
            assert!(offset.abs() < 0.001, "sound is {offset} s late at second {second}");
        }
        let tone = &probe::channel(&samples, 0)[RATE as usize / 2..RATE as usize * 7 / 2];
        let (level, frequency) = (probe::sine_dbfs(tone), probe::frequency(tone, f64::from(RATE)));
        assert!((level + 18.0).abs() < 1.0 && (frequency - 997.0).abs() < 1.0, "{level} dBFS, {frequency} Hz");
    }

    #[test]
    fn sound_of_another_rate_with_a_late_start_and_a_gap_stays_in_place() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let sound = AudioParams { sample_rate: 44_100, channels: 2 };
        let mut recorder = Recorder::create(&config(&path, Some(pictures()), Some(sound))).unwrap();
        let missing = |block: &AudioBlock| {
            let seconds = block.captured_at.secs_since(ORIGIN);
            seconds < 0.3 || (1.5..1.8).contains(&seconds)
        };
        let blocks = scene_blocks(44_100).into_iter().filter(|block| !missing(block)).collect();
        feed(&mut recorder, scene_frames(), blocks);
        assert_eq!(recorder.finish(end()).unwrap().duration, Duration::from_secs(SECONDS));
        if !probe::is_installed("gaps of sound") {
            return;
        }
        let (samples, _) = probe::sound(&path);
        let left = probe::channel(&samples, 0);
        let part = |from: f64, to: f64| &left[(from * 48_000.0) as usize..(to * 48_000.0) as usize];
        for (from, to) in [(0.01, 0.29), (1.51, 1.79)] {
            let level = probe::sine_dbfs(part(from, to));
            assert!(level < -60.0, "{from} to {to} s: {level} dBFS");
        }
        for (from, to) in [(0.32, 1.48), (1.82, 3.9)] {
            let (level, frequency) = (probe::sine_dbfs(part(from, to)), probe::frequency(part(from, to), 48_000.0));
            assert!((level + 18.0).abs() < 1.0 && (frequency - 997.0).abs() < 1.0, "{level} dBFS, {frequency} Hz");
        }
        let wanted: Vec<f64> = (0..SECONDS * 48_000).map(|n| scene::beep(n as f64 / 48_000.0)).collect();
        let lag = probe::lag(&probe::channel(&samples, 1), &wanted, 480);
        assert!(lag.abs() < 48, "{lag} samples");
    }

    /// REC-19: what is there when the program dies can be played, wherever the last write was cut.
    #[test]
    fn a_clip_that_was_cut_off_plays_up_to_there() {
        capture_lab::covers!("REC-19");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let mut recorder = Recorder::create(&config(&path, Some(pictures()), Some(SOUND))).unwrap();
        feed(&mut recorder, scene_frames(), scene_blocks(RATE));
        std::mem::forget(recorder); // nothing is completed, as when the program is killed
        let bytes = fs::read(&path).unwrap();
        let boxes = boxes(&bytes);
        let ends: Vec<usize> =
            boxes.iter().filter(|(kind, _, _)| kind == "mdat").map(|(_, at, length)| at + length).collect();
        assert_eq!(ends, [ends[0], ends[1], bytes.len()], "three whole seconds of four are in the file");
        if !probe::is_installed("clips that were cut off") {
            return;
        }
        let times = scene::frame_times(SECONDS);
        let until = |second: usize| times.iter().filter(|time| **time < second as u64 * 1_000_000_000).count();
        let mut state = 99_u64;
        let mut lengths = vec![ends[0], ends[0] + 1, ends[0] + 9, ends[1], ends[2]];
        lengths.extend((0..6).map(|_| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ends[0] + (state >> 33) as usize % (bytes.len() - ends[0])
        }));
        for length in lengths {
            let cut = folder.path().join("cut.mp4");
            fs::write(&cut, &bytes[..length]).unwrap();
            let complete = ends.iter().filter(|end| **end <= length).count();
            let (pictures, _, _) = probe::luma(&cut);
            let wanted = until(complete);
            assert!(pictures.len() >= wanted, "{} pictures of {wanted} in {length} bytes", pictures.len());
            let (samples, _) = probe::sound(&cut);
            let seconds = samples.len() as f64 / 2.0 / 48_000.0;
            assert!(seconds >= complete as f64 - 0.1, "{seconds} s of {complete} s in {length} bytes");
        }
    }

    /// REC-18: pictures of another size are scaled into the first one's.
    #[test]
    fn a_change_of_size_keeps_the_clip_whole() {
        capture_lab::covers!("REC-18");
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.mp4");
        let mut recorder = Recorder::create(&config(&path, Some(pictures()), None)).unwrap();
        for sequence in 0..30 {
            let size = if sequence < 15 { (WIDTH, HEIGHT) } else { (160, 180) };
            recorder.video(&scene::frame(sequence * 33_333_333, sequence, size), None).unwrap();
        }
        assert!(recorder.lost().is_none());
        recorder.finish(ORIGIN + Duration::from_secs(1)).unwrap();
        if !probe::is_installed("change of size") {
            return;
        }
        let (decoded, size, complaints) = probe::luma(&path);
        assert_eq!((decoded.len(), size, complaints.as_str()), (30, (WIDTH, HEIGHT), ""));
        let bar =
            |picture: &[u8]| picture.chunks(WIDTH as usize).all(|line| line[..60].iter().all(|pixel| *pixel < 20));
        assert!(decoded[..15].iter().all(|picture| !bar(picture)) && decoded[15..].iter().all(|picture| bar(picture)));
    }

    #[test]
    fn a_clip_can_hold_sound_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("clip.MP4");
        let mut recorder = Recorder::create(&config(&path, None, Some(SOUND))).unwrap();
        feed(&mut recorder, Vec::new(), scene_blocks(RATE));
        assert_eq!(recorder.finish(end()).unwrap().duration, Duration::from_secs(SECONDS));
        let fragments = boxes(&fs::read(&path).unwrap()).iter().filter(|(kind, _, _)| kind == "moof").count();
        assert_eq!(fragments, SECONDS as usize);
    }
}

#[test]
fn a_wav_has_every_sample_bit_for_bit_even_when_it_was_cut_off() {
    capture_lab::covers!("REC-19");
    let folder = tempfile::tempdir().unwrap();
    for (name, is_completed) in [("whole.wav", true), ("cut.wav", false)] {
        let path = folder.path().join(name);
        let mut recorder = Recorder::create(&config(&path, None, Some(SOUND))).unwrap();
        let blocks = scene_blocks(RATE);
        feed(&mut recorder, Vec::new(), blocks.clone());
        assert_eq!(recorder.progress().0, Duration::from_secs(SECONDS));
        if is_completed {
            recorder.finish(end()).unwrap();
        } else {
            std::mem::forget(recorder);
        }
        if !probe::is_installed("samples of a WAV") {
            continue;
        }
        let (samples, complaints) = probe::sound(&path);
        let wanted: Vec<f32> = blocks.into_iter().flat_map(|block| block.samples).collect();
        assert_eq!(complaints, "");
        assert!(wanted.starts_with(&samples), "the samples differ");
        let missing = (wanted.len() - samples.len()) as f64 / 2.0 / f64::from(RATE);
        assert!(if is_completed { missing == 0.0 } else { missing < 1.0 }, "{missing} s are missing");
    }
}

#[test]
fn what_cannot_be_written_is_refused_with_a_sentence() {
    capture_lab::covers!("REC-20");
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    fs::write(at("there.wav"), b"precious").unwrap();
    fs::create_dir(at("folder.wav")).unwrap();
    let (video, audio) = (Some(pictures()), Some(SOUND));
    let cases: [(PathBuf, Option<VideoParams>, Option<AudioParams>, ErrorName); 8] = [
        (at("there.wav"), None, audio, ErrorName::InvalidStateError),
        (at("missing/a.wav"), None, audio, ErrorName::NotFoundError),
        (at("there.wav/a.wav"), None, audio, ErrorName::NotFoundError),
        (at("a.avi"), video, audio, ErrorName::NotSupportedError),
        (at("a"), video, audio, ErrorName::NotSupportedError),
        (at("a.wav"), video, audio, ErrorName::NotSupportedError),
        (at("a.wav"), None, None, ErrorName::NotSupportedError),
        (at("a.mp4"), None, None, ErrorName::NotSupportedError),
    ];
    for (path, video, audio, name) in cases {
        let error = Recorder::create(&config(&path, video, audio)).unwrap_err();
        assert_eq!(error.name, name, "{}: {error}", path.display());
        assert!(error.message.ends_with('.') && error.message.len() > 30, "{error}");
    }
    let into_folder = RecordConfig { overwrite: true, ..config(&at("folder.wav"), None, audio) };
    assert_eq!(Recorder::create(&into_folder).unwrap_err().name, ErrorName::NotAllowedError);
    assert_eq!(fs::read(at("there.wav")).unwrap(), b"precious");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left behind");
}

#[test]
fn nothing_recorded_is_an_error_and_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.wav");
    let recorder = Recorder::create(&config(&path, None, Some(SOUND))).unwrap();
    assert_eq!(recorder.finish(ORIGIN).unwrap_err().name, ErrorName::AbortError);
    assert!(!path.exists());
}

/// Names of the formats that this build records sound alone in.
fn sound_formats() -> impl Iterator<Item = &'static str> {
    ["sound.wav", "sound.mp4"].into_iter().filter(|name| is_supported(Path::new(name)))
}

#[test]
fn a_muted_microphone_gives_silence_and_the_time_goes_on() {
    capture_lab::covers!("REC-14");
    // REC-14: muted from the start, muted for the last half, and for a part in between.
    let folder = tempfile::tempdir().unwrap();
    for (number, heard) in [0..0, 0..200, 0..100, 100..400].into_iter().enumerate() {
        for name in sound_formats() {
            let path = folder.path().join(format!("{number}-{name}"));
            let mut recorder = Recorder::create(&config(&path, None, Some(SOUND))).unwrap();
            let blocks = scene_blocks(RATE).into_iter().skip(heard.start).take(heard.len());
            feed(&mut recorder, Vec::new(), blocks.collect());
            let clip = recorder.finish(end()).unwrap();
            assert_eq!(clip.duration, Duration::from_secs(SECONDS), "{heard:?} in {name}");
            assert_eq!(clip.bytes, fs::metadata(&path).unwrap().len());
        }
    }
}

#[test]
fn sound_whose_track_ended_is_not_made_longer() {
    capture_lab::covers!("REC-15");
    let folder = tempfile::tempdir().unwrap();
    for name in sound_formats() {
        let mut recorder = Recorder::create(&config(&folder.path().join(name), None, Some(SOUND))).unwrap();
        feed(&mut recorder, Vec::new(), scene_blocks(RATE).into_iter().take(100).collect());
        recorder.end_sound(ORIGIN + Duration::from_millis(1100));
        assert_eq!(recorder.finish(end()).unwrap().duration, Duration::from_millis(1100), "{name}");
    }
}

#[test]
fn a_recorder_can_move_to_its_thread() {
    fn sent<T: Send>(value: T) -> T {
        value
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("clip.wav");
    let mut recorder = sent(Recorder::create(&config(&path, None, Some(SOUND))).unwrap());
    std::thread::scope(|scope| scope.spawn(|| feed(&mut recorder, Vec::new(), scene_blocks(RATE))).join().unwrap());
    assert_eq!(recorder.finish(end()).unwrap().path, path);
}

#[test]
fn the_build_says_what_it_can_record() {
    capture_lab::covers!("REC-20");
    assert!(is_supported(Path::new("a.WAV")) && !is_supported(Path::new("a.ogg")) && !is_supported(Path::new("wav")));
    assert_eq!(is_supported(Path::new("a.mp4")), cfg!(feature = "h264"));
}
