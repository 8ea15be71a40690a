//! Pictures and samples, and how they move from a device to those who use them.

mod clock;
mod convert;
mod decimate;
mod frame;
mod i420;
mod latest;
mod layout;
mod pool;
mod resize;
mod samples;

pub use clock::{Clock, FakeClock, SystemClock};
pub use convert::{ConvertError, PictureConverter, damage, is_whole};
pub use decimate::Decimator;
pub use frame::{PictureSize, PreviewImage, VideoFrame};
pub use i420::I420Image;
pub use latest::Latest;
pub use layout::{Plane as PicturePlane, line_stride, needed_bytes, picture_planes};
pub use pool::{BufferPool, PooledBuffer};
pub use resize::{Resizer, Window};
pub use samples::AudioBlock;
