//! Measurements as JSON, in the form that other programs rely on.

use std::time::Duration;

use serde_json::{Map, Value as Json, json};

use super::{FirstFrame, HistogramBin, IntervalStats, LowLight, TimeStats, VideoReport};

/// The members of a `frames` line of `watch --json` after its track. What was not measured is `null`.
pub fn to_json(report: &VideoReport) -> Map<String, Json> {
    // A stamp that is ahead of the frame's arrival says nothing of latency.
    let latency = report.latency.filter(|stats| stats.p50_ms >= 0.0);
    let latency = latency.map(|stats| json!({ "p50": rounded(stats.p50_ms, 3), "p99": rounded(stats.p99_ms, 3) }));
    let mut members = Map::new();
    for (name, value) in [
        ("produced", json!(report.produced)),
        ("delivered", json!(report.delivered)),
        ("discarded", json!(report.discarded)),
        ("dropped", json!(report.dropped)),
        ("corrupt", json!(report.corrupt)),
        ("fps_produced", optional(report.fps_produced, 3)),
        ("fps_delivered", optional(report.fps_delivered, 3)),
        ("interval_ms", intervals(report.interval)),
        ("latency_ms", json!(latency)),
        ("luma", optional(report.luma, 1)),
    ] {
        members.insert(name.to_owned(), value);
    }
    for (name, value) in times(report).into_iter().chain(losses(report)).chain(pictures(report)) {
        members.insert(name.to_owned(), value);
    }
    members
}

fn times(report: &VideoReport) -> Vec<(&'static str, Json)> {
    let rates = report.rates;
    let rate = json!({
        "requested": optional(rates.requested, 3),
        "granted": optional(rates.granted, 3),
        "track": optional(rates.track, 3),
        "produced_10s": optional(rates.produced_long, 3),
        "delivered_10s": optional(rates.delivered_long, 3),
    });
    vec![
        ("window_s", number(report.window.seconds)),
        ("n", json!(report.window.intervals)),
        ("rate", rate),
        ("interval_arrival_ms", intervals(report.interval_arrival)),
        ("histogram_ms", bins(&report.histogram)),
        ("histogram_arrival_ms", bins(&report.histogram_arrival)),
        ("latency_picture_ms", stats(report.latencies.picture)),
        ("latency_shown_ms", stats(report.latencies.shown)),
        ("first_frame_ms", legs(report.first_frame)),
    ]
}

fn losses(report: &VideoReport) -> Vec<(&'static str, Json)> {
    let drops = report.drops;
    let drops = json!({
        "driver": drops.driver,
        "lab": drops.lab,
        "queue": drops.picture_queue + drops.recorder_queue,
        "picture_queue": drops.picture_queue,
        "recorder_queue": drops.recorder_queue,
        "discarded": report.discarded,
        "corrupt": report.corrupt,
    });
    vec![("drops", drops)]
}

fn pictures(report: &VideoReport) -> Vec<(&'static str, Json)> {
    let millis = |time: Duration| rounded(time.as_secs_f64() * 1e3, 3);
    let freezes = report.freezes;
    let freezes = json!({
        "count": freezes.count, "longest_ms": millis(freezes.longest), "total_ms": millis(freezes.total),
    });
    vec![
        ("pictures", json!(report.pictures)),
        ("duplicates", json!(report.duplicates)),
        ("freezes", freezes),
        ("luma_deviation", optional(report.scene.luma_deviation, 2)),
        ("sharpness", optional(report.scene.sharpness, 6)),
        ("sharpness_peak", optional(report.scene.sharpness_peak, 6)),
        ("noise", optional(report.scene.noise, 3)),
        ("looks", json!(report.scene.looks)),
        ("low_light", json!(report.low_light.map(low_light))),
    ]
}

fn intervals(stats: Option<IntervalStats>) -> Json {
    let member = |stats: IntervalStats| {
        json!({ "p50": rounded(stats.p50_ms, 3), "p95": rounded(stats.p95_ms, 3), "p99": rounded(stats.p99_ms, 3),
            "max": rounded(stats.max_ms, 3) })
    };
    stats.map_or(Json::Null, member)
}

fn stats(stats: Option<TimeStats>) -> Json {
    let member = |stats: TimeStats| {
        json!({ "n": stats.n, "p50": rounded(stats.p50_ms, 3), "p95": rounded(stats.p95_ms, 3),
            "p99": rounded(stats.p99_ms, 3), "max": rounded(stats.max_ms, 3) })
    };
    stats.map_or(Json::Null, member)
}

/// Pairs of lower end and count.
fn bins(bins: &[HistogramBin]) -> Json {
    bins.iter().map(|bin| json!([bin.from_ms, bin.count])).collect()
}

fn legs(legs: FirstFrame) -> Json {
    json!({
        "select": optional(legs.select_ms, 3),
        "open": optional(legs.open_ms, 3),
        "start": optional(legs.start_ms, 3),
        "frame": optional(legs.frame_ms, 3),
        "picture": optional(legs.picture_ms, 3),
        "shown": optional(legs.shown_ms, 3),
        "total": optional(legs.total_ms, 3),
    })
}

fn low_light(found: LowLight) -> Json {
    json!({
        "granted_fps": rounded(found.granted_fps, 3),
        "produced_fps": rounded(found.produced_fps, 3),
        "exposure_before_ms": optional(found.before_ms, 3),
        "exposure_ms": optional(found.now_ms, 3),
        "text": found.to_string(),
    })
}

fn optional(value: Option<f64>, decimals: i32) -> Json {
    value.map_or(Json::Null, |value| rounded(value, decimals))
}

/// A number with so many decimals at most.
fn rounded(value: f64, decimals: i32) -> Json {
    let scale = 10_f64.powi(decimals);
    number((value * scale).round() / scale)
}

/// A number, without a decimal point where it is whole.
fn number(value: f64) -> Json {
    if value.fract() == 0.0 && value.abs() < 9e15 { json!(value as i64) } else { json!(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_members_of_the_contract_come_first_and_what_was_not_measured_is_null() {
        let interval = IntervalStats { p50_ms: 80.0, p95_ms: 80.4321, p99_ms: 81.0, max_ms: 81.25 };
        let report = VideoReport {
            produced: 13,
            delivered: 13,
            interval: Some(interval),
            histogram: vec![HistogramBin { from_ms: 80, count: 12 }],
            ..VideoReport::default()
        };
        let text = Json::Object(to_json(&report)).to_string();
        let contract = r#"{"produced":13,"delivered":13,"discarded":0,"dropped":0,"corrupt":0,"fps_produced":null,"fps_delivered":null,"interval_ms":{"p50":80,"p95":80.432,"p99":81,"max":81.25},"latency_ms":null,"luma":null,"#;
        assert!(text.starts_with(contract), "{text}");
        assert!(text.contains(r#""histogram_ms":[[80,12]]"#) && text.contains(r#""noise":null"#), "{text}");
    }
}
