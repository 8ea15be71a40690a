//! What is to be captured, as the command line names it: constraints or a preset.

use std::path::Path;

use crate::model::MediaStreamConstraints;
use crate::presets::{self, Preset};
use crate::selection::{check_request, parse_constraints};
use crate::worker::Choice;

use super::Failure;
use super::args::Common;

/// Reads constraints, or a preset where the text names a file.
pub(super) fn read(text: &str, common: &Common) -> Result<(MediaStreamConstraints, Choice), Failure> {
    let path = Path::new(text);
    let (constraints, preset) = if is_json_file(text) {
        let json = std::fs::read_to_string(path)
            .map_err(|error| Failure::usage(format!("“{text}” cannot be read: {error}; see its name and folder.")))?;
        read_constraints(&json)?
    } else if is_preset(text) {
        read_preset(path)?
    } else if text.trim_start().starts_with('{') {
        read_constraints(text)?
    } else {
        return Err(neither(text));
    };
    check_request(&constraints)?;
    Ok((constraints, common.choice(preset)))
}

fn has_extension(text: &str, wanted: &str) -> bool {
    Path::new(text).extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

fn is_json_file(text: &str) -> bool {
    has_extension(text, "json") && !text.trim_start().starts_with('{')
}

fn neither(text: &str) -> Failure {
    let problem = if Path::new(text).is_dir() { "is a folder" } else { "is neither constraints nor a file" };
    Failure::usage(format!("“{text}” {problem}: write constraints such as '{{\"video\":true}}', or name a preset."))
}

fn is_preset(text: &str) -> bool {
    has_extension(text, "ron") || (!text.trim_start().starts_with('{') && Path::new(text).is_file())
}

fn read_preset(path: &Path) -> Result<(MediaStreamConstraints, Choice), Failure> {
    let (preset, warnings) = presets::load(path).map_err(|error| Failure::usage(error.to_string()))?;
    warn(&warnings);
    let Preset { constraints, devices, pixel_format, colour, controls, waits, .. } = preset;
    Ok((constraints, Choice { devices, pixel_format, colour, waits, controls }))
}

fn read_constraints(text: &str) -> Result<(MediaStreamConstraints, Choice), Failure> {
    let parsed = parse_constraints(text)
        .map_err(|error| Failure::usage(format!("The constraints are malformed at {error}.")))?;
    warn(&parsed.notes);
    Ok((parsed.constraints, Choice::default()))
}

fn warn(sentences: &[String]) {
    for sentence in sentences {
        log::warn!("{sentence}");
    }
}
