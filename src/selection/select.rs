//! `SelectSettings` over several devices (`#dfn-selectsettings`, `#dom-mediadevices-getusermedia`).

use crate::model::{ChosenMode, DeviceInfo, MediaError, MediaTrackConstraints, PixelFormat, Settings, TrackKind};

/// A device that may be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The device.
    pub device: &'a DeviceInfo,
    /// The mode that it must keep, because other tracks use it (APP-09); `None` where any will do.
    pub fixed_mode: Option<ChosenMode>,
}

/// What was chosen on one device.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Which of the candidates, counted from 0.
    pub candidate: usize,
    /// The mode to open it in.
    pub mode: ChosenMode,
    /// The settings of the track.
    pub settings: Settings,
    /// The fitness distance to the basic set.
    pub fitness: f64,
}

/// Selects the settings of a track: the best of each device that can satisfy the constraints, best device first
/// (GUM-08, GUM-09), so that the next can be tried where one does not open (GUM-10).
///
/// # Errors
/// `NotFoundError` where no candidate is of the kind, `OverconstrainedError` where none can satisfy the required
/// constraints; its message names the nearest available values (OVR-05, OVR-06).
pub fn select(
    _kind: TrackKind,
    _candidates: &[Candidate<'_>],
    _constraints: &MediaTrackConstraints,
    _pixel_format: Option<PixelFormat>,
) -> Result<Vec<Selection>, MediaError> {
    Ok(Vec::new())
}
