//! One picture in each format that the lab decodes.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use capture_lab::devices::v4l2::V4l2Cameras;
use capture_lab::devices::{CameraBackend as _, CancelToken, DeviceError, IdMaker};
use capture_lab::media::{PictureConverter, PreviewImage, SystemClock};
use capture_lab::model::{CameraMode, DeviceInfo, Extent, Mode, PixelFormat, RateExtent};
use serde_json::json;

/// vivid's first test pattern: white, yellow, cyan, green, magenta, red, blue, black, from the left.
const BARS: u32 = 8;
/// Pictures that may be damaged before one is not: the emulated machine may be slow to begin.
const TRIES: usize = 5;

/// Takes a picture in each format (of a list that is not empty) and notes what the bars look like.
pub fn run(node: &str, file: &str, list: &[&str]) {
    let cameras = V4l2Cameras::new(IdMaker::new(b"inside"), Arc::clone(&SystemClock::shared()) as _);
    let devices = cameras.enumerate().expect("a list");
    let device = devices.iter().find(|device| device.node == node).expect("the camera");
    let is_wanted = |mode: &CameraMode| list.is_empty() || list.contains(&mode.pixel_format.to_string().as_str());
    let modes = small_modes(device).into_values().filter(is_wanted);
    let seen: Vec<_> = modes.map(|mode| look(&cameras, device, mode)).collect();
    std::fs::write(file, serde_json::to_string(&seen).expect("JSON")).expect("a file");
}

/// The slowest mode of 320 by 180 pixels in each format that can be decoded: fast ones keep the emulated machine busy.
fn small_modes(device: &DeviceInfo) -> BTreeMap<PixelFormat, CameraMode> {
    let mut modes = BTreeMap::new();
    for mode in &device.modes {
        let Mode::Video(mode) = mode else { continue };
        let RateExtent::One(frame_rate) = mode.frame_rate else { continue };
        if (mode.width, mode.height) != (Extent::One(320), Extent::One(180)) || frame_rate.as_f64() < 10.0 {
            continue;
        }
        let pixel_format = mode.pixel_format;
        let mode = CameraMode { width: 320, height: 180, frame_rate, pixel_format };
        let kept = modes.entry(pixel_format).or_insert(mode);
        if frame_rate < kept.frame_rate {
            *kept = mode;
        }
    }
    modes.retain(|format, _| format.is_decodable());
    modes
}

fn look(cameras: &V4l2Cameras, device: &DeviceInfo, mode: CameraMode) -> serde_json::Value {
    let name = mode.pixel_format.to_string();
    match picture(cameras, device, mode) {
        Ok(Some(picture)) => json!({ "format": name, "bars": bars(&picture) }),
        Ok(None) => json!({ "format": name, "error": "no whole picture came" }),
        Err(error) => json!({ "format": name, "error": error.message }),
    }
}

fn picture(cameras: &V4l2Cameras, device: &DeviceInfo, mode: CameraMode) -> Result<Option<PreviewImage>, DeviceError> {
    let mut stream = cameras.open(device, mode, &CancelToken::default())?;
    for _ in 0..TRIES {
        let Some(frame) = stream.next(Duration::from_secs(2))?.item else { continue };
        if let Ok(picture) = PictureConverter::new().to_preview(&frame) {
            return Ok(Some(picture));
        }
    }
    Ok(None)
}

/// The mean red, green and blue of the middle of each bar.
fn bars(picture: &PreviewImage) -> Vec<[f64; 3]> {
    let width = picture.width / BARS;
    let mean = |bar: u32| {
        let columns = bar * width + width / 4..(bar + 1) * width - width / 4;
        let rows = picture.height / 4..picture.height * 3 / 4;
        let places = rows.flat_map(|row| columns.clone().map(move |column| (row * picture.width + column) as usize));
        let pixels: Vec<_> = places.map(|place| picture.pixels[place].to_ne_bytes()).collect();
        let sum = |part: usize| pixels.iter().map(|pixel| f64::from(pixel[part])).sum::<f64>();
        [0, 1, 2].map(|part| (sum(part) / pixels.len() as f64 * 10.0).round() / 10.0)
    };
    (0..BARS).map(mean).collect()
}
