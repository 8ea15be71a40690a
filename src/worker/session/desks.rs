//! The controls of devices: opened beside a source, for a window that shows them, or to set one; closed when nobody needs
//! them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::devices::{DeskControls, DeviceError, DeviceErrorKind};
use crate::model::{
    ControlValue, DeviceId, DeviceInfo, ErrorName, MediaDeviceKind, MediaError, Property, Timestamp, Value,
};
use crate::worker::desk::{self, DeskBackend, DeskNews, DeskOrder, DeskReporter, DeskThread, Purpose};
use crate::worker::message::DeskId;
use crate::worker::{Event, Reply, RequestId};

use super::{Session, join};

/// How long setting controls may take: a driver answers in milliseconds, a lens on its way in a second or two.
const SET_LIMIT: Duration = Duration::from_secs(5);

/// All desks, and what outlives them.
#[derive(Debug, Default)]
pub(super) struct Desks {
    pub open: BTreeMap<DeskId, Desk>,
    /// What the tester has set in this session.
    pub kept: BTreeMap<DeviceId, Kept>,
    /// Devices whose controls somebody looks at.
    watched: BTreeSet<DeviceId>,
}

/// What was set of a device's controls in this session.
#[derive(Debug, Default)]
pub(super) struct Kept {
    /// What they were set to; the device forgets it when it is unplugged.
    pub set: BTreeMap<u32, ControlValue>,
    /// What they were before.
    pub before: BTreeMap<u32, ControlValue>,
    /// The device went; when it comes back, it has forgotten.
    pub is_lost: bool,
}

/// How a desk stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeskState {
    Opening,
    Open,
    /// It did not open, or is over; it stays so until the devices change.
    Failed,
    Closing,
}

/// The controls of one device.
#[derive(Debug)]
pub(super) struct Desk {
    pub device: DeviceInfo,
    pub state: DeskState,
    /// As they were read last.
    pub now: DeskControls,
    /// Orders for constraints that are on their way.
    pub in_flight: usize,
    /// What those ask for.
    pub asked: BTreeMap<Property, Value>,
    /// Requests that are not answered yet, and until when they wait.
    waiting: Vec<(RequestId, Timestamp)>,
    error: Option<DeviceError>,
    /// The devices were listed anew since it failed: it may be tried again once its thread has ended.
    is_stale: bool,
    /// `None` when it has ended.
    thread: Option<DeskThread>,
}

impl Desk {
    pub fn order(&self, order: DeskOrder) -> bool {
        self.state != DeskState::Failed && self.thread.as_ref().is_some_and(|thread| thread.order(order))
    }

    fn close(&self) {
        if let Some(thread) = &self.thread {
            thread.close();
        }
    }

    fn is_usable(&self) -> bool {
        matches!(self.state, DeskState::Opening | DeskState::Open)
    }

    /// Takes a request off those that wait. Returns whether it was among them: it may have been given up.
    pub fn answered(&mut self, request: RequestId) -> bool {
        self.waiting.extract_if(.., |(waiting, _)| *waiting == request).count() > 0
    }
}

impl Desks {
    /// The desk of a device, unless it is about to end.
    pub fn of(&mut self, device: &DeviceId) -> Option<&mut Desk> {
        self.open.values_mut().find(|desk| desk.device.device_id == *device && desk.state != DeskState::Closing)
    }
}

/// Cameras may have controls that are not listed yet. What is captured without any needs no desk.
fn has_controls(device: &DeviceInfo) -> bool {
    device.kind == MediaDeviceKind::VideoInput || !device.device_controls.is_empty()
}

impl Session {
    pub(super) fn watch_controls(&mut self, request: RequestId, device: DeviceId, watch: bool) {
        if !watch {
            self.desks.watched.remove(&device);
            return self.answer(request, Ok(Reply::Done));
        }
        let now = self.desks.of(&device).filter(|desk| desk.state == DeskState::Open).map(|desk| desk.now.clone());
        if let Some(DeskControls { controls, properties }) = now {
            self.outbox.send(Event::DeviceControls { device: device.clone(), controls, properties });
        }
        self.desks.watched.insert(device);
        self.answer(request, Ok(Reply::Done));
    }

    pub(super) fn set_device_controls(
        &mut self,
        request: RequestId,
        device: &DeviceId,
        values: Vec<(u32, ControlValue)>,
    ) {
        self.order_for(request, device, DeskOrder::Set(Purpose::Request(request), values));
    }

    pub(super) fn reset_device_controls(&mut self, request: RequestId, device: &DeviceId, ids: Vec<u32>) {
        self.order_for(request, device, DeskOrder::Reset(request, ids));
    }

    fn order_for(&mut self, request: RequestId, id: &DeviceId, order: DeskOrder) {
        let Some(device) = self.device(id).cloned() else {
            let message = "This device is not there (any more): list the devices again.";
            return self.answer(request, Err(MediaError::new(ErrorName::NotFoundError, message)));
        };
        if self.desks.of(id).is_none() {
            self.start_desk(device.clone());
        }
        let deadline = self.clock.now() + SET_LIMIT;
        let Some(desk) = self.desks.of(id) else { return };
        let error = if let Some(error) = &desk.error {
            error.to_media_error(&device.name())
        } else if desk.order(order) {
            return desk.waiting.push((request, deadline));
        } else {
            let message = format!("{} has not set earlier controls yet: try again in a moment.", device.name());
            MediaError::new(ErrorName::InvalidStateError, message).on(device.name())
        };
        self.answer(request, Err(error));
    }

    /// A driver that does not come back must not keep those who set a control for ever.
    pub(super) fn give_up_controls(&mut self) {
        let now = self.clock.now();
        let late = |desk: &mut Desk| {
            let late: Vec<_> = desk.waiting.extract_if(.., |(_, deadline)| now >= *deadline).collect();
            late.into_iter().map(|(request, _)| (request, desk.device.name())).collect::<Vec<_>>()
        };
        let late: Vec<_> = self.desks.open.values_mut().flat_map(late).collect();
        for (request, name) in late {
            let message = format!(
                "{name} has not set its controls within {} s: its driver does not answer; unplug it and plug it in.",
                SET_LIMIT.as_secs()
            );
            self.answer(request, Err(MediaError::new(ErrorName::AbortError, message).on(name)));
        }
    }

    /// Whether requests wait for a desk.
    pub(super) fn awaits_controls(&self) -> bool {
        self.desks.open.values().any(|desk| !desk.waiting.is_empty())
    }

    /// The devices whose controls are not closed yet.
    pub(super) fn open_desks(&self) -> Vec<String> {
        let open = self.desks.open.values().filter(|desk| desk.thread.is_some());
        open.map(|desk| desk.device.name()).collect()
    }

    /// Opens the desks that are needed, and closes those that are not.
    pub(super) fn step_desks(&mut self) {
        let sources = self.sources.values().map(|source| &source.device.device_id);
        let wanted: BTreeSet<_> = sources.chain(&self.desks.watched).chain(self.desks.kept.keys()).cloned().collect();
        for id in wanted {
            if self.needs_desk(&id)
                && self.desks.of(&id).is_none()
                && let Some(device) = self.device(&id).cloned()
            {
                self.start_desk(device);
            }
        }
        let open: Vec<_> = self.desks.open.iter().map(|(id, desk)| (*id, desk.device.device_id.clone())).collect();
        for (id, device) in open {
            if !self.needs_desk(&device) {
                self.close_desk(id);
            }
        }
    }

    fn needs_desk(&self, id: &DeviceId) -> bool {
        let is_open = |source: &super::sources::Source| {
            source.device.device_id == *id && source.is_running() && has_controls(&source.device)
        };
        let waits = |desk: &Desk| desk.device.device_id == *id && !desk.waiting.is_empty();
        let kept = self.desks.kept.get(id);
        let is_due = kept.is_some_and(|kept| {
            (kept.is_lost && !kept.set.is_empty()) || (self.policy.puts_controls_back && !kept.before.is_empty())
        });
        self.sources.values().any(is_open)
            || self.desks.open.values().any(waits)
            || ((self.desks.watched.contains(id) || is_due) && self.device(id).is_some())
    }

    fn start_desk(&mut self, device: DeviceInfo) {
        let id = DeskId(self.next_number());
        let reporter = DeskReporter { desk: id, out: self.message_sender.clone(), clock: self.clock.clone() };
        let backend = match device.kind {
            MediaDeviceKind::VideoInput => self.host.camera(&device).map(DeskBackend::Camera),
            _ => self.host.microphone(&device).map(DeskBackend::Microphone),
        };
        let started = backend.map(|backend| desk::start(backend, device.clone(), reporter));
        let (thread, error) = match started {
            Some(Ok(thread)) => (Some(thread), None),
            Some(Err(error)) => (None, Some(format!("the system gives no thread for {}: {error}", device.name()))),
            None => (None, Some(format!("{} is not there any more: list the devices again", device.name()))),
        };
        let error = error.map(|message| DeviceError::new(DeviceErrorKind::Driver, message));
        let state = if error.is_some() { DeskState::Failed } else { DeskState::Opening };
        let desk = Desk {
            // A kernel's test camera has thousands of modes, and each word on its controls copies this.
            device: DeviceInfo { modes: Vec::new(), ..device },
            state,
            now: DeskControls::default(),
            in_flight: 0,
            asked: BTreeMap::new(),
            waiting: Vec::new(),
            error,
            is_stale: false,
            thread,
        };
        self.desks.open.insert(id, desk);
    }

    fn close_desk(&mut self, id: DeskId) {
        let Some(desk) = self.desks.open.get_mut(&id) else { return };
        if desk.is_usable() {
            desk.close();
            desk.state = DeskState::Closing;
        } else if desk.thread.is_none() {
            self.desks.open.remove(&id);
        }
    }

    /// Puts controls back where that is wanted, and closes all desks.
    pub(super) fn close_desks(&mut self) {
        let devices: Vec<_> = self.desks.kept.keys().cloned().collect();
        for device in devices {
            self.put_controls_back(&device);
        }
        let open: Vec<_> = self.desks.open.keys().copied().collect();
        for id in open {
            self.close_desk(id);
        }
    }

    /// The list of devices is another: what did not open may open now, and what went has forgotten what was set.
    pub(super) fn desks_follow_devices(&mut self, is_whole: bool) {
        self.desks.open.retain(|_, desk| desk.state != DeskState::Failed || desk.thread.is_some());
        self.desks.open.values_mut().for_each(|desk| desk.is_stale |= desk.state == DeskState::Failed);
        let devices = self.devices.as_deref().unwrap_or_default();
        for (id, kept) in &mut self.desks.kept {
            kept.is_lost |= is_whole && !devices.iter().any(|device| device.device_id == *id);
        }
    }

    /// All devices have other ids: nothing is known of them any more.
    pub(super) fn forget_desks(&mut self) {
        self.close_desks();
        self.desks.kept.clear();
        self.desks.watched.clear();
    }

    pub(super) fn hear_desk(&mut self, id: DeskId, at: Timestamp, news: DeskNews) {
        match news {
            DeskNews::Opened(now) => {
                if let Some(desk) = self.desks.open.get_mut(&id).filter(|desk| desk.state == DeskState::Opening) {
                    desk.state = DeskState::Open;
                }
                self.controls_read(id, at, now);
                self.restore_controls(id);
            }
            DeskNews::Failed(error) => self.desk_failed(id, at, error),
            DeskNews::Gone(error) => {
                // Of one that was closing the list has told before, and the device may be back by now.
                let lost = self.desks.open.get(&id).filter(|desk| desk.state != DeskState::Closing);
                if let Some(device) = lost.map(|desk| desk.device.device_id.clone()) {
                    self.controls_lost(&device);
                }
                self.desk_failed(id, at, error);
                self.enumerator.ask(); // most likely the list has changed
            }
            DeskNews::Changed(now) => self.controls_changed(id, at, now),
            DeskNews::Written(purpose, written, now) => self.controls_written(id, at, purpose, &written, now),
            DeskNews::Unknown(request, control) => self.control_unknown(id, request, control),
            DeskNews::Closed => self.desk_closed(id),
        }
    }

    fn control_unknown(&mut self, id: DeskId, request: RequestId, control: u32) {
        let Some(desk) = self.desks.open.get_mut(&id) else { return };
        let name = desk.device.name();
        if desk.answered(request) {
            let message =
                format!("{name} has no control 0x{control:08x}: nothing was set; see the list of its controls.");
            self.answer(request, Err(MediaError::new(ErrorName::NotFoundError, message).on(name)));
        }
    }

    fn desk_failed(&mut self, id: DeskId, at: Timestamp, error: DeviceError) {
        let Some(desk) = self.desks.open.get_mut(&id) else { return };
        if desk.state != DeskState::Closing {
            desk.state = DeskState::Failed;
        }
        desk.error = Some(error.clone());
        let (device, waiting) = (desk.device.clone(), std::mem::take(&mut desk.waiting));
        let was_asked = std::mem::take(&mut desk.in_flight) > 0;
        desk.asked.clear();
        for (request, _) in waiting {
            self.answer(request, Err(error.to_media_error(&device.name())));
        }
        self.controls_unreachable(&device, at, &error, was_asked);
    }

    fn desk_closed(&mut self, id: DeskId) {
        let Some(desk) = self.desks.open.get_mut(&id) else { return };
        let (name, waiting) = (desk.device.name(), std::mem::take(&mut desk.waiting));
        if let Some(thread) = desk.thread.take() {
            join(thread.thread, &format!("the controls of {name}"));
        }
        if desk.state != DeskState::Failed || desk.is_stale {
            self.desks.open.remove(&id);
        }
        for (request, _) in waiting {
            let message = format!("The controls of {name} were closed before they were set: try again.");
            self.answer(request, Err(MediaError::new(ErrorName::AbortError, message).on(&name)));
        }
    }

    /// Whether threads of desks are still to end.
    pub(super) fn has_desks(&self) -> bool {
        self.desks.open.values().any(|desk| desk.thread.is_some())
    }
}
