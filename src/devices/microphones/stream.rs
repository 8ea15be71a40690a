//! An open microphone as its reader sees it.

use std::sync::Arc;
use std::thread::Builder;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, after, bounded, select};

use crate::devices::{CancelToken, Delivery, DeviceError, MicrophoneStream};
use crate::media::{AudioBlock, Clock};
use crate::model::{MicrophoneMode, Timestamp};

use super::capture::{Body, Order, Progress, Shared};
use super::errors::Subject;
use super::ring::{Reader, ring};
use super::samples::decoder;

/// How long a microphone may take to open.
const OPEN_LIMIT: Duration = Duration::from_secs(5);
/// How long an open microphone may take to its first samples before it counts as one that delivers nothing: sound
/// servers take up to 2 s to wake a sleeping source.
const START_LIMIT: Duration = Duration::from_secs(2);
/// How long a microphone may take to close before its thread is left alone: the worker promises to end within 2 s.
const CLOSE_LIMIT: Duration = Duration::from_secs(1);

/// A microphone that cpal captures.
pub struct CpalStream {
    mode: MicrophoneMode,
    subject: Subject,
    reader: Reader,
    shared: Arc<Shared>,
    cancel: CancelToken,
    clock: Arc<dyn Clock>,
    /// Dropped to close the device.
    stop: Option<Sender<()>>,
    closed: Receiver<()>,
    free: Option<fn(node: &str)>,
    /// The last time given.
    last: Timestamp,
}

/// Opens a microphone on a thread of its own and starts it.
///
/// # Errors
/// What the device or the server says, `Cancelled`, or `TimedOut`; the thread then closes the device when it comes to it.
pub fn open(mut order: Order, cancel: &CancelToken, clock: Arc<dyn Clock>) -> Result<CpalStream, DeviceError> {
    if order.mode.period == 0 {
        order.mode.period = order.mode.sample_rate / 100; // left to us: 10 ms
    }
    let (subject, mode, free) = (order.subject.clone(), order.mode, order.free);
    let coding = decoder(order.format).ok_or_else(|| subject.undecodable(&mode))?;
    let shared = Arc::<Shared>::default();
    let (writer, reader) = ring(mode, coding, Arc::clone(&clock), Arc::clone(&shared));
    let (said, progress) = bounded(2);
    let (stop, stopped) = bounded::<()>(0);
    let (closing, closed) = bounded::<()>(0);
    let body = Body { order, writer, shared: Arc::clone(&shared), reader: std::thread::current(), stopped };
    Builder::new()
        .name("microphone".to_owned())
        .spawn(move || {
            body.run(&said);
            drop(closing);
        })
        .map_err(|error| subject.no_thread(&error.to_string()))?;
    // From here on a drop closes the device.
    let (cancel, stop, last) = (cancel.clone(), Some(stop), clock.now());
    let mut stream = CpalStream { mode, subject, reader, shared, cancel, clock, stop, closed, free, last };
    stream.mode.period = stream.wait_open(&progress)?;
    Ok(stream)
}

impl CpalStream {
    /// Waits until the device is open and delivers, or at least is open. Returns the period that was granted.
    fn wait_open(&mut self, progress: &Receiver<Result<Progress, DeviceError>>) -> Result<u32, DeviceError> {
        let cancelled = cancelled(&self.cancel);
        let mut granted = Err(self.subject.timed_out(OPEN_LIMIT.as_secs()));
        let mut limit = after(OPEN_LIMIT);
        loop {
            select! {
                recv(progress) -> said => match said.unwrap_or_else(|_| Err(self.subject.no_thread("its thread ended")))? {
                    Progress::Open(period) => (granted, limit) = (Ok(period), after(START_LIMIT)),
                    Progress::Started => return granted,
                },
                recv(cancelled) -> _ => return Err(self.subject.cancelled()),
                recv(limit) -> _ => return granted,
            }
        }
    }

    /// A block may have arrived just before a wait for it ended in vain: time does not go back for it.
    fn delivery(&mut self, at: Timestamp, item: Option<AudioBlock>) -> Delivery<AudioBlock> {
        self.last = self.last.max(at);
        Delivery { at: self.last, item }
    }
}

/// A channel that gets a message when the token is cancelled, which also wakes the thread that calls now.
fn cancelled(cancel: &CancelToken) -> Receiver<()> {
    let (sender, receiver) = bounded(1);
    let thread = std::thread::current();
    cancel.on_cancel(move || {
        let _ = sender.try_send(()); // full: it was cancelled before
        thread.unpark();
    });
    receiver
}

impl MicrophoneStream for CpalStream {
    fn mode(&self) -> MicrophoneMode {
        self.mode
    }

    fn next(&mut self, timeout: Duration) -> Result<Delivery<AudioBlock>, DeviceError> {
        let deadline = Instant::now() + timeout;
        loop {
            if self.cancel.is_cancelled() {
                return Err(self.subject.cancelled());
            }
            if let Some(block) = self.reader.pop() {
                return Ok(self.delivery(block.arrived_at, Some(block)));
            }
            if let Some(error) = self.shared.failure() {
                return Err(error);
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(self.delivery(self.clock.now(), None));
            }
            std::thread::park_timeout(left);
        }
    }
}

impl Drop for CpalStream {
    fn drop(&mut self) {
        self.stop.take();
        // Nothing is ever sent: the thread's end is what comes.
        if self.closed.recv_timeout(CLOSE_LIMIT).is_err_and(|error| error.is_timeout()) {
            log::debug!("{} does not close: its thread is left alone", self.subject.node);
            if let Some(free) = self.free {
                let node = self.subject.node.clone();
                // Nobody waits for it: the end of the program frees the device too.
                let _ = Builder::new().name("microphone".to_owned()).spawn(move || free(&node));
            }
        }
    }
}

#[cfg(test)]
mod tests {

    use super::super::capture::Find;
    use super::*;
    use crate::devices::DeviceErrorKind;
    use crate::media::SystemClock;
    use crate::model::{Backend, SampleFormat};

    fn order(find: Find) -> Order {
        let subject = Subject::named("Mic (hw:7,0)", "hw:7,0", Backend::Alsa);
        let mode = MicrophoneMode { sample_rate: 48_000, channels: 2, sample_format: SampleFormat::S16, period: 960 };
        let format = cpal::SampleFormat::I16;
        Order { subject, mode, format, timeout: Duration::from_millis(250), find, free: None }
    }

    fn kind(order: Order, cancel: &CancelToken) -> DeviceErrorKind {
        open(order, cancel, SystemClock::shared()).map(|_| ()).unwrap_err().kind
    }

    #[test]
    fn why_it_did_not_open_comes_back() {
        let busy = order(Box::new(|| Err(DeviceError::new(DeviceErrorKind::Busy, "in use"))));
        assert_eq!(kind(busy, &CancelToken::new()), DeviceErrorKind::Busy);
        let broken = order(Box::new(|| panic!("cpal gave up")));
        assert_eq!(kind(broken, &CancelToken::new()), DeviceErrorKind::Driver);
        let odd = Order { format: cpal::SampleFormat::F64, ..order(Box::new(|| panic!("must not be called"))) };
        assert_eq!(kind(odd, &CancelToken::new()), DeviceErrorKind::Unsupported);
    }

    #[test]
    fn an_open_that_hangs_is_given_up_when_cancelled() {
        let (asked, called) = bounded::<()>(1);
        let (_keep, never) = bounded::<()>(0);
        let hangs = order(Box::new(move || {
            asked.send(()).unwrap();
            let _ = never.recv();
            Err(DeviceError::new(DeviceErrorKind::Gone, "too late"))
        }));
        let cancel = CancelToken::new();
        let canceller = cancel.clone();
        let cancel_when_called = move || {
            called.recv().unwrap();
            canceller.cancel();
        };
        let helper = Builder::new().spawn(cancel_when_called).unwrap();
        let before = Instant::now();
        assert_eq!(kind(hangs, &cancel), DeviceErrorKind::Cancelled);
        assert!(before.elapsed() < OPEN_LIMIT);
        helper.join().unwrap();
        let unasked = order(Box::new(|| Err(DeviceError::new(DeviceErrorKind::Gone, "not there"))));
        let _ = open(unasked, &cancel, SystemClock::shared()).map(|_| ()).unwrap_err(); // cancelled before: no hang
    }
}
