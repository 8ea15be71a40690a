//! The lab's conversions next to those of others, some runs each in turns, so that what disturbs one disturbs the other, and
//! each finds its own buffers in the cache, as in a steady stream. The best run of each counts: on a machine that others use
//! too, it is the one that tells most of the code.

use std::hint::black_box;
use std::time::Duration;

use capture_lab::media::{PictureConverter, VideoFrame};
use capture_lab::model::PixelFormat;
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::{Failure, next, open};

const SIZE: (u32, u32) = (1920, 1080);
/// Runs of one before the other's turn.
const TURN: usize = 5;
/// How far from its goal a ratio may be on a disturbed machine.
const GROSS: f64 = 5.0;

/// Prints the comparison.
///
/// # Errors
/// Where something does not convert, or is far from its goal.
pub fn compare(runs: usize) -> Result<(), Failure> {
    println!("\n{:<10} {:<34} {:>9} {:>9} {:>9}  goal", "1920×1080", "to preview, CPU", "ours ms", "theirs", "ratio");
    #[cfg(feature = "nokhwa")]
    {
        let resolution = nokhwa::utils::Resolution::new(SIZE.0, SIZE.1);
        against(PixelFormat::YUYV, "nokhwa to RGBA", runs, 8.0, |frame, rgba| {
            Ok(nokhwa::utils::buf_yuyv422_to_rgb(&frame.data, rgba, true)?)
        })?;
        against(PixelFormat::NV12, "nokhwa to RGBA", runs, 8.0, |frame, rgba| {
            Ok(nokhwa::utils::buf_nv12_to_rgb(resolution, &frame.data, rgba, true)?)
        })?;
    }
    against(PixelFormat::MJPG, "zune-jpeg alone to RGBA", runs, 1.0 / 1.15, |frame, rgba| {
        let options = DecoderOptions::default().jpeg_set_out_colorspace(ColorSpace::RGBA);
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(&frame.data[..]), options);
        decoder.decode_into(rgba).map_err(|error| error.to_string().into())
    })
}

/// `goal` is the least ratio of their time to ours.
fn against(
    format: PixelFormat,
    name: &str,
    runs: usize,
    goal: f64,
    mut theirs: impl FnMut(&VideoFrame, &mut [u8]) -> Result<(), Failure>,
) -> Result<(), Failure> {
    let frame = next(open(SIZE, format)?.as_mut())?;
    let mut rgba = vec![0; SIZE.0 as usize * SIZE.1 as usize * 4];
    let mut converter = PictureConverter::new();
    let (mut our_times, mut their_times) = (Vec::with_capacity(runs), Vec::with_capacity(runs));
    for _ in 0..runs.div_ceil(TURN) {
        for _ in 0..TURN {
            our_times.push(timed(|| {
                let image = converter.to_preview(black_box(&frame))?;
                converter.recycle(black_box(image).pixels);
                Ok(())
            })?);
        }
        for _ in 0..TURN {
            their_times.push(timed(|| theirs(black_box(&frame), black_box(&mut rgba)))?);
        }
    }
    let [ours, theirs] = [our_times, their_times].map(|times| times.into_iter().min().unwrap_or_default());
    let ratio = theirs.as_secs_f64() / ours.as_secs_f64().max(1e-9);
    let [ours, theirs] = [ours, theirs].map(|time| time.as_secs_f64() * 1e3);
    println!("{:<10} {name:<34} {ours:>9.3} {theirs:>9.3} {ratio:>9.2}  {goal:.2}", format.to_string());
    if runs > 1 && ratio < goal / GROSS {
        return Err(format!("{format}: {ratio:.2} times as fast as {name}, far below {goal:.2}").into());
    }
    Ok(())
}

fn timed(run: impl FnOnce() -> Result<(), Failure>) -> Result<Duration, Failure> {
    let start = processor_time();
    run()?;
    Ok(processor_time().saturating_sub(start))
}

/// Of this thread: what other programs do in the meantime does not count.
#[cfg(target_os = "linux")]
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or_default(), time.tv_nsec.try_into().unwrap_or_default())
}

#[cfg(not(target_os = "linux"))]
fn processor_time() -> Duration {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}
