//! Constraints to text, as the web writes them.

use serde_json::{Map, Number, Value as Json};

use crate::model::{
    Constraint, ConstraintSet, MediaStreamConstraints, MediaTrackConstraints, Point, Property, Value, ValueType,
};

/// `MediaStreamConstraints` as JSON; [`parse_constraints`](super::parse_constraints) reads it back.
pub fn to_json(constraints: &MediaStreamConstraints) -> String {
    pretty(&stream_json(constraints))
}

/// `MediaStreamConstraints` as a tree of JSON.
pub fn stream_json(constraints: &MediaStreamConstraints) -> Json {
    let mut members = Map::new();
    for (name, track) in [("video", &constraints.video), ("audio", &constraints.audio)] {
        if let Some(track) = track {
            let json = track_json(track);
            let is_empty = json.as_object().is_some_and(Map::is_empty);
            members.insert(name.to_owned(), if is_empty { Json::Bool(true) } else { json });
        }
    }
    Json::Object(members)
}

/// `MediaTrackConstraints` as JSON; [`parse_track_constraints`](super::parse_track_constraints) reads it back.
pub fn track_to_json(constraints: &MediaTrackConstraints) -> String {
    pretty(&track_json(constraints))
}

/// One constraint as JSON on one line.
pub(super) fn constraint_to_json(property: Property, constraint: &Constraint) -> String {
    constraint_json(property, constraint).to_string()
}

fn pretty(json: &Json) -> String {
    // Writing a tree without maps of odd keys cannot fail; `to_string` of a `Value` is the same on one line.
    serde_json::to_string_pretty(json).unwrap_or_else(|_| json.to_string())
}

fn track_json(constraints: &MediaTrackConstraints) -> Json {
    let mut members = set_json(&constraints.basic);
    if !constraints.advanced.is_empty() {
        let sets = constraints.advanced.iter().map(|set| Json::Object(set_json(set))).collect();
        members.insert("advanced".to_owned(), Json::Array(sets));
    }
    Json::Object(members)
}

fn set_json(set: &ConstraintSet) -> Map<String, Json> {
    set.iter()
        .map(|(property, constraint)| (property.name().to_owned(), constraint_json(*property, constraint)))
        .collect()
}

/// One constraint as JSON.
pub fn constraint_json(property: Property, constraint: &Constraint) -> Json {
    if let (Some(bare), true) = (&constraint.bare, Constraint { bare: None, ..constraint.clone() }.is_empty()) {
        return list_json(property, bare);
    }
    let mut members = Map::new();
    let bounds = [("min", constraint.min), ("max", constraint.max)];
    for (name, bound) in bounds {
        members.extend(bound.map(|bound| (name.to_owned(), number_json(bound))));
    }
    for (name, list) in [("exact", &constraint.exact), ("ideal", &constraint.ideal)] {
        members.extend(list.as_ref().map(|list| (name.to_owned(), list_json(property, list))));
    }
    Json::Object(members)
}

fn list_json(property: Property, list: &[Value]) -> Json {
    match list {
        [only] => value_json(only),
        several if property.value_type() == ValueType::Text => Json::Array(several.iter().map(value_json).collect()),
        several => several.first().map_or(Json::Null, value_json),
    }
}

fn value_json(value: &Value) -> Json {
    match value {
        Value::Boolean(boolean) => Json::Bool(*boolean),
        Value::Number(number) => number_json(*number),
        Value::Text(text) => Json::String(text.clone()),
        Value::Points(points) => Json::Array(points.iter().map(point_json).collect()),
    }
}

fn point_json(point: &Point) -> Json {
    let members = [("x", point.x), ("y", point.y)];
    Json::Object(members.into_iter().map(|(name, number)| (name.to_owned(), number_json(number))).collect())
}

/// Whole numbers without a decimal point.
fn number_json(number: f64) -> Json {
    if number.fract() == 0.0 && number.abs() < 9e15 {
        return Json::Number(Number::from(number as i64));
    }
    Number::from_f64(number).map_or(Json::Null, Json::Number)
}
