//! `SelectSettings` over several devices (`#dfn-selectsettings`, `#dom-mediadevices-getusermedia`).

use std::cmp::Ordering;

use crate::model::{ChosenMode, ConstraintSet, DeviceInfo, Extent, MediaTrackConstraints, Property, Settings, Value};

use super::capabilities::aspect_ratio;
use super::fitness::{In, distance_of, number_distance, value_distance};
use super::mentions::Mentions;
use super::rules::{Context, Rules};
use super::space::{Axis, Cell, Space, size_distance};
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
/// in steps of 0.01, nearness to the defaults, the smallest native mode, the order of devices, the order of modes (SEL-08).
/// `constraints` are those that [`counted`] gives.
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
}

impl Rank {
    fn compare(&self, other: &Self) -> Ordering {
        compare(self.fitness, other.fitness)
            .then_with(|| self.resized.cmp(&other.resized))
            .then_with(|| compare(self.crop, other.crop))
            .then_with(|| compare(self.default_distance, other.default_distance))
            .then_with(|| self.area.cmp(&other.area))
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
    let chooser = Chooser { rules, basic: &constraints.basic, space: &space, subject };
    let (rank, cell, picked) = chooser.best()?;
    let choice = Choice {
        subject: index,
        shape: cell.shape,
        settings: picked,
        fitness: rank.fitness,
        advanced,
        examined,
        candidates: space.count(),
    };
    Some(Ranked { choice, rank })
}

/// Finds the best dictionary of what is left.
pub(super) struct Chooser<'a> {
    pub rules: &'a Rules,
    pub basic: &'a ConstraintSet,
    pub space: &'a Space,
    pub subject: &'a Subject,
}

/// The best value of an axis, with its distance and how far it is from the defaults.
struct Pick<'a> {
    property: Property,
    value: &'a Value,
    distance: f64,
    default_distance: f64,
}

impl<'a> Chooser<'a> {
    /// What comes nearest to the basic set in one cell, whether it satisfies it or not.
    pub fn best_in(&self, cell: &'a Cell) -> Option<Settings> {
        let shared: Vec<_> = self.space.shared.iter().filter_map(|axis| self.pick(axis)).collect();
        let (_, size, picks) = self.rank(cell, &shared)?;
        Some(cell.settings(size, picks.iter().chain(&shared).map(|pick| (pick.property, pick.value))))
    }

    fn best(&self) -> Option<(Rank, &'a Cell, Settings)> {
        let shared: Vec<_> = self.space.shared.iter().filter_map(|axis| self.pick(axis)).collect();
        let ranked = self.space.cells.iter().filter_map(|cell| Some((cell, self.rank(cell, &shared)?)));
        let better = |one: &Rank, other: &Rank| one.compare(other) == Ordering::Less;
        let (cell, (rank, size, picks)) =
            ranked.reduce(|best, one| if better(&one.1.0, &best.1.0) { one } else { best })?;
        let values = picks.iter().chain(&shared).map(|pick| (pick.property, pick.value));
        Some((rank, cell, cell.settings(size, values)))
    }

    fn rank(&self, cell: &'a Cell, shared: &[Pick<'a>]) -> Option<(Rank, Option<[u32; 2]>, Vec<Pick<'a>>)> {
        let picks: Vec<_> = cell.axes.iter().filter_map(|axis| self.pick(axis)).collect();
        let all = || picks.iter().chain(shared);
        let mut rank = Rank {
            fitness: all().fold(self.fixed_distance(cell), |sum, pick| sum + pick.distance),
            resized: cell.resized,
            crop: 0.0,
            default_distance: all().map(|pick| pick.default_distance).sum(),
            area: 0,
        };
        let Some((width, height)) = self.subject.shapes.get(cell.shape).and_then(|shape| shape.size) else {
            return Some((rank, None, picks));
        };
        let native = aspect_ratio(width.max(), height.max());
        let (size, distance, crop, default_distance) = self.pick_size(cell, native)?;
        rank.fitness += distance;
        rank.crop = crop;
        rank.default_distance += default_distance;
        let edge = |extent: Extent, wanted: u32| u64::from(if cell.resized { extent.max() } else { wanted });
        rank.area = edge(width, size[0]) * edge(height, size[1]);
        Some((rank, Some(size), picks))
    }

    /// The distance of what has one value, or none, in the cell.
    fn fixed_distance(&self, cell: &Cell) -> f64 {
        let resize_mode = self.basic.get(Property::ResizeMode).filter(|_| !cell.sizes.is_empty());
        let distance = resize_mode.map_or(0.0, |constraint| {
            distance_of(self.rules, Property::ResizeMode, constraint, In::Basic, Some(cell.resize_mode()))
        });
        distance + cell.absent_distance(self.rules, self.basic, &self.space.shared)
    }

    fn pick(&self, axis: &'a Axis) -> Option<Pick<'a>> {
        let pick = |value| Pick {
            property: axis.property,
            value,
            distance: self
                .basic
                .get(axis.property)
                .map_or(0.0, |constraint| distance_of(self.rules, axis.property, constraint, In::Basic, Some(value))),
            default_distance: self.default_distance(axis.property, value),
        };
        let order = |one: &Pick<'_>, two: &Pick<'_>| {
            compare(one.distance, two.distance).then_with(|| compare(one.default_distance, two.default_distance))
        };
        axis.values.iter().map(pick).reduce(|best, one| if order(&one, &best) == Ordering::Less { one } else { best })
    }

    fn default_distance(&self, property: Property, value: &Value) -> f64 {
        let defaults = self.space.defaults.iter().filter(|(other, _)| *other == property);
        defaults.map(|(_, default)| value_distance(self.rules, property, value, default)).sum()
    }

    /// The best size, its distance, how much is cropped of it, and how far it is from the defaults.
    fn pick_size(&self, cell: &Cell, native: f64) -> Option<([u32; 2], f64, f64, f64)> {
        let default = |property, number: u32| {
            let wanted = self.rules.default_number(property);
            wanted.map_or(0.0, |wanted| number_distance(self.rules, property, f64::from(number), wanted))
        };
        let measure = |size: [u32; 2]| {
            let ratio = aspect_ratio(size[0], size[1]);
            let crop = number_distance(self.rules, Property::AspectRatio, ratio, native);
            let from_defaults = default(Property::Width, size[0]) + default(Property::Height, size[1]);
            let crop = if cell.resized { (crop * 100.0).round_ties_even() / 100.0 } else { 0.0 };
            (size, size_distance(self.rules, self.basic, In::Basic, size), crop, from_defaults)
        };
        let order = |one: &([u32; 2], f64, f64, f64), two: &([u32; 2], f64, f64, f64)| {
            compare(one.1, two.1).then_with(|| compare(one.2, two.2)).then_with(|| compare(one.3, two.3))
        };
        cell.sizes
            .iter()
            .map(|size| measure(*size))
            .reduce(|best, one| if order(&one, &best) == Ordering::Less { one } else { best })
    }
}
