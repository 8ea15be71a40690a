//! Capture Lab: the web's [Media Capture and Streams](https://www.w3.org/TR/mediacapture-streams/) model on real
//! cameras and microphones, and a window to test them with.
//!
//! The layers, lowest first. A module uses only modules above it in this list (`tests/layers.rs` enforces it):
//!
//! | module | what it knows |
//! |---|---|
//! | [`model`] | the standard's nouns as plain data: no threads, no I/O, no clock |
//! | [`selection`] | the standard's verbs as pure functions: fitness distance, `SelectSettings`, parsing |
//! | [`interchange`] | both ways with the web: JavaScript to requests, requests to JavaScript, Rust and other programs |
//! | [`media`] | pictures and samples and how they move |
//! | [`measure`] | numbers from frames and samples |
//! | [`container`] | bytes in files |
//! | [`devices`] | cameras and microphones: the only place with device calls and with `unsafe` |
//! | [`record`] | frames and samples into a clip |
//! | [`worker`] | the thread that owns every source, track, stream and recorder |
//! | [`sweep`] | a camera's modes, one after the other, measured |
//! | [`api`] | the web's interfaces for a Rust program: thin handles on the worker |
//! | [`data_dir`], [`presets`], [`preferences`], [`dialogs`], [`text`] | what is kept, asked and said |
//! | [`command`] | every user action once |
//! | [`state`] | all that the window shows, as plain data |
//! | [`ui`] | draws the state, returns actions |
//! | [`app`] | the window |
//! | [`cli`] | the subcommands |

#[doc(hidden)]
pub mod covers;

pub mod model;

pub mod selection;

pub mod interchange;

pub mod media;

pub mod measure;

pub mod container;

pub mod devices;

pub mod record;

pub mod worker;

pub mod sweep;

pub mod api;

pub mod data_dir;
pub mod dialogs;
pub mod preferences;
pub mod presets;
pub mod text;

pub mod command;

pub mod state;

pub mod ui;

pub mod app;

pub mod cli;
