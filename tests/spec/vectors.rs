//! Calls that were made in a real browser (`browser-vectors.jsonl`), given to the importer as JavaScript and to the
//! selection with the browser's devices: is what comes out legal by the standard?

use capture_lab::interchange::{ImportErrorName, import};
use capture_lab::model::{
    ErrorName, Extent, MediaStreamConstraints, MediaTrackConstraints, Property, Settings, TrackKind, Value,
};
use capture_lab::selection::{
    Context, Domain, Rules, Shape, Subject, check_request, check_required, choose, counted, why,
};
use serde_json::{Value as Json, json};

/// Vectors that come out differently, and why that is right.
const DIFFERENCES: [(&str, &str); 2] = [
    ("v-dev-1765", "GUM-14: an empty deviceId may count as absent (#def-constraint-deviceId), and here it does"),
    ("a-dev-2914", "GUM-14, the same for a microphone"),
];

/// Calls whose outcome hangs on the browser's rates: its camera has every rate up to its own, the lab's devices have those of
/// their modes and whole fractions of them. All vectors are run with the browser's camera, and none is skipped there; with
/// one as the lab's these are skipped, and counted.
const HANG_ON_ANY_RATE: usize = 46;

/// The frame rates of the simulated cameras.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Rates {
    /// Every rate, as the browser's.
    Any,
    /// One rate, and under `crop-and-scale` whole fractions of it, as the lab's.
    WholeFractions,
}

/// What a call came to.
#[derive(Debug, PartialEq)]
enum Outcome {
    /// The settings of each track.
    Tracks(Vec<(TrackKind, Settings)>),
    Failed(ErrorName, String),
}

/// A value as JavaScript; `{"$": …}` stands for what JSON lacks.
fn javascript(json: &Json) -> String {
    match json {
        Json::Array(list) => format!("[{}]", list.iter().map(javascript).collect::<Vec<_>>().join(", ")),
        Json::Object(members) => match members.get("$").and_then(Json::as_str) {
            Some("symbol") => "Symbol()".to_owned(),
            Some("function") => "function () {}".to_owned(),
            Some("noargs") => String::new(),
            Some(word) => {
                assert!(["undefined", "null", "NaN", "Infinity", "-Infinity"].contains(&word), "{word}");
                word.to_owned()
            }
            None => {
                let members = members.iter().map(|(name, member)| format!("{name:?}: {}", javascript(member)));
                format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
            }
        },
        other => other.to_string(),
    }
}

/// The constraints of a call, or the error that the web throws.
fn asked(call: &str, constraints: &Json) -> Result<MediaStreamConstraints, Outcome> {
    let text = format!("{call}({})", javascript(constraints));
    match import(&text) {
        Ok(import) => Ok(import.constraints),
        Err(error) if error.name == ImportErrorName::TypeError => {
            Err(Outcome::Failed(ErrorName::TypeError, error.to_string()))
        }
        Err(error) => panic!("{text}: {error}"),
    }
}

fn texts(values: &[&str]) -> Vec<Value> {
    values.iter().map(|value| Value::from(*value)).collect()
}

fn numbers(values: &[u32]) -> Domain {
    Domain::of(values.iter().map(|value| Value::from(*value)).collect())
}

fn device(id: &str, group: &str, shapes: Vec<Shape>) -> Subject {
    let properties =
        vec![(Property::DeviceId, Domain::of(texts(&[id]))), (Property::GroupId, Domain::of(texts(&[group])))];
    Subject { properties, shapes }
}

/// Chromium's fake camera: any rate in (0, `rate`], or just `rate`.
fn camera(index: usize, rate: f64, rates: Rates) -> Subject {
    let sizes = [(96, 96), (320, 240), (640, 480), (1280, 720), (1920, 1080), (3840, 2160)];
    let rates = match rates {
        Rates::Any => Domain::Range { min: 0.001, max: rate, step: None, default: None },
        Rates::WholeFractions => Domain::of(vec![Value::from(rate)]),
    };
    let shape = |(width, height)| Shape {
        size: Some((Extent::One(width), Extent::One(height))),
        axes: vec![(Property::FrameRate, rates.clone())].into(),
    };
    device(&format!("@cam{index}"), &format!("@group-cam{index}"), sizes.map(shape).into())
}

/// Chromium's fake microphone: with all processing off it has a second mode.
fn microphone(id: &str) -> Subject {
    let booleans = |values: &[bool]| Domain::of(values.iter().map(|value| Value::from(*value)).collect());
    let shape = |echo: Domain, switch: &[bool], channels: &[u32], rate: u32| Shape {
        size: None,
        axes: vec![
            (Property::EchoCancellation, echo),
            (Property::AutoGainControl, booleans(switch)),
            (Property::NoiseSuppression, booleans(switch)),
            (Property::ChannelCount, numbers(channels)),
            (Property::SampleRate, numbers(&[rate])),
            (Property::SampleSize, numbers(&[16])),
            (Property::Latency, Domain::of(vec![Value::from(0.01)])),
        ]
        .into(),
    };
    let echo = Domain::of(vec![true.into(), false.into(), "remote-only".into()]);
    let shapes = vec![shape(echo, &[true, false], &[1, 2], 48000), shape(booleans(&[false]), &[false], &[2], 44100)];
    device(&format!("@{id}"), &format!("@group-{id}"), shapes)
}

fn devices(env: &str, kind: TrackKind, rates: Rates) -> Vec<Subject> {
    match (kind, env) {
        (TrackKind::Video, "default") => vec![camera(0, 20.0, rates)],
        (TrackKind::Video, "three") => (0..3).map(|index| camera(index, 30.0, rates)).collect(),
        (TrackKind::Audio, _) => ["mic-default", "mic1", "mic2"].map(microphone).into(),
        (kind, env) => panic!("{kind} of {env}"),
    }
}

fn selected(rules: &Rules, subjects: &[Subject], constraints: &MediaTrackConstraints) -> Result<Settings, Outcome> {
    let constraints = counted(rules, constraints);
    if rules.context == Context::GetUserMedia {
        check_required(&constraints).map_err(|error| Outcome::Failed(error.name, error.message))?;
    }
    if let Some(choice) = choose(rules, subjects, &constraints).into_iter().next() {
        return Ok(choice.settings);
    }
    let failure = why(rules, subjects, &constraints.basic);
    let name = failure.impossible.first().map_or("", |property| property.name());
    Err(Outcome::Failed(ErrorName::OverconstrainedError, name.to_owned()))
}

fn user_media(env: &str, rates: Rates, constraints: &Json) -> Result<Vec<(TrackKind, Settings)>, Outcome> {
    let constraints = asked("navigator.mediaDevices.getUserMedia", constraints)?;
    check_request(&constraints).map_err(|error| Outcome::Failed(error.name, error.message))?;
    let mut tracks = Vec::new();
    for kind in [TrackKind::Audio, TrackKind::Video] {
        if let Some(constraints) = constraints.of_kind(kind) {
            let rules = Rules::new(kind, Context::GetUserMedia).resizing(true);
            tracks.push((kind, selected(&rules, &devices(env, kind, rates), constraints)?));
        }
    }
    Ok(tracks)
}

/// `applyConstraints` on a track that is there: its device is all that may be chosen.
fn applied(vector: &Json, env: &str, rates: Rates) -> Result<Vec<(TrackKind, Settings)>, Outcome> {
    let kind = if vector["kind"] == "audio" { TrackKind::Audio } else { TrackKind::Video };
    let tracks = user_media(env, rates, &vector["base"])?;
    let (_, settings) = tracks.iter().find(|(other, _)| *other == kind).expect("a track");
    let id = settings.get(Property::DeviceId).expect("an id").clone();
    let has_id = |subject: &Subject| subject.properties.contains(&(Property::DeviceId, Domain::of(vec![id.clone()])));
    let subjects: Vec<_> = devices(env, kind, rates).into_iter().filter(has_id).collect();
    let asked = asked("track.applyConstraints", &vector["constraints"])?;
    // Which kind the importer took it for counts for names of the other kind alone.
    let constraints = asked.video.or(asked.audio).expect("constraints");
    let rules = Rules::new(kind, Context::ApplyConstraints).resizing(true);
    Ok(vec![(kind, selected(&rules, &subjects, &constraints)?)])
}

fn outcome(vector: &Json, rates: Rates) -> Outcome {
    let env = vector["env"].as_str().expect("an environment");
    let result = match vector["api"].as_str() {
        Some("gum") => user_media(env, rates, &vector["constraints"]),
        Some("apply") => applied(vector, env, rates),
        other => panic!("{other:?}"),
    };
    result.map_or_else(|failed| failed, Outcome::Tracks)
}

/// What is wrong with an outcome.
fn objection(vector: &Json, rates: Rates) -> Option<String> {
    let expected = &vector["expected"];
    match outcome(vector, rates) {
        Outcome::Failed(name, constraint) => {
            let is_named = name != ErrorName::OverconstrainedError
                || expected["constraint_any_of"].as_array().is_some_and(|any| any.contains(&json!(constraint)));
            let is_legal = expected["error"] == name.name() && is_named;
            (!is_legal).then(|| format!("{name} ({constraint}) instead of {expected}"))
        }
        Outcome::Tracks(tracks) => {
            let Some(kinds) = expected["ok"].as_object() else {
                return Some(format!("{tracks:?} instead of {expected}"));
            };
            if kinds.len() != tracks.len() {
                return Some(format!("{} tracks instead of {expected}", tracks.len()));
            }
            tracks.iter().find_map(|(kind, settings)| illegal(&expected["ok"][kind.to_string()], settings))
        }
    }
}

/// The first setting that is not legal.
fn illegal(devices: &Json, settings: &Settings) -> Option<String> {
    let id = settings.get(Property::DeviceId).and_then(Value::as_text).unwrap_or_default();
    let Some(legal) = devices[id].as_object() else { return Some(format!("device {id} instead of {devices}")) };
    let wrong = legal.iter().find(|(name, legal)| !is_legal(name, legal, settings));
    wrong.map(|(name, legal)| format!("{name} of {settings:?} is not one of {legal}"))
}

fn is_legal(name: &str, legal: &Json, settings: &Settings) -> bool {
    let legal = match legal {
        Json::Null => return true,
        other => other.as_array().expect("legal values"),
    };
    let number = |property| settings.number(property).unwrap_or(f64::NAN);
    let same = |one: f64, two: &Json| two.as_f64().is_some_and(|two| (one - two).abs() < 1e-6);
    if name == "sizes" {
        let size = [number(Property::Width), number(Property::Height)];
        return legal.iter().any(|pair| same(size[0], &pair[0]) && same(size[1], &pair[1]));
    }
    let property: Property = name.parse().expect("a property");
    let is_range = ["width", "height", "aspectRatio", "frameRate", "latency"].contains(&name);
    match settings.get(property) {
        Some(Value::Number(number)) if is_range => {
            let bound = |index: usize| legal[index].as_f64().expect("a bound");
            (bound(0) - 1e-6..=bound(1) + 1e-6).contains(number)
        }
        Some(Value::Number(number)) => legal.iter().any(|one| same(*number, one)),
        Some(Value::Text(text)) => legal.contains(&json!(text)),
        Some(Value::Boolean(boolean)) => legal.contains(&json!(boolean)),
        Some(Value::Points(_)) | None => false,
    }
}

fn vectors() -> Vec<Json> {
    let lines = include_str!("browser-vectors.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).expect("a vector")).collect()
}

/// The vectors that do not come out, with the reason of each.
fn objections(rates: Rates) -> Vec<(Json, String)> {
    let vectors = vectors();
    assert_eq!(vectors.len(), 788, "no vector is lost");
    vectors.into_iter().filter_map(|vector| objection(&vector, rates).map(|why| (vector, why))).collect()
}

fn is_different(vector: &Json) -> bool {
    DIFFERENCES.iter().any(|(id, _)| vector["id"] == *id)
}

#[test]
fn what_a_browser_was_asked_comes_out_as_the_standard_says() {
    let (explained, wrong): (Vec<_>, Vec<_>) =
        objections(Rates::Any).into_iter().partition(|(vector, _)| is_different(vector));
    let wrong: Vec<_> =
        wrong.iter().map(|(vector, why)| format!("{}: {why}\n   {}", vector["id"], vector["constraints"])).collect();
    assert!(wrong.is_empty(), "{} of them:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(explained.len(), DIFFERENCES.len(), "an explanation that nothing needs");
}

#[test]
fn with_whole_fractions_of_a_rate_only_calls_that_name_rates_come_out_otherwise() {
    let others: Vec<_> =
        objections(Rates::WholeFractions).into_iter().filter(|(vector, _)| !is_different(vector)).collect();
    for (vector, why) in &others {
        let names_rate =
            [&vector["constraints"], &vector["base"]].iter().any(|json| json.to_string().contains("frameRate"));
        assert!(names_rate, "{vector}: {why}");
    }
    assert_eq!(others.len(), HANG_ON_ANY_RATE, "{others:#?}");
}

#[test]
fn a_vector_gone_wrong_is_seen() {
    let all = vectors();
    let exact = |vector: &&Json| vector["constraints"] == json!({ "video": { "width": { "exact": 320 } } });
    let mut vector = all.iter().find(exact).expect("a vector").clone();
    assert_eq!(objection(&vector, Rates::Any), None);
    vector["constraints"]["video"]["width"]["exact"] = json!(321);
    assert!(objection(&vector, Rates::Any).is_some_and(|why| why.contains("width")));
    vector["constraints"]["video"]["width"]["exact"] = json!({ "$": "symbol" });
    assert!(objection(&vector, Rates::Any).is_some_and(|why| why.contains("TypeError")));
    vector["expected"] = json!({ "error": "TypeError" });
    assert_eq!(objection(&vector, Rates::Any), None);
}
