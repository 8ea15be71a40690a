//! What is said where nothing can be selected, and what is offered instead.

use capture_lab::model::{
    Constraint, DeviceInfo, Extent, MediaTrackConstraints, Mode, PixelFormat, Property, TrackKind, Value, ValueType,
    VideoMode,
};
use capture_lab::selection::{
    Candidate, Context, Domain, Forecast, Rules, Shape, Subject, forecast, parse_track_constraints, relaxations, select,
};

use crate::bench::{camera, error_of, microphone, mode, subject};

/// What comes of constraints among some devices.
fn outlook(devices: &[DeviceInfo], constraints: &str) -> Forecast {
    let constraints = parse_track_constraints(constraints).expect("constraints").constraints;
    let candidates: Vec<_> = devices.iter().map(|device| Candidate { device, fixed_mode: None }).collect();
    forecast(&Rules::new(TrackKind::Video, Context::GetUserMedia).resizing(false), &candidates, &constraints, None)
}

#[test]
fn the_nearest_available_values_are_named() {
    let camera = camera("cam", &[(640, 480, 30), (1280, 720, 30), (1920, 1080, 15)]);
    let cases = [
        (r#"{"width":{"exact":1000}}"#, "the nearest available is 1280 or 640."),
        (r#"{"width":{"exact":700}}"#, "the nearest available is 640 or 1280."),
        (r#"{"width":{"min":1921}}"#, "the nearest available is 1920."),
        (r#"{"width":{"max":639}}"#, "the nearest available is 640."),
        (r#"{"width":{"exact":1280,"min":1281}}"#, "contradicts itself: no value is within it."),
        (r#"{"width":{"min":700,"max":600}}"#, "contradicts itself: no value is within it."),
        (r#"{"width":{"min":700,"max":700}}"#, "the nearest available is 640 or 1280."),
        (r#"{"width":{"exact":700,"min":700}}"#, "the nearest available is 640 or 1280."),
        (r#"{"aspectRatio":{"exact":1.5}}"#, "the nearest available is 1.33333 or 1.77778."),
        (r#"{"resizeMode":{"exact":"crop-and-scale"}}"#, "the nearest available is none."),
        (r#"{"facingMode":{"exact":"user"}}"#, "is not possible: it has no facingMode."),
        (r#"{"deviceId":{"exact":"x"}}"#, "is not there: see the list of devices"),
    ];
    for (constraints, words) in cases {
        let error = error_of(&camera, constraints);
        assert!(error.message.starts_with("On cam (node of cam), "), "{}", error.message);
        assert!(error.message.contains(words), "{constraints}: {}", error.message);
        assert_eq!(error.device.as_deref(), Some("cam (node of cam)"));
    }
    let error = outlook(&[camera.clone(), camera], r#"{"width":{"exact":7}}"#).outcome.unwrap_err();
    assert!(error.message.starts_with("On any of the 2 video devices, "), "{}", error.message);
    assert_eq!(error.device, None);
}

#[test]
fn a_device_that_cannot_deliver_says_what_it_has() {
    let video = |pixel_format| Mode::Video(VideoMode { pixel_format, ..mode(640, 480, 30) });
    let with = |modes: &[PixelFormat]| DeviceInfo {
        modes: modes.iter().map(|format| video(*format)).collect(),
        ..camera("cam", &[])
    };
    let error = |device: &DeviceInfo, pixel_format| {
        let candidates = [Candidate { device, fixed_mode: None }];
        let rules = Rules::new(TrackKind::Video, Context::GetUserMedia).resizing(false);
        select(&rules, &candidates, &MediaTrackConstraints::default(), pixel_format).unwrap_err().message
    };
    let h264 = PixelFormat(*b"H264");
    let several = with(&[PixelFormat::YUYV, h264, PixelFormat::MJPG]);
    let message = error(&several, Some(PixelFormat::NV12));
    assert!(message.contains("no NV12 mode") && message.contains("choose MJPG or YUYV, or leave"), "{message}");
    assert!(error(&with(&[h264]), Some(PixelFormat::NV12)).contains("choose another, or leave"));
    assert!(error(&with(&[h264]), None).contains("no mode on cam (node of cam) that Capture Lab can decode"));
}

#[test]
fn names_of_the_other_kind_have_no_meaning() {
    let device = camera("cam", &[(640, 480, 30)]);
    let constraints = parse_track_constraints(r#"{"sampleRate":{"exact":48000}}"#).unwrap().constraints;
    let candidates = [Candidate { device: &device, fixed_mode: None }];
    let rules = Rules::new(TrackKind::Video, Context::ApplyConstraints).resizing(false);
    let error = select(&rules, &candidates, &constraints, None).unwrap_err();
    assert_eq!(error.constraint, Some(Property::SampleRate));
    assert!(error.message.contains("has no meaning for video"), "{}", error.message);
    let lenient = Rules { ignores_inapplicable: true, ..rules };
    assert!(select(&lenient, &candidates, &constraints, None).is_ok());
}

#[test]
fn without_a_device_there_is_a_hint() {
    let none = |kind| {
        let rules = Rules::new(kind, Context::GetUserMedia).resizing(false);
        select(&rules, &[], &MediaTrackConstraints::default(), None).unwrap_err().message
    };
    assert!(none(TrackKind::Video).starts_with("No camera was found: plug one in"));
    assert!(none(TrackKind::Audio).starts_with("No microphone was found: plug one in"));
}

#[test]
fn the_winner_and_its_equals_are_marked() {
    let devices = [camera("one", &[(640, 480, 30), (320, 240, 30)]), camera("two", &[(640, 480, 30), (640, 480, 15)])];
    let marks = |constraints: &str| {
        let Forecast { outcome, modes, .. } = outlook(&devices, constraints);
        assert!(outcome.is_ok());
        modes.iter().map(|line| (line.is_winner, line.is_tied)).collect::<Vec<_>>()
    };
    let (winner, tied, other) = ((true, false), (false, true), (false, false));
    assert_eq!(marks("{}"), [winner, tied, tied, tied]);
    assert_eq!(marks(r#"{"width":320}"#), [other, winner, other, other]);
    assert_eq!(marks(r#"{"width":640}"#), [winner, other, tied, tied]);
    assert_eq!(marks(r#"{"width":500}"#), [winner, other, tied, tied], "as far, not as near");
    assert_eq!(marks(r#"{"advanced":[{"frameRate":15}]}"#), [other, other, other, winner]);
    assert_eq!(marks(r#"{"advanced":[{"frameRate":7}]}"#), [winner, tied, tied, tied], "a set that nobody satisfies");
}

#[test]
fn the_cheapest_change_is_offered_first_and_keeps_what_is_only_wished() {
    let device = [camera("cam", &[(640, 480, 30), (1920, 1080, 15)])];
    let offers = outlook(
        &device,
        r#"{"width":{"exact":1920,"ideal":1280},"frameRate":{"min":30},"height":{"ideal":480,"max":2000}}"#,
    )
    .relaxations;
    let changed: Vec<_> = offers.iter().map(|offer| offer.changes[0].0).collect();
    assert_eq!(changed, [Property::FrameRate, Property::Width], "half the rate is less than a third of the width");
    let (_, rate) = &offers[0].changes[0];
    assert_eq!((rate.min, rate.max, rate.exact.as_ref()), (Some(15.0), None, None));
    let (_, width) = &offers[1].changes[0];
    assert_eq!(width.exact.as_deref(), Some(&[Value::Number(640.0)][..]));
    assert_eq!(width.ideal.as_deref(), Some(&[Value::Number(1280.0)][..]), "the wish stays");
    assert!((offers[0].cost - 0.5).abs() < 1e-9 && (offers[1].cost - 2.0 / 3.0).abs() < 1e-9);
    assert_eq!(offers[0].settings.number(Property::Width), Some(1920.0));
    assert_eq!(offers[1].settings.number(Property::FrameRate), Some(30.0));
}

#[test]
fn what_is_impossible_by_itself_has_to_change_and_nothing_else() {
    let device = [camera("cam", &[(640, 480, 30), (1920, 1080, 15)])];
    let changes = |constraints: &str| {
        let offers = outlook(&device, constraints).relaxations;
        let names = |offer: &capture_lab::selection::Relaxation| {
            offer.changes.iter().map(|(property, _)| property.name()).collect::<Vec<_>>().join(" ")
        };
        offers.iter().map(names).collect::<Vec<_>>()
    };
    assert_eq!(changes(r#"{"width":{"exact":1000},"frameRate":{"min":10}}"#), ["width", "width"]);
    assert_eq!(changes(r#"{"width":{"exact":1000},"facingMode":{"exact":"user"}}"#), ["facingMode width"]);
    assert_eq!(changes(r#"{"width":{"exact":1920},"height":{"exact":480}}"#).len(), 2);
    assert!(changes(r#"{"width":{"exact":1920}}"#).is_empty(), "nothing is wrong");
    assert!(outlook(&device, r#"{"zoom":{"exact":2}}"#).relaxations.is_empty(), "no matter of values");
}

#[test]
fn both_sides_of_a_number_and_each_device_are_offered() {
    let device = [camera("cam", &[(640, 480, 30), (1920, 1080, 15)])];
    let widths = |devices: &[capture_lab::model::DeviceInfo], width: u32| {
        let offers = outlook(devices, &format!(r#"{{"width":{{"exact":{width}}}}}"#)).relaxations;
        offers.iter().map(|offer| offer.settings.number(Property::Width).unwrap() as u32).collect::<Vec<_>>()
    };
    assert_eq!(widths(&device, 1000), [640, 1920], "the nearest first");
    assert_eq!(widths(&device, 5000), [1920]);
    let pair = [camera("one", &[(640, 480, 30)]), camera("two", &[(800, 600, 30), (1280, 720, 30)])];
    assert_eq!(widths(&pair, 1000), [800, 1280, 640]);
}

#[test]
fn a_wish_stays_a_wish_while_others_are_changed() {
    let device = [camera("cam", &[(320, 240, 30), (640, 480, 30), (1920, 1080, 15)])];
    let offers = outlook(&device, r#"{"frameRate":{"min":60},"width":1920,"height":{"max":500}}"#).relaxations;
    assert_eq!(offers[0].changes.len(), 1);
    assert_eq!(offers[0].settings.number(Property::FrameRate), Some(30.0));
    assert_eq!(offers[0].settings.number(Property::Width), Some(640.0), "the nearest to the wish of those that fit");
    let mic = microphone(&[44_100, 48_000]);
    let error = error_of(&mic, r#"{"sampleRate":{"exact":22050}}"#);
    assert!(error.message.contains("the nearest available is 44100."), "{}", error.message);
}

#[test]
fn the_nearest_value_is_sought_without_wishes_in_the_way() {
    let first = |modes: &[(u32, u32, u32)], constraints: &str| {
        let offer = outlook(&[camera("cam", modes)], constraints).relaxations.remove(0);
        let (property, constraint) = &offer.changes[0];
        (*property, constraint.min.unwrap_or_default())
    };
    let modes = [(1920, 1080, 15), (1920, 800, 10)];
    for wish in [r#"{"ideal":800}"#, "800"] {
        let constraints = format!(r#"{{"width":{{"exact":1920}},"frameRate":{{"min":30}},"height":{wish}}}"#);
        assert_eq!(first(&modes, &constraints), (Property::FrameRate, 15.0), "{wish}");
    }
    let fast = first(&[(640, 480, 30), (640, 480, 50)], r#"{"frameRate":{"min":60}}"#);
    assert_eq!(fast, (Property::FrameRate, 50.0), "the nearest, not the default");
}

/// What is offered where width, height and rate are each of another mode, and this many other requirements hold.
fn offers_among(others: usize) -> Vec<usize> {
    let shape = |width, height, fps: f64| Shape {
        size: Some((Extent::One(width), Extent::One(height))),
        axes: [(Property::FrameRate, Domain::of(vec![Value::Number(fps)]))].into(),
    };
    let held: Vec<_> =
        Property::ALL.into_iter().filter(|property| property.value_type() == ValueType::Double).collect();
    let held = &held[held.len() - others..];
    let subject = Subject {
        properties: held.iter().map(|property| (*property, Domain::of(vec![Value::Number(1.0)]))).collect(),
        shapes: vec![shape(10, 10, 10.0), shape(20, 20, 20.0), shape(30, 30, 30.0)],
    };
    let mut constraints = MediaTrackConstraints::default();
    for property in held {
        constraints.basic.set(*property, Constraint::exact(1.0));
    }
    for (property, value) in [(Property::Width, 10_u32), (Property::Height, 20), (Property::FrameRate, 30)] {
        constraints.basic.set(property, Constraint::exact(value));
    }
    let rules = Rules::new(TrackKind::Video, Context::ApplyConstraints).resizing(false);
    relaxations(&rules, &[subject], &constraints).iter().map(|offer| offer.changes.len()).collect()
}

#[test]
fn several_changes_at_once_are_tried_among_few_requirements_only() {
    assert_eq!(offers_among(0), [2, 2, 2]);
    assert_eq!(offers_among(7), [2, 2, 2], "of ten requirements");
    assert!(offers_among(8).is_empty(), "of eleven");
}

#[test]
fn nothing_is_offered_where_nothing_is_wrong() {
    let rules = Rules::new(TrackKind::Video, Context::ApplyConstraints).resizing(false);
    let offers = |constraints: &str| {
        let constraints = parse_track_constraints(constraints).unwrap().constraints;
        relaxations(&rules, &[subject(&[(640, 480)])], &constraints).len()
    };
    assert_eq!([r#"{"width":{"exact":640}}"#, r#"{"width":7}"#, r#"{"width":{"exact":7}}"#].map(offers), [0, 0, 1]);
}
