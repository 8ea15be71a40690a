//! A track as the window knows it.

use crate::model::{ChosenMode, Reason, StreamId, Track, TrackKind};
use crate::worker::{OpenedTrack, TrackChange, TrackMonitor};

use super::Lamp;

/// A track, and what the window shows beside it.
#[derive(Clone, Debug)]
pub struct TrackView {
    /// The track.
    pub track: Track,
    /// The stream that it came in; a clone gets its own a moment later.
    pub stream: Option<StreamId>,
    /// The mode of its device.
    pub mode: ChosenMode,
    /// Where its media can be looked at.
    pub monitor: TrackMonitor,
    /// Why it is muted or has ended.
    pub reason: Option<Reason>,
    /// By channel, how many clipped samples the user has seen: the clip lamp shows the ones after.
    pub clips_seen: Vec<u64>,
}

impl TrackView {
    /// A new track.
    pub fn new(opened: OpenedTrack, stream: Option<StreamId>) -> Self {
        let OpenedTrack { track, mode, reason, monitor } = opened;
        Self { track, stream, mode, monitor, reason, clips_seen: Vec::new() }
    }

    /// Takes in what happened to it.
    pub(super) fn apply(&mut self, change: TrackChange) {
        match change {
            TrackChange::Muted(reason) => {
                self.track.set_muted(true);
                self.reason = Some(reason);
            }
            TrackChange::Unmuted => {
                self.track.set_muted(false);
                self.reason = None;
            }
            TrackChange::Ended(reason) => {
                self.track.end();
                self.reason = Some(reason);
            }
            TrackChange::Stopped => {
                self.track.end();
                self.reason = None;
            }
            TrackChange::Enabled(enabled) => {
                self.track.set_enabled(enabled);
            }
            TrackChange::Configured { constraints, settings, mode } => {
                self.track.constraints = constraints;
                self.track.settings = settings;
                self.mode = mode;
            }
            TrackChange::ConfigurationChange { settings, capabilities } => {
                self.track.settings = settings;
                self.track.capabilities = capabilities;
            }
        }
    }

    /// The lamp of its device.
    pub(super) fn lamp(&self) -> Lamp {
        Lamp { node: self.track.node.clone(), label: self.track.label.clone(), kind: self.track.kind }
    }

    /// Notes the clipped samples of each channel as seen.
    pub fn see_clips(&mut self) {
        if let TrackMonitor::Audio { report } = &self.monitor {
            let channels = report.peek().map(|report| report.meter.iter().map(|level| level.clipped).collect());
            self.clips_seen = channels.unwrap_or_default();
        }
    }

    /// Clipped samples of a channel since they were last seen.
    pub fn new_clips(&self, channel: usize, clipped: u64) -> u64 {
        clipped.saturating_sub(self.clips_seen.get(channel).copied().unwrap_or(0))
    }

    /// How the window names it: kind and label.
    pub fn name(&self) -> String {
        let kind = match self.track.kind {
            TrackKind::Audio => "audio",
            TrackKind::Video => "video",
        };
        format!("{kind} · {}", self.track.label)
    }
}
