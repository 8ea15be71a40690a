//! `MediaStreamTrack` as a state machine.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Capabilities, DeviceId, MediaTrackConstraints, Property, Settings, TrackId};

/// `MediaStreamTrack.kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TrackKind {
    /// From a microphone.
    Audio,
    /// From a camera.
    Video,
}

impl TrackKind {
    /// `audio` or `video`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Audio => "audio",
            Self::Video => "video",
        }
    }
}

impl fmt::Display for TrackKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// `MediaStreamTrackState` (`#dom-mediastreamtrackstate`): from live to ended once, never back (TRK-02).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReadyState {
    /// Connected to its source.
    Live,
    /// Over for good.
    Ended,
}

impl ReadyState {
    /// `live` or `ended`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::Ended => "ended",
        }
    }
}

/// `MediaStreamTrack` (`#dom-mediastreamtrack`): a handle on a source, with its own constraints and settings.
#[derive(Clone, Debug, PartialEq)]
pub struct Track {
    /// New for each track.
    pub id: TrackId,
    /// Audio or video.
    pub kind: TrackKind,
    /// The device's label at creation; stays readable after the end (TRK-04).
    pub label: String,
    /// The device that it comes from.
    pub device_id: DeviceId,
    /// The device's node at creation.
    pub node: String,
    /// What was asked for last with success.
    pub constraints: MediaTrackConstraints,
    /// The values in force.
    pub settings: Settings,
    /// What the source can do.
    pub capabilities: Capabilities,
    enabled: bool,
    muted: bool,
    ready_state: ReadyState,
}

impl Track {
    /// A new live, enabled, unmuted track (GUM-12) with a new id.
    pub fn new(kind: TrackKind, label: String, device_id: DeviceId, node: String) -> Self {
        Self {
            id: TrackId::random(),
            kind,
            label,
            device_id,
            node,
            constraints: MediaTrackConstraints::default(),
            settings: Settings::default(),
            capabilities: Capabilities::default(),
            enabled: true,
            muted: false,
            ready_state: ReadyState::Live,
        }
    }

    /// `clone()` under a new id: source, kind, label, state, constraints and settings are the same (CLN-01). `enabled` and `muted` are
    /// copied too (CLN-02, AMB-10).
    #[must_use]
    pub fn cloned(&self, id: TrackId) -> Self {
        Self { id, ..self.clone() }
    }

    /// Whether the user lets the media through.
    pub const fn enabled(&self) -> bool {
        self.enabled
    }

    /// Whether the source delivers nothing at the moment.
    pub const fn muted(&self) -> bool {
        self.muted
    }

    /// Live or ended.
    pub const fn ready_state(&self) -> ReadyState {
        self.ready_state
    }

    /// Whether it is not ended.
    pub fn is_live(&self) -> bool {
        self.ready_state == ReadyState::Live
    }

    /// Sets `enabled`; fires no event (MUTE-06). Returns whether it changed.
    pub fn set_enabled(&mut self, enabled: bool) -> bool {
        std::mem::replace(&mut self.enabled, enabled) != enabled
    }

    /// Sets the muted state (`#set-track-muted`). Returns whether `mute` or `unmute` is to be fired: not when it is
    /// equal (MUTE-04) and not on an ended track (MUTE-09).
    pub fn set_muted(&mut self, muted: bool) -> bool {
        self.is_live() && std::mem::replace(&mut self.muted, muted) != muted
    }

    /// Ends the track, by `stop()` or by its source (`#track-ended`). Returns whether it was live. Of the settings,
    /// only what names the device stays (SET-04).
    pub fn end(&mut self) -> bool {
        let was_live = std::mem::replace(&mut self.ready_state, ReadyState::Ended) == ReadyState::Live;
        self.settings.retain(&[Property::DeviceId, Property::GroupId, Property::FacingMode]);
        was_live
    }
}
