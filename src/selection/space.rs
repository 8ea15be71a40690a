//! The settings dictionaries of one device, not multiplied out: constraints are on one property each, so what they leave
//! of a product of independent properties is a product again.

use std::sync::LazyLock;

use crate::model::{ConstraintSet, Property, Settings, Value};

use super::capabilities::aspect_ratio;
use super::fitness::{In, distance_of};
use super::mentions::{Mentions, near};
use super::rules::Rules;
use super::sizes;
use super::subject::{Domain, Subject};

static NONE: LazyLock<Value> = LazyLock::new(|| "none".into());
static CROP_AND_SCALE: LazyLock<Value> = LazyLock::new(|| "crop-and-scale".into());

/// One property and the values that are left of it.
#[derive(Clone, Debug)]
pub(super) struct Axis {
    pub property: Property,
    pub values: Vec<Value>,
}

/// One mode under one `resizeMode`: any of its sizes with any of its other values.
#[derive(Clone, Debug)]
pub(super) struct Cell {
    /// Which of the subject's shapes.
    pub shape: usize,
    /// Whether under `crop-and-scale`.
    pub resized: bool,
    /// Width and height; empty where there is no picture.
    pub sizes: Vec<[u32; 2]>,
    pub axes: Vec<Axis>,
    has_size: bool,
}

/// What a device can be set to.
#[derive(Clone, Debug)]
pub(super) struct Space {
    pub cells: Vec<Cell>,
    /// What does not depend on the mode.
    pub shared: Vec<Axis>,
    /// What is preferred among equals.
    pub defaults: Vec<(Property, Value)>,
}

impl Space {
    pub fn new(rules: &Rules, subject: &Subject, mentions: &Mentions) -> Self {
        let axes = |domains: &[(Property, Domain)]| domains.iter().map(|one| axis(one, mentions)).collect::<Vec<_>>();
        let mut cells = Vec::new();
        for (index, shape) in subject.shapes.iter().enumerate() {
            let axes = axes(&shape.axes);
            let native = shape.size.map(|size| sizes::native(size, mentions, rules)).unwrap_or_default();
            cells.push(Cell { shape: index, resized: false, has_size: shape.size.is_some(), sizes: native, axes });
        }
        if rules.resizes {
            for (index, shape) in subject.shapes.iter().enumerate() {
                let Some(size) = shape.size else { continue };
                let (sizes, axes) = (sizes::resized(size, mentions, rules), axes(&shape.axes));
                let axes = axes.into_iter().map(|axis| decimated(axis, mentions, rules)).collect();
                cells.push(Cell { shape: index, resized: true, has_size: true, sizes, axes });
            }
        }
        let mut defaults = rules.defaults.clone();
        let domains = subject.properties.iter().chain(subject.shapes.first().into_iter().flat_map(|one| &one.axes));
        defaults.extend(domains.filter_map(|(property, domain)| Some((*property, domain.default()?))));
        Self { cells, shared: axes(&subject.properties), defaults }
    }

    /// How many settings dictionaries are looked at.
    pub fn count(&self) -> u64 {
        let of = |axes: &[Axis]| axes.iter().map(|axis| axis.values.len() as u64).product::<u64>();
        let cells =
            self.cells.iter().map(|cell| if cell.has_size { cell.sizes.len() as u64 } else { 1 } * of(&cell.axes));
        cells.sum::<u64>() * of(&self.shared)
    }

    /// Keeps the dictionaries at a finite distance, where there are any (SEL-02, SEL-04). Returns whether.
    pub fn keep(&mut self, rules: &Rules, set: &ConstraintSet, place: In) -> bool {
        if !self.holds(rules, set, place) {
            return false;
        }
        let Self { cells, shared, .. } = self;
        cells.retain(|cell| cell.holds(rules, set, place, shared));
        let is_finite = |property: Property, value: &Value| {
            set.get(property).is_none_or(|one| distance_of(rules, property, one, place, Some(value)).is_finite())
        };
        for axis in cells.iter_mut().flat_map(|cell| &mut cell.axes).chain(shared) {
            axis.values.retain(|value| is_finite(axis.property, value));
        }
        for cell in cells.iter_mut().filter(|cell| cell.sizes.len() > 1) {
            cell.sizes.retain(|size| size_distance(rules, set, place, *size).is_finite());
        }
        true
    }

    /// Whether any dictionary is at a finite distance.
    pub fn holds(&self, rules: &Rules, set: &ConstraintSet, place: In) -> bool {
        self.cells.iter().any(|cell| cell.holds(rules, set, place, &self.shared))
    }

    /// The values of a property that dictionaries have.
    pub fn values(&self, property: Property) -> Vec<Value> {
        let mut values: Vec<Value> = Vec::new();
        let mut add = |value: &Value| {
            if !values.contains(value) {
                values.push(value.clone());
            }
        };
        for cell in &self.cells {
            cell.sizes
                .iter()
                .filter_map(|size| of_size(property, *size))
                .for_each(|number| add(&Value::Number(number)));
            if let (Property::ResizeMode, true) = (property, cell.has_size) {
                add(cell.resize_mode());
            }
        }
        let axes = self.cells.iter().flat_map(|cell| &cell.axes).chain(&self.shared);
        axes.filter(|axis| axis.property == property).flat_map(|axis| &axis.values).for_each(&mut add);
        values
    }
}

impl Cell {
    pub fn resize_mode(&self) -> &'static Value {
        if self.resized { &CROP_AND_SCALE } else { &NONE }
    }

    /// The distance of a property that is neither size nor axis; the values of one that is.
    fn axis<'a>(&'a self, property: Property, shared: &'a [Axis]) -> Option<&'a [Value]> {
        if property == Property::ResizeMode && self.has_size {
            return Some(std::slice::from_ref(self.resize_mode()));
        }
        self.axes.iter().chain(shared).find(|axis| axis.property == property).map(|axis| axis.values.as_slice())
    }

    /// Whether some of its dictionaries are at a finite distance.
    pub fn holds(&self, rules: &Rules, set: &ConstraintSet, place: In, shared: &[Axis]) -> bool {
        let others = set.iter().all(|(property, constraint)| {
            let is_finite = |value| distance_of(rules, *property, constraint, place, value).is_finite();
            match self.axis(*property, shared) {
                _ if self.has_size && is_size(*property) => true,
                Some(values) => values.iter().any(|value| is_finite(Some(value))),
                None => is_finite(None),
            }
        });
        let has_size_constraint = || set.iter().any(|(property, _)| is_size(*property));
        others
            && (!self.has_size
                || !has_size_constraint()
                || self.sizes.iter().any(|size| size_distance(rules, set, place, *size).is_finite()))
    }

    /// The part of the distance that is the same for all that is left of the cell: of what it does not have.
    pub fn absent_distance(&self, rules: &Rules, set: &ConstraintSet, shared: &[Axis]) -> f64 {
        let absent = set
            .iter()
            .filter(|(property, _)| !(self.has_size && is_size(**property)) && self.axis(**property, shared).is_none());
        absent
            .map(|(property, one)| distance_of(rules, *property, one, In::Basic, None))
            .fold(0.0, |sum, one| sum + one)
    }

    /// A dictionary.
    pub fn settings<'a>(
        &self,
        size: Option<[u32; 2]>,
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

pub(super) const fn is_size(property: Property) -> bool {
    matches!(property, Property::Width | Property::Height | Property::AspectRatio)
}

fn of_size(property: Property, [width, height]: [u32; 2]) -> Option<f64> {
    match property {
        Property::Width => Some(f64::from(width)),
        Property::Height => Some(f64::from(height)),
        Property::AspectRatio => Some(aspect_ratio(width, height)),
        _ => None,
    }
}

/// The distance of a size from what a set says of width, height and aspect ratio.
pub(super) fn size_distance(rules: &Rules, set: &ConstraintSet, place: In, size: [u32; 2]) -> f64 {
    let mut sum = 0.0;
    for property in [Property::Width, Property::Height, Property::AspectRatio] {
        if let (Some(constraint), Some(number)) = (set.get(property), of_size(property, size)) {
            sum += distance_of(rules, property, constraint, place, Some(&Value::Number(number)));
        }
    }
    sum
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
