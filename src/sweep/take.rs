//! The measures of one mode, taken from the reports of its track.

use std::sync::Arc;

use crate::measure::VideoReport;
use crate::media::Latest;
use crate::model::{ChosenMode, StreamId, Timestamp, TrackId, TrackKind};
use crate::worker::{OpenedStream, TrackMonitor};

use super::{Measured, SweepMode};

/// The track on which a mode is measured.
#[derive(Clone, Debug)]
pub(super) struct Take {
    pub stream: StreamId,
    pub track: TrackId,
    pub granted: Option<SweepMode>,
    report: Latest<Arc<VideoReport>>,
    /// When the mode was asked for.
    asked_at: Timestamp,
    pub measured: Measured,
}

impl Take {
    /// On the video track of a stream that was asked for at a time. A sweep asks for nothing but video.
    pub fn new(opened: &OpenedStream, asked_at: Timestamp) -> Self {
        let video = opened.tracks.iter().find(|opened| opened.track.kind == TrackKind::Video);
        let report = video.and_then(|opened| match &opened.monitor {
            TrackMonitor::Video { report, .. } => Some(report.clone()),
            TrackMonitor::Audio { .. } => None,
        });
        Self {
            stream: opened.stream,
            track: video.map_or_else(TrackId::random, |opened| opened.track.id),
            granted: video.and_then(|opened| match opened.mode {
                ChosenMode::Video(mode) => Some(mode.into()),
                ChosenMode::Audio(_) => None,
            }),
            report: report.unwrap_or_default(),
            asked_at,
            measured: Measured::default(),
        }
    }

    /// Looks for the first frame. Returns when it arrived.
    pub fn first_frame(&mut self) -> Option<Timestamp> {
        let arrived = self.report.peek()?.span?.first_arrived;
        self.measured.first_frame_ms = Some(arrived.secs_since(self.asked_at) * 1e3);
        Some(arrived)
    }

    /// Takes in the newest report. Its counts are to have begun anew.
    pub fn measure(&mut self, requested: SweepMode) {
        let Some(report) = self.report.peek() else { return };
        let Some(span) = report.span else { return };
        let measured = &mut self.measured;
        let seconds = span.newest_captured.secs_since(span.first_captured).max(0.0);
        // The frame at the start ends no interval.
        let rate = |frames: u64| (seconds > 0.0).then(|| frames.saturating_sub(1) as f64 / seconds);
        measured.seconds = seconds;
        measured.frames_produced = report.produced;
        measured.frames_delivered = report.delivered;
        measured.frames_dropped = report.dropped;
        measured.frames_corrupt = report.corrupt;
        measured.fps_produced = rate(report.produced);
        measured.fps_delivered = rate(report.delivered);
        let nominal = requested.frame_rate.as_f64();
        measured.deviation_percent = measured.fps_delivered.map(|rate| (rate / nominal - 1.0) * 100.0);
        if let Some(interval) = report.interval {
            measured.interval_p50_ms = Some(interval.p50_ms);
            measured.interval_p99_ms = Some(interval.p99_ms);
            measured.interval_max_ms = Some(measured.interval_max_ms.unwrap_or(0.0).max(interval.max_ms));
        }
        measured.same_pictures = measured.same_pictures.max(report.same_pictures);
    }
}
