//! The verbs of the standard as pure functions: constraints from and to text, fitness distance, `SelectSettings`.

mod select;

pub use select::{Candidate, Selection, select};
