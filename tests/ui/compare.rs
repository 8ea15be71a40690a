//! Two backends compared on one camera. The program that is started for it here is the test itself, which takes it for a
//! wrong command line: what it says is shown.

use crate::support::{Window, Wishes};

fn details(as_v4l2: bool) -> Window {
    let mut window = Window::with(&Wishes { as_v4l2, ..Wishes::default() });
    window.click("Cam (virtual:cam)");
    window
}

#[test]
fn a_virtual_camera_has_nothing_to_compare() {
    assert!(!details(false).shows("Compare backends"));
}

#[test]
#[cfg(feature = "nokhwa")]
fn what_the_comparison_says_is_shown() {
    let mut window = details(true);
    window.click("Compare backends…");
    assert_eq!(
        window.state().comparison.as_ref().map(|comparison| comparison.name.as_str()),
        Some("Cam (virtual:cam)")
    );
    assert!(window.shows("Backends on Cam"));
    let is_over = |state: &capture_lab::state::State| {
        state
            .comparison
            .as_ref()
            .is_some_and(|comparison| matches!(&comparison.outcome, Some(Err(words)) if !words.is_empty()))
    };
    window.until("an outcome", is_over);
    assert!(window.shows("The comparison did not succeed"));
    window.click("Compare backends…"); // another one takes its place
    window.until("an outcome", is_over);
}
