//! What the subcommands print and write.

use serde_json::Value as Json;

use crate::support::Bench;

#[test]
fn devices_are_listed_with_ids_that_stay() {
    capture_lab::covers!("ENUM-06", "ENUM-07", "ENUM-08");
    let bench = Bench::new();
    let runs = [bench.run(&["devices", "--json"]), bench.run(&["devices", "--json"])];
    assert_eq!((runs[0].status, runs[0].stderr.as_str()), (Some(0), ""));
    assert_eq!(runs[0].stdout, runs[1].stdout);
    let devices: Vec<Json> = serde_json::from_str(&runs[0].stdout).unwrap();
    let kinds: Vec<_> = devices.iter().map(|device| device["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["audioinput", "videoinput"]);
    let is_told = |name: &str| devices.iter().all(|device| device[name].is_string());
    assert!(["deviceId", "kind", "label", "groupId"].into_iter().all(is_told), "{}", runs[0].stdout);
    assert_eq!(devices[0]["groupId"], devices[1]["groupId"]);
    assert_eq!(devices[1]["node"], "virtual:test-camera");
    assert_eq!(devices[0]["controls"], serde_json::json!([]));
    let control =
        |name: &str| devices[1]["controls"].as_array().unwrap().iter().find(|control| control["name"] == name);
    let expected = serde_json::json!({
        "id": 9_963_776, "name": "Brightness", "type": "integer", "min": 0, "max": 255, "step": 1, "default": 128,
        "value": 128, "inactive": false, "readOnly": false, "items": null,
    });
    assert_eq!(control("Brightness"), Some(&expected));
    let items = &control("Power Line Frequency").unwrap()["items"];
    assert_eq!(items[2], serde_json::json!({ "index": 2, "name": "60 Hz" }));
    let other = Bench::new().run(&["devices", "--json"]);
    assert_ne!(runs[0].stdout, other.stdout, "another installation has other ids (ENUM-08)");
}

#[test]
fn devices_for_people_name_the_node_and_all_rates() {
    let run = Bench::new().run(&["devices"]);
    assert!(run.stdout.contains("Exposure Time, Absolute       166 (integer, 1 to 5000, inactive)"), "{}", run.stdout);
    assert!(run.stdout.contains("virtual:test-camera  Test camera") && run.stdout.contains("29.97"), "{}", run.stdout);
}

#[test]
fn watch_tells_frames_and_levels_in_order() {
    capture_lab::covers!("EXT-01", "SINK-12");
    let constraints = r#"{"video":{"width":{"exact":320},"frameRate":{"exact":12.5}},"audio":true}"#;
    let run = Bench::new().run(&["watch", constraints, "--seconds", "2", "--json"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let lines = run.lines();
    assert_eq!((&lines[0]["event"], &lines[0]["t"]), (&Json::from("start"), &Json::from(0)));
    assert_eq!(lines.last().unwrap()["event"], "close");
    let opened = run.events("open");
    assert_eq!((opened.len(), &opened[1]["settings"]["frameRate"]), (2, &Json::from(12.5)));

    let frames = run.events("frames");
    let last = frames.last().unwrap();
    let count = |name: &str| last[name].as_u64().unwrap();
    assert_eq!(count("produced"), count("delivered") + count("discarded") + count("dropped") + count("corrupt"));
    // As many as the time allows, by the time that the line gives: the end may be noticed late.
    let seconds = last["t"].as_f64().unwrap() - opened[0]["t"].as_f64().unwrap();
    assert!((count("produced") as f64 - seconds * 12.5).abs() <= 4.0, "{last} after {seconds} s");

    assert_eq!((&last["rate"]["requested"], &last["rate"]["granted"]), (&Json::from(12.5), &Json::from(12.5)));
    let (drops, first) = (&last["drops"], &last["first_frame_ms"]);
    assert_eq!((drops["driver"].as_u64(), drops["corrupt"].as_u64()), (last["dropped"].as_u64(), Some(0)), "{last}");
    assert!(first["total"].as_f64() > Some(0.0) && first["shown"].is_null(), "{last}");
    let in_bins: u64 = last["histogram_ms"].as_array().unwrap().iter().map(|bin| bin[1].as_u64().unwrap()).sum();
    assert_eq!((Some(in_bins), &last["window_s"]), (last["n"].as_u64(), &Json::from(10)), "{last}");
    assert!(last["sharpness"].as_f64() > Some(0.0) && last["noise"].is_number(), "{last}");

    let levels = run.events("level");
    assert!(levels.len() >= 10, "{} level lines", levels.len());
    for line in levels {
        let peak = |channel: usize| line["channels"][channel]["peak_dbfs"].as_f64().unwrap();
        assert!((peak(0) + 18.0).abs() < 0.1 && (peak(1) + 24.0).abs() < 0.1, "{line}");
    }
}

#[cfg(feature = "h264")]
#[test]
fn record_writes_a_clip_and_says_what_it_has() {
    let bench = Bench::new();
    let clip = bench.path("clip.mp4");
    // Few frames, so that a busy machine loses none.
    let request = r#"{"video":{"width":{"exact":320},"frameRate":{"exact":5}},"audio":true}"#;
    let run = bench.run(&["record", request, "--seconds", "1.5", "--out", &clip.display().to_string()]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    assert!(run.stdout.contains("clip.mp4") && run.stdout.contains("0 lost"), "{}", run.stdout);
    assert_eq!(std::fs::read(clip).unwrap()[4..8], *b"ftyp");
}

#[test]
fn record_of_sound_alone_ends_at_its_size() {
    let bench = Bench::new();
    let clip = bench.path("sound.wav");
    let run = bench.run(&["record", r#"{"audio":true}"#, "--bytes", "300000", "--out", &clip.display().to_string()]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let bytes = std::fs::read(clip).unwrap();
    assert!(bytes.starts_with(b"RIFF") && bytes.len() >= 300_000, "{} bytes", bytes.len());
}

#[test]
fn snapshots_are_numbered_pictures_of_the_size_asked_for() {
    let bench = Bench::new();
    let out = bench.path("shot.png").display().to_string();
    let run = bench.run(&["snapshot", r#"{"video":{"width":{"exact":320}}}"#, "--out", &out, "--count", "2"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    for name in ["shot-001.png", "shot-002.png"] {
        let bytes = std::fs::read(bench.path(name)).unwrap();
        assert_eq!((&bytes[..4], &bytes[16..24]), (&b"\x89PNG"[..], &[0, 0, 1, 64, 0, 0, 0, 180][..]), "{name}");
    }
}

#[test]
fn a_camera_s_own_jpeg_can_be_kept() {
    let bench = Bench::new();
    let out = bench.path("own.jpg").display().to_string();
    let arguments = ["snapshot", r#"{"video":true}"#, "--out", &out, "--original", "--pixel-format", "MJPG"];
    let run = bench.run(&arguments);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let bytes = std::fs::read(bench.path("own.jpg")).unwrap();
    assert!(bytes.starts_with(&[0xff, 0xd8]) && bytes.ends_with(&[0xff, 0xd9]));
}

#[test]
fn a_preset_says_what_to_capture() {
    let bench = Bench::new();
    let preset =
        bench.write("small.ron", "(version: 1, video: (basic: {width: (exact: [320])}), pixel_format: \"NV12\")");
    let run = bench.run(&["watch", &preset, "--seconds", "0.5", "--json"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let opened = &run.events("open")[0];
    assert_eq!((&opened["pixelFormat"], &opened["settings"]["width"]), (&Json::from("NV12"), &Json::from(320)));
}

#[test]
fn the_man_page_and_completions_are_made() {
    let bench = Bench::new();
    assert!(bench.run(&["generate", "man"]).stdout.contains("capture\\-lab"));
    assert!(bench.run(&["generate", "bash"]).stdout.contains("snapshot"));
}

#[test]
fn watch_warns_of_black_pictures_and_digital_silence() {
    let bench = Bench::new();
    let file = bench.path("dull.ron");
    let dull = r#"(
        cameras: [(name: "dark", label: "Dark", pattern: Flat(0, 0, 0), modes: [(sizes: [(320, 180)], rates: [(30, 1)], formats: ["NV12"])])],
        microphones: [(name: "dead", label: "Dead", rates: [48000], channels: [(hertz: 997.0, peak_dbfs: -18.0)],
            faults: [(at: 0.0, do: Silence(60.0))])],
    )"#;
    std::fs::write(&file, dull).unwrap();
    let file = file.display().to_string();
    let run = bench.run(&["watch", r#"{"video":true,"audio":true}"#, "--virtual", &file, "--seconds", "3.5", "--json"]);
    assert_eq!((run.status, run.stderr.as_str()), (Some(0), ""));
    let warnings = run.events("warning");
    let mut kinds: Vec<_> = warnings.iter().map(|line| line["kind"].as_str().unwrap()).collect();
    kinds.sort_unstable();
    assert_eq!(kinds, ["black", "digital-silence"], "each once");
}

#[test]
fn watch_warns_of_a_picture_that_stands_still() {
    let bench = Bench::new();
    let grey = r#"(cameras: [(name: "still", label: "Still", pattern: Flat(120, 120, 120),
        modes: [(sizes: [(320, 180)], rates: [(30, 1)], formats: ["NV12"])])])"#;
    let file = bench.write("still.ron", grey);
    let run = bench.run(&["watch", r#"{"video":true}"#, "--virtual", &file, "--seconds", "3.5", "--json"]);
    assert_eq!(run.status, Some(0), "{}", run.stderr);
    let warnings = run.events("warning");
    assert_eq!(warnings.iter().map(|line| line["kind"].as_str().unwrap()).collect::<Vec<_>>(), ["frozen"]);
    let moving = bench.run(&["watch", r#"{"video":true}"#, "--seconds", "2.5", "--json"]);
    assert!(moving.events("warning").is_empty(), "{}", moving.stdout);
}
