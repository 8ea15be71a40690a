//! Sound through the loopback card.

use serde_json::Value as Json;

use crate::rig;

/// Peak of each channel of the tone that is played.
const TONE_DBFS: [f64; 2] = [-18.0, -24.0];

#[test]
#[ignore = "needs a virtual machine: make test-full"]
fn each_channel_of_a_played_tone_is_read_back_at_its_level() {
    let Some(results) = rig::results() else { return };
    let step = results.step("levels");
    assert_eq!(step.status, 0, "{}", step.errors);
    assert_eq!(step.events("open")[0].1["node"], "hw:0,1");
    let levels = step.events("level");
    // The emulated card loses some of the time.
    assert!((15..=45).contains(&levels.len()), "{} level lines in 4 s", levels.len());
    // The first tenths may hold what came before the tone.
    for (_, level) in &levels[5..] {
        let channels = level["channels"].as_array().expect("channels");
        assert_eq!(channels.len(), 2, "{level}");
        for (channel, tone) in channels.iter().zip(TONE_DBFS) {
            let peak = channel["peak_dbfs"].as_f64().expect("a peak");
            let rms = channel["rms_dbfs"].as_f64().expect("an RMS");
            assert!((peak - tone).abs() <= 0.5, "{level}");
            assert!((rms - (tone - 3.01)).abs() <= 0.5, "{level}");
            assert_eq!(channel["clipped"], Json::from(0), "{level}");
        }
    }
}
