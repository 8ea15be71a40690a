//! Which requirement is checked by which test: `docs/conformance.md`, made from the markers in the tests.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)] // clippy knows tests by their attribute alone

mod markers;
mod page;
mod requirements;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use markers::{Marker, markers};
use requirements::{Open, Requirement};

const PAGE: &str = "docs/conformance.md";
const REWRITE: &str = "UPDATE_CONFORMANCE=1 cargo test --test conformance";

/// What is required, what is checked, and what is open.
struct Conformance {
    requirements: Vec<Requirement>,
    open: Vec<Open>,
    /// By id, in the order of the files.
    tests: BTreeMap<String, Vec<Marker>>,
    /// Markers that stand in no test.
    astray: Vec<Marker>,
}

impl Conformance {
    fn new(requirements: Vec<Requirement>, open: Vec<Open>, found: Vec<Marker>) -> Self {
        let (found, astray): (Vec<_>, Vec<_>) = found.into_iter().partition(|marker| marker.test.is_some());
        let mut tests: BTreeMap<String, Vec<Marker>> = BTreeMap::new();
        for marker in found {
            tests.entry(marker.id.clone()).or_default().push(marker);
        }
        Self { requirements, open, tests, astray }
    }

    /// What does not fit together, a sentence each.
    fn faults(&self) -> Vec<String> {
        let known = |id: &str| self.requirements.iter().any(|one| one.id == id);
        let opens = |id: &str| self.open.iter().filter(|open| open.id == id).count();
        let mut faults: Vec<_> =
            self.astray.iter().map(|at| format!("{} is marked in {}, but in no test.", at.id, at.file)).collect();
        for (id, markers) in &self.tests {
            if !known(id) {
                faults.push(format!("{id} is marked in {}, but is in no list of requirements.", markers[0].file));
            }
        }
        let unknown = self.open.iter().filter(|open| !known(&open.id));
        faults.extend(unknown.map(|open| format!("{} has a reason in open.ron, but is no requirement.", open.id)));
        for id in self.requirements.iter().map(|one| &one.id) {
            match (self.tests.contains_key(id), opens(id)) {
                (true, 0) | (false, 1) => {}
                (false, 0) => faults.push(format!("{id} has neither a test nor a reason in open.ron.")),
                (true, _) => faults.push(format!("{id} has a test now: take its line out of open.ron.")),
                (false, _) => faults.push(format!("{id} stands in open.ron more than once.")),
            }
        }
        faults
    }
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The Rust files of a folder, but for this test, which has markers as examples.
fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).expect("a folder");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    let is_this = |path: &Path| path.ends_with("tests/conformance") || path.ends_with("src/covers.rs");
    paths
        .into_iter()
        .filter(|path| !is_this(path))
        .flat_map(|path| match path.extension() {
            _ if path.is_dir() => sources(&path),
            Some(extension) if extension == "rs" => vec![path],
            _ => Vec::new(),
        })
        .collect()
}

fn all_markers() -> Vec<Marker> {
    let files = ["src", "tests"].into_iter().flat_map(|folder| sources(&root().join(folder)));
    files
        .flat_map(|file| {
            let path = file.strip_prefix(root()).expect("a file of the project").to_str().expect("a path");
            markers(&path.replace('\\', "/"), &fs::read_to_string(&file).expect("a file"))
        })
        .collect()
}

#[test]
fn every_requirement_has_a_test_or_a_reason_and_the_page_says_so() {
    let conformance = Conformance::new(requirements::all(), requirements::open(), all_markers());
    let faults = conformance.faults();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    let (page, path) = (page::markdown(&conformance), root().join(PAGE));
    if std::env::var_os("UPDATE_CONFORMANCE").is_some() {
        fs::write(&path, &page).expect("a page");
    }
    let there = fs::read_to_string(&path).unwrap_or_default().replace("\r\n", "\n");
    assert!(there == page, "{PAGE} is not what the tests say: make it anew by `{REWRITE}` and commit it.");
}

/// What is said of a list of two requirements with these reasons and these sources of one file.
fn said(open: &[&str], code: &str) -> Vec<String> {
    let requirement = |id: &str| Requirement { id: id.to_owned(), level: requirements::Level::M, title: String::new() };
    let reason = |id: &&str| Open { id: (*id).to_owned(), later: "in work".to_owned(), reason: String::new() };
    let found = markers("src/a.rs", code);
    let required = ["SEL-01", "SEL-02"].map(requirement).to_vec();
    Conformance::new(required, open.iter().map(reason).collect(), found).faults()
}

#[test]
fn what_does_not_fit_is_said() {
    let test = "#[test]\nfn one() {\n    covers!(\"SEL-01\");\n}\n";
    assert_eq!(said(&["SEL-02"], test), Vec::<String>::new());
    let cases: [(&[&str], &str, &str); 5] = [
        (&[], test, "SEL-02 has neither a test nor a reason in open.ron."),
        (&["SEL-01", "SEL-02"], test, "SEL-01 has a test now: take its line out of open.ron."),
        (&["SEL-02", "SEL-02"], test, "SEL-02 stands in open.ron more than once."),
        (&["SEL-02", "ABC-01"], test, "ABC-01 has a reason in open.ron, but is no requirement."),
        (
            &["SEL-01", "SEL-02"],
            &test.replace("SEL-01", "ABC-01"),
            "ABC-01 is marked in src/a.rs, but is in no list of requirements.",
        ),
    ];
    for (open, code, sentence) in cases {
        assert_eq!(said(open, code), [sentence]);
    }
    let helper = "fn helper() {\n    covers!(\"SEL-01\");\n}\n";
    assert_eq!(said(&["SEL-01", "SEL-02"], helper), ["SEL-01 is marked in src/a.rs, but in no test."]);
}
