//! The controls of a virtual camera, beside its stream.

use std::sync::Arc;
use std::time::Duration;

use crate::devices::{Bell, ControlDesk, DeskControls, DeviceError, DeviceErrorKind};
use crate::model::{ControlValue, DeviceControl, Property, Value};

use super::board::{Board, Signal};
use super::plug::FaultHandle;

pub(super) struct VirtualDesk {
    handle: FaultHandle,
    board: Board,
    bell: Bell,
    signal: Arc<Signal>,
    /// The device's count of unplugs when it was opened.
    unplugs: u64,
    /// The version that was read last.
    seen: u64,
}

impl VirtualDesk {
    pub fn new(handle: &FaultHandle, bell: &Bell) -> Result<Self, DeviceError> {
        let (board, signal) = (handle.board().clone(), Arc::new(Signal::default()));
        board.add_waiter(&signal);
        let of_bell = Arc::clone(&signal);
        bell.on_ring(move || of_bell.set());
        let desk =
            Self { unplugs: handle.unplugs(), handle: handle.clone(), board, bell: bell.clone(), signal, seen: 0 };
        desk.check().map(|()| desk)
    }

    fn check(&self) -> Result<(), DeviceError> {
        let is_there = self.handle.is_plugged_in() && self.handle.unplugs() == self.unplugs;
        if is_there { Ok(()) } else { Err(self.handle.gone()) }
    }
}

impl ControlDesk for VirtualDesk {
    fn read(&mut self) -> Result<DeskControls, DeviceError> {
        self.check()?;
        let (controls, version) = self.board.read();
        self.seen = version;
        Ok(controls)
    }

    fn set(&mut self, control: &DeviceControl, value: &ControlValue) -> Result<(), DeviceError> {
        self.check()?;
        let is_set = !control.is_read_only && self.board.set(|one| one.id == control.id, value);
        is_set.then_some(()).ok_or_else(|| {
            let (device, name, words) = (self.handle.name(), &control.name, control.words(value));
            let message = format!("{device} did not set {name} to {words}: choose a value of its range.");
            DeviceError::new(DeviceErrorKind::Unsupported, message)
        })
    }

    fn translate(&self, property: Property, value: &Value) -> Option<(u32, ControlValue)> {
        self.board.translate(property, value)
    }

    fn next(&mut self, timeout: Duration) -> Result<bool, DeviceError> {
        self.signal.wait(timeout);
        self.bell.take();
        self.check()?;
        Ok(self.board.version() != self.seen)
    }
}
