//! The inputs of a camera: what the lab and `v4l2-ctl` list of each, and a source that changes.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::rig::{self, Results};

/// Format, size and rate as both sides can write them.
type Line = (String, String, String);

/// `320x180`, or `16x16 - 1920x1080 with step 2/2`.
fn size(mode: &Json) -> String {
    let part = |name: &str, which: &str| mode[name][which].as_u64();
    match (part("width", "min"), part("height", "min")) {
        (Some(width), Some(height)) => {
            let end = |name: &str| part(name, "max").expect("a maximum");
            let step = |name: &str| part(name, "step").expect("a step");
            let (steps, largest) = ((step("width"), step("height")), (end("width"), end("height")));
            format!("{width}x{height} - {}x{} with step {}/{}", largest.0, largest.1, steps.0, steps.1)
        }
        _ => format!("{}x{}", mode["width"], mode["height"]),
    }
}

/// What the lab lists. Of ranges of sizes without their rates, which `v4l2-ctl` does not list.
fn ours(results: &Results, input: u32) -> BTreeSet<Line> {
    let list: Vec<Json> = serde_json::from_str(&results.text(&format!("input-{input}.json"))).expect("JSON");
    let camera = list.iter().find(|device| device["node"] == "/dev/video0").expect("the camera");
    let line = |mode: &Json| {
        let rate = mode["frameRate"].as_f64().map(|rate| format!("{rate:.3}")).unwrap_or_default();
        let size = size(mode);
        let rate = if size.contains('-') { String::new() } else { rate };
        (mode["pixelFormat"].as_str().expect("a format").to_owned(), size, rate)
    };
    camera["modes"].as_array().expect("modes").iter().map(line).collect()
}

/// What `v4l2-ctl --list-formats-ext` lists.
fn theirs(text: &str) -> BTreeSet<Line> {
    let (mut lines, mut format, mut size) = (BTreeSet::new(), String::new(), String::new());
    for line in text.lines().map(str::trim) {
        if let Some((_, rest)) = line.split_once("]: '") {
            rest.split_once('\'').expect("a format").0.clone_into(&mut format);
        } else if let Some(rest) = line.strip_prefix("Size: Discrete ") {
            rest.clone_into(&mut size);
        } else if let Some(rest) =
            line.strip_prefix("Size: Stepwise ").or_else(|| line.strip_prefix("Size: Continuous "))
        {
            lines.insert((format.clone(), rest.to_owned(), String::new()));
        } else if let Some((_, rest)) = line.split_once("s (") {
            let rate = rest.trim_end_matches(" fps)").to_owned();
            lines.insert((format.clone(), size.clone(), rate));
        }
    }
    lines
}

fn inputs(results: &Results, input: u32) -> Vec<Json> {
    let list: Vec<Json> = serde_json::from_str(&results.text(&format!("input-{input}.json"))).expect("JSON");
    let camera = list.iter().find(|device| device["node"] == "/dev/video0").expect("the camera");
    camera["inputs"].as_array().expect("inputs").clone()
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn the_modes_of_each_input_are_those_that_v4l2_ctl_lists() {
    capture_lab::covers!("ENUM-12");
    let Some(results) = rig::results() else { return };
    for (input, least) in [(0, 500), (1, 60), (3, 60)] {
        let (ours, theirs) = (ours(results, input), theirs(&results.text(&format!("input-{input}.formats"))));
        assert!(theirs.len() >= least, "input {input}: {} lines of v4l2-ctl", theirs.len());
        let (only_ours, only_theirs): (Vec<_>, Vec<_>) =
            (ours.difference(&theirs).take(5).collect(), theirs.difference(&ours).take(5).collect());
        assert_eq!(ours, theirs, "input {input}: only ours {only_ours:?}, only theirs {only_theirs:?}");
    }
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn the_rate_of_a_range_of_sizes_is_the_one_that_v4l2_ctl_is_told() {
    let Some(results) = rig::results() else { return };
    for input in [1, 3] {
        let text = results.text(&format!("input-{input}.intervals"));
        let theirs: BTreeSet<_> =
            text.lines().filter_map(|line| Some(line.split_once("s (")?.1.trim_end_matches(" fps)"))).collect();
        let list: Vec<Json> = serde_json::from_str(&results.text(&format!("input-{input}.json"))).expect("JSON");
        let camera = list.iter().find(|device| device["node"] == "/dev/video0").expect("the camera");
        let modes = camera["modes"].as_array().expect("modes").iter();
        let rates: BTreeSet<_> =
            modes.filter_map(|mode| mode["frameRate"].as_f64()).map(|rate| format!("{rate:.3}")).collect();
        assert!(!theirs.is_empty(), "{text}");
        assert_eq!(rates.iter().map(String::as_str).collect::<BTreeSet<_>>(), theirs, "input {input}");
    }
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn half_rates_are_listed_as_they_are() {
    let Some(results) = rig::results() else { return };
    let has = |rate: &str| ours(results, 0).contains(&("YUYV".to_owned(), "320x180".to_owned(), rate.to_owned()));
    assert!(has("12.500"), "25/2 per second");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn inputs_are_listed_and_the_chosen_one_is_set_to_its_signal() {
    let Some(results) = rig::results() else { return };
    for chosen in [0, 1, 3] {
        let inputs = inputs(results, chosen);
        assert_eq!(inputs.len(), 4, "{inputs:?}");
        let current: Vec<_> = inputs.iter().filter(|input| input["current"] == true).collect();
        assert_eq!(current.len(), 1);
        assert_eq!(current[0]["index"], chosen);
        let set = results.text(&format!("input-{chosen}.set"));
        assert!(set.contains(&format!("Video input : {chosen}")), "{set}");
        assert_eq!(current[0]["standard"].is_string(), chosen == 1, "{:?}", current[0]);
        assert_eq!(current[0]["timing"].is_string(), chosen == 3, "{:?}", current[0]);
    }
    let inputs = inputs(results, 3);
    let kinds: Vec<_> = inputs.iter().map(|input| input["kind"].as_str().expect("a kind")).collect();
    assert_eq!(kinds, ["camera", "tuner", "camera", "camera"]);
    assert!(inputs[3]["timings"].as_array().is_some_and(|timings| timings.len() > 10), "{:?}", inputs[3]);
    assert!(inputs[1]["standards"].as_array().is_some_and(|standards| !standards.is_empty()), "{:?}", inputs[1]);
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_standard_and_timings_are_set_by_their_names() {
    let Some(results) = rig::results() else { return };
    let current = |name: &str| {
        let list: Vec<Json> = serde_json::from_str(&results.text(&format!("input-{name}.json"))).expect("JSON");
        let camera = list.into_iter().find(|device| device["node"] == "/dev/video0").expect("the camera");
        let inputs = camera["inputs"].as_array().expect("inputs").clone();
        (camera, inputs.into_iter().find(|input| input["current"] == true).expect("an input"))
    };
    let (_, tv) = current("secam");
    assert_eq!(tv["standard"], "SECAM", "{tv}");
    let set = results.text("input-secam.set");
    assert!(set.contains("SECAM"), "{set}");
    let (camera, hdmi) = current("720p50");
    assert_eq!(hdmi["timing"], "1280x720p50", "{hdmi}");
    let set = results.text("input-720p50.set");
    assert!(set.contains("Active width: 1280") && set.contains("Active height: 720"), "{set}");
    let modes = camera["modes"].as_array().expect("modes");
    let is_whole = |mode: &Json| mode["frameRate"].as_f64().is_some_and(|rate| (rate - 50.0).abs() < 0.01);
    assert!(!modes.is_empty() && modes.iter().all(is_whole), "{:?}", modes.first());
    let error = results.text("input-none.err");
    assert!(error.contains("does not take the timings 12x34p5") && error.contains("1280x720p50"), "{error}");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_source_with_another_signal_ends_the_track_with_words() {
    let Some(results) = rig::results() else { return };
    let step = results.step("source");
    let changed = results.number("source.changed");
    let ended = step.events("ended");
    assert_eq!(ended.len(), 1, "{} {}", step.text(), step.errors);
    assert!((-2.0..=2.0).contains(&(ended[0].0 - changed)), "{} s after the change", ended[0].0 - changed);
    let reason = &ended[0].1["reason"];
    assert_eq!(reason["kind"], "driver-error", "{reason}");
    assert!(reason["text"].as_str().is_some_and(|text| text.contains("changed") && text.contains("720x")), "{reason}");
    assert_eq!(step.status, 1, "{}", step.errors);
}
