//! A camera whose driver loses frames, fails, or goes and comes back, and one that is opened again and again.

use std::collections::BTreeSet;

use serde_json::Value as Json;

use crate::rig::{self, Step};

/// Of all frames, so many are lost.
const LOST: f64 = 0.2;

/// How far a count of lost frames may be from its mean: five standard deviations, and what a busy machine adds.
fn bounds(frames: f64) -> std::ops::RangeInclusive<f64> {
    let spread = 5.0 * (frames * LOST * (1.0 - LOST)).sqrt();
    frames * LOST - spread..=frames * LOST + spread + frames * 0.1
}

fn json(text: &str) -> Json {
    serde_json::from_str(text).expect("JSON")
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn lost_frames_are_the_gaps_between_the_numbers_of_those_that_came() {
    let Some(results) = rig::results() else { return };
    let seen = json(&results.text("drops-video0.json"));
    let numbers: Vec<u64> = seen["sequences"].as_array().expect("numbers").iter().filter_map(Json::as_u64).collect();
    let (first, last) = (numbers[0], numbers[numbers.len() - 1]);
    let count = |name: &str| seen[name].as_u64().expect("a count");
    assert!(numbers.windows(2).all(|pair| pair[0] < pair[1]), "{numbers:?}");
    assert_eq!(count("dropped"), last - first + 1 - numbers.len() as u64, "{numbers:?}");
    assert_eq!((count("delivered"), count("corrupt")), (numbers.len() as u64, 0));
    let produced = (last - first + 1) as f64;
    assert!(bounds(produced).contains(&(count("dropped") as f64)), "{} of {produced}", count("dropped"));
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_fifth_is_lost_as_v4l2_ctl_sees_it() {
    let Some(results) = rig::results() else { return };
    let stream = results.step("lossy-stream");
    let theirs = crate::cameras::frames_of_v4l2_ctl(&format!("{}{}", stream.text(), stream.errors));
    let produced = (theirs[theirs.len() - 1].0 - theirs[0].0 + 1) as f64;
    let lost = produced - theirs.len() as f64;
    assert!(bounds(produced).contains(&lost), "v4l2-ctl: {lost} of {produced}");

    let step = results.step("lossy");
    let silent = results.number("lossy.silent");
    let reports: Vec<_> = step.events("frames").into_iter().filter(|(at, _)| *at < silent).collect();
    let last = &reports[reports.len() - 1].1;
    let count = |name: &str| last[name].as_f64().expect("a count");
    let fates = ["delivered", "discarded", "dropped", "corrupt"].map(&count);
    assert!((fates.iter().sum::<f64>() - count("produced")).abs() < 0.5, "{last}");
    assert!(bounds(count("produced")).contains(&count("dropped")), "{last}");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_camera_that_loses_every_frame_is_muted_until_frames_return() {
    capture_lab::covers!("MUTE-01");
    let Some(results) = rig::results() else { return };
    let step = results.step("lossy");
    let (silent, back) = (results.number("lossy.silent"), results.number("lossy.back"));
    let (mutes, unmutes) = (step.events("mute"), step.events("unmute"));
    assert_eq!((mutes.len(), unmutes.len()), (1, 1), "{}", step.text());
    // 25 intervals at 25 per second, and what the emulated machine needs to say so.
    let after = mutes[0].0 - silent;
    assert!((0.5..=2.5).contains(&after), "muted after {after} s");
    assert_eq!(mutes[0].1["reason"]["kind"], "no-frames");
    assert!(unmutes[0].0 - back <= 1.0, "unmuted after {} s", unmutes[0].0 - back);
    assert_eq!(step.status, 0, "{}", step.errors);
}

/// One sentence that names the camera.
fn is_a_clear_error(step: &Step) {
    assert_eq!(step.status, 1, "{}", step.errors);
    assert_eq!(step.errors.lines().count(), 1, "{}", step.errors);
    assert!(step.errors.contains("/dev/video0") && !step.errors.contains("panicked"), "{}", step.errors);
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_driver_that_refuses_to_start_is_a_clear_error() {
    let Some(results) = rig::results() else { return };
    for error in ["reqbufs", "qbuf", "streamon"] {
        let step = results.step(&format!("inject-{error}"));
        assert_eq!(results.text(&format!("inject-{error}.control")), "", "vivid has no such control");
        is_a_clear_error(&step);
        assert!(step.text().contains("NotReadableError"), "{error}: {}", step.text());
    }
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn errors_of_the_stream_are_counted_or_end_it_with_a_reason() {
    let Some(results) = rig::results() else { return };
    let corrupt = |name: &str| {
        let reports = results.step(name).events("frames");
        reports[reports.len() - 1].1["corrupt"].as_u64().expect("a count")
    };
    assert_eq!(results.step("inject-flag").status, 0);
    assert_eq!(corrupt("inject-flag"), 1, "one buffer was marked");

    let fatal = results.step("inject-fatal");
    is_a_clear_error(&fatal);
    let ended = fatal.events("ended");
    assert_eq!(ended[0].1["reason"]["kind"], "driver-error", "{}", fatal.text());

    // One buffer that the driver does not take back: the stream goes on, or ends with a reason; the next one is well.
    let running = results.step("inject-running");
    assert!(running.status == 0 || !running.events("ended").is_empty(), "{}", running.text());
    let after = results.step("inject-after");
    assert_eq!((after.status, corrupt("inject-after")), (0, 0), "{}", after.errors);
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_camera_whose_driver_comes_back_has_its_id_though_not_its_node() {
    capture_lab::covers!("ENUM-07", "CHG-01");
    let Some(results) = rig::results() else { return };
    let step = results.step("rebind");
    let before: Vec<Json> = serde_json::from_str(&step.lines[0].1).expect("the first list");
    let camera = before.iter().find(|device| device["node"] == "/dev/video0").expect("the camera");
    let id = &camera["deviceId"];
    let changes = step.events("devicechange");
    let tells = |what: &str| {
        let of = |(_, event): &&(f64, Json)| event[what].as_array().is_some_and(|ids| ids.contains(id));
        changes.iter().find(of).unwrap_or_else(|| panic!("{what}: {}", step.text()))
    };
    let (removed, added) = (tells("removed"), tells("added"));
    // A change is told when all devices were listed anew, for which the emulated machine needs as long as for the first list.
    let listing = step.lines[0].0 - results.number("mark.rebind");
    for (told, happened) in [(removed.0, "rebind.gone"), (added.0, "rebind.back")] {
        let after = told - results.number(happened);
        assert!(after <= 1.0 + listing, "{happened}: told {after} s later, where a list takes {listing} s");
    }
    let listed = changes[changes.len() - 1].1["devices"].as_array().expect("devices").clone();
    let nodes: BTreeSet<_> =
        listed.iter().filter(|device| &device["deviceId"] == id).map(|it| &it["node"]).map(Json::to_string).collect();
    assert_eq!(nodes.len(), 1, "{nodes:?}");
    assert!(!nodes.contains("\"/dev/video0\""), "another program holds the old number");
}

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn a_camera_that_is_opened_again_and_again_leaves_nothing_behind() {
    let Some(results) = rig::results() else { return };
    let seen = json(&results.text("rounds-video0.json"));
    assert_eq!((&seen["rounds"], &seen["pictures"]), (&Json::from(200), &Json::from(200)), "{seen}");
    for what in ["files", "threads"] {
        assert_eq!(seen[what][0], seen[what][1], "{what}: {seen}");
    }
}
