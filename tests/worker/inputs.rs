//! A camera device with several inputs: one is chosen, and the modes are others.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use capture_lab::devices::virtual_devices::load_text;
use capture_lab::devices::{
    CameraBackend, CameraStream, CancelToken, DeviceError, DeviceErrorKind, DeviceHost, IdMaker,
};
use capture_lab::media::{Clock, FakeClock};
use capture_lab::model::{Backend, CameraMode, DeviceId, DeviceInfo, ErrorName, InputSignal, MediaError, VideoInput};
use capture_lab::worker::{Choice, Command, Event, Reply, Waker, Worker};

const CAMERA: &str = r#"(cameras: [(name: "cam", label: "Grabber", modes: [
    (sizes: [(128, 96), (64, 48)], rates: [(30, 1)], formats: ["NV12"])])])"#;

/// A virtual camera behind two inputs: the second has fewer modes.
struct Grabber {
    camera: Arc<dyn CameraBackend>,
    input: AtomicU32,
    standard: Mutex<String>,
    /// What was asked for.
    asked: Mutex<Vec<u32>>,
}

impl CameraBackend for Grabber {
    fn backend(&self) -> Backend {
        self.camera.backend()
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let current = self.input.load(Ordering::SeqCst);
        let mut devices = self.camera.enumerate()?;
        for device in &mut devices {
            device.modes.truncate(if current == 0 { 2 } else { 1 });
            let input = |index| VideoInput {
                index,
                name: format!("Socket {index}"),
                is_current: index == current,
                standards: vec!["PAL".to_owned(), "NTSC".to_owned()],
                standard: (index == current).then(|| self.standard.lock().expect("no panic").clone()),
                ..VideoInput::default()
            };
            device.inputs = [0, 1].map(input).to_vec();
        }
        Ok(devices)
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: CameraMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn CameraStream>, DeviceError> {
        self.camera.open(device, mode, cancel)
    }

    fn select_input(&self, device: &DeviceInfo, input: u32, signal: &InputSignal) -> Result<(), DeviceError> {
        self.asked.lock().expect("no panic").push(input);
        if input > 1 {
            let message = format!("{} has no input {input}: choose another", device.name());
            return Err(DeviceError::new(DeviceErrorKind::Driver, message));
        }
        if let InputSignal::Standard(name) = signal {
            let found = InputSignal::find(&["PAL".to_owned(), "NTSC".to_owned()], name).cloned();
            let message = format!("the input of {} does not take {signal}: choose of PAL, NTSC", device.name());
            *self.standard.lock().expect("no panic") =
                found.ok_or_else(|| DeviceError::new(DeviceErrorKind::Unsupported, message))?;
        }
        self.input.store(input, Ordering::SeqCst);
        Ok(())
    }
}

struct Lab {
    worker: Worker,
    grabber: Arc<Grabber>,
}

impl Lab {
    fn new() -> Self {
        let clock: Arc<dyn Clock> = FakeClock::shared();
        let devices =
            load_text(CAMERA, Path::new("test"), &IdMaker::new(b"test"), Arc::clone(&clock)).expect("a camera");
        let camera = Arc::clone(&devices.cameras[0]);
        let grabber = Arc::new(Grabber {
            camera,
            input: AtomicU32::new(0),
            standard: Mutex::new("PAL".to_owned()),
            asked: Mutex::default(),
        });
        let host = DeviceHost::from_backends(vec![grabber.clone()], Vec::new());
        Self { worker: Worker::start(host, clock, Waker::default()).expect("a thread"), grabber }
    }

    fn ask(&self, command: Command) -> Result<Reply, MediaError> {
        let wanted = self.worker.request(command);
        for _ in 0..1000 {
            match self.worker.wait(Duration::from_millis(20)) {
                Some(Event::Answer { request, result }) if request == wanted => return result,
                _ => {}
            }
        }
        panic!("no answer");
    }

    fn list(&self, command: Command) -> Result<Vec<DeviceInfo>, MediaError> {
        match self.ask(command)? {
            Reply::Devices(devices) => Ok(devices),
            other => panic!("{other:?}"),
        }
    }

    fn camera(&self) -> DeviceInfo {
        self.list(Command::EnumerateDevices).expect("a list").remove(0)
    }

    fn select(&self, device: &DeviceId, input: u32) -> Result<Vec<DeviceInfo>, MediaError> {
        self.list(Command::SelectInput { device: device.clone(), input, signal: InputSignal::Detected })
    }
}

#[test]
fn the_answer_to_a_choice_of_input_has_the_modes_of_that_input() {
    let lab = Lab::new();
    let before = lab.camera();
    assert_eq!((before.modes.len(), before.inputs[0].is_current), (2, true));
    let after = lab.select(&before.device_id, 1).expect("a list").remove(0);
    assert_eq!((after.modes.len(), after.inputs[1].is_current), (1, true));
    assert_eq!(after.device_id, before.device_id);
    assert_eq!(lab.select(&before.device_id, 0).expect("a list").remove(0), before);
}

#[test]
fn an_input_that_the_driver_does_not_take_is_an_error_and_changes_nothing() {
    let lab = Lab::new();
    let camera = lab.camera();
    let error = lab.select(&camera.device_id, 7).expect_err("no such input");
    assert_eq!(error.name, ErrorName::NotReadableError);
    assert!(error.message.contains("no input 7"), "{error:?}");
    assert_eq!(lab.camera(), camera);
    let error = lab.select(&DeviceId("nobody".to_owned()), 0).expect_err("no such camera");
    assert_eq!(error.name, ErrorName::NotFoundError);
}

#[test]
fn an_input_is_set_to_a_standard_by_its_name() {
    let lab = Lab::new();
    let camera = lab.camera().device_id;
    let set = |input, name: &str| {
        let signal = InputSignal::Standard(name.to_owned());
        lab.list(Command::SelectInput { device: camera.clone(), input, signal })
    };
    let listed = set(0, "ntsc").expect("a list").remove(0);
    assert_eq!(listed.inputs[0].standard.as_deref(), Some("NTSC"));
    assert_eq!(listed.inputs[1].standard, None, "drivers know of the current input only");
    let error = set(0, "SECAM").expect_err("it does not take that");
    assert!(error.message.contains("the standard SECAM: choose of PAL, NTSC"), "{error:?}");
    let both = set(1, "PAL").expect("a list").remove(0);
    assert!(both.inputs[1].is_current && both.inputs[1].standard.as_deref() == Some("PAL"));
}

#[test]
fn a_camera_that_is_captured_keeps_its_input() {
    let lab = Lab::new();
    let camera = lab.camera();
    let constraints = capture_lab::selection::parse_constraints(r#"{"video":true}"#).expect("constraints").constraints;
    let opened = lab.ask(Command::GetUserMedia { constraints, choice: Choice::default() });
    assert!(matches!(opened, Ok(Reply::Stream(_))), "{opened:?}");
    let error = lab.select(&camera.device_id, 1).expect_err("it is in use");
    assert_eq!(error.name, ErrorName::InvalidStateError);
    assert!(error.message.contains("stop its tracks"), "{error:?}");
    assert_eq!(*lab.grabber.asked.lock().expect("no panic"), [0; 0]);
}
