//! The thread that writes one clip.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::PathBuf;
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::media::Clock;
use crate::model::{ErrorName, MediaError};
use crate::record::{Losses, RecordConfig, RecordError, Recorder};

use super::feed::{Feed, Footage, Overflow};
use super::message::{Message, RecordingNews};
use super::{RecordingId, RecordingPhase};

/// Pictures and blocks that wait for the recorder: a second of 30 pictures and of blocks of 10 ms.
const QUEUE: usize = 130;
/// How often progress is told, in time of the clip.
const PROGRESS_INTERVAL: Duration = Duration::from_millis(250);

/// A recording as the session holds it. It ends when all its feeds are dropped: those in the taps and this one.
#[derive(Debug)]
pub(super) struct RecordingThread {
    pub path: PathBuf,
    pub thread: JoinHandle<()>,
    pub overflow: Arc<Overflow>,
}

/// Starts a recording; its news come as [`Message::Recording`].
pub(super) fn start(
    recording: RecordingId,
    config: RecordConfig,
    clock: Arc<dyn Clock>,
    out: Sender<Message>,
) -> io::Result<(RecordingThread, Feed)> {
    let (sender, receiver) = bounded(QUEUE);
    let overflow = Arc::<Overflow>::default();
    let path = config.path.clone();
    let desk = Desk { recording, clock, out, overflow: Arc::clone(&overflow) };
    let thread = Builder::new().name("recorder".to_owned()).spawn(move || guarded(&config, &receiver, &desk))?;
    Ok((RecordingThread { path, thread, overflow: Arc::clone(&overflow) }, Feed::new(recording, sender, overflow)))
}

/// Where a recorder reports.
struct Desk {
    recording: RecordingId,
    clock: Arc<dyn Clock>,
    out: Sender<Message>,
    overflow: Arc<Overflow>,
}

impl Desk {
    fn tell(&self, news: RecordingNews) {
        self.out.send(Message::Recording { recording: self.recording, news }).ok(); // no session: nobody to tell
    }

    fn status(&self, (duration, bytes): (Duration, u64), lost_in_recorder: Losses, phase: RecordingPhase) {
        let lost = self.overflow.losses() + lost_in_recorder;
        self.tell(RecordingNews::Status { duration, bytes, lost, phase });
    }
}

/// Says that it is over even where it fails by a fault of the program.
fn guarded(config: &RecordConfig, footage: &Receiver<Footage>, desk: &Desk) {
    if catch_unwind(AssertUnwindSafe(|| run(config, footage, desk))).is_err() {
        let path = config.path.display().to_string();
        let message = format!(
            "Recording into {path} failed by a fault of Capture Lab: what is in the file plays; please report this."
        );
        let error = MediaError::new(ErrorName::AbortError, message).on(path);
        desk.status((Duration::ZERO, 0), Losses::default(), RecordingPhase::Failed(error));
    }
}

fn run(config: &RecordConfig, footage: &Receiver<Footage>, desk: &Desk) {
    let mut recorder = match Recorder::create(config) {
        Ok(recorder) => recorder,
        Err(error) => return desk.status((Duration::ZERO, 0), Losses::default(), failed(&error, config)),
    };
    desk.tell(RecordingNews::Opened);
    let written = write_all(&mut recorder, footage, desk);
    let (progress, lost) = (recorder.progress(), recorder.lost());
    if let Some(at) = desk.overflow.sound_end() {
        recorder.end_sound(at);
    }
    // What was in the queue is older than the end.
    let finished = recorder.finish(desk.overflow.end().unwrap_or_else(|| desk.clock.now()));
    // What the file has in the end, also where writing failed on the way.
    let kept = finished.as_ref().map_or(progress, |clip| (clip.duration, clip.bytes));
    let phase =
        written.and(finished.map(|_| ())).map_or_else(|error| failed(&error, config), |()| RecordingPhase::Finished);
    desk.status(kept, lost, phase);
}

/// Writes until all feeds are dropped.
fn write_all(recorder: &mut Recorder, footage: &Receiver<Footage>, desk: &Desk) -> Result<(), RecordError> {
    let mut told = Duration::ZERO;
    loop {
        match footage.recv() {
            Ok(Footage::Picture(frame, size)) => recorder.video(&frame, size)?,
            Ok(Footage::Sound(block)) => recorder.audio(&block)?,
            Err(_) => return Ok(()),
        }
        let progress = recorder.progress();
        if progress.0 >= told + PROGRESS_INTERVAL {
            told = progress.0;
            desk.status(progress, recorder.lost(), RecordingPhase::Running);
        }
    }
}

fn failed(error: &RecordError, config: &RecordConfig) -> RecordingPhase {
    RecordingPhase::Failed(MediaError::new(error.name, &error.message).on(config.path.display().to_string()))
}
