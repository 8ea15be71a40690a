//! The fitness distance (`#dfn-fitness-distance`), step by step.

use crate::model::{Constraint, ConstraintSet, Property, Settings, Value};

use super::capabilities::round10;

/// Differences of doubles up to this are none (CON-13).
const DOUBLE_EPSILON: f64 = 1e-5;

/// In which kind of set a constraint stands: there a bare value means something else (CON-03).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum In {
    /// Bare means ideal.
    Basic,
    /// Bare means exact.
    Advanced,
}

/// Whether the constraint of a basic set must hold (it has `min`, `max` or `exact`).
pub fn is_required(constraint: &Constraint) -> bool {
    required_in(constraint, In::Basic)
}

pub(super) fn required_in(constraint: &Constraint, place: In) -> bool {
    constraint.min.is_some()
        || constraint.max.is_some()
        || constraint.exact.is_some()
        || (place == In::Advanced && constraint.bare.is_some())
}

/// The fitness distance of one constraint of a basic set: 0 to 1, or infinity where it is required and does not hold
/// (FIT-02..09).
pub fn distance(property: Property, constraint: &Constraint, settings: &Settings) -> f64 {
    distance_in(property, constraint, settings, In::Basic)
}

/// The sum over a basic set.
pub fn total_distance(set: &ConstraintSet, settings: &Settings) -> f64 {
    total_in(set, settings, In::Basic)
}

pub(super) fn total_in(set: &ConstraintSet, settings: &Settings, place: In) -> f64 {
    let distances = set.iter().map(|(property, constraint)| distance_in(*property, constraint, settings, place));
    distances.fold(0.0, |sum, distance| sum + distance) // not `sum`, which of nothing is −0
}

fn distance_in(property: Property, constraint: &Constraint, settings: &Settings, place: In) -> f64 {
    let setting = settings.get(property);
    if required_in(constraint, place) && !setting.is_some_and(|value| satisfies(property, constraint, value, place)) {
        return f64::INFINITY; // FIT-02
    }
    let Some(actual) = setting else { return 1.0 }; // FIT-05
    let bare = if place == In::Basic { constraint.bare.as_ref() } else { None };
    let Some(ideal) = constraint.ideal.as_ref().or(bare) else { return 0.0 }; // FIT-06
    ideal.iter().map(|ideal| value_distance(property, actual, ideal)).fold(1.0, f64::min)
}

/// FIT-07 for numbers, FIT-08 for all else.
pub(super) fn value_distance(property: Property, actual: &Value, ideal: &Value) -> f64 {
    match (actual, ideal) {
        _ if equal(property, actual, ideal) => 0.0,
        (Value::Number(actual), Value::Number(ideal)) => (actual - ideal).abs() / actual.abs().max(ideal.abs()),
        _ => 1.0,
    }
}

fn satisfies(property: Property, constraint: &Constraint, value: &Value, place: In) -> bool {
    let is_any = |list: &Option<Vec<Value>>| {
        list.as_ref().is_none_or(|list| list.iter().any(|wanted| equal(property, value, wanted)))
    };
    let in_range = value.as_number().is_none_or(|number| {
        constraint.min.is_none_or(|min| number >= min || same(property, number, min))
            && constraint.max.is_none_or(|max| number <= max || same(property, number, max))
    });
    in_range && is_any(&constraint.exact) && (place == In::Basic || is_any(&constraint.bare))
}

fn equal(property: Property, left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => same(property, *left, *right),
        _ => left == right,
    }
}

/// Equality of numbers by property (CON-13).
fn same(property: Property, left: f64, right: f64) -> bool {
    match property {
        Property::AspectRatio => (round10(left) - round10(right)).abs() < 1e-11,
        Property::FrameRate | Property::Latency => (left - right).abs() <= DOUBLE_EPSILON,
        _ => (left - right).abs() < 1e-9,
    }
}
