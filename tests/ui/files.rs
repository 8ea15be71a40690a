//! Presets, logs, clips and pictures: through scripted dialogs, into real files.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use capture_lab::model::{Constraint, Property, TrackKind};
use capture_lab::state::ClipPhase;
use egui::{Key, Modifiers};

use crate::support::{Window, Wishes};

#[test]
fn a_preset_is_saved_and_opened_again_and_is_recent() {
    let mut window = Window::with(&Wishes { answers: vec!["my.ron", "my.ron"], ..Wishes::default() });
    window.fill("video width ideal", "640");
    window.press(Modifiers::COMMAND, Key::S);
    window.until("the file", |state| !state.preferences.recent_presets.is_empty());
    window.fill("video width ideal", "320");
    window.press(Modifiers::COMMAND, Key::O);
    let is_back = Constraint::ideal(640);
    window.until("the preset", |state| state.editor.constraint(TrackKind::Video, Property::Width) == is_back);
    assert_eq!(window.state().preferences.recent_presets, [window.path("my.ron")]);
    window.click("File");
    window.click("Recent presets");
    assert!(window.shows("my"));
}

#[test]
fn a_malformed_preset_is_told_and_changes_nothing() {
    let mut window = Window::with(&Wishes { answers: vec!["bad.ron"], ..Wishes::default() });
    std::fs::write(window.path("bad.ron"), "(version: 1, video: (basic: {widht: ()}))").unwrap();
    let before = window.state().editor.text().to_owned();
    window.press(Modifiers::COMMAND, Key::O);
    window.until("the failure", |state| state.toasts.iter().next().is_some());
    let message = window.messages().remove(0);
    assert!(message.contains("line 1") && message.contains("widht"), "{message}");
    assert_eq!(window.state().editor.text(), before);
}

#[derive(Debug)]
struct Dropped(PathBuf);

impl egui::DroppedFile for Dropped {
    fn path(&self) -> &std::path::Path {
        &self.0
    }

    fn bytes(&self) -> Result<Vec<u8>, String> {
        std::fs::read(&self.0).map_err(|error| error.to_string())
    }
}

#[test]
fn a_preset_is_dropped_on_the_window() {
    let mut window = Window::new();
    let path = window.path("dropped.ron");
    std::fs::write(&path, "(version: 1, video: (basic: {width: (exact: [320])}))").unwrap();
    window.harness.input_mut().dropped_files.push(Arc::new(Dropped(path)));
    window.harness.step();
    window.harness.input_mut().dropped_files.clear();
    let wanted = Constraint::exact(320);
    window.until("the preset", |state| state.editor.constraint(TrackKind::Video, Property::Width) == wanted);
    assert!(window.state().editor.constraints().audio.is_none());
}

#[test]
fn the_log_that_is_shown_is_exported() {
    let mut window =
        Window::with(&Wishes { open: Some(r#"{"video":true}"#), answers: vec!["log.tsv"], ..Wishes::default() });
    window.until("a track", |state| !state.tracks.is_empty());
    window.fill("Filter events", "success");
    window.press(Modifiers::COMMAND, Key::E);
    window.until("the file", |state| state.toasts.iter().next().is_some());
    let text = std::fs::read_to_string(window.path("log.tsv")).unwrap();
    let (header, entries) = text.split_once('\n').unwrap();
    assert!(header.starts_with("# Capture Lab ") && header.contains("since 20"), "{header}");
    assert!(entries.lines().count() >= 1 && entries.lines().all(|line| line.contains("\tsuccess\t")), "{text}");
}

#[test]
fn a_clip_is_recorded_with_its_progress_and_a_picture_is_kept() {
    let mut window = Window::opened(r#"{"video":{"width":320},"audio":true}"#);
    window.pass(Duration::from_millis(300));
    window.press(Modifiers::COMMAND, Key::R);
    window.until("a recording", |state| state.running_clip().is_some());
    window.pass(Duration::from_millis(2500));
    window.until("progress", |state| state.clips[0].duration >= Duration::from_secs(1) && state.clips[0].bytes > 0);
    assert!(window.shows("Stop recording"));
    window.press(Modifiers::COMMAND, Key::R);
    window.until("the end", |state| state.clips[0].phase == ClipPhase::Finished);
    let clip = window.state().clips[0].clone();
    assert_eq!(std::fs::metadata(&clip.path).unwrap().len(), clip.bytes);
    assert_eq!(clip.path.extension().unwrap(), "mp4");

    window.press(Modifiers::COMMAND | Modifiers::SHIFT, Key::P);
    window.pass_until("a picture", |state| state.clips.len() == 2);
    let picture = std::fs::read(&window.state().clips[1].path).unwrap();
    assert!(picture.starts_with(b"\x89PNG"));
}

#[test]
fn a_clip_that_cannot_be_written_is_told() {
    let mut window = Window::opened(r#"{"video":true}"#);
    let clips = window.path("clips");
    window.until_all("the folder", |_| clips.is_dir());
    std::fs::remove_dir(&clips).unwrap();
    window.press(Modifiers::COMMAND, Key::R);
    window.until("the failure", |state| state.toasts.iter().next().is_some());
    assert!(window.state().running_clip().is_none() && window.state().tracks[0].track.is_live());
}
