//! The verbs of the standard as pure functions: constraints from and to text, fitness distance, `SelectSettings`.

mod capabilities;
mod convert;
mod device;
mod explain;
mod failure;
mod fitness;
mod grid;
mod json;
mod mentions;
mod offered;
mod parse;
mod quick_hash;
mod request;
mod rules;
mod select;
mod sizes;
mod space;
mod subject;
mod write;

pub use capabilities::capabilities;
pub use device::{Forecast, Selection, forecast, select};
pub use explain::{ModeLine, Relaxation, modes, relaxations};
pub use failure::{Failure, why};
pub use fitness::{distance, is_required, total_distance};
pub use json::ParseError;
pub use offered::offered;
pub use parse::{Parsed, convert_track_constraints, parse_constraints, parse_track_constraints};
pub use request::{check_request, check_required};
pub use rules::{Context, Rules};
pub use select::{Candidate, Choice, choose, counted};
pub use subject::{Domain, Shape, Subject};
pub use write::{constraint_json, to_json, track_to_json};
