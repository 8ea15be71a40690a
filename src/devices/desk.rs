//! The controls of one device, beside its stream: read, set, and watched for changes by others.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::model::{Control, ControlValue, DeviceControl, Property, Value};

use super::DeviceError;

/// All controls of a device at one moment.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct DeskControls {
    /// As the driver has them.
    pub controls: Vec<DeviceControl>,
    /// What of them the web knows.
    pub properties: Vec<Control>,
}

/// The controls of a device that may stream, for us or for another program, or not. It stays on the thread that opened it;
/// dropping it closes it.
pub trait ControlDesk {
    /// Reads all controls.
    ///
    /// # Errors
    /// [`Gone`](super::DeviceErrorKind::Gone) after an unplug.
    fn read(&mut self) -> Result<DeskControls, DeviceError>;

    /// Sets a control. What the driver made of the value is to be read.
    ///
    /// # Errors
    /// What the driver refuses, in a sentence; [`Gone`](super::DeviceErrorKind::Gone) after an unplug.
    fn set(&mut self, control: &DeviceControl, value: &ControlValue) -> Result<(), DeviceError>;

    /// The control that stands for a property among those read last, and the value that it is to be set to for it.
    fn translate(&self, property: Property, value: &Value) -> Option<(u32, ControlValue)>;

    /// Waits until a control may have changed, other than by [`set`](Self::set), until the [`Bell`] rings, or until the time
    /// is up. Returns whether one may have changed.
    ///
    /// # Errors
    /// [`Gone`](super::DeviceErrorKind::Gone) after an unplug.
    fn next(&mut self, timeout: Duration) -> Result<bool, DeviceError>;
}

/// Wakes the thread of a desk. Clones share it.
#[derive(Clone, Default)]
pub struct Bell(Arc<Inner>);

#[derive(Default)]
struct Inner {
    rung: AtomicBool,
    hooks: Mutex<Vec<Box<dyn Fn() + Send>>>,
}

impl Bell {
    /// Rings. May be called from any thread.
    pub fn ring(&self) {
        self.0.rung.store(true, Ordering::SeqCst);
        for hook in self.0.hooks.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            hook();
        }
    }

    /// Whether it was rung since it was asked last.
    pub fn take(&self) -> bool {
        self.0.rung.swap(false, Ordering::SeqCst)
    }

    /// Has `hook` called at each ring, to wake a thread that waits in a system call.
    pub fn on_ring(&self, hook: impl Fn() + Send + 'static) {
        self.0.hooks.lock().unwrap_or_else(PoisonError::into_inner).push(Box::new(hook));
    }
}

impl fmt::Debug for Bell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bell")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_is_heard_once() {
        let bell = Bell::default();
        let count = Arc::new(Mutex::new(0));
        let of_hook = Arc::clone(&count);
        bell.on_ring(move || *of_hook.lock().unwrap() += 1);
        assert!(!bell.take());
        bell.clone().ring();
        assert!(bell.take() && !bell.take());
        assert_eq!(*count.lock().unwrap(), 1);
    }
}
