//! The sources of a `PulseAudio` server, or of `PipeWire` in its place.

mod controls;
mod desk;
mod listing;
mod server;
mod stream;
mod subscription;
mod whereabouts;

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use cpal::HostId;
use cpal::traits::{DeviceTrait as _, HostTrait as _};

use crate::devices::{
    Bell, CancelToken, ControlDesk, DeviceError, DeviceErrorKind, IdMaker, MicrophoneBackend, MicrophoneStream,
};
use crate::media::Clock;
use crate::model::{Backend, DeviceInfo, MicrophoneMode, SampleFormat};

use super::capture::{Found, Order};
use super::errors::Subject;
use super::stream as captured;
use server::Server;
use whereabouts::Whereabouts;

pub use subscription::Subscription;

/// How long the server may take to make a stream, before it delivers.
const PATIENCE: Duration = Duration::from_secs(4);

/// All sources of the user's sound server.
pub struct PulseMicrophones {
    ids: IdMaker,
    clock: Arc<dyn Clock>,
    connection: Connection,
}

/// cpal's connection to the server, which is kept: each new one leaves a thread behind until the server ends.
type Connection = Arc<Mutex<Option<cpal::Host>>>;

impl PulseMicrophones {
    /// With the clock that stamps arrivals. While no server runs there are no microphones.
    pub fn new(ids: IdMaker, clock: Arc<dyn Clock>) -> Self {
        Self { ids, clock, connection: Connection::default() }
    }

    /// Why no server answers, as a sentence, where none does. Does not wait.
    pub fn absence() -> Option<String> {
        Server::find().err().map(|trouble| trouble.to_string())
    }
}

impl MicrophoneBackend for PulseMicrophones {
    fn backend(&self) -> Backend {
        Backend::Pulse
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let asked = Server::connect().and_then(|mut server| Ok((server.sources()?, server.cards()?)));
        match asked {
            Ok(((default, sources), cards)) => {
                Ok(listing::microphones(&self.ids, default.as_deref(), &sources, &cards))
            }
            Err(trouble) if trouble.is_absence() => Ok(Vec::new()),
            Err(trouble) => Err(DeviceError::new(
                DeviceErrorKind::ServerGone,
                format!("the microphones of the sound server cannot be listed: {trouble}"),
            )),
        }
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: MicrophoneMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn MicrophoneStream>, DeviceError> {
        let subject = Subject::new(device);
        let find = {
            let (connection, subject) = (Arc::clone(&self.connection), subject.clone());
            Box::new(move || find(&connection, &mode, &subject))
        };
        let order =
            Order { subject, mode, format: format(mode.sample_format), timeout: PATIENCE, find, free: Some(free) };
        let source = listing::source_name(&device.node).unwrap_or_default();
        let stream = captured::open(order, cancel, Arc::clone(&self.clock))?;
        Ok(Box::new(stream::PulseStream { stream, whereabouts: Whereabouts::new(source, Subject::new(device)) }))
    }

    fn open_desk(&self, device: &DeviceInfo, bell: &Bell) -> Result<Option<Box<dyn ControlDesk>>, DeviceError> {
        let subject = Subject::new(device);
        let source = listing::source_name(&device.node).ok_or_else(|| subject.gone())?;
        Ok(Some(Box::new(desk::PulseDesk::open(source, subject, bell)?)))
    }
}

/// How the server is to hand samples over. Never as 24 bits: cpal takes 32 bits without a sign for them.
const fn format(format: SampleFormat) -> cpal::SampleFormat {
    match format {
        SampleFormat::U8 => cpal::SampleFormat::U8,
        SampleFormat::S16 => cpal::SampleFormat::I16,
        SampleFormat::S24 | SampleFormat::S24In3 | SampleFormat::S32 => cpal::SampleFormat::I32,
        SampleFormat::F32 => cpal::SampleFormat::F32,
    }
}

fn find(connection: &Connection, mode: &MicrophoneMode, subject: &Subject) -> Result<Found, DeviceError> {
    let mut connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
    let known = connection.as_ref().and_then(|host| host.devices().ok());
    // There was no connection yet, or the server has gone since.
    let connect = || connection.insert(cpal::host_from_id(HostId::PulseAudio)?).devices();
    let listed = known.map_or_else(connect, Ok).map_err(|error| subject.not_opened(mode, &error))?;
    let name = listing::source_name(&subject.node).unwrap_or_default();
    let is_it = |device: &cpal::Device| device.supports_input() && device.id().is_ok_and(|id| id.id() == name);
    let device = listed.into_iter().find(is_it).ok_or_else(|| subject.gone())?;
    Ok((device, mode.period.max(1)))
}

/// Has the server end our stream from a source: cpal waits for the first samples of a source that never delivers, and
/// the desktop would show the microphone in use.
fn free(node: &str) {
    let name = listing::source_name(node).unwrap_or_default();
    if let Err(trouble) = Server::connect().and_then(|mut server| server.end_streams_from(name)) {
        log::debug!("the stream from {node} is not ended: {trouble}");
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::media::SystemClock;
    use crate::model::Mode;

    fn threads_and_files() -> (usize, usize) {
        let count = |folder: &str| fs::read_dir(folder).unwrap().count();
        (count("/proc/self/task"), count("/proc/self/fd"))
    }

    fn capture(microphones: &PulseMicrophones, device: &DeviceInfo) {
        let Mode::Audio(mode) = device.modes[0] else { panic!("no mode of a microphone") };
        let mode = MicrophoneMode {
            sample_rate: mode.sample_rate.max(),
            channels: mode.channels.max(),
            sample_format: mode.sample_format,
            period: 960,
        };
        let mut stream = microphones.open(device, mode, &CancelToken::new()).unwrap();
        let mut frames = 0;
        while frames < 4800 {
            frames += stream.next(Duration::from_secs(5)).unwrap().item.unwrap().frames();
        }
    }

    #[test]
    #[ignore = "needs a sound server with a source"]
    fn opening_again_and_again_leaves_nothing_behind() {
        let microphones = PulseMicrophones::new(IdMaker::new(b"salt"), SystemClock::shared());
        let device = microphones.enumerate().unwrap().into_iter().next().unwrap();
        capture(&microphones, &device);
        let before = threads_and_files();
        for _ in 0..10 {
            capture(&microphones, &device);
            microphones.enumerate().unwrap();
        }
        // A thread of the last stream may be on its way out, as one was when it was counted before.
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        let is_more = |(threads, files): (usize, usize)| threads > before.0 || files > before.1;
        while is_more(threads_and_files()) {
            assert!(std::time::Instant::now() < deadline, "{:?} instead of {before:?}", threads_and_files());
            std::thread::yield_now();
        }
    }

    #[test]
    #[ignore = "needs a sound server whose first source is suspended, and pactl"]
    fn a_stream_that_never_delivers_leaves_nothing_at_the_server() {
        let microphones = PulseMicrophones::new(IdMaker::new(b"salt"), SystemClock::shared());
        let device = microphones.enumerate().unwrap().into_iter().next().unwrap();
        let mode = MicrophoneMode { sample_rate: 48_000, channels: 2, sample_format: SampleFormat::S16, period: 960 };
        let streams = || {
            let listed = std::process::Command::new("pactl").args(["list", "short", "source-outputs"]).output();
            String::from_utf8(listed.unwrap().stdout).unwrap().lines().count()
        };
        let before = streams();
        let mut stream = microphones.open(&device, mode, &CancelToken::new()).unwrap();
        assert!(stream.next(Duration::from_millis(600)).unwrap().item.is_none());
        assert_eq!(streams(), before + 1);
        drop(stream);
        let deadline = std::time::Instant::now() + Duration::from_secs(10);
        while streams() > before {
            assert!(std::time::Instant::now() < deadline, "the stream is still there");
            std::thread::yield_now();
        }
    }
}
