//! A driver that does not come back from setting a control.

use std::sync::Arc;
use std::time::Duration;

use capture_lab::devices::{Bell, CameraBackend, CameraStream, CancelToken, ControlDesk, DeskControls, DeviceError};
use capture_lab::model::{Backend, CameraMode, ControlValue, DeviceControl, DeviceInfo, ErrorName, Property, Value};
use capture_lab::worker::Command;
use crossbeam_channel::{Receiver, bounded};

use crate::support::Lab;

/// A camera whose driver sets nothing before it is let go.
struct Camera {
    camera: Arc<dyn CameraBackend>,
    hold: Receiver<()>,
}

struct Desk {
    desk: Box<dyn ControlDesk>,
    hold: Receiver<()>,
}

impl CameraBackend for Camera {
    fn backend(&self) -> Backend {
        self.camera.backend()
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        self.camera.enumerate()
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: CameraMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn CameraStream>, DeviceError> {
        self.camera.open(device, mode, cancel)
    }

    fn open_desk(&self, device: &DeviceInfo, bell: &Bell) -> Result<Option<Box<dyn ControlDesk>>, DeviceError> {
        let desk = self.camera.open_desk(device, bell)?;
        let hold = self.hold.clone();
        Ok(desk.map(|desk| Box::new(Desk { desk, hold }) as Box<dyn ControlDesk>))
    }
}

impl ControlDesk for Desk {
    fn read(&mut self) -> Result<DeskControls, DeviceError> {
        self.desk.read()
    }

    fn set(&mut self, control: &DeviceControl, value: &ControlValue) -> Result<(), DeviceError> {
        self.hold.recv().ok(); // nothing is ever sent: it ends when the other side is dropped
        self.desk.set(control, value)
    }

    fn translate(&self, property: Property, value: &Value) -> Option<(u32, ControlValue)> {
        self.desk.translate(property, value)
    }

    fn next(&mut self, timeout: Duration) -> Result<bool, DeviceError> {
        self.desk.next(timeout)
    }
}

#[test]
fn who_sets_a_control_of_a_driver_that_hangs_is_answered_all_the_same() {
    let camera = r#"(name: "cam", label: "Cam", device_controls: [(name: "Gain", kind: Integer, max: 15, value: 4)],
        modes: [(sizes: [(64, 48)], rates: [(30, 1)], formats: ["NV12"])])"#;
    let (release, hold) = bounded::<()>(0);
    let mut lab = Lab::with(&[camera], &[], |camera| Arc::new(Camera { camera, hold: hold.clone() }));
    let device = lab.devices().remove(0);
    let gain = device.device_controls[0].id;
    let values = vec![(gain, ControlValue::Integer(9))];
    let call = lab.send(Command::SetDeviceControls { device: device.device_id, values });
    lab.devices(); // it has been heard
    assert_eq!(lab.answers_to(call), 0);
    lab.advance(6.0);
    let error = lab.answer(call).expect_err("no answer of the driver");
    assert_eq!(error.name, ErrorName::AbortError);
    assert!(error.message.contains("Cam (virtual:cam) has not set its controls within 5 s"), "{}", error.message);
    drop(release);
    lab.until("the driver came to it", |lab| {
        (lab.fault_handle("cam").control("Gain") == Some(ControlValue::Integer(9))).then_some(())
    });
    lab.until_logged("Gain of Cam (virtual:cam) was set from 4 to 9.");
    assert_eq!(lab.answers_to(call), 1, "and it is not answered twice");
}
