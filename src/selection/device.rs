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
use super::select::{Candidate, Choice, TIE, choose, counted};
use super::subject::{Origins, Subject, subject_of};

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
    let request = Request::new(rules, candidates, constraints, pixel_format);
    let choices = request.choices()?;
    Ok(choices.into_iter().filter_map(|choice| request.selection(choice)).collect())
}

/// What is asked of which devices.
struct Request<'a> {
    rules: &'a Rules,
    candidates: &'a [Candidate<'a>],
    constraints: MediaTrackConstraints,
    pixel_format: Option<PixelFormat>,
    subjects: Vec<Subject>,
    origins: Vec<Origins>,
}

impl<'a> Request<'a> {
    fn new(
        rules: &'a Rules,
        candidates: &'a [Candidate<'a>],
        constraints: &MediaTrackConstraints,
        pixel_format: Option<PixelFormat>,
    ) -> Self {
        let constraints = counted(rules, constraints);
        let mentions = Mentions::of(std::iter::once(&constraints.basic).chain(&constraints.advanced));
        let devices = candidates.iter().map(|one| subject_of(rules.kind, one, &mentions, pixel_format));
        let (subjects, origins) = devices.unzip();
        Self { rules, candidates, constraints, pixel_format, subjects, origins }
    }

    /// The best of each device, best device first; at least one.
    fn choices(&self) -> Result<Vec<Choice>, MediaError> {
        if self.candidates.is_empty() {
            return Err(not_found(self.rules.kind));
        }
        if self.rules.context == Context::GetUserMedia {
            check_required(&self.constraints)?;
        }
        let choices = choose(self.rules, &self.subjects, &self.constraints);
        if choices.is_empty() {
            let basic = &self.constraints.basic;
            return Err(failure::explain(self.rules, self.candidates, &self.subjects, basic, self.pixel_format));
        }
        Ok(choices)
    }

    fn selection(&self, choice: Choice) -> Option<Selection> {
        let mode = self.origins.get(choice.subject)?.mode(choice.shape, &choice.settings)?;
        let Choice { subject: candidate, settings, fitness, advanced, .. } = choice;
        Some(Selection { candidate, mode, settings, fitness, advanced })
    }
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
    let request = Request::new(rules, candidates, constraints, pixel_format);
    let (subjects, constraints) = (&request.subjects, &request.constraints);
    let choices = request.choices();
    let winner = choices.as_ref().ok().and_then(|choices| choices.first());
    let mut modes = explain::modes_beside(rules, subjects, constraints, winner);
    drop_needless(&mut modes);
    let is_conflict = matches!(&choices, Err(error) if error.name == ErrorName::OverconstrainedError);
    let relaxations = if is_conflict { explain::relaxations(rules, subjects, constraints) } else { Vec::new() };
    let outcome = choices.and_then(|choices| {
        let none = || MediaError::new(ErrorName::NotFoundError, "Nothing can be selected.");
        choices.into_iter().find_map(|choice| request.selection(choice)).ok_or_else(none)
    });
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
