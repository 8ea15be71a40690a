//! Files of version 1: there every value stood in brackets, as in `(ideal: [1280])`.

use serde::Deserialize;

use crate::model::{Constraint, Value};

use super::file::{ConstraintFile, PresetFile, SetFile, TrackFile};

/// The constraint on one property in version 1.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename = "Constraint", deny_unknown_fields)]
pub(super) struct OldConstraint {
    #[serde(default)]
    bare: Option<Vec<Value>>,
    #[serde(default)]
    min: Option<f64>,
    #[serde(default)]
    max: Option<f64>,
    #[serde(default)]
    exact: Option<Vec<Value>>,
    #[serde(default)]
    ideal: Option<Vec<Value>>,
}

impl From<OldConstraint> for Constraint {
    fn from(OldConstraint { bare, min, max, exact, ideal }: OldConstraint) -> Self {
        Self { bare, exact, ideal, min, max }
    }
}

/// A file of version 1 as one of version 2.
pub(super) fn migrated(old: PresetFile<OldConstraint>) -> PresetFile {
    let PresetFile { version: _, name, video, audio, devices, pixel_format, colour, controls, waits } = old;
    let (video, audio) = (video.map(track), audio.map(track));
    PresetFile { version: 2, name, video, audio, devices, pixel_format, colour, controls, waits }
}

fn track(old: TrackFile<OldConstraint>) -> TrackFile<ConstraintFile> {
    TrackFile { basic: set(old.basic), advanced: old.advanced.into_iter().map(set).collect() }
}

fn set(SetFile(old): SetFile<OldConstraint>) -> SetFile<ConstraintFile> {
    let migrated = |constraint| ConstraintFile::from(Constraint::from(constraint));
    SetFile(old.into_iter().map(|(property, constraint)| (property, migrated(constraint))).collect())
}
