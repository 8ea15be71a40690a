//! The remote control of a virtual device: a button for each fault.

use std::time::Duration;

use egui::{DragValue, Ui, Window};

use crate::devices::virtual_devices::CameraFault;
use crate::model::{DeviceId, DeviceInfo, MediaDeviceKind};
use crate::state::State;
use crate::text::{text, text_with};

use super::Action;
use super::widgets::named;

/// What the remote control remembers.
#[derive(Debug)]
pub(super) struct RemoteView {
    /// Which device it controls, while it is open: as it was listed last.
    device: Option<DeviceInfo>,
    seconds: f64,
    frames: u32,
    millis: f64,
}

impl Default for RemoteView {
    fn default() -> Self {
        Self { device: None, seconds: 3.0, frames: 5, millis: 10.0 }
    }
}

impl RemoteView {
    /// Opens it for a device that is listed.
    pub fn open(&mut self, state: &State, device: &DeviceId) {
        self.device = listed(state, device).cloned();
    }

    fn time(&self) -> Duration {
        Duration::from_secs_f64(self.seconds)
    }

    fn amplitude(&self) -> Duration {
        Duration::from_secs_f64(self.millis / 1e3)
    }
}

fn listed<'a>(state: &'a State, device: &DeviceId) -> Option<&'a DeviceInfo> {
    state.devices.iter().flatten().find(|listed| listed.device_id == *device)
}

/// Draws the remote control, where it is open.
pub(super) fn remote_ui(ui: &Ui, view: &mut RemoteView, state: &State, actions: &mut Vec<Action>) {
    let Some(device) = view.device.clone() else { return };
    let listed = listed(state, &device.device_id);
    if let Some(listed) = listed {
        view.device = Some(listed.clone());
    }
    let mut is_open = true;
    let title = text_with("remote-title", &[("device", device.label.clone())]);
    Window::new(title).id(egui::Id::unique("remote")).open(&mut is_open).resizable(false).show(ui.ctx(), |ui| {
        ui.set_max_width(430.0);
        let is_camera = device.kind == MediaDeviceKind::VideoInput;
        if is_camera {
            amounts_ui(ui, view);
            let is_running =
                state.tracks.iter().any(|track| track.track.is_live() && track.track.device_id == device.device_id);
            ui.add_enabled_ui(is_running && listed.is_some(), |ui| {
                group_ui(ui, &text("remote-times"), times(view), &device, actions);
                group_ui(ui, &text("remote-losses"), losses(view), &device, actions);
                group_ui(ui, &text("remote-pictures"), pictures(view), &device, actions);
            });
            if !is_running {
                ui.weak(text("remote-closed"));
            }
        }
        ui.add_enabled_ui(listed.is_some(), |ui| {
            group_ui(ui, &text("remote-openings"), openings(view), &device, actions);
            group_ui(ui, &text("remote-device"), comings(view, &device), &device, actions);
        });
        ui.add_enabled_ui(listed.is_none(), |ui| {
            group_ui(ui, "", vec![(text("remote-plug-in"), CameraFault::PlugIn)], &device, actions);
        });
    });
    if !is_open {
        view.device = None;
    }
}

/// How long, how many, and how much.
fn amounts_ui(ui: &mut Ui, view: &mut RemoteView) {
    ui.horizontal(|ui| {
        let seconds = DragValue::new(&mut view.seconds).range(0.1..=600.0).speed(0.1).suffix(" s");
        named(ui.add(seconds), &text("remote-seconds")).on_hover_text(text("remote-seconds"));
        let frames = DragValue::new(&mut view.frames).range(2..=1000).suffix(text("remote-frames-suffix"));
        named(ui.add(frames), &text("remote-frames")).on_hover_text(text("remote-frames"));
        let millis = DragValue::new(&mut view.millis).range(1.0..=1000.0).suffix(" ms");
        named(ui.add(millis), &text("remote-millis")).on_hover_text(text("remote-millis"));
    });
}

type Button = (String, CameraFault);

fn group_ui(ui: &mut Ui, title: &str, buttons: Vec<Button>, device: &DeviceInfo, actions: &mut Vec<Action>) {
    if !title.is_empty() {
        ui.add_space(4.0);
        ui.weak(title);
    }
    ui.horizontal_wrapped(|ui| {
        for (label, fault) in buttons {
            // What the log will say.
            if ui.button(label).on_hover_text(fault.to_string()).clicked() {
                actions.push(Action::InjectFault(device.device_id.clone(), fault));
            }
        }
    });
}

fn times(view: &RemoteView) -> Vec<Button> {
    let (time, amplitude) = (view.time(), view.amplitude());
    vec![
        (text("remote-stall"), CameraFault::Stall(time)),
        (text("remote-suspend"), CameraFault::Suspend(time)),
        (text("remote-resume"), CameraFault::Resume),
        (text("remote-jitter"), CameraFault::Jitter { amplitude, time, seed: 0 }),
        (text("remote-arrival-jitter"), CameraFault::ArrivalJitter { amplitude, time, seed: 0 }),
        (text("remote-latency"), CameraFault::Latency(amplitude)),
        (text("remote-no-latency"), CameraFault::Latency(Duration::ZERO)),
        (text("remote-low-light"), CameraFault::LowLight { slower: 2, time }),
    ]
}

fn losses(view: &RemoteView) -> Vec<Button> {
    let (time, frames) = (view.time(), u64::from(view.frames));
    vec![
        (text("remote-drop"), CameraFault::DropFrames(frames)),
        (text("remote-drop-every"), CameraFault::DropEvery { frames, time }),
        (text("remote-corrupt"), CameraFault::Corrupt(frames)),
        (text("remote-corrupt-unmarked"), CameraFault::CorruptUnmarked(frames)),
        (text("remote-truncate"), CameraFault::Truncate(frames)),
        (text("remote-wrong-size"), CameraFault::WrongSize { width: 160, height: 120, frames }),
    ]
}

fn pictures(view: &RemoteView) -> Vec<Button> {
    let time = view.time();
    vec![(text("remote-black"), CameraFault::Black(time)), (text("remote-freeze"), CameraFault::Freeze(time))]
}

fn openings(view: &RemoteView) -> Vec<Button> {
    vec![
        (text("remote-late"), CameraFault::LateFirstFrame(view.time())),
        (text("remote-busy"), CameraFault::Busy(1)),
        (text("remote-denied"), CameraFault::PermissionDenied(1)),
        (text("remote-bandwidth"), CameraFault::NoBandwidth(1)),
    ]
}

fn comings(view: &RemoteView, device: &DeviceInfo) -> Vec<Button> {
    let mut buttons =
        vec![(text("remote-unplug"), CameraFault::Unplug), (text("remote-replug"), CameraFault::Replug(view.time()))];
    if device.device_controls.iter().any(|control| control.name == PRIVACY) {
        let set = |is_closed: bool| CameraFault::ChangeControl { name: PRIVACY.to_owned(), value: is_closed.into() };
        buttons.push((text("remote-close-shutter"), set(true)));
        buttons.push((text("remote-open-shutter"), set(false)));
    }
    buttons
}

/// The control that closes the shutter.
const PRIVACY: &str = "Privacy";
