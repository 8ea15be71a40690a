//! The command line as a process, on virtual devices.

#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on says so")]

mod compare;
mod mistakes;
mod output;
mod signals;
mod support;
mod sweeps;
mod waiting;
