//! Colours and sizes: the only place where they are written down.
#![allow(clippy::disallowed_methods)] // clippy.toml forbids literal colours everywhere else

use egui::{Color32, Context, CornerRadius, FontId, Stroke, Style, TextStyle, Theme, Ui, Visuals, vec2};

/// What a colour is for.
#[derive(Clone, Copy, Debug)]
pub struct Tokens {
    /// The main action, the selection.
    pub accent: Color32,
    /// Text on the accent.
    pub on_accent: Color32,
    /// A track that is live, a success.
    pub good: Color32,
    /// Something to know: muted, a loss.
    pub warning: Color32,
    /// A failure.
    pub error: Color32,
    /// A recording, a lamp of a device in use.
    pub recording: Color32,
    /// Behind a meter.
    pub meter_background: Color32,
    /// RMS up to −18 dBFS.
    pub meter_low: Color32,
    /// RMS up to −6 dBFS.
    pub meter_middle: Color32,
    /// RMS above.
    pub meter_high: Color32,
    /// The peak's mark.
    pub meter_peak: Color32,
    /// Behind a picture.
    pub picture_background: Color32,
    /// Text on a picture.
    pub on_picture: Color32,
    window: Color32,
    panel: Color32,
    field: Color32,
    edge: Color32,
    text: Color32,
}

const DARK: Tokens = Tokens {
    accent: Color32::from_rgb(0x2f, 0x6f, 0xde),
    on_accent: Color32::WHITE,
    good: Color32::from_rgb(0x4c, 0xc3, 0x8a),
    warning: Color32::from_rgb(0xf0, 0xb0, 0x4a),
    error: Color32::from_rgb(0xff, 0x7b, 0x72),
    recording: Color32::from_rgb(0xff, 0x4d, 0x4d),
    meter_background: Color32::from_rgb(0x0d, 0x0f, 0x13),
    meter_low: Color32::from_rgb(0x35, 0xa7, 0x6b),
    meter_middle: Color32::from_rgb(0xd0, 0xa2, 0x2e),
    meter_high: Color32::from_rgb(0xe0, 0x4f, 0x3f),
    meter_peak: Color32::from_rgb(0xf4, 0xf6, 0xf8),
    picture_background: Color32::from_rgb(0x08, 0x09, 0x0b),
    on_picture: Color32::WHITE,
    window: Color32::from_rgb(0x12, 0x14, 0x18),
    panel: Color32::from_rgb(0x1a, 0x1d, 0x23),
    field: Color32::from_rgb(0x0f, 0x11, 0x15),
    edge: Color32::from_rgb(0x33, 0x38, 0x42),
    text: Color32::from_rgb(0xd7, 0xdc, 0xe3),
};

const LIGHT: Tokens = Tokens {
    accent: Color32::from_rgb(0x1f, 0x5f, 0xcf),
    on_accent: Color32::WHITE,
    good: Color32::from_rgb(0x12, 0x7a, 0x4b),
    warning: Color32::from_rgb(0x96, 0x5f, 0x00),
    error: Color32::from_rgb(0xc0, 0x26, 0x1b),
    recording: Color32::from_rgb(0xd0, 0x1c, 0x1c),
    meter_background: Color32::from_rgb(0xdb, 0xdf, 0xe5),
    meter_low: Color32::from_rgb(0x2f, 0x9d, 0x63),
    meter_middle: Color32::from_rgb(0xd2, 0x9a, 0x16),
    meter_high: Color32::from_rgb(0xd6, 0x3e, 0x2e),
    meter_peak: Color32::from_rgb(0x14, 0x18, 0x1e),
    picture_background: Color32::from_rgb(0x20, 0x22, 0x26),
    on_picture: Color32::WHITE,
    window: Color32::from_rgb(0xe9, 0xec, 0xf0),
    panel: Color32::from_rgb(0xf8, 0xf9, 0xfb),
    field: Color32::WHITE,
    edge: Color32::from_rgb(0xc4, 0xca, 0xd3),
    text: Color32::from_rgb(0x1d, 0x22, 0x2a),
};

impl Tokens {
    /// The colours of the theme in which `ui` is drawn.
    pub fn of(ui: &Ui) -> &'static Self {
        if ui.visuals().dark_mode { &DARK } else { &LIGHT }
    }
}

/// Gives both themes their styles.
pub fn apply(ctx: &Context) {
    ctx.set_style_of(Theme::Dark, style(Theme::Dark, &DARK));
    ctx.set_style_of(Theme::Light, style(Theme::Light, &LIGHT));
}

fn style(theme: Theme, tokens: &Tokens) -> Style {
    let mut style = theme.default_style();
    style.spacing.item_spacing = vec2(6.0, 4.0);
    style.spacing.button_padding = vec2(8.0, 3.0);
    style.spacing.interact_size.y = 20.0;
    style.text_styles.insert(TextStyle::Heading, FontId::proportional(15.0));
    style.text_styles.insert(TextStyle::Body, FontId::proportional(13.0));
    style.text_styles.insert(TextStyle::Button, FontId::proportional(13.0));
    style.text_styles.insert(TextStyle::Small, FontId::proportional(11.0));
    style.text_styles.insert(TextStyle::Monospace, FontId::monospace(12.0));
    colour(&mut style.visuals, tokens);
    style
}

fn colour(visuals: &mut Visuals, tokens: &Tokens) {
    visuals.panel_fill = tokens.panel;
    visuals.window_fill = tokens.panel;
    visuals.extreme_bg_color = tokens.field;
    visuals.text_edit_bg_color = Some(tokens.field);
    visuals.faint_bg_color = tokens.window;
    visuals.window_stroke = Stroke::new(1.0, tokens.edge);
    visuals.selection.bg_fill = tokens.accent;
    visuals.selection.stroke = Stroke::new(1.0, tokens.on_accent);
    visuals.hyperlink_color = tokens.accent;
    visuals.warn_fg_color = tokens.warning;
    visuals.error_fg_color = tokens.error;
    visuals.widgets.noninteractive.fg_stroke.color = tokens.text;
    visuals.widgets.noninteractive.bg_stroke = Stroke::new(1.0, tokens.edge);
    visuals.widgets.inactive.fg_stroke.color = tokens.text;
    visuals.widgets.inactive.bg_stroke = Stroke::new(1.0, tokens.edge);
    let widgets = &mut visuals.widgets;
    for widget in [&mut widgets.noninteractive, &mut widgets.inactive, &mut widgets.hovered, &mut widgets.active] {
        widget.corner_radius = CornerRadius::same(4);
    }
}
