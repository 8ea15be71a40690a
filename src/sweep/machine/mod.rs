//! The sweep as a state machine: it hears the worker's events and the time, and says what to ask the worker next.

mod away;
mod progress;

use std::time::Duration;

use crate::model::{DeviceId, DeviceInfo, ErrorName, MediaError, Reason, Timestamp};
use crate::worker::{Choice, Command, Event, Reply, RequestId, TrackChange};

use away::Look;
pub use progress::{Options, Progress, Stage};

use super::take::Take;
use super::{ModeResult, Plan, Problem, SweepDevice, SweepMode, SweepResult, VERSION};

/// What comes after the first frame and before the measures: cameras settle.
const WARM_UP: Duration = Duration::from_millis(500);

/// What comes next, where no answer is awaited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Next,
    FirstFrame {
        until: Timestamp,
    },
    WarmUp {
        until: Timestamp,
    },
    Beginning,
    Measuring {
        until: Timestamp,
    },
    /// The track is to be stopped; the mode is done with.
    Stop,
    /// The ended track is to be forgotten.
    Forget,
    /// The devices are to be listed, to see whether the camera is there.
    Look(Look),
    Over,
}

/// A sweep that runs, or is over.
#[derive(Clone, Debug)]
pub struct Sweep {
    id: DeviceId,
    plan: Vec<SweepMode>,
    options: Options,
    result: SweepResult,
    phase: Phase,
    request: Option<RequestId>,
    /// What asked the worker to give the outstanding call up: it is asked once.
    giving_up: Option<RequestId>,
    take: Option<Take>,
    /// How the track ended by itself, until that is dealt with.
    ended: Option<Reason>,
    /// What to say of the mode, should the camera be there all the same, and whether it is known to have gone.
    suspicion: Option<(Problem, bool)>,
    repeats: u32,
    away: (u32, Duration),
    /// When the camera last came back.
    returned: Option<Timestamp>,
    cancelled: bool,
    began: Timestamp,
    mode_began: Timestamp,
}

impl Sweep {
    /// A sweep over the modes of a plan. `time` is the wall-clock time for the result.
    pub fn new(device: &DeviceInfo, plan: Plan, options: Options, now: Timestamp, time: String) -> Self {
        let result = SweepResult {
            version: VERSION,
            program: format!("Capture Lab {}", env!("CARGO_PKG_VERSION")),
            time,
            device: SweepDevice::from(device),
            seconds_per_mode: options.measure.as_secs_f64(),
            complete: false,
            whole: plan.whole,
            notes: plan.notes,
            modes: Vec::new(),
        };
        Self {
            id: device.device_id.clone(),
            plan: plan.modes,
            options,
            result,
            phase: Phase::Next,
            request: None,
            giving_up: None,
            take: None,
            ended: None,
            suspicion: None,
            repeats: 0,
            away: (0, Duration::ZERO),
            returned: None,
            cancelled: false,
            began: now,
            mode_began: now,
        }
    }

    /// What was found up to now.
    pub const fn result(&self) -> &SweepResult {
        &self.result
    }

    /// Whether there is nothing left to do.
    pub fn is_over(&self) -> bool {
        self.phase == Phase::Over && self.request.is_none()
    }

    /// The camera.
    pub const fn device(&self) -> &DeviceId {
        &self.id
    }

    /// Whether the camera is open, or about to be: its lamp is to be lit.
    pub const fn is_capturing(&self) -> bool {
        self.take.is_some()
    }

    /// Ends it: the camera is closed, what was found is kept. The mode that was being measured counts as not tried.
    pub const fn cancel(&mut self) {
        self.cancelled = true;
    }

    /// Goes on as far as the time allows. Returns what the worker is to be asked; whoever asks it says so by
    /// [`asked`](Self::asked), and calls again.
    pub fn step(&mut self, now: Timestamp) -> Option<Command> {
        if self.request.is_some() {
            return self.give_up();
        }
        if let Some(reason) = self.ended.take() {
            self.lost(&reason, now);
        } else if self.cancelled && !matches!(self.phase, Phase::Stop | Phase::Forget | Phase::Over) {
            self.phase = Phase::Stop;
            if self.take.is_none() {
                self.end();
            }
        }
        match self.phase {
            Phase::Next => self.open(now),
            Phase::FirstFrame { until } => self.look_for_first_frame(now, until),
            Phase::WarmUp { until } if now >= until => self.begin(),
            Phase::Measuring { until } => self.measure(now, until),
            Phase::Stop => self.take.as_ref().map(|take| Command::StopTrack { track: take.track }),
            Phase::Forget => self.forget(),
            Phase::Look(look) if now >= look.at => self.look(now, look.since),
            Phase::Beginning | Phase::WarmUp { .. } | Phase::Look(_) | Phase::Over => None,
        }
    }

    /// A camera that hangs may keep its opening unanswered for long: whoever cancels does not wait for that.
    fn give_up(&self) -> Option<Command> {
        let call = self.request.filter(|_| self.cancelled && self.phase == Phase::Next && self.giving_up.is_none())?;
        Some(Command::CancelUserMedia { call })
    }

    /// The worker was asked for what [`step`](Self::step) said.
    pub const fn asked(&mut self, request: RequestId) {
        if self.request.is_some() {
            self.giving_up = Some(request); // the call itself is still to be answered
        } else {
            self.request = Some(request);
        }
    }

    /// Takes in what the worker says. Returns whether it was an answer to this sweep, which concerns nobody else.
    pub fn hear(&mut self, event: &Event, now: Timestamp) -> bool {
        match event {
            Event::Answer { request, result } if Some(*request) == self.request => {
                self.request = None;
                self.answered(result, now);
                true
            }
            Event::Answer { request, .. } if Some(*request) == self.giving_up => true,
            Event::Track { track, change, .. } if self.take.as_ref().is_some_and(|take| take.track == *track) => {
                self.changed(change);
                false
            }
            Event::DeviceChange(devices) => {
                self.see(devices, now);
                false
            }
            _ => false,
        }
    }

    fn mode(&self) -> Option<SweepMode> {
        self.plan.get(self.result.modes.len()).copied()
    }

    fn open(&mut self, now: Timestamp) -> Option<Command> {
        self.mode_began = now;
        let Some(mode) = self.mode() else {
            self.result.complete = true;
            self.end();
            return None;
        };
        let choice =
            Choice { devices: vec![self.id.0.clone()], pixel_format: Some(mode.pixel_format), ..Choice::default() };
        Some(Command::GetUserMedia { constraints: mode.constraints(), choice })
    }

    fn answered(&mut self, result: &Result<Reply, MediaError>, now: Timestamp) {
        match (self.phase, result) {
            (Phase::Next, Ok(Reply::Stream(opened))) => {
                self.take = Some(Take::new(opened));
                self.phase = Phase::FirstFrame { until: now + self.options.first_frame };
            }
            (Phase::Next, Err(error)) => self.refused(error, now),
            (Phase::Beginning, Ok(_)) => self.phase = Phase::Measuring { until: now + self.time() },
            (Phase::Stop, _) => self.phase = Phase::Forget,
            (Phase::Forget, _) => {
                self.take = None;
                let look = self.suspicion.as_ref().map(|(_, gone)| Phase::Look(Look::new(now, *gone)));
                self.phase = look.unwrap_or(Phase::Next);
            }
            (Phase::Look(look), Ok(Reply::Devices(devices))) => self.seen(devices, now, look),
            // A track that is not known any more has ended, which is told by itself; a list that fails is asked for again.
            _ => {}
        }
    }

    fn look_for_first_frame(&mut self, now: Timestamp, until: Timestamp) -> Option<Command> {
        if self.take.as_ref()?.has_frame() {
            self.phase = Phase::WarmUp { until: now + WARM_UP };
        } else if now >= until {
            let seconds = self.options.first_frame.as_secs_f64();
            let message = format!("No frame came within {seconds} s after the camera was open.");
            self.finish(Some(MediaError::new(ErrorName::AbortError, message).into()));
            return self.step(now);
        }
        None
    }

    fn begin(&mut self) -> Option<Command> {
        self.phase = Phase::Beginning;
        self.take.as_ref().map(|take| Command::BeginCounts { track: take.track })
    }

    fn measure(&mut self, now: Timestamp, until: Timestamp) -> Option<Command> {
        let mode = self.mode()?;
        self.take.as_mut()?.measure(mode);
        if now < until {
            return None;
        }
        let is_measured = self.take.as_ref().is_some_and(|take| take.measured.fps_delivered.is_some());
        let few = || MediaError::new(ErrorName::AbortError, "Too few frames came to measure a rate.").into();
        self.finish((!is_measured).then(few));
        self.step(now)
    }

    /// The mode is done with, but for closing it.
    fn finish(&mut self, problem: Option<Problem>) {
        self.record(self.take.clone(), problem);
        self.phase = Phase::Stop;
    }

    fn record(&mut self, take: Option<Take>, error: Option<Problem>) {
        let Some(requested) = self.mode() else { return };
        let granted = take.as_ref().and_then(|take| take.granted);
        let measured = take.map(|take| take.measured).filter(|measured| measured.frames_produced > 0);
        self.result.modes.push(ModeResult { requested, granted, measured, error });
        self.repeats = 0;
    }

    fn forget(&mut self) -> Option<Command> {
        let take = self.take.as_ref()?;
        Some(Command::Forget { tracks: vec![take.track], streams: vec![take.stream] })
    }

    fn changed(&mut self, change: &TrackChange) {
        match change {
            TrackChange::Ended(reason) => self.ended = Some(reason.clone()),
            TrackChange::Muted(_) => {
                if let Some(take) = &mut self.take {
                    take.measured.mutes += 1;
                }
            }
            TrackChange::Unmuted
            | TrackChange::Stopped
            | TrackChange::Enabled(_)
            | TrackChange::Configured { .. }
            | TrackChange::ConfigurationChange { .. } => {}
        }
    }

    /// How long a mode is measured: four intervals at least, so that there is a rate.
    fn time(&self) -> Duration {
        let interval = self.mode().map_or(Duration::ZERO, |mode| mode.frame_rate.interval());
        self.options.measure.max(interval * 4)
    }

    fn end(&mut self) {
        self.phase = Phase::Over;
        let (times, time) = self.away;
        if times > 0 {
            let words = if times == 1 { "once".to_owned() } else { format!("{times} times") };
            let seconds = time.as_secs_f64();
            let note =
                format!("The camera was away {words}, for {seconds:.1} s in all; what that interrupted was repeated.");
            self.result.notes.push(note);
        }
    }
}
