//! `configurationchange`, and muting by something else than silence.

use crate::model::{Cause, EventName, Reason, Timestamp, TrackId};
use crate::selection;
use crate::worker::TrackChange;
use crate::worker::message::SourceId;

use super::Session;
use super::constraints::rules_of;

impl Session {
    /// A device is configured otherwise than its tracks know, and not by constraints: each track follows, and fires
    /// `configurationchange`. One that is muted waits until it is not (EXT-05).
    pub(super) fn tell_configuration(&mut self, id: SourceId, at: Timestamp) {
        for track in self.live_track_ids(id) {
            let Some(entry) = self.tracks.get_mut(&track) else { continue };
            entry.has_changed = entry.track.muted();
            if !entry.has_changed {
                self.track_reconfigured(id, track, at);
            }
        }
    }

    fn track_reconfigured(&mut self, id: SourceId, track: TrackId, at: Timestamp) {
        let Some((source, entry)) = self.sources.get(&id).zip(self.tracks.get(&track)) else { return };
        let (mode, device) = (source.mode, source.device.pinned());
        let capabilities = source.device.capabilities.clone();
        let Ok(rules) = rules_of(source) else { return };
        let Some(settings) = selection::settle_in(&rules, &device, mode, &entry.sharer()) else { return };
        let name = entry.name();
        let changed: Vec<_> = settings
            .iter()
            .filter(|(property, value)| entry.track.settings.get(**property) != Some(value))
            // What an automatic moves all the time is no event each time.
            .filter(|(property, _)| !source.device.is_volatile(**property))
            .map(|(property, value)| format!("{property} is {value}"))
            .collect();
        if changed.is_empty() && entry.track.capabilities == capabilities {
            // What is measured by them follows all the same.
            if entry.track.settings != settings {
                self.set_settings(track, &settings);
            }
            return;
        }
        let text = if changed.is_empty() { "what it can be changed".to_owned() } else { changed.join(", ") };
        self.tell_overconstrained(&rules, track, &device, mode);
        self.set_settings(track, &settings);
        if let Some(entry) = self.tracks.get_mut(&track) {
            entry.track.capabilities = capabilities.clone();
        }
        self.log_at(at, EventName::ConfigurationChange, name, Cause::Device, text);
        self.tell_track(track, at, TrackChange::ConfigurationChange { settings, capabilities });
    }

    /// The source's shutter is closed, or open again.
    pub(super) fn set_private(&mut self, id: SourceId, at: Timestamp, reason: Option<Reason>) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        source.withhold(reason.is_some());
        source.private = reason;
        self.settle_mute(id, at);
    }

    /// The tracks of a source are muted for as long as there is a reason.
    pub(super) fn settle_mute(&mut self, id: SourceId, at: Timestamp) {
        let Some(source) = self.sources.get_mut(&id) else { return };
        let reason = source.private.as_ref().or(source.stalled.as_ref()).cloned();
        if source.muted == reason {
            return;
        }
        source.muted.clone_from(&reason);
        self.set_tracks_muted(id, at, reason.as_ref());
        let waits = |track: &TrackId| self.tracks.get(track).is_some_and(|entry| entry.has_changed);
        if reason.is_none() && self.live_track_ids(id).iter().any(waits) {
            self.tell_configuration(id, at);
        }
    }
}
