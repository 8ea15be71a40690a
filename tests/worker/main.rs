//! The worker against virtual devices on a clock that stands still until the test moves it.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod colour;
mod constraints;
mod controls;
mod desks;
mod faults;
mod hung;
mod inputs;
mod measures;
mod microphones;
mod open;
mod permissions;
mod recording;
mod sequences;
mod sharing;
mod sources;
mod streams;
mod support;
mod sweeps;
mod waiting;
