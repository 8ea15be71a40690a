//! Answers that come later.

use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::model::{ErrorName, MediaError};

use super::core::over;
use super::error::Exception;

thread_local! {
    /// Whether this is a thread that tells events.
    static TELLS_EVENTS: Cell<bool> = const { Cell::new(false) };
}

/// From now on this thread tells events: whoever waited on it for an answer would wait for ever.
pub(super) fn this_thread_tells_events() {
    TELLS_EVENTS.set(true);
}

/// The answer to a call: a [`Future`], which can also be waited for. Dropped before the answer, it takes back what the
/// answer would have brought: a device that was opened for it closes (GUM-16).
#[must_use = "without it, what the call opens is closed at once"]
pub struct Promise<T>(Arc<Shared<T>>);

struct Shared<T> {
    slot: Mutex<Slot<T>>,
    settled: Condvar,
}

struct Slot<T> {
    result: Option<Result<T, Exception>>,
    waker: Option<Waker>,
}

/// The other end of a promise, which is rejected where it is dropped.
pub(super) struct Resolver<T>(Option<Arc<Shared<T>>>);

/// A promise, and what settles it.
pub(super) fn promise<T>() -> (Promise<T>, Resolver<T>) {
    let shared = Arc::new(Shared { slot: Mutex::new(Slot { result: None, waker: None }), settled: Condvar::new() });
    (Promise(Arc::clone(&shared)), Resolver(Some(shared)))
}

impl<T> Shared<T> {
    fn slot(&self) -> MutexGuard<'_, Slot<T>> {
        self.slot.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Promise<T> {
    /// Waits for the answer. Not in an event handler, where it would wait for ever: answers come after the handler, in the
    /// same order of events.
    ///
    /// # Errors
    /// Those of the call; in a handler, where the answer has not come, an `InvalidStateError`.
    pub fn wait(self) -> Result<T, Exception> {
        let mut slot = self.0.slot();
        if TELLS_EVENTS.get() && slot.result.is_none() {
            let message = "A handler cannot wait for an answer, which comes after it: wait elsewhere.";
            return Err(MediaError::new(ErrorName::InvalidStateError, message).into());
        }
        loop {
            if let Some(result) = slot.result.take() {
                return result;
            }
            slot = self.0.settled.wait(slot).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

impl<T> Future for Promise<T> {
    type Output = Result<T, Exception>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let mut slot = self.0.slot();
        if let Some(result) = slot.result.take() {
            return Poll::Ready(result);
        }
        slot.waker = Some(context.waker().clone());
        Poll::Pending
    }
}

impl<T> fmt::Debug for Promise<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.slot().result.is_some() { "Promise(settled)" } else { "Promise(pending)" })
    }
}

impl<T> Resolver<T> {
    pub fn settle(mut self, result: Result<T, Exception>) {
        self.settle_once(result);
    }

    fn settle_once(&mut self, result: Result<T, Exception>) {
        let Some(shared) = self.0.take() else { return };
        let mut slot = shared.slot();
        slot.result = Some(result);
        let waker = slot.waker.take();
        drop(slot);
        shared.settled.notify_all();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

impl<T> Drop for Resolver<T> {
    fn drop(&mut self) {
        self.settle_once(Err(over().into()));
    }
}
