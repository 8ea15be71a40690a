//! What a browser does and a lab does not, to be switched on for tests.

use serde::{Deserialize, Serialize};

/// How the lab plays the browser, and how it leaves devices. By default it does not play: it was started to capture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own; all combinations are possible")]
pub struct Policy {
    /// `getUserMedia` asks before it captures (PERM-04).
    pub asks_permission: bool,
    /// Labels, ids and all but one device of a kind are hidden until one of the kind was captured (ENUM-13), and errors do
    /// not name the constraint (OVR-07).
    pub hides_devices: bool,
    /// A source that delivers nothing ends its tracks, rather than to mute them.
    pub ends_on_stall: bool,
    /// A device is closed while all of its tracks are disabled (TRK-13). On by default.
    pub releases_disabled: bool,
    /// Says when a track's device no longer meets what it requires, as the `overconstrained` event did until 2019
    /// (LEG-04).
    pub tells_overconstrained: bool,
    /// Controls of a camera are put back to what they were before the lab set them, when the camera is closed and at the end
    /// of the program. Otherwise they stay as they are set, as drivers have it.
    pub puts_controls_back: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            asks_permission: false,
            hides_devices: false,
            ends_on_stall: false,
            releases_disabled: true,
            tells_overconstrained: false,
            puts_controls_back: false,
        }
    }
}

/// `PermissionState` of the Permissions API, for one kind of device (PERM-01).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PermissionState {
    /// Captures without a question.
    Granted,
    /// Asks.
    #[default]
    Prompt,
    /// Refuses without a question.
    Denied,
}

impl PermissionState {
    /// `granted`, `prompt` or `denied`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Granted => "granted",
            Self::Prompt => "prompt",
            Self::Denied => "denied",
        }
    }
}
