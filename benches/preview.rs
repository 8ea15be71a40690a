//! What the preview costs, seen from the screen: the program runs on an X server without a screen, whose frame buffer is
//! read. Beside it, where it is installed, Chromium shows the same pictures from its fake camera.
//!
//! ```text
//! cargo bench --bench preview -- [SECONDS [ROUNDS]]
//! ```
//! Needs Xvfb; for Chromium's part also chromium and ffmpeg. Says what the load of the machine was, and fails nothing.

#![expect(clippy::expect_used, reason = "a bench that cannot go on says so")]

#[path = "preview/program.rs"]
mod program;
#[path = "preview/screen.rs"]
mod screen;
#[path = "preview/watch.rs"]
mod watch;

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use program::Running;
use screen::Screen;
use watch::{Outcome, watch};

const LAB: &str = env!("CARGO_BIN_EXE_capture-lab");
const CONSTRAINTS: &str = r#"{"video":{"width":{"exact":1280},"height":{"exact":720},"frameRate":{"exact":30}}}"#;
const PAGE: &str =
    "<body style='margin:0;background:#000'><video id=v autoplay muted style='width:100vw'></video><script>
navigator.mediaDevices.getUserMedia({video:{width:1280,height:720,frameRate:30}}).then(s=>v.srcObject=s)</script>";

fn main() {
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let time = Duration::from_secs(numbers.first().copied().unwrap_or(8));
    let rounds = numbers.get(1).copied().unwrap_or(3);
    let folder = tempfile::tempdir().expect("a folder");
    let film = film(folder.path());
    println!(
        "{:<12} {:>8} {:>7} {:>7} {:>22} {:>9} {:>8}",
        "program", "first s", "shown/s", "missed", "ms p50/p95/p99", "CPU ms/p", "PSS MiB"
    );
    let mut costs = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        costs.0.extend(measure("capture-lab", &mut lab(folder.path()), time));
        if let Some(film) = &film {
            costs.1.extend(measure("chromium", &mut chromium(folder.path(), film), time));
        }
    }
    ratio(&mut costs.0, &mut costs.1);
    println!("load: {}", std::fs::read_to_string("/proc/loadavg").unwrap_or_default().trim());
}

fn ratio(lab: &mut [f64], chromium: &mut [f64]) {
    if let (Some(lab), Some(chromium)) = (median(lab), median(chromium)) {
        println!("CPU per picture, median: {lab:.1} ms and {chromium:.1} ms: {:.2} times Chromium's", lab / chromium);
    }
}

fn median(values: &mut [f64]) -> Option<f64> {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}

/// One line; the processor's milliseconds per picture.
fn measure(name: &str, command: &mut Command, time: Duration) -> Option<f64> {
    let screen = Screen::start(1280, 800).expect("Xvfb: packaging/setup.sh full installs it");
    let running = Running::start(command, &screen).expect(name);
    let Some(outcome) = watch(&screen, &running, time) else {
        println!("{name:<12} showed no picture");
        return None;
    };
    let Outcome { first, shown, missed, percentiles: [p50, p95, p99], cpu, pss_mib } = outcome;
    let per_picture = 1000.0 * cpu / shown;
    let spread = format!("{p50:.1}/{p95:.1}/{p99:.1}");
    println!("{name:<12} {first:>8.2} {shown:>7.1} {missed:>7} {spread:>22} {per_picture:>9.1} {pss_mib:>8.0}");
    Some(per_picture)
}

fn lab(folder: &Path) -> Command {
    let mut command = Command::new(LAB);
    command.args(["--only-virtual", "--open", CONSTRAINTS, "--data-dir"]).arg(folder.join("lab"));
    command
}

/// Ten seconds of the test camera, as Chromium's fake camera plays them.
fn film(folder: &Path) -> Option<std::path::PathBuf> {
    let is_there = |program: &str| Command::new(program).arg("-version").output().is_ok();
    if !(is_there("chromium") && is_there("ffmpeg")) {
        println!("skipped: Chromium: chromium or ffmpeg is not installed");
        return None;
    }
    let (clip, film) = (folder.join("clip.mp4"), folder.join("film.mjpeg"));
    let recorded = Command::new(LAB)
        .args(["record", CONSTRAINTS, "--only-virtual", "--seconds", "10", "--out"])
        .arg(&clip)
        .status();
    let converted =
        Command::new("ffmpeg").args(["-v", "error", "-i"]).arg(&clip).args(["-q:v", "3"]).arg(&film).status();
    (recorded.ok()?.success() && converted.ok()?.success()).then_some(film)
}

fn chromium(folder: &Path, film: &Path) -> Command {
    let page = folder.join("page.html");
    std::fs::write(&page, PAGE).expect("a page");
    let profile = tempfile::tempdir_in(folder).expect("a folder").keep();
    let mut command = Command::new("chromium");
    command
        .args(["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update"])
        .args(["--disable-sync", "--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream"])
        .args(["--window-size=1280,800", "--window-position=0,0", "--allow-file-access-from-files"])
        .arg(format!("--use-file-for-fake-video-capture={}", film.display()))
        .arg(format!("--user-data-dir={}", profile.display()))
        .arg(format!("--app=file://{}", page.display()));
    command
}
