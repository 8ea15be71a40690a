//! Controls of a kernel camera: listed as `v4l2-ctl` lists them, moved by it, and set by constraints.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::rig;

/// How soon a change from outside is told of, in seconds.
const TOLD_WITHIN: f64 = 1.0;

/// A control as `v4l2-ctl --list-ctrls-menus` prints it: its type, what follows, and its items.
#[derive(Debug, Default)]
struct Listed {
    kind: String,
    facts: BTreeMap<String, String>,
    items: Vec<(i64, String)>,
    flags: String,
}

/// Controls by id.
fn listed_by_v4l2_ctl(text: &str) -> BTreeMap<u64, (String, Listed)> {
    let mut controls: BTreeMap<u64, (String, Listed)> = BTreeMap::new();
    let mut last = 0;
    for line in text.lines() {
        if let Some((id, control)) = control_line(line) {
            last = id;
            controls.insert(id, control);
        } else if let Some((index, name)) = line.trim().split_once(": ")
            && let (Ok(index), Some((_, control))) = (index.parse(), controls.get_mut(&last))
        {
            control.items.push((index, name.to_owned()));
        }
    }
    controls
}

/// `brightness 0x00980900 (int)    : min=0 max=255 step=1 default=128 value=128 flags=slider`
fn control_line(line: &str) -> Option<(u64, (String, Listed))> {
    let (head, facts) = line.split_once(':')?;
    let mut words = head.split_whitespace();
    let (name, id, kind) = (words.next()?, words.next()?, words.next()?);
    let id = u64::from_str_radix(id.strip_prefix("0x")?, 16).ok()?;
    let kind = kind.trim_matches(['(', ')']).to_owned();
    let flags = facts.split_once("flags=").map(|(_, flags)| flags.to_owned()).unwrap_or_default();
    let facts = facts.split_whitespace().filter_map(|fact| fact.split_once('='));
    let facts = facts.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    Some((id, (name.to_owned(), Listed { kind, facts, items: Vec::new(), flags })))
}

/// As `v4l2-ctl` makes a word of a name.
fn as_word(name: &str) -> String {
    let words = name.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("_")
}

fn number(text: &str) -> Option<i64> {
    let hexadecimal = text.strip_prefix("0x").map(|digits| i64::from_str_radix(digits, 16));
    hexadecimal.unwrap_or_else(|| text.parse()).ok()
}

fn type_in_json(kind: &str) -> &'static str {
    match kind {
        "int" => "integer",
        "int64" => "integer64",
        "bool" => "boolean",
        "menu" => "menu",
        "intmenu" => "integer-menu",
        "button" => "button",
        "bitmask" => "bitmask",
        "str" => "string",
        _ => "other",
    }
}

/// What differs between a control as the lab lists it and as `v4l2-ctl` does.
fn differences(ours: &Json, word: &str, theirs: &Listed) -> Vec<String> {
    let mut differences = Vec::new();
    let mut compare = |what: &str, ours: String, theirs: String| {
        if ours != theirs {
            differences.push(format!("{word}: {what} is {ours}, and {theirs} by v4l2-ctl"));
        }
    };
    compare("name", as_word(ours["name"].as_str().expect("a name")), word.to_owned());
    let has_dimensions = theirs.facts.contains_key("dims");
    let kind = if has_dimensions { "other" } else { type_in_json(&theirs.kind) };
    compare("type", ours["type"].to_string(), format!("\"{kind}\""));
    let has = |flag| theirs.flags.contains(flag).to_string();
    compare("inactive", ours["inactive"].to_string(), has("inactive"));
    compare("readOnly", ours["readOnly"].to_string(), has("read-only"));
    if matches!(kind, "other" | "button") {
        return differences;
    }
    for fact in ["min", "max", "step", "default", "value"] {
        let Some(theirs) = theirs.facts.get(fact).filter(|_| fact != "value" || !theirs.flags.contains("volatile"))
        else {
            continue;
        };
        let as_listed = match (number(theirs), ours[fact].as_str()) {
            (_, Some(text)) => format!("'{text}'").split_whitespace().next().unwrap_or("'").to_owned(),
            _ => ours[fact].to_string(),
        };
        let theirs = match number(theirs) {
            // Bits are printed as a signed number.
            Some(number) if kind == "bitmask" => (number as u32).to_string(),
            Some(number) => number.to_string(),
            None => theirs.clone(),
        };
        compare(fact, as_listed, theirs);
    }
    let items = ours["items"].as_array().cloned().unwrap_or_default();
    let items: Vec<_> = items
        .iter()
        .map(|item| (item["index"].as_i64().expect("an index"), item["name"].as_str().expect("a name").to_owned()))
        .collect();
    let first_word = |name: &String| name.split(" (0x").next().unwrap_or_default().to_owned();
    let their_items: Vec<_> = theirs.items.iter().map(|(index, name)| (*index, first_word(name))).collect();
    compare("items", format!("{items:?}"), format!("{their_items:?}"));
    differences
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn controls_are_listed_as_v4l2_ctl_lists_them() {
    capture_lab::covers!("IMG-02", "IMG-08");
    let Some(results) = rig::results() else { return };
    let devices: Vec<Json> = serde_json::from_str(&results.text("controls.json")).expect("JSON");
    let camera = devices.iter().find(|device| device["node"] == "/dev/video0").expect("the first camera");
    let ours = camera["controls"].as_array().expect("controls");
    let theirs = listed_by_v4l2_ctl(&results.text("controls.txt"));
    let ids: Vec<_> = ours.iter().map(|control| control["id"].as_u64().expect("an id")).collect();
    assert_eq!(ids, theirs.keys().copied().collect::<Vec<_>>(), "the same controls, by id");
    assert!(ids.len() >= 40, "{} controls", ids.len());
    let differences: Vec<_> = ours
        .iter()
        .flat_map(|control| {
            let (word, listed) = &theirs[&control["id"].as_u64().expect("an id")];
            differences(control, word, listed)
        })
        .collect();
    assert!(differences.is_empty(), "{}", differences.join("\n"));
    for kind in ["integer", "integer64", "boolean", "menu", "integer-menu", "button", "bitmask", "string", "other"] {
        assert!(ours.iter().any(|control| control["type"] == kind), "no control of type {kind}");
    }
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_control_that_another_program_moves_is_told_within_a_second() {
    capture_lab::covers!("EXT-05");
    let Some(results) = rig::results() else { return };
    let step = results.step("controls-outside");
    let moved = results.number("controls-outside.moved");
    let changes = step.events("configurationchange");
    let (at, change) = changes.last().expect("a change");
    assert_eq!((changes.len(), &change["settings"]["brightness"]), (1, &Json::from(77)), "{changes:?}");
    assert!(at - moved <= TOLD_WITHIN, "told {} s after it was moved", at - moved);
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_constraint_on_brightness_sets_the_drivers_control() {
    capture_lab::covers!("IMG-01", "IMG-06");
    let Some(results) = rig::results() else { return };
    let step = results.step("controls-set");
    assert_eq!(step.status, 0, "{}", step.errors);
    let opened = &step.events("open")[0].1;
    assert_eq!(
        (&opened["settings"]["brightness"], &opened["settings"]["contrast"]),
        (&Json::from(42), &Json::from(200))
    );
    assert_eq!(results.text("controls-set.after").trim(), "brightness: 42\ncontrast: 200");
}
