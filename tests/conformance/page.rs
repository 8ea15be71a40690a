//! `docs/conformance.md`.

use std::fmt::Write as _;

use crate::markers::Marker;
use crate::requirements::{LATER, Requirement};
use crate::{Conformance, REWRITE};

/// The chapters by the first family of ids in them.
const CHAPTERS: [(&str, &str); 19] = [
    ("ENUM", "Devices and enumeration"),
    ("GUM", "getUserMedia"),
    ("CON", "Constraint values"),
    ("FIT", "Fitness distance"),
    ("SEL", "SelectSettings"),
    ("OVR", "OverconstrainedError"),
    ("APP", "applyConstraints"),
    ("SET", "getConstraints, getCapabilities, getSettings"),
    ("RSZ", "resizeMode, size and frame rate"),
    ("PROP", "Properties"),
    ("TRK", "Track life cycle"),
    ("MUTE", "Muted and enabled"),
    ("STR", "MediaStream"),
    ("LEG", "Legacy pieces"),
    ("PERM", "Permissions and privacy"),
    ("SINK", "Media elements as sinks"),
    ("WA", "Web Audio, peer connections, canvas"),
    ("REC", "MediaRecorder"),
    ("EXT", "Statistics and changes from outside"),
];

/// What each kind of later work is, in the order of [`LATER`].
const WORKS: [&str; 11] = [
    "tests for the worker and the API, written at this moment",
    "camera controls, scaling and frame rates, rotation",
    "loudspeakers, listening in, sound processing",
    "the browser's view before capture, consent, revocation",
    "media elements that play a stream",
    "nodes in the manner of Web Audio, and canvases as sources",
    "peer connections",
    "the recorder panel: chunks, pauses, types",
    "extensions of the standard",
    "macOS and Windows",
    "not meant for a native program",
];

/// The whole page.
pub fn markdown(conformance: &Conformance) -> String {
    let mut page = String::from("# Conformance\n\n");
    page.push_str(&introduction(conformance));
    for requirement in &conformance.requirements {
        let chapter = CHAPTERS.iter().find(|(family, _)| requirement.id == format!("{family}-01"));
        if let Some((_, title)) = chapter {
            writeln!(
                page,
                "\n## {title}\n\n| id | level | what | tests, or why there is none yet |\n|---|---|---|---|"
            )
            .ok();
        }
        page.push_str(&row(conformance, requirement));
    }
    page
}

fn introduction(conformance: &Conformance) -> String {
    let (covered, open) = (conformance.tests.len(), conformance.open.len());
    let all = conformance.requirements.len();
    let mut text = format!(
        "What a native program owes to Media Capture and Streams and its neighbours, and which test checks it. \
         `tests/conformance`\nmakes this page from the `covers!` markers in the tests; do not edit it, but run\n\
         `{REWRITE}`.\n\nLevels: M the standards demand it, S they encourage it, O they leave it open, N our own \
         decision. A test in *italics* needs more\nthan base packages: `make test-full` runs it.\n\n\
         Of {all} requirements {covered} have a test and {open} are open:\n\n| open | what brings it |\n|---|---|\n"
    );
    for (later, work) in LATER.iter().zip(WORKS) {
        let count = conformance.open.iter().filter(|open| open.later == *later).count();
        if count > 0 {
            writeln!(text, "| {count} | {later}: {work} |").ok();
        }
    }
    text
}

fn row(conformance: &Conformance, requirement: &Requirement) -> String {
    let Requirement { id, level, title } = requirement;
    let open = conformance.open.iter().find(|open| open.id == *id);
    let last = match (conformance.tests.get(id), open) {
        (Some(markers), _) => tests(markers),
        (None, Some(open)) => format!("open ({}): {}", open.later, open.reason),
        (None, None) => String::new(),
    };
    format!("| {id} | {level:?} | {title} | {last} |\n")
}

fn tests(markers: &[Marker]) -> String {
    let mut names: Vec<String> = Vec::new();
    for marker in markers {
        let path = marker.file.trim_end_matches(".rs").trim_end_matches("/main");
        let name = format!("`{path}: {}`", marker.test.as_deref().unwrap_or_default());
        let name = if marker.is_ignored { format!("*{name}*") } else { name };
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names.join("<br>")
}

#[test]
fn every_chapter_begins_with_a_requirement() {
    let all = crate::requirements::all();
    let missing: Vec<_> =
        CHAPTERS.iter().filter(|(family, _)| !all.iter().any(|one| one.id == format!("{family}-01"))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}
