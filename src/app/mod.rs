//! The window: drains the worker's events, shows the panels, carries out their actions.

use std::path::PathBuf;

use crate::devices::HostOptions;
use crate::model::MediaStreamConstraints;
use crate::worker::Choice;

/// `--renderer`: what draws the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Renderer {
    /// glow on Linux, wgpu elsewhere.
    #[default]
    Auto,
    /// OpenGL.
    Glow,
    /// Vulkan, Metal, DirectX 12, or OpenGL through wgpu.
    Wgpu,
}

/// `--theme`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ThemeChoice {
    /// What the system has.
    #[default]
    System,
    /// Dark on light.
    Light,
    /// Light on dark.
    Dark,
}

/// What the command line says about the window. `None` leaves the remembered preference.
#[derive(Clone, Debug, Default)]
pub struct WindowOptions {
    /// Which devices there are.
    pub host: HostOptions,
    /// One folder for all that is kept.
    pub data_dir: Option<PathBuf>,
    /// What to capture at once.
    pub open: Vec<(MediaStreamConstraints, Choice)>,
    /// What draws it.
    pub renderer: Renderer,
    /// The language.
    pub lang: Option<String>,
    /// The theme.
    pub theme: Option<ThemeChoice>,
    /// Answers for the next file dialogs.
    pub dialog_answers: Vec<PathBuf>,
}

/// Opens the window and returns when it is closed.
///
/// # Errors
/// One sentence with what to try: no display, no renderer.
pub fn run(_options: WindowOptions) -> Result<(), String> {
    Ok(())
}
