//! Presets: what is asked for, kept in a file that people can read and write.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use ron::extensions::Extensions;
use ron::ser::PrettyConfig;
use serde::{Deserialize, Serialize};

use crate::container::file::write_whole;
use crate::model::{
    Constraint, ConstraintSet, MediaStreamConstraints, MediaTrackConstraints, PixelFormat, Property, Value,
};

/// The version of the files that are written.
const VERSION: u32 = 1;

/// What is asked for, and what the lab lets a tester fix beside it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Preset {
    /// For people; the file's name where the file has none.
    pub name: String,
    /// What is asked for.
    pub constraints: MediaStreamConstraints,
    /// Devices to choose from, as `--device` names them. Empty: all.
    pub devices: Vec<String>,
    /// The pixel format; `None` leaves it to the lab.
    pub pixel_format: Option<PixelFormat>,
}

/// Why a preset cannot be read or written: one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PresetError {
    /// The file cannot be read.
    #[error("The preset {} cannot be read: {reason}; see its name and folder.", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
    /// The text is no preset.
    #[error("The preset {} is malformed at line {line}, column {column}: {message}.", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Counted from 1.
        line: usize,
        /// Counted from 1.
        column: usize,
        /// What was found or expected.
        message: String,
    },
    /// Another program wrote it.
    #[error(
        "The preset {} has version {version}, and this Capture Lab reads version {VERSION}: {}.",
        path.display(),
        if *version > VERSION { "open it with a newer one" } else { "save it anew, or correct its version" }
    )]
    UnknownVersion {
        /// The file.
        path: PathBuf,
        /// What it says of itself.
        version: u32,
    },
    /// The file cannot be written. The message says which and why.
    #[error("{0}")]
    Unwritable(String),
}

/// The file, version 1.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename = "Preset", deny_unknown_fields)]
struct PresetFile {
    version: u32,
    #[serde(default)]
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    video: Option<TrackFile>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audio: Option<TrackFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    devices: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pixel_format: Option<PixelFormat>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename = "Track", deny_unknown_fields)]
struct TrackFile {
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    basic: BTreeMap<Property, ConstraintFile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    advanced: Vec<BTreeMap<Property, ConstraintFile>>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename = "Constraint", deny_unknown_fields)]
struct ConstraintFile {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    bare: Option<Vec<Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    max: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    exact: Option<Vec<Value>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ideal: Option<Vec<Value>>,
}

#[derive(Deserialize)]
#[serde(rename = "Preset")]
struct JustVersion {
    version: u32,
}

/// Reads a preset. Beside it come warnings, a sentence each.
///
/// # Errors
/// Where it cannot be read, is malformed (with line and column), or is of a version that is not known.
pub fn load(path: &Path) -> Result<(Preset, Vec<String>), PresetError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| PresetError::Unreadable { path: path.to_owned(), reason: in_words(&error) })?;
    let (mut preset, warnings) = from_text(&text, path)?;
    if preset.name.is_empty() {
        preset.name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
    }
    Ok((preset, warnings))
}

/// Writes a preset: the old file is there until the new one is complete. A `groupId` that is required is left out, since
/// it may be another at the next start (ENUM-10).
///
/// # Errors
/// Where the file cannot be written.
pub fn save(path: &Path, preset: &Preset) -> Result<(), PresetError> {
    let text = to_text(preset)?;
    write_whole(path, text.as_bytes(), true).map_err(|error| PresetError::Unwritable(error.message))
}

fn options() -> ron::Options {
    ron::Options::default().with_default_extension(Extensions::IMPLICIT_SOME | Extensions::UNWRAP_NEWTYPES)
}

fn from_text(text: &str, path: &Path) -> Result<(Preset, Vec<String>), PresetError> {
    let malformed = |error: ron::error::SpannedError| PresetError::Malformed {
        path: path.to_owned(),
        line: error.span.start.line,
        column: error.span.start.col,
        message: error.code.to_string(),
    };
    let JustVersion { version } = options().from_str(text).map_err(malformed)?;
    if version != VERSION {
        return Err(PresetError::UnknownVersion { path: path.to_owned(), version });
    }
    let file: PresetFile = options().from_str(text).map_err(malformed)?;
    let constraints =
        MediaStreamConstraints { video: file.video.map(to_constraints), audio: file.audio.map(to_constraints) };
    let mut warnings = Vec::new();
    if constraints == MediaStreamConstraints::default() {
        warnings.push("The preset asks for neither video nor audio.".to_owned());
    }
    let preset = Preset { name: file.name, constraints, devices: file.devices, pixel_format: file.pixel_format };
    Ok((preset, warnings))
}

fn to_text(preset: &Preset) -> Result<String, PresetError> {
    let file = PresetFile {
        version: VERSION,
        name: preset.name.clone(),
        video: preset.constraints.video.as_ref().map(to_file),
        audio: preset.constraints.audio.as_ref().map(to_file),
        devices: preset.devices.clone(),
        pixel_format: preset.pixel_format,
    };
    let pretty = PrettyConfig::default().struct_names(false).compact_arrays(true);
    let text = options().to_string_pretty(&file, pretty);
    text.map(|text| text + "\n")
        .map_err(|error| PresetError::Unwritable(format!("This preset cannot be written: {error}.")))
}

fn to_constraints(file: TrackFile) -> MediaTrackConstraints {
    MediaTrackConstraints { basic: to_set(file.basic), advanced: file.advanced.into_iter().map(to_set).collect() }
}

fn to_set(file: BTreeMap<Property, ConstraintFile>) -> ConstraintSet {
    file.into_iter().fold(ConstraintSet::default(), |set, (property, file)| {
        let ConstraintFile { bare, min, max, exact, ideal } = file;
        set.with(property, Constraint { bare, exact, ideal, min, max })
    })
}

fn to_file(constraints: &MediaTrackConstraints) -> TrackFile {
    TrackFile {
        basic: set_to_file(&constraints.basic, false),
        advanced: constraints.advanced.iter().map(|set| set_to_file(set, true)).collect(),
    }
}

fn set_to_file(set: &ConstraintSet, is_advanced: bool) -> BTreeMap<Property, ConstraintFile> {
    let without_requirement = |property: Property, mut constraint: Constraint| {
        if property == Property::GroupId {
            constraint.exact = None;
            constraint.bare = constraint.bare.filter(|_| !is_advanced);
        }
        constraint
    };
    set.iter()
        .map(|(property, constraint)| (*property, without_requirement(*property, constraint.clone())))
        .filter(|(_, constraint)| !constraint.is_empty())
        .map(|(property, Constraint { bare, exact, ideal, min, max })| {
            (property, ConstraintFile { bare, min, max, exact, ideal })
        })
        .collect()
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        _ => error.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::selection::parse_constraints;

    fn preset(json: &str) -> Preset {
        let constraints = parse_constraints(json).unwrap().constraints;
        Preset {
            name: "Test".to_owned(),
            constraints,
            devices: vec!["cam".to_owned()],
            pixel_format: Some(PixelFormat::MJPG),
        }
    }

    fn read(text: &str) -> Result<(Preset, Vec<String>), PresetError> {
        from_text(text, Path::new("test.ron"))
    }

    const FULL: &str = r#"{"video":{"width":{"min":320,"ideal":1280,"max":1920},"frameRate":29.97,"facingMode":{"exact":["user","left"]},
        "advanced":[{"width":1920},{"aspectRatio":{"exact":1.5}}]},"audio":{"echoCancellation":"all","sampleRate":{"exact":48000}}}"#;

    #[test]
    fn a_preset_comes_back_from_a_file_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("full.ron");
        save(&path, &preset(FULL)).unwrap();
        assert_eq!(load(&path).unwrap(), (preset(FULL), vec![]));
    }

    #[test]
    fn a_preset_is_readable_by_hand() {
        let hand = "(version: 1, video: (basic: {width: (ideal: [1280])}), audio: ())";
        let (read, warnings) = read(hand).unwrap();
        let asked = parse_constraints(r#"{"video":{"width":{"ideal":1280}},"audio":true}"#).unwrap().constraints;
        assert_eq!((read.constraints, warnings), (asked, vec![]));
        assert!(to_text(&preset(FULL)).unwrap().contains("width: ("));
    }

    #[test]
    fn what_is_wrong_is_said_with_its_place() {
        let message = |text: &str| read(text).unwrap_err().to_string();
        let misspelt = message("(\n    version: 1,\n    video: (basic: {widht: (ideal: [1280])}),\n)");
        assert!(misspelt.contains("line 3") && misspelt.contains("widht"), "{misspelt}");
        assert!(message("(version: 1, video").contains("line 1"));
        assert!(message("(version: 7, future: true)").contains("version 7"));
        assert!(message("").contains("malformed"));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = load(Path::new("nowhere.ron")).unwrap_err().to_string();
        assert_eq!(error, "The preset nowhere.ron cannot be read: there is no such file; see its name and folder.");
    }

    #[test]
    fn a_required_group_is_not_kept() {
        crate::covers!("ENUM-10");
        let kept = preset(r#"{"video":{"groupId":{"exact":"g","ideal":"h"},"advanced":[{"groupId":"g"}]}}"#);
        let (read, _) = read(&to_text(&kept).unwrap()).unwrap();
        let left = parse_constraints(r#"{"video":{"groupId":{"ideal":"h"},"advanced":[{}]}}"#).unwrap().constraints;
        assert_eq!(read.constraints, left);
    }

    proptest! {
        #[test]
        fn any_number_comes_back(width in any::<u32>(), rate in 0.0_f64..1000.0) {
            let mut kept = preset(r#"{"video":true}"#);
            let basic = ConstraintSet::default()
                .with(Property::Width, Constraint::exact(width))
                .with(Property::FrameRate, Constraint { max: Some(rate), ..Constraint::ideal(rate) });
            kept.constraints.video = Some(MediaTrackConstraints { basic, advanced: vec![] });
            prop_assert_eq!(read(&to_text(&kept).unwrap()).unwrap().0, kept);
        }
    }
}
