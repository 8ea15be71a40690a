//! The thread of one device's controls: reads and sets them, and hears of changes by others. It works whether or not the
//! device streams.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, TryRecvError, bounded};

use crate::devices::{Bell, CameraBackend, ControlDesk, DeskControls, DeviceError, DeviceErrorKind, MicrophoneBackend};
use crate::media::Clock;
use crate::model::{ControlKind, ControlValue, DeviceControl, DeviceInfo, Property, Timestamp, Value};

use super::RequestId;
use super::message::{DeskId, Message};

/// Orders that wait; while a driver is slower than a slider is moved.
const ORDERS: usize = 256;
/// How often controls that change without word of it are read.
const TURN: Duration = Duration::from_secs(1);

/// What a desk is to do.
#[derive(Debug)]
pub(super) enum DeskOrder {
    /// Sets controls, in this order.
    Set(Purpose, Vec<(u32, ControlValue)>),
    /// Sets these controls to their defaults; none are all.
    Reset(RequestId, Vec<u32>),
    /// Sets properties, in this order.
    SetProperties(Vec<(Property, Value)>),
    /// Ends.
    Close,
}

/// What controls are set for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// Somebody asked.
    Request(RequestId),
    /// Somebody asked for the defaults.
    Reset(RequestId),
    /// A preset has them.
    Preset,
    /// For constraints.
    Constraints,
    /// The device came back, or was opened anew.
    Restore,
    /// The device is closed, and they are as they were before.
    PutBack,
}

/// What came of setting one control.
#[derive(Clone, Debug)]
pub(super) struct Written {
    /// The control as it was before.
    pub control: DeviceControl,
    pub wanted: ControlValue,
    /// What it is now.
    pub kept: Option<ControlValue>,
    /// Why it was not set.
    pub error: Option<DeviceError>,
}

/// What a desk says.
#[derive(Debug)]
pub(super) enum DeskNews {
    /// It is open, and this is how controls are.
    Opened(DeskControls),
    /// It did not open.
    Failed(DeviceError),
    /// Controls changed, but not by its orders.
    Changed(DeskControls),
    /// An order was carried out.
    Written(Purpose, Vec<Written>, DeskControls),
    /// A request named a control that the device does not have.
    Unknown(RequestId, u32),
    /// The device went.
    Gone(DeviceError),
    /// The thread is about to end.
    Closed,
}

/// What the session holds of a desk.
#[derive(Debug)]
pub(super) struct DeskThread {
    orders: Sender<DeskOrder>,
    /// Set where there was no room for the order to close.
    is_closing: Arc<AtomicBool>,
    bell: Bell,
    pub thread: JoinHandle<()>,
}

impl DeskThread {
    /// Orders something, to be done soon. Returns whether there is room for the order.
    pub fn order(&self, order: DeskOrder) -> bool {
        let is_taken = self.orders.try_send(order).is_ok();
        self.bell.ring();
        is_taken
    }

    /// Has it close when it has done what was ordered.
    pub fn close(&self) {
        if !self.order(DeskOrder::Close) {
            self.is_closing.store(true, Ordering::SeqCst);
            self.bell.ring();
        }
    }
}

/// How a desk's thread reports.
pub(super) struct DeskReporter {
    pub desk: DeskId,
    pub out: Sender<Message>,
    pub clock: Arc<dyn Clock>,
}

impl DeskReporter {
    fn tell(&self, news: DeskNews) {
        let at: Timestamp = self.clock.now();
        // Without a session there is nobody left to tell.
        self.out.send(Message::Desk { desk: self.desk, at, news }).ok();
    }
}

/// Who opens a device's controls.
pub(super) enum DeskBackend {
    Camera(Arc<dyn CameraBackend>),
    Microphone(Arc<dyn MicrophoneBackend>),
}

impl DeskBackend {
    fn open_desk(&self, device: &DeviceInfo, bell: &Bell) -> Result<Option<Box<dyn ControlDesk>>, DeviceError> {
        match self {
            Self::Camera(backend) => backend.open_desk(device, bell),
            Self::Microphone(backend) => backend.open_desk(device, bell),
        }
    }
}

/// Opens the controls of a device on a thread of their own.
pub(super) fn start(backend: DeskBackend, device: DeviceInfo, reporter: DeskReporter) -> io::Result<DeskThread> {
    let (orders, receiver) = bounded(ORDERS);
    let is_closing = Arc::<AtomicBool>::default();
    let orders_of_thread = Orders { receiver, is_closing: Arc::clone(&is_closing) };
    let bell = Bell::default();
    let of_thread = bell.clone();
    let thread = Builder::new().name(format!("ctl {}", device.node.trim_start_matches("/dev/"))).spawn(move || {
        let run = || run(&backend, &device, &of_thread, &orders_of_thread, &reporter);
        if catch_unwind(AssertUnwindSafe(run)).is_err() {
            let message =
                format!("the controls of {} were lost by a fault of Capture Lab: please report this", device.name());
            reporter.tell(DeskNews::Failed(DeviceError::new(DeviceErrorKind::Driver, message)));
        }
        reporter.tell(DeskNews::Closed);
    })?;
    Ok(DeskThread { orders, is_closing, bell, thread })
}

fn run(backend: &DeskBackend, device: &DeviceInfo, bell: &Bell, orders: &Orders, reporter: &DeskReporter) {
    let opened = backend.open_desk(device, bell).and_then(|desk| desk.ok_or_else(|| without_controls(device)));
    let opened = opened.and_then(|mut desk| desk.read().map(|now| OpenDesk { desk, now }));
    match opened {
        Ok(mut desk) => {
            reporter.tell(DeskNews::Opened(desk.now.clone()));
            if let Err(error) = desk.serve(device, orders, reporter) {
                reporter.tell(DeskNews::Gone(error));
            }
        }
        Err(error) => reporter.tell(DeskNews::Failed(error)),
    }
}

fn without_controls(device: &DeviceInfo) -> DeviceError {
    let message = format!(
        "the lab reaches no controls of {} through {}: take another backend, where there is one",
        device.name(),
        device.backend
    );
    DeviceError::new(DeviceErrorKind::Unsupported, message)
}

/// What a desk is ordered to do.
struct Orders {
    receiver: Receiver<DeskOrder>,
    is_closing: Arc<AtomicBool>,
}

impl Orders {
    /// The next one, if there is one now.
    fn next(&self) -> Option<DeskOrder> {
        match self.receiver.try_recv() {
            Ok(order) => Some(order),
            Err(TryRecvError::Disconnected) => Some(DeskOrder::Close),
            Err(TryRecvError::Empty) => self.is_closing.load(Ordering::SeqCst).then_some(DeskOrder::Close),
        }
    }
}

struct OpenDesk {
    desk: Box<dyn ControlDesk>,
    /// All controls as they were read last.
    now: DeskControls,
}

impl OpenDesk {
    /// Carries out orders and tells of changes until it is ordered to close.
    fn serve(&mut self, device: &DeviceInfo, orders: &Orders, reporter: &DeskReporter) -> Result<(), DeviceError> {
        loop {
            match orders.next() {
                Some(DeskOrder::Close) => return Ok(()),
                Some(order) if self.is_unknown(&order, reporter) => continue,
                Some(order) => {
                    let (purpose, written) = self.carry_out(device, order)?;
                    reporter.tell(DeskNews::Written(purpose, written, self.now.clone()));
                    continue;
                }
                None => {}
            }
            let may_differ = self.desk.next(TURN)? || self.now.controls.iter().any(|control| control.is_volatile);
            if may_differ && self.read_again()? {
                reporter.tell(DeskNews::Changed(self.now.clone()));
            }
        }
    }

    /// Whether a request is of a control that the device does not have, which is told; nothing is set then.
    fn is_unknown(&self, order: &DeskOrder, reporter: &DeskReporter) -> bool {
        let (request, ids): (_, Vec<u32>) = match order {
            DeskOrder::Set(Purpose::Request(request), values) => (request, values.iter().map(|(id, _)| *id).collect()),
            DeskOrder::Reset(request, ids) => (request, ids.clone()),
            _ => return false,
        };
        let unknown = ids.into_iter().find(|id| self.control(*id).is_none());
        if let Some(id) = unknown {
            reporter.tell(DeskNews::Unknown(*request, id));
        }
        unknown.is_some()
    }

    /// Returns whether anything has changed.
    fn read_again(&mut self) -> Result<bool, DeviceError> {
        let now = self.desk.read()?;
        let is_other = now != self.now;
        self.now = now;
        Ok(is_other)
    }

    fn carry_out(&mut self, device: &DeviceInfo, order: DeskOrder) -> Result<(Purpose, Vec<Written>), DeviceError> {
        Ok(match order {
            DeskOrder::Set(purpose, values) => (purpose, self.set_in_turn(device, purpose, values)?),
            DeskOrder::Reset(request, ids) => (Purpose::Reset(request), self.reset(device, request, &ids)?),
            DeskOrder::SetProperties(wanted) => {
                let mut written = Vec::new();
                for (property, value) in wanted {
                    let values = self.desk.translate(property, &value).into_iter().collect();
                    written.extend(self.set_all(device, values)?);
                }
                (Purpose::Constraints, written)
            }
            DeskOrder::Close => (Purpose::PutBack, Vec::new()),
        })
    }

    /// Sets controls and reads them back.
    fn set_all(&mut self, device: &DeviceInfo, values: Vec<(u32, ControlValue)>) -> Result<Vec<Written>, DeviceError> {
        let mut written = Vec::new();
        for (id, wanted) in values {
            let Some(control) = self.control(id).cloned() else {
                log::warn!("{} has no control 0x{id:08x}.", device.name());
                continue;
            };
            let error = self.desk.set(&control, &wanted).err();
            if let Some(error) = error.clone().filter(|error| error.kind == DeviceErrorKind::Gone) {
                return Err(error);
            }
            written.push(Written { control, wanted, kept: None, error });
        }
        self.read_again()?;
        for one in &mut written {
            one.kept = self.control(one.control.id).and_then(|control| control.value.clone());
        }
        Ok(written)
    }

    /// Switches and menus come first: what they govern may be set only then. What is governed all the same is left as it is,
    /// unless somebody asks for just that.
    fn set_in_turn(
        &mut self,
        device: &DeviceInfo,
        purpose: Purpose,
        values: Vec<(u32, ControlValue)>,
    ) -> Result<Vec<Written>, DeviceError> {
        let (switches, mut others): (Vec<_>, Vec<_>) = values.into_iter().partition(|(id, _)| self.is_switch(*id));
        let mut written = if switches.is_empty() { Vec::new() } else { self.set_all(device, switches)? };
        if !matches!(purpose, Purpose::Request(_)) {
            let is_free =
                |(id, _): &mut (u32, ControlValue)| self.control(*id).is_some_and(|control| !control.is_inactive);
            let governed: Vec<_> = others.extract_if(.., |value| !is_free(value)).collect();
            if purpose == Purpose::Preset {
                written.extend(governed.into_iter().filter_map(|(id, wanted)| self.left_alone(device, id, wanted)));
            }
        }
        written.extend(self.set_all(device, others)?);
        Ok(written)
    }

    /// What a preset has of a control that another one governs.
    fn left_alone(&self, device: &DeviceInfo, id: u32, wanted: ControlValue) -> Option<Written> {
        let control = self.control(id).filter(|control| control.value.as_ref() != Some(&wanted))?.clone();
        let (name, words) = (device.name(), control.words(&wanted));
        let message = format!(
            "{name} keeps its {}, and not {words} as the preset has it: another control, such as an automatic, governs it.",
            control.name
        );
        let error = Some(DeviceError::new(DeviceErrorKind::Unsupported, message));
        Some(Written { kept: control.value.clone(), control, wanted, error })
    }

    fn is_switch(&self, id: u32) -> bool {
        self.control(id).is_some_and(|control| matches!(control.kind, ControlKind::Boolean | ControlKind::Menu))
    }

    /// What the switches have changed by themselves is not set again.
    fn reset(&mut self, device: &DeviceInfo, request: RequestId, ids: &[u32]) -> Result<Vec<Written>, DeviceError> {
        let is_meant = |control: &&DeviceControl| control.is_changed() && (ids.is_empty() || ids.contains(&control.id));
        let default = |control: &DeviceControl| Some((control.id, control.default_value()?));
        let all: Vec<_> = self.now.controls.iter().filter(is_meant).filter_map(default).collect();
        // One that is asked for alone is tried even where another governs it.
        let purpose = if ids.is_empty() { Purpose::Reset(request) } else { Purpose::Request(request) };
        self.set_in_turn(device, purpose, all)
    }

    fn control(&self, id: u32) -> Option<&DeviceControl> {
        self.now.controls.iter().find(|control| control.id == id)
    }
}
