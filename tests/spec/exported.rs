//! The Rust code that the lab exports: it compiles, and stands for what it was made of. `UPDATE_SNAPSHOTS=1` writes it anew.

use std::path::Path;

use capture_lab::interchange::{import, to_rust};

/// Code as it was exported.
#[allow(clippy::unreadable_literal, clippy::excessive_precision)] // as Rust's own Debug writes numbers
mod sample {
    include!("exported_sample.rs");
}

const REQUEST: &str = r#"getUserMedia({
    video: {
        deviceId: ["one", "it's \"two\"\n"],
        facingMode: {exact: ["user", "left"], ideal: "user"},
        width: {min: 320, ideal: 1280, max: 1920},
        height: 720,
        aspectRatio: 16 / 9,
        frameRate: {exact: 30000 / 1001},
        zoom: true,
        torch: {},
        advanced: [{width: 1920}, {}, {pan: {min: -3600}, tilt: 0}],
    },
    audio: {echoCancellation: "all", autoGainControl: {ideal: false}, sampleRate: {max: 4294967295}},
})"#;

#[test]
fn exported_code_compiles_and_means_the_same() {
    let asked = import(REQUEST).unwrap();
    assert_eq!(asked.notes, Vec::<String>::new());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/spec/exported_sample.rs");
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(path, to_rust(&asked.constraints)).unwrap();
        return;
    }
    assert_eq!(to_rust(&asked.constraints), include_str!("exported_sample.rs"));
    assert_eq!(sample::constraints(), asked.constraints);
}

#[test]
fn code_names_no_type_in_vain() {
    let code = to_rust(&import("{audio: true}").unwrap().constraints);
    assert_eq!(
        code,
        "use capture_lab::model::{MediaStreamConstraints, MediaTrackConstraints};\n\n/// What is asked for.\n\
         pub fn constraints() -> MediaStreamConstraints {\n    let audio = MediaTrackConstraints::default();\n    \
         MediaStreamConstraints { video: None, audio: Some(audio) }\n}\n"
    );
    let nothing = to_rust(&import("{}").unwrap().constraints);
    assert!(nothing.starts_with("use capture_lab::model::MediaStreamConstraints;"), "{nothing}");
}
