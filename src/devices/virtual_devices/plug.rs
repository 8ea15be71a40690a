//! Whether a virtual device is there, who holds it, and what is done to it by hand.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use crate::devices::{CancelToken, DeviceError, DeviceErrorKind};
use crate::media::Clock;
use crate::model::{CameraMode, ControlValue, DeviceInfo, MediaDeviceKind, Property, Timestamp, Value};

use super::board::Board;
use super::fault::{CameraFault, Opening};
use super::hold::Hold;
use super::microphone_fault::{DeviceFault, MicrophoneFault};

/// Has faults come to pass on a virtual device, takes it away and brings it back, while it is open or not. Clones are of the
/// same device; any thread may use them.
#[derive(Clone)]
pub struct FaultHandle(Arc<Plug>);

struct Plug {
    clock: Arc<dyn Clock>,
    label: String,
    /// Where it was at first.
    node: String,
    is_camera: bool,
    /// What the controls of a camera are set to.
    board: Board,
    state: Mutex<State>,
    listeners: Mutex<Vec<Listener>>,
}

/// Who is told that a device came or went, for as long as he is there.
type Listener = Weak<dyn Fn() + Send + Sync>;

impl Drop for Plug {
    fn drop(&mut self) {
        self.clock.wake(); // a thread may wait to plug it in
    }
}

#[derive(Debug, Default)]
struct State {
    /// How often it was unplugged. A stream from before the last time is over.
    unplugs: u64,
    unplugged_at: Timestamp,
    is_out: bool,
    /// The count of unplugs at which it was opened, while it is open.
    held: Option<u64>,
    /// How the next openings are refused, and how many of them.
    refusals: Option<(Opening, u32)>,
    /// By how much the first delivery of the next opening is late.
    late: Duration,
    /// Faults triggered by hand that the open stream has not taken yet, each with its time.
    triggered: Vec<(Timestamp, DeviceFault)>,
    /// Whether it went because its sound server ended.
    is_server_gone: bool,
    /// How often it came back under another node.
    moves: u32,
    /// What the driver makes of any mode.
    grants: Option<CameraMode>,
}

/// A late first delivery, which waits for the next opening.
const fn waiting(fault: &DeviceFault) -> Option<CameraFault> {
    match fault {
        DeviceFault::Camera(CameraFault::LateFirstFrame(time))
        | DeviceFault::Microphone(MicrophoneFault::LateFirstSamples(time)) => Some(CameraFault::LateFirstFrame(*time)),
        _ => None,
    }
}

impl FaultHandle {
    pub(super) fn new(clock: Arc<dyn Clock>, device: &DeviceInfo) -> Self {
        Self::with_board(clock, device, Board::default())
    }

    /// Of a device with controls.
    pub(super) fn with_board(clock: Arc<dyn Clock>, device: &DeviceInfo, board: Board) -> Self {
        Self(Arc::new(Plug {
            clock,
            label: device.label.clone(),
            node: device.node.clone(),
            is_camera: device.kind == MediaDeviceKind::VideoInput,
            board,
            state: Mutex::default(),
            listeners: Mutex::default(),
        }))
    }

    /// Has a fault come to pass now: of frames or samples, at the next ones that are captured.
    ///
    /// # Errors
    /// [`Unsupported`](DeviceErrorKind::Unsupported) where a camera's frames are to be disturbed on a microphone, or the other
    /// way round; [`Gone`](DeviceErrorKind::Gone) where the device is out; [`Driver`](DeviceErrorKind::Driver) where frames or
    /// samples are to be disturbed and the device is not open.
    pub fn trigger(&self, fault: impl Into<DeviceFault>) -> Result<(), DeviceError> {
        let fault = fault.into();
        let now = self.0.clock.now();
        let of_device = fault.of_device();
        let mut state = self.state();
        if state.is_out && of_device != Some(CameraFault::PlugIn) {
            return Err(self.gone_from(&state));
        }
        let is_open = state.held == Some(state.unplugs);
        if let Some(fault) = waiting(&fault).filter(|_| !is_open).or(of_device) {
            drop(state);
            self.act(&fault, now);
            return Ok(());
        }
        let is_for_camera = matches!(fault, DeviceFault::Camera(_));
        if let (DeviceFault::Microphone(MicrophoneFault::RestartServer(after)), false) = (&fault, self.0.is_camera) {
            drop(state);
            self.restart_server(now, *after);
            return Ok(());
        }
        if is_for_camera != self.0.is_camera || !is_open {
            return Err(self.not_disturbed(&state, is_for_camera));
        }
        state.triggered.push((now, fault));
        drop(state); // before the clock, whose lock is held where the state is asked for
        self.0.clock.wake();
        Ok(())
    }

    /// Has something happen to the device, not to its frames.
    pub(super) fn act(&self, fault: &CameraFault, at: Timestamp) {
        match *fault {
            CameraFault::Unplug => self.unplug_at(at),
            CameraFault::PlugIn => self.plug_in(),
            CameraFault::Replug(after) => {
                self.unplug_at(at);
                self.plug_in_later(at + after, 1);
            }
            CameraFault::Busy(count) => self.state().refusals = Some((Opening::Busy, count)),
            CameraFault::PermissionDenied(count) => self.state().refusals = Some((Opening::PermissionDenied, count)),
            CameraFault::NoBandwidth(count) => self.state().refusals = Some((Opening::NoBandwidth, count)),
            CameraFault::LateFirstFrame(time) => self.state().late = time,
            CameraFault::ChangeControl { ref name, ref value } => {
                self.change_control(name, value);
            }
            _ => {}
        }
    }

    /// Has a function called after the device came or went, for as long as it is kept. It must return soon.
    pub(crate) fn watch(&self, listener: &Arc<dyn Fn() + Send + Sync>) {
        let mut listeners = self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner);
        listeners.retain(|other| other.strong_count() > 0);
        listeners.push(Arc::downgrade(listener));
    }

    fn tell_listeners(&self) {
        let listeners = self.0.listeners.lock().unwrap_or_else(PoisonError::into_inner).clone();
        listeners.iter().filter_map(Weak::upgrade).for_each(|listener| listener());
    }

    /// Sets a control of a camera, by its name, as another program or the device itself does. Returns whether there is such
    /// a control that takes the value.
    pub fn set_control(&self, name: &str, value: &ControlValue) -> bool {
        self.0.board.set(|control| control.name == name, value)
    }

    /// Sets a control by its name or by that of its property. Returns whether there is such a control that takes the value.
    fn change_control(&self, name: &str, value: &Value) -> bool {
        if let Some((id, value)) = name.parse().ok().and_then(|property| self.0.board.translate(property, value)) {
            return self.0.board.set(|control| control.id == id, &value);
        }
        let value = match value {
            Value::Boolean(is_on) => ControlValue::Integer(i64::from(*is_on)),
            Value::Number(number) => ControlValue::Integer(number.round() as i64),
            Value::Text(text) => ControlValue::Text(text.clone()),
            Value::Points(_) => return false,
        };
        self.set_control(name, &value)
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
        self.tell_listeners();
    }

    /// The sound server of a microphone ends, and is there again after this time.
    pub(super) fn restart_server(&self, at: Timestamp, after: Duration) {
        self.leave(at, true);
        self.plug_in_later(at + after, 0);
    }

    /// Plugs the device in at a time to come: under another node, or where it was for 0. A thread waits for it, unless the
    /// device is dropped.
    fn plug_in_later(&self, at: Timestamp, moves: u32) {
        let (plug, clock) = (Arc::downgrade(&self.0), Arc::clone(&self.0.clock));
        let unplugs = self.state().unplugs;
        let wait = move || {
            clock.wait_until(at, &|| plug.strong_count() == 0);
            let Some(handle) = plug.upgrade().map(Self) else { return };
            let mut state = handle.state();
            // Not where it was plugged in or unplugged by hand meanwhile.
            if state.is_out && state.unplugs == unplugs {
                state.is_out = false;
                state.moves += moves;
                drop(state);
                handle.0.board.restart();
                handle.tell_listeners();
            }
        };
        if let Err(error) = thread::Builder::new().name("replug".to_owned()).spawn(wait) {
            log::warn!("{} stays unplugged: the system gives no thread ({error})", self.name());
        }
    }

    /// Refuses the next `count` openings, as if another program had the device.
    pub fn refuse_openings(&self, count: u32) {
        self.state().refusals = Some((Opening::Busy, count));
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
        self.leave(at, false);
    }

    /// The device goes, with its sound server or alone.
    fn leave(&self, at: Timestamp, is_server_gone: bool) {
        let mut state = self.state();
        if !state.is_out {
            let (unplugs, moves) = (state.unplugs + 1, state.moves);
            *state = State { unplugs, unplugged_at: at, is_out: true, moves, is_server_gone, ..State::default() };
        }
        drop(state); // before the clock, whose lock is held where the state is asked for
        self.0.board.wake();
        self.0.clock.wake();
        self.tell_listeners();
    }

    /// Where it is now, or was before it went.
    pub(super) fn node(&self) -> String {
        self.node_of(&self.state())
    }

    fn node_of(&self, state: &State) -> String {
        match state.moves {
            0 => self.0.node.clone(),
            moves => format!("{}/{}", self.0.node, moves + 1),
        }
    }

    pub(super) fn clock(&self) -> &dyn Clock {
        self.0.clock.as_ref()
    }

    /// The faults that were triggered by hand, each with its time.
    pub(super) fn take_triggered(&self) -> Vec<(Timestamp, DeviceFault)> {
        std::mem::take(&mut self.state().triggered)
    }

    pub(super) fn has_triggered(&self) -> bool {
        !self.state().triggered.is_empty()
    }

    /// Whether the device was unplugged by then, since it had been unplugged so often.
    pub(super) fn is_gone(&self, unplugs: u64, by: Timestamp) -> bool {
        let state = self.state();
        state.unplugs != unplugs && state.unplugged_at <= by
    }

    /// Who opened the device when it had been unplugged so often holds it no more.
    pub(super) fn let_go(&self, unplugs: u64) {
        let mut state = self.state();
        if state.held == Some(unplugs) {
            state.held = None;
            state.triggered.clear();
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the device as its description says.
    pub(super) fn open(
        &self,
        opening: Opening,
        asked: &dyn fmt::Display,
        cancel: &CancelToken,
    ) -> Result<Hold, DeviceError> {
        let clock = Arc::clone(&self.0.clock);
        cancel.on_cancel(move || clock.wake());
        let mut started = self.0.clock.now();
        let mut late = Duration::ZERO;
        match opening {
            Opening::DelaySeconds(delay) => {
                started = started + delay.0;
                self.0.clock.wait_until(started, &|| cancel.is_cancelled());
            }
            Opening::LateFirstFrame(time) => late = time.0,
            refusal => self.refused(refusal, asked, &self.node())?,
        }
        if cancel.is_cancelled() {
            return Err(self.cancelled());
        }
        let mut state = self.state();
        if state.is_out {
            return Err(self.gone_from(&state));
        }
        if let Some((refusal, left)) = state.refusals.take().filter(|(_, left)| *left > 0) {
            state.refusals = Some((refusal, left - 1));
            self.refused(refusal, asked, &self.node_of(&state))?;
        }
        let unplugs = state.unplugs;
        if state.held.replace(unplugs).is_some() {
            return Err(self.busy(&self.node_of(&state)));
        }
        let late = late + std::mem::take(&mut state.late);
        Ok(Hold { handle: self.clone(), cancel: cancel.clone(), started, last: started, unplugs, late })
    }

    fn refused(&self, opening: Opening, asked: &dyn fmt::Display, node: &str) -> Result<(), DeviceError> {
        match opening {
            Opening::Busy => Err(self.busy(node)),
            Opening::PermissionDenied => Err(self.denied(node)),
            Opening::NoBandwidth => Err(self.no_bandwidth(asked, node)),
            Opening::Normal | Opening::DelaySeconds(_) | Opening::LateFirstFrame(_) => Ok(()),
        }
    }
}

/// The sentences.
impl FaultHandle {
    /// Label and node.
    pub fn name(&self) -> String {
        self.name_at(&self.node())
    }

    fn name_at(&self, node: &str) -> String {
        format!("{} ({node})", self.0.label)
    }

    pub(super) fn unsupported(&self, mode: &dyn fmt::Display) -> DeviceError {
        let message = format!("{} does not offer {mode}: choose one of its modes", self.name());
        DeviceError::new(DeviceErrorKind::Unsupported, message)
    }

    pub(super) fn gone(&self) -> DeviceError {
        self.gone_from(&self.state())
    }

    fn gone_from(&self, state: &State) -> DeviceError {
        let name = self.name_at(&self.node_of(state));
        if state.is_server_gone {
            let message = format!("the sound server of {name} ended: start it again and open the microphone anew");
            return DeviceError::new(DeviceErrorKind::ServerGone, message);
        }
        DeviceError::new(DeviceErrorKind::Gone, format!("{name} was unplugged: plug it in again and open it anew"))
    }

    /// Why a camera's frames, or else a microphone's samples, cannot be disturbed.
    fn not_disturbed(&self, state: &State, is_for_camera: bool) -> DeviceError {
        let name = self.name_at(&self.node_of(state));
        let (kind, message) = match (is_for_camera, self.0.is_camera) {
            (true, true) => (
                DeviceErrorKind::Driver,
                format!("{name} is not open, so that it has no frames to disturb: open it and try again"),
            ),
            (false, false) => (
                DeviceErrorKind::Driver,
                format!("{name} is not open, so that it has no samples to disturb: open it and try again"),
            ),
            (true, false) => {
                (DeviceErrorKind::Unsupported, format!("{name} is no camera: choose a fault of microphones"))
            }
            (false, true) => {
                (DeviceErrorKind::Unsupported, format!("{name} is no microphone: choose a fault of cameras"))
            }
        };
        DeviceError::new(kind, message)
    }

    fn busy(&self, node: &str) -> DeviceError {
        let message = format!("{} is in use: close the program that uses it and try again", self.name_at(node));
        DeviceError::new(DeviceErrorKind::Busy, message)
    }

    fn denied(&self, node: &str) -> DeviceError {
        let name = self.name_at(node);
        let message = format!("the system does not let you open {name}: ask for access to it and try again");
        DeviceError::new(DeviceErrorKind::PermissionDenied, message)
    }

    /// In the words of V4L2 cameras.
    fn no_bandwidth(&self, asked: &dyn fmt::Display, node: &str) -> DeviceError {
        let message = format!(
            "the USB has no bandwidth left (ENOSPC) for {} in {asked}: take a smaller, slower or compressed mode (MJPG), close \
             the other cameras on the bus, or take a port of another bus",
            self.name_at(node)
        );
        DeviceError::new(DeviceErrorKind::Driver, message)
    }

    pub(super) fn cancelled(&self) -> DeviceError {
        DeviceError::new(DeviceErrorKind::Cancelled, format!("capture from {} was cancelled", self.name()))
    }
}

impl fmt::Debug for FaultHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaultHandle({}, plugged in: {})", self.name(), self.is_plugged_in())
    }
}
