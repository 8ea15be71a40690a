//! `capture-lab sweep`.

use std::io::{self, IsTerminal as _, Write as _};
use std::path::Path;
use std::time::Duration;

use serde_json::Value as Json;

use crate::container::file::write_whole;
use crate::data_dir::read_text;
use crate::model::{DeviceInfo, ErrorName, MediaError, MediaTrackConstraints, TrackKind};
use crate::selection::offered;
use crate::sweep::{
    Comparison, LONGEST_FILE, Options, Plan, Progress, Stage, Subset, Sweep, SweepFormat, SweepResult, compare, plan,
    read, sweep_format, to_csv, to_json,
};

use super::args::{Common, PixelFormatChoice, SweepArguments};
use super::lines::print;
use super::session::Session;
use super::{Failure, Status, sweep_table};

/// How long a camera that went away is waited for.
pub(super) const PATIENCE: Duration = Duration::from_mins(1);

/// Measures a camera in each of its modes.
pub(super) fn run(common: &Common, arguments: &SweepArguments) -> Result<Status, Failure> {
    check(common, arguments)?;
    let before = arguments.compare.as_deref().map(earlier).transpose()?;
    let mut session = Session::start(common)?;
    let devices = session.devices()?;
    let device = camera(&arguments.camera, &devices)?;
    let plan = planned(common, arguments, &device)?;
    let options = Options { measure: arguments.seconds, patience: Some(PATIENCE), ..Options::default() };
    let time = jiff::Zoned::now().strftime("%Y-%m-%dT%H:%M:%S%.3f%:z").to_string();
    let mut sweep = Sweep::new(&device, plan, options, session.clock.now(), time);
    drive(&mut session, &mut sweep, common.quiet);
    let result = sweep.result();
    let comparison = before.map(|before| compare(&before, result));
    // What took so long to find is told, also where it cannot be written.
    tell(result, comparison.as_ref(), arguments.json);
    if let Some(path) = &arguments.out {
        write(path, result, arguments.overwrite)?;
    }
    Ok(status(&session, result, comparison.as_ref()))
}

/// What can be told before a device is looked at.
fn check(common: &Common, arguments: &SweepArguments) -> Result<(), Failure> {
    if !common.device.is_empty() {
        return Err(Failure::usage("The camera is named twice: leave --device out beside sweep's own DEVICE."));
    }
    refuse_colours(common, "sweep")?;
    let Some(path) = &arguments.out else { return Ok(()) };
    if sweep_format(path).is_none() {
        let name = path.display();
        return Err(Failure::usage(format!("“{name}” names no format of sweeps: end it with .json or .csv.")));
    }
    if path.exists() && !arguments.overwrite {
        let name = path.display();
        return Err(Failure::usage(format!("“{name}” exists already: choose another name, or say --overwrite.")));
    }
    Ok(())
}

/// What measures modes looks at no picture: options that say how to read one would do nothing.
pub(super) fn refuse_colours(common: &Common, task: &str) -> Result<(), Failure> {
    if common.colour_range.is_none() && common.colour_matrix.is_none() {
        return Ok(());
    }
    Err(Failure::usage(format!("{task} reads no colours: leave --colour-range and --colour-matrix out.")))
}

fn earlier(path: &Path) -> Result<SweepResult, Failure> {
    let name = path.display().to_string();
    let text = read_text(path, LONGEST_FILE)
        .map_err(|error| Failure::usage(format!("“{name}” cannot be read: {error}; see its name and folder.")))?;
    read(&text, &name).map_err(|error| Failure::usage(error.to_string()))
}

/// The one camera with this node, id, or part of a label.
pub(super) fn camera(name: &str, devices: &[DeviceInfo]) -> Result<DeviceInfo, Failure> {
    let names = [name.to_owned()];
    let kinds = [TrackKind::Video];
    let found = offered(TrackKind::Video, &kinds, &MediaTrackConstraints::default(), devices, &names)?;
    let device = found.into_iter().next().cloned();
    device.ok_or_else(|| MediaError::new(ErrorName::NotFoundError, format!("There is no camera “{name}”.")).into())
}

fn planned(common: &Common, arguments: &SweepArguments, device: &DeviceInfo) -> Result<Plan, Failure> {
    let mut formats = arguments.format.clone();
    if let Some(PixelFormatChoice::Fixed(format)) = common.pixel_format {
        formats.push(format);
    }
    let subset = Subset { formats, sizes: arguments.size.clone(), rates: arguments.rate.clone() };
    let plan = plan(device, &subset);
    let name = device.name();
    if device.modes.is_empty() {
        let why = device.note.as_deref().unwrap_or("it tells none of its modes");
        let message = format!("{name} cannot be swept: {why}; see capture-lab devices.");
        return Err(MediaError::new(ErrorName::NotReadableError, message).on(name).into());
    }
    if plan.modes.is_empty() {
        let message =
            format!("{name} has no such mode: ask for less by --format, --size and --rate (capture-lab devices).");
        return Err(Failure::usage(message));
    }
    Ok(plan)
}

/// Goes through the modes; a signal ends it in good order.
pub(super) fn drive(session: &mut Session, sweep: &mut Sweep, quiet: bool) {
    let mut bar = Bar::new(quiet);
    loop {
        let now = session.clock.now();
        if session.is_signalled() {
            sweep.cancel();
        }
        while let Some(command) = sweep.step(now) {
            sweep.asked(session.worker.request(command));
        }
        if sweep.is_over() {
            break;
        }
        bar.show(&sweep.progress(now));
        if let Some(event) = session.next_event() {
            sweep.hear(&event, session.clock.now());
        }
    }
    bar.clear();
}

/// Progress on a terminal; silent otherwise, but for the camera's absence.
struct Bar {
    shown: bool,
    away: bool,
    last: String,
}

impl Bar {
    fn new(quiet: bool) -> Self {
        Self { shown: !quiet && io::stderr().is_terminal(), away: false, last: String::new() }
    }

    fn show(&mut self, progress: &Progress) {
        let is_away = progress.stage == Stage::Away;
        if is_away && !self.away {
            self.clear();
            log::warn!(
                "The camera does not answer: if it was unplugged, plug it in again within {} s.",
                PATIENCE.as_secs()
            );
        }
        self.away = is_away;
        if self.shown {
            let line = line(progress);
            if line != self.last {
                write!(io::stderr(), "\r\x1b[K{line}").and_then(|()| io::stderr().flush()).ok();
                self.last = line;
            }
        }
    }

    fn clear(&mut self) {
        if self.shown {
            write!(io::stderr(), "\r\x1b[K").ok();
            self.last.clear();
        }
    }
}

fn line(progress: &Progress) -> String {
    let what = match progress.stage {
        Stage::Opening => "opening",
        Stage::Measuring => "measuring",
        Stage::Closing => "closing",
        Stage::Away => "waiting for the camera",
        Stage::Over => "done",
    };
    let mode = progress.mode.map(|mode| format!("  {mode}")).unwrap_or_default();
    let seconds = progress.left.as_secs();
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    format!("{}/{}  about {minutes}:{seconds:02} left  {what}{mode}", progress.done, progress.total)
}

fn write(path: &Path, result: &SweepResult, overwrite: bool) -> Result<(), Failure> {
    let text = match sweep_format(path) {
        Some(SweepFormat::Csv) => to_csv(result),
        Some(SweepFormat::Json) | None => to_json(result) + "\n",
    };
    write_whole(path, text.as_bytes(), overwrite).map_err(|error| MediaError::new(error.name, error.message).into())
}

fn tell(result: &SweepResult, comparison: Option<&Comparison>, as_json: bool) {
    if !as_json {
        print(&sweep_table::results(result));
        if let Some(comparison) = comparison {
            print(&sweep_table::comparison(comparison));
        }
        return;
    }
    let mut json = serde_json::to_value(result).unwrap_or_default();
    if let (Json::Object(members), Some(comparison)) = (&mut json, comparison) {
        members.insert("comparison".to_owned(), serde_json::to_value(comparison).unwrap_or_default());
    }
    print(&format!("{json:#}"));
}

/// How the program ends. What came of each mode has been told, so that here a sentence is enough.
fn status(session: &Session, result: &SweepResult, comparison: Option<&Comparison>) -> Status {
    let measured = result.modes.iter().filter(|mode| mode.measured.is_some()).count();
    if session.is_signalled() && !result.complete {
        return session.status_after_signal();
    }
    if !result.complete {
        log::error!("The sweep ended early: {}", result.notes.last().map_or("", String::as_str));
        return Status::Failed;
    }
    if measured == 0 {
        log::error!("None of the {} modes could be measured: the results say why.", result.modes.len());
        return Status::Failed;
    }
    if comparison.is_some_and(Comparison::is_worse) {
        log::error!("Some modes are worse than in the earlier sweep: the comparison says in what.");
        return Status::Failed;
    }
    Status::Done
}
