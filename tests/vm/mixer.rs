//! The mixer of a sound card (snd-dummy): its controls against amixer's, and a microphone that is switched off there.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::rig;

/// How long a switch may take until it is told.
const TOLD_WITHIN: f64 = 1.0;

/// What a capture channel stands on.
#[derive(Debug, PartialEq)]
struct Channel {
    volume: i64,
    decibels: String,
    is_on: bool,
}

/// `  Front Left: 6 [37%] [-28.20dB] Capture [on]` under `Simple mixer control 'Mic',0`.
fn listed_by_amixer(text: &str) -> BTreeMap<String, Channel> {
    let mut channels = BTreeMap::new();
    for part in text.split("Simple mixer control '").skip(1) {
        let name = part.split('\'').next().expect("its name");
        for line in part.lines() {
            let Some((channel, rest)) = line.trim().split_once(": ").filter(|(_, rest)| rest.contains("dB]")) else {
                continue;
            };
            let words: Vec<_> = rest.split_whitespace().map(|word| word.trim_matches(['[', ']'])).collect();
            let volume = words[0].parse().expect("a volume");
            let decibels = words.iter().find_map(|word| word.strip_suffix("dB")).expect("decibels").to_owned();
            let is_on = words.ends_with(&["Capture", "on"]);
            channels.insert(format!("{name}, {}", channel.to_lowercase()), Channel { volume, decibels, is_on });
        }
    }
    channels
}

/// The same of the lab's list.
fn listed_by_the_lab(controls: &[Json]) -> BTreeMap<String, Channel> {
    let value = |name: &str| {
        let control = controls.iter().find(|control| control["name"] == name);
        control.unwrap_or_else(|| panic!("no {name} in {controls:#?}"))
    };
    let volumes = controls.iter().filter_map(|control| control["name"].as_str()?.split_once(" volume, "));
    volumes
        .map(|(element, channel)| {
            let volume = value(&format!("{element} volume, {channel}"));
            let switch = value(&format!("{element} switch, {channel}"));
            let decibels = volume["decibels"].as_f64().expect("decibels");
            let known = Channel {
                volume: volume["value"].as_i64().expect("a number"),
                decibels: format!("{decibels:.2}"),
                is_on: switch["value"] == 1,
            };
            (format!("{element}, {channel}"), known)
        })
        .collect()
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn the_mixer_of_a_card_is_listed_as_amixer_lists_it() {
    let Some(results) = rig::results() else { return };
    let list: Json = serde_json::from_str(&results.text("mixer.json")).expect("a list of devices");
    let card = list.as_array().expect("a list").iter().find(|device| device["node"] == "hw:1,0").expect("the card");
    let ours = listed_by_the_lab(card["controls"].as_array().expect("controls"));
    let theirs = listed_by_amixer(&results.text("mixer.txt"));
    assert!(theirs.len() >= 4 && theirs.values().any(|it| it.is_on), "{theirs:?}");
    assert_eq!(ours, theirs);
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_microphone_that_is_switched_off_in_the_mixer_is_muted_within_a_second() {
    capture_lab::covers!("MUTE-08");
    let Some(results) = rig::results() else { return };
    let step = results.step("mixer");
    let (off, on) = (results.number("mixer.off"), results.number("mixer.on"));
    let mutes = step.events("mute");
    let (at, mute) = mutes.first().expect("a mute");
    assert_eq!((mutes.len(), &mute["reason"]["kind"]), (1, &Json::from("privacy")), "{mutes:?}");
    assert!(mute["reason"]["text"].as_str().is_some_and(|text| text.contains("switched off in the mixer")), "{mute}");
    assert!(at - off <= TOLD_WITHIN, "told {} s after it was switched off", at - off);
    let (at, _) = step.events("unmute").first().expect("an unmute").clone();
    assert!(at - on <= TOLD_WITHIN, "told {} s after it was switched on", at - on);
}
