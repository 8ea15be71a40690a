//! What is asked for: `MediaStreamConstraints`, `MediaTrackConstraints` and their parts.

use std::collections::BTreeMap;
use std::collections::btree_map::Iter;

use super::{Property, TrackKind, Value};

/// The constraint on one property: `ConstrainULong`, `ConstrainDouble`, `ConstrainDOMString`, `ConstrainBoolean` or
/// `ConstrainBooleanOrDOMString` (`#constraints`). A list of values means any of them. All members present hold
/// together (CON-04). Without any member it requires nothing (CON-07).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Constraint {
    /// A bare value or list: ideal in the basic set, exact in an advanced set (CON-03).
    pub bare: Option<Vec<Value>>,
    /// Required: one of these.
    pub exact: Option<Vec<Value>>,
    /// Wanted: one of these.
    pub ideal: Option<Vec<Value>>,
    /// Required of a number: at least this.
    pub min: Option<f64>,
    /// Required of a number: at most this.
    pub max: Option<f64>,
}

impl Constraint {
    /// A bare value.
    pub fn bare(value: impl Into<Value>) -> Self {
        Self { bare: Some(vec![value.into()]), ..Self::default() }
    }

    /// `{exact: value}`.
    pub fn exact(value: impl Into<Value>) -> Self {
        Self { exact: Some(vec![value.into()]), ..Self::default() }
    }

    /// `{ideal: value}`.
    pub fn ideal(value: impl Into<Value>) -> Self {
        Self { ideal: Some(vec![value.into()]), ..Self::default() }
    }

    /// Whether no member is present.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// `MediaTrackConstraintSet`: constraints by property.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ConstraintSet(BTreeMap<Property, Constraint>);

impl ConstraintSet {
    /// The constraint on a property.
    pub fn get(&self, property: Property) -> Option<&Constraint> {
        self.0.get(&property)
    }

    /// Sets the constraint on a property; an empty one removes it.
    pub fn set(&mut self, property: Property, constraint: Constraint) {
        if constraint.is_empty() {
            self.0.remove(&property);
        } else {
            self.0.insert(property, constraint);
        }
    }

    /// Puts a constraint in as it is. One without members stays: it asks for nothing, and yet a device that lacks the
    /// property is one farther away (FIT-05 comes before FIT-06).
    pub fn insert(&mut self, property: Property, constraint: Constraint) {
        self.0.insert(property, constraint);
    }

    /// The same with a constraint set.
    #[must_use]
    pub fn with(mut self, property: Property, constraint: Constraint) -> Self {
        self.set(property, constraint);
        self
    }

    /// Drops the properties for which `keep` is false.
    pub fn retain(&mut self, keep: impl Fn(Property) -> bool) {
        self.0.retain(|property, _| keep(*property));
    }

    /// All constraints, in the order of [`Property`].
    pub fn iter(&self) -> Iter<'_, Property, Constraint> {
        self.0.iter()
    }

    /// Whether nothing is constrained.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// `MediaTrackConstraints`: the basic set and the advanced sets, which are tried in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaTrackConstraints {
    /// The basic set.
    pub basic: ConstraintSet,
    /// The advanced sets, in order (CON-10).
    pub advanced: Vec<ConstraintSet>,
}

/// `MediaStreamConstraints`: which kinds of track are asked for. `None` stands for `false` or absent; `true` is
/// `Some` of empty constraints (GUM-01).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct MediaStreamConstraints {
    /// The constraints on the video track.
    pub video: Option<MediaTrackConstraints>,
    /// The constraints on the audio track.
    pub audio: Option<MediaTrackConstraints>,
}

impl MediaStreamConstraints {
    /// The constraints on the track of this kind.
    pub const fn of_kind(&self, kind: TrackKind) -> Option<&MediaTrackConstraints> {
        match kind {
            TrackKind::Audio => self.audio.as_ref(),
            TrackKind::Video => self.video.as_ref(),
        }
    }
}
