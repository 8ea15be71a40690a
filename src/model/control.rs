//! Controls of a camera: `MediaSettingsRange` and its like of the Image Capture specification.

use super::{Capability, Property, Value};

/// What a control can be set to.
#[derive(Clone, Debug, PartialEq)]
pub enum ControlRange {
    /// Numbers from `min` to `max`, both included, in steps from `min` (IMG-02). The unit is that of the property, for
    /// instance 100 µs for `exposureTime`.
    Numbers {
        /// The smallest.
        min: f64,
        /// The largest.
        max: f64,
        /// From one to the next; above 0.
        step: f64,
    },
    /// One of these words or booleans.
    Choices(Vec<Value>),
}

/// A control of a camera, which is a property of all tracks on it (IMG-01).
#[derive(Clone, Debug, PartialEq)]
pub struct Control {
    /// Which, for instance `zoom`.
    pub property: Property,
    /// What it can be.
    pub range: ControlRange,
    /// What it is: of a device in a list, where nobody asks for anything; of an open device, at the moment.
    pub value: Value,
}

impl Control {
    /// Its entry in `getCapabilities()`.
    pub fn capability(&self) -> Capability {
        match &self.range {
            ControlRange::Numbers { min, max, step } => Capability::Steps { min: *min, max: *max, step: *step },
            ControlRange::Choices(choices) => Capability::List(choices.clone()),
        }
    }

    /// The same with nothing to choose but what it is.
    #[must_use]
    pub fn pinned(&self) -> Self {
        let range = match (&self.range, self.value.as_number()) {
            (ControlRange::Numbers { step, .. }, Some(number)) => {
                ControlRange::Numbers { min: number, max: number, step: *step }
            }
            _ => ControlRange::Choices(vec![self.value.clone()]),
        };
        Self { range, ..self.clone() }
    }
}
