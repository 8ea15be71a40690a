//! A sweep as text for people.

use crate::sweep::{Comparison, Grade, ModeResult, SweepResult};

use super::table::decimal;

/// A line for each mode.
pub(super) fn results(result: &SweepResult) -> String {
    let device = &result.device;
    let mut lines = vec![format!(
        "{} ({}), {} s for each mode, begun {}",
        device.label, device.node, result.seconds_per_mode, result.time
    )];
    lines.push(format!(
        "{:<5} {:>9} {:>7} {:>8} {:>7} {:>8} {:>7} {:>7} {:>7} {:>6} {:>7}  verdict",
        "", "size", "asked", "fps", "off %", "first ms", "p50 ms", "p99 ms", "max ms", "drops", "corrupt"
    ));
    lines.extend(result.modes.iter().map(line));
    lines.extend(result.notes.clone());
    lines.join("\n")
}

fn line(mode: &ModeResult) -> String {
    let asked = mode.requested;
    let size = format!("{}x{}", asked.width, asked.height);
    let number = |number: Option<f64>, decimals: usize| {
        number.map_or_else(|| "-".to_owned(), |number| decimal(number, decimals))
    };
    let measured = mode.measured.unwrap_or_default();
    let count = |count: u64| if mode.measured.is_some() { count.to_string() } else { "-".to_owned() };
    format!(
        "{:<5} {size:>9} {:>7} {:>8} {:>7} {:>8} {:>7} {:>7} {:>7} {:>6} {:>7}  {}",
        asked.pixel_format.to_string(),
        asked.frame_rate.to_string(),
        number(measured.fps_delivered, 2),
        number(measured.deviation_percent, 1),
        number(measured.first_frame_ms, 0),
        number(measured.interval_p50_ms, 1),
        number(measured.interval_p99_ms, 1),
        number(measured.interval_max_ms, 1),
        count(measured.frames_dropped),
        count(measured.frames_corrupt),
        verdict(mode)
    )
}

fn verdict(mode: &ModeResult) -> String {
    let word = match mode.grade() {
        Grade::Good => "good",
        Grade::Fair => "fair",
        Grade::Bad => "bad",
        Grade::Failed => "failed",
    };
    let other = mode.granted.filter(|granted| *granted != mode.requested);
    let other = other.map(|granted| format!(": the driver gave {granted}")).unwrap_or_default();
    let error = mode.error.as_ref().map(|error| format!(": {}: {}", error.name, error.message)).unwrap_or_default();
    format!("{word}{other}{error}")
}

/// What became of the modes since an earlier sweep.
pub(super) fn comparison(comparison: &Comparison) -> String {
    let mut lines = vec![String::new(), format!("Compared with the earlier sweep. {}", comparison.rule)];
    for difference in &comparison.changed {
        for change in &difference.changes {
            let (name, before, now) = (change.quantity.name(), &change.before, &change.now);
            let verdict = if change.worse { "worse" } else { "changed" };
            lines.push(format!("{verdict:<8} {}: {name} was {before}, is {now}", difference.mode));
        }
    }
    lines.extend(
        comparison.only_before.iter().map(|mode| format!("{:<8} {mode}: only in the earlier sweep", "missing")),
    );
    lines.extend(comparison.only_now.iter().map(|mode| format!("{:<8} {mode}: only in this sweep", "new")));
    lines.push(format!("{} modes are as they were.", comparison.unchanged));
    lines.join("\n")
}
