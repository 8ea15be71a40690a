//! Wakes a thread that waits in `poll`.

use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;

use rustix::event::{EventfdFlags, PollFd, PollFlags, Timespec, eventfd, poll};
use rustix::io::Errno;

/// An event that `poll` can wait for beside a device. Once set it stays set until it is cleared. Clones share it.
#[derive(Clone, Debug)]
pub(super) struct WakeEvent(Arc<OwnedFd>);

impl WakeEvent {
    /// An event that is not set.
    ///
    /// # Errors
    /// The system has no file descriptor left.
    pub(super) fn new() -> Result<Self, Errno> {
        Ok(Self(Arc::new(eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)?)))
    }

    /// Sets it. May be called from any thread, more than once.
    pub(super) fn set(&self) {
        // Fails only where the counter is full, and then it is set already.
        let _ = rustix::io::write(&self.0, &1_u64.to_ne_bytes());
    }

    /// Clears it.
    pub(super) fn clear(&self) {
        // Fails only where it is not set.
        let _ = rustix::io::read(&self.0, &mut [0; 8]);
    }

    /// Whether it was set.
    pub(super) fn is_set(&self) -> bool {
        let mut files = [PollFd::from_borrowed_fd(self.as_fd(), PollFlags::IN)];
        poll(&mut files, Some(&Timespec::default())).is_ok_and(|ready| ready > 0)
    }
}

impl AsFd for WakeEvent {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
