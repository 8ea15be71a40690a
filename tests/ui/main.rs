//! The window through its accessibility tree, on virtual devices and a clock that the test moves.

mod capture;
mod colour;
mod compare;
mod controls;
mod editing;
mod exchange;
mod files;
mod measurements;
mod pictures;
mod remote;
mod support;
mod sweeps;
mod waiting;
mod window;
