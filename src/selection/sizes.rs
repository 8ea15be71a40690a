//! The sizes that can make a difference to constraints, without listing all there are.

use std::ops::Range;

use crate::model::{ConstraintSet, Extent, Property};

use super::capabilities::aspect_ratio;
use super::fitness::{In, OfSize};
use super::grid::{Grid, line};
use super::mentions::Mentions;
use super::quick_hash::QuickMap;
use super::rules::Rules;

/// Width and height in pixels.
pub(super) type Size = [u32; 2];

/// The sizes of one mode under one `resizeMode`, or of several modes that have the same.
#[derive(Clone, Debug)]
pub(super) struct List {
    pub resized: bool,
    /// The largest that there is without scaling.
    pub native: Size,
    /// Which of all sizes.
    own: Range<usize>,
    /// Whether also those on the line that are not larger.
    has_line: bool,
}

impl List {
    /// The ratio of the uncropped picture.
    pub fn native_ratio(&self) -> f64 {
        aspect_ratio(self.native[0], self.native[1])
    }

    fn has(&self, size: Size) -> bool {
        self.has_line && size[0] <= self.native[0] && size[1] <= self.native[1]
    }
}

/// The sizes of all modes, each list once.
#[derive(Clone, Debug, Default)]
pub(super) struct Sizes {
    lists: Vec<List>,
    known: QuickMap<(bool, Extent, Extent), usize>,
    /// Those of one list after those of the other.
    own: Vec<Size>,
    /// The sizes next to ratios where any of them may be the one that counts: the same for all modes that are scaled, as far
    /// as they are large enough.
    line: Vec<Size>,
}

impl Sizes {
    /// The number of the list of a mode under `resizeMode` `none`, or of what cropping and scaling reach from it (RSZ-03,
    /// RSZ-05).
    pub fn add(&mut self, size: (Extent, Extent), resized: bool, mentions: &Mentions, rules: &Rules) -> usize {
        let Self { lists, known, own, .. } = self;
        *known.entry((resized, size.0, size.1)).or_insert_with(|| {
            let from = own.len();
            let has_line = add_sizes(own, size, resized, mentions, rules);
            lists.push(List { resized, native: [size.0.max(), size.1.max()], own: from..own.len(), has_line });
            lists.len() - 1
        })
    }

    /// To be called when all modes were added: draws the line for those that need one.
    pub fn complete(&mut self, mentions: &Mentions) {
        let needing = || self.lists.iter().filter(|list| list.has_line).map(|list| list.native);
        let largest = needing().reduce(|one, other| [one[0].max(other[0]), one[1].max(other[1])]);
        self.line = largest.map(|largest| line(largest, mentions)).unwrap_or_default();
        self.known = QuickMap::default();
    }

    /// All lists.
    pub fn lists(&self) -> &[List] {
        &self.lists
    }

    /// All sizes, some of them several times.
    pub fn iter(&self) -> impl Iterator<Item = Size> {
        self.own.iter().chain(&self.line).copied()
    }

    /// How many sizes are looked at for a list.
    pub fn count(&self, list: &List) -> usize {
        list.own.len() + if list.has_line { self.line.len() } else { 0 }
    }

    /// Which sizes satisfy what is required of them.
    pub fn finite(&self, required: &OfSize<'_>) -> Finite {
        let finite = |sizes| required.distances(sizes).map(f64::is_finite).collect();
        Finite { own: finite(&self.own), line: finite(&self.line) }
    }

    /// For each list whether it has such a size.
    pub fn hold(&self, finite: &Finite) -> Vec<bool> {
        let line: Vec<_> = self.line.iter().zip(&finite.line).filter(|(_, is)| **is).map(|(size, _)| *size).collect();
        let holds = |list: &List| {
            let own = finite.own.get(list.own.clone()).unwrap_or_default();
            own.contains(&true) || line.iter().any(|size| list.has(*size))
        };
        self.lists.iter().map(holds).collect()
    }

    /// Drops the others.
    pub fn keep(&mut self, finite: &Finite) {
        let mut kept = 0;
        for list in &mut self.lists {
            let own = finite.own.get(list.own.clone()).unwrap_or_default();
            let left = own.iter().filter(|is| **is).count();
            (list.own, kept) = (kept..kept + left, kept + left);
        }
        for (sizes, finite) in [(&mut self.own, &finite.own), (&mut self.line, &finite.line)] {
            let mut finite = finite.iter();
            sizes.retain(|_| finite.next().copied().unwrap_or(true));
        }
    }

    /// The distances of all from a basic set.
    pub fn measure(&self, rules: &Rules, basic: &ConstraintSet) -> Measure<'_> {
        let set = OfSize::new(rules, basic, In::Basic);
        let measured = |sizes: &[Size]| set.distances(sizes).zip(sizes.iter().copied()).collect::<Vec<_>>();
        let (own, mut line) = (measured(&self.own), measured(&self.line));
        line.sort_unstable_by(|one, other| one.0.total_cmp(&other.0));
        Measure::new(&self.lists, own, line)
    }
}

/// Adds the sizes of a mode. Returns whether those on the line may count too.
fn add_sizes(
    sizes: &mut Vec<Size>,
    (width, height): (Extent, Extent),
    resized: bool,
    mentions: &Mentions,
    rules: &Rules,
) -> bool {
    let (found, has_line) = match (width, height, resized) {
        (Extent::One(width), Extent::One(height), false) => {
            sizes.push([width, height]);
            return false;
        }
        (width, height, false) => Grid::new((width, height), mentions, rules).all_sizes(mentions),
        _ => Grid::up_to([width.max(), height.max()], mentions, rules).sizes(mentions),
    };
    sizes.extend(found);
    has_line
}

/// For each size, in the order of [`Sizes`], whether it is at a finite distance.
pub(super) struct Finite {
    own: Vec<bool>,
    line: Vec<bool>,
}

/// Sizes with their distances; on the line the nearest first.
pub(super) struct Measure<'a> {
    lists: &'a [List],
    own: Vec<(f64, Size)>,
    line: Vec<(f64, Size)>,
    /// The least distance in each list.
    least: Vec<Option<f64>>,
}

impl<'a> Measure<'a> {
    fn new(lists: &'a [List], own: Vec<(f64, Size)>, line: Vec<(f64, Size)>) -> Self {
        let mut measure = Self { lists, own, line, least: Vec::new() };
        let first = |list| measure.own_of(list).iter().chain(measure.on_line(list).take(1));
        measure.least = lists.iter().map(|list| first(list).map(|one| one.0).reduce(f64::min)).collect();
        measure
    }

    /// The least distance in a list; `None` where it is empty.
    pub fn least(&self, list: usize) -> Option<f64> {
        *self.least.get(list)?
    }

    /// The sizes of a list that are no farther than this.
    pub fn up_to(&self, list: usize, most: f64) -> impl Iterator<Item = (f64, Size)> {
        let is_near = move |one: &&(f64, Size)| one.0 <= most;
        let near = move |list| self.own_of(list).iter().filter(is_near).chain(self.on_line(list).take_while(is_near));
        self.lists.get(list).into_iter().flat_map(near).copied()
    }

    fn own_of(&self, list: &List) -> &[(f64, Size)] {
        self.own.get(list.own.clone()).unwrap_or_default()
    }

    fn on_line(&self, list: &'a List) -> impl Iterator<Item = &(f64, Size)> {
        let line = if list.has_line { &self.line[..] } else { &[] };
        line.iter().filter(|(_, size)| list.has(*size))
    }
}

/// Whether a property is one of a picture's size.
pub(super) const fn is_size(property: Property) -> bool {
    matches!(property, Property::Width | Property::Height | Property::AspectRatio)
}

/// A property of a size.
pub(super) fn of_size(property: Property, [width, height]: Size) -> Option<f64> {
    match property {
        Property::Width => Some(f64::from(width)),
        Property::Height => Some(f64::from(height)),
        Property::AspectRatio => Some(aspect_ratio(width, height)),
        _ => None,
    }
}
