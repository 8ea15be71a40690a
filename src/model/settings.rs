//! The values in force: `MediaTrackSettings`.

use std::collections::BTreeMap;
use std::collections::btree_map::Iter;

use serde::{Deserialize, Serialize};

use super::{Property, Value};

/// `MediaTrackSettings`: one value per property that the track has (`#media-track-settings`). What the source is
/// configured for, never a measurement (SET-05).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Settings(BTreeMap<Property, Value>);

impl Settings {
    /// The value of a property; `None` where the track does not have it.
    pub fn get(&self, property: Property) -> Option<&Value> {
        self.0.get(&property)
    }

    /// The value of a numeric property.
    pub fn number(&self, property: Property) -> Option<f64> {
        self.get(property).and_then(Value::as_number)
    }

    /// The value of a string property.
    pub fn text(&self, property: Property) -> Option<&str> {
        self.get(property).and_then(Value::as_text)
    }

    /// Sets a value.
    pub fn set(&mut self, property: Property, value: impl Into<Value>) {
        self.0.insert(property, value.into());
    }

    /// The same with a value set.
    #[must_use]
    pub fn with(mut self, property: Property, value: impl Into<Value>) -> Self {
        self.set(property, value);
        self
    }

    /// Forgets all but these properties (SET-04).
    pub fn retain(&mut self, properties: &[Property]) {
        self.0.retain(|property, _| properties.contains(property));
    }

    /// All values, in the order of [`Property`].
    pub fn iter(&self) -> Iter<'_, Property, Value> {
        self.0.iter()
    }
}
