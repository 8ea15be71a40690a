//! The mixer of a sound card, open beside its microphones: read, set, and watched for what others do.

use std::collections::BTreeMap;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::time::Duration;

use alsa::mixer::Mixer;
use alsa::poll::{Descriptors as _, Flags, poll, pollfd};

use crate::devices::wake::WakeEvent;
use crate::devices::{Bell, ControlDesk, DeskControls, DeviceError, DeviceErrorKind};
use crate::model::{ControlValue, DeviceControl, Property, Value};

use super::super::errors::Subject;
use super::cards::PcmName;
use super::mixer;

/// The mixer of one card.
pub struct MixerDesk {
    mixer: Mixer,
    subject: Subject,
    bell: Bell,
    wake: WakeEvent,
    /// What each control was when it was seen first.
    found: BTreeMap<u32, i64>,
}

impl MixerDesk {
    /// Opens the mixer of a microphone's card.
    ///
    /// # Errors
    /// The card is not there any more, or may not be opened by this user.
    pub fn open(name: PcmName, subject: Subject, bell: &Bell) -> Result<Self, DeviceError> {
        super::keep_quiet();
        let mixer = mixer::open(name.card).map_err(|errno| not_reached(&subject, errno))?;
        let wake = WakeEvent::new().map_err(|error| subject.no_thread(&error.to_string()))?;
        let hook = wake.clone();
        bell.on_ring(move || hook.set());
        Ok(Self { mixer, subject, bell: bell.clone(), wake, found: BTreeMap::new() })
    }

    /// Takes what the driver has told; returns how much that was.
    fn take_events(&self) -> Result<u32, DeviceError> {
        self.mixer.handle_events().map_err(|error| not_reached(&self.subject, mixer::number(error)))
    }
}

impl ControlDesk for MixerDesk {
    fn read(&mut self) -> Result<DeskControls, DeviceError> {
        self.take_events()?;
        Ok(DeskControls { controls: mixer::controls(&self.mixer, &mut self.found), properties: Vec::new() })
    }

    fn set(&mut self, control: &DeviceControl, value: &ControlValue) -> Result<(), DeviceError> {
        let refused = |errno| refused(&self.subject, control, value, errno);
        let number = value.as_integer().ok_or_else(|| refused(libc::EINVAL))?;
        mixer::set(&self.mixer, control.id, number).map_err(|errno| match errno {
            libc::ENODEV => not_reached(&self.subject, errno),
            errno => refused(errno),
        })
    }

    fn translate(&self, _: Property, _: &Value) -> Option<(u32, ControlValue)> {
        None
    }

    fn next(&mut self, timeout: Duration) -> Result<bool, DeviceError> {
        let failed = |error| not_reached(&self.subject, mixer::number(error));
        let mut files = self.mixer.get().map_err(failed)?;
        files.push(pollfd { fd: self.wake.as_fd().as_raw_fd(), events: Flags::IN.bits(), revents: 0 });
        match poll(&mut files, i32::try_from(timeout.as_millis()).unwrap_or(i32::MAX)) {
            Ok(_) => {}
            Err(error) if mixer::number(error) == libc::EINTR => return Ok(false),
            Err(error) => return Err(failed(error)),
        }
        let told = |file: &pollfd| Flags::from_bits_truncate(file.revents);
        let (wake, card) = files.split_last().map_or((Flags::empty(), &[][..]), |(wake, card)| (told(wake), card));
        if !wake.is_empty() {
            self.wake.clear();
            self.bell.take();
        }
        let card = card.iter().map(told).fold(Flags::empty(), |all, one| all | one);
        if card.intersects(Flags::ERR | Flags::HUP | Flags::NVAL) {
            return Err(not_reached(&self.subject, libc::ENODEV));
        }
        Ok(card.contains(Flags::IN) && self.take_events()? > 0)
    }
}

/// Why a mixer cannot be reached.
fn not_reached(subject: &Subject, errno: i32) -> DeviceError {
    match errno {
        libc::EACCES | libc::EPERM => subject.denied(),
        libc::ENODEV | libc::ENOENT | libc::ENXIO => subject.gone(),
        _ => subject.no_thread(&std::io::Error::from_raw_os_error(errno).to_string()),
    }
}

/// Why a control is not set.
fn refused(subject: &Subject, control: &DeviceControl, value: &ControlValue, errno: i32) -> DeviceError {
    let why = match errno {
        libc::EINVAL | libc::ERANGE => "it cannot be that: choose a value of its range",
        libc::ENOENT => "the mixer has it no more: list the devices again",
        libc::EPERM | libc::EACCES => "another program holds it fast: close that and try again",
        _ => "try again, or unplug the device and plug it in",
    };
    let system = std::io::Error::from_raw_os_error(errno);
    let words = control.words(value);
    let message = format!("{} did not set {} to {words} ({system}): {why}.", subject.name(), control.name);
    DeviceError::new(DeviceErrorKind::Unsupported, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Backend;

    #[test]
    fn a_refusal_says_why_and_what_to_try() {
        let subject = Subject::named("Mic (hw:7,0)", "hw:7,0", Backend::Alsa);
        let control = DeviceControl::integer(1, "Mic volume", 3);
        for (errno, words) in
            [(libc::EINVAL, "of its range"), (libc::ENOENT, "no more"), (libc::EPERM, "holds it fast")]
        {
            let error = refused(&subject, &control, &ControlValue::Integer(7), errno);
            assert!(error.message.contains("Mic (hw:7,0) did not set Mic volume to 7"), "{}", error.message);
            assert!(error.message.contains(words), "{}", error.message);
        }
        assert_eq!(not_reached(&subject, libc::ENODEV).kind, DeviceErrorKind::Gone);
    }

    #[test]
    fn a_card_that_is_not_there_is_gone() {
        let subject = Subject::named("Mic (hw:17,0)", "hw:17,0", Backend::Alsa);
        let name = PcmName { card: 17, device: 0 };
        assert_eq!(
            MixerDesk::open(name, subject, &Bell::default()).err().map(|it| it.kind),
            Some(DeviceErrorKind::Gone)
        );
    }
}
