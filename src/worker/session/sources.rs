//! Opened devices: started, shared, set to another mode, closed.

use std::io;
use std::time::Duration;

use crate::devices::{DeviceError, DeviceErrorKind};
use crate::model::{
    Cause, ChosenMode, DeviceId, DeviceInfo, EventName, MediaTrackConstraints, PixelFormat, Reason, Timestamp, TrackId,
};
use crate::selection::Selection;
use crate::worker::message::{SoundNews, SourceId, SourceNews};
use crate::worker::source::{self, OpenTimes, Order, Reporter, SourceTaps, SourceThread};
use crate::worker::{PictureColour, RequestId};

use super::control_news::private;
use super::desks::DeskState;
use super::{Session, join};

/// A change of constraints that waits for its source.
#[derive(Debug)]
pub(super) struct Apply {
    pub request: RequestId,
    pub track: TrackId,
    pub constraints: MediaTrackConstraints,
    pub pixel_format: Option<PixelFormat>,
    /// What was selected, while the device is set to its mode.
    pub selected: Option<Selection>,
}

/// How a source stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SourceState {
    /// The device is being opened.
    Opening,
    /// It runs.
    Running,
    /// It is being set to another mode, or opened again.
    Reconfiguring(Purpose),
    /// It is being closed because all its tracks are disabled (TRK-13).
    Releasing,
    /// It is closed, and opened again when a track needs it.
    Released,
    /// It is over, and about to be closed.
    Closing,
}

/// What a device is set to another mode for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// For the first change of the queue.
    Apply,
    /// For a call of `getUserMedia`.
    Newcomer,
    /// To be there again after it was released.
    Reacquire,
}

/// An opened device.
#[derive(Debug)]
pub(super) struct Source {
    pub device: DeviceInfo,
    /// The mode in which it runs, or is to run.
    pub mode: ChosenMode,
    pub state: SourceState,
    /// Why its tracks are muted, while they are.
    pub muted: Option<Reason>,
    /// Why it delivers nothing, while it does.
    pub stalled: Option<Reason>,
    /// Why what it delivers shows nothing, while its shutter is closed.
    pub private: Option<Reason>,
    /// Changes of constraints in the order in which they came (APP-02); the first is at work while reconfiguring.
    pub queue: Vec<Apply>,
    /// Since when all its tracks are disabled.
    pub disabled_since: Option<Timestamp>,
    thread: SourceThread,
}

impl Source {
    pub fn taps(&self) -> &SourceTaps {
        &self.thread.taps
    }

    pub fn colour(&self) -> &PictureColour {
        &self.thread.colour
    }

    pub fn open_times(&self) -> &OpenTimes {
        &self.thread.open_times
    }

    pub fn is_running(&self) -> bool {
        !matches!(self.state, SourceState::Opening | SourceState::Closing)
    }

    /// Whether the device is closed, to be opened again: it cannot say itself that it is gone.
    pub fn is_released(&self) -> bool {
        self.state == SourceState::Released
    }

    pub fn close(&self) {
        self.thread.control.order(Order::Close);
    }

    /// Keeps what it delivers from its tracks, or not any more.
    pub fn withhold(&self, withholds: bool) {
        self.thread.control.withhold(withholds);
    }

    pub fn reconfigure(&mut self, mode: ChosenMode, purpose: Purpose) {
        self.state = SourceState::Reconfiguring(purpose);
        self.thread.control.order(Order::Reconfigure(mode));
    }
}

impl Session {
    /// The source of a device, if it is open or about to be opened or closed.
    pub(super) fn source_of(&self, device: &DeviceId) -> Option<(SourceId, &Source)> {
        self.sources.iter().find(|(_, source)| source.device.device_id == *device).map(|(id, source)| (*id, source))
    }

    /// Starts to open a device.
    pub(super) fn open_source(&mut self, device: DeviceInfo, mode: ChosenMode) -> Result<SourceId, DeviceError> {
        let id = SourceId(self.next_number());
        let thread = self.start_thread(id, &device, mode)?;
        self.log(EventName::Source, device.name(), Cause::User, format!("Opening {} in {mode}.", device.name()));
        let source = Source {
            device,
            mode,
            state: SourceState::Opening,
            muted: None,
            stalled: None,
            private: None,
            queue: Vec::new(),
            disabled_since: None,
            thread,
        };
        self.sources.insert(id, source);
        Ok(id)
    }

    fn start_thread(&self, id: SourceId, device: &DeviceInfo, mode: ChosenMode) -> Result<SourceThread, DeviceError> {
        let reporter = Reporter {
            source: id,
            out: self.message_sender.clone(),
            clock: self.clock.clone(),
            waker: self.waker.clone(),
        };
        let started = match mode {
            ChosenMode::Video(mode) => {
                self.host.camera(device).map(|backend| source::start_camera(backend, device.clone(), mode, reporter))
            }
            ChosenMode::Audio(mode) => self
                .host
                .microphone(device)
                .map(|backend| source::start_microphone(backend, device.clone(), mode, reporter)),
        };
        started.ok_or_else(|| gone(device))?.map_err(|error| no_thread(device, &error))
    }

    pub(super) fn hear_source(&mut self, id: SourceId, at: Timestamp, news: SourceNews) {
        match news {
            SourceNews::Opened(mode) => self.source_opened(id, at, mode),
            SourceNews::OpenFailed(error) => self.source_failed(id, &error),
            SourceNews::Reconfigured(mode) => self.source_reconfigured(id, at, mode),
            SourceNews::ReconfigureFailed { error, restored } => self.reconfigure_failed(id, at, &error, restored),
            SourceNews::Released => self.source_released(id, at),
            SourceNews::Muted(reason) => self.source_muted(id, at, Some(&reason)),
            SourceNews::Sound(news) => self.source_heard(id, at, news),
            SourceNews::Noticed(text) => self.source_noticed(id, at, text),
            SourceNews::Unmuted => self.source_muted(id, at, None),
            SourceNews::Ended(error) => self.source_ended(id, at, &error),
            SourceNews::Closed => self.source_closed(id),
        }
    }

    fn source_opened(&mut self, id: SourceId, at: Timestamp, mode: ChosenMode) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let wanted = std::mem::replace(&mut source.mode, mode);
        if source.state == SourceState::Opening {
            source.state = SourceState::Running;
        }
        let name = source.device.name();
        // Where its controls were open before, no word of a closed shutter is to come.
        let id_of_device = source.device.device_id.clone();
        let desk = self.desks.of(&id_of_device).filter(|desk| desk.state == DeskState::Open);
        let reason = desk.and_then(|desk| private(&desk.device));
        self.log_at(at, EventName::Source, &name, Cause::Device, format!("{name} is open in {mode}."));
        if reason.is_some() {
            self.set_private(id, at, reason);
        }
        if let ChosenMode::Video(mode) = mode
            && !mode.pixel_format.is_decodable()
        {
            let format = mode.pixel_format;
            let text = format!("The lab cannot decode {format}: frames of {name} are counted and timed, and not seen.");
            self.log_at(at, EventName::Warning, &name, Cause::Device, text);
        }
        if wanted != mode {
            let text = format!("{name} was asked for {wanted} and gives {mode}.");
            self.log_at(at, EventName::Warning, name, Cause::Device, text);
        }
    }

    fn source_noticed(&mut self, id: SourceId, at: Timestamp, text: String) {
        let Some(name) = self.sources.get(&id).map(|source| source.device.name()) else { return };
        self.log_at(at, EventName::Warning, name, Cause::System, text);
    }

    /// Lost samples and digital silence neither mute nor end a track.
    fn source_heard(&mut self, id: SourceId, at: Timestamp, news: SoundNews) {
        let Some(name) = self.sources.get(&id).map(|source| source.device.name()) else { return };
        let event = if matches!(news, SoundNews::Lost { .. }) { EventName::Overrun } else { EventName::Silence };
        self.log_at(at, event, &name, Cause::Device, format!("{name} {news}."));
    }

    fn source_failed(&mut self, id: SourceId, error: &DeviceError) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        if source.state == SourceState::Closing {
            return; // given up by us: those who wait for its end open it anew
        }
        source.state = SourceState::Closing;
        let device = source.device.clone();
        self.fail_jobs_on(&device, error);
    }

    fn source_muted(&mut self, id: SourceId, at: Timestamp, reason: Option<&Reason>) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        if let (Some(reason), true) = (reason, self.policy.ends_on_stall) {
            let error = DeviceError::new(
                DeviceErrorKind::Driver,
                format!("{}, and the lab is set to end such tracks", reason.text),
            );
            return self.source_ended(id, at, &error);
        }
        source.stalled = reason.cloned();
        self.settle_mute(id, at);
    }

    /// The source is over: each of its tracks ends (TRK-09).
    pub(super) fn source_ended(&mut self, id: SourceId, at: Timestamp, error: &DeviceError) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        if source.state == SourceState::Closing {
            return;
        }
        source.state = SourceState::Closing;
        source.close();
        let device = source.device.clone();
        let queue = std::mem::take(&mut source.queue);
        if error.kind == DeviceErrorKind::Gone {
            self.controls_lost(&device.device_id);
        }
        self.end_tracks(id, at, Cause::Device, &Reason { kind: error.reason_kind(), text: error.message.clone() });
        self.reject_queue(queue);
        self.fail_jobs_on(&device, error);
        self.enumerator.ask(); // most likely the list has changed
    }

    fn source_closed(&mut self, id: SourceId) {
        let Some(source) = self.sources.remove(&id) else { return };
        let name = source.device.name();
        join(source.thread.thread, &name);
        self.log(EventName::Source, &name, Cause::User, format!("{name} is closed."));
        self.put_controls_back(&source.device.device_id);
        self.reject_queue(source.queue);
    }

    /// Closes the devices whose tracks are all disabled, after a while, and forgets about it where one is enabled again.
    /// Returns whether one is to be looked at again soon (TRK-13).
    pub(super) fn release_disabled_sources(&mut self) -> bool {
        let now = self.clock.now();
        let mut waits = false;
        let ids: Vec<_> = self.sources.keys().copied().collect();
        for id in ids {
            let is_idle = self.policy.releases_disabled && self.is_disabled(id);
            let Some(source) = self.sources.get_mut(&id) else { continue };
            if source.state != SourceState::Running || !source.queue.is_empty() || !is_idle {
                source.disabled_since = None;
                continue;
            }
            let since = *source.disabled_since.get_or_insert(now);
            if now.since(since) >= RELEASE_AFTER {
                source.state = SourceState::Releasing;
                source.thread.control.order(Order::Release);
            } else {
                waits = true;
            }
        }
        waits
    }

    /// Whether all its live tracks are disabled, and no call waits for it.
    fn is_disabled(&self, id: SourceId) -> bool {
        let Some(source) = self.sources.get(&id) else { return false };
        self.live_tracks_of(id).all(|entry| !entry.track.enabled()) && !self.is_wanted(&source.device.device_id)
    }

    fn source_released(&mut self, id: SourceId, at: Timestamp) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let name = source.device.name();
        if source.state == SourceState::Releasing {
            source.state = SourceState::Released;
        }
        let text = format!("{name} is released, since all its tracks are disabled.");
        self.log_at(at, EventName::Source, name, Cause::System, text);
        self.next_apply(id);
    }

    /// Opens a released device again.
    pub(super) fn reacquire(&mut self, id: SourceId) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        if matches!(source.state, SourceState::Releasing | SourceState::Released) {
            source.reconfigure(source.mode, Purpose::Reacquire);
        }
    }

    /// Closes the devices that no track and no request needs (TRK-05).
    pub(super) fn close_idle_sources(&mut self) {
        let idle: Vec<_> = self
            .sources
            .iter()
            .filter(|(_, source)| source.state != SourceState::Closing)
            .map(|(id, source)| (*id, source.device.device_id.clone()))
            .filter(|(id, device)| !self.has_live_track(*id) && !self.is_wanted(device))
            .map(|(id, _)| id)
            .collect();
        for id in idle {
            if let Some(source) = self.sources.get_mut(&id) {
                source.state = SourceState::Closing;
                source.close();
                let queue = std::mem::take(&mut source.queue);
                self.reject_queue(queue);
            }
        }
    }
}

fn gone(device: &DeviceInfo) -> DeviceError {
    DeviceError::new(DeviceErrorKind::Gone, format!("{} is not there any more: list the devices again.", device.name()))
}

fn no_thread(device: &DeviceInfo, error: &io::Error) -> DeviceError {
    let message = format!("The system gives no thread for {}: {error}.", device.name());
    DeviceError::new(DeviceErrorKind::Driver, message)
}

/// How long all tracks of a device are disabled before it is released; the standard wants it within 3 s.
const RELEASE_AFTER: Duration = Duration::from_secs(2);

/// How long a request waits for a device to open or to close (GUM-16).
pub(super) const OPEN_LIMIT: Duration = Duration::from_secs(10);
