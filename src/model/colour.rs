//! How the numbers of a picture stand for colours.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::PixelFormat;

/// Which of its values a component uses (`v4l2_quantization`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColourRange {
    /// 16 (black) to 235 (white) for luma and RGB, 16 to 240 for chroma.
    #[default]
    Limited,
    /// 0 to 255.
    Full,
}

/// How luma and chroma are made of red, green and blue (`v4l2_ycbcr_encoding`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ColourMatrix {
    /// ITU-R BT.601: standard definition, webcams, JPEG.
    #[default]
    Bt601,
    /// ITU-R BT.709: high definition.
    Bt709,
    /// ITU-R BT.2020 with non-constant luminance.
    Bt2020,
}

/// How the numbers of a picture stand for colours. By default as V4L2 has it for cameras: BT.601 in limited range.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Colour {
    /// Of all components. Without a meaning for HSV.
    pub range: ColourRange,
    /// Without a meaning for RGB, grey and Bayer pictures.
    pub matrix: ColourMatrix,
}

impl Colour {
    /// BT.601 in full range: JPEG, and what has no chroma.
    pub const FULL: Self = Self { range: ColourRange::Full, matrix: ColourMatrix::Bt601 };
    /// BT.601 in limited range.
    pub const LIMITED: Self = Self { range: ColourRange::Limited, matrix: ColourMatrix::Bt601 };

    /// What a format means where the driver says nothing: full range for RGB, grey, Bayer and JPEG, limited range for YUV.
    pub fn usual_of(format: PixelFormat) -> Self {
        if format.is_yuv() { Self::LIMITED } else { Self::FULL }
    }
}

/// What a tester knows better than a driver that reports wrong or no colours. What is `None` is as the driver says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ColourOverride {
    /// In the place of [`Colour::range`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub range: Option<ColourRange>,
    /// In the place of [`Colour::matrix`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matrix: Option<ColourMatrix>,
}

impl ColourOverride {
    /// Whether all is as the driver says.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }

    /// What is assumed where the driver says `driver`.
    pub fn applied(self, driver: Colour) -> Colour {
        Colour { range: self.range.unwrap_or(driver.range), matrix: self.matrix.unwrap_or(driver.matrix) }
    }
}

impl fmt::Display for ColourRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Limited => "limited range",
            Self::Full => "full range",
        })
    }
}

impl fmt::Display for ColourMatrix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bt601 => "BT.601",
            Self::Bt709 => "BT.709",
            Self::Bt2020 => "BT.2020",
        })
    }
}

impl fmt::Display for Colour {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.matrix, self.range)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuv_is_limited_and_all_else_full() {
        for (format, wanted) in [
            (PixelFormat::YUYV, "BT.601 limited range"),
            (PixelFormat::NV12, "BT.601 limited range"),
            (PixelFormat::MJPG, "BT.601 full range"),
            (PixelFormat::RGB3, "BT.601 full range"),
            (PixelFormat::GREY, "BT.601 full range"),
        ] {
            assert_eq!(Colour::usual_of(format).to_string(), wanted, "{format}");
        }
        assert_eq!(Colour::default(), Colour::LIMITED);
    }

    #[test]
    fn an_override_replaces_only_what_it_says() {
        let (range, matrix) = (Some(ColourRange::Full), Some(ColourMatrix::Bt709));
        for (colour, wanted) in [
            (ColourOverride::default(), "BT.601 limited range"),
            (ColourOverride { range, matrix: None }, "BT.601 full range"),
            (ColourOverride { range: None, matrix }, "BT.709 limited range"),
            (ColourOverride { range, matrix }, "BT.709 full range"),
        ] {
            assert_eq!(colour.applied(Colour::LIMITED).to_string(), wanted);
        }
    }
}
