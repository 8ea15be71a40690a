//! Cameras and microphones behind one trait each, and the watch over their coming and going.
//!
//! Every call may block: the worker makes them on threads of their own, never on its own thread or the window's.

#[cfg(target_os = "linux")]
mod access;
mod cancel;
mod desk;
mod error;
#[cfg(target_os = "linux")]
mod holders;
mod host;
mod identity;
#[cfg(any(target_os = "linux", feature = "nokhwa"))]
mod layout;
pub mod microphones;
#[cfg(feature = "nokhwa")]
pub mod nokhwa_cameras;
#[cfg(target_os = "linux")]
pub mod usb;
#[cfg(target_os = "linux")]
pub mod v4l2;
pub mod virtual_devices;
#[cfg(target_os = "linux")]
mod wake;
mod watch;

pub use cancel::CancelToken;
pub use desk::{Bell, ControlDesk, DeskControls};
pub use error::{DeviceError, DeviceErrorKind};
pub use host::{CameraChoice, DeviceHost, HostOptions, MicrophoneChoice, VirtualWatch};
pub use identity::IdMaker;
pub use watch::DeviceWatch;

use std::time::Duration;

use crate::media::{AudioBlock, VideoFrame};
use crate::model::{Backend, CameraMode, DeviceId, DeviceInfo, InputSignal, MicrophoneMode, Reason, Timestamp};

use virtual_devices::FaultHandle;

/// What came of waiting for a device.
#[derive(Debug)]
pub struct Delivery<T> {
    /// When: the arrival of the item, or the end of the wait. Never goes back within one stream.
    pub at: Timestamp,
    /// The item; `None` when the time was up first.
    pub item: Option<T>,
}

/// A way to reach cameras.
pub trait CameraBackend: Send + Sync {
    /// Which one it is.
    fn backend(&self) -> Backend;

    /// Lists the cameras that can capture pictures, with modes and capabilities, in the system's order.
    ///
    /// # Errors
    /// Where the system's list cannot be read. A single camera that cannot be asked is listed with a
    /// [`note`](DeviceInfo::note).
    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError>;

    /// Opens a camera in a mode and starts it. `device` is from [`enumerate`](Self::enumerate) of the same backend.
    /// Cancelling the token makes this call and the stream's [`next`](CameraStream::next) return soon.
    ///
    /// # Errors
    /// [`Busy`](DeviceErrorKind::Busy), [`PermissionDenied`](DeviceErrorKind::PermissionDenied),
    /// [`Gone`](DeviceErrorKind::Gone), [`Unsupported`](DeviceErrorKind::Unsupported) where the driver does not take the
    /// mode, [`Cancelled`](DeviceErrorKind::Cancelled), [`Driver`](DeviceErrorKind::Driver) for the rest.
    fn open(
        &self,
        device: &DeviceInfo,
        mode: CameraMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn CameraStream>, DeviceError>;

    /// Of a virtual camera: its id of now, whether it is plugged in or not, and what has faults come to pass on it.
    fn faults(&self) -> Option<(DeviceId, FaultHandle)> {
        None
    }

    /// Chooses an input of a camera that has several (see [`DeviceInfo::inputs`]), and sets it to a signal. The modes are others
    /// then: the devices are to be listed again. Where the signal cannot be set, the input stays what it was.
    ///
    /// # Errors
    /// As [`open`](Self::open), and [`Unsupported`](DeviceErrorKind::Unsupported) where this way to cameras has no inputs, and
    /// where the input does not take the signal.
    fn select_input(&self, device: &DeviceInfo, input: u32, signal: &InputSignal) -> Result<(), DeviceError> {
        let _ = (input, signal);
        let message = format!("{} has no inputs to choose from", device.name());
        Err(DeviceError::new(DeviceErrorKind::Unsupported, message))
    }

    /// Opens the controls of a camera, beside its stream or without one; `None` where this way to cameras has no controls.
    /// A ring of the bell makes the desk's [`next`](ControlDesk::next) return soon.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    fn open_desk(&self, device: &DeviceInfo, bell: &Bell) -> Result<Option<Box<dyn ControlDesk>>, DeviceError> {
        let _ = (device, bell);
        Ok(None)
    }
}

/// An open camera. It stays on the thread that opened it; dropping it closes the device.
pub trait CameraStream {
    /// The mode that the driver granted.
    fn mode(&self) -> CameraMode;

    /// When the device was open, before it was set to its mode and started; `None` where the backend cannot tell.
    fn opened_at(&self) -> Option<Timestamp> {
        None
    }

    /// Waits for the next frame, `timeout` at most. A frame that the driver marked as damaged is delivered with
    /// [`corrupt`](VideoFrame::corrupt) set.
    ///
    /// # Errors
    /// [`Gone`](DeviceErrorKind::Gone) after an unplug, [`Cancelled`](DeviceErrorKind::Cancelled),
    /// [`Driver`](DeviceErrorKind::Driver) for what the driver reports. After an error the stream is to be dropped.
    fn next(&mut self, timeout: Duration) -> Result<Delivery<VideoFrame>, DeviceError>;

    /// Why it delivers nothing at the moment, where its driver or its bus says so: its tracks are muted for that reason at
    /// once. Asked after [`next`](Self::next) has delivered nothing.
    fn condition(&self) -> Option<Reason> {
        None
    }
}

/// A way to reach microphones.
pub trait MicrophoneBackend: Send + Sync {
    /// Which one it is.
    fn backend(&self) -> Backend;

    /// Lists the microphones, with modes and capabilities; the default first.
    ///
    /// # Errors
    /// Where the system's list cannot be read. A single microphone that cannot be asked is listed with a
    /// [`note`](DeviceInfo::note).
    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError>;

    /// Opens a microphone in a mode and starts it. Cancelling the token makes this call and the stream's
    /// [`next`](MicrophoneStream::next) return soon.
    ///
    /// # Errors
    /// As [`CameraBackend::open`], and [`ServerGone`](DeviceErrorKind::ServerGone).
    fn open(
        &self,
        device: &DeviceInfo,
        mode: MicrophoneMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn MicrophoneStream>, DeviceError>;

    /// Opens the controls of a microphone: what the mixer of its card, or its sound server, has for what is captured; `None`
    /// where this way to microphones has none. A ring of the bell makes the desk's [`next`](ControlDesk::next) return soon.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    fn open_desk(&self, device: &DeviceInfo, bell: &Bell) -> Result<Option<Box<dyn ControlDesk>>, DeviceError> {
        let _ = (device, bell);
        Ok(None)
    }

    /// Of a virtual microphone: its id of now, whether it is plugged in or not, and what has faults come to pass on it.
    fn faults(&self) -> Option<(DeviceId, FaultHandle)> {
        None
    }
}

/// An open microphone. It stays on the thread that opened it; dropping it closes the device.
pub trait MicrophoneStream {
    /// The mode that the device granted.
    fn mode(&self) -> MicrophoneMode;

    /// Waits for the next samples, `timeout` at most.
    ///
    /// # Errors
    /// [`Gone`](DeviceErrorKind::Gone), [`ServerGone`](DeviceErrorKind::ServerGone),
    /// [`Cancelled`](DeviceErrorKind::Cancelled), [`Driver`](DeviceErrorKind::Driver). After an error the stream is to be
    /// dropped.
    fn next(&mut self, timeout: Duration) -> Result<Delivery<AudioBlock>, DeviceError>;

    /// Why it delivers nothing at the moment, where its server says so: its tracks are muted for that reason at once. Asked
    /// after [`next`](Self::next) has delivered nothing.
    fn condition(&self) -> Option<Reason> {
        None
    }

    /// What happened to it beside its samples since this was asked last, in a sentence: its server moved it to another
    /// microphone. Asked after each [`next`](Self::next).
    fn take_notice(&mut self) -> Option<String> {
        None
    }
}
