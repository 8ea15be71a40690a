//! The importer as a whole: examples of the web, limits, and texts that nobody would write.

use proptest::collection::vec;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select as any_of;

use super::*;
use crate::model::{
    Constraint, ConstraintSet, MediaStreamConstraints, MediaTrackConstraints, Property, TrackKind, Value, ValueType,
};
use crate::selection::{parse_constraints, to_json};

fn meant(json: &str) -> MediaStreamConstraints {
    parse_constraints(json).unwrap().constraints
}

fn imported(text: &str) -> Import {
    import(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

fn notes(text: &str) -> Vec<String> {
    imported(text).notes
}

fn error(text: &str) -> ImportError {
    import(text).expect_err(text)
}

#[test]
fn calls_and_objects_are_read_in_every_way_that_pages_write_them() {
    let same = [
        "getUserMedia({video: {width: 640}})",
        "navigator.mediaDevices.getUserMedia({video: {width: 640}});",
        "await navigator.mediaDevices.getUserMedia({'video': {\"width\": 640,},})",
        "const s = await navigator.mediaDevices.getUserMedia({ video: { width: 0x280 } });",
        "navigator.mediaDevices?.getUserMedia({video: {width: 6.4e2}}).then(s => { video.srcObject = s })",
        "navigator.webkitGetUserMedia({video: {width: 640}}, s => show(s), function (e) { alert(e) })",
        "const constraints = {\n  video: {width: 640}, // pixels\n}\nnavigator.mediaDevices.getUserMedia(constraints)",
        "let c = {video: {width: 640}}; c",
        "'use strict'; let s = getUserMedia({video: {width: 640}}, ok)",
        "export const c: MediaStreamConstraints = {video: {width: 640}}; stream = await getUserMedia(c)",
        "const width = 640\nconst video = {width: width}\nthis.stream = await getUserMedia({video: video, audio: false})",
        "window.navigator.mediaDevices.getUserMedia(({video: {`width`: 1280 / 2}}))",
        "{\"video\": {\"width\": 640}}",
        "/* only */ {video: {width: 640}, audio: false};",
        "({video: {width: 640}, audio: !1})",
        "\u{feff}{video: {width: 640}, audio: undefined}",
    ];
    for text in same {
        let Import { constraints, notes, .. } = imported(text);
        assert_eq!((constraints, notes), (meant(r#"{"video":{"width":640}}"#), vec![]), "{text}");
    }
    let sources = [
        ("getUserMedia({audio: true})", Source::GetUserMedia),
        ("track.applyConstraints({width: 1})", Source::ApplyConstraints),
        ("{audio: true}", Source::Literal),
    ];
    for (text, source) in sources {
        assert_eq!(imported(text).source, source, "{text}");
    }
}

#[test]
fn constraints_on_a_track_are_told_by_their_shape() {
    let cases = [
        ("track.applyConstraints({width: 640})", r#"{"video":{"width":640}}"#, "video"),
        ("await stream.audioTrack.applyConstraints({sampleRate: 48000})", r#"{"audio":{"sampleRate":48000}}"#, "audio"),
        ("{advanced: [{torch: true}]}", r#"{"video":{"advanced":[{"torch":true}]}}"#, "video"),
        ("{deviceId: 'x', echoCancellation: false}", r#"{"audio":{"deviceId":"x","echoCancellation":false}}"#, "audio"),
        ("{deviceId: 'x'}", r#"{"video":{"deviceId":"x"}}"#, "video"),
        ("track.applyConstraints()", r#"{"video":{}}"#, "video"),
    ];
    for (text, json, kind) in cases {
        let Import { constraints, notes, .. } = imported(text);
        assert_eq!(constraints, meant(json), "{text}");
        let note = format!("These are constraints on one track: they were read as those of {kind}.");
        assert_eq!(notes, [note], "{text}");
    }
}

#[test]
fn each_change_is_noted_in_a_sentence() {
    let cases = [
        ("width: 640.5", "video.width 640.5 was rounded to 640."),
        ("width: {exact: 641.5}", "video.width.exact 641.5 was rounded to 642."),
        ("width: -5", "video.width -5 was clamped to 0."),
        ("width: {max: Infinity}", "video.width.max Infinity was clamped to 4294967295."),
        ("width: NaN", "video.width: NaN was read as the number 0."),
        ("width: '640'", "video.width: the string “640” was read as the number 640."),
        ("width: {min: null}", "video.width.min: null was read as the number 0."),
        ("width: true", "video.width: true was read as the number 1."),
        ("width: [640]", "video.width: an array was read as {}, which asks for nothing."),
        ("width: null", "video.width: null was read as {}, which asks for nothing."),
        ("width: {exactly: 1}", "video.width.exactly was left out: a constraint on width has no such member."),
        ("widht: 640", "video.widht was left out: no such constraint is known here."),
        ("facingMode: 5", "video.facingMode: 5 was read as “5”."),
        ("facingMode: {exact: null}", "video.facingMode.exact: null was read as “null”."),
        ("deviceId: []", "video.deviceId is an empty list and constrains nothing."),
        ("torch: 'no'", "video.torch: the string “no” was read as true."),
        ("echoCancellation: true", "video.echoCancellation has no meaning for video."),
        ("advanced: [{height: 0.5}]", "video.advanced[0].height 0.5 was rounded to 0."),
        ("width: 1, width: 2", "“width” stands twice; the last one, in line 1, counts."),
    ];
    for (member, note) in cases {
        assert_eq!(notes(&format!("{{video: {{{member}}}}}")), [note], "{member}");
    }
    assert_eq!(notes("{video: 1, peerIdentity: 'x'}")[0], "video: 1 was read as true.");
    assert_eq!(notes("{video: null}"), ["video: null was read as {}, which asks for any video."]);
    assert!(notes("getUserMedia({video: 0})")[1].contains("Neither audio nor video"));
}

#[test]
fn a_type_error_is_one_with_its_place() {
    let cases = [
        ("{video: {frameRate: NaN}}", 21, "finite number"),
        ("{video: {frameRate: {exact: 'fast'}}}", 29, "finite number"),
        ("{video: {width: Symbol()}}", 17, "a symbol is no number"),
        ("{video: {deviceId: Symbol('x')}}", 20, "a symbol is no string"),
        ("{video: {advanced: {}}}", 20, "expected an array of constraint sets, found an object"),
        ("{video: {advanced: [1]}}", 21, "expected an object of constraints, found a number"),
        ("getUserMedia(5)", 14, "expected an object of constraints, found a number"),
    ];
    for (text, column, says) in cases {
        let error = error(text);
        assert_eq!((error.name, error.column), (ImportErrorName::TypeError, column), "{text}: {error}");
        assert!(error.message.contains(says), "{text}: {error}");
    }
}

#[test]
fn a_syntax_error_says_what_was_expected() {
    let cases = [
        ("", 1, "expected a value, found the end of the text"),
        ("hello", 1, "expected constraints or a call of getUserMedia, found “hello”"),
        ("getUserMedia({video: true}", 27, "expected “,” or “)”, found the end of the text"),
        ("getUserMedia(constraints)", 14, "found “constraints”"),
        ("navigator.mediaDevices.enumerateDevices()", 1, "expected getUserMedia or applyConstraints"),
        ("{video: true} {audio: true}", 15, "expected the end of the text, found “{”"),
        ("{video: {deviceId: id}}", 20, "found “id”"),
        ("const = {}", 7, "expected a name"),
        ("{video: true\0}", 13, "NUL byte"),
    ];
    for (text, column, says) in cases {
        let error = error(text);
        assert_eq!(
            (error.name, error.line, error.column),
            (ImportErrorName::SyntaxError, 1, column),
            "{text}: {error}"
        );
        assert!(error.message.contains(says), "{text}: {error}");
    }
}

#[test]
fn points_lie_in_the_picture() {
    crate::covers!("IMG-07");
    let text = "track.applyConstraints({pointsOfInterest: {ideal: [{x: 1.5, y: 0.25}, {y: '0.5', z: 1}, {}]}})";
    let Import { constraints, notes, .. } = import(text).unwrap();
    let video = constraints.video.unwrap();
    let ideal = &video.basic.get(Property::PointsOfInterest).unwrap().ideal;
    let points = [(1.0, 0.25), (0.0, 0.5), (0.0, 0.0)].map(|(x, y)| crate::model::Point::new(x, y));
    assert_eq!(ideal.as_deref(), Some(&[Value::Points(points.to_vec())][..]));
    for word in ["moved to the edge", "was read as the number 0.5", "a point has x and y"] {
        assert!(notes.iter().any(|note| note.contains(word)), "{word}: {notes:?}");
    }
    assert!(import("({pointsOfInterest: {exact: 7}})").is_err());
    assert!(import("({pointsOfInterest: [{x: NaN}]})").is_err());
}

#[test]
fn old_constraints_become_new_ones() {
    crate::covers!("LEG-03");
    let old = "navigator.webkitGetUserMedia({video: {
        mandatory: {minWidth: 640, maxWidth: 1280, minFrameRate: '15', sourceId: 'cam', chromeMediaSource: 'tab'},
        optional: [{minHeight: 720}, {googNoiseSuppression: true, facingMode: 'user'}],
    }}, ok, failed)";
    let today = r#"{"video":{"width":{"min":640,"max":1280},"frameRate":{"min":15},"deviceId":{"exact":"cam"},
        "advanced":[{"height":{"min":720}},{"noiseSuppression":{"exact":true},"facingMode":{"exact":"user"}}]}}"#;
    let Import { constraints, notes, .. } = imported(old);
    assert_eq!(constraints, meant(today));
    assert_eq!(notes[0], "video.mandatory.minWidth was read as width: {min: …}, its name today.");
    assert!(notes.iter().any(|note| note.contains("chromeMediaSource was left out")), "{notes:?}");
    assert_eq!(imported("{optional: []}").constraints, meant(r#"{"video":{}}"#));
    for mixed in ["{video: {mandatory: {}, width: 1}}", "{video: {optional: [], advanced: []}}"] {
        let error = error(mixed);
        assert!(error.name == ImportErrorName::TypeError && error.message.contains("old"), "{mixed}: {error}");
    }
    assert!(error("{video: {optional: {}}}").message.contains("expected an array"));
}

#[test]
fn what_is_too_long_is_refused_and_what_is_just_short_enough_is_not() {
    let string = |length: usize| format!("{{video: {{deviceId: '{}'}}}}", "ä".repeat(length));
    let list = |length: usize| format!("{{video: {{deviceId: [{}]}}}}", "'a',".repeat(length));
    let sets = |length: usize| format!("{{video: {{advanced: [{}]}}}}", "{},".repeat(length));
    for (short, long, says) in [
        (string(500), string(501), "500 characters"),
        (list(100), list(101), "100 entries"),
        (sets(100), sets(101), "100 entries"),
    ] {
        imported(&short);
        assert!(error(&long).message.contains(says));
    }
    let padded = |length: usize| format!("{{video: true}}{}", " ".repeat(length - 13));
    imported(&padded(1 << 20));
    assert!(error(&padded((1 << 20) + 1)).message.contains("1048576 bytes"));
}

#[test]
fn large_texts_take_no_long_time() {
    let names = (0..100_000).map(|index| format!("a{index}:0,")).collect::<Vec<_>>().concat();
    let start = std::time::Instant::now();
    let Import { notes, .. } = imported(&format!("{{video: {{{names}}}}}"));
    assert_eq!((notes.len(), notes[100].as_str()), (101, "And 99900 more such notes."));
    import(&"[".repeat(1 << 20)).unwrap_err();
    import(&"-".repeat(1 << 20)).unwrap_err();
    import(&"1+".repeat(1 << 19)).unwrap_err();
    import(&"const a={};".repeat(90_000)).unwrap_err();
    // Names of names: copies would double with each.
    for more in ["b{},b{}", "b{}"] {
        let line = |index: usize| format!("b{index}=[{}];", more.replace("{}", &(index - 1).to_string()));
        let lines = (1..99).map(line).collect::<Vec<_>>().concat();
        assert!(error(&format!("b0=[1];{lines}")).message.contains("stands for too much"));
    }
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// What tests put into texts: all that has a meaning, and some that has none.
const PIECES: [&str; 62] = [
    "{",
    "}",
    "[",
    "]",
    "(",
    ")",
    ":",
    ",",
    ";",
    "'",
    "\"",
    "`",
    "\\",
    "/",
    "//",
    "/*",
    "*/",
    "\n",
    "\r\n",
    " ",
    "+",
    "-",
    "*",
    "%",
    "!",
    ".",
    "?",
    "=",
    "=>",
    "$",
    "${",
    "\u{0}",
    "\u{feff}",
    "é",
    "😀",
    "\\u",
    "\\ud83d",
    "\\x4",
    "0x",
    "1e",
    "16/9",
    "640",
    "1_000",
    "NaN",
    "null",
    "undefined",
    "void",
    "function",
    "Symbol",
    "await",
    "a=",
    "{a:a}",
    "const a=",
    "getUserMedia(",
    "applyConstraints(",
    "video",
    "audio",
    "width",
    "advanced",
    "mandatory",
    "exact",
    "a",
];

const SEED: &str = "const s = await navigator.mediaDevices.getUserMedia({ video: { width: { min: 640, ideal: 1280 }, \
                    facingMode: ['user', \"left\"], aspectRatio: 16 / 9, advanced: [{ torch: true }] }, audio: !0 });";

/// An error's place is in the text, or just behind it.
fn check_place(text: &str) -> Result<(), TestCaseError> {
    if let Err(error) = parse_constraints(text) {
        prop_assert!(error.line <= text.split('\n').count(), "{} in {:?}", error, text);
    }
    match import(text) {
        Ok(Import { constraints, .. }) => {
            // What was taken over can be written and read again.
            prop_assert_eq!(&import(&to_javascript(&constraints)).unwrap().constraints, &constraints);
        }
        Err(error) => {
            let line = text.split('\n').nth(error.line - 1);
            prop_assert!(line.is_some(), "{} in {:?}", error, text);
            let length = line.unwrap_or_default().chars().count();
            prop_assert!((1..=length + 1).contains(&error.column), "{} in {:?}", error, text);
            prop_assert!(!error.message.is_empty());
        }
    }
    Ok(())
}

fn any_value(property: Property) -> BoxedStrategy<Value> {
    let text =
        any_of(vec!["user", "none", "", "it's \"so\"", "a\\b\n\u{2028}", "é😀", "</script>"]).prop_map(Value::from);
    let boolean = any::<bool>().prop_map(Value::from);
    match property.value_type() {
        ValueType::UnsignedLong => any::<u32>().prop_map(Value::from).boxed(),
        ValueType::Double | ValueType::BooleanOrDouble => any_double().prop_map(Value::from).boxed(),
        ValueType::Text => text.boxed(),
        ValueType::Boolean => boolean.boxed(),
        ValueType::BooleanOrText => prop_oneof![text, boolean].boxed(),
        ValueType::Points => {
            let point = (0.0..=1.0_f64, 0.0..=1.0_f64).prop_map(|(x, y)| crate::model::Point::new(x, y));
            vec(point, 1..4).prop_map(Value::Points).boxed()
        }
    }
}

fn any_double() -> impl Strategy<Value = f64> {
    let any_finite = any::<f64>().prop_filter("JavaScript's constraints are finite", |number| number.is_finite());
    prop_oneof![0.0..2000.0_f64, any_finite, Just(30_000.0 / 1001.0), Just(16.0 / 9.0)]
}

/// Constraints that can be written in JavaScript: members, or a bare value, or nothing.
fn any_constraint(property: Property) -> BoxedStrategy<Constraint> {
    let most = if property.value_type() == ValueType::Text { 4 } else { 2 };
    let values = vec(any_value(property), 1..most).boxed();
    let bare = values.clone().prop_map(|bare| Constraint { bare: Some(bare), ..Constraint::default() });
    let number = match property.value_type() {
        ValueType::UnsignedLong => weighted(0.5, any::<u32>().prop_map(f64::from)).boxed(),
        value_type if value_type.is_numeric() => weighted(0.5, any_double()).boxed(),
        _ => Just(None).boxed(),
    };
    let list = weighted(0.5, values).boxed();
    let members = (list.clone(), list, number.clone(), number).prop_map(|(exact, ideal, min, max)| Constraint {
        bare: None,
        exact,
        ideal,
        min,
        max,
    });
    prop_oneof![bare, members].boxed()
}

fn any_set(kind: TrackKind) -> impl Strategy<Value = ConstraintSet> {
    let one = any_of(Property::of_kind(kind).collect::<Vec<_>>())
        .prop_flat_map(|property| any_constraint(property).prop_map(move |constraint| (property, constraint)));
    vec(one, 0..5).prop_map(|all| {
        let mut set = ConstraintSet::default();
        for (property, constraint) in all {
            set.insert(property, constraint);
        }
        set
    })
}

fn any_track(kind: TrackKind) -> impl Strategy<Value = Option<MediaTrackConstraints>> {
    let track = (any_set(kind), vec(any_set(kind), 0..3));
    weighted(0.8, track.prop_map(|(basic, advanced)| MediaTrackConstraints { basic, advanced }))
}

fn any_request() -> impl Strategy<Value = MediaStreamConstraints> {
    (any_track(TrackKind::Video), any_track(TrackKind::Audio))
        .prop_map(|(video, audio)| MediaStreamConstraints { video, audio })
}

proptest! {
    #[test]
    fn a_request_comes_back_from_javascript_and_from_json(request in any_request()) {
        let from_javascript = import(&to_javascript(&request));
        prop_assert_eq!(from_javascript.map(|import| import.constraints), Ok(request.clone()));
        let json = to_json(&request);
        prop_assert_eq!(import(&json).map(|import| import.constraints), Ok(request.clone()));
        prop_assert_eq!(parse_constraints(&json).map(|parsed| parsed.constraints), Ok(request));
    }

    #[test]
    fn no_text_is_too_much(text in "\\PC{0,60}") {
        check_place(&text)?;
    }

    #[test]
    fn no_mixture_of_meaningful_pieces_is_too_much(pieces in vec(any_of(PIECES.to_vec()), 0..30)) {
        check_place(&pieces.concat())?;
    }

    #[test]
    fn no_mutation_of_a_real_call_is_too_much(
        changes in vec((0..SEED.len(), 0..6_usize, any_of(PIECES.to_vec())), 1..5),
    ) {
        let mut text: Vec<char> = SEED.chars().collect();
        for (at, length, piece) in changes {
            let start = at.min(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, piece.chars());
        }
        check_place(&text.into_iter().collect::<String>())?;
    }
}
