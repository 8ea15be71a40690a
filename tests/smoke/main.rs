//! The shipped program's window on an X server without a screen. The program is the one that `CAPTURE_LAB` names
//! (`make test-full`: the release), else the one that cargo built.

#![cfg(target_os = "linux")]
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod display;
mod picture;
mod program;

use std::time::{Duration, Instant};

use display::Display;
use picture::frame_number;
use program::Program;

const OPEN_BOTH: [&str; 3] = ["--only-virtual", "--open", r#"{"video":true,"audio":true}"#];
/// How long the window, and then its first picture, may take on a busy machine with software rendering.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long the program may take to close all: its promise is two seconds, and a busy machine with software rendering is
/// slow besides.
const CLOSE_LIMIT: Duration = Duration::from_secs(10);

/// The frame number that is to be seen on the screen, as soon as there is one other than `known`.
fn next_number(display: &Display, known: Option<u32>) -> u32 {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        if let Some(number) = frame_number(&display.screen()).filter(|number| Some(*number) != known) {
            return number;
        }
    }
    panic!("no picture of the test camera with a number other than {known:?} within {} s", PATIENCE.as_secs());
}

#[test]
#[ignore = "needs an X server: make test-full"]
fn the_window_shows_a_moving_picture_and_closes_by_its_key() {
    let Some(display) = Display::start() else { return };
    let mut program = Program::start(&display, &OPEN_BOTH);
    let window = display.window(&mut program, "Capture Lab", PATIENCE);
    let first = next_number(&display, None);
    let second = next_number(&display, Some(first));
    assert!(first < second, "frame {second} after {first}");
    display.press(&window, "ctrl+q");
    let (status, errors) = program.end_within(CLOSE_LIMIT);
    assert_eq!((status, errors.as_str()), (Some(0), ""));
}

#[test]
#[ignore = "needs an X server: make test-full"]
fn a_termination_closes_the_window_in_order() {
    let Some(display) = Display::start() else { return };
    let mut program = Program::start(&display, &OPEN_BOTH);
    display.window(&mut program, "Capture Lab", PATIENCE);
    next_number(&display, None);
    program.signal("-TERM");
    let (status, errors) = program.end_within(CLOSE_LIMIT);
    assert_eq!((status, errors.as_str()), (Some(0), ""));
}

#[test]
fn without_a_display_one_sentence_says_so() {
    let (status, errors) = Program::without_display(&["--only-virtual"]).end_within(PATIENCE);
    assert_eq!(status, Some(1), "{errors}");
    assert_eq!(errors.lines().count(), 1, "{errors}");
    for word in ["display", "devices", "watch", "record", "snapshot"] {
        assert!(errors.contains(word), "{errors}");
    }
}
