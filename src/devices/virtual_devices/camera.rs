//! A camera that the lab plays itself.

use std::collections::VecDeque;
use std::time::Duration;

use jpeg_encoder::EncodingError;

use crate::devices::{
    Bell, CameraBackend, CameraStream, CancelToken, ControlDesk, Delivery, DeviceError, DeviceErrorKind, IdMaker,
};
use crate::media::{BufferPool, VideoFrame};
use crate::model::{Backend, CameraMode, Colour, DeviceInfo, FrameRate, Property, Timestamp};

use super::board::Board;
use super::description::{CameraFault, Fault, Opening, Pattern};
use super::desk::VirtualDesk;
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
            .then(|| {
                let mut info = info::renamed(&self.info, &self.ids, self.unit.as_deref());
                let (now, _) = self.handle.board().read();
                info.set_controls(now.properties, now.controls);
                info
            })
            .into_iter()
            .collect())
    }

    fn open_desk(&self, device: &DeviceInfo, bell: &Bell) -> Result<Option<Box<dyn ControlDesk>>, DeviceError> {
        if device.node != self.info.node {
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
            brightness: 0,
            board: self.handle.board().clone(),
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
    /// That of the picture.
    brightness: i32,
    board: Board,
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
}

/// What is added to each byte of luma, from -128 to 127: nothing in the middle of the control. A closed shutter is black.
fn brightness(board: &Board) -> i32 {
    if board.is_private() {
        return -255;
    }
    board.part(Property::Brightness).map_or(0, |part| ((part - 0.5) * 255.0).trunc() as i32)
}

impl VirtualCameraStream {
    /// Draws anew what stands still, where a control has changed it.
    fn follow_controls(&mut self) -> Result<(), DeviceError> {
        let brightness = brightness(&self.board);
        if brightness != self.brightness {
            self.picture =
                TestPicture::new(self.mode, self.pattern, brightness).map_err(|error| cannot_draw(&error))?;
            self.brightness = brightness;
        }
        Ok(())
    }

    fn frame(&mut self, offset: Duration, arrived_at: Timestamp) -> Result<VideoFrame, DeviceError> {
        self.follow_controls()?;
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
