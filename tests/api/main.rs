//! The web's interfaces against virtual devices on a clock that stands still until the test moves it: what events come, in
//! which order, and what a handler sees.

#![expect(clippy::expect_used, clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod life;
mod objects;
mod support;
