//! Selection among devices as the lab lists them: worked examples (`selection.json`: native modes only) and properties that
//! hold for any constraints.

use capture_lab::model::{
    AudioMode, Backend, Capabilities, ChosenMode, Constraint, ConstraintSet, DeviceId, DeviceInfo, ErrorName, Extent,
    FrameRate, GroupId, MediaDeviceKind, MediaError, MediaTrackConstraints, Mode, PixelFormat, Property, RateExtent,
    SampleFormat, TrackKind, Value, VideoMode,
};
use capture_lab::selection::{
    Candidate, Context, Rules, Selection, parse_constraints, parse_track_constraints, select, total_distance,
};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value as Json;

/// An example: native modes only.
#[derive(Deserialize)]
struct Case {
    name: String,
    kind: TrackKind,
    context: String,
    devices: Vec<Device>,
    constraints: Json,
    expected: Expected,
}

#[derive(Deserialize)]
#[allow(clippy::struct_field_names)] // the standard's names
#[serde(rename_all = "camelCase")]
struct Device {
    device_id: String,
    #[serde(default)]
    group_id: String,
    facing_mode: Option<String>,
    #[serde(default)]
    modes: Vec<Size>,
    #[serde(default)]
    sample_rate: Vec<u32>,
    #[serde(default)]
    channel_count: Vec<u32>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Size {
    width: u32,
    height: u32,
    frame_rate: f64,
}

#[derive(Deserialize)]
struct Expected {
    result: String,
    fitness: Option<f64>,
    #[serde(default)]
    advanced: Vec<bool>,
    constraint: Option<String>,
    #[serde(default)]
    settings: serde_json::Map<String, Json>,
}

impl Device {
    fn to_info(&self, kind: TrackKind) -> DeviceInfo {
        let modes = match kind {
            TrackKind::Video => self.modes.iter().map(Size::to_mode).collect(),
            TrackKind::Audio => self.audio_modes(),
        };
        device(&self.device_id, &self.group_id, self.facing_mode.as_deref(), kind, modes)
    }

    fn audio_modes(&self) -> Vec<Mode> {
        let pairs =
            self.sample_rate.iter().flat_map(|rate| self.channel_count.iter().map(move |count| (*rate, *count)));
        let mode = |(rate, channels)| AudioMode {
            sample_rate: Extent::One(rate),
            channels: Extent::One(channels),
            sample_format: SampleFormat::S16,
        };
        pairs.map(mode).map(Mode::Audio).collect()
    }
}

impl Size {
    fn to_mode(&self) -> Mode {
        video_mode(self.width, self.height, FrameRate::new((self.frame_rate * 1000.0).round() as u32, 1000))
    }
}

fn video_mode(width: u32, height: u32, rate: FrameRate) -> Mode {
    Mode::Video(VideoMode {
        width: Extent::One(width),
        height: Extent::One(height),
        frame_rate: RateExtent::One(rate),
        pixel_format: PixelFormat::YUYV,
    })
}

fn device(id: &str, group: &str, facing: Option<&str>, kind: TrackKind, modes: Vec<Mode>) -> DeviceInfo {
    let kind = match kind {
        TrackKind::Video => MediaDeviceKind::VideoInput,
        TrackKind::Audio => MediaDeviceKind::AudioInput,
    };
    let (device_id, group_id) = (DeviceId(id.to_owned()), GroupId(group.to_owned()));
    let capabilities: Capabilities = capture_lab::selection::capabilities(&device_id, &group_id, facing, &modes);
    DeviceInfo {
        device_id,
        kind,
        label: id.to_owned(),
        group_id,
        is_default: false,
        node: id.to_owned(),
        backend: Backend::Virtual,
        driver: None,
        bus: None,
        usb: None,
        firmware: None,
        inputs: Vec::new(),
        capabilities,
        modes,
        note: None,
        controls: Vec::new(),
        device_controls: Vec::new(),
        is_denied: false,
    }
}

/// What came of a case, in the words of the examples.
fn run(case: &Case) -> Result<Selection, String> {
    let Some(constraints) = read(case)? else { return Err("NotRequested".to_owned()) };
    let devices: Vec<_> = case.devices.iter().map(|device| device.to_info(case.kind)).collect();
    let context = if case.context == "applyConstraints" { Context::ApplyConstraints } else { Context::GetUserMedia };
    choose(&Rules::new(case.kind, context).resizing(false), &devices, &constraints).map_err(|error| {
        match error.constraint {
            Some(property) => format!("{} {property}", error.name),
            None => error.name.to_string(),
        }
    })
}

fn read(case: &Case) -> Result<Option<MediaTrackConstraints>, String> {
    let malformed = |_| ErrorName::TypeError.to_string();
    if case.context == "applyConstraints" {
        return parse_track_constraints(&case.constraints.to_string())
            .map(|parsed| Some(parsed.constraints))
            .map_err(malformed);
    }
    let text = format!("{{\"{}\":{}}}", case.kind, case.constraints);
    let parsed = parse_constraints(&text).map_err(malformed)?;
    Ok(parsed.constraints.of_kind(case.kind).cloned())
}

fn choose(rules: &Rules, devices: &[DeviceInfo], constraints: &MediaTrackConstraints) -> Result<Selection, MediaError> {
    let candidates: Vec<_> = devices.iter().map(|device| Candidate { device, fixed_mode: None }).collect();
    select(rules, &candidates, constraints, None).map(|mut ranked| ranked.remove(0))
}

/// What is wrong with the outcome of a case; nothing, for a good one.
fn verdict(case: &Case) -> Option<String> {
    let expected = &case.expected;
    let wanted = match &expected.constraint {
        Some(constraint) if !constraint.is_empty() => format!("{} {constraint}", expected.result),
        _ => expected.result.clone(),
    };
    match run(case) {
        Err(failure) => (failure != wanted).then(|| format!("{failure} instead of {wanted}")),
        Ok(selection) if wanted != "ok" => Some(format!("{selection:?} instead of {wanted}")),
        Ok(selection) => differences(&selection, expected),
    }
}

fn differences(selection: &Selection, expected: &Expected) -> Option<String> {
    if expected.fitness.is_some_and(|fitness| (fitness - selection.fitness).abs() > 1e-6) {
        return Some(format!("fitness {} instead of {:?}", selection.fitness, expected.fitness));
    }
    if selection.advanced != expected.advanced {
        return Some(format!("advanced {:?} instead of {:?}", selection.advanced, expected.advanced));
    }
    expected.settings.iter().find_map(|(name, wanted)| {
        let property: Property = name.parse().ok()?;
        let is_same = match (selection.settings.get(property), wanted) {
            (Some(Value::Number(one)), Json::Number(two)) => two.as_f64().is_some_and(|two| (one - two).abs() < 1e-6),
            (Some(Value::Text(one)), Json::String(two)) => one == two,
            _ => false,
        };
        (!is_same).then(|| format!("{name} is {:?} instead of {wanted}", selection.settings.get(property)))
    })
}

/// Examples that do not come out, since the lab refuses what it reads with its place rather than convert it as Web IDL does
/// (CON-09); `select` converts.
const REFUSED: [&str; 3] = ["EC-132", "EC-136", "EC-137"];

#[test]
fn the_worked_examples_of_the_standard_come_out() {
    capture_lab::covers!("CON-09", "GUM-03", "GUM-04", "GUM-05", "GUM-14");
    let cases: Vec<Case> = serde_json::from_str(include_str!("selection.json")).unwrap();
    assert_eq!(cases.len(), 114, "no example is lost");
    let wrong: Vec<_> = cases.iter().filter_map(|case| Some((case.name.as_str(), verdict(case)?))).collect();
    let names: Vec<_> = wrong.iter().map(|(name, _)| *name).collect();
    assert_eq!(names, REFUSED, "{wrong:#?}");
}

#[test]
fn one_example_gone_wrong_is_seen() {
    let cases: Vec<Case> = serde_json::from_str(include_str!("selection.json")).unwrap();
    let mut case = cases.into_iter().find(|case| case.name == "EC-003").unwrap();
    assert_eq!(verdict(&case), None);
    case.constraints = serde_json::json!({ "width": 600 });
    assert!(verdict(&case).is_some());
}

fn video() -> Rules {
    Rules::new(TrackKind::Video, Context::GetUserMedia).resizing(false)
}

fn any_constraint(values: std::ops::Range<u32>) -> impl Strategy<Value = Constraint> {
    let value = prop::option::of(values);
    (value.clone(), value.clone(), value).prop_map(|(ideal, min, max)| Constraint {
        ideal: ideal.map(|value| vec![Value::from(value)]),
        min: min.map(f64::from),
        max: max.map(f64::from),
        ..Constraint::default()
    })
}

fn any_set() -> impl Strategy<Value = ConstraintSet> {
    (any_constraint(100..2000), any_constraint(100..1200), any_constraint(1..90)).prop_map(|(width, height, rate)| {
        ConstraintSet::default()
            .with(Property::Width, width)
            .with(Property::Height, height)
            .with(Property::FrameRate, rate)
    })
}

fn any_modes() -> impl Strategy<Value = Vec<Mode>> {
    let mode = (100_u32..2000, 100_u32..1200, 1_u32..90);
    prop::collection::vec(mode.prop_map(|(w, h, rate)| video_mode(w, h, FrameRate::new(rate, 1))), 1..12)
}

/// The distances of all modes, each asked of a camera that has no other.
fn distances(modes: &[Mode], set: &ConstraintSet) -> Vec<f64> {
    let unconstrained = MediaTrackConstraints::default();
    let settings = modes.iter().map(|mode| {
        let one = [device("cam", "g", None, TrackKind::Video, vec![*mode])];
        choose(&video(), &one, &unconstrained).expect("a mode").settings
    });
    settings.map(|settings| total_distance(&video(), set, &settings)).collect()
}

proptest! {
    /// The winner has the least distance, and there is none only where all are infinite.
    #[test]
    fn the_winner_has_the_least_distance(modes in any_modes(), basic in any_set()) {
        capture_lab::covers!("SEL-02", "SEL-03", "SEL-05");
        let least = distances(&modes, &basic).into_iter().fold(f64::INFINITY, f64::min);
        let camera = [device("cam", "g", None, TrackKind::Video, modes)];
        let constraints = MediaTrackConstraints { basic, advanced: vec![] };
        match choose(&video(), &camera, &constraints) {
            Ok(selection) => prop_assert!((selection.fitness - least).abs() < 1e-9, "{} and {least}", selection.fitness),
            Err(error) => {
                prop_assert!(least.is_infinite());
                prop_assert_eq!(error.name, ErrorName::OverconstrainedError);
                // `None` where constraints fail only together (OVR-03).
                prop_assert!(error.constraint.is_none_or(|property| constraints.basic.get(property).is_some()));
            }
        }
    }

    /// An advanced set is kept where some mode satisfies it together with those before it.
    #[test]
    fn a_kept_advanced_set_holds(modes in any_modes(), advanced in prop::collection::vec(any_set(), 0..4)) {
        capture_lab::covers!("SEL-04");
        let camera = [device("cam", "g", None, TrackKind::Video, modes)];
        let constraints = MediaTrackConstraints { advanced: advanced.clone(), ..MediaTrackConstraints::default() };
        let selection = choose(&video(), &camera, &constraints).unwrap();
        for (set, kept) in advanced.iter().zip(&selection.advanced) {
            prop_assert!(!kept || total_distance(&video(), set, &selection.settings).is_finite());
        }
    }

    /// Whatever is asked, the mode is one that the camera has.
    #[test]
    fn the_mode_is_the_cameras_own(modes in any_modes(), basic in any_set()) {
        let camera = [device("cam", "g", None, TrackKind::Video, modes.clone())];
        if let Ok(selection) = choose(&video(), &camera, &MediaTrackConstraints { basic, advanced: vec![] }) {
            let ChosenMode::Video(mode) = selection.mode else { panic!("a camera in {}", selection.mode) };
            prop_assert!(modes.contains(&video_mode(mode.width, mode.height, mode.frame_rate)));
        }
    }
}

#[test]
fn of_modes_that_scale_to_the_same_the_one_with_fewest_frames_is_taken() {
    capture_lab::covers!("SEL-08");
    let modes = [60, 10, 30].map(|rate| {
        Mode::Video(VideoMode {
            width: Extent::One(1280),
            height: Extent::One(720),
            frame_rate: RateExtent::One(FrameRate::new(rate, 1)),
            pixel_format: PixelFormat::NV12,
        })
    });
    let device = device("cam", "group", None, TrackKind::Video, modes.to_vec());
    let constraints = parse_track_constraints(r#"{"width":800,"frameRate":10}"#).unwrap().constraints;
    let rules = Rules::new(TrackKind::Video, Context::GetUserMedia);
    let selection = choose(&rules, &[device], &constraints).unwrap();
    let ChosenMode::Video(mode) = selection.mode else { panic!("a camera's mode") };
    assert_eq!(mode.frame_rate, FrameRate::new(10, 1));
}
