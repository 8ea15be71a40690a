//! Why a preset cannot be read or written.

use std::path::PathBuf;

use super::{LONGEST, VERSION};

/// Why a preset cannot be read or written: one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresetError {
    /// The file cannot be read.
    #[error("The preset {} cannot be read: {reason}; see its name and folder.", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The file is too long for a preset.
    #[error("The preset {} has more than {LONGEST} bytes: no preset needs them; see whether it is one.", path.display())]
    TooLong {
        /// The file.
        path: PathBuf,
    },
    /// The text is no preset.
    #[error("The preset {} is malformed at line {line}, column {column}: {message}.", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What was found or expected.
        message: String,
    },
    /// Another program wrote it.
    #[error(
        "The preset {} has version {version} (line {line}, column {column}), and this Capture Lab reads versions 1 to \
         {VERSION}: {}.",
        path.display(),
        if *version > VERSION { "open it with a newer one" } else { "save it anew, or correct its version" }
    )]
    UnknownVersion {
        /// The file.
        path: PathBuf,
        /// What it says of itself.
        version: u32,
        /// Where it says it, counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
    },
    /// The file cannot be written. The message says which and why.
    #[error("{0}")]
    Unwritable(String),
}
