//! What a `getUserMedia` call may ask for.

use crate::model::{ErrorName, MediaError, MediaStreamConstraints, MediaTrackConstraints, Property};

use super::fitness::is_required;

/// Checks a request before anything touches a device.
///
/// # Errors
/// `TypeError` where neither kind is asked for (GUM-01).
pub fn check_request(constraints: &MediaStreamConstraints) -> Result<(), MediaError> {
    if constraints.audio.is_none() && constraints.video.is_none() {
        let message = "Neither audio nor video is asked for: give at least one, for instance {\"video\":true}.";
        return Err(MediaError::new(ErrorName::TypeError, message));
    }
    Ok(())
}

/// Checks that nothing is required that may not select a device: controls such as zoom (GUM-04, IMG-03).
///
/// # Errors
/// `TypeError` with the first such name.
pub fn check_required(constraints: &MediaTrackConstraints) -> Result<(), MediaError> {
    let is_wrong =
        |property: Property| !property.selects_devices() && constraints.basic.get(property).is_some_and(is_required);
    match Property::ALL.into_iter().find(|property| is_wrong(*property)) {
        None => Ok(()),
        Some(property) => Err(MediaError::new(
            ErrorName::TypeError,
            format!(
                "{property} cannot be required when a device is chosen: ask for it as ideal, or apply it to the track \
                 afterwards."
            ),
        )),
    }
}
