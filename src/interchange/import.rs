//! Text of a web page to a request.

use crate::model::{ConstraintSet, MediaStreamConstraints, MediaTrackConstraints, Property, TrackKind};
use crate::selection::{Parsed, check_request};

use super::call::argument;
use super::error::ImportError;
use super::idl::{stream_constraints, track_constraints};
use super::lexer::Token;
use super::notes::Notes;
use super::reader::Reader;
use super::tree::{Node, Place, Script};

/// Longer texts are refused: bytes.
const LONGEST: usize = 1 << 20;

/// What a request was read from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// A call of `getUserMedia`.
    GetUserMedia,
    /// A call of `applyConstraints` on a track.
    ApplyConstraints,
    /// An object.
    Literal,
}

/// A request that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Import {
    /// What it was read from.
    pub source: Source,
    /// What it asks for. Constraints on a track are those of its kind, as far as their names tell it.
    pub constraints: MediaStreamConstraints,
    /// What was converted, clamped, rounded or left out on the way, a sentence each (CON-06, CON-08).
    pub notes: Vec<String>,
}

/// Reads a call of `getUserMedia` or `applyConstraints`, or the constraints that they are given, in JavaScript or JSON,
/// and converts its values as Web IDL does.
///
/// # Errors
/// `SyntaxError` where the text is not understood, `TypeError` where the web throws it or a limit is passed (CON-14), with
/// line and column. That neither kind is asked for is a note here; [`check_request`] makes it an error.
pub fn import(text: &str) -> Result<Import, ImportError> {
    let mut reader = read(text)?;
    let (source, node) = argument(&mut reader)?;
    let mut notes = reader.notes;
    let is_track = match source {
        Source::GetUserMedia => false,
        Source::ApplyConstraints => true,
        Source::Literal => is_track(&node),
    };
    let constraints = if is_track { of_track(&node, &mut notes)? } else { stream_constraints(&node, &mut notes)? };
    if let Err(error) = check_request(&constraints) {
        notes.add(error.message);
    }
    Ok(Import { source, constraints, notes: notes.into_sentences() })
}

/// Reads `MediaTrackConstraints`, whatever the kind of the track.
///
/// # Errors
/// As [`import`].
pub fn convert_track_constraints(text: &str) -> Result<Parsed<MediaTrackConstraints>, ImportError> {
    let mut reader = read(text)?;
    let node = reader.value(0)?;
    if reader.token != Token::End {
        return Err(reader.unexpected("the end of the text"));
    }
    let mut notes = reader.notes;
    let constraints = track_constraints(&node, None, &mut notes)?;
    Ok(Parsed { constraints, notes: notes.into_sentences() })
}

fn read(text: &str) -> Result<Reader<'_>, ImportError> {
    if text.len() > LONGEST {
        let size = text.len();
        return Err(Place::START.type_error(format!("a text may have {LONGEST} bytes at most, and this has {size}")));
    }
    Reader::new(text)
}

/// Whether an object is constraints on a track: it has their names, and neither `video` nor `audio`.
fn is_track(node: &Node) -> bool {
    let Script::Object(members) = &node.value else { return false };
    let is_stream = members.iter().any(|member| matches!(member.name.as_str(), "video" | "audio"));
    let is_of_track =
        |name: &str| matches!(name, "advanced" | "mandatory" | "optional") || name.parse::<Property>().is_ok();
    !is_stream && members.iter().any(|member| is_of_track(&member.name))
}

/// Constraints on a track whose kind only the names can tell.
fn of_track(node: &Node, notes: &mut Notes) -> Result<MediaStreamConstraints, ImportError> {
    let kind = kind_of(&track_constraints(node, None, &mut Notes::default())?);
    notes.add(format!("These are constraints on one track: they were read as those of {kind}."));
    let constraints = track_constraints(node, Some(kind), notes)?;
    Ok(match kind {
        TrackKind::Video => MediaStreamConstraints { video: Some(constraints), audio: None },
        TrackKind::Audio => MediaStreamConstraints { video: None, audio: Some(constraints) },
    })
}

/// Audio where a name is of audio and none of video.
fn kind_of(constraints: &MediaTrackConstraints) -> TrackKind {
    let sets = || std::iter::once(&constraints.basic).chain(&constraints.advanced);
    let has_none_of = |kind| sets().flat_map(ConstraintSet::iter).all(|(property, _)| property.applies_to(kind));
    let is_sound = has_none_of(TrackKind::Audio) && !has_none_of(TrackKind::Video);
    if is_sound { TrackKind::Audio } else { TrackKind::Video }
}
