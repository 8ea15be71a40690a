//! Requirements on the pure layers that the worked examples leave out, one small table each.

use capture_lab::covers;
use capture_lab::interchange::convert_track_constraints;
use capture_lab::model::{
    Capability, DeviceInfo, ErrorName, Extent, FrameRate, MediaDeviceKind, MediaError, MediaStream, Mode, PixelFormat,
    Point, Property, RateExtent, ReadyState, SampleFormat, Settings, Track, TrackId, TrackKind, Value, ValueType,
    VideoMode,
};
use capture_lab::selection::{
    Choice, Context, Rules, Selection, choose, distance, parse_constraints, parse_track_constraints, total_distance,
};

use crate::bench::{camera, choose_on, error_of, microphone, mode, rate, scaled_on, size, subject};

#[test]
fn kinds_of_devices_are_three_and_print_as_they_are_read() {
    covers!("ENUM-05");
    let kinds = [MediaDeviceKind::AudioInput, MediaDeviceKind::AudioOutput, MediaDeviceKind::VideoInput];
    for (kind, name) in kinds.into_iter().zip(["audioinput", "audiooutput", "videoinput"]) {
        assert_eq!((kind.to_string().as_str(), serde_json::to_value(kind).unwrap()), (name, name.into()));
        assert_eq!(serde_json::from_value::<MediaDeviceKind>(name.into()).unwrap(), kind);
    }
    for other in ["videooutput", "AudioInput", "", "screen"] {
        assert!(serde_json::from_value::<MediaDeviceKind>(other.into()).is_err(), "{other}");
    }
    assert_eq!(kinds.map(MediaDeviceKind::track_kind), [Some(TrackKind::Audio), None, Some(TrackKind::Video)]);
}

#[test]
fn a_device_without_a_label_has_an_empty_one() {
    covers!("ENUM-11");
    let named = camera("cam", &[(640, 480, 30)]);
    let nameless = DeviceInfo { label: String::new(), ..named.clone() };
    assert_eq!((named.name().as_str(), nameless.label.as_str()), ("cam (node of cam)", ""));
    assert_eq!(nameless.name(), "node of cam", "messages name it all the same");
}

#[test]
fn each_property_takes_the_values_of_its_type_and_no_others() {
    covers!("CON-01", "CON-02");
    let table = [
        (ValueType::UnsignedLong, "7", r#"{"min":1,"max":9,"exact":5,"ideal":3}"#, r#"["a"]"#),
        (ValueType::Double, "7.5", r#"{"min":1,"max":9,"exact":5,"ideal":3}"#, "true"),
        (ValueType::Text, r#"["a","b"]"#, r#"{"exact":["a"],"ideal":"b"}"#, r#"{"min":"a"}"#),
        (ValueType::Boolean, "true", r#"{"exact":true,"ideal":false}"#, r#""yes""#),
        (ValueType::BooleanOrText, r#""all""#, r#"{"exact":true,"ideal":"all"}"#, "7"),
        (ValueType::Points, r#"[{"x":0.5}]"#, r#"{"exact":[{"x":1,"y":0}],"ideal":[]}"#, "[7]"),
        (ValueType::BooleanOrDouble, "true", r#"{"min":1,"exact":5,"ideal":3}"#, r#""far""#),
    ];
    for property in Property::ALL {
        let (_, bare, members, wrong) =
            table.iter().find(|(value_type, ..)| *value_type == property.value_type()).unwrap();
        let read = |value: &str| parse_track_constraints(&format!(r#"{{"{property}":{value}}}"#));
        assert!(read(bare).is_ok() && read(members).is_ok(), "{property}");
        assert!(read(wrong).is_err() && read(r#"{"about":1}"#).is_err(), "{property}: {wrong}");
    }
}

#[test]
fn the_types_are_those_of_the_standard() {
    covers!("CON-01");
    let of = |value_type| {
        let all = Property::ALL.into_iter().filter(move |property| property.value_type() == value_type);
        all.map(Property::name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(of(ValueType::UnsignedLong), "width height sampleRate sampleSize channelCount");
    assert_eq!(
        of(ValueType::Double),
        "aspectRatio frameRate latency brightness colorTemperature contrast exposureCompensation exposureTime \
         focusDistance iso saturation sharpness"
    );
    assert_eq!(
        of(ValueType::Text),
        "deviceId groupId facingMode resizeMode exposureMode focusMode humanFaceDetectionMode whiteBalanceMode"
    );
    assert_eq!(
        of(ValueType::Boolean),
        "autoGainControl noiseSuppression backgroundBlur backgroundSegmentationMask eyeGazeCorrection faceFraming \
         gestureReactions powerEfficient powerEfficientPixelFormat torch voiceIsolation"
    );
    assert_eq!(of(ValueType::BooleanOrText), "echoCancellation");
    assert_eq!(of(ValueType::Points), "pointsOfInterest");
    assert_eq!(of(ValueType::BooleanOrDouble), "pan tilt zoom");
    for (value_type, is_numeric) in [
        (ValueType::UnsignedLong, true),
        (ValueType::Double, true),
        (ValueType::BooleanOrDouble, true),
        (ValueType::Text, false),
        (ValueType::Boolean, false),
        (ValueType::BooleanOrText, false),
    ] {
        assert_eq!(value_type.is_numeric(), is_numeric, "{value_type:?}");
    }
}

#[test]
fn each_kind_of_track_has_its_properties_and_some_may_be_required_of_devices() {
    covers!("GUM-04", "GUM-05");
    let audio: Vec<_> = Property::of_kind(TrackKind::Audio).map(Property::name).collect();
    assert_eq!(
        audio.join(" "),
        "deviceId groupId sampleRate sampleSize channelCount latency echoCancellation autoGainControl \
         noiseSuppression voiceIsolation"
    );
    let video: Vec<_> = Property::of_kind(TrackKind::Video).collect();
    assert!(Property::ALL.into_iter().all(|property| video.contains(&property)
        != (property.applies_to(TrackKind::Audio) && !matches!(property, Property::DeviceId | Property::GroupId))));
    let selecting = Property::ALL.into_iter().filter(|property| property.selects_devices());
    let selecting: Vec<_> = selecting.map(Property::name).collect();
    assert_eq!(
        selecting.join(" "),
        "deviceId groupId facingMode resizeMode width height aspectRatio frameRate sampleRate sampleSize \
         channelCount latency echoCancellation autoGainControl noiseSuppression"
    );
}

#[test]
fn what_is_left_out_or_converted_is_told() {
    covers!("CON-06", "CON-08", "CON-09");
    let unknown = parse_constraints(r#"{"video":{"bogus":{"exact":1},"sampleRate":1},"screen":true}"#).unwrap();
    assert_eq!(unknown.notes.len(), 3, "{:?}", unknown.notes);
    for (note, word) in unknown.notes.iter().zip(["bogus", "sampleRate", "screen"]) {
        assert!(note.contains(word), "{note}");
    }
    let rounded = parse_track_constraints(r#"{"width":640.5}"#).unwrap();
    assert_eq!(rounded.notes, ["width: 640.5 was read as 640, as the web does."]);
    assert_eq!(rounded.constraints.basic.get(Property::Width), Some(&capture_lab::model::Constraint::bare(640_u32)));
    assert!(parse_track_constraints(r#"{"width":"1280"}"#).is_err());
    assert_eq!(convert_track_constraints(r#"{"width":"1280"}"#).unwrap().notes.len(), 1);
    assert!(convert_track_constraints(r#"{"frameRate":"fast"}"#).is_err(), "a double must be finite");
}

#[test]
fn strings_and_lists_have_a_limit() {
    covers!("CON-14");
    let long = |characters: usize| format!(r#"{{"deviceId":"{}"}}"#, "ä".repeat(characters));
    assert!(parse_track_constraints(&long(500)).is_ok() && parse_track_constraints(&long(501)).is_err());
    let list = |entries: usize| format!(r#"{{"deviceId":[{}]}}"#, vec![r#""a""#; entries].join(","));
    assert!(parse_track_constraints(&list(100)).is_ok() && parse_track_constraints(&list(101)).is_err());
    let sets = |entries: usize| format!(r#"{{"advanced":[{}]}}"#, vec!["{}"; entries].join(","));
    assert!(parse_track_constraints(&sets(100)).is_ok() && parse_track_constraints(&sets(101)).is_err());
}

/// The distance of one constraint from one setting.
fn from(kind: TrackKind, property: Property, constraint: &str, setting: impl Into<Value>) -> f64 {
    let parsed =
        parse_track_constraints(&format!(r#"{{"{property}":{constraint}}}"#)).expect("constraints").constraints;
    let settings = Settings::default().with(property, setting);
    distance(
        &Rules::new(kind, Context::ApplyConstraints),
        property,
        parsed.basic.get(property).expect("a constraint"),
        &settings,
    )
}

#[test]
fn true_is_no_named_mode_of_echo_cancellation() {
    covers!("CON-12");
    let echo = |constraint, setting: Value| from(TrackKind::Audio, Property::EchoCancellation, constraint, setting);
    assert!(echo(r#"{"exact":true}"#, "all".into()).is_infinite());
    assert!(echo(r#"{"exact":true}"#, true.into()).abs() < 1e-12);
    assert!((echo("true", "all".into()) - 1.0).abs() < 1e-12);
}

#[test]
fn numbers_are_equal_within_what_their_property_allows() {
    covers!("CON-13");
    let fits = |property, wanted: f64, actual: f64| {
        from(TrackKind::Video, property, &format!(r#"{{"exact":{wanted}}}"#), actual).is_finite()
    };
    let ntsc = 30_000.0 / 1001.0;
    assert!(fits(Property::FrameRate, 29.970_03, ntsc) && !fits(Property::FrameRate, 29.97, ntsc));
    assert!(fits(Property::AspectRatio, 16.0 / 9.0, 1.777_777_777_8));
    assert!(!fits(Property::AspectRatio, 1.777_777_778, 1.777_777_777_8));
    assert!(fits(Property::Zoom, 2.0, 2.0 + 1e-10) && !fits(Property::Zoom, 2.0, 2.0 + 1e-6));
}

#[test]
fn numbers_of_opposite_sign_are_up_to_two_apart() {
    covers!("FIT-10");
    assert!((from(TrackKind::Video, Property::Pan, "3600", -3600.0) - 2.0).abs() < 1e-12);
    assert!((from(TrackKind::Video, Property::Pan, "3600", -1800.0) - 1.5).abs() < 1e-12);
}

#[test]
fn the_pixel_format_is_chosen_after_size_and_rate() {
    covers!("SEL-10");
    let video = |pixel_format, fps| VideoMode { pixel_format, ..mode(1280, 720, fps) };
    let modes = [video(PixelFormat::MJPG, 5), video(PixelFormat::YUYV, 5), video(PixelFormat::MJPG, 30)];
    let device = DeviceInfo { modes: modes.map(Mode::Video).to_vec(), ..camera("cam", &[]) };
    for (fps, format) in [(5, PixelFormat::YUYV), (30, PixelFormat::MJPG)] {
        let chosen = choose_on(&device, &format!(r#"{{"frameRate":{{"exact":{fps}}}}}"#)).unwrap();
        let capture_lab::model::ChosenMode::Video(mode) = chosen.mode else { panic!("{chosen:?}") };
        assert_eq!((mode.frame_rate, mode.pixel_format), (FrameRate::new(fps, 1), format));
    }
}

#[test]
fn of_a_range_of_sizes_the_nearest_step_is_taken() {
    covers!("SEL-11");
    let stepwise = |max| Extent::Range { min: 32, max, step: 2 };
    let video = VideoMode { width: stepwise(1920), height: stepwise(1080), ..mode(0, 0, 30) };
    let device = DeviceInfo { modes: vec![Mode::Video(video)], ..camera("cam", &[]) };
    let chosen = |constraints: &str| choose_on(&device, constraints).unwrap();
    assert!([640, 642].contains(&size(&chosen(r#"{"width":641}"#)).0));
    assert_eq!(size(&chosen(r#"{"width":{"max":101},"height":{"min":77}}"#)), (100, 480));
    assert_eq!(size(&chosen(r#"{"width":5000,"height":1}"#)), (1920, 32));
}

#[test]
fn the_least_cropped_and_then_the_smallest_mode_is_scaled() {
    covers!("RSZ-08", "SEL-08");
    let rules = Rules::new(TrackKind::Video, Context::GetUserMedia).resizing(true);
    let modes = [(640, 480), (1920, 1080), (1280, 720), (800, 600)];
    let constraints = parse_track_constraints(r#"{"width":{"exact":638},"height":{"exact":359}}"#).unwrap();
    let pick = || choose(&rules, &[subject(&modes)], &constraints.constraints).remove(0);
    let Choice { shape, settings, .. } = pick();
    assert_eq!(modes[shape], (1280, 720));
    assert_eq!(settings.text(Property::ResizeMode), Some("crop-and-scale"));
    assert_eq!(pick(), pick(), "the same each time");
}

#[test]
fn an_overconstrained_error_names_the_first_and_tells_of_all() {
    covers!("OVR-01", "OVR-02", "OVR-05");
    let device = camera("cam", &[(640, 480, 30), (1920, 1080, 15)]);
    let MediaError { name, message, constraint, .. } =
        error_of(&device, r#"{"height":{"exact":2160},"width":{"exact":3840}}"#);
    assert_eq!((name, constraint), (ErrorName::OverconstrainedError, Some(Property::Width)));
    for words in ["width {\"exact\":3840}", "height {\"exact\":2160}", "1920", "1080"] {
        assert!(message.contains(words), "{words} is not in: {message}");
    }
    let made = MediaError::overconstrained(Some(Property::Zoom), "words");
    assert_eq!((made.name.name(), made.to_string().as_str()), ("OverconstrainedError", "words"));
    assert_eq!((made.constraint, made.device), (Some(Property::Zoom), None));
}

#[test]
fn a_conflict_is_told_by_its_smallest_group() {
    covers!("OVR-03", "OVR-04", "OVR-06");
    let device = camera("cam", &[(640, 480, 30), (1920, 1080, 15)]);
    let error = error_of(
        &device,
        r#"{"width":{"exact":1920},"height":{"max":2000},"aspectRatio":{"min":1},"frameRate":{"min":30}}"#,
    );
    assert_eq!(error.constraint, None);
    assert!(error.message.contains("width and frameRate cannot hold together"), "{}", error.message);
}

#[test]
fn capabilities_reach_from_one_pixel_to_the_largest_mode() {
    covers!("SET-06", "SET-07", "SET-08", "SET-11");
    let device = camera("cam", &[(320, 240, 30), (1280, 720, 30), (1920, 1080, 15)]);
    let capability = |property| device.capabilities.get(property).cloned();
    let range = |min, max| Some(Capability::Range { min, max });
    assert_eq!(capability(Property::AspectRatio), range(0.000_925_925_9, 1920.0));
    assert_eq!(capability(Property::Width), range(1.0, 1920.0));
    assert_eq!(capability(Property::Height), range(1.0, 1080.0));
    assert_eq!(capability(Property::FrameRate), range(0.0, 30.0));
    assert_eq!(capability(Property::ResizeMode), Some(Capability::List(vec!["none".into(), "crop-and-scale".into()])));
    assert_eq!(capability(Property::DeviceId), Some(Capability::Text("cam".to_owned())));
    assert_eq!(capability(Property::GroupId), Some(Capability::Text("group of cam".to_owned())));
    let facing = |facing: Option<&str>| {
        let made = capture_lab::selection::capabilities(&device.device_id, &device.group_id, facing, &device.modes);
        made.get(Property::FacingMode).cloned()
    };
    assert_eq!(facing(Some("user")), Some(Capability::List(vec!["user".into()])));
    assert_eq!(facing(None), None);
}

/// Whether each capability has a setting within it.
fn is_within(device: &DeviceInfo, settings: &Settings) -> bool {
    device.capabilities.iter().all(|(property, capability)| match (capability, settings.get(*property)) {
        (Capability::Range { min, max }, Some(Value::Number(number))) => (*min..=*max).contains(number),
        (Capability::List(list), Some(value)) => list.contains(value),
        (Capability::Text(text), Some(Value::Text(value))) => text == value,
        _ => false,
    })
}

#[test]
fn there_is_a_setting_within_each_capability() {
    covers!("SET-03", "PROP-02");
    let camera = camera("cam", &[(320, 240, 30), (1280, 720, 30), (1920, 1080, 15)]);
    for constraints in ["{}", r#"{"width":5000}"#, r#"{"height":{"max":300},"frameRate":1}"#] {
        let chosen = choose_on(&camera, constraints).unwrap();
        assert!(is_within(&camera, &chosen.settings), "{chosen:?}");
        assert_eq!(chosen.settings.get(Property::FacingMode), None, "nobody knows where it looks");
    }
    let microphone = microphone(&[44_100, 48_000]);
    for constraints in ["{}", r#"{"latency":5,"channelCount":9}"#, r#"{"sampleRate":44100}"#] {
        let chosen = choose_on(&microphone, constraints).unwrap();
        assert!(is_within(&microphone, &chosen.settings), "{chosen:?}");
    }
}

#[test]
fn an_aspect_ratio_has_ten_decimals() {
    covers!("PROP-01");
    let ratio = |width, height| {
        let chosen = choose_on(&camera("cam", &[(width, height, 30)]), "{}").unwrap();
        chosen.settings.number(Property::AspectRatio).unwrap().to_bits()
    };
    assert_eq!(ratio(1280, 720), 1.777_777_777_8_f64.to_bits());
    assert_eq!(ratio(640, 480), 1.333_333_333_3_f64.to_bits());
    assert_eq!(ratio(640, 640), 1_f64.to_bits());
}

#[test]
fn sound_has_its_size_channels_and_latency() {
    covers!("PROP-03", "PROP-04", "PROP-05", "PROP-06");
    let sizes = [
        (SampleFormat::U8, 8),
        (SampleFormat::S16, 16),
        (SampleFormat::S24, 24),
        (SampleFormat::S24In3, 24),
        (SampleFormat::S32, 32),
        (SampleFormat::F32, 32),
    ];
    assert!(sizes.into_iter().all(|(format, bits)| format.bits() == bits));
    let device = microphone(&[48_000]);
    let Selection { mode, settings, .. } =
        choose_on(&device, r#"{"latency":{"exact":0.01},"channelCount":{"exact":2}}"#).unwrap();
    let capture_lab::model::ChosenMode::Audio(mode) = mode else { panic!("{mode:?}") };
    assert_eq!((mode.period, mode.channels, mode.sample_rate), (480, 2, 48_000));
    let numbers = [Property::SampleSize, Property::ChannelCount, Property::Latency].map(|one| settings.number(one));
    assert_eq!(numbers, [Some(16.0), Some(2.0), Some(0.01)]);
    for property in [Property::EchoCancellation, Property::AutoGainControl, Property::NoiseSuppression] {
        assert_eq!(device.capabilities.get(property), Some(&Capability::List(vec![false.into()])), "nothing processes");
        assert_eq!(settings.get(property), Some(&false.into()));
    }
}

#[test]
fn names_of_the_extensions_are_known_and_offered_by_nothing() {
    covers!("PROP-08", "PROP-09");
    let names =
        ["backgroundBlur", "faceFraming", "eyeGazeCorrection", "gestureReactions", "backgroundSegmentationMask"];
    let device = camera("cam", &[(640, 480, 30)]);
    for name in names.into_iter().chain(["humanFaceDetectionMode", "powerEfficient"]) {
        let property: Property = name.parse().unwrap();
        assert!(device.capabilities.get(property).is_none(), "{name}");
        let value = if name == "humanFaceDetectionMode" { r#""none""# } else { "true" };
        let parsed = parse_constraints(&format!(r#"{{"video":{{"{name}":{value}}}}}"#)).unwrap();
        assert!(parsed.notes.is_empty(), "{:?}", parsed.notes);
    }
    assert!(parse_constraints(r#"{"audio":{"voiceIsolation":true}}"#).unwrap().notes.is_empty());
}

#[test]
fn a_track_ends_once_and_keeps_its_name() {
    covers!("TRK-01", "TRK-02", "TRK-04", "MUTE-01", "MUTE-04", "MUTE-09", "SET-04");
    let new = || Track::new(TrackKind::Video, "Cam".to_owned(), camera("cam", &[]).device_id, "node".to_owned());
    let mut track = new();
    assert_ne!(track.id, new().id);
    assert!(track.is_live() && track.enabled() && !track.muted());
    assert!(track.set_muted(true) && !track.set_muted(true) && track.muted() && track.enabled());
    assert!(track.set_enabled(false) && !track.set_enabled(false) && track.muted() && !track.enabled());
    track.settings = Settings::default().with(Property::Width, 640_u32).with(Property::FacingMode, "user");
    assert!(track.end() && !track.end());
    assert_eq!((track.ready_state(), track.ready_state().name()), (ReadyState::Ended, "ended"));
    assert!(!track.set_muted(false) && track.muted(), "an ended track is not unmuted");
    assert!(track.set_enabled(true) && track.enabled() && !track.is_live());
    assert_eq!((track.label.as_str(), track.kind.name()), ("Cam", "video"));
    let left: Vec<_> = track.settings.iter().map(|(property, _)| *property).collect();
    assert_eq!(left, [Property::FacingMode]);
}

#[test]
fn a_stream_is_a_set_of_tracks_with_an_id_of_its_own() {
    covers!("STR-02", "STR-07");
    let [one, two] = [TrackId::random(), TrackId::random()];
    let mut stream = MediaStream::new([one, one, two]);
    assert_eq!(stream.tracks(), [one, two]);
    stream.add_track(two);
    stream.remove_track(one);
    stream.remove_track(one);
    assert_eq!(stream.tracks(), [two]);
    let id = stream.id.to_string();
    assert_eq!((id.len(), &id[14..15]), (36, "4"));
    assert_ne!(stream.id, MediaStream::new([two]).id);
}

#[test]
fn dictionaries_are_plain_data() {
    covers!("LEG-08");
    let device = camera("cam", &[(320, 240, 30), (1920, 1080, 15)]);
    let text = ron::to_string(&device.capabilities).unwrap();
    assert_eq!(ron::from_str::<capture_lab::model::Capabilities>(&text).unwrap(), device.capabilities);
    let settings = choose_on(&device, "{}").unwrap().settings;
    let text = ron::to_string(&settings).unwrap();
    assert_eq!(ron::from_str::<Settings>(&text).unwrap(), settings);
}

#[test]
fn an_exact_rate_is_kept_as_the_fraction_it_is() {
    covers!("CON-13");
    let ntsc = FrameRate::new(60_000, 2002);
    assert_eq!((ntsc.numerator(), ntsc.denominator(), ntsc.to_string().as_str()), (30_000, 1001, "29.97"));
    let video = VideoMode { frame_rate: RateExtent::One(ntsc), ..mode(640, 480, 1) };
    let device = DeviceInfo { modes: vec![Mode::Video(video)], ..camera("cam", &[]) };
    assert_eq!(rate(&choose_on(&device, r#"{"frameRate":{"exact":29.97003}}"#).unwrap()), ntsc);
}

#[test]
fn of_a_range_of_rates_the_fraction_is_taken_that_was_meant() {
    covers!("CON-13", "FRM-01");
    let range = |min, max| RateExtent::Range { min: FrameRate::new(min, 1), max: FrameRate::new(max, 1) };
    let camera_of = |frame_rate| {
        let video = VideoMode { frame_rate, ..mode(640, 480, 1) };
        DeviceInfo { modes: vec![Mode::Video(video)], ..camera("cam", &[]) }
    };
    let any = camera_of(range(1, 60));
    for (wanted, (numerator, denominator)) in [
        ("29.97", (2997, 100)),
        ("29.97003", (30_000, 1001)),
        ("23.976", (2997, 125)),
        ("23.97602", (24_000, 1001)),
        ("59.94006", (60_000, 1001)),
        ("12.5", (25, 2)),
        ("30", (30, 1)),
        ("24.975", (999, 40)),
    ] {
        let chosen = choose_on(&any, &format!(r#"{{"frameRate":{{"exact":{wanted}}}}}"#)).unwrap();
        assert_eq!(rate(&chosen), FrameRate::new(numerator, denominator), "{wanted}");
    }
    assert_eq!(rate(&choose_on(&any, r#"{"frameRate":100}"#).unwrap()), FrameRate::new(60, 1));
    assert_eq!(rate(&choose_on(&any, "{}").unwrap()), FrameRate::new(30, 1), "the default");
    // Left out frames make 10 of 20: the slowest rate that the camera has for it.
    let fast = camera_of(range(15, 60));
    for (wanted, native) in [(10, 20), (15, 15), (7, 21), (20, 20)] {
        let chosen = scaled_on(&fast, &format!(r#"{{"frameRate":{{"exact":{wanted}}}}}"#)).map(|chosen| rate(&chosen));
        assert_eq!(chosen.ok(), Some(FrameRate::new(native, 1)), "{wanted}");
    }
}

#[test]
fn points_of_interest_are_equal_or_they_are_not() {
    // AMB-11: no formula exists.
    covers!("IMG-07");
    let rules = Rules::new(TrackKind::Video, Context::ApplyConstraints);
    let points = |places: &[(f64, f64)]| Value::Points(places.iter().map(|(x, y)| Point::new(*x, *y)).collect());
    let settings = Settings::default().with(Property::PointsOfInterest, points(&[(0.5, 0.5), (1.0, 0.0)]));
    let distance = |json: &str| {
        let constraints = parse_track_constraints(json).unwrap().constraints;
        total_distance(&rules, &constraints.basic, &settings)
    };
    let same = r#"[{"x":0.5,"y":0.5},{"x":7,"y":-1}]"#;
    assert!(distance(&format!(r#"{{"pointsOfInterest":{{"exact":{same}}}}}"#)).abs() < 1e-9, "7 is moved to the edge");
    assert!((distance(r#"{"pointsOfInterest":[{"x":0.5,"y":0.5}]}"#) - 1.0).abs() < 1e-9);
    assert!(distance(r#"{"pointsOfInterest":{"exact":[{"x":0}]}}"#).is_infinite());
    assert!(distance(r#"{"pointsOfInterest":{"exact":[]}}"#).abs() < 1e-9, "an empty list constrains nothing");
}
