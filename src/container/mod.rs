//! Bytes in files: encoders and muxers. Nothing here knows of devices or threads.

pub mod file;
pub mod h264;
pub mod mp4;
pub mod opus;
pub mod picture;
pub mod wav;
