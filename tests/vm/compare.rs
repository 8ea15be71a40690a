//! One camera through V4L2 and through nokhwa.

use serde_json::Value as Json;

use crate::rig;

/// Frames per second of the mode that both are measured in.
const RATE: f64 = 15.0;

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn both_backends_deliver_and_one_alone_lists_a_fractional_rate() {
    let Some(results) = rig::results() else { return };
    assert_eq!(results.text("compare.status"), "0\n", "{}", results.text("compare.err"));
    let found: Json = serde_json::from_str(&results.text("compare.json")).expect("JSON");
    assert_eq!(found["mode"]["frame_rate"], "15/1");
    let delivered = found["delivered"].as_array().expect("two results");
    let backends: Vec<_> = delivered.iter().map(|one| one["backend"].as_str().expect("a name")).collect();
    assert_eq!(backends, ["v4l2", "nokhwa"]);
    for one in delivered {
        assert_eq!((&one["granted"], &one["error"]), (&found["mode"], &Json::Null));
        // The emulated machine loses frames where it is busy.
        let rate = one["fps_delivered"].as_f64().expect("a rate");
        assert!((rate - RATE).abs() < RATE * 0.2, "{one}");
        assert!(one["first_frame_ms"].as_f64().is_some_and(|time| time > 0.0), "{one}");
    }
    assert!(delivered[0]["frames_dropped"].is_u64() && delivered[1]["frames_dropped"].is_null(), "{delivered:?}");

    let is_slow = |mode: &Json| {
        mode["frameRateExact"] == "25/2"
            && mode["pixelFormat"] == "YUYV"
            && mode["width"] == 320
            && mode["height"] == 180
    };
    let both = found["modes"]["both"].as_array().expect("modes");
    assert!(!both.is_empty() && !both.iter().any(is_slow), "{both:?}");
    let only = found["modes"]["only"].as_array().expect("modes");
    let slow = only.iter().find(|only| is_slow(&only["mode"])).expect("12.5 per second");
    assert_eq!((&slow["backend"], &slow["why"]), (&Json::from("v4l2"), &Json::from("fractional_rate")));
}
