//! The end of a source that belongs to one track: enabled or not, measured, shown, recorded.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::measure::{AudioReport, LevelMeter};
use crate::media::{AudioBlock, Latest};
use crate::model::{MicrophoneMode, Timestamp, TrackId};

use super::TrackMonitor;
use super::feed::{Feed, Footage};

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

/// The tap of an audio track.
#[derive(Debug)]
pub(super) struct AudioTap {
    pub track: TrackId,
    pub enabled: bool,
    /// The recorders that it feeds.
    pub feeds: Vec<Feed>,
    meter: LevelMeter,
    report: Latest<Arc<AudioReport>>,
    published: Option<Timestamp>,
}

/// Levels are looked at by people: no more often than this.
const REPORT_INTERVAL: Duration = Duration::from_millis(33);

impl AudioTap {
    pub fn new(track: TrackId, mode: &MicrophoneMode) -> Self {
        Self {
            track,
            enabled: true,
            feeds: Vec::new(),
            meter: LevelMeter::new(mode),
            report: Latest::new(),
            published: None,
        }
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
        for feed in &self.feeds {
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
