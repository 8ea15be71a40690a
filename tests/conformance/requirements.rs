//! The lists beside this file: what is required, and what is open.

use serde::Deserialize;

/// How binding a requirement is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
pub enum Level {
    /// The standards demand it.
    M,
    /// They encourage it.
    S,
    /// They leave it open.
    O,
    /// The lab's own decision.
    N,
}

/// One requirement.
#[derive(Clone, Debug, Deserialize)]
pub struct Requirement {
    pub id: String,
    pub level: Level,
    pub title: String,
}

impl Requirement {
    /// The letters of its id, which name its chapter.
    pub fn family(&self) -> &str {
        self.id.split('-').next().unwrap_or(&self.id)
    }
}

/// A requirement that no test checks yet.
#[derive(Clone, Debug, Deserialize)]
pub struct Open {
    pub id: String,
    /// Which work brings it: one of [`LATER`].
    pub later: String,
    pub reason: String,
}

/// What may bring an open requirement, in the order in which the page counts it.
pub const LATER: [&str; 11] = [
    "in work",
    "cameras",
    "microphones",
    "permissions",
    "players",
    "nodes",
    "peer connections",
    "recorder",
    "extensions",
    "other systems",
    "never",
];

/// All requirements, in order.
pub fn all() -> Vec<Requirement> {
    let list: Vec<(String, Level, String)> = ron::from_str(include_str!("requirements.ron")).expect("requirements.ron");
    list.into_iter().map(|(id, level, title)| Requirement { id, level, title }).collect()
}

/// What is open.
pub fn open() -> Vec<Open> {
    let list: Vec<(String, String, String)> = ron::from_str(include_str!("open.ron")).expect("open.ron");
    list.into_iter().map(|(id, later, reason)| Open { id, later, reason }).collect()
}

#[test]
fn the_lists_are_whole() {
    let (all, open) = (all(), open());
    assert_eq!(all.len(), 253, "no requirement is lost");
    for (one, next) in all.iter().zip(&all[1..]) {
        assert!(one.family() != next.family() || one.id < next.id, "{} stands before {}", one.id, next.id);
    }
    assert!(all.iter().all(|one| capture_lab::covers::is_id(&one.id) && !one.title.is_empty()));
    let strange: Vec<_> = open.iter().filter(|open| !LATER.contains(&open.later.as_str())).collect();
    assert!(strange.is_empty(), "open.ron knows no such work: {strange:?}");
    assert!(open.iter().all(|open| !open.reason.is_empty()));
}
