use capture_lab::model::{Constraint, ConstraintSet, MediaStreamConstraints, MediaTrackConstraints, Property, Value};

/// What is asked for.
pub fn constraints() -> MediaStreamConstraints {
    let mut video = MediaTrackConstraints::default();
    video.basic.insert(Property::DeviceId, Constraint { bare: Some(vec![Value::from("one"), Value::from("it's \"two\"\n")]), ..Constraint::default() });
    video.basic.insert(Property::FacingMode, Constraint { exact: Some(vec![Value::from("user"), Value::from("left")]), ideal: Some(vec![Value::from("user")]), ..Constraint::default() });
    video.basic.insert(Property::Width, Constraint { min: Some(320.0), max: Some(1920.0), ideal: Some(vec![Value::from(1280.0)]), ..Constraint::default() });
    video.basic.insert(Property::Height, Constraint::bare(720.0));
    video.basic.insert(Property::AspectRatio, Constraint::bare(1.7777777777777777));
    video.basic.insert(Property::FrameRate, Constraint::exact(29.97002997002997));
    video.basic.insert(Property::Torch, Constraint::default());
    video.basic.insert(Property::Zoom, Constraint::bare(true));
    let mut set = ConstraintSet::default();
    set.insert(Property::Width, Constraint::bare(1920.0));
    video.advanced.push(set);
    video.advanced.push(ConstraintSet::default());
    let mut set = ConstraintSet::default();
    set.insert(Property::Pan, Constraint { min: Some(-3600.0), ..Constraint::default() });
    set.insert(Property::Tilt, Constraint::bare(0.0));
    video.advanced.push(set);
    let mut audio = MediaTrackConstraints::default();
    audio.basic.insert(Property::SampleRate, Constraint { max: Some(4294967295.0), ..Constraint::default() });
    audio.basic.insert(Property::EchoCancellation, Constraint::bare("all"));
    audio.basic.insert(Property::AutoGainControl, Constraint::ideal(false));
    MediaStreamConstraints { video: Some(video), audio: Some(audio) }
}
