//! Selection among devices as the lab lists them.

use std::collections::HashMap;

use crate::model::{
    ChosenMode, ErrorName, MediaError, MediaTrackConstraints, PixelFormat, Property, Settings, TrackKind,
};

use super::explain::{self, ModeLine, Relaxation};
use super::failure;
use super::mentions::Mentions;
use super::request::check_required;
use super::rules::{Context, Rules};
use super::select::{Candidate, TIE, choose, counted};
use super::subject::DeviceSubject;

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
/// (GUM-08, GUM-09), so that the next can be tried where one does not open (GUM-10).
///
/// # Errors
/// In the order of GUM-03: `NotFoundError` where there is no candidate, `TypeError` where a name is required that may not
/// be (GUM-04), `OverconstrainedError` where none can satisfy the required constraints; its message names the nearest
/// available values (OVR-05, OVR-06).
pub fn select(
    rules: &Rules,
    candidates: &[Candidate<'_>],
    constraints: &MediaTrackConstraints,
    pixel_format: Option<PixelFormat>,
) -> Result<Vec<Selection>, MediaError> {
    if candidates.is_empty() {
        return Err(not_found(rules.kind));
    }
    let constraints = counted(rules, constraints);
    if rules.context == Context::GetUserMedia {
        check_required(&constraints)?;
    }
    let mentions = Mentions::of(std::iter::once(&constraints.basic).chain(&constraints.advanced));
    let devices: Vec<_> = candidates
        .iter()
        .map(|one| DeviceSubject::new(rules.kind, one.device, one.fixed_mode, &mentions, pixel_format))
        .collect();
    let subjects: Vec<_> = devices.iter().map(|device| device.subject.clone()).collect();
    let choices = choose(rules, &subjects, &constraints);
    if choices.is_empty() {
        return Err(failure::explain(rules, candidates, &subjects, &constraints.basic, pixel_format));
    }
    let selections = choices.into_iter().filter_map(|choice| {
        let mode = devices.get(choice.subject)?.mode(choice.shape, &choice.settings)?;
        let (settings, advanced) = (choice.settings, choice.advanced);
        Some(Selection { candidate: choice.subject, mode, settings, fitness: choice.fitness, advanced })
    });
    Ok(selections.collect())
}

/// What a request would come to, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Forecast {
    /// What would be selected first, or why nothing would.
    pub outcome: Result<Selection, MediaError>,
    /// Every mode of every candidate.
    pub modes: Vec<ModeLine>,
    /// Where nothing can be selected: what would help, cheapest first.
    pub relaxations: Vec<Relaxation>,
}

/// What a request would come to, without opening anything (SEL-12).
pub fn forecast(
    rules: &Rules,
    candidates: &[Candidate<'_>],
    constraints: &MediaTrackConstraints,
    pixel_format: Option<PixelFormat>,
) -> Forecast {
    let outcome = select(rules, candidates, constraints, pixel_format).and_then(|selections| {
        let none = || MediaError::new(ErrorName::NotFoundError, "Nothing can be selected.");
        selections.into_iter().next().ok_or_else(none)
    });
    let constraints = counted(rules, constraints);
    let mentions = Mentions::of(std::iter::once(&constraints.basic).chain(&constraints.advanced));
    let subject = |one: &Candidate<'_>| {
        DeviceSubject::new(rules.kind, one.device, one.fixed_mode, &mentions, pixel_format).subject
    };
    let subjects: Vec<_> = candidates.iter().map(subject).collect();
    let is_conflict = matches!(&outcome, Err(error) if error.name == ErrorName::OverconstrainedError);
    let relaxations = if is_conflict { explain::relaxations(rules, &subjects, &constraints) } else { Vec::new() };
    let mut modes = explain::modes(rules, &subjects, &constraints);
    drop_needless(&mut modes);
    Forecast { outcome, modes, relaxations }
}

/// Cropping and scaling that brings a mode no nearer is not worth a line.
fn drop_needless(modes: &mut Vec<ModeLine>) {
    let is_resized = |line: &ModeLine| line.settings.text(Property::ResizeMode) == Some("crop-and-scale");
    let native: HashMap<_, _> =
        modes.iter().filter(|line| !is_resized(line)).map(|line| ((line.subject, line.shape), line.fitness)).collect();
    modes.retain(|line| {
        let native = native.get(&(line.subject, line.shape)).copied().unwrap_or(f64::INFINITY);
        !is_resized(line) || line.is_winner || line.fitness < native - TIE
    });
}

fn not_found(kind: TrackKind) -> MediaError {
    let device = match kind {
        TrackKind::Audio => "microphone",
        TrackKind::Video => "camera",
    };
    let message = format!("No {device} was found: plug one in, or add a virtual one with --virtual builtin.");
    MediaError::new(ErrorName::NotFoundError, message)
}
