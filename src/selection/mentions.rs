//! The numbers that constraints mention: of a range, they and its ends are all that can make a difference (SEL-11).

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{ConstraintSet, Extent, FrameRate, Property, RateExtent, Value};

/// The numbers that constraint sets mention, by property.
#[derive(Clone, Debug, Default)]
pub(super) struct Mentions {
    numbers: BTreeMap<Property, Vec<f64>>,
    /// Whether a set has bounds for the aspect ratio, so that any size may lie within them.
    pub bounds_aspect: bool,
}

impl Mentions {
    pub fn of<'a>(sets: impl IntoIterator<Item = &'a ConstraintSet>) -> Self {
        let mut mentions = Self::default();
        for (property, constraint) in sets.into_iter().flat_map(ConstraintSet::iter) {
            let lists = [&constraint.bare, &constraint.exact, &constraint.ideal].into_iter().flatten().flatten();
            let numbers = lists.filter_map(Value::as_number).chain(constraint.min).chain(constraint.max);
            mentions.numbers.entry(*property).or_default().extend(numbers);
            let is_bound = constraint.min.is_some() || constraint.max.is_some();
            mentions.bounds_aspect |= *property == Property::AspectRatio && is_bound;
        }
        mentions
    }

    pub fn get(&self, property: Property) -> &[f64] {
        self.numbers.get(&property).map_or(&[], Vec::as_slice)
    }

    /// The aspect ratios that a picture may have.
    pub fn ratios(&self) -> impl Iterator<Item = f64> {
        self.get(Property::AspectRatio).iter().copied().filter(|ratio| *ratio > 0.0)
    }

    pub fn with_default(&self, property: Property, default: f64) -> Vec<f64> {
        self.get(property).iter().copied().chain([default]).collect()
    }
}

/// The values of an extent that can make a difference.
pub(super) fn snapped(extent: Extent, wanted: &[f64]) -> Vec<u32> {
    match extent {
        Extent::One(value) => vec![value],
        Extent::Range { min, max, step } => {
            let ends = [f64::from(min), f64::from(max)];
            let near = wanted.iter().chain(&ends).flat_map(|wanted| near(*wanted, min, max, step.max(1)));
            let mut values: Vec<_> = near.collect();
            values.sort_unstable();
            values.dedup();
            values
        }
    }
}

/// The values of a range just below and just above.
pub(super) fn near(wanted: f64, min: u32, max: u32, step: u32) -> [u32; 2] {
    let last = (max.saturating_sub(min)) / step;
    let steps = ((wanted - f64::from(min)) / f64::from(step)).max(0.0);
    let below = (steps as u32).min(last);
    let above = if steps > f64::from(below) { below.saturating_add(1).min(last) } else { below };
    [below, above].map(|steps| min + steps * step)
}

/// The rates of an extent that can make a difference.
pub(super) fn rates(extent: RateExtent, mentions: &Mentions) -> Vec<FrameRate> {
    match extent {
        RateExtent::One(rate) => vec![rate],
        RateExtent::Range { min, max } => {
            let wanted = mentions.with_default(Property::FrameRate, 30.0);
            let inside = |rate: &FrameRate| (min..=max).contains(rate);
            // Of a rate below them all, the slowest that gives it where frames are left out.
            let of_slower = |wanted: f64| to_rate(wanted * (min.as_f64() / wanted.max(0.001) - 1e-6).ceil().max(1.0));
            let near = |wanted: &f64| [to_rate(*wanted), in_thousandths(*wanted), of_slower(*wanted)];
            let wanted = wanted.iter().flat_map(near).filter(inside);
            wanted.chain([min, max]).collect::<BTreeSet<_>>().into_iter().collect()
        }
    }
}

/// A number of frames per second as a fraction: 30000/1001 and its like where it is as near as doubles are compared, all
/// else in thousandths.
pub(super) fn to_rate(wanted: f64) -> FrameRate {
    let ntsc = FrameRate::new(((wanted * 1.001).round().clamp(0.0, 1e6) as u32) * 1000, 1001);
    let is_ntsc = wanted.fract() != 0.0 && (ntsc.as_f64() - wanted).abs() < 0.005;
    if is_ntsc { ntsc } else { in_thousandths(wanted) }
}

/// The fraction that a rate of these was made of.
pub(super) fn nearest_rate(wanted: f64) -> FrameRate {
    let (ntsc, plain) = (to_rate(wanted), in_thousandths(wanted));
    let off = |rate: FrameRate| (rate.as_f64() - wanted).abs();
    if off(ntsc) < off(plain) { ntsc } else { plain }
}

/// 29.97 as it stands: whoever requires it so does not mean 29.97003.
fn in_thousandths(wanted: f64) -> FrameRate {
    FrameRate::new((wanted.clamp(0.001, 1_000_000.0) * 1000.0).round() as u32, 1000)
}
