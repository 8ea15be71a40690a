//! The mode sweep: a camera is opened in each of its modes, one after the other, and what it delivers there is measured.
//!
//! [`plan`] says which modes, [`Sweep`] goes through them, [`SweepResult`] is what comes of it, as JSON and CSV too, and
//! [`compare`] lays it beside an earlier one. All of it is pure: [`Sweep`] is told the worker's events and the time, and says
//! which command comes next, so that the window and the command line drive the same thing.

mod backends;
mod compare;
mod file;
mod machine;
mod mode;
mod plan;
mod result;
mod take;
#[cfg(test)]
mod tests;

pub use backends::{Delivered, ModeLists, OnlyIn, Why, mode_lists};
pub use compare::{Change, Comparison, Difference, Quantity, RULE, compare};
pub use file::{SweepFileError, SweepFormat, read, sweep_format, to_csv, to_json};
pub use machine::{Options, Progress, Stage, Sweep};
pub use mode::SweepMode;
pub use plan::{Plan, Subset, plan};
pub use result::{Grade, Measured, ModeResult, Problem, SweepDevice, SweepResult, VERSION};

/// The longest file of a sweep that is read, in bytes: far more than any camera has modes.
pub const LONGEST_FILE: u64 = 64 << 20;
