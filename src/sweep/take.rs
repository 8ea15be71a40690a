//! The measures of one mode, taken from the reports of its track.

use std::sync::Arc;

use crate::measure::VideoReport;
use crate::media::Latest;
use crate::model::{ChosenMode, StreamId, TrackId, TrackKind};
use crate::worker::{OpenedStream, TrackMonitor};

use super::{Measured, SweepMode};

/// The track on which a mode is measured.
#[derive(Clone, Debug)]
pub(super) struct Take {
    pub stream: StreamId,
    pub track: TrackId,
    pub granted: Option<SweepMode>,
    report: Latest<Arc<VideoReport>>,
    pub measured: Measured,
}

impl Take {
    /// On the video track of a stream. A sweep asks for nothing but video.
    pub fn new(opened: &OpenedStream) -> Self {
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
            measured: Measured::default(),
        }
    }

    /// Whether the first frame is there.
    pub fn has_frame(&self) -> bool {
        self.report.peek().is_some_and(|report| report.span.is_some())
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
        measured.freezes = requested.pixel_format.is_decodable().then_some(report.freezes.count);
        // The time that it waited for the mode before to be closed is not its own.
        let first = report.first_frame;
        measured.first_frame_ms = first.total_ms.map(|total| total - first.select_ms.unwrap_or(0.0));
    }
}
