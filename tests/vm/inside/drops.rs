//! Counts what a camera that loses frames delivers, frame by frame, beside the lab's own meter.

use std::sync::Arc;
use std::time::{Duration, Instant};

use capture_lab::devices::v4l2::V4l2Cameras;
use capture_lab::devices::{CameraBackend as _, CancelToken, IdMaker};
use capture_lab::measure::VideoMeter;
use capture_lab::media::{Clock as _, SystemClock};
use capture_lab::model::{CameraMode, FrameRate, PixelFormat};
use serde_json::json;

const SECONDS: u64 = 8;

/// Captures for a while.
pub fn run(node: &str, file: &str) {
    let clock = SystemClock::shared();
    let cameras = V4l2Cameras::new(IdMaker::new(b"inside"), Arc::clone(&clock) as _);
    let devices = cameras.enumerate().expect("a list");
    let device = devices.iter().find(|device| device.node == node).expect("the camera");
    let mode =
        CameraMode { width: 320, height: 180, frame_rate: FrameRate::new(25, 1), pixel_format: PixelFormat::YUYV };
    let mut stream = cameras.open(device, mode, &CancelToken::default()).expect("a stream");
    let mut meter = VideoMeter::new();
    let mut sequences = Vec::new();
    let end = Instant::now() + Duration::from_secs(SECONDS);
    while Instant::now() < end {
        let Some(frame) = stream.next(Duration::from_secs(2)).expect("no error").item else { continue };
        sequences.push(frame.sequence);
        meter.frame(frame.sequence, frame.captured_at, frame.arrived_at, frame.corrupt, true);
    }
    let report = meter.report(clock.now());
    let seen = json!({
        "sequences": sequences,
        "produced": report.produced,
        "delivered": report.delivered,
        "dropped": report.dropped,
        "corrupt": report.corrupt,
    });
    std::fs::write(file, seen.to_string()).expect("a file");
}
