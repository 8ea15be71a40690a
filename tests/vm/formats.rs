//! What vivid's colour bars look like in each pixel format, beside the same bars in RGB.

use std::collections::BTreeMap;

use capture_lab::model::layout::{Samples, Subsampling};
use capture_lab::model::{PixelFormat, PixelLayout};
use serde::Deserialize;

use crate::rig;

/// As many formats at least.
const LEAST: usize = 20;
/// What a decoder may err by, of 255: rounding on both sides.
const ROUNDING: f64 = 3.0;
/// Formats in several memory planes that vivid has.
const PLANAR: [&str; 8] = ["NM12", "NM21", "NM16", "NM61", "YM12", "YM21", "YM24", "YM42"];

type Bars = Vec<[f64; 3]>;

/// What was seen in one format, as `inside/formats.rs` notes it.
#[derive(Debug, Deserialize)]
struct Seen {
    format: PixelFormat,
    #[serde(default)]
    bars: Bars,
    error: Option<String>,
}

/// How far colours may be from those of RGB, of 255, for what the format cannot carry.
fn tolerance(layout: PixelLayout) -> f64 {
    // vivid cuts bits off.
    let step = |bits: u8| 255.0 / f64::from((1_u32 << bits) - 1);
    let coarsest = |parts: [(u8, u8); 3]| parts.iter().map(|(_, bits)| step(*bits)).fold(0.0, f64::max);
    match layout {
        PixelLayout::RgbFields(fields) => coarsest(fields.parts) + ROUNDING,
        // A step of chroma weighs up to 1.8 in blue, and luma's comes on top.
        PixelLayout::YuvFields(fields) => coarsest(fields.parts) * 2.8 + ROUNDING,
        PixelLayout::Grey(Samples::Byte { bits }) if bits < 8 => step(bits) + ROUNDING,
        // Chroma in limited range has 225 steps, which blue weighs by 1.8.
        PixelLayout::Packed422 { .. } | PixelLayout::SemiPlanar { .. } | PixelLayout::Planar { .. } => 2.0 + ROUNDING,
        _ => ROUNDING,
    }
}

/// BT.709: vivid's own choice for grey.
fn luma([red, green, blue]: [f64; 3]) -> f64 {
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// What the bars in RGB look like in a format.
fn expected(layout: PixelLayout, rgb: &Bars) -> Bars {
    let is_grey = matches!(layout, PixelLayout::Grey(_));
    rgb.iter().map(|bar| if is_grey { [luma(*bar); 3] } else { *bar }).collect()
}

/// What can be compared of a format: of hue, saturation and value not the hue, which vivid counts in 256 steps whatever it is
/// asked for, and the lab, as V4L2's default is, in 180. The largest part is the value, the smallest tells of saturation.
fn comparable(layout: PixelLayout, bars: &Bars) -> Bars {
    if !matches!(layout, PixelLayout::HsvBytes(_)) {
        return bars.clone();
    }
    bars.iter()
        .map(|bar| [bar.iter().copied().fold(0.0, f64::max), bar.iter().copied().fold(255.0, f64::min), 0.0])
        .collect()
}

/// The greatest difference between two pictures.
fn difference(one: &Bars, other: &Bars) -> f64 {
    assert_eq!((one.len(), other.len()), (8, 8), "{one:?} {other:?}");
    let parts = |bars: &Bars| bars.iter().flatten().copied().collect::<Vec<_>>();
    parts(one).iter().zip(parts(other)).map(|(one, other)| (one - other).abs()).fold(0.0, f64::max)
}

fn seen(text: &str) -> BTreeMap<String, Seen> {
    let seen: Vec<Seen> = serde_json::from_str(text).expect("JSON");
    seen.into_iter().map(|seen| (seen.format.to_string(), seen)).collect()
}

/// Compares all formats of a camera with its RGB; returns how many there are.
fn check(text: &str) -> Vec<String> {
    let all = seen(text);
    let rgb = &all["RGB3"];
    assert!(rgb.error.is_none(), "{rgb:?}");
    // 75 % bars, from white to black: that the reference itself is right.
    let ideal = [[1, 1, 1], [1, 1, 0], [0, 1, 1], [0, 1, 0], [1, 0, 1], [1, 0, 0], [0, 0, 1], [0, 0, 0]];
    let ideal = ideal.map(|bar| bar.map(|part| f64::from(part) * 191.0)).to_vec();
    assert!(difference(&rgb.bars, &ideal) <= ROUNDING, "{rgb:?}");
    let mut wrong = Vec::new();
    for (name, seen) in &all {
        let layout = seen.format.layout().expect("a format that the lab decodes");
        let problem = seen.error.clone().or_else(|| {
            let wanted = expected(layout, &rgb.bars);
            let off = difference(&comparable(layout, &seen.bars), &comparable(layout, &wanted));
            (off > tolerance(layout)).then(|| format!("off by {off:.1}, where {:.1} is the limit", tolerance(layout)))
        });
        wrong.extend(problem.map(|problem| format!("{name}: {problem}")));
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    all.into_keys().collect()
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn the_bars_have_the_same_colours_in_every_format() {
    let Some(results) = rig::results() else { return };
    let formats = check(&results.text("formats-video0.json"));
    assert!(formats.len() >= LEAST, "{formats:?}");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn pictures_in_several_memory_planes_have_the_same_colours() {
    let Some(results) = rig::results() else { return };
    let node = results.text("planar-node");
    let name = node.trim().trim_start_matches("/dev/");
    let formats = check(&results.text(&format!("formats-{name}.json")));
    for planar in PLANAR {
        assert!(formats.iter().any(|format| format == planar), "{planar}: {formats:?}");
    }
}

#[test]
fn the_tolerance_is_what_the_format_cannot_carry() {
    let of = |code: &str| tolerance(code.parse::<PixelFormat>().unwrap().layout().unwrap());
    assert!(of("RGB3") < of("NV12") && of("NV12") < of("RGBP") && of("RGBP") < of("RGB1"));
    assert_eq!(Subsampling::S420.factors(), (2, 2));
}
