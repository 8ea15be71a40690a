//! A microphone as the pump sees it.

use std::sync::Arc;
use std::time::Duration;

use crate::devices::{CancelToken, Delivery, DeviceError, MicrophoneBackend, MicrophoneStream};
use crate::media::AudioBlock;
use crate::model::{ChosenMode, DeviceInfo, MicrophoneMode, Reason, ReasonKind, Timestamp};

use super::super::Wake;
use super::super::message::SourceNews;
use super::super::tap::{AudioTap, Taps};
use super::sound_watch::SoundWatch;
use super::{Engine, Reporter};

pub(super) struct Microphone {
    backend: Arc<dyn MicrophoneBackend>,
    device: DeviceInfo,
    taps: Taps<AudioTap>,
    reporter: Reporter,
    /// Up to when silence stands in for what a muted source does not deliver.
    silent_until: Timestamp,
    watch: SoundWatch,
}

/// Silence is made up to this long ago: sound may be on its way still.
const LAG: Duration = Duration::from_millis(100);

impl Microphone {
    pub fn new(
        backend: Arc<dyn MicrophoneBackend>,
        device: DeviceInfo,
        taps: Taps<AudioTap>,
        reporter: Reporter,
    ) -> Self {
        Self { backend, device, taps, reporter, silent_until: Timestamp::default(), watch: SoundWatch::default() }
    }

    /// Recorders go on with silence while the source is muted (REC-14).
    fn record_silence(&mut self, mode: MicrophoneMode, at: Timestamp) {
        let until = at.saturating_sub(LAG);
        let frames = (until.since(self.silent_until).as_secs_f64() * f64::from(mode.sample_rate)) as usize;
        if frames == 0 {
            return;
        }
        let block = Arc::new(AudioBlock {
            samples: vec![0.0; frames * mode.channels as usize],
            channels: mode.channels,
            sample_rate: mode.sample_rate,
            captured_at: self.silent_until,
            arrived_at: at,
            lost_before: 0,
        });
        self.silent_until = until;
        for tap in self.taps.lock().iter_mut() {
            tap.record(&block);
        }
    }
}

impl Engine for Microphone {
    type Mode = MicrophoneMode;
    type Stream = Box<dyn MicrophoneStream>;
    type Item = AudioBlock;

    fn open(&self, mode: MicrophoneMode, cancel: &CancelToken) -> Result<Self::Stream, DeviceError> {
        self.backend.open(&self.device, mode, cancel)
    }

    fn granted(&self, stream: &Self::Stream) -> MicrophoneMode {
        stream.mode()
    }

    fn next(&self, stream: &mut Self::Stream, timeout: Duration) -> Result<Delivery<AudioBlock>, DeviceError> {
        stream.next(timeout)
    }

    fn condition(&self, stream: &Self::Stream) -> Option<Reason> {
        stream.condition()
    }

    fn take_notice(&self, stream: &mut Self::Stream) -> Option<String> {
        stream.take_notice()
    }

    fn deliver(&mut self, block: AudioBlock) {
        for news in self.watch.block(&block) {
            self.reporter.tell_at(block.arrived_at, SourceNews::Sound(news));
        }
        let block = Arc::new(block);
        let mut silence = None;
        let mut news = false;
        for tap in self.taps.lock().iter_mut() {
            news |= tap.block(&block, || Arc::clone(silence.get_or_insert_with(|| silence_for(&block))));
        }
        if news {
            self.reporter.waker.wake(Wake::Report);
        }
    }

    /// 4 periods, at least 500 ms.
    fn patience(&self, mode: MicrophoneMode) -> Duration {
        let period = Duration::from_secs_f64(f64::from(mode.period) / f64::from(mode.sample_rate.max(1)));
        (period * 4).max(Duration::from_millis(500))
    }

    fn stall_reason(&self, mode: MicrophoneMode) -> Reason {
        let text = format!("no samples for {} ms", self.patience(mode).as_millis());
        Reason { kind: ReasonKind::NoSamples, text }
    }

    fn stalled(&mut self, mode: MicrophoneMode, at: Timestamp) {
        // The recorder fills up what is before it.
        self.silent_until = at.saturating_sub(LAG * 2);
        self.watch.stalled();
        self.record_silence(mode, at);
        for tap in self.taps.lock().iter_mut() {
            tap.muted(at);
        }
        self.reporter.waker.wake(Wake::Report);
    }

    fn idle(&mut self, mode: MicrophoneMode, at: Timestamp, muted: bool) {
        if muted {
            self.record_silence(mode, at);
        }
    }

    fn configured(&mut self, mode: MicrophoneMode) {
        for tap in self.taps.lock().iter_mut() {
            tap.reconfigure(&mode);
        }
    }

    fn finish(&mut self, at: Timestamp) {
        for tap in self.taps.lock().iter_mut() {
            tap.publish(at);
        }
    }

    fn to_chosen(mode: MicrophoneMode) -> ChosenMode {
        ChosenMode::Audio(mode)
    }

    fn from_chosen(mode: ChosenMode) -> Option<MicrophoneMode> {
        if let ChosenMode::Audio(mode) = mode { Some(mode) } else { None }
    }
}

/// What a disabled track gives in the place of `block` (MUTE-03).
fn silence_for(block: &AudioBlock) -> Arc<AudioBlock> {
    Arc::new(AudioBlock { samples: vec![0.0; block.samples.len()], ..block.clone() })
}
