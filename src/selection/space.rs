//! The settings dictionaries of one device, not multiplied out: constraints are on one property each, so what they leave
//! of a product of independent properties is a product again.

use std::sync::{Arc, LazyLock};

use crate::model::{ConstraintSet, Property, Settings, Value};

use super::capabilities::aspect_ratio;
use super::fitness::{In, OfSize, distance_of};
use super::mentions::{Mentions, near};
use super::quick_hash::QuickMap;
use super::rules::Rules;
use super::sizes::{Finite, Size, Sizes, is_size, of_size};
use super::subject::{Domain, Subject};

static NONE: LazyLock<Value> = LazyLock::new(|| "none".into());
static CROP_AND_SCALE: LazyLock<Value> = LazyLock::new(|| "crop-and-scale".into());

/// One property and the values that are left of it.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub property: Property,
    pub values: Vec<Value>,
}

/// What a mode decides beside its size, under one `resizeMode`. Modes that decide the same share it.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// Whether under `crop-and-scale`.
    pub resized: bool,
    pub has_size: bool,
    /// The largest native frame rate, of which others are left-out fractions; 0 where none are left out.
    pub native_rate: f64,
    pub axes: Vec<Axis>,
}

/// One mode under one `resizeMode`: any of its sizes with any of its other values.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cell {
    /// Which of the subject's shapes.
    pub shape: usize,
    /// Which list of sizes; `None` where there is no picture.
    pub sizes: Option<usize>,
    /// Which of the groups.
    pub group: usize,
}

/// What a device can be set to.
#[derive(Clone, Debug, Default)]
pub(super) struct Space {
    pub cells: Vec<Cell>,
    pub sizes: Sizes,
    pub groups: Vec<Group>,
    /// What does not depend on the mode.
    pub shared: Vec<Axis>,
    /// What is preferred among equals.
    pub defaults: Vec<(Property, Value)>,
}

/// Which lists of sizes and which groups have something at a finite distance.
pub(super) struct Held {
    /// `None` where nothing is required of sizes.
    finite: Option<Finite>,
    sizes: Vec<bool>,
    groups: Vec<bool>,
}

impl Held {
    /// Whether some dictionary of a cell is at a finite distance: constraints are on one property each.
    pub fn has(&self, cell: &Cell) -> bool {
        let is_held = |held: &[bool], index: usize| held.get(index).copied().unwrap_or(true);
        is_held(&self.groups, cell.group) && cell.sizes.is_none_or(|sizes| is_held(&self.sizes, sizes))
    }
}

impl Space {
    pub fn new(rules: &Rules, subject: &Subject, mentions: &Mentions) -> Self {
        let mut defaults = rules.defaults.clone();
        let of_mode = subject.shapes.first().into_iter().flat_map(|shape| shape.axes.iter());
        let domains = subject.properties.iter().chain(of_mode);
        defaults.extend(domains.filter_map(|(property, domain)| Some((*property, domain.default()?))));
        let mut space = Self { shared: axes(&subject.properties, mentions), defaults, ..Self::default() };
        space.add_cells(rules, subject, mentions, false);
        if rules.resizes {
            space.add_cells(rules, subject, mentions, true);
        }
        space.sizes.complete(mentions);
        space
    }

    fn add_cells(&mut self, rules: &Rules, subject: &Subject, mentions: &Mentions, resized: bool) {
        let mut known = QuickMap::default();
        let Self { cells, sizes, groups, .. } = self;
        let sized = subject.shapes.iter().enumerate().filter(|(_, shape)| !resized || shape.size.is_some());
        cells.extend(sized.map(|(index, shape)| {
            let has_size = shape.size.is_some();
            let group = *known.entry((Arc::as_ptr(&shape.axes), has_size)).or_insert_with(|| {
                let native_rate = if resized { largest_rate(&shape.axes) } else { 0.0 };
                let axes = axes(&shape.axes, mentions).into_iter();
                let axes =
                    if resized { axes.map(|axis| decimated(axis, mentions, rules)).collect() } else { axes.collect() };
                groups.push(Group { resized, has_size, native_rate, axes });
                groups.len() - 1
            });
            let sizes = shape.size.map(|size| sizes.add(size, resized, mentions, rules));
            Cell { shape: index, sizes, group }
        }));
    }

    /// How many settings dictionaries are looked at.
    pub fn count(&self) -> u64 {
        let of = |axes: &[Axis]| axes.iter().map(|axis| axis.values.len() as u64).product::<u64>();
        let sizes: Vec<_> = self.sizes.lists().iter().map(|list| self.sizes.count(list) as u64).collect();
        let groups: Vec<_> = self.groups.iter().map(|group| of(&group.axes)).collect();
        let count = |counts: &[u64], index: usize| counts.get(index).copied().unwrap_or(0);
        let cell = |cell: &Cell| cell.sizes.map_or(1, |list| count(&sizes, list)) * count(&groups, cell.group);
        self.cells.iter().map(cell).sum::<u64>() * of(&self.shared)
    }

    /// Keeps the dictionaries at a finite distance, where there are any (SEL-02, SEL-04). Returns whether.
    pub fn keep(&mut self, rules: &Rules, set: &ConstraintSet, place: In) -> bool {
        let held = self.held(rules, set, place);
        if !self.cells.iter().any(|cell| held.has(cell)) {
            return false;
        }
        let Self { cells, groups, shared, sizes, .. } = self;
        cells.retain(|cell| held.has(cell));
        let is_finite = |property: Property, value: &Value| {
            set.get(property).is_none_or(|one| distance_of(rules, property, one, place, Some(value)).is_finite())
        };
        for axis in groups.iter_mut().flat_map(|group| &mut group.axes).chain(shared) {
            axis.values.retain(|value| is_finite(axis.property, value));
        }
        if let Some(finite) = &held.finite {
            sizes.keep(finite);
        }
        true
    }

    /// Whether any dictionary is at a finite distance.
    pub fn holds(&self, rules: &Rules, set: &ConstraintSet, place: In) -> bool {
        let held = self.held(rules, set, place);
        self.cells.iter().any(|cell| held.has(cell))
    }

    /// Which cells have dictionaries at a finite distance.
    pub fn held(&self, rules: &Rules, set: &ConstraintSet, place: In) -> Held {
        let finite = OfSize::required(rules, set, place).map(|required| self.sizes.finite(&required));
        let sizes = finite.as_ref().map(|finite| self.sizes.hold(finite)).unwrap_or_default();
        let groups = self.groups.iter().map(|group| self.holds_group(group, rules, set, place)).collect();
        Held { finite, sizes, groups }
    }

    fn holds_group(&self, group: &Group, rules: &Rules, set: &ConstraintSet, place: In) -> bool {
        set.iter().all(|(property, constraint)| {
            let is_finite = |value| distance_of(rules, *property, constraint, place, value).is_finite();
            match self.values_of(group, *property) {
                _ if group.has_size && is_size(*property) => true,
                Some(values) => values.iter().any(|value| is_finite(Some(value))),
                None => is_finite(None),
            }
        })
    }

    /// The values of a property that is no size; `None` where there is no such property.
    fn values_of<'a>(&'a self, group: &'a Group, property: Property) -> Option<&'a [Value]> {
        if property == Property::ResizeMode && group.has_size {
            return Some(std::slice::from_ref(group.resize_mode()));
        }
        let mut axes = group.axes.iter().chain(&self.shared);
        axes.find(|axis| axis.property == property).map(|axis| axis.values.as_slice())
    }

    /// The part of the distance that is the same for all of a group: of what it does not have, and of its `resizeMode`.
    pub fn fixed_distance(&self, group: &Group, rules: &Rules, set: &ConstraintSet) -> f64 {
        let mut sum = 0.0;
        for (property, constraint) in set.iter().filter(|(property, _)| !(group.has_size && is_size(**property))) {
            let is_resize_mode = *property == Property::ResizeMode && group.has_size;
            let setting = is_resize_mode.then(|| group.resize_mode());
            if is_resize_mode || self.values_of(group, *property).is_none() {
                sum += distance_of(rules, *property, constraint, In::Basic, setting);
            }
        }
        sum
    }

    /// The values of a property that dictionaries have.
    pub fn values(&self, property: Property) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        let mut add = |value: &Value| {
            if !values.contains(value) {
                values.push(value.clone());
            }
        };
        let mut numbers: Vec<_> = self.sizes.iter().filter_map(|size| of_size(property, size)).collect();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        let with_size = self.groups.iter().filter(|group| group.has_size && property == Property::ResizeMode);
        with_size.for_each(|group| add(group.resize_mode()));
        let axes = self.groups.iter().flat_map(|group| &group.axes).chain(&self.shared);
        axes.filter(|axis| axis.property == property).flat_map(|axis| &axis.values).for_each(&mut add);
        numbers.into_iter().map(Value::Number).chain(values).collect()
    }
}

impl Group {
    pub fn resize_mode(&self) -> &'static Value {
        if self.resized { &CROP_AND_SCALE } else { &NONE }
    }

    /// A dictionary.
    pub fn settings<'a>(
        &self,
        size: Option<Size>,
        values: impl IntoIterator<Item = (Property, &'a Value)>,
    ) -> Settings {
        let mut settings = Settings::default();
        if let Some([width, height]) = size {
            settings.set(Property::Width, width);
            settings.set(Property::Height, height);
            settings.set(Property::AspectRatio, aspect_ratio(width, height));
            settings.set(Property::ResizeMode, self.resize_mode().clone());
        }
        for (property, value) in values {
            settings.set(property, value.clone());
        }
        settings
    }
}

fn axes(domains: &[(Property, Domain)], mentions: &Mentions) -> Vec<Axis> {
    domains.iter().map(|one| axis(one, mentions)).collect()
}

fn axis((property, domain): &(Property, Domain), mentions: &Mentions) -> Axis {
    let values = match domain {
        Domain::Values { values, .. } => values.clone(),
        Domain::Range { min, max, step, default } => {
            let wanted = mentions.get(*property).iter().copied().chain(*default).chain([*min, *max]);
            range(wanted, *min, *max, *step)
        }
    };
    Axis { property: *property, values }
}

/// The values of a range that are wanted, or next to it.
fn range(wanted: impl Iterator<Item = f64>, min: f64, max: f64, step: Option<f64>) -> Vec<Value> {
    let snap = |wanted: f64| {
        let wanted = wanted.clamp(min, max.max(min));
        let Some(step) = step.filter(|step| *step > 0.0) else { return [wanted; 2] };
        let last = ((max - min) / step + 1e-9).floor();
        let steps = (wanted - min) / step;
        [steps.floor(), steps.ceil()].map(|steps| min + steps.min(last) * step)
    };
    let mut numbers: Vec<_> = wanted.flat_map(snap).collect();
    numbers.sort_by(f64::total_cmp);
    numbers.dedup();
    numbers.into_iter().map(Value::Number).collect()
}

fn largest_rate(axes: &[(Property, Domain)]) -> f64 {
    let rates = axes.iter().filter(|(property, _)| *property == Property::FrameRate);
    let largest = |domain: &Domain| match domain {
        Domain::Values { values, .. } => values.iter().filter_map(Value::as_number).fold(0.0, f64::max),
        Domain::Range { max, .. } => *max,
    };
    rates.map(|(_, domain)| largest(domain)).fold(0.0, f64::max)
}

/// The frame rates that leaving out frames reaches: the native ones over 1, 2, 3 … (FRM-01).
fn decimated(axis: Axis, mentions: &Mentions, rules: &Rules) -> Axis {
    if axis.property != Property::FrameRate {
        return axis;
    }
    let mut wanted = mentions.get(Property::FrameRate).to_vec();
    wanted.extend(rules.default_number(Property::FrameRate));
    let mut rates = Vec::new();
    for native in axis.values.iter().filter_map(Value::as_number) {
        rates.push(native);
        if rules.any_rate {
            rates.extend(wanted.iter().copied().filter(|rate| *rate > 0.0 && *rate <= native));
            continue;
        }
        let slow = native / native.ceil().max(1.0); // about one a second
        let factors = wanted.iter().filter(|rate| **rate > 0.0).flat_map(|rate| near(native / rate, 1, 1_000_000, 1));
        rates.extend(factors.map(|factor| native / f64::from(factor)).chain([slow]));
    }
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    Axis { property: axis.property, values: rates.into_iter().map(Value::Number).collect() }
}
