//! Finds what a call is given: of `getUserMedia`, old and new, and of `applyConstraints`.

use super::error::ImportError;
use super::import::Source;
use super::lexer::Token;
use super::reader::Reader;
use super::tree::{Node, Place, Script};

/// Statements before the call that are read.
const MOST_STATEMENTS: usize = 100;

/// The names under which browsers have, or had, `getUserMedia`.
const CALLS: [&str; 4] = ["getUserMedia", "webkitGetUserMedia", "mozGetUserMedia", "msGetUserMedia"];

/// What stands before a value or a call.
enum Start {
    /// A call of this name.
    Call(Place, String),
    /// A value that was given a name before.
    Value(Node),
    /// A value that is to be read.
    Other,
}

/// What a text gives: the argument of the first call in it, or the value that it is.
pub(super) fn argument(reader: &mut Reader<'_>) -> Result<(Source, Node), ImportError> {
    for _ in 0..MOST_STATEMENTS {
        while reader.takes(';')? {}
        let mut name = declared(reader)?;
        let node = match start(reader, &mut name)? {
            Start::Call(place, call) => return given(reader, place, &call),
            Start::Value(node) => node,
            Start::Other => reader.value(0)?,
        };
        while reader.takes(';')? {}
        if reader.token == Token::End {
            return Ok((Source::Literal, node));
        }
        match name {
            Some(name) => reader.declare(name, node),
            None if matches!(node.value, Script::Text(_)) => {} // "use strict"
            None => return Err(reader.unexpected("the end of the text")),
        }
    }
    Err(reader.place.syntax_error(format!("expected a call among the first {MOST_STATEMENTS} statements")))
}

/// `const name =`, `let name =`, `var name =`, also exported or with a type as in TypeScript; with the name.
fn declared(reader: &mut Reader<'_>) -> Result<Option<String>, ImportError> {
    if reader.is_name("export") {
        reader.advance()?;
    }
    if !["const", "let", "var"].iter().any(|word| reader.is_name(word)) {
        return Ok(None);
    }
    reader.advance()?;
    let name = identifier(reader)?;
    if reader.takes(':')? {
        identifier(reader)?;
    }
    reader.expect('=', "“=”")?;
    Ok(Some(name))
}

fn identifier(reader: &mut Reader<'_>) -> Result<String, ImportError> {
    match &reader.token {
        Token::Name(name) => {
            let name = name.clone();
            reader.advance()?;
            Ok(name)
        }
        _ => Err(reader.unexpected("a name")),
    }
}

/// `await navigator.mediaDevices.getUserMedia` and its like, before `(`; or `this.stream =`, whose name it notes.
fn start(reader: &mut Reader<'_>, name: &mut Option<String>) -> Result<Start, ImportError> {
    loop {
        while ["await", "return"].iter().any(|word| reader.is_name(word)) {
            reader.advance()?;
        }
        if !matches!(&reader.token, Token::Name(name) if !is_value(name)) {
            return Ok(Start::Other);
        }
        let place = reader.place;
        let path = path(reader)?;
        let last = path.rsplit('.').next().unwrap_or_default().to_owned();
        if reader.is('(') {
            return Ok(Start::Call(place, last));
        }
        if name.is_none() && reader.takes('=')? {
            *name = Some(path);
            continue;
        }
        return match reader.named(&path, place, 0)? {
            Some(value) => Ok(Start::Value(Node { place, value })),
            None => Err(unknown(reader, place, &path)),
        };
    }
}

/// Names with points between them, or `?.`.
fn path(reader: &mut Reader<'_>) -> Result<String, ImportError> {
    let mut path = identifier(reader)?;
    loop {
        let is_optional = reader.takes('?')?;
        if !reader.takes('.')? {
            return if is_optional { Err(reader.unexpected("“.”")) } else { Ok(path) };
        }
        path.push('.');
        path.push_str(&identifier(reader)?);
    }
}

fn unknown(reader: &Reader<'_>, place: Place, path: &str) -> ImportError {
    let path = super::notes::cut(path);
    if reader.token == Token::End {
        place.syntax_error(format!("expected constraints or a call of getUserMedia, found “{path}”"))
    } else {
        reader.unexpected(&format!("“(” after “{path}”"))
    }
}

fn is_value(name: &str) -> bool {
    ["true", "false", "null", "undefined", "NaN", "Infinity", "Symbol", "function", "void"].contains(&name)
}

/// The first argument. Others are callbacks, of old calls; they and what follows the call are not read.
fn given(reader: &mut Reader<'_>, start: Place, call: &str) -> Result<(Source, Node), ImportError> {
    let source = match call {
        "applyConstraints" => Source::ApplyConstraints,
        call if CALLS.contains(&call) => Source::GetUserMedia,
        other => {
            let other = super::notes::cut(other);
            let message = format!("expected getUserMedia or applyConstraints, found a call of “{other}”");
            return Err(start.syntax_error(message));
        }
    };
    reader.advance()?;
    let place = reader.place;
    if reader.is(')') {
        return Ok((source, Node { place, value: Script::Undefined }));
    }
    let node = reader.value(0)?;
    if reader.is(',') || reader.is(')') { Ok((source, node)) } else { Err(reader.unexpected("“,” or “)”")) }
}
