//! The thread that lists devices, since listing may block. What changes the list is done by it too, so that no list is of a
//! device in the middle of a change.

use std::io;
use std::iter;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::devices::{DeviceError, DeviceErrorKind, DeviceHost};
use crate::model::{DeviceInfo, InputSignal, MediaError};

use super::RequestId;
use super::message::Message;

/// Asks that wait; while a driver is slow.
const ASKS: usize = 16;

/// Asks the enumerator for a new list. Several asks before it comes to them are one. Clones ask the same thread, which
/// ends when the last of them is dropped.
#[derive(Clone, Debug)]
pub(super) struct Enumerator {
    sender: Sender<Ask>,
    /// How many lists were asked for: one that was begun before an ask is no answer to it.
    asks: Arc<AtomicU64>,
}

/// What it is asked for.
#[derive(Debug)]
enum Ask {
    /// A list.
    List,
    /// To choose an input of a camera and its signal, and a list.
    SelectInput { request: RequestId, device: Box<DeviceInfo>, input: u32, signal: InputSignal },
}

impl Enumerator {
    pub fn start(host: DeviceHost, out: Sender<Message>) -> io::Result<(Self, JoinHandle<()>)> {
        let (sender, receiver) = bounded(ASKS);
        let asks = Arc::<AtomicU64>::default();
        let counted = Arc::clone(&asks);
        let thread =
            Builder::new().name("enumerator".to_owned()).spawn(move || run(&host, &receiver, &counted, &out))?;
        Ok((Self { sender, asks }, thread))
    }

    /// Has the devices listed; the list comes as [`Message::Devices`].
    pub fn ask(&self) {
        self.ask_numbered();
    }

    /// The same; returns the number of this ask.
    pub fn ask_numbered(&self) -> u64 {
        let number = self.asks.fetch_add(1, Ordering::SeqCst) + 1;
        self.sender.try_send(Ask::List).ok(); // full: it is about to list anyway
        number
    }

    /// Has an input of a camera chosen; that comes as [`Message::InputSelected`], and the list after it. Returns whether
    /// there was room for the ask.
    pub fn select_input(&self, request: RequestId, device: DeviceInfo, input: u32, signal: InputSignal) -> bool {
        self.sender.try_send(Ask::SelectInput { request, device: Box::new(device), input, signal }).is_ok()
    }
}

fn run(host: &DeviceHost, asked: &Receiver<Ask>, asks: &AtomicU64, out: &Sender<Message>) {
    let mut last = Vec::new();
    while let Ok(first) = asked.recv() {
        for ask in iter::once(first).chain(asked.try_iter()) {
            if let Ask::SelectInput { request, device, input, signal } = ask {
                let result = select_input(host, &device, input, &signal);
                out.send(Message::InputSelected { request, result }).ok(); // no session: the list finds that out
            }
        }
        let answers = asks.load(Ordering::SeqCst);
        let listed = catch_unwind(AssertUnwindSafe(|| host.enumerate()));
        let (devices, errors) = listed.unwrap_or_else(|_| {
            let message = "the devices could not be listed by a fault of Capture Lab: please report this";
            (last.clone(), vec![DeviceError::new(DeviceErrorKind::Driver, message)])
        });
        last.clone_from(&devices);
        if out.send(Message::Devices { answers, devices, errors }).is_err() {
            return;
        }
    }
}

fn select_input(host: &DeviceHost, device: &DeviceInfo, input: u32, signal: &InputSignal) -> Result<(), MediaError> {
    let name = device.name();
    let gone =
        || DeviceError::new(DeviceErrorKind::Gone, format!("{name} is not there any more: list the devices again"));
    let select = || host.camera(device).ok_or_else(gone)?.select_input(device, input, signal);
    let fault = |_| {
        let message = format!("{name} was not set by a fault of Capture Lab: please report this");
        Err(DeviceError::new(DeviceErrorKind::Driver, message))
    };
    catch_unwind(AssertUnwindSafe(select)).unwrap_or_else(fault).map_err(|error| error.to_media_error(&name))
}
