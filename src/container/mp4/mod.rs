//! Fragmented MP4 (ISO/IEC 14496-12): a header without samples, then fragments that each stand for themselves, then an
//! index. A file that ends after any complete fragment is a complete film.
//!
//! Only bytes are made and read here, by the boxes of `shiguredo_mp4`; who writes them, and when, is the caller's affair.

mod clip;
mod fragment;
mod header;
mod muxer;
#[cfg(test)]
mod muxer_tests;
mod track;

pub use clip::{ClipError, ClipSample, ClipVideo, read_video};
pub use fragment::Sample;
pub use muxer::{Mp4Error, Muxer};
pub use track::{OPUS_RATE, TrackFormat, VIDEO_TIMESCALE};
