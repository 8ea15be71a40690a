//! What comes of a case, in JSON.

use serde_json::{Map, Value as Json, json};

use crate::cli::json::{rounded, settings};
use crate::model::{MediaTrackConstraints, Property};
use crate::selection::{
    Choice, Context, ModeLine, Relaxation, check_required, choose, constraint_json, counted, distance, modes,
    relaxations, why,
};

use super::case::Case;

/// The result of a case.
pub(super) fn answer(case: &Case, explain: bool) -> Json {
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
    let mut answer = match choose(&case.rules, &case.subjects, &constraints).into_iter().next() {
        Some(choice) => chosen(case, &constraints, &choice),
        None => overconstrained(case, &constraints, explain),
    };
    if explain {
        let lines = modes(&case.rules, &case.subjects, &constraints);
        answer["modes"] = lines.iter().map(mode).collect();
    }
    answer
}

/// A mode with its distances; `null` where a distance is infinite.
fn mode(line: &ModeLine) -> Json {
    let finite = |distance: f64| if distance.is_finite() { rounded(distance, 10) } else { Json::Null };
    let per_property = line.per_property.iter().map(|(property, one)| (property.name().to_owned(), finite(*one)));
    json!({
        "device": line.subject,
        "mode": line.shape,
        "settings": settings(&line.settings),
        "per_property": per_property.collect::<Map<_, _>>(),
        "fitness": finite(line.fitness),
        "advanced": line.advanced,
        "winner": line.is_winner,
        "tied": line.is_tied,
    })
}

/// A relaxation: the constraint that is changed (of several the first, all under `changes`), its new value, and what it gives.
fn relaxation(one: &Relaxation) -> Json {
    let changes: Vec<_> = one
        .changes
        .iter()
        .map(|(property, constraint)| json!({ "constraint": property.name(), "value": constraint_json(*property, constraint) }))
        .collect();
    let first = changes.first().cloned().unwrap_or_default();
    json!({
        "constraint": first["constraint"],
        "value": first["value"],
        "changes": changes,
        "device": one.subject,
        "settings": settings(&one.settings),
        "cost": rounded(one.cost, 10),
    })
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

fn overconstrained(case: &Case, constraints: &MediaTrackConstraints, explain: bool) -> Json {
    let failure = why(&case.rules, &case.subjects, &constraints.basic);
    let names = |properties: &[Property]| properties.iter().map(|property| property.name()).collect::<Vec<_>>();
    let any = if failure.impossible.is_empty() { vec![""] } else { names(&failure.impossible) };
    let mut answer = json!({
        "result": "OverconstrainedError",
        "constraint": any.first(),
        "constraint_any": any,
    });
    if explain {
        answer["conflict"] = json!(names(&failure.conflict));
        let offers = relaxations(&case.rules, &case.subjects, constraints);
        answer["nearest"] = offers.iter().map(relaxation).collect();
    }
    answer
}
