//! Text to constraints, as the web writes them.

use crate::model::{
    Constraint, ConstraintSet, MediaStreamConstraints, MediaTrackConstraints, Property, TrackKind, Value, ValueType,
};

use super::json::{Member, Node, NodeValue, ParseError, Place, read};

/// Longer strings are refused (CON-14).
const LONGEST_TEXT: usize = 500;
/// Longer lists are refused (CON-14).
const LONGEST_LIST: usize = 100;

/// Constraints that were read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Parsed<T> {
    /// The constraints.
    pub constraints: T,
    /// What was left out or converted on the way, a sentence each (CON-06, CON-08).
    pub notes: Vec<String>,
}

/// Reads `MediaStreamConstraints` in JSON, for instance `{"video":{"width":{"ideal":1280}},"audio":true}`.
///
/// # Errors
/// With line, column, and what was expected there. That neither kind is asked for is no matter of syntax:
/// [`check_request`](super::check_request) tells that.
pub fn parse_constraints(text: &str) -> Result<Parsed<MediaStreamConstraints>, ParseError> {
    let node = read(text)?;
    let mut notes = Vec::new();
    let mut constraints = MediaStreamConstraints::default();
    for member in members(&node, "constraints such as {\"video\":true}")? {
        match member.name.as_str() {
            "video" => constraints.video = track(&member.node, TrackKind::Video, &mut notes)?,
            "audio" => constraints.audio = track(&member.node, TrackKind::Audio, &mut notes)?,
            other => notes.push(format!("“{other}” was left out: only “video” and “audio” are known here.")),
        }
    }
    Ok(Parsed { constraints, notes })
}

/// Reads `MediaTrackConstraints` in JSON, for instance `{"width":{"ideal":1280}}`.
///
/// # Errors
/// With line, column, and what was expected there.
pub fn parse_track_constraints(text: &str) -> Result<Parsed<MediaTrackConstraints>, ParseError> {
    let mut notes = Vec::new();
    let constraints = track_members(&read(text)?, None, &mut notes)?;
    Ok(Parsed { constraints, notes })
}

fn members<'a>(node: &'a Node, expected: &str) -> Result<&'a [Member], ParseError> {
    match &node.value {
        NodeValue::Object(members) => Ok(members),
        other => Err(node.place.error(format!("expected {expected}, found {}", other.what()))),
    }
}

fn track(node: &Node, kind: TrackKind, notes: &mut Vec<String>) -> Result<Option<MediaTrackConstraints>, ParseError> {
    match &node.value {
        NodeValue::Boolean(false) => Ok(None),
        NodeValue::Boolean(true) => Ok(Some(MediaTrackConstraints::default())),
        NodeValue::Object(_) => track_members(node, Some(kind), notes).map(Some),
        other => Err(node.place.error(format!("expected true, false or an object, found {}", other.what()))),
    }
}

fn track_members(
    node: &Node,
    kind: Option<TrackKind>,
    notes: &mut Vec<String>,
) -> Result<MediaTrackConstraints, ParseError> {
    let mut constraints = MediaTrackConstraints::default();
    for member in members(node, "an object of constraints")? {
        if member.name == "advanced" {
            constraints.advanced = advanced(&member.node, kind, notes)?;
        } else {
            add(&mut constraints.basic, member, kind, notes)?;
        }
    }
    Ok(constraints)
}

fn advanced(node: &Node, kind: Option<TrackKind>, notes: &mut Vec<String>) -> Result<Vec<ConstraintSet>, ParseError> {
    let NodeValue::List(sets) = &node.value else {
        return Err(node.place.error(format!("expected a list of constraint sets, found {}", node.value.what())));
    };
    check_length(sets.len(), node.place)?;
    sets.iter()
        .map(|node| {
            let mut set = ConstraintSet::default();
            for member in members(node, "a constraint set")? {
                add(&mut set, member, kind, notes)?;
            }
            Ok(set)
        })
        .collect()
}

fn add(
    set: &mut ConstraintSet,
    member: &Member,
    kind: Option<TrackKind>,
    notes: &mut Vec<String>,
) -> Result<(), ParseError> {
    let Ok(property) = member.name.parse::<Property>() else {
        notes.push(format!("“{}” was left out: no such property is known here.", member.name));
        return Ok(());
    };
    if let Some(kind) = kind.filter(|kind| !property.applies_to(*kind)) {
        notes.push(format!("“{property}” has no meaning for {kind} and constrains nothing."));
    }
    set.set(property, constraint(property, &member.node, notes)?);
    Ok(())
}

fn constraint(property: Property, node: &Node, notes: &mut Vec<String>) -> Result<Constraint, ParseError> {
    let mut constraint = Constraint::default();
    match &node.value {
        NodeValue::Null => {}
        NodeValue::Object(members) => {
            for member in members {
                add_member(&mut constraint, property, member, notes)?;
            }
        }
        _ => constraint.bare = values(property, node, notes)?,
    }
    Ok(constraint)
}

fn add_member(
    constraint: &mut Constraint,
    property: Property,
    member: &Member,
    notes: &mut Vec<String>,
) -> Result<(), ParseError> {
    let is_number = matches!(property.value_type(), ValueType::UnsignedLong | ValueType::Double);
    match member.name.as_str() {
        "exact" => constraint.exact = values(property, &member.node, notes)?,
        "ideal" => constraint.ideal = values(property, &member.node, notes)?,
        "min" if is_number => constraint.min = Some(number(property, &member.node, notes)?),
        "max" if is_number => constraint.max = Some(number(property, &member.node, notes)?),
        other => {
            let known = if is_number { "min, max, exact and ideal" } else { "exact and ideal" };
            let message = format!("“{other}” is no member of the constraint on {property}: it has {known}");
            return Err(member.place.error(message));
        }
    }
    Ok(())
}

/// A value or, of strings, a list of values; an empty list constrains nothing (CON-07).
fn values(property: Property, node: &Node, notes: &mut Vec<String>) -> Result<Option<Vec<Value>>, ParseError> {
    let NodeValue::List(list) = &node.value else { return Ok(Some(vec![value(property, node, notes)?])) };
    if property.value_type() != ValueType::Text {
        return Err(node.place.error(format!("{property} takes no list, expected {}", expected(property))));
    }
    check_length(list.len(), node.place)?;
    let values: Vec<_> = list.iter().map(|node| value(property, node, notes)).collect::<Result<_, _>>()?;
    Ok((!values.is_empty()).then_some(values))
}

fn value(property: Property, node: &Node, notes: &mut Vec<String>) -> Result<Value, ParseError> {
    match (&node.value, property.value_type()) {
        (NodeValue::Boolean(boolean), ValueType::Boolean | ValueType::BooleanOrText) => Ok(Value::Boolean(*boolean)),
        (NodeValue::Text(text), ValueType::Text | ValueType::BooleanOrText) => {
            if text.chars().count() > LONGEST_TEXT {
                return Err(node.place.error(format!("a string may have {LONGEST_TEXT} characters at most")));
            }
            Ok(Value::Text(text.clone()))
        }
        (_, ValueType::UnsignedLong | ValueType::Double) => number(property, node, notes).map(Value::Number),
        (found, _) => {
            Err(node.place.error(format!("{property}: expected {}, found {}", expected(property), found.what())))
        }
    }
}

fn number(property: Property, node: &Node, notes: &mut Vec<String>) -> Result<f64, ParseError> {
    let NodeValue::Number(number) = node.value else {
        let message = format!("{property}: expected {}, found {}", expected(property), node.value.what());
        return Err(node.place.error(message));
    };
    if property.value_type() == ValueType::Double {
        return Ok(number);
    }
    // CON-08: [Clamp] unsigned long.
    let clamped = number.clamp(0.0, f64::from(u32::MAX)).round_ties_even();
    if (clamped - number).abs() > 0.0 {
        notes.push(format!("{property}: {number} was read as {clamped}, as the web does."));
    }
    Ok(clamped)
}

fn expected(property: Property) -> &'static str {
    match property.value_type() {
        ValueType::UnsignedLong | ValueType::Double => "a number, or an object with min, max, exact, ideal",
        ValueType::Text => "a string, a list of strings, or an object with exact, ideal",
        ValueType::Boolean => "true or false, or an object with exact, ideal",
        ValueType::BooleanOrText => "true, false or a string, or an object with exact, ideal",
    }
}

fn check_length(length: usize, place: Place) -> Result<(), ParseError> {
    if length > LONGEST_LIST {
        return Err(place.error(format!("a list may have {LONGEST_LIST} entries at most")));
    }
    Ok(())
}
