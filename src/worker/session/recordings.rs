//! Recordings: started, told of, stopped.

use std::path::PathBuf;

use crate::model::{Cause, ChosenMode, ErrorName, EventName, MediaError, Property, StreamId, TrackId};
use crate::record::{AudioParams, RecordConfig, VideoParams};
use crate::worker::message::RecordingNews;
use crate::worker::{Event, RecordingId, RecordingPhase, RecordingStatus, Reply, RequestId, recording};

use super::tracks::TrackEntry;
use super::{Recording, Session, join, no_thread, unknown};

impl Session {
    pub(super) fn start_recording(&mut self, request: RequestId, stream: StreamId, path: PathBuf, overwrite: bool) {
        let tracks = match self.live_tracks_in(stream) {
            Ok(tracks) => tracks,
            Err(error) => return self.answer(request, Err(error)),
        };
        let mut config = RecordConfig { path, overwrite, video: None, audio: None, origin: self.clock.now() };
        let mut recorded = Vec::new();
        for (track, mode) in tracks {
            if add_to(&mut config, mode, self.tracks.get(&track)) {
                recorded.push(track);
            }
        }
        let id = RecordingId(self.next_number());
        match recording::start(id, config, self.clock.clone(), self.message_sender.clone()) {
            Ok((thread, feed)) => {
                for track in &recorded {
                    self.add_feed(*track, &feed);
                }
                let (starting, stopping, tracks) = (Some(request), None, recorded);
                self.recordings.insert(id, Recording { thread, starting, stopping, stream, tracks, modified: false });
            }
            Err(error) => self.answer(request, Err(no_thread(&error))),
        }
    }

    fn live_tracks_in(&self, stream: StreamId) -> Result<Vec<(TrackId, ChosenMode)>, MediaError> {
        if let Some(recording) = self.recordings.values().find(|recording| recording.stream == stream) {
            let path = recording.thread.path.display();
            let message = format!("This stream is being recorded into {path} already: stop that first.");
            return Err(MediaError::new(ErrorName::InvalidStateError, message));
        }
        let stream = self.streams.get(&stream).ok_or_else(|| unknown("stream"))?;
        let tracks: Vec<_> = stream
            .tracks()
            .iter()
            .filter_map(|id| self.tracks.get(id))
            .filter(|entry| entry.track.is_live())
            .filter_map(|entry| Some((entry.track.id, self.sources.get(&entry.source)?.mode)))
            .collect();
        let unseen = tracks.iter().find_map(|(_, mode)| match mode {
            ChosenMode::Video(mode) if !mode.pixel_format.is_decodable() => Some(mode.pixel_format),
            _ => None,
        });
        if let Some(format) = unseen {
            let message = format!("The lab cannot decode {format}, and so not record it: choose another pixel format.");
            return Err(MediaError::new(ErrorName::NotSupportedError, message));
        }
        if tracks.is_empty() {
            let message = "All tracks of this stream have ended: open a device first, then record.";
            return Err(MediaError::new(ErrorName::NotSupportedError, message)); // REC-03
        }
        Ok(tracks)
    }

    pub(super) fn stop_recording(&mut self, request: RequestId, id: RecordingId) {
        let now = self.clock.now();
        let Some(recording) = self.recordings.get_mut(&id) else {
            // REC-05: to stop what is over already is no fault.
            return self.answer(request, Ok(Reply::Done));
        };
        recording.modified = false; // REC-12: who stops it asks for no more
        recording.thread.overflow.end_at(now);
        if let Some(earlier) = recording.stopping.replace(request) {
            self.answer(earlier, Ok(Reply::Done));
        }
        self.cut_feeds(id);
    }

    /// Ends all recordings now, so that their files are completed while devices still close.
    pub(super) fn cut_recordings(&self) {
        for (id, recording) in &self.recordings {
            recording.thread.overflow.end_at(self.clock.now());
            self.cut_feeds(*id);
        }
    }

    /// Without feeds, the recorder completes its file.
    fn cut_feeds(&self, id: RecordingId) {
        for track in self.recordings.get(&id).iter().flat_map(|recording| &recording.tracks) {
            self.remove_feed(*track, id);
        }
    }

    /// The tracks of a stream changed: what records it ends (REC-12).
    pub(super) fn end_recordings_of(&mut self, stream: StreamId) {
        let now = self.clock.now();
        let mut ended = Vec::new();
        for (id, recording) in self.recordings.iter_mut().filter(|(_, recording)| recording.stream == stream) {
            recording.modified = recording.stopping.is_none();
            recording.thread.overflow.end_at(now);
            ended.push(*id);
        }
        for id in ended {
            self.cut_feeds(id);
        }
    }

    pub(super) fn hear_recording(&mut self, id: RecordingId, news: RecordingNews) {
        let Some(recording) = self.recordings.get_mut(&id) else { return };
        let path = recording.thread.path.clone();
        match news {
            RecordingNews::Opened => {
                let request = recording.starting.take();
                self.log(EventName::Recording, path.display().to_string(), Cause::User, "Recording began.");
                if let Some(request) = request {
                    self.answer(request, Ok(Reply::Recording(id)));
                }
            }
            RecordingNews::Status { duration, bytes, lost, phase } => {
                let status = RecordingStatus { recording: id, path, duration, bytes, lost, phase };
                self.recording_went_on(status);
            }
        }
    }

    fn recording_went_on(&mut self, status: RecordingStatus) {
        if status.phase == RecordingPhase::Running {
            return self.outbox.send(Event::Recording(status));
        }
        self.cut_feeds(status.recording);
        let Some(recording) = self.recordings.remove(&status.recording) else { return };
        let status = if recording.modified { modified(status) } else { status };
        join(recording.thread.thread, "a recorder");
        let result = match &status.phase {
            RecordingPhase::Failed(error) => Err(error.clone()),
            RecordingPhase::Running | RecordingPhase::Finished => Ok(Reply::Done),
        };
        let text = ending(&status);
        self.log(EventName::Recording, status.path.display().to_string(), Cause::User, text);
        if let (Some(request), Err(error)) = (recording.starting, &result) {
            // It never came to a recording: the answer says it all.
            return self.answer(request, Err(error.clone()));
        }
        self.outbox.send(Event::Recording(status));
        if let Some(request) = recording.stopping {
            self.answer(request, result);
        }
    }
}

fn ending(status: &RecordingStatus) -> String {
    let figures = format!("{:.2} s, {} bytes, {}", status.duration.as_secs_f64(), status.bytes, status.lost);
    match &status.phase {
        RecordingPhase::Failed(error) => format!("Recording failed after {figures}: {}", error.message),
        RecordingPhase::Running | RecordingPhase::Finished => format!("Recording is complete: {figures}."),
    }
}

/// The clip is complete, and yet not what was asked for (REC-12).
fn modified(status: RecordingStatus) -> RecordingStatus {
    if status.phase != RecordingPhase::Finished {
        return status;
    }
    let path = status.path.display().to_string();
    let message = format!(
        "Recording into {path} ended because its stream got or lost a track; up to there the clip is complete."
    );
    let error = MediaError::new(ErrorName::InvalidModificationError, message).on(path);
    RecordingStatus { phase: RecordingPhase::Failed(error), ..status }
}

/// Adds a track to a clip, which has room for one of each kind. Returns whether it has.
fn add_to(config: &mut RecordConfig, mode: ChosenMode, entry: Option<&TrackEntry>) -> bool {
    match mode {
        ChosenMode::Video(mode) if config.video.is_none() => {
            let number = |property| entry.and_then(|entry| entry.track.settings.number(property));
            let size = |property, native: u32| number(property).map_or(native, |number| number as u32);
            let (width, height) = (size(Property::Width, mode.width), size(Property::Height, mode.height));
            let frame_rate = mode.frame_rate.over(number(Property::FrameRate));
            config.video = Some(VideoParams { width, height, frame_rate });
            true
        }
        ChosenMode::Audio(mode) if config.audio.is_none() => {
            config.audio = Some(AudioParams { sample_rate: mode.sample_rate, channels: mode.channels });
            true
        }
        ChosenMode::Video(_) | ChosenMode::Audio(_) => false,
    }
}
