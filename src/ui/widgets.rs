//! Small things that several panels draw.

use egui::{Color32, Response, RichText, Ui};

/// What a widget is called by screen readers and tests, where its own text does not say it.
pub(super) fn named(response: Response, name: &str) -> Response {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_label(name));
    response
}

/// What a label says to screen readers and tests, where its own words are short.
pub(super) fn spoken(response: Response, sentence: &str) -> Response {
    response.ctx.accesskit_node_builder(response.id, |node| node.set_value(sentence));
    response
}

/// A text of this many characters at most; what is cut is marked. The whole text belongs into the hover text.
pub(super) fn shortened(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    text.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

/// A word on a tinted ground: a state at a glance.
pub(super) fn badge_ui(ui: &mut Ui, word: &str, colour: Color32) -> Response {
    ui.label(RichText::new(word).small().strong().color(colour).background_color(colour.gamma_multiply(0.14)))
}

/// What an empty panel says.
pub(super) fn empty_ui(ui: &mut Ui, sentence: &str) {
    ui.add_space(8.0);
    ui.vertical_centered(|ui| ui.weak(sentence));
}

/// A name and a value that can be copied by a click.
pub(super) fn fact_ui(ui: &mut Ui, name: &str, value: &str) -> bool {
    ui.weak(name);
    let label = egui::Label::new(RichText::new(value).monospace()).truncate().sense(egui::Sense::click());
    let is_clicked = ui.add(label).on_hover_text(value).clicked();
    ui.end_row();
    is_clicked
}
