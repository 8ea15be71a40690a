//! Both ways with the web: a `getUserMedia` call, or constraints as a web page writes them, becomes a request, and a
//! request becomes JavaScript, Rust, or the command line of another program.
//!
//! Text becomes tokens (`lexer`), tokens a tree of JavaScript's values (`reader`), of a call its argument (`call`).
//! Old syntax becomes new (`legacy`), and Web IDL's conversions make constraints of the tree (`idl`), with a note for
//! each change.

mod call;
mod commands;
mod ecmascript;
mod error;
mod idl;
mod import;
mod javascript;
mod legacy;
mod lexer;
mod notes;
mod reader;
mod rust;
mod strings;
#[cfg(test)]
mod tests;
mod tree;

pub use commands::{shell_quoted, to_ffmpeg, to_recorder};
pub use error::{ImportError, ImportErrorName};
pub use import::{Import, Source, convert_track_constraints, import};
pub use javascript::to_javascript;
pub use rust::to_rust;
