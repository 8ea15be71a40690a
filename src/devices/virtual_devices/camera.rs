//! A camera that the lab plays itself.

use std::collections::VecDeque;
use std::time::Duration;

use jpeg_encoder::EncodingError;

use crate::devices::{CameraBackend, CameraStream, CancelToken, Delivery, DeviceError, DeviceErrorKind, IdMaker};
use crate::media::{BufferPool, VideoFrame};
use crate::model::{
    Backend, CameraMode, Colour, Control, ControlRange, DeviceInfo, FrameRate, Property, Timestamp, Value,
};

use super::description::{CameraFault, Fault, Opening, Pattern};
use super::info;
use super::picture::TestPicture;
use super::plug::{FaultHandle, Hold, Waited};

/// Frames that the driver keeps for a late reader; what is older is dropped.
const DRIVER_BUFFERS: u32 = 4;

/// A virtual camera.
#[derive(Debug)]
pub(super) struct VirtualCamera {
    pub(super) info: DeviceInfo,
    pub(super) ids: IdMaker,
    pub(super) unit: Option<String>,
    pub(super) modes: Vec<CameraMode>,
    pub(super) pattern: Pattern,
    pub(super) opening: Opening,
    /// In order of time.
    pub(super) faults: Vec<Fault<CameraFault>>,
    pub(super) handle: FaultHandle,
}

impl CameraBackend for VirtualCamera {
    fn backend(&self) -> Backend {
        Backend::Virtual
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        Ok(self
            .handle
            .is_plugged_in()
            .then(|| info::renamed(&self.info, &self.ids, self.unit.as_deref()))
            .into_iter()
            .collect())
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: CameraMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn CameraStream>, DeviceError> {
        if device.node != self.info.node {
            return Err(self.handle.gone());
        }
        if !self.modes.contains(&mode) {
            return Err(self.handle.unsupported(&mode));
        }
        let mode = self.handle.granted(mode);
        let hold = self.handle.open(self.opening, cancel)?;
        Ok(Box::new(VirtualCameraStream {
            mode,
            hold,
            timeline: Timeline::new(mode.frame_rate, &self.faults),
            picture: TestPicture::new(mode, self.pattern, 0).map_err(|error| cannot_draw(&error))?,
            pattern: self.pattern,
            controls: self.info.controls.clone(),
            pool: BufferPool::new(DRIVER_BUFFERS as usize * 2),
        }))
    }
}

struct VirtualCameraStream {
    mode: CameraMode,
    hold: Hold,
    timeline: Timeline,
    picture: TestPicture,
    pattern: Pattern,
    controls: Vec<Control>,
    pool: BufferPool,
}

impl CameraStream for VirtualCameraStream {
    fn mode(&self) -> CameraMode {
        self.mode
    }

    fn next(&mut self, timeout: Duration) -> Result<Delivery<VideoFrame>, DeviceError> {
        let started = self.hold.started();
        let mut coming = self.timeline.coming();
        if let Coming::Frame(offset) = coming {
            self.timeline.skip_overwritten(self.hold.lateness(started + offset));
            coming = self.timeline.coming();
        }
        let (Coming::Frame(offset) | Coming::Unplug(offset)) = coming;
        match self.hold.wait(started + offset, timeout)? {
            Waited::TimedOut(at) => Ok(Delivery { at, item: None }),
            Waited::Due(at) if matches!(coming, Coming::Frame(_)) => {
                Ok(Delivery { at, item: Some(self.frame(offset, at)?) })
            }
            Waited::Due(_) => Err(self.hold.unplug_at(started + offset)),
        }
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

    fn frame(&mut self, offset: Duration, arrived_at: Timestamp) -> Result<VideoFrame, DeviceError> {
        let (sequence, corrupt) = self.timeline.take();
        let mut data = self.pool.take();
        self.picture.draw(sequence, offset, &mut data).map_err(|error| cannot_draw(&error))?;
        if corrupt {
            let half = data.len() / 2;
            data.truncate(half);
        }
        Ok(VideoFrame {
            sequence,
            captured_at: self.hold.started() + offset,
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
}

fn cannot_draw(error: &EncodingError) -> DeviceError {
    DeviceError::new(DeviceErrorKind::Driver, format!("the test camera cannot code its picture: {error}"))
}

/// What comes next, at a time since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coming {
    Frame(Duration),
    Unplug(Duration),
}

/// Which frame is due when, with the faults of the script.
#[derive(Debug)]
struct Timeline {
    rate: FrameRate,
    faults: VecDeque<Fault<CameraFault>>,
    /// The number of the next frame.
    sequence: u64,
    /// What stalls have added to all times.
    stalled: Duration,
    damaged: u64,
}

impl Timeline {
    fn new(rate: FrameRate, faults: &[Fault<CameraFault>]) -> Self {
        Self { rate, faults: faults.iter().copied().collect(), sequence: 0, stalled: Duration::ZERO, damaged: 0 }
    }

    /// What comes next, after the faults that lie before it.
    fn coming(&mut self) -> Coming {
        loop {
            let offset = self.offset();
            let Some(fault) = self.faults.front().copied().filter(|fault| fault.at.0 <= offset) else {
                return Coming::Frame(offset);
            };
            match fault.action {
                CameraFault::Stall(time) => self.stalled += time.0,
                CameraFault::DropFrames(count) => self.sequence = self.sequence.saturating_add(count),
                CameraFault::Corrupt(count) => self.damaged = self.damaged.saturating_add(count),
                CameraFault::Unplug => return Coming::Unplug(fault.at.0),
            }
            self.faults.pop_front();
        }
    }

    /// Takes the next frame: its number, and whether it is damaged.
    fn take(&mut self) -> (u64, bool) {
        let taken = (self.sequence, self.damaged > 0);
        self.sequence += 1;
        self.damaged = self.damaged.saturating_sub(1);
        taken
    }

    /// Leaves out the frames that a reader so late finds overwritten.
    fn skip_overwritten(&mut self, late: Duration) {
        let interval = self.rate.interval().max(Duration::from_nanos(1));
        if let Some(over) = late.checked_sub(interval * DRIVER_BUFFERS).filter(|over| !over.is_zero()) {
            self.sequence += over.as_nanos().div_ceil(interval.as_nanos()) as u64;
        }
    }

    /// When the next frame is due: from the whole fraction, so that nothing drifts.
    fn offset(&self) -> Duration {
        let nanos = u128::from(self.sequence) * u128::from(self.rate.denominator()) * 1_000_000_000;
        Duration::from_nanos((nanos / u128::from(self.rate.numerator())) as u64) + self.stalled
    }
}
