//! `YUV4MPEG2`: a line about the stream, then for each picture a line `FRAME` and its planes.

use std::io::{Read, Seek};
use std::str::{self, FromStr};

use crate::media::needed_bytes;
use crate::model::{Colour, ColourRange, FrameRate, PixelFormat};

use super::reader::Reader;
use super::{Flaw, Header, Span, check_size, push};
use crate::devices::virtual_devices::values::Rate;

/// Bytes of a line, of which most programs write less than 100.
const LONGEST_LINE: u64 = 1024;

/// What the file says of its stream, and where its pictures lie.
pub(super) fn look_through<R: Read + Seek>(reader: &mut Reader<R>) -> Result<(Header, Vec<Span>), Flaw> {
    let line = reader.line(LONGEST_LINE, "the header “YUV4MPEG2 …”")?;
    let header = header(&line).map_err(|message| Flaw::At(0, message))?;
    let bytes = picture_bytes(&header).map_err(|message| Flaw::At(0, message))?;
    let mut pictures = Vec::new();
    while pictures.is_empty() || !reader.is_at_end() {
        let start = reader.at();
        let line = reader.line(LONGEST_LINE, "“FRAME”")?;
        if line.split(|byte| *byte == b' ').next() != Some(b"FRAME") {
            return Err(Flaw::At(start, "expected “FRAME”".to_owned()));
        }
        push(&mut pictures, reader.at(), bytes)?;
        reader.skip(bytes as u64, &format!("the {bytes} bytes of picture {}", pictures.len()))?;
    }
    Ok((header, pictures))
}

fn header(line: &[u8]) -> Result<Header, String> {
    let line = str::from_utf8(line).ok().ok_or("expected the header “YUV4MPEG2 …” in ASCII")?;
    let mut words = line.split(' ');
    if words.next() != Some("YUV4MPEG2") {
        return Err("expected the header “YUV4MPEG2 …”".to_owned());
    }
    let (mut width, mut height, mut rate, mut range) = (0, 0, None, None);
    let mut pixel_format = PixelFormat(*b"YU12");
    for word in words {
        let Some((parameter, value)) = word.split_at_checked(1) else { continue };
        match parameter {
            "W" => width = number(word, value)?,
            "H" => height = number(word, value)?,
            "F" => rate = frame_rate(word, value)?,
            "C" => pixel_format = colourspace(value)?,
            "X" => range = colour_range(value).or(range),
            _ => {} // the pixels' aspect and interlacing change nothing in how the bytes lie
        }
    }
    check_size(width, height)?;
    let mut colour = Colour::usual_of(pixel_format);
    colour.range = range.unwrap_or(colour.range);
    Ok(Header { width, height, rate, pixel_format, colour })
}

fn number<T: FromStr>(word: &str, value: &str) -> Result<T, String> {
    value.parse().ok().ok_or_else(|| format!("{word} has no whole number"))
}

/// `None` of 0:0, which is an unknown rate.
fn frame_rate(word: &str, value: &str) -> Result<Option<FrameRate>, String> {
    let (above, below) = value.split_once(':').ok_or_else(|| format!("{word} is no fraction such as F30:1"))?;
    match (number(word, above)?, number(word, below)?) {
        (0, 0) => Ok(None),
        rate => Rate::try_from(rate).map(|Rate(rate)| Some(rate)),
    }
}

/// Where chroma is sited (`jpeg`, `mpeg2`, `paldv`) changes nothing in how the bytes lie.
fn colourspace(value: &str) -> Result<PixelFormat, String> {
    Ok(PixelFormat(match value {
        "420" | "420jpeg" | "420mpeg2" | "420paldv" => *b"YU12",
        "422" => *b"422P",
        "444" => *b"YM24",
        "411" => *b"411P",
        "mono" => *b"GREY",
        _ => {
            return Err(format!(
                "C{value} is none of C420, C420jpeg, C420mpeg2, C420paldv, C422, C444, C411 and Cmono"
            ));
        }
    }))
}

/// As `FFmpeg` writes it.
fn colour_range(value: &str) -> Option<ColourRange> {
    match value {
        "COLORRANGE=LIMITED" => Some(ColourRange::Limited),
        "COLORRANGE=FULL" => Some(ColourRange::Full),
        _ => None,
    }
}

fn picture_bytes(header: &Header) -> Result<usize, String> {
    let Header { width, height, pixel_format, .. } = *header;
    // Such a width would have lines that the format of a camera cannot have.
    let multiple = match &pixel_format.0 {
        b"YU12" | b"422P" => 2,
        b"411P" => 4,
        _ => 1,
    };
    let bytes = needed_bytes(pixel_format, width, height, 0).filter(|_| width.is_multiple_of(multiple));
    bytes.ok_or_else(|| format!("the width of {width} is no multiple of {multiple}, which {pixel_format} needs"))
}
