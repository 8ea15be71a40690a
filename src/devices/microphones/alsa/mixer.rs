//! The mixer of a sound card as controls of its microphones: volume, boost, switch and source of what is captured.
//!
//! Elements are ALSA's simple ones, as `amixer` and `alsamixer` show them. An element with several channels gives a control
//! for each, since they may differ. A mixer has no defaults: what was found at first stands for them.

use std::collections::BTreeMap;
use std::rc::Rc;

use alsa::mixer::{Mixer, Selem, SelemChannelId, SelemId};

use crate::model::{ControlKind, ControlValue, DeviceControl, MenuItem};

/// Top bytes of ids: what kind of control it is.
const VOLUMES: u32 = 0xf1;
const SWITCHES: u32 = 0xf2;
const SOURCES: u32 = 0xf3;
/// The group of all of them.
const GROUP: &str = "Mixer";
/// More channels than ALSA's simple mixer names.
const CHANNELS: [SelemChannelId; 9] = [
    SelemChannelId::FrontLeft,
    SelemChannelId::FrontRight,
    SelemChannelId::RearLeft,
    SelemChannelId::RearRight,
    SelemChannelId::FrontCenter,
    SelemChannelId::Woofer,
    SelemChannelId::SideLeft,
    SelemChannelId::SideRight,
    SelemChannelId::RearCenter,
];

/// A call of ALSA, or its error number.
pub type Asked<T> = Result<T, i32>;

/// What of an element a control sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Volume,
    Switch,
    Source,
}

/// A control's place in the mixer.
struct Handle<'a> {
    element: Rc<Selem<'a>>,
    part: Part,
    channel: SelemChannelId,
    /// Whether the element has more than this channel.
    is_one_of_many: bool,
}

/// Opens the mixer of a card.
///
/// # Errors
/// `ENODEV`, `ENOENT`, `EACCES` and what else the system says.
pub fn open(card: u32) -> Asked<Mixer> {
    Mixer::new(&format!("hw:{card}"), true).map_err(number)
}

/// All controls of what is captured, in the mixer's order. `found` keeps what was found first.
pub fn controls(mixer: &Mixer, found: &mut BTreeMap<u32, i64>) -> Vec<DeviceControl> {
    handles(mixer).iter().filter_map(|handle| handle.control(found)).collect()
}

/// Sets a control.
///
/// # Errors
/// `ENOENT` where the mixer has no such control (any more), else what the driver answers.
pub fn set(mixer: &Mixer, id: u32, value: i64) -> Asked<()> {
    let handles = handles(mixer);
    let handle = handles.iter().find(|handle| handle.id() == id).ok_or(libc::ENOENT)?;
    handle.set(value).map_err(number)
}

pub fn number(error: alsa::Error) -> i32 {
    error.errno().abs()
}

fn handles(mixer: &Mixer) -> Vec<Handle<'_>> {
    let elements = mixer.iter().filter_map(Selem::new);
    elements.flat_map(|element| of_element(&Rc::new(element))).collect()
}

/// The controls of one element.
fn of_element<'a>(element: &Rc<Selem<'a>>) -> Vec<Handle<'a>> {
    let is_source = element.is_enumerated() && (element.is_enum_capture() || !element.is_enum_playback());
    let parts = [
        (Part::Volume, element.has_capture_volume()),
        (Part::Switch, element.has_capture_switch()),
        (Part::Source, is_source),
    ];
    let mut handles = Vec::new();
    for (part, _) in parts.into_iter().filter(|(_, is_there)| *is_there) {
        let has = |channel: &SelemChannelId| match part {
            Part::Source => element.get_enum_item(*channel).is_ok(),
            // What is common to both directions may have its channels on the other one.
            _ if element.can_capture() => element.has_capture_channel(*channel),
            _ => element.has_playback_channel(*channel),
        };
        let channels: Vec<_> = CHANNELS.into_iter().filter(has).collect();
        let is_one_of_many = channels.len() > 1;
        handles.extend(channels.into_iter().map(|channel| Handle {
            element: Rc::clone(element),
            part,
            channel,
            is_one_of_many,
        }));
    }
    handles
}

impl Handle<'_> {
    /// `Capture volume, front left`.
    fn name(&self) -> String {
        let id: SelemId = self.element.get_id();
        let index = if id.get_index() > 0 { format!(" {}", id.get_index()) } else { String::new() };
        let what = match self.part {
            Part::Volume => " volume",
            Part::Switch => " switch",
            Part::Source => "",
        };
        let channel = match Selem::channel_name(self.channel) {
            Ok(channel) if self.is_one_of_many => format!(", {}", channel.to_lowercase()),
            _ => String::new(),
        };
        format!("{}{index}{what}{channel}", id.get_name().unwrap_or_default())
    }

    fn id(&self) -> u32 {
        let kind = match self.part {
            Part::Volume => VOLUMES,
            Part::Switch => SWITCHES,
            Part::Source => SOURCES,
        };
        kind << 24 | hash(&self.name())
    }

    /// `None` where it cannot be read.
    fn control(&self, found: &mut BTreeMap<u32, i64>) -> Option<DeviceControl> {
        let id = self.id();
        let value = self.value().ok()?;
        let default = *found.entry(id).or_insert(value);
        let (kind, (min, max)) = match self.part {
            Part::Volume => (ControlKind::Integer, self.element.get_capture_volume_range()),
            Part::Switch => (ControlKind::Boolean, (0, 1)),
            Part::Source => (ControlKind::Menu, (0, i64::from(self.element.get_enum_items().ok()?).max(1) - 1)),
        };
        Some(DeviceControl {
            id,
            name: self.name(),
            group: GROUP.to_owned(),
            kind,
            min,
            max,
            step: 1,
            default,
            has_default: false,
            millibels: self.millibels(),
            value: Some(ControlValue::Integer(value)),
            items: self.items(),
            is_inactive: false,
            is_grabbed: false,
            is_read_only: min == max,
            is_write_only: false,
            is_volatile: false,
            property: None,
        })
    }

    fn value(&self) -> alsa::Result<i64> {
        match self.part {
            Part::Volume => self.element.get_capture_volume(self.channel),
            Part::Switch => self.element.get_capture_switch(self.channel).map(i64::from),
            Part::Source => self.element.get_enum_item(self.channel).map(i64::from),
        }
    }

    fn millibels(&self) -> Option<i64> {
        if self.part != Part::Volume {
            return None;
        }
        self.element.get_capture_vol_db(self.channel).ok().map(|level| level.0)
    }

    fn items(&self) -> Vec<MenuItem> {
        let names = (self.part == Part::Source).then(|| self.element.iter_enum().ok()).flatten();
        let named = names.into_iter().flatten().enumerate();
        named.filter_map(|(index, name)| Some(MenuItem { index: index as i64, name: name.ok()? })).collect()
    }

    fn set(&self, value: i64) -> alsa::Result<()> {
        match self.part {
            Part::Volume => self.element.set_capture_volume(self.channel, value),
            Part::Switch => self.element.set_capture_switch(self.channel, i32::from(value != 0)),
            Part::Source => self.element.set_enum_item(self.channel, u32::try_from(value).unwrap_or_default()),
        }
    }
}

/// 24 bits of FNV-1a: ids stay the same over a replug, whatever numbers the driver gives.
fn hash(name: &str) -> u32 {
    let hash = name.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    (hash >> 24) ^ (hash & 0x00ff_ffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_have_their_kind_and_tell_channels_apart() {
        let names =
            ["Mic volume, front left", "Mic volume, front right", "Mic volume", "Mic 1 volume", "Capture volume"];
        let mut ids: Vec<_> = names.iter().map(|name| SWITCHES << 24 | hash(name)).collect();
        assert!(ids.iter().all(|id| DeviceControl::integer(*id, "", 0).is_capture_switch()));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), names.len());
        assert!(!DeviceControl::integer(VOLUMES << 24 | hash("Mic"), "", 0).is_capture_switch());
    }
}
