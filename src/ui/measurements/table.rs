//! The numbers of a track, in groups, each with its definition.

use std::time::Duration;

use crate::measure::{IntervalStats, TimeStats, VideoReport};
use crate::text::{text, text_with};

/// Rows that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub title: String,
    /// The names of its columns of numbers; a single one needs no heading.
    pub columns: Vec<String>,
    pub rows: Vec<Row>,
}

/// A line of numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub name: String,
    /// What is measured, how, over how much.
    pub definition: String,
    /// As many as the group has columns; `–` of what is not known.
    pub values: Vec<String>,
    /// It is no good sign where it is not 0.
    pub is_loss: bool,
}

impl Row {
    /// What screen readers say of one number.
    pub fn spoken(&self, group: &Group, column: usize) -> String {
        let value = self.values.get(column).cloned().unwrap_or_default();
        // A setting stands under the first column, and belongs to none.
        let has_several = self.values.iter().filter(|value| !value.is_empty()).count() > 1;
        match group.columns.get(column).filter(|_| has_several) {
            Some(column) => {
                let column = ("column", column.clone());
                text_with("measurements-cell", &[("row", self.title(group)), column, ("value", value)])
            }
            None => text_with("measurements-single", &[("row", self.title(group)), ("value", value)]),
        }
    }

    fn title(&self, group: &Group) -> String {
        format!("{}, {}", group.title, self.name)
    }

    /// Whether it is a loss and there was one.
    pub fn is_bad(&self) -> bool {
        self.is_loss && self.values.iter().any(|value| !["0", "–"].contains(&value.as_str()))
    }
}

/// All numbers of a report.
pub(super) fn groups(report: &VideoReport) -> Vec<Group> {
    vec![
        rates(report),
        intervals(report),
        frames(report),
        pictures(report),
        first(report),
        latencies(report),
        scene(report),
    ]
}

/// The table as text, with tabs between columns.
pub(super) fn to_text(label: &str, groups: &[Group]) -> String {
    let mut lines = vec![label.to_owned()];
    for group in groups {
        lines.push(String::new());
        let heading = if group.columns.len() > 1 { group.columns.join("\t") } else { String::new() };
        lines.push(format!("{}\t{heading}", group.title).trim_end().to_owned());
        lines.extend(group.rows.iter().map(|row| format!("{}\t{}", row.name, row.values.join("\t"))));
    }
    lines.join("\n")
}

fn row(name: String, definition: String, values: impl IntoIterator<Item = String>) -> Row {
    Row { name, definition, values: values.into_iter().collect(), is_loss: false }
}

/// A definition with the number of what it is over.
fn counted(definition: String, n: usize) -> String {
    text_with("measurements-counted", &[("definition", definition), ("n", n.to_string())])
}

fn over_10_s(definition: String, n: usize) -> String {
    text_with("measurements-counted-long", &[("definition", definition), ("n", n.to_string())])
}

/// So many decimals, always, so that columns stand still.
fn fixed(value: Option<f64>, decimals: usize) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.decimals$}").replace('-', "−"))
}

fn group(title: String, columns: Vec<String>, rows: Vec<Row>) -> Group {
    Group { title, columns, rows }
}

fn rates(report: &VideoReport) -> Group {
    let rates = report.rates;
    let set = |rate| [fixed(rate, 2), String::new()];
    let measured = |now, long| [fixed(now, 2), fixed(long, 2)];
    group(
        text("measurements-rates"),
        vec![text("measurements-now"), text("measurements-long")],
        vec![
            row(text("measurements-asked"), text("measurements-asked-tip"), set(rates.requested)),
            row(text("measurements-granted"), text("measurements-granted-tip"), set(rates.granted)),
            row(text("measurements-track"), text("measurements-track-tip"), set(rates.track)),
            row(
                text("measurements-produced"),
                over_10_s(text("measurements-produced-tip"), report.window.intervals),
                measured(report.fps_produced, rates.produced_long),
            ),
            row(
                text("measurements-delivered"),
                over_10_s(text("measurements-delivered-tip"), report.window.intervals),
                measured(report.fps_delivered, rates.delivered_long),
            ),
        ],
    )
}

fn percentiles() -> Vec<String> {
    vec![text("measurements-p50"), text("measurements-p95"), text("measurements-p99"), text("measurements-max")]
}

fn intervals(report: &VideoReport) -> Group {
    let values = |stats: Option<IntervalStats>| {
        [stats.map(|s| s.p50_ms), stats.map(|s| s.p95_ms), stats.map(|s| s.p99_ms), stats.map(|s| s.max_ms)]
            .map(|value| fixed(value, 1))
    };
    let n = report.window.intervals;
    group(
        text("measurements-intervals"),
        percentiles(),
        vec![
            row(
                text("measurements-driver-time"),
                counted(text("measurements-driver-time-tip"), n),
                values(report.interval),
            ),
            row(
                text("measurements-arrival-time"),
                counted(text("measurements-arrival-time-tip"), n),
                values(report.interval_arrival),
            ),
        ],
    )
}

fn frames(report: &VideoReport) -> Group {
    let count = |name, definition, count: u64| row(name, definition, [count.to_string()]);
    let loss = |name, definition, lost| Row { is_loss: true, ..count(name, definition, lost) };
    let drops = report.drops;
    let rows = vec![
        count(text("measurements-total-produced"), text("measurements-total-produced-tip"), report.produced),
        count(text("measurements-total-delivered"), text("measurements-total-delivered-tip"), report.delivered),
        count(text("measurements-discarded"), text("measurements-discarded-tip"), report.discarded),
        loss(text("measurements-driver-drops"), text("measurements-driver-drops-tip"), drops.driver),
        loss(text("measurements-lab-drops"), text("measurements-lab-drops-tip"), drops.lab),
        loss(text("measurements-corrupt"), text("measurements-corrupt-tip"), report.corrupt),
        loss(text("measurements-picture-queue"), text("measurements-picture-queue-tip"), drops.picture_queue),
        loss(text("measurements-not-shown"), text("measurements-not-shown-tip"), report.not_shown),
        loss(text("measurements-recorder-queue"), text("measurements-recorder-queue-tip"), drops.recorder_queue),
    ];
    group(text("measurements-frames"), vec![text("measurements-count")], rows)
}

fn pictures(report: &VideoReport) -> Group {
    let seconds = |time: Duration| fixed(Some(time.as_secs_f64()), 2);
    let freezes = report.freezes;
    let n = usize::try_from(report.pictures).unwrap_or(usize::MAX);
    let duplicates = counted(text("measurements-duplicates-tip"), n);
    let frozen = counted(text("measurements-freezes-tip"), n);
    let rows = vec![
        row(text("measurements-compared"), text("measurements-compared-tip"), [report.pictures.to_string()]),
        Row { is_loss: true, ..row(text("measurements-duplicates"), duplicates, [report.duplicates.to_string()]) },
        Row { is_loss: true, ..row(text("measurements-freezes"), frozen, [freezes.count.to_string()]) },
        row(text("measurements-longest"), text("measurements-longest-tip"), [seconds(freezes.longest)]),
        row(text("measurements-frozen-total"), text("measurements-frozen-total-tip"), [seconds(freezes.total)]),
    ];
    group(text("measurements-pictures"), vec![text("measurements-value")], rows)
}

fn first(report: &VideoReport) -> Group {
    let legs = report.first_frame;
    let leg = |name, definition, leg| row(name, definition, [fixed(leg, 1)]);
    let rows = vec![
        leg(text("measurements-select"), text("measurements-select-tip"), legs.select_ms),
        leg(text("measurements-open"), text("measurements-open-tip"), legs.open_ms),
        leg(text("measurements-start"), text("measurements-start-tip"), legs.start_ms),
        leg(text("measurements-first-frame"), text("measurements-first-frame-tip"), legs.frame_ms),
        leg(text("measurements-first-picture"), text("measurements-first-picture-tip"), legs.picture_ms),
        leg(text("measurements-first-shown"), text("measurements-first-shown-tip"), legs.shown_ms),
        leg(text("measurements-first-total"), text("measurements-first-total-tip"), legs.total_ms),
    ];
    group(text("measurements-first"), vec![text("measurements-value")], rows)
}

fn latencies(report: &VideoReport) -> Group {
    let latencies = report.latencies;
    let stats = |name, definition, stats: Option<TimeStats>| {
        let values =
            [stats.map(|s| s.p50_ms), stats.map(|s| s.p95_ms), stats.map(|s| s.p99_ms), stats.map(|s| s.max_ms)];
        row(name, counted(definition, stats.map_or(0, |stats| stats.n)), values.map(|value| fixed(value, 1)))
    };
    let rows = vec![
        stats(text("measurements-latency-arrival"), text("measurements-latency-arrival-tip"), latencies.arrival),
        stats(text("measurements-latency-picture"), text("measurements-latency-picture-tip"), latencies.picture),
        stats(text("measurements-latency-shown"), text("measurements-latency-shown-tip"), latencies.shown),
        stats(text("measurements-latency-total"), text("measurements-latency-total-tip"), latencies.total),
    ];
    group(text("measurements-latencies"), percentiles(), rows)
}

fn scene(report: &VideoReport) -> Group {
    let scene = report.scene;
    let looks = usize::try_from(scene.looks).unwrap_or(usize::MAX);
    let look = |name, definition, n: usize, value, decimals| {
        row(name, counted(definition, n.min(looks)), [fixed(value, decimals)])
    };
    let rows = vec![
        row(text("measurements-luma"), text("measurements-luma-tip"), [fixed(report.luma, 1)]),
        look(text("measurements-deviation"), text("measurements-deviation-tip"), 1, scene.luma_deviation, 1),
        look(text("measurements-sharpness"), text("measurements-sharpness-tip"), 1, scene.sharpness, 4),
        look(
            text("measurements-sharpness-peak"),
            text("measurements-sharpness-peak-tip"),
            looks,
            scene.sharpness_peak,
            4,
        ),
        look(text("measurements-noise"), text("measurements-noise-tip"), 10, scene.noise, 2),
    ];
    group(text("measurements-scene"), vec![text("measurements-value")], rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::Drops;

    #[test]
    fn each_row_has_a_definition_and_a_number_for_each_column() {
        for group in groups(&VideoReport::default()) {
            for row in &group.rows {
                assert_eq!(row.values.len(), group.columns.len(), "{}", row.name);
                assert!(row.definition.len() > 15 && !row.is_bad(), "{}", row.definition);
            }
        }
    }

    #[test]
    fn numbers_have_the_same_decimals_always_and_losses_are_marked() {
        let interval = IntervalStats { p50_ms: 33.333, p95_ms: 34.0, p99_ms: 35.06, max_ms: 100.0 };
        let drops = Drops { driver: 3, ..Drops::default() };
        let report = VideoReport { interval: Some(interval), drops, luma: Some(99.96), ..VideoReport::default() };
        let groups = groups(&report);
        assert_eq!(groups[1].rows[0].values, ["33.3", "34.0", "35.1", "100.0"]);
        assert_eq!(groups[1].rows[1].values, ["–", "–", "–", "–"]);
        assert_eq!(groups[1].rows[0].spoken(&groups[1], 2), "Interval, ms, by driver time, p99: 35.1");
        let bad: Vec<_> = groups.iter().flat_map(|group| &group.rows).filter(|row| row.is_bad()).collect();
        assert_eq!(bad.iter().map(|row| row.values.join(" ")).collect::<Vec<_>>(), ["3"]);
        let text = to_text("Cam", &groups);
        assert!(text.starts_with("Cam\n\nRate, per second\t1 s\t10 s\n") && text.contains("\t35.1\t100.0\n"), "{text}");
    }
}
