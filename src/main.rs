//! Arguments and logging, then the window or a subcommand.

use std::process::ExitCode;

use capture_lab::app;
use capture_lab::cli::args::{Arguments, Common};
use capture_lab::cli::{self, Failure, Status};
use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    start_log(&arguments.common);
    let as_json = arguments.task.as_ref().is_some_and(cli::is_json);
    let result = match arguments.task.clone() {
        Some(task) => cli::run(task, &arguments.common),
        None => window(&arguments),
    };
    let status = result.unwrap_or_else(|failure| report(&failure, as_json));
    ExitCode::from(status.code())
}

fn window(arguments: &Arguments) -> Result<Status, Failure> {
    app::run(cli::window_options(arguments)?)?;
    Ok(Status::Done)
}

/// One sentence on standard error; with `--json` the error on standard output too.
fn report(failure: &Failure, as_json: bool) -> Status {
    if as_json {
        println!("{}", failure.to_json());
    }
    eprintln!("capture-lab: {failure}");
    failure.status
}

/// Warnings and errors of ours are told; of libraries, only errors, but for the end of a sound server, which the track
/// tells. `RUST_LOG` overrides.
fn start_log(common: &Common) {
    let filter = match (common.quiet, common.verbose) {
        (true, _) => "error,eframe=off,pulseaudio=off",
        (_, true) => "info,capture_lab=debug",
        _ => "error,eframe=off,pulseaudio=off,capture_lab=warn",
    };
    let environment = env_logger::Env::default().default_filter_or(filter);
    env_logger::Builder::from_env(environment).format_timestamp(None).init();
}
