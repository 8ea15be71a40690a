//! The panel of recordings and snapshots.

use egui::{Frame, Margin, RichText, ScrollArea, Ui};

use crate::command::UserCommand;
use crate::state::{Clip, ClipPhase, State};
use crate::text::{text, text_with};

use super::commands::command_button_ui;
use super::theme::Tokens;
use super::widgets::{badge_ui, named};
use super::{Action, number};

/// Draws the panel.
pub(super) fn clips_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    ui.horizontal_wrapped(|ui| {
        for command in [UserCommand::Record, UserCommand::Snapshot] {
            command_button_ui(ui, command, state.possible(), actions);
        }
    });
    ScrollArea::vertical().auto_shrink(false).show(ui, |ui| {
        for (index, clip) in state.clips.iter().enumerate().rev() {
            ui.push_id(index, |ui| clip_ui(ui, clip, actions));
        }
        ui.weak(text_with("clips-folder", &[("folder", state.clips_folder.clone())]));
    });
}

fn clip_ui(ui: &mut Ui, clip: &Clip, actions: &mut Vec<Action>) {
    let frame = Frame::new().fill(ui.visuals().faint_bg_color).corner_radius(4).inner_margin(Margin::same(6));
    frame.show(ui, |ui| {
        ui.set_min_width(ui.available_width());
        let name = clip.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        ui.add(egui::Label::new(RichText::new(&name).strong()).truncate());
        ui.horizontal_wrapped(|ui| {
            phase_ui(ui, clip);
            ui.monospace(facts(clip));
            buttons_ui(ui, clip, &name, actions);
        });
        if let ClipPhase::Failed(message) = &clip.phase {
            ui.colored_label(Tokens::of(ui).error, message);
        }
        if let Some(reason) = &clip.cut_short {
            ui.colored_label(Tokens::of(ui).warning, reason);
        }
        if !clip.lost.is_none() {
            let (pictures, frames) = (clip.lost.pictures.to_string(), clip.lost.sample_frames.to_string());
            let lost = text_with("clips-lost", &[("pictures", pictures), ("frames", frames)]);
            ui.colored_label(Tokens::of(ui).warning, lost);
        }
    });
    ui.add_space(4.0);
}

fn phase_ui(ui: &mut Ui, clip: &Clip) {
    let tokens = Tokens::of(ui);
    match clip.phase {
        ClipPhase::Running => badge_ui(ui, &text("clips-running"), tokens.recording),
        ClipPhase::Finished => badge_ui(ui, &text("clips-finished"), tokens.good),
        ClipPhase::Failed(_) => badge_ui(ui, &text("clips-failed"), tokens.error),
    };
}

fn facts(clip: &Clip) -> String {
    match (clip.recording, clip.bytes) {
        (None, 0) => text("clips-picture"),
        (None, bytes) => number::bytes(bytes),
        (Some(_), bytes) => format!("{} · {}", number::duration(clip.duration), number::bytes(bytes)),
    }
}

fn buttons_ui(ui: &mut Ui, clip: &Clip, name: &str, actions: &mut Vec<Action>) {
    if let (true, Some(recording)) = (clip.is_running(), clip.recording)
        && ui.button(text("clips-stop")).clicked()
    {
        actions.push(Action::StopRecording(recording));
    }
    let copy = ui.button(text("clips-copy-path"));
    if named(copy, &text_with("clips-copy-path-of", &[("clip", name.to_owned())])).clicked() {
        actions.push(Action::Copy(clip.path.display().to_string()));
    }
}
