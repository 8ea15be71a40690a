//! What `select --explain` adds holds: put to the worked examples.

use serde_json::{Value as Json, json};

use crate::program::{explain, select};

fn cases() -> Vec<Json> {
    serde_json::from_str(include_str!("edge_cases.json")).expect("cases")
}

#[test]
fn one_mode_is_the_winner_and_none_is_nearer_unless_an_advanced_set_decides() {
    capture_lab::covers!("SEL-12");
    let (cases, mut won) = (cases(), 0);
    for (case, answer) in cases.iter().zip(explain(&cases)) {
        let Some(modes) = answer["modes"].as_array() else { continue };
        let winners: Vec<_> = modes.iter().filter(|mode| mode["winner"] == true).collect();
        if answer["result"] != "ok" {
            assert!(winners.is_empty() && modes.iter().all(|mode| mode["fitness"].is_null()), "{case}");
            continue;
        }
        let [winner] = winners[..] else { panic!("{} winners of {case}", winners.len()) };
        assert_eq!(winner["settings"], answer["settings"], "{case}");
        let decides = answer["advanced"].as_array().expect("a list").iter().any(|kept| *kept == true);
        let fitness = answer["fitness"].as_f64().expect("a number");
        for mode in modes {
            let nearer = mode["fitness"].as_f64().is_some_and(|other| other < fitness - 1e-9);
            assert!(!nearer || decides, "{mode} of {case}");
        }
        won += 1;
    }
    assert_eq!(won, 168, "all that succeed");
}

#[test]
fn what_is_offered_would_help() {
    let cases = cases();
    let (mut relaxed, mut promised) = (Vec::new(), Vec::new());
    for (case, answer) in cases.iter().zip(explain(&cases)) {
        if answer["result"] != "OverconstrainedError" {
            continue;
        }
        let offers = answer["nearest"].as_array().expect("a list");
        assert!((1..=3).contains(&offers.len()), "{} offers for {case}", offers.len());
        let costs: Vec<_> = offers.iter().map(|offer| offer["cost"].as_f64().expect("a number")).collect();
        assert!(costs.is_sorted(), "{costs:?}");
        for offer in offers {
            let mut changed = case.clone();
            for change in offer["changes"].as_array().expect("changes") {
                let name = change["constraint"].as_str().expect("a name");
                assert_ne!(changed["constraints"][name], change["value"], "{case}");
                changed["constraints"][name] = change["value"].clone();
            }
            relaxed.push(changed);
            promised.push(offer["settings"].clone());
        }
    }
    assert!(relaxed.len() > 63, "{} offers", relaxed.len());
    for ((case, promised), answer) in relaxed.iter().zip(&promised).zip(select(&relaxed)) {
        assert_eq!(&answer["settings"], promised, "{case}");
    }
}

#[test]
fn a_conflict_is_as_small_as_it_can_be() {
    capture_lab::covers!("OVR-06");
    let modes =
        json!([{ "width": 640, "height": 480, "frameRate": 30 }, { "width": 1920, "height": 1080, "frameRate": 15 }]);
    let constraints = json!({ "height": { "max": 2000 }, "frameRate": { "min": 30 }, "width": { "exact": 1920 }, "aspectRatio": { "min": 1 } });
    let answer = explain(&[json!({ "modes": modes, "constraints": constraints })]).remove(0);
    assert_eq!((&answer["constraint"], &answer["conflict"]), (&json!(""), &json!(["width", "frameRate"])));
    let offers: Vec<_> =
        answer["nearest"].as_array().expect("offers").iter().map(|offer| &offer["constraint"]).collect();
    assert_eq!(offers, ["frameRate", "width"], "half the rate is less than a third of the width");
}
