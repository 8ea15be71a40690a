//! What a `getUserMedia` call may ask for.

use crate::model::{ErrorName, MediaError, MediaStreamConstraints};

/// Checks a request before anything touches a device.
///
/// # Errors
/// `TypeError` where neither kind is asked for (GUM-01). Every name that the lab knows so far may be required in
/// `getUserMedia` (GUM-04).
pub fn check_request(constraints: &MediaStreamConstraints) -> Result<(), MediaError> {
    if constraints.audio.is_none() && constraints.video.is_none() {
        let message = "Neither audio nor video is asked for: give at least one, for instance {\"video\":true}.";
        return Err(MediaError::new(ErrorName::TypeError, message));
    }
    Ok(())
}
