//! `capture-lab watch`.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Map, json};

use crate::measure::{AudioReport, LowLight, Onset, VideoReport};
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
/// Low light is told of when as many reports in a row find it: a camera that was just set to another rate is no such case.
const LOW_LIGHT_REPORTS: u32 = 2;
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
    /// What pictures were warned of, by track.
    warned: HashMap<TrackId, Warned>,
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
            warned: HashMap::new(),
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
            | Event::DeviceControls { .. }
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
            TrackChange::Configured { settings, .. } | TrackChange::ConfigurationChange { settings, .. } => {
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
                for (kind, text) in self.warned.entry(id).or_default().news(&report) {
                    self.out.warn(now, id, kind, &text);
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

/// What was warned of on one track: each once, and again where it comes back.
#[derive(Clone, Copy, Debug, Default)]
struct Warned {
    ahead: Onset,
    black: Onset,
    frozen: Onset,
    low_light: Onset,
}

impl Warned {
    /// What there is to warn of now and was not before: its kind and a sentence.
    fn news(&mut self, report: &VideoReport) -> Vec<(&'static str, String)> {
        let is_ahead = report.latency.is_some_and(|stats| stats.p50_ms < 0.0);
        let ahead = "the driver stamps frames ahead of their arrival: their latency cannot be told".to_owned();
        let low_light = report.low_light.map(|found: LowLight| found.to_string());
        let found = [
            ("stamps-ahead", self.ahead.holds(is_ahead, 1), ahead),
            ("black", self.black.holds(report.is_black, 1), "the picture is black".to_owned()),
            ("frozen", self.frozen.holds(report.is_frozen, 1), "the picture has not changed for a second".to_owned()),
            ("low-light", self.low_light.holds(low_light.is_some(), LOW_LIGHT_REPORTS), low_light.unwrap_or_default()),
        ];
        found.into_iter().filter(|(_, is_new, _)| *is_new).map(|(kind, _, text)| (kind, text)).collect()
    }
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
