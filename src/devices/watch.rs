//! Tells when cameras, sound cards or the sources of a sound server come and go.

#[cfg(target_os = "linux")]
mod inotify;

use std::thread::JoinHandle;
use std::time::Duration;

#[cfg(target_os = "linux")]
use inotify as system;
#[cfg(not(target_os = "linux"))]
use timer as system;

/// What is called after a change.
type OnChange = Box<dyn Fn() + Send>;

/// Where the system does not tell, the devices are looked at this often (CHG-05).
const PERIOD: Duration = Duration::from_secs(2);

/// The watch over the devices. Dropping it stops and joins its thread.
pub struct DeviceWatch {
    stop: system::Stop,
    thread: Option<JoinHandle<()>>,
}

impl DeviceWatch {
    /// Starts the watch on a thread of its own. `on_change` is called on that thread, once for changes that come together
    /// (CHG-02), after they have settled; it must not wait long. It may be called when nothing changed that matters
    /// (always, every 2 s, where the system does not tell): the caller compares the lists (CHG-01). `None` where the
    /// system has no thread left.
    pub fn start(on_change: Box<dyn Fn() + Send>) -> Option<Self> {
        Self::over(system::Watched::devices()?, on_change)
    }

    fn over(watched: system::Watched, on_change: OnChange) -> Option<Self> {
        let stop = watched.stop();
        let body = move || watched.run(&on_change);
        match std::thread::Builder::new().name("device watch".to_owned()).spawn(body) {
            Ok(thread) => Some(Self { stop, thread: Some(thread) }),
            Err(error) => {
                log::warn!("devices that come and go are not noticed: {error}");
                None
            }
        }
    }
}

impl Drop for DeviceWatch {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take()
            && thread.join().is_err()
        {
            log::error!("the device watch panicked");
        }
    }
}

/// Other systems: a timer.
#[cfg(any(test, not(target_os = "linux")))]
#[cfg_attr(target_os = "linux", expect(dead_code, reason = "of other systems; here only compiled, to keep it whole"))]
mod timer {
    use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

    use super::{OnChange, PERIOD};

    /// What the thread waits for: the end of the other side.
    pub struct Watched {
        stopped: Receiver<()>,
        stop: std::cell::Cell<Option<Sender<()>>>,
    }

    /// Stops the thread.
    pub struct Stop(std::sync::Mutex<Option<Sender<()>>>);

    impl Stop {
        pub fn stop(&self) {
            self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).take();
        }
    }

    impl Watched {
        #[expect(clippy::unnecessary_wraps, reason = "on Linux it can fail")]
        pub fn devices() -> Option<Self> {
            let (stop, stopped) = bounded(0);
            Some(Self { stopped, stop: std::cell::Cell::new(Some(stop)) })
        }

        pub fn stop(&self) -> Stop {
            Stop(std::sync::Mutex::new(self.stop.take()))
        }

        pub fn run(self, on_change: &OnChange) {
            while matches!(self.stopped.recv_timeout(PERIOD), Err(RecvTimeoutError::Timeout)) {
                on_change();
            }
        }
    }
}
