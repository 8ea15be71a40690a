//! The nouns: how they count, compare and print.

use std::time::Duration;

use capture_lab::model::{
    AudioMode, Backend, CameraMode, Capabilities, Capability, Cause, ChosenMode, Constraint, ConstraintSet, EventName,
    Extent, FrameRate, MicrophoneMode, Mode, PixelFormat, Property, RateExtent, ReasonKind, SampleFormat, Timestamp,
    Value, VideoMode, mode_lines,
};

use crate::bench::mode;

#[test]
fn a_rate_is_a_reduced_fraction_that_compares_and_has_an_interval() {
    let [ntsc, film, thirty] = [FrameRate::new(60_000, 2002), FrameRate::new(24, 1), FrameRate::new(30, 1)];
    assert_eq!(<(u32, u32)>::from(ntsc), (30_000, 1001));
    assert_eq!(FrameRate::from((30_000, 1001)), ntsc);
    assert_eq!(FrameRate::from_interval(1001, 30_000), ntsc);
    assert_eq!(FrameRate::new(0, 0), FrameRate::new(1, 1), "no part is 0");
    assert!(film < ntsc && ntsc < thirty && thirty > FrameRate::new(30_000, 1001));
    assert!(FrameRate::new(1, 3) < FrameRate::new(1, 2) && FrameRate::new(3, 2) > FrameRate::new(4, 3));
    assert_eq!(ntsc.partial_cmp(&thirty), Some(std::cmp::Ordering::Less));
    assert_eq!(ntsc.interval(), Duration::from_nanos(33_366_666));
    assert_eq!(FrameRate::new(25, 2).interval(), Duration::from_millis(80));
    assert_eq!([film, ntsc, FrameRate::new(25, 2)].map(|rate| rate.to_string()), ["24", "29.97", "12.5"]);
}

#[test]
fn points_in_time_are_subtracted_both_ways() {
    let at = Timestamp::from_nanos;
    assert_eq!(at(1_500).as_nanos(), 1_500);
    assert_eq!((at(1_500).since(at(500)), at(500).since(at(1_500))), (Duration::from_micros(1), Duration::ZERO));
    assert!((at(3_500_000_000).secs_since(at(1_000_000_000)) - 2.5).abs() < 1e-12);
    assert!((at(1_000_000_000).secs_since(at(3_500_000_000)) + 2.5).abs() < 1e-12);
    assert_eq!(at(1_000) + Duration::from_nanos(23), at(1_023));
    assert_eq!(at(u64::MAX) + Duration::from_secs(1), at(u64::MAX));
    assert_eq!(at(1_000).saturating_sub(Duration::from_nanos(1)), at(999));
    assert_eq!(at(1).saturating_sub(Duration::from_nanos(2)), at(0));
}

#[test]
fn a_pixel_format_is_four_characters_and_comes_back_from_its_text() {
    let yuyv = PixelFormat::from_u32(0x5659_5559);
    assert_eq!((yuyv, yuyv.to_u32(), yuyv.to_string().as_str()), (PixelFormat::YUYV, 0x5659_5559, "YUYV"));
    let big_endian = PixelFormat([b'Y', b'1', b'6', b' ' | 0x80]);
    for (format, text) in [(yuyv, "YUYV"), (big_endian, "Y16 -BE"), (PixelFormat(*b"Y16 "), "Y16 ")] {
        assert_eq!((format.to_string().as_str(), format!("{format:?}").as_str()), (text, text));
        assert_eq!((String::from(format).as_str(), text.parse()), (text, Ok(format)));
    }
    assert_eq!("Y16-BE".parse(), Ok(big_endian), "short ones are padded");
    assert_eq!(PixelFormat([0, b'a', b'b', b'c']).to_string(), "?abc");
    for wrong in ["", "-BE", "YUYV2", "Yü16"] {
        assert!(wrong.parse::<PixelFormat>().is_err(), "{wrong}");
    }
    let formats = [*b"YUYV", *b"NV12", *b"MJPG", *b"RGB3", *b"GREY", *b"H264", *b"JPEG"].map(PixelFormat);
    assert_eq!(formats.map(PixelFormat::is_decodable), [true, true, true, true, true, false, true]);
    assert_eq!(formats.map(PixelFormat::is_compressed), [false, false, true, false, false, true, true]);
}

#[test]
fn modes_are_written_for_people() {
    let video = |pixel_format, fps| Mode::Video(VideoMode { pixel_format, ..mode(640, 480, fps) });
    let ranges = VideoMode {
        width: Extent::Range { min: 32, max: 1920, step: 2 },
        height: Extent::Range { min: 32, max: 1080, step: 1 },
        frame_rate: RateExtent::Range { min: FrameRate::new(1, 1), max: FrameRate::new(60, 1) },
        pixel_format: PixelFormat(*b"H264"),
    };
    let sound = AudioMode {
        sample_rate: Extent::One(48_000),
        channels: Extent::Range { min: 1, max: 2, step: 1 },
        sample_format: SampleFormat::S16,
    };
    let modes = [
        video(PixelFormat::YUYV, 30),
        video(PixelFormat::MJPG, 60),
        video(PixelFormat::YUYV, 15),
        Mode::Video(ranges),
        Mode::Audio(sound),
    ];
    let expected = [
        "YUYV  640x480     30 15 fps",
        "MJPG  640x480     60 fps",
        "H264  32–1920/2x32–1080 (H.264 video, not decodable)  1–60 fps",
        "S16  48000 Hz  1–2 ch",
    ];
    assert_eq!(mode_lines(&modes), expected);
}

#[test]
fn a_chosen_mode_is_written_for_people() {
    let frame_rate = FrameRate::new(25, 2);
    let camera = CameraMode { width: 640, height: 360, frame_rate, pixel_format: PixelFormat::NV12 };
    let microphone = MicrophoneMode { sample_rate: 48_000, channels: 2, sample_format: SampleFormat::S16, period: 480 };
    assert_eq!(ChosenMode::Video(camera).to_string(), "640×360 at 12.5 fps, NV12");
    assert_eq!(ChosenMode::Audio(microphone).to_string(), "48000 Hz, 2 ch, S16");
}

#[test]
fn words_are_those_that_other_programs_rely_on() {
    capture_lab::covers!("EVT-02");
    let events = EventName::ALL.map(|name| name.to_string());
    assert_eq!(
        events.join(" "),
        "devicechange mute unmute ended addtrack removetrack configurationchange overconstrained request success error \
         stopped enabled stream permission source control overrun silence recording warning"
    );
    let causes = [Cause::User, Cause::Device, Cause::System, Cause::FaultInjection, Cause::Peer].map(Cause::name);
    assert_eq!(causes, ["user", "device", "system", "fault injection", "peer"]);
    let reasons = [
        ReasonKind::NoFrames,
        ReasonKind::NoSamples,
        ReasonKind::DeviceGone,
        ReasonKind::DriverError,
        ReasonKind::Suspended,
        ReasonKind::ServerGone,
        ReasonKind::PermissionRevoked,
        ReasonKind::Stopped,
    ];
    assert_eq!(
        reasons.map(ReasonKind::name).join(" "),
        "no-frames no-samples device-gone driver-error suspended server-gone permission-revoked stopped"
    );
    let backends = [Backend::V4l2, Backend::Nokhwa, Backend::Alsa, Backend::Pulse, Backend::Cpal, Backend::Virtual];
    let names = ["v4l2", "nokhwa", "alsa", "pulse", "cpal", "virtual"];
    assert_eq!(backends.map(|backend| backend.to_string()), names);
}

#[test]
fn values_are_written_with_few_decimals() {
    let values: [(Value, &str); 5] = [
        (1.777_777_8.into(), "1.7778"),
        (640_u32.into(), "640"),
        (0.02.into(), "0.02"),
        (true.into(), "true"),
        ("user".into(), "user"),
    ];
    assert!(values.iter().all(|(value, text)| value.to_string() == *text), "{values:?}");
}

#[test]
fn sets_and_capabilities_are_made_member_by_member() {
    let ideal = Constraint::ideal(7_u32);
    assert_eq!((ideal.ideal.as_deref(), ideal.exact.as_deref()), (Some(&[Value::Number(7.0)][..]), None));
    let set = ConstraintSet::default().with(Property::Width, ideal.clone());
    assert_eq!((set.get(Property::Width), set.is_empty()), (Some(&ideal), false));
    assert!(set.with(Property::Width, Constraint::default()).is_empty(), "an empty constraint removes");
    let capabilities = Capabilities::default().with_range(Property::Zoom, 1.0, 3.0).with_list(Property::Torch, [false]);
    assert_eq!(capabilities.get(Property::Zoom), Some(&Capability::Range { min: 1.0, max: 3.0 }));
    assert_eq!(capabilities.get(Property::Torch), Some(&Capability::List(vec![Value::Boolean(false)])));
    assert!(!capabilities.is_empty() && Capabilities::default().is_empty());
}
