//! What happens, to whom, and why: the entries of the event log.

use std::fmt;

use super::Timestamp;

/// The name of an event: those of the standard, and the lab's own remarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EventName {
    /// The list of devices changed (`MediaDevices`).
    DeviceChange,
    /// The source delivers nothing (`MediaStreamTrack`).
    Mute,
    /// The source delivers again (`MediaStreamTrack`).
    Unmute,
    /// The source is over (`MediaStreamTrack`).
    Ended,
    /// The engine added a track to a stream (`MediaStream`).
    AddTrack,
    /// The engine took a track from a stream (`MediaStream`).
    RemoveTrack,
    /// Settings or capabilities changed from outside (`MediaStreamTrack`).
    ConfigurationChange,
    /// As it was until 2019: a track's device no longer meets what the track requires (LEG-04).
    Overconstrained,
    /// The lab: a request was made.
    Request,
    /// The lab: a request was answered.
    Success,
    /// The lab: a request failed.
    Error,
    /// The lab: a track was stopped by its user, for which the standard fires nothing.
    Stopped,
    /// The lab: `enabled` was switched, for which the standard fires nothing.
    Enabled,
    /// The lab: the program changed the tracks of a stream, for which the standard fires nothing.
    Stream,
    /// The lab: a permission was asked for, granted, denied or revoked.
    Permission,
    /// The lab: a device was opened, closed or set to another mode.
    Source,
    /// The lab: a control of a device was set, or changed by others.
    Control,
    /// The lab: samples of a microphone are missing.
    Overrun,
    /// The lab: digital silence of a microphone began or ended.
    Silence,
    /// The lab: a recording began, went on or ended.
    Recording,
    /// The lab: something that a tester wants to know.
    Warning,
}

impl EventName {
    /// All names, in order.
    pub const ALL: [Self; 21] = [
        Self::DeviceChange,
        Self::Mute,
        Self::Unmute,
        Self::Ended,
        Self::AddTrack,
        Self::RemoveTrack,
        Self::ConfigurationChange,
        Self::Overconstrained,
        Self::Request,
        Self::Success,
        Self::Error,
        Self::Stopped,
        Self::Enabled,
        Self::Stream,
        Self::Permission,
        Self::Source,
        Self::Control,
        Self::Overrun,
        Self::Silence,
        Self::Recording,
        Self::Warning,
    ];

    /// The name in lower case, for instance `devicechange`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::DeviceChange => "devicechange",
            Self::Mute => "mute",
            Self::Unmute => "unmute",
            Self::Ended => "ended",
            Self::AddTrack => "addtrack",
            Self::RemoveTrack => "removetrack",
            Self::ConfigurationChange => "configurationchange",
            Self::Overconstrained => "overconstrained",
            Self::Request => "request",
            Self::Success => "success",
            Self::Error => "error",
            Self::Stopped => "stopped",
            Self::Enabled => "enabled",
            Self::Stream => "stream",
            Self::Permission => "permission",
            Self::Source => "source",
            Self::Control => "control",
            Self::Overrun => "overrun",
            Self::Silence => "silence",
            Self::Recording => "recording",
            Self::Warning => "warning",
        }
    }
}

impl fmt::Display for EventName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Who caused an event (EVT-04).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// The person, or the program that uses the lab.
    User,
    /// The device or its driver.
    Device,
    /// The operating system or the sound server.
    System,
    /// A fault that was injected on purpose.
    FaultInjection,
    /// The other end of a connection, or a medium that is captured.
    Peer,
}

impl Cause {
    /// In lower case, for instance `user`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Device => "device",
            Self::System => "system",
            Self::FaultInjection => "fault injection",
            Self::Peer => "peer",
        }
    }
}

/// Why a track was muted or ended, by kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ReasonKind {
    /// A camera delivers no frames.
    NoFrames,
    /// A microphone delivers no samples.
    NoSamples,
    /// The device was unplugged or its driver went.
    DeviceGone,
    /// The driver reported an error.
    DriverError,
    /// The bus of the device is suspended: it sleeps to save power.
    Suspended,
    /// The sound server went.
    ServerGone,
    /// A shutter is closed or a switch is off (MUTE-08).
    Privacy,
    /// The permission to capture was taken back (TRK-10).
    PermissionRevoked,
    /// The tracks were stopped.
    Stopped,
}

impl ReasonKind {
    /// The word that `watch --json` gives, for instance `device-gone`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoFrames => "no-frames",
            Self::NoSamples => "no-samples",
            Self::DeviceGone => "device-gone",
            Self::DriverError => "driver-error",
            Self::Suspended => "suspended",
            Self::ServerGone => "server-gone",
            Self::Privacy => "privacy",
            Self::PermissionRevoked => "permission-revoked",
            Self::Stopped => "stopped",
        }
    }
}

/// Why a track was muted or ended: the kind, and the evidence in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// The kind.
    pub kind: ReasonKind,
    /// A sentence with the evidence, for instance `/dev/video0 was unplugged (ENODEV)`.
    pub text: String,
}

/// One line of the event log.
#[derive(Clone, Debug, PartialEq)]
pub struct LogEntry {
    /// When, on the monotonic clock.
    pub at: Timestamp,
    /// What.
    pub name: EventName,
    /// To whom: a label and node, or what was asked.
    pub object: String,
    /// Who caused it.
    pub cause: Cause,
    /// One sentence.
    pub text: String,
}
