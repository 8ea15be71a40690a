//! How the worker tells its user that there is something new.

use std::fmt;
use std::sync::{Arc, OnceLock};

/// What is new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// A picture: to be painted soon.
    Picture,
    /// New measurements: to be painted with the next picture, or a little later where none comes.
    Report,
    /// An event.
    Event,
}

type Hook = Box<dyn Fn(Wake) + Send + Sync>;

/// Calls what its user has set, from any thread. Until then it does nothing, so that capture can begin before the
/// window is there. Clones share the hook.
#[derive(Clone, Default)]
pub struct Waker(Arc<OnceLock<Hook>>);

impl Waker {
    /// Sets what is called. Only the first call counts.
    pub fn set(&self, hook: impl Fn(Wake) + Send + Sync + 'static) {
        self.0.set(Box::new(hook)).ok();
    }

    /// Calls it.
    pub fn wake(&self, what: Wake) {
        if let Some(hook) = self.0.get() {
            hook(what);
        }
    }
}

impl fmt::Debug for Waker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Waker(set: {})", self.0.get().is_some())
    }
}
