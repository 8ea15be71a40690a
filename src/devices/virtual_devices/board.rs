//! What the controls of a virtual camera are set to: shared by its stream, by its desk, and by tests that play another
//! program.

use std::fmt;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use crate::devices::DeskControls;
use crate::model::{ControlKind, ControlValue, DeviceControl, PRIVACY_CONTROL, Property, Value};

use super::controls::BoardControl;

/// The controls of one camera. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Board(Arc<Mutex<State>>);

#[derive(Default)]
struct State {
    /// As the device has them when it gets power.
    initial: Vec<BoardControl>,
    controls: Vec<BoardControl>,
    /// How often one was changed.
    version: u64,
    /// Who waits for changes.
    waiters: Vec<Weak<Signal>>,
}

/// Wakes a desk. Stays set until it is waited for.
#[derive(Debug, Default)]
pub(super) struct Signal(Mutex<bool>, Condvar);

impl Signal {
    pub fn set(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.1.notify_all();
    }

    /// Waits until it is set, `timeout` at most.
    pub fn wait(&self, timeout: Duration) {
        let set = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.1.wait_timeout_while(set, timeout, |set| !*set);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
    }
}

impl Board {
    /// With these controls.
    pub fn new(controls: Vec<BoardControl>) -> Self {
        let mut state = State { initial: controls, ..State::default() };
        state.restart();
        Self(Arc::new(Mutex::new(state)))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a desk woken at each change.
    pub fn add_waiter(&self, signal: &Arc<Signal>) {
        let mut state = self.state();
        state.waiters.retain(|waiter| waiter.strong_count() > 0);
        state.waiters.push(Arc::downgrade(signal));
    }

    /// How often a control was changed.
    pub fn version(&self) -> u64 {
        self.state().version
    }

    /// All controls as they are now, and the version of that.
    pub fn read(&self) -> (DeskControls, u64) {
        let state = self.state();
        let controls = state.controls.iter().map(|control| control.device.clone()).collect();
        let mut properties: Vec<_> = state.controls.iter().filter_map(BoardControl::as_property).collect();
        properties.sort_by_key(|control| control.property);
        (DeskControls { controls, properties }, state.version)
    }

    /// The power went and came: all is as at first.
    pub fn restart(&self) {
        self.state().restart();
        self.wake();
    }

    /// Wakes all desks.
    pub fn wake(&self) {
        for waiter in self.state().waiters.iter().filter_map(Weak::upgrade) {
            waiter.set();
        }
    }

    /// Sets a control as a driver does: to the nearest step, and what cannot be is refused. Returns whether there is such a
    /// control that takes the value.
    pub fn set(&self, is_it: impl Fn(&DeviceControl) -> bool, value: &ControlValue) -> bool {
        let mut state = self.state();
        let Some(control) = state.controls.iter_mut().find(|control| is_it(&control.device)) else { return false };
        let Some(taken) = taken(&control.device, value) else { return false };
        if control.device.kind != ControlKind::Button {
            control.device.value = Some(taken);
        }
        state.version += 1;
        state.govern();
        drop(state);
        self.wake();
        true
    }

    /// The control and the value that stand for a property.
    pub fn translate(&self, property: Property, value: &Value) -> Option<(u32, ControlValue)> {
        let state = self.state();
        let control = state.controls.iter().find(|control| control.device.property == Some(property))?;
        Some((control.device.id, control.raw(value)?))
    }

    /// The part of its range at which a control is, from 0 to 1; `None` where there is no such control.
    pub fn part(&self, property: Property) -> Option<f64> {
        let state = self.state();
        let control = &state.controls.iter().find(|control| control.device.property == Some(property))?.device;
        let (min, max) = (control.min as f64, control.max as f64);
        let value = control.value.as_ref()?.as_integer()? as f64;
        Some((value - min) / (max - min).max(f64::MIN_POSITIVE))
    }

    /// Whether the privacy shutter is closed.
    pub fn is_private(&self) -> bool {
        let is_closed = |control: &BoardControl| {
            control.device.id == PRIVACY_CONTROL && control.device.value == Some(ControlValue::Integer(1))
        };
        self.state().controls.iter().any(is_closed)
    }
}

impl State {
    fn restart(&mut self) {
        self.controls = self.initial.clone();
        self.version += 1;
        self.govern();
    }

    /// Automatics govern what they are for (IMG-05).
    fn govern(&mut self) {
        let is_manual = |mode: Property| {
            let control = self.controls.iter().find(|control| control.device.property == Some(mode));
            control.and_then(BoardControl::as_property).map(|control| control.value == Value::from("manual"))
        };
        let [exposure, balance, focus] =
            [Property::ExposureMode, Property::WhiteBalanceMode, Property::FocusMode].map(is_manual);
        for control in &mut self.controls {
            control.device.is_inactive = match control.device.property {
                Some(Property::ExposureTime) => exposure == Some(false),
                Some(Property::ExposureCompensation) => exposure == Some(true),
                Some(Property::ColorTemperature) => balance == Some(false),
                Some(Property::FocusDistance) => focus == Some(false),
                _ => false,
            };
        }
    }
}

/// What the control makes of a value; `None` of what it cannot be.
fn taken(control: &DeviceControl, value: &ControlValue) -> Option<ControlValue> {
    let number = match (control.kind, value) {
        (ControlKind::Text, ControlValue::Text(text)) => {
            let length = text.len() as i64;
            return (control.min..=control.max).contains(&length).then(|| value.clone());
        }
        (ControlKind::Text | ControlKind::Other, _) | (_, ControlValue::Text(_)) => return None,
        (_, ControlValue::Integer(number)) => *number,
    };
    let number = match control.kind {
        ControlKind::Menu | ControlKind::IntegerMenu => {
            control.items.iter().find(|item| item.index == number).map(|item| item.index)?
        }
        ControlKind::Boolean => i64::from(number != 0),
        ControlKind::Bitmask => number & control.max,
        _ => {
            let step = i64::try_from(control.step).unwrap_or(i64::MAX).max(1);
            let over = number.clamp(control.min, control.max) - control.min;
            (control.min + (over + step / 2) / step * step).min(control.max)
        }
    };
    Some(ControlValue::Integer(number))
}

impl fmt::Debug for Board {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Board of {} controls", self.state().controls.len())
    }
}
