//! The verbs of the standard as pure functions: constraints from and to text, fitness distance, `SelectSettings`.

mod candidates;
mod capabilities;
mod failure;
mod fitness;
mod json;
mod parse;
mod request;
mod select;
mod write;

pub use capabilities::capabilities;
pub use fitness::{distance, is_required, total_distance};
pub use json::ParseError;
pub use parse::{Parsed, parse_constraints, parse_track_constraints};
pub use request::check_request;
pub use select::{Candidate, Selection, select};
pub use write::{to_json, track_to_json};
