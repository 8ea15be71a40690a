//! Faults that are injected by hand.

use crate::devices::virtual_devices::DeviceFault;
use crate::model::{Cause, DeviceId, ErrorName, EventName, MediaError};
use crate::worker::{Reply, RequestId};

use super::Session;

impl Session {
    /// Has a fault come to pass on a virtual device, which need not be plugged in.
    pub(super) fn inject_fault(&mut self, request: RequestId, device: &DeviceId, fault: DeviceFault) {
        let Some(handle) = self.host.faults(device) else {
            let message =
                "Faults are injected into virtual devices only: choose one of them, or add one with --virtual.";
            return self.answer(request, Err(MediaError::new(ErrorName::NotSupportedError, message)));
        };
        let (name, words) = (handle.name(), fault.to_string());
        let result = handle.trigger(fault).map(|()| Reply::Done);
        if result.is_ok() {
            self.log(EventName::Warning, &name, Cause::FaultInjection, format!("{name}: {words} (by hand)."));
        }
        let result = result.map_err(|error| MediaError::new(ErrorName::InvalidStateError, error.message).on(name));
        self.answer(request, result);
    }
}
