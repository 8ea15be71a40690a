//! `capture-lab sweep`.

use serde_json::Value as Json;

use crate::support::Bench;

#[test]
fn a_sweep_measures_the_modes_that_are_asked_for() {
    let bench = Bench::new();
    let arguments = ["sweep", "Test camera", "--seconds", "0.5", "--size", "320x180", "--rate", "60", "--rate", "30"];
    let csv = bench.path("modes.csv").display().to_string();
    let run = bench.run(&[&arguments[..], &["--json", "--out", &csv]].concat());
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let result: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&result["version"], &result["complete"], &result["whole"]), (&1.into(), &true.into(), &false.into()));
    assert_eq!(result["device"]["label"], "Test camera");
    let modes = result["modes"].as_array().unwrap();
    let names: Vec<_> = modes
        .iter()
        .map(|mode| format!("{} {}", mode["requested"]["pixel_format"], mode["requested"]["frame_rate"]))
        .collect();
    // 29.97 is 30 to people.
    assert_eq!(modes.len(), 6, "{names:?}");
    for mode in modes {
        let measured = &mode["measured"];
        assert!(measured["frames_produced"].as_u64().unwrap() > 5, "{mode}");
        assert!(measured["deviation_percent"].as_f64().unwrap().abs() < 40.0, "{mode}");
        assert_eq!((&mode["granted"], &mode["error"]), (&mode["requested"], &Json::Null));
    }
    let table = std::fs::read_to_string(csv).unwrap();
    assert_eq!(table.lines().count(), 7);
    assert!(table.starts_with("pixel_format,width,height,frame_rate,"), "{table}");
}

#[test]
fn a_sweep_is_compared_with_an_earlier_one() {
    let bench = Bench::new();
    let out = bench.path("before.json").display().to_string();
    let arguments =
        ["sweep", "Test camera", "--seconds", "0.5", "--format", "YUYV", "--rate", "15", "--size", "320x180"];
    let first = bench.run(&[&arguments[..], &["--out", &out]].concat());
    assert_eq!(first.status, Some(0), "{}", first.stderr);
    assert!(first.stdout.contains("320x180") && first.stdout.contains("verdict"), "{}", first.stdout);
    // As if it had been faster, and another mode had been there.
    let text = std::fs::read_to_string(&out).unwrap();
    let mut before: Json = serde_json::from_str(&text).unwrap();
    before["modes"][0]["measured"]["fps_delivered"] = 50.0.into();
    let mut other = before["modes"][0].clone();
    other["requested"]["width"] = 321.into();
    before["modes"].as_array_mut().unwrap().push(other);
    let altered = bench.write("altered.json", &before.to_string());
    let second = bench.run(&[&arguments[..], &["--compare", &altered]].concat());
    assert_eq!(second.status, Some(1), "{}", second.stdout);
    assert!(second.stdout.contains("worse") && second.stdout.contains("fps_delivered was 50.00"), "{}", second.stdout);
    assert!(second.stdout.contains("missing  321×180"), "{}", second.stdout);
    assert!(second.stderr.contains("worse than in the earlier sweep"), "{}", second.stderr);
}

#[test]
fn mistakes_are_told_before_the_camera_is_opened() {
    let bench = Bench::new();
    let taken = bench.write("taken.json", "{}");
    let cases: [(&[&str], i32, &str); 11] = [
        (&["sweep"], 2, "DEVICE"),
        (&["sweep", "Scanner"], 1, "No camera has"),
        (&["sweep", "Test", "--seconds", "0"], 2, "seconds"),
        (&["sweep", "Test", "--size", "big"], 2, "1280x720"),
        (&["sweep", "Test", "--size", "7x7"], 2, "no such mode"),
        (&["sweep", "Test", "--out", "modes.txt"], 2, ".json or .csv"),
        (&["sweep", "Test", "--out", &taken], 2, "exists already"),
        (&["sweep", "Test", "--compare", &taken], 2, "no mode sweep"),
        (&["sweep", "Test", "--device", "Test"], 2, "twice"),
        (&["sweep", "Test", "--colour-matrix", "709"], 2, "reads no colours"),
        (&["sweep", "Test", "--colour-range", "full"], 2, "reads no colours"),
    ];
    for (arguments, status, words) in cases {
        let run = bench.run(arguments);
        assert_eq!(run.status, Some(status), "{arguments:?}: {}", run.stderr);
        assert!(run.stderr.contains(words) && run.stderr.lines().count() == 1, "{arguments:?}: {}", run.stderr);
    }
    let run = bench.run(&["sweep", "Scanner", "--json"]);
    let error: Json = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(error["error"]["name"], "NotFoundError");
}
