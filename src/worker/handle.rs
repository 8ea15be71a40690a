//! What the worker's user holds.

use std::collections::VecDeque;
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{Builder, JoinHandle};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, SendError, Sender, TrySendError, bounded};

use crate::devices::DeviceHost;
use crate::media::Clock;
use crate::model::{ErrorName, MediaError};

use super::session::{self, Session};
use super::{Command, Event, Request, RequestId, Waker};

const REQUESTS: usize = 64;
const EVENTS: usize = 1024;
/// How long the end of the program waits for a device that does not close.
const STOP_LIMIT: Duration = Duration::from_secs(2);

/// The handle on the worker thread. Dropping it stops and joins everything within two seconds: no camera light stays
/// on.
#[derive(Debug)]
pub struct Worker {
    requests: Option<Sender<Request>>,
    events: Receiver<Event>,
    refused: Mutex<VecDeque<Event>>,
    next_id: AtomicU64,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the worker.
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(host: DeviceHost, clock: Arc<dyn Clock>, waker: Waker) -> io::Result<Self> {
        let (request_sender, request_receiver) = bounded(REQUESTS);
        let (event_sender, event_receiver) = bounded(EVENTS);
        let session = Session::new(host, clock, event_sender, waker)?;
        let thread =
            Builder::new().name("capture-worker".to_owned()).spawn(move || session::run(session, &request_receiver))?;
        Ok(Self {
            requests: Some(request_sender),
            events: event_receiver,
            refused: Mutex::default(),
            next_id: AtomicU64::new(1),
            thread: Some(thread),
        })
    }

    /// Asks for something; never waits. The answer comes as [`Event::Answer`] with the same id; where the queue is full,
    /// it is an `InvalidStateError`.
    pub fn request(&self, command: Command) -> RequestId {
        let id = RequestId(self.next_id.fetch_add(1, Ordering::Relaxed));
        let refused = self.requests.as_ref().and_then(|queue| queue.try_send(Request { id, command }).err());
        if let Some(reason) = refused {
            self.refused().push_back(Event::Answer { request: id, result: Err(refusal(&reason)) });
        }
        id
    }

    /// The same, but waits while the queue is full: the worker never waits for its user, so that it empties soon.
    pub fn request_waiting(&self, command: Command) -> RequestId {
        let id = RequestId(self.next_id.fetch_add(1, Ordering::Relaxed));
        let lost = self.requests.as_ref().and_then(|queue| queue.send(Request { id, command }).err());
        if let Some(SendError(request)) = lost {
            let result = Err(refusal(&TrySendError::Disconnected(request)));
            self.refused().push_back(Event::Answer { request: id, result });
        }
        id
    }

    /// The next event, where there is one; never waits.
    pub fn poll(&self) -> Option<Event> {
        let refused = self.refused().pop_front();
        refused.or_else(|| self.events.try_recv().ok())
    }

    /// The next event; waits `timeout` at most.
    pub fn wait(&self, timeout: Duration) -> Option<Event> {
        let refused = self.refused().pop_front();
        refused.or_else(|| self.events.recv_timeout(timeout).ok())
    }

    fn refused(&self) -> MutexGuard<'_, VecDeque<Event>> {
        self.refused.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn refusal(reason: &TrySendError<Request>) -> MediaError {
    let message = match reason {
        TrySendError::Full(_) => {
            "The capture worker is still busy with earlier requests: wait for their answers and try again."
        }
        TrySendError::Disconnected(_) => "The capture worker has stopped: start Capture Lab again.",
    };
    MediaError::new(ErrorName::InvalidStateError, message)
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.requests = None; // the session ends when its queue closes
        let deadline = Instant::now() + STOP_LIMIT;
        // Taking events away keeps the session from waiting for us while we wait for it; it drops its sender at its end.
        while Instant::now() < deadline {
            if matches!(self.events.recv_deadline(deadline), Err(crossbeam_channel::RecvTimeoutError::Disconnected)) {
                break;
            }
        }
        let Some(thread) = self.thread.take() else { return };
        if Instant::now() >= deadline {
            log::warn!("The capture worker did not stop within {} s and is left behind.", STOP_LIMIT.as_secs());
        } else if thread.join().is_err() {
            log::error!("The capture worker ended by a panic: please report this as a fault of Capture Lab.");
        }
    }
}
