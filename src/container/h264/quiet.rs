//! Keeps the encoder from writing to standard error.
#![expect(unsafe_code, reason = "the encoder's crate sets the trace level only after what it is to silence")]

use openh264::encoder::Encoder;

/// `ENCODER_OPTION_TRACE_LEVEL`.
const TRACE_LEVEL: i32 = 25;
/// `WELS_LOG_QUIET`.
const QUIET: i32 = 0;

/// Silences an encoder that has not encoded anything yet. Without this each start prints a warning that the bit rate
/// needs skipped pictures, which a clip must not have.
pub(super) fn silence(encoder: &mut Encoder) {
    let mut level = QUIET;
    // SAFETY: the option takes a pointer to an int, which it reads before it returns, and is one of the three that are
    // allowed before the start. Nothing that the encoder's crate relies on changes.
    let status = unsafe { encoder.raw_api().set_option(TRACE_LEVEL, (&raw mut level).cast()) };
    if status != 0 {
        log::debug!("the H.264 encoder keeps its trace level: {status}");
    }
}
