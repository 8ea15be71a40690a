//! What is measured of a track on its way through the worker.

use std::sync::Arc;

use capture_lab::measure::VideoReport;
use capture_lab::worker::{OpenedTrack, TrackMonitor};

use crate::support::{CAMERA, Lab};

fn peek(track: &OpenedTrack) -> Option<Arc<VideoReport>> {
    let TrackMonitor::Video { report, .. } = &track.monitor else { panic!("no picture") };
    report.peek()
}

#[test]
fn each_leg_to_the_first_picture_is_known() {
    let camera = CAMERA.replacen("label:", "open: DelaySeconds(1.5), label:", 1);
    let mut lab = Lab::new(&[&camera], &[]);
    let request = lab.send_open(r#"{"video":{"frameRate":{"exact":12.5}}}"#);
    lab.until("an answer", |lab| {
        lab.advance(0.05);
        (lab.answers_to(request) > 0).then_some(())
    });
    let track = lab.answer(request).map(crate::support::stream).expect("a stream").tracks.remove(0);
    let report = lab.until("a picture", |lab| {
        lab.advance(0.05);
        peek(&track).filter(|report| report.first_frame.picture_ms.is_some())
    });
    let legs = report.first_frame;
    assert_eq!(legs.open_ms, None, "a virtual camera is opened and started in one step");
    let [select, start, frame] = [legs.select_ms, legs.start_ms, legs.frame_ms].map(Option::unwrap_or_default);
    assert!((1500.0..3000.0).contains(&start) && frame >= 0.0, "{legs:?}");
    assert!((select + start + frame - legs.total_ms.unwrap_or_default()).abs() < 1e-6, "{legs:?}");
    assert_eq!(legs.shown_ms, None, "nobody looks");
    let clone = lab.cloned(track.track.id);
    let report = lab.until("its first frames", |lab| {
        lab.advance(0.05);
        peek(&clone).filter(|report| report.delivered > 2)
    });
    assert_eq!((report.first_frame.total_ms, report.first_frame.start_ms), (None, None), "it was not called for");
}

#[test]
fn the_window_tells_when_it_drew_a_picture() {
    let mut lab = Lab::pair();
    let track = lab.open_one(r#"{"video":{"frameRate":{"exact":12.5}}}"#);
    let TrackMonitor::Video { preview, shown, .. } = &track.monitor else { panic!("no picture") };
    lab.advance(0.2);
    let image = lab.until("a picture", |_| preview.take());
    let drawn = image.captured_at + std::time::Duration::from_millis(70);
    shown.note(image.captured_at, drawn);
    let report = lab.until("its age", |lab| {
        lab.advance(0.05);
        peek(&track).filter(|report| report.latencies.total.is_some())
    });
    let total = report.latencies.total.expect("an age");
    assert_eq!((total.n, (total.max_ms * 1e3).round() as u64), (1, 70_000));
    assert!(report.first_frame.shown_ms.is_some() && report.latencies.shown.is_some());
}

#[test]
fn what_was_asked_for_is_told_beside_what_came() {
    let mut lab = Lab::pair();
    let track = lab.open_one(r#"{"video":{"frameRate":{"ideal":14}}}"#);
    lab.advance(2.0);
    let report = lab.until("two seconds", |_| peek(&track).filter(|report| report.produced >= 49));
    let rates = report.rates;
    assert_eq!((rates.requested, rates.granted, rates.track), (Some(14.0), Some(30.0), Some(15.0)), "{rates:?}");
    assert!(report.discarded > 0 && report.dropped == 0);
    lab.apply(track.track.id, r#"{"frameRate":{"exact":12.5}}"#).expect("settings");
    lab.advance(0.2);
    let is_new = |report: &Arc<VideoReport>| report.rates.requested == Some(12.5);
    let report = lab.until("the new rate", |_| peek(&track).filter(is_new));
    assert_eq!(report.rates.track, Some(12.5));
}
