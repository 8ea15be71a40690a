//! The thread on which cpal captures a microphone.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Thread;
use std::time::Duration;

use cpal::traits::{DeviceTrait as _, StreamTrait as _};
use cpal::{BufferSize, ErrorKind, StreamConfig};
use crossbeam_channel::{Receiver, Sender};

use crate::devices::DeviceError;
use crate::model::MicrophoneMode;

use super::errors::Subject;
use super::ring::Writer;

/// cpal's device and the period that it is to be opened with: the nearest to the one asked for that it takes.
pub type Found = (cpal::Device, u32);
/// Finds cpal's device, on the thread that opens it.
pub type Find = Box<dyn FnOnce() -> Result<Found, DeviceError> + Send>;

/// What is to be opened.
pub struct Order {
    /// For messages.
    pub subject: Subject,
    /// In which mode.
    pub mode: MicrophoneMode,
    /// How cpal is to hand samples over.
    pub format: cpal::SampleFormat,
    /// What cpal makes of it depends on the host.
    pub timeout: Duration,
    /// Finds the device.
    pub find: Find,
    /// Frees the device where cpal does not come back to do it.
    pub free: Option<fn(node: &str)>,
}

/// What the callbacks of a stream and its reader have in common.
#[derive(Default)]
pub struct Shared {
    overruns: AtomicU64,
    failure: Mutex<Option<DeviceError>>,
}

impl Shared {
    /// Overruns up to now.
    pub fn overruns(&self) -> u64 {
        self.overruns.load(Ordering::Relaxed)
    }

    /// The device overran.
    pub fn overran(&self) {
        self.overruns.fetch_add(1, Ordering::Relaxed);
    }

    /// The stream is over. The first reason stays.
    pub fn fail(&self, error: DeviceError) {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(error);
    }

    /// Why the stream is over, once it is.
    pub fn failure(&self) -> Option<DeviceError> {
        self.failure.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// What the thread says: first, that the device is open, and the period that it granted; then, that it delivers.
#[derive(Clone, Copy, Debug)]
pub enum Progress {
    /// It is open with this period.
    Open(u32),
    /// Its first samples have come, or are about to.
    Started,
}

/// What the thread of a stream does. All calls of cpal are made here.
pub struct Body {
    /// What is to be opened.
    pub order: Order,
    /// Where samples go.
    pub writer: Writer,
    /// What the reader sees beside them.
    pub shared: Arc<Shared>,
    /// Who is woken.
    pub reader: Thread,
    /// Ends when the device is to be closed.
    pub stopped: Receiver<()>,
}

impl Body {
    /// Opens, captures, and closes when it is told to.
    pub fn run(self, said: &Sender<Result<Progress, DeviceError>>) {
        #[cfg(target_os = "linux")]
        super::alsa::keep_quiet();
        let (stopped, subject) = (self.stopped.clone(), self.order.subject.clone());
        let (shared, reader) = (Arc::clone(&self.shared), self.reader.clone());
        // Nobody listens where the caller has given up.
        let say = |progress| said.send(progress).is_ok();
        let (stream, period) = match self.build() {
            Ok(built) => built,
            Err(error) => {
                say(Err(error));
                return;
            }
        };
        if !say(Ok(Progress::Open(period))) {
            return;
        }
        // With a sound server this returns with the first samples, which may never come.
        match stream.play() {
            Ok(()) => say(Ok(Progress::Started)),
            Err(error) => {
                let error = subject.failed("be started", &error);
                shared.fail(error.clone()); // the caller may have stopped to listen, and reads
                reader.unpark();
                say(Err(error))
            }
        };
        let _ = stopped.recv(); // nothing is ever sent: it ends when the other side is dropped
    }

    /// The stream and the period that was granted.
    fn build(self) -> Result<(cpal::Stream, u32), DeviceError> {
        let Self { order: Order { subject, mode, format, timeout, find, .. }, mut writer, shared, reader, .. } = self;
        let (device, period) = find()?;
        let config = StreamConfig {
            channels: mode.channels as u16,
            sample_rate: mode.sample_rate,
            // The default of a sound server is seconds.
            buffer_size: BufferSize::Fixed(period),
        };
        let heard = {
            let subject = subject.clone();
            move |error: cpal::Error| hear(&error, &shared, &subject, &reader)
        };
        let stream = device
            .build_input_stream_raw(config, format, move |data, info| writer.write(data, info), heard, Some(timeout))
            .map_err(|error| subject.not_opened(&mode, &error))?;
        let granted = stream.buffer_size().unwrap_or(period);
        Ok((stream, granted))
    }
}

/// cpal's thread reports an error.
fn hear(error: &cpal::Error, shared: &Shared, subject: &Subject, reader: &Thread) {
    #[cfg(target_os = "linux")]
    super::alsa::keep_quiet(); // before cpal tries to go on
    match error.kind() {
        ErrorKind::Xrun => shared.overran(),
        ErrorKind::RealtimeDenied | ErrorKind::DeviceChanged => log::debug!("{}: {error}", subject.node),
        _ => {
            shared.fail(subject.failed("capture", error));
            reader.unpark();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::devices::DeviceErrorKind;
    use crate::model::Backend;

    #[test]
    fn the_first_failure_stays_and_an_overrun_is_none() {
        let shared = Shared::default();
        let subject = Subject::named("Mic (hw:7,0)", "hw:7,0", Backend::Alsa);
        let hear = |kind| hear(&cpal::Error::new(kind), &shared, &subject, &std::thread::current());
        hear(ErrorKind::Xrun);
        hear(ErrorKind::RealtimeDenied);
        assert_eq!((shared.overruns(), shared.failure()), (1, None));
        hear(ErrorKind::DeviceNotAvailable);
        hear(ErrorKind::BackendError);
        assert_eq!(shared.failure().unwrap().kind, DeviceErrorKind::Gone);
    }
}
