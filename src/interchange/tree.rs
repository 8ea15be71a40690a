//! JavaScript's values, and where they stand in the text.

use super::error::{ImportError, ImportErrorName};

/// A place in the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
}

impl Place {
    pub const START: Self = Self { line: 1, column: 1 };

    pub fn syntax_error(self, message: impl Into<String>) -> ImportError {
        self.error(ImportErrorName::SyntaxError, message.into())
    }

    pub fn type_error(self, message: impl Into<String>) -> ImportError {
        self.error(ImportErrorName::TypeError, message.into())
    }

    const fn error(self, name: ImportErrorName, message: String) -> ImportError {
        ImportError { name, line: self.line, column: self.column, message }
    }
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub place: Place,
    pub value: Script,
}

/// A value of JavaScript.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Script {
    Undefined,
    Null,
    Boolean(bool),
    /// Not only a finite one.
    Number(f64),
    Text(String),
    /// `Symbol()`: converts to nothing but true.
    Symbol,
    /// An object without members of its own.
    Function,
    List(Vec<Node>),
    Object(Vec<Member>),
}

/// A member of an object; of several with one name the last is kept.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub name: String,
    pub place: Place,
    pub node: Node,
}

impl Node {
    /// How many values it consists of, and how deep they are nested.
    pub fn extent(&self) -> (usize, usize) {
        let inner: Vec<&Self> = match &self.value {
            Script::List(list) => list.iter().collect(),
            Script::Object(members) => members.iter().map(|member| &member.node).collect(),
            _ => Vec::new(),
        };
        let extents = inner.into_iter().map(Self::extent);
        extents.fold((1, 1), |(size, depth), (one, inner)| (size + one, depth.max(inner + 1)))
    }
}

impl Script {
    /// What it is, for messages.
    pub const fn what(&self) -> &'static str {
        match self {
            Self::Undefined => "undefined",
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::Symbol => "a symbol",
            Self::Function => "a function",
            Self::List(_) => "an array",
            Self::Object(_) => "an object",
        }
    }

    /// Its members as a dictionary of Web IDL: nothing is an empty dictionary, and arrays and functions are objects that
    /// have none of the names that constraints know. `None` for what is no object.
    pub fn as_dictionary(&self) -> Option<&[Member]> {
        match self {
            Self::Object(members) => Some(members),
            Self::Undefined | Self::Null | Self::List(_) | Self::Function => Some(&[]),
            Self::Boolean(_) | Self::Number(_) | Self::Text(_) | Self::Symbol => None,
        }
    }

    /// A member of an object, unless it is undefined.
    pub fn member(&self, name: &str) -> Option<&Member> {
        let Self::Object(members) = self else { return None };
        members.iter().find(|member| member.name == name && member.node.value != Self::Undefined)
    }
}
