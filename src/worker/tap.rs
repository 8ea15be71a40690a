//! The end of a source that belongs to one track: enabled or not, measured, shown, recorded.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Sender, TrySendError};

use crate::measure::{AudioReport, LevelMeter, VideoMeter, VideoReport};
use crate::media::{AudioBlock, Latest, PreviewImage, VideoFrame};
use crate::model::{MicrophoneMode, Timestamp, TrackId};
use crate::record::Losses;

use super::TrackMonitor;

/// The taps of one source. The session adds and removes them, the source's thread feeds them; the lock is held for one
/// frame.
#[derive(Debug)]
pub(super) struct Taps<T>(Arc<Mutex<Vec<T>>>);

impl<T> Taps<T> {
    pub fn lock(&self) -> MutexGuard<'_, Vec<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Default for Taps<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T> Clone for Taps<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

/// What a recorder is fed with.
#[derive(Clone, Debug)]
pub(super) enum Footage {
    Picture(Arc<VideoFrame>),
    Sound(Arc<AudioBlock>),
}

/// The way to a recorder: its own bounded queue, which counts what did not fit.
#[derive(Clone, Debug)]
pub(super) struct Feed {
    queue: Sender<Footage>,
    overflow: Arc<Overflow>,
}

/// What a recorder never sees: what the camera lost, and what did not fit into its queue.
#[derive(Debug, Default)]
pub(super) struct Overflow {
    pictures: AtomicU64,
    sample_frames: AtomicU64,
    /// When the last of its tracks ended or was cut off, in nanoseconds of the clock; 0 before.
    end: AtomicU64,
    /// When its sound's track ended, likewise.
    sound_end: AtomicU64,
}

impl Overflow {
    /// A track ended, or the recorder was cut off.
    pub fn end_at(&self, at: Timestamp) {
        self.end.fetch_max(at.as_nanos(), Ordering::Relaxed);
    }

    /// When the track of its sound ended, where it did before the clip.
    pub fn sound_end(&self) -> Option<Timestamp> {
        Some(self.sound_end.load(Ordering::Relaxed)).filter(|end| *end > 0).map(Timestamp::from_nanos)
    }

    /// When the clip ends.
    pub fn end(&self) -> Option<Timestamp> {
        Some(self.end.load(Ordering::Relaxed)).filter(|end| *end > 0).map(Timestamp::from_nanos)
    }

    pub fn losses(&self) -> Losses {
        Losses {
            pictures: self.pictures.load(Ordering::Relaxed),
            sample_frames: self.sample_frames.load(Ordering::Relaxed),
        }
    }

    fn lose_pictures(&self, count: u64) {
        self.pictures.fetch_add(count, Ordering::Relaxed);
    }

    fn add(&self, footage: &Footage) {
        match footage {
            Footage::Picture(_) => self.pictures.fetch_add(1, Ordering::Relaxed),
            Footage::Sound(block) => self.sample_frames.fetch_add(block.frames() as u64, Ordering::Relaxed),
        };
    }
}

impl Feed {
    pub fn new(queue: Sender<Footage>, overflow: Arc<Overflow>) -> Self {
        Self { queue, overflow }
    }

    /// The track ended.
    pub fn end_at(&self, at: Timestamp) {
        self.overflow.end_at(at);
    }

    /// The track of the sound ended: the clip's sound ends there (REC-15).
    pub fn end_sound_at(&self, at: Timestamp) {
        self.overflow.sound_end.fetch_max(at.as_nanos(), Ordering::Relaxed);
        self.overflow.end_at(at);
    }

    fn send(&self, footage: Footage) {
        if let Err(TrySendError::Full(footage)) = self.queue.try_send(footage) {
            self.overflow.add(&footage);
        }
    }
}

/// The tap of a video track.
#[derive(Debug)]
pub(super) struct VideoTap {
    pub track: TrackId,
    pub enabled: bool,
    pub feed: Option<Feed>,
    /// Who wait for the next picture.
    pub snapshots: Vec<Sender<Arc<VideoFrame>>>,
    meter: VideoMeter,
    preview: Latest<PreviewImage>,
    report: Latest<Arc<VideoReport>>,
    dark: bool,
    /// Frames that never reached the track, as far as a recorder was told of them.
    missing: u64,
}

impl VideoTap {
    pub fn new(track: TrackId) -> Self {
        Self {
            track,
            enabled: true,
            feed: None,
            snapshots: Vec::new(),
            meter: VideoMeter::new(),
            preview: Latest::new(),
            report: Latest::new(),
            dark: false,
            missing: 0,
        }
    }

    pub fn monitor(&self) -> TrackMonitor {
        TrackMonitor::Video { preview: self.preview.clone(), report: self.report.clone() }
    }

    /// Counts a frame and passes it on; `black` stands in for it where the track is disabled.
    pub fn frame(&mut self, frame: &Arc<VideoFrame>, black: impl FnOnce() -> Arc<VideoFrame>) {
        if !self.enabled {
            self.meter.pause();
            return self.pass_on(&black());
        }
        self.meter.resume();
        self.meter.frame(frame.sequence, frame.captured_at, frame.arrived_at, frame.corrupt, true);
        let missing = self.meter.missing();
        if let Some(feed) = &self.feed {
            feed.overflow.lose_pictures(missing - self.missing);
        }
        self.missing = missing;
        if !frame.corrupt {
            self.pass_on(frame);
        }
    }

    /// Sends a picture to the recorder.
    pub fn record(&self, frame: &Arc<VideoFrame>) {
        if let Some(feed) = &self.feed {
            feed.send(Footage::Picture(Arc::clone(frame)));
        }
    }

    /// Sends a picture to the recorder and to those who wait for a snapshot.
    fn pass_on(&mut self, frame: &Arc<VideoFrame>) {
        self.record(frame);
        for snapshot in self.snapshots.drain(..) {
            snapshot.try_send(Arc::clone(frame)).ok(); // fails only where nobody waits any more
        }
    }

    /// Shows a picture of this mean luma, or black where the track is disabled. Returns whether there is something new to see.
    pub fn show(&mut self, image: PreviewImage, luma: f64, fingerprint: u64) -> bool {
        if self.enabled {
            self.dark = false;
            self.meter.picture(luma, fingerprint);
            self.preview.put(image);
            return true;
        }
        self.show_black(image.width, image.height, image.captured_at)
    }

    /// Shows black, once. Returns whether there is something new to see.
    pub fn show_black(&mut self, width: u32, height: u32, at: Timestamp) -> bool {
        if std::mem::replace(&mut self.dark, true) {
            return false;
        }
        let pixels = vec![u32::from_ne_bytes([0, 0, 0, 255]); width as usize * height as usize];
        self.preview.put(PreviewImage { width, height, pixels, sequence: 0, captured_at: at });
        true
    }

    /// A frame that was passed on does not decode. A recorder has it too, and counts it itself.
    pub fn undecodable(&mut self) {
        if self.enabled {
            let before = self.meter.missing();
            self.meter.undecodable();
            // The recorder was handed this frame, and counts it itself.
            self.missing += self.meter.missing() - before;
        }
    }

    /// The source delivers nothing: its counters stand still (MUTE-11).
    pub fn muted(&mut self) {
        self.meter.pause();
    }

    /// The device was opened anew.
    pub fn restarted(&mut self) {
        self.meter.restarted();
    }

    pub fn publish(&mut self, at: Timestamp) {
        self.meter.not_shown(self.preview.replaced());
        self.report.put(Arc::new(self.meter.report(at)));
    }
}

/// The tap of an audio track.
#[derive(Debug)]
pub(super) struct AudioTap {
    pub track: TrackId,
    pub enabled: bool,
    pub feed: Option<Feed>,
    meter: LevelMeter,
    report: Latest<Arc<AudioReport>>,
    published: Option<Timestamp>,
}

/// Levels are looked at by people: no more often than this.
const REPORT_INTERVAL: Duration = Duration::from_millis(33);

impl AudioTap {
    pub fn new(track: TrackId, mode: &MicrophoneMode) -> Self {
        Self { track, enabled: true, feed: None, meter: LevelMeter::new(mode), report: Latest::new(), published: None }
    }

    pub fn monitor(&self) -> TrackMonitor {
        TrackMonitor::Audio { report: self.report.clone() }
    }

    /// The source runs in another mode.
    pub fn reconfigure(&mut self, mode: &MicrophoneMode) {
        self.meter.reconfigure(mode);
    }

    /// Measures samples and passes them on; `silence` stands in for them where the track is disabled. Returns whether
    /// there is something new to see.
    pub fn block(&mut self, block: &Arc<AudioBlock>, silence: impl FnOnce() -> Arc<AudioBlock>) -> bool {
        let block = if self.enabled { Arc::clone(block) } else { silence() };
        if self.enabled {
            self.meter.add_lost(block.lost_before);
            self.meter.push(&block.samples, block.captured_at);
        } else {
            self.meter.silence(block.captured_at);
        }
        self.record(&block);
        let due = self.published.is_none_or(|last| block.arrived_at.since(last) >= REPORT_INTERVAL);
        if due {
            self.publish(block.arrived_at);
        }
        due
    }

    /// Sends sound to the recorder.
    pub fn record(&self, block: &Arc<AudioBlock>) {
        if let Some(feed) = &self.feed {
            feed.send(Footage::Sound(Arc::clone(block)));
        }
    }

    pub fn muted(&mut self, at: Timestamp) {
        self.meter.silence(at);
        self.publish(at);
    }

    pub fn publish(&mut self, at: Timestamp) {
        self.published = Some(at);
        self.report.put(Arc::new(self.meter.report(at)));
    }
}

#[cfg(test)]
mod tests {
    use crossbeam_channel::bounded;

    use super::Overflow;
    use super::*;
    use crate::model::PixelFormat;

    fn frame(sequence: u64) -> Arc<VideoFrame> {
        let captured_at = Timestamp::from_nanos(sequence * 40_000_000);
        Arc::new(VideoFrame {
            sequence,
            captured_at,
            arrived_at: captured_at,
            width: 2,
            height: 2,
            stride: 0,
            pixel_format: PixelFormat::MJPG,
            data: vec![0; 4].into(),
            corrupt: false,
        })
    }

    #[test]
    fn a_picture_that_does_not_decode_is_left_to_the_recorder_to_count() {
        let (queue, footage) = bounded(8);
        let overflow = Arc::<Overflow>::default();
        let mut tap = VideoTap::new(TrackId::random());
        tap.feed = Some(Feed::new(queue, Arc::clone(&overflow)));
        for sequence in [0, 1, 2, 5] {
            tap.frame(&frame(sequence), || frame(sequence));
            if sequence == 1 {
                tap.undecodable();
            }
        }
        assert_eq!((footage.len(), overflow.losses().pictures), (4, 2), "two were dropped");
    }
}
