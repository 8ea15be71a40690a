//! Colours that the tester chooses for a camera.

use capture_lab::model::{ColourMatrix, ColourOverride, ColourRange, TrackKind};
use capture_lab::worker::TrackMonitor;
use egui_kittest::kittest::Queryable as _;
use std::time::Duration;

use crate::support::Window;

fn choose(window: &mut Window, combo: &str, choice: &str) {
    for label in [combo, choice] {
        window.harness.get_by_label(label).click_accesskit();
        window.harness.run_steps(4);
    }
}

fn until_chosen(window: &mut Window, wanted: ColourOverride) {
    window.until_all("the colours", |window| {
        let TrackMonitor::Video { colour, .. } = &window.track(TrackKind::Video).monitor else { return false };
        colour.chosen() == wanted
    });
}

#[test]
fn range_and_matrix_are_chosen_and_left_to_the_driver_again() {
    let mut window = Window::opened(r#"{"video":true}"#);
    window.pass(Duration::from_millis(300));
    window.harness.get_by_label("Colours").click_accesskit();
    window.harness.run_steps(30); // it unfolds
    window.until_all("a frame", |window| window.shows("The driver says: limited range, BT.601."));
    let (range, matrix) = ("Colour range: video · Cam", "Colour matrix: video · Cam");
    choose(&mut window, range, "full");
    until_chosen(&mut window, ColourOverride { range: Some(ColourRange::Full), matrix: None });
    choose(&mut window, matrix, "BT.709");
    until_chosen(&mut window, ColourOverride { range: Some(ColourRange::Full), matrix: Some(ColourMatrix::Bt709) });
    assert!(window.shows("are read as BT.709 full range; its driver says BT.601 limited range"));
    // The other choice shows BT.709, so these words stand only in the open list.
    choose(&mut window, range, "as the driver says");
    until_chosen(&mut window, ColourOverride { range: None, matrix: Some(ColourMatrix::Bt709) });
}
