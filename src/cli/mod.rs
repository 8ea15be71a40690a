//! The command line: one file per subcommand. None needs a display.

pub mod args;
mod compare;
mod devices;
mod failure;
mod generate;
mod json;
mod lines;
mod record;
mod request;
mod select;
mod session;
mod snapshot;
mod sweep;
mod sweep_table;
mod table;
pub mod usage;
mod watch;
mod watch_out;

pub use failure::{Failure, Status};

use crate::app::WindowOptions;
use crate::worker::Choice;

use args::{Arguments, Common, Task};

/// Carries out a subcommand.
///
/// # Errors
/// With a sentence and the exit status.
pub fn run(task: Task, common: &Common) -> Result<Status, Failure> {
    match task {
        Task::Devices { json, watch } => devices::run(common, json, watch),
        Task::Watch { request, seconds, json, wait } => watch::run(common, &request, seconds, json, wait),
        Task::Select { file, explain } => select::run(&file, explain),
        Task::Record(arguments) => record::run(common, &arguments),
        Task::Snapshot { request, out, count, original, overwrite, wait } => {
            snapshot::run(common, &request, &snapshot::Order { out, count, original, overwrite, wait })
        }
        Task::Sweep(arguments) => sweep::run(common, &arguments),
        Task::Compare(arguments) => compare::run(common, &arguments),
        Task::Generate { what } => generate::run(what),
    }
}

/// Whether a subcommand's output is JSON, so that an error is told in JSON too.
pub const fn is_json(task: &Task) -> bool {
    match task {
        Task::Devices { json, .. } | Task::Watch { json, .. } => *json,
        Task::Sweep(arguments) => arguments.json,
        Task::Compare(arguments) => arguments.json,
        Task::Select { .. } | Task::Record(_) | Task::Snapshot { .. } | Task::Generate { .. } => false,
    }
}

/// What the command line says about the window.
///
/// # Errors
/// Where constraints or a preset are malformed.
pub fn window_options(arguments: &Arguments) -> Result<WindowOptions, Failure> {
    let common = &arguments.common;
    let window = &arguments.window;
    let open = window.open.iter().map(|text| request::read(text, common)).collect::<Result<_, _>>()?;
    let mut host = session::host_options(common);
    host.builtin_where_none = !host.only_virtual;
    Ok(WindowOptions {
        host,
        data_dir: common.data_dir.clone(),
        open,
        choice: common.choice(Choice::default()),
        renderer: window.renderer.into(),
        lang: window.lang.clone(),
        theme: window.theme.map(Into::into),
        dialog_answers: window.dialog_answer.clone(),
    })
}
