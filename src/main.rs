//! Arguments and logging, then the window or a subcommand.

use std::io::Write as _;
use std::process::ExitCode;

use capture_lab::app;
use capture_lab::cli::args::{Arguments, Common};
use capture_lab::cli::{self, Failure, Status, usage};
use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        // Help and the version are no errors.
        Err(error) if !error.use_stderr() => error.exit(),
        Err(error) => return ExitCode::from(report(&usage::failure(&error), usage::wants_json()).code()),
    };
    start_log(&arguments.common);
    let as_json = arguments.task.as_ref().is_some_and(cli::is_json);
    let result = match arguments.task.clone() {
        Some(task) => usage::check(&arguments).and_then(|()| cli::run(task, &arguments.common)),
        None => window(&arguments),
    };
    let status = result.unwrap_or_else(|failure| report(&failure, as_json));
    ExitCode::from(status.code())
}

fn window(arguments: &Arguments) -> Result<Status, Failure> {
    app::run(cli::window_options(arguments)?)?;
    Ok(Status::Done)
}

/// One sentence on standard error; with `--json` the error on standard output too. Where nobody reads any more, nobody is
/// told.
fn report(failure: &Failure, as_json: bool) -> Status {
    if as_json {
        writeln!(std::io::stdout(), "{}", failure.to_json()).ok();
    }
    writeln!(std::io::stderr(), "capture-lab: {failure}").ok();
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
    let mut builder = env_logger::Builder::from_env(environment);
    builder.format(|line, record| {
        writeln!(line, "capture-lab: {}: {}", record.level().as_str().to_lowercase(), record.args())
    });
    builder.init();
}
