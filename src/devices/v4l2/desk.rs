//! The controls of a camera on a file descriptor of their own, which V4L2 allows beside the one that streams.

use std::os::fd::AsFd as _;
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use crate::devices::wake::WakeEvent;
use crate::devices::{Bell, ControlDesk, DeskControls, DeviceError, DeviceErrorKind};
use crate::model::{ControlValue, DeviceControl, Property, Value};

use super::errors::{Subject, code};
use super::node::Node;
use super::{controls, properties};

/// How long changes are gathered: a driver tells each control that it moves by an event of its own.
const GATHER: Duration = Duration::from_millis(5);

/// The controls of an open node.
pub struct V4l2Desk {
    node: Node,
    subject: Subject,
    bell: Bell,
    wake: WakeEvent,
    /// Those for which word of changes was asked.
    subscribed: Vec<u32>,
    /// Whether the driver gives no word of changes: it is asked again each time that the time is up.
    is_silent: bool,
    /// Whether the driver answers each wait for its word with an error at once: it is waited for no more.
    is_deaf: bool,
    last: Vec<DeviceControl>,
}

impl V4l2Desk {
    /// The desk of an open node.
    ///
    /// # Errors
    /// Where the system has no file descriptor left.
    pub fn new(node: Node, subject: Subject, bell: &Bell) -> Result<Self, DeviceError> {
        let wake = WakeEvent::new().map_err(|error| subject.failed("be waited for", error))?;
        let hook = wake.clone();
        bell.on_ring(move || hook.set());
        let (bell, subscribed, last) = (bell.clone(), Vec::new(), Vec::new());
        Ok(Self { node, subject, bell, wake, subscribed, is_silent: false, is_deaf: false, last })
    }

    fn subscribe(&mut self) {
        for control in &self.last {
            if self.subscribed.contains(&control.id) {
                continue;
            }
            self.is_silent |= controls::subscribe(&self.node, control.id).is_err();
            self.subscribed.push(control.id);
        }
    }

    /// Whether the node still has its device.
    fn check(&self) -> Result<(), DeviceError> {
        self.node.describe().map(|_| ()).map_err(|error| self.subject.failed("tell of its controls", error))
    }
}

impl ControlDesk for V4l2Desk {
    fn read(&mut self) -> Result<DeskControls, DeviceError> {
        self.check()?;
        let (controls, properties, trouble) = controls::controls(&self.node, &self.last);
        if let Some(error) = trouble {
            self.check()?;
            // Half a list would look as if the rest had gone.
            log::warn!("{} did not list all of its controls ({}).", self.subject.name(), code(error));
            if !self.last.is_empty() {
                let controls = self.last.clone();
                return Ok(DeskControls { properties: properties::of(&controls), controls });
            }
        }
        self.last.clone_from(&controls);
        self.subscribe();
        Ok(DeskControls { controls, properties })
    }

    fn set(&mut self, control: &DeviceControl, value: &ControlValue) -> Result<(), DeviceError> {
        controls::set(&self.node, control, value).map_err(|error| match error {
            Errno::NODEV => self.subject.failed("set a control", error),
            _ => refused(&self.subject, control, value, error),
        })
    }

    fn translate(&self, property: Property, value: &Value) -> Option<(u32, ControlValue)> {
        properties::translated(&self.last, property, value)
    }

    fn next(&mut self, timeout: Duration) -> Result<bool, DeviceError> {
        let timeout = Timespec { tv_sec: timeout.as_secs() as i64, tv_nsec: timeout.subsec_nanos().into() };
        let mut files =
            [PollFd::from_borrowed_fd(self.wake.as_fd(), PollFlags::IN), PollFd::new(&self.node, PollFlags::PRI)];
        let watched = if self.is_deaf { 1 } else { 2 };
        let is_idle = match poll(&mut files[..watched], Some(&timeout)) {
            Ok(count) => count == 0,
            Err(Errno::INTR) => false,
            Err(error) => return Err(self.subject.failed("be waited for", error)),
        };
        let [wake, device] = files.map(|file| file.revents());
        if !wake.is_empty() {
            self.wake.clear();
            self.bell.take();
        }
        if is_idle {
            self.check()?;
            return Ok(self.is_silent || self.is_deaf);
        }
        if device.is_empty() {
            return Ok(false);
        }
        std::thread::sleep(GATHER);
        self.check()?;
        if !device.contains(PollFlags::PRI) {
            self.is_deaf = true;
            return Ok(true);
        }
        match controls::take_events(&self.node) {
            Ok(taken) => Ok(taken > 0),
            // A driver without events.
            Err(Errno::NOTTY | Errno::INVAL) => {
                self.is_deaf = true;
                Ok(true)
            }
            Err(error) => Err(self.subject.failed("tell of changes", error)),
        }
    }
}

/// Why a control is not set.
fn refused(subject: &Subject, control: &DeviceControl, value: &ControlValue, error: Errno) -> DeviceError {
    let why = match error {
        Errno::ACCESS if control.is_inactive => "another control, such as an automatic, governs it: switch that off",
        Errno::ACCESS => "it can only be read",
        Errno::BUSY => "it cannot be set while a program captures: stop that and try again",
        Errno::RANGE | Errno::INVAL | Errno::TOOBIG => "it cannot be that: choose a value of its range",
        _ => "try again, or unplug the device and plug it in",
    };
    let (name, words) = (&control.name, control.words(value));
    let message = format!("{} did not set {name} to {words} ({}): {why}.", subject.name(), code(error));
    let kind = if error == Errno::BUSY { DeviceErrorKind::Busy } else { DeviceErrorKind::Unsupported };
    DeviceError::new(kind, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{DeviceInfo, MediaDeviceKind};

    #[test]
    fn a_refusal_says_why_and_what_to_try() {
        let subject = Subject::new(&DeviceInfo::bare(MediaDeviceKind::VideoInput, "Cam", "/dev/video77"));
        let control = DeviceControl { is_inactive: true, ..DeviceControl::integer(1, "Gain", 3) };
        for (error, words) in [(Errno::ACCESS, "governs it"), (Errno::BUSY, "captures"), (Errno::RANGE, "of its range")]
        {
            let error = refused(&subject, &control, &ControlValue::Integer(7), error);
            assert!(
                error.message.contains("Cam (/dev/video77) did not set Gain to 7") && error.message.contains(words)
            );
        }
    }
}
