//! Which samples of a virtual microphone are due when, and how they sound: by the mode's rate and the faults that have come
//! to pass.

use std::ops::Range;
use std::time::Duration;

use crate::model::ReasonKind;

use super::fault::Fault;
use super::microphone_fault::MicrophoneFault;
use super::script::Script;
use super::sound::SampleClock;

/// What the driver keeps for a late reader; what is older is lost.
const DRIVER_BUFFER: Duration = Duration::from_millis(500);

/// What comes next, at a time since the start.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Coming {
    Block(Duration),
    /// Nothing from now on, as the driver says. It is to be [told](Timeline::told).
    Halt(Duration),
    /// Something that happens to the device, not to its samples. It is to be [passed](Timeline::pass).
    Act(Duration, MicrophoneFault),
}

impl Coming {
    /// When it comes.
    pub(super) const fn at(self) -> Duration {
        match self {
            Self::Block(at) | Self::Halt(at) | Self::Act(at, _) => at,
        }
    }
}

/// What is done to a sample.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Touch {
    None,
    Silent,
    /// Far too loud, and cut off at this.
    Clipped(f64),
}

/// A time without samples.
#[derive(Clone, Copy, Debug)]
struct Halt {
    since: Duration,
    /// The first sample after it.
    end: u64,
    /// Why, where the driver says so; then its samples were never captured, else they are lost.
    reason: Option<ReasonKind>,
    is_told: bool,
}

/// Which samples are due when, with the faults of the script. Samples are counted from the start of the stream, those
/// that are lost included.
#[derive(Debug)]
pub(super) struct Timeline {
    clock: SampleClock,
    period: u64,
    script: Script<MicrophoneFault>,
    /// The first sample of the next block.
    next: u64,
    lost: u64,
    has_delivered: bool,
    halt: Option<Halt>,
    silent: Range<u64>,
    clipped: Range<u64>,
    ceiling: f64,
}

impl Timeline {
    pub(super) fn new(clock: SampleClock, period: u32, faults: &[Fault<MicrophoneFault>]) -> Self {
        Self {
            clock,
            period: u64::from(period.max(1)),
            script: Script::new(faults),
            next: 0,
            lost: 0,
            has_delivered: false,
            halt: None,
            silent: 0..0,
            clipped: 0..0,
            ceiling: 1.0,
        }
    }

    /// Adds a fault that was triggered by hand at a time since the start.
    pub(super) fn add(&mut self, at: Duration, fault: MicrophoneFault) {
        self.script.add(at, fault);
    }

    /// What comes next, after the faults that lie before its end.
    pub(super) fn coming(&mut self) -> Coming {
        loop {
            if let Some(halt) = self.halt.filter(|halt| !halt.is_told && halt.reason.is_some()) {
                return Coming::Halt(halt.since);
            }
            let end = self.clock.offset(self.next + self.period);
            let Some((at, fault)) = self.script.due(|at| at < end) else {
                return Coming::Block(end);
            };
            if !self.apply(at, fault) {
                return Coming::Act(at, fault);
            }
            self.script.pass();
        }
    }

    /// What was to be done to the device is done.
    pub(super) fn pass(&mut self) {
        self.script.pass();
    }

    /// That nothing comes was waited for.
    pub(super) const fn told(&mut self) {
        if let Some(halt) = &mut self.halt {
            halt.is_told = true;
        }
    }

    /// Applies a fault of that time. Returns whether it concerns samples.
    fn apply(&mut self, at: Duration, fault: MicrophoneFault) -> bool {
        let span = |time: Duration| {
            let first = self.clock.samples_in(at);
            first..first.saturating_add(self.clock.samples_in(time))
        };
        match fault {
            MicrophoneFault::Stall(time) => self.stop(at, time, None),
            MicrophoneFault::Suspend(time) => self.stop(at, time, Some(ReasonKind::Suspended)),
            MicrophoneFault::SwitchOff(time) => self.stop(at, time, Some(ReasonKind::Privacy)),
            MicrophoneFault::Resume => self.resume(at),
            MicrophoneFault::Dropout { time, reported: true } => self.lose(self.clock.samples_in(time)),
            MicrophoneFault::Dropout { time, reported: false } => self.next += self.clock.samples_in(time),
            MicrophoneFault::Xrun(periods) => self.lose(periods.saturating_mul(self.period).min(1 << 48)),
            MicrophoneFault::Silence(time) => self.silent = span(time),
            MicrophoneFault::Clip(time) => (self.clipped, self.ceiling) = (span(time), 1.0),
            MicrophoneFault::ClipBelow { peak_dbfs, time } => {
                (self.clipped, self.ceiling) = (span(time), 10_f64.powf(peak_dbfs / 20.0));
            }
            MicrophoneFault::LateFirstSamples(time) if !self.has_delivered => self.delay(time),
            _ => return false,
        }
        true
    }

    /// No samples from a time on, for so long.
    fn stop(&mut self, at: Duration, time: Duration, reason: Option<ReasonKind>) {
        let samples = self.clock.samples_in(time);
        self.next += samples;
        self.lost += if reason.is_none() { samples } else { 0 };
        self.halt = Some(Halt { since: at, end: self.next, reason, is_told: false });
    }

    /// Ends a halt at a time.
    fn resume(&mut self, at: Duration) {
        let Some(halt) = self.halt.take() else { return };
        let early = halt.end.saturating_sub(self.clock.samples_in(at.max(halt.since)));
        self.next = self.next.saturating_sub(early);
        if halt.reason.is_none() {
            self.lost = self.lost.saturating_sub(early);
        }
    }

    /// Why nothing comes at a time since the start, where the driver says so.
    pub(super) fn condition(&self, at: Duration) -> Option<ReasonKind> {
        self.halt.filter(|halt| halt.since <= at).and_then(|halt| halt.reason)
    }

    /// Takes the next block: its samples, and how many were lost before it.
    pub(super) fn take(&mut self) -> (Range<u64>, u64) {
        let numbers = self.next..self.next + self.period;
        self.next = numbers.end;
        self.halt = None;
        self.has_delivered = true;
        self.script.took(self.offset(self.next));
        (numbers, std::mem::take(&mut self.lost))
    }

    pub(super) fn touch(&self, number: u64) -> Touch {
        if self.silent.contains(&number) {
            Touch::Silent
        } else if self.clipped.contains(&number) {
            Touch::Clipped(self.ceiling)
        } else {
            Touch::None
        }
    }

    /// Leaves out the whole blocks that a reader so late finds overwritten.
    pub(super) fn skip_overwritten(&mut self, late: Duration) {
        if let Some(over) = late.checked_sub(DRIVER_BUFFER) {
            self.lose(self.clock.samples_in(over).div_ceil(self.period) * self.period);
        }
    }

    /// The first samples are captured so much later.
    pub(super) fn delay(&mut self, time: Duration) {
        self.next += self.clock.samples_in(time);
    }

    fn lose(&mut self, samples: u64) {
        self.next += samples;
        self.lost += samples;
    }

    pub(super) fn offset(&self, samples: u64) -> Duration {
        self.clock.offset(samples)
    }
}
