//! The dialog of preferences: how the lab plays the browser.

use egui::{Id, Modal, RichText, Ui};

use crate::model::{PermissionState, Policy, TrackKind};
use crate::state::State;
use crate::text::{text, text_with};

use super::Action;
use super::widgets::named;

/// What the dialog remembers.
#[derive(Debug, Default)]
pub(super) struct PreferencesView {
    is_open: bool,
    /// Whether the button that resets ids asks whether it is meant.
    asks_reset: bool,
}

impl PreferencesView {
    /// Opens the dialog.
    pub fn open(&mut self) {
        *self = Self { is_open: true, ..Self::default() };
    }
}

/// Draws the dialog, where it is open.
pub(super) fn preferences_ui(ui: &Ui, view: &mut PreferencesView, state: &State, actions: &mut Vec<Action>) {
    if !view.is_open {
        return;
    }
    let modal = Modal::new(Id::unique("preferences")).show(ui.ctx(), |ui| {
        ui.set_width(460.0);
        ui.heading(text("preferences-browser"));
        ui.weak(text("preferences-browser-hint"));
        ui.add_space(6.0);
        policy_ui(ui, state.preferences.policy, actions);
        if state.preferences.policy.asks_permission {
            permissions_ui(ui, state, actions);
        }
        ui.separator();
        reset_ui(ui, view, state, actions);
        ui.separator();
        ui.button(text("preferences-close")).clicked()
    });
    view.is_open &= !(modal.should_close() || modal.inner);
}

fn policy_ui(ui: &mut Ui, policy: Policy, actions: &mut Vec<Action>) {
    let mut wanted = policy;
    let rows = [
        (&mut wanted.asks_permission, text("policy-asks"), text("policy-asks-tip")),
        (&mut wanted.hides_devices, text("policy-hides"), text("policy-hides-tip")),
        (&mut wanted.ends_on_stall, text("policy-ends"), text("policy-ends-tip")),
        (&mut wanted.releases_disabled, text("policy-releases"), text("policy-releases-tip")),
        (&mut wanted.tells_overconstrained, text("policy-overconstrained"), text("policy-overconstrained-tip")),
    ];
    for (value, name, tip) in rows {
        ui.checkbox(value, name).on_hover_text(tip);
    }
    if wanted != policy {
        actions.push(Action::SetPolicy(wanted));
    }
}

fn permissions_ui(ui: &mut Ui, state: &State, actions: &mut Vec<Action>) {
    ui.indent("permissions", |ui| {
        for (kind, title) in
            [(TrackKind::Video, text("permission-camera")), (TrackKind::Audio, text("permission-microphone"))]
        {
            ui.horizontal(|ui| {
                ui.label(&title);
                let now = state.permissions.get(&kind).copied().unwrap_or_default();
                for one in [PermissionState::Prompt, PermissionState::Granted, PermissionState::Denied] {
                    let button = ui.radio(now == one, one.name());
                    if named(button, &format!("{title} {}", one.name())).clicked() && now != one {
                        actions.push(Action::SetPermission(kind, one));
                    }
                }
            });
        }
    });
}

/// New device ids, as after clearing a browser's data (ENUM-08).
fn reset_ui(ui: &mut Ui, view: &mut PreferencesView, state: &State, actions: &mut Vec<Action>) {
    ui.label(text("reset-ids-hint"));
    let is_capturing = state.tracks.iter().any(|view| view.track.is_live());
    ui.horizontal(|ui| {
        if !view.asks_reset {
            let button = ui.add_enabled(!is_capturing, egui::Button::new(text("reset-ids")));
            view.asks_reset = button.on_disabled_hover_text(text("reset-ids-capturing")).clicked();
            return;
        }
        ui.label(text("reset-ids-sure"));
        if ui.button(text("reset-ids-yes")).clicked() {
            actions.push(Action::ResetDeviceIds);
            view.asks_reset = false;
        }
        view.asks_reset &= !ui.button(text("reset-ids-no")).clicked();
    });
}

/// Asks whether a call may capture, as a browser does (PERM-04).
pub(super) fn question_ui(ui: &Ui, remember: &mut bool, state: &State, actions: &mut Vec<Action>) {
    let Some(question) = state.questions.front() else { return };
    Modal::new(Id::unique("permission")).show(ui.ctx(), |ui| {
        ui.set_width(420.0);
        ui.heading(text("permission-title"));
        let devices = RichText::new(question.devices.join("\n")).monospace();
        ui.label(text("permission-asks"));
        ui.label(devices);
        ui.checkbox(remember, text("permission-remember"));
        ui.horizontal(|ui| {
            for (allow, name) in [(true, text("permission-allow")), (false, text("permission-refuse"))] {
                if ui.button(name).clicked() {
                    let (asked, remember) = (question.request, *remember);
                    actions.push(Action::AnswerPermission { asked, allow, remember });
                }
            }
        });
        ui.weak(text_with("permission-where", &[("menu", text("menu-file"))]));
    });
}
