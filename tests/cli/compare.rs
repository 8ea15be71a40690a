//! `capture-lab compare`, as far as it goes without a real camera.

use serde_json::Value as Json;

use crate::support::Bench;

#[test]
fn mistakes_and_virtual_cameras_are_told() {
    let bench = Bench::new();
    let cases: [(&[&str], i32, &str); 7] = [
        (&["compare", "Scanner"], 1, "No camera has"),
        (&["compare", "Test camera"], 1, "is virtual: only a real camera has two backends"),
        (&["compare", "Test", "--device", "Test"], 2, "twice"),
        (&["compare", "Test", "--backend", "nokhwa"], 2, "both backends"),
        (&["compare", "Test", "--colour-range", "full"], 2, "reads no colours"),
        (&["compare"], 2, "DEVICE"),
        (&["compare", "Test", "--seconds", "0"], 2, "seconds"),
    ];
    for (place, (arguments, status, words)) in cases.into_iter().enumerate() {
        let run = bench.run(arguments);
        // The last two are wrong whatever the build can do.
        let is_possible = cfg!(all(target_os = "linux", feature = "nokhwa")) || place >= 4;
        let (status, words) = if is_possible { (status, words) } else { (1, "use sweep") };
        assert_eq!(run.status, Some(status), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(words) && run.stderr.lines().count() == 1, "{arguments:?}: {}", run.stderr);
    }
    let run = bench.run(&["compare", "Test camera", "--json"]);
    let error: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(error["error"]["name"], "NotSupportedError");
}
