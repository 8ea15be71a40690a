//! What damage does to the bytes of a frame.

use crate::media::needed_bytes;
use crate::model::CameraMode;

use super::timeline::Damage;

/// Damages the bytes of a frame in this mode. Returns whether the frame is marked as damaged: by the driver, or because it is
/// too short for its format.
pub(super) fn damage(bytes: &mut Vec<u8>, mode: &CameraMode, how: Damage) -> bool {
    match how {
        Damage::Marked | Damage::Short => bytes.truncate(bytes.len() / 2),
        Damage::Noise => add_noise(bytes),
        Damage::Size(..) => {}
    }
    let Some(needed) = needed_bytes(mode.pixel_format, mode.width, mode.height, 0) else {
        return how == Damage::Marked;
    };
    bytes.truncate(needed); // the driver's buffer has no room for more
    how == Damage::Marked || bytes.len() < needed
}

/// In the middle fifth, which lies behind all headers of a JPEG.
fn add_noise(bytes: &mut [u8]) {
    let middle = bytes.len() * 2 / 5..bytes.len() * 3 / 5;
    let mut state = 0x2545_f491_u32;
    for byte in bytes.get_mut(middle).unwrap_or_default() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        *byte = state as u8;
    }
}
