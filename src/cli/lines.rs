//! Lines on standard output: JSON with the time since the first line, or text.

use std::io::{self, Write as _};

use serde_json::{Map, Value as Json, json};

use crate::model::Timestamp;

use super::json::rounded;

/// Prints one line, or ends the program where nobody reads any more (`… | head`).
pub(super) fn print(line: &str) {
    let mut out = io::stdout().lock();
    if writeln!(out, "{line}").and_then(|()| out.flush()).is_err() {
        std::process::exit(0);
    }
}

/// Prints lines of JSON, each with `t`, the seconds since the first.
pub(super) struct Lines {
    origin: Timestamp,
}

impl Lines {
    /// The first line is at `origin`.
    pub const fn new(origin: Timestamp) -> Self {
        Self { origin }
    }

    /// Prints one line: `t`, `event`, and these members.
    pub fn print(&self, at: Timestamp, event: &str, members: Map<String, Json>) {
        let mut line = Map::new();
        line.insert("t".to_owned(), rounded(at.since(self.origin).as_secs_f64(), 3));
        line.insert("event".to_owned(), json!(event));
        line.extend(members);
        print(&Json::Object(line).to_string());
    }
}

/// The members of a JSON object.
pub(super) fn members(object: Json) -> Map<String, Json> {
    match object {
        Json::Object(members) => members,
        _ => Map::new(),
    }
}
