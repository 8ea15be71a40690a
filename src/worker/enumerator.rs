//! The thread that lists devices, since listing may block.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::devices::{DeviceError, DeviceErrorKind, DeviceHost};

use super::message::Message;

/// Asks the enumerator for a new list. Several asks before it comes to them are one. Clones ask the same thread, which
/// ends when the last of them is dropped.
#[derive(Clone, Debug)]
pub(super) struct Enumerator(Sender<()>);

impl Enumerator {
    pub fn start(host: DeviceHost, out: Sender<Message>) -> io::Result<(Self, JoinHandle<()>)> {
        let (sender, receiver) = bounded(1);
        let thread = Builder::new().name("enumerator".to_owned()).spawn(move || run(&host, &receiver, &out))?;
        Ok((Self(sender), thread))
    }

    /// Has the devices listed; the list comes as [`Message::Devices`].
    pub fn ask(&self) {
        self.0.try_send(()).ok(); // full: it is about to list anyway
    }
}

fn run(host: &DeviceHost, asked: &Receiver<()>, out: &Sender<Message>) {
    let mut last = Vec::new();
    while asked.recv().is_ok() {
        let listed = catch_unwind(AssertUnwindSafe(|| host.enumerate()));
        let (devices, errors) = listed.unwrap_or_else(|_| {
            let message = "the devices could not be listed by a fault of Capture Lab: please report this";
            (last.clone(), vec![DeviceError::new(DeviceErrorKind::Driver, message)])
        });
        last.clone_from(&devices);
        if out.send(Message::Devices { devices, errors }).is_err() {
            return;
        }
    }
}
