//! What is done inside the machine by the library itself, in one process: this test program runs there too, and leaves what
//! it saw for the tests to judge. `CAPTURE_LAB_INSIDE` says what is to be done.

mod drops;
mod formats;
mod rounds;

use std::sync::Arc;
use std::time::{Duration, Instant};

use capture_lab::devices::{DeviceHost, HostOptions};
use capture_lab::media::{Clock, PreviewImage, SystemClock};
use capture_lab::model::{MediaError, PixelFormat};
use capture_lab::selection::parse_constraints;
use capture_lab::worker::{Choice, Command, Event, OpenedStream, Reply, TrackMonitor, Waker, Worker};

const TASK: &str = "CAPTURE_LAB_INSIDE";
/// Software emulation is slow, and more so on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
#[ignore = "is done inside the virtual machine, for the tests beside it"]
fn a_task_inside_the_machine() {
    let Ok(task) = std::env::var(TASK) else { return };
    let words: Vec<_> = task.split(' ').collect();
    match words[..] {
        ["formats", node, file] => formats::run(node, file, &[]),
        ["formats", node, file, list] => formats::run(node, file, &list.split(',').collect::<Vec<_>>()),
        ["rounds", node, file] => rounds::run(node, file),
        ["drops", node, file] => drops::run(node, file),
        _ => panic!("no task {task}"),
    }
}

/// A worker on the machine's devices.
struct Lab {
    worker: Worker,
}

impl Lab {
    fn start() -> Self {
        let clock: Arc<dyn Clock> = SystemClock::shared();
        let (host, _) = DeviceHost::new(&HostOptions::default(), clock.clone()).expect("the machine's devices");
        Self { worker: Worker::start(host, clock, Waker::default()).expect("a thread") }
    }

    fn ask(&self, command: Command) -> Result<Reply, MediaError> {
        let wanted = self.worker.request(command);
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.worker.wait(Duration::from_millis(20)) {
                Some(Event::Answer { request, result }) if request == wanted => return result,
                _ => {}
            }
        }
        panic!("no answer within {PATIENCE:?}");
    }

    /// Opens a camera in a small mode.
    fn open(&self, node: &str, pixel_format: PixelFormat) -> Result<OpenedStream, MediaError> {
        let constraints = r#"{"video":{"width":{"exact":320},"height":{"exact":180},"frameRate":{"ideal":60}}}"#;
        let constraints = parse_constraints(constraints).expect("constraints").constraints;
        let choice = Choice { devices: vec![node.to_owned()], pixel_format: Some(pixel_format), ..Choice::default() };
        match self.ask(Command::GetUserMedia { constraints, choice })? {
            Reply::Stream(stream) => Ok(stream),
            other => panic!("no stream but {other:?}"),
        }
    }

    fn stop(&self, stream: &OpenedStream) {
        for opened in &stream.tracks {
            self.ask(Command::StopTrack { track: opened.track.id }).expect("a track that stops");
        }
    }
}

/// The next picture of a stream; `None` where none comes.
fn picture(stream: &OpenedStream) -> Option<PreviewImage> {
    let Some(TrackMonitor::Video { preview, .. }) = stream.tracks.first().map(|opened| &opened.monitor) else {
        panic!("no pictures of {stream:?}")
    };
    let deadline = Instant::now() + Duration::from_secs(10);
    while Instant::now() < deadline {
        if let Some(picture) = preview.take() {
            return Some(picture);
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    None
}
