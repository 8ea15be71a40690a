//! The words between the worker and those who use it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::devices::virtual_devices::DeviceFault;
use crate::measure::{AudioReport, VideoReport};
use crate::media::{Latest, PreviewImage};
use crate::model::{
    Capabilities, Cause, ChosenMode, ColourOverride, Control, ControlValue, DeviceControl, DeviceId, DeviceInfo,
    InputSignal, LogEntry, MediaError, MediaStreamConstraints, MediaTrackConstraints, PermissionState, PixelFormat,
    Policy, Reason, Settings, StreamId, Timestamp, Track, TrackId, TrackKind,
};
use crate::record::Losses;

use super::{DamagedPictures, PictureColour, ShownPictures};

/// Names a request, so that its answer can be told. Chosen by the asker, unique among its open requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What the worker is asked to do. Each is answered by exactly one [`Event::Answer`] with the same request.
#[derive(Clone, Debug)]
pub struct Request {
    /// Names the answer.
    pub id: RequestId,
    /// What to do.
    pub command: Command,
}

/// What the worker can do.
#[derive(Clone, Debug)]
pub enum Command {
    /// `enumerateDevices()`; answered by [`Reply::Devices`].
    EnumerateDevices,
    /// `getUserMedia()`; answered by [`Reply::Stream`].
    GetUserMedia {
        /// What is asked for.
        constraints: MediaStreamConstraints,
        /// What the lab lets a tester fix beside the constraints.
        choice: Choice,
    },
    /// Gives a `getUserMedia()` up that is not answered yet: it fails with an `AbortError`. Answered by [`Reply::Done`].
    CancelUserMedia {
        /// Which call.
        call: RequestId,
    },
    /// `applyConstraints()`; answered by [`Reply::Settings`].
    ApplyConstraints {
        /// To whom.
        track: TrackId,
        /// All constraints: what is left out becomes unconstrained (APP-03).
        constraints: MediaTrackConstraints,
        /// The pixel format, where the tester fixes it.
        pixel_format: Option<PixelFormat>,
    },
    /// Sets `enabled`; answered by [`Reply::Done`].
    SetEnabled {
        /// Of whom.
        track: TrackId,
        /// The new value.
        enabled: bool,
    },
    /// Reads the pictures of a camera in other colours than its driver says, from the next frame on: in the preview, in
    /// snapshots and in recordings. It holds for the device, that is, for all its tracks, until it is closed. Nothing where
    /// the track is of a microphone or has ended. Answered by [`Reply::Done`].
    SetColour {
        /// A track of the camera.
        track: TrackId,
        /// What to assume; by default all is as the driver says again.
        colour: ColourOverride,
    },
    /// Begins the counts and measures of a video track anew, as if it had just been opened; a recording that it feeds goes on.
    /// Answered by [`Reply::Done`]: reports that are read after it count from then on.
    BeginCounts {
        /// Of whom.
        track: TrackId,
    },
    /// `stop()`; answered by [`Reply::Done`]. Fires no `ended` (TRK-06).
    StopTrack {
        /// Whom.
        track: TrackId,
    },
    /// `MediaStreamTrack.clone()`; answered by [`Reply::Track`].
    CloneTrack {
        /// Of whom.
        track: TrackId,
        /// The clone's id: a new one.
        clone: TrackId,
    },
    /// `new MediaStream(tracks)`; answered by [`Reply::Done`].
    NewStream {
        /// Its id: a new one.
        stream: StreamId,
        /// Its tracks, each counted once (STR-01).
        tracks: Vec<TrackId>,
    },
    /// `MediaStream.clone()`: every track is cloned (STR-10); answered by [`Reply::Stream`].
    CloneStream {
        /// Of which.
        stream: StreamId,
    },
    /// `addTrack()` and `removeTrack()`, which fire nothing where the program calls them (STR-07), or the same by the engine,
    /// which fires `addtrack` or `removetrack` (STR-08). Nothing where it is so already. Answered by [`Reply::Done`].
    ChangeStream {
        /// Which.
        stream: StreamId,
        /// Added or removed.
        change: StreamChange,
        /// [`Cause::User`] is the program; anything else is the engine.
        by: Cause,
    },
    /// Nobody holds these any more: tracks among them that have ended, and the streams, are forgotten. Answered by
    /// [`Reply::Done`].
    Forget {
        /// Tracks.
        tracks: Vec<TrackId>,
        /// Streams.
        streams: Vec<StreamId>,
    },
    /// Switches what the lab does as a browser does; answered by [`Reply::Done`].
    SetPolicy(Policy),
    /// Sets a permission, as a browser's settings do. Taken back, it ends all live tracks of the kind (TRK-10). Answered by
    /// [`Reply::Done`].
    SetPermission {
        /// Of which devices.
        kind: TrackKind,
        /// What.
        state: PermissionState,
    },
    /// Answers [`Event::PermissionAsked`]; answered by [`Reply::Done`].
    AnswerPermission {
        /// The call that asked.
        asked: RequestId,
        /// Whether it may capture.
        allow: bool,
        /// Whether the answer holds for later calls.
        remember: bool,
    },
    /// Gives all devices other ids, hashed with this salt (ENUM-08); answered by [`Reply::Done`], or by an `InvalidStateError`
    /// while devices are open.
    ResetDeviceIds {
        /// The installation's new salt.
        salt: Vec<u8>,
    },
    /// Records the live tracks of a stream; answered by [`Reply::Recording`] when the file is open.
    StartRecording {
        /// What.
        stream: StreamId,
        /// Where: the extension gives the format (`mp4`, `wav`).
        path: PathBuf,
        /// Whether a file that is there is replaced.
        overwrite: bool,
    },
    /// Ends a recording; answered by [`Reply::Done`] when the file is complete.
    StopRecording {
        /// Which.
        recording: RecordingId,
    },
    /// Has [`Event::DeviceControls`] told of a camera, whether it is captured or not, or no more; answered by
    /// [`Reply::Done`]. Of cameras that are captured it is always told.
    WatchControls {
        /// Of which.
        device: DeviceId,
        /// Whether or not.
        watch: bool,
    },
    /// Chooses an input of a camera that has several, and sets it to a signal. The driver keeps both. Answered by
    /// [`Reply::Devices`], since the modes are others then, by an `InvalidStateError` while the lab captures from it, or by a
    /// `NotReadableError` where the driver does not take it, or another program captures.
    SelectInput {
        /// Of which.
        device: DeviceId,
        /// The number of the input.
        input: u32,
        /// The standard or DV timings that it is set to.
        signal: InputSignal,
    },
    /// Has a fault come to pass on a virtual device now; answered by [`Reply::Done`], or by an `InvalidStateError` where it
    /// cannot: a fault of frames or samples of a device that is not open, any but plugging in of one that is out.
    InjectFault {
        /// On which.
        device: DeviceId,
        /// Which.
        fault: DeviceFault,
    },
    /// Sets controls of a camera, whether it is captured or not: those that govern others first. Answered by
    /// [`Reply::ControlsSet`], or by an error where none was set.
    SetDeviceControls {
        /// Of which.
        device: DeviceId,
        /// Controls by id, and what they are to be.
        values: Vec<(u32, ControlValue)>,
    },
    /// Sets controls of a camera to the driver's defaults; answered as [`SetDeviceControls`](Self::SetDeviceControls).
    ResetDeviceControls {
        /// Of which.
        device: DeviceId,
        /// Controls by id; none are all.
        controls: Vec<u32>,
    },
    /// Keeps the next picture of a video track; answered by [`Reply::Saved`].
    Snapshot {
        /// Of whom.
        track: TrackId,
        /// Where: the extension gives the format (`png`, `jpg`, `raw`).
        path: PathBuf,
        /// Whether a file that is there is replaced.
        overwrite: bool,
        /// Keeps the camera's own JPEG bytes.
        original: bool,
    },
}

/// What a tester fixes beside the constraints.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Choice {
    /// Devices to choose from, as `--device` names them: a node, an id, or a unique part of a label. Empty: all.
    pub devices: Vec<String>,
    /// The pixel format; `None` leaves it to the lab.
    pub pixel_format: Option<PixelFormat>,
    /// In which other colours than its driver says the pictures of the camera are read ([`Command::SetColour`]). Where it says
    /// nothing, an earlier choice for an open camera stays.
    pub colour: ColourOverride,
    /// Whether a call for which no device is there waits until one appears ([`Event::Waiting`]), instead of failing.
    pub waits: bool,
    /// What controls of the camera are set to once it is open, by their names. One that the camera does not have, or does
    /// not set so, is told in the log.
    pub controls: BTreeMap<String, ControlValue>,
}

/// Names a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordingId(pub u64);

/// What the worker says.
#[derive(Clone, Debug)]
pub enum Event {
    /// The answer to a request: exactly one for each.
    Answer {
        /// Which request.
        request: RequestId,
        /// What came of it.
        result: Result<Reply, MediaError>,
    },
    /// `devicechange`: the whole new list (CHG-03).
    DeviceChange(Vec<DeviceInfo>),
    /// A call waits for a device to appear ([`Choice::waits`]). Told again where the reason becomes another.
    Waiting {
        /// The call.
        request: RequestId,
        /// As what it would have failed.
        error: MediaError,
    },
    /// The controls of a camera, as they are now.
    DeviceControls {
        /// Of which.
        device: DeviceId,
        /// As its driver has them.
        controls: Vec<DeviceControl>,
        /// What of them the web knows.
        properties: Vec<Control>,
    },
    /// A call waits for the user's consent ([`Policy::asks_permission`]).
    PermissionAsked {
        /// The call.
        request: RequestId,
        /// What it wants to capture.
        kinds: Vec<TrackKind>,
        /// The devices, as messages name them.
        devices: Vec<String>,
    },
    /// A permission is another now.
    Permission {
        /// Of which devices.
        kind: TrackKind,
        /// What it is.
        state: PermissionState,
    },
    /// The tracks of a stream changed.
    Stream {
        /// Of which.
        stream: StreamId,
        /// When.
        at: Timestamp,
        /// What.
        change: StreamChange,
        /// Whether `addtrack` or `removetrack` is fired: not where the program changed it (STR-07).
        fires: bool,
    },
    /// Something happened to a track.
    Track {
        /// To whom.
        track: TrackId,
        /// When.
        at: Timestamp,
        /// What.
        change: TrackChange,
    },
    /// A recording went on or came to its end.
    Recording(RecordingStatus),
    /// A line for the event log.
    Log(LogEntry),
}

/// What a request gives.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Nothing to say.
    Done,
    /// The devices, microphones first, the default of each kind first (ENUM-02).
    Devices(Vec<DeviceInfo>),
    /// A new stream.
    Stream(OpenedStream),
    /// A new track.
    Track(Box<OpenedTrack>),
    /// The settings after `applyConstraints`.
    Settings(Settings),
    /// A recording has begun.
    Recording(RecordingId),
    /// Controls were set and read back.
    ControlsSet {
        /// A sentence for each that is not what was asked for.
        remarks: Vec<String>,
    },
    /// A file was written.
    Saved(PathBuf),
}

/// A new stream with its tracks.
#[derive(Clone, Debug)]
pub struct OpenedStream {
    /// The stream.
    pub stream: StreamId,
    /// Its tracks.
    pub tracks: Vec<OpenedTrack>,
}

/// A new track, and where its media can be looked at.
#[derive(Clone, Debug)]
pub struct OpenedTrack {
    /// As it was at the opening; [`TrackChange`]s say what became of it.
    pub track: Track,
    /// The mode in which the device runs, or ran last.
    pub mode: ChosenMode,
    /// Why it is muted, where the device delivered nothing already.
    pub reason: Option<Reason>,
    /// Live views.
    pub monitor: TrackMonitor,
}

/// Where the media of a track can be looked at while it runs. What nobody looks at is replaced by the newest.
#[derive(Clone, Debug)]
pub enum TrackMonitor {
    /// Of a camera.
    Video {
        /// The newest picture. Taken by one viewer.
        preview: Latest<PreviewImage>,
        /// The newest measurements; stays in the box ([`Latest::peek`]).
        report: Latest<Arc<VideoReport>>,
        /// Where a viewer notes that it drew a picture.
        shown: ShownPictures,
        /// Damaged frames, on demand.
        damaged: DamagedPictures,
        /// In which colours the pictures of its camera are read.
        colour: PictureColour,
    },
    /// Of a microphone.
    Audio {
        /// The newest measurements; stays in the box ([`Latest::peek`]).
        report: Latest<Arc<AudioReport>>,
    },
}

/// A change of the set of tracks of a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamChange {
    /// One more.
    Add(TrackId),
    /// One less; the track goes on (STR-09).
    Remove(TrackId),
}

/// What happened to a track.
#[derive(Clone, Debug, PartialEq)]
pub enum TrackChange {
    /// `mute`.
    Muted(Reason),
    /// `unmute`.
    Unmuted,
    /// `ended`: over, but not by `stop()`.
    Ended(Reason),
    /// `stop()` was called. The standard fires nothing.
    Stopped,
    /// `enabled` was switched. The standard fires nothing.
    Enabled(bool),
    /// `applyConstraints` succeeded, or the device runs in another mode for another reason.
    Configured {
        /// The constraints in force.
        constraints: MediaTrackConstraints,
        /// The settings in force.
        settings: Settings,
        /// The mode of the device.
        mode: ChosenMode,
    },
    /// `configurationchange`: settings or capabilities changed, and not by `applyConstraints` (EXT-05).
    ConfigurationChange {
        /// The settings in force.
        settings: Settings,
        /// What the device can do now.
        capabilities: Capabilities,
    },
}

/// How a recording stands.
#[derive(Clone, Debug, PartialEq)]
pub struct RecordingStatus {
    /// Which.
    pub recording: RecordingId,
    /// The file.
    pub path: PathBuf,
    /// Length of the clip so far.
    pub duration: Duration,
    /// Size of the file so far.
    pub bytes: u64,
    /// What it lacks.
    pub lost: Losses,
    /// What it does now.
    pub phase: RecordingPhase,
}

/// What a recording does now.
#[derive(Clone, Debug, PartialEq)]
pub enum RecordingPhase {
    /// It goes on.
    Running,
    /// The file is complete.
    Finished,
    /// It failed; the file has what was recorded up to then.
    Failed(MediaError),
}
