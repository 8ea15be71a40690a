//! What is asked of selection, and what it answers, without opening anything.

use crate::model::{
    ChosenMode, DeviceId, DeviceInfo, MediaError, MediaTrackConstraints, PixelFormat, Settings, Track, TrackKind,
};
use crate::selection::{Candidate, Context, Forecast, Rules, Sharer, beside, forecast, offered};
use crate::state::{State, TrackView};

/// What a forecast depends on.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Question {
    pub kind: TrackKind,
    /// The kinds that are asked for: names of devices count among them.
    asked: Vec<TrackKind>,
    constraints: MediaTrackConstraints,
    names: Vec<String>,
    pixel_format: Option<PixelFormat>,
    devices: Vec<DeviceInfo>,
    /// The live tracks that use devices beside the one that is asked about.
    others: Vec<User>,
    /// The device of the selected track of this kind: then the question is what applying comes to.
    pub applied_to: Option<DeviceId>,
}

/// A live track, and the device that it uses.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct User {
    device: DeviceId,
    mode: ChosenMode,
    constraints: MediaTrackConstraints,
    settings: Settings,
}

impl User {
    fn new(view: &TrackView) -> Self {
        let Track { device_id, constraints, settings, .. } = view.track.clone();
        Self { device: device_id, mode: view.mode, constraints, settings }
    }

    fn sharer(&self) -> Sharer<'_> {
        Sharer { constraints: &self.constraints, settings: &self.settings, pixel_format: None }
    }
}

/// A forecast, and the devices that it counts.
#[derive(Debug)]
pub(super) struct Known {
    pub forecast: Forecast,
    pub devices: Vec<String>,
    /// The device that would be selected.
    pub selected: Option<DeviceInfo>,
}

impl Question {
    /// `None` where there is nothing to ask, or devices are not listed yet.
    pub fn of(kind: TrackKind, state: &State) -> Option<Self> {
        let devices = state.devices.clone()?;
        // A device that hides its modes cannot be forecast.
        let is_hidden = |device: &DeviceInfo| device.device_id.as_str().is_empty();
        if devices.iter().any(|device| device.kind.track_kind() == Some(kind) && is_hidden(device)) {
            return None;
        }
        let choice = state.editor.choice_for(&devices);
        let selected = state.selected().filter(|view| view.track.kind == kind && view.track.is_live());
        let others = state
            .tracks
            .iter()
            .filter(|view| view.track.is_live() && selected.is_none_or(|selected| selected.track.id != view.track.id));
        let is_asked = |kind: &TrackKind| state.editor.constraints().of_kind(*kind).is_some();
        Some(Self {
            kind,
            asked: [TrackKind::Audio, TrackKind::Video].into_iter().filter(is_asked).collect(),
            constraints: state.editor.constraints().of_kind(kind)?.clone(),
            names: choice.devices,
            pixel_format: choice.pixel_format.filter(|_| kind == TrackKind::Video),
            devices,
            others: others.map(User::new).collect(),
            applied_to: selected.map(|view| view.track.device_id.clone()),
        })
    }

    /// What applying its constraints came to on a track's device; `None` where the device is not there any more.
    pub fn about(view: &TrackView, state: &State) -> Option<Self> {
        let devices = state.devices.as_deref()?.iter().filter(|device| device.device_id == view.track.device_id);
        let is_other = |other: &&TrackView| other.track.is_live() && other.track.id != view.track.id;
        Some(Self {
            kind: view.track.kind,
            asked: vec![view.track.kind],
            constraints: view.track.constraints.clone(),
            names: Vec::new(),
            pixel_format: None,
            devices: devices.cloned().collect(),
            others: state.tracks.iter().filter(is_other).map(User::new).collect(),
            applied_to: Some(view.track.device_id.clone()),
        })
    }

    pub fn answer(&self) -> Known {
        let Self { kind, asked, constraints, names, pixel_format, devices, applied_to, .. } = self;
        let context = if applied_to.is_some() { Context::ApplyConstraints } else { Context::GetUserMedia };
        let rules = Rules::new(*kind, context);
        let among = match applied_to {
            Some(id) => Ok(devices.iter().filter(|device| device.device_id == *id).collect()),
            None => offered(*kind, asked, constraints, devices, names),
        };
        match among {
            Err(error) => Known::failed(error),
            Ok(offered) => {
                let found: Vec<_> = offered.iter().map(|device| self.beside_others(&rules, device)).collect();
                let candidates: Vec<_> =
                    found.iter().map(|(device, mode)| Candidate { device, fixed_mode: *mode }).collect();
                let forecast = forecast(&rules, &candidates, constraints, *pixel_format);
                let selected = forecast.outcome.as_ref().ok().and_then(|one| found.get(one.candidate));
                let selected = selected.map(|(device, _)| device.clone());
                Known { forecast, devices: offered.iter().map(|device| device.name()).collect(), selected }
            }
        }
    }

    fn beside_others(&self, rules: &Rules, device: &DeviceInfo) -> (DeviceInfo, Option<ChosenMode>) {
        let users: Vec<_> = self.others.iter().filter(|user| user.device == device.device_id).collect();
        let Some(present) = users.first().map(|user| user.mode) else { return (device.clone(), None) };
        let others: Vec<_> = users.iter().map(|user| user.sharer()).collect();
        let (device, mode) = beside(rules, device, present, &self.constraints, self.pixel_format, &others);
        (device, Some(mode))
    }
}

impl Known {
    fn failed(error: MediaError) -> Self {
        Self {
            forecast: Forecast { outcome: Err(error), modes: Vec::new(), relaxations: Vec::new() },
            devices: Vec::new(),
            selected: None,
        }
    }
}
