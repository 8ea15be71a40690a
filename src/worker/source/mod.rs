//! One opened device: a thread that opens it, takes what it delivers, and hands that to the taps of its tracks.

mod camera;
mod control;
mod microphone;
mod open_times;
mod pump;
mod sound_watch;

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{Builder, JoinHandle};

use crossbeam_channel::Sender;

use crate::devices::{CameraBackend, DeviceError, DeviceErrorKind, MicrophoneBackend};
use crate::media::Clock;
use crate::model::{CameraMode, ChosenMode, DeviceInfo, MicrophoneMode, Timestamp};

use super::message::{Message, SourceId, SourceNews};
use super::tap::{AudioTap, Taps};
use super::video_tap::VideoTap;
use super::{PictureColour, Waker};

pub(super) use control::{Control, Order};
pub(super) use open_times::OpenTimes;

/// The taps of a source, by its kind.
#[derive(Clone, Debug)]
pub(super) enum SourceTaps {
    Video(Taps<VideoTap>),
    Audio(Taps<AudioTap>),
}

/// How a source's thread reports.
#[derive(Clone)]
pub(super) struct Reporter {
    pub source: SourceId,
    pub out: Sender<Message>,
    pub clock: Arc<dyn Clock>,
    pub waker: Waker,
}

impl Reporter {
    /// Reports something that happened now.
    pub fn tell(&self, news: SourceNews) {
        self.tell_at(self.clock.now(), news);
    }

    /// Reports something that happened at a time.
    pub fn tell_at(&self, at: Timestamp, news: SourceNews) {
        // Without a session there is nobody left to tell; the thread ends by its order to close.
        self.out.send(Message::Source { source: self.source, at, news }).ok();
    }
}

/// What the session holds of a source.
#[derive(Debug)]
pub(super) struct SourceThread {
    pub control: Control,
    pub taps: SourceTaps,
    pub open_times: OpenTimes,
    /// Idle where it is a microphone.
    pub colour: PictureColour,
    pub thread: JoinHandle<()>,
}

/// Opens a camera on a thread of its own.
pub(super) fn start_camera(
    backend: Arc<dyn CameraBackend>,
    device: DeviceInfo,
    mode: CameraMode,
    reporter: Reporter,
) -> io::Result<SourceThread> {
    let (control, taps) = (Control::default(), Taps::default());
    let (thread_control, thread_taps) = (control.clone(), taps.clone());
    let open_times = OpenTimes::default();
    let colour = PictureColour::default();
    let shared = camera::Shared { taps: thread_taps, open_times: open_times.clone(), colour: colour.clone() };
    let thread = Builder::new().name(thread_name(&device)).spawn(move || {
        guarded(&device.name(), &reporter, || {
            match camera::Camera::new(backend, device.clone(), shared, reporter.clone()) {
                Ok(camera) => pump::run(camera, mode, &thread_control, &reporter),
                Err(error) => reporter.tell(SourceNews::OpenFailed(error)),
            }
        });
    })?;
    Ok(SourceThread { control, taps: SourceTaps::Video(taps), open_times, colour, thread })
}

/// Opens a microphone on a thread of its own.
pub(super) fn start_microphone(
    backend: Arc<dyn MicrophoneBackend>,
    device: DeviceInfo,
    mode: MicrophoneMode,
    reporter: Reporter,
) -> io::Result<SourceThread> {
    let (control, taps) = (Control::default(), Taps::default());
    let (thread_control, thread_taps) = (control.clone(), taps.clone());
    let thread = Builder::new().name(thread_name(&device)).spawn(move || {
        guarded(&device.name(), &reporter, || {
            let microphone = microphone::Microphone::new(backend, device.clone(), thread_taps, reporter.clone());
            pump::run(microphone, mode, &thread_control, &reporter);
        });
    })?;
    let (open_times, colour) = (OpenTimes::default(), PictureColour::default());
    Ok(SourceThread { control, taps: SourceTaps::Audio(taps), open_times, colour, thread })
}

/// Runs a source to its end, and says that it is over even where it fails by a fault of the program: whoever waits for it
/// waits no longer.
fn guarded(name: &str, reporter: &Reporter, run: impl FnOnce()) {
    // What it shares with others is behind locks that are taken for one frame and outlive a panic.
    if catch_unwind(AssertUnwindSafe(run)).is_err() {
        let message = format!("{name} was lost by a fault of Capture Lab: open it again, and please report this");
        reporter.tell(SourceNews::Ended(DeviceError::new(DeviceErrorKind::Driver, message)));
    }
    reporter.tell(SourceNews::Closed);
}

/// Linux shows 15 bytes of it.
fn thread_name(device: &DeviceInfo) -> String {
    format!("dev {}", device.node.trim_start_matches("/dev/"))
}

/// A device of either kind, as the pump sees it.
pub(super) trait Engine {
    /// In what it is opened.
    type Mode: Copy;
    /// An open device.
    type Stream;
    /// What it delivers.
    type Item;

    /// Opens the device.
    fn open(
        &self,
        mode: Self::Mode,
        cancel: &crate::devices::CancelToken,
    ) -> Result<Self::Stream, crate::devices::DeviceError>;

    /// The mode that was granted.
    fn granted(&self, stream: &Self::Stream) -> Self::Mode;

    /// Waits for the next item.
    fn next(
        &self,
        stream: &mut Self::Stream,
        timeout: std::time::Duration,
    ) -> Result<crate::devices::Delivery<Self::Item>, crate::devices::DeviceError>;

    /// Why the device says that it delivers nothing, where it does.
    fn condition(&self, stream: &Self::Stream) -> Option<crate::model::Reason> {
        let _ = stream;
        None
    }

    /// What happened to the device since this was asked last, in a sentence.
    fn take_notice(&self, stream: &mut Self::Stream) -> Option<String> {
        let _ = stream;
        None
    }

    /// Hands an item to the taps.
    fn deliver(&mut self, item: Self::Item);

    /// How long it may deliver nothing before its tracks are muted.
    fn patience(&self, mode: Self::Mode) -> std::time::Duration;

    /// Why its tracks are muted after that.
    fn stall_reason(&self, mode: Self::Mode) -> crate::model::Reason;

    /// It delivers nothing from now on.
    fn stalled(&mut self, mode: Self::Mode, at: Timestamp);

    /// It has delivered nothing for a while; `muted` after [`stalled`](Self::stalled).
    fn idle(&mut self, mode: Self::Mode, at: Timestamp, muted: bool);

    /// It runs in this mode from now on.
    fn configured(&mut self, mode: Self::Mode);

    /// It is over: what is still to be published is.
    fn finish(&mut self, at: Timestamp);

    /// For messages.
    fn to_chosen(mode: Self::Mode) -> ChosenMode;

    /// From a message; `None` for the other kind.
    fn from_chosen(mode: ChosenMode) -> Option<Self::Mode>;
}
