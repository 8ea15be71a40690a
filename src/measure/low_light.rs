//! A camera that takes fewer pictures than it was set to, since it exposes each for longer.

use std::collections::VecDeque;
use std::fmt;
use std::time::Duration;

use crate::model::{Capabilities, Capability, Constraint, MediaTrackConstraints, Property, Settings, Timestamp};

/// A camera that is slower than it was set to by this factor is slower on purpose.
const SLOWER: f64 = 1.15;
/// An exposure that takes this part of an interval explains it.
const FILLS: f64 = 0.8;
/// An exposure that takes less of an interval does not slow the camera down, even where it has risen.
const COUNTS: f64 = 0.4;
/// An exposure has risen where it is longer by this factor.
const ROSE: f64 = 1.3;
/// Units of `exposureTime` (100 µs) in a second.
const UNITS: f64 = 10_000.0;

/// What is known of a camera's exposure.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Exposure {
    /// How long, in milliseconds.
    pub time_ms: Option<f64>,
    /// Whether the camera chooses it (`exposureMode` is not `manual`).
    pub is_automatic: Option<bool>,
    /// Whether it may lower the rate (V4L2's `exposure_dynamic_framerate`); `None` where the camera does not say.
    pub may_lower_rate: Option<bool>,
}

impl Exposure {
    /// What the settings of a track tell.
    pub fn of_settings(settings: &Settings) -> Self {
        Self {
            time_ms: settings.number(Property::ExposureTime).map(|units| units * 1e3 / UNITS),
            is_automatic: settings.text(Property::ExposureMode).map(|mode| mode != "manual"),
            may_lower_rate: None,
        }
    }
}

/// Why the camera exposes for so long, as far as can be told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LowLightCause {
    /// The exposure rose while the rate fell.
    Rose,
    /// The exposure takes up the interval.
    Long,
    /// The camera chooses an exposure that it does not tell.
    Likely,
    /// The exposure is set by hand, too long for the rate.
    ByHand,
}

/// A camera that takes fewer pictures than it was set to, and the exposure that explains it. As text it is a sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LowLight {
    /// Frames per second that the driver granted.
    pub granted_fps: f64,
    /// Frames per second that the camera takes.
    pub produced_fps: f64,
    /// The exposure while the rate was kept, in milliseconds.
    pub before_ms: Option<f64>,
    /// The exposure now, in milliseconds.
    pub now_ms: Option<f64>,
    /// Why.
    pub cause: LowLightCause,
}

impl fmt::Display for LowLight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { granted_fps, produced_fps, before_ms, now_ms, cause } = *self;
        let (from, to) = (short(granted_fps), short(produced_fps));
        let now = now_ms.map_or_else(|| "an unknown time".to_owned(), |now| format!("{} ms", short(now)));
        match cause {
            LowLightCause::Rose => {
                let before = short(before_ms.unwrap_or_default());
                write!(
                    f,
                    "the rate fell from {from} to {to} while the exposure rose from {before} ms to {now}: the camera lengthens the exposure in low light"
                )
            }
            LowLightCause::Long => write!(
                f,
                "the rate is {to} and not {from} while the exposure is {now}: the camera lengthens the exposure in low light"
            ),
            LowLightCause::Likely => write!(
                f,
                "the rate is {to} and not {from}, evenly, while the camera chooses the exposure and does not tell it: most likely it lengthens the exposure in low light"
            ),
            LowLightCause::ByHand => write!(
                f,
                "the rate is {to} and not {from} since the exposure is set to {now}, which is too long for {from} per second"
            ),
        }
    }
}

/// One decimal at most.
fn short(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// Whether the exposure explains that a camera is slow. `granted_fps` is what the driver granted, `produced_fps` what the
/// camera takes by the median of the intervals between its frames, so that neither drops nor a stall lower it.
/// `before_ms` is the exposure while the rate was kept, where it is known.
pub fn low_light(granted_fps: f64, produced_fps: f64, exposure: Exposure, before_ms: Option<f64>) -> Option<LowLight> {
    if !(produced_fps > 0.0 && granted_fps >= produced_fps * SLOWER) {
        return None;
    }
    let interval_ms = 1e3 / produced_fps;
    let is_long = exposure.time_ms.is_some_and(|time| time >= interval_ms * FILLS);
    let has_risen = exposure.time_ms.zip(before_ms).is_some_and(|(now, before)| now >= before * ROSE);
    let cause = match (exposure.is_automatic, exposure.may_lower_rate) {
        (Some(false), _) => is_long.then_some(LowLightCause::ByHand),
        (_, Some(false)) => None,
        _ if has_risen && exposure.time_ms >= Some(interval_ms * COUNTS) => Some(LowLightCause::Rose),
        _ if is_long => Some(LowLightCause::Long),
        (Some(true), _) if exposure.time_ms.is_none() => Some(LowLightCause::Likely),
        _ => None,
    };
    cause.map(|cause| LowLight { granted_fps, produced_fps, before_ms, now_ms: exposure.time_ms, cause })
}

/// The rate is seen to fall as late as this: an exposure that is told of at once is not the one before.
const SETTLES: Duration = Duration::from_secs(2);

/// Remembers the exposure while the rate was kept.
#[derive(Debug, Default)]
pub(super) struct LowLightWatch {
    settled_ms: Option<f64>,
    /// The exposures of the last two seconds in which the rate was kept.
    recent: VecDeque<(Timestamp, f64)>,
    /// When the rate was seen to fall, while it is low.
    fell_at: Option<Timestamp>,
}

impl LowLightWatch {
    /// What the rate of the camera tells at a time, together with its exposure.
    pub(super) fn infer(
        &mut self,
        at: Timestamp,
        granted_fps: f64,
        produced_fps: f64,
        exposure: Exposure,
    ) -> Option<LowLight> {
        if produced_fps * SLOWER > granted_fps {
            self.fell_at = None;
            self.recent.extend(exposure.time_ms.map(|time| (at, time)));
        } else {
            self.fell_at.get_or_insert(at);
        }
        let until = self.fell_at.unwrap_or(at);
        while let Some((_, time)) = self.recent.pop_front_if(|(seen, _)| until.since(*seen) >= SETTLES) {
            self.settled_ms = Some(time);
        }
        let before_ms = self.settled_ms.or_else(|| self.recent.front().map(|(_, time)| *time));
        low_light(granted_fps, produced_fps, exposure, before_ms)
    }
}

/// The constraints of a track with an exposure by hand that leaves room for `fps` frames per second, no longer than the
/// present one; `None` of a camera whose exposure cannot be set.
pub fn pin_exposure(
    constraints: &MediaTrackConstraints,
    capabilities: &Capabilities,
    settings: &Settings,
    fps: f64,
) -> Option<MediaTrackConstraints> {
    let is_manual = |list: &Vec<_>| list.iter().any(|mode| *mode == "manual".into());
    let has_manual =
        matches!(capabilities.get(Property::ExposureMode), Some(Capability::List(list)) if is_manual(list));
    let (Capability::Steps { min, max, .. } | Capability::Range { min, max }) =
        capabilities.get(Property::ExposureTime).filter(|_| has_manual)?
    else {
        return None;
    };
    let present = settings.number(Property::ExposureTime).unwrap_or(f64::INFINITY);
    let time = (UNITS / fps.max(f64::MIN_POSITIVE)).floor().min(present).min(*max).max(*min);
    let mut pinned = constraints.clone();
    let exposure =
        [(Property::ExposureMode, Constraint::ideal("manual")), (Property::ExposureTime, Constraint::ideal(time))];
    for (property, constraint) in exposure {
        pinned.advanced.iter_mut().for_each(|set| set.retain(|other| other != property));
        pinned.basic.set(property, constraint);
    }
    Some(pinned)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn automatic(time_ms: Option<f64>) -> Exposure {
        Exposure { time_ms, is_automatic: Some(true), may_lower_rate: None }
    }

    fn cause(produced: f64, exposure: Exposure, before: Option<f64>) -> Option<LowLightCause> {
        low_light(30.0, produced, exposure, before).map(|found| found.cause)
    }

    #[test]
    fn a_rate_that_falls_while_the_exposure_rises_is_explained() {
        let found = low_light(30.0, 15.0, automatic(Some(66.0)), Some(10.0)).unwrap();
        assert_eq!(
            found.to_string(),
            "the rate fell from 30 to 15 while the exposure rose from 10 ms to 66 ms: the camera lengthens the exposure in low light"
        );
        let likely = low_light(29.97, 7.5, automatic(None), None).unwrap().to_string();
        assert!(likely.starts_with("the rate is 7.5 and not 30, evenly"), "{likely}");
    }

    #[test]
    fn only_an_exposure_that_takes_the_time_explains_it() {
        let by_hand = |time| Exposure { is_automatic: Some(false), ..automatic(Some(time)) };
        for (produced, exposure, before, wanted) in [
            (30.0, automatic(Some(33.0)), None, None),
            (27.0, automatic(Some(33.0)), Some(10.0), None),
            (15.0, automatic(Some(66.0)), Some(10.0), Some(LowLightCause::Rose)),
            (15.0, automatic(Some(66.0)), None, Some(LowLightCause::Long)),
            (15.0, automatic(Some(10.0)), Some(10.0), None),
            (15.0, automatic(Some(10.0)), Some(5.0), None),
            (15.0, automatic(None), None, Some(LowLightCause::Likely)),
            (15.0, Exposure::default(), None, None),
            (15.0, Exposure { time_ms: Some(66.0), ..Exposure::default() }, None, Some(LowLightCause::Long)),
            (15.0, Exposure { may_lower_rate: Some(false), ..automatic(Some(66.0)) }, Some(10.0), None),
            (15.0, by_hand(66.0), None, Some(LowLightCause::ByHand)),
            (15.0, by_hand(10.0), None, None),
            (0.0, automatic(Some(66.0)), Some(10.0), None),
        ] {
            assert_eq!(cause(produced, exposure, before), wanted, "{produced} {exposure:?} {before:?}");
        }
    }

    #[test]
    fn the_exposure_is_remembered_from_when_the_rate_was_kept() {
        let mut watch = LowLightWatch::default();
        let mut seen = |millis: u64, produced, time| {
            watch.infer(Timestamp::from_nanos(millis * 1_000_000), 30.0, produced, automatic(Some(time)))
        };
        assert_eq!(seen(1000, 30.0, 10.0), None);
        assert_eq!(seen(2000, 29.0, 12.0), None);
        assert_eq!(seen(3900, 30.0, 66.0), None, "the exposure is told of before the rate is seen to fall");
        seen(4100, 22.0, 66.0);
        let found = seen(9000, 15.0, 66.0).unwrap();
        assert_eq!((found.before_ms, found.now_ms, found.cause), (Some(12.0), Some(66.0), LowLightCause::Rose));
    }

    #[test]
    fn a_pinned_exposure_leaves_room_for_the_rate() {
        let constraints = MediaTrackConstraints::default();
        let modes = Capabilities::default().with_list(Property::ExposureMode, ["continuous", "manual"]);
        let able = modes.clone().with_range(Property::ExposureTime, 1.0, 5000.0);
        let pinned = |settings: &Settings, fps| {
            let pinned = pin_exposure(&constraints, &able, settings, fps)?;
            let mode = pinned.basic.get(Property::ExposureMode).cloned();
            assert_eq!(mode, Some(Constraint::ideal("manual")));
            pinned.basic.get(Property::ExposureTime)?.ideal.as_ref()?.first()?.as_number()
        };
        let settings = |time: f64| Settings::default().with(Property::ExposureTime, time);
        assert_eq!((pinned(&settings(660.0), 30.0), pinned(&settings(100.0), 30.0)), (Some(333.0), Some(100.0)));
        assert_eq!((pinned(&Settings::default(), 60.0), pinned(&settings(1.0), 90_000.0)), (Some(166.0), Some(1.0)));
        let fixed = Capabilities::default().with_range(Property::ExposureTime, 1.0, 5000.0);
        for unable in [Capabilities::default(), modes, fixed] {
            assert_eq!(pin_exposure(&constraints, &unable, &settings(660.0), 30.0), None);
        }
    }
}
