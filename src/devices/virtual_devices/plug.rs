//! Whether a virtual device is there, who holds it, and how long to wait for it.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::devices::{CancelToken, DeviceError, DeviceErrorKind};
use crate::media::Clock;
use crate::model::{CameraMode, ControlValue, Property, Timestamp, Value};

use super::board::Board;
use super::description::Opening;

/// Takes a virtual device away and brings it back, while it is open or not. Clones are of the same device.
#[derive(Clone)]
pub struct FaultHandle(Arc<Plug>);

struct Plug {
    clock: Arc<dyn Clock>,
    /// Label and node.
    device: String,
    /// What the controls of a camera are set to.
    board: Board,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// How often it was unplugged. A stream from before the last time is over.
    unplugs: u64,
    unplugged_at: Timestamp,
    is_out: bool,
    /// The count of unplugs at which it was opened, while it is open.
    held: Option<u64>,
    /// How many openings are still refused, as if another program had the device.
    refusals: u32,
    /// What the driver makes of any mode.
    grants: Option<CameraMode>,
}

impl FaultHandle {
    pub(super) fn new(clock: Arc<dyn Clock>, device: String) -> Self {
        Self::with_board(clock, device, Board::default())
    }

    /// Of a device with controls.
    pub(super) fn with_board(clock: Arc<dyn Clock>, device: String, board: Board) -> Self {
        Self(Arc::new(Plug { clock, device, board, state: Mutex::default() }))
    }

    /// Sets a control of a camera, by its name, as another program or the device itself does. Returns whether there is such
    /// a control that takes the value.
    pub fn set_control(&self, name: &str, value: &ControlValue) -> bool {
        self.0.board.set(|control| control.name == name, value)
    }

    /// What the control of this name is set to.
    pub fn control(&self, name: &str) -> Option<ControlValue> {
        let (controls, _) = self.0.board.read();
        controls.controls.into_iter().find(|control| control.name == name)?.value
    }

    /// What a property of the web is set to, of those that stand for a control of a camera.
    pub fn property(&self, property: Property) -> Option<Value> {
        let (controls, _) = self.0.board.read();
        controls.properties.into_iter().find(|control| control.property == property).map(|control| control.value)
    }

    /// Sets the control that a property stands for, as another program or the device itself does. Returns whether there is
    /// such a control that takes the value.
    pub fn set_property(&self, property: Property, value: &Value) -> bool {
        let translated = self.0.board.translate(property, value);
        translated.is_some_and(|(id, value)| self.0.board.set(|control| control.id == id, &value))
    }

    pub(super) fn board(&self) -> &Board {
        &self.0.board
    }

    /// Label and node.
    pub(super) fn device(&self) -> &str {
        &self.0.device
    }

    /// How often it was unplugged.
    pub(super) fn unplugs(&self) -> u64 {
        self.state().unplugs
    }

    /// Unplugs the device now: it is listed no more, and its open stream ends with
    /// [`Gone`](DeviceErrorKind::Gone) once it has delivered what was due before.
    pub fn unplug(&self) {
        self.unplug_at(self.0.clock.now());
    }

    /// Plugs the device in again. A stream that was open stays ended.
    pub fn plug_in(&self) {
        let was_out = std::mem::replace(&mut self.state().is_out, false);
        if was_out {
            self.0.board.restart();
        }
    }

    /// Refuses the next `count` openings, as if another program had the device.
    pub fn refuse_openings(&self, count: u32) {
        self.state().refusals = count;
    }

    /// Has a camera grant this mode whatever it is asked for, as some drivers do; `None` is what it is asked for.
    pub fn grant(&self, mode: Option<CameraMode>) {
        self.state().grants = mode;
    }

    /// What is granted where this is asked for.
    pub(super) fn granted(&self, asked: CameraMode) -> CameraMode {
        self.state().grants.unwrap_or(asked)
    }

    /// Whether the device is there.
    pub fn is_plugged_in(&self) -> bool {
        !self.state().is_out
    }

    fn unplug_at(&self, at: Timestamp) {
        let mut state = self.state();
        if !state.is_out {
            let unplugs = state.unplugs + 1;
            *state = State { unplugs, unplugged_at: at, is_out: true, ..State::default() };
        }
        drop(state); // before the clock, whose lock is held where the state is asked for
        self.0.board.wake();
        self.0.clock.wake();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the device as its description says.
    pub(super) fn open(&self, opening: Opening, cancel: &CancelToken) -> Result<Hold, DeviceError> {
        let clock = Arc::clone(&self.0.clock);
        cancel.on_cancel(move || clock.wake());
        let mut started = self.0.clock.now();
        match opening {
            Opening::Normal => {}
            Opening::Busy => return Err(self.busy()),
            Opening::PermissionDenied => return Err(self.denied()),
            Opening::DelaySeconds(delay) => {
                started = started + delay.0;
                self.0.clock.wait_until(started, &|| cancel.is_cancelled());
            }
        }
        if cancel.is_cancelled() {
            return Err(self.cancelled());
        }
        let mut state = self.state();
        if state.is_out {
            return Err(self.gone());
        }
        if let Some(left) = state.refusals.checked_sub(1) {
            state.refusals = left;
            return Err(self.busy());
        }
        let unplugs = state.unplugs;
        if state.held.replace(unplugs).is_some() {
            return Err(self.busy());
        }
        Ok(Hold { handle: self.clone(), cancel: cancel.clone(), started, last: started, unplugs })
    }

    pub(super) fn unsupported(&self, mode: &dyn fmt::Display) -> DeviceError {
        let message = format!("{} does not offer {mode}: choose one of its modes", self.0.device);
        DeviceError::new(DeviceErrorKind::Unsupported, message)
    }

    pub(super) fn gone(&self) -> DeviceError {
        let message = format!("{} was unplugged: plug it in again and open it anew", self.0.device);
        DeviceError::new(DeviceErrorKind::Gone, message)
    }

    fn busy(&self) -> DeviceError {
        let message = format!("{} is in use: close the program that uses it and try again", self.0.device);
        DeviceError::new(DeviceErrorKind::Busy, message)
    }

    fn denied(&self) -> DeviceError {
        let message = format!("the system does not let you open {}: ask for access to it and try again", self.0.device);
        DeviceError::new(DeviceErrorKind::PermissionDenied, message)
    }

    fn cancelled(&self) -> DeviceError {
        DeviceError::new(DeviceErrorKind::Cancelled, format!("capture from {} was cancelled", self.0.device))
    }
}

impl fmt::Debug for FaultHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaultHandle({}, plugged in: {})", self.0.device, self.is_plugged_in())
    }
}

/// An open virtual device. Dropping it closes the device.
#[derive(Debug)]
pub(super) struct Hold {
    handle: FaultHandle,
    cancel: CancelToken,
    started: Timestamp,
    /// The stream's own time: that of its last delivery.
    last: Timestamp,
    /// The device's count of unplugs when it was opened.
    unplugs: u64,
}

/// What came of a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Waited {
    /// Until the time that was waited for, or later: the clock's time then.
    Due(Timestamp),
    /// The timeout came first: its time.
    TimedOut(Timestamp),
}

impl Hold {
    /// When the stream began.
    pub(super) const fn started(&self) -> Timestamp {
        self.started
    }

    /// How late the caller is for `due`. Never on a simulated clock, where only the stream's own time counts.
    pub(super) fn lateness(&self, due: Timestamp) -> Duration {
        let clock = &self.handle.0.clock;
        if clock.is_simulated() { Duration::ZERO } else { clock.now().since(due) }
    }

    /// Takes the device away at a time that was waited for.
    pub(super) fn unplug_at(&self, at: Timestamp) -> DeviceError {
        self.handle.unplug_at(at);
        self.handle.gone()
    }

    /// Waits until `due`, `timeout` at most. The wait counts from the stream's own time, so that on a simulated clock
    /// its outcome does not depend on when a thread gets its turn.
    pub(super) fn wait(&mut self, due: Timestamp, timeout: Duration) -> Result<Waited, DeviceError> {
        let (handle, cancel) = (self.handle.clone(), self.cancel.clone());
        let clock = &handle.0.clock;
        let from = if clock.is_simulated() { self.last } else { self.last.max(clock.now()) };
        let end = from + timeout;
        let until = due.min(end);
        clock.wait_until(until, &|| cancel.is_cancelled() || self.is_gone(until));
        if cancel.is_cancelled() {
            return Err(handle.cancelled());
        }
        if self.is_gone(until) {
            return Err(handle.gone());
        }
        self.last = if clock.is_simulated() { until } else { until.max(clock.now()) };
        Ok(if due <= end { Waited::Due(self.last) } else { Waited::TimedOut(self.last) })
    }

    /// Whether the device was unplugged by then.
    fn is_gone(&self, by: Timestamp) -> bool {
        let state = self.handle.state();
        state.unplugs != self.unplugs && state.unplugged_at <= by
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        let mut state = self.handle.state();
        state.held = state.held.filter(|held| *held != self.unplugs);
    }
}
