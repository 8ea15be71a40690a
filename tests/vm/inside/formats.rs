//! One picture in each format that the lab decodes.

use std::collections::BTreeSet;

use capture_lab::media::PreviewImage;
use capture_lab::model::{Extent, Mode, PixelFormat};
use serde_json::json;

use super::{Lab, picture};

/// vivid's first test pattern: white, yellow, cyan, green, magenta, red, blue, black, from the left.
const BARS: u32 = 8;

/// Takes a picture in each format and notes what the bars look like.
pub fn run(node: &str, file: &str) {
    let lab = Lab::start();
    let formats: BTreeSet<PixelFormat> = lab
        .camera(node)
        .modes
        .iter()
        .filter_map(|mode| match mode {
            Mode::Video(mode) if mode.width == Extent::One(320) && mode.pixel_format.is_decodable() => {
                Some(mode.pixel_format)
            }
            _ => None,
        })
        .collect();
    let seen: Vec<_> = formats.into_iter().map(|format| look(&lab, node, format)).collect();
    std::fs::write(file, serde_json::to_string(&seen).expect("JSON")).expect("a file");
}

fn look(lab: &Lab, node: &str, format: PixelFormat) -> serde_json::Value {
    let name = format.to_string();
    let stream = match lab.open(node, format) {
        Ok(stream) => stream,
        Err(error) => return json!({ "format": name, "error": error.message }),
    };
    let seen = match picture(&stream) {
        Some(picture) => json!({ "format": name, "bars": bars(&picture) }),
        None => json!({ "format": name, "error": "no picture came" }),
    };
    lab.stop(&stream);
    seen
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
