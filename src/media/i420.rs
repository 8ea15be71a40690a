//! Planar pictures for encoders.

/// A planar 4:2:0 picture of even size, BT.601 limited range: Y from 16 (black) to 235 (white), U and V from 16 to 240
/// around 128.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct I420Image {
    /// Pixels; even.
    pub width: u32,
    /// Pixels; even.
    pub height: u32,
    /// Luma: `height` lines of `y_stride` bytes.
    pub y: Vec<u8>,
    /// Blue difference: `height / 2` lines of `chroma_stride` bytes.
    pub u: Vec<u8>,
    /// Red difference, as `u`.
    pub v: Vec<u8>,
    /// Bytes from one line of luma to the next.
    pub y_stride: usize,
    /// Bytes from one line of `u` or `v` to the next.
    pub chroma_stride: usize,
}

impl I420Image {
    /// A black picture without padding. An odd size is rounded down to even; one below 2 is taken as 2.
    pub fn black(width: u32, height: u32) -> Self {
        let mut image = Self::default();
        image.reshape(width, height);
        image.y.fill(BLACK.0);
        image.u.fill(BLACK.1);
        image.v.fill(BLACK.1);
        image
    }

    /// Gives the picture a size, without padding, as [`black`](Self::black) does; what its pixels are is left open.
    pub(super) fn reshape(&mut self, width: u32, height: u32) {
        self.width = (width & !1).max(2);
        self.height = (height & !1).max(2);
        self.y_stride = self.width as usize;
        self.chroma_stride = self.y_stride / 2;
        let lines = self.height as usize;
        self.y.resize(self.y_stride * lines, 0);
        self.u.resize(self.chroma_stride * lines / 2, 0);
        self.v.resize(self.chroma_stride * lines / 2, 0);
    }
}

/// Luma and chroma of black.
const BLACK: (u8, u8) = (16, 128);
