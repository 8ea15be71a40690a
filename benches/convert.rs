//! What it costs to draw the test camera's picture, to convert a picture for the screen and for an encoder, and to
//! measure its luma: milliseconds of one thread per frame, and as a ratio to copying the same picture as RGBA. Then, from
//! buffer to preview picture at 1080p, next to nokhwa's own decoders and to zune-jpeg alone, in turns; a gross breach of
//! the goals (factor 5) fails.
//!
//! `cargo bench --bench convert`. Without `--bench` (as `cargo test --benches` starts it) each step runs once.

#[path = "convert/peers.rs"]
mod peers;

use std::error::Error;
use std::hint::black_box;
use std::path::Path;
use std::time::{Duration, Instant};

use capture_lab::devices::virtual_devices::load_text;
use capture_lab::devices::{CameraStream, CancelToken, IdMaker};
use capture_lab::measure::{mean_luma, mean_luma_of_frame};
use capture_lab::media::{FakeClock, PictureConverter, Resizer, VideoFrame, line_stride, needed_bytes};
use capture_lab::model::{CameraMode, Colour, FrameRate, PixelFormat, Timestamp};

type Failure = Box<dyn Error>;

const SIZES: [(u32, u32); 2] = [(1280, 720), (1920, 1080)];
const FORMATS: [PixelFormat; 5] =
    [PixelFormat::YUYV, PixelFormat::NV12, PixelFormat::MJPG, PixelFormat::RGB3, PixelFormat::GREY];
/// One of each kind of the others.
const OTHERS: [[u8; 4]; 12] = [
    *b"UYVY", *b"YU12", *b"422P", *b"NV16", *b"NV24", *b"P010", *b"AYUV", *b"AR24", *b"RGBP", *b"Y16 ", *b"BA81",
    *b"RG10",
];
const CAMERA: &str = "(cameras: [(name: \"bench\", label: \"Bench\", modes: [(sizes: [(1280, 720), (1920, 1080)],
    rates: [(30, 1)], formats: [\"YUYV\", \"NV12\", \"MJPG\", \"RGB3\", \"GREY\"])])])";

fn main() -> Result<(), Failure> {
    let runs = if std::env::args().any(|argument| argument == "--bench") { 41 } else { 1 };
    println!("{:<10} {:<6} {:<22} {:>9} {:>9}", "size", "format", "step", "ms/frame", "× memcpy");
    for size in SIZES {
        let unit = copy(size, runs);
        row(size, None, "memcpy RGBA", unit, unit);
        for format in FORMATS {
            bench_format(size, format, runs, unit)?;
        }
        for code in OTHERS {
            bench_conversion(&noise(PixelFormat(code), size), size, runs, unit)?;
        }
    }
    peers::compare(runs)
}

/// A frame of bytes that are not all the same.
fn noise(pixel_format: PixelFormat, (width, height): (u32, u32)) -> VideoFrame {
    let bytes = needed_bytes(pixel_format, width, height, 0).unwrap_or_default();
    let data: Vec<u8> = (0..bytes).map(|index| (index * 7 + index / 977) as u8).collect();
    let at = Timestamp::default();
    VideoFrame {
        sequence: 0,
        captured_at: at,
        arrived_at: at,
        width,
        height,
        stride: line_stride(pixel_format, width, 0),
        pixel_format,
        colour: Colour::usual_of(pixel_format),
        data: data.into(),
        corrupt: false,
    }
}

fn bench_format(size: (u32, u32), format: PixelFormat, runs: usize, unit: Duration) -> Result<(), Failure> {
    let mut stream = open(size, format)?;
    let mut converter = PictureConverter::new();
    let frame = next(stream.as_mut())?;
    let report = |step, time| row(size, Some(format), step, time, unit);
    report("draw", median(runs, || next(stream.as_mut()))?);
    bench_conversion(&frame, size, runs, unit)?;
    if format == PixelFormat::MJPG {
        let image = converter.to_preview(&frame)?;
        report("luma of preview", median(runs, || Ok(mean_luma(&image)))?);
        let planes = converter.to_i420(&frame)?;
        let mut resizer = Resizer::new();
        report("I420 to 640×480, bars", median(runs, || Ok(resizer.fit_with_bars(&planes, 640, 480)))?);
        report("preview to 640×480, cropped", median(runs, || Ok(resizer.crop_preview(&image, 640, 480)))?);
    } else {
        report("luma of frame", median(runs, || Ok(mean_luma_of_frame(&frame)))?);
    }
    Ok(())
}

fn bench_conversion(frame: &VideoFrame, size: (u32, u32), runs: usize, unit: Duration) -> Result<(), Failure> {
    let mut converter = PictureConverter::new();
    let report = |step, time| row(size, Some(frame.pixel_format), step, time, unit);
    report(
        "to preview",
        median(runs, || {
            let image = converter.to_preview(frame)?;
            converter.recycle(image.pixels);
            Ok(())
        })?,
    );
    report(
        "to I420",
        median(runs, || {
            let image = converter.to_i420(frame)?;
            converter.recycle_i420(image);
            Ok(())
        })?,
    );
    Ok(())
}

fn open((width, height): (u32, u32), pixel_format: PixelFormat) -> Result<Box<dyn CameraStream>, Failure> {
    let clock = FakeClock::shared();
    let devices = load_text(CAMERA, Path::new("bench"), &IdMaker::default(), clock.clone())?;
    let backend = devices.cameras.first().ok_or("no camera")?;
    let device = backend.enumerate()?.pop().ok_or("no camera")?;
    let mode = CameraMode { width, height, frame_rate: FrameRate::new(30, 1), pixel_format };
    let stream = backend.open(&device, mode, &CancelToken::new())?;
    // All frames are due: what is timed is the drawing alone.
    clock.advance(Duration::from_hours(1));
    Ok(stream)
}

fn next(stream: &mut dyn CameraStream) -> Result<VideoFrame, Failure> {
    stream.next(Duration::from_mins(1))?.item.ok_or_else(|| "no frame".into())
}

fn copy((width, height): (u32, u32), runs: usize) -> Duration {
    let from = vec![1_u32; (width * height) as usize];
    let mut to = from.clone();
    median(runs, || {
        black_box(&mut to).copy_from_slice(black_box(&from));
        Ok(())
    })
    .unwrap_or_default()
}

/// The median of some runs, after a few to warm up.
fn median<T>(runs: usize, mut run: impl FnMut() -> Result<T, Failure>) -> Result<Duration, Failure> {
    let mut times = Vec::with_capacity(runs);
    for index in 0..runs + runs / 8 {
        let start = Instant::now();
        black_box(run()?);
        if index >= runs / 8 {
            times.push(start.elapsed());
        }
    }
    times.sort_unstable();
    Ok(times.get(times.len() / 2).copied().unwrap_or_default())
}

fn row((width, height): (u32, u32), format: Option<PixelFormat>, step: &str, time: Duration, unit: Duration) {
    let size = format!("{width}×{height}");
    let format = format.map_or_else(String::new, |format| format.to_string());
    let ratio = time.as_secs_f64() / unit.as_secs_f64().max(1e-9);
    println!("{size:<10} {format:<6} {step:<22} {:>9.3} {ratio:>9.1}", time.as_secs_f64() * 1e3);
}
