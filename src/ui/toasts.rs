//! Short messages over the window.

use egui::{Align2, Area, Frame, Id, Margin, Order, Stroke, Ui, vec2};

use crate::state::{Severity, State, Toast};
use crate::text::{text, text_with};

use super::Action;
use super::theme::Tokens;
use super::widgets::named;

/// More would hide the panels under them.
const MOST: usize = 2;

/// Draws the newest messages, the newest lowest.
pub(super) fn toasts_ui(ui: &Ui, state: &State, actions: &mut Vec<Action>) {
    if state.toasts.iter().next().is_none() {
        return;
    }
    let area =
        Area::new(Id::unique("toasts")).order(Order::Foreground).anchor(Align2::RIGHT_BOTTOM, vec2(-14.0, -14.0));
    area.show(ui.ctx(), |ui| {
        let hidden = state.toasts.iter().count().saturating_sub(MOST);
        if hidden > 0 {
            let more = text_with("toasts-more", &[("count", hidden.to_string())]);
            Frame::popup(ui.style()).show(ui, |ui| ui.weak(more));
        }
        for (index, toast) in state.toasts.iter().enumerate().skip(hidden) {
            toast_ui(ui, index, toast, actions);
        }
    });
}

fn toast_ui(ui: &mut Ui, index: usize, toast: &Toast, actions: &mut Vec<Action>) {
    let tokens = Tokens::of(ui);
    let colour = match toast.severity {
        Severity::Success => tokens.good,
        Severity::Warning => tokens.warning,
        Severity::Error => tokens.error,
    };
    let frame = Frame::popup(ui.style()).stroke(Stroke::new(1.5, colour)).inner_margin(Margin::same(10));
    frame.show(ui, |ui| {
        ui.set_width(380.0);
        ui.horizontal_top(|ui| {
            ui.allocate_ui(vec2(320.0, 0.0), |ui| ui.add(egui::Label::new(&toast.message).wrap()));
            ui.with_layout(egui::Layout::right_to_left(egui::Align::TOP), |ui| {
                let close =
                    named(ui.small_button("×"), &text_with("toasts-dismiss", &[("message", toast.message.clone())]));
                if close.on_hover_text(text("toasts-dismiss-tip")).clicked() {
                    actions.push(Action::DismissToast(index));
                }
            });
        });
    });
}
