//! The program on a real sound server: what the server does to a source is told, with its reason, within a second.
//!
//! Run by `make test-full`, each under `tests/sound-server.sh`, which gives it a `PulseAudio` of its own with the source
//! “labmic”, that hears what is played to the sink “lab”.

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on says so")]

mod program;
mod pulse_server;
mod server;
