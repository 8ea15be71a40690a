//! One value of a constrainable property.

use std::fmt;

use serde::{Deserialize, Serialize};

/// `Point2D` of the Image Capture specification: a place in the picture, each from 0 (left, top) to 1 (right, bottom).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Point {
    /// From the left edge.
    pub x: f64,
    /// From the top edge.
    pub y: f64,
}

impl Point {
    /// A point of the picture: what lies outside is moved to its edge (IMG-07).
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x: x.clamp(0.0, 1.0), y: y.clamp(0.0, 1.0) }
    }
}

/// A value of a setting, a capability or a constraint.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// true or false.
    Boolean(bool),
    /// An unsigned long or a double of the standard; finite.
    Number(f64),
    /// A `DOMString`, compared exactly (CON-11).
    Text(String),
    /// Points in the picture, in their order: `pointsOfInterest`.
    Points(Vec<Point>),
}

impl Value {
    /// The number, where it is one.
    pub const fn as_number(&self) -> Option<f64> {
        if let Self::Number(number) = self { Some(*number) } else { None }
    }

    /// The text, where it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The boolean, where it is one.
    pub const fn as_boolean(&self) -> Option<bool> {
        if let Self::Boolean(boolean) = self { Some(*boolean) } else { None }
    }
}

impl fmt::Display for Value {
    /// Numbers with at most four decimals; texts as they are.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Boolean(boolean) => boolean.fmt(f),
            Self::Number(number) => ((number * 1e4).round() / 1e4).fmt(f),
            Self::Text(text) => f.write_str(text),
            Self::Points(points) => {
                let points: Vec<_> = points.iter().map(|Point { x, y }| format!("{x} {y}")).collect();
                f.write_str(&points.join("; "))
            }
        }
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(f64::from(number))
    }
}

impl From<bool> for Value {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}
