//! A microphone that samples more slowly inside than it says.

use std::collections::VecDeque;
use std::f64::consts::TAU;

/// Taps at 48 kHz; the stop band begins 1.1 kHz above the pass band's end, 74 dB down.
const TAPS: f64 = 255.0;

/// A low pass of linear phase and without delay: what is to come is known, since samples are computed from their numbers.
#[derive(Debug)]
pub(super) struct Band {
    taps: Vec<f64>,
    /// The samples around the next one.
    around: VecDeque<f64>,
    /// Whose surroundings these are.
    next: u64,
}

impl Band {
    /// Nothing from this frequency on, at this rate in hertz.
    pub(super) fn new(hertz: f64, rate: f64) -> Self {
        let half = (TAPS * rate / 48_000.0 / 2.0).floor().max(8.0) as i64;
        let count = (half * 2 + 1) as f64;
        // The window's transition is 5.5 steps of its spectrum wide, half of it on either side.
        let cut = (hertz / rate - 2.75 / count).max(0.5 / count);
        let sinc = |at: f64| if at == 0.0 { 2.0 * cut } else { (TAU * cut * at).sin() / (TAU / 2.0 * at) };
        let blackman = |at: f64| {
            let phase = TAU * (at + half as f64 + 1.0) / (count + 1.0);
            0.42 - 0.5 * phase.cos() + 0.08 * (2.0 * phase).cos()
        };
        let taps: Vec<f64> = (-half..=half).map(|at| sinc(at as f64) * blackman(at as f64)).collect();
        let sum: f64 = taps.iter().sum();
        Self { taps: taps.iter().map(|tap| tap / sum).collect(), around: VecDeque::new(), next: 0 }
    }

    /// The sample with this number of what a source has.
    pub(super) fn sample(&mut self, number: u64, source: impl Fn(u64) -> f64) -> f64 {
        let half = self.taps.len() as u64 / 2;
        if self.around.len() == self.taps.len() && number == self.next {
            self.around.pop_front();
            self.around.push_back(source(number + half));
        } else {
            let first = |tap: u64| (number + tap).checked_sub(half);
            self.around = (0..self.taps.len() as u64).map(|tap| first(tap).map_or(0.0, &source)).collect();
        }
        self.next = number + 1;
        self.around.iter().zip(&self.taps).map(|(sample, tap)| sample * tap).sum()
    }
}
