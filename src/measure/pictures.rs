//! What is measured of the pictures that are made of a track's frames.

use std::collections::VecDeque;

use crate::model::Timestamp;

use super::Look;
use super::black::BlackDetector;
use super::first_frame::Milestones;
use super::freezes::FreezeMeter;
use super::report::{Latencies, Scene};
use super::statistics::{RecentTimes, percentile, sorted};

/// Noise is the median of as many looks.
const NOISE_LOOKS: usize = 10;
/// Pictures that wait to be drawn.
const MOST_WAITING: usize = 8;

/// A picture that was made of a frame, and what was measured of it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SeenPicture {
    /// The driver's stamp of its frame.
    pub captured_at: Timestamp,
    /// When its frame arrived.
    pub arrived_at: Timestamp,
    /// When it was ready.
    pub ready_at: Timestamp,
    /// Mean luma, 0 to 255.
    pub luma: f64,
    /// Its [`fingerprint`](super::fingerprint).
    pub fingerprint: u64,
    /// What a closer look found, where one was taken.
    pub look: Option<Look>,
    /// Frames of the track before it of which no picture was made, since a newer one took their place.
    pub unseen: u64,
}

/// Measures pictures.
#[derive(Debug, Default)]
pub(super) struct PictureMeter {
    pub luma: Option<f64>,
    pub freezes: FreezeMeter,
    pub milestones: Milestones,
    pub unseen: u64,
    scene: Scene,
    noises: VecDeque<f64>,
    black: BlackDetector,
    /// When pictures that nobody drew yet were captured and ready.
    waiting: VecDeque<(Timestamp, Timestamp)>,
    picture: RecentTimes,
    shown: RecentTimes,
    total: RecentTimes,
}

impl PictureMeter {
    /// Forgets all but the newest picture's luma and the way to the first.
    pub(super) fn begin_anew(&mut self) {
        *self = Self { luma: self.luma, milestones: self.milestones, ..Self::default() };
    }

    pub(super) fn picture(&mut self, seen: &SeenPicture) {
        self.luma = Some(seen.luma);
        self.unseen += seen.unseen;
        self.freezes.picture(seen.fingerprint, seen.captured_at, seen.unseen);
        self.picture.push(seen.ready_at, seen.ready_at.secs_since(seen.arrived_at) * 1e3);
        self.milestones.first_picture.get_or_insert(seen.ready_at);
        self.waiting.push_back((seen.captured_at, seen.ready_at));
        if self.waiting.len() > MOST_WAITING {
            self.waiting.pop_front();
        }
        if let Some(look) = seen.look {
            self.look(seen.luma, look);
        }
    }

    fn look(&mut self, luma: f64, look: Look) {
        self.black.picture(luma, look.deviation);
        if let Some(noise) = look.noise {
            self.noises.push_back(noise);
            if self.noises.len() > NOISE_LOOKS {
                self.noises.pop_front();
            }
        }
        let peak = self.scene.sharpness_peak.into_iter().chain(look.sharpness).reduce(f64::max);
        self.scene = Scene {
            looks: self.scene.looks + 1,
            luma_deviation: Some(look.deviation),
            sharpness: look.sharpness,
            sharpness_peak: peak,
            noise: percentile(&sorted(self.noises.iter().copied()), 50),
        };
    }

    /// The window drew a picture. `captured_at` names it.
    pub(super) fn shown(&mut self, captured_at: Timestamp, at: Timestamp) {
        let Some(index) = self.waiting.iter().position(|(captured, _)| *captured == captured_at) else { return };
        let Some((captured, ready)) = self.waiting.drain(..=index).next_back() else { return };
        self.milestones.first_shown.get_or_insert(at);
        self.shown.push(at, at.since(ready).as_secs_f64() * 1e3);
        self.total.push(at, at.secs_since(captured) * 1e3);
    }

    /// What comes next is no continuation. The newest picture stood until `until`, where that is known.
    pub(super) fn interrupt(&mut self, until: Option<Timestamp>) {
        self.freezes.interrupt(until);
        self.black = BlackDetector::default();
        self.noises.clear();
        self.waiting.clear();
        for times in [&mut self.picture, &mut self.shown, &mut self.total] {
            times.clear();
        }
    }

    pub(super) const fn scene(&self) -> Scene {
        self.scene
    }

    pub(super) const fn is_black(&self) -> bool {
        self.black.is_black()
    }

    /// A black picture is still as well: one word is enough.
    pub(super) fn is_frozen(&self) -> bool {
        self.freezes.is_frozen() && !self.black.is_dark()
    }

    /// All but that of the arrival, which is known of frames.
    pub(super) fn latencies(&self) -> Latencies {
        Latencies {
            arrival: None,
            picture: self.picture.stats(),
            shown: self.shown.stats(),
            total: self.total.stats().filter(|stats| stats.p50_ms >= 0.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Timestamp {
        Timestamp::from_nanos((1000 + millis) * 1_000_000)
    }

    fn picture(number: u64, look: Option<Look>) -> SeenPicture {
        let time = number * 40;
        let (captured_at, arrived_at, ready_at) = (at(time), at(time + 3), at(time + 8));
        SeenPicture { captured_at, arrived_at, ready_at, luma: 100.0, fingerprint: number, look, unseen: 0 }
    }

    #[test]
    fn each_step_from_the_driver_to_the_window_has_its_latency() {
        let mut meter = PictureMeter::default();
        for number in 0..100 {
            meter.picture(&picture(number, None));
            if number % 2 == 0 {
                meter.shown(at(number * 40), at(number * 40 + 15));
            }
        }
        let latencies = meter.latencies();
        let stats = |stats: Option<super::super::TimeStats>| {
            stats.map(|stats| (stats.n, stats.p50_ms.round() as u32, stats.max_ms.round() as u32))
        };
        assert_eq!(stats(latencies.picture), Some((100, 5, 5)));
        assert_eq!((stats(latencies.shown), stats(latencies.total)), (Some((50, 7, 7)), Some((50, 15, 15))));
        assert_eq!((meter.milestones.first_picture, meter.milestones.first_shown), (Some(at(8)), Some(at(15))));
        meter.shown(at(0), at(9000));
        assert_eq!(stats(meter.latencies().shown), Some((50, 7, 7)), "a picture is drawn for the first time once");
    }

    #[test]
    fn noise_is_a_median_and_the_peak_of_sharpness_is_held() {
        let mut meter = PictureMeter::default();
        for number in 0..20 {
            let look = Look {
                mean: 100.0,
                deviation: 30.0,
                sharpness: Some(if number == 3 { 0.9 } else { 0.2 }),
                noise: Some(if number == 19 { 50.0 } else { 1.5 }),
            };
            meter.picture(&picture(number, Some(look)));
        }
        let scene = meter.scene();
        assert_eq!(
            (scene.looks, scene.noise, scene.sharpness, scene.sharpness_peak),
            (20, Some(1.5), Some(0.2), Some(0.9))
        );
    }

    #[test]
    fn a_black_picture_is_not_called_frozen() {
        let mut meter = PictureMeter::default();
        for number in 0..60 {
            let look = Look { deviation: 0.5, ..Look::default() };
            let black = SeenPicture { luma: 2.0, fingerprint: 1, ..picture(number, (number % 3 == 0).then_some(look)) };
            meter.picture(&black);
            assert!(!meter.is_frozen());
        }
        assert!(meter.is_black() && meter.freezes.is_frozen());
    }
}
