//! Why a text is no request.

use std::fmt;

/// What JavaScript would throw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImportErrorName {
    /// The text is not what the importer reads of JavaScript.
    SyntaxError,
    /// The text is sound, and Web IDL has no conversion for a value in it, or the value is beyond a limit (CON-14).
    TypeError,
}

impl fmt::Display for ImportErrorName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SyntaxError => "SyntaxError",
            Self::TypeError => "TypeError",
        })
    }
}

/// Why a text is no request, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ImportError {
    /// What JavaScript would throw.
    pub name: ImportErrorName,
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What was found and what was expected: no sentence end.
    pub message: String,
}
