//! Pictures of JPEG one after the other. Each begins with SOI and ends with EOI; ITU-T T.81, annex B.

use std::io::{Read, Seek};

use crate::model::{Colour, FrameRate, PixelFormat};

use super::reader::Reader;
use super::{Flaw, Header, Span, check_size, push};

const SOI: u8 = 0xd8;
const EOI: u8 = 0xd9;
const SOS: u8 = 0xda;

/// The size of the pictures, and where they lie. The file has no rate.
pub(super) fn look_through<R: Read + Seek>(reader: &mut Reader<R>) -> Result<(Header, Vec<Span>), Flaw> {
    let mut pictures = Vec::new();
    let mut size = None;
    while pictures.is_empty() || !reader.is_at_end() {
        let start = reader.at();
        let (width, height) = picture(reader)?;
        let first = *size.get_or_insert((width, height));
        if first != (width, height) {
            let message =
                format!("expected a picture of {}×{} as the first one, and it has {width}×{height}", first.0, first.1);
            return Err(Flaw::At(start, message));
        }
        push(&mut pictures, start, (reader.at() - start) as usize)?;
    }
    let (width, height) = size.unwrap_or_default();
    let rate = Some(FrameRate::new(30, 1));
    Ok((Header { width, height, rate, pixel_format: PixelFormat::MJPG, colour: Colour::FULL }, pictures))
}

/// Reads over a picture. Returns its size.
fn picture<R: Read + Seek>(reader: &mut Reader<R>) -> Result<(u32, u32), Flaw> {
    let start = reader.at();
    if reader.bytes("a JPEG picture (FF D8)")? != [0xff, SOI] {
        return Err(Flaw::At(start, "expected a JPEG picture (FF D8)".to_owned()));
    }
    let mut size = None;
    let mut marker = next_marker(reader)?;
    while marker != EOI {
        let at = reader.at();
        let length = u64::from(u16::from_be_bytes(reader.bytes("the length of a segment")?));
        let rest = length.checked_sub(2).ok_or_else(|| Flaw::At(at, "expected a length of 2 or more".to_owned()))?;
        if is_frame_header(marker) {
            size = Some(frame_size(reader, rest)?);
        } else {
            reader.skip(rest, "a segment")?;
        }
        marker = if marker == SOS { marker_behind_scan(reader)? } else { next_marker(reader)? };
    }
    size.ok_or_else(|| Flaw::At(start, "expected a picture with a frame header (SOF)".to_owned()))
}

/// SOF0 to SOF15; DHT, JPG and DAC lie between.
const fn is_frame_header(marker: u8) -> bool {
    matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc)
}

fn frame_size<R: Read + Seek>(reader: &mut Reader<R>, rest: u64) -> Result<(u32, u32), Flaw> {
    let at = reader.at();
    let [_, high, low, left, right] = reader.bytes("a frame header")?;
    let (height, width) = (u16::from_be_bytes([high, low]).into(), u16::from_be_bytes([left, right]).into());
    check_size(width, height).map_err(|message| Flaw::At(at, message))?;
    reader.skip(rest.saturating_sub(5), "a frame header")?;
    Ok((width, height))
}

/// The marker that must come now. Any number of FF may stand before it.
fn next_marker<R: Read + Seek>(reader: &mut Reader<R>) -> Result<u8, Flaw> {
    let at = reader.at();
    let [first, mut marker] = reader.bytes("a marker (FF …)")?;
    if first != 0xff {
        return Err(Flaw::At(at, "expected a marker (FF …)".to_owned()));
    }
    while marker == 0xff {
        [marker] = reader.bytes("a marker")?;
    }
    Ok(marker)
}

/// Reads over coded data, in which FF is followed by 0 or is a restart marker.
fn marker_behind_scan<R: Read + Seek>(reader: &mut Reader<R>) -> Result<u8, Flaw> {
    loop {
        reader.skip_past(0xff, "the end of a picture (FF D9)")?;
        let [mut marker] = reader.bytes("a marker")?;
        while marker == 0xff {
            [marker] = reader.bytes("a marker")?;
        }
        if !matches!(marker, 0 | 0xd0..=0xd7) {
            return Ok(marker);
        }
    }
}
