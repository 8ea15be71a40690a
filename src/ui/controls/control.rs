//! One control: its name, what sets it, and its reset.

use egui::{Checkbox, ComboBox, DragValue, Key, Label, Response, RichText, Slider, TextEdit, Ui};

use crate::model::{ControlKind, ControlValue, DeviceControl, DeviceInfo};
use crate::text::{text, text_with};

use super::ControlsView;
use crate::ui::Action;
use crate::ui::widgets::{named, shortened, spoken};

/// Ranges beyond this are typed or dragged, since a slider would leave values out.
const LONGEST_SLIDER: i64 = 1 << 31;

/// Draws a control: a row of the grid.
pub(super) fn control_ui(
    ui: &mut Ui,
    view: &mut ControlsView,
    camera: &DeviceInfo,
    control: &DeviceControl,
    actions: &mut Vec<Action>,
) {
    let is_free = control.is_settable() && !control.is_inactive;
    let name = RichText::new(shortened(&control.name, 26));
    ui.add(Label::new(if is_free { name } else { name.weak() })).on_hover_text(facts(control));
    let set = ui.push_id(control.id, |ui| value_ui(ui, view, control, is_free)).inner;
    if let Some(value) = set {
        view.asked.insert(control.id, value.clone());
        actions.push(Action::SetControl(camera.device_id.clone(), control.clone(), value));
    }
    if is_free && control.is_changed() {
        let reset = ui.small_button(text("controls-reset"));
        let reset = named(reset, &text_with("controls-reset-one", &[("control", control.name.clone())]));
        let default = control.default_value().map(|value| control.words(&value)).unwrap_or_default();
        if reset.on_hover_text(text_with("controls-reset-tip", &[("value", default)])).clicked() {
            actions.push(Action::ResetControls(camera.device_id.clone(), vec![control.id]));
        }
    } else {
        ui.label("");
    }
}

/// What is known of it, for the pointer.
fn facts(control: &DeviceControl) -> String {
    let mut lines = vec![format!("{} (0x{:08x}, {})", control.name, control.id, control.kind.name())];
    if !matches!(control.kind, ControlKind::Button | ControlKind::Other | ControlKind::Boolean)
        && control.items.is_empty()
    {
        let [min, max, step] = [control.min.to_string(), control.max.to_string(), control.step.to_string()];
        lines.push(text_with("controls-range", &[("min", min), ("max", max), ("step", step)]));
    }
    if let Some(default) = control.default_value() {
        let value = [("value", control.words(&default))];
        let default = if control.has_default {
            text_with("controls-default", &value)
        } else {
            text_with("controls-found", &value)
        };
        lines.push(default);
    }
    if let Some(property) = control.property {
        lines.push(text_with("controls-property", &[("property", property.to_string())]));
    }
    lines.extend(why_not(control));
    lines.join("\n")
}

/// Why it cannot be set now.
fn why_not(control: &DeviceControl) -> Option<String> {
    if control.is_read_only {
        Some(text("controls-read-only"))
    } else if control.is_grabbed {
        Some(text("controls-grabbed"))
    } else if control.is_inactive {
        Some(text("controls-inactive"))
    } else {
        None
    }
}

/// What sets it; returns what it is to be set to.
fn value_ui(ui: &mut Ui, view: &mut ControlsView, control: &DeviceControl, is_free: bool) -> Option<ControlValue> {
    let value = view.asked.get(&control.id).or(control.value.as_ref());
    let number = value.and_then(ControlValue::as_integer);
    if control.kind == ControlKind::Button {
        let button = named(ui.add_enabled(is_free, egui::Button::new(text("controls-press"))), &control.name);
        return explained(button, control).clicked().then_some(ControlValue::Integer(1));
    }
    if control.kind == ControlKind::Text && !control.is_read_only {
        return text_ui(ui, view, control, is_free);
    }
    let Some(number) = number.filter(|_| !control.is_read_only) else {
        let words = match control.kind {
            ControlKind::Other => text("controls-other"),
            _ if control.value.is_none() => text("controls-unknown"),
            _ => control.value_words(),
        };
        explained(spoken(ui.weak(&words), &format!("{}: {words}", control.name)), control);
        return None;
    };
    let set = ui.add_enabled_ui(is_free, |ui| number_ui(ui, control, number)).inner;
    set.map(ControlValue::Integer)
}

/// A control whose value is a number in one way or another.
fn number_ui(ui: &mut Ui, control: &DeviceControl, number: i64) -> Option<i64> {
    match control.kind {
        ControlKind::Boolean => {
            let mut is_on = number != 0;
            let switch = named(ui.add(Checkbox::without_text(&mut is_on)), &control.name);
            explained(switch, control).changed().then_some(i64::from(is_on))
        }
        ControlKind::Menu | ControlKind::IntegerMenu => menu_ui(ui, control, number),
        ControlKind::Bitmask => bits_ui(ui, control, number),
        _ => {
            let mut wanted = number;
            let step = control.step.max(1) as f64;
            let is_long = control.max.checked_sub(control.min).is_none_or(|length| length > LONGEST_SLIDER);
            ui.horizontal(|ui| {
                if !is_long {
                    let slider = Slider::new(&mut wanted, control.min..=control.max).step_by(step).show_value(false);
                    explained(named(ui.add(slider), &control.name), control);
                }
                let field = DragValue::new(&mut wanted)
                    .range(control.min..=control.max)
                    .speed(step)
                    .update_while_editing(false); // a camera need not follow each digit
                let name = text_with("controls-number", &[("control", control.name.clone())]);
                explained(named(ui.add(field), &name), control);
                if let Some(decibels) = control.decibels() {
                    ui.weak(text_with("controls-decibels", &[("value", format!("{decibels:.2}"))]));
                }
            });
            (wanted != number).then_some(wanted)
        }
    }
}

fn menu_ui(ui: &mut Ui, control: &DeviceControl, number: i64) -> Option<i64> {
    let mut wanted = number;
    let chosen = shortened(&control.words(&ControlValue::Integer(number)), 24);
    let combo = ComboBox::from_id_salt("menu").selected_text(chosen).show_ui(ui, |ui| {
        for item in &control.items {
            ui.selectable_value(&mut wanted, item.index, &item.name);
        }
    });
    explained(named(combo.response, &control.name), control);
    (wanted != number).then_some(wanted)
}

/// A box for each bit that may be set, and all of them in hexadecimal.
fn bits_ui(ui: &mut Ui, control: &DeviceControl, number: i64) -> Option<i64> {
    let mut wanted = number;
    ui.horizontal_wrapped(|ui| {
        ui.monospace(control.words(&ControlValue::Integer(number)));
        for bit in (0..32).filter(|bit| control.max >> bit & 1 == 1) {
            let mut is_set = number >> bit & 1 == 1;
            let switch = ui.add(Checkbox::without_text(&mut is_set));
            let name = text_with("controls-bit", &[("control", control.name.clone()), ("bit", bit.to_string())]);
            if named(switch, &name).on_hover_text(&name).changed() {
                wanted ^= 1 << bit;
            }
        }
    });
    (wanted != number).then_some(wanted)
}

fn text_ui(ui: &mut Ui, view: &mut ControlsView, control: &DeviceControl, is_free: bool) -> Option<ControlValue> {
    let now = match &control.value {
        Some(ControlValue::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let mut typed = view.typed.get(&control.id).cloned().unwrap_or_else(|| now.clone());
    let field = ui.add_enabled(is_free, TextEdit::singleline(&mut typed).desired_width(140.0));
    let field = explained(named(field, &control.name), control);
    if field.changed() {
        view.typed.insert(control.id, typed.clone());
    }
    let is_done = field.lost_focus() && view.typed.remove(&control.id).is_some();
    let is_given_up = ui.input(|input| input.key_pressed(Key::Escape));
    (is_done && !is_given_up && typed != now).then_some(ControlValue::Text(typed))
}

/// With the reason why it cannot be set, where it cannot.
fn explained(response: Response, control: &DeviceControl) -> Response {
    match why_not(control) {
        Some(why) => response.on_disabled_hover_text(&why).on_hover_text(why),
        None => response,
    }
}
