//! The panel of the mode sweep.

use std::time::{Duration, Instant};

use capture_lab::sweep::Grade;

use crate::support::{Window, Wishes};

/// Moves the clock until the sweep is over.
fn run(window: &mut Window) {
    let deadline = Instant::now() + Duration::from_mins(2);
    while window.state().sweep.is_running() {
        assert!(Instant::now() < deadline, "{:?}", window.state().sweep.result());
        window.clock.advance(Duration::from_millis(60));
        window.harness.step();
    }
    window.harness.run_steps(3);
}

#[test]
fn a_sweep_runs_is_shown_exported_and_compared() {
    let answers = vec!["modes.json", "modes.csv", "modes.json"];
    let mut window = Window::with(&Wishes { answers, ..Wishes::default() });
    window.click("Mode sweep");
    assert!(window.shows("4 modes"));
    window.click("Start the sweep");
    assert!(window.state().sweep.is_running() && window.shows("0 of 4"));
    window.pass_until("the lamp", |state| state.lamps.iter().count() == 1);
    assert!(window.state().tracks.is_empty(), "what a sweep opens is no track of the tester's");
    run(&mut window);
    let result = window.state().sweep.result().unwrap().clone();
    assert!(result.complete, "{result:?}");
    assert!(result.modes.iter().all(|mode| mode.grade() == Grade::Good), "{result:?}");
    assert!(window.shows("320×180 at 30 fps, NV12") && window.shows("good"));
    window.click("Heat map");
    assert!(window.shows("NV12: good, 12.5 fps"));
    window.click("Export JSON");
    window.until_all("the file", |window| window.path("modes.json").exists());
    window.click("Export CSV");
    window.until_all("the file", |window| window.path("modes.csv").exists());
    assert_eq!(std::fs::read_to_string(window.path("modes.csv")).unwrap().lines().count(), 5);
    window.click("Compare with an earlier sweep…");
    window.until("the comparison", |state| state.sweep.comparison().is_some());
    assert!(window.shows("Compared with modes.json") && window.shows("4 modes are as they were."));
    window.click("Compare no more");
    assert!(window.state().sweep.comparison().is_none());
}

#[test]
fn a_sweep_can_be_cancelled() {
    let mut window = Window::new();
    window.click("Mode sweep");
    window.click("Start the sweep");
    window.click("Cancel the sweep");
    run(&mut window);
    assert!(!window.state().sweep.result().unwrap().complete);
}

#[test]
fn a_camera_in_use_is_not_swept() {
    let mut window = Window::opened(r#"{"video":true}"#);
    window.click("Mode sweep");
    window.click("Start the sweep");
    assert!(!window.state().sweep.is_running());
    assert!(window.messages().iter().any(|message| message.contains("in use by a track")), "{:?}", window.messages());
}
