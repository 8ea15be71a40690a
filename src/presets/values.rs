//! Values in a preset: one, or a list of them, of the property's type (CON-01) and within the limits (CON-14).

use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::model::{Constraint, Point, Property, Value, ValueType};
use crate::selection::{LONGEST_LIST, LONGEST_TEXT};

/// Values of which any will do. One is written as it is, several in brackets.
#[derive(Clone, Debug)]
pub(super) struct Values(pub Vec<Value>);

impl Serialize for Values {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [only] => only.serialize(serializer),
            several => several.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Values {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ValuesVisitor)
    }
}

struct ValuesVisitor;

/// What stands in brackets.
#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Point(Point),
    Value(Value),
}

impl<'de> Visitor<'de> for ValuesVisitor {
    type Value = Values;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number, a string, true, false, or a list of them, or of points")
    }

    fn visit_bool<E: Error>(self, boolean: bool) -> Result<Values, E> {
        Ok(Values(vec![boolean.into()]))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Values, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Values, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Values, E> {
        Ok(Values(vec![number.into()]))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Values, E> {
        Ok(Values(vec![text.into()]))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Values, A::Error> {
        let (mut values, mut points) = (Vec::new(), Vec::new());
        while let Some(item) = list.next_element()? {
            match item {
                Item::Point(point) => points.push(Point::new(point.x, point.y)),
                Item::Value(value) => values.push(value),
            }
        }
        // A list of points is one value.
        values.extend((!points.is_empty()).then_some(Value::Points(points)));
        Ok(Values(values))
    }
}

/// Refuses a constraint that is not of the property's type, or beyond a limit; the sentence says why.
pub(super) fn check(property: Property, constraint: &Constraint) -> Result<(), String> {
    for list in [&constraint.bare, &constraint.exact, &constraint.ideal].into_iter().flatten() {
        check_count(property, list)?;
        list.iter().try_for_each(|value| check_value(property, value))?;
    }
    // Only a bare value asks whether there is such a thing (FIT-04).
    let members = [&constraint.exact, &constraint.ideal].into_iter().flatten().flatten();
    let is_number = property.value_type().is_numeric();
    if is_number && members.into_iter().any(|value| value.as_boolean().is_some()) {
        return Err(format!("{property} takes numbers here"));
    }
    for bound in [constraint.min, constraint.max].into_iter().flatten() {
        if !is_number {
            return Err(format!("{property} has no min and no max"));
        }
        check_number(property, bound)?;
    }
    Ok(())
}

fn check_count(property: Property, list: &[Value]) -> Result<(), String> {
    match list.len() {
        1 => Ok(()),
        0 => Err(format!("{property} has an empty list: leave it out")),
        _ if property.value_type() != ValueType::Text => Err(format!("{property} takes one value, no list")),
        count if count > LONGEST_LIST => Err(format!("a list may have {LONGEST_LIST} entries at most")),
        _ => Ok(()),
    }
}

fn check_value(property: Property, value: &Value) -> Result<(), String> {
    match (value, property.value_type()) {
        (Value::Text(text), ValueType::Text | ValueType::BooleanOrText) => check_text(text),
        (Value::Boolean(_), ValueType::Boolean | ValueType::BooleanOrText | ValueType::BooleanOrDouble) => Ok(()),
        (Value::Number(number), value_type) if value_type.is_numeric() => check_number(property, *number),
        (Value::Points(points), ValueType::Points) if points.len() <= LONGEST_LIST => Ok(()),
        (other, _) => Err(format!("{other} is no value of {property}")),
    }
}

fn check_number(property: Property, number: f64) -> Result<(), String> {
    let is_whole = number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(&number);
    match property.value_type() {
        ValueType::UnsignedLong if !is_whole => {
            Err(format!("{property} is a whole number from 0 to 4294967295, not {number}"))
        }
        _ if !number.is_finite() => Err(format!("{property} is a finite number, not {number}")),
        _ => Ok(()),
    }
}

/// Refuses a text that is too long.
pub(super) fn check_text(text: &str) -> Result<(), String> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(format!("a string may have {LONGEST_TEXT} characters at most"));
    }
    Ok(())
}
