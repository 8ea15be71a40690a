//! One device that serves several tracks (`#the-model-sources-sinks-constraints-and-settings`, APP-09): the mode is chosen so
//! that each of them gets what it requires, cropped, scaled and thinned out for itself.

use std::cmp::{Ordering, Reverse};

use crate::model::{
    CameraMode, ChosenMode, Constraint, DeviceInfo, Extent, MediaError, MediaTrackConstraints, Mode, PixelFormat,
    Property, RateExtent, Settings, Value,
};

use super::device::{Selection, select};
use super::rules::{Context, Rules};
use super::select::{Candidate, TIE, counted};

/// A track that uses the device already.
#[derive(Clone, Copy, Debug)]
pub struct Sharer<'a> {
    /// Its constraints.
    pub constraints: &'a MediaTrackConstraints,
    /// Its settings, which it keeps wherever that is possible.
    pub settings: &'a Settings,
    /// The pixel format, where the tester fixed it.
    pub pixel_format: Option<PixelFormat>,
}

/// How a device serves all of its tracks.
#[derive(Clone, Debug, PartialEq)]
pub struct Shared {
    /// What the newcomer gets, and the mode of the device.
    pub selection: Selection,
    /// The settings of the others, in their order.
    pub others: Vec<Settings>,
    /// The newcomer does without its wishes for controls, which would disturb the others.
    pub is_pinned: bool,
}

/// Selects the settings of one track, new or changed, on a device that serves others in its `present` mode. Another mode
/// is taken where all of them can be served in it. The first of these decides: whether the others keep size and rate, the
/// newcomer's advanced sets and fitness, the others' fitness, whether the device keeps its mode, cropping and scaling as
/// little as possible, the smallest and slowest mode.
///
/// # Errors
/// As [`select`], where the newcomer cannot be served beside the others.
pub fn share(
    rules: &Rules,
    device: &DeviceInfo,
    present: ChosenMode,
    constraints: &MediaTrackConstraints,
    pixel_format: Option<PixelFormat>,
    others: &[Sharer<'_>],
) -> Result<Shared, MediaError> {
    let mut best: Option<Plan> = None;
    for mode in modes(rules, device, present, constraints, pixel_format) {
        let is_its_format = |format: Option<PixelFormat>| mode == present || format.is_none_or(|one| has(mode, one));
        if !pixel_format.is_none_or(|one| has(mode, one))
            || !others.iter().all(|other| is_its_format(other.pixel_format))
        {
            continue;
        }
        // Where the newcomer's wishes for controls disturb the others, it does without them.
        let plan = plan(rules, device, mode, constraints, others);
        let plan = plan.or_else(|| {
            let mut plan = self::plan(rules, &device.pinned(), mode, constraints, others)?;
            plan.shared.is_pinned = true;
            Some(plan)
        });
        let Some(plan) = plan else { continue };
        if best.as_ref().is_none_or(|best| plan.compare(best, present) == Ordering::Less) {
            best = Some(plan);
        }
    }
    match best {
        Some(plan) => Ok(plan.shared),
        None => Err(in_mode(rules, device, present, constraints).err().unwrap_or_else(|| unserved(device))),
    }
}

fn unserved(device: &DeviceInfo) -> MediaError {
    MediaError::overconstrained(None, format!("{} cannot serve all of its tracks.", device.name()))
}

/// A device that runs in its `present` mode for others, as a newcomer finds it: its mode, another one where that serves all
/// of them, and the device itself, with its controls as they are where the others need them so.
pub fn beside(
    rules: &Rules,
    device: &DeviceInfo,
    present: ChosenMode,
    constraints: &MediaTrackConstraints,
    pixel_format: Option<PixelFormat>,
    others: &[Sharer<'_>],
) -> (DeviceInfo, ChosenMode) {
    match share(rules, device, present, constraints, pixel_format, others) {
        Ok(Shared { selection, is_pinned: false, .. }) => (device.clone(), selection.mode),
        Ok(Shared { selection, .. }) => (device.pinned(), selection.mode),
        Err(_) => (device.pinned(), present),
    }
}

/// The settings of a track on a device that runs in this mode: those that it had where the mode gives them, else what its
/// constraints select, else anything, for settings never lie.
pub fn settle_in(rules: &Rules, device: &DeviceInfo, mode: ChosenMode, track: &Sharer<'_>) -> Option<Settings> {
    let free = MediaTrackConstraints::default();
    served(rules, device, mode, track)
        .map(|(selection, _)| selection.settings)
        .or_else(|| in_mode(rules, device, mode, &free).ok().map(|selection| selection.settings))
}

/// One way to serve all.
struct Plan {
    shared: Shared,
    changes_others: bool,
    others_fitness: f64,
}

impl Plan {
    fn compare(&self, other: &Self, present: ChosenMode) -> Ordering {
        let (one, two) = (&self.shared.selection, &other.shared.selection);
        self.changes_others
            .cmp(&other.changes_others)
            .then_with(|| two.advanced.cmp(&one.advanced))
            .then_with(|| compare(one.fitness, two.fitness))
            .then_with(|| compare(self.others_fitness, other.others_fitness))
            .then_with(|| (one.mode != present).cmp(&(two.mode != present)))
            .then_with(|| is_resized(one).cmp(&is_resized(two)))
            .then_with(|| area(one.mode).cmp(&area(two.mode)))
            .then_with(|| compare(rate(one.mode), rate(two.mode)))
    }
}

fn compare(one: f64, two: f64) -> Ordering {
    if (one - two).abs() <= TIE { Ordering::Equal } else { one.total_cmp(&two) }
}

fn is_resized(selection: &Selection) -> bool {
    selection.settings.text(Property::ResizeMode) == Some("crop-and-scale")
}

fn area(mode: ChosenMode) -> u64 {
    match mode {
        ChosenMode::Video(mode) => u64::from(mode.width) * u64::from(mode.height),
        ChosenMode::Audio(_) => 0,
    }
}

fn rate(mode: ChosenMode) -> f64 {
    match mode {
        ChosenMode::Video(mode) => mode.frame_rate.as_f64(),
        ChosenMode::Audio(_) => 0.0,
    }
}

fn has(mode: ChosenMode, format: PixelFormat) -> bool {
    matches!(mode, ChosenMode::Video(mode) if mode.pixel_format == format)
}

fn plan(
    rules: &Rules,
    device: &DeviceInfo,
    mode: ChosenMode,
    constraints: &MediaTrackConstraints,
    others: &[Sharer<'_>],
) -> Option<Plan> {
    let selection = in_mode(rules, device, mode, constraints).ok()?;
    let set = device.set_to(&selection.settings).pinned();
    let mut plan = Plan {
        shared: Shared { selection, others: Vec::new(), is_pinned: false },
        changes_others: false,
        others_fitness: 0.0,
    };
    for other in others {
        let (selection, keeps) = served(rules, &set, mode, other)?;
        plan.changes_others |= !keeps;
        plan.others_fitness += selection.fitness;
        plan.shared.others.push(selection.settings);
    }
    Some(plan)
}

/// What a track that uses the device already gets in a mode, and whether it keeps what it has.
fn served(rules: &Rules, device: &DeviceInfo, mode: ChosenMode, track: &Sharer<'_>) -> Option<(Selection, bool)> {
    let call = Rules { context: Context::GetUserMedia, ..rules.clone() };
    let rules = Rules { context: Context::ApplyConstraints, ..rules.clone() };
    let constraints = counted(&call, track.constraints);
    let mut kept = constraints.clone();
    for property in KEPT {
        if let Some(value) = track.settings.get(property) {
            kept.basic.set(property, exactly(value.clone()));
        }
    }
    let selected = |constraints| in_mode(&rules, device, mode, constraints).ok();
    selected(&kept).map(|selection| (selection, true)).or_else(|| Some((selected(&constraints)?, false)))
}

/// What a track notices when it changes.
const KEPT: [Property; 7] = [
    Property::Width,
    Property::Height,
    Property::FrameRate,
    Property::SampleRate,
    Property::SampleSize,
    Property::ChannelCount,
    Property::Latency,
];

fn exactly(value: Value) -> Constraint {
    Constraint { exact: Some(vec![value]), ..Constraint::default() }
}

fn in_mode(
    rules: &Rules,
    device: &DeviceInfo,
    mode: ChosenMode,
    constraints: &MediaTrackConstraints,
) -> Result<Selection, MediaError> {
    let candidates = [Candidate { device, fixed_mode: Some(mode) }];
    let first = select(rules, &candidates, constraints, None)?.into_iter().next();
    first.ok_or_else(|| unserved(device))
}

/// The modes that come into question: the present one, what the newcomer would choose, and all that the device lists.
fn modes(
    rules: &Rules,
    device: &DeviceInfo,
    present: ChosenMode,
    constraints: &MediaTrackConstraints,
    pixel_format: Option<PixelFormat>,
) -> Vec<ChosenMode> {
    let candidates = [Candidate { device, fixed_mode: None }];
    let alone = select(rules, &candidates, constraints, pixel_format).unwrap_or_default();
    let mut modes = vec![present];
    let listed = device.modes.iter().filter_map(|mode| listed(mode, pixel_format));
    for mode in alone.into_iter().map(|selection| selection.mode).chain(listed) {
        if !modes.contains(&mode) {
            modes.push(mode);
        }
    }
    modes.sort_by_key(|mode| Reverse(*mode == present));
    modes
}

fn listed(mode: &Mode, wanted: Option<PixelFormat>) -> Option<ChosenMode> {
    let Mode::Video(mode) = mode else { return None };
    let (Extent::One(width), Extent::One(height), RateExtent::One(frame_rate)) =
        (mode.width, mode.height, mode.frame_rate)
    else {
        return None;
    };
    let pixel_format = mode.pixel_format;
    let is_meant = pixel_format.is_decodable() || wanted == Some(pixel_format);
    is_meant.then_some(ChosenMode::Video(CameraMode { width, height, frame_rate, pixel_format }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{FrameRate, MediaDeviceKind, TrackKind, VideoMode};
    use crate::selection::{capabilities, parse_track_constraints};

    /// 640x480 at 60 and 30, 1280x720 at 30, 1920x1080 at 15; all in NV12.
    fn camera() -> DeviceInfo {
        let mut device = DeviceInfo::bare(MediaDeviceKind::VideoInput, "Cam", "/dev/video0");
        let mode = |width, height, rate| {
            Mode::Video(VideoMode {
                width: Extent::One(width),
                height: Extent::One(height),
                frame_rate: RateExtent::One(FrameRate::new(rate, 1)),
                pixel_format: PixelFormat::NV12,
            })
        };
        device.modes = vec![mode(640, 480, 60), mode(640, 480, 30), mode(1280, 720, 30), mode(1920, 1080, 15)];
        device.capabilities = capabilities(&device.device_id, &device.group_id, None, &device.modes);
        device
    }

    fn parsed(json: &str) -> MediaTrackConstraints {
        parse_track_constraints(json).unwrap().constraints
    }

    fn rules() -> Rules {
        Rules::new(TrackKind::Video, Context::ApplyConstraints)
    }

    /// What the first track, opened alone, and the second get, and the width of the mode.
    fn shared(first: &str, second: &str) -> Result<(String, String, u32), MediaError> {
        let (device, first, second) = (camera(), parsed(first), parsed(second));
        let alone = [Candidate { device: &device, fixed_mode: None }];
        let opened = select(&rules(), &alone, &first, None)?.remove(0);
        let other = Sharer { constraints: &first, settings: &opened.settings, pixel_format: None };
        let shared = share(&rules(), &device, opened.mode, &second, None, &[other])?;
        let ChosenMode::Video(mode) = shared.selection.mode else { unreachable!() };
        let text = |settings: &Settings| {
            let number = |property| settings.number(property).unwrap();
            format!(
                "{}x{}@{} {}",
                number(Property::Width),
                number(Property::Height),
                number(Property::FrameRate),
                settings.text(Property::ResizeMode).unwrap()
            )
        };
        Ok((text(&shared.others[0]), text(&shared.selection.settings), mode.width))
    }

    #[test]
    fn a_smaller_size_is_scaled_from_the_present_mode() {
        crate::covers!("RSZ-08");
        // SEQ-08: not from a mode of its own.
        let (first, second, width) =
            shared(r#"{"width":{"exact":1280},"height":{"exact":720}}"#, r#"{"width":{"exact":320}}"#).unwrap();
        assert_eq!((first.as_str(), second.as_str(), width), ("1280x720@30 none", "320x180@30 crop-and-scale", 1280));
    }

    #[test]
    fn a_larger_size_takes_the_device_along_and_the_others_keep_theirs() {
        let (first, second, width) =
            shared(r#"{"width":{"exact":640},"frameRate":{"exact":30}}"#, r#"{"width":{"exact":1280}}"#).unwrap();
        assert_eq!((second.as_str(), width), ("1280x720@30 none", 1280));
        assert_eq!(first, "640x480@30 crop-and-scale");
    }

    #[test]
    fn an_ideal_does_not_cost_another_track_its_rate() {
        let (first, second, width) = shared(r#"{"frameRate":{"ideal":60}}"#, r#"{"width":{"ideal":1920}}"#).unwrap();
        assert_eq!((first.as_str(), width), ("640x480@60 none", 640));
        assert!(second.starts_with("640x480"), "{second}");
    }

    #[test]
    fn a_requirement_may_cost_another_track_its_ideal() {
        let (first, second, width) = shared(r#"{"frameRate":{"ideal":60}}"#, r#"{"width":{"exact":1920}}"#).unwrap();
        assert_eq!((second.as_str(), width), ("1920x1080@15 none", 1920));
        assert!(first.contains("@15 "), "{first}");
    }

    #[test]
    fn requirements_that_exclude_each_other_reject_the_newcomer() {
        let error = shared(r#"{"frameRate":{"exact":60}}"#, r#"{"width":{"exact":1920}}"#).unwrap_err();
        assert_eq!(error.constraint, Some(Property::Width));
        assert!(error.message.contains("since other tracks use it too"), "{}", error.message);
        let native = r#"{"width":{"exact":640},"resizeMode":{"exact":"none"}}"#;
        let error = shared(native, r#"{"width":{"exact":1280}}"#).unwrap_err();
        assert_eq!(error.constraint, Some(Property::Width));
    }
}
