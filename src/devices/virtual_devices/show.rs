//! What a virtual camera shows of each frame: the test picture, or the pictures of a file.

use std::sync::Arc;

use jpeg_encoder::EncodingError;

use crate::devices::{DeviceError, DeviceErrorKind};
use crate::media::{line_stride, needed_bytes, picture_planes};
use crate::model::{CameraMode, Colour, ColourRange, PixelFormat, Timestamp};

use super::description::Pattern;
use super::picture::TestPicture;
use super::source::Source;
use super::timeline::{Damage, Plan};

/// The length of a frame in a format that the lab cannot decode: its number, over and over.
const UNSEEN_BYTES: usize = 4096;
/// The brightness of a closed shutter.
pub(super) const SHUT: i32 = -255;

/// What a camera shows.
#[derive(Clone, Debug)]
pub(super) enum Shown {
    Pattern(Pattern),
    Source(Arc<Source>),
}

/// The pictures of one opening.
pub(super) struct Show {
    mode: CameraMode,
    shown: Shown,
    /// The name of the camera, for messages.
    camera: String,
    /// Of the pattern.
    picture: Option<TestPicture>,
    /// That of a covered lens, once it was needed.
    black: Option<TestPicture>,
    /// The last one of a wrong size.
    other_size: Option<TestPicture>,
    /// That of the picture.
    brightness: i32,
}

impl Show {
    pub(super) fn new(mode: CameraMode, shown: Shown, camera: String) -> Result<Self, DeviceError> {
        let mut show = Self { mode, shown, camera, picture: None, black: None, other_size: None, brightness: 0 };
        show.draw_still()?;
        Ok(show)
    }

    fn draw_still(&mut self) -> Result<(), DeviceError> {
        if let Shown::Pattern(pattern) = self.shown
            && self.mode.pixel_format.is_decodable()
        {
            let picture = TestPicture::new(self.mode, pattern, self.brightness).map_err(|error| cannot_draw(&error))?;
            self.picture = Some(picture);
        }
        Ok(())
    }

    /// Draws anew what stands still, where it is to be brighter or darker than before.
    pub(super) fn set_brightness(&mut self, brightness: i32) -> Result<(), DeviceError> {
        if std::mem::replace(&mut self.brightness, brightness) == brightness {
            return Ok(());
        }
        self.draw_still()
    }

    /// Bytes from one line to the next of the first plane; 0 for JPEG.
    pub(super) fn stride(&self) -> u32 {
        line_stride(self.mode.pixel_format, self.mode.width, 0)
    }

    pub(super) fn colour(&self) -> Colour {
        match &self.shown {
            Shown::Pattern(_) => Colour::usual_of(self.mode.pixel_format),
            Shown::Source(source) => source.colour(),
        }
    }

    /// Whether it is between two flashes at a time of the lab's clock.
    pub(super) fn is_dark(&self, at: Timestamp) -> bool {
        let Shown::Pattern(Pattern::Flash { every, time }) = self.shown else { return false };
        u128::from(at.as_nanos()) % every.0.as_nanos() >= time.0.as_nanos()
    }

    /// The bytes of a frame before any damage.
    pub(super) fn draw(&mut self, plan: &Plan, data: &mut Vec<u8>) -> Result<(), DeviceError> {
        if !self.mode.pixel_format.is_decodable() {
            data.clear();
            data.extend(plan.picture.number.to_le_bytes().iter().cycle().take(UNSEEN_BYTES));
            return Ok(());
        }
        let source = match &self.shown {
            Shown::Source(source) => Some(Arc::clone(source)),
            Shown::Pattern(_) => None,
        };
        let Some(source) = source else {
            return self.draw_pattern(plan, data).map_err(|error| cannot_draw(&error));
        };
        let other_size = match plan.damage {
            Some(Damage::Size(width, height)) => Some(CameraMode { width, height, ..self.mode }),
            _ => None,
        };
        if plan.picture.is_black || self.brightness <= SHUT || other_size.is_some() {
            return self.draw_blank(plan, other_size.unwrap_or(self.mode), data);
        }
        source.read(plan.picture.number, data).map_err(|error| {
            let message = format!(
                "{} cannot read its source {} ({error}): put the file back as it was and open the camera anew",
                self.camera,
                source.path().display(),
            );
            DeviceError::new(DeviceErrorKind::Driver, message)
        })?;
        brighten(self.mode, self.brightness, data);
        Ok(())
    }

    fn draw_pattern(&mut self, plan: &Plan, data: &mut Vec<u8>) -> Result<(), EncodingError> {
        let Shown::Pattern(pattern) = self.shown else { return Ok(()) };
        let picture = match plan.damage {
            _ if plan.picture.is_black => made(&mut self.black, self.mode, Pattern::Flat(0, 0, 0))?,
            Some(Damage::Size(width, height)) => {
                made(&mut self.other_size, CameraMode { width, height, ..self.mode }, pattern)?
            }
            _ => match &mut self.picture {
                Some(picture) => picture,
                none => none.insert(TestPicture::new(self.mode, pattern, self.brightness)?),
            },
        };
        picture.draw(plan.picture.number, plan.picture.elapsed, data)
    }

    /// Black in the source's format.
    fn draw_blank(&mut self, plan: &Plan, mode: CameraMode, data: &mut Vec<u8>) -> Result<(), DeviceError> {
        if mode.pixel_format == PixelFormat::MJPG {
            let black = made(&mut self.black, mode, Pattern::Flat(0, 0, 0)).map_err(|error| cannot_draw(&error))?;
            let drawn = black.draw(plan.picture.number, plan.picture.elapsed, data);
            return drawn.map_err(|error| cannot_draw(&error));
        }
        let luma = if self.colour().range == ColourRange::Full { 0 } else { 16 };
        data.clear();
        data.resize(luma_bytes(mode), luma);
        data.resize(needed_bytes(mode.pixel_format, mode.width, mode.height, 0).unwrap_or_default(), 128);
        Ok(())
    }
}

/// The picture that is there, or a new one where that is of another mode.
fn made(
    there: &mut Option<TestPicture>,
    mode: CameraMode,
    pattern: Pattern,
) -> Result<&mut TestPicture, EncodingError> {
    match there.take().filter(|picture| picture.mode() == mode) {
        Some(picture) => Ok(there.insert(picture)),
        None => Ok(there.insert(TestPicture::new(mode, pattern, 0)?)),
    }
}

/// Bytes of the first plane of a planar picture.
fn luma_bytes(mode: CameraMode) -> usize {
    let planes = picture_planes(mode.pixel_format, mode.width, mode.height, 0);
    planes.first().map_or(0, |plane| (plane.stride * plane.lines) as usize)
}

/// Adds to the luma of a source's picture. JPEG pictures stay as they are.
fn brighten(mode: CameraMode, brighter: i32, data: &mut [u8]) {
    if brighter == 0 {
        return;
    }
    for byte in data.iter_mut().take(luma_bytes(mode)) {
        *byte = (i32::from(*byte) + brighter).clamp(0, 255) as u8;
    }
}

fn cannot_draw(error: &EncodingError) -> DeviceError {
    DeviceError::new(DeviceErrorKind::Driver, format!("the test camera cannot code its picture: {error}"))
}
