//! `capture-lab watch`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, json};

use crate::measure::{AudioReport, Onset, VideoReport};
use crate::media::Latest;
use crate::model::{DeviceInfo, ErrorName, EventName, MediaError, Timestamp, TrackId};
use crate::worker::{Command, Event, OpenedStream, TrackChange, TrackMonitor};

use super::args::{Common, Waiting};
use super::devices::change;
use super::lines::{Lines, members};
use super::session::{EarlyEnd, Living, Session};
use super::watch_out::{Out, track_members};
use super::{Failure, Status, json, request};

/// How often frames are told of.
const FRAMES_EVERY: Duration = Duration::from_secs(1);
/// A mean luma under this is black.
const BLACK_LUMA: f64 = 20.0;
/// Black is told of when as many reports in a row find it.
const BLACK_REPORTS: u32 = 2;
/// Digital silence is told of after as many windows of 100 ms without any sample but 0.
const SILENT_WINDOWS: u32 = 10;
/// How long closing may take.
const CLOSE_LIMIT: Duration = Duration::from_secs(3);

/// Opens tracks and reports what they deliver.
pub(super) fn run(
    common: &Common,
    request: &str,
    seconds: Option<Duration>,
    as_json: bool,
    wait: Waiting,
) -> Result<Status, Failure> {
    let (constraints, choice) = request::read(request, common)?;
    let mut session = Session::start(common)?;
    let origin = session.clock.now();
    let out = Out { lines: as_json.then(|| Lines::new(origin)), origin };
    out.start(&crate::selection::to_json(&constraints));
    let stream = session.open(constraints, choice, wait)?;
    stream.tracks.iter().for_each(|track| out.open(session.clock.now(), track));
    let mut watch = Watch::new(out, stream, session.known_devices(), session.clock.now());
    let status = watch.run(&mut session, seconds);
    let early = watch.living.early_end();
    watch.close(&mut session)?;
    match early {
        Some(end) if status != Status::Interrupted => Err(ended_early(&end)),
        _ => Ok(status),
    }
}

fn ended_early(end: &EarlyEnd) -> Failure {
    let message =
        format!("A track ended before its time: {}; see that the device is there, then start again.", end.reason);
    MediaError::new(ErrorName::AbortError, message).on(&end.device).into()
}

/// Open tracks, and what was told of them.
struct Watch {
    out: Out,
    stream: OpenedStream,
    living: Living,
    devices: Vec<DeviceInfo>,
    began: Timestamp,
    next_frames: Timestamp,
    /// What was told of the sound, by track.
    told: HashMap<TrackId, Told>,
    /// Pictures that are black, pictures that stand still, and stamps from the future, by track.
    dull: HashMap<TrackId, [Onset; 3]>,
}

impl Watch {
    fn new(out: Out, stream: OpenedStream, devices: Vec<DeviceInfo>, now: Timestamp) -> Self {
        let living = Living::new(&stream);
        Self {
            out,
            stream,
            living,
            devices,
            began: now,
            next_frames: now + FRAMES_EVERY,
            told: HashMap::new(),
            dull: HashMap::new(),
        }
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
                self.tell_levels(); // those that came meanwhile are older
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
        if let Event::Track { track, change: TrackChange::Ended(_), .. } = event {
            self.tell_frames_of(now, |id| id == *track); // its last ones
        }
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
            Event::Answer { .. }
            | Event::Recording(_)
            | Event::Log(_)
            | Event::Stream { .. }
            | Event::Permission { .. }
            | Event::PermissionAsked { .. }
            | Event::Waiting { .. } => {}
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

    fn tell_frames(&mut self, now: Timestamp) {
        self.tell_frames_of(now, |_| true);
    }

    fn tell_frames_of(&mut self, now: Timestamp, is_meant: impl Fn(TrackId) -> bool) {
        let is_told = |id| self.living.has(id) && is_meant(id);
        for opened in self.stream.tracks.iter().filter(|opened| is_told(opened.track.id)) {
            if let TrackMonitor::Video { report, .. } = &opened.monitor {
                let (report, id) = (report.peek().unwrap_or_default(), opened.track.id);
                self.out.frames(now, id, &report);
                let is_black = report.luma.is_some_and(|luma| luma < BLACK_LUMA);
                // A black picture is still as well: one word is enough.
                let is_frozen = !is_black && is_frozen(&report);
                let is_ahead = report.latency.is_some_and(|stats| stats.p50_ms < 0.0);
                let [black, frozen, ahead] = self.dull.entry(id).or_default();
                if ahead.holds(is_ahead, 1) {
                    let text = "the driver stamps frames ahead of their arrival: their latency cannot be told";
                    self.out.warn(now, id, "stamps-ahead", text);
                }
                if black.holds(is_black, BLACK_REPORTS) {
                    self.out.warn(now, id, "black", "the picture is black");
                }
                if frozen.holds(is_frozen, 1) {
                    self.out.warn(now, id, "frozen", "the picture has not changed for a second");
                }
            }
        }
    }

    fn tell_levels(&mut self) {
        for opened in &self.stream.tracks {
            if let TrackMonitor::Audio { report } = &opened.monitor {
                tell_sound(&self.out, self.told.entry(opened.track.id).or_default(), opened.track.id, report);
            }
        }
    }

    /// Closes the devices and tells the totals.
    fn close(mut self, session: &mut Session) -> Result<(), Failure> {
        for opened in &self.stream.tracks {
            session.finish(Command::StopTrack { track: opened.track.id }, CLOSE_LIMIT)?;
        }
        while let Some(event) = session.left_event() {
            self.tell(session.clock.now(), &event);
        }
        self.tell_levels();
        let now = session.clock.now();
        self.tell_frames(now);
        self.out.event(now, "close", Map::new(), "");
        Ok(())
    }
}

/// Whether pictures come, and all those of the last second are equal.
fn is_frozen(report: &VideoReport) -> bool {
    report.fps_delivered.is_some_and(|rate| report.same_pictures as f64 >= rate.max(3.0))
}

/// What was told of one track's sound.
#[derive(Clone, Copy, Debug, Default)]
struct Told {
    /// The next window of levels.
    window: u64,
    /// Sample frames that were lost.
    lost: u64,
    silent: Onset,
}

/// Tells the windows and the losses that were not told yet, each once.
fn tell_sound(out: &Out, told: &mut Told, track: TrackId, report: &Latest<Arc<AudioReport>>) {
    let Some(report) = report.peek() else { return };
    for window in report.windows.iter().filter(|window| window.index >= told.window) {
        out.levels(track, window.at, window);
        let is_silent = window.channels.iter().all(|channel| channel.peak <= 0.0);
        if told.silent.holds(is_silent, SILENT_WINDOWS) {
            out.warn(window.at, track, "digital-silence", "every sample is 0 for a second");
        }
    }
    if let Some(last) = report.windows.last() {
        told.window = last.index + 1;
    }
    let lost = report.lost.saturating_sub(told.lost);
    if lost > 0 {
        let mut line = track_members(track);
        line.extend(members(json!({ "frames": lost, "total": report.lost })));
        out.event(report.at, "overrun", line, &format!("{lost} sample frames were lost"));
        told.lost = report.lost;
    }
}
