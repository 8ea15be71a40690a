//! A microphone that the lab plays itself.

use std::ops::Range;
use std::time::Duration;

use crate::devices::{CancelToken, Delivery, DeviceError, IdMaker, MicrophoneBackend, MicrophoneStream};
use crate::media::AudioBlock;
use crate::model::{Backend, DeviceId, DeviceInfo, MicrophoneMode, SampleFormat, Timestamp};

use super::fault::{CameraFault, Fault, MicrophoneFault, Opening};
use super::hold::{Hold, Waited};
use super::info;
use super::plug::FaultHandle;
use super::script::Script;
use super::tone::{Tone, coded};
use super::values::ToneDescription;

/// What the driver keeps for a late reader; what is older is lost.
const DRIVER_BUFFER: Duration = Duration::from_millis(500);
/// The factor by which a signal that clips is too loud.
const TOO_LOUD: f64 = 1000.0;

/// A virtual microphone.
#[derive(Debug)]
pub(super) struct VirtualMicrophone {
    pub(super) info: DeviceInfo,
    pub(super) ids: IdMaker,
    pub(super) unit: Option<String>,
    pub(super) rates: Vec<u32>,
    pub(super) sample_format: SampleFormat,
    /// One for each channel.
    pub(super) tones: Vec<ToneDescription>,
    pub(super) opening: Opening,
    /// In order of time.
    pub(super) faults: Vec<Fault<MicrophoneFault>>,
    pub(super) handle: FaultHandle,
}

impl MicrophoneBackend for VirtualMicrophone {
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
        mode: MicrophoneMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn MicrophoneStream>, DeviceError> {
        if device.node != self.handle.node() {
            return Err(self.handle.gone());
        }
        let fits = self.rates.contains(&mode.sample_rate)
            && mode.channels as usize == self.tones.len()
            && mode.sample_format == self.sample_format;
        if !fits {
            return Err(self.handle.unsupported(&mode));
        }
        let hold = self.handle.open(self.opening, &mode, cancel)?;
        // A period from a sample to a second; 0 leaves it to the device: 10 ms.
        let period = if mode.period == 0 { mode.sample_rate / 100 } else { mode.period.min(mode.sample_rate) };
        let mode = MicrophoneMode { period, ..mode };
        let tones = self.tones.iter().map(|tone| Tone::new(*tone, mode.sample_rate)).collect();
        let mut timeline = Timeline::new(mode, &self.faults);
        timeline.lose(timeline.samples_in(hold.late()));
        Ok(Box::new(VirtualMicrophoneStream { mode, hold, timeline, tones }))
    }
}

struct VirtualMicrophoneStream {
    mode: MicrophoneMode,
    hold: Hold,
    timeline: Timeline,
    tones: Vec<Tone>,
}

impl MicrophoneStream for VirtualMicrophoneStream {
    fn mode(&self) -> MicrophoneMode {
        self.mode
    }

    fn next(&mut self, timeout: Duration) -> Result<Delivery<AudioBlock>, DeviceError> {
        let started = self.hold.started();
        let end = self.hold.end_of(timeout);
        let mut coming = self.timeline.coming();
        if let Coming::Block(offset) = coming {
            self.timeline.skip_overwritten(self.hold.lateness(started + offset));
            coming = self.timeline.coming();
        }
        let (Coming::Block(offset) | Coming::Unplug(offset)) = coming;
        match self.hold.wait(started + offset, end)? {
            // Microphones have no faults by hand that concern their samples.
            Waited::Disturbed => Ok(Delivery { at: self.hold.last(), item: None }),
            Waited::TimedOut(at) => Ok(Delivery { at, item: None }),
            Waited::Due(at) if matches!(coming, Coming::Block(_)) => Ok(Delivery { at, item: Some(self.block(at)) }),
            Waited::Due(_) => {
                self.hold.act(&CameraFault::Unplug, started + offset);
                Err(self.hold.gone())
            }
        }
    }
}

impl VirtualMicrophoneStream {
    fn block(&mut self, arrived_at: Timestamp) -> AudioBlock {
        let (numbers, lost_before) = self.timeline.take();
        let captured_at = self.hold.started() + self.timeline.offset(numbers.start);
        let mut samples = Vec::with_capacity(self.mode.period as usize * self.tones.len());
        for number in numbers {
            let gain = self.timeline.gain(number);
            samples.extend(self.tones.iter().map(|tone| coded(tone.sample(number) * gain, self.mode.sample_format)));
        }
        AudioBlock {
            captured_at,
            arrived_at,
            sample_rate: self.mode.sample_rate,
            channels: self.mode.channels,
            samples,
            lost_before,
        }
    }
}

/// What comes next, at a time since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Coming {
    Block(Duration),
    Unplug(Duration),
}

/// Which samples are due when, with the faults of the script. Samples are counted from the start of the stream, those
/// that are lost included.
#[derive(Debug)]
struct Timeline {
    rate: u64,
    period: u64,
    script: Script<MicrophoneFault>,
    /// The first sample of the next block.
    next: u64,
    lost: u64,
    silent: Range<u64>,
    clipped: Range<u64>,
}

impl Timeline {
    fn new(mode: MicrophoneMode, faults: &[Fault<MicrophoneFault>]) -> Self {
        Self {
            rate: u64::from(mode.sample_rate.max(1)),
            period: u64::from(mode.period.max(1)),
            script: Script::new(faults),
            next: 0,
            lost: 0,
            silent: 0..0,
            clipped: 0..0,
        }
    }

    /// What comes next, after the faults that lie before its end.
    fn coming(&mut self) -> Coming {
        loop {
            let end = self.offset(self.next + self.period);
            let Some((time, fault)) = self.script.due(|at| at < end) else {
                return Coming::Block(end);
            };
            let at = self.samples_in(time);
            match fault {
                MicrophoneFault::Stall(time) => self.lose(self.samples_in(time.0)),
                MicrophoneFault::Silence(time) => self.silent = at..at + self.samples_in(time.0),
                MicrophoneFault::Clip(time) => self.clipped = at..at + self.samples_in(time.0),
                MicrophoneFault::Unplug => return Coming::Unplug(time),
            }
            self.script.pass();
        }
    }

    /// Takes the next block: its samples, and how many were lost before it.
    fn take(&mut self) -> (Range<u64>, u64) {
        let numbers = self.next..self.next + self.period;
        self.next = numbers.end;
        self.script.took(self.offset(self.next));
        (numbers, std::mem::take(&mut self.lost))
    }

    fn gain(&self, number: u64) -> f64 {
        if self.silent.contains(&number) {
            0.0
        } else if self.clipped.contains(&number) {
            TOO_LOUD
        } else {
            1.0
        }
    }

    /// Leaves out the whole blocks that a reader so late finds overwritten.
    fn skip_overwritten(&mut self, late: Duration) {
        if let Some(over) = late.checked_sub(DRIVER_BUFFER) {
            self.lose(self.samples_in(over).div_ceil(self.period) * self.period);
        }
    }

    fn lose(&mut self, samples: u64) {
        self.next += samples;
        self.lost += samples;
    }

    fn samples_in(&self, time: Duration) -> u64 {
        (time.as_nanos() * u128::from(self.rate) / 1_000_000_000) as u64
    }

    fn offset(&self, samples: u64) -> Duration {
        Duration::from_nanos((u128::from(samples) * 1_000_000_000 / u128::from(self.rate)) as u64)
    }
}
