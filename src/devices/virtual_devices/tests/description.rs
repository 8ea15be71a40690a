//! Descriptions that are no good.

use std::path::Path;

use crate::devices::IdMaker;
use crate::media::FakeClock;

use super::super::{VirtualError, load_file, load_text};

#[test]
fn a_malformed_description_says_where() {
    for (ron, place, word) in [
        (
            "(cameras: [(name: \"a\", label: \"A\", modes: [(sizes: [(64, 32)],\n rates: [(0, 1)], formats: [\"GREY\"])])])",
            2,
            "0/1",
        ),
        ("(\n\ncameras: [(nom: \"a\")])", 3, "nom"),
        (
            "(cameras: [(name: \"a\", label: \"A\",\n\n modes: [(sizes: [(65, 33)], rates: [(5, 1)], formats: [\"NV12\"])])])",
            3,
            "65×33",
        ),
        (
            "(microphones: [(name: \"a\", label: \"A\", rates: [48000], channels: [\n(hertz: 5, peak_dbfs: 3)])])",
            2,
            "0 dBFS",
        ),
        (
            "(cameras: [(name: \"a\", label: \"A\", modes: [(sizes: [(64, 32)], rates: [(5, 1)], formats: [\"BGR3\"])])])",
            1,
            "BGR3",
        ),
        ("(cameras: [", 1, ""),
        ("(cameras: [(name: \"a\", label: \"A\")])", 1, "needs modes"),
        ("(cameras: [(name: \"a\", label: \"A\", modes: [], source: File(\"a.y4m\"))])", 1, "leave modes out"),
        ("(cameras: [(name: \"a\", label: \"A\", modes: [], rates: [(5, 1)])])", 1, "for a source"),
    ] {
        let error = load_text(ron, Path::new("x.ron"), &IdMaker::default(), FakeClock::shared()).err().unwrap();
        let VirtualError::Malformed { line, column, ref message, .. } = error else { panic!("{error}") };
        assert!(line == place && column > 0 && message.contains(word), "{error}");
        assert!(error.to_string().starts_with("x.ron, line "), "{error}");
    }
}

#[test]
fn a_missing_file_is_named() {
    let error = load_file(Path::new("none/such.ron"), &IdMaker::default(), FakeClock::shared()).err().unwrap();
    assert!(matches!(error, VirtualError::Read { .. }) && error.to_string().contains("none/such.ron"), "{error}");
}
