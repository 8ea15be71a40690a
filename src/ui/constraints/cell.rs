//! One member of a constraint. What is typed counts when it is sound; until then the old value holds.

use egui::{ComboBox, Margin, TextEdit, Ui};

use crate::model::{Constraint, Point, Value, ValueType};
use crate::text::text;
use crate::ui::theme::Tokens;
use crate::ui::widgets::named;

/// A member of a constraint. A bare value is shown as the ideal one, which it is in the basic set (CON-03).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Member {
    Ideal,
    Exact,
    Min,
    Max,
}

impl Member {
    pub const ALL: [Self; 4] = [Self::Ideal, Self::Exact, Self::Min, Self::Max];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Ideal => "ideal",
            Self::Exact => "exact",
            Self::Min => "min",
            Self::Max => "max",
        }
    }

    /// The values of this member; empty where it is absent.
    pub fn of(self, constraint: &Constraint) -> Vec<Value> {
        let one = |end: Option<f64>| end.map(|end| vec![Value::Number(end)]);
        let values = match self {
            Self::Ideal => constraint.ideal.clone().or_else(|| constraint.bare.clone()),
            Self::Exact => constraint.exact.clone(),
            Self::Min => one(constraint.min),
            Self::Max => one(constraint.max),
        };
        values.unwrap_or_default()
    }

    /// The constraint with this member set; an empty list removes it.
    pub fn set(self, constraint: &Constraint, values: Vec<Value>) -> Constraint {
        let mut constraint = constraint.clone();
        let end = values.first().and_then(Value::as_number);
        let values = Some(values).filter(|values| !values.is_empty());
        match self {
            Self::Ideal => {
                constraint.bare = None;
                constraint.ideal = values;
            }
            Self::Exact => constraint.exact = values,
            Self::Min => constraint.min = end,
            Self::Max => constraint.max = end,
        }
        constraint
    }

    const fn fits(self, value_type: ValueType) -> bool {
        matches!(self, Self::Ideal | Self::Exact) || value_type.is_numeric()
    }
}

/// A cell of the table.
pub(super) struct Cell<'a> {
    /// What screen readers and tests call it.
    pub name: &'a str,
    pub member: Member,
    pub value_type: ValueType,
    pub width: f32,
}

/// Draws a cell; the new values where they were changed to sound ones.
pub(super) fn cell_ui(ui: &mut Ui, cell: &Cell<'_>, values: &[Value]) -> Option<Vec<Value>> {
    if !cell.member.fits(cell.value_type) {
        ui.label("");
        return None;
    }
    match cell.value_type {
        ValueType::Boolean => choice_ui(ui, cell, values, &["true", "false"]),
        ValueType::BooleanOrText => choice_ui(ui, cell, values, &["true", "false", "all", "remote-only"]),
        ValueType::UnsignedLong
        | ValueType::Double
        | ValueType::BooleanOrDouble
        | ValueType::Text
        | ValueType::Points => field_ui(ui, cell, values),
    }
}

fn choice_ui(ui: &mut Ui, cell: &Cell<'_>, values: &[Value], choices: &[&str]) -> Option<Vec<Value>> {
    let current = write(values);
    let mut chosen = current.clone();
    let combo = ComboBox::from_id_salt(cell.name).width(cell.width).selected_text(&current).show_ui(ui, |ui| {
        ui.selectable_value(&mut chosen, String::new(), text("constraints-any"));
        for choice in choices {
            ui.selectable_value(&mut chosen, (*choice).to_owned(), *choice);
        }
    });
    named(combo.response, cell.name);
    (chosen != current).then(|| read(&chosen, cell.value_type).unwrap_or_default())
}

fn field_ui(ui: &mut Ui, cell: &Cell<'_>, values: &[Value]) -> Option<Vec<Value>> {
    let draft_id = ui.make_persistent_id((cell.name, "draft"));
    let kept: Option<String> = ui.data_mut(|data| data.get_temp(draft_id));
    let mut draft = kept.unwrap_or_else(|| write(values));
    let verdict = read(&draft, cell.value_type);
    let mut field = TextEdit::singleline(&mut draft)
        .id_salt(cell.name)
        .desired_width(cell.width)
        .margin(Margin::symmetric(3, 2))
        .clip_text(true);
    if verdict.is_err() {
        field = field.text_color(Tokens::of(ui).error);
    }
    let response = named(ui.add(field), cell.name);
    let start_id = draft_id.with("start");
    if response.gained_focus() {
        ui.data_mut(|data| data.insert_temp(start_id, write(values)));
    }
    let mut changed = response.changed().then(|| read(&draft, cell.value_type).ok()).flatten();
    if let Err(expected) = &verdict {
        response.show_tooltip_text(expected);
        if response.lost_focus() {
            // What was half typed does not count: the old value holds.
            let start: String = ui.data_mut(|data| data.remove_temp(start_id)).unwrap_or_default();
            changed = read(&start, cell.value_type).ok();
        }
    }
    let is_edited = response.has_focus(); // asked before, since `data_mut` holds egui's lock
    ui.data_mut(|data| {
        if is_edited {
            data.insert_temp(draft_id, draft);
        } else {
            data.remove_temp::<String>(draft_id);
        }
    });
    changed
}

/// Two numbers with a space between them.
fn point(written: &str) -> Option<Point> {
    let mut numbers =
        written.split_whitespace().map(|part| part.parse::<f64>().ok().filter(|number| number.is_finite()));
    let (x, y) = (numbers.next()??, numbers.next()??);
    numbers.next().is_none().then(|| Point::new(x, y))
}

fn write(values: &[Value]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

/// Values from text; the sentence says what is expected. Several texts stand with commas between them.
fn read(written: &str, value_type: ValueType) -> Result<Vec<Value>, String> {
    let written = written.trim();
    if written.is_empty() {
        return Ok(Vec::new());
    }
    let number = || written.replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite());
    match value_type {
        ValueType::UnsignedLong => number()
            .filter(|number| number.fract() == 0.0 && (0.0..=f64::from(u32::MAX)).contains(number))
            .map(|number| vec![Value::Number(number)])
            .ok_or_else(|| text("constraints-expect-whole")),
        ValueType::Double | ValueType::BooleanOrDouble => {
            number().map(|number| vec![Value::Number(number)]).ok_or_else(|| text("constraints-expect-number"))
        }
        ValueType::Points => {
            let points: Option<Vec<_>> = written.split(';').map(point).collect();
            points.map(|points| vec![Value::Points(points)]).ok_or_else(|| text("constraints-expect-points"))
        }
        ValueType::Text => Ok(written.split(',').map(|part| Value::from(part.trim())).collect()),
        ValueType::Boolean | ValueType::BooleanOrText => Ok(vec![match written {
            "true" => Value::Boolean(true),
            "false" => Value::Boolean(false),
            other => Value::from(other),
        }]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_read_by_the_type() {
        assert_eq!(read(" 640 ", ValueType::UnsignedLong), Ok(vec![Value::Number(640.0)]));
        assert_eq!(read("29,97", ValueType::Double), Ok(vec![Value::Number(29.97)]));
        assert_eq!(read("user, left", ValueType::Text), Ok(vec!["user".into(), "left".into()]));
        assert_eq!(read("", ValueType::Double), Ok(vec![]));
        let points = Value::Points(vec![Point::new(0.5, 0.25), Point::new(1.0, 0.0)]);
        assert_eq!(read("0.5 0.25; 7 0", ValueType::Points), Ok(vec![points.clone()]));
        assert_eq!(write(&[points]), "0.5 0.25; 1 0");
        assert!(read("0.5", ValueType::Points).is_err());
        assert_eq!(read("all", ValueType::BooleanOrText), Ok(vec!["all".into()]));
        for wrong in ["-1", "1.5", "x", "4294967296", "inf"] {
            assert!(read(wrong, ValueType::UnsignedLong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_member_is_set_without_touching_the_others() {
        let constraint = Constraint { min: Some(1.0), ..Constraint::bare(5) };
        assert_eq!(Member::Ideal.of(&constraint), [Value::Number(5.0)]);
        let changed = Member::Ideal.set(&constraint, vec![Value::Number(6.0)]);
        assert_eq!(changed, Constraint { min: Some(1.0), ..Constraint::ideal(6) });
        assert_eq!(Member::Min.set(&changed, vec![]), Constraint::ideal(6));
    }
}
