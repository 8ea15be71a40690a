//! One mode of a sweep, as files name it.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::model::{
    CameraMode, Constraint, ConstraintSet, FrameRate, MediaStreamConstraints, MediaTrackConstraints, PixelFormat,
    Property,
};

/// A mode by its pixel format, size and rate: what results are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SweepMode {
    /// The four-character code.
    pub pixel_format: PixelFormat,
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// Frames per second as a fraction, `30000/1001`.
    #[serde(with = "exact")]
    pub frame_rate: FrameRate,
}

impl SweepMode {
    /// What `getUserMedia` is asked for: this, without cropping, scaling or leaving frames out. It is wanted, not required, so
    /// that a driver which gives something else is measured in that, and told.
    pub(super) fn constraints(self) -> MediaStreamConstraints {
        let basic = ConstraintSet::default()
            .with(Property::Width, Constraint::ideal(self.width))
            .with(Property::Height, Constraint::ideal(self.height))
            .with(Property::FrameRate, Constraint::ideal(self.frame_rate.as_f64()))
            .with(Property::ResizeMode, Constraint::exact("none"));
        let video = MediaTrackConstraints { basic, advanced: Vec::new() };
        MediaStreamConstraints { video: Some(video), audio: None }
    }
}

impl From<CameraMode> for SweepMode {
    fn from(CameraMode { width, height, frame_rate, pixel_format }: CameraMode) -> Self {
        Self { pixel_format, width, height, frame_rate }
    }
}

impl fmt::Display for SweepMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pixel_format, width, height, frame_rate } = *self;
        CameraMode { width, height, frame_rate, pixel_format }.fmt(f)
    }
}

/// Frame rates as text, `25/2`: a number with a point would lose 30000/1001.
mod exact {
    use serde::de::Error as _;
    use serde::{Deserialize as _, Deserializer, Serializer};

    use crate::model::FrameRate;

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "as serde calls it")]
    pub fn serialize<S: Serializer>(rate: &FrameRate, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&super::fraction(*rate))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<FrameRate, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parts = text.split_once('/').and_then(|(above, below)| Some((above.parse().ok()?, below.parse().ok()?)));
        match parts {
            Some((above, below)) if above > 0 && below > 0 => Ok(FrameRate::new(above, below)),
            _ => Err(D::Error::custom(format!("“{text}” is no frame rate such as 30/1"))),
        }
    }
}

/// A rate as files have it.
pub(super) fn fraction(rate: FrameRate) -> String {
    format!("{}/{}", rate.numerator(), rate.denominator())
}
