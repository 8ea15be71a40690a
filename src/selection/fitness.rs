//! The fitness distance (`#dfn-fitness-distance`), step by step.

use crate::model::{Constraint, ConstraintSet, Property, Settings, Value, ValueType};

use super::rules::Rules;
use super::sizes::{Size, of_size};

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

/// The fitness distance of one constraint of a basic set: 0 to 2, or infinity where it is required and does not hold
/// (FIT-01..10).
pub fn distance(rules: &Rules, property: Property, constraint: &Constraint, settings: &Settings) -> f64 {
    distance_of(rules, property, constraint, In::Basic, settings.get(property))
}

/// The sum over a basic set.
pub fn total_distance(rules: &Rules, set: &ConstraintSet, settings: &Settings) -> f64 {
    let distances = set.iter().map(|(property, constraint)| distance(rules, *property, constraint, settings));
    distances.fold(0.0, |sum, distance| sum + distance) // not `sum`, which of nothing is −0
}

/// The distance from one setting, or from none. The steps in the order of the standard (FIT-09).
pub(super) fn distance_of(
    rules: &Rules,
    property: Property,
    constraint: &Constraint,
    place: In,
    setting: Option<&Value>,
) -> f64 {
    let applies = property.applies_to(rules.kind);
    let is_void = rules.ignores_inapplicable && !applies;
    if required_in(constraint, place) && !is_void && !satisfies(rules, property, constraint, place, setting) {
        return f64::INFINITY; // FIT-02
    }
    if !applies {
        return 0.0; // FIT-03
    }
    if let Some(wanted) = asks_whether(property, constraint) {
        return if wanted == setting.is_some() { 0.0 } else { 1.0 }; // FIT-04
    }
    let Some(actual) = setting else { return 1.0 }; // FIT-05
    let bare = if place == In::Basic { constraint.bare.as_ref() } else { None };
    let Some(ideal) = constraint.ideal.as_ref().or(bare) else { return 0.0 }; // FIT-06
    ideal.iter().map(|ideal| value_distance(rules, property, actual, ideal)).reduce(f64::min).unwrap_or(0.0)
}

/// What a set says of width, height and aspect ratio.
pub(super) struct OfSize<'a> {
    rules: &'a Rules,
    place: In,
    constraints: Vec<(Property, &'a Constraint)>,
}

impl<'a> OfSize<'a> {
    /// All of it.
    pub fn new(rules: &'a Rules, set: &'a ConstraintSet, place: In) -> Self {
        let constraint = |property| Some((property, set.get(property)?));
        let constraints = [Property::Width, Property::Height, Property::AspectRatio].into_iter().filter_map(constraint);
        Self { rules, place, constraints: constraints.collect() }
    }

    /// Only what must hold, so that a distance may be infinite; `None` where nothing must.
    pub fn required(rules: &'a Rules, set: &'a ConstraintSet, place: In) -> Option<Self> {
        let mut all = Self::new(rules, set, place);
        all.constraints.retain(|(_, constraint)| required_in(constraint, place));
        (!all.constraints.is_empty()).then_some(all)
    }

    /// The distance of each size. Those of one width stand together mostly: it is measured once for all of them.
    pub fn distances(&self, sizes: &[Size]) -> impl Iterator<Item = f64> {
        let mut last = None;
        sizes.iter().map(move |size| {
            let known = last.filter(|(width, _)| *width == size[0]);
            let (_, of_width) = known.unwrap_or_else(|| (size[0], self.distance(*size, true)));
            last = Some((size[0], of_width));
            if of_width.is_finite() { of_width + self.distance(*size, false) } else { of_width }
        })
    }

    fn distance(&self, size: Size, of_width: bool) -> f64 {
        let wanted = self.constraints.iter().filter(|(property, _)| (*property == Property::Width) == of_width);
        wanted.fold(0.0, |sum, (property, constraint)| {
            let setting = of_size(*property, size).map(Value::Number);
            sum + distance_of(self.rules, *property, constraint, self.place, setting.as_ref())
        })
    }
}

/// A bare boolean for `pan`, `tilt` or `zoom` asks whether the device has it (IMG-04).
fn asks_whether(property: Property, constraint: &Constraint) -> Option<bool> {
    let is_number = property.value_type() == ValueType::BooleanOrDouble;
    constraint.bare.as_ref().filter(|_| is_number)?.first()?.as_boolean()
}

/// FIT-07 for numbers, FIT-08 for all else.
pub(super) fn value_distance(rules: &Rules, property: Property, actual: &Value, ideal: &Value) -> f64 {
    match (actual, ideal) {
        (Value::Number(actual), Value::Number(ideal)) => number_distance(rules, property, *actual, *ideal),
        _ if actual == ideal => 0.0,
        _ => 1.0,
    }
}

pub(super) fn number_distance(rules: &Rules, property: Property, actual: f64, ideal: f64) -> f64 {
    if rules.same(property, actual, ideal) {
        return 0.0;
    }
    let (actual, ideal) = (rules.normal(property, actual), rules.normal(property, ideal));
    (actual - ideal).abs() / actual.abs().max(ideal.abs())
}

/// Whether a setting satisfies what is required.
pub(super) fn satisfies(
    rules: &Rules,
    property: Property,
    constraint: &Constraint,
    place: In,
    setting: Option<&Value>,
) -> bool {
    if let (In::Advanced, Some(wanted)) = (place, asks_whether(property, constraint)) {
        return wanted == setting.is_some(); // AMB-18
    }
    let Some(value) = setting else { return false };
    let is_any = |list: &Option<Vec<Value>>| {
        list.as_ref().is_none_or(|list| list.iter().any(|wanted| equal(rules, property, value, wanted)))
    };
    in_range(rules, property, constraint, value)
        && is_any(&constraint.exact)
        && (place == In::Basic || is_any(&constraint.bare))
}

fn in_range(rules: &Rules, property: Property, constraint: &Constraint, value: &Value) -> bool {
    if rules.exact_overrides && constraint.exact.is_some() {
        return true;
    }
    value.as_number().is_none_or(|number| {
        constraint.min.is_none_or(|min| number >= min || rules.same(property, number, min))
            && constraint.max.is_none_or(|max| number <= max || rules.same(property, number, max))
    })
}

fn equal(rules: &Rules, property: Property, left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => rules.same(property, *left, *right),
        _ => left == right,
    }
}
