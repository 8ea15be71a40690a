//! One case of `select`, read from JSON: devices, constraints, and how to read the standard.

use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::interchange::convert_track_constraints;
use crate::model::{Extent, MediaTrackConstraints, Property, TrackKind, Value};
use crate::selection::{Context, Domain, Rules, Shape, Subject};

/// Longer lists of modes are refused.
const MOST_MODES: usize = 100_000;

/// A case that can be run.
pub(super) struct Case {
    pub rules: Rules,
    pub subjects: Vec<Subject>,
    /// `None` where the kind is not asked for.
    pub constraints: Option<MediaTrackConstraints>,
}

impl Case {
    /// Reads a case; the sentence says what is wrong with it.
    pub fn read(json: &Json) -> Result<Self, String> {
        let Json::Object(members) = json else { return Err("a case is an object".to_owned()) };
        let kind = match word(members, "kind")? {
            None | Some("video") => TrackKind::Video,
            Some("audio") => TrackKind::Audio,
            Some(other) => return Err(format!("kind is video or audio, not {other}")),
        };
        let rules = rules(kind, members)?;
        let constraints = constraints(&rules, members)?;
        Ok(Self { subjects: subjects(kind, members)?, constraints, rules })
    }
}

fn word<'a>(members: &'a Map<String, Json>, name: &str) -> Result<Option<&'a str>, String> {
    match members.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::String(text)) => Ok(Some(text)),
        Some(other) => Err(format!("{name} is a string, not {other}")),
    }
}

fn rules(kind: TrackKind, members: &Map<String, Json>) -> Result<Rules, String> {
    let context = match word(members, "context")? {
        None | Some("getUserMedia") => Context::GetUserMedia,
        Some("applyConstraints") => Context::ApplyConstraints,
        Some(other) => return Err(format!("context is getUserMedia or applyConstraints, not {other}")),
    };
    let resizes = match word(members, "variant")? {
        None | Some("native") => false,
        Some("crop-and-scale") => true,
        Some(other) => return Err(format!("variant is native or crop-and-scale, not {other}")),
    };
    let mut rules = Rules::new(kind, context).resizing(resizes);
    let Some(options) = members.get("options") else { return Ok(rules) };
    let Json::Object(options) = options else { return Err("options is an object".to_owned()) };
    let is_word = |name: &str, wanted: &str| Ok::<_, String>(word(options, name)? == Some(wanted));
    rules.literal_aspect = is_word("aspect", "literal")?;
    rules.any_rate = is_word("frame_rate", "any")?;
    rules.ignores_inapplicable = is_word("inapplicable", "ignore")?;
    rules.exact_overrides = options.get("exact_overrides").and_then(Json::as_bool).unwrap_or(false);
    rules.epsilon = options.get("number_eps").and_then(Json::as_f64);
    for (name, default) in options.get("defaults").and_then(Json::as_object).into_iter().flatten() {
        if let (Ok(property), Some(value)) = (name.parse::<Property>(), value(default)) {
            rules.defaults.retain(|(other, _)| *other != property);
            rules.defaults.push((property, value));
        }
    }
    Ok(rules)
}

fn constraints(rules: &Rules, members: &Map<String, Json>) -> Result<Option<MediaTrackConstraints>, String> {
    let text = match members.get("constraints") {
        Some(Json::Bool(false)) if rules.context == Context::GetUserMedia => return Ok(None),
        None | Some(Json::Null | Json::Bool(true)) => "{}".to_owned(),
        Some(Json::Object(members)) => Json::Object(without_nothing(members)).to_string(),
        Some(_) => return Err("the constraints are neither a boolean nor a dictionary".to_owned()),
    };
    let mut constraints = convert_track_constraints(&text).map_err(|error| error.message)?.constraints;
    if let Some(supported) = members.get("supported").and_then(Json::as_array) {
        let is_supported = |property: Property| supported.iter().any(|name| name == property.name());
        for set in std::iter::once(&mut constraints.basic).chain(&mut constraints.advanced) {
            set.retain(is_supported);
        }
    }
    Ok(Some(constraints))
}

/// JSON has no undefined: in a case, null inside of a constraint stands for it.
fn without_nothing(set: &Map<String, Json>) -> Map<String, Json> {
    let kept = |json: &Json| match json {
        Json::Object(members) => {
            let given = members.iter().filter(|(_, member)| !member.is_null());
            Json::Object(given.map(|(name, member)| (name.clone(), member.clone())).collect())
        }
        other => other.clone(),
    };
    let of_list = |json: &Json| match json {
        Json::Array(sets) => sets
            .iter()
            .map(|json| json.as_object().map_or_else(|| json.clone(), |set| without_nothing(set).into()))
            .collect(),
        other => kept(other),
    };
    set.iter().map(|(name, json)| (name.clone(), if name == "advanced" { of_list(json) } else { kept(json) })).collect()
}

fn subjects(kind: TrackKind, members: &Map<String, Json>) -> Result<Vec<Subject>, String> {
    let wanted = match kind {
        TrackKind::Video => "videoinput",
        TrackKind::Audio => "audioinput",
    };
    match members.get("devices") {
        // The members of one device may stand in the case itself.
        None => Ok(vec![subject(members)?]),
        Some(Json::Array(devices)) => devices
            .iter()
            .map(|device| device.as_object().ok_or_else(|| "a device is an object".to_owned()))
            .filter(|device| {
                device.as_ref().map_or(true, |device| device.get("kind").is_none_or(|kind| kind == wanted))
            })
            .map(|device| subject(device?))
            .collect(),
        Some(_) => Err("devices is a list".to_owned()),
    }
}

fn subject(device: &Map<String, Json>) -> Result<Subject, String> {
    let mut subject = Subject::default();
    for name in ["deviceId", "groupId", "facingMode"] {
        if let (Ok(property), Some(text)) = (name.parse(), word(device, name)?) {
            subject.properties.push((property, Domain::of(vec![text.into()])));
        }
    }
    match device.get("modes") {
        None | Some(Json::Null) => subject.shapes.push(Shape { size: None, axes: [].into() }),
        Some(Json::Array(modes)) if modes.len() <= MOST_MODES => {
            for mode in modes {
                let mode = mode.as_object().ok_or("a mode is an object")?;
                if mode.get("decodable") != Some(&Json::Bool(false)) {
                    add_shape(&mut subject.shapes, mode)?;
                }
            }
            if modes.is_empty() {
                subject.shapes.push(Shape { size: None, axes: [].into() });
            }
        }
        Some(_) => return Err(format!("modes is a list of at most {MOST_MODES}")),
    }
    add_properties(&mut subject, device)?;
    Ok(subject)
}

/// `properties`; where they are not given, what `devices --json` says under `capabilities` that no mode decides.
fn add_properties(subject: &mut Subject, device: &Map<String, Json>) -> Result<(), String> {
    let given = device.get("properties").and_then(Json::as_object);
    let found = given.or_else(|| device.get("capabilities").and_then(Json::as_object));
    let is_geometry = |property| {
        use Property::{AspectRatio, FrameRate, Height, ResizeMode, Width};
        [Width, Height, AspectRatio, FrameRate, ResizeMode].contains(&property)
    };
    for (name, json) in found.into_iter().flatten() {
        let Ok(property) = name.parse::<Property>() else { continue };
        let is_there = subject.properties.iter().any(|(other, _)| *other == property)
            || subject.shapes.iter().any(|shape| shape.axes.iter().any(|(other, _)| *other == property));
        let is_of_mode = given.is_none() && is_geometry(property);
        if !is_there && !is_of_mode {
            subject.properties.push((property, domain(property, json)?));
        }
    }
    Ok(())
}

/// A mode; lists of values stand for a mode each.
fn add_shape(shapes: &mut Vec<Shape>, mode: &Map<String, Json>) -> Result<(), String> {
    let one = |json: &Json| match json {
        Json::Array(list) => list.clone(),
        other => vec![other.clone()],
    };
    let mut axes = Vec::new();
    for (name, json) in mode {
        match name.parse::<Property>() {
            Ok(Property::Width | Property::Height | Property::AspectRatio) | Err(()) => {}
            Ok(property) => axes.push((property, domain(property, json)?)),
        }
    }
    let axes: Arc<[_]> = axes.into();
    let (Some(widths), Some(heights)) = (mode.get("width").map(one), mode.get("height").map(one)) else {
        shapes.push(Shape { size: None, axes });
        return Ok(());
    };
    for width in &widths {
        for height in &heights {
            shapes.push(Shape { size: Some((extent(width)?, extent(height)?)), axes: Arc::clone(&axes) });
        }
    }
    Ok(())
}

fn extent(json: &Json) -> Result<Extent, String> {
    let whole = |json: &Json| {
        let number = json.as_f64().filter(|number| number.fract() == 0.0 && (1.0..=65535.0).contains(number));
        number
            .map(|number| number as u32)
            .ok_or_else(|| format!("a size is a whole number from 1 to 65535, not {json}"))
    };
    let Json::Object(range) = json else { return whole(json).map(Extent::One) };
    let end = |name: &str| whole(range.get(name).unwrap_or(&Json::Null));
    let step = range.get("step").map_or(Ok(1), whole)?;
    let (min, max) = (end("min")?, end("max")?);
    if min > max {
        return Err(format!("a range from {min} to {max} is empty"));
    }
    Ok(Extent::Range { min, max, step })
}

fn domain(property: Property, json: &Json) -> Result<Domain, String> {
    let wrong = || format!("{property}: {json} is neither a value, a list, nor a range");
    match json {
        Json::Object(members) if members.contains_key("min") || members.contains_key("max") => {
            let number = |name: &str| members.get(name).and_then(Json::as_f64);
            let (min, max) = (number("min").ok_or_else(wrong)?, number("max").ok_or_else(wrong)?);
            Ok(Domain::Range { min, max, step: number("step"), default: number("default") })
        }
        Json::Object(members) => {
            let Some(Json::Array(list)) = members.get("values") else { return Err(wrong()) };
            let values = list.iter().map(value).collect::<Option<_>>().ok_or_else(wrong)?;
            Ok(Domain::Values { values, default: members.get("default").and_then(value) })
        }
        Json::Array(list) => list.iter().map(value).collect::<Option<_>>().map(Domain::of).ok_or_else(wrong),
        one => value(one).map(|value| Domain::of(vec![value])).ok_or_else(wrong),
    }
}

fn value(json: &Json) -> Option<Value> {
    match json {
        Json::Bool(boolean) => Some(Value::Boolean(*boolean)),
        Json::Number(number) => number.as_f64().map(Value::Number),
        Json::String(text) => Some(Value::Text(text.clone())),
        _ => None,
    }
}
