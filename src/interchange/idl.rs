//! Web IDL's conversions from JavaScript's values to dictionaries of constraints (CON-08), with a note for each change.

use crate::model::{
    Constraint, ConstraintSet, MediaStreamConstraints, MediaTrackConstraints, Point, Property, TrackKind, Value,
    ValueType,
};
use crate::selection::{LONGEST_LIST, LONGEST_TEXT};

use super::ecmascript::{is_truthy, to_number, to_text};
use super::error::ImportError;
use super::legacy::modernised;
use super::notes::{Notes, cut};
use super::tree::{Member, Node, Place, Script};

/// `MediaStreamConstraints`.
pub(super) fn stream_constraints(node: &Node, notes: &mut Notes) -> Result<MediaStreamConstraints, ImportError> {
    let mut constraints = MediaStreamConstraints::default();
    for member in dictionary(node, "constraints")? {
        match member.name.as_str() {
            "video" => constraints.video = kind_constraints(&member.node, TrackKind::Video, notes)?,
            "audio" => constraints.audio = kind_constraints(&member.node, TrackKind::Audio, notes)?,
            other => notes.add(format!("{} was left out: only video and audio are known here.", cut(other))),
        }
    }
    Ok(constraints)
}

/// `(boolean or MediaTrackConstraints)`.
fn kind_constraints(
    node: &Node,
    kind: TrackKind,
    notes: &mut Notes,
) -> Result<Option<MediaTrackConstraints>, ImportError> {
    match &node.value {
        Script::Undefined => Ok(None),
        Script::Boolean(wanted) => Ok(wanted.then(MediaTrackConstraints::default)),
        value if value.as_dictionary().is_some() => {
            if !matches!(value, Script::Object(_)) {
                notes.add(format!("{kind}: {} was read as {{}}, which asks for any {kind}.", value.what()));
            }
            track_constraints(node, Some(kind), notes).map(Some)
        }
        value => {
            let wanted = is_truthy(value);
            notes.add(format!("{kind}: {} was read as {wanted}.", shown(value)));
            Ok(wanted.then(MediaTrackConstraints::default))
        }
    }
}

/// `MediaTrackConstraints`, of a kind where that is known.
pub(super) fn track_constraints(
    node: &Node,
    kind: Option<TrackKind>,
    notes: &mut Notes,
) -> Result<MediaTrackConstraints, ImportError> {
    let path = kind.map_or("the track", |kind| match kind {
        TrackKind::Audio => "audio",
        TrackKind::Video => "video",
    });
    let modern = modernised(node, path, notes)?;
    let node = modern.as_ref().unwrap_or(node);
    let mut converter = Converter { kind, notes };
    let basic = converter.set(node, path, true)?;
    let advanced = match node.value.member("advanced") {
        Some(member) => converter.advanced(&member.node, path)?,
        None => Vec::new(),
    };
    Ok(MediaTrackConstraints { basic, advanced })
}

/// The members of a dictionary.
fn dictionary<'a>(node: &'a Node, what: &str) -> Result<&'a [Member], ImportError> {
    let wrong = || node.place.type_error(format!("expected an object of {what}, found {}", node.value.what()));
    node.value.as_dictionary().ok_or_else(wrong)
}

struct Converter<'a> {
    kind: Option<TrackKind>,
    notes: &'a mut Notes,
}

impl Converter<'_> {
    /// `sequence<MediaTrackConstraintSet>`.
    fn advanced(&mut self, node: &Node, path: &str) -> Result<Vec<ConstraintSet>, ImportError> {
        let Script::List(sets) = &node.value else {
            let found = node.value.what();
            return Err(node.place.type_error(format!("expected an array of constraint sets, found {found}")));
        };
        check_length(sets, node.place)?;
        let set = |(index, node)| self.set(node, &format!("{path}.advanced[{index}]"), false);
        sets.iter().enumerate().map(set).collect()
    }

    /// `MediaTrackConstraintSet`.
    fn set(&mut self, node: &Node, path: &str, is_basic: bool) -> Result<ConstraintSet, ImportError> {
        let mut set = ConstraintSet::default();
        for member in dictionary(node, "constraints")? {
            if is_basic && member.name == "advanced" {
                continue;
            }
            let path = format!("{path}.{}", cut(&member.name));
            match member.name.parse::<Property>() {
                Ok(property) => self.add(&mut set, property, &member.node, &path)?,
                Err(()) => self.notes.add(format!("{path} was left out: no such constraint is known here.")),
            }
        }
        Ok(set)
    }

    fn add(&mut self, set: &mut ConstraintSet, property: Property, node: &Node, path: &str) -> Result<(), ImportError> {
        if node.value == Script::Undefined {
            return Ok(()); // as if it did not stand there
        }
        if let Some(kind) = self.kind.filter(|kind| !property.applies_to(*kind)) {
            self.notes.add(format!("{path} has no meaning for {kind}."));
        }
        let constraint = self.constraint(property, node, path)?;
        // An empty list is no constraint, an empty object is one that asks for nothing (CON-07).
        if !(constraint.is_empty() && takes_lists(property) && has_empty_list(node)) {
            set.insert(property, constraint);
        }
        Ok(())
    }

    /// A bare value or a dictionary of members; Web IDL's union of both takes every object for the dictionary.
    fn constraint(&mut self, property: Property, node: &Node, path: &str) -> Result<Constraint, ImportError> {
        let mut constraint = Constraint::default();
        match &node.value {
            Script::List(_) if matches!(property.value_type(), ValueType::Text | ValueType::Points) => {
                constraint.bare = self.values(property, node, path)?;
            }
            Script::Boolean(boolean) if property.value_type() == ValueType::BooleanOrDouble => {
                constraint.bare = Some(vec![Value::Boolean(*boolean)]); // whether there is such a thing (FIT-04)
            }
            Script::Object(members) => {
                for member in members {
                    self.add_member(&mut constraint, property, member, path)?;
                }
            }
            value if value.as_dictionary().is_some() => {
                self.notes.add(format!("{path}: {} was read as {{}}, which asks for nothing.", value.what()));
            }
            _ => constraint.bare = self.values(property, node, path)?,
        }
        Ok(constraint)
    }

    fn add_member(
        &mut self,
        constraint: &mut Constraint,
        property: Property,
        member: &Member,
        path: &str,
    ) -> Result<(), ImportError> {
        let path = format!("{path}.{}", cut(&member.name));
        let node = &member.node;
        if node.value == Script::Undefined {
            return Ok(());
        }
        match member.name.as_str() {
            "exact" => constraint.exact = self.values(property, node, &path)?,
            "ideal" => constraint.ideal = self.values(property, node, &path)?,
            "min" if property.value_type().is_numeric() => constraint.min = Some(self.number(property, node, &path)?),
            "max" if property.value_type().is_numeric() => constraint.max = Some(self.number(property, node, &path)?),
            _ => self.notes.add(format!("{path} was left out: a constraint on {property} has no such member.")),
        }
        Ok(())
    }

    /// A value or, of strings, a list of values; an empty list constrains nothing (CON-07).
    fn values(&mut self, property: Property, node: &Node, path: &str) -> Result<Option<Vec<Value>>, ImportError> {
        if property.value_type() == ValueType::Points {
            let points = self.points(node, path)?;
            let is_empty = points == Value::Points(Vec::new());
            if is_empty {
                self.notes.add(format!("{path} is an empty list and constrains nothing."));
            }
            return Ok((!is_empty).then(|| vec![points]));
        }
        let Script::List(list) = &node.value else { return Ok(Some(vec![self.value(property, node, path)?])) };
        if property.value_type() != ValueType::Text {
            return Ok(Some(vec![self.value(property, node, path)?]));
        }
        check_length(list, node.place)?;
        let values: Vec<_> =
            list.iter().map(|node| self.value(property, node, path)).collect::<Result<_, ImportError>>()?;
        if values.is_empty() {
            self.notes.add(format!("{path} is an empty list and constrains nothing."));
        }
        Ok((!values.is_empty()).then_some(values))
    }

    fn value(&mut self, property: Property, node: &Node, path: &str) -> Result<Value, ImportError> {
        match (&node.value, property.value_type()) {
            (_, value_type) if value_type.is_numeric() => self.number(property, node, path).map(Value::Number),
            (Script::Boolean(boolean), ValueType::Boolean | ValueType::BooleanOrText) => Ok(Value::Boolean(*boolean)),
            (value, ValueType::Boolean) => {
                let boolean = is_truthy(value);
                self.notes.add(format!("{path}: {} was read as {boolean}.", shown(value)));
                Ok(Value::Boolean(boolean))
            }
            _ => self.text(node, path).map(Value::Text),
        }
    }

    /// `sequence<Point2D>`, each within the picture (IMG-07).
    fn points(&mut self, node: &Node, path: &str) -> Result<Value, ImportError> {
        let Script::List(list) = &node.value else {
            return Err(node.place.type_error(format!("{path}: {} is no array of points", node.value.what())));
        };
        check_length(list, node.place)?;
        let mut points = Vec::with_capacity(list.len());
        for (index, item) in list.iter().enumerate() {
            let mut at = [0.0, 0.0];
            for member in dictionary(item, "a point")? {
                let path = format!("{path}[{index}].{}", cut(&member.name));
                match (member.name.as_str(), &member.node.value) {
                    (_, Script::Undefined) => {}
                    ("x", _) => at[0] = self.number(Property::PointsOfInterest, &member.node, &path)?,
                    ("y", _) => at[1] = self.number(Property::PointsOfInterest, &member.node, &path)?,
                    _ => self.notes.add(format!("{path} was left out: a point has x and y.")),
                }
            }
            let point = Point::new(at[0], at[1]);
            if (point.x - at[0]).abs() + (point.y - at[1]).abs() > 0.0 {
                self.notes.add(format!("{path}[{index}] lies outside and was moved to the edge of the picture."));
            }
            points.push(point);
        }
        Ok(Value::Points(points))
    }

    /// `DOMString`.
    fn text(&mut self, node: &Node, path: &str) -> Result<String, ImportError> {
        let Some(text) = to_text(&node.value) else {
            return Err(node.place.type_error(format!("{path}: {} is no string", node.value.what())));
        };
        if text.chars().count() > LONGEST_TEXT {
            return Err(node.place.type_error(format!("{path}: a string may have {LONGEST_TEXT} characters at most")));
        }
        if !matches!(node.value, Script::Text(_)) {
            self.notes.add(format!("{path}: {} was read as “{}”.", shown(&node.value), cut(&text)));
        }
        Ok(text)
    }

    /// `[Clamp] unsigned long`, or `double`, which must be finite.
    fn number(&mut self, property: Property, node: &Node, path: &str) -> Result<f64, ImportError> {
        let Some(number) = to_number(&node.value) else {
            return Err(node.place.type_error(format!("{path}: {} is no number", node.value.what())));
        };
        let is_whole = property.value_type() == ValueType::UnsignedLong;
        if !(is_whole || number.is_finite()) {
            let found = shown(&node.value);
            return Err(node.place.type_error(format!("{path} must be a finite number, and {found} is none")));
        }
        let taken = if is_whole { clamped(number) } else { number };
        self.tell(&node.value, number, taken, path);
        Ok(taken)
    }

    /// Notes what became of a number.
    fn tell(&mut self, value: &Script, number: f64, taken: f64, path: &str) {
        if !matches!(value, Script::Number(_)) || number.is_nan() {
            self.notes.add(format!("{path}: {} was read as the number {taken}.", shown(value)));
        } else if !(0.0..=f64::from(u32::MAX)).contains(&number) && (number - taken).abs() > 0.0 {
            self.notes.add(format!("{path} {} was clamped to {taken}.", shown(value)));
        } else if (number - taken).abs() > 0.0 {
            self.notes.add(format!("{path} {number} was rounded to {taken}."));
        }
    }
}

/// `[Clamp]`: into the range, half to even, NaN to 0.
fn clamped(number: f64) -> f64 {
    if number.is_nan() { 0.0 } else { number.clamp(0.0, f64::from(u32::MAX)).round_ties_even() }
}

/// A value in a sentence.
fn shown(value: &Script) -> String {
    match value {
        Script::Text(text) => format!("the string “{}”", cut(text)),
        Script::Number(_) | Script::Boolean(_) => to_text(value).unwrap_or_default(),
        other => other.what().to_owned(),
    }
}

const fn takes_lists(property: Property) -> bool {
    matches!(property.value_type(), ValueType::Text | ValueType::Points)
}

fn has_empty_list(node: &Node) -> bool {
    let is_empty = |node: &Node| matches!(&node.value, Script::List(list) if list.is_empty());
    is_empty(node)
        || ["exact", "ideal"].iter().any(|name| node.value.member(name).is_some_and(|one| is_empty(&one.node)))
}

/// Refuses lists that are too long (CON-14).
fn check_length(list: &[Node], place: Place) -> Result<(), ImportError> {
    if list.len() > LONGEST_LIST {
        return Err(place.type_error(format!("a list may have {LONGEST_LIST} entries at most")));
    }
    Ok(())
}
