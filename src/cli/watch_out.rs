//! What `watch` prints: lines of JSON, or text for people.

use serde_json::{Map, Value as Json, json};

use crate::measure::{IntervalStats, LevelWindow, VideoReport, dbfs, video_json};
use crate::model::{ChosenMode, Timestamp, TrackId};
use crate::worker::OpenedTrack;

use super::json;
use super::lines::{Lines, members, print};

/// Where reports go: lines of JSON, or text.
pub(super) struct Out {
    pub lines: Option<Lines>,
    pub origin: Timestamp,
}

impl Out {
    pub fn start(&self, constraints: &str) {
        let Some(lines) = &self.lines else { return };
        let constraints: Json = serde_json::from_str(constraints).unwrap_or(Json::Null);
        let start = json!({
            "time": jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string(),
            "version": env!("CARGO_PKG_VERSION"),
            "system": system(),
            "constraints": constraints,
        });
        lines.print(self.origin, "start", members(start));
    }

    pub fn open(&self, at: Timestamp, opened: &OpenedTrack) {
        let track = &opened.track;
        let Some(lines) = &self.lines else {
            return print(&format!("{}  {}  {}  {}", track.kind, track.node, track.label, opened.mode));
        };
        let mut open = Map::new();
        open.extend(track_members(track.id));
        open.extend(members(json!({
            "kind": track.kind.name(), "label": track.label, "deviceId": track.device_id.as_str(), "node": track.node,
        })));
        match opened.mode {
            ChosenMode::Video(mode) => open.insert("pixelFormat".to_owned(), json!(mode.pixel_format.to_string())),
            ChosenMode::Audio(mode) => {
                open.insert("sampleFormat".to_owned(), json!(format!("{:?}", mode.sample_format)))
            }
        };
        open.insert("settings".to_owned(), json::settings(&track.settings));
        lines.print(at, "open", open);
    }

    pub fn frames(&self, at: Timestamp, track: TrackId, report: &VideoReport) {
        if let Some(lines) = &self.lines {
            let mut line = track_members(track);
            line.extend(video_json(report));
            return lines.print(at, "frames", line);
        }
        print(&format!("{:8.3}  video  {}", self.seconds(at), frames_in_words(report)));
    }

    pub fn levels(&self, track: TrackId, at: Timestamp, window: &LevelWindow) {
        if let Some(lines) = &self.lines {
            let mut line = track_members(track);
            line.insert("channels".to_owned(), window.channels.iter().map(json::level).collect());
            return lines.print(at, "level", line);
        }
        if window.index % 10 == 9 {
            let decibels = |level| dbfs(level).map_or("   −∞".to_owned(), |level| format!("{level:6.1}"));
            let channels: Vec<_> = window
                .channels
                .iter()
                .map(|channel| format!("{} / {}", decibels(channel.peak), decibels(channel.rms)))
                .collect();
            print(&format!("{:8.3}  audio  peak / RMS dBFS  {}", self.seconds(at), channels.join("   ")));
        }
    }

    /// Tells of something that a tester wants to know.
    pub fn warn(&self, at: Timestamp, track: TrackId, kind: &str, text: &str) {
        let mut line = track_members(track);
        line.extend(members(json!({ "kind": kind, "text": text })));
        self.event(at, "warning", line, text);
    }

    pub fn event(&self, at: Timestamp, event: &str, more: Map<String, Json>, text: &str) {
        match &self.lines {
            Some(lines) => lines.print(at, event, more),
            None => print(&format!("{:8.3}  {event}  {text}", self.seconds(at))),
        }
    }

    fn seconds(&self, at: Timestamp) -> f64 {
        at.since(self.origin).as_secs_f64()
    }
}

/// The measurements that testers look at most, on one line.
fn frames_in_words(report: &VideoReport) -> String {
    let number = |value: Option<f64>, decimals| value.map_or("–".to_owned(), |value| format!("{value:.decimals$}"));
    let interval = |stats: fn(&IntervalStats) -> f64| number(report.interval.as_ref().map(stats), 1);
    [
        format!(
            "{} made / {} delivered of {} fps",
            number(report.fps_produced, 2),
            number(report.fps_delivered, 2),
            number(report.rates.granted, 2)
        ),
        format!("{} delivered", report.delivered),
        format!("{} dropped", report.dropped),
        format!("{} corrupt", report.corrupt),
        format!(
            "interval {} / {} / {} ms",
            interval(|stats| stats.p50_ms),
            interval(|stats| stats.p99_ms),
            interval(|stats| stats.max_ms)
        ),
        format!("latency {} ms", number(report.latencies.arrival.map(|stats| stats.p50_ms), 1)),
        format!("{} freezes", report.freezes.count),
        format!("luma {}", number(report.luma, 0)),
        format!("noise {}", number(report.scene.noise, 2)),
    ]
    .join("  ")
}

/// The member that names a track.
pub(super) fn track_members(track: TrackId) -> Map<String, Json> {
    members(json!({ "track": track.to_string() }))
}

fn system() -> String {
    #[cfg(target_os = "linux")]
    {
        let release = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
        format!("Linux {}", release.trim())
    }
    #[cfg(not(target_os = "linux"))]
    {
        std::env::consts::OS.to_owned()
    }
}
