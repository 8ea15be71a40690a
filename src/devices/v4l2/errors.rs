//! The driver's error codes as sentences.

use std::path::Path;

use rustix::io::Errno;

use crate::devices::access::remedy;
use crate::devices::holders::in_use_by_others;
use crate::devices::{DeviceError, DeviceErrorKind};
use crate::model::{CameraMode, DeviceInfo};

use super::bandwidth;
use super::node::Granted;

/// A camera as its errors name it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Label and node.
    name: String,
    node: String,
}

impl Subject {
    /// Of this device.
    pub fn new(device: &DeviceInfo) -> Self {
        Self { name: device.name(), node: device.node.clone() }
    }

    /// Label and node.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The path of its node.
    pub fn node(&self) -> &str {
        &self.node
    }

    /// What it means that the driver answered `error` when asked to do `what` (“start the stream”).
    pub fn failed(&self, what: &str, error: Errno) -> DeviceError {
        let Self { name, node } = self;
        let code = code(error);
        let (kind, message) = match error {
            Errno::NODEV => (DeviceErrorKind::Gone, format!("{node} was unplugged ({code})")),
            Errno::NOENT | Errno::NXIO => (
                DeviceErrorKind::Gone,
                format!("{name} is not there any more ({code}): plug it in and list the devices again"),
            ),
            Errno::ACCESS | Errno::PERM => (
                DeviceErrorKind::PermissionDenied,
                format!("{node} may not be opened by this user ({code}): {}", remedy(Path::new(node), &code)),
            ),
            Errno::BUSY => (DeviceErrorKind::Busy, self.busy(&code)),
            Errno::NOSPC => (
                DeviceErrorKind::Driver,
                format!("the USB has no bandwidth left for {name} ({code}): take a smaller mode, or another port"),
            ),
            Errno::PIPE | Errno::NOLINK => (
                DeviceErrorKind::Driver,
                format!(
                    "{name} has no signal or no pipeline ({code}): connect its source, or set it up with media-ctl"
                ),
            ),
            _ => (
                DeviceErrorKind::Driver,
                format!("{name} could not {what} ({code}): try again, or unplug it and plug it in"),
            ),
        };
        DeviceError::new(kind, message)
    }

    fn busy(&self, code: &str) -> String {
        let holder = in_use_by_others(Path::new("/proc"), Path::new(&self.node));
        format!("{} is in use by {holder} ({code}): close it there and try again", self.name)
    }

    /// The driver took something else than the mode that was asked for.
    pub fn other_mode(&self, asked: &CameraMode, granted: &Granted) -> DeviceError {
        let Granted { width, height, pixel_format, .. } = granted;
        let (name, wanted) = (&self.name, format!("{}×{} {}", asked.width, asked.height, asked.pixel_format));
        let message = format!("{name} grants {width}×{height} {pixel_format} when asked for {wanted}: take that mode");
        DeviceError::new(DeviceErrorKind::Unsupported, message)
    }

    /// The driver does not take the mode at all.
    pub fn refused_mode(&self, asked: &CameraMode, error: Errno) -> DeviceError {
        let message = format!("{} does not take {asked} ({}): take another mode", self.name, code(error));
        DeviceError::new(DeviceErrorKind::Unsupported, message)
    }

    /// The stream did not start in the mode.
    pub fn not_started(&self, mode: &CameraMode, error: Errno) -> DeviceError {
        if error != Errno::NOSPC {
            return self.failed("start the stream", error);
        }
        let room = bandwidth::explained(&self.node, mode);
        let message = format!(
            "the USB has no bandwidth left (ENOSPC) for {} {room}: take a smaller, slower or compressed mode (MJPG), close the \
             other, or take a port of another bus",
            self.name
        );
        DeviceError::new(DeviceErrorKind::Driver, message)
    }

    /// The node belongs to another device by now.
    pub fn replaced(&self) -> DeviceError {
        let message = format!("{} is another device by now: list the devices again", self.node);
        DeviceError::new(DeviceErrorKind::Gone, message)
    }

    /// The source sends something else by now.
    pub fn source_changed(&self, mode: &CameraMode, other: &str) -> DeviceError {
        let message = format!(
            "the source of {} changed: it sends {other}, where {mode} was captured; list the devices again and capture anew",
            self.name
        );
        DeviceError::new(DeviceErrorKind::Driver, message)
    }

    /// The source has no more pictures.
    pub fn source_ended(&self) -> DeviceError {
        let message = format!("the source of {} has ended: start it again and capture anew", self.name);
        DeviceError::new(DeviceErrorKind::Driver, message)
    }

    /// The token was cancelled.
    pub fn cancelled(&self) -> DeviceError {
        DeviceError::new(DeviceErrorKind::Cancelled, format!("the use of {} was given up", self.name))
    }
}

/// Why a node could not be asked what it is.
pub fn not_asked(node: &Path, error: Errno) -> String {
    let code = code(error);
    match error {
        Errno::ACCESS | Errno::PERM => {
            format!("this user may not open it ({code}): {}", remedy(node, &code))
        }
        _ => format!("it could not be asked what it is ({code})"),
    }
}

/// The name of an error code, with the system's words where it is an odd one.
pub fn code(error: Errno) -> String {
    let name = match error {
        Errno::NODEV => "ENODEV",
        Errno::NOENT => "ENOENT",
        Errno::NXIO => "ENXIO",
        Errno::ACCESS => "EACCES",
        Errno::PERM => "EPERM",
        Errno::BUSY => "EBUSY",
        Errno::NOSPC => "ENOSPC",
        Errno::PIPE => "EPIPE",
        Errno::NOLINK => "ENOLINK",
        Errno::IO => "EIO",
        Errno::INVAL => "EINVAL",
        Errno::NOTTY => "ENOTTY",
        Errno::NOMEM => "ENOMEM",
        Errno::PROTO => "EPROTO",
        Errno::TIMEDOUT => "ETIMEDOUT",
        _ => return std::io::Error::from(error).to_string(),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_has_its_kind_and_a_sentence_that_names_the_device() {
        crate::covers!("PERM-02", "PERM-03");
        let subject = Subject { name: "Cam (/dev/video77)".to_owned(), node: "/dev/video77".to_owned() };
        let table = [
            (Errno::NODEV, DeviceErrorKind::Gone, "/dev/video77 was unplugged (ENODEV)"),
            (Errno::NOENT, DeviceErrorKind::Gone, "plug it in"),
            (Errno::ACCESS, DeviceErrorKind::PermissionDenied, "/dev/video77 may not be opened by this user (EACCES)"),
            (Errno::BUSY, DeviceErrorKind::Busy, "another program"),
            (Errno::NOSPC, DeviceErrorKind::Driver, "bandwidth"),
            (Errno::IO, DeviceErrorKind::Driver, "could not start the stream (EIO)"),
        ];
        for (error, kind, words) in table {
            let failed = subject.failed("start the stream", error);
            assert_eq!(failed.kind, kind, "{error:?}");
            assert!(failed.message.contains(words) && failed.message.contains("/dev/video77"), "{}", failed.message);
        }
        assert!(code(Errno::MLINK).contains("os error"), "{}", code(Errno::MLINK));
    }
}
