//! Finds what a call is given: of `getUserMedia`, old and new, and of `applyConstraints`.

use std::collections::HashMap;

use super::error::ImportError;
use super::import::Source;
use super::lexer::Token;
use super::reader::Reader;
use super::tree::{Node, Script};

/// Statements before the call that are read.
const MOST_STATEMENTS: usize = 100;

/// The names under which browsers had `getUserMedia` before it was one promise.
const CALLS: [&str; 4] = ["getUserMedia", "webkitGetUserMedia", "mozGetUserMedia", "msGetUserMedia"];

/// What a text gives: the argument of the first call in it, or the value that it is.
pub(super) fn argument(reader: &mut Reader<'_>) -> Result<(Source, Node), ImportError> {
    let mut names = HashMap::new();
    for _ in 0..MOST_STATEMENTS {
        while reader.takes(';')? {}
        let variable = declared(reader)?;
        if let Some(found) = call(reader, &names)? {
            return Ok(found);
        }
        let node = reader.value(0)?;
        while reader.takes(';')? {}
        if reader.token == Token::End {
            return Ok((Source::Literal, node));
        }
        let Some(variable) = variable else { return Err(reader.unexpected("the end of the text")) };
        names.insert(variable, node);
    }
    Err(reader.place.syntax_error(format!("expected a call among the first {MOST_STATEMENTS} statements")))
}

/// `const name =`, `let name =`, `var name =`, with the name.
fn declared(reader: &mut Reader<'_>) -> Result<Option<String>, ImportError> {
    if !["const", "let", "var"].iter().any(|word| reader.is_name(word)) {
        return Ok(None);
    }
    reader.advance()?;
    if !matches!(reader.token, Token::Name(_)) {
        return Err(reader.unexpected("a name"));
    }
    let Token::Name(name) = reader.advance()? else { return Ok(None) };
    reader.expect('=', "“=”")?;
    Ok(Some(name))
}

/// `await navigator.mediaDevices.getUserMedia(…)` and its like; `None` where a value stands.
fn call(reader: &mut Reader<'_>, names: &HashMap<String, Node>) -> Result<Option<(Source, Node)>, ImportError> {
    while ["await", "return"].iter().any(|word| reader.is_name(word)) {
        reader.advance()?;
    }
    let Token::Name(first) = &reader.token else { return Ok(None) };
    if is_value(first) {
        return Ok(None);
    }
    let start = reader.place;
    let mut last = String::new();
    let mut path = String::new();
    while let Token::Name(name) = &reader.token {
        last.clone_from(name);
        path = if path.is_empty() { last.clone() } else { format!("{path}.{last}") };
        reader.advance()?;
        let is_optional = reader.takes('?')?; // as in mediaDevices?.getUserMedia
        if !reader.takes('.')? {
            if is_optional {
                return Err(reader.unexpected("“.”"));
            }
            break;
        }
    }
    if !reader.is('(') {
        return match names.get(&path) {
            Some(node) => Ok(Some((Source::Literal, node.clone()))),
            None => Err(unknown(reader, start, &path)),
        };
    }
    let source = if CALLS.contains(&last.as_str()) {
        Source::GetUserMedia
    } else if last == "applyConstraints" {
        Source::ApplyConstraints
    } else {
        return Err(start.syntax_error(format!("expected getUserMedia or applyConstraints, found a call of “{last}”")));
    };
    reader.advance()?;
    given(reader, names).map(|node| Some((source, node)))
}

fn unknown(reader: &Reader<'_>, start: super::tree::Place, path: &str) -> ImportError {
    let path = super::notes::cut(path);
    if reader.token == Token::End {
        start.syntax_error(format!("expected constraints or a call of getUserMedia, found “{path}”"))
    } else {
        reader.unexpected(&format!("“(” after “{path}”"))
    }
}

fn is_value(name: &str) -> bool {
    ["true", "false", "null", "undefined", "NaN", "Infinity", "Symbol", "function", "void"].contains(&name)
}

/// The first argument. Others are callbacks, of old calls; they and what follows the call are not read.
fn given(reader: &mut Reader<'_>, names: &HashMap<String, Node>) -> Result<Node, ImportError> {
    let place = reader.place;
    if reader.is(')') {
        return Ok(Node { place, value: Script::Undefined });
    }
    if let Token::Name(name) = &reader.token
        && let Some(node) = names.get(name).cloned()
    {
        reader.advance()?;
        return end_of(reader, node);
    }
    let node = reader.value(0)?;
    end_of(reader, node)
}

fn end_of(reader: &Reader<'_>, node: Node) -> Result<Node, ImportError> {
    if reader.is(',') || reader.is(')') { Ok(node) } else { Err(reader.unexpected("“,” or “)”")) }
}
