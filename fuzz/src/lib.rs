//! The lower layers of Capture Lab, built by themselves: a window and its drivers would take minutes to build, and what
//! reads text and pictures needs none of them. Their files are those of the lab.

#[path = "../../src/model/mod.rs"]
pub mod model;

#[path = "../../src/selection/mod.rs"]
pub mod selection;

#[path = "../../src/interchange/mod.rs"]
pub mod interchange;

#[path = "../../src/media/mod.rs"]
pub mod media;

pub mod v4l2;
