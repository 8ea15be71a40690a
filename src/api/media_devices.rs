//! `MediaDevices`.

use std::io;
use std::sync::{Arc, PoisonError};
use std::thread::{Builder, JoinHandle};

use crate::devices::{DeviceHost, HostOptions};
use crate::media::{Clock, SystemClock};
use crate::model::{
    DeviceId, ErrorName, InputSignal, MediaError, MediaStreamConstraints, PermissionState, Policy, TrackKind,
};
use crate::selection::SupportedConstraints;
use crate::worker::{Choice, Command, Reply, Waker, Worker};

use super::core::Core;
use super::error::Exception;
use super::events::{DeviceChangeEvent, PermissionAnswer, PermissionRequest};
use super::info::EnumeratedDevice;
use super::promise::Promise;
use super::stream::MediaStream;

/// `MediaDevices` (`#mediadevices`): lists devices, and captures from them. When its last clone is dropped, all tracks end
/// and all devices close (TRK-11).
#[derive(Clone, Debug)]
pub struct MediaDevices(Arc<Owner>);

#[derive(Debug)]
struct Owner {
    core: Arc<Core>,
    thread: Option<JoinHandle<()>>,
}

impl MediaDevices {
    /// The devices of this computer.
    ///
    /// # Errors
    /// `AbortError` where the system gives no thread.
    pub fn of_system() -> Result<Self, Exception> {
        Self::with_options(&HostOptions::default())
    }

    /// The devices that the options name.
    ///
    /// # Errors
    /// `AbortError` where the system gives no thread, or a file of virtual devices cannot be read.
    pub fn with_options(options: &HostOptions) -> Result<Self, Exception> {
        let clock: Arc<dyn Clock> = SystemClock::shared();
        let failed = |error: String| Exception::from(MediaError::new(ErrorName::AbortError, error));
        let host = DeviceHost::new(options, Arc::clone(&clock));
        let (host, warnings) = host.map_err(|error| failed(error.to_string()))?;
        for warning in warnings {
            log::warn!("{warning}");
        }
        Self::start(host, clock).map_err(|error| failed(format!("The system gives no thread: {error}.")))
    }

    /// The devices of a host, on its clock.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(host: DeviceHost, clock: Arc<dyn Clock>) -> io::Result<Self> {
        let core = Core::new(Worker::start(host, Arc::clone(&clock), Waker::default())?, clock);
        let of_thread = Arc::clone(&core);
        let thread = Builder::new().name("events".to_owned()).spawn(move || of_thread.run())?;
        Ok(Self(Arc::new(Owner { core, thread: Some(thread) })))
    }

    /// `enumerateDevices()`: a list that later changes do not alter (ENUM-01).
    pub fn enumerate_devices(&self) -> Promise<Vec<EnumeratedDevice>> {
        self.0.core.call(Command::EnumerateDevices, |_, reply| match reply {
            Reply::Devices(devices) => Some(devices.iter().map(EnumeratedDevice::from).collect()),
            _ => None,
        })
    }

    /// `getUserMedia()`: at most one track of each kind, all or nothing (GUM-02).
    pub fn get_user_media(&self, constraints: MediaStreamConstraints) -> Promise<MediaStream> {
        let command = Command::GetUserMedia { constraints, choice: Choice::default() };
        self.0.core.call(command, |core, reply| match reply {
            Reply::Stream(opened) => Some(core.add_stream(opened)),
            _ => None,
        })
    }

    /// `getUserMedia()` whose answer is taken in its place among the events.
    pub(super) fn ask_user_media(
        &self,
        constraints: MediaStreamConstraints,
        take: impl FnOnce(Result<MediaStream, Exception>) + Send + 'static,
    ) {
        let command = Command::GetUserMedia { constraints, choice: Choice::default() };
        self.0.core.ask(command, |core, result| {
            take(result.map_err(Exception::from).and_then(|reply| match reply {
                Reply::Stream(opened) => Ok(core.add_stream(opened)),
                _ => Err(Exception::Type("The answer is no stream.".to_owned())),
            }));
        });
    }

    /// `getSupportedConstraints()` (GUM-18).
    pub fn get_supported_constraints(&self) -> SupportedConstraints {
        SupportedConstraints
    }

    /// `addEventListener("devicechange", …)`. When the handler runs, the list that `enumerateDevices` gives is the new one
    /// (CHG-04). A handler that holds these `MediaDevices` keeps them from ending.
    pub fn on_device_change(&self, handler: impl FnMut(&DeviceChangeEvent) + Send + 'static) {
        self.0.core.device_listeners.add((), handler);
    }

    /// Switches what the lab does as a browser does; the web has no such call.
    pub fn set_policy(&self, policy: Policy) -> Promise<()> {
        self.0.core.call(Command::SetPolicy(policy), |_, _| Some(()))
    }

    /// Chooses an input of a camera that has several ([`DeviceInfo::inputs`](crate::model::DeviceInfo::inputs)), and the signal
    /// that it is set to; gives the list with the modes of that. The web has no such call.
    pub fn select_input(&self, device: DeviceId, input: u32, signal: InputSignal) -> Promise<Vec<EnumeratedDevice>> {
        self.0.core.call(Command::SelectInput { device, input, signal }, |_, reply| match reply {
            Reply::Devices(devices) => Some(devices.iter().map(EnumeratedDevice::from).collect()),
            _ => None,
        })
    }

    /// Has calls asked whether they may capture, where the policy says that they ask. Without it they are refused.
    pub fn on_permission_request(&self, asker: impl FnMut(&PermissionRequest) -> PermissionAnswer + Send + 'static) {
        *self.0.core.asker.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(asker));
    }

    /// Sets a permission, as a browser's settings do; taken back, it ends the tracks of the kind (TRK-10).
    pub fn set_permission(&self, kind: TrackKind, state: PermissionState) -> Promise<()> {
        self.0.core.call(Command::SetPermission { kind, state }, |_, _| Some(()))
    }

    pub(super) fn core(&self) -> &Arc<Core> {
        &self.0.core
    }
}

impl Drop for Owner {
    fn drop(&mut self) {
        self.core.stop();
        let worker = self.core.release_worker();
        let is_own_thread = |thread: &JoinHandle<()>| thread.thread().id() == std::thread::current().id();
        // Dropped by a handler, its own thread cannot wait for itself.
        let thread = self.thread.take().filter(|thread| !is_own_thread(thread));
        if thread.is_some_and(|thread| thread.join().is_err()) {
            log::error!("A handler of an event panicked.");
        }
        drop(worker); // closes what is open
    }
}
