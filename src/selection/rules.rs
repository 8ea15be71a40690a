//! What the algorithm may be told beside devices and constraints.

use crate::model::{Property, TrackKind, Value};

use super::capabilities::round10;

/// Differences of doubles up to this are none (CON-13).
const DOUBLE_EPSILON: f64 = 1e-5;

/// Which call selects.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Context {
    /// Names of the other kind are dropped (GUM-05), some names may not be required (GUM-04).
    #[default]
    GetUserMedia,
    /// All names count as they are written (APP-13).
    ApplyConstraints,
}

/// How to select. The readings that differ from the lab's own serve comparison with other programs.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a reading of its own; all combinations are possible")]
pub struct Rules {
    /// The kind of track.
    pub kind: TrackKind,
    /// Which call selects.
    pub context: Context,
    /// Whether the lab may crop, scale and leave out frames: `resizeMode` `crop-and-scale` (RSZ-03).
    pub resizes: bool,
    /// Whether any lower frame rate can be reached, not only whole fractions of the native one (FRM-01).
    pub any_rate: bool,
    /// Whether aspect ratios are compared as they are written, not rounded to ten decimals.
    pub literal_aspect: bool,
    /// Numbers that differ by no more are equal; `None` is the lab's reading, by property.
    pub epsilon: Option<f64>,
    /// Whether `exact` makes `min` and `max` void, as Chromium reads it (AMB-03).
    pub exact_overrides: bool,
    /// Whether required names of the other kind are void in `applyConstraints` too (AMB-06).
    pub ignores_inapplicable: bool,
    /// What is preferred among equals (SEL-06).
    pub defaults: Vec<(Property, Value)>,
}

impl Rules {
    /// The lab's reading of the standard.
    pub fn new(kind: TrackKind, context: Context) -> Self {
        Self {
            kind,
            context,
            resizes: matches!(kind, TrackKind::Video),
            any_rate: false,
            literal_aspect: false,
            epsilon: None,
            exact_overrides: false,
            ignores_inapplicable: false,
            defaults: vec![
                (Property::Width, Value::Number(640.0)),
                (Property::Height, Value::Number(480.0)),
                (Property::FrameRate, Value::Number(30.0)),
                (Property::EchoCancellation, Value::Boolean(true)),
            ],
        }
    }

    /// The same with scaling, or without.
    #[must_use]
    pub const fn resizing(mut self, resizes: bool) -> Self {
        self.resizes = resizes;
        self
    }

    /// Whether two numbers of a property count as equal (CON-13).
    pub(super) fn same(&self, property: Property, left: f64, right: f64) -> bool {
        let (left, right) = (self.normal(property, left), self.normal(property, right));
        (left - right).abs() <= self.epsilon.unwrap_or_else(|| epsilon(property))
    }

    /// A number as it is compared.
    pub(super) fn normal(&self, property: Property, number: f64) -> f64 {
        if property == Property::AspectRatio && !self.literal_aspect { round10(number) } else { number }
    }

    pub(super) fn default_number(&self, property: Property) -> Option<f64> {
        self.defaults.iter().find(|(other, _)| *other == property).and_then(|(_, default)| default.as_number())
    }
}

const fn epsilon(property: Property) -> f64 {
    match property {
        // Ten decimals are compared.
        Property::AspectRatio => 1e-11,
        Property::FrameRate | Property::Latency => DOUBLE_EPSILON,
        _ => 1e-9,
    }
}
