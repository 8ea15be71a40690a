//! Linux cameras by the lab's own V4L2 loop.
//!
//! `unsafe` is only in `ioctl`, `mapping` and `foreign`; the rest is plain calls.

mod abi;
mod abi_controls;
mod abi_inputs;
mod abi_planes;
mod bandwidth;
mod colour;
mod controls;
mod desk;
mod errors;
#[cfg(feature = "nokhwa")]
mod foreign;
mod inputs;
mod intervals;
mod ioctl;
mod listing;
mod mapping;
mod modes;
mod node;
mod packing;
mod payload;
mod pipelines;
mod place;
mod power;
mod properties;
mod queue;
mod signals;
mod source_change;
mod stream;

use std::path::Path;
use std::sync::Arc;

use crate::media::Clock;
use crate::model::{Backend, CameraMode, DeviceInfo, InputSignal};

use super::{Bell, CameraBackend, CameraStream, CancelToken, ControlDesk, DeviceError, DeviceErrorKind, IdMaker};
use desk::V4l2Desk;
use errors::Subject;
use node::Node;
use stream::V4l2Stream;

#[cfg(feature = "nokhwa")]
pub(super) use foreign::stop_streams;

/// All cameras that Linux has.
pub struct V4l2Cameras {
    ids: IdMaker,
    clock: Arc<dyn Clock>,
}

impl V4l2Cameras {
    /// With the clock that stamps arrivals; it should be `CLOCK_MONOTONIC`, with which drivers stamp frames.
    pub fn new(ids: IdMaker, clock: Arc<dyn Clock>) -> Self {
        Self { ids, clock }
    }
}

impl CameraBackend for V4l2Cameras {
    fn backend(&self) -> Backend {
        Backend::V4l2
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        listing::cameras(&self.ids).map_err(|error| {
            DeviceError::new(DeviceErrorKind::Driver, format!("/dev cannot be read for cameras: {error}"))
        })
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: CameraMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn CameraStream>, DeviceError> {
        let subject = Subject::new(device);
        if cancel.is_cancelled() {
            return Err(subject.cancelled());
        }
        let node = open_same(device, &subject)?;
        Ok(Box::new(V4l2Stream::start(node, subject, mode, cancel, Arc::clone(&self.clock))?))
    }

    fn select_input(&self, device: &DeviceInfo, input: u32, signal: &InputSignal) -> Result<(), DeviceError> {
        let subject = Subject::new(device);
        let node = open_same(device, &subject)?;
        let before = inputs::current(&node);
        inputs::select(&node, input).map_err(|error| subject.failed("take the input", error))?;
        let set = signals::set(&node, &subject, signal);
        if let (Err(_), Some(before)) = (&set, before) {
            inputs::select(&node, before).ok(); // what cannot be set changes nothing; that error is the one to tell
        }
        set
    }

    fn open_desk(&self, device: &DeviceInfo, bell: &Bell) -> Result<Option<Box<dyn ControlDesk>>, DeviceError> {
        let subject = Subject::new(device);
        let node = open_same(device, &subject)?;
        Ok(Some(Box::new(V4l2Desk::new(node, subject, bell)?)))
    }
}

/// Opens the node of a device and makes sure that it still is this device.
fn open_same(device: &DeviceInfo, subject: &Subject) -> Result<Node, DeviceError> {
    let failed = |error| subject.failed("be opened", error);
    let node = Node::open(Path::new(&device.node)).map_err(failed)?;
    let description = node.describe().map_err(failed)?;
    // After a replug the kernel may have given the number to another camera, or to what is none.
    let captures = description.capabilities & (abi::CAP_VIDEO_CAPTURE | abi::CAP_VIDEO_CAPTURE_MPLANE) != 0;
    if !captures || device.bus.as_ref().is_some_and(|bus| *bus != description.bus) {
        return Err(subject.replaced());
    }
    Ok(node)
}

/// Sets a camera to a mode and closes it again, for a library that trips over what the last program left set.
///
/// # Errors
/// As [`CameraBackend::open`].
#[cfg(feature = "nokhwa")]
pub(super) fn preset(device: &DeviceInfo, mode: CameraMode) -> Result<CameraMode, DeviceError> {
    let subject = Subject::new(device);
    let node = open_same(device, &subject)?;
    stream::set_mode(&node, &subject, mode).map(|(granted, _)| granted)
}

/// What an error code of the system means for a camera, for a library that passes it on as a number.
#[cfg(feature = "nokhwa")]
pub(super) fn failure(device: &DeviceInfo, what: &str, code: i32) -> DeviceError {
    Subject::new(device).failed(what, rustix::io::Errno::from_raw_os_error(code))
}
