//! The remote control of a virtual device: a button for each fault.

use std::time::Duration;

use egui::{DragValue, Ui, Window};

use crate::devices::virtual_devices::{CameraFault, DeviceFault, MicrophoneFault};
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
        let is_running =
            state.tracks.iter().any(|track| track.track.is_live() && track.track.device_id == device.device_id);
        amounts_ui(ui, view);
        ui.add_enabled_ui(is_running && listed.is_some(), |ui| {
            for (title, buttons) in disturbances(view, &device) {
                group_ui(ui, &title, buttons, &device, actions);
            }
        });
        if !is_running {
            let is_camera = device.kind == MediaDeviceKind::VideoInput;
            ui.weak(if is_camera { text("remote-closed") } else { text("remote-sound-closed") });
        }
        ui.add_enabled_ui(listed.is_some(), |ui| {
            group_ui(ui, &text("remote-openings"), of_camera(openings(view)), &device, actions);
            group_ui(ui, &text("remote-device"), comings(view, &device), &device, actions);
        });
        ui.add_enabled_ui(listed.is_none(), |ui| {
            group_ui(ui, "", vec![(text("remote-plug-in"), CameraFault::PlugIn.into())], &device, actions);
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

type Button = (String, DeviceFault);

/// What disturbs an open device, in groups with their titles.
fn disturbances(view: &RemoteView, device: &DeviceInfo) -> Vec<(String, Vec<Button>)> {
    if device.kind == MediaDeviceKind::VideoInput {
        return vec![
            (text("remote-times"), of_camera(times(view))),
            (text("remote-losses"), of_camera(losses(view))),
            (text("remote-pictures"), of_camera(pictures(view))),
        ];
    }
    vec![
        (text("remote-times"), of_microphone(silences(view))),
        (text("remote-sound-losses"), of_microphone(sound_losses(view))),
        (text("remote-sound"), of_microphone(distortions(view))),
    ]
}

fn of_camera(faults: Vec<(String, CameraFault)>) -> Vec<Button> {
    faults.into_iter().map(|(label, fault)| (label, fault.into())).collect()
}

fn of_microphone(faults: Vec<(String, MicrophoneFault)>) -> Vec<Button> {
    faults.into_iter().map(|(label, fault)| (label, fault.into())).collect()
}

fn silences(view: &RemoteView) -> Vec<(String, MicrophoneFault)> {
    let time = view.time();
    vec![
        (text("remote-stall"), MicrophoneFault::Stall(time)),
        (text("remote-sound-suspend"), MicrophoneFault::Suspend(time)),
        (text("remote-sound-switch-off"), MicrophoneFault::SwitchOff(time)),
        (text("remote-resume"), MicrophoneFault::Resume),
    ]
}

fn sound_losses(view: &RemoteView) -> Vec<(String, MicrophoneFault)> {
    let time = view.amplitude();
    vec![
        (text("remote-sound-dropout"), MicrophoneFault::Dropout { time, reported: true }),
        (text("remote-sound-dropout-unreported"), MicrophoneFault::Dropout { time, reported: false }),
        (text("remote-sound-xrun"), MicrophoneFault::Xrun(u64::from(view.frames))),
    ]
}

fn distortions(view: &RemoteView) -> Vec<(String, MicrophoneFault)> {
    let time = view.time();
    vec![
        (text("remote-sound-silence"), MicrophoneFault::Silence(time)),
        (text("remote-sound-clip"), MicrophoneFault::Clip(time)),
        (text("remote-sound-clip-below"), MicrophoneFault::ClipBelow { peak_dbfs: -6.0, time }),
    ]
}

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

fn times(view: &RemoteView) -> Vec<(String, CameraFault)> {
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

fn losses(view: &RemoteView) -> Vec<(String, CameraFault)> {
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

fn pictures(view: &RemoteView) -> Vec<(String, CameraFault)> {
    let time = view.time();
    vec![(text("remote-black"), CameraFault::Black(time)), (text("remote-freeze"), CameraFault::Freeze(time))]
}

fn openings(view: &RemoteView) -> Vec<(String, CameraFault)> {
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
    let mut buttons = of_camera(buttons);
    if device.kind == MediaDeviceKind::AudioInput {
        let restart = MicrophoneFault::RestartServer(view.time());
        buttons.push((text("remote-sound-restart-server"), restart.into()));
    }
    buttons
}

/// The control that closes the shutter.
const PRIVACY: &str = "Privacy";
