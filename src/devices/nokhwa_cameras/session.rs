//! One camera that nokhwa has open, on a thread of its own.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded, select};
use nokhwa::utils::{CameraFormat, CameraIndex, RequestedFormat, RequestedFormatType};
use nokhwa::{Buffer, Camera};

use crate::devices::{CameraStream, CancelToken, Delivery, DeviceError, layout};
use crate::media::{BufferPool, Clock, VideoFrame};
use crate::model::{CameraMode, Colour, DeviceInfo, PixelFormat, Timestamp};

use super::{errors, formats, guard, jpeg};

/// Frames that wait for a slow reader; then they are dropped, which shows as a gap of the sequence.
const WAITING: usize = 4;
/// Frames that users of the stream may hold before memory is allocated anew.
const POOLED: usize = 8;
/// How long a camera may take to open. On macOS the user is asked first.
const OPENING: Duration = Duration::from_secs(if cfg!(target_os = "macos") { 60 } else { 10 });
/// How often a waiting opener looks at its token.
const GLANCE: Duration = Duration::from_millis(50);
/// How long a stopped camera may take to close before its thread is left alone.
const CLOSING: Duration = Duration::from_secs(1);

/// What the thread hands over.
type Handed = Result<VideoFrame, String>;

/// An open camera.
pub struct Session {
    device: DeviceInfo,
    mode: CameraMode,
    frames: Receiver<Handed>,
    shared: Arc<Shared>,
    cancelled: Receiver<()>,
    clock: Arc<dyn Clock>,
    thread: Option<JoinHandle<()>>,
}

/// What both threads and the token's hook know.
struct Shared {
    stop: AtomicBool,
    node: PathBuf,
}

impl Shared {
    fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
        // nokhwa waits for a frame without end: only the driver can wake it.
        #[cfg(target_os = "linux")]
        let stopped = crate::devices::v4l2::stop_streams(&self.node);
        #[cfg(not(target_os = "linux"))]
        let stopped = 0;
        log::debug!("stopped {stopped} stream(s) of {}", self.node.display());
    }
}

/// What the thread needs.
struct Job {
    index: CameraIndex,
    format: CameraFormat,
    frames: Sender<Handed>,
    shared: Arc<Shared>,
    clock: Arc<dyn Clock>,
    pool: BufferPool,
}

impl Session {
    /// Opens a camera in a mode that nokhwa can say, and starts it.
    ///
    /// # Errors
    /// As [`CameraBackend::open`](crate::devices::CameraBackend::open).
    pub fn open(
        device: &DeviceInfo,
        index: CameraIndex,
        format: CameraFormat,
        cancel: &CancelToken,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, DeviceError> {
        let (frame_sender, frames) = bounded(WAITING);
        let (opened_sender, opened) = bounded(1);
        let shared = Arc::new(Shared { stop: AtomicBool::new(false), node: PathBuf::from(&device.node) });
        let (pool, thread_clock) = (BufferPool::new(POOLED), Arc::clone(&clock));
        let job = Job { index, format, frames: frame_sender, shared: Arc::clone(&shared), clock: thread_clock, pool };
        let thread = guard::spawn(move || run(&job, &opened_sender)).map_err(|words| errors::driver(device, &words))?;
        let session = Self {
            device: device.clone(),
            mode: formats::camera_mode(format),
            frames,
            cancelled: cancellation(cancel, &shared),
            shared,
            clock,
            thread: Some(thread),
        };
        session.wait_until_open(&opened, cancel)?;
        Ok(session)
    }

    fn wait_until_open(&self, opened: &Receiver<Result<(), String>>, cancel: &CancelToken) -> Result<(), DeviceError> {
        let deadline = std::time::Instant::now() + OPENING;
        while std::time::Instant::now() < deadline {
            if cancel.is_cancelled() {
                return Err(errors::cancelled(&self.device));
            }
            match opened.recv_timeout(GLANCE) {
                Ok(answer) => return answer.map_err(|words| errors::from_words(&self.device, &words)),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Err(errors::timed_out(&self.device, OPENING))
    }

    fn delivered(&self, handed: Handed) -> Result<Delivery<VideoFrame>, DeviceError> {
        match handed {
            Ok(frame) => Ok(Delivery { at: self.clock.now(), item: Some(frame) }),
            Err(_) if self.shared.stop.load(Ordering::SeqCst) => Err(errors::cancelled(&self.device)),
            Err(words) => Err(errors::from_words(&self.device, &words)),
        }
    }
}

impl CameraStream for Session {
    fn mode(&self) -> CameraMode {
        self.mode
    }

    fn next(&mut self, timeout: Duration) -> Result<Delivery<VideoFrame>, DeviceError> {
        select! {
            recv(self.cancelled) -> _ => Err(errors::cancelled(&self.device)),
            recv(self.frames) -> handed => {
                self.delivered(handed.unwrap_or_else(|_| Err("nokhwa's thread has ended".to_owned())))
            }
            default(timeout) => Ok(Delivery { at: self.clock.now(), item: None }),
        }
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        self.shared.stop();
        let deadline = std::time::Instant::now() + CLOSING;
        // The thread's last act is to drop its sender.
        while !matches!(
            self.frames.recv_deadline(deadline),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected)
        ) {}
        match self.thread.take() {
            Some(thread)
                if thread.is_finished() || self.frames.try_recv().is_err_and(|error| error.is_disconnected()) =>
            {
                // caught() leaves no panic to report.
                let _ = thread.join();
            }
            _ => log::warn!("nokhwa does not let go of {}", self.device.name()),
        }
    }
}

/// A channel that ends when the token is cancelled. The hook outlives the session, and then does nothing: the node may be
/// in use by another stream of this program.
fn cancellation(cancel: &CancelToken, shared: &Arc<Shared>) -> Receiver<()> {
    let (wake, cancelled) = bounded(1);
    let shared = Arc::downgrade(shared);
    cancel.on_cancel(move || {
        let _ = wake.try_send(());
        if let Some(shared) = shared.upgrade() {
            shared.stop();
        }
    });
    cancelled
}

/// The thread. A panic of nokhwa ends the stream, not the program.
fn run(job: &Job, opened: &Sender<Result<(), String>>) {
    if let Err(words) = guard::caught(|| capture(job, opened)) {
        let _ = opened.try_send(Err(words.clone()));
        let _ = job.frames.send(Err(words));
    }
}

fn capture(job: &Job, opened: &Sender<Result<(), String>>) {
    let mut camera = match open(job) {
        Ok(camera) => camera,
        Err(words) => return drop(opened.send(Err(words))),
    };
    // The opener may have lost patience; the loop notices.
    let _ = opened.send(Ok(()));
    let mut sequence = 0;
    while !job.shared.stop.load(Ordering::SeqCst) {
        let handed = camera.frame().map(|buffer| picture(job, &buffer, sequence)).map_err(|error| error.to_string());
        sequence += 1;
        let failed = handed.is_err();
        match job.frames.try_send(handed) {
            Ok(()) | Err(TrySendError::Full(Ok(_))) => {}
            Err(TrySendError::Full(error)) => drop(job.frames.send(error)),
            Err(TrySendError::Disconnected(_)) => return,
        }
        if failed {
            return;
        }
    }
}

fn open(job: &Job) -> Result<Camera, String> {
    authorise()?;
    let wanted = [job.format.format()];
    let request = RequestedFormat::with_formats(RequestedFormatType::Exact(job.format), &wanted);
    let mut camera = Camera::new(job.index.clone(), request).map_err(|error| error.to_string())?;
    camera.open_stream().map_err(|error| error.to_string())?;
    Ok(camera)
}

/// Asks the user for the camera where the system wants it (macOS); elsewhere there is nothing to ask.
pub fn authorise() -> Result<(), String> {
    if nokhwa::nokhwa_check() {
        return Ok(());
    }
    let (answer, answered) = bounded(1);
    nokhwa::nokhwa_initialize(move |granted| {
        let _ = answer.try_send(granted);
    });
    match answered.recv_timeout(OPENING) {
        Ok(true) => Ok(()),
        _ => Err(errors::NOT_AUTHORISED.to_owned()),
    }
}

fn picture(job: &Job, buffer: &Buffer, sequence: u64) -> VideoFrame {
    let arrived_at = job.clock.now();
    let mode = formats::camera_mode(job.format);
    let stride = layout::stride(mode.pixel_format, mode.width, 0);
    let bytes = buffer.buffer();
    // nokhwa hands over the whole buffer of the driver, not what the driver used of it.
    let whole = match mode.pixel_format {
        PixelFormat::MJPG => jpeg::length(bytes),
        format => Some(layout::needed(format, mode.width, mode.height, stride) as usize).filter(|&needed| needed > 1),
    };
    let mut data = job.pool.take();
    data.extend_from_slice(whole.and_then(|whole| bytes.get(..whole)).unwrap_or(bytes));
    VideoFrame {
        sequence,
        captured_at: captured_at(buffer.capture_timestamp(), arrived_at),
        arrived_at,
        width: mode.width,
        height: mode.height,
        stride,
        pixel_format: mode.pixel_format,
        colour: Colour::usual_of(mode.pixel_format),
        corrupt: match mode.pixel_format {
            PixelFormat::MJPG => whole.is_none(),
            _ => whole.is_some_and(|whole| bytes.len() < whole),
        },
        data,
    }
}

/// nokhwa tells the time on the wall; what the lab wants is how long ago it was.
fn captured_at(wall: Option<Duration>, arrived_at: Timestamp) -> Timestamp {
    let age = wall.and_then(|wall| SystemTime::now().duration_since(UNIX_EPOCH).ok()?.checked_sub(wall));
    // A camera does not hold a frame for seconds: such an age means that the wall clock was set meanwhile.
    age.filter(|age| *age < Duration::from_secs(5)).map_or(arrived_at, |age| arrived_at.saturating_sub(age))
}
