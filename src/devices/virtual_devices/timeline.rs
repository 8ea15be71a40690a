//! Which frame of a virtual camera is due when, and how it looks: by the mode's rate and the faults that have come to pass.

use std::time::Duration;

use crate::model::FrameRate;

use super::fault::{CameraFault, Fault};
use super::script::Script;

/// Frames that the driver keeps for a late reader; what is older is dropped.
pub(super) const DRIVER_BUFFERS: u32 = 4;

/// Later than any test lasts: a hundred years.
const NEVER: Duration = Duration::from_hours(100 * 365 * 24);
/// Frames further from their time are stalls.
const MOST_JITTER: Duration = Duration::from_secs(10);

/// What comes next. Times are since the start.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Coming {
    /// A frame.
    Frame(Plan),
    /// Something that happens to the device, not to its frames, at this time. It is to be [passed](Timeline::pass).
    Act(Duration, CameraFault),
}

impl Coming {
    /// When it comes.
    pub(super) const fn at(&self) -> Duration {
        match self {
            Self::Frame(plan) => plan.arrival,
            Self::Act(at, _) => *at,
        }
    }
}

/// A frame that is due. Times are since the start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) sequence: u64,
    /// When it is captured, as the driver stamps it.
    pub(super) stamp: Duration,
    /// When it is delivered.
    pub(super) arrival: Duration,
    pub(super) picture: Picture,
    pub(super) damage: Option<Damage>,
    /// When it would be captured if the sensor were steady.
    nominal: Duration,
}

/// What a frame shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Picture {
    /// The number that is drawn.
    pub(super) number: u64,
    /// The time that is drawn.
    pub(super) elapsed: Duration,
    /// The lens is covered.
    pub(super) is_black: bool,
}

/// What is wrong with the bytes of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Damage {
    /// Cut in half, and the driver says so.
    Marked,
    /// Noise in the middle.
    Noise,
    /// Cut in half.
    Short,
    /// Of a picture of this size.
    Size(u32, u32),
}

/// Deviations from the right time, up to a time.
#[derive(Clone, Copy, Debug)]
struct Jitter {
    amplitude: Duration,
    seed: u64,
    until: Duration,
}

impl Jitter {
    fn new(amplitude: Duration, seed: u64, until: Duration) -> Self {
        Self { amplitude: amplitude.min(MOST_JITTER), seed, until }
    }

    /// From 0 to 2⁶⁴ − 1, all alike often: `SplitMix64`.
    const fn random(self, sequence: u64) -> u64 {
        let mut bits = self.seed.wrapping_add(sequence.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    /// From zero to the amplitude.
    fn delay(self, sequence: u64) -> Duration {
        let nanos = u128::from(self.random(sequence)) * self.amplitude.as_nanos();
        Duration::from_nanos((nanos >> 64) as u64)
    }

    /// The time, up to the amplitude earlier or later.
    fn around(self, time: Duration, sequence: u64) -> Duration {
        let both = Self { amplitude: self.amplitude * 2, ..self }.delay(sequence);
        (time + both).saturating_sub(self.amplitude)
    }
}

/// Frames that are lost one by one.
#[derive(Clone, Copy, Debug)]
struct Losing {
    first: u64,
    every: u64,
    until: Duration,
}

/// Which frame is due when.
#[derive(Debug)]
pub(super) struct Timeline {
    rate: FrameRate,
    script: Script<CameraFault>,
    /// The number of the next frame.
    sequence: u64,
    /// The frame from which the times of the following ones are counted, and its time.
    origin: (u64, Duration),
    /// Intervals from one frame to the next.
    pace: u32,
    slower: (u32, Duration),
    /// Whether low light does not change the rate.
    is_pinned: bool,
    losing: Option<Losing>,
    jitter: Option<Jitter>,
    arrival_jitter: Option<Jitter>,
    latency: Duration,
    black_until: Duration,
    frozen_until: Duration,
    /// When the last stall or suspension is over.
    halted_until: Duration,
    suspended: (Duration, Duration),
    damage: Option<(Damage, u64)>,
    last: Option<Plan>,
}

impl Timeline {
    pub(super) fn new(rate: FrameRate, faults: &[Fault<CameraFault>]) -> Self {
        Self {
            rate,
            script: Script::new(faults),
            sequence: 0,
            origin: (0, Duration::ZERO),
            pace: 1,
            slower: (1, Duration::ZERO),
            is_pinned: false,
            losing: None,
            jitter: None,
            arrival_jitter: None,
            latency: Duration::ZERO,
            black_until: Duration::ZERO,
            frozen_until: Duration::ZERO,
            halted_until: Duration::ZERO,
            suspended: (Duration::ZERO, Duration::ZERO),
            damage: None,
            last: None,
        }
    }

    /// Adds a fault that was triggered by hand at a time since the start.
    pub(super) fn add(&mut self, at: Duration, fault: CameraFault) {
        self.script.add(at, fault);
    }

    /// Delays all frames that are still to come.
    pub(super) fn delay(&mut self, time: Duration) {
        self.origin.1 = (self.origin.1 + time.min(NEVER)).min(NEVER * 3);
    }

    /// No frames from a time on, for so long.
    fn halt(&mut self, at: Duration, time: Duration) {
        self.delay(time);
        self.halted_until = at + time.min(NEVER);
    }

    /// Ends a halt at a time.
    fn resume(&mut self, at: Duration) {
        self.origin.1 = self.origin.1.saturating_sub(self.halted_until.saturating_sub(at));
        self.halted_until = self.halted_until.min(at);
        self.suspended.1 = self.suspended.1.min(at);
    }

    /// Whether the exposure is set by hand, so that low light does not change the rate.
    pub(super) const fn pin_exposure(&mut self, is_pinned: bool) {
        self.is_pinned = is_pinned;
    }

    /// How many times as long as usual the camera exposes.
    pub(super) const fn pace(&self) -> u32 {
        self.pace
    }

    /// Whether the bus is suspended at a time since the start.
    pub(super) fn is_suspended(&self, at: Duration) -> bool {
        (self.suspended.0..self.suspended.1).contains(&at)
    }

    /// What comes next, after the faults that lie before it.
    pub(super) fn coming(&mut self) -> Coming {
        loop {
            let nominal = self.nominal();
            let Some((at, fault)) = self.script.due(|at| at <= nominal) else {
                if self.keep_pace(nominal) || self.loses(nominal) {
                    continue;
                }
                return Coming::Frame(self.plan(nominal));
            };
            if !self.apply(at, &fault) {
                return Coming::Act(at, fault);
            }
            self.script.pass();
        }
    }

    /// What was to be done to the device is done.
    pub(super) fn pass(&mut self) {
        self.script.pass();
    }

    /// Takes the frame that came next.
    pub(super) fn take(&mut self, plan: Plan) {
        self.sequence = plan.sequence.saturating_add(1);
        self.damage = self.damage.map(|(damage, left)| (damage, left.saturating_sub(1))).filter(|(_, left)| *left > 0);
        self.last = Some(plan);
        self.script.took(plan.nominal);
    }

    /// Leaves out the frames that a reader so late finds overwritten.
    pub(super) fn skip_overwritten(&mut self, late: Duration) {
        let interval = (self.rate.interval() * self.pace).max(Duration::from_nanos(1));
        if let Some(over) = late.checked_sub(interval * DRIVER_BUFFERS).filter(|over| !over.is_zero()) {
            self.sequence += over.as_nanos().div_ceil(interval.as_nanos()) as u64;
        }
    }

    /// Applies a fault of that time. Returns whether it concerns frames.
    fn apply(&mut self, at: Duration, fault: &CameraFault) -> bool {
        match *fault {
            CameraFault::Stall(time) => self.halt(at, time),
            CameraFault::Resume => self.resume(at),
            CameraFault::DropFrames(count) => self.sequence = self.sequence.saturating_add(count),
            CameraFault::DropEvery { frames, time } => {
                self.losing = Some(Losing { first: self.sequence, every: frames, until: at.saturating_add(time) });
            }
            CameraFault::Jitter { amplitude, time, seed } => {
                self.jitter = Some(Jitter::new(amplitude, seed, at.saturating_add(time)));
            }
            CameraFault::ArrivalJitter { amplitude, time, seed } => {
                self.arrival_jitter = Some(Jitter::new(amplitude, seed, at.saturating_add(time)));
            }
            CameraFault::Latency(time) => self.latency = time.min(NEVER),
            CameraFault::Black(time) => self.black_until = at.saturating_add(time),
            CameraFault::Freeze(time) => self.frozen_until = at.saturating_add(time),
            CameraFault::Corrupt(count) => self.damage = Some((Damage::Marked, count)),
            CameraFault::CorruptUnmarked(count) => self.damage = Some((Damage::Noise, count)),
            CameraFault::Truncate(count) => self.damage = Some((Damage::Short, count)),
            CameraFault::WrongSize { width, height, frames } => {
                self.damage = Some((Damage::Size(width, height), frames));
            }
            CameraFault::LowLight { slower, time } => self.slower = (slower, at.saturating_add(time)),
            CameraFault::Suspend(time) => {
                self.halt(at, time);
                self.suspended = (at, at.saturating_add(time));
            }
            CameraFault::LateFirstFrame(time) if self.last.is_none() => self.delay(time),
            _ => return false,
        }
        self.damage = self.damage.filter(|(_, left)| *left > 0);
        true
    }

    /// Changes the time between frames where it is to change. Returns whether it has.
    fn keep_pace(&mut self, nominal: Duration) -> bool {
        let is_slow = nominal < self.slower.1 && !self.is_pinned;
        let pace = if is_slow { self.slower.0.max(1) } else { 1 };
        if pace == self.pace {
            return false;
        }
        self.origin = (self.sequence, nominal);
        self.pace = pace;
        true
    }

    /// Whether the driver loses the next frame; then the one after it is the next.
    fn loses(&mut self, nominal: Duration) -> bool {
        let Some(losing) = self.losing.filter(|losing| nominal < losing.until && losing.every > 1) else {
            return false;
        };
        let is_lost = (self.sequence.saturating_sub(losing.first) + 1).is_multiple_of(losing.every);
        self.sequence += u64::from(is_lost);
        is_lost
    }

    fn plan(&self, nominal: Duration) -> Plan {
        let active = |jitter: Option<Jitter>| jitter.filter(|jitter| nominal < jitter.until);
        let stamp = active(self.jitter).map_or(nominal, |jitter| jitter.around(nominal, self.sequence));
        let delay = active(self.arrival_jitter).map_or(Duration::ZERO, |jitter| jitter.delay(self.sequence));
        // Neither goes back.
        let (last_stamp, last_arrival) = self.last.map_or_else(Default::default, |last| (last.stamp, last.arrival));
        let stamp = stamp.max(last_stamp);
        Plan {
            sequence: self.sequence,
            stamp,
            arrival: (stamp + self.latency + delay).max(last_arrival),
            picture: self.picture(nominal, stamp),
            damage: self.damage.map(|(damage, _)| damage),
            nominal,
        }
    }

    fn picture(&self, nominal: Duration, elapsed: Duration) -> Picture {
        let frozen = self.last.filter(|_| nominal < self.frozen_until).map(|last| last.picture);
        frozen.unwrap_or(Picture { number: self.sequence, elapsed, is_black: nominal < self.black_until })
    }

    /// When the next frame is due: from the whole fraction, so that nothing drifts.
    fn nominal(&self) -> Duration {
        let frames = u128::from(self.sequence.saturating_sub(self.origin.0)) * u128::from(self.pace);
        let nanos = frames * u128::from(self.rate.denominator()) * 1_000_000_000;
        Duration::from_nanos((nanos / u128::from(self.rate.numerator())) as u64).saturating_add(self.origin.1)
    }
}
