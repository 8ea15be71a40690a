//! The examples are good, and the documents name everything that there is.

use std::fs;
use std::path::Path;

use crate::devices::IdMaker;
use crate::media::FakeClock;

use super::super::load_text;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

#[test]
fn every_example_can_be_loaded_and_is_named() {
    let page = read("docs/virtual-devices.md");
    let mut count = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/virtual")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|end| end != "ron") {
            continue; // what one of them shows
        }
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let loaded = load_text(&fs::read_to_string(&path).unwrap(), &path, &IdMaker::default(), FakeClock::shared());
        let devices = loaded.unwrap_or_else(|error| panic!("{error}"));
        assert!(!devices.cameras.is_empty() || !devices.microphones.is_empty(), "{name}");
        assert!(page.contains(&format!("(../assets/virtual/{name})")), "the page does not name {name}");
        count += 1;
    }
    assert!(count >= 6);
}

#[test]
fn the_script_of_the_page_can_be_loaded() {
    let page = read("docs/virtual-devices.md");
    let blocks: Vec<_> = page.split("```ron\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert!(!blocks.is_empty());
    for script in blocks {
        super::Rig::camera(&format!("{},", script.trim()));
    }
}

fn is_on(page: &str, name: &str) -> bool {
    page.contains(&format!("`{name}`")) || page.contains(&format!("`{name}("))
}

/// The variants of an enumeration of this source text.
fn variants<'a>(source: &'a str, name: &str) -> Vec<&'a str> {
    let body = source.split(&format!("enum {name} {{\n")).nth(1).unwrap().split("\n}\n").next().unwrap();
    let lines = body.lines().filter_map(|line| line.strip_prefix("    "));
    let names = lines.filter(|line| line.starts_with(|first: char| first.is_ascii_uppercase()));
    names.map(|line| line.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap()).collect()
}

#[test]
fn page_and_schema_name_every_field_and_every_fault() {
    let (page, schema) = (read("docs/virtual-devices.md"), read("assets/virtual/schema.ron"));
    let faults = include_str!("../fault.rs");
    let description = include_str!("../description.rs");
    let camera = variants(faults, "CameraFault");
    assert!(camera.len() > 20, "{camera:?}");
    for name in camera.into_iter().chain(variants(include_str!("../microphone_fault.rs"), "MicrophoneFault")) {
        assert!(page.contains(&format!("`{name}")) && schema.contains(&format!("do: {name}")), "{name}");
    }
    for name in variants(faults, "Opening")
        .into_iter()
        .chain(variants(description, "Pattern"))
        .chain(variants(description, "SourceDescription"))
    {
        assert!(page.contains(&format!("`{name}")) && schema.contains(name), "{name}");
    }
    let sound = include_str!("../sound/description.rs");
    for name in variants(sound, "SoundDescription") {
        assert!(page.contains(&format!("`{name}")) && schema.contains(name), "{name}");
    }
    for structure in ["CameraDescription", "MicrophoneDescription", "RawModeGroup", "Defects"] {
        let description = match structure {
            "Defects" => sound,
            "MicrophoneDescription" => include_str!("../microphone_description.rs"),
            _ => description,
        };
        let body =
            description.split(&format!("struct {structure} {{\n")).nth(1).unwrap().split("\n}\n").next().unwrap();
        let fields = body.lines().map(|line| {
            line.trim_start().trim_start_matches("pub(super) ").trim_start_matches("pub(in super::super) ")
        });
        let fields = fields.filter(|line| !line.starts_with(['/', '#'])).filter_map(|line| line.split_once(':'));
        for (field, _) in fields {
            assert!(is_on(&page, field) && schema.contains(&format!("{field}: ")), "{field}");
        }
    }
}
