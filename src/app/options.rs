//! What the command line says about the window.

use std::path::PathBuf;

use crate::devices::HostOptions;
use crate::model::MediaStreamConstraints;
use crate::preferences::Theme;
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

impl Renderer {
    /// Whether OpenGL draws directly: without a GPU it costs a quarter of wgpu.
    pub(super) const fn is_glow(self) -> bool {
        match self {
            Self::Auto => cfg!(target_os = "linux"),
            Self::Glow => true,
            Self::Wgpu => false,
        }
    }
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
    /// What is fixed beside the constraints, for the editor.
    pub choice: Choice,
    /// What draws it.
    pub renderer: Renderer,
    /// The language.
    pub lang: Option<String>,
    /// The theme.
    pub theme: Option<Theme>,
    /// Answers for the next file dialogs.
    pub dialog_answers: Vec<PathBuf>,
}
