//! The file as it is written, version 2: of each version the same but for the constraints on one property.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

use crate::model::{
    ColourOverride, Constraint, ConstraintSet, ControlValue, MediaStreamConstraints, MediaTrackConstraints,
    PixelFormat, Property, Value,
};
use crate::selection::{LONGEST_LIST, is_required};

use super::values::{Values, check, check_text};
use super::{Preset, VERSION};

/// A preset whose constraints are written as `C`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Preset", deny_unknown_fields, bound(deserialize = "C: Deserialize<'de> + Clone + Into<Constraint>"))]
pub(super) struct PresetFile<C = ConstraintFile> {
    pub version: u32,
    #[serde(default, deserialize_with = "short_text")]
    pub name: String,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub video: Option<TrackFile<C>>,
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub audio: Option<TrackFile<C>>,
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "short_texts")]
    pub devices: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pixel_format: Option<PixelFormat>,
    #[serde(default, skip_serializing_if = "ColourOverride::is_none")]
    pub colour: ColourOverride,
    #[serde(default, skip_serializing_if = "is_false")]
    pub waits: bool,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", deserialize_with = "few_controls")]
    pub controls: BTreeMap<String, ControlValue>,
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Track", deny_unknown_fields, bound(deserialize = "C: Deserialize<'de> + Clone + Into<Constraint>"))]
pub(super) struct TrackFile<C> {
    #[serde(default, skip_serializing_if = "SetFile::is_empty")]
    pub basic: SetFile<C>,
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty", deserialize_with = "short_list")]
    pub advanced: Vec<SetFile<C>>,
}

/// Constraints by property, each of the property's type.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct SetFile<C>(pub BTreeMap<Property, C>);

/// The constraint on one property. A single value stands without brackets.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename = "Constraint", deny_unknown_fields)]
pub(super) struct ConstraintFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bare: Option<Values>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<Values>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ideal: Option<Values>,
}

/// A number that is always refused: the error has its place.
pub(super) struct Refused;

impl<'de> Deserialize<'de> for Refused {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        u32::deserialize(deserializer)?;
        Err(D::Error::custom("unknown version"))
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
const fn is_false(value: &bool) -> bool {
    !*value
}

const fn none<T>() -> Option<T> {
    None
}

fn short_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    check_text(&text).map_err(D::Error::custom)?;
    Ok(text)
}

fn short_texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts: Vec<String> = short_list(deserializer)?;
    texts.iter().try_for_each(|text| check_text(text)).map_err(D::Error::custom)?;
    Ok(texts)
}

fn few_controls<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeMap<String, ControlValue>, D::Error> {
    let controls: BTreeMap<String, ControlValue> = BTreeMap::deserialize(deserializer)?;
    if controls.len() > LONGEST_LIST {
        return Err(D::Error::custom(format!("a preset may set {LONGEST_LIST} controls at most")));
    }
    let texts = controls.iter().flat_map(|(name, value)| [Some(name), value.as_text()]);
    texts.flatten().try_for_each(|text| check_text(text)).map_err(D::Error::custom)?;
    Ok(controls)
}

fn short_list<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let list = Vec::deserialize(deserializer)?;
    if list.len() > LONGEST_LIST {
        return Err(D::Error::custom(format!("a list may have {LONGEST_LIST} entries at most")));
    }
    Ok(list)
}

impl<C> Default for SetFile<C> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<C> SetFile<C> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de, C: Deserialize<'de> + Clone + Into<Constraint>> Deserialize<'de> for SetFile<C> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(SetVisitor(PhantomData))
    }
}

/// Checks each constraint where it stands, so that the error has its place.
struct SetVisitor<C>(PhantomData<C>);

impl<'de, C: Deserialize<'de> + Clone + Into<Constraint>> Visitor<'de> for SetVisitor<C> {
    type Value = SetFile<C>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("constraints by property, as {width: (ideal: 1280)}")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<SetFile<C>, A::Error> {
        let mut set = SetFile::default();
        while let Some(property) = map.next_key::<Property>()? {
            let written: C = map.next_value()?;
            check(property, &written.clone().into()).map_err(A::Error::custom)?;
            if set.0.insert(property, written).is_some() {
                return Err(A::Error::custom(format!("{property} stands here for the second time")));
            }
        }
        Ok(set)
    }
}

impl PresetFile {
    pub fn of(preset: &Preset) -> Self {
        Self {
            version: VERSION,
            name: preset.name.clone(),
            video: preset.constraints.video.as_ref().map(TrackFile::of),
            audio: preset.constraints.audio.as_ref().map(TrackFile::of),
            devices: preset.devices.clone(),
            pixel_format: preset.pixel_format,
            colour: preset.colour,
            waits: preset.waits,
            controls: preset.controls.clone(),
        }
    }

    pub fn into_preset(self) -> Preset {
        let constraints = MediaStreamConstraints {
            video: self.video.map(TrackFile::into_constraints),
            audio: self.audio.map(TrackFile::into_constraints),
        };
        Preset {
            name: self.name,
            constraints,
            devices: self.devices,
            pixel_format: self.pixel_format,
            colour: self.colour,
            waits: self.waits,
            controls: self.controls,
        }
    }
}

impl TrackFile<ConstraintFile> {
    fn of(constraints: &MediaTrackConstraints) -> Self {
        let advanced = constraints.advanced.iter().map(|set| SetFile::of(set, true)).collect();
        Self { basic: SetFile::of(&constraints.basic, false), advanced }
    }

    fn into_constraints(self) -> MediaTrackConstraints {
        let advanced = self.advanced.into_iter().map(SetFile::into_set).collect();
        MediaTrackConstraints { basic: self.basic.into_set(), advanced }
    }
}

impl SetFile<ConstraintFile> {
    fn of(set: &ConstraintSet, is_advanced: bool) -> Self {
        let kept = set.iter().filter_map(|(property, constraint)| {
            let kept = without_required_group(*property, constraint.clone(), is_advanced);
            (constraint.is_empty() || !kept.is_empty()).then(|| (*property, ConstraintFile::from(kept)))
        });
        Self(kept.collect())
    }

    fn into_set(self) -> ConstraintSet {
        let mut set = ConstraintSet::default();
        for (property, constraint) in self.0 {
            set.insert(property, constraint.into());
        }
        set
    }
}

/// A group may have another id at the next start (ENUM-10).
fn without_required_group(property: Property, mut constraint: Constraint, is_advanced: bool) -> Constraint {
    if property == Property::GroupId {
        constraint.exact = None;
        constraint.bare = constraint.bare.filter(|_| !is_advanced);
    }
    constraint
}

/// Whether a set, basic or advanced, requires something of a property.
pub(super) fn requires((set, is_advanced): (&ConstraintSet, bool), property: Property) -> bool {
    set.get(property).is_some_and(|one| is_required(one) || (is_advanced && one.bare.is_some()))
}

impl From<ConstraintFile> for Constraint {
    fn from(ConstraintFile { bare, min, max, exact, ideal }: ConstraintFile) -> Self {
        let list = |values: Option<Values>| values.map(|Values(list)| list);
        Self { bare: list(bare), exact: list(exact), ideal: list(ideal), min, max }
    }
}

impl From<Constraint> for ConstraintFile {
    fn from(Constraint { bare, exact, ideal, min, max }: Constraint) -> Self {
        let values = |list: Option<Vec<Value>>| list.map(Values);
        Self { bare: values(bare), min, max, exact: values(exact), ideal: values(ideal) }
    }
}
