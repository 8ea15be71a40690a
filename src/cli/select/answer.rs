//! What comes of a case, in JSON.

use serde_json::{Map, Value as Json, json};

use crate::cli::json::{rounded, settings};
use crate::model::{MediaTrackConstraints, Property};
use crate::selection::{Choice, Context, check_required, choose, counted, distance, why};

use super::case::Case;

/// The result of a case.
pub(super) fn answer(case: &Case) -> Json {
    let Some(constraints) = &case.constraints else {
        let why = "false: this kind is not requested; when no kind is, TypeError";
        return json!({ "result": "NotRequested", "why": why });
    };
    let constraints = counted(&case.rules, constraints);
    if case.rules.context == Context::GetUserMedia {
        if case.subjects.is_empty() {
            let why = "no device of this kind (checked before the constraints)";
            return json!({ "result": "NotFoundError", "why": why });
        }
        if let Err(error) = check_required(&constraints) {
            return json!({ "result": "TypeError", "why": error.message });
        }
    }
    match choose(&case.rules, &case.subjects, &constraints).into_iter().next() {
        Some(choice) => chosen(case, &constraints, &choice),
        None => overconstrained(case, &constraints),
    }
}

fn chosen(case: &Case, constraints: &MediaTrackConstraints, choice: &Choice) -> Json {
    let per_property = constraints.basic.iter().map(|(property, constraint)| {
        let distance = distance(&case.rules, *property, constraint, &choice.settings);
        (property.name().to_owned(), rounded(distance, 10))
    });
    json!({
        "result": "ok",
        "device": choice.subject,
        "settings": settings(&choice.settings),
        "fitness": rounded(choice.fitness, 10),
        "per_property": per_property.collect::<Map<_, _>>(),
        "advanced": choice.advanced,
        "candidates": choice.candidates,
        "examined": choice.examined,
    })
}

fn overconstrained(case: &Case, constraints: &MediaTrackConstraints) -> Json {
    let failure = why(&case.rules, &case.subjects, &constraints.basic);
    let names = |properties: &[Property]| properties.iter().map(|property| property.name()).collect::<Vec<_>>();
    let any = if failure.impossible.is_empty() { vec![""] } else { names(&failure.impossible) };
    json!({
        "result": "OverconstrainedError",
        "constraint": any.first(),
        "constraint_any": any,
        "conflict": names(&failure.conflict),
    })
}
