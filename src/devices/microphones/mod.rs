//! Microphones by cpal: Linux's ALSA cards, a `PulseAudio` server, and the system's own audio elsewhere.
//!
//! cpal captures; what there is to capture from is found out here, since cpal lists dozens of plugins for one card and
//! cannot say what a source of a server really delivers. Each open stream has a thread of its own for cpal, which may
//! block without limit; a ring without locks leads from cpal's callback to the reader.

#[cfg(target_os = "linux")]
mod alsa;
mod capture;
#[cfg(any(test, not(target_os = "linux")))]
#[cfg_attr(target_os = "linux", expect(dead_code, reason = "of other systems; here only compiled, to keep it whole"))]
mod cpal_default;
mod errors;
mod ledger;
#[cfg(target_os = "linux")]
mod pulse;
mod ring;
mod samples;
mod stream;

#[cfg(target_os = "linux")]
pub use alsa::AlsaMicrophones;
#[cfg(not(target_os = "linux"))]
pub use cpal_default::CpalMicrophones;
#[cfg(target_os = "linux")]
pub use pulse::PulseMicrophones;
#[cfg(target_os = "linux")]
pub(super) use pulse::Subscription;
