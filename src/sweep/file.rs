//! Sweeps as JSON and CSV.

use std::path::Path;

use serde::Deserialize;

use super::mode::fraction;
use super::{Measured, ModeResult, SweepMode, SweepResult, VERSION};

/// In which form a sweep is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SweepFormat {
    /// All of it; can be read again.
    Json,
    /// A line for each mode, for a spreadsheet (RFC 4180).
    Csv,
}

/// The form that the name of a file asks for: `.json` or `.csv`.
pub fn sweep_format(path: &Path) -> Option<SweepFormat> {
    let extension = path.extension()?;
    let forms = [("json", SweepFormat::Json), ("csv", SweepFormat::Csv)];
    forms.into_iter().find(|(name, _)| extension.eq_ignore_ascii_case(name)).map(|(_, form)| form)
}

/// A sweep as JSON that [`read`] takes.
pub fn to_json(result: &SweepResult) -> String {
    // Numbers, texts and lists: nothing that JSON could not hold.
    serde_json::to_string_pretty(result).unwrap_or_default()
}

/// Why a file is no sweep: a sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SweepFileError(String);

/// Only the version, which is looked at first.
#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// Reads a sweep from JSON; `name` is how messages call the file.
///
/// # Errors
/// A sentence that says where it is malformed, or of a later version.
pub fn read(text: &str, name: &str) -> Result<SweepResult, SweepFileError> {
    let malformed = |error: serde_json::Error| {
        SweepFileError(format!(
            "“{name}” is no mode sweep of Capture Lab: {error}; choose a .json file that a sweep wrote."
        ))
    };
    let version = serde_json::from_str::<Versioned>(text).map_err(malformed)?.version;
    if version != VERSION {
        return Err(SweepFileError(format!(
            "“{name}” is a mode sweep of version {version}, and this program reads version {VERSION}: use the newer one."
        )));
    }
    serde_json::from_str(text).map_err(malformed)
}

/// The columns of the CSV, with their units.
const COLUMNS: [&str; 25] = [
    "pixel_format",
    "width",
    "height",
    "frame_rate",
    "frame_rate_exact",
    "granted_pixel_format",
    "granted_width",
    "granted_height",
    "granted_frame_rate_exact",
    "first_frame_ms",
    "seconds",
    "frames_produced",
    "frames_delivered",
    "frames_dropped",
    "frames_corrupt",
    "fps_produced",
    "fps_delivered",
    "deviation_percent",
    "interval_p50_ms",
    "interval_p99_ms",
    "interval_max_ms",
    "mutes",
    "freezes",
    "error_name",
    "error_message",
];

/// A sweep as CSV: a line of names, then a line for each mode. What is not known is empty.
pub fn to_csv(result: &SweepResult) -> String {
    let mut text = COLUMNS.join(",") + "\r\n";
    for mode in &result.modes {
        let fields: Vec<_> = fields(mode).iter().map(|field| quoted(field)).collect();
        text += &fields.join(",");
        text += "\r\n";
    }
    text
}

fn fields(mode: &ModeResult) -> [String; 25] {
    let SweepMode { pixel_format, width, height, frame_rate } = mode.requested;
    let granted = |part: fn(SweepMode) -> String| mode.granted.map(part).unwrap_or_default();
    let count =
        |part: fn(Measured) -> u64| mode.measured.map(|measured| part(measured).to_string()).unwrap_or_default();
    let number = |part: fn(Measured) -> Option<f64>| {
        mode.measured.and_then(part).map(|number| format!("{number:.3}")).unwrap_or_default()
    };
    let error = mode.error.clone();
    [
        pixel_format.to_string(),
        width.to_string(),
        height.to_string(),
        format!("{:.6}", frame_rate.as_f64()),
        fraction(frame_rate),
        granted(|granted| granted.pixel_format.to_string()),
        granted(|granted| granted.width.to_string()),
        granted(|granted| granted.height.to_string()),
        granted(|granted| fraction(granted.frame_rate)),
        number(|measured| measured.first_frame_ms),
        number(|measured| Some(measured.seconds)),
        count(|measured| measured.frames_produced),
        count(|measured| measured.frames_delivered),
        count(|measured| measured.frames_dropped),
        count(|measured| measured.frames_corrupt),
        number(|measured| measured.fps_produced),
        number(|measured| measured.fps_delivered),
        number(|measured| measured.deviation_percent),
        number(|measured| measured.interval_p50_ms),
        number(|measured| measured.interval_p99_ms),
        number(|measured| measured.interval_max_ms),
        count(|measured| measured.mutes),
        mode.measured.and_then(|measured| measured.freezes).map(|count| count.to_string()).unwrap_or_default(),
        error.as_ref().map(|error| error.name.clone()).unwrap_or_default(),
        error.map(|error| error.message).unwrap_or_default(),
    ]
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}
