//! Why no device fits: the name and the sentence of an `OverconstrainedError`.

use std::collections::BTreeSet;

use crate::model::{Constraint, ConstraintSet, DeviceInfo, MediaError, Mode, PixelFormat, Property, Value};

use super::fitness::{In, is_required};
use super::mentions::Mentions;
use super::rules::Rules;
use super::select::Candidate;
use super::space::Space;
use super::subject::Subject;
use super::write::constraint_to_json;

/// Constraints beyond this number are not looked at for conflicts: subsets double with each.
const MOST_REQUIRED: usize = 12;

/// Why a basic set cannot be satisfied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The required constraints that no settings dictionary of any device satisfies, in the order of OVR-05 (OVR-02).
    pub impossible: Vec<Property>,
    /// The fewest required constraints that no dictionary satisfies together (OVR-06).
    pub conflict: Vec<Property>,
}

/// Why no subject satisfies the basic set.
pub fn why(rules: &Rules, subjects: &[Subject], basic: &ConstraintSet) -> Failure {
    Failed::new(rules, subjects, basic).why()
}

/// Devices and what is required of them.
struct Failed<'a> {
    rules: &'a Rules,
    spaces: Vec<Space>,
    basic: &'a ConstraintSet,
    required: Vec<Property>,
}

impl<'a> Failed<'a> {
    fn new(rules: &'a Rules, subjects: &[Subject], basic: &'a ConstraintSet) -> Self {
        let mentions = Mentions::of([basic]);
        let spaces = subjects.iter().map(|subject| Space::new(rules, subject, &mentions)).collect();
        let required = basic.iter().filter(|(_, one)| is_required(one)).map(|(property, _)| *property).collect();
        Self { rules, spaces, basic, required }
    }

    fn why(&self) -> Failure {
        let impossible: Vec<_> = self.required.iter().copied().filter(|property| !self.holds(&[*property])).collect();
        let conflict = impossible.first().map_or_else(|| self.smallest_conflict(), |first| vec![*first]);
        Failure { impossible, conflict }
    }

    /// Whether some dictionary satisfies these together.
    fn holds(&self, properties: &[Property]) -> bool {
        let mut set = self.basic.clone();
        set.retain(|property| properties.contains(&property));
        self.spaces.iter().any(|space| space.holds(self.rules, &set, In::Basic))
    }

    fn smallest_conflict(&self) -> Vec<Property> {
        let required = self.required.get(..MOST_REQUIRED).unwrap_or(&self.required);
        let mut subsets: Vec<u32> = (1..1 << required.len()).collect();
        subsets.sort_by_key(|bits| bits.count_ones());
        let chosen = |bits: u32| {
            let chosen = required.iter().enumerate().filter(move |(index, _)| bits & (1 << index) != 0);
            chosen.map(|(_, property)| *property).collect::<Vec<_>>()
        };
        subsets.into_iter().map(chosen).find(|subset| !self.holds(subset)).unwrap_or_default()
    }

    /// What is asked of a property and what there is instead.
    fn sentence(&self, property: Property) -> String {
        let Some(constraint) = self.basic.get(property) else { return property.to_string() };
        sentence(self.rules, property, constraint, self.spaces.iter().flat_map(|space| space.values(property)))
    }
}

/// The error where no dictionary of any device satisfies the basic set (OVR-02..06).
pub(super) fn explain(
    rules: &Rules,
    candidates: &[Candidate<'_>],
    subjects: &[Subject],
    basic: &ConstraintSet,
    pixel_format: Option<PixelFormat>,
) -> MediaError {
    let device = match candidates {
        [only] => only.device.name(),
        several => format!("any of the {} {} devices", several.len(), rules.kind),
    };
    if subjects.iter().all(|subject| subject.shapes.is_empty()) {
        return on_device(MediaError::overconstrained(None, no_mode(&device, candidates, pixel_format)), candidates);
    }
    let failed = Failed::new(rules, subjects, basic);
    let why = failed.why();
    let is_fixed = matches!(candidates, [only] if only.fixed_mode.is_some());
    let hint = if is_fixed { ", since other tracks use it too" } else { "" };
    let message = if why.impossible.is_empty() {
        let names: Vec<_> = why.conflict.iter().map(|property| property.name()).collect();
        format!("On {device}, {} cannot hold together: relax one of them{hint}.", join(&names))
    } else {
        let sentences: Vec<_> = why.impossible.iter().map(|property| failed.sentence(*property)).collect();
        format!("On {device}, {}{hint}.", sentences.join("; "))
    };
    on_device(MediaError::overconstrained(why.impossible.first().copied(), message), candidates)
}

/// Names the device where there is just one.
fn on_device(error: MediaError, candidates: &[Candidate<'_>]) -> MediaError {
    match candidates {
        [only] => error.on(only.device.name()),
        _ => error,
    }
}

fn no_mode(device: &str, candidates: &[Candidate<'_>], pixel_format: Option<PixelFormat>) -> String {
    match pixel_format {
        Some(format) => {
            let there: BTreeSet<_> = candidates.iter().flat_map(|one| formats(one.device)).collect();
            let there: Vec<_> = there.iter().map(String::as_str).collect();
            format!(
                "There is no {format} mode on {device}: choose {}, or leave the pixel format to the lab.",
                if there.is_empty() { "another".to_owned() } else { there.join(" or ") }
            )
        }
        None => format!("There is no mode on {device} that Capture Lab can decode; see its list of modes."),
    }
}

/// The pixel formats that the lab can capture in.
fn formats(device: &DeviceInfo) -> impl Iterator<Item = String> {
    device.modes.iter().filter_map(|mode| match mode {
        Mode::Video(mode) if mode.pixel_format.is_decodable() => Some(mode.pixel_format.to_string()),
        _ => None,
    })
}

/// What is asked of a property and what there is instead.
fn sentence(rules: &Rules, property: Property, constraint: &Constraint, all: impl Iterator<Item = Value>) -> String {
    let asked = constraint_to_json(property, constraint);
    if matches!(property, Property::DeviceId | Property::GroupId) {
        return format!("{property} {asked} is not there: see the list of devices for those that are");
    }
    if !property.applies_to(rules.kind) {
        return format!("{property} {asked} has no meaning for {}", rules.kind);
    }
    if contradicts_itself(constraint) {
        return format!("{property} {asked} contradicts itself: no value is within it");
    }
    let mut there: Vec<Value> = Vec::new();
    for value in all {
        if value.as_number().is_some() || !there.contains(&value) {
            there.push(value);
        }
    }
    let values: Vec<_> = nearest(there, constraint).iter().map(in_full).collect();
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
    let numbers = || values.iter().filter_map(Value::as_number);
    let below = numbers().filter(|number| *number <= target).reduce(f64::max);
    let above = numbers().filter(|number| *number > target).reduce(f64::min);
    let mut nearest: Vec<_> = below.into_iter().chain(above).collect();
    nearest.sort_by(|one, two| (one - target).abs().total_cmp(&(two - target).abs()));
    nearest.into_iter().map(Value::Number).collect()
}

/// With as many decimals as it takes to ask for the value.
fn in_full(value: &Value) -> String {
    match value {
        Value::Number(number) => ((number * 1e5).round() / 1e5).to_string(),
        other => other.to_string(),
    }
}

fn join(names: &[&str]) -> String {
    match names {
        [] => "the required constraints".to_owned(),
        [one] => (*one).to_owned(),
        [others @ .., last] => format!("{} and {last}", others.join(", ")),
    }
}
