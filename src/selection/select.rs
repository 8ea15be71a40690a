//! `SelectSettings` over several devices (`#dfn-selectsettings`, `#dom-mediadevices-getusermedia`).

use std::cell::OnceCell;
use std::cmp::Ordering;

use crate::model::{ChosenMode, ConstraintSet, DeviceInfo, MediaTrackConstraints, Property, Settings, Value};

use super::capabilities::aspect_ratio;
use super::fitness::{In, distance_of, number_distance, value_distance};
use super::mentions::Mentions;
use super::rules::{Context, Rules};
use super::sizes::{Measure, Size};
use super::space::{Axis, Cell, Group, Space};
use super::subject::Subject;

/// Distances that differ by less are equal (FIT-11).
pub(super) const TIE: f64 = 1e-9;

/// A device that may be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The device.
    pub device: &'a DeviceInfo,
    /// The mode that it must keep, because other tracks use it (APP-09); `None` where any will do.
    pub fixed_mode: Option<ChosenMode>,
}

/// What was chosen on one device.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// Which of the subjects, counted from 0.
    pub subject: usize,
    /// Which of its modes, counted from 0.
    pub shape: usize,
    /// The settings of the track.
    pub settings: Settings,
    /// The fitness distance to the basic set.
    pub fitness: f64,
    /// Which of the advanced sets were kept, in order.
    pub advanced: Vec<bool>,
    /// How many settings dictionaries were looked at, and how many satisfy the basic set and the sets kept; of ranges,
    /// those that can make a difference.
    pub examined: u64,
    /// See `examined`.
    pub candidates: u64,
}

/// Constraints as the call counts them: in `getUserMedia` without the names of the other kind (GUM-05) and without an empty
/// `deviceId` (GUM-14).
pub fn counted(rules: &Rules, constraints: &MediaTrackConstraints) -> MediaTrackConstraints {
    let mut constraints = constraints.clone();
    if rules.context == Context::GetUserMedia {
        for set in std::iter::once(&mut constraints.basic).chain(&mut constraints.advanced) {
            let is_empty_id = set.get(Property::DeviceId).is_some_and(|id| {
                let lists = [&id.bare, &id.exact, &id.ideal].into_iter().flatten();
                lists.into_iter().any(|list| matches!(list.as_slice(), [Value::Text(text)] if text.is_empty()))
            });
            set.retain(|property| property.applies_to(rules.kind) && !(is_empty_id && property == Property::DeviceId));
        }
    }
    constraints
}

/// Selects the settings of a track: the best of each subject that can satisfy the constraints, best subject first (GUM-08,
/// GUM-09). Empty where none can (SEL-03). Among equals the first of these decides: `resizeMode` none, the least cropping
/// in steps of 0.01, nearness to the defaults, the smallest native mode, the lowest native rate, the order of devices, the
/// order of modes (SEL-08). `constraints` are those that [`counted`] gives.
pub fn choose(rules: &Rules, subjects: &[Subject], constraints: &MediaTrackConstraints) -> Vec<Choice> {
    let mentions = Mentions::of(std::iter::once(&constraints.basic).chain(&constraints.advanced));
    let best = |(index, subject)| best_of(rules, index, subject, &mentions, constraints);
    let mut ranked: Vec<_> = subjects.iter().enumerate().filter_map(best).collect();
    ranked.sort_by(Ranked::compare);
    ranked.into_iter().map(|ranked| ranked.choice).collect()
}

/// A choice with what ranks it.
struct Ranked {
    choice: Choice,
    rank: Rank,
}

/// What decides among settings at the same distance.
#[derive(Clone, Copy, Debug)]
struct Rank {
    fitness: f64,
    resized: bool,
    crop: f64,
    default_distance: f64,
    area: u64,
    native_rate: f64,
}

impl Rank {
    fn compare(&self, other: &Self) -> Ordering {
        compare(self.fitness, other.fitness)
            .then_with(|| self.resized.cmp(&other.resized))
            .then_with(|| compare(self.crop, other.crop))
            .then_with(|| compare(self.default_distance, other.default_distance))
            .then_with(|| self.area.cmp(&other.area))
            .then_with(|| compare(self.native_rate, other.native_rate))
    }
}

impl Ranked {
    /// Best first: advanced sets kept, earliest first, then the rest.
    fn compare(&self, other: &Self) -> Ordering {
        other.choice.advanced.cmp(&self.choice.advanced).then_with(|| self.rank.compare(&other.rank))
    }
}

fn compare(one: f64, two: f64) -> Ordering {
    if (one - two).abs() <= TIE { Ordering::Equal } else { one.total_cmp(&two) }
}

/// The algorithm on one device (SEL-01..07).
fn best_of(
    rules: &Rules,
    index: usize,
    subject: &Subject,
    mentions: &Mentions,
    constraints: &MediaTrackConstraints,
) -> Option<Ranked> {
    let mut space = Space::new(rules, subject, mentions);
    let examined = space.count();
    if !space.keep(rules, &constraints.basic, In::Basic) {
        return None;
    }
    let advanced = constraints.advanced.iter().map(|set| space.keep(rules, set, In::Advanced)).collect();
    let chooser = Chooser::new(rules, &constraints.basic, &space);
    let (rank, cell, settings) = chooser.best()?;
    let (shape, fitness, candidates) = (cell.shape, rank.fitness, space.count());
    let choice = Choice { subject: index, shape, settings, fitness, advanced, examined, candidates };
    Some(Ranked { choice, rank })
}

/// Finds the best dictionary of what is left.
pub(super) struct Chooser<'a> {
    rules: &'a Rules,
    space: &'a Space,
    shared: Vec<Pick<'a>>,
    groups: Vec<Picked<'a>>,
    measure: Measure<'a>,
    /// The best of each list of sizes, found when it is asked for.
    sizes: Vec<OnceCell<Option<BestSize>>>,
}

/// The best value of an axis, with its distance and how far it is from the defaults.
struct Pick<'a> {
    property: Property,
    value: &'a Value,
    distance: f64,
    default_distance: f64,
}

/// The best of a group, together with what all modes share.
struct Picked<'a> {
    picks: Vec<Pick<'a>>,
    fitness: f64,
    default_distance: f64,
}

/// The best of a list of sizes.
#[derive(Clone, Copy)]
struct BestSize {
    size: Size,
    distance: f64,
    crop: f64,
    default_distance: f64,
    area: u64,
}

impl<'a> Chooser<'a> {
    pub fn new(rules: &'a Rules, basic: &'a ConstraintSet, space: &'a Space) -> Self {
        let pick = |axis: &'a Axis| pick(rules, basic, &space.defaults, axis);
        let shared: Vec<_> = space.shared.iter().filter_map(pick).collect();
        let picked = |group: &'a Group| {
            let picks: Vec<_> = group.axes.iter().filter_map(pick).collect();
            let all = || picks.iter().chain(&shared);
            let fitness = all().fold(space.fixed_distance(group, rules, basic), |sum, pick| sum + pick.distance);
            let default_distance = all().map(|pick| pick.default_distance).sum();
            Picked { picks, fitness, default_distance }
        };
        let groups = space.groups.iter().map(picked).collect();
        let sizes = space.sizes.lists().iter().map(|_| OnceCell::new()).collect();
        Self { rules, space, groups, measure: space.sizes.measure(rules, basic), sizes, shared }
    }

    /// What comes nearest to the basic set in one cell, whether it satisfies it or not.
    pub fn best_in(&self, cell: &Cell) -> Option<Settings> {
        self.rank(cell)?;
        self.settings(cell)
    }

    /// First the least distance, then among those that have it the rest.
    fn best(&self) -> Option<(Rank, &'a Cell, Settings)> {
        let cells = || self.space.cells.iter();
        let least = cells().filter_map(|cell| self.fitness(cell)).reduce(f64::min)?;
        let nearest = cells().filter(|cell| self.fitness(cell).is_some_and(|fitness| compare(fitness, least).is_le()));
        let is_native = |cell: &&Cell| self.space.groups.get(cell.group).is_some_and(|group| !group.resized);
        let only_native = nearest.clone().any(|cell| is_native(&cell));
        let ranked =
            nearest.filter(|cell| !only_native || is_native(cell)).filter_map(|cell| Some((self.rank(cell)?, cell)));
        let better = |one: &Rank, other: &Rank| one.compare(other) == Ordering::Less;
        let (rank, cell) = ranked.reduce(|best, one| if better(&one.0, &best.0) { one } else { best })?;
        Some((rank, cell, self.settings(cell)?))
    }

    fn fitness(&self, cell: &Cell) -> Option<f64> {
        let of_size = cell.sizes.map_or(Some(0.0), |list| self.measure.least(list))?;
        Some(self.groups.get(cell.group)?.fitness + of_size)
    }

    fn rank(&self, cell: &Cell) -> Option<Rank> {
        let (group, picked) = (self.space.groups.get(cell.group)?, self.groups.get(cell.group)?);
        let Picked { fitness, default_distance, .. } = *picked;
        let rank = Rank {
            fitness,
            resized: group.resized,
            crop: 0.0,
            default_distance,
            area: 0,
            native_rate: group.native_rate,
        };
        let Some(list) = cell.sizes else { return Some(rank) };
        let best = self.best_size(list)?;
        Some(Rank {
            fitness: fitness + best.distance,
            crop: best.crop,
            default_distance: default_distance + best.default_distance,
            area: best.area,
            ..rank
        })
    }

    fn settings(&self, cell: &Cell) -> Option<Settings> {
        let (group, picked) = (self.space.groups.get(cell.group)?, self.groups.get(cell.group)?);
        let size = cell.sizes.and_then(|list| self.best_size(list)).map(|best| best.size);
        let values = picked.picks.iter().chain(&self.shared).map(|pick| (pick.property, pick.value));
        Some(group.settings(size, values))
    }

    fn best_size(&self, list: usize) -> Option<BestSize> {
        *self.sizes.get(list)?.get_or_init(|| self.find_best_size(list))
    }

    fn find_best_size(&self, list: usize) -> Option<BestSize> {
        let (least, sizes) = (self.measure.least(list)?, self.space.sizes.lists().get(list)?);
        let native = sizes.native_ratio();
        let defaults = [Property::Width, Property::Height].map(|one| (one, self.rules.default_number(one)));
        let rate = |(distance, size): (f64, Size)| {
            let ratio = aspect_ratio(size[0], size[1]);
            let crop = number_distance(self.rules, Property::AspectRatio, ratio, native);
            let crop = if sizes.resized { (crop * 100.0).round_ties_even() / 100.0 } else { 0.0 };
            let from_default = |((property, default), number): ((Property, Option<f64>), u32)| {
                default.map_or(0.0, |default| number_distance(self.rules, property, f64::from(number), default))
            };
            let default_distance = defaults.into_iter().zip(size).map(from_default).sum();
            let edges = if sizes.resized { sizes.native } else { size };
            let area = u64::from(edges[0]) * u64::from(edges[1]);
            BestSize { size, distance, crop, default_distance, area }
        };
        let order = |one: &BestSize, two: &BestSize| {
            compare(one.crop, two.crop)
                .then_with(|| compare(one.default_distance, two.default_distance))
                .then_with(|| one.size.cmp(&two.size))
        };
        self.measure.up_to(list, least + TIE).map(rate).min_by(order)
    }
}

/// The best value of an axis.
fn pick<'a>(rules: &Rules, basic: &ConstraintSet, defaults: &[(Property, Value)], axis: &'a Axis) -> Option<Pick<'a>> {
    let property = axis.property;
    let from_default = |value| {
        let defaults = defaults.iter().filter(|(other, _)| *other == property);
        defaults.map(|(_, default)| value_distance(rules, property, value, default)).sum()
    };
    let from_basic = |value| {
        basic.get(property).map_or(0.0, |constraint| distance_of(rules, property, constraint, In::Basic, Some(value)))
    };
    let picks = axis.values.iter().map(|value| {
        let (distance, default_distance) = (from_basic(value), from_default(value));
        Pick { property, value, distance, default_distance }
    });
    let order = |one: &Pick<'_>, two: &Pick<'_>| {
        compare(one.distance, two.distance).then_with(|| compare(one.default_distance, two.default_distance))
    };
    picks.reduce(|best, one| if order(&one, &best) == Ordering::Less { one } else { best })
}
