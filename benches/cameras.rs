//! Four virtual cameras of 1280×720 at 30 fps at once, in real time, each looked at as a window would, and what got lost.
//!
//! ```text
//! cargo bench --bench cameras -- [SECONDS]
//! ```
//! Ends with status 1 where a frame was dropped.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench that cannot go on says so")]

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use capture_lab::devices::virtual_devices::load_text;
use capture_lab::devices::{DeviceHost, IdMaker};
use capture_lab::media::{Clock, SystemClock};
use capture_lab::model::DeviceId;
use capture_lab::selection::parse_constraints;
use capture_lab::worker::{Choice, Command, Event, OpenedTrack, Reply, TrackMonitor, Waker, Worker};

const CAMERAS: usize = 4;

/// Processor time of this process in seconds.
fn processor_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ').skip(11).take(2);
    fields.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0 // the kernel's USER_HZ
}

fn description() -> String {
    let camera = |number: usize| {
        format!(
            r#"(name: "cam-{number}", label: "Camera {number}", modes: [
                (sizes: [(1280, 720)], rates: [(30, 1)], formats: ["NV12"]),
            ])"#
        )
    };
    format!("(cameras: [{}])", (0..CAMERAS).map(camera).collect::<Vec<_>>().join(","))
}

fn ask(worker: &Worker, command: Command) -> Reply {
    let asked = worker.request(command);
    loop {
        match worker.wait(Duration::from_secs(30)) {
            Some(Event::Answer { request, result }) if request == asked => return result.expect("success"),
            Some(_) => {}
            None => panic!("no answer within 30 s"),
        }
    }
}

fn open(worker: &Worker, device: &DeviceId) -> OpenedTrack {
    let constraints = parse_constraints(r#"{"video":true}"#).expect("constraints").constraints;
    let choice = Choice { devices: vec![device.to_string()], ..Choice::default() };
    match ask(worker, Command::GetUserMedia { constraints, choice }) {
        Reply::Stream(mut stream) => stream.tracks.remove(0),
        other => panic!("no stream but {other:?}"),
    }
}

fn main() -> ExitCode {
    let seconds = std::env::args().find_map(|argument| argument.parse().ok()).unwrap_or(20);
    let clock: Arc<dyn Clock> = SystemClock::shared();
    let ids = IdMaker::new(b"cameras");
    let devices = load_text(&description(), Path::new("bench"), &ids, clock.clone()).expect("devices");
    let host = DeviceHost::from_backends(devices.cameras, devices.microphones).with_ids(ids);
    let worker = Worker::start(host, clock, Waker::default()).expect("a thread");
    let Reply::Devices(listed) = ask(&worker, Command::EnumerateDevices) else { panic!("no list of devices") };
    let tracks: Vec<_> = listed.iter().map(|device| open(&worker, &device.device_id)).collect();
    let (start, before) = (Instant::now(), processor_seconds());
    let mut shown = 0;
    while start.elapsed() < Duration::from_secs(seconds) {
        worker.wait(Duration::from_millis(5));
        for track in &tracks {
            if let TrackMonitor::Video { preview, .. } = &track.monitor {
                shown += u64::from(preview.take().is_some());
            }
        }
    }
    let cores = (processor_seconds() - before) / start.elapsed().as_secs_f64();
    let mut lost = 0;
    for track in &tracks {
        let TrackMonitor::Video { report, .. } = &track.monitor else { continue };
        let report = report.peek().expect("a report");
        println!("{}: {} delivered, {} dropped", track.track.label, report.delivered, report.dropped);
        lost += report.dropped;
    }
    println!("{shown} pictures shown in {seconds} s, {cores:.2} cores in use, {lost} frames dropped");
    if lost == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
