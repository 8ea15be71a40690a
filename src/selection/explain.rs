//! Why this mode, why this error, what would help: for people, live while they type.

use crate::model::{Constraint, MediaTrackConstraints, Property, Settings, Value};

use super::failure::why;
use super::fitness::{In, distance, is_required, value_distance};
use super::mentions::Mentions;
use super::rules::Rules;
use super::select::{Choice, Chooser, TIE, choose};
use super::space::Space;
use super::subject::Subject;

/// How many relaxations are offered.
const MOST_OFFERS: usize = 3;
/// How many required constraints are relaxed at once, at most.
const MOST_RELAXED: usize = 3;
/// Beyond this many required constraints, relaxing several at once is not tried.
const MOST_REQUIRED: usize = 10;

/// One mode of one device under one `resizeMode`, at its best.
#[derive(Clone, Debug, PartialEq)]
pub struct ModeLine {
    /// Which of the subjects, counted from 0.
    pub subject: usize,
    /// Which of its modes, counted from 0.
    pub shape: usize,
    /// What comes nearest to the constraints in this mode.
    pub settings: Settings,
    /// The distance from each constraint of the basic set; infinite where it is required and does not hold.
    pub per_property: Vec<(Property, f64)>,
    /// Their sum.
    pub fitness: f64,
    /// Which of the advanced sets the mode can satisfy, each by itself.
    pub advanced: Vec<bool>,
    /// Whether this is what is selected.
    pub is_winner: bool,
    /// Whether it is as near as what is selected, so that the tie-break decided (SEL-08).
    pub is_tied: bool,
}

/// Every mode of every subject, in their order, with the winner marked. `constraints` are those that
/// [`counted`](super::counted) gives.
pub fn modes(rules: &Rules, subjects: &[Subject], constraints: &MediaTrackConstraints) -> Vec<ModeLine> {
    modes_beside(rules, subjects, constraints, choose(rules, subjects, constraints).first())
}

/// The same where the winner is known.
pub(super) fn modes_beside(
    rules: &Rules,
    subjects: &[Subject],
    constraints: &MediaTrackConstraints,
    winner: Option<&Choice>,
) -> Vec<ModeLine> {
    let mentions = Mentions::of(std::iter::once(&constraints.basic).chain(&constraints.advanced));
    let mut lines = Vec::new();
    for (index, subject) in subjects.iter().enumerate() {
        add_lines(&mut lines, rules, (index, subject), &mentions, constraints);
    }
    if let Some(winner) = winner {
        mark(&mut lines, winner);
    }
    lines
}

fn add_lines(
    lines: &mut Vec<ModeLine>,
    rules: &Rules,
    (index, subject): (usize, &Subject),
    mentions: &Mentions,
    constraints: &MediaTrackConstraints,
) {
    let space = Space::new(rules, subject, mentions);
    let chooser = Chooser::new(rules, &constraints.basic, &space);
    let held: Vec<_> = constraints.advanced.iter().map(|set| space.held(rules, set, In::Advanced)).collect();
    for cell in &space.cells {
        let Some(settings) = chooser.best_in(cell) else { continue };
        let measure = |(property, constraint): (&Property, &Constraint)| {
            (*property, distance(rules, *property, constraint, &settings))
        };
        let per_property: Vec<_> = constraints.basic.iter().map(measure).collect();
        let fitness = per_property.iter().fold(0.0, |sum, (_, distance)| sum + distance);
        let advanced = held.iter().map(|held| held.has(cell)).collect();
        let (shape, is_winner, is_tied) = (cell.shape, false, false);
        lines.push(ModeLine { subject: index, shape, settings, per_property, fitness, advanced, is_winner, is_tied });
    }
}

fn mark(lines: &mut [ModeLine], winner: &Choice) {
    let keeps = |line: &ModeLine| winner.advanced.iter().zip(&line.advanced).all(|(kept, can)| !kept || *can);
    for line in lines.iter_mut() {
        let resize_mode = line.settings.get(Property::ResizeMode) == winner.settings.get(Property::ResizeMode);
        line.is_winner = (line.subject, line.shape) == (winner.subject, winner.shape) && resize_mode;
        line.is_tied = !line.is_winner && (line.fitness - winner.fitness).abs() <= TIE && keeps(line);
        if line.is_winner {
            // Advanced sets may have moved it within its mode.
            line.settings = winner.settings.clone();
        }
    }
}

/// A change to required constraints that makes them possible.
#[derive(Clone, Debug, PartialEq)]
pub struct Relaxation {
    /// The constraints to change, each with what it becomes.
    pub changes: Vec<(Property, Constraint)>,
    /// What would be selected then.
    pub settings: Settings,
    /// Which of the subjects it would be on.
    pub subject: usize,
    /// How far the changes go: the sum of the distances between what was required and what would be set.
    pub cost: f64,
}

/// Up to three cheapest relaxations of a basic set that cannot be satisfied, cheapest first. As few constraints as
/// possible are changed. Empty where the set can be satisfied.
pub fn relaxations(rules: &Rules, subjects: &[Subject], constraints: &MediaTrackConstraints) -> Vec<Relaxation> {
    let required: Vec<_> =
        constraints.basic.iter().filter(|(_, one)| is_required(one)).map(|(property, _)| *property).collect();
    if !choose(rules, subjects, constraints).is_empty() || required.is_empty() {
        return Vec::new();
    }
    // What is impossible by itself has to change in any case.
    let needed = why(rules, subjects, &constraints.basic).impossible;
    let most = if required.len() > MOST_REQUIRED { needed.len().max(1) } else { needed.len().max(MOST_RELAXED) };
    for count in needed.len().max(1)..=most.min(required.len()) {
        let mut found: Vec<_> = subsets(&required, count)
            .into_iter()
            .filter(|subset| needed.iter().all(|property| subset.contains(property)))
            .flat_map(|subset| offers(rules, subjects, constraints, &subset))
            .collect();
        if !found.is_empty() {
            found.sort_by(|one, two| one.cost.total_cmp(&two.cost));
            found.truncate(MOST_OFFERS);
            return found;
        }
    }
    Vec::new()
}

fn subsets(all: &[Property], count: usize) -> Vec<Vec<Property>> {
    let Some(rest) = count.checked_sub(1) else { return vec![Vec::new()] };
    let with_first = |(index, first): (usize, &Property)| {
        let others = all.get(index + 1..).unwrap_or_default();
        subsets(others, rest).into_iter().map(|others| [vec![*first], others].concat()).collect::<Vec<_>>()
    };
    all.iter().enumerate().flat_map(with_first).collect()
}

/// What is required of these properties, replaced by the nearest that is possible on each device; of one number also by the
/// nearest on its other side.
fn offers(
    rules: &Rules,
    subjects: &[Subject],
    constraints: &MediaTrackConstraints,
    properties: &[Property],
) -> Vec<Relaxation> {
    let pulled = pulled(constraints, properties);
    let mut nearest = choose(rules, subjects, &pulled);
    if let Some((property, wanted)) = only_number(constraints, properties) {
        let bound = |min, max| {
            let mut beyond = pulled.clone();
            let ideal = Some(vec![Value::Number(wanted)]);
            beyond.basic.set(property, Constraint { ideal, min, max, ..Constraint::default() });
            choose(rules, subjects, &beyond).into_iter().next()
        };
        nearest.extend([bound(Some(wanted), None), bound(None, Some(wanted))].into_iter().flatten());
    }
    let mut found: Vec<Relaxation> = Vec::new();
    for near in nearest {
        let offer = relax(rules, subjects, constraints, properties, &near.settings);
        found.extend(offer.filter(|offer| found.iter().all(|other| other.changes != offer.changes)));
    }
    found
}

/// The number that one property is required to have, or its one bound.
fn only_number(constraints: &MediaTrackConstraints, properties: &[Property]) -> Option<(Property, f64)> {
    let [property] = properties else { return None };
    match targets(constraints.basic.get(*property)?).as_slice() {
        [Value::Number(number)] => Some((*property, *number)),
        _ => None,
    }
}

/// The requirements, of which these properties only pull.
fn pulled(constraints: &MediaTrackConstraints, properties: &[Property]) -> MediaTrackConstraints {
    let mut pulled = MediaTrackConstraints::default();
    for (property, constraint) in constraints.basic.iter() {
        let constraint = if properties.contains(property) {
            Constraint { ideal: Some(targets(constraint)), ..Constraint::default() }
        } else {
            Constraint { ideal: None, bare: None, ..constraint.clone() }
        };
        pulled.basic.set(*property, constraint);
    }
    pulled
}

/// The constraints with these properties at the values that are possible.
fn relax(
    rules: &Rules,
    subjects: &[Subject],
    constraints: &MediaTrackConstraints,
    properties: &[Property],
    possible: &Settings,
) -> Option<Relaxation> {
    let mut relaxed = constraints.clone();
    let (mut changes, mut cost) = (Vec::new(), 0.0);
    for property in properties {
        let constraint = constraints.basic.get(*property)?;
        let value = possible.get(*property);
        cost += targets(constraint)
            .iter()
            .map(|target| value.map_or(1.0, |value| value_distance(rules, *property, value, target)))
            .fold(1.0, f64::min);
        let change = loosened(constraint, value);
        relaxed.basic.set(*property, change.clone());
        changes.push((*property, change));
    }
    let choice = choose(rules, subjects, &relaxed).into_iter().next()?;
    Some(Relaxation { changes, settings: choice.settings, subject: choice.subject, cost })
}

/// What a required constraint wants: its exact values, else its ends.
fn targets(constraint: &Constraint) -> Vec<Value> {
    let ends = || constraint.min.into_iter().chain(constraint.max).map(Value::Number).collect();
    constraint.exact.clone().unwrap_or_else(ends)
}

/// The constraint so that this value satisfies it, otherwise as it was. Words, and what the device does not have, become
/// wishes.
fn loosened(constraint: &Constraint, value: Option<&Value>) -> Constraint {
    let Some(number) = value.and_then(Value::as_number) else {
        let ideal = constraint.ideal.clone().or_else(|| constraint.exact.clone());
        return Constraint { ideal, bare: constraint.bare.clone(), ..Constraint::default() };
    };
    Constraint {
        exact: constraint.exact.as_ref().map(|_| vec![Value::Number(number)]),
        min: constraint.min.map(|min| min.min(number)),
        max: constraint.max.map(|max| max.max(number)),
        ..constraint.clone()
    }
}
