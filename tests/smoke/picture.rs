//! Finds the test camera's picture in a photograph of the screen, by its colour bars, and reads its frame number.

/// Three bytes for each pixel: red, green, blue.
pub struct Screen {
    pub width: usize,
    pub height: usize,
    pub rgb: Vec<u8>,
}

/// The bars after the white one and before the black one: yellow, cyan, green, magenta, red, blue.
const BARS: [[bool; 3]; 6] = [
    [true, true, false],
    [false, true, true],
    [false, true, false],
    [true, false, true],
    [true, false, false],
    [false, false, true],
];
/// The narrowest picture that is looked for: 32 blocks of four pixels.
const NARROWEST: usize = 128;
const BLOCKS: usize = 32;

impl Screen {
    fn pixel(&self, x: usize, y: usize) -> Option<[u8; 3]> {
        let at = (y * self.width + x) * 3;
        self.rgb.get(at..at + 3)?.try_into().ok()
    }

    /// Whether a pixel has the colour of a bar.
    fn is_bar(&self, x: usize, y: usize, bar: [bool; 3]) -> bool {
        let fits = |(value, lit): (u8, bool)| if lit { (160..225).contains(&value) } else { value < 40 };
        self.pixel(x, y).is_some_and(|pixel| pixel.into_iter().zip(bar).all(fits))
    }

    /// Where the coloured bars of a line begin and end.
    fn bars(&self, y: usize) -> Option<(usize, usize)> {
        let begin = (0..self.width).find(|x| self.is_bar(*x, y, BARS[0]))?;
        let mut x = begin;
        for bar in BARS {
            // A soft edge lies between two bars.
            x = (x..self.width.min(x + 4)).find(|x| self.is_bar(*x, y, bar))?;
            x = (x..self.width).find(|x| !self.is_bar(*x, y, bar))?;
        }
        Some((begin, x))
    }
}

/// The machine-readable frame number: 32 black and white blocks at the top, most significant bit first.
pub fn frame_number(screen: &Screen) -> Option<u32> {
    let (top, (begin, end)) = (0..screen.height).find_map(|y| Some((y, screen.bars(y)?)))?;
    let width = (end - begin) * 8 / BARS.len();
    let left = begin.checked_sub(width / 8).filter(|_| width >= NARROWEST)?;
    let lines = (top..screen.height).take_while(|y| screen.is_bar(begin + width / 16, *y, BARS[0])).count();
    // The bars take from a twelfth to two thirds of the height, the blocks the twelfth above.
    let y = top.checked_sub((lines / 14).max(1))?;
    (0..BLOCKS).try_fold(0, |number, block| {
        let [_, green, _] = screen.pixel(left + (block * 2 + 1) * width / (BLOCKS * 2), y)?;
        match green {
            0..64 => Some(number << 1),
            192.. => Some(number << 1 | 1),
            _ => None,
        }
    })
}

/// A photograph with the test camera's picture somewhere on it, twice as large as it is.
fn photograph(number: u32) -> Screen {
    let mut screen = Screen { width: 1280, height: 800, rgb: vec![30; 1280 * 800 * 3] };
    let mut put = |x: usize, y: usize, color: [u8; 3]| {
        let at = ((y + 77) * 1280 + x + 201) * 3;
        screen.rgb[at..at + 3].copy_from_slice(&color);
    };
    for y in 0..360 {
        for x in 0..640 {
            let bar = x / 80;
            let lit = |mask: usize| if bar & mask == 0 { 191 } else { 0 };
            let bit = number >> (31 - x / 20) & 1 == 1;
            let color = match y {
                0..30 => [if bit { 255 } else { 0 }; 3],
                30..240 => [lit(2), lit(4), lit(1)],
                _ => [0; 3],
            };
            put(x, y, color);
        }
    }
    screen
}

#[test]
fn a_frame_number_is_read_off_a_photograph() {
    for number in [0, 1, 77, 0x8000_0001, u32::MAX] {
        assert_eq!(frame_number(&photograph(number)), Some(number));
    }
    assert_eq!(frame_number(&Screen { width: 64, height: 64, rgb: vec![255; 64 * 64 * 3] }), None);
}
