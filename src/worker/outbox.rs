//! The way of events to the worker's user.

use std::collections::VecDeque;

use crossbeam_channel::{Sender, TrySendError};

use super::{Event, RecordingPhase, TrackChange, Wake, Waker};

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
        (Event::DeviceControls { device: old, .. }, Event::DeviceControls { device: new, .. }) => old == new,
        (Event::Recording(old), Event::Recording(new)) => {
            old.recording == new.recording && old.phase == RecordingPhase::Running
        }
        (Event::Track { track: old, change: old_change, .. }, Event::Track { track: new, change: new_change, .. }) => {
            old == new && is_settings(old_change) && is_settings(new_change)
        }
        _ => false,
    }
}

const fn is_settings(change: &TrackChange) -> bool {
    matches!(change, TrackChange::Configured { .. })
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::*;
    use crate::model::{ChosenMode, MediaTrackConstraints, MicrophoneMode, SampleFormat, Settings, Timestamp, TrackId};
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

    #[test]
    fn of_the_settings_of_a_track_only_the_newest_wait() {
        let mode = MicrophoneMode { sample_rate: 8000, channels: 1, sample_format: SampleFormat::S16, period: 160 };
        let event = |track, change| Event::Track { track, at: Timestamp::default(), change };
        let configured = || TrackChange::Configured {
            constraints: MediaTrackConstraints::default(),
            settings: Settings::default(),
            mode: ChosenMode::Audio(mode),
        };
        let [one, other] = [TrackId::random(), TrackId::random()];
        let (sender, _receiver) = bounded(1);
        let mut outbox = Outbox::new(sender, Waker::default());
        let events = [
            event(one, configured()),
            event(other, configured()),
            event(one, TrackChange::Unmuted),
            event(one, configured()),
        ];
        for event in std::iter::once(answer(1)).chain(events) {
            outbox.send(event);
        }
        let left = outbox.backlog.iter().map(|event| match event {
            Event::Track { track, change, .. } => (*track, is_settings(change)),
            other => panic!("{other:?}"),
        });
        assert_eq!(left.collect::<Vec<_>>(), [(other, true), (one, false), (one, true)]);
    }
}
