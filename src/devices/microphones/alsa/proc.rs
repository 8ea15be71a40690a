//! What `/proc/asound` tells, also of a PCM that is busy.

use std::collections::HashMap;

use crate::model::{AudioMode, Extent, SampleFormat};

use super::cards::PcmName;

/// `/proc/asound/cards`: two lines a card, of which the first is ` 1 [Loopback       ]: Loopback - Loopback`. Their names
/// for people.
pub fn cards(text: &str) -> HashMap<u32, String> {
    let card = |line: &str| {
        let (number, rest) = line.split_once('[')?;
        let (_driver, name) = rest.split_once("]: ")?.1.split_once(" - ")?;
        Some((number.trim().parse().ok()?, name.trim().to_owned()))
    };
    text.lines().filter_map(card).collect()
}

/// `/proc/asound/pcm`: a line a PCM, `01-00: Loopback PCM : Loopback PCM : playback 8 : capture 8`. Their names.
pub fn pcms(text: &str) -> HashMap<PcmName, String> {
    let pcm = |line: &str| {
        let mut parts = line.split(": ");
        let (card, device) = parts.next()?.split_once('-')?;
        let name = PcmName { card: card.parse().ok()?, device: device.parse().ok()? };
        let (id, label) = (parts.next()?.trim(), parts.next().unwrap_or_default().trim());
        Some((name, if label.is_empty() { id } else { label }.to_owned()))
    };
    text.lines().filter_map(pcm).collect()
}

/// `…/pcm0c/sub0/hw_params`: the mode in which a PCM runs; `None` where it is closed.
pub fn hw_params(text: &str) -> Option<AudioMode> {
    let value = |name| value(text, name);
    Some(AudioMode {
        sample_rate: Extent::One(value("rate")?.split_whitespace().next()?.parse().ok()?),
        channels: Extent::One(value("channels")?.parse().ok()?),
        sample_format: format(value("format")?)?,
    })
}

/// `…/stream0` of a USB card: all modes of its `Capture:` part.
pub fn usb_stream(text: &str) -> Vec<AudioMode> {
    let capture = text.split_once("Capture:").map_or("", |(_, capture)| capture);
    let capture = capture.split("Playback:").next().unwrap_or_default();
    let mut modes = Vec::new();
    for altset in capture.split("Altset").skip(1) {
        for mode in altset_modes(altset) {
            if !modes.contains(&mode) {
                modes.push(mode);
            }
        }
    }
    modes
}

fn altset_modes(altset: &str) -> Vec<AudioMode> {
    let value = |name| value(altset, name);
    let formats = value("Format").unwrap_or_default().split_whitespace().filter_map(format);
    let Some(channels) = value("Channels").and_then(|channels| channels.parse().ok()) else { return Vec::new() };
    let rates = value("Rates").map(rates).unwrap_or_default();
    let mode = |sample_format, sample_rate| AudioMode { sample_rate, channels: Extent::One(channels), sample_format };
    formats.flat_map(|format| rates.iter().map(move |rate| mode(format, *rate))).collect()
}

/// `16000, 48000` or `8000 - 96000 (continuous)`.
fn rates(text: &str) -> Vec<Extent> {
    let range = text.split_once(" - ").and_then(|(min, max)| {
        let max = max.split_whitespace().next()?;
        Some(Extent::Range { min: min.trim().parse().ok()?, max: max.parse().ok()?, step: 1 })
    });
    let list = || text.split(',').filter_map(|rate| rate.trim().parse().ok()).map(Extent::One).collect();
    range.map_or_else(list, |range| vec![range])
}

/// The value in a line `name: value`.
fn value<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = text.lines().filter_map(|line| line.split_once(':'));
    pairs.find(|(key, _)| key.trim() == name).map(|(_, value)| value.trim())
}

/// ALSA's name of a coding.
fn format(name: &str) -> Option<SampleFormat> {
    Some(match name {
        "U8" => SampleFormat::U8,
        "S16_LE" => SampleFormat::S16,
        "S24_LE" => SampleFormat::S24,
        "S24_3LE" => SampleFormat::S24In3,
        "S32_LE" => SampleFormat::S32,
        "FLOAT_LE" => SampleFormat::F32,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn mode(rate: u32, channels: u32, sample_format: SampleFormat) -> AudioMode {
        AudioMode { sample_rate: Extent::One(rate), channels: Extent::One(channels), sample_format }
    }

    const CARDS: &str = " 0 [PCH            ]: HDA-Intel - HDA Intel PCH
                      HDA Intel PCH at 0xb1100000 irq 145
 1 [C920           ]: USB-Audio - HD Pro Webcam C920
                      HD Pro Webcam C920 at usb-0000:00:14.0-1, high speed
";
    const PCMS: &str = "00-00: ALC257 Analog : ALC257 Analog : playback 1 : capture 1
00-03: HDMI 0 : HDMI 0 : playback 1
01-00: USB Audio : USB Audio : capture 1
02-00: Odd :  : capture 1
";
    const RUNNING: &str = "access: MMAP_INTERLEAVED
format: S16_LE
subformat: STD
channels: 2
rate: 44100 (44100/1)
period_size: 441
buffer_size: 882
";
    const USB_STREAM: &str = "Headset at usb-0000:00:14.0-1, high speed : USB Audio

Playback:
  Status: Stop
  Interface 1
    Altset 1
    Format: S32_LE
    Channels: 8
    Rates: 192000

Capture:
  Status: Running
    Interface = 2
  Interface 2
    Altset 1
    Format: S16_LE
    Channels: 2
    Endpoint: 0x86 (6 IN) (ASYNC)
    Rates: 16000, 48000
    Bits: 16
  Interface 2
    Altset 2
    Format: S24_3LE
    Channels: 1
    Rates: 8000 - 96000 (continuous)
  Interface 2
    Altset 3
    Format: S16_LE
    Channels: 2
    Rates: 16000
";

    #[test]
    fn cards_and_pcms_have_their_names() {
        let found = cards(CARDS);
        assert_eq!(found.len(), 2);
        assert_eq!(found[&1], "HD Pro Webcam C920");
        assert!(cards("--- no soundcards ---\n").is_empty());
        let found = pcms(PCMS);
        let name = |card, device| found[&PcmName { card, device }].as_str();
        assert_eq!([name(0, 0), name(0, 3), name(1, 0), name(2, 0)], ["ALC257 Analog", "HDMI 0", "USB Audio", "Odd"]);
    }

    #[test]
    fn a_pcm_that_runs_tells_its_mode() {
        assert_eq!(hw_params(RUNNING), Some(mode(44_100, 2, SampleFormat::S16)));
        assert_eq!(hw_params("closed\n"), None);
        assert_eq!(hw_params("no setup\n"), None);
        assert_eq!(hw_params("format: MU_LAW\nchannels: 1\nrate: 8000 (8000/1)\n"), None);
    }

    #[test]
    fn a_usb_card_tells_all_its_modes() {
        let range = AudioMode {
            sample_rate: Extent::Range { min: 8000, max: 96_000, step: 1 },
            ..mode(0, 1, SampleFormat::S24In3)
        };
        let expected = [mode(16_000, 2, SampleFormat::S16), mode(48_000, 2, SampleFormat::S16), range];
        assert_eq!(usb_stream(USB_STREAM), expected);
        assert!(usb_stream("Speaker\n\nPlayback:\n  Altset 1\n    Format: S16_LE\n").is_empty());
    }
}
