//! Real kernel devices: cameras of vivid and sound cards of snd-aloop and snd-dummy in a virtual machine (`boot.sh`). The machine boots
//! once, does all steps of `guest.sh`, and the tests judge what it left. The program is the one that `CAPTURE_LAB` names
//! (`make test-full`: the release), else the one that cargo built.

#![cfg(target_os = "linux")]
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that cannot go on says so"
)]

mod cameras;
mod clips;
mod compare;
mod controls;
mod faults;
mod formats;
mod inputs;
mod inside;
mod loopback;
mod mixer;
#[allow(dead_code, reason = "most of it serves the tests of clips")]
#[path = "../clips/probe.rs"]
mod probe;
mod rig;
mod sound;
mod unplug;
mod usb;
