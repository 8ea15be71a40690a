//! Colours into bytes of each pixel format, by straightforward code that shares nothing with the decoders. What each format is
//! stands here in the words of `linux/videodev2.h` and of the kernel's documentation.

use crate::model::{Colour, ColourMatrix, ColourRange};

/// How a format is written, by its code. `-BE` as in the text of a [`PixelFormat`](crate::model::PixelFormat).
pub const CODINGS: &[(&str, Coding)] = &[
    ("YUYV", Pair("yuyv")),
    ("YVYU", Pair("yvyu")),
    ("UYVY", Pair("uyvy")),
    ("VYUY", Pair("vyuy")),
    ("NV12", Semi("uv", 2, 2)),
    ("NV21", Semi("vu", 2, 2)),
    ("NV16", Semi("uv", 2, 1)),
    ("NV61", Semi("vu", 2, 1)),
    ("NV24", Semi("uv", 1, 1)),
    ("NV42", Semi("vu", 1, 1)),
    ("NM12", Semi("uv", 2, 2)),
    ("NM21", Semi("vu", 2, 2)),
    ("NM16", Semi("uv", 2, 1)),
    ("NM61", Semi("vu", 2, 1)),
    ("P010", Deep),
    ("P012", Deep),
    ("PM12", Deep),
    ("YU12", Planar("uv", 2, 2)),
    ("YV12", Planar("vu", 2, 2)),
    ("422P", Planar("uv", 2, 1)),
    ("411P", Planar("uv", 4, 1)),
    ("YUV9", Planar("uv", 4, 4)),
    ("YVU9", Planar("vu", 4, 4)),
    ("YM12", Planar("uv", 2, 2)),
    ("YM21", Planar("vu", 2, 2)),
    ("YM16", Planar("uv", 2, 1)),
    ("YM61", Planar("vu", 2, 1)),
    ("YM24", Planar("uv", 1, 1)),
    ("YM42", Planar("vu", 1, 1)),
    ("YUV3", Bytes("yuv")),
    ("YUV4", Bytes("ayuv")),
    ("AYUV", Bytes("ayuv")),
    ("XYUV", Bytes("xyuv")),
    ("VUYA", Bytes("vuya")),
    ("VUYX", Bytes("vuyx")),
    ("YUVA", Bytes("yuva")),
    ("YUVX", Bytes("yuvx")),
    ("Y444", Bits("aaaayyyyuuuuvvvv")),
    ("YUVO", Bits("ayyyyyuuuuuvvvvv")),
    ("YUVP", Bits("yyyyyuuuuuuvvvvv")),
    ("RGB3", Bytes("rgb")),
    ("BGR3", Bytes("bgr")),
    ("BGR4", Bytes("bgra")),
    ("RGB4", Bytes("argb")),
    ("AR24", Bytes("bgra")),
    ("XR24", Bytes("bgrx")),
    ("RA24", Bytes("abgr")),
    ("RX24", Bytes("xbgr")),
    ("AB24", Bytes("rgba")),
    ("XB24", Bytes("rgbx")),
    ("BA24", Bytes("argb")),
    ("BX24", Bytes("xrgb")),
    ("HSV3", Bytes("hsw")),
    ("HSV4", Bytes("ahsw")),
    ("RGB1", Bits("rrrgggbb")),
    ("R444", Bits("xxxxrrrrggggbbbb")),
    ("AR12", Bits("aaaarrrrggggbbbb")),
    ("XR12", Bits("xxxxrrrrggggbbbb")),
    ("RA12", Bits("rrrrggggbbbbaaaa")),
    ("RX12", Bits("rrrrggggbbbbxxxx")),
    ("AB12", Bits("aaaabbbbggggrrrr")),
    ("XB12", Bits("xxxxbbbbggggrrrr")),
    ("GA12", Bits("bbbbggggrrrraaaa")),
    ("BX12", Bits("bbbbggggrrrrxxxx")),
    ("RGBO", Bits("arrrrrgggggbbbbb")),
    ("AR15", Bits("arrrrrgggggbbbbb")),
    ("XR15", Bits("xrrrrrgggggbbbbb")),
    ("RA15", Bits("rrrrrgggggbbbbba")),
    ("RX15", Bits("rrrrrgggggbbbbbx")),
    ("AB15", Bits("abbbbbgggggrrrrr")),
    ("XB15", Bits("xbbbbbgggggrrrrr")),
    ("BA15", Bits("bbbbbgggggrrrrra")),
    ("BX15", Bits("bbbbbgggggrrrrrx")),
    ("RGBP", Bits("rrrrrggggggbbbbb")),
    ("RGBQ", BigBits("arrrrrgggggbbbbb")),
    ("AR15-BE", BigBits("arrrrrgggggbbbbb")),
    ("XR15-BE", BigBits("xrrrrrgggggbbbbb")),
    ("RGBR", BigBits("rrrrrggggggbbbbb")),
    ("BGRH", BigBits("bbbbbbggggggrrrrrrxxxxxxxxxxxxxx")),
    ("AR30", Bits("aarrrrrrrrrrggggggggggbbbbbbbbbb")),
    ("RA30", Bits("rrrrrrrrrrggggggggggbbbbbbbbbbaa")),
    ("RX30", Bits("rrrrrrrrrrggggggggggbbbbbbbbbbxx")),
    ("Y04 ", Grey(4, Pack::Byte)),
    ("Y06 ", Grey(6, Pack::Byte)),
    ("GREY", Grey(8, Pack::Byte)),
    ("Y10 ", Grey(10, Pack::Little)),
    ("Y12 ", Grey(12, Pack::Little)),
    ("Y14 ", Grey(14, Pack::Little)),
    ("Y16 ", Grey(16, Pack::Little)),
    ("Y16 -BE", Grey(16, Pack::Big)),
    ("Y10B", Grey(10, Pack::Stream)),
    ("Y10P", Grey(10, Pack::Mipi(4))),
    ("Y12P", Grey(12, Pack::Mipi(2))),
    ("Y14P", Grey(14, Pack::Mipi(4))),
    ("Z16 ", Grey(16, Pack::Little)),
    ("BA81", Bayer("bggr", 8, Pack::Byte)),
    ("GBRG", Bayer("gbrg", 8, Pack::Byte)),
    ("GRBG", Bayer("grbg", 8, Pack::Byte)),
    ("RGGB", Bayer("rggb", 8, Pack::Byte)),
    ("BG10", Bayer("bggr", 10, Pack::Little)),
    ("GB10", Bayer("gbrg", 10, Pack::Little)),
    ("BA10", Bayer("grbg", 10, Pack::Little)),
    ("RG10", Bayer("rggb", 10, Pack::Little)),
    ("BG12", Bayer("bggr", 12, Pack::Little)),
    ("GB12", Bayer("gbrg", 12, Pack::Little)),
    ("BA12", Bayer("grbg", 12, Pack::Little)),
    ("RG12", Bayer("rggb", 12, Pack::Little)),
    ("BG14", Bayer("bggr", 14, Pack::Little)),
    ("GB14", Bayer("gbrg", 14, Pack::Little)),
    ("GR14", Bayer("grbg", 14, Pack::Little)),
    ("RG14", Bayer("rggb", 14, Pack::Little)),
    ("BYR2", Bayer("bggr", 16, Pack::Little)),
    ("GB16", Bayer("gbrg", 16, Pack::Little)),
    ("GR16", Bayer("grbg", 16, Pack::Little)),
    ("RG16", Bayer("rggb", 16, Pack::Little)),
    ("pBAA", Bayer("bggr", 10, Pack::Mipi(4))),
    ("pGAA", Bayer("gbrg", 10, Pack::Mipi(4))),
    ("pgAA", Bayer("grbg", 10, Pack::Mipi(4))),
    ("pRAA", Bayer("rggb", 10, Pack::Mipi(4))),
    ("pBCC", Bayer("bggr", 12, Pack::Mipi(2))),
    ("pGCC", Bayer("gbrg", 12, Pack::Mipi(2))),
    ("pgCC", Bayer("grbg", 12, Pack::Mipi(2))),
    ("pRCC", Bayer("rggb", 12, Pack::Mipi(2))),
    ("pBEE", Bayer("bggr", 14, Pack::Mipi(4))),
    ("pGEE", Bayer("gbrg", 14, Pack::Mipi(4))),
    ("pgEE", Bayer("grbg", 14, Pack::Mipi(4))),
    ("pREE", Bayer("rggb", 14, Pack::Mipi(4))),
];

use Coding::{Bayer, BigBits, Bits, Bytes, Deep, Grey, Pair, Planar, Semi};

/// What stands where.
#[derive(Clone, Copy, Debug)]
pub enum Coding {
    /// Four bytes for two pixels.
    Pair(&'static str),
    /// A luma plane and one of pairs, each for so many pixels across and down.
    Semi(&'static str, usize, usize),
    /// As NV12, in little-endian words whose upper byte has the number.
    Deep,
    /// A luma plane and two of chroma, each byte for so many pixels across and down.
    Planar(&'static str, usize, usize),
    /// A byte for each letter.
    Bytes(&'static str),
    /// A bit for each letter, the highest first, in a little-endian word.
    Bits(&'static str),
    /// A bit for each letter, the highest first, in a big-endian word.
    BigBits(&'static str),
    /// Samples of so many bits.
    Grey(u32, Pack),
    /// Samples of so many bits of the colours of the first two lines.
    Bayer(&'static str, u32, Pack),
}

/// How samples follow one another.
#[derive(Clone, Copy, Debug)]
pub enum Pack {
    Byte,
    Little,
    Big,
    /// Bit after bit.
    Stream,
    /// So many upper bytes, then their lower bits.
    Mipi(usize),
}

impl Coding {
    pub fn has_chroma(self) -> bool {
        match self {
            Pair(_) | Semi(..) | Deep | Planar(..) => true,
            Bytes(letters) | Bits(letters) => letters.contains('u'),
            _ => false,
        }
    }

    /// How far a colour may be off, in steps of 255.
    pub fn tolerance(self) -> u8 {
        match self {
            // Its parts are worth 16 and 8 steps, and chroma counts up to twice.
            Bits(letters) if letters.contains("yyyyyu") => 20,
            Bits(letters) if letters.contains('u') => 36,
            // What was cut off.
            Bits("rrrgggbb") => 24,
            Bits(letters) if letters.contains("xxxx") || letters.contains("aaaa") => 15,
            Bits(_) | BigBits(_) => 7,
            Grey(4, _) => 15,
            Grey(6, _) => 4,
            _ => 3,
        }
    }
}

/// Luma and chroma of a colour, by the definition of ITU-R BT.601, BT.709 and BT.2020.
pub fn luma_and_chroma([red, green, blue]: [u8; 3], colour: Colour) -> [u8; 3] {
    let (kr, kb) = match colour.matrix {
        ColourMatrix::Bt601 => (0.299, 0.114),
        ColourMatrix::Bt709 => (0.2126, 0.0722),
        ColourMatrix::Bt2020 => (0.2627, 0.0593),
    };
    let [red, green, blue] = [red, green, blue].map(|part| f64::from(part) / 255.0);
    let luma = kr * red + (1.0 - kr - kb) * green + kb * blue;
    let (blue, red) = ((blue - luma) / (2.0 - 2.0 * kb), (red - luma) / (2.0 - 2.0 * kr));
    let parts = match colour.range {
        ColourRange::Limited => [16.0 + 219.0 * luma, 128.0 + 224.0 * blue, 128.0 + 224.0 * red],
        ColourRange::Full => [255.0 * luma, 128.0 + 255.0 * blue, 128.0 + 255.0 * red],
    };
    parts.map(|part| part.round().clamp(0.0, 255.0) as u8)
}

/// A picture to be written.
pub struct Picture<'a> {
    pub width: usize,
    pub height: usize,
    pub colour: Colour,
    /// The colour at a column.
    pub column: &'a dyn Fn(usize) -> [u8; 3],
}

impl Picture<'_> {
    /// One component of a pixel, in eight bits.
    fn part(&self, letter: char, x: usize) -> u8 {
        let rgb = (self.column)(x.min(self.width - 1));
        let yuv = luma_and_chroma(rgb, self.colour);
        match letter {
            'r' => self.ranged(rgb[0]),
            'g' => self.ranged(rgb[1]),
            'b' => self.ranged(rgb[2]),
            'y' => yuv[0],
            'u' => yuv[1],
            'v' => yuv[2],
            'h' => hue(rgb),
            's' => saturation(rgb),
            'w' => rgb.into_iter().max().unwrap(),
            _ => 0x5a, // alpha, and what has no meaning
        }
    }

    fn ranged(&self, part: u8) -> u8 {
        match self.colour.range {
            ColourRange::Full => part,
            ColourRange::Limited => 16 + (f64::from(part) * 219.0 / 255.0).round() as u8,
        }
    }

    /// The bytes in a coding, each line of the first plane `stride` bytes from the next.
    pub fn write(&self, coding: Coding, stride: usize) -> Vec<u8> {
        let columns = 0..self.width;
        let line = |bytes: Vec<u8>| plane(|_| bytes.clone(), self.height, stride);
        match coding {
            Pair(letters) => {
                let letters: Vec<_> = letters.chars().collect();
                let first_luma = |index: usize| letters[..index].iter().all(|letter| *letter != 'y');
                let byte = |x: usize, index: usize| {
                    let second = letters[index] == 'y' && !first_luma(index);
                    self.part(letters[index], x + usize::from(second))
                };
                line(columns.step_by(2).flat_map(|x| [0, 1, 2, 3].map(|index| byte(x, index))).collect())
            }
            Semi(letters, across, down) => {
                let pairs =
                    columns.clone().step_by(across).flat_map(|x| letters.chars().map(move |letter| (letter, x)));
                let pairs: Vec<u8> = pairs.map(|(letter, x)| self.part(letter, x)).collect();
                let luma = line(columns.map(|x| self.part('y', x)).collect());
                let stride = if across == 1 { 2 * stride } else { stride };
                [luma, plane(|_| pairs.clone(), self.height.div_ceil(down), stride)].concat()
            }
            Deep => {
                let bytes = Picture { column: self.column, ..*self }.write(Semi("uv", 2, 2), stride / 2);
                bytes.into_iter().flat_map(|byte| [0xc0, byte]).collect()
            }
            Planar(letters, across, down) => {
                let mut bytes = line(columns.clone().map(|x| self.part('y', x)).collect());
                for letter in letters.chars() {
                    let chroma: Vec<u8> = columns.clone().step_by(across).map(|x| self.part(letter, x)).collect();
                    bytes.extend(plane(|_| chroma.clone(), self.height.div_ceil(down), stride / across));
                }
                bytes
            }
            Bytes(letters) => {
                line(columns.flat_map(|x| letters.chars().map(move |letter| self.part(letter, x))).collect())
            }
            Bits(letters) => line(columns.flat_map(|x| self.word(letters, x).into_iter().rev()).collect()),
            BigBits(letters) => line(columns.flat_map(|x| self.word(letters, x)).collect()),
            Grey(bits, pack) => line(pack.write(bits, &columns.map(|x| self.part('r', x)).collect::<Vec<_>>())),
            Bayer(letters, bits, pack) => {
                let letters: Vec<_> = letters.chars().collect();
                let samples = |y: usize| columns.clone().map(|x| self.part(letters[y % 2 * 2 + x % 2], x)).collect();
                plane(|y| pack.write(bits, &Vec::<u8>::from_iter::<Vec<u8>>(samples(y))), self.height, stride)
            }
        }
    }

    /// The bytes of a word, the highest first.
    fn word(&self, letters: &str, x: usize) -> Vec<u8> {
        let mut seen = std::collections::BTreeMap::new();
        let bits: Vec<u8> = letters
            .chars()
            .map(|letter| {
                // From the highest bit of the component on; what eight bits do not have is 0.
                let place = seen.entry(letter).and_modify(|place| *place += 1).or_insert(0);
                if *place < 8 { self.part(letter, x) >> (7 - *place) & 1 } else { 0 }
            })
            .collect();
        bits.chunks(8).map(|bits| bits.iter().fold(0, |byte, bit| byte << 1 | bit)).collect()
    }
}

fn plane(line: impl Fn(usize) -> Vec<u8>, lines: usize, stride: usize) -> Vec<u8> {
    let padded = |y| {
        let mut line = line(y);
        assert!(line.len() <= stride, "{} of {stride}", line.len());
        line.resize(stride, 0xa5);
        line
    };
    (0..lines).flat_map(padded).collect()
}

impl Pack {
    fn write(self, bits: u32, samples: &[u8]) -> Vec<u8> {
        let wide: Vec<u16> = samples
            .iter()
            .map(|sample| if bits < 8 { u16::from(*sample) >> (8 - bits) } else { u16::from(*sample) << (bits - 8) })
            .collect();
        match self {
            Self::Byte => wide.iter().map(|sample| *sample as u8).collect(),
            Self::Little => wide.iter().flat_map(|sample| sample.to_le_bytes()).collect(),
            Self::Big => wide.iter().flat_map(|sample| sample.to_be_bytes()).collect(),
            Self::Stream => {
                let stream = wide
                    .iter()
                    .map(|sample| format!("{sample:0width$b}", width = bits as usize))
                    .collect::<Vec<_>>()
                    .concat();
                let byte =
                    |text: &[u8]| u8::from_str_radix(&format!("{:0<8}", str::from_utf8(text).unwrap()), 2).unwrap();
                stream.as_bytes().chunks(8).map(byte).collect()
            }
            Self::Mipi(group) => {
                let lower_bytes = group * (bits as usize - 8) / 8;
                let of_group = |samples: &[u8]| {
                    let mut bytes = samples.to_vec();
                    bytes.resize(group, 0);
                    bytes.resize(group + lower_bytes, 0x3c);
                    bytes
                };
                samples.chunks(group).flat_map(of_group).collect()
            }
        }
    }
}

fn saturation(rgb: [u8; 3]) -> u8 {
    let [most, least] = [rgb.into_iter().max(), rgb.into_iter().min()].map(|part| f64::from(part.unwrap()));
    if most == 0.0 { 0 } else { (255.0 * (most - least) / most).round() as u8 }
}

/// In steps of two degrees.
fn hue(rgb: [u8; 3]) -> u8 {
    let [red, green, blue] = rgb.map(i32::from);
    let most = red.max(green).max(blue);
    let span = f64::from(most - red.min(green).min(blue)).max(1.0);
    let sixths = if most == red {
        f64::from(green - blue) / span
    } else if most == green {
        f64::from(blue - red) / span + 2.0
    } else {
        f64::from(red - green) / span + 4.0
    };
    ((sixths * 30.0).round() as i32).rem_euclid(180) as u8
}
