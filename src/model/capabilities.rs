//! What a device can do: `MediaTrackCapabilities`.

use std::collections::BTreeMap;
use std::collections::btree_map::Iter;

use serde::{Deserialize, Serialize};

use super::{Property, Value};

/// What values one property can take.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Capability {
    /// `MediaSettingsRange` (IMG-02): both ends included, in steps from the smallest.
    Steps {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
        /// From one value to the next.
        step: f64,
    },
    /// `ULongRange` or `DoubleRange`: both ends included.
    Range {
        /// The smallest value.
        min: f64,
        /// The largest value.
        max: f64,
    },
    /// A list: the values of an enumeration, or `[false]`, `[true]`, `[false, true]` (SET-08..10).
    List(Vec<Value>),
    /// A single string: `deviceId` and `groupId` (SET-11).
    Text(String),
}

/// `MediaTrackCapabilities`: what values each property of a device can take (`#media-track-capabilities`). Ranges say
/// nothing about combinations (SET-02).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Capabilities(BTreeMap<Property, Capability>);

impl Capabilities {
    /// The capability; `None` where the device does not have the property.
    pub fn get(&self, property: Property) -> Option<&Capability> {
        self.0.get(&property)
    }

    /// Sets a capability.
    pub fn set(&mut self, property: Property, capability: Capability) {
        self.0.insert(property, capability);
    }

    /// The same with a range set.
    #[must_use]
    pub fn with_range(mut self, property: Property, min: f64, max: f64) -> Self {
        self.set(property, Capability::Range { min, max });
        self
    }

    /// The same with a list set.
    #[must_use]
    pub fn with_list<V: Into<Value>>(mut self, property: Property, list: impl IntoIterator<Item = V>) -> Self {
        self.set(property, Capability::List(list.into_iter().map(Into::into).collect()));
        self
    }

    /// All capabilities, in the order of [`Property`].
    pub fn iter(&self) -> Iter<'_, Property, Capability> {
        self.0.iter()
    }

    /// Whether the device has no property at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
