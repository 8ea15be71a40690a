//! `SelectSettings` over several devices (`#dfn-selectsettings`, `#dom-mediadevices-getusermedia`).

use std::cmp::Ordering;

use crate::model::{
    ChosenMode, ConstraintSet, DeviceInfo, ErrorName, MediaError, MediaTrackConstraints, PixelFormat, Settings,
    TrackKind,
};

use super::candidates::{DEFAULTS, Dictionary, dictionaries};
use super::failure;
use super::fitness::{In, total_distance, total_in, value_distance};

/// Distances that differ by less are equal (FIT-11).
const TIE: f64 = 1e-9;

/// A device that may be chosen.
#[derive(Clone, Copy, Debug)]
pub struct Candidate<'a> {
    /// The device.
    pub device: &'a DeviceInfo,
    /// The mode that it must keep, because other tracks use it (APP-09); `None` where any will do.
    pub fixed_mode: Option<ChosenMode>,
}

/// What was chosen on one device.
#[derive(Clone, Debug, PartialEq)]
pub struct Selection {
    /// Which of the candidates, counted from 0.
    pub candidate: usize,
    /// The mode to open it in.
    pub mode: ChosenMode,
    /// The settings of the track.
    pub settings: Settings,
    /// The fitness distance to the basic set.
    pub fitness: f64,
    /// Which of the advanced sets were kept, in order.
    pub advanced: Vec<bool>,
}

/// Selects the settings of a track: the best of each device that can satisfy the constraints, best device first
/// (GUM-08, GUM-09), so that the next can be tried where one does not open (GUM-10). Ties go to what is nearest to
/// 640×480 at 30 fps and the other defaults, then to the smallest mode, then to the first device and mode (SEL-08).
///
/// # Errors
/// `NotFoundError` where there is no candidate, `OverconstrainedError` where none can satisfy the required constraints;
/// its message names the nearest available values (OVR-05, OVR-06).
pub fn select(
    kind: TrackKind,
    candidates: &[Candidate<'_>],
    constraints: &MediaTrackConstraints,
    pixel_format: Option<PixelFormat>,
) -> Result<Vec<Selection>, MediaError> {
    if candidates.is_empty() {
        return Err(not_found(kind));
    }
    let constraints = applicable(kind, constraints);
    let sets: Vec<_> = std::iter::once(&constraints.basic).chain(&constraints.advanced).collect();
    let all: Vec<_> = candidates
        .iter()
        .map(|candidate| dictionaries(kind, candidate.device, candidate.fixed_mode, &sets, pixel_format))
        .collect();
    let mut ranked: Vec<_> =
        all.iter().enumerate().filter_map(|(index, dictionaries)| best_of(index, dictionaries, &constraints)).collect();
    if ranked.is_empty() {
        return Err(failure::explain(kind, candidates, &all, &constraints.basic, pixel_format));
    }
    ranked.sort_by(Ranked::compare);
    Ok(ranked.into_iter().map(|ranked| ranked.selection).collect())
}

fn not_found(kind: TrackKind) -> MediaError {
    let device = match kind {
        TrackKind::Audio => "microphone",
        TrackKind::Video => "camera",
    };
    let message = format!("No {device} was found: plug one in, or add a virtual one with --virtual builtin.");
    MediaError::new(ErrorName::NotFoundError, message)
}

/// Without the names that the standard does not define for the kind (GUM-05).
fn applicable(kind: TrackKind, constraints: &MediaTrackConstraints) -> MediaTrackConstraints {
    let mut constraints = constraints.clone();
    for set in std::iter::once(&mut constraints.basic).chain(&mut constraints.advanced) {
        set.retain(|property| property.applies_to(kind));
    }
    constraints
}

/// A selection with what ranks it among devices.
struct Ranked {
    selection: Selection,
    default_distance: f64,
    area: u64,
}

impl Ranked {
    /// Best first: advanced sets kept, earliest first; fitness; the tie-break of SEL-08.
    fn compare(&self, other: &Self) -> Ordering {
        let (one, two) = (&self.selection, &other.selection);
        two.advanced
            .cmp(&one.advanced)
            .then_with(|| compare(one.fitness, two.fitness))
            .then_with(|| compare(self.default_distance, other.default_distance))
            .then_with(|| self.area.cmp(&other.area))
            .then_with(|| one.candidate.cmp(&two.candidate))
    }
}

fn compare(one: f64, two: f64) -> Ordering {
    if (one - two).abs() <= TIE { Ordering::Equal } else { one.total_cmp(&two) }
}

/// The algorithm on one device (SEL-01..07).
fn best_of(index: usize, dictionaries: &[Dictionary], constraints: &MediaTrackConstraints) -> Option<Ranked> {
    let finite = |dictionary: &&Dictionary| total_distance(&constraints.basic, &dictionary.settings).is_finite();
    let mut kept: Vec<_> = dictionaries.iter().filter(finite).collect();
    let advanced: Vec<_> = constraints.advanced.iter().map(|set| keep_if_any(&mut kept, set)).collect();
    let least = kept.iter().map(|one| total_distance(&constraints.basic, &one.settings)).fold(f64::INFINITY, f64::min);
    kept.into_iter()
        .filter(|one| total_distance(&constraints.basic, &one.settings) <= least + TIE)
        .map(|one| Ranked {
            selection: Selection {
                candidate: index,
                mode: one.mode,
                settings: one.settings.clone(),
                fitness: total_distance(&constraints.basic, &one.settings),
                advanced: advanced.clone(),
            },
            default_distance: default_distance(&one.settings),
            area: area(one.mode),
        })
        .reduce(|best, one| if one.compare(&best) == Ordering::Less { one } else { best })
}

/// SEL-04: keeps the dictionaries that satisfy an advanced set, where any does. Returns whether.
fn keep_if_any(kept: &mut Vec<&Dictionary>, set: &ConstraintSet) -> bool {
    let holds = |one: &&Dictionary| total_in(set, &one.settings, In::Advanced).is_finite();
    let any = kept.iter().any(&holds);
    if any {
        kept.retain(|one| holds(one));
    }
    any
}

fn default_distance(settings: &Settings) -> f64 {
    DEFAULTS
        .iter()
        .filter_map(|(property, default)| {
            Some(value_distance(*property, settings.get(*property)?, &default.to_value()))
        })
        .sum()
}

fn area(mode: ChosenMode) -> u64 {
    match mode {
        ChosenMode::Video(mode) => u64::from(mode.width) * u64::from(mode.height),
        ChosenMode::Audio(_) => 0,
    }
}
