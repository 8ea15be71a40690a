//! The window: drains the worker's events, shows the panels, carries out their actions.

mod actions;
mod answers;
mod compare;
mod controls;
mod files;
mod lab;
mod native;
mod options;
mod setup;
mod sweep;

pub use lab::LabApp;
pub use native::run;
pub use options::{Renderer, WindowOptions};
pub use setup::Setup;
