//! JavaScript's strings: in single and double quotes and in backticks, with all escapes.

use super::error::ImportError;
use super::lexer::Lexer;

/// Reads a string from its first quote to its last.
pub(super) fn read(lexer: &mut Lexer<'_>) -> Result<String, ImportError> {
    let start = lexer.place();
    let Some(quote) = lexer.next_char() else { return Err(start.syntax_error("expected a string")) };
    // In JavaScript a string is a list of UTF-16 units, and \u may write half of a character.
    let mut units = Vec::new();
    loop {
        let place = lexer.place();
        match lexer.next_char() {
            Some(found) if found == quote => return Ok(text(lexer, &units)),
            Some('\\') => escape(lexer, &mut units)?,
            Some('\n' | '\r') if quote != '`' => {
                return Err(place.syntax_error(format!("expected “{quote}” before the end of the line")));
            }
            Some('$') if quote == '`' && lexer.peek_char() == Some('{') => {
                return Err(place.syntax_error("expected plain text, found “${”: an expression has no value here"));
            }
            Some('\0') => return Err(place.syntax_error("a NUL byte stands here: the text is damaged")),
            Some(other) => push(&mut units, other),
            None => return Err(place.syntax_error(format!("expected “{quote}”, found the end of the text"))),
        }
    }
}

fn text(lexer: &mut Lexer<'_>, units: &[u16]) -> String {
    String::from_utf16(units).unwrap_or_else(|_| {
        lexer.has_lone_surrogate = true;
        String::from_utf16_lossy(units)
    })
}

fn push(units: &mut Vec<u16>, character: char) {
    units.extend_from_slice(character.encode_utf16(&mut [0; 2]));
}

/// What stands after a backslash.
fn escape(lexer: &mut Lexer<'_>, units: &mut Vec<u16>) -> Result<(), ImportError> {
    let place = lexer.place();
    let plain = match lexer.next_char() {
        Some('n') => '\n',
        Some('t') => '\t',
        Some('r') => '\r',
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('v') => '\u{b}',
        Some('0') if !lexer.peek_char().is_some_and(|next| next.is_ascii_digit()) => '\0',
        Some('0'..='9') => return Err(place.syntax_error("expected \\x or \\u: octal escapes are not read")),
        Some('x') => {
            units.push(hex(lexer, 2)?);
            return Ok(());
        }
        Some('u') => return unicode(lexer, units),
        Some('\r') => {
            lexer.next_if(|next| next == '\n');
            return Ok(());
        }
        Some('\n' | '\u{2028}' | '\u{2029}') => return Ok(()), // the line goes on
        Some(same) => same,
        None => return Err(place.syntax_error("expected an escape after “\\”, found the end of the text")),
    };
    push(units, plain);
    Ok(())
}

/// `\u0041` or `\u{1F600}`.
fn unicode(lexer: &mut Lexer<'_>, units: &mut Vec<u16>) -> Result<(), ImportError> {
    if lexer.next_if(|next| next == '{').is_none() {
        units.push(hex(lexer, 4)?);
        return Ok(());
    }
    let place = lexer.place();
    let mut code = 0_u32;
    let mut count = 0;
    while let Some(digit) = lexer.next_if(|next| next.is_ascii_hexdigit()) {
        code = (code.saturating_mul(16)).saturating_add(digit.to_digit(16).unwrap_or(0));
        count += 1;
    }
    let is_closed = lexer.next_if(|next| next == '}').is_some();
    if count == 0 || !is_closed || code > 0x10_ffff {
        return Err(place.syntax_error("expected a character between \\u{0} and \\u{10FFFF}"));
    }
    match char::from_u32(code) {
        Some(character) => push(units, character),
        None => units.push(code as u16), // half of a character
    }
    Ok(())
}

fn hex(lexer: &mut Lexer<'_>, digits: u32) -> Result<u16, ImportError> {
    let place = lexer.place();
    (0..digits).try_fold(0, |value, _| {
        let digit = lexer.next_if(|next| next.is_ascii_hexdigit()).and_then(|digit| digit.to_digit(16));
        let digit = digit.ok_or_else(|| place.syntax_error(format!("expected {digits} hexadecimal digits")))?;
        Ok(value * 16 + digit as u16)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn string(text: &str) -> Result<String, ImportError> {
        read(&mut Lexer::new(text))
    }

    #[test]
    fn all_quotes_and_escapes_are_read() {
        let cases = [
            (r#""it's""#, "it's"),
            (r"'say \'hi\''", "say 'hi'"),
            ("`two\nlines $5`", "two\nlines $5"),
            (r"'\n\t\\\/\x41\u0042\u{43}\0'", "\n\t\\/ABC\0"),
            (r"'\ud83d\ude00 \u{1F600}'", "😀 😀"),
            ("'one \\\nline'", "one line"),
            ("''", ""),
        ];
        for (text, meant) in cases {
            assert_eq!(string(text).as_deref(), Ok(meant), "{text}");
        }
    }

    #[test]
    fn half_a_character_is_replaced_and_told() {
        let mut lexer = Lexer::new(r"'a\ud83d'");
        assert_eq!(read(&mut lexer).as_deref(), Ok("a\u{fffd}"));
        assert!(lexer.has_lone_surrogate);
    }

    #[test]
    fn what_is_wrong_has_its_place() {
        let cases = [
            ("'abc", 5, "end of the text"),
            ("'ab\n'", 4, "end of the line"),
            ("`${x}`", 2, "${"),
            (r"'\u12'", 4, "4 hexadecimal"),
            (r"'\u{110000}'", 5, "10FFFF"),
            (r"'\7'", 3, "octal"),
            ("'a\0b'", 3, "NUL"),
        ];
        for (text, column, says) in cases {
            let error = string(text).unwrap_err();
            assert_eq!((error.line, error.column), (1, column), "{text}: {error}");
            assert!(error.message.contains(says), "{text}: {error}");
        }
    }
}
