//! The standard's selection of settings, by worked examples, by an independent oracle, and by properties.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic)] // clippy knows tests by their attribute alone

mod bench;
mod devices;
mod examples;
mod explain;
mod exported;
mod model;
mod oracle;
mod program;
mod requirements;
mod scaling;
mod sentences;
mod text;
mod vectors;
