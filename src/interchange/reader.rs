//! Tokens to JavaScript's values: literals, and sums of numbers.

use std::collections::HashMap;

use super::error::ImportError;
use super::lexer::{Lexer, Token};
use super::notes::Notes;
use super::tree::{Member, Node, Place, Script};

/// How deep values may be nested: constraints need six.
const DEPTH: usize = 32;

/// How many values names may stand for in all: each use is a copy, and copies of copies would grow without end.
const MOST_COPIED: usize = 10_000;

/// Reads values, one token ahead.
pub(super) struct Reader<'a> {
    lexer: Lexer<'a>,
    /// The next token.
    pub token: Token,
    /// Where it stands.
    pub place: Place,
    pub notes: Notes,
    names: HashMap<String, Node>,
    copied: usize,
}

impl<'a> Reader<'a> {
    pub fn new(text: &'a str) -> Result<Self, ImportError> {
        let mut lexer = Lexer::new(text);
        let (place, token) = lexer.next_token()?;
        Ok(Self { lexer, token, place, notes: Notes::default(), names: HashMap::new(), copied: 0 })
    }

    /// Takes the next token.
    pub fn advance(&mut self) -> Result<Token, ImportError> {
        let (place, token) = self.lexer.next_token()?;
        self.place = place;
        if self.lexer.has_lone_surrogate {
            self.lexer.has_lone_surrogate = false;
            let line = place.line;
            self.notes.add(format!("Half of a character in a string near line {line} was read as “\u{fffd}”."));
        }
        Ok(std::mem::replace(&mut self.token, token))
    }

    pub fn is(&self, sign: char) -> bool {
        self.token == Token::Sign(sign)
    }

    pub fn is_name(&self, name: &str) -> bool {
        matches!(&self.token, Token::Name(found) if found == name)
    }

    /// From here on the name stands for the value.
    pub fn declare(&mut self, name: String, node: Node) {
        self.names.insert(name, node);
    }

    /// The value that a name was given before; `None` where it was given none.
    pub fn named(&mut self, name: &str, place: Place, depth: usize) -> Result<Option<Script>, ImportError> {
        let Some(node) = self.names.get(name) else { return Ok(None) };
        let (size, inner) = node.extent();
        self.copied += size;
        if self.copied > MOST_COPIED || depth + inner > DEPTH {
            return Err(place.syntax_error(format!("“{}” stands for too much here", super::notes::cut(name))));
        }
        Ok(Some(node.value.clone()))
    }

    /// Takes a sign, where it comes next.
    pub fn takes(&mut self, sign: char) -> Result<bool, ImportError> {
        let found = self.is(sign);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    pub fn expect(&mut self, sign: char, expected: &str) -> Result<(), ImportError> {
        if self.takes(sign)? { Ok(()) } else { Err(self.unexpected(expected)) }
    }

    pub fn unexpected(&self, expected: &str) -> ImportError {
        self.place.syntax_error(format!("expected {expected}, found {}", self.token.what()))
    }

    /// A value; numbers may be summed, as in `16 / 9`.
    pub fn value(&mut self, depth: usize) -> Result<Node, ImportError> {
        if depth > DEPTH {
            return Err(self.place.syntax_error("this is nested too deeply for constraints"));
        }
        let mut left = self.product(depth)?;
        while let Token::Sign(sign @ ('+' | '-')) = self.token {
            left = self.combined(left, sign, depth, Self::product)?;
        }
        Ok(left)
    }

    fn product(&mut self, depth: usize) -> Result<Node, ImportError> {
        let mut left = self.unary(depth)?;
        while let Token::Sign(sign @ ('*' | '/' | '%')) = self.token {
            left = self.combined(left, sign, depth, Self::unary)?;
        }
        Ok(left)
    }

    fn combined(
        &mut self,
        left: Node,
        sign: char,
        depth: usize,
        right: fn(&mut Self, usize) -> Result<Node, ImportError>,
    ) -> Result<Node, ImportError> {
        let place = self.place;
        self.advance()?;
        let right = right(self, depth)?;
        let (Script::Number(one), Script::Number(two)) = (&left.value, &right.value) else {
            return Err(place.syntax_error(format!("expected numbers on both sides of “{sign}”")));
        };
        let number = match sign {
            '+' => one + two,
            '-' => one - two,
            '*' => one * two,
            '/' => one / two,
            _ => one % two,
        };
        Ok(Node { place: left.place, value: Script::Number(number) })
    }

    /// A value with signs before it; `!0` and `void 0` are how tools write true and undefined.
    fn unary(&mut self, depth: usize) -> Result<Node, ImportError> {
        let place = self.place;
        let sign = match self.token {
            Token::Sign(sign @ ('+' | '-' | '!')) => sign,
            Token::Name(ref name) if name == "void" => 'v',
            _ => return self.primary(depth),
        };
        if depth >= DEPTH {
            return Err(place.syntax_error("this is nested too deeply for constraints"));
        }
        self.advance()?;
        let operand = self.unary(depth + 1)?;
        let value = match (sign, operand.value) {
            ('+', Script::Number(number)) => Script::Number(number),
            ('-', Script::Number(number)) => Script::Number(-number),
            ('!', Script::Number(number)) => Script::Boolean(number == 0.0 || number.is_nan()),
            ('!', Script::Boolean(boolean)) => Script::Boolean(!boolean),
            ('v', _) => Script::Undefined,
            (sign, _) => return Err(operand.place.syntax_error(format!("expected a number after “{sign}”"))),
        };
        Ok(Node { place, value })
    }

    fn primary(&mut self, depth: usize) -> Result<Node, ImportError> {
        let place = self.place;
        let value = match &self.token {
            Token::Sign('{') => self.object(depth)?,
            Token::Sign('[') => self.list(depth)?,
            Token::Sign('(') => return self.parenthesised(depth),
            Token::Name(_) => self.word(depth)?,
            Token::Text(_) | Token::Number(_) => match self.advance()? {
                Token::Text(text) => Script::Text(text),
                Token::Number(number) => Script::Number(number),
                _ => Script::Undefined,
            },
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { place, value })
    }

    fn parenthesised(&mut self, depth: usize) -> Result<Node, ImportError> {
        self.advance()?;
        let node = self.value(depth + 1)?;
        self.expect(')', "“)”")?;
        Ok(node)
    }

    fn word(&mut self, depth: usize) -> Result<Script, ImportError> {
        let value = match &self.token {
            Token::Name(name) => match name.as_str() {
                "true" => Script::Boolean(true),
                "false" => Script::Boolean(false),
                "null" => Script::Null,
                "undefined" => Script::Undefined,
                "NaN" => Script::Number(f64::NAN),
                "Infinity" => Script::Number(f64::INFINITY),
                "Symbol" => return self.symbol(),
                "function" => return self.function(),
                name => {
                    let (name, place) = (name.to_owned(), self.place);
                    self.named(&name, place, depth)?.ok_or_else(|| {
                        self.unexpected("a value such as true, 640 or \"user\", or a name that was given one")
                    })?
                }
            },
            _ => return Err(self.unexpected("a value")),
        };
        self.advance()?;
        Ok(value)
    }

    /// `Symbol()` or `Symbol("name")`.
    fn symbol(&mut self) -> Result<Script, ImportError> {
        self.advance()?;
        self.expect('(', "“(” after Symbol")?;
        if matches!(self.token, Token::Text(_)) {
            self.advance()?;
        }
        self.expect(')', "“)”")?;
        Ok(Script::Symbol)
    }

    /// `function name(…) {…}`, of which nothing is read.
    fn function(&mut self) -> Result<Script, ImportError> {
        self.advance()?;
        if matches!(self.token, Token::Name(_)) {
            self.advance()?;
        }
        self.skip('(', ')')?;
        self.skip('{', '}')?;
        Ok(Script::Function)
    }

    /// Skips all between two signs and the signs.
    fn skip(&mut self, open: char, close: char) -> Result<(), ImportError> {
        self.expect(open, &format!("“{open}”"))?;
        let mut depth = 1_usize;
        while depth > 0 {
            match self.token {
                Token::Sign(sign) if sign == open => depth += 1,
                Token::Sign(sign) if sign == close => depth -= 1,
                Token::End => return Err(self.unexpected(&format!("“{close}”"))),
                _ => {}
            }
            self.advance()?;
        }
        Ok(())
    }

    fn object(&mut self, depth: usize) -> Result<Script, ImportError> {
        self.advance()?;
        let mut members: Vec<Member> = Vec::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        while !self.takes('}')? {
            let member = self.member(depth)?;
            if let Some(earlier) = places.get(&member.name).and_then(|place| members.get_mut(*place)) {
                let (name, line) = (super::notes::cut(&member.name), member.place.line);
                self.notes.add(format!("“{name}” stands twice; the last one, in line {line}, counts."));
                *earlier = member;
            } else {
                places.insert(member.name.clone(), members.len());
                members.push(member);
            }
            if !self.is('}') {
                self.expect(',', "“,” or “}”")?;
            }
        }
        Ok(Script::Object(members))
    }

    fn member(&mut self, depth: usize) -> Result<Member, ImportError> {
        let place = self.place;
        if !matches!(self.token, Token::Name(_) | Token::Text(_) | Token::Number(_)) {
            return Err(self.unexpected("a name or “}”"));
        }
        let name = match self.advance()? {
            Token::Name(name) | Token::Text(name) => name,
            Token::Number(number) => super::ecmascript::number_text(number),
            _ => String::new(),
        };
        self.expect(':', "“:”")?;
        Ok(Member { name, place, node: self.value(depth + 1)? })
    }

    fn list(&mut self, depth: usize) -> Result<Script, ImportError> {
        self.advance()?;
        let mut list = Vec::new();
        while !self.takes(']')? {
            list.push(self.value(depth + 1)?);
            if !self.is(']') {
                self.expect(',', "“,” or “]”")?;
            }
        }
        Ok(Script::List(list))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Result<Script, ImportError> {
        Ok(Reader::new(text)?.value(0)?.value)
    }

    fn number(text: &str) -> f64 {
        match value(text) {
            Ok(Script::Number(number)) => number,
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn sums_of_numbers_are_computed() {
        let cases = [
            ("16/9", 16.0 / 9.0),
            ("16 / 9 * 9", 16.0),
            ("2 + 3 * 4", 14.0),
            ("(2 + 3) * 4", 20.0),
            ("-(1 - 3)", 2.0),
            ("- -5", 5.0),
            ("10 % 4 - 1", 1.0),
            ("30000/1001", 30000.0 / 1001.0),
            ("-Infinity", f64::NEG_INFINITY),
        ];
        for (text, result) in cases {
            assert_eq!(number(text).to_bits(), f64::to_bits(result), "{text}");
        }
        assert!(number("0/0").is_nan() && number("NaN").is_nan());
        assert!(value("'a' + 1").unwrap_err().message.contains("both sides"));
    }

    #[test]
    fn all_values_of_javascript_that_text_can_say_are_read() {
        let cases = [
            ("null", Script::Null),
            ("undefined", Script::Undefined),
            ("void 0", Script::Undefined),
            ("!0", Script::Boolean(true)),
            ("!1", Script::Boolean(false)),
            ("`user`", Script::Text("user".to_owned())),
            ("Symbol('x')", Script::Symbol),
            ("function f(a, b) { return {a: b}; }", Script::Function),
            ("[]", Script::List(vec![])),
            ("{}", Script::Object(vec![])),
        ];
        for (text, result) in cases {
            assert_eq!(value(text), Ok(result), "{text}");
        }
    }

    #[test]
    fn of_members_with_one_name_the_last_counts() {
        let mut reader = Reader::new("{a: 1, 'a': 2, \"b\": 3, 4: 5,}").unwrap();
        let Script::Object(members) = reader.value(0).unwrap().value else { panic!("no object") };
        let names: Vec<_> = members.iter().map(|member| member.name.as_str()).collect();
        assert_eq!((names, &members[0].node.value), (vec!["a", "b", "4"], &Script::Number(2.0)));
        assert_eq!(reader.notes.into_sentences(), ["“a” stands twice; the last one, in line 1, counts."]);
    }

    #[test]
    fn depth_is_bounded_in_every_way_to_nest() {
        for open in ["{a:", "[", "(", "-", "!", "void "] {
            let error = value(&open.repeat(100_000)).unwrap_err();
            assert!(error.message.contains("nested too deeply"), "{open}: {error}");
        }
    }

    #[test]
    fn what_is_expected_is_said_with_its_place() {
        let cases = [
            ("{width 640}", (1, 8), "expected “:”, found the number 640"),
            ("{\n  width: }", (2, 10), "expected a value, found “}”"),
            ("{width: 1 height: 2}", (1, 11), "expected “,” or “}”, found “height”"),
            ("{width: w}", (1, 9), "found “w”"),
            ("[1, 2", (1, 6), "found the end of the text"),
            ("{...rest}", (1, 2), "expected a name or “}”, found “.”"),
        ];
        for (text, place, says) in cases {
            let error = value(text).unwrap_err();
            assert_eq!((error.line, error.column), place, "{text}: {error}");
            assert!(error.message.contains(says), "{text}: {error}");
        }
    }
}
