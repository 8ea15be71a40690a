//! The test camera's picture.

use std::ops::Range;
use std::time::Duration;

use jpeg_encoder::EncodingError;

use crate::media::{PreviewImage, needed_bytes};
use crate::model::{CameraMode, PixelFormat};

use super::canvas::{Canvas, Color, Rect, advance, line_height};
use super::description::Pattern;
use super::jpeg::PartialJpeg;

/// Blocks of the machine-readable frame number.
const BLOCKS: u32 = 32;
/// What the moving block takes from left to right.
const SWEEP: Duration = Duration::from_secs(2);
/// Characters of the line that changes: number, gap, time.
const TEXT_COLUMNS: u32 = 22;

/// Draws the pictures of one mode: a still background, copied, and on it what moves.
#[derive(Debug)]
pub(super) struct TestPicture {
    mode: CameraMode,
    pattern: Pattern,
    /// Of the raw format; RGB for JPEG.
    background: Vec<u8>,
    jpeg: Option<JpegPart>,
}

/// What JPEG modes have beside the background.
#[derive(Debug)]
struct JpegPart {
    encoder: PartialJpeg,
    /// The background with the last picture's moving part on it.
    rgb: Vec<u8>,
    /// The lines that change.
    changing: Vec<Range<usize>>,
}

/// Adds to the luma of a raw picture, or to each colour of an RGB one.
fn brighten(mode: CameraMode, bytes: &mut [u8], brighter: i32) {
    if brighter == 0 {
        return;
    }
    let luma = mode.width as usize * mode.height as usize;
    let (step, count) = match raw_format(mode) {
        PixelFormat::YUYV => (2, bytes.len()),
        PixelFormat::NV12 => (1, luma),
        _ => (1, bytes.len()),
    };
    for byte in bytes.iter_mut().take(count).step_by(step) {
        *byte = (i32::from(*byte) + brighter).clamp(0, 255) as u8;
    }
}

impl TestPicture {
    /// `brighter` is added to the luma of all that stands still, -128 to 127.
    pub(super) fn new(mode: CameraMode, pattern: Pattern, brighter: i32) -> Result<Self, EncodingError> {
        let bytes = needed_bytes(raw_format(mode), mode.width, mode.height, 0).unwrap_or_default();
        let mut picture = Self { mode, pattern, background: vec![0; bytes], jpeg: None };
        let mut background = std::mem::take(&mut picture.background);
        picture.draw_still(&mut picture.canvas(&mut background));
        brighten(mode, &mut background, brighter);
        if mode.pixel_format == PixelFormat::MJPG {
            let encoder = PartialJpeg::new(&background, mode.width, mode.height)?;
            let changing = picture.changing().into_iter().map(|lines| encoder.whole_rows(lines)).collect();
            picture.jpeg = Some(JpegPart { encoder, rgb: background.clone(), changing });
        }
        picture.background = background;
        Ok(picture)
    }

    /// The mode that it is drawn for.
    pub(super) const fn mode(&self) -> CameraMode {
        self.mode
    }

    /// The picture with a number and the time since the start, as the camera's bytes.
    pub(super) fn draw(&mut self, number: u64, elapsed: Duration, bytes: &mut Vec<u8>) -> Result<(), EncodingError> {
        bytes.clear();
        let Some(mut jpeg) = self.jpeg.take() else {
            bytes.extend_from_slice(&self.background);
            self.draw_moving(&mut self.canvas(bytes), number, elapsed);
            return Ok(());
        };
        let stride = self.mode.width as usize * 3;
        for lines in &jpeg.changing {
            let bytes = lines.start * stride..lines.end * stride;
            if let (Some(to), Some(from)) = (jpeg.rgb.get_mut(bytes.clone()), self.background.get(bytes)) {
                to.copy_from_slice(from);
            }
        }
        self.draw_moving(&mut self.canvas(&mut jpeg.rgb), number, elapsed);
        let result = jpeg.encoder.encode(&jpeg.rgb, &jpeg.changing, bytes);
        self.jpeg = Some(jpeg);
        result
    }

    /// The lines that [`draw_moving`](Self::draw_moving) touches, in order.
    fn changing(&self) -> Vec<Range<u32>> {
        match self.pattern {
            Pattern::Flat(..) | Pattern::Flash { .. } => Vec::new(),
            Pattern::Bars => {
                let text_end = self.text_y() + line_height(self.scale());
                let blocks = 0..blocks_height(self.mode.height);
                let rest = self.sweep_y()..text_end.min(self.mode.height);
                // In a very low picture they may share a row of JPEG blocks.
                if rest.start < blocks.end + 8 {
                    std::iter::once(0..self.mode.height).collect()
                } else {
                    vec![blocks, rest]
                }
            }
        }
    }

    fn canvas<'a>(&self, bytes: &'a mut [u8]) -> Canvas<'a> {
        Canvas { format: raw_format(self.mode), width: self.mode.width, height: self.mode.height, bytes }
    }

    fn draw_still(&self, canvas: &mut Canvas<'_>) {
        let (width, height) = (self.mode.width, self.mode.height);
        let whole = Rect { x: 0, y: 0, width, height };
        match self.pattern {
            Pattern::Flat(red, green, blue) => canvas.fill(whole, Color::new(red, green, blue)),
            // What is between the flashes is drawn as with a covered lens.
            Pattern::Flash { .. } => canvas.fill(whole, Color::white()),
            Pattern::Bars => {
                canvas.fill(whole, Color::black());
                self.draw_bars(canvas);
                let mode = self.mode;
                let text = format!("{width}X{height} {} FPS {}", mode.frame_rate, mode.pixel_format);
                canvas.text(
                    self.text_x(),
                    self.text_y() + line_height(self.scale()),
                    self.scale(),
                    &text,
                    Color::white(),
                );
            }
        }
    }

    fn draw_bars(&self, canvas: &mut Canvas<'_>) {
        let (top, bottom) = (blocks_height(self.mode.height), self.sweep_y());
        let step = |bar: u32| bar * self.mode.width / 8;
        for bar in 0..8 {
            // Green is in the left half, red in every other pair, blue in every other bar: the order of SMPTE's bars.
            let part = |mask: u32| if bar & mask == 0 { 191 } else { 0 };
            let rect =
                Rect { x: step(bar), y: top, width: step(bar + 1) - step(bar), height: bottom.saturating_sub(top) };
            canvas.fill(rect, Color::new(part(2), part(4), part(1)));
        }
    }

    fn draw_moving(&self, canvas: &mut Canvas<'_>, number: u64, elapsed: Duration) {
        if self.pattern != Pattern::Bars {
            return;
        }
        self.draw_number(canvas, number);
        let width = self.mode.width / 16;
        let along = (elapsed.as_nanos() % SWEEP.as_nanos()) as f64 / SWEEP.as_nanos() as f64;
        let x = (along * f64::from(self.mode.width - width)) as u32;
        let height = self.text_y() - self.sweep_y();
        canvas.fill(Rect { x, y: self.sweep_y(), width, height }, Color::white());
        let (seconds, millis) = (elapsed.as_secs(), elapsed.subsec_millis());
        let text =
            format!("{number:08}  {:02}:{:02}:{:02}.{millis:03}", seconds / 3600, seconds / 60 % 60, seconds % 60);
        canvas.text(self.text_x(), self.text_y() + self.scale(), self.scale(), &text, Color::white());
    }

    /// The machine-readable number: 32 blocks, most significant bit first, white for 1.
    fn draw_number(&self, canvas: &mut Canvas<'_>, number: u64) {
        let height = blocks_height(self.mode.height);
        let step = |block: u32| block * self.mode.width / BLOCKS;
        for block in (0..BLOCKS).filter(|block| number as u32 >> (BLOCKS - 1 - block) & 1 == 1) {
            let rect = Rect { x: step(block), y: 0, width: step(block + 1) - step(block), height };
            canvas.fill(rect, Color::white());
        }
    }

    const fn sweep_y(&self) -> u32 {
        self.mode.height * 2 / 3
    }

    const fn text_y(&self) -> u32 {
        self.mode.height * 3 / 4
    }

    const fn text_x(&self) -> u32 {
        self.mode.width.saturating_sub(advance(self.scale()) * TEXT_COLUMNS) / 2
    }

    const fn scale(&self) -> u32 {
        let (by_height, by_width) = (self.mode.height / 4 / line_height(2), self.mode.width / advance(TEXT_COLUMNS));
        let scale = if by_height < by_width { by_height } else { by_width };
        if scale == 0 { 1 } else { scale }
    }
}

const fn raw_format(mode: CameraMode) -> PixelFormat {
    match mode.pixel_format {
        PixelFormat::MJPG => PixelFormat::RGB3,
        raw => raw,
    }
}

const fn blocks_height(height: u32) -> u32 {
    if height / 12 < 8 { 8 } else { height / 12 }
}

/// Reads the machine-readable frame number of the test camera's picture: 32 black and white blocks at the top, most
/// significant bit first. `None` where a block is neither black nor white.
pub fn read_frame_number(image: &PreviewImage) -> Option<u32> {
    let line = (blocks_height(image.height) / 2) as usize * image.width as usize;
    (0..BLOCKS).try_fold(0, |number, block| {
        let x = (block * 2 + 1) * image.width / (BLOCKS * 2);
        let [_, green, ..] = image.pixels.get(line + x as usize)?.to_ne_bytes();
        match green {
            0..64 => Some(number << 1),
            192.. => Some(number << 1 | 1),
            _ => None,
        }
    })
}
