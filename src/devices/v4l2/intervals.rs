//! Frame rates from what `VIDIOC_ENUM_FRAMEINTERVALS` answers, as exact fractions.

use crate::model::{FrameRate, RateExtent};

use super::abi;

/// A stepwise list up to this long is given rate by rate, a longer one as a range.
const LONGEST_STEPS: u64 = 64;

/// The rates in one answer. Empty where the driver gives an impossible interval.
pub fn rates(answer: &abi::FrmIvalEnum) -> Vec<RateExtent> {
    match answer.type_ {
        abi::TYPE_DISCRETE => rate(answer.min).map(RateExtent::One).into_iter().collect(),
        abi::TYPE_CONTINUOUS => range(answer).into_iter().collect(),
        _ => stepwise(answer).unwrap_or_else(|| range(answer).into_iter().collect()),
    }
}

fn rate(interval: abi::Fract) -> Option<FrameRate> {
    let possible = interval.numerator > 0 && interval.denominator > 0;
    possible.then(|| FrameRate::from_interval(interval.numerator, interval.denominator))
}

/// The longest interval is the slowest rate.
fn range(answer: &abi::FrmIvalEnum) -> Option<RateExtent> {
    let (slowest, fastest) = (rate(answer.max)?, rate(answer.min)?);
    Some(if slowest == fastest {
        RateExtent::One(slowest)
    } else {
        RateExtent::Range { min: slowest.min(fastest), max: slowest.max(fastest) }
    })
}

/// Each rate of a short stepwise list; `None` where the list is long or its step cannot be followed exactly.
fn stepwise(answer: &abi::FrmIvalEnum) -> Option<Vec<RateExtent>> {
    let common = u64::from(answer.min.denominator)
        .checked_mul(u64::from(answer.step.denominator))?
        .checked_mul(u64::from(answer.max.denominator))
        .filter(|&common| common > 0)?;
    let parts =
        |fraction: abi::Fract| (common / u64::from(fraction.denominator)).checked_mul(u64::from(fraction.numerator));
    let (min, max, step) = (parts(answer.min)?, parts(answer.max)?, parts(answer.step)?);
    if min == 0 || step == 0 || max < min || (max - min) / step >= LONGEST_STEPS {
        return None;
    }
    let steps = (max - min) / step;
    (0..=steps).map(|index| reduced(common, min + index * step).map(RateExtent::One)).collect()
}

/// `numerator / denominator` as a rate, where it fits.
fn reduced(numerator: u64, denominator: u64) -> Option<FrameRate> {
    let (mut a, mut b) = (numerator, denominator);
    while b > 0 {
        (a, b) = (b, a % b);
    }
    let part = |value: u64| u32::try_from(value / a.max(1)).ok();
    Some(FrameRate::new(part(numerator)?, part(denominator)?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Numbers at the ends of what a driver can write, more often than others.
    fn number() -> impl Strategy<Value = u32> {
        prop_oneof![Just(0), Just(1), Just(u32::MAX), 1..1000_u32, any::<u32>()]
    }

    proptest! {
        #[test]
        fn any_answer_about_intervals_gives_few_rates_in_order(
            type_ in prop_oneof![1..4_u32, any::<u32>()],
            (a, b, c, d, e, f) in (number(), number(), number(), number(), number(), number()),
        ) {
            let rates = rates(&answer(type_, (a, b), (c, d), (e, f)));
            prop_assert!(rates.len() as u64 <= LONGEST_STEPS);
            for rate in rates {
                let (RateExtent::One(min) | RateExtent::Range { min, .. }) = rate;
                let (RateExtent::One(max) | RateExtent::Range { max, .. }) = rate;
                prop_assert!(min.numerator() > 0 && min.denominator() > 0 && max.denominator() > 0);
                prop_assert!(min <= max);
            }
        }
    }

    fn answer(type_: u32, min: (u32, u32), max: (u32, u32), step: (u32, u32)) -> abi::FrmIvalEnum {
        let fract = |(numerator, denominator)| abi::Fract { numerator, denominator };
        abi::FrmIvalEnum { type_, min: fract(min), max: fract(max), step: fract(step), ..Default::default() }
    }

    fn one(numerator: u32, denominator: u32) -> RateExtent {
        RateExtent::One(FrameRate::new(numerator, denominator))
    }

    fn between(min: (u32, u32), max: (u32, u32)) -> RateExtent {
        RateExtent::Range { min: min.into(), max: max.into() }
    }

    #[test]
    fn intervals_become_exact_rates() {
        const STEPWISE: u32 = 3;
        let none = (0, 0);
        let table = [
            // Issue 2, point 4: the fractions that nokhwa loses.
            (answer(abi::TYPE_DISCRETE, (2, 25), none, none), vec![one(25, 2)]),
            (answer(abi::TYPE_DISCRETE, (1001, 30_000), none, none), vec![one(30_000, 1001)]),
            (answer(abi::TYPE_DISCRETE, (333_333, 10_000_000), none, none), vec![one(10_000_000, 333_333)]),
            (answer(abi::TYPE_DISCRETE, (0, 25), none, none), vec![]),
            (answer(abi::TYPE_DISCRETE, (1, 0), none, none), vec![]),
            (answer(abi::TYPE_CONTINUOUS, (1, 60), (1, 1), (1, 1)), vec![between((1, 1), (60, 1))]),
            // vivid's television input: both ends equal.
            (answer(abi::TYPE_CONTINUOUS, (1000, 25_000), (1000, 25_000), (1, 1)), vec![one(25, 1)]),
            (answer(STEPWISE, (1, 30), (3, 30), (1, 30)), vec![one(30, 1), one(15, 1), one(10, 1)]),
            (answer(STEPWISE, (1, 30), (1, 10), (1, 30)), vec![one(30, 1), one(15, 1), one(10, 1)]),
            // UVC counts in 100 ns: too many to list.
            (
                answer(STEPWISE, (166_666, 10_000_000), (10_000_000, 10_000_000), (1, 10_000_000)),
                vec![between((1, 1), (10_000_000, 166_666))],
            ),
            (answer(STEPWISE, (1, 30), (1, 5), (0, 1)), vec![between((5, 1), (30, 1))]),
            (answer(STEPWISE, (1, 30), (1, 5), none), vec![between((5, 1), (30, 1))]),
        ];
        for (answer, expected) in table {
            assert_eq!(rates(&answer), expected, "{answer:?}");
        }
    }
}
