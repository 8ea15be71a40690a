//! `capture-lab watch`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use crate::measure::{AudioReport, VideoReport, dbfs};
use crate::media::Latest;
use crate::model::{ChosenMode, DeviceInfo, EventName, Timestamp, TrackId};
use crate::worker::{Command, Event, OpenedStream, OpenedTrack, TrackChange, TrackMonitor};

use super::args::Common;
use super::devices::change;
use super::lines::{Lines, members, print};
use super::session::{Living, Session};
use super::{Failure, Status, json, request};

/// How often frames are told of.
const FRAMES_EVERY: Duration = Duration::from_secs(1);
/// How long closing may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(3);

/// Opens tracks and reports what they deliver.
pub(super) fn run(common: &Common, request: &str, seconds: Option<f64>, as_json: bool) -> Result<Status, Failure> {
    let (constraints, choice) = request::read(request, common)?;
    let mut session = Session::start(common)?;
    let origin = session.clock.now();
    let out = Out { lines: as_json.then(|| Lines::new(origin)), origin };
    out.start(&crate::selection::to_json(&constraints));
    let stream = session.open(constraints, choice)?;
    stream.tracks.iter().for_each(|track| out.open(session.clock.now(), track));
    let mut watch = Watch::new(out, stream, session.known_devices(), session.clock.now());
    let status = watch.run(&mut session, seconds.map(Duration::from_secs_f64));
    watch.close(&mut session)?;
    Ok(status)
}

/// Where reports go: lines of JSON, or text.
struct Out {
    lines: Option<Lines>,
    origin: Timestamp,
}

impl Out {
    fn start(&self, constraints: &str) {
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

    fn open(&self, at: Timestamp, opened: &OpenedTrack) {
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

    fn frames(&self, at: Timestamp, track: TrackId, report: &VideoReport) {
        if let Some(lines) = &self.lines {
            let mut line = track_members(track);
            line.extend(json::frames(report));
            return lines.print(at, "frames", line);
        }
        let rate = |rate: Option<f64>| rate.map_or("–".to_owned(), |rate| format!("{rate:.2}"));
        print(&format!(
            "{:8.3}  video  {} delivered  {} dropped  {} corrupt  {} fps  luma {}",
            self.seconds(at),
            report.delivered,
            report.dropped,
            report.corrupt,
            rate(report.fps_delivered),
            report.luma.map_or("–".to_owned(), |luma| format!("{luma:.0}")),
        ));
    }

    fn levels(&self, track: TrackId, at: Timestamp, window: &crate::measure::LevelWindow) {
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

    fn event(&self, at: Timestamp, event: &str, more: Map<String, Json>, text: &str) {
        match &self.lines {
            Some(lines) => lines.print(at, event, more),
            None => print(&format!("{:8.3}  {event}  {text}", self.seconds(at))),
        }
    }

    fn seconds(&self, at: Timestamp) -> f64 {
        at.since(self.origin).as_secs_f64()
    }
}

fn track_members(track: TrackId) -> Map<String, Json> {
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

/// Open tracks, and what was told of them.
struct Watch {
    out: Out,
    stream: OpenedStream,
    living: Living,
    devices: Vec<DeviceInfo>,
    began: Timestamp,
    next_frames: Timestamp,
    /// The next level window to be told of, by track.
    windows: HashMap<TrackId, u64>,
}

impl Watch {
    fn new(out: Out, stream: OpenedStream, devices: Vec<DeviceInfo>, now: Timestamp) -> Self {
        let living = Living::new(&stream);
        Self { out, stream, living, devices, began: now, next_frames: now + FRAMES_EVERY, windows: HashMap::new() }
    }

    fn run(&mut self, session: &mut Session, limit: Option<Duration>) -> Status {
        loop {
            let event = session.next_event();
            let now = session.clock.now();
            self.tell_levels();
            if let Some(event) = event {
                self.tell(now, &event);
            }
            if let Some(status) = self.end(session, now, limit) {
                return status;
            }
            if now >= self.next_frames {
                self.next_frames = self.next_frames + FRAMES_EVERY;
                self.tell_frames(now);
            }
        }
    }

    /// How it ends, where it does.
    fn end(&self, session: &Session, now: Timestamp, limit: Option<Duration>) -> Option<Status> {
        if session.is_signalled() {
            return Some(session.status_after_signal());
        }
        if self.living.is_empty() {
            return Some(Status::Failed);
        }
        limit.is_some_and(|limit| now.since(self.began) >= limit).then_some(Status::Done)
    }

    fn tell(&mut self, now: Timestamp, event: &Event) {
        self.living.note(event);
        match event {
            Event::Track { track, at, change } => self.tell_change(*track, *at, change),
            Event::Log(entry) if entry.name == EventName::Warning => {
                let warning = json!({ "kind": "remark", "text": entry.text });
                self.out.event(entry.at, "warning", members(warning), &entry.text);
            }
            Event::DeviceChange(devices) => {
                if let Some(change) = change(&self.devices, devices) {
                    self.out.event(now, "devicechange", change, &format!("{} devices now", devices.len()));
                }
                self.devices.clone_from(devices);
            }
            Event::Answer { .. } | Event::Recording(_) | Event::Log(_) => {}
        }
    }

    fn tell_change(&self, track: TrackId, at: Timestamp, change: &TrackChange) {
        let (event, reason) = match change {
            TrackChange::Muted(reason) => ("mute", Some(reason)),
            TrackChange::Unmuted => ("unmute", None),
            TrackChange::Ended(reason) => ("ended", Some(reason)),
            TrackChange::Configured { settings, .. } => {
                let mut line = track_members(track);
                line.insert("settings".to_owned(), json::settings(settings));
                return self.out.event(at, "configurationchange", line, "the settings changed");
            }
            TrackChange::Stopped | TrackChange::Enabled(_) => return,
        };
        let mut line = track_members(track);
        line.extend(reason.map(|reason| ("reason".to_owned(), json::reason(reason))));
        self.out.event(at, event, line, reason.map_or("", |reason| reason.text.as_str()));
    }

    fn tell_frames(&self, now: Timestamp) {
        for opened in &self.stream.tracks {
            if let TrackMonitor::Video { report, .. } = &opened.monitor {
                let report = report.peek().unwrap_or_default();
                self.out.frames(now, opened.track.id, &report);
            }
        }
    }

    fn tell_levels(&mut self) {
        for opened in &self.stream.tracks {
            if let TrackMonitor::Audio { report } = &opened.monitor {
                tell_windows(&self.out, &mut self.windows, opened.track.id, report);
            }
        }
    }

    /// Closes the devices and tells the totals.
    fn close(mut self, session: &mut Session) -> Result<(), Failure> {
        for opened in &self.stream.tracks {
            session.finish(Command::StopTrack { track: opened.track.id }, CLOSE_LIMIT)?;
        }
        self.tell_levels();
        let now = session.clock.now();
        self.tell_frames(now);
        self.out.event(now, "close", Map::new(), "");
        Ok(())
    }
}

/// Tells the windows that were not told yet, each once.
fn tell_windows(out: &Out, told: &mut HashMap<TrackId, u64>, track: TrackId, report: &Latest<Arc<AudioReport>>) {
    let Some(report) = report.peek() else { return };
    let next = told.entry(track).or_default();
    for window in report.windows.iter().filter(|window| window.index >= *next) {
        out.levels(track, window.at, window);
    }
    if let Some(last) = report.windows.last() {
        *next = last.index + 1;
    }
}
