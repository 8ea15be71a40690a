//! The panel of measurements: each number by its name, its definition by hovering.

use std::time::Duration;

use capture_lab::model::Property;
use capture_lab::state::State;
use egui_kittest::kittest::Queryable as _;

use crate::support::{Window, Wishes};

/// A window with its panel of measurements in front.
fn measured(mut window: Window) -> Window {
    window.click("Measurements");
    window
}

const RATE: &str = "Rate, per second, made by the sensor, 1 s: 30.00";

#[test]
fn each_number_has_a_name_and_its_definition_is_one_hover_away() {
    let mut window = measured(Window::opened(r#"{"video":{"width":320,"frameRate":{"ideal":31}}}"#));
    assert!(window.shows("Waiting for the first measurement"));
    window.pass(Duration::from_millis(1500));
    window.until_all("the rate", |window| window.shows(RATE));
    for number in [
        "Rate, per second, asked for: 31.00",
        "Rate, per second, granted by the driver: 30.00",
        "Rate, per second, delivered to the track, 10 s: 30.00",
        "Interval, ms, by driver time, p99: 33.3",
        "Interval, ms, by arrival, max: 33.3",
        "Frames since the track was opened, dropped by the driver: 0",
        "Repetitions and freezes, freezes: 0",
        "Way to the first picture, ms, call to first frame: ",
        "Picture, mean luma, 0–255: ",
        "Picture, noise, steps of 255: ",
        "Intervals by driver time: ",
    ] {
        assert!(window.shows(number), "{number}");
    }
    window.harness.get_by_label(RATE).hover();
    window.pass(Duration::from_secs(1));
    window.until_all("its definition", |window| window.shows("sequence numbers by that of its stamps"));
    assert!(window.shows(" N = "));
}

#[test]
fn what_was_lost_is_counted_where_it_was_lost() {
    let faults = "(at: 0.5, do: DropFrames(5)), (at: 1.0, do: Corrupt(2))";
    let wishes = Wishes { open: Some(r#"{"video":{"width":320}}"#), faults, ..Wishes::default() };
    let mut window = measured(Window::with(&wishes));
    window.until("a track", |state| !state.tracks.is_empty());
    window.pass(Duration::from_secs(2));
    let frames = |what: &str, count: u32| format!("Frames since the track was opened, {what}: {count}");
    window.until_all("the losses", |window| window.shows(&frames("dropped by the driver", 5)));
    window.until_all("the damage", |window| window.shows(&frames("corrupt", 2)));
    assert!(window.shows(&frames("dropped by the lab", 0)));
}

#[test]
fn pictures_that_were_drawn_tell_their_age() {
    let mut window = measured(Window::opened(r#"{"video":{"width":320}}"#));
    window.pass(Duration::from_millis(1500));
    let unknown = "Latency, ms, stamp to window, p50: –";
    window.until_all("an age", |window| window.shows("Latency, ms, stamp to window, p50: ") && !window.shows(unknown));
    assert!(!window.shows("Way to the first picture, ms, first drawn: –"));
}

#[test]
fn all_numbers_are_copied_as_text_and_as_json() {
    let mut window = measured(Window::opened(r#"{"video":{"width":320}}"#));
    window.pass(Duration::from_millis(500));
    window.until_all("the numbers", |window| window.shows("Copy text"));
    for button in ["Copy text", "Copy JSON"] {
        window.click(button);
        assert_eq!(window.messages(), ["Copied"], "{button}");
        window.click("Dismiss: Copied");
    }
}

#[test]
fn without_a_camera_it_says_what_would_be_there() {
    let window = measured(Window::new());
    assert!(window.shows("are measured here"));
}

#[test]
fn low_light_is_explained_and_the_exposure_pinned_by_a_button() {
    let controls = r#"controls: [
        (name: "exposureMode", choices: ["manual", "continuous"], value: "continuous"),
        (name: "exposureTime", min: 1, max: 5000, step: 1, value: 300),
    ],"#;
    let (open, faults) = (Some(r#"{"video":{"width":320}}"#), "(at: 3.0, do: LowLight(slower: 2))");
    let wishes = Wishes { open, faults, controls, ..Wishes::default() };
    let mut window = measured(Window::with(&wishes));
    window.until("a track", |state| !state.tracks.is_empty());
    window.pass(Duration::from_secs(5));
    for _ in 0..20 {
        window.pass(Duration::from_millis(500));
        if window.shows("Pin the exposure") {
            break;
        }
    }
    assert!(window.shows("Low light: the rate fell from 30 to 15 while the exposure rose from 30 ms to 60 ms"));
    window.click("Pin the exposure");
    let exposure = |state: &State| state.tracks[0].track.settings.text(Property::ExposureMode).map(str::to_owned);
    window.until("a manual exposure", |state| exposure(state).as_deref() == Some("manual"));
    let time = window.state().tracks[0].track.settings.number(Property::ExposureTime);
    assert!(time <= Some(333.0), "{time:?}");
    window.pass(Duration::from_secs(4));
    window.until_all("the rate", |window| window.shows(RATE) && !window.shows("Pin the exposure"));
}

#[test]
fn a_black_and_a_frozen_picture_are_told_in_words() {
    for (fault, words) in [("Black(9.0)", "The picture is black"), ("Freeze(9.0)", "The picture has not changed for")] {
        let faults = format!("(at: 0.5, do: {fault})");
        let wishes = Wishes { open: Some(r#"{"video":{"width":320}}"#), faults: &faults, ..Wishes::default() };
        let mut window = measured(Window::with(&wishes));
        window.until("a track", |state| !state.tracks.is_empty());
        window.pass(Duration::from_secs(3));
        for _ in 0..20 {
            if window.shows(words) {
                break;
            }
            window.pass(Duration::from_millis(100));
        }
        assert!(window.shows(words) && !window.state().tracks[0].track.muted(), "{fault}");
    }
}
