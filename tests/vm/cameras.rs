//! Cameras of the kernel: which there are, and what they deliver.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::rig;

const VIDEO_CAPTURE: u32 = 0x1;
const VIDEO_CAPTURE_MPLANE: u32 = 0x1000;
/// 25/2 per second.
const INTERVAL_MS: f64 = 80.0;

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn exactly_the_nodes_that_can_capture_pictures_are_listed() {
    capture_lab::covers!("ENUM-15");
    let Some(results) = rig::results() else { return };
    let nodes = results.text("nodes");
    let capabilities = nodes.lines().map(|line| {
        let (node, bits) = line.split_once(" 0x").expect("a node and its capabilities");
        (node.to_owned(), u32::from_str_radix(bits, 16).expect("capabilities"))
    });
    let (cameras, others): (Vec<_>, Vec<_>) =
        capabilities.partition(|(_, bits)| bits & (VIDEO_CAPTURE | VIDEO_CAPTURE_MPLANE) != 0);
    assert_eq!((cameras.len(), others.len() >= 2), (2, true), "two cameras among others: {nodes}");

    assert_eq!(results.text("devices.status"), "0\n", "{}", results.text("devices.err"));
    let listed: Vec<Json> = serde_json::from_str(&results.text("devices.json")).expect("JSON");
    let inputs = listed.iter().filter(|device| device["kind"] == "videoinput");
    let listed: BTreeSet<_> = inputs.map(|device| device["node"].as_str().expect("a node").to_owned()).collect();
    assert_eq!(listed, cameras.into_iter().map(|(node, _)| node).collect());
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_fractional_rate_is_listed_as_the_fraction_it_is() {
    let Some(results) = rig::results() else { return };
    let listed: Vec<Json> = serde_json::from_str(&results.text("devices.json")).expect("JSON");
    let camera = listed.iter().find(|device| device["node"] == "/dev/video0").expect("the first camera");
    let modes = camera["modes"].as_array().expect("modes");
    let is_wanted = |mode: &&Json| mode["width"] == 320 && mode["frameRateExact"] == "25/2";
    let mode = modes.iter().find(is_wanted).expect("320 wide at 25/2");
    assert_eq!((&mode["height"], &mode["frameRate"]), (&Json::from(180), &Json::from(12.5)));
}

/// Sequence numbers and times in seconds of the frames that `v4l2-ctl --verbose` tells of.
pub fn frames_of_v4l2_ctl(text: &str) -> Vec<(u64, f64)> {
    let after = |line: &str, sign: &str| line.split_once(sign)?.1.split_whitespace().next().map(str::to_owned);
    let lines = text.lines().filter(|line| line.contains("dqbuf"));
    let frame = |line: &str| Some((after(line, "seq:")?.parse().ok()?, after(line, "ts:")?.parse().ok()?));
    lines.map(|line| frame(line).unwrap_or_else(|| panic!("{line}"))).collect()
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_fractional_rate_delivers_what_v4l2_ctl_sees() {
    let Some(results) = rig::results() else { return };
    let stream = results.step("stream");
    let theirs = frames_of_v4l2_ctl(&format!("{}{}", stream.text(), stream.errors));
    let ((first, began), (last, ended)) = (theirs[0], theirs[theirs.len() - 1]);
    let their_rate = (last - first) as f64 / (ended - began);

    let step = results.step("watch");
    assert_eq!(step.status, 0, "{}", step.errors);
    let opened = &step.events("open")[0].1;
    assert_eq!((&opened["node"], &opened["pixelFormat"]), (&Json::from("/dev/video0"), &Json::from("YUYV")));
    assert_eq!(opened["settings"]["frameRate"], 12.5);

    let reports = step.events("frames");
    let count = |at: usize, name: &str| reports[at].1[name].as_f64().expect("a count");
    let end = reports.len() - 1;
    // Of every frame that has a sequence number it is known what became of it.
    let fates = ["delivered", "discarded", "dropped", "corrupt"].map(|name| count(end, name));
    assert!((fates.iter().sum::<f64>() - count(end, "produced")).abs() < 0.5, "{:?}", reports[end]);
    let seconds = reports[end].1["t"].as_f64().expect("a time") - reports[0].1["t"].as_f64().expect("a time");
    let our_rate = (count(end, "produced") - count(0, "produced")) / seconds;
    // One frame more or less at either end.
    assert!((our_rate - their_rate).abs() <= 2.0 / seconds, "{our_rate} against {their_rate} per second");
    assert!((count(end, "produced") - 62.5).abs() <= 4.0, "{:?}", reports[end]);

    let their_gaps = (last - first + 1) - theirs.len() as u64;
    if their_gaps == 0 {
        assert_eq!((count(end, "dropped"), count(end, "corrupt")), (0.0, 0.0), "{:?}", reports[end]);
    }
    let interval = reports[end].1["interval_ms"]["p50"].as_f64().expect("an interval");
    assert!((interval - INTERVAL_MS).abs() < 4.0, "{interval} ms");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn nokhwa_sees_the_same_cameras_and_their_pictures() {
    let Some(results) = rig::results() else { return };
    let nodes = |file: &str| -> BTreeSet<String> {
        let listed: Vec<Json> = serde_json::from_str(&results.text(file)).expect("JSON");
        let cameras = listed.iter().filter(|device| device["kind"] == "videoinput");
        cameras.map(|device| device["node"].as_str().expect("a node").to_owned()).collect()
    };
    assert_eq!(nodes("nokhwa-devices.json"), nodes("devices.json"));

    let step = results.step("nokhwa");
    assert_eq!(step.status, 0, "{}", step.errors);
    let opened = &step.events("open")[0].1;
    assert_eq!((&opened["settings"]["width"], &opened["settings"]["height"]), (&Json::from(320), &Json::from(180)));
    let reports = step.events("frames");
    let last = &reports[reports.len() - 1].1;
    assert!(last["delivered"].as_u64().is_some_and(|count| count >= 10), "{last}");
    assert!(last["luma"].as_f64().is_some_and(|luma| luma > 10.0), "a picture: {last}");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_camera_that_another_program_holds_is_said_to_be_busy() {
    capture_lab::covers!("PERM-03");
    let Some(results) = rig::results() else { return };
    let step = results.step("busy");
    assert_eq!(step.status, 1, "{}", step.errors);
    assert_eq!(step.errors.lines().count(), 1, "{}", step.errors);
    for word in ["/dev/video0", "v4l2-ctl"] {
        assert!(step.errors.contains(word), "{word}: {}", step.errors);
    }
    assert!(step.text().contains("NotReadableError"), "{}", step.text());
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_size_and_a_rate_that_the_camera_does_not_have_are_made_of_one_that_it_has() {
    capture_lab::covers!("RSZ-03", "FRM-01", "FRM-04");
    let Some(results) = rig::results() else { return };
    let step = results.step("scaled");
    assert_eq!(step.status, 0, "{}", step.errors);
    let settings = &step.events("open")[0].1["settings"];
    assert_eq!((&settings["width"], &settings["height"]), (&Json::from(200), &Json::from(150)));
    assert_eq!((&settings["frameRate"], &settings["resizeMode"]), (&Json::from(6.25), &Json::from("crop-and-scale")));
    let reports = step.events("frames");
    let last = &reports[reports.len() - 1].1;
    let count = |name: &str| last[name].as_f64().expect("a count");
    // Every second frame of 12.5 per second, where the emulated machine lost none.
    assert!(count("delivered") >= 8.0, "{last}");
    assert!((count("delivered") - count("discarded")).abs() <= 2.0 + count("dropped"), "{last}");
    let picture = std::fs::read(results.path("scaled.png"))
        .unwrap_or_else(|error| panic!("{error}: {}", results.text("scaled-snapshot.err")));
    let number = |at: usize| u32::from_be_bytes(picture[at..at + 4].try_into().expect("four bytes"));
    assert_eq!((number(16), number(20)), (200, 150), "the size in the PNG's header");
}
