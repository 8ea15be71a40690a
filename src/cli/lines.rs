//! Lines on standard output: JSON with the time since the first line, or text.

use std::cell::Cell;
use std::io::{self, Write as _};

use serde_json::{Map, Value as Json, json};

use crate::model::Timestamp;

use super::Status;
use super::json::rounded;

/// Prints one line. Ends the program where nobody reads any more (`… | head`), and with a sentence where the line cannot be
/// written.
pub(super) fn print(line: &str) {
    let mut out = io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => {
            eprintln!("capture-lab: Standard output cannot be written: {error}; see where it goes.");
            std::process::exit(i32::from(Status::Failed.code()));
        }
    }
}

/// Prints lines of JSON, each with `t`, the seconds since the first.
pub(super) struct Lines {
    origin: Timestamp,
    /// The time of the last line. What is told a moment late keeps its place in the order.
    last: Cell<Timestamp>,
}

impl Lines {
    /// The first line is at `origin`.
    pub const fn new(origin: Timestamp) -> Self {
        Self { origin, last: Cell::new(origin) }
    }

    /// Prints one line: `t`, `event`, and these members.
    pub fn print(&self, at: Timestamp, event: &str, members: Map<String, Json>) {
        let at = at.max(self.last.get());
        self.last.set(at);
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
