//! Any text is read or refused: no panic, no error outside of the text, and what was read can be written and read again.
#![no_main]

use capture_lab_fuzz::interchange::{ImportError, import, to_javascript, to_rust};
use capture_lab_fuzz::selection::{parse_constraints, to_json};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    match import(text) {
        Err(error) => check_place(text, &error),
        Ok(read) => {
            let constraints = read.constraints;
            to_rust(&constraints);
            let again = import(&to_javascript(&constraints)).expect("what the lab writes");
            assert_eq!(again.constraints, constraints);
            let again = parse_constraints(&to_json(&constraints)).expect("what the lab writes");
            assert_eq!(again.constraints, constraints);
        }
    }
    // JSON as testers write it.
    if let Err(error) = parse_constraints(text) {
        assert!(error.line >= 1 && error.column >= 1);
    }
});

/// In the text, or just behind it.
fn check_place(text: &str, error: &ImportError) {
    let line = text.split('\n').nth(error.line - 1).expect("a line of the text");
    assert!((1..=line.chars().count() + 1).contains(&error.column), "{error}");
    assert!(!error.message.is_empty());
}
