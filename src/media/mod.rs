//! Pictures and samples, and how they move from a device to those who use them.

mod clock;
mod convert;
#[cfg(test)]
mod convert_tests;
mod decode;
mod frame;
mod i420;
mod latest;
mod layout;
mod pool;
mod samples;
mod scale;

pub use clock::{Clock, FakeClock, SystemClock};
pub use convert::{ConvertError, PictureConverter};
pub use frame::{PreviewImage, VideoFrame};
pub use i420::I420Image;
pub use latest::Latest;
pub use layout::needed_bytes;
pub use pool::{BufferPool, PooledBuffer};
pub use samples::AudioBlock;
pub use scale::scale_with_bars;
