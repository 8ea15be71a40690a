//! cpal's errors as sentences.

use cpal::ErrorKind;

use crate::devices::{DeviceError, DeviceErrorKind};
use crate::model::{Backend, DeviceInfo, MicrophoneMode};

/// A microphone as its errors name it.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Label and node.
    name: String,
    /// Where the system has it.
    pub node: String,
    backend: Backend,
}

impl Subject {
    /// Of this device.
    pub fn new(device: &DeviceInfo) -> Self {
        Self { name: device.name(), node: device.node.clone(), backend: device.backend }
    }

    /// Label and node.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// For tests.
    #[cfg(test)]
    pub fn named(name: &str, node: &str, backend: Backend) -> Self {
        Self { name: name.to_owned(), node: node.to_owned(), backend }
    }

    /// What it means that cpal answered `error` when the microphone was opened in `mode`.
    pub fn not_opened(&self, mode: &MicrophoneMode, error: &cpal::Error) -> DeviceError {
        match error.kind() {
            ErrorKind::UnsupportedConfig | ErrorKind::InvalidInput | ErrorKind::UnsupportedOperation => {
                DeviceError::new(
                    DeviceErrorKind::Unsupported,
                    format!("{} does not take {mode} ({error}): take another mode", self.name),
                )
            }
            _ => self.failed("be opened", error),
        }
    }

    /// What it means that cpal reported `error` when the microphone was to do `what` (“capture”).
    pub fn failed(&self, what: &str, error: &cpal::Error) -> DeviceError {
        let Self { name, node, .. } = self;
        match error.kind() {
            ErrorKind::DeviceBusy => self.busy("another program"),
            ErrorKind::PermissionDenied => self.denied(),
            ErrorKind::DeviceNotAvailable if what == "capture" => {
                DeviceError::new(DeviceErrorKind::Gone, format!("{node} was unplugged ({error})"))
            }
            ErrorKind::DeviceNotAvailable => self.gone(),
            ErrorKind::HostUnavailable | ErrorKind::StreamInvalidated if self.backend == Backend::Pulse => {
                self.server_gone(&error.to_string())
            }
            _ => DeviceError::new(
                DeviceErrorKind::Driver,
                format!("{name} could not {what} ({error}): try again, or unplug it and plug it in"),
            ),
        }
    }

    /// The sound server is not there, or not any more.
    pub fn server_gone(&self, why: &str) -> DeviceError {
        let message = format!("the sound server of {} has gone ({why}): start it again", self.name);
        DeviceError::new(DeviceErrorKind::ServerGone, message)
    }

    /// Somebody else has it.
    pub fn busy(&self, holder: &str) -> DeviceError {
        let message = format!("{} is in use by {holder} (EBUSY): close it there and try again", self.name);
        DeviceError::new(DeviceErrorKind::Busy, message)
    }

    /// This user may not open it.
    pub fn denied(&self) -> DeviceError {
        let remedy = match self.backend {
            Backend::Alsa => "add the user to the group “audio” and log in again",
            Backend::Pulse => "check the access to the sound server",
            _ => "allow the lab the microphone in the system's privacy settings",
        };
        let message = format!("{} may not be opened by this user: {remedy}", self.name);
        DeviceError::new(DeviceErrorKind::PermissionDenied, message)
    }

    /// It is not there.
    pub fn gone(&self) -> DeviceError {
        let message = format!("{} is not there any more: plug it in and list the devices again", self.name);
        DeviceError::new(DeviceErrorKind::Gone, message)
    }

    /// It cannot be captured in this coding.
    pub fn undecodable(&self, mode: &MicrophoneMode) -> DeviceError {
        let message = format!("{} cannot be captured in {mode}: take another mode", self.name);
        DeviceError::new(DeviceErrorKind::Unsupported, message)
    }

    /// The token was cancelled.
    pub fn cancelled(&self) -> DeviceError {
        DeviceError::new(DeviceErrorKind::Cancelled, format!("the use of {} was given up", self.name))
    }

    /// No answer within a time.
    pub fn timed_out(&self, seconds: u64) -> DeviceError {
        let message = format!("{} did not open within {seconds} s: try again, or try another", self.name);
        DeviceError::new(DeviceErrorKind::TimedOut, message)
    }

    /// The system gives no thread, or cpal gave up on it.
    pub fn no_thread(&self, why: &str) -> DeviceError {
        DeviceError::new(DeviceErrorKind::Driver, format!("{} could not be opened ({why}): try again", self.name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SampleFormat;

    fn subject(backend: Backend) -> Subject {
        Subject::named("Mic (hw:1,0)", "hw:1,0", backend)
    }

    #[test]
    fn each_error_while_capturing_has_its_kind_and_a_sentence_that_names_the_device() {
        crate::covers!("PERM-02", "PERM-03");
        let table = [
            (Backend::Alsa, ErrorKind::DeviceNotAvailable, DeviceErrorKind::Gone, "was unplugged"),
            (Backend::Alsa, ErrorKind::DeviceBusy, DeviceErrorKind::Busy, "in use"),
            (Backend::Alsa, ErrorKind::StreamInvalidated, DeviceErrorKind::Driver, "try again"),
            (Backend::Pulse, ErrorKind::StreamInvalidated, DeviceErrorKind::ServerGone, "sound server"),
            (Backend::Pulse, ErrorKind::HostUnavailable, DeviceErrorKind::ServerGone, "start it again"),
            (Backend::Pulse, ErrorKind::PermissionDenied, DeviceErrorKind::PermissionDenied, "access"),
            (Backend::Alsa, ErrorKind::PermissionDenied, DeviceErrorKind::PermissionDenied, "“audio”"),
            (Backend::Cpal, ErrorKind::PermissionDenied, DeviceErrorKind::PermissionDenied, "privacy"),
            (Backend::Alsa, ErrorKind::BackendError, DeviceErrorKind::Driver, "could not capture"),
        ];
        for (backend, error, kind, words) in table {
            let failed = subject(backend).failed("capture", &cpal::Error::new(error));
            assert_eq!(failed.kind, kind, "{error:?}");
            assert!(failed.message.contains(words) && failed.message.contains("hw:1,0"), "{}", failed.message);
        }
    }

    #[test]
    fn a_mode_that_is_not_taken_is_told_from_a_device_that_is_not_there() {
        let mode = MicrophoneMode { sample_rate: 8000, channels: 1, sample_format: SampleFormat::S16, period: 160 };
        let not_opened = |error| subject(Backend::Alsa).not_opened(&mode, &cpal::Error::new(error));
        assert_eq!(not_opened(ErrorKind::UnsupportedConfig).kind, DeviceErrorKind::Unsupported);
        assert!(not_opened(ErrorKind::UnsupportedConfig).message.contains("8000 Hz"));
        assert_eq!(not_opened(ErrorKind::DeviceNotAvailable).kind, DeviceErrorKind::Gone);
    }
}
