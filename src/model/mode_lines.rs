//! Modes as text for people.

use std::collections::BTreeMap;

use super::{Extent, Mode, RateExtent, VideoMode};

/// The modes as one line for each format and size, with all its rates.
pub fn mode_lines(modes: &[Mode]) -> Vec<String> {
    let mut heads: Vec<String> = Vec::new();
    let mut rates: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for mode in modes {
        let (head, rate) = match mode {
            Mode::Video(mode) => (video_head(mode), Some(rate(mode.frame_rate))),
            Mode::Audio(mode) => {
                let (rate, channels) = (extent(mode.sample_rate), extent(mode.channels));
                (format!("{:?}  {rate} Hz  {channels} ch", mode.sample_format), None)
            }
        };
        let place = heads.iter().position(|other| *other == head).unwrap_or_else(|| {
            heads.push(head);
            heads.len() - 1
        });
        rates.entry(place).or_default().extend(rate);
    }
    heads.into_iter().zip(rates.into_values()).map(|(head, rates)| with_rates(head, &rates)).collect()
}

fn with_rates(head: String, rates: &[String]) -> String {
    if rates.is_empty() { head } else { format!("{head}  {} fps", rates.join(" ")) }
}

fn video_head(mode: &VideoMode) -> String {
    let mark = match (mode.pixel_format.is_decodable(), mode.pixel_format.description()) {
        (true, _) => String::new(),
        (false, Some(words)) => format!(" ({words}, not decodable)"),
        (false, None) => " (not decodable)".to_owned(),
    };
    let size = format!("{}x{}", extent(mode.width), extent(mode.height));
    format!("{:<4}  {size:<10}{mark}", mode.pixel_format.to_string())
}

fn extent(extent: Extent) -> String {
    match extent {
        Extent::One(value) => value.to_string(),
        Extent::Range { min, max, step: 1 } => format!("{min}–{max}"),
        Extent::Range { min, max, step } => format!("{min}–{max}/{step}"),
    }
}

fn rate(rate: RateExtent) -> String {
    match rate {
        RateExtent::One(rate) => rate.to_string(),
        RateExtent::Range { min, max } => format!("{min}–{max}"),
    }
}
