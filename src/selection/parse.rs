//! Text to constraints, as the web writes them.

use crate::model::{
    Constraint, ConstraintSet, MediaStreamConstraints, MediaTrackConstraints, Property, TrackKind, Value, ValueType,
};

use super::convert::{Converter, check_length};
use super::json::{Member, Node, NodeValue, ParseError, read};

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
    let mut to = Converter::default();
    let mut constraints = MediaStreamConstraints::default();
    for member in members(&node, "constraints such as {\"video\":true}")? {
        match member.name.as_str() {
            "video" => constraints.video = track(&member.node, TrackKind::Video, &mut to)?,
            "audio" => constraints.audio = track(&member.node, TrackKind::Audio, &mut to)?,
            other => to.notes.push(format!("“{other}” was left out: only “video” and “audio” are known here.")),
        }
    }
    Ok(Parsed { constraints, notes: to.notes })
}

/// Reads `MediaTrackConstraints` in JSON, for instance `{"width":{"ideal":1280}}`.
///
/// # Errors
/// With line, column, and what was expected there.
pub fn parse_track_constraints(text: &str) -> Result<Parsed<MediaTrackConstraints>, ParseError> {
    let mut to = Converter::default();
    let constraints = track_members(&read(text)?, None, &mut to)?;
    Ok(Parsed { constraints, notes: to.notes })
}

fn members<'a>(node: &'a Node, expected: &str) -> Result<&'a [Member], ParseError> {
    match &node.value {
        NodeValue::Object(members) => Ok(members),
        other => Err(node.place.error(format!("expected {expected}, found {}", other.what()))),
    }
}

fn track(node: &Node, kind: TrackKind, to: &mut Converter) -> Result<Option<MediaTrackConstraints>, ParseError> {
    match &node.value {
        NodeValue::Boolean(false) => Ok(None),
        NodeValue::Boolean(true) => Ok(Some(MediaTrackConstraints::default())),
        NodeValue::Object(_) => track_members(node, Some(kind), to).map(Some),
        other => Err(node.place.error(format!("expected true, false or an object, found {}", other.what()))),
    }
}

fn track_members(
    node: &Node,
    kind: Option<TrackKind>,
    to: &mut Converter,
) -> Result<MediaTrackConstraints, ParseError> {
    let mut constraints = MediaTrackConstraints::default();
    for member in members(node, "an object of constraints")? {
        if member.name == "advanced" {
            constraints.advanced = advanced(&member.node, kind, to)?;
        } else {
            add(&mut constraints.basic, member, kind, to)?;
        }
    }
    Ok(constraints)
}

fn advanced(node: &Node, kind: Option<TrackKind>, to: &mut Converter) -> Result<Vec<ConstraintSet>, ParseError> {
    let NodeValue::List(sets) = &node.value else {
        return Err(node.place.error(format!("expected a list of constraint sets, found {}", node.value.what())));
    };
    check_length(sets.len(), node.place)?;
    sets.iter()
        .map(|node| {
            let mut set = ConstraintSet::default();
            for member in members(node, "a constraint set")? {
                add(&mut set, member, kind, to)?;
            }
            Ok(set)
        })
        .collect()
}

fn add(
    set: &mut ConstraintSet,
    member: &Member,
    kind: Option<TrackKind>,
    to: &mut Converter,
) -> Result<(), ParseError> {
    let Ok(property) = member.name.parse::<Property>() else {
        to.notes.push(format!("“{}” was left out: no such property is known here.", member.name));
        return Ok(());
    };
    if let Some(kind) = kind.filter(|kind| !property.applies_to(*kind)) {
        to.notes.push(format!("“{property}” has no meaning for {kind} and constrains nothing."));
    }
    let read = constraint(property, &member.node, to)?;
    // An empty list is no constraint, an empty object is one that asks for nothing (CON-07).
    if !(read.is_empty() && has_empty_list(&member.node)) {
        set.insert(property, read);
    }
    Ok(())
}

fn has_empty_list(node: &Node) -> bool {
    match &node.value {
        NodeValue::List(list) => list.is_empty(),
        NodeValue::Object(members) => members.iter().any(|member| has_empty_list(&member.node)),
        _ => false,
    }
}

fn constraint(property: Property, node: &Node, to: &mut Converter) -> Result<Constraint, ParseError> {
    let mut constraint = Constraint::default();
    match &node.value {
        NodeValue::Null => {}
        NodeValue::Object(members) => {
            for member in members {
                add_member(&mut constraint, property, member, to)?;
            }
        }
        // Whether there is such a thing (FIT-04); inside an object it must be a number.
        NodeValue::Boolean(boolean) if property.value_type() == ValueType::BooleanOrDouble => {
            constraint.bare = Some(vec![Value::Boolean(*boolean)]);
        }
        _ => constraint.bare = to.values(property, node)?,
    }
    Ok(constraint)
}

fn add_member(
    constraint: &mut Constraint,
    property: Property,
    member: &Member,
    to: &mut Converter,
) -> Result<(), ParseError> {
    let is_number = property.value_type().is_numeric();
    match member.name.as_str() {
        "exact" => constraint.exact = to.values(property, &member.node)?,
        "ideal" => constraint.ideal = to.values(property, &member.node)?,
        "min" if is_number => constraint.min = Some(to.number(property, &member.node)?),
        "max" if is_number => constraint.max = Some(to.number(property, &member.node)?),
        other => {
            let known = if is_number { "min, max, exact and ideal" } else { "exact and ideal" };
            let message = format!("“{other}” is no member of the constraint on {property}: it has {known}");
            return Err(member.place.error(message));
        }
    }
    Ok(())
}
