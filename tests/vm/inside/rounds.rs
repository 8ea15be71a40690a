//! Opens and closes a camera again and again.

use std::time::{Duration, Instant};

use capture_lab::model::PixelFormat;
use serde_json::json;

use super::{Lab, picture};

/// Until all that stays has come.
const WARM_UP: usize = 5;
const ROUNDS: usize = 200;

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

/// Opens, sees a picture, and closes.
pub fn run(node: &str, file: &str) {
    let lab = Lab::start();
    let mut pictures = 0;
    let mut round = || {
        let stream = lab.open(node, PixelFormat::YUYV).expect("the camera");
        pictures += usize::from(picture(&stream).is_some());
        lab.stop(&stream);
    };
    (0..WARM_UP).for_each(|_| round());
    let before = Holdings::settled(None);
    let began = Instant::now();
    (0..ROUNDS).for_each(|_| round());
    let seconds = began.elapsed().as_secs_f64();
    let after = Holdings::settled(Some(before));
    let seen = json!({
        "rounds": ROUNDS,
        "pictures": pictures - WARM_UP,
        "seconds": seconds,
        "files": [before.files, after.files],
        "threads": [before.threads, after.threads],
    });
    std::fs::write(file, seen.to_string()).expect("a file");
}
