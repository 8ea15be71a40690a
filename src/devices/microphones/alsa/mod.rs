//! Linux's sound cards, by ALSA: the bare capture PCMs, without the plugins that convert between a card and a program.

mod cards;
mod desk;
mod listing;
mod mixer;
mod probe;
mod proc;

use std::cell::Cell;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cpal::traits::HostTrait as _;

use crate::devices::{Bell, CancelToken, ControlDesk, DeviceError, IdMaker, MicrophoneBackend, MicrophoneStream};
use crate::media::Clock;
use crate::model::{Backend, DeviceInfo, MicrophoneMode, SampleFormat};

use super::capture::{Found, Order};
use super::errors::Subject;
use super::stream;
use cards::PcmName;
use listing::Known;

pub(super) use cards::unit_of_card;

/// How often cpal's thread looks whether a PCM that delivers nothing is still there.
const LOOK: Duration = Duration::from_millis(250);

/// All capture PCMs of the sound cards.
pub struct AlsaMicrophones {
    ids: IdMaker,
    clock: Arc<dyn Clock>,
    known: Mutex<Known>,
}

impl AlsaMicrophones {
    /// With the clock that stamps arrivals.
    pub fn new(ids: IdMaker, clock: Arc<dyn Clock>) -> Self {
        Self { ids, clock, known: Mutex::default() }
    }
}

impl MicrophoneBackend for AlsaMicrophones {
    fn backend(&self) -> Backend {
        Backend::Alsa
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        keep_quiet();
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(listing::microphones(&self.ids, &mut known))
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: MicrophoneMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn MicrophoneStream>, DeviceError> {
        let subject = Subject::new(device);
        let name = PcmName::parse(&device.node).ok_or_else(|| subject.gone())?;
        let find = {
            let subject = subject.clone();
            Box::new(move || find(name, &mode, &subject))
        };
        let order = Order { subject, mode, format: format(mode.sample_format), timeout: LOOK, find, free: None };
        Ok(Box::new(stream::open(order, cancel, Arc::clone(&self.clock))?))
    }

    fn open_desk(&self, device: &DeviceInfo, bell: &Bell) -> Result<Option<Box<dyn ControlDesk>>, DeviceError> {
        let subject = Subject::new(device);
        let name = PcmName::parse(&device.node).ok_or_else(|| subject.gone())?;
        Ok(Some(Box::new(desk::MixerDesk::open(name, subject, bell)?)))
    }
}

/// How cpal is to hand samples over: 24 bits are widened to 32, without loss, by ALSA's plugin for conversion.
const fn format(format: SampleFormat) -> cpal::SampleFormat {
    match format {
        SampleFormat::U8 => cpal::SampleFormat::U8,
        SampleFormat::S16 => cpal::SampleFormat::I16,
        SampleFormat::S24 | SampleFormat::S24In3 | SampleFormat::S32 => cpal::SampleFormat::I32,
        SampleFormat::F32 => cpal::SampleFormat::F32,
    }
}

/// Whether cpal cannot take the coding as the card gives it.
const fn is_widened(format: SampleFormat) -> bool {
    matches!(format, SampleFormat::S24 | SampleFormat::S24In3)
}

fn find(name: PcmName, mode: &MicrophoneMode, subject: &Subject) -> Result<Found, DeviceError> {
    let period = probe::period(name, mode).map_err(|errno| refused(name, mode, subject, errno))?;
    let host = cpal::host_from_id(cpal::HostId::Alsa).map_err(|error| subject.not_opened(mode, &error))?;
    let plugin = if is_widened(mode.sample_format) { "plughw" } else { "hw" };
    let id = cpal::DeviceId::new(cpal::HostId::Alsa, format!("{plugin}:CARD={},DEV={}", name.card, name.device));
    let device = host.device_by_id(&id).ok_or_else(|| subject.gone())?;
    Ok((device, period))
}

/// Why ALSA did not open a PCM, or did not take a mode.
fn refused(name: PcmName, mode: &MicrophoneMode, subject: &Subject, errno: i32) -> DeviceError {
    match errno {
        libc::EBUSY | libc::EAGAIN => {
            subject.busy(&crate::devices::holders::in_use_by(Path::new("/proc"), &name.node()))
        }
        libc::EACCES | libc::EPERM => subject.denied(),
        libc::ENODEV | libc::ENOENT | libc::ENXIO => subject.gone(),
        libc::EINVAL => subject.undecodable(mode),
        _ => subject.no_thread(&std::io::Error::from_raw_os_error(errno).to_string()),
    }
}

/// Keeps libasound on this thread from writing on standard error.
pub(super) fn keep_quiet() {
    thread_local! {
        static QUIET: Cell<bool> = const { Cell::new(false) };
    }
    if !QUIET.replace(true)
        && let Err(error) = ::alsa::Output::local_error_handler()
    {
        log::debug!("libasound may write on standard error: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpal_is_never_asked_for_24_bits() {
        for coding in [SampleFormat::S24, SampleFormat::S24In3] {
            assert!(is_widened(coding));
            assert_eq!(format(coding), cpal::SampleFormat::I32);
        }
        assert!(!is_widened(SampleFormat::S32) && !is_widened(SampleFormat::S16));
    }
}
