//! All runs of the worked examples: `edge_cases.json` gives `edge_expected.json`.

use serde_json::Value as Json;

use crate::program::select;

fn cases() -> Vec<Json> {
    serde_json::from_str(include_str!("edge_cases.json")).expect("cases")
}

fn expected() -> Vec<Json> {
    serde_json::from_str(include_str!("edge_expected.json")).expect("results")
}

/// The members that count, numbers rounded as the oracle rounds them.
fn essence(result: &Json) -> Json {
    let members = ["name", "result", "settings", "fitness", "per_property", "advanced", "constraint", "constraint_any"];
    members.iter().map(|name| rounded(&result[*name])).collect()
}

fn rounded(json: &Json) -> Json {
    match json {
        Json::Number(number) => {
            let number = number.as_f64().expect("a number");
            Json::from((number * 1e9).round() / 1e9 + 0.0)
        }
        Json::Array(list) => list.iter().map(rounded).collect(),
        Json::Object(members) => {
            let sorted: std::collections::BTreeMap<_, _> = members.iter().collect();
            sorted.into_iter().map(|(name, member)| (name.clone(), rounded(member))).collect()
        }
        other => other.clone(),
    }
}

#[test]
fn all_worked_examples_come_out() {
    capture_lab::covers!("CON-02", "CON-03", "CON-04", "CON-05", "CON-07", "CON-08", "CON-10", "CON-11", "CON-13");
    capture_lab::covers!("FIT-01", "FIT-02", "FIT-03", "FIT-04", "FIT-05", "FIT-06", "FIT-07", "FIT-08");
    capture_lab::covers!("FIT-09", "FIT-11", "SEL-02", "SEL-03", "SEL-04", "SEL-05", "SEL-06", "SEL-07");
    capture_lab::covers!("SEL-08", "SEL-09", "OVR-02", "OVR-03", "OVR-04", "APP-05", "APP-13", "IMG-03");
    capture_lab::covers!("GUM-03", "GUM-04", "GUM-05", "GUM-08", "GUM-09", "GUM-13", "GUM-14", "IMG-04");
    capture_lab::covers!("RSZ-01", "RSZ-02", "RSZ-04", "RSZ-05", "RSZ-07", "FRM-01");
    let (cases, expected) = (cases(), expected());
    assert_eq!((cases.len(), expected.len()), (240, 240), "no example is lost");
    let wrong: Vec<_> = select(&cases)
        .iter()
        .zip(&expected)
        .filter(|(answer, expected)| essence(answer) != essence(expected))
        .map(|(answer, expected)| format!("{}\n  instead of {}", essence(answer), essence(expected)))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn one_example_gone_wrong_is_seen() {
    let mut cases = cases();
    cases.truncate(5);
    cases[4]["constraints"] = serde_json::json!({ "width": 700 });
    let answers = select(&cases);
    let same: Vec<_> =
        answers.iter().zip(&expected()).map(|(answer, expected)| essence(answer) == essence(expected)).collect();
    assert_eq!(same, [true, true, true, true, false]);
}

#[test]
fn a_malformed_case_costs_no_other() {
    let good = cases().remove(0);
    let answers = select(&[serde_json::json!({ "modes": 3 }), serde_json::json!(7), good]);
    let results: Vec<_> = answers.iter().map(|answer| answer["result"].as_str()).collect();
    assert_eq!(results, [Some("TypeError"), Some("TypeError"), Some("ok")]);
    assert!(answers[0]["why"].as_str().is_some_and(|why| why.contains("modes")));
}
