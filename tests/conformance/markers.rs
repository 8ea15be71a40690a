//! Finds `covers!("SEL-04")` in sources, with the test that it stands in.

/// One id in one marker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker {
    pub id: String,
    pub file: String,
    /// The name of the test; `None` where the marker stands in no test.
    pub test: Option<String>,
    /// Whether `make test` leaves the test out, because of what it needs.
    pub is_ignored: bool,
}

/// The function that a line belongs to, with its attributes.
#[derive(Clone, Debug, Default)]
struct Function {
    name: String,
    is_test: bool,
    is_ignored: bool,
}

/// All markers of a file. It goes by lines, which `cargo fmt` keeps as they should be.
pub fn markers(file: &str, code: &str) -> Vec<Marker> {
    let (mut current, mut next, mut found) = (Function::default(), Function::default(), Vec::new());
    for line in code.lines().map(str::trim).filter(|line| !line.starts_with("//")) {
        if line.starts_with("#[test]") {
            next.is_test = true;
        } else if line.starts_with("#[ignore") {
            next.is_ignored = true;
        } else if let Some(name) = function_name(line) {
            current = Function { name: name.to_owned(), ..std::mem::take(&mut next) };
        }
        for id in ids(line) {
            let test = current.is_test.then(|| current.name.clone());
            found.push(Marker { id: id.to_owned(), file: file.to_owned(), test, is_ignored: current.is_ignored });
        }
    }
    found
}

fn function_name(line: &str) -> Option<&str> {
    let words = ["pub(crate) ", "pub(super) ", "pub ", "const ", "async ", "unsafe "];
    let line = words.into_iter().fold(line, |line, word| line.strip_prefix(word).unwrap_or(line));
    let rest = line.strip_prefix("fn ")?;
    rest.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).next()
}

/// The ids of the markers on a line.
fn ids(line: &str) -> Vec<&str> {
    let Some((_, list)) = line.split_once("covers!(") else { return Vec::new() };
    let list = list.split(");").next().unwrap_or_default();
    list.split('"').skip(1).step_by(2).collect()
}

#[test]
fn a_marker_belongs_to_the_test_around_it() {
    let code = r#"
fn helper() {}

#[test]
fn one() {
    // covers!("SEL-09")
    capture_lab::covers!("SEL-01", "SEL-02"); // both
    let text = helper();
}

#[test]
#[ignore = "needs a machine"]
pub(super) fn two(modes in any_modes()) {
    covers!("SEL-03");
}

pub fn other() {
    crate::covers!("SEL-04");
}
"#;
    let found: Vec<_> = markers("src/a.rs", code)
        .into_iter()
        .map(|marker| (marker.id, marker.test.unwrap_or_default(), marker.is_ignored))
        .collect();
    let expected = [("SEL-01", "one", false), ("SEL-02", "one", false), ("SEL-03", "two", true), ("SEL-04", "", false)];
    assert_eq!(found, expected.map(|(id, test, is_ignored)| (id.to_owned(), test.to_owned(), is_ignored)));
}
