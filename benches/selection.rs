//! What selection costs: among more and more modes, with and without advanced sets, native and by cropping and scaling, and
//! the explanation that the window shows while one types. As ratios to one pass that measures the distance of every mode,
//! and to a tenth (or less) of the modes.
//!
//! `cargo bench --bench selection`. Without `--bench` (as `cargo test --benches` starts it) each step runs once. It fails
//! only where a goal is missed five times over.

use std::error::Error;
use std::hint::black_box;
use std::time::{Duration, Instant};

use capture_lab::model::{
    Backend, DeviceId, DeviceInfo, Extent, FrameRate, GroupId, MediaDeviceKind, MediaTrackConstraints, Mode,
    PixelFormat, Property, RateExtent, Settings, TrackKind, VideoMode,
};
use capture_lab::selection::{
    Candidate, Context, Rules, capabilities, forecast, parse_track_constraints, select, total_distance,
};

type Failure = Box<dyn Error>;

const COUNTS: [u32; 4] = [1, 10, 100, 10_000];
/// What is asked for: ideals that no mode has, and bounds that most have.
const BASIC: &str = r#""width":{"min":100,"ideal":1280},"height":{"ideal":720},"frameRate":{"ideal":30,"max":60}"#;
const ASPECT: &str = r#""width":{"ideal":1280},"aspectRatio":{"min":1.2,"ideal":1.5}"#;
const ADVANCED: &str = r#""advanced":[{"width":99999},{"frameRate":{"min":10}},{"height":{"min":300}},
    {"width":{"min":640},"facingMode":"user"}]"#;
/// A conflict, which is explained with what would help.
const CONFLICT: &str = r#""width":{"exact":1921},"height":{"exact":1081},"frameRate":{"min":31}"#;
/// A missed goal is told; one missed by this factor is a failure.
const GROSS: f64 = 5.0;

/// A row of the table.
struct Row {
    what: &'static str,
    resizes: bool,
    json: String,
    /// Microseconds for 100 and for 10,000 modes.
    goals: [Option<f64>; 2],
    /// Whether with the explanation of every mode.
    explains: bool,
}

impl Row {
    fn selection(what: &'static str, resizes: bool, members: &[&str]) -> Self {
        let json = format!("{{{}}}", members.join(","));
        Self { what, resizes, json, goals: [Some(50.0), Some(5_000.0)], explains: false }
    }

    fn explanation(what: &'static str, resizes: bool, members: &[&str]) -> Self {
        Self { goals: [Some(16_000.0), None], explains: true, ..Self::selection(what, resizes, members) }
    }

    fn goal(&self, count: u32) -> Option<f64> {
        match count {
            100 => self.goals[0],
            10_000 => self.goals[1],
            _ => None,
        }
    }
}

fn rows() -> Vec<Row> {
    vec![
        Row::selection("native", false, &[BASIC]),
        Row::selection("native, 4 advanced", false, &[BASIC, ADVANCED]),
        Row::selection("native, aspect ratio", false, &[ASPECT]),
        Row::selection("scaling", true, &[BASIC]),
        Row::selection("scaling, 4 advanced", true, &[BASIC, ADVANCED]),
        // Bounds of a ratio have all sizes next to them looked at, once for all modes: a goal of its own.
        Row { goals: [Some(1_000.0), Some(20_000.0)], ..Row::selection("scaling, aspect ratio", true, &[ASPECT]) },
        Row::explanation("explained", false, &[BASIC, ADVANCED]),
        Row::explanation("explained, scaling", true, &[BASIC, ADVANCED]),
        Row::explanation("explained, aspect ratio", true, &[ASPECT]),
        Row::explanation("conflict explained", false, &[CONFLICT]),
        Row::explanation("conflict, scaling", true, &[CONFLICT]),
    ]
}

fn main() -> Result<(), Failure> {
    let is_bench = std::env::args().any(|argument| argument == "--bench");
    let patience = if is_bench { Duration::from_millis(300) } else { Duration::ZERO };
    let constraints = parse(&format!("{{{BASIC}}}"))?;
    let passes = COUNTS.map(|count| one_pass(count, &constraints, patience));
    print_line(&["what", "modes", "µs a call", "× pass", "growth", "goal, µs"].map(str::to_owned));
    let mut breaches = Vec::new();
    let mut times: Vec<(u32, f64)> = COUNTS.into_iter().zip(passes).collect();
    print_row("one pass of distances", &times, &passes, |_| None);
    for row in rows() {
        let counts = COUNTS.into_iter().filter(|count| !row.explains || *count <= 100);
        times = counts.map(|count| Ok((count, time(&row, count, patience)?))).collect::<Result<_, Failure>>()?;
        print_row(row.what, &times, &passes, |count| row.goal(count));
        let is_breach = |(count, time): &(u32, f64)| row.goal(*count).is_some_and(|goal| *time > goal * GROSS);
        breaches.extend(times.into_iter().filter(is_breach).map(|(count, time)| (row.what, count, time)));
    }
    if breaches.is_empty() || !is_bench { Ok(()) } else { Err(format!("far from the goal: {breaches:?}").into()) }
}

/// A line for each number of modes. Growth is how many times more a mode costs than among fewer: 1 is linear.
fn print_row(what: &str, times: &[(u32, f64)], passes: &[f64], goal: impl Fn(u32) -> Option<f64>) {
    let each = |(count, time): &(u32, f64)| time / f64::from(*count);
    for (index, (count, time)) in times.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| times.get(before)).map(each);
        let growth = before.map_or_else(String::new, |before| format!("{:.2}", each(&(*count, *time)) / before));
        let goal = goal(*count).map(|goal| format!("{goal} {}", if *time <= goal { "held" } else { "MISSED" }));
        let pass = passes.get(index).map_or_else(String::new, |pass| format!("{:.1}", time / pass.max(1e-9)));
        let numbers = [count.to_string(), format!("{time:.2}"), pass, growth, goal.unwrap_or_default()];
        let [modes, time, pass, growth, goal] = numbers;
        print_line(&[what.to_owned(), modes, time, pass, growth, goal]);
    }
}

fn print_line([what, modes, time, pass, growth, goal]: &[String; 6]) {
    println!("{what:<24} {modes:>6} {time:>10} {pass:>8} {growth:>7} {goal:>13}");
}

/// Microseconds of one call.
fn time(row: &Row, count: u32, patience: Duration) -> Result<f64, Failure> {
    let device = camera(count);
    let constraints = parse(&row.json)?;
    let rules = Rules::new(TrackKind::Video, Context::GetUserMedia).resizing(row.resizes);
    let candidates = [Candidate { device: &device, fixed_mode: None }];
    Ok(median(patience, || {
        if row.explains {
            black_box(forecast(&rules, &candidates, black_box(&constraints), None));
        } else {
            black_box(select(&rules, &candidates, black_box(&constraints), None).ok());
        }
    }))
}

/// What selection cannot do without: the distance of each mode, whose settings are there already.
fn one_pass(count: u32, constraints: &MediaTrackConstraints, patience: Duration) -> f64 {
    let rules = Rules::new(TrackKind::Video, Context::GetUserMedia);
    let settings: Vec<_> = (0..count).map(size_and_rate).map(settings).collect();
    median(patience, || {
        let distances = settings.iter().map(|settings| total_distance(&rules, &constraints.basic, settings));
        black_box(distances.fold(f64::INFINITY, f64::min));
    })
}

fn settings((width, height, fps): (u32, u32, u32)) -> Settings {
    Settings::default()
        .with(Property::Width, width)
        .with(Property::Height, height)
        .with(Property::FrameRate, fps)
        .with(Property::ResizeMode, "none")
}

/// Sizes of usual shape up to full HD, at usual rates: no two modes are equal.
fn size_and_rate(index: u32) -> (u32, u32, u32) {
    let (fps, number) = ([5, 10, 15, 20, 24, 25, 30, 50, 60, 90][index as usize % 10], index / 10);
    let width = 1920 - (number * 8) % 1800 - number / 225;
    let (across, down) = [(16, 9), (4, 3)][number as usize % 2];
    (width, width * down / across, fps)
}

fn camera(count: u32) -> DeviceInfo {
    let mode = |(width, height, fps)| {
        Mode::Video(VideoMode {
            width: Extent::One(width),
            height: Extent::One(height),
            frame_rate: RateExtent::One(FrameRate::new(fps, 1)),
            pixel_format: PixelFormat::YUYV,
        })
    };
    let modes: Vec<_> = (0..count).map(size_and_rate).map(mode).collect();
    let (device_id, group_id) = (DeviceId("cam".to_owned()), GroupId("group".to_owned()));
    DeviceInfo {
        capabilities: capabilities(&device_id, &group_id, Some("user"), &modes),
        device_id,
        kind: MediaDeviceKind::VideoInput,
        label: "Bench".to_owned(),
        group_id,
        is_default: true,
        node: "bench".to_owned(),
        backend: Backend::Virtual,
        driver: None,
        bus: None,
        usb: None,
        firmware: None,
        inputs: Vec::new(),
        modes,
        note: None,
        controls: Vec::new(),
        device_controls: Vec::new(),
        is_denied: false,
    }
}

fn parse(json: &str) -> Result<MediaTrackConstraints, Failure> {
    Ok(parse_track_constraints(json)?.constraints)
}

/// The median time of a call in microseconds of this thread, over as many rounds as the patience allows, at least 3 after
/// one to warm up. A round has as many calls as take a while, so that reading the clock costs nothing.
fn median(patience: Duration, mut call: impl FnMut()) -> f64 {
    let mut round = |calls: u32| {
        let start = thread_time();
        (0..calls).for_each(|_| call());
        thread_time().saturating_sub(start).as_secs_f64() * 1e6 / f64::from(calls)
    };
    let first = round(1);
    if patience.is_zero() {
        return first;
    }
    let calls = (100.0 / first.max(0.1)).clamp(1.0, 1000.0) as u32;
    let (begin, mut times) = (Instant::now(), Vec::new());
    while times.len() < 3 || begin.elapsed() < patience {
        times.push(round(calls));
    }
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

/// The processor time of this thread, which other programs do not make longer.
#[cfg(target_os = "linux")]
fn thread_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec as u64, time.tv_nsec as u32)
}

/// The time, where the system's own is not known here.
#[cfg(not(target_os = "linux"))]
fn thread_time() -> Duration {
    static START: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    START.elapsed()
}
