//! Values of JSON to values of properties: strictly, or as the web converts them.

use crate::model::{Property, Value, ValueType};

use super::json::{Node, NodeValue, ParseError, Place};

/// Longer strings are refused (CON-14).
const LONGEST_TEXT: usize = 500;
/// Longer lists are refused (CON-14).
const LONGEST_LIST: usize = 100;

/// How values of another type than the property's are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As errors: for what testers write and presets keep (CON-09).
    Strict,
    /// As Web IDL converts them, with a note.
    Web,
}

/// Converts values, and notes what it changed.
#[derive(Debug)]
pub(super) struct Converter {
    pub reading: Reading,
    pub notes: Vec<String>,
}

impl Converter {
    pub const fn new(reading: Reading) -> Self {
        Self { reading, notes: Vec::new() }
    }

    /// A value or, of strings, a list of values; an empty list constrains nothing (CON-07).
    pub fn values(&mut self, property: Property, node: &Node) -> Result<Option<Vec<Value>>, ParseError> {
        let NodeValue::List(list) = &node.value else { return Ok(Some(vec![self.value(property, node)?])) };
        if property.value_type() != ValueType::Text {
            if self.reading == Reading::Web {
                return self.value(property, node).map(|value| Some(vec![value]));
            }
            return Err(node.place.error(format!("{property} takes no list, expected {}", expected(property))));
        }
        check_length(list.len(), node.place)?;
        let values: Vec<_> = list.iter().map(|node| self.value(property, node)).collect::<Result<_, _>>()?;
        Ok((!values.is_empty()).then_some(values))
    }

    fn value(&mut self, property: Property, node: &Node) -> Result<Value, ParseError> {
        match (&node.value, property.value_type()) {
            (NodeValue::Boolean(boolean), ValueType::Boolean | ValueType::BooleanOrText) => {
                Ok(Value::Boolean(*boolean))
            }
            (NodeValue::Text(text), ValueType::Text | ValueType::BooleanOrText) => {
                if text.chars().count() > LONGEST_TEXT {
                    return Err(node.place.error(format!("a string may have {LONGEST_TEXT} characters at most")));
                }
                Ok(Value::Text(text.clone()))
            }
            (_, value_type) if value_type.is_numeric() => self.number(property, node).map(Value::Number),
            (found, value_type) if self.reading == Reading::Web => {
                let value = match value_type {
                    ValueType::Boolean => Value::Boolean(is_truthy(found)),
                    _ => Value::Text(to_text(found)),
                };
                self.notes.push(format!("{property}: {} was read as {value}, as the web does.", found.what()));
                Ok(value)
            }
            (found, _) => {
                Err(node.place.error(format!("{property}: expected {}, found {}", expected(property), found.what())))
            }
        }
    }

    /// A finite number; whole and from 0 to 4294967295 where the property is an unsigned long (CON-08).
    pub fn number(&mut self, property: Property, node: &Node) -> Result<f64, ParseError> {
        let number = match (&node.value, self.reading) {
            (NodeValue::Number(number), _) => *number,
            (other, Reading::Web) => {
                let number = to_number(other);
                self.notes.push(format!("{property}: {} was read as {number}, as the web does.", other.what()));
                number
            }
            (other, Reading::Strict) => {
                let message = format!("{property}: expected {}, found {}", expected(property), other.what());
                return Err(node.place.error(message));
            }
        };
        if property.value_type() != ValueType::UnsignedLong {
            let finite = Some(number).filter(|number| number.is_finite());
            return finite.ok_or_else(|| node.place.error(format!("{property} must be a finite number, not {number}")));
        }
        let clamped = if number.is_nan() { 0.0 } else { number.clamp(0.0, f64::from(u32::MAX)).round_ties_even() };
        if (clamped - number).abs() > 0.0 || number.is_nan() {
            self.notes.push(format!("{property}: {number} was read as {clamped}, as the web does."));
        }
        Ok(clamped)
    }
}

/// ECMAScript's `ToNumber`.
fn to_number(value: &NodeValue) -> f64 {
    match value {
        NodeValue::Number(number) => *number,
        NodeValue::Boolean(true) => 1.0,
        NodeValue::Boolean(false) | NodeValue::Null => 0.0,
        NodeValue::Object(_) => f64::NAN,
        other => match to_text(other).trim() {
            "" => 0.0,
            "Infinity" | "+Infinity" => f64::INFINITY,
            "-Infinity" => f64::NEG_INFINITY,
            // Rust reads words such as nan and inf too.
            text if text.contains(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E')) => f64::NAN,
            text => text.parse().unwrap_or(f64::NAN),
        },
    }
}

/// ECMAScript's `ToString`.
fn to_text(value: &NodeValue) -> String {
    match value {
        NodeValue::Null => "null".to_owned(),
        NodeValue::Boolean(boolean) => boolean.to_string(),
        NodeValue::Number(number) => number.to_string(),
        NodeValue::Text(text) => text.clone(),
        NodeValue::Object(_) => "[object Object]".to_owned(),
        NodeValue::List(list) => {
            let item = |node: &Node| if node.value == NodeValue::Null { String::new() } else { to_text(&node.value) };
            list.iter().map(item).collect::<Vec<_>>().join(",")
        }
    }
}

/// ECMAScript's `ToBoolean`.
fn is_truthy(value: &NodeValue) -> bool {
    match value {
        NodeValue::Null => false,
        NodeValue::Boolean(boolean) => *boolean,
        NodeValue::Number(number) => !number.is_nan() && number.abs() > 0.0,
        NodeValue::Text(text) => !text.is_empty(),
        NodeValue::List(_) | NodeValue::Object(_) => true,
    }
}

fn expected(property: Property) -> &'static str {
    match property.value_type() {
        ValueType::UnsignedLong | ValueType::Double => "a number, or an object with min, max, exact, ideal",
        ValueType::BooleanOrDouble => "true, false or a number, or an object with min, max, exact, ideal",
        ValueType::Text => "a string, a list of strings, or an object with exact, ideal",
        ValueType::Boolean => "true or false, or an object with exact, ideal",
        ValueType::BooleanOrText => "true, false or a string, or an object with exact, ideal",
    }
}

/// Refuses lists that are too long (CON-14).
pub(super) fn check_length(length: usize, place: Place) -> Result<(), ParseError> {
    if length > LONGEST_LIST {
        return Err(place.error(format!("a list may have {LONGEST_LIST} entries at most")));
    }
    Ok(())
}
