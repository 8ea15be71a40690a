//! V4L2's controls as the web's properties, with units and direction (IMG-01), and back.
//!
//! Left out is what would be a guess: `focusDistance` is in metres, and V4L2's focus has no unit and, by driver, either
//! direction; a lens that focuses once (`single-shot`) does not say in V4L2 that it is in that mode. Both can be set as
//! controls of the device.

use crate::model::{Control, ControlKind, ControlRange, ControlValue, DeviceControl, Property, Value};

use super::abi_controls::cid;

/// `V4L2_EXPOSURE_…`: automatic, manual, fixed time with automatic iris, fixed iris with automatic time.
mod exposure {
    pub const AUTO: i64 = 0;
    pub const MANUAL: i64 = 1;
    pub const SHUTTER_PRIORITY: i64 = 2;
    pub const APERTURE_PRIORITY: i64 = 3;
}
/// `V4L2_FLASH_LED_MODE_…`.
mod lamp {
    pub const NONE: i64 = 0;
    pub const TORCH: i64 = 2;
}
const MANUAL: &str = "manual";
const CONTINUOUS: &str = "continuous";
const NONE: &str = "none";

/// Which control stands for which property. Numbers have the same unit on both sides but where a factor stands: what the
/// driver counts is so many times what the web counts.
const NUMBERS: [(u32, Property, f64); 12] = [
    (cid::BRIGHTNESS, Property::Brightness, 1.0),
    (cid::CONTRAST, Property::Contrast, 1.0),
    (cid::SATURATION, Property::Saturation, 1.0),
    (cid::SHARPNESS, Property::Sharpness, 1.0),
    (cid::WHITE_BALANCE_TEMPERATURE, Property::ColorTemperature, 1.0), // K
    (cid::EXPOSURE_ABSOLUTE, Property::ExposureTime, 1.0),             // 100 µs
    (cid::PAN_ABSOLUTE, Property::Pan, 1.0),                           // arc seconds, to the right
    (cid::TILT_ABSOLUTE, Property::Tilt, 1.0),                         // arc seconds, up
    (cid::ZOOM_ABSOLUTE, Property::Zoom, 1.0),                         // the driver's steps
    (cid::AUTO_EXPOSURE_BIAS, Property::ExposureCompensation, 1000.0), // thousandths of EV
    (cid::ISO_SENSITIVITY, Property::Iso, 1000.0),                     // thousandths
    (cid::FLASH_LED_MODE, Property::Torch, 1.0),
];
const MODES: [(u32, Property); 3] = [
    (cid::EXPOSURE_AUTO, Property::ExposureMode),
    (cid::AUTO_WHITE_BALANCE, Property::WhiteBalanceMode),
    (cid::FOCUS_AUTO, Property::FocusMode),
];

/// The property that a control stands for.
pub fn standing_for(id: u32) -> Option<Property> {
    let numbers = NUMBERS.iter().map(|(known, property, _)| (*known, *property));
    MODES.into_iter().chain(numbers).find(|(known, _)| *known == id).map(|(_, property)| property)
}

/// What the web knows of these controls, in the order of [`Property`].
pub fn of(controls: &[DeviceControl]) -> Vec<Control> {
    let mut known: Vec<_> = controls.iter().filter_map(|control| as_property(control, controls)).collect();
    known.sort_by_key(|control| control.property);
    known
}

/// The control that stands for a property, and the value that it is to be set to.
pub fn translated(controls: &[DeviceControl], property: Property, value: &Value) -> Option<(u32, ControlValue)> {
    let control = controls.iter().find(|control| standing_for(control.id) == Some(property))?;
    let known = as_property(control, controls)?;
    let number = match &known.range {
        ControlRange::Choices(choices) => {
            choices.iter().any(|choice| choice == value).then(|| raw(control, value))??
        }
        ControlRange::Numbers { .. } => nearest(control, value.as_number()? * factor(control.id)),
    };
    Some((control.id, ControlValue::Integer(number)))
}

fn factor(id: u32) -> f64 {
    NUMBERS.iter().find(|(known, ..)| *known == id).map_or(1.0, |(.., factor)| *factor)
}

/// A control as a property; `None` where its shape is another than V4L2 defines for it.
fn as_property(control: &DeviceControl, all: &[DeviceControl]) -> Option<Control> {
    let property = standing_for(control.id)?;
    let now = control.value.as_ref()?.as_integer()?;
    let words = |words: Vec<&str>| ControlRange::Choices(words.into_iter().map(Value::from).collect());
    let has = |id| all.iter().any(|other| other.id == id);
    let offers = |index| control.items.iter().any(|item| item.index == index);
    let (range, value) = match (control.id, control.kind) {
        (cid::EXPOSURE_AUTO, ControlKind::Menu) => {
            let manual = [exposure::MANUAL, exposure::SHUTTER_PRIORITY];
            let automatic = [exposure::AUTO, exposure::APERTURE_PRIORITY];
            let choices = [(MANUAL, manual), (CONTINUOUS, automatic)];
            // What it is now, it can be, even where its driver does not list that.
            let can_be = |item: &i64| offers(*item) || *item == now;
            let offered = choices.iter().filter(|(_, items)| items.iter().any(can_be));
            let value = if manual.contains(&now) { MANUAL } else { CONTINUOUS };
            (words(offered.map(|(word, _)| *word).collect()), Value::from(value))
        }
        (cid::AUTO_WHITE_BALANCE, ControlKind::Boolean) => {
            let can_be_set = has(cid::WHITE_BALANCE_TEMPERATURE) || has(cid::RED_BALANCE);
            switch(if can_be_set { MANUAL } else { NONE }, now)
        }
        (cid::FOCUS_AUTO, ControlKind::Boolean) => switch(MANUAL, now),
        (cid::FLASH_LED_MODE, ControlKind::Menu) if offers(lamp::TORCH) && offers(lamp::NONE) => {
            (ControlRange::Choices(vec![false.into(), true.into()]), Value::from(now == lamp::TORCH))
        }
        // A faulty driver's range without a number in it is none.
        (_, ControlKind::Integer) if control.min <= control.max => numbers(control, now, factor(control.id)),
        (_, ControlKind::IntegerMenu) => items(control, now, factor(control.id))?,
        _ => return None,
    };
    Some(Control { property, range, value })
}

fn switch(off: &str, now: i64) -> (ControlRange, Value) {
    let range = ControlRange::Choices(vec![off.into(), CONTINUOUS.into()]);
    (range, Value::from(if now == 0 { off } else { CONTINUOUS }))
}

fn numbers(control: &DeviceControl, now: i64, factor: f64) -> (ControlRange, Value) {
    let [min, max, now] = [control.min, control.max, now].map(|number| number as f64 / factor);
    (ControlRange::Numbers { min, max, step: control.step.max(1) as f64 / factor }, Value::Number(now))
}

/// An integer menu as a range: its step is the largest that reaches all items.
fn items(control: &DeviceControl, now: i64, factor: f64) -> Option<(ControlRange, Value)> {
    let mut offered: Vec<i64> = control.items.iter().filter_map(|item| item.name.parse().ok()).collect();
    offered.sort_unstable();
    let (min, max) = (*offered.first()?, *offered.last()?);
    let step = offered.iter().fold(0, |step, item| divisor(step, item.saturating_sub(min))).max(1);
    let now: f64 = control.items.iter().find(|item| item.index == now)?.name.parse().ok()?;
    let [min, max, step] = [min, max, step].map(|number| number as f64 / factor);
    Some((ControlRange::Numbers { min, max, step }, Value::Number(now / factor)))
}

/// The greatest common divisor.
const fn divisor(one: i64, other: i64) -> i64 {
    if other == 0 { one } else { divisor(other, one % other) }
}

/// The driver's number for a word or a boolean.
fn raw(control: &DeviceControl, value: &Value) -> Option<i64> {
    let first = |items: [i64; 2]| items.into_iter().find(|index| control.items.iter().any(|item| item.index == *index));
    match (control.id, value) {
        // As it is, where that is such a mode already.
        (cid::EXPOSURE_AUTO, Value::Text(word)) => {
            let wanted = if word == MANUAL {
                [exposure::MANUAL, exposure::SHUTTER_PRIORITY]
            } else {
                [exposure::AUTO, exposure::APERTURE_PRIORITY]
            };
            let now = control.value.as_ref().and_then(ControlValue::as_integer);
            now.filter(|now| wanted.contains(now)).or_else(|| first(wanted))
        }
        (_, Value::Text(word)) => Some(i64::from(word == CONTINUOUS)),
        (_, Value::Boolean(is_lit)) => Some(if *is_lit { lamp::TORCH } else { lamp::NONE }),
        _ => None,
    }
}

/// The value, or the index of the item, that is nearest.
fn nearest(control: &DeviceControl, wanted: f64) -> i64 {
    if control.kind != ControlKind::IntegerMenu {
        return (wanted.round() as i64).clamp(control.min, control.max);
    }
    let distance = |name: &str| name.parse::<f64>().map_or(f64::INFINITY, |number| (number - wanted).abs());
    let by_distance = control.items.iter().map(|item| (distance(&item.name), item.index));
    by_distance.min_by(|one, other| one.0.total_cmp(&other.0)).map_or(control.min, |(_, index)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Capability, MenuItem};

    fn menu(id: u32, kind: ControlKind, value: i64, items: &[(i64, &str)]) -> DeviceControl {
        let items = items.iter().map(|(index, name)| MenuItem { index: *index, name: (*name).to_owned() }).collect();
        DeviceControl { kind, items, ..DeviceControl::integer(id, "menu", value) }
    }

    fn boolean(id: u32, value: i64) -> DeviceControl {
        DeviceControl { kind: ControlKind::Boolean, max: 1, ..DeviceControl::integer(id, "switch", value) }
    }

    fn known(controls: &[DeviceControl], property: Property) -> Control {
        of(controls).into_iter().find(|control| control.property == property).unwrap()
    }

    // Found by the fuzzer.
    #[test]
    fn a_range_without_a_number_in_it_is_no_property() {
        let control = DeviceControl { min: 131_072, max: 4320, ..DeviceControl::integer(cid::BRIGHTNESS, "", 1024) };
        assert_eq!(of(std::slice::from_ref(&control)), []);
        assert_eq!(translated(&[control], Property::Brightness, &Value::Number(7.0)), None);
        let extremes = [(0, "-9223372036854775808"), (1, "9223372036854775807")];
        let menu = menu(cid::ISO_SENSITIVITY, ControlKind::IntegerMenu, 0, &extremes);
        assert!(of(&[menu]).len() <= 1, "and no arithmetic is too much");
    }

    #[test]
    fn numbers_keep_unit_and_direction() {
        crate::covers!("IMG-01", "IMG-02");
        let pan = DeviceControl {
            min: -36_000,
            max: 36_000,
            step: 3600,
            ..DeviceControl::integer(cid::PAN_ABSOLUTE, "", 7200)
        };
        let exposure = DeviceControl { min: 3, max: 2047, ..DeviceControl::integer(cid::EXPOSURE_ABSOLUTE, "", 166) };
        let both = [pan, exposure];
        assert_eq!(known(&both, Property::Pan).value, Value::Number(7200.0));
        assert_eq!(
            known(&both, Property::ExposureTime).capability(),
            Capability::Steps { min: 3.0, max: 2047.0, step: 1.0 }
        );
        let set = translated(&both, Property::Pan, &Value::Number(-3600.0));
        assert_eq!(set, Some((cid::PAN_ABSOLUTE, ControlValue::Integer(-3600))));
        let set = translated(&both, Property::ExposureTime, &Value::Number(1e9));
        assert_eq!(set, Some((cid::EXPOSURE_ABSOLUTE, ControlValue::Integer(2047))));
        assert_eq!(translated(&both, Property::Tilt, &Value::Number(0.0)), None);
    }

    #[test]
    fn items_are_numbers_in_the_unit_of_the_web() {
        crate::covers!("IMG-01");
        let bias = menu(
            cid::AUTO_EXPOSURE_BIAS,
            ControlKind::IntegerMenu,
            1,
            &[(0, "-1000"), (1, "-500"), (2, "0"), (3, "1000")],
        );
        let control = known(std::slice::from_ref(&bias), Property::ExposureCompensation);
        assert_eq!(control.value, Value::Number(-0.5));
        assert_eq!(control.capability(), Capability::Steps { min: -1.0, max: 1.0, step: 0.5 });
        let set = |ev| translated(std::slice::from_ref(&bias), Property::ExposureCompensation, &Value::Number(ev));
        assert_eq!(set(0.8), Some((bias.id, ControlValue::Integer(3))));
        assert_eq!(set(0.1), Some((bias.id, ControlValue::Integer(2))));
    }

    #[test]
    fn modes_are_words() {
        crate::covers!("IMG-01");
        let exposure =
            menu(cid::EXPOSURE_AUTO, ControlKind::Menu, 3, &[(1, "Manual Mode"), (3, "Aperture Priority Mode")]);
        let set = |word: &str| translated(std::slice::from_ref(&exposure), Property::ExposureMode, &word.into());
        assert_eq!(known(std::slice::from_ref(&exposure), Property::ExposureMode).value, "continuous".into());
        assert_eq!(set("manual"), Some((exposure.id, ControlValue::Integer(1))));
        assert_eq!(set("continuous"), Some((exposure.id, ControlValue::Integer(3))));
        assert_eq!(set("single-shot"), None);
        // As the kernel's own UVC gadget has it.
        let odd = menu(cid::EXPOSURE_AUTO, ControlKind::Menu, 0, &[(1, "Manual Mode")]);
        let odd = known(std::slice::from_ref(&odd), Property::ExposureMode);
        let both = Capability::List(vec!["manual".into(), "continuous".into()]);
        assert_eq!((odd.value.clone(), odd.capability()), ("continuous".into(), both));

        let balance = [boolean(cid::AUTO_WHITE_BALANCE, 0)];
        assert_eq!(known(&balance, Property::WhiteBalanceMode).value, "none".into());
        let balance =
            [boolean(cid::AUTO_WHITE_BALANCE, 0), DeviceControl::integer(cid::WHITE_BALANCE_TEMPERATURE, "", 5000)];
        assert_eq!(known(&balance, Property::WhiteBalanceMode).value, "manual".into());
        let set = translated(&balance, Property::WhiteBalanceMode, &"continuous".into());
        assert_eq!(set, Some((cid::AUTO_WHITE_BALANCE, ControlValue::Integer(1))));

        let lamp = [menu(cid::FLASH_LED_MODE, ControlKind::Menu, 0, &[(0, "Off"), (2, "Torch")])];
        assert_eq!(known(&lamp, Property::Torch).value, false.into());
        let set = translated(&lamp, Property::Torch, &true.into());
        assert_eq!(set, Some((cid::FLASH_LED_MODE, ControlValue::Integer(2))));
    }

    #[test]
    fn a_control_of_another_shape_stands_for_nothing() {
        let odd = [
            DeviceControl {
                kind: ControlKind::Other,
                value: None,
                ..DeviceControl::integer(cid::ZOOM_ABSOLUTE, "", 0)
            },
            boolean(cid::EXPOSURE_AUTO, 1),
            menu(cid::FLASH_LED_MODE, ControlKind::Menu, 0, &[(0, "Off"), (1, "Flash")]),
            menu(cid::ISO_SENSITIVITY, ControlKind::IntegerMenu, 0, &[]),
            DeviceControl::integer(0x0098_0913, "Gain", 0),
        ];
        assert_eq!(of(&odd), []);
    }
}
