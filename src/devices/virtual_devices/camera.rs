//! A camera that the lab plays itself.

use std::time::Duration;

use crate::devices::{Bell, CameraBackend, CameraStream, CancelToken, ControlDesk, Delivery, DeviceError, IdMaker};
use crate::media::{BufferPool, VideoFrame};
use crate::model::{Backend, CameraMode, DeviceId, DeviceInfo, Property, Reason, ReasonKind, Timestamp, Value};

use super::board::Board;
use super::damage::damage;
use super::desk::VirtualDesk;
use super::fault::{CameraFault, Fault, Opening};
use super::hold::{Hold, Waited};
use super::info;
use super::plug::FaultHandle;
use super::show::{SHUT, Show, Shown};
use super::timeline::{Coming, DRIVER_BUFFERS, Plan, Timeline};

/// A virtual camera.
#[derive(Debug)]
pub(super) struct VirtualCamera {
    pub(super) info: DeviceInfo,
    pub(super) ids: IdMaker,
    pub(super) unit: Option<String>,
    pub(super) modes: Vec<CameraMode>,
    pub(super) shown: Shown,
    pub(super) opening: Opening,
    pub(super) faults: Vec<Fault<CameraFault>>,
    pub(super) handle: FaultHandle,
}

impl CameraBackend for VirtualCamera {
    fn backend(&self) -> Backend {
        Backend::Virtual
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let listed = || {
            let mut info = info::renamed(&self.info, &self.ids, self.unit.as_deref(), self.handle.node());
            let (now, _) = self.handle.board().read();
            info.set_controls(now.properties, now.controls);
            info
        };
        Ok(self.handle.is_plugged_in().then(listed).into_iter().collect())
    }

    fn faults(&self) -> Option<(DeviceId, FaultHandle)> {
        let (id, _) = info::names_of(&self.info, &self.ids, self.unit.as_deref());
        Some((id, self.handle.clone()))
    }

    fn open_desk(&self, device: &DeviceInfo, bell: &Bell) -> Result<Option<Box<dyn ControlDesk>>, DeviceError> {
        if device.node != self.handle.node() {
            return Err(self.handle.gone());
        }
        Ok(Some(Box::new(VirtualDesk::new(&self.handle, bell)?)))
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
        Ok(Box::new(VirtualCameraStream {
            mode,
            hold,
            timeline,
            show: Show::new(mode, self.shown.clone(), self.handle.name())?,
            board_version: 0,
            board: self.handle.board().clone(),
            pace: 1,
            pool: BufferPool::new(DRIVER_BUFFERS as usize * 2),
        }))
    }
}

struct VirtualCameraStream {
    mode: CameraMode,
    hold: Hold,
    timeline: Timeline,
    show: Show,
    board: Board,
    /// That of the controls when they were read last.
    board_version: u64,
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
}

/// What is added to each byte of luma, from -128 to 127: nothing in the middle of the control. A closed shutter is black.
fn brightness(board: &Board) -> i32 {
    if board.is_private() {
        return SHUT;
    }
    board.part(Property::Brightness).map_or(0, |part| ((part - 0.5) * 255.0).trunc() as i32)
}

impl VirtualCameraStream {
    fn coming(&mut self) -> Coming {
        let version = self.board.version();
        if std::mem::replace(&mut self.board_version, version) != version {
            // A camera whose exposure is manual keeps its rate in low light.
            self.timeline.pin_exposure(self.property(Property::ExposureMode) == Some(Value::from("manual")));
        }
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
            CameraFault::Unplug | CameraFault::Replug(_) => {
                self.hold.act(&fault, at);
                return Err(self.hold.gone());
            }
            _ => self.hold.act(&fault, at),
        }
        Ok(())
    }

    fn property(&self, wanted: Property) -> Option<Value> {
        let (now, _) = self.board.read();
        now.properties.into_iter().find(|control| control.property == wanted).map(|control| control.value)
    }

    /// The control of the exposure time follows the light.
    fn follow_light(&mut self) {
        let pace = self.timeline.pace();
        let before = std::mem::replace(&mut self.pace, pace);
        if before == pace {
            return;
        }
        let Some(Value::Number(time)) = self.property(Property::ExposureTime) else { return };
        let longer = Value::Number(time * f64::from(pace) / f64::from(before));
        if let Some((id, value)) = self.board.translate(Property::ExposureTime, &longer) {
            self.board.set(|control| control.id == id, &value);
        }
    }

    fn frame(&mut self, mut plan: Plan, arrived_at: Timestamp) -> Result<VideoFrame, DeviceError> {
        self.timeline.take(plan);
        plan.picture.is_black |= self.show.is_dark(self.hold.started() + plan.picture.elapsed);
        self.follow_light();
        self.show.set_brightness(brightness(&self.board))?;
        let mut data = self.pool.take();
        self.show.draw(&plan, &mut data)?;
        let corrupt = plan.damage.is_some_and(|how| damage(&mut data, &self.mode, how));
        Ok(VideoFrame {
            sequence: plan.sequence,
            captured_at: self.hold.started() + plan.stamp,
            arrived_at,
            width: self.mode.width,
            height: self.mode.height,
            stride: self.show.stride(),
            pixel_format: self.mode.pixel_format,
            colour: self.show.colour(),
            data,
            corrupt,
        })
    }
}
