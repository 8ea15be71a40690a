//! Plans, files and comparisons by tables; the machine by events that are made up.

use std::time::Duration;

use super::*;
use crate::model::{
    DeviceId, DeviceInfo, ErrorName, Extent, FrameRate, MediaDeviceKind, MediaError, Mode, PixelFormat, RateExtent,
    Timestamp, VideoMode,
};
use crate::worker::{Command, Event, Reply, RequestId};

fn mode(pixel_format: PixelFormat, size: (u32, u32), rate: (u32, u32)) -> SweepMode {
    SweepMode { pixel_format, width: size.0, height: size.1, frame_rate: FrameRate::new(rate.0, rate.1) }
}

fn single(mode: SweepMode) -> Mode {
    Mode::Video(VideoMode {
        width: Extent::One(mode.width),
        height: Extent::One(mode.height),
        frame_rate: RateExtent::One(mode.frame_rate),
        pixel_format: mode.pixel_format,
    })
}

fn camera(modes: Vec<Mode>) -> DeviceInfo {
    DeviceInfo { modes, ..DeviceInfo::bare(MediaDeviceKind::VideoInput, "Cam", "/dev/video0") }
}

fn two_modes() -> [SweepMode; 2] {
    [mode(PixelFormat::YUYV, (640, 480), (30, 1)), mode(PixelFormat::MJPG, (640, 480), (30000, 1001))]
}

#[test]
fn a_plan_has_each_mode_of_the_subset_once() {
    let [raw, jpeg] = two_modes();
    let device = camera(vec![single(raw), single(jpeg), single(raw)]);
    let planned = |subset: Subset| plan(&device, &subset).modes;
    assert_eq!(planned(Subset::default()), [raw, jpeg]);
    assert_eq!(planned(Subset { formats: vec![PixelFormat::MJPG], ..Subset::default() }), [jpeg]);
    assert_eq!(planned(Subset { rates: vec![30.0], ..Subset::default() }), [raw, jpeg], "29.97 is 30 to people");
    assert_eq!(planned(Subset { rates: vec![25.0], ..Subset::default() }), []);
    assert_eq!(planned(Subset { sizes: vec![(640, 480)], rates: vec![29.97], ..Subset::default() }).len(), 2);
    assert!(plan(&device, &Subset::default()).whole);
    assert!(!plan(&device, &Subset { rates: vec![30.0], ..Subset::default() }).whole);
}

#[test]
fn ranges_are_sampled_and_said_to_be() {
    let range = |min, max, step| Extent::Range { min, max, step };
    let rates = RateExtent::Range { min: FrameRate::new(1, 1), max: FrameRate::new(30, 1) };
    let stepwise = VideoMode {
        width: range(16, 1280, 16),
        height: range(16, 720, 8),
        frame_rate: rates,
        pixel_format: PixelFormat::YUYV,
    };
    let planned = plan(&camera(vec![Mode::Video(stepwise)]), &Subset::default());
    let sizes: Vec<_> = planned.modes.iter().map(|mode| (mode.width, mode.height)).collect();
    assert_eq!(planned.modes.len(), 4 * 3, "{sizes:?}");
    assert!(sizes.contains(&(1280, 720)) && !sizes.contains(&(1920, 1080)));
    assert_eq!(planned.notes.len(), 1);
    assert!(planned.notes[0].contains("16×16 to 1280×720") && planned.notes[0].contains("1 to 30 fps"));
    let named = Subset { sizes: vec![(32, 24)], rates: vec![12.5], ..Subset::default() };
    let planned = plan(&camera(vec![Mode::Video(stepwise)]), &named);
    assert_eq!(planned.modes, [mode(PixelFormat::YUYV, (32, 24), (25, 2))], "what is named is taken from a range");
    let tiny = VideoMode { width: range(8, 64, 8), height: range(8, 64, 8), ..stepwise };
    let planned = plan(&camera(vec![Mode::Video(tiny)]), &Subset { rates: vec![5.0], ..Subset::default() });
    let sizes: Vec<_> = planned.modes.iter().map(|mode| (mode.width, mode.height)).collect();
    assert_eq!(sizes, [(8, 8), (64, 64)], "where no common size fits, the ends");
}

fn measured() -> Measured {
    Measured {
        first_frame_ms: Some(120.0),
        seconds: 2.0,
        frames_produced: 61,
        frames_delivered: 61,
        fps_produced: Some(30.0),
        fps_delivered: Some(30.0),
        deviation_percent: Some(0.0),
        interval_p50_ms: Some(33.3),
        interval_p99_ms: Some(34.0),
        interval_max_ms: Some(35.0),
        ..Measured::default()
    }
}

fn result(modes: Vec<(SweepMode, Option<Measured>)>) -> SweepResult {
    let modes = modes.into_iter().map(|(requested, measured)| ModeResult {
        requested,
        granted: measured.map(|_| requested),
        measured,
        error: measured
            .is_none()
            .then(|| Problem { name: "NotReadableError".to_owned(), message: "busy, \"it\" is".to_owned() }),
    });
    SweepResult {
        version: VERSION,
        program: "Capture Lab".to_owned(),
        time: String::new(),
        device: SweepDevice::default(),
        seconds_per_mode: 2.0,
        complete: true,
        whole: true,
        notes: Vec::new(),
        modes: modes.collect(),
    }
}

#[test]
fn json_comes_back_and_says_what_is_wrong_with_it() {
    let [raw, jpeg] = two_modes();
    let written = result(vec![(raw, Some(measured())), (jpeg, None)]);
    let text = to_json(&written);
    assert!(text.contains("\"frame_rate\": \"30000/1001\"") && text.contains("\"pixel_format\": \"MJPG\""), "{text}");
    assert_eq!(read(&text, "a.json"), Ok(written));
    for (text, word) in [("{}", "version"), ("{\"version\":1}", "missing field"), ("{\"version\":2}", "version 2")] {
        let error = read(text, "a.json").unwrap_err().to_string();
        assert!(error.contains(word) && error.contains("a.json"), "{error}");
    }
    let zero = text.replace("30000/1001", "30000/0");
    assert!(read(&zero, "a.json").unwrap_err().to_string().contains("no frame rate"));
}

#[test]
fn csv_has_a_line_for_each_mode() {
    let [raw, jpeg] = two_modes();
    let text = to_csv(&result(vec![(raw, Some(measured())), (jpeg, None)]));
    let lines: Vec<_> = text.split("\r\n").collect();
    assert_eq!((lines.len(), lines[3]), (4, ""));
    let columns = lines[0].split(',').count();
    assert_eq!((columns, lines[1].split(',').count()), (25, columns));
    assert!(lines[1].starts_with("YUYV,640,480,30.000000,30/1,YUYV,640,480,30/1,120.000,2.000,61,61,0,0,30.000,"));
    assert!(lines[2].starts_with("MJPG,640,480,29.970030,30000/1001,,,,,,"), "{}", lines[2]);
    assert!(lines[2].ends_with("NotReadableError,\"busy, \"\"it\"\" is\""), "{}", lines[2]);
}

#[test]
fn grades_follow_their_rules() {
    let [raw, jpeg] = two_modes();
    let grade = |change: fn(&mut Measured)| {
        let mut changed = measured();
        change(&mut changed);
        result(vec![(raw, Some(changed))]).modes[0].grade()
    };
    assert_eq!(grade(|_| {}), Grade::Good);
    assert_eq!(grade(|measured| measured.deviation_percent = Some(-3.0)), Grade::Fair);
    assert_eq!(grade(|measured| measured.deviation_percent = Some(50.0)), Grade::Bad);
    assert_eq!(grade(|measured| (measured.frames_produced, measured.frames_dropped) = (1000, 1)), Grade::Fair);
    assert_eq!(grade(|measured| measured.frames_corrupt = 1), Grade::Bad, "more than a hundredth of 61");
    assert_eq!(grade(|measured| measured.mutes = 1), Grade::Bad);
    assert_eq!(grade(|measured| measured.deviation_percent = None), Grade::Failed);
    let mut other = result(vec![(raw, Some(measured()))]).modes.remove(0);
    other.granted = Some(jpeg);
    assert_eq!(other.grade(), Grade::Bad);
    assert_eq!(result(vec![(raw, None)]).modes[0].grade(), Grade::Failed);
}

#[test]
fn sweeps_differ_by_the_rule() {
    let [raw, jpeg] = two_modes();
    let before = result(vec![(raw, Some(measured()))]);
    let changes = |now: Measured| {
        let comparison = compare(&before, &result(vec![(raw, Some(now))]));
        let changes = comparison.changed.into_iter().flat_map(|difference| difference.changes);
        changes.map(|change| (change.quantity, change.worse)).collect::<Vec<_>>()
    };
    assert_eq!(changes(measured()), []);
    assert_eq!(changes(Measured { fps_delivered: Some(29.5), ..measured() }), []);
    assert_eq!(changes(Measured { fps_delivered: Some(29.3), ..measured() }), [(Quantity::FpsDelivered, true)]);
    assert_eq!(changes(Measured { fps_delivered: Some(31.0), ..measured() }), [(Quantity::FpsDelivered, false)]);
    assert_eq!(changes(Measured { frames_dropped: 1, ..measured() }), [(Quantity::LostPercent, true)]);
    assert_eq!(changes(Measured { first_frame_ms: Some(215.0), ..measured() }), []);
    assert_eq!(changes(Measured { first_frame_ms: Some(400.0), ..measured() }), [(Quantity::FirstFrameMs, true)]);
    assert_eq!(changes(Measured { interval_p99_ms: Some(45.0), ..measured() }), [(Quantity::IntervalP99Ms, true)]);

    let failed = compare(&before, &result(vec![(raw, None)]));
    assert_eq!(failed.changed[0].changes[0].quantity, Quantity::Outcome);
    assert!(failed.is_worse() && !compare(&result(vec![(raw, None)]), &before).is_worse());

    let other = compare(&before, &result(vec![(jpeg, Some(measured()))]));
    assert_eq!((other.only_before.clone(), other.only_now.clone()), (vec![raw], vec![jpeg]));
    assert!(other.is_worse(), "a whole sweep lacks a mode");
    let part = SweepResult { whole: false, ..result(vec![(jpeg, Some(measured()))]) };
    assert!(!compare(&before, &part).is_worse(), "a part that was chosen lacks nothing");
}

/// A sweep whose worker is the test.
struct Played {
    sweep: Sweep,
    now: Timestamp,
    last: u64,
    device: DeviceInfo,
}

impl Played {
    fn new(modes: &[SweepMode], options: Options) -> Self {
        let device = camera(modes.iter().map(|mode| single(*mode)).collect());
        let now = Timestamp::from_nanos(1_000_000_000);
        let plan = plan(&device, &Subset::default());
        Self { sweep: Sweep::new(&device, plan, options, now, String::new()), now, last: 0, device }
    }

    fn step(&mut self) -> Option<Command> {
        let command = self.sweep.step(self.now)?;
        self.last += 1;
        self.sweep.asked(RequestId(self.last));
        assert!(self.sweep.step(self.now).is_none(), "one question at a time");
        Some(command)
    }

    fn answer(&mut self, result: Result<Reply, MediaError>) {
        let foreign = Event::Answer { request: RequestId(self.last + 1), result: Ok(Reply::Done) };
        assert!(!self.sweep.hear(&foreign, self.now));
        self.answer_to(self.last, result);
    }

    fn answer_to(&mut self, request: u64, result: Result<Reply, MediaError>) {
        assert!(self.sweep.hear(&Event::Answer { request: RequestId(request), result }, self.now));
    }

    fn list(&mut self, is_there: bool) {
        let devices = if is_there { vec![self.device.clone()] } else { Vec::new() };
        self.answer(Ok(Reply::Devices(devices)));
    }

    fn pass(&mut self, seconds: u64) {
        self.pass_millis(seconds * 1000);
    }

    fn pass_millis(&mut self, millis: u64) {
        self.now = self.now + Duration::from_millis(millis);
    }

    fn opens(&mut self) -> SweepMode {
        match self.step() {
            Some(Command::GetUserMedia { constraints, choice }) => {
                let expected = self.sweep.progress(self.now).mode.unwrap();
                assert_eq!(choice.devices, std::slice::from_ref(&self.device.device_id.0));
                assert_eq!(choice.pixel_format, Some(expected.pixel_format));
                assert_eq!(constraints, expected.constraints());
                expected
            }
            other => panic!("{other:?}"),
        }
    }
}

fn error(name: ErrorName) -> Result<Reply, MediaError> {
    Err(MediaError::new(name, "no"))
}

#[test]
fn a_mode_that_is_refused_is_a_result_and_the_next_one_follows() {
    let [raw, jpeg] = two_modes();
    let mut played = Played::new(&[raw, jpeg], Options::default());
    assert_eq!(played.opens(), raw);
    played.answer(error(ErrorName::OverconstrainedError));
    assert_eq!(played.opens(), jpeg);
    played.answer(error(ErrorName::NotReadableError));
    assert!(played.step().is_none(), "a list at once may still have a camera that has just gone");
    assert_eq!(played.sweep.progress(played.now).stage, Stage::Opening, "nothing says that it has gone");
    played.pass_millis(300);
    assert!(matches!(played.step(), Some(Command::EnumerateDevices)), "perhaps it is gone");
    played.list(true);
    assert!(played.step().is_none() && played.sweep.is_over() && played.sweep.result().complete);
    let names: Vec<_> = played.sweep.result().modes.iter().map(|mode| mode.error.clone().unwrap().name).collect();
    assert_eq!(names, ["OverconstrainedError", "NotReadableError"]);
}

#[test]
fn what_cannot_be_decoded_is_opened_by_name_and_said_not_to_be_seen() {
    let odd = Mode::Video(VideoMode {
        width: Extent::One(640),
        height: Extent::One(480),
        frame_rate: RateExtent::One(FrameRate::new(30, 1)),
        pixel_format: PixelFormat(*b"XYZ1"),
    });
    let planned = plan(&camera(vec![odd, odd]), &Subset::default());
    let [note] = &planned.notes[..] else { panic!("{:?}", planned.notes) };
    assert!(note.contains("cannot decode XYZ1") && note.contains("no picture is looked at"), "{note}");
    let mut played = Played::new(&planned.modes, Options::default());
    assert_eq!(played.opens(), planned.modes[0]);
}

#[test]
fn a_camera_that_went_away_is_waited_for_and_the_mode_repeated() {
    let [raw, _] = two_modes();
    let mut played = Played::new(&[raw], Options::default());
    played.opens();
    played.answer(error(ErrorName::NotFoundError));
    assert!(played.step().is_none(), "the list may be old still");
    assert_eq!(played.sweep.progress(played.now).stage, Stage::Away);
    for _ in 0..5 {
        played.pass(3);
        assert!(matches!(played.step(), Some(Command::EnumerateDevices)));
        played.list(false);
        assert!(played.step().is_none(), "not all the time");
    }
    let devices = vec![played.device.clone()];
    assert!(!played.sweep.hear(&Event::DeviceChange(devices), played.now));
    assert_eq!(played.opens(), raw, "the change is news enough");
    played.answer(error(ErrorName::OverconstrainedError));
    assert!(played.step().is_none() && played.sweep.is_over());
    let result = played.sweep.result();
    assert_eq!((result.modes.len(), result.notes.len()), (1, 1));
    assert!(result.notes[0].contains("away once, for 15.0 s"), "{}", result.notes[0]);
}

#[test]
fn a_mode_that_drives_the_camera_away_each_time_is_given_up() {
    let [raw, jpeg] = two_modes();
    let mut played = Played::new(&[raw, jpeg], Options::default());
    for _ in 0..4 {
        assert_eq!(played.opens(), raw);
        played.answer(error(ErrorName::NotFoundError));
        played.pass(1);
        assert!(matches!(played.step(), Some(Command::EnumerateDevices)));
        played.list(true);
    }
    assert_eq!(played.opens(), jpeg);
    assert_eq!(played.sweep.result().modes[0].error.as_ref().unwrap().name, "NotFoundError");
}

/// A sweep whose camera has just come back, while its mode is being opened again.
fn replugged(modes: &[SweepMode]) -> Played {
    let mut played = Played::new(modes, Options::default());
    played.opens();
    played.answer(error(ErrorName::NotFoundError));
    played.pass(1);
    assert!(matches!(played.step(), Some(Command::EnumerateDevices)));
    played.list(true);
    assert_eq!(played.opens(), modes[0]);
    played
}

#[test]
fn rights_that_come_late_after_a_return_cost_no_mode() {
    let mut played = replugged(&two_modes());
    for _ in 0..5 {
        played.answer(error(ErrorName::NotAllowedError));
        assert!(played.step().is_none(), "not at once");
        played.pass_millis(300);
        assert!(matches!(played.step(), Some(Command::EnumerateDevices)));
        played.list(true);
        assert_eq!(played.opens(), two_modes()[0], "the same mode again");
    }
    assert!(played.sweep.result().modes.is_empty());
    played.answer(error(ErrorName::NotAllowedError));
    played.pass_millis(300);
    played.step();
    played.list(false);
    assert_eq!(played.sweep.progress(played.now).stage, Stage::Away, "it may go again meanwhile");
}

#[test]
fn rights_that_never_come_are_a_result() {
    let mut played = replugged(&two_modes());
    let mut tries = 0;
    while played.sweep.result().modes.is_empty() && tries < 100 {
        played.answer(error(ErrorName::NotAllowedError));
        played.pass_millis(300);
        if matches!(played.step(), Some(Command::EnumerateDevices)) {
            played.list(true);
            played.opens();
        }
        tries += 1;
    }
    assert_eq!(tries, 11, "for 3 s");
    assert_eq!(played.sweep.result().modes[0].error.as_ref().unwrap().name, "NotAllowedError");
    let mut without_return = Played::new(&two_modes(), Options::default());
    without_return.opens();
    without_return.answer(error(ErrorName::NotAllowedError));
    assert_eq!(without_return.opens(), two_modes()[1], "only a return excuses it");
}

#[test]
fn patience_ends() {
    let [raw, _] = two_modes();
    let options = Options { patience: Some(Duration::from_secs(10)), ..Options::default() };
    let mut played = Played::new(&[raw], options);
    played.opens();
    played.answer(error(ErrorName::NotFoundError));
    played.pass(9);
    assert!(matches!(played.step(), Some(Command::EnumerateDevices)));
    played.list(false);
    played.pass(2);
    assert!(played.step().is_none() && played.sweep.is_over());
    let result = played.sweep.result();
    assert!(!result.complete && result.notes[0].contains("not back after 11 s"), "{:?}", result.notes);
}

#[test]
fn a_cancelled_sweep_keeps_what_it_found() {
    let [raw, jpeg] = two_modes();
    let mut played = Played::new(&[raw, jpeg], Options::default());
    played.opens();
    played.answer(error(ErrorName::OverconstrainedError));
    played.opens();
    played.sweep.cancel();
    let call = played.last;
    match played.step() {
        Some(Command::CancelUserMedia { call: given_up }) => assert_eq!(given_up, RequestId(call)),
        other => panic!("{other:?}"),
    }
    assert!(played.step().is_none() && !played.sweep.is_over(), "its answer is still to come");
    played.answer_to(call, error(ErrorName::AbortError));
    assert!(played.step().is_none() && played.sweep.is_over());
    played.answer_to(call + 1, Ok(Reply::Done));
    assert!(played.step().is_none() && played.sweep.is_over());
    let result = played.sweep.result();
    assert!(!result.complete && result.modes.len() == 1, "what was given up counts as not tried");
}

#[test]
fn the_time_left_is_what_the_modes_took() {
    let [raw, jpeg] = two_modes();
    let third = mode(PixelFormat::NV12, (640, 480), (30, 1));
    let mut played = Played::new(&[raw, jpeg, third], Options::default());
    assert_eq!(played.sweep.progress(played.now).left, Duration::from_millis(3 * 4500));
    played.opens();
    played.pass(8);
    played.answer(error(ErrorName::OverconstrainedError));
    played.opens();
    let progress = played.sweep.progress(played.now);
    assert_eq!((progress.done, progress.total, progress.left), (1, 3, Duration::from_secs(16)));
    played.pass(3);
    assert_eq!(played.sweep.progress(played.now).left, Duration::from_secs(13));
    assert_eq!(played.sweep.device(), &DeviceId("id of /dev/video0".to_owned()));
}
