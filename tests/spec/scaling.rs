//! Scaling looks at few sizes: is the one it finds the nearest of all that there are? Put to cameras so small that all sizes
//! can be tried.

use capture_lab::covers;
use capture_lab::model::{ConstraintSet, Extent, MediaTrackConstraints, Property, Settings, TrackKind, Value};
use capture_lab::selection::{Context, Domain, Rules, Shape, Subject, choose, parse_track_constraints, total_distance};
use proptest::prelude::*;
use proptest::sample::select as any_of;

use crate::bench::subject;

/// Modes that the cameras have, one after the other.
const MODES: [&[(u32, u32)]; 5] = [&[(33, 17)], &[(20, 31)], &[(16, 12), (32, 18)], &[(24, 24), (7, 3)], &[(40, 30)]];

fn rules() -> Rules {
    Rules::new(TrackKind::Video, Context::ApplyConstraints).resizing(true)
}

/// Every size that a camera can be brought to, under its label.
fn all_settings(modes: &[(u32, u32)]) -> Vec<Settings> {
    let settings = |width: u32, height: u32, resize_mode: &str| {
        let ratio = (f64::from(width) / f64::from(height) * 1e10).round() / 1e10;
        Settings::default()
            .with(Property::Width, width)
            .with(Property::Height, height)
            .with(Property::AspectRatio, ratio)
            .with(Property::ResizeMode, resize_mode)
            .with(Property::FrameRate, 30.0)
    };
    let native = modes.iter().map(|(width, height)| settings(*width, *height, "none"));
    let scaled = modes.iter().flat_map(|(width, height)| {
        (1..=*width).flat_map(move |width| (1..=*height).map(move |height| settings(width, height, "crop-and-scale")))
    });
    native.chain(scaled).collect()
}

/// The algorithm of the standard over all of them: the least distance, and which advanced sets were kept. Advanced sets
/// without bare values mean the same as basic ones.
fn brute_force(all: &[Settings], constraints: &MediaTrackConstraints) -> Option<(f64, Vec<bool>)> {
    let rules = rules();
    let distance = |set: &ConstraintSet, settings: &Settings| total_distance(&rules, set, settings);
    let mut left: Vec<_> = all.iter().filter(|one| distance(&constraints.basic, one).is_finite()).collect();
    let mut kept = Vec::new();
    for set in &constraints.advanced {
        let fitting: Vec<_> = left.iter().copied().filter(|one| distance(set, one).is_finite()).collect();
        kept.push(!left.is_empty() && !fitting.is_empty());
        left = if fitting.is_empty() { left } else { fitting };
    }
    let least = left.iter().map(|one| distance(&constraints.basic, one)).reduce(f64::min)?;
    Some((least, kept))
}

/// What is wrong with the lab's answer; nothing, for a good one.
fn objection(modes: &[(u32, u32)], constraints: &MediaTrackConstraints) -> Option<String> {
    let all = all_settings(modes);
    let found = choose(&rules(), &[subject(modes)], constraints).into_iter().next();
    let wanted = brute_force(&all, constraints);
    let is_good = match (&found, &wanted) {
        (None, None) => true,
        (Some(choice), Some((least, kept))) => {
            let is_possible = all.contains(&choice.settings);
            is_possible && (choice.fitness - least).abs() < 1e-9 && choice.advanced == *kept
        }
        _ => false,
    };
    (!is_good).then(|| format!("{found:?} instead of {wanted:?}"))
}

#[test]
fn usual_wishes_are_met_as_nearly_as_any_size_meets_them() {
    covers!("SEL-04", "SEL-05", "RSZ-05");
    let cases = [
        "{}",
        r#"{"width":10}"#,
        r#"{"width":{"min":9,"max":11},"height":7}"#,
        r#"{"width":1000,"height":1}"#,
        r#"{"aspectRatio":1.5}"#,
        r#"{"aspectRatio":1.618}"#,
        r#"{"aspectRatio":{"exact":1.5}}"#,
        r#"{"aspectRatio":{"exact":1.3333333333}}"#,
        r#"{"aspectRatio":{"exact":1.618}}"#,
        r#"{"aspectRatio":{"min":1.7,"max":1.71}}"#,
        r#"{"aspectRatio":{"max":0.7},"width":15}"#,
        r#"{"aspectRatio":{"min":1.9},"height":14}"#,
        r#"{"aspectRatio":1.41,"width":13}"#,
        r#"{"aspectRatio":1.41,"height":13}"#,
        r#"{"aspectRatio":1.41,"width":13,"height":11}"#,
        r#"{"aspectRatio":{"exact":0.6666666667},"width":9}"#,
        r#"{"aspectRatio":{"exact":0.6666666667},"height":14}"#,
        r#"{"aspectRatio":3,"width":{"exact":11}}"#,
        r#"{"width":{"exact":41}}"#,
        r#"{"width":{"exact":12},"aspectRatio":{"exact":1.7}}"#,
        r#"{"resizeMode":"none","width":10,"height":10}"#,
        r#"{"resizeMode":{"exact":"none"},"width":10}"#,
        r#"{"advanced":[{"aspectRatio":{"min":2.1}},{"height":{"max":9}},{"width":{"exact":3}}],"width":30}"#,
        r#"{"advanced":[{"width":{"min":17}},{"aspectRatio":{"exact":1.4}}],"height":11}"#,
        r#"{"advanced":[{"width":{"max":9}},{"width":{"min":10}}]}"#,
    ];
    for modes in MODES {
        for case in cases {
            let constraints = parse_track_constraints(case).unwrap().constraints;
            assert_eq!(objection(modes, &constraints), None, "{case} of {modes:?}");
        }
    }
}

#[test]
fn a_size_that_is_not_the_nearest_is_seen() {
    let constraints = parse_track_constraints(r#"{"width":10}"#).unwrap().constraints;
    let (least, _) = brute_force(&all_settings(&[(33, 17)]), &constraints).unwrap();
    let (farther, _) = brute_force(&all_settings(&[(9, 9)]), &constraints).unwrap();
    assert!(least.abs() < 1e-12 && (farther - 0.1).abs() < 1e-12);
}

fn number(property: Property) -> BoxedStrategy<f64> {
    match property {
        Property::AspectRatio => {
            let usual = any_of(vec![0.5, 1.0, 4.0 / 3.0, 1.5, 16.0 / 9.0, 0.75, 1.777_777_777_8, 2.2]);
            prop_oneof![usual, 0.3_f64..3.0].boxed()
        }
        _ => prop_oneof![4 => 1_u32..42, 1 => Just(0), 1 => Just(500)].prop_map(f64::from).boxed(),
    }
}

fn set(with_ideals: bool) -> impl Strategy<Value = ConstraintSet> {
    let member = |property| {
        let some = |chance| prop::option::weighted(chance, number(property));
        (some(0.2), some(0.2), some(0.1), some(0.5)).prop_map(move |(min, max, exact, ideal)| {
            let ideal = ideal.filter(|_| with_ideals);
            let list = |value: Option<f64>| value.map(|value| vec![Value::Number(value)]);
            (property, capture_lab::model::Constraint { min, max, exact: list(exact), ideal: list(ideal), bare: None })
        })
    };
    (member(Property::Width), member(Property::Height), member(Property::AspectRatio)).prop_map(
        |(width, height, ratio)| {
            [width, height, ratio]
                .into_iter()
                .fold(ConstraintSet::default(), |set, (property, one)| set.with(property, one))
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_wish_is_met_as_nearly_as_any_size_meets_it(
        modes in any_of(MODES.to_vec()),
        basic in set(true),
        advanced in prop::collection::vec(set(false), 0..3),
    ) {
        covers!("SEL-02", "SEL-03", "SEL-04", "SEL-05", "RSZ-05");
        prop_assert_eq!(objection(modes, &MediaTrackConstraints { basic, advanced }), None);
    }
}

/// A camera of one stepwise mode.
fn stepwise(width: (u32, u32, u32), height: (u32, u32, u32)) -> Subject {
    let extent = |(min, max, step)| Extent::Range { min, max, step };
    let axes = [(Property::FrameRate, Domain::of(vec![Value::Number(30.0)]))].into();
    Subject { properties: Vec::new(), shapes: vec![Shape { size: Some((extent(width), extent(height))), axes }] }
}

#[test]
fn of_stepwise_sizes_the_nearest_of_all_is_found() {
    covers!("SEL-11");
    let (width, height) = ((8, 41, 3), (6, 30, 4));
    let steps = |(min, max, step): (u32, u32, u32)| (min..=max).step_by(step as usize);
    let rules = Rules::new(TrackKind::Video, Context::ApplyConstraints).resizing(false);
    for case in [
        r#"{"width":21}"#,
        r#"{"width":22,"height":13}"#,
        r#"{"aspectRatio":1.5}"#,
        r#"{"aspectRatio":1.7,"width":30}"#,
        r#"{"aspectRatio":{"min":1.95,"max":2.05}}"#,
        r#"{"aspectRatio":{"exact":1}}"#,
        r#"{"height":{"max":21},"width":{"min":12},"aspectRatio":0.3}"#,
    ] {
        let constraints = parse_track_constraints(case).unwrap().constraints;
        let sizes = steps(width).flat_map(|width| steps(height).map(move |height| (width, height)));
        let distances = sizes.flat_map(|size| all_settings(&[size]).into_iter().take(1));
        let least = distances.map(|one| total_distance(&rules, &constraints.basic, &one)).fold(f64::INFINITY, f64::min);
        let found = choose(&rules, &[stepwise(width, height)], &constraints);
        let fitness = found.first().map_or(f64::INFINITY, |choice| choice.fitness);
        let is_same = fitness.is_infinite() && least.is_infinite() || (fitness - least).abs() < 1e-9;
        assert!(is_same, "{case}: {fitness} instead of {least}");
    }
}

#[test]
fn of_stepwise_sizes_none_is_made_up() {
    covers!("RSZ-02", "SEL-11");
    let rules = Rules::new(TrackKind::Video, Context::ApplyConstraints).resizing(false);
    let constraints = parse_track_constraints(r#"{"aspectRatio":{"exact":1.5}}"#).unwrap().constraints;
    for (width, height) in [((1, 40, 1), (4, 40, 4)), ((4, 40, 4), (1, 40, 1)), ((2, 40, 1), (2, 40, 1))] {
        let found = choose(&rules, &[stepwise(width, height)], &constraints).remove(0).settings;
        let is_there = |property, (min, max, step): (u32, u32, u32)| {
            let number = found.number(property).unwrap() as u32;
            (min..=max).contains(&number) && (number - min).is_multiple_of(step)
        };
        assert!(is_there(Property::Width, width) && is_there(Property::Height, height), "{found:?}");
    }
}
