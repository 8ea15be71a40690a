//! Presets to files and back, and files that are none.

use proptest::prelude::*;

use super::*;
use crate::model::{ColourMatrix, ColourRange, Constraint, ConstraintSet, MediaTrackConstraints};
use crate::selection::parse_constraints;

fn preset(json: &str) -> Preset {
    let constraints = parse_constraints(json).unwrap().constraints;
    Preset {
        name: "Test".to_owned(),
        constraints,
        devices: vec!["cam".to_owned()],
        pixel_format: Some(PixelFormat::MJPG),
        colour: ColourOverride { range: Some(ColourRange::Full), matrix: Some(ColourMatrix::Bt709) },
        waits: true,
        controls: [
            ("Brightness".to_owned(), ControlValue::Integer(-7)),
            ("Owner".to_owned(), ControlValue::Text("lab".to_owned())),
        ]
        .into(),
    }
}

fn read(text: &str) -> Result<(Preset, Vec<String>), PresetError> {
    from_text(text, Path::new("test.ron"))
}

const FULL: &str = r#"{"video":{"width":{"min":320,"ideal":1280,"max":1920},"frameRate":29.97,"facingMode":{"exact":["user","left"]},
    "advanced":[{"width":1920},{"aspectRatio":{"exact":1.5}}]},"audio":{"echoCancellation":"all","sampleRate":{"exact":48000}}}"#;

#[test]
fn a_preset_comes_back_from_a_file_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("full.ron");
    save(&path, &preset(FULL)).unwrap();
    assert_eq!(load(&path).unwrap(), (preset(FULL), vec![]));
}

#[test]
fn a_preset_is_readable_by_hand() {
    let hand = "(version: 2, video: (basic: {width: (ideal: 1280)}), audio: ())";
    let (read, warnings) = read(hand).unwrap();
    let asked = parse_constraints(r#"{"video":{"width":{"ideal":1280}},"audio":true}"#).unwrap().constraints;
    assert_eq!((read.constraints, warnings), (asked, vec![]));
    let text = to_text(&preset(FULL)).unwrap();
    assert!(text.contains("ideal: 1280") && text.contains(r#"exact: ["user", "left"]"#), "{text}");
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let message = |text: &str| read(text).unwrap_err().to_string();
    let misspelt = message("(\n    version: 1,\n    video: (basic: {widht: (ideal: [1280])}),\n)");
    assert!(misspelt.contains("line 3") && misspelt.contains("widht"), "{misspelt}");
    assert!(message("(version: 1, video").contains("line 1"));
    let newer = message("(\n    name: \"x\",\n    version: 7, future: true)");
    assert_eq!(
        newer,
        "The preset test.ron has version 7 (line 3, column 14), and this Capture Lab reads versions 1 to 2: open it with a \
         newer one."
    );
    assert!(message("(version: 0)").contains("correct its version"));
    assert!(message("").contains("malformed"));
}

/// As version 2 writes it.
const FULL_FILE: &str = r#"(version: 2, name: "x", video: (basic: {width: (min: 1, ideal: 1280), facingMode: (exact: ["user"])},
    advanced: [{torch: (bare: true)}]), audio: (), devices: ["cam"], pixel_format: "MJPG",
    controls: {"Gain": 3, "Owner": "lab"})"#;

/// As version 1 wrote it.
const OLD: &str = r#"(
    version: 1,
    name: "Test",
    video: (
        basic: {
            facingMode: (exact: ["user", "left"]),
            width: (min: 320.0, max: 1920.0, ideal: [1280.0]),
            frameRate: (bare: [29.97]),
        },
        advanced: [{width: (bare: [1920.0])}, {aspectRatio: (exact: [1.5])}],
    ),
    audio: (basic: {sampleRate: (exact: [48000.0]), echoCancellation: (bare: ["all"])}),
    devices: ["cam"],
    pixel_format: "MJPG",
)"#;

#[test]
fn an_old_file_is_migrated_and_saved_as_a_new_one() {
    let (migrated, warnings) = read(OLD).unwrap();
    let old = Preset { controls: BTreeMap::new(), colour: ColourOverride::default(), waits: false, ..preset(FULL) }; // they came later
    assert_eq!((&migrated, warnings), (&old, vec![]));
    let new = to_text(&migrated).unwrap();
    assert!(new.contains("version: 2") && new.contains("bare: 29.97"), "{new}");
    assert_eq!(read(&new).unwrap().0, migrated);
    // Each version is read as its own: a value without brackets came with version 2.
    assert!(read(&OLD.replace("[1280.0]", "1280.0")).unwrap_err().to_string().contains("line 7"));
    assert!(read(&OLD.replace("basic: {\n", "basis: {\n")).unwrap_err().to_string().contains("line 5"));
}

#[test]
fn values_have_the_type_of_their_property() {
    let cases = [
        ("width: (ideal: \"wide\")", "wide is no value of width"),
        ("width: (ideal: 640.5)", "width is a whole number from 0 to 4294967295, not 640.5"),
        ("width: (min: -1)", "not -1"),
        ("width: (exact: [1, 2])", "width takes one value, no list"),
        ("frameRate: (ideal: NaN)", "frameRate is a finite number, not NaN"),
        ("frameRate: (max: inf)", "frameRate is a finite number, not inf"),
        ("facingMode: (exact: true)", "true is no value of facingMode"),
        ("facingMode: (min: 1)", "facingMode has no min and no max"),
        ("torch: (bare: 1)", "1 is no value of torch"),
        ("zoom: (exact: true)", "zoom takes numbers here"),
        ("deviceId: (exact: [])", "empty list"),
        ("width: (ideal: 1), width: (ideal: 2)", "second time"),
    ];
    for (set, says) in cases {
        for place in ["basic: {SET}", "advanced: [{SET}]"] {
            let text = format!("(version: 2,\n video: ({}))", place.replace("SET", set));
            let error = read(&text).unwrap_err().to_string();
            assert!(error.contains(says) && error.contains("line 2"), "{text}: {error}");
        }
    }
    assert!(read("(version: 2, video: (basic: {zoom: (bare: true), echoCancellation: (exact: \"all\")}))").is_ok());
}

#[test]
fn what_is_too_long_is_refused_and_what_is_just_short_enough_is_not() {
    let long = |length: usize| "x".repeat(length);
    let list = |length: usize, item: &str| format!("{item},").repeat(length);
    let texts = |length: usize, count: usize| {
        [
            format!("(version: 2, video: (basic: {{deviceId: (exact: \"{}\")}}))", long(length)),
            format!("(version: 1, video: (basic: {{deviceId: (exact: [\"{}\"])}}))", long(length)),
            format!("(version: 2, name: \"{}\", video: ())", long(length)),
            format!("(version: 2, devices: [\"{}\"], video: ())", long(length)),
            format!("(version: 2, video: (basic: {{deviceId: (exact: [{}])}}))", list(count, "\"a\"")),
            format!("(version: 2, video: (advanced: [{}]))", list(count, "{}")),
            format!("(version: 2, devices: [{}], video: ())", list(count, "\"a\"")),
        ]
    };
    for (fits, not) in texts(500, 100).iter().zip(texts(501, 101)) {
        assert!(read(fits).is_ok(), "{fits}: {:?}", read(fits));
        assert!(read(&not).unwrap_err().to_string().contains(" at most"), "{not}");
    }
}

/// What comes of a file with these bytes.
fn loaded(bytes: &[u8]) -> Result<(Preset, Vec<String>), PresetError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("odd.ron");
    std::fs::write(&path, bytes).unwrap();
    load(&path)
}

#[test]
fn files_that_are_no_text_or_too_long_are_refused_with_the_place() {
    let message = |bytes: &[u8]| loaded(bytes).unwrap_err().to_string();
    assert!(message(b"(version: 2,\n na\0me: \"x\")").contains("line 2, column 4: a NUL byte"));
    assert!(message(b"(version: 2,\n\xff)").contains("line 2, column 1: this is no UTF-8 text"));
    let padded = |length: usize| [b"(version: 2, video: ())".as_slice(), &vec![b' '; length - 23]].concat();
    assert!(loaded(&padded(1 << 20)).is_ok());
    assert!(message(&padded((1 << 20) + 1)).contains("more than 1048576 bytes"));
    assert!(loaded(b"\xef\xbb\xbf(version: 2, video: ())").is_ok(), "with a byte order mark");
}

#[test]
fn nested_garbage_is_an_error_and_no_crash() {
    for open in ["(", "[", "{", "(version: 2, video: ", "{a:", "Some(", "/*"] {
        assert!(read(&open.repeat(100_000)).is_err(), "{open}");
        assert!(read(&format!("(version: 2, name: {}", open.repeat(10_000))).is_err(), "{open}");
    }
}

#[test]
fn a_group_that_is_required_by_hand_is_warned_of() {
    for set in ["basic: {groupId: (exact: \"g\")}", "advanced: [{groupId: (bare: \"g\")}]"] {
        let (_, warnings) = read(&format!("(version: 2, video: ({set}))")).unwrap();
        assert!(warnings[0].contains("groupId"), "{warnings:?}");
    }
    assert!(read("(version: 2, video: (basic: {groupId: (bare: \"g\")}))").unwrap().1.is_empty());
}

#[test]
fn a_constraint_that_asks_for_nothing_is_kept() {
    let kept = preset(r#"{"video":{"torch":{},"advanced":[{}]}}"#);
    assert_eq!(read(&to_text(&kept).unwrap()).unwrap().0, kept);
}

#[test]
fn points_are_kept() {
    let kept = preset(r#"{"video":{"pointsOfInterest":{"ideal":[{"x":0.5,"y":0.25},{"x":1,"y":0}]}}}"#);
    let text = to_text(&kept).unwrap();
    assert_eq!(read(&text).unwrap().0, kept, "{text}");
}

#[test]
fn a_missing_file_is_named() {
    let error = load(Path::new("nowhere.ron")).unwrap_err().to_string();
    assert_eq!(error, "The preset nowhere.ron cannot be read: there is no such file; see its name and folder.");
}

#[test]
fn a_required_group_is_not_kept() {
    crate::covers!("ENUM-10");
    let kept = preset(r#"{"video":{"groupId":{"exact":"g","ideal":"h"},"advanced":[{"groupId":"g"}]}}"#);
    let (read, _) = read(&to_text(&kept).unwrap()).unwrap();
    let left = parse_constraints(r#"{"video":{"groupId":{"ideal":"h"},"advanced":[{}]}}"#).unwrap().constraints;
    assert_eq!(read.constraints, left);
}

proptest! {
    #[test]
    fn no_text_is_too_much(at in 0..FULL_FILE.len(), length in 0..9_usize, piece in "[(){}\\[\\]:,\"a-z0-9\u{0}é-]{0,4}") {
        let mut text: Vec<char> = FULL_FILE.chars().collect();
        let end = (at + length).min(text.len());
        text.splice(at.min(end)..end, piece.chars());
        if let Err(error) = read(&text.into_iter().collect::<String>()) {
            prop_assert!(error.to_string().contains("line "), "{}", error);
        }
    }

    #[test]
    fn any_number_comes_back(width in any::<u32>(), rate in 0.0_f64..1000.0) {
        let mut kept = preset(r#"{"video":true}"#);
        let basic = ConstraintSet::default()
            .with(Property::Width, Constraint::exact(width))
            .with(Property::FrameRate, Constraint { max: Some(rate), ..Constraint::ideal(rate) });
        kept.constraints.video = Some(MediaTrackConstraints { basic, advanced: vec![] });
        prop_assert_eq!(read(&to_text(&kept).unwrap()).unwrap().0, kept);
    }
}
