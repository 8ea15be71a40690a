//! No sequence of commands breaks the rules: exactly one answer to each request, ended tracks stay ended, nothing is told of
//! them, and a device closes with its last track.

use capture_lab::model::{Cause, ControlValue, DeviceId, PermissionState, Policy, StreamId, TrackId, TrackKind};
use capture_lab::worker::{Choice, Command, Event, Reply, RequestId, StreamChange, TrackChange};
use proptest::prelude::*;

use crate::support::{CAMERA, Lab, MICROPHONE, video_constraints};

/// Something that a program, a user or a device may do. Numbers choose among the tracks that were made.
#[derive(Clone, Debug)]
enum Step {
    Open(&'static str),
    Clone(usize),
    CloneStream(usize),
    Apply(usize, &'static str),
    Enable(usize, bool),
    Stop(usize),
    Change(usize, usize, bool, bool),
    Unplug(bool),
    Revoke(bool),
    EndOnStall(bool),
    SetControl(i64),
    ResetControls,
    Outside(i64),
    Shutter(bool),
    Watch(bool),
    PutBack(bool),
    Pass(u32),
}

const CONTROLS: &str = r#"controls: [(name: "brightness", min: 0, max: 255, step: 1, value: 128)],
    device_controls: [(name: "Privacy", kind: Boolean, value: 0)],"#;
/// `V4L2_CID_BRIGHTNESS`.
const BRIGHTNESS: u32 = 0x0098_0900;

const REQUESTS: [&str; 5] = [
    r#"{"video":true}"#,
    r#"{"video":{"width":{"exact":320}},"audio":true}"#,
    r#"{"video":{"width":{"exact":640},"resizeMode":{"exact":"none"}}}"#,
    r#"{"audio":true}"#,
    r#"{"video":{"width":{"exact":9999}}}"#,
];

const CONSTRAINTS: [&str; 5] = [
    r#"{"brightness":{"exact":7}}"#,
    r#"{"width":{"exact":320},"resizeMode":{"exact":"none"}}"#,
    r#"{"width":{"exact":64},"frameRate":{"max":10}}"#,
    r#"{"width":{"exact":9999}}"#,
    "{}",
];

fn step() -> impl Strategy<Value = Step> {
    let any_track = 0_usize..8;
    prop_oneof![
        4 => prop::sample::select(&REQUESTS[..]).prop_map(Step::Open),
        2 => any_track.clone().prop_map(Step::Clone),
        1 => any_track.clone().prop_map(Step::CloneStream),
        4 => (any_track.clone(), prop::sample::select(&CONSTRAINTS[..])).prop_map(|(track, json)| Step::Apply(track, json)),
        3 => (any_track.clone(), any::<bool>()).prop_map(|(track, enabled)| Step::Enable(track, enabled)),
        3 => any_track.clone().prop_map(Step::Stop),
        1 => (any_track.clone(), any_track, any::<bool>(), any::<bool>())
            .prop_map(|(stream, track, add, engine)| Step::Change(stream, track, add, engine)),
        2 => any::<bool>().prop_map(Step::Unplug),
        1 => any::<bool>().prop_map(Step::Revoke),
        1 => any::<bool>().prop_map(Step::EndOnStall),
        2 => (0_i64..300).prop_map(Step::SetControl),
        1 => Just(Step::ResetControls),
        1 => (0_i64..300).prop_map(Step::Outside),
        1 => any::<bool>().prop_map(Step::Shutter),
        1 => any::<bool>().prop_map(Step::Watch),
        1 => any::<bool>().prop_map(Step::PutBack),
        3 => (1_u32..40).prop_map(Step::Pass),
    ]
}

/// A lab, and what was made in it.
struct Run {
    lab: Lab,
    requests: Vec<RequestId>,
    tracks: Vec<TrackId>,
    streams: Vec<StreamId>,
    device: DeviceId,
}

impl Run {
    fn new() -> Self {
        let stalling = CAMERA.replacen("label:", &format!("faults: [(at: 3.0, do: Stall(4.0))], {CONTROLS} label:"), 1);
        let mut lab = Lab::new(&[&stalling], &[MICROPHONE]);
        let camera = lab.devices().into_iter().find(|device| !device.device_controls.is_empty());
        let device = camera.expect("a camera").device_id;
        Self { lab, requests: Vec::new(), tracks: Vec::new(), streams: Vec::new(), device }
    }

    fn send(&mut self, command: Command) {
        self.requests.push(self.lab.send(command));
    }

    fn track(&self, index: usize) -> Option<TrackId> {
        self.tracks.get(index % self.tracks.len().max(1)).copied()
    }

    fn stream(&self, index: usize) -> Option<StreamId> {
        self.streams.get(index % self.streams.len().max(1)).copied()
    }

    fn act(&mut self, step: &Step) {
        match *step {
            Step::Open(json) => {
                let constraints = capture_lab::selection::parse_constraints(json).expect("constraints").constraints;
                self.send(Command::GetUserMedia { constraints, choice: Choice::default() });
            }
            Step::Clone(track) => {
                let clone = TrackId::random();
                self.with_track(track, |track| Command::CloneTrack { track, clone });
            }
            Step::CloneStream(stream) => {
                self.stream(stream).into_iter().for_each(|stream| self.send(Command::CloneStream { stream }));
            }
            Step::Apply(track, json) => {
                let constraints = video_constraints(json);
                let command = |track| Command::ApplyConstraints { track, constraints, pixel_format: None };
                self.with_track(track, command);
            }
            Step::Enable(track, enabled) => self.with_track(track, |track| Command::SetEnabled { track, enabled }),
            Step::Stop(track) => self.with_track(track, |track| Command::StopTrack { track }),
            Step::Change(stream, track, add, engine) => {
                let by = if engine { Cause::Peer } else { Cause::User };
                let Some((stream, track)) = self.stream(stream).zip(self.track(track)) else { return };
                let change = if add { StreamChange::Add(track) } else { StreamChange::Remove(track) };
                self.send(Command::ChangeStream { stream, change, by });
            }
            Step::Unplug(out) => {
                let handle = self.lab.fault_handle("cam");
                if out { handle.unplug() } else { handle.plug_in() }
            }
            Step::Revoke(denied) => {
                let state = if denied { PermissionState::Denied } else { PermissionState::Granted };
                self.send(Command::SetPermission { kind: TrackKind::Video, state });
            }
            Step::EndOnStall(ends_on_stall) => {
                self.send(Command::SetPolicy(Policy { ends_on_stall, ..Policy::default() }));
            }
            Step::SetControl(value) => {
                let values = vec![(BRIGHTNESS, ControlValue::Integer(value))];
                self.send(Command::SetDeviceControls { device: self.device.clone(), values });
            }
            Step::ResetControls => {
                self.send(Command::ResetDeviceControls { device: self.device.clone(), controls: vec![] });
            }
            Step::Outside(value) => {
                self.lab.fault_handle("cam").set_control("Brightness", &ControlValue::Integer(value));
            }
            Step::Shutter(closed) => {
                self.lab.fault_handle("cam").set_control("Privacy", &ControlValue::Integer(i64::from(closed)));
            }
            Step::Watch(watch) => self.send(Command::WatchControls { device: self.device.clone(), watch }),
            Step::PutBack(puts_controls_back) => {
                self.send(Command::SetPolicy(Policy { puts_controls_back, ..Policy::default() }));
            }
            Step::Pass(tenths) => self.lab.advance(f64::from(tenths) / 10.0),
        }
        self.take_what_was_made();
    }

    fn with_track(&mut self, index: usize, command: impl FnOnce(TrackId) -> Command) {
        if let Some(track) = self.track(index) {
            self.send(command(track));
        }
    }

    /// Tracks and streams of the answers that have come.
    fn take_what_was_made(&mut self) {
        self.lab.take_all();
        let replies = self.lab.events.iter().filter_map(|event| match event {
            Event::Answer { result: Ok(reply), .. } => Some(reply.clone()),
            _ => None,
        });
        let (mut tracks, mut streams) = (Vec::new(), Vec::new());
        for reply in replies {
            match reply {
                Reply::Stream(opened) => {
                    streams.push(opened.stream);
                    tracks.extend(opened.tracks.iter().map(|opened| opened.track.id));
                }
                Reply::Track(opened) => tracks.push(opened.track.id),
                _ => {}
            }
        }
        (self.tracks, self.streams) = (tracks, streams);
    }

    /// Stops all and waits until each request is answered and each device closed.
    fn finish(&mut self) {
        for request in self.requests.clone() {
            self.lab.until("an answer", |lab| {
                lab.advance(0.1); // a device that does not open is given up in time
                (lab.answers_to(request) > 0).then_some(())
            });
        }
        self.take_what_was_made();
        for track in self.tracks.clone() {
            self.lab.ask(Command::StopTrack { track }).expect("an answer");
        }
        self.lab.until("all devices to close", |lab| (lab.logged("is closed") == lab.logged("Opening")).then_some(()));
    }

    fn check(&self) {
        for request in &self.requests {
            assert_eq!(self.lab.answers_to(*request), 1, "{request:?}");
        }
        for track in &self.tracks {
            let changes: Vec<_> = self.lab.changes(*track).into_iter().map(|(_, change)| change).collect();
            check_life(&changes);
        }
    }
}

/// After its end nothing is told of a track but its switch; mute and unmute take turns, but that another reason is told.
fn check_life(changes: &[TrackChange]) {
    let is_end = |change: &TrackChange| matches!(change, TrackChange::Ended(_) | TrackChange::Stopped);
    let end = changes.iter().position(is_end);
    let after = end.map_or(&[][..], |end| &changes[end + 1..]);
    assert!(after.iter().all(|change| matches!(change, TrackChange::Enabled(_))), "{changes:?}");
    let mutes: Vec<_> = changes
        .iter()
        .filter_map(|change| match change {
            TrackChange::Muted(reason) => Some(Some(reason)),
            TrackChange::Unmuted => Some(None),
            _ => None,
        })
        .collect();
    assert!(mutes.windows(2).all(|pair| pair[0] != pair[1]), "{changes:?}");
}

/// `SEQUENCES`, else few.
fn cases() -> u32 {
    std::env::var("SEQUENCES").ok().and_then(|count| count.parse().ok()).unwrap_or(48)
}

proptest! {
    #![proptest_config(ProptestConfig { max_shrink_iters: 200, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn no_sequence_of_commands_breaks_the_rules(steps in prop::collection::vec(step(), 1..40)) {
        capture_lab::covers!("TRK-02", "TRK-05", "TRK-06", "MUTE-04", "MUTE-09", "GUM-02");
        let mut run = Run::new();
        for step in &steps {
            run.act(step);
        }
        run.finish();
        run.check();
    }
}
