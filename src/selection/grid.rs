//! Pairs of widths and heights, of which some can make a difference.

use crate::model::{Extent, Property};

use super::mentions::{Mentions, near, snapped};
use super::rules::Rules;
use super::sizes::Size;

/// Widths are 1 apart where the lab scales.
const fn all_up_to(max: u32) -> Extent {
    Extent::Range { min: 1, max, step: 1 }
}

/// All pairs of two extents, of which some matter.
pub(super) struct Grid {
    wide: Extent,
    high: Extent,
    /// Widths and heights from which the others follow.
    widths: Vec<u32>,
    heights: Vec<u32>,
}

impl Grid {
    pub fn new((wide, high): (Extent, Extent), mentions: &Mentions, rules: &Rules) -> Self {
        let seeds = |extent, property| {
            let mut wanted = mentions.get(property).to_vec();
            wanted.extend(rules.default_number(property));
            snapped(extent, &wanted)
        };
        Self { wide, high, widths: seeds(wide, Property::Width), heights: seeds(high, Property::Height) }
    }

    /// What cropping and scaling reach from a size.
    pub fn up_to([width, height]: Size, mentions: &Mentions, rules: &Rules) -> Self {
        Self::new((all_up_to(width), all_up_to(height)), mentions, rules)
    }

    /// A sum of distances to a width, a height and a ratio is least where two of them are met, or at an end: so a height
    /// for each width and ratio, the other way round, and once more from there, since whole pixels miss a ratio. Where a
    /// ratio has bounds, or no size has it exactly, any size next to it may be the one that counts: returns whether.
    pub fn sizes(&self, mentions: &Mentions) -> (Vec<Size>, bool) {
        let native = f64::from(self.wide.max()) / f64::from(self.high.max().max(1));
        let mut sizes: Vec<_> =
            self.widths.iter().flat_map(|width| self.heights.iter().map(|height| [*width, *height])).collect();
        self.add_of_ratio(native, 1, &mut sizes);
        let mut is_part = false;
        for ratio in mentions.ratios() {
            self.add_of_ratio(ratio, 2, &mut sizes);
            is_part |= !self.add_exact(ratio, &mut sizes) || mentions.bounds_aspect;
        }
        sizes.sort_unstable();
        sizes.dedup();
        (sizes, is_part)
    }

    /// The same with all sizes next to ratios, where they may count.
    pub fn all_sizes(&self, mentions: &Mentions) -> (Vec<Size>, bool) {
        let (mut sizes, is_part) = self.sizes(mentions);
        if is_part {
            mentions.ratios().for_each(|ratio| self.add_all(ratio, &mut sizes));
            sizes.sort_unstable();
            sizes.dedup();
        }
        (sizes, false)
    }

    fn heights_at(&self, width: u32, ratio: f64) -> impl Iterator<Item = u32> + use<> {
        near_in(self.high, f64::from(width) / ratio)
    }

    fn widths_at(&self, height: u32, ratio: f64) -> impl Iterator<Item = u32> + use<> {
        near_in(self.wide, f64::from(height) * ratio)
    }

    fn add_of_ratio(&self, ratio: f64, rounds: u32, sizes: &mut Vec<Size>) {
        for width in &self.widths {
            for height in self.heights_at(*width, ratio) {
                sizes.push([*width, height]);
                if rounds > 1 {
                    sizes.extend(self.widths_at(height, ratio).map(|width| [width, height]));
                }
            }
        }
        for height in &self.heights {
            for width in self.widths_at(*height, ratio) {
                sizes.push([width, *height]);
                if rounds > 1 {
                    sizes.extend(self.heights_at(width, ratio).map(|height| [width, height]));
                }
            }
        }
    }

    /// The sizes that have a ratio to ten decimals are multiples of one fraction: those near what is mentioned. Returns whether
    /// that says all: not where there is no such size, and not on a coarse grid.
    fn add_exact(&self, ratio: f64, sizes: &mut Vec<Size>) -> bool {
        let Some((across, down)) = fraction(ratio, self.high.max()) else { return false };
        let last = (self.wide.max() / across).min(self.high.max() / down);
        if last == 0 || !is_whole(self.wide) || !is_whole(self.high) {
            return false;
        }
        let wide = self.widths.iter().map(|width| f64::from(*width) / f64::from(across));
        let high = self.heights.iter().map(|height| f64::from(*height) / f64::from(down));
        let times = wide.chain(high).flat_map(|times| near(times, 1, last, 1));
        sizes.extend(times.map(|times| [across * times, down * times]));
        true
    }

    /// For each width the heights next to a ratio, and the other way round.
    fn add_all(&self, ratio: f64, sizes: &mut Vec<Size>) {
        for width in steps(self.wide) {
            sizes.extend(self.heights_at(width, ratio).map(|height| [width, height]));
        }
        for height in steps(self.high) {
            sizes.extend(self.widths_at(height, ratio).map(|width| [width, height]));
        }
    }
}

/// All sizes up to the largest that are next to a mentioned ratio, some of them twice.
pub(super) fn line([width, height]: Size, mentions: &Mentions) -> Vec<Size> {
    let (wide, high) = (all_up_to(width), all_up_to(height));
    let grid = Grid { wide, high, widths: Vec::new(), heights: Vec::new() };
    let mut sizes = Vec::new();
    mentions.ratios().for_each(|ratio| grid.add_all(ratio, &mut sizes));
    sizes
}

fn steps(extent: Extent) -> impl Iterator<Item = u32> {
    let step = if let Extent::Range { step, .. } = extent { step.max(1) } else { 1 };
    (extent.min()..=extent.max()).step_by(step as usize)
}

/// Whether it has every number from 1 on.
const fn is_whole(extent: Extent) -> bool {
    matches!(extent, Extent::Range { min: 1, step: 1, .. })
}

fn near_in(extent: Extent, wanted: f64) -> impl Iterator<Item = u32> + use<> {
    let [below, above] = match extent {
        Extent::One(value) => [value; 2],
        Extent::Range { min, max, step } => near(wanted, min, max, step.max(1)),
    };
    std::iter::once(below).chain((above != below).then_some(above))
}

/// The fraction with the smallest denominator, up to `limit`, that equals a number to ten decimals. With sizes below 65,536
/// there is one at most.
fn fraction(number: f64, limit: u32) -> Option<(u32, u32)> {
    let (mut before, mut now) = ((1_u64, 0_u64), (number.floor() as u64, 1_u64));
    let mut rest = number.fract();
    for _ in 0..24 {
        if now.1 > u64::from(limit) {
            return None;
        }
        if (now.0 as f64 / now.1 as f64 - number).abs() < 6e-11 && now.0 > 0 {
            return Some((u32::try_from(now.0).ok()?, now.1 as u32));
        }
        if rest <= 1e-12 {
            return None;
        }
        let digit = (1.0 / rest).floor();
        rest = 1.0 / rest - digit;
        (before, now) = (now, ((digit as u64) * now.0 + before.0, (digit as u64) * now.1 + before.1));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ratio_to_ten_decimals_is_one_fraction() {
        assert_eq!(fraction(1.777_777_777_8, 2160), Some((16, 9)));
        assert_eq!(fraction(16.0 / 9.0, 2160), Some((16, 9)));
        assert_eq!(fraction(4.0 / 3.0, 2160), Some((4, 3)));
        assert_eq!(fraction(0.5, 2160), Some((1, 2)));
        assert_eq!(fraction(3.0, 2160), Some((3, 1)));
        assert_eq!(fraction(1.7777, 2160), None);
    }

    #[test]
    fn extents_are_walked_in_their_steps() {
        let extent = Extent::Range { min: 32, max: 40, step: 4 };
        assert_eq!(steps(extent).collect::<Vec<_>>(), [32, 36, 40]);
        assert_eq!(near_in(extent, 33.0).collect::<Vec<_>>(), [32, 36]);
    }
}
