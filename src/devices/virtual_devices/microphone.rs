//! A microphone that the lab plays itself.

use std::time::Duration;

use crate::devices::{CancelToken, Delivery, DeviceError, IdMaker, MicrophoneBackend, MicrophoneStream};
use crate::media::AudioBlock;
use crate::model::{Backend, DeviceId, DeviceInfo, MicrophoneMode, Reason, ReasonKind, SampleFormat, Timestamp};

use super::fault::{CameraFault, Fault, Opening};
use super::hold::{Hold, Waited};
use super::info;
use super::microphone_fault::MicrophoneFault;
use super::microphone_timeline::{Coming, Timeline, Touch};
use super::plug::FaultHandle;
use super::sound::{Defects, Heard, SampleClock, Sound};
use super::tone::coded;

/// The factor by which a signal that clips is too loud.
const TOO_LOUD: f64 = 1000.0;

/// A virtual microphone.
#[derive(Debug)]
pub(super) struct VirtualMicrophone {
    pub(super) info: DeviceInfo,
    pub(super) ids: IdMaker,
    pub(super) unit: Option<String>,
    pub(super) rates: Vec<u32>,
    pub(super) formats: Vec<SampleFormat>,
    /// How many channels it may be opened with.
    pub(super) counts: Vec<u32>,
    /// The shortest and the longest period, in samples of a channel; none for all from a sample to a second.
    pub(super) periods: Option<(u32, u32)>,
    pub(super) heard: Heard,
    pub(super) defects: Defects,
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
            && self.counts.contains(&mode.channels)
            && self.formats.contains(&mode.sample_format);
        if !fits {
            return Err(self.handle.unsupported(&mode));
        }
        let hold = self.handle.open(self.opening, &mode, cancel)?;
        let mode = MicrophoneMode { period: self.granted_period(mode), ..mode };
        let true_rate = self.defects.true_rate.map_or(mode.sample_rate, |rate| rate.0);
        let clock = SampleClock::new(true_rate, self.defects.drift_ppm.0);
        let mut timeline = Timeline::new(clock, mode.period, &self.faults);
        timeline.delay(hold.late());
        let sound = Sound::new(self.heard.clone(), self.defects.clone(), clock, hold.started(), mode.channels as usize);
        Ok(Box::new(VirtualMicrophoneStream { mode, hold, timeline, sound }))
    }
}

impl VirtualMicrophone {
    /// 0 leaves it to the device: 10 ms.
    fn granted_period(&self, mode: MicrophoneMode) -> u32 {
        let (shortest, longest) = self.periods.unwrap_or((1, mode.sample_rate));
        let period = if mode.period == 0 { mode.sample_rate / 100 } else { mode.period };
        period.clamp(shortest, longest)
    }
}

struct VirtualMicrophoneStream {
    mode: MicrophoneMode,
    hold: Hold,
    timeline: Timeline,
    sound: Sound,
}

impl MicrophoneStream for VirtualMicrophoneStream {
    fn mode(&self) -> MicrophoneMode {
        self.mode
    }

    fn next(&mut self, timeout: Duration) -> Result<Delivery<AudioBlock>, DeviceError> {
        let (started, end) = (self.hold.started(), self.hold.end_of(timeout));
        loop {
            for (at, fault) in self.hold.take_triggered_of_samples() {
                self.timeline.add(at, fault);
            }
            let coming = self.coming();
            match (self.hold.wait(started + coming.at(), end)?, coming) {
                (Waited::Disturbed, _) => {}
                (Waited::TimedOut(at), _) => return Ok(Delivery { at, item: None }),
                (Waited::Due(at), Coming::Block(_)) => return Ok(Delivery { at, item: Some(self.block(at)) }),
                (Waited::Due(at), Coming::Halt(_)) => {
                    // The driver tells it at once.
                    self.timeline.told();
                    return Ok(Delivery { at, item: None });
                }
                (Waited::Due(_), Coming::Act(at, fault)) => self.act(started + at, fault)?,
            }
        }
    }

    fn condition(&self) -> Option<Reason> {
        let elapsed = self.hold.last().since(self.hold.started());
        let kind = self.timeline.condition(elapsed)?;
        let text = match kind {
            ReasonKind::Privacy => "it is switched off in the mixer: switch it on there",
            _ => "the sound server says that the microphone is suspended",
        };
        Some(Reason { kind, text: text.to_owned() })
    }
}

impl VirtualMicrophoneStream {
    fn coming(&mut self) -> Coming {
        let coming = self.timeline.coming();
        if let Coming::Block(end) = coming {
            self.timeline.skip_overwritten(self.hold.lateness(self.hold.started() + end));
            return self.timeline.coming();
        }
        coming
    }

    /// Has happen to the device what was waited for.
    fn act(&mut self, at: Timestamp, fault: MicrophoneFault) -> Result<(), DeviceError> {
        self.timeline.pass();
        match (fault, fault.of_device()) {
            (MicrophoneFault::RestartServer(after), _) => self.hold.restart_server(at, after),
            (MicrophoneFault::LateFirstSamples(time), _) => self.hold.act(&CameraFault::LateFirstFrame(time), at),
            (_, Some(fault)) => self.hold.act(&fault, at),
            _ => {}
        }
        let is_over =
            matches!(fault, MicrophoneFault::Unplug | MicrophoneFault::Replug(_) | MicrophoneFault::RestartServer(_));
        if is_over { Err(self.hold.gone()) } else { Ok(()) }
    }

    fn block(&mut self, arrived_at: Timestamp) -> AudioBlock {
        let (numbers, lost_before) = self.timeline.take();
        let captured_at = self.hold.started() + self.timeline.offset(numbers.start);
        let channels = self.mode.channels as usize;
        let mut samples = Vec::with_capacity(self.mode.period as usize * channels);
        for number in numbers {
            let touch = self.timeline.touch(number);
            for channel in 0..channels {
                let sample = match (touch, self.sound.sample(channel, number)) {
                    (Touch::None, sample) => sample,
                    (Touch::Silent, _) => 0.0,
                    (Touch::Clipped(ceiling), sample) => (sample * TOO_LOUD).clamp(-ceiling, ceiling),
                };
                samples.push(coded(sample, self.mode.sample_format, self.sound.bits()));
            }
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
