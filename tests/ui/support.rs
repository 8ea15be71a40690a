//! The whole window with virtual devices and a fake clock, without a display.
#![allow(clippy::unwrap_used)] // clippy knows tests by their attribute; this is what they share

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use capture_lab::app::{LabApp, Setup, WindowOptions};
use capture_lab::devices::virtual_devices::{FaultHandle, VirtualDevices, load_text};
use capture_lab::devices::{CameraBackend, CameraStream, CancelToken, DeviceError, DeviceHost, IdMaker};
use capture_lab::dialogs::ScriptedDialogs;
use capture_lab::media::{Clock, FakeClock};
use capture_lab::model::{Backend, CameraMode, DeviceInfo, TrackKind};
use capture_lab::preferences::Theme;
use capture_lab::selection::parse_constraints;
use capture_lab::state::{State, TrackView};
use capture_lab::worker::Choice;
use egui_kittest::Harness;
use egui_kittest::kittest::Queryable as _;
use tempfile::TempDir;

/// How long a test waits for something that comes at once in any sound program.
const LIMIT: Duration = Duration::from_secs(20);

const PAIR: &str = r#"(
    cameras: [(name: "cam", label: "Cam", faults: [FAULTS], CONTROLS modes: [
        (sizes: [(320, 180), (640, 360)], rates: [(30, 1), (25, 2)], formats: ["NV12"]),
    ])],
    microphones: [(name: "mic", label: "Mic", rates: [48000], channels: [
        (hertz: 997.0, peak_dbfs: -18.0), (hertz: 997.0, peak_dbfs: 0.0),
    ])],
)"#;

pub struct Window {
    pub harness: Harness<'static, Grounded>,
    pub clock: Arc<FakeClock>,
    pub folder: TempDir,
    devices: VirtualDevices,
}

/// The application on a ground, which a real window clears to and the harness does not.
pub struct Grounded(LabApp);

impl eframe::App for Grounded {
    fn logic(&mut self, ctx: &egui::Context, frame: &mut eframe::Frame) {
        self.0.logic(ctx, frame);
    }

    fn ui(&mut self, ui: &mut egui::Ui, frame: &mut eframe::Frame) {
        ui.painter().rect_filled(ui.ctx().content_rect(), 0.0, ui.visuals().panel_fill);
        self.0.ui(ui, frame);
    }
}

/// A virtual camera that passes for one of V4L2.
struct Disguised(Arc<dyn CameraBackend>);

impl CameraBackend for Disguised {
    fn backend(&self) -> Backend {
        Backend::V4l2
    }

    fn enumerate(&self) -> Result<Vec<DeviceInfo>, DeviceError> {
        let as_v4l2 = |device| DeviceInfo { backend: Backend::V4l2, ..device };
        Ok(self.0.enumerate()?.into_iter().map(as_v4l2).collect())
    }

    fn open(
        &self,
        device: &DeviceInfo,
        mode: CameraMode,
        cancel: &CancelToken,
    ) -> Result<Box<dyn CameraStream>, DeviceError> {
        self.0.open(device, mode, cancel)
    }
}

#[derive(Default)]
pub struct Wishes<'a> {
    /// What `--open` asks for.
    pub open: Option<&'a str>,
    /// What the file dialogs answer, in the window's folder.
    pub answers: Vec<&'a str>,
    pub theme: Option<Theme>,
    pub draws: bool,
    /// What goes wrong with the camera, as virtual devices describe it.
    pub faults: &'a str,
    /// The camera's controls, as virtual devices describe them.
    pub controls: &'a str,
    /// The camera passes for one of V4L2.
    pub as_v4l2: bool,
}

impl Window {
    pub fn new() -> Self {
        Self::with(&Wishes::default())
    }

    pub fn opened(json: &str) -> Self {
        let mut window = Self::with(&Wishes { open: Some(json), ..Wishes::default() });
        window.until("a track", |state| !state.tracks.is_empty());
        window
    }

    pub fn with(wishes: &Wishes<'_>) -> Self {
        let clock = FakeClock::shared();
        let as_clock: Arc<dyn Clock> = clock.clone();
        let folder = tempfile::tempdir().unwrap();
        let ids = IdMaker::new(b"test");
        let devices = load_text(
            &PAIR.replace("FAULTS", wishes.faults).replace("CONTROLS", wishes.controls),
            Path::new("test"),
            &ids,
            as_clock.clone(),
        )
        .unwrap();
        let disguised = |camera| Arc::new(Disguised(camera)) as Arc<dyn CameraBackend>;
        let cameras = devices.cameras.iter().cloned();
        let cameras = if wishes.as_v4l2 { cameras.map(disguised).collect() } else { cameras.collect() };
        let host = DeviceHost::from_backends(cameras, devices.microphones.clone()).with_ids(ids);
        let open = wishes.open.map(|json| (parse_constraints(json).unwrap().constraints, Choice::default()));
        let options = WindowOptions {
            data_dir: Some(folder.path().to_owned()),
            open: open.into_iter().collect(),
            theme: wishes.theme,
            ..WindowOptions::default()
        };
        let answers: Vec<PathBuf> = wishes.answers.iter().map(|name| folder.path().join(name)).collect();
        let setup = Setup::with_devices(host, as_clock, &options).unwrap().with_dialogs(ScriptedDialogs::new(answers));
        let builder = Harness::builder().with_size([1280.0, 800.0]).with_os(egui::os::OperatingSystem::Nix);
        let builder = if wishes.draws { builder.wgpu() } else { builder };
        // The harness sets its theme over ours.
        let builder =
            builder.with_theme(if wishes.theme == Some(Theme::Light) { egui::Theme::Light } else { egui::Theme::Dark });
        let harness = builder.build_eframe(|creation| Grounded(LabApp::new(creation, setup).unwrap()));
        let mut window = Self { harness, clock, folder, devices };
        window.until("the devices", |state| state.devices.is_some());
        window.harness.run_steps(2);
        window
    }

    pub fn state(&self) -> &State {
        self.harness.state().0.state()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn fault_handle(&self, name: &str) -> FaultHandle {
        self.devices.fault_handle(name).unwrap()
    }

    /// Paints until the state is as wanted.
    pub fn until(&mut self, what: &str, is_so: impl Fn(&State) -> bool) {
        self.until_all(what, |window| is_so(window.state()));
    }

    /// Paints until the window is as wanted.
    pub fn until_all(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !is_so(self) {
            assert!(Instant::now() < deadline, "{what} did not come: {}", self.messages().join(" | "));
            std::thread::sleep(Duration::from_millis(2)); // the worker has its own thread
            self.harness.step();
        }
        self.harness.run_steps(2); // what came is painted
    }

    /// Moves the clock in steps as short as a device's, painting between them.
    pub fn pass(&mut self, time: Duration) {
        for _ in 0..time.as_millis() / 10 {
            self.clock.advance(Duration::from_millis(10));
            self.harness.step();
        }
    }

    /// Moves the clock until the state is as wanted: for what is waited for before it is captured.
    pub fn pass_until(&mut self, what: &str, is_so: impl Fn(&State) -> bool) {
        let deadline = Instant::now() + LIMIT;
        while !is_so(self.state()) {
            assert!(Instant::now() < deadline, "{what} did not come: {}", self.messages().join(" | "));
            self.pass(Duration::from_millis(20));
        }
        self.harness.run_steps(2);
    }

    pub fn click(&mut self, label: &str) {
        self.harness.get_by_label(label).click();
        self.harness.run_steps(3);
    }

    /// Types into a field in the place of what stands there.
    pub fn fill(&mut self, label: &str, text: &str) {
        self.harness.get_by_label(label).focus();
        self.harness.run_steps(2);
        self.harness.key_press_modifiers(egui::Modifiers::COMMAND, egui::Key::A);
        self.harness.run_steps(2);
        self.harness.get_by_label(label).type_text(text);
        self.harness.run_steps(2);
    }

    pub fn press(&mut self, modifiers: egui::Modifiers, key: egui::Key) {
        self.harness.key_press_modifiers(modifiers, key);
        self.harness.run_steps(2);
    }

    pub fn shows(&self, text: &str) -> bool {
        self.harness.query_all_by_label_contains(text).next().is_some()
    }

    pub fn track(&self, kind: TrackKind) -> &TrackView {
        self.state().tracks.iter().find(|view| view.track.kind == kind).unwrap()
    }

    pub fn messages(&self) -> Vec<String> {
        self.state().toasts.iter().map(|toast| toast.message.clone()).collect()
    }
}
