//! Which modes a sweep goes through.

use crate::model::{DeviceInfo, Extent, FrameRate, Mode, PixelFormat, RateExtent, VideoMode};

use super::SweepMode;

/// The sizes at which a range of sizes is sampled.
const SIZES: [(u32, u32); 6] = [(320, 240), (640, 360), (640, 480), (1280, 720), (1920, 1080), (3840, 2160)];
/// The rates at which a range of rates is sampled.
const RATES: [u32; 4] = [5, 15, 30, 60];

/// A part of a camera's modes. What is empty leaves all.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subset {
    /// Pixel formats.
    pub formats: Vec<PixelFormat>,
    /// Widths and heights, in pixels.
    pub sizes: Vec<(u32, u32)>,
    /// Frames per second; within 0.5 % counts as equal, so that 30 takes 29.97 in, and 29.97 takes 30.
    pub rates: Vec<f64>,
}

impl Subset {
    /// Whether a mode belongs to it.
    pub fn has(&self, mode: SweepMode) -> bool {
        let rate = mode.frame_rate.as_f64();
        let is_rate = |wanted: &f64| (rate - wanted).abs() <= wanted.abs() * 0.005;
        (self.formats.is_empty() || self.formats.contains(&mode.pixel_format))
            && (self.sizes.is_empty() || self.sizes.contains(&(mode.width, mode.height)))
            && (self.rates.is_empty() || self.rates.iter().any(is_rate))
    }
}

/// What a sweep is to do.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The modes, in the order in which the camera lists them, each once.
    pub modes: Vec<SweepMode>,
    /// Whether it has all modes, not a part that was chosen.
    pub whole: bool,
    /// What is left out or sampled: a sentence each.
    pub notes: Vec<String>,
}

/// The modes of a camera that are in a subset. Of ranges of sizes and rates, which have more modes than anybody waits for,
/// common ones are taken, and those that the subset names; the notes say so.
pub fn plan(device: &DeviceInfo, subset: &Subset) -> Plan {
    let mut plan = Plan { whole: *subset == Subset::default(), ..Plan::default() };
    for mode in &device.modes {
        let Mode::Video(mode) = mode else { continue };
        if !subset.formats.is_empty() && !subset.formats.contains(&mode.pixel_format) {
            continue;
        }
        let (sizes, rates) = (sizes(mode, subset), rates(mode.frame_rate, subset));
        let notes = [note(mode), unseen(mode.pixel_format)];
        plan.notes.extend(notes.into_iter().flatten());
        let all = sizes.iter().flat_map(|size| rates.iter().map(|rate| (*size, *rate)));
        for ((width, height), frame_rate) in all {
            let mode = SweepMode { pixel_format: mode.pixel_format, width, height, frame_rate };
            if subset.has(mode) && !plan.modes.contains(&mode) {
                plan.modes.push(mode);
            }
        }
    }
    let mut told: Vec<String> = Vec::new();
    for note in std::mem::take(&mut plan.notes) {
        if !told.contains(&note) {
            told.push(note);
        }
    }
    plan.notes = told;
    plan
}

fn sizes(mode: &VideoMode, subset: &Subset) -> Vec<(u32, u32)> {
    if let (Extent::One(width), Extent::One(height)) = (mode.width, mode.height) {
        return vec![(width, height)];
    }
    let is_offered = |(width, height): &(u32, u32)| has(mode.width, *width) && has(mode.height, *height);
    let wanted = subset.sizes.iter().chain(&SIZES).copied();
    let sizes: Vec<_> = wanted.filter(is_offered).collect();
    let ends = [(mode.width.min(), mode.height.min()), (mode.width.max(), mode.height.max())];
    if sizes.is_empty() { ends.to_vec() } else { sizes }
}

fn has(extent: Extent, value: u32) -> bool {
    match extent {
        Extent::One(only) => only == value,
        Extent::Range { min, max, step } => (min..=max).contains(&value) && (value - min).is_multiple_of(step.max(1)),
    }
}

fn rates(extent: RateExtent, subset: &Subset) -> Vec<FrameRate> {
    let RateExtent::Range { min, max } = extent else { return vec![extent.min()] };
    let thousandths = |rate: &f64| FrameRate::new((rate.clamp(0.001, 1e6) * 1e3).round() as u32, 1000);
    let wanted = subset.rates.iter().map(thousandths).chain(RATES.map(|rate| FrameRate::new(rate, 1)));
    let rates: Vec<_> = wanted.filter(|rate| (min..=max).contains(rate)).collect();
    if rates.is_empty() { vec![min, max] } else { rates }
}

/// That pictures are not looked at.
fn unseen(format: PixelFormat) -> Option<String> {
    let note =
        || format!("The lab cannot decode {format}: its frames are counted and timed, and no picture is looked at.");
    (!format.is_decodable()).then(note)
}

/// That a mode is a range, and sampled.
fn note(mode: &VideoMode) -> Option<String> {
    let has_sizes = !matches!((mode.width, mode.height), (Extent::One(_), Extent::One(_)));
    let has_rates = matches!(mode.frame_rate, RateExtent::Range { .. });
    let format = mode.pixel_format;
    let (low, high) = ((mode.width.min(), mode.height.min()), (mode.width.max(), mode.height.max()));
    let sizes = format!("sizes from {}×{} to {}×{}", low.0, low.1, high.0, high.1);
    let rates = format!("rates from {} to {} fps", mode.frame_rate.min(), mode.frame_rate.max());
    let ranges = match (has_sizes, has_rates) {
        (true, true) => format!("{sizes} and {rates}"),
        (true, false) => sizes,
        (false, true) => rates,
        (false, false) => return None,
    };
    Some(format!("{format} offers {ranges}: common ones of them are tried."))
}
