//! What the worker's user holds.

use std::sync::Arc;
use std::time::Duration;

use crate::devices::DeviceHost;
use crate::media::Clock;

use super::{Command, Event, RequestId, Waker};

/// The handle on the worker thread. Dropping it stops and joins everything within two seconds: no camera light stays
/// on.
pub struct Worker {}

impl Worker {
    /// Starts the worker.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(_host: DeviceHost, _clock: Arc<dyn Clock>, _waker: Waker) -> std::io::Result<Self> {
        Ok(Self {})
    }

    /// Asks for something; never waits. The answer comes as [`Event::Answer`] with the same id; where the queue is full,
    /// it is an `InvalidStateError`.
    pub fn request(&self, _command: Command) -> RequestId {
        RequestId(0)
    }

    /// The next event, where there is one; never waits.
    pub fn poll(&self) -> Option<Event> {
        None
    }

    /// The next event; waits `timeout` at most.
    pub fn wait(&self, _timeout: Duration) -> Option<Event> {
        None
    }
}
