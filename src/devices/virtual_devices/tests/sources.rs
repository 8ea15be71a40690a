//! Cameras that show a file.

use std::fs;
use std::path::Path;
use std::time::Duration;

use crate::devices::{CameraStream, CancelToken, DeviceErrorKind, IdMaker};
use crate::media::{FakeClock, PictureConverter};
use crate::model::{CameraMode, Colour, Extent, Mode, PixelFormat};

use super::super::{VirtualError, load_text};
use super::{LONG, Rig, frame};

/// Two pictures of 4:2:0 in full range.
fn y4m() -> (Vec<u8>, [Vec<u8>; 2]) {
    let pictures = [1, 2].map(|seed| (0..64 * 32 * 3 / 2).map(|at| (at * at * seed / 5) as u8).collect::<Vec<u8>>());
    let header = b"YUV4MPEG2 W64 H32 F10:1 C420jpeg XCOLORRANGE=FULL\n".to_vec();
    let file = pictures.iter().fold(header, |file, picture| [&file[..], b"FRAME\n", picture].concat());
    (file, pictures)
}

/// A red and a blue picture, which a camera of the lab drew.
fn mjpeg() -> (Vec<u8>, [Vec<u8>; 2]) {
    let pictures = ["Flat(255, 0, 0)", "Flat(0, 0, 255)"].map(|pattern| {
        let rig = Rig::camera(&format!("pattern: {pattern},"));
        frame(rig.open(PixelFormat::MJPG).as_mut()).data.to_vec()
    });
    (pictures.concat(), pictures)
}

fn description(file: &Path, more: &str) -> String {
    format!("(cameras: [(name: \"cam\", label: \"Cam\", source: File({file:?}), {more})])")
}

fn open(rig: &Rig) -> Box<dyn CameraStream> {
    let Some(&Mode::Video(mode)) = rig.info().modes.first() else { panic!("no mode") };
    let [width, height] = [mode.width, mode.height].map(Extent::max);
    let mode = CameraMode { width, height, frame_rate: mode.frame_rate.max(), pixel_format: mode.pixel_format };
    let stream = rig.open_as(mode, &CancelToken::new()).unwrap();
    rig.clock.advance(LONG);
    stream
}

#[test]
fn a_file_is_shown_byte_for_byte_over_and_over() {
    let folder = tempfile::tempdir().unwrap();
    for (name, (bytes, pictures), millis, colour) in
        [("a.y4m", y4m(), 100, Colour::FULL), ("a.mjpeg", mjpeg(), 40, Colour::FULL)]
    {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let rig = Rig::new(&description(&file, if name == "a.y4m" { "" } else { "rates: [(25, 1)]," }));
        let mut stream = open(&rig);
        for number in 0..7 {
            let frame = frame(stream.as_mut());
            assert_eq!(
                (frame.sequence, rig.millis(frame.captured_at)),
                (number, u128::from(number) * millis),
                "{name}"
            );
            assert!(*frame.data == pictures[number as usize % 2], "{name}, frame {number}");
            assert_eq!((frame.colour, frame.corrupt), (colour, false), "{name}");
            assert!(PictureConverter::new().to_preview(&frame).is_ok(), "{name}");
        }
    }
}

#[test]
fn faults_disturb_a_file_as_they_do_a_pattern() {
    let folder = tempfile::tempdir().unwrap();
    let faults = "faults: [(at: 0.1, do: Freeze(0.15)), (at: 0.4, do: Black(0.05)), (at: 0.6, do: Truncate(1)),
        (at: 0.7, do: WrongSize(width: 160, height: 120, frames: 1))],";
    for (name, (bytes, [first, second]), extra) in [("a.y4m", y4m(), ""), ("a.mjpeg", mjpeg(), "rates: [(10, 1)],")] {
        let file = folder.path().join(name);
        fs::write(&file, bytes).unwrap();
        let rig = Rig::new(&description(&file, &format!("{faults} {extra}")));
        let mut stream = open(&rig);
        let frames: Vec<_> = (0..9).map(|_| frame(stream.as_mut())).collect();
        for (number, wanted) in [(0, &first), (1, &first), (2, &first), (3, &second), (5, &second), (8, &first)] {
            assert!(*frames[number].data == *wanted, "{name}, frame {number}");
        }
        let black = PictureConverter::new().to_preview(&frames[4]).unwrap();
        assert!(black.pixels.iter().all(|pixel| pixel.to_ne_bytes()[..3].iter().all(|part| *part <= 2)), "{name}");
        assert_eq!(frames[6].data.len(), first.len() / 2, "{name}");
        assert_ne!(*frames[7].data, *second, "{name}");
    }
}

#[test]
fn a_control_brightens_a_file_and_a_shutter_makes_it_black() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.y4m");
    let (bytes, [first, _]) = y4m();
    fs::write(&file, bytes).unwrap();
    let rig = Rig::new(&description(
        &file,
        "controls: [(name: \"brightness\", min: 0, max: 255, step: 1, value: 255)],
        device_controls: [(name: \"Privacy\", kind: Boolean, value: 0)],",
    ));
    let mut stream = open(&rig);
    let brighter = frame(stream.as_mut());
    assert!(brighter.data.iter().zip(&first).take(64 * 32).all(|(now, then)| *now == then.saturating_add(127)));
    assert!(brighter.data[64 * 32..] == first[64 * 32..]);
    rig.devices.fault_handle("cam").unwrap().set_control("Privacy", &crate::model::ControlValue::Integer(1));
    let shut = frame(stream.as_mut());
    assert!(shut.data[..64 * 32].iter().all(|luma| *luma == 0) && shut.data[64 * 32..].iter().all(|part| *part == 128));
}

#[test]
fn a_file_that_is_cut_or_removed_ends_the_stream_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.y4m");
    for remove in [false, true] {
        fs::write(&file, y4m().0).unwrap();
        let rig = Rig::new(&description(&file, ""));
        let mut stream = open(&rig);
        frame(stream.as_mut());
        if remove {
            fs::remove_file(&file).unwrap();
        } else {
            fs::write(&file, &y4m().0[..4000]).unwrap();
        }
        let error = stream.next(Duration::from_secs(1)).unwrap_err();
        let named = error.message.contains("Cam (virtual:cam)") && error.message.contains("a.y4m");
        assert!(error.kind == DeviceErrorKind::Driver && named, "{error}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_refused_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes, place, word) in [
        ("none.y4m", None, None, "none.y4m"),
        ("film.mkv", Some("x"), None, ".y4m"),
        ("clip.mp4", Some("x"), None, "fragmented MP4"),
        ("none.mp4", Some(""), None, "none.mp4"),
        ("clip", Some("x"), None, ".mjpeg"),
        ("empty.y4m", Some(""), Some(0), "YUV4MPEG2"),
        ("empty.mjpeg", Some(""), Some(0), "JPEG"),
        ("cut.y4m", Some("YUV4MPEG2 W2 H2 F1:1\nFRAME\n123"), Some(27), "6 bytes"),
        ("rate.y4m", Some("YUV4MPEG2 W2 H2 F0:0\nFRAME\n123456"), Some(0), "rates"),
    ] {
        let file = folder.path().join(name);
        if let Some(bytes) = bytes {
            fs::write(&file, bytes).unwrap();
        }
        // The path is relative to the description.
        let text = description(Path::new(name), "");
        let loaded = load_text(&text, &folder.path().join("x.ron"), &IdMaker::default(), FakeClock::shared());
        let error = loaded.err().unwrap();
        let told = match &error {
            VirtualError::Source { .. } => None,
            VirtualError::DamagedSource { at, .. } => Some(*at),
            _ => panic!("{error}"),
        };
        let text = error.to_string();
        assert!(told == place && text.contains(word) && text.contains("“cam”") && text.contains(name), "{error}");
    }
}
