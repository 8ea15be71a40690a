//! Clones, and streams whose tracks change.

use capture_lab::model::{Cause, EventName, PermissionState, ReadyState, StreamId, TrackId, TrackKind};
use capture_lab::worker::{Command, Event, RecordingPhase, Reply, StreamChange, TrackChange};

use crate::support::{CAMERA, Lab, delivered, stream};

impl Lab {
    fn change(&mut self, stream: StreamId, change: StreamChange, by: Cause) {
        self.ask(Command::ChangeStream { stream, change, by }).expect("an answer");
    }

    /// The changes of the set of tracks that were told, and whether each fires an event.
    fn stream_changes(&self) -> Vec<(StreamChange, bool)> {
        let change = |event: &Event| match event {
            Event::Stream { change, fires, .. } => Some((*change, *fires)),
            _ => None,
        };
        self.events.iter().filter_map(change).collect()
    }
}

#[test]
fn a_clone_has_the_same_source_and_a_life_of_its_own() {
    capture_lab::covers!("CLN-01", "CLN-02", "CLN-03", "TRK-01");
    // SEQ-10
    let mut lab = Lab::pair();
    let first = lab.open_one(r#"{"video":{"width":{"exact":640}}}"#);
    lab.enable(first.track.id, false);
    let second = lab.cloned(first.track.id);
    assert_eq!((&second.track.label, second.track.enabled()), (&first.track.label, false));
    assert_eq!(second.track.constraints, first.track.constraints);
    lab.enable(second.track.id, true);
    lab.ask(Command::StopTrack { track: first.track.id }).unwrap();
    lab.advance(1.0);
    lab.until("frames for the clone", |_| (delivered(&second) > 10).then_some(()));
    assert_eq!(lab.logged("is closed"), 0);
    lab.ask(Command::StopTrack { track: second.track.id }).unwrap();
    lab.until_logged("is closed");
}

#[test]
fn the_clone_of_an_ended_track_is_ended() {
    capture_lab::covers!("TRK-03");
    let mut lab = Lab::pair();
    let first = lab.open_one(r#"{"video":true}"#);
    lab.ask(Command::StopTrack { track: first.track.id }).unwrap();
    let clone = lab.cloned(first.track.id);
    assert_eq!(clone.track.ready_state(), ReadyState::Ended);
    assert!(lab.apply(clone.track.id, r#"{"width":{"exact":1}}"#).is_ok());
}

#[test]
fn every_clone_of_an_unplugged_device_ends_for_itself() {
    capture_lab::covers!("TRK-07", "TRK-09");
    // SEQ-11, SEQ-12
    let mut lab = Lab::pair();
    let first = lab.open_one(r#"{"video":true}"#).track.id;
    let others: Vec<TrackId> = (0..3).map(|_| lab.cloned(first).track.id).collect();
    lab.ask(Command::StopTrack { track: others[0] }).unwrap();
    lab.fault_handle("cam").unplug();
    for track in [first, others[1], others[2]] {
        lab.until_change(track, "ended", |change| matches!(change, TrackChange::Ended(_)));
    }
    lab.until_logged("is closed");
    for track in [first, others[0], others[1], others[2]] {
        let ended = lab.changes(track).iter().filter(|(_, change)| matches!(change, TrackChange::Ended(_))).count();
        assert_eq!(ended, usize::from(track != others[0]), "a stopped track fires nothing");
    }
}

#[test]
fn a_cloned_stream_outlives_the_original() {
    capture_lab::covers!("STR-10");
    let mut lab = Lab::pair();
    let opened = lab.open(r#"{"video":true,"audio":true}"#).unwrap();
    let clone = stream(lab.ask(Command::CloneStream { stream: opened.stream }).unwrap());
    assert_ne!(clone.stream, opened.stream);
    assert_eq!(clone.tracks.len(), 2);
    for track in &opened.tracks {
        lab.ask(Command::StopTrack { track: track.track.id }).unwrap();
    }
    lab.advance(1.0);
    for track in &clone.tracks {
        lab.until("media for the clone", |_| (delivered(track) > 10).then_some(()));
    }
}

#[test]
fn what_the_program_changes_fires_nothing_and_what_the_engine_changes_does() {
    capture_lab::covers!("STR-07", "STR-08", "STR-09", "EVT-04");
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"video":true}"#).unwrap().stream;
    let other = lab.open_one(r#"{"audio":true}"#).track.id;
    let (add, remove) = (StreamChange::Add(other), StreamChange::Remove(other));
    for change in [add, add, remove, remove] {
        lab.change(stream, change, Cause::User);
    }
    assert_eq!(lab.stream_changes(), [(add, false), (remove, false)], "set semantics");
    lab.change(stream, add, Cause::Peer);
    lab.change(stream, remove, Cause::Peer);
    assert_eq!(lab.stream_changes()[2..], [(add, true), (remove, true)]);
    let names: Vec<_> = lab
        .events
        .iter()
        .filter_map(|event| match event {
            Event::Log(entry) if matches!(entry.name, EventName::AddTrack | EventName::RemoveTrack) => {
                Some(entry.cause)
            }
            _ => None,
        })
        .collect();
    assert_eq!(names, [Cause::Peer, Cause::Peer]);
    assert!(lab.changes(other).is_empty(), "the track goes on");
}

#[test]
fn a_recorder_whose_stream_changes_fails_and_keeps_what_it_has() {
    capture_lab::covers!("REC-12");
    // SEQ-15
    let folder = tempfile::tempdir().unwrap();
    let mut lab = Lab::pair();
    let opened = lab.open(r#"{"audio":true}"#).unwrap();
    let path = folder.path().join("clip.wav");
    let start = Command::StartRecording { stream: opened.stream, path: path.clone(), overwrite: false };
    assert!(matches!(lab.ask(start), Ok(Reply::Recording(_))));
    lab.advance(1.0);
    lab.until("samples", |_| (delivered(&opened.tracks[0]) > 40_000).then_some(()));
    lab.change(opened.stream, StreamChange::Remove(opened.tracks[0].track.id), Cause::User);
    let error = lab.until("the end of the clip", |lab| {
        lab.events.iter().find_map(|event| match event {
            Event::Recording(status) => match &status.phase {
                RecordingPhase::Failed(error) => Some(error.clone()),
                _ => None,
            },
            _ => None,
        })
    });
    assert_eq!(error.name.name(), "InvalidModificationError");
    assert!(path.metadata().unwrap().len() > 80_000, "what was recorded is kept");
}

#[test]
fn two_recorders_of_one_track_do_not_disturb_each_other() {
    capture_lab::covers!("STR-09");
    // a track may be in many streams.
    let folder = tempfile::tempdir().unwrap();
    let mut lab = Lab::pair();
    let opened = lab.open(r#"{"audio":true}"#).unwrap();
    let tracks = vec![opened.tracks[0].track.id];
    let second = StreamId::random();
    lab.ask(Command::NewStream { stream: second, tracks }).unwrap();
    let mut recordings = Vec::new();
    for (stream, name) in [(opened.stream, "one.wav"), (second, "two.wav")] {
        let start = Command::StartRecording { stream, path: folder.path().join(name), overwrite: false };
        let Ok(Reply::Recording(recording)) = lab.ask(start) else { panic!("no recording") };
        recordings.push(recording);
    }
    lab.advance(1.0);
    lab.until("samples", |_| (delivered(&opened.tracks[0]) > 40_000).then_some(()));
    lab.ask(Command::StopRecording { recording: recordings[0] }).unwrap();
    lab.advance(1.0);
    lab.until("more samples", |_| (delivered(&opened.tracks[0]) > 90_000).then_some(()));
    lab.ask(Command::StopRecording { recording: recordings[1] }).unwrap();
    let length = |name: &str| folder.path().join(name).metadata().unwrap().len();
    assert!(length("two.wav") > length("one.wav") + 80_000, "{} {}", length("one.wav"), length("two.wav"));
}

#[test]
fn taking_a_permission_back_ends_the_tracks_of_the_kind() {
    capture_lab::covers!("TRK-10", "PERM-04");
    let mut lab = Lab::new(&[CAMERA], &[crate::support::MICROPHONE]);
    let opened = lab.open(r#"{"video":true,"audio":true}"#).unwrap();
    let id = |kind| opened.tracks.iter().find(|one| one.track.kind == kind).unwrap().track.id;
    let state = PermissionState::Denied;
    lab.ask(Command::SetPermission { kind: TrackKind::Video, state }).unwrap();
    lab.until_change(id(TrackKind::Video), "ended", |change| matches!(change, TrackChange::Ended(_)));
    lab.until_logged("Cam (virtual:cam) is closed");
    assert!(lab.changes(id(TrackKind::Audio)).is_empty());
}

#[test]
fn what_nobody_holds_is_forgotten_and_what_lives_is_not() {
    let mut lab = Lab::pair();
    let live = lab.open_one(r#"{"video":true}"#).track.id;
    let ended = lab.cloned(live).track.id;
    lab.ask(Command::StopTrack { track: ended }).unwrap();
    lab.ask(Command::Forget { tracks: vec![live, ended], streams: Vec::new() }).unwrap();
    assert!(lab.ask(Command::SetEnabled { track: live, enabled: true }).is_ok());
    assert!(lab.ask(Command::SetEnabled { track: ended, enabled: true }).is_err());
}
