//! Random cases against an independent implementation of the standard's text (`selectsettings.py --check`, Python 3): is
//! the lab's result one that the algorithm permits? Fixed cases and fresh ones; `ORACLE_CASES` says how many.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use proptest::prelude::*;
use proptest::sample::select as any_of;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Map, Value as Json, json};

use crate::program::{ask, select};

/// Cases in `make test`, of fixed seed and of a fresh one.
const USUAL: usize = 150;
/// Cases that are handed over at once.
const AT_ONCE: usize = 100;

fn numbers(name: &str) -> Vec<f64> {
    match name {
        "width" => vec![0.0, 1.0, 16.0, 33.0, 48.0, 64.0, 100.0, 159.0, 160.0, 200.0, 320.0, 321.0],
        "height" => vec![0.0, 1.0, 12.0, 17.0, 36.0, 48.0, 60.0, 90.0, 91.0, 120.0, 240.0],
        "frameRate" => vec![0.0, 1.0, 5.0, 7.5, 10.0, 15.0, 20.0, 29.97, 30.0, 60.0, 120.0],
        "aspectRatio" => vec![0.5, 1.0, 1.333_333_333_3, 1.5, 5.0 / 3.0, 16.0 / 9.0, 1.777_777_777_8, 1.9, 3.0],
        "sampleRate" => vec![8000.0, 16000.0, 44100.0, 48000.0],
        "channelCount" => vec![1.0, 2.0, 3.0],
        "sampleSize" => vec![8.0, 16.0, 24.0],
        "latency" => vec![0.0, 0.01, 0.02, 0.05, 0.3],
        "zoom" => vec![0.0, 1.0, 1.5, 2.2, 3.0, 9.0],
        "pan" => vec![-3600.0, 0.0, 3600.0, 5000.0],
        _ => vec![],
    }
}

fn words(name: &str) -> Vec<Json> {
    match name {
        "facingMode" => vec![json!("user"), json!("environment"), json!("left")],
        "resizeMode" => vec![json!("none"), json!("crop-and-scale")],
        "deviceId" => vec![json!("d0"), json!("d1"), json!("nowhere"), json!("")],
        "groupId" => vec![json!("g0"), json!("g1")],
        "exposureMode" => vec![json!("manual"), json!("continuous")],
        "echoCancellation" => vec![json!(true), json!(false), json!("all")],
        _ => vec![json!(true), json!(false)],
    }
}

const VIDEO: [&str; 12] = [
    "width",
    "height",
    "frameRate",
    "aspectRatio",
    "facingMode",
    "resizeMode",
    "deviceId",
    "groupId",
    "zoom",
    "pan",
    "torch",
    "exposureMode",
];
const AUDIO: [&str; 9] = [
    "sampleRate",
    "channelCount",
    "sampleSize",
    "latency",
    "echoCancellation",
    "autoGainControl",
    "noiseSuppression",
    "deviceId",
    "groupId",
];

fn constraint(name: &'static str) -> BoxedStrategy<Json> {
    let numbers = numbers(name);
    if numbers.is_empty() {
        let is_list = !matches!(name, "torch" | "echoCancellation" | "autoGainControl" | "noiseSuppression");
        let value = any_of(words(name)).boxed();
        let list = prop::collection::vec(value.clone(), 0..3).prop_map(Json::Array).boxed();
        let value = if is_list { prop_oneof![3 => value, 1 => list].boxed() } else { value };
        let member =
            (any_of(vec!["exact", "ideal"]), value.clone()).prop_map(|(member, value)| json!({ member: value }));
        return prop_oneof![value, member].boxed();
    }
    let number = any_of(numbers);
    let some = |chance| prop::option::weighted(chance, number.clone());
    let members = (some(0.3), some(0.3), some(0.2), some(0.5)).prop_map(|(min, max, exact, ideal)| {
        let members = [("min", min), ("max", max), ("exact", exact), ("ideal", ideal)];
        let given = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), json!(value?))));
        Json::Object(given.collect())
    });
    let bare = number.prop_map(|number| json!(number));
    if matches!(name, "zoom" | "pan") {
        return prop_oneof![2 => members, 1 => bare, 1 => any::<bool>().prop_map(|yes| json!(yes))].boxed();
    }
    prop_oneof![2 => members, 1 => bare].boxed()
}

/// Mostly names of the kind, and among cameras mostly sizes and rates.
fn set(is_video: bool, most: usize) -> BoxedStrategy<Map<String, Json>> {
    let name = if is_video {
        prop_oneof![12 => any_of(VIDEO[..4].to_vec()), 6 => any_of(VIDEO.to_vec()), 1 => any_of(AUDIO.to_vec())].boxed()
    } else {
        prop_oneof![16 => any_of(AUDIO.to_vec()), 1 => any_of(VIDEO.to_vec())].boxed()
    };
    let member = name.prop_flat_map(|name| constraint(name).prop_map(move |constraint| (name.to_owned(), constraint)));
    prop::collection::vec(member, 0..=most).prop_map(|members| members.into_iter().collect()).boxed()
}

fn mode() -> BoxedStrategy<Json> {
    let size = any_of(vec![(64, 48), (160, 90), (48, 36), (100, 60), (33, 17), (320, 240)]);
    let rate = any_of(vec![5.0, 10.0, 15.0, 25.0, 30_000.0 / 1001.0, 30.0, 60.0]);
    let single =
        (size, rate).prop_map(|((width, height), rate)| json!({ "width": width, "height": height, "frameRate": rate }));
    let range = |smallest: u32| {
        (1_u32..4, 1_u32..5).prop_map(
            move |(step, steps)| json!({ "min": smallest, "max": smallest + step * steps * 4, "step": step * 2 }),
        )
    };
    let stepwise = (range(32), range(24), any_of(vec![json!(30), json!([15, 30])]))
        .prop_map(|(width, height, rate)| json!({ "width": width, "height": height, "frameRate": rate }));
    prop_oneof![6 => single, 1 => stepwise].boxed()
}

fn camera() -> BoxedStrategy<Json> {
    let facing = prop::option::of(any_of(vec!["user", "environment"]));
    (prop::collection::vec(mode(), 1..5), facing, any::<[bool; 4]>())
        .prop_map(|(modes, facing, [zoom, pan, torch, exposure])| {
            let mut properties = Map::new();
            let mut add = |there: bool, name: &str, domain: Json| {
                if there {
                    properties.insert(name.to_owned(), domain);
                }
            };
            add(zoom, "zoom", json!({ "min": 1, "max": 3, "step": 0.5, "default": 1 }));
            add(pan, "pan", json!({ "min": -7200, "max": 7200, "step": 3600, "default": 0 }));
            add(torch, "torch", json!([false]));
            add(exposure, "exposureMode", json!(["continuous", "manual"]));
            let mut device = json!({ "modes": modes, "properties": properties });
            if let Some(facing) = facing {
                device["facingMode"] = json!(facing);
            }
            device
        })
        .boxed()
}

fn microphone() -> BoxedStrategy<Json> {
    any::<[bool; 3]>()
        .prop_map(|[wide, stereo, processes]| {
            let all = |there: bool, all: Json, one: Json| if there { all } else { one };
            json!({ "modes": [{}], "properties": {
                "sampleRate": all(wide, json!({ "values": [44100, 48000], "default": 48000 }), json!([16000])),
                "sampleSize": [16],
                "channelCount": all(stereo, json!({ "values": [1, 2], "default": 2 }), json!([1])),
                "echoCancellation": all(processes, json!([true, false, "all"]), json!([false])),
                "autoGainControl": [true, false],
                "noiseSuppression": all(processes, json!([true, false]), json!([false])),
                "latency": { "min": 0.01, "max": 0.2, "default": 0.02 },
            }})
        })
        .boxed()
}

fn case() -> BoxedStrategy<Json> {
    prop::bool::weighted(0.8).prop_flat_map(case_of).boxed()
}

fn case_of(is_video: bool) -> impl Strategy<Value = Json> {
    let device = if is_video { camera() } else { microphone() };
    let advanced = prop::option::weighted(0.4, prop::collection::vec(set(is_video, 3), 1..4));
    let devices = prop_oneof![3 => Just(1_usize), 1 => 2_usize..4];
    let devices = devices.prop_flat_map(move |count| prop::collection::vec(device.clone(), count));
    (devices, set(is_video, 4), advanced, any::<[bool; 2]>()).prop_map(
        move |(mut devices, mut constraints, advanced, [resizes, applies])| {
            for (index, device) in devices.iter_mut().enumerate() {
                device["deviceId"] = json!(format!("d{index}"));
                device["groupId"] = json!(format!("g{}", index / 2));
            }
            if let Some(advanced) = advanced {
                constraints.insert("advanced".to_owned(), advanced.into_iter().map(Json::Object).collect());
            }
            json!({
                "kind": if is_video { "video" } else { "audio" },
                "variant": if resizes { "crop-and-scale" } else { "native" },
                "context": if applies { "applyConstraints" } else { "getUserMedia" },
                "devices": devices,
                "constraints": constraints,
            })
        },
    )
}

fn python() -> Option<Command> {
    let works = |program: &&str| {
        Command::new(program).arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    };
    let found = ["python3", "python"].into_iter().find(works);
    if found.is_none() {
        writeln!(std::io::stderr(), "skipped: the oracle of constraint selection: no python3 here").ok();
    }
    found.map(Command::new)
}

/// What the oracle objects to.
fn objections(cases: &[Json]) -> Vec<String> {
    let Some(mut python) = python() else { return Vec::new() };
    let mut judged = cases.to_vec();
    for (case, answer) in judged.iter_mut().zip(select(cases)) {
        case["actual"] = answer;
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec/selectsettings.py");
    let verdicts = ask(python.arg(script).args(["--check", "-"]), &Json::Array(judged.clone()));
    let verdicts = verdicts.as_array().expect("a list of verdicts");
    assert_eq!(verdicts.len(), cases.len());
    let wrong = judged.iter().zip(verdicts).filter(|(_, verdict)| verdict["pass"] != json!(true));
    wrong.map(|(case, verdict)| format!("{}\n  of {case}", verdict["why"])).collect()
}

fn check(mut runner: TestRunner) {
    let wanted = std::env::var("ORACLE_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(USUAL);
    let case = case();
    for start in (0..wanted).step_by(AT_ONCE) {
        let count = AT_ONCE.min(wanted - start);
        let cases: Vec<_> = (0..count).map(|_| case.new_tree(&mut runner).expect("a case").current()).collect();
        let objections = objections(&cases);
        assert!(objections.is_empty(), "{} of {count}:\n{}", objections.len(), objections.join("\n"));
    }
}

#[test]
fn the_same_random_cases_satisfy_the_oracle() {
    capture_lab::covers!("SEL-02", "SEL-03", "SEL-04", "SEL-05", "SEL-11", "SEL-12");
    capture_lab::covers!("OVR-02", "OVR-03", "OVR-04", "FRM-01", "RSZ-05");
    check(TestRunner::deterministic());
}

#[test]
fn fresh_random_cases_satisfy_the_oracle() {
    check(TestRunner::new(Config::default()));
}

#[test]
fn the_oracle_sees_a_wrong_result() {
    let Some(mut python) = python() else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec/selectsettings.py");
    let settings = json!({ "width": 640, "height": 480, "frameRate": 30, "resizeMode": "none" });
    let modes = json!([settings, { "width": 1280, "height": 720, "frameRate": 30 }]);
    let wrong = json!([{ "modes": modes, "constraints": { "width": 1280 }, "actual": settings }]);
    let verdicts = ask(python.arg(script).args(["--check", "-"]), &wrong);
    assert_eq!(verdicts[0]["pass"], json!(false));
}
