//! Values of JSON to values of properties, strictly: what testers write and presets keep has its types (CON-09). How the
//! web converts other types is in [`crate::interchange`].

use crate::model::{Point, Property, Value, ValueType};

use super::json::{Node, NodeValue, ParseError, Place};

/// Longer strings are refused: characters (CON-14).
pub const LONGEST_TEXT: usize = 500;
/// Longer lists are refused: entries (CON-14).
pub const LONGEST_LIST: usize = 100;

/// Converts values, and notes what it changed.
#[derive(Debug, Default)]
pub(super) struct Converter {
    pub notes: Vec<String>,
}

impl Converter {
    /// A value or, of strings, a list of values; an empty list constrains nothing (CON-07).
    pub fn values(&mut self, property: Property, node: &Node) -> Result<Option<Vec<Value>>, ParseError> {
        if property.value_type() == ValueType::Points {
            let points = points(property, node)?;
            return Ok((points != Value::Points(Vec::new())).then(|| vec![points]));
        }
        let NodeValue::List(list) = &node.value else { return Ok(Some(vec![self.value(property, node)?])) };
        if property.value_type() != ValueType::Text {
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
            (found, _) => {
                Err(node.place.error(format!("{property}: expected {}, found {}", expected(property), found.what())))
            }
        }
    }

    /// A number; whole and from 0 to 4294967295 where the property is an unsigned long (CON-08).
    pub fn number(&mut self, property: Property, node: &Node) -> Result<f64, ParseError> {
        let NodeValue::Number(number) = node.value else {
            let message = format!("{property}: expected {}, found {}", expected(property), node.value.what());
            return Err(node.place.error(message));
        };
        if property.value_type() != ValueType::UnsignedLong {
            return Ok(number);
        }
        let clamped = number.clamp(0.0, f64::from(u32::MAX)).round_ties_even();
        if (clamped - number).abs() > 0.0 {
            self.notes.push(format!("{property}: {number} was read as {clamped}, as the web does."));
        }
        Ok(clamped)
    }
}

fn expected(property: Property) -> &'static str {
    match property.value_type() {
        ValueType::UnsignedLong | ValueType::Double => "a number, or an object with min, max, exact, ideal",
        ValueType::BooleanOrDouble => "true, false or a number, or an object with min, max, exact, ideal",
        ValueType::Text => "a string, a list of strings, or an object with exact, ideal",
        ValueType::Boolean => "true or false, or an object with exact, ideal",
        ValueType::BooleanOrText => "true, false or a string, or an object with exact, ideal",
        ValueType::Points => "a list of points with x and y, or an object with exact, ideal",
    }
}

/// Points, each an object with x and y; what is not given is 0.
fn points(property: Property, node: &Node) -> Result<Value, ParseError> {
    let wrong = |node: &Node| {
        node.place.error(format!("{property}: expected {}, found {}", expected(property), node.value.what()))
    };
    let NodeValue::List(list) = &node.value else { return Err(wrong(node)) };
    check_length(list.len(), node.place)?;
    let mut points = Vec::with_capacity(list.len());
    for item in list {
        let NodeValue::Object(members) = &item.value else { return Err(wrong(item)) };
        let mut at = [0.0, 0.0];
        for member in members {
            let place = match member.name.as_str() {
                "x" => 0,
                "y" => 1,
                _ => return Err(wrong(item)),
            };
            let NodeValue::Number(number) = member.node.value else { return Err(wrong(&member.node)) };
            at[place] = number;
        }
        points.push(Point::new(at[0], at[1]));
    }
    Ok(Value::Points(points))
}

/// Refuses lists that are too long (CON-14).
pub(super) fn check_length(length: usize, place: Place) -> Result<(), ParseError> {
    if length > LONGEST_LIST {
        return Err(place.error(format!("a list may have {LONGEST_LIST} entries at most")));
    }
    Ok(())
}
