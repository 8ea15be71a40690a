//! What the panels want to be done. They do nothing themselves.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::command::UserCommand;
use crate::devices::virtual_devices::DeviceFault;
use crate::model::{
    ColourOverride, Constraint, ControlValue, DeviceControl, DeviceId, InputSignal, MediaStreamConstraints,
    MediaTrackConstraints, PermissionState, PixelFormat, Policy, Property, TrackId, TrackKind,
};
use crate::preferences::Theme;
use crate::worker::{RecordingId, RequestId};

use super::layout::Pane;
use super::sweep::SweepAction;

/// A wish of the user.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// One of the commands.
    Command(UserCommand),
    /// Reads a preset.
    OpenPreset(PathBuf),
    /// Shows a device's details, or hides them.
    SelectDevice(DeviceId),
    /// Captures just this device, with what the editor asks of its kind.
    CaptureDevice(TrackKind, DeviceId),
    /// Fixes the device of a kind; `None` leaves it to the constraints.
    ChooseDevice(TrackKind, Option<DeviceId>),
    /// Chooses an input of a camera, and the signal that it is set to.
    SelectInput(DeviceId, u32, InputSignal),
    /// Compares what two backends make of a camera; `None` ends the comparison, and forgets it.
    CompareBackends(Option<DeviceId>),
    /// Opens the remote control of a virtual device.
    OpenRemote(DeviceId),
    /// Has a fault come to pass on a virtual device.
    InjectFault(DeviceId, DeviceFault),
    /// Fixes the pixel format; `None` leaves it to the lab.
    ChoosePixelFormat(Option<PixelFormat>),
    /// Something about the mode sweep.
    Sweep(SweepAction),
    /// Has requests wait for a device that is not there, or not.
    SetWaits(bool),
    /// Gives a call up that waits for its device.
    CancelCall(RequestId),
    /// Asks for a kind of track, or not.
    SetKind(TrackKind, bool),
    /// Sets a row of the basic set.
    SetConstraint(TrackKind, Property, Constraint),
    /// Sets rows of the basic set at once: what would help was taken.
    SetConstraints(TrackKind, Vec<(Property, Constraint)>),
    /// `applyConstraints()` on a track, whatever the editor holds.
    ApplyConstraints(TrackId, MediaTrackConstraints),
    /// Replaces all constraints; devices and pixel format stay.
    SetConstraintsWhole(MediaStreamConstraints),
    /// Sets the JSON text.
    SetText(String),
    /// Makes a track the one that commands act on.
    SelectTrack(TrackId),
    /// Switches a track.
    SetEnabled(TrackId, bool),
    /// Has the pictures of a track's camera read in other colours than its driver says.
    SetColour(TrackId, ColourOverride),
    /// Stops a track.
    StopTrack(TrackId),
    /// Clones a track.
    CloneTrack(TrackId),
    /// Switches what the lab does as a browser does.
    SetPolicy(Policy),
    /// Sets a permission.
    SetPermission(TrackKind, PermissionState),
    /// Answers a call that asks whether it may capture.
    AnswerPermission {
        /// The call.
        asked: RequestId,
        /// Whether it may.
        allow: bool,
        /// Whether the answer holds for later calls.
        remember: bool,
    },
    /// Shows the controls of this camera.
    ShowControls(DeviceId),
    /// Keeps values of controls, by name, with the request and in presets; none are kept no more.
    KeepControls(BTreeMap<String, ControlValue>),
    /// Sets a control of a camera.
    SetControl(DeviceId, DeviceControl, ControlValue),
    /// Sets controls of a camera, by id, to their defaults; none are all.
    ResetControls(DeviceId, Vec<u32>),
    /// Takes the last change of a camera's controls back.
    UndoControl(DeviceId),
    /// Gives all devices new ids.
    ResetDeviceIds,
    /// Takes ended tracks off the list.
    RemoveEnded,
    /// Puts a track's clip lamps out.
    SeeClips(TrackId),
    /// Ends a recording.
    StopRecording(RecordingId),
    /// Takes a message away.
    DismissToast(usize),
    /// Copies a text.
    Copy(String),
    /// Chooses a theme.
    SetTheme(Theme),
    /// Shows or hides a panel.
    TogglePane(Pane),
}
