//! JavaScript text to tokens: what constraints are written with, and no more.

use std::iter::Peekable;
use std::str::Chars;

use super::error::ImportError;
use super::strings;
use super::tree::Place;

/// What the text consists of.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Token {
    /// A name, or a word of the language.
    Name(String),
    /// A string, whatever its quotes.
    Text(String),
    /// A number without sign.
    Number(f64),
    /// Another character.
    Sign(char),
    /// `=>`.
    Arrow,
    /// Nothing is left.
    End,
}

impl Token {
    /// How messages name it.
    pub fn what(&self) -> String {
        match self {
            Self::Name(name) => format!("“{}”", super::notes::cut(name)),
            Self::Text(text) => format!("the string “{}”", super::notes::cut(text)),
            Self::Number(number) => format!("the number {number}"),
            Self::Sign(sign) => format!("“{sign}”"),
            Self::Arrow => "“=>”".to_owned(),
            Self::End => "the end of the text".to_owned(),
        }
    }
}

/// Takes a text apart, as far as it is asked.
pub(super) struct Lexer<'a> {
    pub(super) chars: Peekable<Chars<'a>>,
    place: Place,
    /// Whether a string had half of a character, which became U+FFFD.
    pub has_lone_surrogate: bool,
}

impl<'a> Lexer<'a> {
    pub fn new(text: &'a str) -> Self {
        // Editors of some systems put a mark before a text.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Self { chars: text.chars().peekable(), place: Place::START, has_lone_surrogate: false }
    }

    /// Where the next character stands.
    pub const fn place(&self) -> Place {
        self.place
    }

    pub(super) fn next_char(&mut self) -> Option<char> {
        let found = self.chars.next()?;
        if found == '\n' {
            self.place = Place { line: self.place.line + 1, column: 1 };
        } else {
            self.place.column += 1;
        }
        Some(found)
    }

    pub(super) fn peek_char(&mut self) -> Option<char> {
        self.chars.peek().copied()
    }

    pub(super) fn next_if(&mut self, is_wanted: impl Fn(char) -> bool) -> Option<char> {
        self.peek_char().filter(|found| is_wanted(*found))?;
        self.next_char()
    }

    /// The next token and its place.
    pub fn next_token(&mut self) -> Result<(Place, Token), ImportError> {
        self.skip_blanks()?;
        let place = self.place;
        let Some(first) = self.peek_char() else { return Ok((place, Token::End)) };
        let token = match first {
            '"' | '\'' | '`' => Token::Text(strings::read(self)?),
            '0'..='9' => Token::Number(self.number(place)?),
            '.' if self.is_fraction() => Token::Number(self.number(place)?),
            first if is_name_start(first) => Token::Name(self.name()),
            '\0' => return Err(place.syntax_error("a NUL byte stands here: the text is damaged")),
            sign => self.sign(sign),
        };
        Ok((place, token))
    }

    fn sign(&mut self, sign: char) -> Token {
        self.next_char();
        if sign == '=' && self.next_if(|next| next == '>').is_some() { Token::Arrow } else { Token::Sign(sign) }
    }

    fn is_fraction(&self) -> bool {
        let mut ahead = self.chars.clone();
        ahead.next();
        ahead.next().is_some_and(|next| next.is_ascii_digit())
    }

    /// Blanks and comments.
    fn skip_blanks(&mut self) -> Result<(), ImportError> {
        loop {
            while self.next_if(|next| next.is_whitespace() || next == '\u{feff}').is_some() {}
            if self.peek_char() != Some('/') {
                return Ok(());
            }
            let mut ahead = self.chars.clone();
            ahead.next();
            match ahead.next() {
                Some('/') => while self.next_if(|next| next != '\n').is_some() {},
                Some('*') => self.skip_comment()?,
                _ => return Ok(()),
            }
        }
    }

    fn skip_comment(&mut self) -> Result<(), ImportError> {
        let start = self.place;
        self.next_char();
        self.next_char();
        let mut before = ' ';
        while let Some(found) = self.next_char() {
            if before == '*' && found == '/' {
                return Ok(());
            }
            before = found;
        }
        Err(start.syntax_error("expected “*/” after this, found the end of the text"))
    }

    fn name(&mut self) -> String {
        let mut name = String::new();
        while let Some(next) = self.next_if(is_name_part) {
            name.push(next);
        }
        name
    }

    fn number(&mut self, place: Place) -> Result<f64, ImportError> {
        let mut text = String::new();
        while let Some(next) = self.next_if(|next| is_name_part(next) || next == '.') {
            text.push(next);
            // The sign of an exponent.
            if matches!(next, 'e' | 'E') && !text.starts_with("0x") && !text.starts_with("0X") {
                text.extend(self.next_if(|next| matches!(next, '+' | '-')));
            }
        }
        number(&text).ok_or_else(|| {
            let text = super::notes::cut(&text);
            place.syntax_error(format!("expected a number such as 640, 29.97, 1e3 or 0x280, found “{text}”"))
        })
    }
}

fn is_name_start(c: char) -> bool {
    c.is_alphabetic() || matches!(c, '_' | '$')
}

fn is_name_part(c: char) -> bool {
    is_name_start(c) || c.is_numeric()
}

/// A number as JavaScript writes it: `_` between digits, other bases, a point at either end.
fn number(text: &str) -> Option<f64> {
    let is_separated = text.split('_').all(|part| !part.is_empty());
    let is_between_digits = text.match_indices('_').all(|(at, _)| {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_hexdigit());
        digit(text[..at].chars().next_back()) && digit(text[at + 1..].chars().next())
    });
    if !is_separated || !is_between_digits {
        return None;
    }
    let digits = text.replace('_', "");
    if let Some((radix, digits)) = other_base(&digits) {
        return whole(digits, radix);
    }
    decimal(&digits)
}

fn other_base(text: &str) -> Option<(u32, &str)> {
    let (prefix, digits) = text.split_at_checked(2)?;
    let radix = match prefix {
        "0x" | "0X" => 16,
        "0o" | "0O" => 8,
        "0b" | "0B" => 2,
        _ => return None,
    };
    Some((radix, digits))
}

fn whole(digits: &str, radix: u32) -> Option<f64> {
    if digits.is_empty() {
        return None;
    }
    digits.chars().try_fold(0.0, |value, digit| Some(value * f64::from(radix) + f64::from(digit.to_digit(radix)?)))
}

fn decimal(text: &str) -> Option<f64> {
    let mut bytes = text.bytes();
    let is_octal = bytes.next() == Some(b'0') && bytes.next().is_some_and(|second| second.is_ascii_digit());
    // Rust reads inf, nan and signs too; JavaScript's strict code no leading zero.
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'+' | b'-'));
    if is_octal || !is_plain { None } else { text.parse().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Result<Vec<Token>, ImportError> {
        let mut lexer = Lexer::new(text);
        let mut tokens = Vec::new();
        loop {
            match lexer.next_token()?.1 {
                Token::End => return Ok(tokens),
                token => tokens.push(token),
            }
        }
    }

    #[test]
    fn numbers_are_read_as_javascript_writes_them() {
        let cases = [
            ("640", 640.0),
            (".5", 0.5),
            ("5.", 5.0),
            ("1e3", 1000.0),
            ("1E-3", 0.001),
            ("2.5e+2", 250.0),
            ("0x280", 640.0),
            ("0XE", 14.0),
            ("0b101", 5.0),
            ("0o17", 15.0),
            ("1_000_000", 1e6),
            ("0", 0.0),
            ("0.25", 0.25),
            ("1e999", f64::INFINITY),
        ];
        for (text, number) in cases {
            assert_eq!(tokens(text), Ok(vec![Token::Number(number)]), "{text}");
        }
    }

    #[test]
    fn what_javascript_takes_for_no_number_is_none() {
        for text in ["010", "1__0", "1_", "0x", "0b2", "1e", "1.2.3", "640px", "10n", "1_.5"] {
            let error = tokens(text).unwrap_err();
            assert_eq!((error.line, error.column), (1, 1), "{text}");
            assert!(error.message.contains(text), "{error}");
        }
    }

    #[test]
    fn comments_are_blanks_and_places_are_counted() {
        let mut lexer = Lexer::new("// one\n/* two\n* */ name");
        let (place, token) = lexer.next_token().unwrap();
        assert_eq!((place.line, place.column, token), (3, 6, Token::Name("name".to_owned())));
        assert!(tokens("/* for ever").unwrap_err().message.contains("*/"));
    }
}
