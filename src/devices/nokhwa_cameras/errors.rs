//! nokhwa's words as the lab's errors. nokhwa has no error codes, only text such as `… (os error 16)`.

use std::time::Duration;

use crate::devices::{DeviceError, DeviceErrorKind};
use crate::model::{CameraMode, DeviceInfo};

/// What [`authorise`](super::session::authorise) fails with.
pub const NOT_AUTHORISED: &str = "the user or the system does not allow the camera";

/// What nokhwa's words mean.
pub fn from_words(device: &DeviceInfo, words: &str) -> DeviceError {
    if words == NOT_AUTHORISED {
        let message = format!("{words} {}: allow it in the system's privacy settings", device.name());
        return DeviceError::new(DeviceErrorKind::PermissionDenied, message);
    }
    #[cfg(target_os = "linux")]
    if let Some(code) = os_error(words) {
        return crate::devices::v4l2::failure(device, "go on with nokhwa", code);
    }
    driver(device, words)
}

/// A fault that nobody can do much about.
pub fn driver(device: &DeviceInfo, words: &str) -> DeviceError {
    let message = format!("{} failed in nokhwa ({words}): try again, or another backend", device.name());
    DeviceError::new(DeviceErrorKind::Driver, message)
}

/// A mode that nokhwa cannot say.
pub fn unsupported(device: &DeviceInfo, mode: &CameraMode) -> DeviceError {
    let message =
        format!("nokhwa cannot ask {} for {mode}: take a whole frame rate and a format that it knows", device.name());
    DeviceError::new(DeviceErrorKind::Unsupported, message)
}

/// The driver grants another rate, which nokhwa would answer with “Rejected”.
#[cfg(target_os = "linux")]
pub fn not_granted(device: &DeviceInfo, asked: &CameraMode, granted: &CameraMode) -> DeviceError {
    let message = format!("{} grants {granted} when asked for {asked}: take that mode", device.name());
    DeviceError::new(DeviceErrorKind::Unsupported, message)
}

/// No answer.
pub fn timed_out(device: &DeviceInfo, after: Duration) -> DeviceError {
    let message = format!("{} did not open within {} s: unplug it and plug it in", device.name(), after.as_secs());
    DeviceError::new(DeviceErrorKind::TimedOut, message)
}

/// The token was cancelled.
pub fn cancelled(device: &DeviceInfo) -> DeviceError {
    DeviceError::new(DeviceErrorKind::Cancelled, format!("the use of {} was given up", device.name()))
}

/// The number in `(os error 16)`.
#[cfg(any(test, target_os = "linux"))]
fn os_error(words: &str) -> Option<i32> {
    words.rsplit_once("os error ")?.1.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_is_read_from_the_words() {
        assert_eq!(os_error("Could not open device 0: V4L2 Error: Permission denied (os error 13)"), Some(13));
        assert_eq!(os_error("Could not capture frame: No such device (os error 19)"), Some(19));
        assert_eq!(os_error("Framerate not whole number: 25 / 2"), None);
    }
}
