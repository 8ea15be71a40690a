//! Clocks: the computer's, and one for tests.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::model::Timestamp;

/// A monotonic clock that threads can wait on.
pub trait Clock: Send + Sync {
    /// Now.
    fn now(&self) -> Timestamp;

    /// Waits until `deadline`, or until [`wake`](Self::wake) is called and `stop` says true. Returns whether the
    /// deadline was reached.
    fn wait_until(&self, deadline: Timestamp, stop: &dyn Fn() -> bool) -> bool;

    /// Makes all waiting threads ask their `stop` again.
    fn wake(&self);

    /// Whether its time is that of a test, which passes in jumps: then a reader cannot be late.
    fn is_simulated(&self) -> bool {
        false
    }
}

/// The computer's monotonic clock. On Linux it is `CLOCK_MONOTONIC`.
#[derive(Debug, Default)]
pub struct SystemClock {
    woken: Condvar,
    lock: Mutex<()>,
}

impl SystemClock {
    /// The clock, to be shared.
    pub fn shared() -> Arc<Self> {
        Arc::new(Self::default())
    }
}

impl Clock for SystemClock {
    #[cfg(target_os = "linux")]
    fn now(&self) -> Timestamp {
        let time = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
        Timestamp::from_nanos(time.tv_sec as u64 * 1_000_000_000 + time.tv_nsec as u64)
    }

    #[cfg(not(target_os = "linux"))]
    fn now(&self) -> Timestamp {
        use std::sync::LazyLock;
        use std::time::Instant;

        static ORIGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
        Timestamp::from_nanos(ORIGIN.elapsed().as_nanos() as u64)
    }

    fn wait_until(&self, deadline: Timestamp, stop: &dyn Fn() -> bool) -> bool {
        let mut guard = self.lock.lock().unwrap_or_else(PoisonError::into_inner);
        loop {
            let left = deadline.since(self.now());
            if left.is_zero() {
                return true;
            }
            if stop() {
                return false;
            }
            (guard, _) = self.woken.wait_timeout(guard, left).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn wake(&self) {
        drop(self.lock.lock().unwrap_or_else(PoisonError::into_inner));
        self.woken.notify_all();
    }
}

/// A clock that stands still until a test moves it.
#[derive(Debug, Default)]
pub struct FakeClock {
    now: Mutex<Timestamp>,
    moved: Condvar,
}

impl FakeClock {
    /// A clock at one second after its origin, so that there is a past.
    pub fn shared() -> Arc<Self> {
        let clock = Self::default();
        *clock.lock() = Timestamp::from_nanos(1_000_000_000);
        Arc::new(clock)
    }

    /// Moves the time forward.
    pub fn advance(&self, by: Duration) {
        let mut now = self.lock();
        *now = *now + by;
        drop(now);
        self.moved.notify_all();
    }

    fn lock(&self) -> MutexGuard<'_, Timestamp> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.lock()
    }

    fn wait_until(&self, deadline: Timestamp, stop: &dyn Fn() -> bool) -> bool {
        let mut now = self.lock();
        while *now < deadline {
            if stop() {
                return false;
            }
            now = self.moved.wait(now).unwrap_or_else(PoisonError::into_inner);
        }
        true
    }

    fn wake(&self) {
        drop(self.lock());
        self.moved.notify_all();
    }

    fn is_simulated(&self) -> bool {
        true
    }
}
