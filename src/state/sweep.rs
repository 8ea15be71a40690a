//! The mode sweep as the window knows it.

use std::time::Duration;

use crate::model::{DeviceId, DeviceInfo, PixelFormat, Timestamp, TrackKind};
use crate::sweep::{Comparison, Options, Subset, Sweep, SweepResult, compare, plan};
use crate::worker::{Command, Event, RequestId};

use super::Lamp;

/// What is to be swept, the sweep that runs or ran last, and what it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct SweepChoice {
    /// The camera; `None` takes the first.
    pub camera: Option<DeviceId>,
    /// The pixel format; `None` takes all.
    pub format: Option<PixelFormat>,
    /// Pixels; `None` takes all.
    pub size: Option<(u32, u32)>,
    /// How long each mode is measured, in seconds.
    pub seconds: f64,
}

impl Default for SweepChoice {
    fn default() -> Self {
        Self { camera: None, format: None, size: None, seconds: Options::default().measure.as_secs_f64() }
    }
}

impl SweepChoice {
    /// The camera among these devices. One that hides cannot be chosen.
    pub fn device<'a>(&self, devices: &'a [DeviceInfo]) -> Option<&'a DeviceInfo> {
        let mut cameras = cameras(devices);
        match &self.camera {
            Some(id) => cameras.find(|device| device.device_id == *id),
            None => cameras.next(),
        }
    }

    /// The part of its modes.
    pub fn subset(&self) -> Subset {
        Subset { formats: self.format.into_iter().collect(), sizes: self.size.into_iter().collect(), rates: Vec::new() }
    }
}

/// The cameras that can be swept.
pub fn cameras(devices: &[DeviceInfo]) -> impl Iterator<Item = &DeviceInfo> {
    let is_camera = |device: &&DeviceInfo| {
        device.kind.track_kind() == Some(TrackKind::Video) && !device.device_id.as_str().is_empty()
    };
    devices.iter().filter(is_camera)
}

/// The sweep.
#[derive(Debug, Default)]
pub struct SweepState {
    /// What is to be swept.
    pub choice: SweepChoice,
    sweep: Option<Sweep>,
    earlier: Option<(String, SweepResult)>,
    comparison: Option<Comparison>,
    /// How many modes the comparison is of.
    compared: usize,
}

impl SweepState {
    /// The sweep that runs, or ran last.
    pub const fn sweep(&self) -> Option<&Sweep> {
        self.sweep.as_ref()
    }

    /// Whether one runs.
    pub fn is_running(&self) -> bool {
        self.sweep.as_ref().is_some_and(|sweep| !sweep.is_over())
    }

    /// What was found.
    pub fn result(&self) -> Option<&SweepResult> {
        self.sweep.as_ref().map(Sweep::result)
    }

    /// The name of the earlier sweep, and what is different now.
    pub fn comparison(&self) -> Option<(&str, &Comparison)> {
        let (name, _) = self.earlier.as_ref()?;
        Some((name, self.comparison.as_ref()?))
    }

    /// Begins, where the camera is there and has such modes. `time` is the wall-clock time.
    pub fn start(&mut self, devices: &[DeviceInfo], now: Timestamp, time: String) {
        let Some(device) = self.choice.device(devices) else { return };
        let plan = plan(device, &self.choice.subset());
        if plan.modes.is_empty() || self.is_running() {
            return;
        }
        let measure = Duration::from_secs_f64(self.choice.seconds.clamp(0.1, 3600.0));
        let options = Options { measure, ..Options::default() };
        self.sweep = Some(Sweep::new(device, plan, options, now, time));
        self.compare();
    }

    /// Ends it; what was found stays.
    pub fn cancel(&mut self) {
        self.sweep.iter_mut().for_each(Sweep::cancel);
    }

    /// Compares with an earlier sweep from now on; with `None` with none.
    pub fn compare_with(&mut self, earlier: Option<(String, SweepResult)>) {
        self.earlier = earlier;
        self.compare();
    }

    /// What the worker is to be asked next.
    pub fn step(&mut self, now: Timestamp) -> Option<Command> {
        let command = self.sweep.as_mut().filter(|sweep| !sweep.is_over())?.step(now);
        if self.result().is_some_and(|result| result.modes.len() != self.compared || result.complete) {
            self.compare();
        }
        command
    }

    /// It was asked.
    pub fn asked(&mut self, request: RequestId) {
        self.sweep.iter_mut().for_each(|sweep| sweep.asked(request));
    }

    /// Takes in what the worker says. Returns whether it concerns nobody else.
    pub(super) fn hear(&mut self, event: &Event, now: Timestamp) -> bool {
        self.sweep.as_mut().is_some_and(|sweep| !sweep.is_over() && sweep.hear(event, now))
    }

    /// The lamp of its camera, while that is open.
    pub(super) fn lamp(&self) -> Option<Lamp> {
        let sweep = self.sweep.as_ref().filter(|sweep| sweep.is_capturing())?;
        let device = &sweep.result().device;
        Some(Lamp { node: device.node.clone(), label: device.label.clone(), kind: TrackKind::Video })
    }

    fn compare(&mut self) {
        let result = self.sweep.as_ref().map(Sweep::result);
        self.compared = result.map_or(0, |result| result.modes.len());
        self.comparison = self.earlier.as_ref().zip(result).map(|((_, earlier), result)| compare(earlier, result));
    }
}
