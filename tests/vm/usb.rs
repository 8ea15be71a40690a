//! A webcam with a microphone on the USB (`gadget/usb.sh`): what is listed of it, and its coming and going.

use std::io::Write as _;

use serde_json::{Value as Json, json};

use crate::rig::{self, Results};

/// How long a change may take until it is told, beside the list of all devices.
const TOLD_WITHIN: f64 = 1.0;

fn results() -> Option<&'static Results> {
    let results = rig::results()?;
    if results.path("usb.skipped").exists() {
        writeln!(std::io::stderr(), "skipped: a webcam on the USB: {}", results.text("usb.skipped").trim()).ok();
        return None;
    }
    Some(results)
}

/// The webcam's devices of a kind in a list.
fn webcam<'a>(list: &'a Json, kind: &str) -> &'a Json {
    let is_it = |device: &&Json| device["kind"] == kind && device["usb"]["serial"] == "SN0001";
    list.as_array().expect("a list").iter().find(is_it).unwrap_or_else(|| panic!("no {kind} of the webcam: {list:#}"))
}

fn list(results: &Results, name: &str) -> Json {
    serde_json::from_str(&results.text(name)).expect("a list of devices")
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_webcam_and_its_microphone_are_one_unit_with_the_kernels_usb_facts() {
    capture_lab::covers!("ENUM-09", "ENUM-15");
    let Some(results) = results() else { return };
    let list = list(results, "usb-devices.json");
    let (camera, microphone) = (webcam(&list, "videoinput"), webcam(&list, "audioinput"));
    let usb = json!({ "vid": "1d6b", "pid": "0104", "serial": "SN0001", "speed_mbps": 480 });
    for device in [camera, microphone] {
        for (name, value) in usb.as_object().expect("facts") {
            assert_eq!(&device["usb"][name], value, "{name} of {device:#}");
        }
    }
    assert_eq!(camera["groupId"], microphone["groupId"]);
    assert_eq!((&camera["driver"], &microphone["driver"]), (&json!("uvcvideo"), &json!("snd-usb-audio")));
    // The gadget's own node, which plays the camera, is an output.
    let cameras = list.as_array().expect("a list").iter().filter(|device| device["driver"] == "g_uvc");
    assert_eq!(cameras.count(), 0, "{list:#}");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn the_modes_of_a_webcam_are_those_of_its_descriptors() {
    let Some(results) = results() else { return };
    let list = list(results, "usb-devices.json");
    let modes = webcam(&list, "videoinput")["modes"].as_array().expect("modes").iter();
    let modes: Vec<_> = modes
        .map(|mode| {
            let text = |name: &str| mode[name].as_str().expect("text").to_owned();
            (text("pixelFormat"), mode["width"].as_u64(), mode["height"].as_u64(), text("frameRateExact"))
        })
        .collect();
    let mode =
        |format: &str, width, height, rate: &str| (format.to_owned(), Some(width), Some(height), rate.to_owned());
    // 333667 units of 100 ns are 29.97 per second: the kernel makes 100/2997 s of it.
    let expected = [
        mode("YUYV", 640, 360, "30/1"),
        mode("YUYV", 640, 360, "2997/100"),
        mode("YUYV", 640, 360, "25/1"),
        mode("YUYV", 1280, 720, "15/1"),
        mode("MJPG", 1920, 1080, "30/1"),
    ];
    assert_eq!(modes, expected, "v4l2-ctl says\n{}", results.text("usb-formats"));
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_webcam_that_comes_back_under_another_node_keeps_its_id() {
    capture_lab::covers!("ENUM-07");
    let Some(results) = results() else { return };
    let (before, after) = (list(results, "usb-devices.json"), list(results, "usb-again.json"));
    assert_ne!(
        results.text("usb.first-node"),
        results.text("usb.second-node"),
        "the kernel gave the same number again"
    );
    for kind in ["videoinput", "audioinput"] {
        let (before, after) = (webcam(&before, kind), webcam(&after, kind));
        assert_eq!(before["deviceId"], after["deviceId"]);
        assert_eq!(before["groupId"], after["groupId"]);
    }
    assert_eq!(webcam(&after, "videoinput")["node"], results.text("usb.second-node").trim());
}

/// When a watching lab told that the camera came or went, in order.
fn told(results: &Results, what: &str) -> Vec<f64> {
    let id = webcam(&list(results, "usb-devices.json"), "videoinput")["deviceId"].clone();
    let events = results.step("usb-watch").events("devicechange");
    let is_it = |event: &Json| event[what].as_array().is_some_and(|ids| ids.contains(&id));
    events.into_iter().filter(|(_, event)| is_it(event)).map(|(at, _)| at).collect()
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn coming_and_going_is_told_within_a_second_of_the_list() {
    capture_lab::covers!("CHG-01");
    let Some(results) = results() else { return };
    // A change is told when all devices were listed anew: vivid's 176 formats take the emulated machine longer than any webcam.
    let listing = results.step("usb-watch").lines[0].0 - results.number("usb.asked");
    for (change, happened) in [("added", "plugged"), ("removed", "unplugged")] {
        let told = told(results, change);
        assert_eq!(told.len(), 2, "{change}: {}", results.step("usb-watch").text());
        for (round, told) in told.iter().enumerate() {
            let at = results.number(&format!("usb.{happened}-{}", round + 1));
            assert!(
                told - at <= TOLD_WITHIN + listing,
                "{change} {} s after, where a list takes {listing} s",
                told - at
            );
        }
    }
}
