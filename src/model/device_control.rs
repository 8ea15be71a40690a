//! Controls of a device as its driver has them: brightness, a power line filter, a button that resets the lens; of a
//! microphone, what the mixer of its sound card or its sound server has.
//!
//! Names, ids, types and flags of a camera's are those of V4L2 (`VIDIOC_QUERY_EXT_CTRL`). What of them the web knows as a property is
//! [`Control`](super::Control) beside it.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Property;

/// `V4L2_CID_PRIVACY`: a shutter is closed, or a switch is off, so that no picture can be taken.
pub const PRIVACY_CONTROL: u32 = 0x009a_0910;
/// `V4L2_CID_EXPOSURE_AUTO_PRIORITY`: an automatic exposure may lower the frame rate (`exposure_dynamic_framerate`).
pub const DYNAMIC_RATE_CONTROL: u32 = 0x009a_0903;
/// A microphone's source is muted at its sound server while this is 1.
pub const MUTE_CONTROL: u32 = 0xf000_0001;
/// Ids with this top byte are switches of a sound card's mixer, which cut a microphone off while they are 0.
const CAPTURE_SWITCHES: u32 = 0xf2;

/// What kind of value a control has: `enum v4l2_ctrl_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
pub enum ControlKind {
    /// A whole number of 32 bits.
    Integer,
    /// A whole number of 64 bits.
    Integer64,
    /// 0 or 1.
    Boolean,
    /// One of named items, by its index.
    Menu,
    /// One of numbers, by its index.
    IntegerMenu,
    /// Does something when it is set; has no value.
    Button,
    /// Bits, of which those of the maximum may be set.
    Bitmask,
    /// A text; minimum, maximum and step are of its length in bytes.
    Text,
    /// Anything else, such as an array or a structure: its name is known, not its value.
    Other,
}

impl ControlKind {
    /// The word that `devices --json` gives, for instance `integer-menu`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Integer => "integer",
            Self::Integer64 => "integer64",
            Self::Boolean => "boolean",
            Self::Menu => "menu",
            Self::IntegerMenu => "integer-menu",
            Self::Button => "button",
            Self::Bitmask => "bitmask",
            Self::Text => "string",
            Self::Other => "other",
        }
    }
}

/// What a control is set to.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ControlValue {
    /// A number, 0 or 1, an index, bits.
    Integer(i64),
    /// A text.
    Text(String),
}

impl ControlValue {
    /// The number, where it is one.
    pub const fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(integer) = self { Some(*integer) } else { None }
    }

    /// The text, where it is one.
    pub const fn as_text(&self) -> Option<&String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }
}

impl fmt::Display for ControlValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Integer(integer) => integer.fmt(f),
            Self::Text(text) => write!(f, "“{text}”"),
        }
    }
}

/// An item of a menu.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MenuItem {
    /// Its index, which is the control's value while it is chosen. Indices may have gaps.
    pub index: i64,
    /// Its name; of an integer menu the number.
    pub name: String,
}

/// A control of a device, as its driver has it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of V4L2; all combinations are possible")]
pub struct DeviceControl {
    /// `V4L2_CID_…`; of a microphone's control one that the lab makes of its name.
    pub id: u32,
    /// For people, in the driver's words.
    pub name: String,
    /// The name of its class, for instance `User Controls`.
    pub group: String,
    /// What kind of value it has.
    pub kind: ControlKind,
    /// The least value; of a text, its least length.
    pub min: i64,
    /// The greatest value; of a text, its greatest length; of a bitmask, all bits that may be set.
    pub max: i64,
    /// From one value to the next; 0 where that means nothing.
    pub step: u64,
    /// What the driver starts with.
    pub default: i64,
    /// Whether the driver says what it starts with. Mixers do not: there it is what the lab found when it began to watch.
    pub has_default: bool,
    /// What the value means in hundredths of a decibel, where the driver tells (ALSA's TLV, `PulseAudio`'s volumes).
    pub millibels: Option<i64>,
    /// What it is; `None` where it has no value or the driver does not tell it.
    pub value: Option<ControlValue>,
    /// The items of a menu, in order of their indices.
    pub items: Vec<MenuItem>,
    /// Another control, such as an automatic, governs it at the moment (IMG-08).
    pub is_inactive: bool,
    /// It cannot be set now, since a program streams from the device.
    pub is_grabbed: bool,
    /// It can never be set.
    pub is_read_only: bool,
    /// It can be set and not be read.
    pub is_write_only: bool,
    /// Its value changes by itself, without word of it.
    pub is_volatile: bool,
    /// The property of the web that stands for it, where there is one.
    pub property: Option<Property>,
}

impl DeviceControl {
    /// What it goes back to on a reset; `None` of what has no value that could be reset.
    pub fn default_value(&self) -> Option<ControlValue> {
        match self.kind {
            ControlKind::Button | ControlKind::Other | ControlKind::Text => None,
            _ => Some(ControlValue::Integer(self.default)),
        }
    }

    /// Whether a reset would change it.
    pub fn is_changed(&self) -> bool {
        !self.is_read_only
            && self.default_value().is_some_and(|default| self.value.as_ref().is_some_and(|now| *now != default))
    }

    /// Whether it may be set now.
    pub fn is_settable(&self) -> bool {
        !self.is_read_only && !self.is_grabbed && self.kind != ControlKind::Other
    }

    /// Whether its value is worth to be kept, to be set again another day: not what an automatic or the device itself decides,
    /// nor a shutter.
    pub fn is_keepable(&self) -> bool {
        self.is_settable()
            && !self.is_inactive
            && !self.is_volatile
            && self.id != PRIVACY_CONTROL
            && self.value.is_some()
    }

    /// A value as people read it: the name of an item, `on` and `off`, bits in hexadecimal.
    pub fn words(&self, value: &ControlValue) -> String {
        let ControlValue::Integer(number) = value else { return value.to_string() };
        match self.kind {
            ControlKind::Boolean => if *number == 0 { "off" } else { "on" }.to_owned(),
            ControlKind::Bitmask => format!("0x{:x}", *number as u32),
            ControlKind::Menu | ControlKind::IntegerMenu => {
                let item = self.items.iter().find(|item| item.index == *number);
                item.map_or_else(|| number.to_string(), |item| item.name.clone())
            }
            _ => number.to_string(),
        }
    }

    /// Its value as people read it, for instance `23 (-12.00 dB)`; empty where it has none.
    pub fn value_words(&self) -> String {
        let words = self.value.as_ref().map(|value| self.words(value)).unwrap_or_default();
        match self.decibels() {
            Some(decibels) if !words.is_empty() => format!("{words} ({decibels:.2} dB)"),
            _ => words,
        }
    }

    /// What the value means in decibels, where the driver tells.
    pub fn decibels(&self) -> Option<f64> {
        self.millibels.map(|millibels| millibels as f64 / 100.0)
    }

    /// Whether it switches a microphone of a sound card's mixer on and off.
    pub const fn is_capture_switch(&self) -> bool {
        self.id >> 24 == CAPTURE_SWITCHES
    }

    /// The same without what changes while the device is there.
    pub(crate) fn without_state(&self) -> Self {
        let default = if self.has_default { self.default } else { 0 };
        Self { value: None, default, millibels: None, is_inactive: false, is_grabbed: false, ..self.clone() }
    }
}

#[cfg(test)]
impl DeviceControl {
    /// A control from 0 to 255 for tests.
    pub(crate) fn integer(id: u32, name: &str, value: i64) -> Self {
        Self {
            id,
            name: name.to_owned(),
            group: "User Controls".to_owned(),
            kind: ControlKind::Integer,
            min: 0,
            max: 255,
            step: 1,
            default: 128,
            has_default: true,
            millibels: None,
            value: Some(ControlValue::Integer(value)),
            items: Vec::new(),
            is_inactive: false,
            is_grabbed: false,
            is_read_only: false,
            is_write_only: false,
            is_volatile: false,
            property: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_by_people() {
        let control = DeviceControl::integer(1, "Gain", 3);
        let item = |index, name: &str| MenuItem { index, name: name.to_owned() };
        let items = vec![item(1, "50 Hz"), item(3, "Auto")];
        let table = [
            (ControlKind::Integer, 3, "3"),
            (ControlKind::Boolean, 1, "on"),
            (ControlKind::Bitmask, 0x8000_0001, "0x80000001"),
            (ControlKind::Menu, 3, "Auto"),
            (ControlKind::Menu, 2, "2"),
        ];
        for (kind, value, words) in table {
            let control = DeviceControl { kind, items: items.clone(), ..control.clone() };
            assert_eq!(control.words(&ControlValue::Integer(value)), words);
        }
        assert_eq!(control.words(&ControlValue::Text("abc".into())), "“abc”");
        let volume = DeviceControl { millibels: Some(-1250), ..control };
        assert_eq!(volume.value_words(), "3 (-12.50 dB)");
    }

    #[test]
    fn only_what_has_a_default_and_differs_from_it_is_reset() {
        let control = DeviceControl::integer(1, "Gain", 3);
        assert!(control.is_changed() && !DeviceControl::integer(1, "Gain", 128).is_changed());
        assert!(!DeviceControl { is_read_only: true, ..control.clone() }.is_changed());
        assert!(!DeviceControl { kind: ControlKind::Button, ..control.clone() }.is_changed());
        assert!(!DeviceControl { value: None, ..control }.is_changed());
    }
}
