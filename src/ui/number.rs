//! Numbers as the window writes them.

use std::time::Duration;

use crate::measure::dbfs;
use crate::model::{Capability, Constraint, Value};

/// A level in dBFS with one decimal; `−∞` for silence.
pub(super) fn level(linear: f64) -> String {
    dbfs(linear).map_or_else(|| "−∞".to_owned(), |level| minus(format!("{level:.1}")))
}

/// A rate with two decimals; `–` where it is not known.
pub(super) fn rate(rate: Option<f64>) -> String {
    rate.map_or_else(|| "–".to_owned(), |rate| format!("{rate:.2}"))
}

/// Bytes in decimal units, as disks are sold.
pub(super) fn bytes(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}

/// Minutes, seconds, tenths.
pub(super) fn duration(duration: Duration) -> String {
    let tenths = duration.as_millis() / 100;
    format!("{}:{:02}.{}", tenths / 600, tenths / 10 % 60, tenths % 10)
}

/// What a property can be.
pub(super) fn capability(capability: &Capability) -> String {
    match capability {
        Capability::Steps { min, max, step } => {
            let [min, max, step] = [min, max, step].map(|number| Value::Number(*number));
            format!("{min}–{max} by {step}")
        }
        Capability::Range { min, max } if max <= min => Value::Number(*min).to_string(),
        Capability::Range { min, max } => format!("{}–{}", Value::Number(*min), Value::Number(*max)),
        Capability::List(values) => list(values),
        Capability::Text(text) => text.clone(),
    }
}

/// Values with commas between them.
pub(super) fn list(values: &[Value]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// A constraint in few words, for instance `≥ 640, ideal 1280`.
pub(super) fn constraint(constraint: &Constraint) -> String {
    let lists = [("=", &constraint.exact), ("ideal", &constraint.ideal), ("ideal", &constraint.bare)];
    let lists = lists.into_iter().filter_map(|(word, values)| Some(format!("{word} {}", list(values.as_ref()?))));
    let ends = [("≥", constraint.min), ("≤", constraint.max)];
    let ends = ends.into_iter().filter_map(|(word, end)| Some(format!("{word} {}", Value::Number(end?))));
    ends.chain(lists).collect::<Vec<_>>().join(", ")
}

fn minus(number: String) -> String {
    number.replace('-', "−")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_for_people() {
        assert_eq!((level(1.0), level(0.125_892_54), level(0.0)), ("0.0".into(), "−18.0".into(), "−∞".into()));
        assert_eq!(
            (bytes(999), bytes(1_234_567), bytes(5_000_000_000)),
            ("999 B".into(), "1.2 MB".into(), "5.00 GB".into())
        );
        assert_eq!(duration(Duration::from_millis(83_460)), "1:23.4");
        assert_eq!((rate(None), rate(Some(29.97))), ("–".into(), "29.97".into()));
    }

    #[test]
    fn constraints_are_written_short() {
        let wanted = Constraint { min: Some(640.0), max: Some(1920.0), ..Constraint::ideal(1280) };
        assert_eq!(constraint(&wanted), "≥ 640, ≤ 1920, ideal 1280");
        assert_eq!(constraint(&Constraint::exact("user")), "= user");
    }
}
