//! Previews a camera and records one clip after another, and watches that memory, threads and file descriptors of the
//! process stay flat. Real time, the built-in virtual pair, no window.
//!
//! ```text
//! cargo bench --bench soak -- MINUTES [SECONDS_PER_CLIP]
//! ```
//! Ends with status 1 where something grew from the second clip (when all buffers are there) to the last.

#![expect(clippy::expect_used, clippy::panic, reason = "a bench that cannot go on says so")]

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use capture_lab::devices::{DeviceHost, IdMaker, virtual_devices};
use capture_lab::media::{Clock, SystemClock};
use capture_lab::selection::parse_constraints;
use capture_lab::worker::{
    Choice, Command, Event, OpenedStream, RecordingPhase, Reply, RequestId, TrackMonitor, Waker, Worker,
};

const CONSTRAINTS: &str =
    r#"{"video":{"width":{"exact":1280},"height":{"exact":720},"frameRate":{"exact":30}},"audio":true}"#;
/// What the allocator may keep beyond need.
const MEMORY_SLACK_KIB: u64 = 32 * 1024;

/// What the process holds.
#[derive(Clone, Copy, Debug)]
struct Holdings {
    memory_kib: u64,
    threads: usize,
    files: usize,
}

impl Holdings {
    fn now() -> Self {
        let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let memory =
            status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB")?.parse().ok());
        Self { memory_kib: memory.unwrap_or(0), threads: entries("/proc/self/task"), files: entries("/proc/self/fd") }
    }

    fn grew_from(self, first: Self) -> bool {
        self.memory_kib > first.memory_kib + MEMORY_SLACK_KIB
            || self.threads > first.threads
            || self.files > first.files
    }
}

fn entries(folder: &str) -> usize {
    std::fs::read_dir(folder).map_or(0, Iterator::count)
}

/// A worker whose stream is looked at as a window would.
struct Soak {
    worker: Worker,
    shown: u64,
}

impl Soak {
    fn start() -> Self {
        let clock: Arc<dyn Clock> = SystemClock::shared();
        let pair = virtual_devices::load_builtin(&IdMaker::new(b"soak"), clock.clone()).expect("the built-in devices");
        let host = DeviceHost::from_backends(pair.cameras, pair.microphones);
        Self { worker: Worker::start(host, clock, Waker::default()).expect("a thread"), shown: 0 }
    }

    fn ask(&mut self, command: Command) -> Reply {
        let request = self.worker.request(command);
        loop {
            if let Some(result) = self.worker.wait(Duration::from_secs(30)).and_then(|event| answer_to(event, request))
            {
                return result.expect("success");
            }
        }
    }

    fn open(&mut self) -> OpenedStream {
        let constraints = parse_constraints(CONSTRAINTS).expect("constraints").constraints;
        match self.ask(Command::GetUserMedia { constraints, choice: Choice::default() }) {
            Reply::Stream(stream) => stream,
            other => panic!("no stream but {other:?}"),
        }
    }

    /// Records one clip; looks at every picture meanwhile.
    fn clip(&mut self, stream: &OpenedStream, path: &Path, length: Duration) {
        let command = Command::StartRecording { stream: stream.stream, path: path.to_owned(), overwrite: true };
        let Reply::Recording(recording) = self.ask(command) else { panic!("no recording") };
        let end = Instant::now() + length;
        while Instant::now() < end {
            self.look(stream);
            if let Some(Event::Recording(status)) = self.worker.wait(Duration::from_millis(5)) {
                assert_eq!(status.phase, RecordingPhase::Running, "the recording ended by itself");
            }
        }
        self.ask(Command::StopRecording { recording });
    }

    fn look(&mut self, stream: &OpenedStream) {
        for track in &stream.tracks {
            if let TrackMonitor::Video { preview, .. } = &track.monitor {
                self.shown += u64::from(preview.take().is_some());
            }
        }
    }
}

fn answer_to(event: Event, wanted: RequestId) -> Option<Result<Reply, capture_lab::model::MediaError>> {
    match event {
        Event::Answer { request, result } if request == wanted => Some(result),
        _ => None,
    }
}

fn main() -> ExitCode {
    let numbers: Vec<u64> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let minutes = numbers.first().copied().unwrap_or(10);
    let length = Duration::from_secs(numbers.get(1).copied().unwrap_or(20));
    let folder = std::env::temp_dir().join(format!("capture-lab-soak-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for clips");
    let held = soak(Duration::from_secs(minutes * 60), length, &folder);
    std::fs::remove_dir_all(&folder).ok();
    verdict(&held)
}

/// What the process held after each clip.
fn soak(time: Duration, length: Duration, folder: &Path) -> Vec<Holdings> {
    let mut soak = Soak::start();
    let stream = soak.open();
    let start = Instant::now();
    let mut held = Vec::new();
    println!("{:>7}  {:>10}  {:>7}  {:>5}  {:>8}", "s", "memory KiB", "threads", "files", "pictures");
    while start.elapsed() < time || held.len() < 3 {
        soak.clip(&stream, &folder.join(format!("{}.mp4", held.len() % 2)), length);
        let now = Holdings::now();
        let elapsed = start.elapsed().as_secs_f64();
        println!("{elapsed:>7.1}  {:>10}  {:>7}  {:>5}  {:>8}", now.memory_kib, now.threads, now.files, soak.shown);
        held.push(now);
    }
    held
}

fn verdict(held: &[Holdings]) -> ExitCode {
    let (Some(first), Some(last)) = (held.get(1), held.last()) else { return ExitCode::FAILURE };
    if last.grew_from(*first) {
        println!("grew: {first:?} became {last:?}");
        return ExitCode::FAILURE;
    }
    println!("flat: {first:?} became {last:?}");
    ExitCode::SUCCESS
}
