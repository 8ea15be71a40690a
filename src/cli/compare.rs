//! `capture-lab compare`: one camera through V4L2 and through nokhwa.

use serde_json::{Value as Json, json};

use crate::model::{Backend, DeviceInfo, ErrorName, MediaDeviceKind, MediaError, Mode, mode_lines};
use crate::sweep::{Delivered, ModeLists, Options, Plan, Subset, Sweep, SweepDevice, SweepMode, Why, mode_lists};

use super::args::{CameraBackendName, Common, CompareArguments};
use super::lines::print;
use super::session::{Session, interrupted};
use super::sweep::{PATIENCE, camera, drive, refuse_colours};
use super::table::decimal;
use super::{Failure, Status, json as values};

/// What was found.
struct Found {
    device: DeviceInfo,
    /// How many modes V4L2 and nokhwa list.
    counts: [usize; 2],
    lists: ModeLists,
    mode: Option<SweepMode>,
    delivered: Vec<Delivered>,
}

/// Lists and measures a camera by each backend in turn; one has let go of it before the other begins.
pub(super) fn run(common: &Common, arguments: &CompareArguments) -> Result<Status, Failure> {
    check(common)?;
    let device = listed_by_v4l2(common, arguments)?;
    let other = listed_by_nokhwa(common, &device)?;
    let lists = mode_lists(&device, &other);
    let subset =
        Subset { formats: arguments.format.clone(), sizes: arguments.size.clone(), rates: arguments.rate.clone() };
    let mode = lists.shared(&subset);
    let mut found =
        Found { counts: [device.modes.len(), other.modes.len()], device, lists, mode, delivered: Vec::new() };
    if let Some(mode) = mode {
        for (name, device) in [(CameraBackendName::V4l2, &found.device), (CameraBackendName::Nokhwa, &other)] {
            found.delivered.push(delivered(&side(common, name), device, mode, arguments)?);
        }
    }
    print(&if arguments.json { format!("{:#}", to_json(&found)) } else { table(&found) });
    Ok(status(&found))
}

fn check(common: &Common) -> Result<(), Failure> {
    let refused = |message: &str| Err(MediaError::new(ErrorName::NotSupportedError, message).into());
    if cfg!(not(target_os = "linux")) {
        return refused("compare lays nokhwa beside V4L2, which only Linux has: use sweep here.");
    }
    if cfg!(not(feature = "nokhwa")) {
        return refused(
            "This build is without nokhwa, so that V4L2 has nothing beside it: use sweep, or another build.",
        );
    }
    if !common.device.is_empty() {
        return Err(Failure::usage("The camera is named twice: leave --device out beside compare's own DEVICE."));
    }
    refuse_colours(common, "compare")?;
    if common.pixel_format.is_some() {
        return Err(Failure::usage("compare takes pixel formats by --format: leave --pixel-format out."));
    }
    if common.backend != CameraBackendName::Auto {
        return Err(Failure::usage("compare uses both backends: leave --backend out."));
    }
    Ok(())
}

/// The command line for one backend. An input is chosen once, and stays chosen.
fn side(common: &Common, backend: CameraBackendName) -> Common {
    Common { backend, input: None, ..common.clone() }
}

fn listed_by_v4l2(common: &Common, arguments: &CompareArguments) -> Result<DeviceInfo, Failure> {
    let mut common = Common { input: common.input.clone(), ..side(common, CameraBackendName::V4l2) };
    common.device = vec![arguments.camera.clone()];
    let mut session = Session::start(&common)?;
    let device = camera(&arguments.camera, &session.devices()?)?;
    let name = device.name();
    if device.backend == Backend::Virtual {
        let message = format!("{name} is virtual: only a real camera has two backends.");
        return Err(MediaError::new(ErrorName::NotSupportedError, message).on(name).into());
    }
    if device.modes.is_empty() {
        let why = device.note.as_deref().unwrap_or("it tells none of its modes");
        let message = format!("{name} cannot be compared: {why}; see capture-lab devices.");
        return Err(MediaError::new(ErrorName::NotReadableError, message).on(name).into());
    }
    Ok(device)
}

/// The same camera, by its node.
fn listed_by_nokhwa(common: &Common, device: &DeviceInfo) -> Result<DeviceInfo, Failure> {
    let mut session = Session::start(&side(common, CameraBackendName::Nokhwa))?;
    let mut devices = session.devices()?.into_iter();
    let is_same = |other: &DeviceInfo| {
        other.kind == MediaDeviceKind::VideoInput && other.backend == Backend::Nokhwa && other.node == device.node
    };
    devices.find(is_same).ok_or_else(|| {
        let name = device.name();
        let message = format!("nokhwa does not list {name}: see whether it is still plugged in.");
        MediaError::new(ErrorName::NotFoundError, message).on(name).into()
    })
}

fn delivered(
    common: &Common,
    device: &DeviceInfo,
    mode: SweepMode,
    arguments: &CompareArguments,
) -> Result<Delivered, Failure> {
    let mut session = Session::start(common)?;
    let options = Options { measure: arguments.seconds, patience: Some(PATIENCE), ..Options::default() };
    let plan = Plan { modes: vec![mode], ..Plan::default() };
    let mut sweep = Sweep::new(device, plan, options, session.clock.now(), String::new());
    drive(&mut session, &mut sweep, common.quiet);
    if session.is_signalled() {
        return Err(interrupted(session.status_after_signal()));
    }
    Ok(Delivered::new(device.backend, sweep.result().modes.first()))
}

fn status(found: &Found) -> Status {
    if found.mode.is_none() {
        log::error!("V4L2 and nokhwa list no such mode of {} together: ask for another.", found.device.name());
        return Status::Failed;
    }
    let silent = found.delivered.iter().find(|delivered| delivered.frames_delivered.is_none());
    if let Some(silent) = silent {
        log::error!("{} delivered nothing through {}: the result says why.", found.device.name(), silent.backend);
        return Status::Failed;
    }
    Status::Done
}

fn to_json(found: &Found) -> Json {
    let mode = |mode| values::mode(&Mode::Video(mode));
    let only = found.lists.only.iter().map(|only| {
        let words = only.why.map(Why::words);
        json!({ "backend": only.backend.name(), "mode": mode(only.mode), "why": only.why, "words": words })
    });
    json!({
        "device": SweepDevice::from(&found.device),
        "modes": {
            "v4l2": found.counts[0],
            "nokhwa": found.counts[1],
            "both": found.lists.both.iter().copied().map(mode).collect::<Vec<_>>(),
            "only": only.collect::<Vec<_>>(),
        },
        "mode": found.mode,
        "delivered": found.delivered,
    })
}

fn table(found: &Found) -> String {
    let [v4l2, nokhwa] = found.counts;
    let mut lines = vec![format!("{}: V4L2 lists {v4l2} modes, nokhwa {nokhwa}", found.device.name())];
    for why in [Some(Why::PixelFormat), Some(Why::Range), Some(Why::FractionalRate), None] {
        lines.extend(group(found, Backend::V4l2, why));
    }
    lines.extend(group(found, Backend::Nokhwa, None));
    let Some(mode) = found.mode else { return lines.join("\n") };
    lines.extend([String::new(), format!("Both in {mode}:")]);
    lines.push(format!(
        "{:<7} {:>8} {:>7} {:>8} {:>7} {:>7} {:>6} {:>7}",
        "", "fps", "off %", "first ms", "p50 ms", "p99 ms", "drops", "corrupt"
    ));
    lines.extend(found.delivered.iter().map(line));
    lines.extend(found.delivered.iter().flat_map(|delivered| delivered.notes).map(|note| (*note).to_owned()));
    lines.join("\n")
}

/// The modes that only one backend lists, for one reason.
fn group(found: &Found, backend: Backend, why: Option<Why>) -> Vec<String> {
    let is_of = |only: &&crate::sweep::OnlyIn| only.backend == backend && only.why == why;
    let modes: Vec<_> = found.lists.only.iter().filter(is_of).map(|only| Mode::Video(only.mode)).collect();
    if modes.is_empty() {
        return Vec::new();
    }
    let words = why.map_or("why is not known", Why::words);
    let mut lines = vec![format!("Only {backend} lists {} ({words}):", modes.len())];
    lines.extend(mode_lines(&modes).into_iter().map(|line| format!("  {line}")));
    lines
}

fn line(delivered: &Delivered) -> String {
    let number = |number: Option<f64>, decimals: usize| {
        number.map_or_else(|| "-".to_owned(), |number| decimal(number, decimals))
    };
    let count = |count: Option<u64>| count.map_or_else(|| "-".to_owned(), |count| count.to_string());
    let error = delivered.error.as_ref().map(|error| format!("  {}: {}", error.name, error.message));
    format!(
        "{:<7} {:>8} {:>7} {:>8} {:>7} {:>7} {:>6} {:>7}{}",
        delivered.backend,
        number(delivered.fps_delivered, 2),
        number(delivered.deviation_percent, 1),
        number(delivered.first_frame_ms, 0),
        number(delivered.interval_p50_ms, 1),
        number(delivered.interval_p99_ms, 1),
        count(delivered.frames_dropped),
        count(delivered.frames_corrupt),
        error.unwrap_or_default()
    )
}
