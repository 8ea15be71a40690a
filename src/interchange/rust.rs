//! A request as Rust code for this crate.

use crate::model::{Constraint, ConstraintSet, MediaStreamConstraints, MediaTrackConstraints, Property, Value};

/// A function in Rust, `constraints`, that gives this request with the types of [`crate::model`].
pub fn to_rust(constraints: &MediaStreamConstraints) -> String {
    let mut lines = Vec::new();
    for (name, track) in [("video", &constraints.video), ("audio", &constraints.audio)] {
        if let Some(track) = track {
            push_track(&mut lines, name, track);
        }
    }
    let body = lines.iter().map(|line| format!("    {line}\n")).collect::<Vec<_>>().concat();
    let member = |name: &str, track: &Option<_>| match track {
        Some(_) => format!("{name}: Some({name})"),
        None => format!("{name}: None"),
    };
    let (video, audio) = (member("video", &constraints.video), member("audio", &constraints.audio));
    let used = used_types(&body);
    format!(
        "use capture_lab::model::{used};\n\n/// What is asked for.\npub fn constraints() -> MediaStreamConstraints {{\n\
         {body}    MediaStreamConstraints {{ {video}, {audio} }}\n}}\n"
    )
}

/// The types that the code names, so that none is idle.
fn used_types(body: &str) -> String {
    let optional = ["Constraint", "ConstraintSet", "MediaTrackConstraints", "Property", "Value"];
    let is_used =
        |name: &&str| [format!("{name}::"), format!("{name} {{")].iter().any(|use_| body.contains(use_.as_str()));
    let mut names: Vec<_> = optional.iter().filter(|name| is_used(name)).copied().collect();
    names.push("MediaStreamConstraints");
    names.sort_unstable();
    match names.as_slice() {
        [only] => (*only).to_owned(),
        several => format!("{{{}}}", several.join(", ")),
    }
}

fn push_track(lines: &mut Vec<String>, name: &str, track: &MediaTrackConstraints) {
    let is_bare = track.basic.is_empty() && track.advanced.is_empty();
    let mutable = if is_bare { "" } else { "mut " };
    lines.push(format!("let {mutable}{name} = MediaTrackConstraints::default();"));
    push_set(lines, &format!("{name}.basic"), &track.basic);
    for set in &track.advanced {
        if set.is_empty() {
            lines.push(format!("{name}.advanced.push(ConstraintSet::default());"));
            continue;
        }
        lines.push("let mut set = ConstraintSet::default();".to_owned());
        push_set(lines, "set", set);
        lines.push(format!("{name}.advanced.push(set);"));
    }
}

fn push_set(lines: &mut Vec<String>, name: &str, set: &ConstraintSet) {
    for (property, constraint) in set.iter() {
        lines.push(format!("{name}.insert(Property::{}, {});", variant(*property), expression(constraint)));
    }
}

fn variant(property: Property) -> String {
    format!("{property:?}")
}

/// A constraint, by its short form where that says all.
fn expression(constraint: &Constraint) -> String {
    let Constraint { bare, exact, ideal, min, max } = constraint;
    if let (Some([only]), None, None, None, None) = (bare.as_deref(), exact, ideal, min, max) {
        return format!("Constraint::bare({})", literal(only));
    }
    if let (None, Some([only]), None, None, None) = (bare, exact.as_deref(), ideal, min, max) {
        return format!("Constraint::exact({})", literal(only));
    }
    if let (None, None, Some([only]), None, None) = (bare, exact, ideal.as_deref(), min, max) {
        return format!("Constraint::ideal({})", literal(only));
    }
    members(constraint)
}

fn members(constraint: &Constraint) -> String {
    let list = |values: &Vec<Value>| {
        let values: Vec<_> = values.iter().map(|value| format!("Value::from({})", literal(value))).collect();
        format!("Some(vec![{}])", values.join(", "))
    };
    let number = |number: f64| format!("Some({number:?})");
    let members = [
        ("min", constraint.min.map(number)),
        ("max", constraint.max.map(number)),
        ("bare", constraint.bare.as_ref().map(list)),
        ("exact", constraint.exact.as_ref().map(list)),
        ("ideal", constraint.ideal.as_ref().map(list)),
    ];
    let given: String = members.into_iter().filter_map(|(name, value)| Some(format!("{name}: {}, ", value?))).collect();
    if given.is_empty() {
        return "Constraint::default()".to_owned();
    }
    format!("Constraint {{ {given}..Constraint::default() }}")
}

/// A value as Rust writes it; Debug is Rust's own syntax for numbers and strings.
fn literal(value: &Value) -> String {
    match value {
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Number(number) => format!("{number:?}"),
        Value::Text(text) => format!("{text:?}"),
        Value::Points(points) => {
            let points: Vec<_> =
                points.iter().map(|point| format!("Point::new({:?}, {:?})", point.x, point.y)).collect();
            format!("Value::Points(vec![{}])", points.join(", "))
        }
    }
}
