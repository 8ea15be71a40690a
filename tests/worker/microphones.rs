//! What becomes of tracks when virtual microphones fail: the right event with its reason, exact counts, and nothing else.

use capture_lab::devices::virtual_devices::MicrophoneFault;
use capture_lab::measure::AudioReport;
use capture_lab::model::{ErrorName, EventName, ReasonKind};
use capture_lab::worker::{Command, Event, OpenedTrack, TrackChange, TrackMonitor};

use crate::support::{Lab, delivered};

const AUDIO: &str = r#"{"audio":true}"#;

/// A microphone of a tone, with this besides.
fn microphone(more: &str) -> String {
    format!(
        r#"(name: "mic", label: "Mic", rates: [48000], channels: [(hertz: 997, peak_dbfs: -18), (hertz: 997, peak_dbfs: -24)],
            periods: (480, 480),
            {more})"#
    )
}

fn faulty(faults: &str) -> Lab {
    Lab::new(&[], &[&microphone(&format!("faults: [{faults}]"))])
}

/// Waits until so many samples were delivered or lost.
fn report(lab: &mut Lab, opened: &OpenedTrack, captured: u64) -> std::sync::Arc<AudioReport> {
    let TrackMonitor::Audio { report } = &opened.monitor else { panic!("no audio monitor") };
    lab.until("the samples", |_| report.peek().filter(|report| report.frames + report.lost >= captured))
}

/// When a track was muted, for which reason, and unmuted, where nothing else happened to it.
fn muted(lab: &mut Lab, opened: &OpenedTrack) -> (f64, ReasonKind, String, f64) {
    lab.until_change(opened.track.id, "unmute", |change| matches!(change, TrackChange::Unmuted));
    let changes = lab.changes(opened.track.id);
    let [(from, TrackChange::Muted(reason)), (until, TrackChange::Unmuted)] = &changes[..] else {
        panic!("{changes:?}")
    };
    (*from, reason.kind, reason.text.clone(), *until)
}

#[test]
fn what_the_driver_says_mutes_at_once_and_loses_nothing() {
    capture_lab::covers!("MUTE-02");
    let cases = [("Suspend(3)", ReasonKind::Suspended, "suspended"), ("SwitchOff(3)", ReasonKind::Privacy, "mixer")];
    for (fault, kind, words) in cases {
        let mut lab = faulty(&format!("(at: 2, do: {fault})"));
        let opened = lab.open_one(AUDIO);
        lab.advance(8.0);
        let (from, reason, text, until) = muted(&mut lab, &opened);
        assert_eq!((reason, text.contains(words)), (kind, true), "{text}");
        assert!((from - 2.0).abs() < 1e-6 && (until - 5.01).abs() < 1e-6, "{fault}: {from} {until}");
        assert_eq!(report(&mut lab, &opened, 47_000 * 5).lost, 0);
        assert_eq!(lab.changes(opened.track.id).len(), 2);
    }
}

#[test]
fn a_stall_mutes_after_half_a_second_and_its_samples_are_lost() {
    let mut lab = faulty("(at: 1, do: Stall(2))");
    let opened = lab.open_one(AUDIO);
    lab.advance(5.0);
    let (from, reason, _, until) = muted(&mut lab, &opened);
    assert_eq!(reason, ReasonKind::NoSamples);
    assert!((from - 1.5).abs() < 1e-6 && (until - 3.01).abs() < 1e-6, "{from} {until}");
    assert_eq!(report(&mut lab, &opened, 230_000).lost, 96_000);
}

#[test]
fn a_stall_ends_by_hand() {
    let mut lab = faulty("(at: 1, do: Stall(inf))");
    let opened = lab.open_one(AUDIO);
    lab.advance(3.0);
    lab.until_change(opened.track.id, "mute", |change| matches!(change, TrackChange::Muted(_)));
    lab.fault_handle("mic").trigger(MicrophoneFault::Resume).expect("it is open");
    lab.advance(1.0);
    let (_, _, _, until) = muted(&mut lab, &opened);
    assert!((3.0..3.02).contains(&until), "{until}");
    assert_eq!(report(&mut lab, &opened, 190_000).lost, 96_000);
}

#[test]
fn losses_are_counted_exactly_and_mute_nothing() {
    let cases = [
        ("(at: 1, do: Dropout(time: 0.02)), (at: 2, do: Dropout(time: 0.0015))", 960 + 72),
        ("(at: 1, do: Dropout(time: 0.02, reported: false))", 0),
        ("(at: 1, do: Xrun(3)), (at: 2, do: Xrun(1))", 4 * 480),
        ("(at: 0.5, every: 0.5, do: Dropout(time: 0.01))", 480 * 5),
        ("(at: 1, do: Silence(1))", 0),
        ("(at: 1, do: Clip(1))", 0),
        ("", 0),
    ];
    for (faults, lost) in cases {
        let mut lab = faulty(faults);
        let opened = lab.open_one(AUDIO);
        lab.advance(3.0);
        assert_eq!(report(&mut lab, &opened, 141_000).lost, lost, "{faults}");
        assert!(lab.changes(opened.track.id).is_empty(), "{faults}: {:?}", lab.changes(opened.track.id));
    }
}

/// What the log says of this.
fn logged(lab: &Lab, name: EventName) -> Vec<String> {
    let text = |event: &Event| match event {
        Event::Log(entry) if entry.name == name => Some(entry.text.clone()),
        _ => None,
    };
    lab.events.iter().filter_map(text).collect()
}

#[test]
fn losses_and_digital_silence_are_logged() {
    let mut lab = faulty("(at: 1, do: Xrun(3)), (at: 2, do: Silence(2)), (at: 5, do: Dropout(time: 0.01))");
    let opened = lab.open_one(AUDIO);
    lab.advance(3.5);
    let TrackMonitor::Audio { report: levels } = &opened.monitor else { panic!("no audio monitor") };
    lab.until("the flag", |_| levels.peek().filter(|report| report.is_digitally_silent()));
    lab.advance(2.5);
    assert!(!report(&mut lab, &opened, 280_000).is_digitally_silent());
    lab.until_logged("Mic (virtual:mic) lost samples once: 480 sample frames, 10.0 ms.");
    let told: Vec<_> = [EventName::Overrun, EventName::Silence].iter().flat_map(|name| logged(&lab, *name)).collect();
    let words = [
        "lost samples once: 1440 sample frames, 30.0 ms.",
        "lost samples once: 480 sample frames, 10.0 ms.",
        "has delivered nothing but samples of 0 for a second: a switch on it may be off, or nothing is plugged in.",
        "delivers other samples than 0 again, after 2.0 s.",
    ];
    assert_eq!(told, words.map(|words| format!("Mic (virtual:mic) {words}")));
}

#[test]
fn clipping_is_counted_at_full_scale_only() {
    for (fault, is_clipped) in [("Clip(1)", true), ("ClipBelow(peak_dbfs: -6, time: 1)", false)] {
        let mut lab = faulty(&format!("(at: 1, do: {fault})"));
        let opened = lab.open_one(AUDIO);
        lab.advance(3.0);
        let report = report(&mut lab, &opened, 141_000);
        assert_eq!(report.meter.iter().all(|channel| channel.clipped > 40_000), is_clipped, "{fault}: {report:?}");
        assert_eq!(report.meter.iter().all(|channel| channel.clipped == 0), !is_clipped, "{fault}");
    }
}

#[test]
fn a_server_that_restarts_ends_the_track_and_the_microphone_comes_back() {
    let mut lab = faulty("(at: 2, do: RestartServer(3))");
    let before = lab.devices().remove(0);
    let opened = lab.open_one(AUDIO);
    lab.advance(2.5);
    let is_end =
        |change: &TrackChange| matches!(change, TrackChange::Ended(reason) if reason.kind == ReasonKind::ServerGone);
    let at = lab.until_change(opened.track.id, "ended", is_end);
    assert!((2.0..=2.5).contains(&at), "{at}");
    lab.until_logged("Mic (virtual:mic) was removed.");
    lab.advance(3.0);
    lab.until_logged("Mic (virtual:mic) was added.");
    let after = lab.devices().remove(0);
    assert_eq!((&after.device_id, &after.node), (&before.device_id, &before.node));
    let again = lab.open_one(AUDIO);
    lab.advance(1.0);
    lab.until("samples", |_| (delivered(&again) > 40_000).then_some(()));
}

#[test]
fn an_unplugged_microphone_ends_and_comes_back_under_another_node() {
    let mut lab = faulty("(at: 2, do: Replug(3))");
    let opened = lab.open_one(AUDIO);
    lab.advance(2.5);
    let is_end =
        |change: &TrackChange| matches!(change, TrackChange::Ended(reason) if reason.kind == ReasonKind::DeviceGone);
    lab.until_change(opened.track.id, "ended", is_end);
    lab.until_logged("Mic (virtual:mic) was removed.");
    lab.advance(3.0);
    lab.until_logged("Mic (virtual:mic/2) was added.");
    lab.open_one(AUDIO);
}

#[test]
fn openings_are_refused_as_often_as_the_fault_says() {
    let mut lab = faulty("");
    let handle = lab.fault_handle("mic");
    for (fault, name) in [
        (MicrophoneFault::Busy(1), ErrorName::NotReadableError),
        (MicrophoneFault::PermissionDenied(1), ErrorName::NotAllowedError),
    ] {
        handle.trigger(fault).expect("it is there");
        assert_eq!(lab.open(AUDIO).expect_err("it is refused").name, name);
        let opened = lab.open_one(AUDIO);
        lab.ask(Command::StopTrack { track: opened.track.id }).expect("an answer");
        lab.until_logged("is closed");
        lab.events.clear();
    }
}

#[test]
fn late_first_samples_mute_until_they_come_and_nothing_is_lost() {
    let mut lab = faulty("(at: 0, do: LateFirstSamples(2))");
    let opened = lab.open_one(AUDIO);
    lab.advance(4.0);
    let (from, reason, _, until) = muted(&mut lab, &opened);
    assert_eq!(reason, ReasonKind::NoSamples);
    assert!((from - 0.5).abs() < 1e-6 && (until - 2.01).abs() < 1e-6, "{from} {until}");
    assert_eq!(report(&mut lab, &opened, 90_000).lost, 0);
}

#[test]
fn a_minute_of_each_good_source_raises_no_alarm() {
    let sources = [
        "Silence",
        "Speech(rms_dbfs: -26)",
        "PinkNoise(rms_dbfs: -20)",
        "Beep(hertz: 1000, peak_dbfs: -6, every: 1, time: 0.1)",
    ];
    for source in sources {
        let microphone =
            format!(r#"(name: "mic", label: "Mic", rates: [8000], source: {source}, defects: (drift_ppm: 50))"#);
        let mut lab = Lab::new(&[], &[&microphone]);
        let opened = lab.open_one(AUDIO);
        lab.advance(60.0);
        let report = report(&mut lab, &opened, 8000 * 59);
        assert_eq!((report.lost, report.meter.iter().map(|channel| channel.clipped).sum::<u64>()), (0, 0), "{source}");
        assert!(lab.changes(opened.track.id).is_empty(), "{source}");
    }
}

#[test]
fn faults_of_samples_are_injected_by_command_and_logged() {
    let mut lab = faulty("");
    let device = lab.devices().remove(0).device_id;
    let opened = lab.open_one(AUDIO);
    lab.advance(1.0);
    report(&mut lab, &opened, 40_000);
    lab.ask(Command::InjectFault { device, fault: MicrophoneFault::Xrun(5).into() }).expect("done");
    lab.until_logged("Mic (virtual:mic): the buffer overruns by 5 periods (by hand).");
    lab.advance(1.0);
    assert_eq!(report(&mut lab, &opened, 90_000).lost, 2400);
}
