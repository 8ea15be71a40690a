//! The way of events to the worker's user.

use std::collections::VecDeque;

use crossbeam_channel::{Sender, TrySendError};

use super::{Event, RecordingPhase, Wake, Waker};

/// Sends events without ever waiting. While the user lags, events queue up here, and those that a newer one makes
/// obsolete are dropped; mute, unmute, ended, errors and answers never are.
#[derive(Debug)]
pub(super) struct Outbox {
    sender: Sender<Event>,
    backlog: VecDeque<Event>,
    waker: Waker,
}

impl Outbox {
    pub fn new(sender: Sender<Event>, waker: Waker) -> Self {
        Self { sender, backlog: VecDeque::new(), waker }
    }

    pub fn send(&mut self, event: Event) {
        self.backlog.retain(|old| !is_obsolete(old, &event));
        self.backlog.push_back(event);
        self.flush();
        self.waker.wake(Wake::Event);
    }

    /// Sends what it can; true when nothing is left.
    pub fn flush(&mut self) -> bool {
        while let Some(event) = self.backlog.pop_front() {
            if let Err(TrySendError::Full(event)) = self.sender.try_send(event) {
                self.backlog.push_front(event);
                return false;
            }
        }
        true
    }
}

fn is_obsolete(old: &Event, new: &Event) -> bool {
    match (old, new) {
        (Event::DeviceChange(_), Event::DeviceChange(_)) => true,
        (Event::Recording(old), Event::Recording(new)) => {
            old.recording == new.recording && old.phase == RecordingPhase::Running
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;
    use crate::worker::{Reply, RequestId};

    fn answer(id: u64) -> Event {
        Event::Answer { request: RequestId(id), result: Ok(Reply::Done) }
    }

    #[test]
    fn a_lagging_user_loses_only_old_device_lists() {
        let (sender, receiver) = bounded(1);
        let mut outbox = Outbox::new(sender, Waker::default());
        for event in [answer(1), Event::DeviceChange(vec![]), answer(2), Event::DeviceChange(vec![])] {
            outbox.send(event);
        }
        let mut got = Vec::new();
        while let Ok(event) = receiver.try_recv() {
            got.push(matches!(event, Event::Answer { .. }));
            outbox.flush();
        }
        assert_eq!(got, [true, true, false]);
    }
}
