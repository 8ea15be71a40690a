//! A box for the newest of something.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A one-place box: [`put`](Self::put) replaces what nobody took, and counts it. Clones share the box. The lock is held
/// for a swap of pointers only.
#[derive(Debug)]
pub struct Latest<T>(Arc<Mutex<Slot<T>>>);

#[derive(Debug)]
struct Slot<T> {
    value: Option<T>,
    replaced: u64,
}

impl<T> Latest<T> {
    /// An empty box.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a value in, in the place of what nobody took.
    pub fn put(&self, value: T) {
        let mut slot = self.slot();
        let old = slot.value.replace(value);
        slot.replaced += u64::from(old.is_some());
        drop(slot); // before `old`, whose drop may take long
    }

    /// Takes the value out.
    pub fn take(&self) -> Option<T> {
        self.slot().value.take()
    }

    /// How many values were replaced before anybody took them.
    pub fn replaced(&self) -> u64 {
        self.slot().replaced
    }

    fn slot(&self) -> MutexGuard<'_, Slot<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T: Clone> Latest<T> {
    /// A copy of the value, which stays in the box.
    pub fn peek(&self) -> Option<T> {
        self.slot().value.clone()
    }
}

impl<T> Default for Latest<T> {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Slot { value: None, replaced: 0 })))
    }
}

impl<T> Clone for Latest<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_what_it_replaced() {
        crate::covers!("SINK-02");
        let latest = Latest::new();
        latest.put(1);
        latest.clone().put(2);
        assert_eq!((latest.take(), latest.take(), latest.replaced()), (Some(2), None, 1));
    }
}
