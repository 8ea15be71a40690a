//! Why no device fits: the name and the sentence of an `OverconstrainedError`.

use crate::model::{Constraint, ConstraintSet, MediaError, PixelFormat, Property, TrackKind, Value};

use super::candidates::Dictionary;
use super::fitness::{distance, is_required};
use super::select::Candidate;
use super::write::constraint_to_json;

/// The error where no dictionary of any device satisfies the basic set (OVR-02..06).
pub(super) fn explain(
    kind: TrackKind,
    candidates: &[Candidate<'_>],
    dictionaries: &[Vec<Dictionary>],
    basic: &ConstraintSet,
    pixel_format: Option<PixelFormat>,
) -> MediaError {
    let all: Vec<_> = dictionaries.iter().flatten().collect();
    let device = match candidates {
        [only] => only.device.name(),
        several => format!("any of the {} {kind} devices", several.len()),
    };
    if all.is_empty() {
        return on_device(MediaError::overconstrained(None, no_mode(&device, pixel_format)), candidates);
    }
    let required: Vec<_> = basic.iter().filter(|(_, constraint)| is_required(constraint)).collect();
    let impossible: Vec<_> = required.iter().copied().filter(|one| !holds_somewhere(&[*one], &all)).collect();
    let name = impossible.first().map(|(property, _)| **property);
    let fixed = candidates.iter().any(|candidate| candidate.fixed_mode.is_some());
    let hint = if fixed { " Its present mode is kept for the other tracks that use it." } else { "" };
    let message = if impossible.is_empty() {
        let names: Vec<_> = smallest_conflict(&required, &all).iter().map(|(property, _)| property.name()).collect();
        format!("On {device}, {} cannot hold together: relax one of them.{hint}", join(&names))
    } else {
        let sentences: Vec<_> =
            impossible.iter().map(|(property, constraint)| sentence(**property, constraint, &all)).collect();
        format!("On {device}, {}.{hint}", sentences.join("; "))
    };
    on_device(MediaError::overconstrained(name, message), candidates)
}

/// Names the device where there is just one.
fn on_device(error: MediaError, candidates: &[Candidate<'_>]) -> MediaError {
    match candidates {
        [only] => error.on(only.device.name()),
        _ => error,
    }
}

fn no_mode(device: &str, pixel_format: Option<PixelFormat>) -> String {
    match pixel_format {
        Some(format) => {
            format!("There is no {format} mode on {device}: choose another pixel format, or leave it to the lab.")
        }
        None => format!("There is no mode on {device} that Capture Lab can decode; see its list of modes."),
    }
}

type Required<'a> = (&'a Property, &'a Constraint);

fn holds_somewhere(required: &[Required<'_>], all: &[&Dictionary]) -> bool {
    all.iter().any(|one| {
        required.iter().all(|(property, constraint)| distance(**property, constraint, &one.settings).is_finite())
    })
}

/// The fewest required constraints that cannot hold together (OVR-06).
fn smallest_conflict<'a>(required: &[Required<'a>], all: &[&Dictionary]) -> Vec<Required<'a>> {
    let subsets = (1_u32..1 << required.len().min(16)).map(|bits| {
        let chosen = required.iter().enumerate().filter(move |(index, _)| bits & (1 << index) != 0);
        chosen.map(|(_, one)| *one).collect::<Vec<_>>()
    });
    subsets.filter(|subset| !holds_somewhere(subset, all)).min_by_key(Vec::len).unwrap_or_default()
}

/// What is asked of a property and what there is instead.
fn sentence(property: Property, constraint: &Constraint, all: &[&Dictionary]) -> String {
    let asked = constraint_to_json(property, constraint);
    if matches!(property, Property::DeviceId | Property::GroupId) {
        return format!("{property} {asked} is not there: see the list of devices for those that are");
    }
    if contradicts_itself(constraint) {
        return format!("{property} {asked} contradicts itself: no value is within it");
    }
    let mut there: Vec<Value> = Vec::new();
    for value in all.iter().filter_map(|one| one.settings.get(property)) {
        if !there.contains(value) {
            there.push(value.clone());
        }
    }
    let values: Vec<_> = nearest(there, constraint).iter().map(ToString::to_string).collect();
    if values.is_empty() {
        return format!("{property} {asked} is not possible: it has no {property}");
    }
    format!("{property} {asked} is not possible: the nearest available is {}", values.join(" or "))
}

/// Whether no number at all is within it.
fn contradicts_itself(constraint: &Constraint) -> bool {
    let (min, max) = (constraint.min.unwrap_or(f64::NEG_INFINITY), constraint.max.unwrap_or(f64::INFINITY));
    let numbers: Vec<_> = constraint.exact.iter().flatten().filter_map(Value::as_number).collect();
    min > max || (!numbers.is_empty() && numbers.iter().all(|number| !(min..=max).contains(number)))
}

/// Of numbers the ones next to what is required, of all else the first few.
fn nearest(mut values: Vec<Value>, constraint: &Constraint) -> Vec<Value> {
    let exact = constraint.exact.as_ref().and_then(|list| list.first()).and_then(Value::as_number);
    let Some(target) = exact.or(constraint.min).or(constraint.max) else {
        values.truncate(6);
        return values;
    };
    let off = |value: &Value| value.as_number().map_or(f64::INFINITY, |number| (number - target).abs());
    values.sort_by(|one, two| off(one).total_cmp(&off(two)));
    values.truncate(2);
    values
}

fn join(names: &[&str]) -> String {
    match names {
        [] => "the required constraints".to_owned(),
        [one] => (*one).to_owned(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
