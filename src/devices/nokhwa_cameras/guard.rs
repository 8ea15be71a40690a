//! nokhwa on threads of its own: it may block for ever and it may panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
#[cfg(any(test, not(target_os = "linux")))]
use std::time::Duration;

#[cfg(any(test, not(target_os = "linux")))]
use crossbeam_channel::{RecvTimeoutError, bounded};

/// Runs `call` on a thread of its own and waits for it, `patience` at most. A thread that never returns is left alone.
///
/// # Errors
/// A sentence's end: why there is no answer.
#[cfg(any(test, not(target_os = "linux")))]
pub fn ask<T: Send + 'static>(
    patience: Duration,
    call: impl FnOnce() -> Result<T, String> + Send + 'static,
) -> Result<T, String> {
    let (answer, answered) = bounded(1);
    spawn(move || {
        // The asker may have lost patience.
        let _ = answer.send(caught(call).unwrap_or_else(Err));
    })?;
    match answered.recv_timeout(patience) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => Err(format!("nokhwa did not answer within {} s", patience.as_secs())),
        Err(RecvTimeoutError::Disconnected) => Err("nokhwa's thread ended without an answer".to_owned()),
    }
}

/// Starts a thread for nokhwa.
///
/// # Errors
/// A sentence's end: the system has no thread left.
pub fn spawn(body: impl FnOnce() + Send + 'static) -> Result<thread::JoinHandle<()>, String> {
    thread::Builder::new()
        .name("nokhwa".to_owned())
        .spawn(body)
        .map_err(|error| format!("no thread for nokhwa: {error}"))
}

/// Calls nokhwa and turns a panic into words.
///
/// # Errors
/// What it panicked with.
pub fn caught<T>(call: impl FnOnce() -> T) -> Result<T, String> {
    // What nokhwa leaves behind is dropped with the call, never used again.
    catch_unwind(AssertUnwindSafe(call)).map_err(|panic| {
        let words =
            panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
        format!("nokhwa gave up: {}", words.unwrap_or("it panicked"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        assert_eq!(caught(|| 5), Ok(5));
        assert_eq!(caught(|| panic!("no {}", "JPEG")), Err::<(), _>("nokhwa gave up: no JPEG".to_owned()));
        assert_eq!(ask(Duration::from_secs(10), || panic!("bad")), Err::<(), _>("nokhwa gave up: bad".to_owned()));
    }

    #[test]
    fn a_call_that_never_returns_is_left() {
        let (_keep, never) = bounded::<()>(0);
        let patience = Duration::from_millis(10);
        let answer = ask(patience, move || never.recv().map_err(|error| error.to_string()));
        assert!(answer.unwrap_err().contains("did not answer"));
        assert_eq!(ask(Duration::from_secs(10), || Ok(7)), Ok(7));
    }
}
