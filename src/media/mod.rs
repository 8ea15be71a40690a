//! Pictures and samples, and how they move from a device to those who use them.

mod clock;
mod frame;
mod latest;
mod pool;
mod samples;

pub use clock::{Clock, FakeClock, SystemClock};
pub use frame::{PreviewImage, VideoFrame};
pub use latest::Latest;
pub use pool::{BufferPool, PooledBuffer};
pub use samples::AudioBlock;
