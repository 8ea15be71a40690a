//! What a clip lacks.

use std::fmt;
use std::ops::Add;

/// What should be in a clip and is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Losses {
    /// Pictures that the camera lost or damaged, or that could not be recorded.
    pub pictures: u64,
    /// Sample frames that came but could not be recorded, or that the device lost: silence stands in their place.
    pub sample_frames: u64,
}

impl Losses {
    /// Whether nothing is missing.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl Add for Losses {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { pictures: self.pictures + other.pictures, sample_frames: self.sample_frames + other.sample_frames }
    }
}

impl fmt::Display for Losses {
    /// `0 lost`, or for instance `3 pictures lost, 480 sample frames lost`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.pictures, self.sample_frames) {
            (0, 0) => f.write_str("0 lost"),
            (pictures, 0) => write!(f, "{pictures} pictures lost"),
            (0, frames) => write!(f, "{frames} sample frames lost"),
            (pictures, frames) => write!(f, "{pictures} pictures lost, {frames} sample frames lost"),
        }
    }
}
