//! Opens and closes a camera again and again.

use std::sync::Arc;
use std::time::{Duration, Instant};

use capture_lab::devices::v4l2::V4l2Cameras;
use capture_lab::devices::{CameraBackend as _, CancelToken, IdMaker};
use capture_lab::media::SystemClock;
use capture_lab::model::{CameraMode, DeviceInfo, FrameRate, PixelFormat};
use serde_json::json;

use super::{Lab, picture};

const ROUNDS: usize = 200;
/// Of these, so many are whole sessions.
const SESSIONS: usize = 20;

/// What the process holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Holdings {
    files: usize,
    threads: usize,
}

impl Holdings {
    fn now() -> Self {
        let entries = |folder| std::fs::read_dir(folder).map_or(0, Iterator::count);
        Self { files: entries("/proc/self/fd"), threads: entries("/proc/self/task") }
    }

    /// When threads that are about to end have ended: as many as `wanted`, or as long as that may take.
    fn settled(wanted: Option<Self>) -> Self {
        let deadline = Instant::now() + Duration::from_secs(if wanted.is_some() { 10 } else { 3 });
        while Instant::now() < deadline && wanted != Some(Self::now()) {
            std::thread::sleep(Duration::from_millis(50));
        }
        Self::now()
    }
}

/// Opens, sees a picture, and closes: in a session, with all its threads, and by the bare loop on a thread of its own.
pub fn run(node: &str, file: &str) {
    let lab = Lab::start();
    let device = camera(node);
    let session = || {
        let stream = lab.open(node, PixelFormat::YUYV).expect("the camera");
        let came = picture(&stream).is_some();
        lab.stop(&stream);
        wait_until_closed(node);
        usize::from(came)
    };
    session();
    bare(&device);
    let before = Holdings::settled(None);
    let began = Instant::now();
    let mut pictures: usize = (0..SESSIONS).map(|_| session()).sum();
    let in_sessions = began.elapsed().as_secs_f64();
    pictures += (SESSIONS..ROUNDS).map(|_| bare(&device)).sum::<usize>();
    let seconds = began.elapsed().as_secs_f64();
    let after = Holdings::settled(Some(before));
    let seen = json!({
        "rounds": ROUNDS,
        "pictures": pictures,
        "seconds": [in_sessions, seconds],
        "files": [before.files, after.files],
        "threads": [before.threads, after.threads],
    });
    std::fs::write(file, seen.to_string()).expect("a file");
}

/// A track that was stopped lets go of its camera soon, not at once.
fn wait_until_closed(node: &str) {
    let is_node =
        |file: std::fs::DirEntry| std::fs::read_link(file.path()).is_ok_and(|target| target.as_os_str() == node);
    let is_open = || std::fs::read_dir("/proc/self/fd").is_ok_and(|files| files.flatten().any(is_node));
    let deadline = Instant::now() + Duration::from_secs(10);
    while is_open() && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn cameras() -> V4l2Cameras {
    V4l2Cameras::new(IdMaker::new(b"inside"), Arc::clone(&SystemClock::shared()) as _)
}

fn camera(node: &str) -> DeviceInfo {
    cameras().enumerate().expect("a list").into_iter().find(|device| device.node == node).expect("the camera")
}

/// One round of the bare loop. Returns how many pictures came.
fn bare(device: &DeviceInfo) -> usize {
    let device = device.clone();
    let round = move || {
        let mode =
            CameraMode { width: 320, height: 180, frame_rate: FrameRate::new(60, 1), pixel_format: PixelFormat::YUYV };
        let mut stream = cameras().open(&device, mode, &CancelToken::default()).expect("a stream");
        usize::from(stream.next(Duration::from_secs(5)).expect("no error").item.is_some())
    };
    std::thread::Builder::new().spawn(round).expect("a thread").join().expect("no panic")
}
