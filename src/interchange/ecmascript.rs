//! ECMAScript's conversions between types.

use super::tree::{Node, Script};

/// `ToNumber`; `None` where it throws.
pub(super) fn to_number(value: &Script) -> Option<f64> {
    match value {
        Script::Number(number) => Some(*number),
        Script::Boolean(boolean) => Some(f64::from(*boolean)),
        Script::Null => Some(0.0),
        Script::Undefined | Script::Object(_) | Script::Function => Some(f64::NAN),
        Script::Symbol => None,
        Script::Text(text) => Some(text_number(text)),
        Script::List(_) => to_text(value).map(|text| text_number(&text)),
    }
}

/// `StringToNumber`.
fn text_number(text: &str) -> f64 {
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let base = |radix| u64::from_str_radix(text.get(2..).unwrap_or_default(), radix).map_or(f64::NAN, |n| n as f64);
    match text.get(..2) {
        _ if text.is_empty() => 0.0,
        Some("0x" | "0X") => base(16),
        Some("0o" | "0O") => base(8),
        Some("0b" | "0B") => base(2),
        _ => match text {
            "Infinity" | "+Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            // Rust reads words such as nan and inf too.
            text if text.contains(|c: char| c.is_alphabetic() && !matches!(c, 'e' | 'E')) => f64::NAN,
            text => text.parse().unwrap_or(f64::NAN),
        },
    }
}

/// `ToString`; `None` where it throws.
pub(super) fn to_text(value: &Script) -> Option<String> {
    Some(match value {
        Script::Undefined => "undefined".to_owned(),
        Script::Null => "null".to_owned(),
        Script::Boolean(boolean) => boolean.to_string(),
        Script::Number(number) => number_text(*number),
        Script::Text(text) => text.clone(),
        Script::Symbol => return None,
        Script::Function => "function () {}".to_owned(),
        Script::Object(_) => "[object Object]".to_owned(),
        Script::List(list) => {
            let item = |node: &Node| match node.value {
                Script::Null | Script::Undefined => Some(String::new()),
                ref value => to_text(value),
            };
            list.iter().map(item).collect::<Option<Vec<_>>>()?.join(",")
        }
    })
}

/// `Number::toString`.
pub(super) fn number_text(number: f64) -> String {
    let size = number.abs();
    if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    if size > 0.0 && !(1e-6..1e21).contains(&size) {
        let text = format!("{number:e}");
        return if size >= 1.0 { text.replace('e', "e+") } else { text };
    }
    (number + 0.0).to_string() // no −0
}

/// `ToBoolean`.
pub(super) fn is_truthy(value: &Script) -> bool {
    match value {
        Script::Undefined | Script::Null => false,
        Script::Boolean(boolean) => *boolean,
        Script::Number(number) => !number.is_nan() && number.abs() > 0.0,
        Script::Text(text) => !text.is_empty(),
        Script::Symbol | Script::Function | Script::List(_) | Script::Object(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strings_become_numbers_as_in_javascript() {
        let number = |text: &str| to_number(&Script::Text(text.to_owned())).unwrap();
        let cases = [("", 0.0), (" 640 ", 640.0), ("0x10", 16.0), ("1e3", 1000.0), ("-Infinity", f64::NEG_INFINITY)];
        for (text, result) in cases {
            assert_eq!(number(text).to_bits(), f64::to_bits(result), "{text}");
        }
        assert!(["640px", "nan", "inf", "1 2", "infinity", "0x"].into_iter().all(|text| number(text).is_nan()));
    }

    #[test]
    fn numbers_become_strings_as_in_javascript() {
        let cases = [
            (0.5, "0.5"),
            (-0.0, "0"),
            (1e21, "1e+21"),
            (1e-7, "1e-7"),
            (f64::NAN, "NaN"),
            (1e20, "100000000000000000000"),
        ];
        for (number, text) in cases {
            assert_eq!(number_text(number), text);
        }
    }
}
