//! Clips and snapshots through the worker.

use std::path::{Path, PathBuf};

use capture_lab::model::{ErrorName, MediaError, TrackKind};
use capture_lab::worker::{
    Command, Event, OpenedStream, OpenedTrack, RecordingId, RecordingPhase, RecordingStatus, Reply, TrackChange,
};

use crate::support::{Lab, MICROPHONE, delivered};

fn record(lab: &mut Lab, stream: &OpenedStream, path: &Path) -> Result<RecordingId, MediaError> {
    let command = Command::StartRecording { stream: stream.stream, path: path.to_owned(), overwrite: false };
    lab.ask(command).map(|reply| match reply {
        Reply::Recording(id) => id,
        other => panic!("no recording but {other:?}"),
    })
}

fn until_over(lab: &mut Lab, recording: RecordingId) -> RecordingStatus {
    lab.until("the end of the recording", |lab| {
        lab.events.iter().find_map(|event| match event {
            Event::Recording(status) if status.recording == recording && status.phase != RecordingPhase::Running => {
                Some(status.clone())
            }
            _ => None,
        })
    })
}

/// Advances in small steps and lets the recorder keep up, so that its queue never overflows however slow the machine is.
fn run(lab: &mut Lab, stream: &OpenedStream, steps: u32) {
    for step in 0..steps {
        let before: Vec<_> = stream.tracks.iter().map(delivered).collect();
        lab.advance(0.5);
        lab.until("media", |_| {
            // Of half a second most: a microphone's driver keeps no more for a late reader.
            let least = |kind| if kind == TrackKind::Audio { 20_000 } else { 1 };
            let has_come = |(track, before): (&OpenedTrack, &u64)| delivered(track) >= before + least(track.track.kind);
            stream.tracks.iter().zip(&before).all(has_come).then_some(())
        });
        let written = 0.5 * f64::from(step) - 0.1;
        lab.until("the recorder", |lab| {
            lab.events
                .iter()
                .any(|event| matches!(event, Event::Recording(status) if status.duration.as_secs_f64() >= written))
                .then_some(())
        });
    }
}

fn clip(folder: &tempfile::TempDir, name: &str) -> PathBuf {
    folder.path().join(name)
}

#[cfg(feature = "h264")]
#[test]
fn a_clip_has_picture_and_sound() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(&folder, "clip.mp4");
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"video":{"width":{"exact":320},"frameRate":{"exact":12.5}},"audio":true}"#).unwrap();
    let recording = record(&mut lab, &stream, &path).unwrap();
    run(&mut lab, &stream, 4);
    lab.ask(Command::StopRecording { recording }).unwrap();
    let status = until_over(&mut lab, recording);
    assert_eq!((status.phase, status.lost.is_none()), (RecordingPhase::Finished, true), "{:?}", status.lost);
    assert!((1.8..2.2).contains(&status.duration.as_secs_f64()), "{:?}", status.duration);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!((&bytes[4..8], bytes.len() as u64), (&b"ftyp"[..], status.bytes));
}

#[cfg(feature = "h264")]
#[test]
fn a_clip_of_the_lab_is_the_source_of_a_camera() {
    use capture_lab::devices::virtual_devices::read_frame_number;
    use capture_lab::worker::TrackMonitor;

    let folder = tempfile::tempdir().unwrap();
    let path = clip(&folder, "clip.mp4");
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"video":{"width":{"exact":320},"frameRate":{"exact":12.5}},"audio":true}"#).unwrap();
    let recording = record(&mut lab, &stream, &path).unwrap();
    run(&mut lab, &stream, 6);
    lab.ask(Command::StopRecording { recording }).unwrap();
    until_over(&mut lab, recording);
    drop(lab);
    // As if the program had died: the end is missing.
    let bytes = std::fs::read(&path).unwrap();
    let cut = clip(&folder, "cut.mp4");
    std::fs::write(&cut, &bytes[..bytes.len() * 3 / 4]).unwrap();
    for path in [path, cut] {
        let camera = format!(r#"(name: "clip", label: "Clip", source: File("{}"))"#, path.display());
        let mut lab = Lab::new(&[&camera], &[]);
        let track = lab.open_one(r#"{"video":true}"#);
        assert_eq!(track.mode.to_string(), "320×180 at 12.5 fps, YU12");
        let TrackMonitor::Video { preview, report, .. } = &track.monitor else { panic!("no picture") };
        let mut numbers = Vec::new();
        for _ in 0..60 {
            lab.advance(0.08);
            let image = lab.until("a picture", |_| preview.take());
            numbers.push(read_frame_number(&image).expect("a number"));
        }
        numbers.drain(..2); // one may be missed while the camera opens
        assert_eq!(report.peek().map(|report| report.corrupt), Some(0));
        let rounds = numbers.windows(2).filter(|pair| pair[1] < pair[0]).count();
        let steps = numbers.windows(2).filter(|pair| pair[1] == pair[0] + 1).count();
        assert!((1..=5).contains(&rounds), "it begins anew at its end: {numbers:?}");
        assert_eq!(rounds + steps, numbers.len() - 1, "{numbers:?}");
    }
}

#[test]
fn sound_alone_is_a_wav_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(&folder, "sound.wav");
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"audio":true}"#).unwrap();
    let recording = record(&mut lab, &stream, &path).unwrap();
    run(&mut lab, &stream, 4);
    lab.ask(Command::StopRecording { recording }).unwrap();
    assert_eq!(until_over(&mut lab, recording).phase, RecordingPhase::Finished);
    assert_eq!(std::fs::read(&path).unwrap()[..4], *b"RIFF");
}

#[test]
fn a_muted_microphone_records_silence() {
    capture_lab::covers!("REC-14");
    // REC-14: the clock goes on.
    let folder = tempfile::tempdir().unwrap();
    let path = clip(&folder, "muted.wav");
    let microphone = MICROPHONE.replacen("label:", "faults: [(at: 1.5, do: Stall(60.0))], label:", 1);
    let mut lab = Lab::new(&[], &[&microphone]);
    let stream = lab.open(r#"{"audio":true}"#).unwrap();
    let recording = record(&mut lab, &stream, &path).unwrap();
    run(&mut lab, &stream, 2);
    for _ in 0..16 {
        lab.advance(0.25);
        lab.devices(); // lets the others come to it
    }
    lab.until_change(stream.tracks[0].track.id, "mute", |change| matches!(change, TrackChange::Muted(_)));
    let long = |status: &RecordingStatus| status.duration.as_secs_f64() > 4.3;
    lab.until("silence", |lab| {
        lab.events.iter().any(|event| matches!(event, Event::Recording(status) if long(status))).then_some(())
    });
    lab.ask(Command::StopRecording { recording }).unwrap();
    let status = until_over(&mut lab, recording);
    assert_eq!(status.phase, RecordingPhase::Finished);
    assert!((4.3..5.1).contains(&status.duration.as_secs_f64()), "{:?}", status.duration);
    let bytes = std::fs::read(&path).unwrap();
    assert!(bytes[bytes.len() - 48_000..].iter().all(|byte| *byte == 0), "the end is silent");
}

#[cfg(feature = "h264")]
#[test]
fn a_clip_ends_when_it_was_told_to_however_late_the_recorder_comes_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(&folder, "late.mp4");
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"video":{"width":{"exact":320},"frameRate":{"exact":12.5}}}"#).unwrap();
    let recording = record(&mut lab, &stream, &path).unwrap();
    run(&mut lab, &stream, 4);
    let request = lab.send(Command::StopRecording { recording });
    lab.devices(); // behind it in the queue: the recording is cut off by now
    lab.advance(3.0);
    lab.answer(request).unwrap();
    let status = until_over(&mut lab, recording);
    assert!((1.8..2.2).contains(&status.duration.as_secs_f64()), "{:?}", status.duration);
}

#[test]
fn a_file_that_is_there_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(&folder, "there.wav");
    std::fs::write(&path, "precious").unwrap();
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"audio":true}"#).unwrap();
    let error = record(&mut lab, &stream, &path).unwrap_err();
    assert!(error.message.contains("there.wav"), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "precious");
}

#[test]
fn unplugging_the_only_device_completes_the_clip() {
    capture_lab::covers!("REC-11");
    let folder = tempfile::tempdir().unwrap();
    let path = clip(&folder, "unplugged.wav");
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"audio":true}"#).unwrap();
    let recording = record(&mut lab, &stream, &path).unwrap();
    run(&mut lab, &stream, 2);
    lab.fault_handle("mic").unplug();
    let status = until_over(&mut lab, recording);
    assert_eq!(status.phase, RecordingPhase::Finished);
    assert!(status.duration.as_secs_f64() > 0.8, "{:?}", status.duration);
}

#[test]
fn a_stream_that_is_over_cannot_be_recorded() {
    capture_lab::covers!("REC-03");
    let folder = tempfile::tempdir().unwrap();
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"audio":true}"#).unwrap();
    lab.ask(Command::StopTrack { track: stream.tracks[0].track.id }).unwrap();
    let error = record(&mut lab, &stream, &clip(&folder, "late.wav")).unwrap_err();
    assert_eq!(error.name, ErrorName::NotSupportedError);
}

#[test]
fn a_snapshot_is_the_next_picture() {
    let folder = tempfile::tempdir().unwrap();
    let path = clip(&folder, "picture.png");
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"video":{"width":{"exact":320}}}"#).unwrap();
    let track = stream.tracks[0].track.id;
    let request = lab.send(Command::Snapshot { track, path: path.clone(), overwrite: false, original: false });
    lab.ask(Command::SetEnabled { track, enabled: true }).unwrap(); // the request before it has been taken on
    lab.advance(0.5);
    lab.answer(request).unwrap();
    assert_eq!(std::fs::read(&path).unwrap()[..8], *b"\x89PNG\r\n\x1a\n");
    let again = lab.send(Command::Snapshot { track, path, overwrite: false, original: false });
    lab.ask(Command::SetEnabled { track, enabled: true }).unwrap();
    lab.advance(0.5);
    assert!(lab.answer(again).is_err(), "overwrote a file");
}

#[test]
fn a_snapshot_of_an_ended_track_is_refused() {
    capture_lab::covers!("IMG-09");
    let folder = tempfile::tempdir().unwrap();
    let mut lab = Lab::pair();
    let stream = lab.open(r#"{"video":true}"#).unwrap();
    let track = stream.tracks[0].track.id;
    lab.ask(Command::StopTrack { track }).unwrap();
    let path = clip(&folder, "none.png");
    let error = lab.ask(Command::Snapshot { track, path, overwrite: false, original: false }).unwrap_err();
    assert_eq!(error.name, ErrorName::InvalidStateError);
}
