//! Where a JPEG ends, found by its markers.

const START: u8 = 0xd8;
const END: u8 = 0xd9;
const SCAN: u8 = 0xda;

/// The length of the JPEG at the start of `bytes`, its end marker included; `None` where it has no start or no end. What
/// follows may be anything: nokhwa hands over the whole buffer, with the tails of earlier and longer pictures.
pub fn length(bytes: &[u8]) -> Option<usize> {
    if bytes.get(..2)? != [0xff, START] {
        return None;
    }
    let mut at = 2;
    loop {
        let marker;
        (marker, at) = next_marker(bytes, at)?;
        match marker {
            END => return Some(at),
            0x01 | 0xd0..=START => {} // without a segment
            _ => {
                let size = u16::from_be_bytes([*bytes.get(at)?, *bytes.get(at + 1)?]);
                at += usize::from(size.max(2));
                if marker == SCAN {
                    at = end_of_scan(bytes, at)?;
                }
            }
        }
    }
}

/// The marker at `at`, and where it ends. A marker may be preceded by any number of fill bytes.
fn next_marker(bytes: &[u8], at: usize) -> Option<(u8, usize)> {
    let rest = bytes.get(at..)?;
    if rest.first() != Some(&0xff) {
        return None;
    }
    let fill = rest.iter().position(|&byte| byte != 0xff)?;
    Some((*rest.get(fill)?, at + fill + 1))
}

/// Where the entropy-coded data that starts at `at` ends: at the first marker that is neither a stuffed byte nor a restart.
fn end_of_scan(bytes: &[u8], at: usize) -> Option<usize> {
    let is_end = |pair: &[u8]| matches!(pair, [0xff, next] if !matches!(next, 0x00 | 0xd0..=0xd7 | 0xff));
    bytes.get(at..)?.windows(2).position(is_end).map(|offset| at + offset)
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    /// Start, a comment that holds an end marker, a scan with stuffing, a restart and fill bytes, end.
    const PICTURE: &[u8] = &[
        0xff, 0xd8, 0xff, 0xfe, 0x00, 0x04, 0xff, 0xd9, 0xff, 0xff, 0xda, 0x00, 0x03, 0x01, 0x11, 0xff, 0x00, 0x22,
        0xff, 0xd3, 0x33, 0xff, 0xff, 0xd9,
    ];

    #[test]
    fn a_picture_ends_at_its_own_end_marker() {
        assert_eq!(length(PICTURE), Some(PICTURE.len()));
        let stale = [PICTURE, &[0x44, 0xff, 0xd9, 0x55]].concat();
        assert_eq!(length(&stale), Some(PICTURE.len()));
    }

    #[test]
    fn a_picture_cut_short_has_no_length() {
        for end in 0..PICTURE.len() {
            assert_eq!(length(&PICTURE[..end]), None, "cut at {end}");
        }
        assert_eq!(length(b"not a JPEG"), None);
    }

    #[test]
    fn a_real_picture_is_measured_whole() {
        let mut bytes = Vec::new();
        let pixels: Vec<u8> = (0..64 * 48).map(|index| (index * 37 % 251) as u8).collect();
        jpeg_encoder::Encoder::new(&mut bytes, 80).encode(&pixels, 64, 48, jpeg_encoder::ColorType::Luma).unwrap();
        let whole = bytes.len();
        bytes.extend_from_slice(&[0xff, 0xd9, 0, 0]);
        assert_eq!(length(&bytes), Some(whole));
    }

    proptest! {
        #[test]
        fn a_length_never_reaches_beyond_the_bytes(bytes in vec(prop_oneof![Just(0xff_u8), 0xd0..0xdf_u8, any::<u8>()], 0..200)) {
            let bytes = [&[0xff, START][..], &bytes].concat();
            if let Some(length) = length(&bytes) {
                prop_assert!(bytes[..length].ends_with(&[END]));
            }
        }
    }
}
