//! What a sound server lets one set of a source: volume, mute, port, and the profile of its card.

use pulseaudio::protocol::port_info::PortAvailable;
use pulseaudio::protocol::{
    CardInfo, ChannelVolume, Command, SetCardProfileParams, SetDeviceMuteParams, SetDeviceVolumeParams, SetPortParams,
    SourceFlags, SourceInfo, Volume,
};

use crate::model::{ControlKind, ControlValue, DeviceControl, MUTE_CONTROL, MenuItem};

/// Ids: of channels' volumes that of the first and the channel's number.
const VOLUME: u32 = 0xf100_0000;
const PORT: u32 = 0xf300_0001;
const PROFILE: u32 = 0xf300_0002;
/// `PA_VOLUME_NORM`: 100 %.
const NORM: i64 = 0x1_0000;
/// `PA_VOLUME_UI_MAX`: as far as a server's own mixers go, +11 dB.
const MOST: i64 = 99_957;

/// All controls of a source. What was found first stands for the defaults that a server does not have.
pub fn controls(source: &SourceInfo, card: Option<&CardInfo>) -> Vec<DeviceControl> {
    let mut controls = volumes(source);
    controls.push(plain(MUTE_CONTROL, "Mute", "Source", ControlKind::Boolean, i64::from(source.muted), 1));
    controls.extend(port(source));
    controls.extend(card.and_then(profile));
    controls
}

/// What the server is told to set a control; `None` where there is no such control or value.
pub fn command(source: &SourceInfo, card: Option<&CardInfo>, id: u32, value: &ControlValue) -> Option<Command> {
    let number = value.as_integer()?;
    let index = usize::try_from(number).ok();
    let (device_index, device_name) = (Some(source.index), None);
    Some(match id {
        MUTE_CONTROL => Command::SetSourceMute(SetDeviceMuteParams { device_index, device_name, mute: number != 0 }),
        PORT => {
            let port_name = source.ports.get(index?)?.name.clone();
            Command::SetSourcePort(SetPortParams { index: Some(source.index), name: None, port_name })
        }
        PROFILE => {
            let profile_name = card?.profiles.get(index?)?.name.clone();
            let (card_index, card_name) = (Some(card?.index), None);
            Command::SetCardProfile(SetCardProfileParams { card_index, card_name, profile_name })
        }
        _ => {
            let volume = with_channel(source.cvolume, id.checked_sub(VOLUME)?, number)?;
            Command::SetSourceVolume(SetDeviceVolumeParams { device_index, device_name, volume })
        }
    })
}

/// The same volumes, but for one channel.
fn with_channel(old: ChannelVolume, channel: u32, number: i64) -> Option<ChannelVolume> {
    let mut volumes: Vec<Volume> = old.channels().to_vec();
    *volumes.get_mut(channel as usize)? = Volume::from_u32_clamped(u32::try_from(number).ok()?);
    let mut new = ChannelVolume::empty();
    for volume in volumes {
        new.push(volume);
    }
    Some(new)
}

fn volumes(source: &SourceInfo) -> Vec<DeviceControl> {
    let volumes = source.cvolume.channels();
    let positions: Vec<_> = source.channel_map.into_iter().map(|position| in_words(&format!("{position:?}"))).collect();
    let volume = |(channel, volume): (usize, &Volume)| {
        let position = positions.get(channel).cloned().unwrap_or_else(|| (channel + 1).to_string());
        let name = if volumes.len() > 1 { format!("Volume, {position}") } else { "Volume".to_owned() };
        let value = i64::from(volume.as_u32());
        let control = plain(VOLUME + channel as u32, &name, "Source", ControlKind::Integer, value, MOST.max(value));
        let has_decibels = source.flags.contains(SourceFlags::DECIBEL_VOLUME) && value > 0;
        DeviceControl { millibels: has_decibels.then(|| millibels(value)), ..control }
    };
    volumes.iter().enumerate().map(volume).collect()
}

/// `PulseAudio`'s volumes are cubic.
fn millibels(volume: i64) -> i64 {
    (6000.0 * (volume as f64 / NORM as f64).log10()).round() as i64
}

fn port(source: &SourceInfo) -> Option<DeviceControl> {
    let names = source.ports.iter().map(|port| {
        let name = port.description.as_ref().unwrap_or(&port.name).to_string_lossy();
        let state = if port.available == PortAvailable::No { " (nothing plugged in)" } else { "" };
        format!("{name}{state}")
    });
    menu(PORT, "Port", "Source", names.collect(), source.active_port)
}

fn profile(card: &CardInfo) -> Option<DeviceControl> {
    let active = card.profiles.iter().position(|profile| Some(&profile.name) == card.active_profile.as_ref())?;
    let names = card.profiles.iter().map(|profile| {
        let name = profile.description.as_ref().unwrap_or(&profile.name).to_string_lossy();
        let state = if profile.available == 0 { " (not available)" } else { "" };
        format!("{name}{state}")
    });
    menu(PROFILE, "Profile", "Sound card", names.collect(), active)
}

/// `None` where there is nothing to choose from.
fn menu(id: u32, name: &str, group: &str, names: Vec<String>, active: usize) -> Option<DeviceControl> {
    let last = i64::try_from(names.len()).ok()? - 1;
    let items: Vec<_> =
        names.into_iter().enumerate().map(|(index, name)| MenuItem { index: index as i64, name }).collect();
    (!items.is_empty())
        .then(|| DeviceControl { items, ..plain(id, name, group, ControlKind::Menu, active as i64, last) })
}

fn plain(id: u32, name: &str, group: &str, kind: ControlKind, value: i64, max: i64) -> DeviceControl {
    DeviceControl {
        id,
        name: name.to_owned(),
        group: group.to_owned(),
        kind,
        min: 0,
        max,
        step: 1,
        default: value,
        has_default: false,
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

/// `front left` of `FrontLeft`.
fn in_words(position: &str) -> String {
    let mut words = String::new();
    for letter in position.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push(' ');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

#[cfg(test)]
mod tests {
    use pulseaudio::protocol::port_info::{PortDirection, PortInfo, PortType};
    use pulseaudio::protocol::{ChannelMap, ChannelPosition};

    use super::*;

    fn source() -> SourceInfo {
        let mut source =
            SourceInfo { index: 7, muted: true, flags: SourceFlags::DECIBEL_VOLUME, ..SourceInfo::default() };
        source.cvolume = ChannelVolume::empty();
        source.cvolume.push(Volume::NORM);
        source.cvolume.push(Volume::from_u32_clamped(0x8000));
        source.channel_map = ChannelMap::new([ChannelPosition::FrontLeft, ChannelPosition::FrontRight]);
        let port = |name: &std::ffi::CStr, available| PortInfo {
            name: name.to_owned(),
            port_type: PortType::Mic,
            description: None,
            dir: PortDirection::Input,
            priority: 0,
            available,
            availability_group: None,
        };
        source.ports = vec![port(c"mic", PortAvailable::Yes), port(c"headset", PortAvailable::No)];
        source
    }

    #[test]
    fn a_source_has_volumes_with_decibels_a_mute_and_ports() {
        let controls = controls(&source(), None);
        let words: Vec<_> = controls.iter().map(|it| format!("{}: {}", it.name, it.value_words())).collect();
        let expected =
            ["Volume, front left: 65536 (0.00 dB)", "Volume, front right: 32768 (-18.06 dB)", "Mute: on", "Port: mic"];
        assert_eq!(words, expected);
        assert_eq!(controls[3].items[1].name, "headset (nothing plugged in)");
    }

    #[test]
    fn one_channel_is_set_and_the_other_stays() {
        let set = |id, value| command(&source(), None, id, &ControlValue::Integer(value));
        let Some(Command::SetSourceVolume(params)) = set(VOLUME + 1, 1000) else { panic!() };
        let volumes: Vec<_> = params.volume.channels().iter().map(Volume::as_u32).collect();
        assert_eq!((params.device_index, volumes), (Some(7), vec![0x1_0000, 1000]));
        let Some(Command::SetSourcePort(params)) = set(PORT, 1) else { panic!() };
        assert_eq!(params.port_name.as_c_str(), c"headset");
        let Some(Command::SetSourceMute(params)) = set(MUTE_CONTROL, 0) else { panic!() };
        assert!(!params.mute);
        for (id, value) in [(PORT, 2), (PORT, -1), (PROFILE, 0), (VOLUME + 2, 5), (VOLUME, -5), (3, 3)] {
            assert!(set(id, value).is_none(), "{id} {value}");
        }
    }
}
