//! The controls of an open node: listed, read, set.

use rustix::io::Errno;

use crate::model::{Control, ControlKind, ControlValue, DeviceControl, MenuItem};

use super::abi_controls::{self as abi, QueryExtCtrl, control_type, flag};
use super::node::Node;
use super::{payload, properties};

/// No driver has more; a faulty one that never ends its list is cut off here.
const LONGEST_LIST: usize = 1024;
/// The items of a menu that are asked for at most.
const LONGEST_MENU: i64 = 1024;

/// All controls of a node with their values, and what of them the web knows. A node without controls has none. The items of
/// menus that are known already, from an earlier list of the same node, are not asked for again. An error in the middle ends the
/// list, and is told with what came before it.
pub fn controls(node: &Node, known: &[DeviceControl]) -> (Vec<DeviceControl>, Vec<Control>, Option<Errno>) {
    let mut controls = Vec::new();
    let mut group = String::new();
    let (mut last, mut trouble) = (0, None);
    while controls.len() < LONGEST_LIST {
        let query = match next(node, last) {
            Ok(query) => query,
            Err(Errno::INVAL | Errno::NOTTY) => break, // no more, or none at all
            Err(error) => {
                trouble = Some(error);
                break;
            }
        };
        if query.id <= last {
            break; // a driver that goes in circles
        }
        last = query.id;
        if query.type_ == control_type::CTRL_CLASS {
            group = super::abi::text(&query.name);
        } else if query.flags & flag::DISABLED == 0 {
            let same = |control: &&DeviceControl| {
                control.id == query.id && (control.min, control.max) == (query.minimum, query.maximum)
            };
            controls.push(described(node, &query, &group, known.iter().find(same)));
        }
    }
    let properties = properties::of(&controls);
    for control in &mut controls {
        control.property =
            properties::standing_for(control.id).filter(|it| properties.iter().any(|one| one.property == *it));
    }
    (controls, properties, trouble)
}

/// The control behind this one, by id.
fn next(node: &Node, last: u32) -> Result<QueryExtCtrl, Errno> {
    let mut query = QueryExtCtrl { id: last | abi::NEXT_CTRL | abi::NEXT_COMPOUND, ..QueryExtCtrl::default() };
    abi::QUERY_EXT_CTRL.send(node, &mut query).map(|()| query)
}

fn described(node: &Node, query: &QueryExtCtrl, group: &str, known: Option<&DeviceControl>) -> DeviceControl {
    let has = |flag| query.flags & flag != 0;
    let kind = kind(query);
    DeviceControl {
        id: query.id,
        name: super::abi::text(&query.name),
        group: group.to_owned(),
        kind,
        min: query.minimum,
        max: query.maximum,
        step: query.step,
        default: query.default_value,
        has_default: true,
        millibels: None,
        value: if has(flag::WRITE_ONLY) { None } else { value(node, query, kind) },
        items: known.map_or_else(|| items(node, query, kind), |known| known.items.clone()),
        is_inactive: has(flag::INACTIVE),
        is_grabbed: has(flag::GRABBED),
        is_read_only: has(flag::READ_ONLY),
        is_write_only: has(flag::WRITE_ONLY),
        is_volatile: has(flag::VOLATILE),
        property: None,
    }
}

const fn kind(query: &QueryExtCtrl) -> ControlKind {
    // A text is a payload, but no array.
    let is_array =
        query.nr_of_dims > 0 || (query.flags & flag::HAS_PAYLOAD != 0 && query.type_ != control_type::STRING);
    match query.type_ {
        _ if is_array => ControlKind::Other,
        control_type::INTEGER => ControlKind::Integer,
        control_type::BOOLEAN => ControlKind::Boolean,
        control_type::MENU => ControlKind::Menu,
        control_type::BUTTON => ControlKind::Button,
        control_type::INTEGER64 => ControlKind::Integer64,
        control_type::STRING => ControlKind::Text,
        control_type::BITMASK => ControlKind::Bitmask,
        control_type::INTEGER_MENU => ControlKind::IntegerMenu,
        _ => ControlKind::Other,
    }
}

fn value(node: &Node, query: &QueryExtCtrl, kind: ControlKind) -> Option<ControlValue> {
    let id = query.id;
    match kind {
        ControlKind::Button | ControlKind::Other => None,
        ControlKind::Integer64 => payload::integer64(node, id).ok().map(ControlValue::Integer),
        ControlKind::Text => payload::text(node, id, query.elem_size).ok().map(ControlValue::Text),
        _ => {
            let mut control = super::abi::Control { id, value: 0 };
            super::abi::G_CTRL.send(node, &mut control).ok()?;
            // Bits are no negative number.
            let is_bits = kind == ControlKind::Bitmask;
            let number = if is_bits { i64::from(control.value as u32) } else { i64::from(control.value) };
            Some(ControlValue::Integer(number))
        }
    }
}

/// The items that the driver has; indices in between may be missing.
fn items(node: &Node, query: &QueryExtCtrl, kind: ControlKind) -> Vec<MenuItem> {
    if !matches!(kind, ControlKind::Menu | ControlKind::IntegerMenu) {
        return Vec::new();
    }
    let last = query.maximum.min(query.minimum.saturating_add(LONGEST_MENU));
    let ask = |index: i64| {
        let mut item = abi::QueryMenu { id: query.id, index: u32::try_from(index).ok()?, ..abi::QueryMenu::default() };
        abi::QUERYMENU.send(node, &mut item).ok()?;
        Some(MenuItem { index, name: item_name(&item.name, kind) })
    };
    (query.minimum..=last).filter_map(ask).collect()
}

fn item_name(name: &[u8; 32], kind: ControlKind) -> String {
    if kind == ControlKind::Menu {
        return super::abi::text(name);
    }
    let number = name.first_chunk().map(|bytes| i64::from_ne_bytes(*bytes));
    number.unwrap_or_default().to_string()
}

/// Sets a control. The driver may make something else of the value: it is to be read again.
///
/// # Errors
/// `EINVAL` or `ERANGE` for what it cannot be, `EACCES` for what can only be read, `EBUSY` for what is grabbed.
pub fn set(node: &Node, control: &DeviceControl, value: &ControlValue) -> Result<(), Errno> {
    match (control.kind, value) {
        (ControlKind::Text, ControlValue::Text(text)) => payload::set_text(node, control.id, text),
        (ControlKind::Integer64, ControlValue::Integer(value)) => payload::set_integer64(node, control.id, *value),
        (ControlKind::Other, _) | (ControlKind::Text, ControlValue::Integer(_)) | (_, ControlValue::Text(_)) => {
            Err(Errno::INVAL)
        }
        (kind, ControlValue::Integer(value)) => {
            let bits =
                if kind == ControlKind::Bitmask { u32::try_from(*value).ok().map(|bits| bits as i32) } else { None };
            let value = bits.or_else(|| i32::try_from(*value).ok()).ok_or(Errno::RANGE)?;
            abi::S_CTRL.send(node, &mut super::abi::Control { id: control.id, value })
        }
    }
}

/// Asks for word of each change of a control.
///
/// # Errors
/// What the driver answered: `ENOTTY` or `EINVAL` where it gives no word of changes.
pub fn subscribe(node: &Node, id: u32) -> Result<(), Errno> {
    let mut wanted = abi::EventSubscription { type_: abi::EVENT_CTRL, id, ..abi::EventSubscription::default() };
    abi::SUBSCRIBE_EVENT.send(node, &mut wanted)
}

/// Takes the events that wait; returns how many there were.
///
/// # Errors
/// `ENODEV` after an unplug.
pub fn take_events(node: &Node) -> Result<usize, Errno> {
    let mut count = 0;
    loop {
        match abi::DQEVENT.send(node, &mut abi::Event::default()) {
            Ok(()) if count < LONGEST_LIST => count += 1,
            Ok(()) | Err(Errno::NOENT | Errno::AGAIN) => return Ok(count),
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_by_type_and_shape() {
        let query = |type_, flags, nr_of_dims| QueryExtCtrl { type_, flags, nr_of_dims, ..QueryExtCtrl::default() };
        let table = [
            (query(control_type::INTEGER, 0, 0), ControlKind::Integer),
            (query(control_type::INTEGER, 0, 1), ControlKind::Other), // vivid's “Integer 32 Bits Array”
            (query(control_type::STRING, flag::HAS_PAYLOAD, 0), ControlKind::Text),
            (query(control_type::BUTTON, flag::WRITE_ONLY, 0), ControlKind::Button),
            (query(0x0100, flag::HAS_PAYLOAD, 2), ControlKind::Other), // V4L2_CTRL_TYPE_U8
            (query(0x0106, flag::HAS_PAYLOAD, 0), ControlKind::Other), // V4L2_CTRL_TYPE_AREA
        ];
        for (query, expected) in table {
            assert_eq!(kind(&query), expected, "{query:?}");
        }
    }

    #[test]
    fn items_of_an_integer_menu_are_numbers() {
        let mut name = [0; 32];
        name[..8].copy_from_slice(&(-5_i64).to_ne_bytes());
        assert_eq!(item_name(&name, ControlKind::IntegerMenu), "-5");
        name = [0; 32];
        name[..4].copy_from_slice(b"Auto");
        assert_eq!(item_name(&name, ControlKind::Menu), "Auto");
    }
}
