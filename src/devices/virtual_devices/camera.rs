//! A camera that the lab plays itself.

use std::time::Duration;

use jpeg_encoder::EncodingError;

use crate::devices::{CameraBackend, CameraStream, CancelToken, Delivery, DeviceError, DeviceErrorKind, IdMaker};
use crate::media::{BufferPool, VideoFrame};
use crate::model::{
    Backend, CameraMode, Colour, Control, ControlRange, DeviceId, DeviceInfo, Property, Reason, ReasonKind, Timestamp,
    Value,
};

use super::damage::damage;
use super::description::Pattern;
use super::fault::{CameraFault, Fault, Opening};
use super::hold::{Hold, Waited};
use super::info;
use super::picture::TestPicture;
use super::plug::FaultHandle;
use super::timeline::{Coming, DRIVER_BUFFERS, Damage, Plan, Timeline};

/// A virtual camera.
#[derive(Debug)]
pub(super) struct VirtualCamera {
    pub(super) info: DeviceInfo,
    pub(super) ids: IdMaker,
    pub(super) unit: Option<String>,
    pub(super) modes: Vec<CameraMode>,
    pub(super) pattern: Pattern,
    pub(super) opening: Opening,
    pub(super) faults: Vec<Fault<CameraFault>>,
    pub(super) handle: FaultHandle,
}

impl CameraBackend for VirtualCamera {
    fn backend(&self) -> Backend {
        Backend::Virtual
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let listed = || info::renamed(&self.info, &self.ids, self.unit.as_deref(), self.handle.node());
        Ok(self.handle.is_plugged_in().then(listed).into_iter().collect())
    }

    fn faults(&self) -> Option<(DeviceId, FaultHandle)> {
        let (id, _) = info::names_of(&self.info, &self.ids, self.unit.as_deref());
        Some((id, self.handle.clone()))
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: CameraMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn CameraStream>, DeviceError> {
        if device.node != self.handle.node() {
            return Err(self.handle.gone());
        }
        if !self.modes.contains(&mode) {
            return Err(self.handle.unsupported(&mode));
        }
        let mode = self.handle.granted(mode);
        let hold = self.handle.open(self.opening, &mode, cancel)?;
        let mut timeline = Timeline::new(mode.frame_rate, &self.faults);
        timeline.delay(hold.late());
        let mut stream = VirtualCameraStream {
            mode,
            hold,
            timeline,
            picture: TestPicture::new(mode, self.pattern, 0).map_err(|error| cannot_draw(&error))?,
            black: None,
            other_size: None,
            pattern: self.pattern,
            controls: self.info.controls.clone(),
            pace: 1,
            pool: BufferPool::new(DRIVER_BUFFERS as usize * 2),
        };
        stream.follow_exposure_mode();
        Ok(Box::new(stream))
    }
}

struct VirtualCameraStream {
    mode: CameraMode,
    hold: Hold,
    timeline: Timeline,
    picture: TestPicture,
    /// That of a covered lens, once it was needed.
    black: Option<TestPicture>,
    /// The last one of a wrong size.
    other_size: Option<TestPicture>,
    pattern: Pattern,
    controls: Vec<Control>,
    /// How many times as long as usual it exposes, as the control says.
    pace: u32,
    pool: BufferPool,
}

impl CameraStream for VirtualCameraStream {
    fn mode(&self) -> CameraMode {
        self.mode
    }

    fn next(&mut self, timeout: Duration) -> Result<Delivery<VideoFrame>, DeviceError> {
        let (started, end) = (self.hold.started(), self.hold.end_of(timeout));
        loop {
            for (at, fault) in self.hold.take_triggered() {
                self.timeline.add(at, fault);
            }
            let coming = self.coming();
            match (self.hold.wait(started + coming.at(), end)?, coming) {
                (Waited::Disturbed, _) => {}
                (Waited::TimedOut(at), _) => return Ok(Delivery { at, item: None }),
                (Waited::Due(at), Coming::Frame(plan)) => {
                    return Ok(Delivery { at, item: Some(self.frame(plan, at)?) });
                }
                (Waited::Due(_), Coming::Act(at, fault)) => self.act(started + at, fault)?,
            }
        }
    }

    fn condition(&self) -> Option<Reason> {
        let elapsed = self.hold.last().since(self.hold.started());
        self.timeline.is_suspended(elapsed).then(|| Reason {
            kind: ReasonKind::Suspended,
            text: "the driver says that the bus is suspended".to_owned(),
        })
    }

    fn set_controls(&mut self, wanted: &[(Property, Value)]) -> Vec<(Property, Value)> {
        let mut kept = Vec::new();
        for (property, value) in wanted {
            let control = self.controls.iter_mut().find(|control| control.property == *property);
            let Some(control) = control else { continue };
            if let Some(value) = taken(control, value) {
                control.value = value;
            }
            kept.push((*property, control.value.clone()));
        }
        let picture = TestPicture::new(self.mode, self.pattern, self.brightness());
        match picture {
            Ok(picture) => self.picture = picture,
            Err(error) => log::warn!("{}", cannot_draw(&error)),
        }
        self.follow_exposure_mode();
        kept
    }
}

/// What the control makes of a value: the nearest step; `None` of what it cannot be.
fn taken(control: &Control, value: &Value) -> Option<Value> {
    match &control.range {
        ControlRange::Choices(choices) => choices.contains(value).then(|| value.clone()),
        ControlRange::Numbers { min, max, step } => {
            let steps = ((value.as_number()? - min) / step).round();
            Some(Value::Number((min + steps * step).clamp(*min, *max)))
        }
    }
}

impl VirtualCameraStream {
    /// What is added to each byte of luma, from -128 to 127: nothing in the middle of the control.
    fn brightness(&self) -> i32 {
        let control = self.controls.iter().find(|control| control.property == Property::Brightness);
        let Some(Control { range: ControlRange::Numbers { min, max, .. }, value, .. }) = control else { return 0 };
        let part = (value.as_number().unwrap_or(*min) - min) / (max - min).max(f64::MIN_POSITIVE);
        ((part - 0.5) * 255.0).trunc() as i32
    }

    fn coming(&mut self) -> Coming {
        let coming = self.timeline.coming();
        if matches!(coming, Coming::Act(..)) {
            return coming;
        }
        self.timeline.skip_overwritten(self.hold.lateness(self.hold.started() + coming.at()));
        self.timeline.coming()
    }

    /// Has happen to the device what was waited for.
    fn act(&mut self, at: Timestamp, fault: CameraFault) -> Result<(), DeviceError> {
        self.timeline.pass();
        match fault {
            CameraFault::ChangeControl { name, value } => {
                if let Ok(property) = name.parse() {
                    self.set_controls(&[(property, value)]);
                }
            }
            CameraFault::Unplug | CameraFault::Replug(_) => {
                self.hold.act(&fault, at);
                return Err(self.hold.gone());
            }
            _ => self.hold.act(&fault, at),
        }
        Ok(())
    }

    /// A camera whose exposure is manual keeps its rate in low light.
    fn follow_exposure_mode(&mut self) {
        let mode = self.controls.iter().find(|control| control.property == Property::ExposureMode);
        self.timeline.pin_exposure(mode.is_some_and(|mode| mode.value == Value::from("manual")));
    }

    /// The control of the exposure time follows the light.
    fn follow_light(&mut self) {
        let pace = self.timeline.pace();
        let before = std::mem::replace(&mut self.pace, pace);
        let exposure = self.controls.iter_mut().find(|control| control.property == Property::ExposureTime);
        let Some(exposure) = exposure.filter(|_| before != pace) else { return };
        let longer = exposure.value.as_number().map(|time| time * f64::from(pace) / f64::from(before));
        if let Some(value) = longer.and_then(|time| taken(exposure, &Value::Number(time))) {
            exposure.value = value;
        }
    }

    fn frame(&mut self, plan: Plan, arrived_at: Timestamp) -> Result<VideoFrame, DeviceError> {
        self.timeline.take(plan);
        self.follow_light();
        let mut data = self.pool.take();
        self.draw(&plan, &mut data).map_err(|error| cannot_draw(&error))?;
        let corrupt = plan.damage.is_some_and(|how| damage(&mut data, &self.mode, how));
        Ok(VideoFrame {
            sequence: plan.sequence,
            captured_at: self.hold.started() + plan.stamp,
            arrived_at,
            width: self.mode.width,
            height: self.mode.height,
            stride: self.picture.stride(),
            pixel_format: self.mode.pixel_format,
            colour: Colour::usual_of(self.mode.pixel_format),
            data,
            corrupt,
        })
    }

    fn draw(&mut self, plan: &Plan, data: &mut Vec<u8>) -> Result<(), EncodingError> {
        let picture = match plan.damage {
            _ if plan.picture.is_black => match &mut self.black {
                Some(black) => black,
                none => none.insert(TestPicture::new(self.mode, Pattern::Flat(0, 0, 0), 0)?),
            },
            Some(Damage::Size(width, height)) => {
                let mode = CameraMode { width, height, ..self.mode };
                match self.other_size.take().filter(|picture| picture.mode() == mode) {
                    Some(picture) => self.other_size.insert(picture),
                    None => self.other_size.insert(TestPicture::new(mode, self.pattern, 0)?),
                }
            }
            _ => &mut self.picture,
        };
        picture.draw(plan.picture.number, plan.picture.elapsed, data)
    }
}

fn cannot_draw(error: &EncodingError) -> DeviceError {
    DeviceError::new(DeviceErrorKind::Driver, format!("the test camera cannot code its picture: {error}"))
}
