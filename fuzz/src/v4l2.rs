//! The part of the V4L2 backend that makes sense of what drivers answer.

#[path = "../../src/devices/v4l2/abi.rs"]
pub mod abi;
#[path = "../../src/devices/v4l2/abi_controls.rs"]
pub mod abi_controls;
#[path = "../../src/devices/v4l2/intervals.rs"]
pub mod intervals;
#[path = "../../src/devices/v4l2/ioctl.rs"]
pub mod ioctl;
#[path = "../../src/devices/v4l2/modes.rs"]
pub mod modes;
#[path = "../../src/devices/v4l2/properties.rs"]
pub mod properties;
