//! Constraints from text and back: places of mistakes, conversions of the web, and what is written.

use capture_lab::interchange::convert_track_constraints;
use capture_lab::model::{ConstraintSet, ErrorName, Property};
use capture_lab::selection::{check_request, parse_constraints, parse_track_constraints, to_json, track_to_json};
use serde_json::{Value as Json, json};

#[test]
fn a_mistake_is_told_with_its_place() {
    let cases = [
        ("{\n  \"video\": tru }", 2, 12, "found “tru”"),
        ("{\"video\":\n\n {\"width\" 1}}", 3, 11, "expected “:”, found “1”"),
        ("{\"video\":true} x", 1, 16, "expected the end of the text, found “x”"),
        ("{\"video\":true,}", 1, 15, "expected a name in double quotes, found “}”"),
        ("{\"video\":true,\"video\":true}", 1, 15, "“video” stands here for the second time"),
        ("{\"video\":[1 2]}", 1, 13, "expected “,” or “]”, found “2”"),
        ("{\"video\":{\"width\":1;", 1, 20, "expected “,” or “}”, found “;”"),
        ("{\"video\":", 1, 10, "expected a value, found the end of the text"),
        ("{\"vi\ndeo\":1}", 1, 5, "before the end of the line"),
        ("{\"video", 1, 8, "found the end of the text"),
        ("{\"video\":{\"width\":01}}", 1, 19, "“01” is no number"),
        ("{\"video\":{\"width\":1e999}}", 1, 19, "is no number"),
        ("{\"video\":{\"deviceId\":\"\\q\"}}", 1, 23, "expected one of"),
        ("{\"video\":{\"deviceId\":\"\\u12g4\"}}", 1, 23, "four hexadecimal digits"),
        ("{\"video\":{\"deviceId\":\"\\ud800x\"}}", 1, 23, "is no character"),
        ("{\"video\":{\"deviceId\":\"\\ud83d\\u0041\"}}", 1, 23, "is no character"),
        ("{\"video\":{\"deviceId\":\"\\ud83d\\ue000\"}}", 1, 23, "is no character"),
        ("{\"video\":7}", 1, 10, "expected true, false or an object, found a number"),
        ("{\"video\":null}", 1, 10, "found null"),
        ("{\"video\":\"yes\"}", 1, 10, "found a string"),
        ("{\"video\":[]}", 1, 10, "found a list"),
        ("[]", 1, 1, "found a list"),
        ("true", 1, 1, "found a boolean"),
        ("{\"video\":{\"width\":{\"exact\":{}}}}", 1, 28, "found an object"),
        ("{\"video\":{\"advanced\":{}}}", 1, 22, "expected a list of constraint sets, found an object"),
        ("{\"video\":{\"width\":[1]}}", 1, 19, "width takes no list, expected a number"),
        ("{\"video\":{\"zoom\":\"far\"}}", 1, 18, "expected true, false or a number"),
        ("{\"video\":{\"facingMode\":7}}", 1, 24, "expected a string, a list of strings"),
        ("{\"audio\":{\"autoGainControl\":7}}", 1, 29, "expected true or false"),
        ("{\"audio\":{\"echoCancellation\":7}}", 1, 30, "expected true, false or a string"),
        ("{\"video\":{\"facingMode\":{\"max\":7}}}", 1, 25, "it has exact and ideal"),
        ("{\"video\":{\"width\":{\"about\":7}}}", 1, 20, "it has min, max, exact and ideal"),
    ];
    for (text, line, column, words) in cases {
        let error = parse_constraints(text).unwrap_err();
        assert_eq!((error.line, error.column), (line, column), "{text}: {error}");
        assert!(error.message.contains(words), "{text}: {error}");
        assert!(error.to_string().starts_with(&format!("line {line}, column {column}: ")), "{error}");
    }
}

#[test]
fn nesting_has_an_end() {
    let nested = |depth: usize| format!("{}1{}", "[".repeat(depth), "]".repeat(depth));
    let depth = |count| parse_constraints(&nested(count)).unwrap_err().message;
    assert!(depth(32).contains("found a list") && depth(33).contains("nested too deeply"), "{}", depth(33));
    let objects = format!("{}1{}", "{\"a\":".repeat(33), "}".repeat(33));
    assert!(parse_constraints(&objects).unwrap_err().message.contains("nested too deeply"));
}

#[test]
fn strings_have_their_escapes() {
    let text = r#"{"deviceId":"\"\\\/\n\t\r\b\f\u00e4\ud83d\ude00ß"}"#;
    let parsed = parse_track_constraints(text).unwrap().constraints;
    let id = parsed.basic.get(Property::DeviceId).unwrap().bare.as_ref().unwrap()[0].as_text().unwrap();
    assert_eq!(id, "\"\\/\n\t\r\u{8}\u{c}ä😀ß");
}

/// The bare value of a property after the conversions of the web.
fn converted(property: Property, json: &str) -> Json {
    let parsed = convert_track_constraints(&format!(r#"{{"{property}":{json}}}"#)).expect("constraints");
    let written: Json = serde_json::from_str(&track_to_json(&parsed.constraints)).expect("JSON");
    written[property.name()].clone()
}

#[test]
fn values_are_converted_as_the_web_does() {
    let numbers = [
        ("\" 12 \"", json!(12)),
        ("\"1e3\"", json!(1000)),
        ("\"\"", json!(0)),
        ("\"nan\"", json!(0)),
        ("\"inf\"", json!(0)),
        ("\"Infinity\"", json!(4_294_967_295_u32)),
        ("\"+Infinity\"", json!(4_294_967_295_u32)),
        ("\"-Infinity\"", json!(0)),
        ("true", json!(1)),
        ("false", json!(0)),
        // An object becomes the dictionary of the union, even an array.
        ("[7]", json!({})),
        ("[]", json!({})),
        ("-7", json!(0)),
        ("5e9", json!(4_294_967_295_u32)),
        ("2.5", json!(2)),
        ("3.5", json!(4)),
    ];
    for (from, to) in numbers {
        assert_eq!(converted(Property::Width, from), to, "{from}");
    }
    let booleans = [
        ("0", false),
        ("-0.0", false),
        ("2", true),
        ("-2", true),
        ("\"\"", false),
        ("\"no\"", true),
        ("true", true),
        ("false", false),
    ];
    for (from, to) in booleans {
        assert_eq!(converted(Property::Torch, from), json!(to), "{from}");
    }
    let texts = [("7.5", "7.5"), ("true", "true"), ("\"user\"", "user")];
    for (from, to) in texts {
        assert_eq!(converted(Property::FacingMode, from), json!(to), "{from}");
    }
    let listed = [("[\"a\",7,null]", json!(["a", "7", "null"])), ("[[1,null]]", json!("1,"))];
    for (from, to) in listed {
        assert_eq!(converted(Property::FacingMode, from), to, "{from}");
    }
}

#[test]
fn what_the_web_cannot_convert_is_an_error_and_what_it_ignores_a_note() {
    for wrong in [r#"{"frameRate":"fast"}"#, r#"{"frameRate":"1e999"}"#, r#"{"advanced":7}"#] {
        assert!(convert_track_constraints(wrong).is_err(), "{wrong}");
    }
    let noted = convert_track_constraints(r#"{"width":{"about":7,"min":null},"advanced":[null,{"torch":1}]}"#).unwrap();
    let words = ["about", "null was read as the number 0", "torch"];
    assert_eq!(noted.notes.len(), words.len(), "{:?}", noted.notes);
    assert!(noted.notes.iter().zip(words).all(|(note, word)| note.contains(word)), "{:?}", noted.notes);
    assert_eq!(noted.constraints.advanced[0], ConstraintSet::default());
    assert!(parse_track_constraints(r#"{"width":{"min":null}}"#).is_err());
    assert!(parse_track_constraints(r#"{"advanced":[null]}"#).is_err());
    let exact = parse_track_constraints(r#"{"width":7}"#).unwrap();
    assert!(exact.notes.is_empty(), "what needs no conversion needs no note: {:?}", exact.notes);
}

#[test]
fn what_is_written_is_read_back() {
    let video = json!({
        "width": { "min": 320, "max": 1920, "exact": 640, "ideal": 1280 },
        "frameRate": 29.97,
        "facingMode": ["user", "left"],
        "zoom": true,
        "deviceId": { "exact": ["a", "b"], "ideal": "c" },
        "advanced": [{ "aspectRatio": { "exact": 1.5 } }, {}],
    });
    let text = json!({ "video": video, "audio": true }).to_string();
    let read = parse_constraints(&text).unwrap().constraints;
    let written = to_json(&read);
    assert_eq!(serde_json::from_str::<Json>(&written).unwrap(), serde_json::from_str::<Json>(&text).unwrap());
    assert_eq!(parse_constraints(&written).unwrap().constraints, read);
    let numbers = r#"{"brightness":{"min":-3,"max":1e15,"ideal":9007199254740993,"exact":1e16}}"#;
    let written = track_to_json(&parse_track_constraints(numbers).unwrap().constraints);
    assert!(written.contains("-3,") && written.contains("1000000000000000,"), "{written}");
    assert!(written.contains("1e16") || written.contains("1e+16"), "{written}");
}

#[test]
fn a_request_asks_for_something() {
    capture_lab::covers!("GUM-01");
    let check = |text: &str| check_request(&parse_constraints(text).unwrap().constraints).map_err(|error| error.name);
    assert_eq!(["{}", r#"{"video":false}"#].map(check), [Err(ErrorName::TypeError); 2]);
    assert_eq!([r#"{"video":{}}"#, r#"{"audio":true}"#].map(check), [Ok(()); 2]);
}
