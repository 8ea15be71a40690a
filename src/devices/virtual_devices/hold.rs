//! An open virtual device, and how long to wait for it.

use std::time::Duration;

use crate::devices::{CancelToken, DeviceError};
use crate::model::Timestamp;

use super::fault::CameraFault;
use super::microphone_fault::{DeviceFault, MicrophoneFault};
use super::plug::FaultHandle;

/// An open virtual device. Dropping it closes the device.
#[derive(Debug)]
pub(super) struct Hold {
    pub(super) handle: FaultHandle,
    pub(super) cancel: CancelToken,
    pub(super) started: Timestamp,
    /// The stream's own time: that of its last delivery.
    pub(super) last: Timestamp,
    /// The device's count of unplugs when it was opened.
    pub(super) unplugs: u64,
    /// By how much the first delivery is late.
    pub(super) late: Duration,
}

/// What came of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// Until the time that was waited for, or later: the clock's time then.
    Due(Timestamp),
    /// The timeout came first: its time.
    TimedOut(Timestamp),
    /// A fault was triggered by hand before either: it is to be [taken](Hold::take_triggered).
    Disturbed,
}

impl Hold {
    /// When the stream began.
    pub(super) const fn started(&self) -> Timestamp {
        self.started
    }

    /// By how much the first delivery of this opening is late.
    pub(super) const fn late(&self) -> Duration {
        self.late
    }

    /// The stream's own time.
    pub(super) const fn last(&self) -> Timestamp {
        self.last
    }

    /// How late the caller is for `due`. Never on a simulated clock, where only the stream's own time counts.
    pub(super) fn lateness(&self, due: Timestamp) -> Duration {
        let clock = self.handle.clock();
        if clock.is_simulated() { Duration::ZERO } else { clock.now().since(due) }
    }

    /// The error of a device that was unplugged.
    pub(super) fn gone(&self) -> DeviceError {
        self.handle.gone()
    }

    /// Has something happen to the device at a time that was waited for.
    pub(super) fn act(&self, fault: &CameraFault, at: Timestamp) {
        self.handle.act(fault, at);
    }

    /// Has the sound server end at a time that was waited for, and start again after another.
    pub(super) fn restart_server(&self, at: Timestamp, after: Duration) {
        self.handle.restart_server(at, after);
    }

    /// The faults that were triggered by hand, each with its time since the start.
    pub(super) fn take_triggered(&self) -> Vec<(Duration, CameraFault)> {
        self.triggered(|fault| if let DeviceFault::Camera(fault) = fault { Some(fault) } else { None })
    }

    /// The same of a microphone.
    pub(super) fn take_triggered_of_samples(&self) -> Vec<(Duration, MicrophoneFault)> {
        self.triggered(|fault| if let DeviceFault::Microphone(fault) = fault { Some(fault) } else { None })
    }

    fn triggered<F>(&self, pick: impl Fn(DeviceFault) -> Option<F>) -> Vec<(Duration, F)> {
        let triggered = self.handle.take_triggered();
        triggered.into_iter().filter_map(|(at, fault)| Some((at.since(self.started), pick(fault)?))).collect()
    }

    /// When a wait of this length that begins now is over. It counts from the stream's own time, so that on a simulated
    /// clock its outcome does not depend on when a thread gets its turn.
    pub(super) fn end_of(&self, timeout: Duration) -> Timestamp {
        let clock = self.handle.clock();
        let from = if clock.is_simulated() { self.last } else { self.last.max(clock.now()) };
        from + timeout
    }

    /// Waits until `due`, until `end` at most.
    pub(super) fn wait(&mut self, due: Timestamp, end: Timestamp) -> Result<Waited, DeviceError> {
        let (handle, cancel) = (self.handle.clone(), self.cancel.clone());
        let clock = handle.clock();
        let until = due.min(end);
        clock.wait_until(until, &|| cancel.is_cancelled() || self.is_gone(until) || handle.has_triggered());
        if cancel.is_cancelled() {
            return Err(handle.cancelled());
        }
        if self.is_gone(until) {
            return Err(handle.gone());
        }
        if handle.has_triggered() {
            return Ok(Waited::Disturbed);
        }
        let now = if clock.is_simulated() { until } else { until.max(clock.now()) };
        self.last = self.last.max(now);
        Ok(if due <= end { Waited::Due(self.last) } else { Waited::TimedOut(self.last) })
    }

    /// Whether the device was unplugged by then.
    fn is_gone(&self, by: Timestamp) -> bool {
        self.handle.is_gone(self.unplugs, by)
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        self.handle.let_go(self.unplugs);
    }
}
