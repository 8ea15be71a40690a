//! JSON that knows where each value stands, so that an error can name line and column even where the JSON is sound and
//! its meaning is not.

use std::collections::HashSet;
use std::iter::Peekable;
use std::str::Chars;

/// Why a text is not what it should be, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {message}")]
pub struct ParseError {
    /// Counted from 1.
    pub line: usize,
    /// Counted from 1, in characters.
    pub column: usize,
    /// What was found and what was expected.
    pub message: String,
}

/// Where something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    line: usize,
    column: usize,
}

impl Place {
    pub fn error(self, message: impl Into<String>) -> ParseError {
        ParseError { line: self.line, column: self.column, message: message.into() }
    }
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Node {
    pub place: Place,
    pub value: NodeValue,
}

/// A JSON value.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NodeValue {
    Null,
    Boolean(bool),
    Number(f64),
    Text(String),
    List(Vec<Node>),
    Object(Vec<Member>),
}

/// A member of an object.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Member {
    pub name: String,
    pub place: Place,
    pub node: Node,
}

impl NodeValue {
    /// What it is, for messages.
    pub fn what(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a string",
            Self::List(_) => "a list",
            Self::Object(_) => "an object",
        }
    }
}

/// How deep values may be nested: constraints need six.
const DEPTH: usize = 32;

/// Reads one JSON value and nothing after it.
pub(super) fn read(text: &str) -> Result<Node, ParseError> {
    let mut reader = Reader { chars: text.chars().peekable(), place: Place { line: 1, column: 1 } };
    let node = reader.value(0)?;
    reader.skip_blanks();
    match reader.chars.peek() {
        None => Ok(node),
        Some(found) => Err(reader.place.error(format!("expected the end of the text, found “{found}”"))),
    }
}

struct Reader<'a> {
    chars: Peekable<Chars<'a>>,
    place: Place,
}

impl Reader<'_> {
    fn next(&mut self) -> Option<char> {
        let found = self.chars.next()?;
        if found == '\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
        Some(found)
    }

    fn skip_blanks(&mut self) {
        while self.chars.peek().is_some_and(char::is_ascii_whitespace) {
            self.next();
        }
    }

    /// What comes next, after blanks.
    fn peek(&mut self) -> Option<char> {
        self.skip_blanks();
        self.chars.peek().copied()
    }

    fn unexpected<T>(&mut self, expected: &str) -> Result<T, ParseError> {
        let found = self.chars.peek().map_or_else(|| "the end of the text".to_owned(), |next| format!("“{next}”"));
        Err(self.place.error(format!("expected {expected}, found {found}")))
    }

    fn expect(&mut self, wanted: char, expected: &str) -> Result<(), ParseError> {
        if self.peek() == Some(wanted) {
            self.next();
            return Ok(());
        }
        self.unexpected(expected)
    }

    fn value(&mut self, depth: usize) -> Result<Node, ParseError> {
        let next = self.peek();
        let place = self.place;
        if depth > DEPTH {
            return Err(place.error("this is nested too deeply for constraints"));
        }
        let value = match next {
            Some('{') => self.object(depth)?,
            Some('[') => self.list(depth)?,
            Some('"') => NodeValue::Text(self.text()?),
            Some('-' | '0'..='9') => self.number()?,
            Some('a'..='z') => self.word()?,
            _ => return self.unexpected("a value"),
        };
        Ok(Node { place, value })
    }

    fn object(&mut self, depth: usize) -> Result<NodeValue, ParseError> {
        self.next();
        let mut members: Vec<Member> = Vec::new();
        let mut names = HashSet::new();
        if self.peek() == Some('}') {
            self.next();
            return Ok(NodeValue::Object(members));
        }
        loop {
            let member = self.member(depth)?;
            if !names.insert(member.name.clone()) {
                return Err(member.place.error(format!("“{}” stands here for the second time", member.name)));
            }
            members.push(member);
            if self.goes_on('}', "“,” or “}”")? {
                continue;
            }
            return Ok(NodeValue::Object(members));
        }
    }

    fn member(&mut self, depth: usize) -> Result<Member, ParseError> {
        if self.peek() != Some('"') {
            return self.unexpected("a name in double quotes");
        }
        let place = self.place;
        let name = self.text()?;
        self.expect(':', "“:”")?;
        Ok(Member { name, place, node: self.value(depth + 1)? })
    }

    fn list(&mut self, depth: usize) -> Result<NodeValue, ParseError> {
        self.next();
        let mut list = Vec::new();
        if self.peek() == Some(']') {
            self.next();
            return Ok(NodeValue::List(list));
        }
        loop {
            list.push(self.value(depth + 1)?);
            if !self.goes_on(']', "“,” or “]”")? {
                return Ok(NodeValue::List(list));
            }
        }
    }

    /// After an item: whether another one comes.
    fn goes_on(&mut self, end: char, expected: &str) -> Result<bool, ParseError> {
        match self.peek() {
            Some(',') => {
                self.next();
                Ok(true)
            }
            Some(next) if next == end => {
                self.next();
                Ok(false)
            }
            _ => self.unexpected(expected),
        }
    }

    fn text(&mut self) -> Result<String, ParseError> {
        self.next();
        let mut text = String::new();
        loop {
            let place = self.place;
            match self.next() {
                Some('"') => return Ok(text),
                Some('\\') => text.push(self.escape(place)?),
                Some(control) if control < ' ' => return Err(place.error("expected “\"” before the end of the line")),
                Some(other) => text.push(other),
                None => return Err(place.error("expected “\"”, found the end of the text")),
            }
        }
    }

    fn escape(&mut self, place: Place) -> Result<char, ParseError> {
        match self.next() {
            Some(same @ ('"' | '\\' | '/')) => Ok(same),
            Some('n') => Ok('\n'),
            Some('t') => Ok('\t'),
            Some('r') => Ok('\r'),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('u') => self.code_point(place),
            _ => Err(place.error("expected one of \\\" \\\\ \\/ \\n \\t \\r \\b \\f \\u")),
        }
    }

    fn code_point(&mut self, place: Place) -> Result<char, ParseError> {
        let first = self.hex(place)?;
        let code = if (0xd800..0xdc00).contains(&first) {
            // The first half of a pair: of anything but the second half it makes no character.
            let second = if self.next() == Some('\\') && self.next() == Some('u') { self.hex(place)? } else { 0 };
            let half = second.checked_sub(0xdc00).filter(|half| *half < 0x400);
            half.map(|half| 0x10000 + ((first - 0xd800) << 10) + half)
        } else {
            Some(first)
        };
        code.and_then(char::from_u32).ok_or_else(|| place.error("this \\u sequence is no character"))
    }

    fn hex(&mut self, place: Place) -> Result<u32, ParseError> {
        (0..4).try_fold(0, |value, _| {
            let digit = self.next().and_then(|digit| digit.to_digit(16));
            digit
                .map(|digit| value * 16 + digit)
                .ok_or_else(|| place.error("expected four hexadecimal digits after \\u"))
        })
    }

    fn number(&mut self) -> Result<NodeValue, ParseError> {
        let place = self.place;
        let mut text = String::new();
        while let Some(next) = self.chars.next_if(|next| matches!(next, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')) {
            text.push(next);
            self.place.column += 1;
        }
        // JSON proper allows less than Rust: no leading zero, a digit on either side of the point. Rust reads more exactly.
        let is_json = serde_json::from_str::<f64>(&text).is_ok();
        let number = text.parse::<f64>().ok().filter(|number| is_json && number.is_finite());
        number.map(NodeValue::Number).ok_or_else(|| place.error(format!("“{text}” is no number")))
    }

    fn word(&mut self) -> Result<NodeValue, ParseError> {
        let place = self.place;
        let mut word = String::new();
        while let Some(next) = self.chars.next_if(char::is_ascii_alphanumeric) {
            word.push(next);
            self.place.column += 1;
        }
        match word.as_str() {
            "true" => Ok(NodeValue::Boolean(true)),
            "false" => Ok(NodeValue::Boolean(false)),
            "null" => Ok(NodeValue::Null),
            _ => {
                Err(place.error(format!("expected a value such as true, false, a number or a string, found “{word}”")))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_a_character_is_an_error() {
        assert_eq!(read(r#""\ud83d\ude00""#).unwrap().value, NodeValue::Text("😀".to_owned()));
        for half in [r#""\ud83d""#, r#""\ud83dmx""#, r#""\ud83d\u0041""#, r#""\ud83d\ud83d""#, r#""\ude00""#] {
            let error = read(half).unwrap_err();
            assert_eq!((error.line, error.column), (1, 2), "{half}: {error}");
            assert!(error.message.contains("no character"), "{half}: {error}");
        }
    }
}
