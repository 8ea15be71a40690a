//! Presets: what is asked for, kept in a file that people can read and write.

mod error;
mod file;
#[cfg(test)]
mod tests;
mod values;
mod version1;

pub use error::PresetError;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read as _};
use std::path::Path;

use ron::extensions::Extensions;
use ron::ser::PrettyConfig;
use serde::Deserialize;

use crate::container::file::write_whole;
use crate::model::{ColourOverride, ControlValue, MediaStreamConstraints, PixelFormat, Property};

use file::PresetFile;

/// The version of the files that are written. Those of earlier versions are read and migrated.
const VERSION: u32 = 2;
/// Longer files are refused: bytes.
const LONGEST: u64 = 1 << 20;

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
    /// In which other colours than its driver says the pictures of the camera are read.
    pub colour: ColourOverride,
    /// Whether the request waits for a device that is not there.
    pub waits: bool,
    /// What controls of the camera are set to once it is open, by their names.
    pub controls: BTreeMap<String, ControlValue>,
}

#[derive(Deserialize)]
#[serde(rename = "Preset")]
struct JustVersion<V> {
    version: V,
}

/// Reads a preset of this version or an earlier one. Beside it come warnings, a sentence each.
///
/// # Errors
/// Where it cannot be read, is malformed or beyond a limit (CON-14; with line and column), or is of a version that is not
/// known. Then nothing of it is to be had.
pub fn load(path: &Path) -> Result<(Preset, Vec<String>), PresetError> {
    let bytes =
        read(path).map_err(|error| PresetError::Unreadable { path: path.to_owned(), reason: in_words(&error) })?;
    let (mut preset, warnings) = from_text(as_text(&bytes, path)?, path)?;
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

/// No more than is allowed, and one byte to tell that it is too much.
fn read(path: &Path) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    File::open(path)?.take(LONGEST + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn as_text<'a>(bytes: &'a [u8], path: &Path) -> Result<&'a str, PresetError> {
    if bytes.len() as u64 > LONGEST {
        return Err(PresetError::TooLong { path: path.to_owned() });
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|error| damaged(bytes.get(..error.valid_up_to()), path, "this is no UTF-8 text"))?;
    match bytes.iter().position(|byte| *byte == 0) {
        None => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Some(at) => Err(damaged(bytes.get(..at), path, "a NUL byte stands here: the file is damaged")),
    }
}

/// Wrong is what stands behind the sound part.
fn damaged(sound: Option<&[u8]>, path: &Path, message: &str) -> PresetError {
    let sound = String::from_utf8_lossy(sound.unwrap_or_default());
    let last_line = sound.rsplit('\n').next().unwrap_or_default();
    PresetError::Malformed {
        path: path.to_owned(),
        line: sound.matches('\n').count() + 1,
        column: last_line.chars().count() + 1,
        message: message.to_owned(),
    }
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
    let file = match version {
        1 => options().from_str(text).map(version1::migrated),
        VERSION => options().from_str(text),
        version => return Err(unknown_version(version, text, path)),
    };
    let preset = file.map_err(malformed)?.into_preset();
    let warnings = warnings(&preset);
    Ok((preset, warnings))
}

fn unknown_version(version: u32, text: &str, path: &Path) -> PresetError {
    // Read once more, to learn where it stands.
    let again = options().from_str::<JustVersion<file::Refused>>(text).map(|_| ());
    let place = again.map_or_else(|error| error.span.start, |()| ron::error::Position { line: 1, col: 1 });
    PresetError::UnknownVersion { path: path.to_owned(), version, line: place.line, column: place.col }
}

fn warnings(preset: &Preset) -> Vec<String> {
    let mut warnings = Vec::new();
    if preset.constraints == MediaStreamConstraints::default() {
        warnings.push("The preset asks for neither video nor audio.".to_owned());
    }
    let tracks = [&preset.constraints.video, &preset.constraints.audio];
    let requires_group = |set| file::requires(set, Property::GroupId);
    if tracks.into_iter().flatten().any(|track| {
        requires_group((&track.basic, false)) || track.advanced.iter().any(|set| requires_group((set, true)))
    }) {
        warnings.push("The preset requires a groupId, which may be another at the next start.".to_owned());
    }
    warnings
}

fn to_text(preset: &Preset) -> Result<String, PresetError> {
    let pretty = PrettyConfig::default().struct_names(false).compact_arrays(true);
    let text = options().to_string_pretty(&PresetFile::of(preset), pretty);
    text.map(|text| text + "\n")
        .map_err(|error| PresetError::Unwritable(format!("This preset cannot be written: {error}.")))
}

fn in_words(error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::NotFound => "there is no such file".to_owned(),
        io::ErrorKind::PermissionDenied => "you may not read it".to_owned(),
        _ => error.to_string(),
    }
}
