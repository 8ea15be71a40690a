//! Headers and pictures of files, good and bad.

use std::io::Cursor;

use super::*;

fn y4m(bytes: &[u8]) -> Result<(Header, Vec<Span>), Flaw> {
    y4m::look_through(&mut Reader::new(Cursor::new(bytes)).unwrap())
}

fn mjpeg(bytes: &[u8]) -> Result<(Header, Vec<Span>), Flaw> {
    mjpeg::look_through(&mut Reader::new(Cursor::new(bytes)).unwrap())
}

#[test]
fn y4m_headers_by_table() {
    for (words, bytes, format, rate, colour) in [
        ("W6 H4 F30:1", 36, b"YU12", Some((30, 1)), Colour::LIMITED),
        ("W6 H4 F30000:1001 Ip A1:1 C420jpeg", 36, b"YU12", Some((30_000, 1001)), Colour::LIMITED),
        ("H5 W6 F25:1 C420mpeg2 XYSCSS=420MPEG2 XCOLORRANGE=FULL", 48, b"YU12", Some((25, 1)), Colour::FULL),
        ("W6 H4 F0:0 C420paldv", 36, b"YU12", None, Colour::LIMITED),
        ("W6 H4 C422 XCOLORRANGE=LIMITED", 48, b"422P", None, Colour::LIMITED),
        ("W5 H3 F1:1 C444", 45, b"YM24", Some((1, 1)), Colour::LIMITED),
        ("W8 H2 F1:1 C411", 24, b"411P", Some((1, 1)), Colour::LIMITED),
        ("W5 H3 F1:1 Cmono", 15, b"GREY", Some((1, 1)), Colour::FULL),
        ("W5 H3 F1:1 Cmono XCOLORRANGE=LIMITED", 15, b"GREY", Some((1, 1)), Colour::LIMITED),
    ] {
        let mut file = format!("YUV4MPEG2 {words}\nFRAME\n").into_bytes();
        let first = Span { at: file.len() as u64, bytes };
        file.extend(vec![7; bytes]);
        file.extend(b"FRAME Ip X\n");
        let second = Span { at: file.len() as u64, bytes };
        file.extend(vec![8; bytes]);
        let (header, pictures) = y4m(&file).unwrap();
        assert_eq!((header.pixel_format, header.colour), (PixelFormat(*format), colour), "{words}");
        assert_eq!(header.rate, rate.map(|(above, below)| FrameRate::new(above, below)), "{words}");
        assert_eq!(pictures, [first, second], "{words}");
    }
}

#[test]
fn a_damaged_y4m_says_where_and_what_was_expected() {
    for (file, at, word) in [
        ("", 0, "header"),
        ("RIFF", 0, "header"),
        ("YUV4MPEG W2 H2\n", 0, "YUV4MPEG2"),
        ("YUV4MPEG2 H2 F1:1\n", 0, "0×2"),
        ("YUV4MPEG2 W2 H9000 F1:1\n", 0, "2×9000"),
        ("YUV4MPEG2 Wx H2 F1:1\n", 0, "Wx"),
        ("YUV4MPEG2 W2 H2 F30\n", 0, "F30"),
        ("YUV4MPEG2 W2 H2 F5000:1\n", 0, "5000/1"),
        ("YUV4MPEG2 W2 H2 F1:0\n", 0, "1/0"),
        ("YUV4MPEG2 W3 H2 F1:1\n", 0, "width of 3"),
        ("YUV4MPEG2 W2 H2 F1:1 C420p10\n", 0, "C420p10"),
        ("YUV4MPEG2 W2 H2 F1:1\n", 21, "FRAME"),
        ("YUV4MPEG2 W2 H2 F1:1\nFRAMES\n123456", 21, "FRAME"),
        ("YUV4MPEG2 W2 H2 F1:1\nFRAME\n12345", 27, "the 6 bytes of picture 1"),
        ("YUV4MPEG2 W2 H2 F1:1\nFRAME\n123456FRAME\n12345", 39, "the 6 bytes of picture 2"),
        ("YUV4MPEG2 W2 H2 F1:1\nFRAME\n123456rest", 33, "FRAME"),
    ] {
        let flaw = y4m(file.as_bytes()).unwrap_err();
        let Flaw::At(place, message) = &flaw else { panic!("{flaw:?}") };
        assert!(*place == at && message.contains(word), "{file:?}: {flaw:?}");
    }
}

/// SOI, a segment with what looks like the end of a picture, a frame header of 2×1, a scan with FF 00 and a restart marker, EOI.
const JPEG: &[u8] = &[
    0xff, 0xd8, 0xff, 0xe1, 0, 6, 0xff, 0xd9, 0xff, 0xd8, 0xff, 0xff, 0xc0, 0, 8, 8, 0, 1, 0, 2, 0, 0xff, 0xda, 0, 2,
    1, 0xff, 0, 2, 0xff, 0xd3, 3, 0xff, 0xd9,
];

#[test]
fn jpeg_pictures_are_found_one_after_the_other() {
    let (header, pictures) = mjpeg(&JPEG.repeat(3)).unwrap();
    assert_eq!((header.width, header.height, header.rate), (2, 1, Some(FrameRate::new(30, 1))));
    let bytes = JPEG.len();
    assert_eq!(pictures, [0, 1, 2].map(|number| Span { at: number * bytes as u64, bytes }));
}

#[test]
fn a_damaged_mjpeg_says_where_and_what_was_expected() {
    let mut wider = JPEG.to_vec();
    wider[19] = 3;
    let mut flat = JPEG.to_vec();
    flat[17] = 0;
    let cut = |bytes: usize| JPEG[..bytes].to_vec();
    for (file, at, word) in [
        (vec![], 0, "JPEG picture"),
        (b"GIF89a".to_vec(), 0, "JPEG picture"),
        (cut(2), 2, "marker"),
        (cut(8), 6, "segment"),
        (cut(28), 28, "end of a picture"),
        (cut(33), 33, "end of a picture"),
        ([JPEG, b"x"].concat(), 34, "JPEG picture"),
        ([JPEG, b"xy"].concat(), 34, "JPEG picture"),
        ([JPEG, &wider].concat(), 34, "2×1"),
        (flat, 15, "2×0"),
        (vec![0xff, 0xd8, 0xff, 0xd9], 0, "SOF"),
        (vec![0xff, 0xd8, 0xff, 0xe0, 0, 1], 4, "length"),
        (vec![0xff, 0xd8, 1, 2], 2, "marker"),
    ] {
        let flaw = mjpeg(&file).unwrap_err();
        let Flaw::At(place, message) = &flaw else { panic!("{flaw:?}") };
        assert!(*place == at && message.contains(word), "{file:?}: {flaw:?}");
    }
}
