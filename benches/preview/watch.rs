//! Finds the test camera's picture on the screen and reads its frame numbers.

use std::time::{Duration, Instant};

use crate::program::Running;
use crate::screen::Screen;

/// How often the screen is looked at.
const STEP: Duration = Duration::from_millis(4);
const PATIENCE: Duration = Duration::from_secs(30);
/// The start, with its compiling of shaders and opening of profiles, is not the preview.
const SETTLE: Duration = Duration::from_secs(2);
/// The film that Chromium plays begins again; a larger step than this is no loss.
const LARGEST_LOSS: u32 = 60;

/// What was seen.
pub struct Outcome {
    /// Seconds from the start to the first picture.
    pub first: f64,
    /// Pictures per second.
    pub shown: f64,
    /// Frame numbers that never came to the screen.
    pub missed: u32,
    /// 50th, 95th and 99th percentile of the time from picture to picture, in milliseconds.
    pub percentiles: [f64; 3],
    /// Processor seconds per second.
    pub cpu: f64,
    pub pss_mib: f64,
}

/// The row of blocks that is the frame number.
struct Blocks {
    y: usize,
    left: usize,
    width: usize,
}

/// Watches for `time`; `None` where no picture came.
pub fn watch(screen: &Screen, running: &Running, time: Duration) -> Option<Outcome> {
    find(screen, running)?;
    let first = running.since.elapsed().as_secs_f64();
    std::thread::sleep(SETTLE);
    let blocks = find(screen, running)?; // the window may have moved it
    let (start, cpu) = (Instant::now(), running.cpu());
    let mut seen: Vec<(Instant, u32)> = Vec::new();
    while start.elapsed() < time {
        if let Some(number) = blocks.read(screen)
            && seen.last().is_none_or(|(_, last)| *last != number)
        {
            seen.push((Instant::now(), number));
        }
        std::thread::sleep(STEP);
    }
    let seconds = start.elapsed().as_secs_f64();
    Some(Outcome {
        first,
        shown: seen.len() as f64 / seconds,
        missed: missed(&seen),
        percentiles: percentiles(&seen),
        cpu: (running.cpu() - cpu) / seconds,
        pss_mib: running.pss_mib(),
    })
}

fn missed(seen: &[(Instant, u32)]) -> u32 {
    let steps = seen.windows(2).map(|pair| pair[1].1.wrapping_sub(pair[0].1));
    steps.filter(|step| (2..LARGEST_LOSS).contains(step)).map(|step| step - 1).sum()
}

fn percentiles(seen: &[(Instant, u32)]) -> [f64; 3] {
    let mut intervals: Vec<_> = seen.windows(2).map(|pair| (pair[1].0 - pair[0].0).as_secs_f64() * 1000.0).collect();
    intervals.sort_by(f64::total_cmp);
    [0.5, 0.95, 0.99].map(|share| {
        let place = (share * intervals.len() as f64) as usize;
        intervals.get(place).or(intervals.last()).copied().unwrap_or(f64::NAN)
    })
}

/// Waits for the colour bars.
fn find(screen: &Screen, running: &Running) -> Option<Blocks> {
    while running.since.elapsed() < PATIENCE {
        if let Some(blocks) = bars(screen, screen.height / 2).or_else(|| bars(screen, screen.height / 3)) {
            return Some(blocks);
        }
        std::thread::sleep(STEP);
    }
    None
}

/// The picture is eight bars wide, of which the second is yellow and the third cyan; the blocks are just above the bars.
fn bars(screen: &Screen, y: usize) -> Option<Blocks> {
    let line = screen.line(y);
    let yellow = line.iter().position(|pixel| is(*pixel, [true, true, false]))?;
    let cyan = line.iter().position(|pixel| is(*pixel, [false, true, true]))?;
    let bar = cyan.checked_sub(yellow).filter(|bar| *bar >= 16)?;
    let column = yellow + bar / 2;
    let is_bar = |y: &usize| screen.line(*y).get(column).is_some_and(|pixel| is(*pixel, [true, true, false]));
    let top = (0..y).rev().take_while(is_bar).last()?;
    Some(Blocks { y: top.checked_sub(6)?, left: yellow.checked_sub(bar)?, width: bar * 8 })
}

/// Whether red, green and blue are high or low. A clip's colours are near, not equal.
fn is(pixel: [u8; 3], high: [bool; 3]) -> bool {
    pixel.iter().zip(high).all(|(value, high)| if high { *value > 130 } else { *value < 90 })
}

impl Blocks {
    fn read(&self, screen: &Screen) -> Option<u32> {
        let line = screen.line(self.y);
        (0..32).try_fold(0_u32, |number, block| {
            let pixel = line.get(self.left + (block * 2 + 1) * self.width / 64)?;
            Some(number << 1 | u32::from(pixel[1] > 128))
        })
    }
}
