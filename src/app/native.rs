//! The window on the desktop.

use std::collections::HashMap;

use eframe::NativeOptions;
use egui::ViewportBuilder;

use crate::data_dir::{self, DataDir};
use crate::dialogs::ScriptedDialogs;
use crate::model::{ErrorName, MediaError};

use super::{LabApp, Renderer, Setup, WindowOptions, setup};

/// What eframe remembers: the window's place and the panels' layout.
const WINDOW_FILE: &str = "window.ron";
/// What works without a display.
const WITHOUT_DISPLAY: &str = "the subcommands devices, watch, record and snapshot need none (capture-lab --help)";

/// Opens the window and returns when it is closed.
///
/// # Errors
/// One sentence with what to try: no display or no renderer (`NotSupportedError`), a file or a language that is wrong
/// (`TypeError`).
pub fn run(options: WindowOptions) -> Result<(), MediaError> {
    let setup::Devices { host, warnings, clock } = setup::devices(&options)?;
    if !has_display() {
        return Err(no_window(format!("There is no display to open the window on: {WITHOUT_DISPLAY}.")));
    }
    let renderer = options.renderer;
    // Before the window, so that devices open while it is being made.
    let mut setup = Setup::with_devices(host, clock, &options)?.with_warnings(warnings);
    setup = setup.with_warnings(unreadable_window_file(&options).into_iter().collect());
    if !options.dialog_answers.is_empty() {
        setup = setup.with_dialogs(ScriptedDialogs::new(options.dialog_answers));
    }
    let native = native_options(renderer, &setup);
    let create = move |creation: &eframe::CreationContext<'_>| {
        let app = LabApp::new(creation, setup)?;
        close_on_signal(&creation.egui_ctx);
        Ok(Box::new(app) as Box<dyn eframe::App>)
    };
    eframe::run_native(data_dir::APP_ID, native, Box::new(create))
        .map_err(|error| no_window(describe(&error, renderer)))
}

fn no_window(message: String) -> MediaError {
    MediaError::new(ErrorName::NotSupportedError, message)
}

/// eframe drops a file that it cannot read without a word.
fn unreadable_window_file(options: &WindowOptions) -> Option<String> {
    let text = std::fs::read_to_string(DataDir::new(options.data_dir.as_deref()).file(WINDOW_FILE)).ok()?;
    let is_sound = ron::from_str::<HashMap<String, String>>(&text).is_ok();
    (!is_sound).then(|| crate::text::text("layout-unreadable"))
}

/// On Linux, whether a display server is named at all.
fn has_display() -> bool {
    let is_set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY") || is_set("WAYLAND_SOCKET")
}

/// The display servers that the environment names.
fn display() -> String {
    let named = ["WAYLAND_DISPLAY", "DISPLAY"].into_iter().filter_map(|name| {
        let value = std::env::var(name).ok().filter(|value| !value.is_empty())?;
        Some(format!("{name}={value}"))
    });
    named.collect::<Vec<_>>().join(", ")
}

fn native_options(renderer: Renderer, setup: &Setup) -> NativeOptions {
    let viewport = ViewportBuilder::default()
        .with_app_id(data_dir::APP_ID)
        .with_title("Capture Lab")
        .with_inner_size([1280.0, 800.0])
        .with_min_inner_size([900.0, 600.0])
        .with_drag_and_drop(true);
    let renderer = if renderer.is_glow() { eframe::Renderer::Glow } else { eframe::Renderer::Wgpu };
    let persistence_path = Some(setup.dirs.file(WINDOW_FILE));
    NativeOptions { viewport, renderer, persistence_path, ..NativeOptions::default() }
}

fn describe(error: &eframe::Error, renderer: Renderer) -> String {
    match error {
        // What winit says names a line of its own source: nothing for a user.
        eframe::Error::Winit(_) | eframe::Error::WinitEventLoop(_) => {
            log::debug!("{error}");
            format!(
                "The display {} cannot be opened: see that its server runs and lets you in; {WITHOUT_DISPLAY}.",
                display()
            )
        }
        eframe::Error::AppCreation(error) => format!("The window cannot be made: {error}."),
        eframe::Error::Glutin(_)
        | eframe::Error::NoGlutinConfigs(..)
        | eframe::Error::OpenGL(_)
        | eframe::Error::Wgpu(_) => {
            log::debug!("{error}"); // a page of settings
            let (this, other) = if renderer.is_glow() { ("glow", "wgpu") } else { ("wgpu", "glow") };
            format!(
                "The renderer {this} finds nothing here to draw the window with: try --renderer {other}, or install \
                 the drivers of your graphics card or Mesa's (on Debian: libgl1-mesa-dri, mesa-vulkan-drivers)."
            )
        }
    }
}

/// SIGINT and SIGTERM close the window as its close button does: recordings are completed, devices closed.
fn close_on_signal(ctx: &egui::Context) {
    #[cfg(unix)]
    {
        use signal_hook::consts::{SIGINT, SIGTERM};
        let ctx = ctx.clone();
        let wait = move |mut signals: signal_hook::iterator::Signals| {
            if signals.forever().next().is_some() {
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
                ctx.request_repaint();
            }
        };
        let started = signal_hook::iterator::Signals::new([SIGINT, SIGTERM])
            .and_then(|signals| std::thread::Builder::new().name("signals".to_owned()).spawn(move || wait(signals)));
        if let Err(error) = started {
            log::warn!("Signals will not close the window in good order: {error}");
        }
    }
    #[cfg(not(unix))]
    let _unused = ctx;
}
