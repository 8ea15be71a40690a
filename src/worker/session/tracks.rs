//! Tracks: made, switched, muted, stopped, ended.

use crate::media::Latest;
use crate::model::{
    Cause, ChosenMode, ColourOverride, EventName, MediaTrackConstraints, PixelFormat, Reason, Settings, Timestamp,
    Track, TrackId, TrackKind,
};
use crate::selection::Sharer;
use crate::worker::feed::Feed;
use crate::worker::message::SourceId;
use crate::worker::source::SourceTaps;
use crate::worker::tap::AudioTap;
use crate::worker::video_tap::VideoTap;
use crate::worker::{
    DamagedPictures, Event, OpenedTrack, PictureColour, RecordingId, Reply, RequestId, ShownPictures, TrackChange,
    TrackMonitor,
};

use super::sources::Source;
use super::{Session, unknown};

/// A track and its source.
#[derive(Debug)]
pub(super) struct TrackEntry {
    pub track: Track,
    pub source: SourceId,
    /// The mode in which the source runs, or ran last.
    pub mode: ChosenMode,
    /// The pixel format, where the tester fixed it.
    pub pixel_format: Option<PixelFormat>,
    /// Whether a change of its configuration waits until it is not muted any more (EXT-05).
    pub has_changed: bool,
}

impl TrackEntry {
    /// The track as selection sees it where it shares its device.
    pub fn sharer(&self) -> Sharer<'_> {
        let Track { constraints, settings, .. } = &self.track;
        Sharer { constraints, settings, pixel_format: self.pixel_format }
    }

    /// How the log names it.
    pub fn name(&self) -> String {
        format!("{} track of {} ({})", self.track.kind, self.track.label, self.track.node)
    }
}

/// What a new track starts with.
#[derive(Debug)]
pub(super) struct NewTrack {
    pub kind: TrackKind,
    pub constraints: MediaTrackConstraints,
    pub settings: Settings,
    pub pixel_format: Option<PixelFormat>,
    /// When it was called for.
    pub requested_at: Timestamp,
}

impl Session {
    /// Makes a track on a running source (GUM-12).
    pub(super) fn new_track(&mut self, source_id: SourceId, new: NewTrack) -> Option<OpenedTrack> {
        let source = self.sources.get(&source_id)?;
        let device = &source.device;
        let mut track = Track::new(new.kind, device.label.clone(), device.device_id.clone(), device.node.clone());
        track.constraints = new.constraints;
        track.settings = new.settings;
        track.capabilities = device.capabilities.clone();
        track.set_muted(source.muted.is_some());
        let mode = source.mode;
        let entry = TrackEntry { track, source: source_id, mode, pixel_format: new.pixel_format, has_changed: false };
        Some(self.add_track_to(entry, Some(new.requested_at)))
    }

    /// `clone()` (CLN-01). The clone of an ended track is ended (TRK-03).
    pub(super) fn cloned(&mut self, id: TrackId, clone: TrackId) -> Option<OpenedTrack> {
        let entry = self.tracks.get(&id)?;
        let (entry, name) = (TrackEntry { track: entry.track.cloned(clone), ..*entry }, entry.name());
        self.log(EventName::Success, "clone", Cause::User, format!("The {name} was cloned."));
        Some(self.add_track_to(entry, None))
    }

    pub(super) fn clone_track(&mut self, request: RequestId, id: TrackId, clone: TrackId) {
        let result =
            self.cloned(id, clone).map(|opened| Reply::Track(Box::new(opened))).ok_or_else(|| unknown("track"));
        self.answer(request, result);
    }

    /// Adds a track, which was called for at a time unless it is a clone.
    fn add_track_to(&mut self, entry: TrackEntry, requested_at: Option<Timestamp>) -> OpenedTrack {
        let track = &entry.track;
        let source = self.sources.get(&entry.source).filter(|_| track.is_live());
        let opened = OpenedTrack {
            mode: entry.mode,
            reason: source.and_then(|source| source.muted.clone()),
            monitor: source.map_or_else(|| unfed(track.kind), |source| attach(source, track, requested_at)),
            track: track.clone(),
        };
        self.tracks.insert(track.id, entry);
        opened
    }

    pub(super) fn has_live_track(&self, source: SourceId) -> bool {
        self.live_tracks_of(source).next().is_some()
    }

    pub(super) fn live_tracks_of(&self, source: SourceId) -> impl Iterator<Item = &TrackEntry> {
        self.tracks.values().filter(move |entry| entry.source == source && entry.track.is_live())
    }

    /// The ids of the live tracks of a source, in a stable order.
    pub(super) fn live_track_ids(&self, source: SourceId) -> Vec<TrackId> {
        let mut ids: Vec<_> = self.live_tracks_of(source).map(|entry| entry.track.id).collect();
        ids.sort();
        ids
    }

    pub(super) fn set_enabled(&mut self, request: RequestId, id: TrackId, enabled: bool) {
        let Some(entry) = self.tracks.get_mut(&id) else { return self.answer(request, Err(unknown("track"))) };
        let (name, source, is_live) = (entry.name(), entry.source, entry.track.is_live());
        if entry.track.set_enabled(enabled) {
            self.with_taps(source, |taps| enable(taps, id, enabled));
            let text = format!("The {name} was {}.", if enabled { "enabled" } else { "disabled" });
            self.log(EventName::Enabled, name, Cause::User, text);
            self.tell_track(id, self.clock.now(), TrackChange::Enabled(enabled));
            if enabled && is_live {
                self.reacquire(source);
            }
        }
        self.answer(request, Ok(Reply::Done));
    }

    pub(super) fn set_colour(&mut self, request: RequestId, id: TrackId, colour: ColourOverride) {
        let Some(entry) = self.tracks.get(&id) else { return self.answer(request, Err(unknown("track"))) };
        if entry.track.kind == TrackKind::Video && entry.track.is_live() {
            self.read_in(entry.source, colour);
        }
        self.answer(request, Ok(Reply::Done));
    }

    /// Has the pictures of a camera read in these colours.
    pub(super) fn read_in(&mut self, source: SourceId, colour: ColourOverride) {
        let Some(source) = self.sources.get(&source) else { return };
        source.colour().choose(colour);
        let name = source.device.name();
        let text = assumed(&name, source.colour());
        self.log(EventName::Source, name, Cause::User, text);
    }

    pub(super) fn begin_counts(&mut self, request: RequestId, id: TrackId) {
        let Some(entry) = self.tracks.get(&id) else { return self.answer(request, Err(unknown("track"))) };
        let now = self.clock.now();
        self.with_taps(entry.source, |taps| {
            if let SourceTaps::Video(taps) = taps {
                taps.lock().iter_mut().filter(|tap| tap.track == id).for_each(|tap| tap.begin_counts(now));
            }
        });
        self.answer(request, Ok(Reply::Done));
    }

    /// `stop()`: idempotent, and fires no event (TRK-06).
    pub(super) fn stop_track(&mut self, request: RequestId, id: TrackId) {
        let Some(entry) = self.tracks.get_mut(&id) else { return self.answer(request, Err(unknown("track"))) };
        let (name, source) = (entry.name(), entry.source);
        if entry.track.end() {
            let now = self.clock.now();
            self.with_taps(source, |taps| detach(taps, id, now));
            self.log(EventName::Stopped, &name, Cause::User, format!("The {name} was stopped; this fires no event."));
            self.tell_track(id, now, TrackChange::Stopped);
        }
        self.answer(request, Ok(Reply::Done));
    }

    /// `mute` with a reason, or `unmute`, on each track of a source (MUTE-05).
    pub(super) fn set_tracks_muted(&mut self, source: SourceId, at: Timestamp, reason: Option<&Reason>) {
        for id in self.live_track_ids(source) {
            let Some(entry) = self.tracks.get_mut(&id) else { continue };
            let is_other = entry.track.set_muted(reason.is_some());
            let name = entry.name();
            let (event, change, text) = match reason {
                Some(reason) if is_other => (EventName::Mute, TrackChange::Muted(reason.clone()), reason.text.clone()),
                // No event of the web, but the truth about why.
                Some(reason) => {
                    let text = format!("still muted, for another reason: {}", reason.text);
                    (EventName::Warning, TrackChange::Muted(reason.clone()), text)
                }
                None if !is_other => continue,
                None => (EventName::Unmute, TrackChange::Unmuted, "media flows again".to_owned()),
            };
            self.log_at(at, event, name, Cause::Device, text);
            self.tell_track(id, at, change);
        }
    }

    /// `ended` on each track of a source (TRK-07, TRK-09).
    pub(super) fn end_tracks(&mut self, source: SourceId, at: Timestamp, cause: Cause, reason: &Reason) {
        for id in self.live_track_ids(source) {
            let Some(entry) = self.tracks.get_mut(&id) else { continue };
            entry.track.end();
            let name = entry.name();
            self.with_taps(source, |taps| detach(taps, id, at));
            self.log_at(at, EventName::Ended, name, cause, &reason.text);
            self.tell_track(id, at, TrackChange::Ended(reason.clone()));
        }
    }

    pub(super) fn tell_track(&mut self, track: TrackId, at: Timestamp, change: TrackChange) {
        self.outbox.send(Event::Track { track, at, change });
    }

    /// Has the tap of a track feed a recorder.
    pub(super) fn add_feed(&self, track: TrackId, feed: &Feed) {
        self.with_feeds(track, |feeds| feeds.push(feed.clone()));
    }

    /// Has it feed that recorder no more.
    pub(super) fn remove_feed(&self, track: TrackId, recording: RecordingId) {
        self.with_feeds(track, |feeds| feeds.retain(|feed| feed.recording != recording));
    }

    fn with_feeds(&self, track: TrackId, act: impl Fn(&mut Vec<Feed>)) {
        let Some(entry) = self.tracks.get(&track) else { return };
        self.with_taps(entry.source, |taps| match taps {
            SourceTaps::Video(taps) => {
                taps.lock().iter_mut().filter(|tap| tap.track == track).for_each(|tap| act(&mut tap.feeds));
            }
            SourceTaps::Audio(taps) => {
                taps.lock().iter_mut().filter(|tap| tap.track == track).for_each(|tap| act(&mut tap.feeds));
            }
        });
    }

    /// The track has these settings from now on.
    pub(super) fn set_settings(&mut self, track: TrackId, settings: &Settings) {
        let Some(entry) = self.tracks.get_mut(&track) else { return };
        entry.track.settings = settings.clone();
        let Some(source) = self.sources.get(&entry.source) else { return };
        entry.mode = source.mode;
        if let (SourceTaps::Video(taps), ChosenMode::Video(mode)) = (source.taps(), source.mode) {
            for tap in taps.lock().iter_mut().filter(|tap| tap.track == track) {
                tap.ask(&entry.track.constraints);
                tap.configure(settings, &mode);
            }
        }
    }

    pub(super) fn with_taps(&self, source: SourceId, act: impl FnOnce(&SourceTaps)) {
        if let Some(source) = self.sources.get(&source) {
            act(source.taps());
        }
    }
}

/// In which colours the pictures of a camera are read from now on.
fn assumed(name: &str, colour: &PictureColour) -> String {
    let chosen = colour.chosen();
    let said = colour.driver().map_or_else(|| "nothing yet".to_owned(), |driver| driver.to_string());
    if chosen.is_none() {
        return format!("The pictures of {name} are read as its driver says: {said}.");
    }
    let parts = [chosen.matrix.map(|matrix| matrix.to_string()), chosen.range.map(|range| range.to_string())];
    let parts: Vec<_> = parts.into_iter().flatten().collect();
    format!("The pictures of {name} are read as {}; its driver says {said}.", parts.join(" "))
}

/// Live views that nothing will ever come to.
fn unfed(kind: TrackKind) -> TrackMonitor {
    match kind {
        TrackKind::Audio => TrackMonitor::Audio { report: Latest::new() },
        TrackKind::Video => TrackMonitor::Video {
            preview: Latest::new(),
            report: Latest::new(),
            shown: ShownPictures::default(),
            damaged: DamagedPictures::default(),
            colour: PictureColour::default(),
        },
    }
}

fn attach(source: &Source, track: &Track, requested_at: Option<Timestamp>) -> TrackMonitor {
    match (source.taps(), source.mode) {
        (SourceTaps::Audio(taps), ChosenMode::Audio(mode)) => {
            let mut tap = AudioTap::new(track.id, &mode);
            tap.enabled = track.enabled();
            add(&mut taps.lock(), tap, AudioTap::monitor)
        }
        (SourceTaps::Video(taps), ChosenMode::Video(mode)) => {
            let mut tap = VideoTap::new(track.id, &track.settings, &mode);
            tap.ask(&track.constraints);
            tap.configure(&track.settings, &mode);
            tap.may_lower_rate(source.device.may_lower_rate());
            tap.called(requested_at, source.open_times());
            tap.enabled = track.enabled();
            tap.colour = source.colour().clone();
            add(&mut taps.lock(), tap, VideoTap::monitor)
        }
        (SourceTaps::Audio(_), ChosenMode::Video(_)) | (SourceTaps::Video(_), ChosenMode::Audio(_)) => {
            unfed(track.kind)
        }
    }
}

fn add<T>(taps: &mut Vec<T>, tap: T, monitor: impl Fn(&T) -> TrackMonitor) -> TrackMonitor {
    let monitor = monitor(&tap);
    taps.push(tap);
    monitor
}

fn enable(taps: &SourceTaps, track: TrackId, enabled: bool) {
    match taps {
        SourceTaps::Video(taps) => {
            taps.lock().iter_mut().filter(|tap| tap.track == track).for_each(|tap| tap.enabled = enabled);
        }
        SourceTaps::Audio(taps) => {
            taps.lock().iter_mut().filter(|tap| tap.track == track).for_each(|tap| tap.enabled = enabled);
        }
    }
}

/// Takes a tap away, with its last measurements published.
fn detach(taps: &SourceTaps, track: TrackId, at: Timestamp) {
    match taps {
        SourceTaps::Video(taps) => remove(
            &mut taps.lock(),
            |tap| tap.track == track,
            |tap| {
                tap.publish(at);
                tap.feeds.iter().for_each(|feed| feed.end_at(at));
            },
        ),
        SourceTaps::Audio(taps) => remove(
            &mut taps.lock(),
            |tap| tap.track == track,
            |tap| {
                tap.publish(at);
                tap.feeds.iter().for_each(|feed| feed.end_sound_at(at));
            },
        ),
    }
}

fn remove<T>(taps: &mut Vec<T>, is_it: impl Fn(&T) -> bool, last_words: impl Fn(&mut T)) {
    for mut tap in taps.extract_if(.., |tap| is_it(tap)) {
        last_words(&mut tap);
    }
}
