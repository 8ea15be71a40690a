//! A histogram of intervals.

use egui::{Align2, FontId, Rect, Sense, Ui, pos2, vec2};

use crate::measure::{HistogramBin, VideoReport};
use crate::text::{text, text_with};

use crate::ui::theme::Tokens;
use crate::ui::widgets::named;

const HEIGHT: f32 = 34.0;
/// Bins that are drawn at least, so that a steady camera's bars are no wall.
const FEWEST_BINS: u32 = 20;

/// Draws the histograms of a track.
pub(super) fn histograms_ui(ui: &mut Ui, report: &VideoReport) {
    let span = span(&[&report.histogram, &report.histogram_arrival]);
    let window = format!("{:.0}", report.window.seconds);
    for (name, bins) in [
        (text("measurements-histogram-driver"), &report.histogram),
        (text("measurements-histogram-arrival"), &report.histogram_arrival),
    ] {
        let (rect, response) = ui.allocate_exact_size(vec2(ui.available_width(), HEIGHT), Sense::hover());
        bars(ui, rect, bins, span, &name);
        let tip = text_with("measurements-histogram-tip", &[("window", window.clone())]);
        named(response, &summary(&name, bins)).on_hover_text(tip);
    }
}

/// From which to which bin is drawn, so that both histograms have one scale.
fn span(histograms: &[&Vec<HistogramBin>]) -> (u32, u32) {
    let ends = histograms.iter().flat_map(|bins| bins.iter()).map(|bin| bin.from_ms);
    let (first, last) = (ends.clone().min().unwrap_or(0), ends.max().unwrap_or(0));
    let missing = FEWEST_BINS.saturating_sub(last - first + 1);
    let first = first.saturating_sub(missing / 2);
    (first, last.max(first + FEWEST_BINS - 1) + 1)
}

/// What it shows, for those who do not see it.
fn summary(name: &str, bins: &[HistogramBin]) -> String {
    let name = name.to_owned();
    let (Some(first), Some(last), Some(most)) = (bins.first(), bins.last(), bins.iter().max_by_key(|bin| bin.count))
    else {
        return text_with("measurements-histogram-none", &[("name", name)]);
    };
    let n: u32 = bins.iter().map(|bin| bin.count).sum();
    let numbers = [
        ("n", n.to_string()),
        ("bins", bins.len().to_string()),
        ("from", first.from_ms.to_string()),
        ("to", (last.from_ms + 1).to_string()),
        ("count", most.count.to_string()),
        ("mode", most.from_ms.to_string()),
    ];
    text_with("measurements-histogram", &[&[("name", name)], numbers.as_slice()].concat())
}

fn bars(ui: &Ui, rect: Rect, bins: &[HistogramBin], (from, to): (u32, u32), name: &str) {
    let (tokens, painter) = (Tokens::of(ui), ui.painter());
    painter.rect_filled(rect, 2.0, tokens.meter_background);
    let most = bins.iter().map(|bin| bin.count).max().unwrap_or(1) as f32;
    let x = |millis: u32| rect.left() + rect.width() * (millis - from) as f32 / (to - from) as f32;
    for bin in bins {
        let height = (HEIGHT - 12.0) * (bin.count as f32 / most).sqrt();
        let right = (x(bin.from_ms + 1) - 1.0).max(x(bin.from_ms) + 1.0);
        let bar = Rect::from_min_max(pos2(x(bin.from_ms), rect.bottom() - height.max(1.0)), pos2(right, rect.bottom()));
        painter.rect_filled(bar, 0.0, tokens.accent);
    }
    let (font, colour) = (FontId::proportional(9.0), ui.visuals().weak_text_color());
    painter.text(rect.left_top() + vec2(3.0, 0.0), Align2::LEFT_TOP, name, font.clone(), colour);
    let ends = text_with("measurements-histogram-ends", &[("from", from.to_string()), ("to", to.to_string())]);
    painter.text(rect.right_top() - vec2(3.0, 0.0), Align2::RIGHT_TOP, ends, font, colour);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_in_words_and_has_room() {
        let bins = vec![HistogramBin { from_ms: 33, count: 250 }, HistogramBin { from_ms: 67, count: 2 }];
        assert_eq!(
            summary("Intervals", &bins),
            "Intervals: 252 in 2 bins of 1 ms from 33 to 68 ms, most of them, 250, from 33 ms on"
        );
        assert_eq!(span(&[&bins, &Vec::new()]), (33, 68));
        let steady = vec![HistogramBin { from_ms: 33, count: 300 }];
        assert_eq!(span(&[&steady]), (24, 44));
        assert_eq!(span(&[&Vec::new()]), (0, 20));
        assert_eq!(summary("Intervals", &[]), "Intervals: none yet");
    }
}
