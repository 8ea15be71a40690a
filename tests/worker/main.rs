//! The worker against virtual devices on a clock that stands still until the test moves it.

#![expect(missing_docs, reason = "tests")]

mod constraints;
mod faults;
mod open;
mod recording;
mod support;
